//! Time lines and the terms of effectiveness, cut out of an index.

use super::index::{Index, Line};
use fenhe_contract::{Index as _, StationId, Time};
use fenhe_plant::{Plant, Process, Reports};
use fenhe_server::past::*;
use fenhe_server::{Reason, Refusal, StationState};

/// A row with its begin and end, cut to a window.
fn cut<T: Copy>(line: &Line<T>, (from, until): (Time, Time)) -> Vec<(Time, Time, T)> {
    let first = line
        .partition_point(|(at, _)| *at <= from)
        .saturating_sub(1);
    let ends = line
        .iter()
        .skip(first + 1)
        .map(|(at, _)| *at)
        .chain([until]);
    let rows = line[first.min(line.len())..].iter().zip(ends);
    let cut = rows.map(|((at, value), end)| ((*at).max(from), end.min(until), *value));
    cut.take_while(|(at, ..)| *at < until)
        .filter(|(at, end, _)| at < end)
        .collect()
}

/// The value at an instant.
fn at<T: Copy + Default>(line: &Line<T>, when: Time) -> T {
    let after = line.partition_point(|(at, _)| *at <= when);
    line[..after]
        .last()
        .map(|(_, value)| *value)
        .unwrap_or_default()
}

/// Lines of stations and vehicles within a window.
pub fn lines(
    plant: &Plant,
    index: &Index,
    window: (Time, Time),
    of: &LinesOf,
) -> Result<TimeLines, Refusal> {
    let wanted = |kind: bool, name: &str| match of {
        LinesOf::All => true,
        LinesOf::Station(one) => kind && one == name,
        LinesOf::Vehicle(one) => !kind && one == name,
    };
    let mut found = TimeLines {
        from: window.0,
        until: window.1,
        stations: Vec::new(),
        vehicles: Vec::new(),
    };
    for (id, row) in plant
        .stations
        .pairs()
        .filter(|(_, row)| wanted(true, &row.name))
    {
        let intervals = cut(&index.stations[id.index()], window);
        let intervals = intervals
            .into_iter()
            .map(|(from, until, state)| StationInterval { from, until, state });
        let intervals: Vec<StationInterval> = intervals.collect();
        found.stations.push(StationLine {
            name: row.name.clone(),
            oee: oee(plant, id, &intervals, counted(index, id, window)),
            intervals,
        });
    }
    for (id, row) in plant
        .vehicles
        .pairs()
        .filter(|(_, row)| wanted(false, &row.name))
    {
        let intervals = cut(&index.vehicles[id.index()], window);
        let intervals = intervals
            .into_iter()
            .map(|(from, until, state)| VehicleInterval { from, until, state });
        found.vehicles.push(VehicleLine {
            name: row.name.clone(),
            intervals: intervals.collect(),
        });
    }
    let unknown = |code, name: &String| Err(Refusal::Unknown(Reason::new(code).arg("name", name)));
    match of {
        LinesOf::Station(name) if found.stations.is_empty() => {
            return unknown("station/unknown", name);
        }
        LinesOf::Vehicle(name) if found.vehicles.is_empty() => {
            return unknown("vehicle/unknown", name);
        }
        _ => {}
    }
    let rows: usize = found
        .stations
        .iter()
        .map(|line| line.intervals.len())
        .sum::<usize>()
        + found
            .vehicles
            .iter()
            .map(|line| line.intervals.len())
            .sum::<usize>();
    few(rows).map(|()| found)
}

fn few(rows: usize) -> Result<(), Refusal> {
    match rows > LINES_MOST {
        true => Err(Refusal::Invalid(
            Reason::new("history/many")
                .arg("most", LINES_MOST)
                .at("until"),
        )),
        false => Ok(()),
    }
}

/// Good and other pieces within a window.
fn counted(index: &Index, id: StationId, (from, until): (Time, Time)) -> (u64, u64) {
    let line = &index.counts[id.index()];
    let (before, after) = (at(line, from), at(line, until));
    (after.0 - before.0, after.1 - before.1)
}

/// Effectiveness of a station from intervals of its state and what it counted: good pieces, others.
pub fn oee(
    plant: &Plant,
    id: StationId,
    intervals: &[StationInterval],
    (good, other): (u64, u64),
) -> OeeView {
    use StationState::{Blocked, Down, Execute, Idle, Setup};
    let time = |states: &[StationState]| {
        let of = intervals.iter().filter(|one| states.contains(&one.state));
        of.map(|one| (one.until - one.from).as_seconds())
            .fold(0.0, |sum, x| sum + x)
    };
    let row = &plant.stations[id];
    let (counts, scrap) = match row.reports {
        Reports::Piece | Reports::Counter { .. } => (true, true),
        Reports::Carrier => (good > 0, false),
        Reports::Nothing => (false, false),
    };
    let servers = match row.process {
        Process::Single { servers } | Process::Batch { servers, .. } => servers.max(1),
        Process::Stream { .. } => 1,
    };
    let item = fenhe_study::run_time_per_item(plant, id) / f64::from(servers);
    let ratio = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
    let mut view = OeeView {
        production_time_s: time(&[Execute]),
        planned_busy_time_s: time(&[Idle, Execute, Setup, Blocked, Down]),
        down_time_s: time(&[Down]),
        setup_time_s: time(&[Setup]),
        delay_time_s: time(&[Idle, Blocked]),
        run_time_per_item_s: item,
        good: counts.then_some(good),
        produced: scrap.then_some(good + other),
        ..OeeView::default()
    };
    view.availability = ratio(view.production_time_s, view.planned_busy_time_s);
    if scrap {
        view.effectiveness = ratio(item * (good + other) as f64, view.production_time_s);
        view.quality_ratio = ratio(good as f64, (good + other) as f64);
    }
    // PQ cancels out of the product: good pieces are enough.
    if counts {
        view.oee = ratio(item * good as f64, view.planned_busy_time_s);
    }
    view
}

/// Orders open at some time in a window.
pub fn orders(
    index: &Index,
    window: (Time, Time),
    reference: impl Fn(u64) -> Option<String>,
) -> Result<OrderLines, Refusal> {
    let (from, until) = window;
    let open = |row: &&super::index::Order| {
        row.released.is_none_or(|at| at <= until) && row.finished.is_none_or(|at| at >= from)
    };
    let line = |row: &super::index::Order| {
        let first = row
            .points
            .partition_point(|point| point.at <= from)
            .saturating_sub(1);
        let points = row
            .points
            .iter()
            .skip(first)
            .take_while(|point| point.at <= until);
        let points = points.map(|point| OrderPoint {
            at: point.at.max(from),
            ..*point
        });
        OrderLine {
            reference: reference(row.view.serial).unwrap_or_else(|| row.view.reference.clone()),
            serial: row.view.serial,
            product: row.view.product.clone(),
            quantity: row.view.quantity,
            released: row.released,
            due: row.due,
            finished: row.finished.filter(|at| *at <= until),
            points: points.collect(),
        }
    };
    let orders: Vec<OrderLine> = index.orders.values().filter(open).map(line).collect();
    few(orders.iter().map(|order| order.points.len()).sum())?;
    Ok(OrderLines {
        from,
        until,
        orders,
    })
}
