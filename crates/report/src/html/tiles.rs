//! The few figures that are read first.

use crate::charts::escape;
use crate::figures::{grouped, high, low, total_rate};
use fenhe_messages::{Lang, Word};
use fenhe_study::Outcome;
use std::fmt::Write;

/// Good pieces an hour, takt of the slowest line, bottleneck, vehicles, referee.
pub fn tiles(outcome: &Outcome, lang: Lang) -> String {
    let mut html = String::from("<div class=\"tiles\">");
    let mut tile = |word: Word, value: String, below: String| {
        let _ = write!(
            html,
            "<div><span>{}</span><b{}>{}</b><span>{}</span></div>",
            escape(word.text(lang)),
            if value.len() > 12 {
                " class=\"long\""
            } else {
                ""
            },
            escape(&value),
            escape(&below)
        );
    };
    let between = |low: String, high: String| format!("95 %: {low} – {high}");
    let [rate, least, most] = total_rate(outcome);
    let ends = between(grouped(least, 0), grouped(most, 0));
    tile(Word::OutputPerHour, grouped(rate, 0), ends);
    let slowest = outcome
        .lines
        .iter()
        .filter(|line| line.takt_s.mean.is_finite())
        .max_by(|a, b| a.takt_s.mean.total_cmp(&b.takt_s.mean));
    if let Some(line) = slowest {
        let takt = &line.takt_s;
        let ends = between(format!("{:.3}", low(takt)), format!("{:.3}", high(takt)));
        let below = format!("{} · {ends}", line.id);
        tile(Word::TaktSlowest, format!("{:.3} s", takt.mean), below);
    }
    if let Some(bottleneck) = &outcome.bottleneck {
        let share = bottleneck.evidence.active_share.mean * 100.0;
        let below = format!("{} {share:.1} %", Word::Active.text(lang));
        tile(Word::Bottleneck, bottleneck.station.clone(), below);
    }
    for row in &outcome.fleet {
        let below = format!(
            "{} · {} {:.0} %",
            row.kind,
            Word::VehiclesWorking.text(lang),
            row.utilisation.mean * 100.0
        );
        tile(Word::Fleet, row.vehicles.to_string(), below);
    }
    let violations = grouped(outcome.referee.violations as f64, 0);
    tile(
        Word::RefereeHead,
        violations,
        Word::RefereeNote.text(lang).into(),
    );
    html + "</div>"
}
