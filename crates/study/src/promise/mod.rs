//! Promises: when an order can be done and how often that date is kept. The plan (`fenhe_planner::promise`) says at
//! once when, and what holds it; simulated paths of the plant with all that is promised say how sure that is.

mod paths;
mod score;

pub use paths::{Row, Wanted, finishes, kept, paths, quantile, share};
pub use score::{Band, Over, Score, score};

use fenhe_contract::*;
use fenhe_planner::promise::{Book, Capacity, Dates, Demand, Part, Resource};
use fenhe_plant::{Demand as Demanded, Plant, Quantity, Source};
use std::collections::BTreeSet;

/// An order that is asked for.
#[derive(Clone, PartialEq, Debug)]
pub struct Ask {
    /// Products with their shares; one product has a share of one.
    pub of: Vec<(ProductId, Share)>,
    /// How much.
    pub quantity: Quantity,
    /// Material is there from then on.
    pub from: Time,
}

/// Why an order cannot be planned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// No station does some step of this product, or it has no route.
    NoRoute(ProductId),
    /// A weight is asked for, and this product has none.
    NoWeight(ProductId),
    /// No source lets this product in for orders: nothing would ever come of one.
    NoSource(ProductId),
}

/// An order as plan and plant see it.
#[derive(Clone, PartialEq, Debug)]
pub struct Planned {
    /// For the plan.
    pub demand: Demand,
    /// What is booked for it.
    pub dates: Dates,
    /// For the plant.
    pub wanted: Wanted,
    /// What would bring it sooner, most first: the resource (index of its group) and by how much with one more
    /// server. Ties are broken by how much sooner its lots would be done on average.
    pub binding: Vec<(u32, Span)>,
}

/// What an order needs, in lots: enough good pieces but for one time in a thousand.
///
/// # Errors
/// A product cannot be made here, or has no weight.
pub fn demand(
    plant: &Plant,
    capacity: &Capacity,
    ask: &Ask,
) -> Result<(Demand, Vec<(ProductId, u32)>), Fault> {
    let (mut parts, mut enough) = (Vec::new(), Vec::new());
    for &(product, share) in &ask.of {
        let lets_in = |source: &Source| source.demand == Demanded::Orders(product);
        if !plant.sources.iter().any(lets_in) {
            return Err(Fault::NoSource(product));
        }
        let route = capacity
            .route(plant, product)
            .ok_or(Fault::NoRoute(product))?;
        let need = match ask.quantity {
            Quantity::Weight(weight) => {
                let piece = route.weight.filter(|piece| piece.0 > 0);
                let piece = piece.ok_or(Fault::NoWeight(product))?;
                (weight.0 as f64 * share.as_f64() / piece.0 as f64).ceil()
            }
            Quantity::Pieces(pieces) => (f64::from(pieces) * share.as_f64()).ceil(),
        };
        // Normal quantile of 0.999: scrap beyond it makes the order late, not the plan wrong.
        let spread = 3.09 * (need * (1.0 - route.good)).sqrt();
        let pieces = ((need + spread) / route.good.max(1e-6)).ceil();
        let lots = |pieces: f64| (pieces / f64::from(route.lot)).ceil() as u32;
        let (lots, expected) = (lots(pieces), lots(need / route.good.max(1e-6)));
        if need >= 1.0 {
            enough.push((product, need as u32));
            parts.push(Part {
                route,
                lots,
                enough: expected.min(lots),
            });
        }
    }
    let demand = Demand {
        parts,
        from: ask.from,
    };
    Ok((demand, enough))
}

/// Books an order at the earliest behind what is promised, and says what holds its date.
///
/// # Errors
/// As [`demand`].
pub fn plan(plant: &Plant, book: &mut Book, ask: &Ask) -> Result<Planned, Fault> {
    let (demand, enough) = demand(plant, book.capacity(), ask)?;
    let steps = demand.parts.iter().flat_map(|part| &part.route.steps);
    let groups: BTreeSet<u32> = steps.map(|step| step.group).collect();
    let with = |group| (group, book.with_one_more(group, &demand));
    let others: Vec<(u32, Dates)> = groups.into_iter().map(with).collect();
    let dates = book.put(&demand);
    let binding = binding(&dates, &others);
    let wanted = work(&demand, &enough, &dates);
    Ok(Planned {
        demand,
        dates,
        wanted,
        binding,
    })
}

/// An order as the plant gets it: work orders in turn.
pub fn work(demand: &Demand, enough: &[(ProductId, u32)], dates: &Dates) -> Wanted {
    Wanted {
        rows: rows(demand, enough, dates),
        enough: enough.to_vec(),
        release: demand.from,
    }
}

/// A date of a plan that begins at `from`, moved as its last date is moved from `plan` to `full`.
pub fn moved(at: Time, from: Time, (plan, full): (Time, Time)) -> Time {
    let long = (plan - from).0;
    if long <= 0 {
        return at;
    }
    let share = (at - from).0 as f64 / long as f64;
    from + Span(((full - from).0 as f64 * share).round() as i64)
}

/// Groups of which one more server would bring an order sooner, by how much.
fn binding(dates: &Dates, others: &[(u32, Dates)]) -> Vec<(u32, Span)> {
    let sum = |dates: &Dates| {
        let ends = dates.lots.iter().map(|lot| i128::from(lot.0.0));
        ends.sum::<i128>()
    };
    let own = sum(dates);
    let gain = |(group, other): &(u32, Dates)| {
        let mean = own - sum(other);
        (dates.full() - other.full(), mean, *group)
    };
    let mut gains: Vec<(Span, i128, u32)> = others.iter().map(gain).collect();
    gains.sort_by_key(|&(gain, mean, group)| (core::cmp::Reverse((gain, mean)), group));
    let some = gains
        .into_iter()
        .filter(|(gain, mean, _)| gain.0 > 0 || *mean > 0);
    some.map(|(gain, _, group)| (group, gain)).collect()
}

/// Work orders of an order: campaigns of one product, each due when the plan has its last lot done.
fn rows(demand: &Demand, enough: &[(ProductId, u32)], dates: &Dates) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut last = None;
    for (end, part) in &dates.turns {
        let lot = demand.parts[*part as usize].route.lot;
        match rows.last_mut().filter(|_| last == Some(*part)) {
            Some(row) => {
                row.pieces += lot;
                row.due = row.due.max(*end);
            }
            None => rows.push(Row {
                product: enough[*part as usize].0,
                pieces: lot,
                due: *end,
            }),
        }
        last = Some(*part);
    }
    rows
}

/// Name of what holds a date, as the plant calls it.
pub fn resource(book: &Book, group: u32) -> &Resource {
    &book.capacity().groups[group as usize].resource
}
