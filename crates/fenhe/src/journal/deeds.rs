//! Orders and decisions in words.

use super::words::{Args, Told, Words, percent};
use fenhe_contract::*;
use fenhe_messages::alarm_state;

impl Words<'_> {
    /// Everything that was decided, orders first.
    pub fn decided(&self, commands: &Commands) -> Vec<Told> {
        let orders = commands.list.iter().map(|one| self.order(one, commands));
        let records = commands.records.iter().map(|record| self.record(record));
        orders.chain(records).collect()
    }

    fn order(&self, command: &Command, all: &Commands) -> Told {
        let (code, args) = match *command {
            Command::Drive {
                vehicle,
                revision,
                first,
                count,
            } => {
                let last = all.base(first, count).last();
                let to = last.map(|&edge| self.node(self.plant.tracks.edges[edge].to));
                let args = vec![
                    ("vehicle", self.vehicle(vehicle)),
                    ("node", to.unwrap_or_default()),
                    ("count", count.to_string()),
                    ("revision", revision.to_string()),
                ];
                ("drive", args)
            }
            Command::Handle {
                vehicle,
                revision,
                deck,
                place,
                pick,
            } => (
                if pick { "pick" } else { "drop" },
                vec![
                    ("vehicle", self.vehicle(vehicle)),
                    ("place", self.place(place)),
                    ("deck", (deck + 1).to_string()),
                    ("revision", revision.to_string()),
                ],
            ),
            Command::Charge {
                vehicle,
                revision,
                until_permille,
            } => (
                "charge",
                vec![
                    ("vehicle", self.vehicle(vehicle)),
                    ("percent", percent(until_permille)),
                    ("revision", revision.to_string()),
                ],
            ),
            Command::Run {
                station,
                revision,
                tag,
            } => (
                "run",
                vec![
                    ("station", self.station(station)),
                    ("tag", self.tag(tag)),
                    ("revision", revision.to_string()),
                ],
            ),
            Command::Hold {
                station,
                revision,
                on,
            } => (
                if on { "hold" } else { "go-on" },
                vec![
                    ("station", self.station(station)),
                    ("revision", revision.to_string()),
                ],
            ),
            Command::Release {
                source,
                revision,
                product,
                count,
                order,
            } => (
                "release",
                vec![
                    ("source", self.source(source)),
                    ("product", self.product(product)),
                    ("count", count.to_string()),
                    ("order", self.work_order(order)),
                    ("revision", revision.to_string()),
                ],
            ),
            Command::Carry {
                crane,
                revision,
                from,
                to,
                tag,
            } => (
                "carry",
                vec![
                    ("crane", self.crane(crane)),
                    ("tag", self.tag(tag)),
                    ("from", self.place(from)),
                    ("to", self.place(to)),
                    ("revision", revision.to_string()),
                ],
            ),
            Command::Go {
                crane,
                revision,
                to,
            } => (
                "go",
                vec![
                    ("crane", self.crane(crane)),
                    ("to", self.place(to)),
                    ("revision", revision.to_string()),
                ],
            ),
            Command::Ask(ref ask) => ("ask", vec![("revision", ask.revision.to_string())]),
        };
        Told { code, args }
    }

    fn record(&self, record: &Record) -> Told {
        let (code, args) = match *record {
            Record::Transport {
                transport,
                vehicle,
                from,
                to,
            } => (
                "transport",
                vec![
                    ("transport", transport.0.to_string()),
                    ("vehicle", self.vehicle(vehicle)),
                    ("from", self.place(from)),
                    ("to", self.place(to)),
                ],
            ),
            Record::Transported {
                transport,
                wanted,
                assigned,
            } => {
                let waited = (assigned - wanted).as_seconds();
                let args = vec![
                    ("transport", transport.0.to_string()),
                    ("waited", format!("{waited:.1}")),
                ];
                ("transported", args)
            }
            Record::Alarm {
                alarm,
                point,
                from,
                to,
                ..
            } => {
                let mut args = self.point(point);
                args.push(("alarm", alarm.0.to_string()));
                args.push(("from", alarm_state(from, self.lang).to_string()));
                args.push(("to", alarm_state(to, self.lang).to_string()));
                ("alarm", args)
            }
            ref other => self.people(other),
        };
        Told { code, args }
    }

    fn people(&self, record: &Record) -> (&'static str, Args) {
        match *record {
            Record::Access { area, from, to } => (
                "access",
                vec![
                    ("area", self.area(area)),
                    ("from", format!("{from:?}")),
                    ("to", format!("{to:?}")),
                ],
            ),
            Record::AccessRefused { area, act, state } => (
                "access-refused",
                vec![
                    ("area", self.area(area)),
                    ("act", format!("{act:?}")),
                    ("state", format!("{state:?}")),
                ],
            ),
            Record::AccessKept { area, by } => match by {
                Some(keeper) => (
                    "access-kept",
                    vec![("area", self.area(area)), ("by", self.keeper(keeper))],
                ),
                None => ("access-free", vec![("area", self.area(area))]),
            },
            Record::Fire { area, on } => (
                if on { "fire-on" } else { "fire-off" },
                vec![("area", self.area(area))],
            ),
            Record::EStop { group, from, to } => (
                "stop-group",
                vec![
                    ("group", self.group(group)),
                    ("from", format!("{from:?}")),
                    ("to", format!("{to:?}")),
                ],
            ),
            ref other => ("history", vec![("words", format!("{other:?}"))]),
        }
    }

    fn keeper(&self, keeper: Keeper) -> String {
        match keeper {
            Keeper::Leaving(v) | Keeper::Lost(v) | Keeper::Held(v) | Keeper::Stopped(v) => {
                self.vehicle(v)
            }
            Keeper::Station(s) => self.station(s),
        }
    }
}
