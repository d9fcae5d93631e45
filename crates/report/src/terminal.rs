//! The result on a terminal.

use comfy_table::{ContentArrangement, Table, presets};
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;
use fenhe_study::{Outcome, Stat};

/// A mean with half of its interval: `14 731 ± 45`.
pub fn stat(stat: &Stat, digits: usize) -> String {
    let half = (stat.ci95[1] - stat.ci95[0]) / 2.0;
    if !stat.mean.is_finite() {
        "-".into()
    } else if half.is_finite() {
        format!("{:.digits$} ± {half:.digits$}", stat.mean)
    } else {
        format!("{:.digits$}", stat.mean)
    }
}

/// The answer in sentences: takt, bottleneck, fleet, referee, speed.
pub fn answer(plant: &Plant, outcome: &Outcome, lang: Lang) -> Vec<String> {
    let mut said = vec![pace(outcome, lang)];
    said.extend(doubts(outcome, lang));
    if let Some(bottleneck) = &outcome.bottleneck {
        let args = [
            ("station", bottleneck.station.clone()),
            ("evidence", evidence(outcome, lang)),
        ];
        said.push(fill(Word::AnswerBottleneck.text(lang), &args));
    }
    for row in &outcome.fleet {
        let args = [
            ("vehicles", row.vehicles.to_string()),
            ("rate", format!("{:.0}", row.transports_per_hour.mean)),
            ("busy", format!("{:.0}", row.utilisation.mean * 100.0)),
        ];
        said.push(fill(Word::AnswerFleet.text(lang), &args));
    }
    let count = [("count", outcome.referee.violations.to_string())];
    said.push(fill(Word::AnswerReferee.text(lang), &count));
    let factor = [("factor", format!("{:.0}", outcome.real_time_factor))];
    said.push(fill(Word::AnswerSpeed.text(lang), &factor));
    if !plant.vehicles.is_empty() {
        said.push(Word::NoSafety.text(lang).to_string());
    }
    said
}

/// Half-width of an interval from which on an answer is not firm, as share of the mean.
const WIDE: f64 = 0.1;
/// Change of the work in progress from which on a run is not settled.
const DRIFT: f64 = 0.1;

/// Why the figures may not hold: intervals too wide, the plant still filling.
fn doubts(outcome: &Outcome, lang: Lang) -> Vec<String> {
    let mut said = Vec::new();
    let width = |stat: &Stat| (stat.ci95[1] - stat.ci95[0]) / 2.0 / stat.mean;
    let takts = outcome.lines.iter().map(|line| width(&line.takt_s));
    let outputs = outcome
        .products
        .iter()
        .map(|product| width(&product.output));
    let widest = takts.chain(outputs).fold(0.0, f64::max);
    let percent = |share: f64| [("percent", format!("{:.0}", share * 100.0))];
    if widest > WIDE {
        said.push(fill(Word::AnswerTooShort.text(lang), &percent(widest)));
    }
    let level = &outcome.work_in_progress_over_time.mean;
    let quarter = level.len() / 4;
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    if quarter > 0 {
        let (first, last) = (
            mean(&level[..quarter]),
            mean(&level[level.len() - quarter..]),
        );
        let change = (last - first).abs() / first.max(last).max(1.0);
        if change > DRIFT {
            said.push(fill(Word::AnswerUnsettled.text(lang), &percent(change)));
        }
    }
    said
}

fn pace(outcome: &Outcome, lang: Lang) -> String {
    let total: f64 = outcome
        .lines
        .iter()
        .map(|line| line.output_per_hour.mean)
        .sum();
    let slowest = outcome
        .lines
        .iter()
        .filter(|line| line.takt_s.mean.is_finite())
        .max_by(|a, b| a.takt_s.mean.total_cmp(&b.takt_s.mean));
    if let (Some(line), true) = (slowest, outcome.lines.len() > 1) {
        let low = outcome
            .lines
            .iter()
            .map(|line| low(&line.takt_s))
            .fold(f64::INFINITY, f64::min);
        let high = outcome
            .lines
            .iter()
            .map(|line| high(&line.takt_s))
            .fold(0.0, f64::max);
        let args = [
            ("low", format!("{low:.3}")),
            ("high", format!("{high:.3}")),
            ("line", line.id.clone()),
            ("rate", format!("{total:.0}")),
        ];
        return fill(Word::AnswerTakt.text(lang), &args);
    }
    let hours = outcome.horizon_s / 3600.0;
    let rate = |pick: &dyn Fn(&Stat) -> f64| {
        outcome
            .products
            .iter()
            .map(|product| pick(&product.output))
            .sum::<f64>()
            / hours
    };
    let args = [
        ("rate", format!("{:.1}", rate(&|stat| stat.mean))),
        ("low", format!("{:.1}", rate(&low))),
        ("high", format!("{:.1}", rate(&high))),
    ];
    fill(Word::AnswerRate.text(lang), &args)
}

/// The ends of an interval; the mean where there is none.
pub(crate) fn low(stat: &Stat) -> f64 {
    if stat.ci95[0].is_finite() {
        stat.ci95[0]
    } else {
        stat.mean
    }
}
pub(crate) fn high(stat: &Stat) -> f64 {
    if stat.ci95[1].is_finite() {
        stat.ci95[1]
    } else {
        stat.mean
    }
}

/// What speaks for the bottleneck, in words.
pub fn evidence(outcome: &Outcome, lang: Lang) -> String {
    let Some(bottleneck) = &outcome.bottleneck else {
        return String::new();
    };
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    let evidence = &bottleneck.evidence;
    let mut text = fill(
        Word::EvidenceActive.text(lang),
        &[("share", percent(evidence.active_share.mean))],
    );
    if let (Some(next), Some(share)) = (&evidence.next, &evidence.next_active_share) {
        let args = [("next", next.clone()), ("share", percent(share.mean))];
        text += &fill(Word::EvidenceNext.text(lang), &args);
    }
    let mut around = |word: Word, row: &Option<fenhe_study::Neighbours>| {
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

/// Tables and answer.
pub fn report(plant: &Plant, outcome: &Outcome, lang: Lang) -> String {
    let mut out = String::new();
    for table in [
        lines(outcome, lang),
        products(outcome, lang),
        fleet(outcome, lang),
        busiest(outcome, lang),
    ]
    .into_iter()
    .flatten()
    {
        out += &format!("{table}\n\n");
    }
    out += Word::AnswerHead.text(lang);
    for sentence in answer(plant, outcome, lang) {
        out += &format!("\n  {sentence}");
    }
    out
}

fn table(lang: Lang, head: &[Word]) -> Table {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(head.iter().map(|word| word.text(lang)));
    table
}

fn lines(outcome: &Outcome, lang: Lang) -> Option<Table> {
    use Word::{Line, OutputPerHour, Takt, TaktTarget};
    let mut out = table(lang, &[Line, OutputPerHour, Takt, TaktTarget]);
    for row in &outcome.lines {
        let target = row
            .takt_target_s
            .map_or("-".into(), |target| format!("{target}"));
        out.add_row([
            row.id.clone(),
            stat(&row.output_per_hour, 1),
            stat(&row.takt_s, 4),
            target,
        ]);
    }
    (!outcome.lines.is_empty()).then_some(out)
}

fn products(outcome: &Outcome, lang: Lang) -> Option<Table> {
    use Word::{CycleTime, Output, Product, Scrap};
    let mut out = table(lang, &[Product, Output, CycleTime, Scrap]);
    for row in &outcome.products {
        let hours = |value: f64| value / 3600.0;
        let cycle = Stat {
            mean: hours(row.cycle_time_s.mean),
            sd: hours(row.cycle_time_s.sd),
            n: row.cycle_time_s.n,
            ci95: row.cycle_time_s.ci95.map(hours),
        };
        out.add_row([
            row.id.clone(),
            stat(&row.output, 0),
            stat(&cycle, 4),
            stat(&row.scrap, 0),
        ]);
    }
    (!outcome.products.is_empty()).then_some(out)
}

fn fleet(outcome: &Outcome, lang: Lang) -> Option<Table> {
    use Word::*;
    let head = [
        VehicleType,
        Count,
        TransportsPerHour,
        VehicleParked,
        VehicleEmpty,
        VehicleLoaded,
        VehicleWaiting,
        VehicleHandling,
        VehicleCharging,
        VehicleStopped,
    ];
    let mut out = table(lang, &head);
    for row in &outcome.fleet {
        let s = &row.states;
        let shares = [
            s.parked, s.empty, s.loaded, s.waiting, s.handling, s.charging, s.stopped,
        ];
        let mut cells = vec![
            row.kind.clone(),
            row.vehicles.to_string(),
            stat(&row.transports_per_hour, 1),
        ];
        cells.extend(shares.map(|share| format!("{:.1} %", share * 100.0)));
        out.add_row(cells);
    }
    (!outcome.fleet.is_empty()).then_some(out)
}

/// The twelve stations with the highest utilisation.
fn busiest(outcome: &Outcome, lang: Lang) -> Option<Table> {
    use Word::*;
    let head = [
        Station,
        Utilisation,
        StateIdle,
        StateExecute,
        StateSetup,
        StateBlocked,
        StateDown,
        StateMaintenance,
        StateOff,
    ];
    let mut out = table(lang, &head);
    let mut rows: Vec<_> = outcome.stations.iter().collect();
    rows.sort_by(|a, b| b.utilisation.mean.total_cmp(&a.utilisation.mean));
    for row in rows.into_iter().take(12) {
        let s = &row.states;
        let shares = [
            s.idle,
            s.execute,
            s.setup,
            s.blocked,
            s.down,
            s.maintenance,
            s.off,
        ];
        let mut cells = vec![
            row.id.clone(),
            format!("{:.1} %", row.utilisation.mean * 100.0),
        ];
        cells.extend(shares.map(|share| format!("{:.1} %", share * 100.0)));
        out.add_row(cells);
    }
    (!outcome.stations.is_empty()).then_some(out)
}

/// One point of a sweep on one line.
pub fn sweep_row(path: &str, value: &str, outcome: &Outcome) -> String {
    let total: f64 = outcome
        .lines
        .iter()
        .map(|line| line.output_per_hour.mean)
        .sum();
    let worst = outcome
        .lines
        .iter()
        .map(|line| high(&line.takt_s))
        .fold(0.0, f64::max);
    let busy = outcome
        .fleet
        .iter()
        .map(|row| row.utilisation.mean)
        .fold(0.0, f64::max);
    format!(
        "{path} = {value}: {total:.0} /h, takt <= {worst:.4} s, vehicles {:.1} %, referee {}",
        busy * 100.0,
        outcome.referee.violations
    )
}
