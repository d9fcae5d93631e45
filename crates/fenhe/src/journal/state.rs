//! What the core believed at an entry, as lines and as JSON.

use super::words::{Told, Words, percent};
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_messages::{alarm_state, telling};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A section: its heading's code, and what stands there.
type Section = (&'static str, Vec<Told>);

/// Vehicles, transports, queues and ports, stations, alarms - those of `watch` only, if given.
pub fn sections(
    words: &Words<'_>,
    core: &Controller,
    now: Time,
    watch: Option<&str>,
) -> Vec<Section> {
    let belief = core.belief(now);
    let mut all = vec![
        ("state-vehicles", vehicles(words, core, &belief)),
        ("state-transports", transports(words, core)),
        ("state-stations", stations(words, &belief, now)),
        ("state-queues", queues(words, &belief)),
        ("state-alarms", alarms(words, core)),
    ];
    if let Some(name) = watch {
        for (_, lines) in &mut all {
            lines.retain(|told| told.about(name));
        }
    }
    all
}

/// As lines.
pub fn lines(words: &Words<'_>, sections: &[Section]) -> Vec<String> {
    let text = |code: &str| telling(code, &[], words.lang).unwrap_or_default();
    let mut lines = Vec::new();
    for (head, told) in sections {
        lines.push(text(head));
        if told.is_empty() {
            lines.push(format!("  {}", text("state-none")));
        }
        lines.extend(
            told.iter()
                .map(|told| format!("  {}", told.text(words.lang))),
        );
    }
    lines
}

/// As JSON: a list of rows by section.
pub fn json(sections: &[Section]) -> Value {
    let row = |told: &Told| {
        let pairs = told.args.iter().map(|(k, v)| (k.to_string(), json!(v)));
        Value::Object(pairs.collect())
    };
    let section = |(head, told): &Section| {
        let name = head.trim_start_matches("state-").to_string();
        (name, told.iter().map(row).collect::<Value>())
    };
    Value::Object(sections.iter().map(section).collect())
}

fn vehicles(words: &Words<'_>, core: &Controller, belief: &Belief) -> Vec<Told> {
    let plant = words.plant;
    let load = |place: u32| {
        let found = belief.loads.iter().find(|load| load.place.0 == place)?;
        Some(if found.tag == Tag::UNREAD {
            "?".to_string()
        } else {
            found.tag.0.to_string()
        })
    };
    let transports: Vec<_> = core.transports().collect();
    let rows = plant.vehicles.pairs().zip(&belief.vehicles);
    rows.map(|((v, row), known)| {
        let loads: Vec<String> = (row.decks.start.0..row.decks.end.0)
            .filter_map(load)
            .collect();
        let own = transports.iter().find(|transport| transport.vehicle == v);
        Told {
            code: "state-vehicle",
            args: vec![
                ("vehicle", row.name.clone()),
                ("node", words.node(known.node)),
                ("percent", percent(known.permille)),
                ("edges", known.base.len().to_string()),
                ("hands", known.handles.len().to_string()),
                (
                    "loads",
                    if loads.is_empty() {
                        "-".to_string()
                    } else {
                        loads.join(" ")
                    },
                ),
                (
                    "transport",
                    own.map_or_else(String::new, |own| own.transport.0.to_string()),
                ),
            ],
        }
    })
    .collect()
}

fn transports(words: &Words<'_>, core: &Controller) -> Vec<Told> {
    let row = |one: fenhe_control::TransportNow| Told {
        code: "state-transport",
        args: vec![
            ("transport", one.transport.0.to_string()),
            ("vehicle", words.plant.vehicles[one.vehicle].name.clone()),
            ("from", words.place(one.from)),
            ("to", words.place(one.to)),
        ],
    };
    core.transports().map(row).collect()
}

fn stations(words: &Words<'_>, belief: &Belief, now: Time) -> Vec<Told> {
    let rows = words.plant.stations.iter().zip(&belief.stations);
    rows.map(|(row, known)| Told {
        code: "state-station",
        args: vec![
            ("station", row.name.clone()),
            ("state", words.unit(known.state)),
            ("since", format!("{:.0}", (now - known.since).as_seconds())),
        ],
    })
    .collect()
}

/// Queues with pieces known one by one; ports and stores with loads.
fn queues(words: &Words<'_>, belief: &Belief) -> Vec<Told> {
    let mut waiting: BTreeMap<BufferId, (u32, Tag)> = BTreeMap::new();
    for piece in &belief.queued {
        waiting.entry(piece.buffer).or_insert((0, piece.tag)).0 += 1;
    }
    let mut loads: BTreeMap<BufferId, [u32; 2]> = BTreeMap::new();
    for load in &belief.loads {
        if let fenhe_plant::Owner::Buffer(buffer) = words.plant.places[load.place].owner {
            loads.entry(buffer).or_default()[usize::from(load.count == 0)] += 1;
        }
    }
    let queue = waiting.into_iter().map(|(buffer, (count, first))| Told {
        code: "state-queue",
        args: vec![
            ("buffer", words.buffer(buffer)),
            ("count", count.to_string()),
            ("first", first.0.to_string()),
        ],
    });
    let port = loads.into_iter().map(|(buffer, [full, empty])| Told {
        code: "state-port",
        args: vec![
            ("buffer", words.buffer(buffer)),
            ("full", full.to_string()),
            ("empty", empty.to_string()),
        ],
    });
    queue.chain(port).collect()
}

fn alarms(words: &Words<'_>, core: &Controller) -> Vec<Told> {
    let row = |alarm: fenhe_control::AlarmView<'_>| Told {
        code: "alarm",
        args: vec![
            ("alarm", alarm.id.0.to_string()),
            ("source", words.whose(alarm.point.source)),
            ("what", words.wrong(alarm.point)),
            ("from", format!("{:.0} s", alarm.raised.as_seconds())),
            ("to", alarm_state(alarm.state, words.lang).to_string()),
        ],
    };
    core.alarms().map(row).collect()
}
