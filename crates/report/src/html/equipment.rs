//! What stations and vehicles spent their time on.

use super::{head, table, words};
use crate::charts::{Part, escape, stacked_bar};
use crate::figures::{grouped, percent, stat};
use fenhe_messages::{Lang, Word, fill};
use fenhe_study::{Outcome, StationRow};

const STATES: [(Word, &str); 7] = [
    (Word::StateExecute, "state-execute"),
    (Word::StateSetup, "state-setup"),
    (Word::StateIdle, "state-idle"),
    (Word::StateBlocked, "state-blocked"),
    (Word::StateDown, "state-down"),
    (Word::StateMaintenance, "state-maintenance"),
    (Word::StateOff, "state-off"),
];

const VEHICLES: [(Word, &str); 7] = [
    (Word::VehicleLoaded, "v-loaded"),
    (Word::VehicleEmpty, "v-empty"),
    (Word::VehicleHandling, "v-handling"),
    (Word::VehicleWaiting, "v-waiting"),
    (Word::VehicleCharging, "v-charging"),
    (Word::VehicleStopped, "v-stopped"),
    (Word::VehicleParked, "v-parked"),
];

/// Stations named in the open part.
const SHOWN: usize = 12;

fn parts(legend: &[(Word, &'static str)], shares: &[f64], lang: Lang) -> String {
    let parts: Vec<Part> = legend
        .iter()
        .zip(shares)
        .map(|(&(word, class), &share)| Part {
            label: word.text(lang).into(),
            share,
            class,
        })
        .collect();
    stacked_bar(&parts)
}

fn legend(states: &[(Word, &str)], lang: Lang) -> String {
    let entry = |&(word, class): &(Word, &str)| {
        let key = format!(
            "<svg viewBox=\"0 0 12 12\"><rect class=\"{class}\" width=\"12\" height=\"12\"/></svg>"
        );
        format!("<span>{key}{}</span> ", escape(word.text(lang)))
    };
    let entries: String = states.iter().map(entry).collect();
    format!("<p class=\"legend\">{entries}</p>")
}

/// The busiest stations, and all of them below a fold.
pub fn stations(outcome: &Outcome, lang: Lang) -> String {
    use Word::{Line, Scrap, States, Station, StationsAll, StationsBusiest, Utilisation};
    let columns = words(&[Station, Line, Utilisation, States, Scrap], lang);
    let mut busiest: Vec<&StationRow> = outcome.stations.iter().collect();
    busiest.sort_by(|a, b| b.utilisation.mean.total_cmp(&a.utilisation.mean));
    busiest.truncate(SHOWN);
    let row = |station: &StationRow| station_row(station, lang);
    let mut html = head(StationsBusiest, lang) + &legend(&STATES, lang);
    html += &table(&columns, busiest.into_iter().map(row));
    if outcome.stations.len() > SHOWN {
        let count = [("count", outcome.stations.len().to_string())];
        let summary = fill(StationsAll.text(lang), &count);
        let all = table(&columns, outcome.stations.iter().map(row));
        html += &format!("<details><summary>{summary}</summary>{all}</details>");
    }
    html
}

fn station_row(station: &StationRow, lang: Lang) -> Vec<String> {
    let s = &station.states;
    let shares = [
        s.execute,
        s.setup,
        s.idle,
        s.blocked,
        s.down,
        s.maintenance,
        s.off,
    ];
    vec![
        escape(&station.id),
        escape(station.line.as_deref().unwrap_or("")),
        percent(station.utilisation.mean),
        parts(&STATES, &shares, lang),
        stat(&station.scrap, 0),
    ]
}

/// OEE with its terms, below a fold.
pub fn oee(outcome: &Outcome, lang: Lang) -> String {
    use Word::{Availability, Effectiveness, Oee, Quality, Station};
    let hour = Word::Hours.text(lang);
    let second = Word::Seconds.text(lang);
    let mut columns = words(&[Station, Availability, Effectiveness, Quality], lang);
    columns.push("OEE".into());
    columns.extend(["APT", "PBT", "ADOT", "AUST", "ADET"].map(|term| format!("{term} [{hour}]")));
    columns.extend([format!("PRI [{second}]"), "PQ".into(), "GQ".into()]);
    let rows = outcome.stations.iter().map(|StationRow { id, oee, .. }| {
        let hours = |seconds: f64| grouped(seconds / 3600.0, 2);
        vec![
            escape(id),
            percent(oee.availability),
            percent(oee.effectiveness),
            percent(oee.quality),
            percent(oee.oee),
            hours(oee.production_time_s),
            hours(oee.planned_busy_time_s),
            hours(oee.down_time_s),
            hours(oee.setup_time_s),
            hours(oee.delay_time_s),
            grouped(oee.run_time_per_item_s, 3),
            grouped(oee.produced, 0),
            grouped(oee.good, 0),
        ]
    });
    let note = format!("<p class=\"note\">{}</p>", escape(Word::OeeNote.text(lang)));
    let count = [("count", outcome.stations.len().to_string())];
    let summary = fill(Word::StationsAll.text(lang), &count);
    let table = table(&columns, rows);
    head(Oee, lang) + &note + &format!("<details><summary>{summary}</summary>{table}</details>")
}

/// Vehicle types, their loads and their states.
pub fn fleet(outcome: &Outcome, lang: Lang) -> String {
    if outcome.fleet.is_empty() {
        return String::new();
    }
    use Word::{Count, Fleet, States, TransportsPerHour, VehicleType};
    let columns = words(&[VehicleType, Count, TransportsPerHour, States], lang);
    let rows = outcome.fleet.iter().map(|row| {
        let s = &row.states;
        let shares = [
            s.loaded, s.empty, s.handling, s.waiting, s.charging, s.stopped, s.parked,
        ];
        vec![
            escape(&row.kind),
            row.vehicles.to_string(),
            stat(&row.transports_per_hour, 0),
            parts(&VEHICLES, &shares, lang),
        ]
    });
    let times = [
        ("time", stat(&outcome.transport_time_s, 0)),
        ("wait", stat(&outcome.transport_wait_s, 0)),
        ("most", grouped(outcome.transport_time.p90_s, 0)),
    ];
    let note = escape(&fill(Word::TransportNote.text(lang), &times));
    let table = table(&columns, rows);
    head(Fleet, lang) + &legend(&VEHICLES, lang) + &table + &format!("<p>{note}</p>")
}
