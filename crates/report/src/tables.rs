//! An outcome as flat tables, for CSV and Parquet.

use crate::columns::{Column, Table};
use fenhe_study::{Outcome, Stat};
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

/// All tables of an outcome.
pub fn all(outcome: &Outcome) -> Vec<Table> {
    vec![
        lines(outcome),
        products(outcome),
        stations(outcome),
        fleet(outcome),
        edges(outcome),
        wip(outcome),
        buffers(outcome),
        cycle_times(outcome),
        queue_excesses(outcome),
        run(outcome),
    ]
}

/// Writes them into a folder, made if it is not there.
///
/// # Errors
/// What the disk gives.
pub fn write_all(outcome: &Outcome, folder: &Path, parquet: bool) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for table in all(outcome) {
        let ending = if parquet { "parquet" } else { "csv" };
        let file = File::create(folder.join(format!("{}.{ending}", table.name)))?;
        if parquet {
            table.parquet(file)?;
        } else {
            table.csv(&mut BufWriter::new(file))?;
        }
    }
    Ok(())
}

/// A sweep: one outcome a value.
pub fn sweep_json(path: &str, points: &[(String, Outcome)]) -> String {
    let rows: Vec<String> = points
        .iter()
        .map(|(value, outcome)| {
            let value = serde_json::Value::String(value.clone());
            format!("{{\"value\": {value}, \"outcome\": {}}}", outcome.to_json())
        })
        .collect();
    let path = serde_json::Value::String(path.into());
    format!("{{\"path\": {path}, \"points\": [{}]}}", rows.join(",\n"))
}

fn table(name: &str, columns: Vec<(&'static str, Column)>) -> Table {
    Table {
        name: name.into(),
        columns,
    }
}
fn text<T>(rows: &[T], of: impl Fn(&T) -> String) -> Column {
    Column::Text(rows.iter().map(of).collect())
}
fn number<T>(rows: &[T], of: impl Fn(&T) -> f64) -> Column {
    Column::Number(rows.iter().map(of).collect())
}
fn mean_low_high<T>(
    names: [&'static str; 3],
    rows: &[T],
    of: impl Fn(&T) -> &Stat,
) -> [(&'static str, Column); 3] {
    [
        (names[0], number(rows, |row| of(row).mean)),
        (names[1], number(rows, |row| of(row).ci95[0])),
        (names[2], number(rows, |row| of(row).ci95[1])),
    ]
}

fn lines(outcome: &Outcome) -> Table {
    let rows = &outcome.lines[..];
    let mut columns = vec![("line", text(rows, |row| row.id.clone()))];
    let rate = [
        "output_per_hour",
        "output_per_hour_low",
        "output_per_hour_high",
    ];
    columns.extend(mean_low_high(rate, rows, |row| &row.output_per_hour));
    columns.extend(mean_low_high(
        ["takt_s", "takt_s_low", "takt_s_high"],
        rows,
        |row| &row.takt_s,
    ));
    table("lines", columns)
}

fn products(outcome: &Outcome) -> Table {
    let rows = &outcome.products[..];
    let mut columns = vec![("product", text(rows, |row| row.id.clone()))];
    columns.extend(mean_low_high(
        ["output", "output_low", "output_high"],
        rows,
        |row| &row.output,
    ));
    let cycle = ["cycle_time_s", "cycle_time_s_low", "cycle_time_s_high"];
    columns.extend(mean_low_high(cycle, rows, |row| &row.cycle_time_s));
    columns.extend(mean_low_high(
        ["scrap", "scrap_low", "scrap_high"],
        rows,
        |row| &row.scrap,
    ));
    table("products", columns)
}

fn stations(outcome: &Outcome) -> Table {
    let rows = &outcome.stations[..];
    let columns = vec![
        ("station", text(rows, |row| row.id.clone())),
        (
            "line",
            text(rows, |row| row.line.clone().unwrap_or_default()),
        ),
        ("utilisation", number(rows, |row| row.utilisation.mean)),
        ("idle", number(rows, |row| row.states.idle)),
        ("execute", number(rows, |row| row.states.execute)),
        ("setup", number(rows, |row| row.states.setup)),
        ("blocked", number(rows, |row| row.states.blocked)),
        ("down", number(rows, |row| row.states.down)),
        ("maintenance", number(rows, |row| row.states.maintenance)),
        ("off", number(rows, |row| row.states.off)),
        ("availability", number(rows, |row| row.oee.availability)),
        ("effectiveness", number(rows, |row| row.oee.effectiveness)),
        ("quality", number(rows, |row| row.oee.quality)),
        ("oee", number(rows, |row| row.oee.oee)),
        ("apt_s", number(rows, |row| row.oee.production_time_s)),
        ("pbt_s", number(rows, |row| row.oee.planned_busy_time_s)),
        ("adot_s", number(rows, |row| row.oee.down_time_s)),
        ("aust_s", number(rows, |row| row.oee.setup_time_s)),
        ("adet_s", number(rows, |row| row.oee.delay_time_s)),
        ("pri_s", number(rows, |row| row.oee.run_time_per_item_s)),
        ("pq", number(rows, |row| row.oee.produced)),
        ("gq", number(rows, |row| row.oee.good)),
        ("good_per_hour", number(rows, |row| row.good_per_hour.mean)),
        ("scrap", number(rows, |row| row.scrap.mean)),
    ];
    table("stations", columns)
}

fn fleet(outcome: &Outcome) -> Table {
    let rows = &outcome.fleet[..];
    let columns = vec![
        ("type", text(rows, |row| row.kind.clone())),
        ("vehicles", number(rows, |row| f64::from(row.vehicles))),
        (
            "transports_per_hour",
            number(rows, |row| row.transports_per_hour.mean),
        ),
        ("parked", number(rows, |row| row.states.parked)),
        ("empty", number(rows, |row| row.states.empty)),
        ("loaded", number(rows, |row| row.states.loaded)),
        ("waiting", number(rows, |row| row.states.waiting)),
        ("handling", number(rows, |row| row.states.handling)),
        ("charging", number(rows, |row| row.states.charging)),
        ("stopped", number(rows, |row| row.states.stopped)),
    ];
    table("fleet", columns)
}

fn edges(outcome: &Outcome) -> Table {
    let rows = &outcome.edges[..];
    let columns = vec![
        ("edge", text(rows, |row| row.id.clone())),
        ("passes_per_hour", number(rows, |row| row.passes_per_hour)),
        ("waiting", number(rows, |row| row.waiting)),
    ];
    table("edges", columns)
}

fn wip(outcome: &Outcome) -> Table {
    let series = &outcome.work_in_progress_over_time;
    let hours = (0..series.mean.len()).map(|i| (i as f64 + 0.5) * series.interval_s / 3600.0);
    let columns = vec![
        ("hour", Column::Number(hours.collect())),
        ("mean", Column::Number(series.mean.clone())),
        ("low", Column::Number(series.low.clone())),
        ("high", Column::Number(series.high.clone())),
    ];
    table("work_in_progress", columns)
}

fn buffers(outcome: &Outcome) -> Table {
    let rows = &outcome.buffers[..];
    let columns = vec![
        ("buffer", text(rows, |row| row.id.clone())),
        ("level", number(rows, |row| row.level.mean)),
        ("wait_s", number(rows, |row| row.wait_s.mean)),
        ("most", number(rows, |row| f64::from(row.most))),
    ];
    table("buffers", columns)
}

/// The histograms of all products, one row a bucket that holds something.
fn cycle_times(outcome: &Outcome) -> Table {
    let bins = outcome.products.iter().flat_map(|product| {
        let bins = product.cycle_time.histogram.iter();
        bins.map(|&bin| (product.id.clone(), bin))
    });
    let rows: Vec<(String, (f64, f64, u32))> = bins.collect();
    let columns = vec![
        ("product", text(&rows, |row| row.0.clone())),
        ("from_s", number(&rows, |row| row.1.0)),
        ("to_s", number(&rows, |row| row.1.1)),
        ("pieces", number(&rows, |row| f64::from(row.1.2))),
    ];
    table("cycle_times", columns)
}

fn queue_excesses(outcome: &Outcome) -> Table {
    let rows = &outcome.queue_excesses[..];
    let mut columns = vec![("operation", text(rows, |row| row.operation.clone()))];
    let pieces = ["pieces", "pieces_low", "pieces_high"];
    columns.extend(mean_low_high(pieces, rows, |row| &row.pieces));
    columns.push(("mean_s", number(rows, |row| row.mean_s)));
    columns.push(("max_s", number(rows, |row| row.max_s)));
    table("queue_excesses", columns)
}

/// What was run and what limits it: one row.
fn run(outcome: &Outcome) -> Table {
    let rows = std::slice::from_ref(outcome);
    let bottleneck = |outcome: &Outcome| outcome.bottleneck.clone();
    let columns = vec![
        ("plant", text(rows, |row| row.plant.clone())),
        ("seed", text(rows, |row| row.seed.to_string())),
        (
            "replications",
            number(rows, |row| f64::from(row.replications)),
        ),
        ("horizon_s", number(rows, |row| row.horizon_s)),
        ("warm_up_s", number(rows, |row| row.warm_up_s)),
        ("digest", text(rows, |row| row.digest.clone())),
        (
            "violations",
            number(rows, |row| row.referee.violations as f64),
        ),
        (
            "bottleneck",
            text(rows, |row| {
                bottleneck(row).map_or(String::new(), |b| b.station)
            }),
        ),
        (
            "bottleneck_active",
            number(rows, |row| {
                bottleneck(row).map_or(f64::NAN, |b| b.evidence.active_share.mean)
            }),
        ),
        (
            "transport_time_s",
            number(rows, |row| row.transport_time_s.mean),
        ),
        (
            "transport_wait_s",
            number(rows, |row| row.transport_wait_s.mean),
        ),
    ];
    table("run", columns)
}
