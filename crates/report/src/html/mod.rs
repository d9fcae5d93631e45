//! One self-contained HTML page: no script, no outside reference, readable without internet.

mod equipment;
mod tiles;

use crate::answer::{Tone, answer};
use crate::charts::{Axis, escape, histogram, intervals, lines};
use crate::figures::{TimeUnit, cycle_unit, facts, grouped, kept, percent, stat, total_rate};
use crate::{plan, terminal};
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;
use fenhe_study::{Outcome, ProductRow};
use std::fmt::Write;

const STYLE: &str = include_str!("style.css");

/// The report of a simulation.
pub fn page(plant: &Plant, outcome: &Outcome, lang: Lang) -> String {
    let title = fill(
        Word::ReportTitle.text(lang),
        &[("plant", outcome.plant.clone())],
    );
    let mut body = format!("<h1>{}</h1>", escape(&title));
    let facts = escape(&facts(outcome, lang));
    let _ = write!(body, "<p class=\"facts\">{facts}</p>");
    body += &tiles::tiles(outcome, lang);
    body += &said(outcome, lang);
    body += &line_table(outcome, lang);
    body += &congestion(plant, outcome, lang);
    body += &equipment::fleet(outcome, lang);
    body += &products(outcome, lang);
    body += &work_in_progress(outcome, lang);
    body += &excesses(outcome, lang);
    body += &equipment::stations(outcome, lang);
    body += &equipment::oee(outcome, lang);
    let _ = write!(
        body,
        "<p class=\"note\">{} <b>{}</b></p>",
        Word::ConfidenceNote.text(lang),
        Word::NoSafety.text(lang)
    );
    document(&title, &body, lang)
}

/// The report of a sweep: good pieces an hour over the value, and what else it changes.
pub fn sweep_page(plant: &str, path: &str, points: &[(String, Outcome)], lang: Lang) -> String {
    let title = format!("{plant}: {path}");
    let mut body = format!("<h1>{}</h1>", escape(&title));
    if let Some((_, outcome)) = points.first() {
        let facts = escape(&facts(outcome, lang));
        let _ = write!(body, "<p class=\"facts\">{facts}</p>");
    }
    let places: Option<Vec<f64>> = points.iter().map(|point| point.0.parse().ok()).collect();
    let places = places.unwrap_or_else(|| (1..=points.len()).map(|i| i as f64).collect());
    let rates = points.iter().map(|(_, outcome)| total_rate(outcome));
    let rates: Vec<_> = places
        .into_iter()
        .zip(rates)
        .map(|(x, [mean, low, high])| (x, mean, low, high))
        .collect();
    let label = Word::OutputPerHour.text(lang);
    body += &intervals(&rates, None, Axis { x: path, y: label });
    body += &sweep_table(path, points, lang);
    let _ = write!(
        body,
        "<p class=\"note\">{}</p>",
        Word::ConfidenceNote.text(lang)
    );
    document(&title, &body, lang)
}

fn sweep_table(path: &str, points: &[(String, Outcome)], lang: Lang) -> String {
    use Word::{OutputPerHour, RefereeHead, TaktUpper, VehiclesWorking};
    let mut head = vec![path.to_string()];
    let words = [OutputPerHour, TaktUpper, VehiclesWorking, RefereeHead];
    head.extend(words.map(|word| word.text(lang).to_string()));
    let rows = points.iter().map(|(value, outcome)| {
        let [rate, low, high] = total_rate(outcome);
        let rate = fenhe_study::Stat {
            mean: rate,
            sd: f64::NAN,
            n: outcome.replications,
            ci95: [low, high],
        };
        vec![
            escape(value),
            stat(&rate, 0),
            terminal::worst_takt(outcome).map_or("-".into(), |takt| format!("{takt:.3}")),
            terminal::busiest_fleet(outcome).map_or("-".into(), percent),
            outcome.referee.violations.to_string(),
        ]
    });
    table(&head, rows)
}

fn document(title: &str, body: &str, lang: Lang) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{}</title>\
         <style>{STYLE}</style></head><body><main>{body}</main></body></html>\n",
        lang.tag(),
        escape(title)
    )
}

/// The answer, each doubt and each violation marked as such.
fn said(outcome: &Outcome, lang: Lang) -> String {
    let mut html = String::from("<div class=\"answer\">");
    for (tone, sentence) in answer(outcome, lang) {
        let class = match tone {
            Tone::Plain => "",
            Tone::Doubt => " class=\"doubt\"",
            Tone::Wrong => " class=\"bad\"",
        };
        let _ = write!(html, "<p{class}>{}</p>", escape(&sentence));
    }
    for violation in &outcome.referee.first {
        let what = escape(&format!("{:?}", violation.what));
        let _ = write!(html, "<p class=\"bad\">{:.1} s: {what}</p>", violation.at_s);
    }
    html + "</div>"
}

fn head(word: Word, lang: Lang) -> String {
    format!("<h2>{}</h2>", escape(word.text(lang)))
}

fn words(list: &[Word], lang: Lang) -> Vec<String> {
    list.iter().map(|word| word.text(lang).into()).collect()
}

/// A table that scrolls sideways where the screen is narrow. Cells are HTML, headings are text; a
/// heading of shares stands to the left, above its bar.
fn table(head: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut html = String::from("<div class=\"wide\"><table><thead><tr>");
    for heading in head {
        let _ = write!(html, "<th>{}</th>", escape(heading));
    }
    html += "</tr></thead><tbody>";
    for row in rows {
        html += "<tr>";
        for cell in row {
            let class = if cell.starts_with("<svg") {
                " class=\"bar\""
            } else {
                ""
            };
            let _ = write!(html, "<td{class}>{cell}</td>");
        }
        html += "</tr>";
    }
    html + "</tbody></table></div>"
}

fn line_table(outcome: &Outcome, lang: Lang) -> String {
    if outcome.lines.is_empty() {
        return String::new();
    }
    use Word::{Line, Lines, OutputPerHour, Scrap, Takt, TaktTarget, TargetKept};
    let columns = [Line, OutputPerHour, Takt, TaktTarget, TargetKept, Scrap];
    let rows = outcome.lines.iter().map(|line| {
        let target = line.takt_target_s;
        vec![
            escape(&line.id),
            stat(&line.output_per_hour, 1),
            stat(&line.takt_s, 3),
            target.map_or("-".into(), |target| target.to_string()),
            kept(&line.takt_s, target, lang).into(),
            stat(&line.scrap, 0),
        ]
    });
    head(Lines, lang) + &table(&words(&columns, lang), rows)
}

fn products(outcome: &Outcome, lang: Lang) -> String {
    let unit = cycle_unit(outcome);
    let in_unit = |seconds: f64| grouped(seconds / unit.seconds, 2);
    let mut columns = words(&[Word::Product, Word::Output, Word::Scrap], lang);
    columns.push(unit.heading(Word::CycleTime, lang));
    columns.extend(words(
        &[Word::Half, Word::NineTenths, Word::AllButHundredth],
        lang,
    ));
    let rows = outcome.products.iter().map(|row| {
        let cycle = &row.cycle_time;
        let mut cells = vec![
            escape(&row.id),
            stat(&row.output, 0),
            stat(&row.scrap, 0),
            stat(&unit.stat(&row.cycle_time_s), 2),
        ];
        cells.extend([cycle.p50_s, cycle.p90_s, cycle.p99_s].map(in_unit));
        cells
    });
    let mut html = head(Word::Products, lang) + &table(&columns, rows);
    for product in &outcome.products {
        html += &cycle_times(product, unit, lang);
    }
    html
}

/// The histogram of a product. Its buckets widen with the value, so heights are densities: pieces
/// per width of the narrowest bucket.
fn cycle_times(product: &ProductRow, unit: TimeUnit, lang: Lang) -> String {
    let filled = &product.cycle_time.histogram;
    if filled.len() < 2 {
        return String::new();
    }
    let widths = filled.iter().map(|bin| bin.1 - bin.0);
    let narrowest = widths.fold(f64::INFINITY, f64::min);
    let scaled = |&(low, high, count): &(f64, f64, u32)| {
        let height = f64::from(count) * narrowest / (high - low);
        (low / unit.seconds, high / unit.seconds, height)
    };
    let bins: Vec<_> = filled.iter().map(scaled).collect();
    let width = crate::charts::number(narrowest / unit.seconds);
    let args = [("width", format!("{width} {}", unit.name.text(lang)))];
    let y = fill(Word::PiecesPer.text(lang), &args);
    let x = unit.heading(Word::CycleTime, lang);
    let title = fill(
        Word::CycleTimeHistogram.text(lang),
        &[("product", product.id.clone())],
    );
    format!("<h3>{}</h3>", escape(&title)) + &histogram(&bins, Axis { x: &x, y: &y })
}

fn work_in_progress(outcome: &Outcome, lang: Lang) -> String {
    let series = &outcome.work_in_progress_over_time;
    let unit = TimeUnit::fitting(outcome.horizon_s);
    let points = |values: &[f64]| -> Vec<(f64, f64)> {
        let at = |i: usize| (i as f64 + 0.5) * series.interval_s / unit.seconds;
        values
            .iter()
            .enumerate()
            .map(|(i, &value)| (at(i), value))
            .collect()
    };
    let all = [
        points(&series.mean),
        points(&series.low),
        points(&series.high),
    ];
    let x = unit.heading(Word::TimeAfterWarmUp, lang);
    let y = Word::Pieces.text(lang);
    let chart = lines(&all, Axis { x: &x, y });
    let note = Word::SeriesNote.text(lang);
    head(Word::WorkInProgressOverTime, lang) + &chart + &format!("<p class=\"note\">{note}</p>")
}

fn excesses(outcome: &Outcome, lang: Lang) -> String {
    let title = head(Word::QueueExcess, lang);
    if outcome.queue_excesses.is_empty() {
        return title + &format!("<p>{}</p>", Word::QueueExcessNone.text(lang));
    }
    let most = outcome.queue_excesses.iter().map(|row| row.max_s);
    let unit = TimeUnit::fitting(most.fold(0.0, f64::max));
    let columns = [
        Word::Operation.text(lang).to_string(),
        Word::ExcessPieces.text(lang).to_string(),
        unit.heading(Word::ExcessMean, lang),
        unit.heading(Word::ExcessMost, lang),
    ];
    let rows = outcome.queue_excesses.iter().map(|excess| {
        vec![
            escape(&excess.operation),
            stat(&excess.pieces, 0),
            format!("{:.2}", excess.mean_s / unit.seconds),
            format!("{:.2}", excess.max_s / unit.seconds),
        ]
    });
    title + &table(&columns, rows)
}

fn congestion(plant: &Plant, outcome: &Outcome, lang: Lang) -> String {
    if plant.tracks.edges.is_empty() {
        return String::new();
    }
    head(Word::Congestion, lang) + &plan::figure(plant, &outcome.edges, lang)
}
