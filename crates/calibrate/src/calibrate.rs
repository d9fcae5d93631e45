//! A whole record to fits of all figures, with reasons for those that it does not tell.

use crate::figure::Subject;
use crate::fit::{Fit, Options};
use crate::report::Report;
use crate::sample::Lasting;
use crate::sight::Unseen;
use crate::watch::{Heard, Observation, Watch};
use fenhe_contract::*;
use fenhe_plant::Plant;
use std::collections::BTreeMap;

/// What a record tells of a plant.
#[derive(Clone, PartialEq, Debug)]
pub struct Calibration {
    /// First and last instant.
    pub period: (Time, Time),
    /// Figures in order of element and figure.
    pub fits: Vec<Fit>,
    /// Figures that could not be had, in the same order.
    pub missing: Vec<Missing>,
}

/// A figure that could not be had.
#[derive(Clone, PartialEq, Debug)]
pub struct Missing {
    /// Which.
    pub subject: Subject,
    /// Lasting name of the element.
    pub element: String,
    /// Why not.
    pub why: Unseen,
    /// Exact observations there were.
    pub n: u32,
}

/// Which part of a record counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// What ended before this is left out.
    pub from: Time,
    /// What happened after this is left out; [`Time::NEVER`] takes everything.
    pub to: Time,
    /// The record begins with the plant's first fact, when the plant is empty.
    pub whole: bool,
}

impl Period {
    /// Everything, from the plant's first fact.
    pub const WHOLE: Period = Period {
        from: Time::ZERO,
        to: Time::NEVER,
        whole: true,
    };
}

/// Fits every figure that the facts tell. Facts come in order of time, all from the beginning of the record even if the
/// period starts later: what stands in the plant is learnt from them.
pub fn calibrate<E: Into<Heard>>(
    plant: &Plant,
    facts: impl IntoIterator<Item = (Time, E)>,
    period: Period,
    options: &Options,
) -> Calibration {
    let mut watch = Watch::new(plant, period.whole);
    let mut gathered = Gathered::default();
    let mut out = Vec::new();
    let (mut first, mut last) = (None, period.from);
    for (now, event) in facts {
        if now > period.to {
            break;
        }
        let event = match event.into() {
            Heard::Fact(event) => event,
            Heard::Order(command) => {
                watch.order(now, &command);
                continue;
            }
        };
        watch.fact(plant, now, &event, &mut out);
        if now >= period.from {
            first.get_or_insert(now);
            last = now;
            gathered.take(&mut out);
            if let Event::Station(id, StationEvent::Counted(count)) = event
                && plant.stations.get(id).is_some()
            {
                gathered.count(id, watch.jobs[id].up_time(), count);
            }
        }
        out.clear();
    }
    if period.to < Time::NEVER && first.is_some() {
        last = period.to;
    }
    watch.finish(plant, last, &mut out);
    gathered.take(&mut out);
    let period = (first.unwrap_or(period.from), last);
    Report {
        plant,
        watch: &watch,
        gathered,
        period,
        options,
    }
    .whole()
}

#[derive(Default)]
pub(crate) struct Gathered {
    observed: BTreeMap<Subject, Vec<Lasting>>,
    /// Up time [us] and pieces counted until then.
    pub counts: BTreeMap<StationId, Vec<(i64, u64)>>,
}

impl Gathered {
    fn take(&mut self, out: &mut Vec<Observation>) {
        for (subject, lasting) in out.drain(..) {
            self.observed.entry(subject).or_default().push(lasting);
        }
    }
    fn count(&mut self, id: StationId, up: i64, count: Count) {
        let rows = self.counts.entry(id).or_default();
        let before = rows.last().map_or(0, |row| row.1);
        rows.push((up, before + u64::from(count.good) + u64::from(count.scrap)));
    }
    pub fn of(&self, subject: Subject) -> &[Lasting] {
        self.observed.get(&subject).map_or(&[], Vec::as_slice)
    }
}
