//! One self-contained HTML page: no script, no outside reference, readable without internet.

use crate::charts::{Part, escape, histogram, intervals, lines, stacked_bar};
use crate::{plan, terminal};
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;
use fenhe_study::{Outcome, StationRow};
use std::fmt::Write;

const STYLE: &str = include_str!("style.css");

/// The report of a simulation.
pub fn page(plant: &Plant, outcome: &Outcome, lang: Lang) -> String {
    let title = fill(
        Word::ReportTitle.text(lang),
        &[("plant", outcome.plant.clone())],
    );
    let mut body = format!("<h1>{}</h1>", escape(&title));
    let _ = write!(
        body,
        "<p class=\"facts\">{}</p>",
        escape(&facts(outcome, lang))
    );
    body += &answer(plant, outcome, lang);
    body += &line_table(outcome, lang);
    body += &congestion(plant, outcome, lang);
    body += &fleet(outcome, lang);
    body += &product_part(outcome, lang);
    body += &work_in_progress(outcome, lang);
    body += &excesses(outcome, lang);
    body += &stations(outcome, lang);
    body += &oee(outcome, lang);
    let _ = write!(
        body,
        "<p class=\"note\">{} {}</p>",
        Word::ConfidenceNote.text(lang),
        Word::NoSafety.text(lang)
    );
    document(&title, &body, lang)
}

/// The report of a sweep: output and takt over the value.
pub fn sweep_page(plant: &str, path: &str, points: &[(String, Outcome)], lang: Lang) -> String {
    let title = format!("{plant}: {path}");
    let mut body = format!("<h1>{}</h1>", escape(&title));
    let x = |i: usize, value: &str| value.parse().unwrap_or(i as f64);
    let rate: Vec<_> = points
        .iter()
        .enumerate()
        .map(|(i, (value, outcome))| {
            let sum = |pick: &dyn Fn(&fenhe_study::Stat) -> f64| {
                outcome
                    .lines
                    .iter()
                    .map(|line| pick(&line.output_per_hour))
                    .sum::<f64>()
            };
            (
                x(i, value),
                sum(&|s| s.mean),
                sum(&terminal::low),
                sum(&terminal::high),
            )
        })
        .collect();
    body += &intervals(&rate, None, path, Word::OutputPerHour.text(lang));
    body += "<table><tbody>";
    for (value, outcome) in points {
        let row = escape(&terminal::sweep_row(path, value, outcome));
        let _ = write!(body, "<tr><td>{row}</td></tr>");
    }
    body += "</tbody></table>";
    document(&title, &body, lang)
}

fn document(title: &str, body: &str, lang: Lang) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title>\
         <style>{STYLE}</style></head><body><main>{body}</main></body></html>\n",
        lang.tag(),
        escape(title)
    )
}

fn facts(outcome: &Outcome, lang: Lang) -> String {
    let args = [
        ("replications", outcome.replications.to_string()),
        ("days", format!("{:.2}", outcome.horizon_s / 86_400.0)),
        ("warm", format!("{:.2}", outcome.warm_up_s / 86_400.0)),
        ("seed", outcome.seed.to_string()),
        ("digest", outcome.digest.clone()),
    ];
    fill(Word::RunFacts.text(lang), &args)
}

fn answer(plant: &Plant, outcome: &Outcome, lang: Lang) -> String {
    let mut html = String::from("<div class=\"answer\">");
    for sentence in terminal::answer(plant, outcome, lang) {
        let _ = write!(html, "<p>{}</p>", escape(&sentence));
    }
    for violation in &outcome.referee.first {
        let _ = write!(
            html,
            "<p class=\"bad\">{:.1} s: {}</p>",
            violation.at_s,
            escape(&format!("{:?}", violation.what))
        );
    }
    html + "</div>"
}

fn head(word: Word, lang: Lang) -> String {
    format!("<h2>{}</h2>", escape(word.text(lang)))
}

fn header(words: &[Word], lang: Lang) -> String {
    let cells: String = words
        .iter()
        .map(|word| format!("<th>{}</th>", escape(word.text(lang))))
        .collect();
    format!("<table><thead><tr>{cells}</tr></thead><tbody>")
}

fn row(cells: &[String]) -> String {
    let cells: String = cells
        .iter()
        .map(|cell| format!("<td>{cell}</td>"))
        .collect();
    format!("<tr>{cells}</tr>")
}

fn line_table(outcome: &Outcome, lang: Lang) -> String {
    if outcome.lines.is_empty() {
        return String::new();
    }
    use Word::{Line, Lines, OutputPerHour, Takt, TaktTarget};
    let mut html = head(Lines, lang) + &header(&[Line, OutputPerHour, Takt, TaktTarget], lang);
    for line in &outcome.lines {
        html += &row(&[
            escape(&line.id),
            terminal::stat(&line.output_per_hour, 1),
            terminal::stat(&line.takt_s, 4),
            line.takt_target_s
                .map_or("-".into(), |target| target.to_string()),
        ]);
    }
    html + "</tbody></table>"
}

fn product_part(outcome: &Outcome, lang: Lang) -> String {
    use Word::{CycleTime, Output, Product, Products, Scrap};
    let columns = [Product, Output, CycleTime, Scrap];
    let mut html = head(Products, lang) + &header(&columns, lang);
    for product in &outcome.products {
        let cycle = &product.cycle_time;
        html += &row(&[
            escape(&product.id),
            terminal::stat(&product.output, 0),
            format!(
                "{:.3} (p50 {:.3}, p90 {:.3}, p99 {:.3})",
                product.cycle_time_s.mean / 3600.0,
                cycle.p50_s / 3600.0,
                cycle.p90_s / 3600.0,
                cycle.p99_s / 3600.0
            ),
            terminal::stat(&product.scrap, 0),
        ]);
    }
    html += "</tbody></table>";
    for product in &outcome.products {
        let bins: Vec<_> = product
            .cycle_time
            .histogram
            .iter()
            .map(|&(low, high, count)| (low / 3600.0, high / 3600.0, f64::from(count)))
            .collect();
        if bins.len() > 1 {
            html += &head(Word::CycleTimeHistogram, lang);
            html += &histogram(&bins, Word::CycleTime.text(lang), Word::Pieces.text(lang));
        }
    }
    html
}

fn work_in_progress(outcome: &Outcome, lang: Lang) -> String {
    let series = &outcome.work_in_progress_over_time;
    let points = |values: &[f64]| -> Vec<(f64, f64)> {
        let hour = |i: usize| (i as f64 + 0.5) * series.interval_s / 3600.0;
        values
            .iter()
            .enumerate()
            .map(|(i, &value)| (hour(i), value))
            .collect()
    };
    let all = [
        points(&series.mean),
        points(&series.low),
        points(&series.high),
    ];
    head(Word::WorkInProgressOverTime, lang)
        + &lines(&all, Word::Hours.text(lang), Word::Pieces.text(lang))
}

const STATES: [(Word, &str); 7] = [
    (Word::StateExecute, "state-execute"),
    (Word::StateSetup, "state-setup"),
    (Word::StateIdle, "state-idle"),
    (Word::StateBlocked, "state-blocked"),
    (Word::StateDown, "state-down"),
    (Word::StateMaintenance, "state-maintenance"),
    (Word::StateOff, "state-off"),
];

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
        let box_ = format!(
            "<svg viewBox=\"0 0 12 12\"><rect class=\"{class}\" width=\"12\" height=\"12\"/></svg>"
        );
        format!("{box_}{}", escape(word.text(lang)))
    };
    format!(
        "<p class=\"legend\">{}</p>",
        states.iter().map(entry).collect::<String>()
    )
}

fn stations(outcome: &Outcome, lang: Lang) -> String {
    use Word::{Scrap, Station, Stations, Utilisation};
    let mut html = head(Stations, lang) + &legend(&STATES, lang);
    html += &header(
        &[Station, Word::Line, Utilisation, Word::States, Scrap],
        lang,
    );
    for station in &outcome.stations {
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
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{:.1} %</td><td class=\"bar\">{}</td><td>{}</td></tr>",
            escape(&station.id),
            escape(station.line.as_deref().unwrap_or("")),
            station.utilisation.mean * 100.0,
            parts(&STATES, &shares, lang),
            terminal::stat(&station.scrap, 0)
        );
    }
    html + "</tbody></table>"
}

fn oee(outcome: &Outcome, lang: Lang) -> String {
    use Word::{Availability, Effectiveness, Quality, Station};
    let columns = [Station, Availability, Effectiveness, Quality, Word::Oee];
    let mut html =
        head(Word::Oee, lang) + "<details><summary>OEE</summary>" + &header(&columns, lang);
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    for StationRow { id, oee, .. } in &outcome.stations {
        html += &row(&[
            escape(id),
            percent(oee.availability),
            percent(oee.effectiveness),
            percent(oee.quality),
            format!(
                "{} (APT {:.0} s, PBT {:.0} s, ADOT {:.0} s, AUST {:.0} s, ADET {:.0} s, PRI {:.3} s, PQ {:.0}, GQ {:.0})",
                percent(oee.oee),
                oee.production_time_s,
                oee.planned_busy_time_s,
                oee.down_time_s,
                oee.setup_time_s,
                oee.delay_time_s,
                oee.run_time_per_item_s,
                oee.produced,
                oee.good
            ),
        ]);
    }
    html + "</tbody></table></details>"
}

fn excesses(outcome: &Outcome, lang: Lang) -> String {
    if outcome.queue_excesses.is_empty() {
        return String::new();
    }
    use Word::{Operation, Pieces, QueueExcess};
    let mut html = head(QueueExcess, lang) + &header(&[Operation, Pieces, Word::BeyondLimit], lang);
    for excess in &outcome.queue_excesses {
        let hours = format!(
            "{:.2} / {:.2}",
            excess.mean_s / 3600.0,
            excess.max_s / 3600.0
        );
        html += &row(&[
            escape(&excess.operation),
            terminal::stat(&excess.pieces, 0),
            hours,
        ]);
    }
    html + "</tbody></table>"
}

const VEHICLES: [(Word, &str); 7] = [
    (Word::VehicleLoaded, "v-loaded"),
    (Word::VehicleEmpty, "v-empty"),
    (Word::VehicleHandling, "v-handling"),
    (Word::VehicleWaiting, "v-waiting"),
    (Word::VehicleCharging, "v-charging"),
    (Word::VehicleStopped, "v-stopped"),
    (Word::VehicleParked, "v-parked"),
];

fn fleet(outcome: &Outcome, lang: Lang) -> String {
    if outcome.fleet.is_empty() {
        return String::new();
    }
    use Word::{Count, Fleet, TransportsPerHour, VehicleType};
    let mut html = head(Fleet, lang) + &legend(&VEHICLES, lang);
    html += &header(&[VehicleType, Count, TransportsPerHour, Word::States], lang);
    for row in &outcome.fleet {
        let s = &row.states;
        let shares = [
            s.loaded, s.empty, s.handling, s.waiting, s.charging, s.stopped, s.parked,
        ];
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"bar\">{}</td></tr>",
            escape(&row.kind),
            row.vehicles,
            terminal::stat(&row.transports_per_hour, 1),
            parts(&VEHICLES, &shares, lang)
        );
    }
    let _ = write!(
        html,
        "</tbody></table><p>{}: {}</p>",
        Word::TransportTime.text(lang),
        terminal::stat(&outcome.transport_time_s, 1)
    );
    html
}

fn congestion(plant: &Plant, outcome: &Outcome, lang: Lang) -> String {
    if plant.tracks.edges.is_empty() {
        return String::new();
    }
    head(Word::Congestion, lang) + &plan::svg(plant, &outcome.edges)
}
