//! The answer of a simulation in sentences.

use crate::figures::{grouped, high, low, percent, total_rate};
use fenhe_messages::{Lang, Word, fill};
use fenhe_study::{Neighbours, Outcome, Stat};

/// How much weight a sentence has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// A finding.
    Plain,
    /// A reason why the figures may not hold.
    Doubt,
    /// Something happened that must never happen.
    Wrong,
}

/// Pace, doubts, bottleneck, fleet, referee, speed: in this order.
pub fn answer(outcome: &Outcome, lang: Lang) -> Vec<(Tone, String)> {
    let mut said = vec![(Tone::Plain, pace(outcome, lang))];
    said.extend(
        doubts(outcome, lang)
            .into_iter()
            .map(|told| (Tone::Doubt, told)),
    );
    let mut plain = |told: String| said.push((Tone::Plain, told));
    if let Some(bottleneck) = &outcome.bottleneck {
        let args = [
            ("station", bottleneck.station.clone()),
            ("evidence", evidence(outcome, lang)),
        ];
        plain(fill(Word::AnswerBottleneck.text(lang), &args));
    }
    for row in &outcome.fleet {
        let args = [
            ("type", row.kind.clone()),
            ("vehicles", row.vehicles.to_string()),
            ("rate", grouped(row.transports_per_hour.mean, 0)),
            ("busy", format!("{:.0}", row.utilisation.mean * 100.0)),
        ];
        plain(fill(Word::AnswerFleet.text(lang), &args));
    }
    let violations = outcome.referee.violations;
    let tone = if violations == 0 {
        Tone::Plain
    } else {
        Tone::Wrong
    };
    let count = [("count", violations.to_string())];
    said.push((tone, fill(Word::AnswerReferee.text(lang), &count)));
    let factor = [("factor", grouped(outcome.real_time_factor, 0))];
    said.push((Tone::Plain, fill(Word::AnswerSpeed.text(lang), &factor)));
    said
}

/// Half-width of an interval from which on an answer is not firm, as share of the mean.
const WIDE: f64 = 0.1;
/// Change of the work in progress from which on a run is not settled.
const DRIFT: f64 = 0.1;

/// Why the figures may not hold: nothing left, intervals too wide, the plant still filling.
pub fn doubts(outcome: &Outcome, lang: Lang) -> Vec<String> {
    if total_rate(outcome)[0] == 0.0 {
        return Vec::new(); // the pace says it
    }
    let mut said = Vec::new();
    let width = |stat: &Stat| (stat.ci95[1] - stat.ci95[0]) / 2.0 / stat.mean;
    let takts = outcome.lines.iter().map(|line| width(&line.takt_s));
    let outputs = outcome
        .products
        .iter()
        .map(|product| width(&product.output));
    let widest = takts.chain(outputs).fold(0.0, f64::max);
    let whole = |share: f64| [("percent", format!("{:.0}", share * 100.0))];
    if widest > WIDE {
        said.push(fill(Word::AnswerTooShort.text(lang), &whole(widest)));
    }
    if outcome.warm_up_from == "mser-5 undecided" {
        said.push(Word::AnswerWarmUpUnknown.text(lang).into());
    }
    let change = drift(&outcome.work_in_progress_over_time.mean);
    if change > DRIFT {
        said.push(fill(Word::AnswerUnsettled.text(lang), &whole(change)));
    }
    said
}

/// Change from the first to the last quarter, as share of the larger.
fn drift(level: &[f64]) -> f64 {
    let quarter = level.len() / 4;
    if quarter == 0 {
        return 0.0;
    }
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    let (first, last) = (
        mean(&level[..quarter]),
        mean(&level[level.len() - quarter..]),
    );
    (last - first).abs() / first.max(last).max(1.0)
}

fn pace(outcome: &Outcome, lang: Lang) -> String {
    let [rate, least, most] = total_rate(outcome);
    if rate == 0.0 {
        return Word::AnswerNothing.text(lang).into();
    }
    let lines = &outcome.lines;
    let slowest = lines
        .iter()
        .filter(|line| line.takt_s.mean.is_finite())
        .max_by(|a, b| a.takt_s.mean.total_cmp(&b.takt_s.mean));
    if let (Some(line), true) = (slowest, lines.len() > 1) {
        let lows = lines.iter().map(|line| low(&line.takt_s));
        let highs = lines.iter().map(|line| high(&line.takt_s));
        let args = [
            ("low", format!("{:.3}", lows.fold(f64::INFINITY, f64::min))),
            ("high", format!("{:.3}", highs.fold(0.0, f64::max))),
            ("line", line.id.clone()),
            ("rate", grouped(rate, 0)),
        ];
        return fill(Word::AnswerTakt.text(lang), &args);
    }
    let args = [
        ("rate", grouped(rate, 1)),
        ("low", grouped(least, 1)),
        ("high", grouped(most, 1)),
    ];
    fill(Word::AnswerRate.text(lang), &args)
}

/// What speaks for the bottleneck, in words.
pub fn evidence(outcome: &Outcome, lang: Lang) -> String {
    let Some(bottleneck) = &outcome.bottleneck else {
        return String::new();
    };
    let evidence = &bottleneck.evidence;
    let mut text = fill(
        Word::EvidenceActive.text(lang),
        &[("share", percent(evidence.active_share.mean))],
    );
    if let (Some(next), Some(share)) = (&evidence.next, &evidence.next_active_share) {
        let args = [("next", next.clone()), ("share", percent(share.mean))];
        text += &fill(Word::EvidenceNext.text(lang), &args);
    }
    if evidence.lead.as_ref().is_some_and(|lead| low(lead) <= 0.0) {
        text += Word::EvidenceUnclear.text(lang);
    }
    let mut around = |word: Word, row: &Option<Neighbours>| {
        if let Some(row) = row {
            let args = [
                ("blocked", percent(row.blocked)),
                ("starved", percent(row.starved)),
            ];
            text += &fill(word.text(lang), &args);
        }
    };
    around(Word::EvidenceBefore, &evidence.before);
    around(Word::EvidenceBehind, &evidence.behind);
    text
}
