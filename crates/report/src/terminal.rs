//! The result on a terminal.

use crate::answer::answer;
use crate::figures::{cycle_unit, facts, grouped, high, kept, percent, stat, total_rate};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Row, Table, TableComponent, presets};
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;
use fenhe_study::Outcome;

/// How wide the text may be: columns of the terminal, or any width.
pub type Width = Option<u16>;

/// Tables and answer.
pub fn report(plant: &Plant, outcome: &Outcome, width: Width, lang: Lang) -> String {
    let mut out = String::new();
    let tables = [
        lines(outcome, lang),
        products(outcome, lang),
        fleet(outcome, lang),
        busiest(outcome, lang),
    ];
    for (title, grid) in tables.into_iter().flatten() {
        out += &format!("{title}\n{}\n\n", grid.table(width));
    }
    out += &format!("{}\n", Word::AnswerHead.text(lang));
    let mut said: Vec<_> = answer(outcome, lang).into_iter().map(|s| s.1).collect();
    said.push(facts(outcome, lang));
    if !plant.vehicles.is_empty() {
        said.push(Word::NoSafety.text(lang).into());
    }
    out + &paragraphs(&said, width)
}

/// Sentences, one a line, indented, broken where the terminal ends.
fn paragraphs(said: &[String], width: Width) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    arranged(&mut table, width);
    for sentence in said {
        table.add_row([sentence]);
    }
    if let Some(column) = table.column_mut(0) {
        column.set_padding((2, 0));
    }
    let lines: Vec<_> = table
        .lines()
        .map(|line| line.trim_end().to_string())
        .collect();
    lines.join("\n")
}

fn arranged(table: &mut Table, width: Width) {
    match width {
        Some(width) => table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
}

/// A table on its way: headings and rows; the first column is a name, all others are figures.
struct Grid {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    fn table(self, width: Width) -> Table {
        let mut table = Table::new();
        table
            .load_preset(presets::UTF8_HORIZONTAL_ONLY)
            .remove_style(TableComponent::HorizontalLines)
            .remove_style(TableComponent::MiddleIntersections)
            .remove_style(TableComponent::LeftBorderIntersections)
            .remove_style(TableComponent::RightBorderIntersections);
        arranged(&mut table, width);
        table.set_header(aligned(self.head));
        for row in self.rows {
            table.add_row(aligned(row));
        }
        table
    }
}

fn aligned(cells: Vec<String>) -> Row {
    let cell = |(i, text): (usize, String)| {
        let side = if i == 0 {
            CellAlignment::Left
        } else {
            CellAlignment::Right
        };
        Cell::new(text).set_alignment(side)
    };
    cells
        .into_iter()
        .enumerate()
        .map(cell)
        .collect::<Vec<_>>()
        .into()
}

/// A heading and what stands below it, if there is anything.
type Part = Option<(&'static str, Grid)>;

fn part(title: Word, head: Vec<String>, rows: Vec<Vec<String>>, lang: Lang) -> Part {
    (!rows.is_empty()).then(|| (title.text(lang), Grid { head, rows }))
}

fn words(list: &[Word], lang: Lang) -> Vec<String> {
    list.iter().map(|word| word.text(lang).into()).collect()
}

fn lines(outcome: &Outcome, lang: Lang) -> Part {
    use Word::{Line, Lines, OutputPerHour, Takt, TaktTarget, TargetKept};
    let head = words(&[Line, OutputPerHour, Takt, TaktTarget, TargetKept], lang);
    let rows = outcome.lines.iter().map(|row| {
        let target = row.takt_target_s;
        vec![
            row.id.clone(),
            stat(&row.output_per_hour, 1),
            stat(&row.takt_s, 3),
            target.map_or("-".into(), |target| target.to_string()),
            kept(&row.takt_s, target, lang).into(),
        ]
    });
    part(Lines, head, rows.collect(), lang)
}

fn products(outcome: &Outcome, lang: Lang) -> Part {
    let unit = cycle_unit(outcome);
    let mut head = words(&[Word::Product, Word::Output, Word::Scrap], lang);
    head.insert(2, unit.heading(Word::CycleTime, lang));
    let rows = outcome.products.iter().map(|row| {
        vec![
            row.id.clone(),
            stat(&row.output, 0),
            stat(&unit.stat(&row.cycle_time_s), 2),
            stat(&row.scrap, 0),
        ]
    });
    part(Word::Products, head, rows.collect(), lang)
}

/// The columns of shares that are not zero everywhere, after some that always stay.
fn with_shares<const N: usize>(
    head: &[Word],
    states: [Word; N],
    rows: Vec<(Vec<String>, [f64; N])>,
    lang: Lang,
) -> (Vec<String>, Vec<Vec<String>>) {
    let told = |i: &usize| rows.iter().any(|(_, shares)| shares[*i] >= 0.0005);
    let shown: Vec<usize> = (0..N).filter(told).collect();
    let mut head = words(head, lang);
    head.extend(shown.iter().map(|&i| states[i].text(lang).to_string()));
    let cells = |(mut cells, shares): (Vec<String>, [f64; N])| {
        cells.extend(shown.iter().map(|&i| percent(shares[i])));
        cells
    };
    (head, rows.into_iter().map(cells).collect())
}

fn fleet(outcome: &Outcome, lang: Lang) -> Part {
    use Word::*;
    let states = [
        VehicleLoaded,
        VehicleEmpty,
        VehicleHandling,
        VehicleWaiting,
        VehicleCharging,
        VehicleStopped,
        VehicleParked,
    ];
    let rows = outcome.fleet.iter().map(|row| {
        let s = &row.states;
        let shares = [
            s.loaded, s.empty, s.handling, s.waiting, s.charging, s.stopped, s.parked,
        ];
        let cells = vec![
            row.kind.clone(),
            row.vehicles.to_string(),
            stat(&row.transports_per_hour, 0),
        ];
        (cells, shares)
    });
    let (head, rows) = with_shares(
        &[VehicleType, Count, TransportsPerHour],
        states,
        rows.collect(),
        lang,
    );
    part(Fleet, head, rows, lang)
}

/// The twelve stations with the highest utilisation.
fn busiest(outcome: &Outcome, lang: Lang) -> Part {
    use Word::*;
    let states = [
        StateExecute,
        StateSetup,
        StateIdle,
        StateBlocked,
        StateDown,
        StateMaintenance,
        StateOff,
    ];
    let mut rows: Vec<_> = outcome.stations.iter().collect();
    rows.sort_by(|a, b| b.utilisation.mean.total_cmp(&a.utilisation.mean));
    let rows = rows.into_iter().take(12).map(|row| {
        let s = &row.states;
        let shares = [
            s.execute,
            s.setup,
            s.idle,
            s.blocked,
            s.down,
            s.maintenance,
            s.off,
        ];
        (vec![row.id.clone()], shares)
    });
    let (head, rows) = with_shares(&[Station], states, rows.collect(), lang);
    part(StationsBusiest, head, rows, lang)
}

/// One point of a sweep on one line.
pub fn sweep_row(path: &str, value: &str, outcome: &Outcome, lang: Lang) -> String {
    let [rate, least, most] = total_rate(outcome);
    let head = [
        ("path", path.to_string()),
        ("value", value.to_string()),
        ("rate", grouped(rate, 0)),
        ("half", grouped((most - least) / 2.0, 0)),
        ("violations", outcome.referee.violations.to_string()),
    ];
    let mut text = fill(Word::SweepRate.text(lang), &head);
    if let Some(worst) = worst_takt(outcome) {
        let takt = [("takt", format!("{worst:.3}"))];
        text += &fill(Word::SweepTakt.text(lang), &takt);
    }
    if let Some(busy) = busiest_fleet(outcome) {
        text += &fill(Word::SweepFleet.text(lang), &[("busy", percent(busy))]);
    }
    text + &fill(Word::SweepReferee.text(lang), &head)
}

/// The upper end of the takt of the slowest line [s].
pub fn worst_takt(outcome: &Outcome) -> Option<f64> {
    let ends = outcome.lines.iter().map(|line| high(&line.takt_s));
    ends.filter(|end| end.is_finite()).reduce(f64::max)
}

/// The highest share of time at work among the vehicle types.
pub fn busiest_fleet(outcome: &Outcome) -> Option<f64> {
    let shares = outcome.fleet.iter().map(|row| row.utilisation.mean);
    shares.reduce(f64::max)
}
