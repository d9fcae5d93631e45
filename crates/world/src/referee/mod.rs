//! The referee judges what happened, not what was reported: it sees every motion of every body and
//! where every carrier stands, and knows nothing of conflict sets, claims or bases.
//!
//! Each vehicle has one motion under way. When a motion ends it is compared with those of the
//! vehicles near it, over the time that both lasted; whichever of two ends first does it, so every
//! pair is compared over all the time they share.
//!
//! ```text
//!   fleet --moves--> close: grid -> boxes -> conservative advancement -> Breach
//!                    begin: box -> grid
//! ```

mod areas;
mod grid;
mod motion;
mod overlap;
mod people;
#[cfg(test)]
mod tests;

use crate::fleet::Tables;
use crate::{Bodies, Ctx};
use alloc::sync::Arc;
use alloc::vec::Vec;
use areas::Areas;
use fenhe_contract::*;
use grid::Grid;
use motion::Motion;
pub(crate) use motion::{Axis, Course};
use serde::{Deserialize, Serialize};

/// Breaches kept for the question "which?".
const KEPT: usize = 100;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Referee {
    /// Under way, one per vehicle.
    motions: Fixed<VehicleId, Motion>,
    grid: Grid,
    count: u64,
    kept: Vec<(Time, Breach)>,
    /// Carriers that ever were.
    carriers: u64,
    /// People inside each area.
    people: Fixed<AreaId, u32>,
    #[serde(skip)]
    areas: Arc<Areas>,
}

impl Referee {
    /// Everybody stands where it starts.
    pub fn new<S>(ctx: &Ctx<'_, S>, tables: &Tables, axes: &[f64]) -> Referee {
        let areas = Areas::new(tables);
        let mut grid = Grid::new(&areas);
        let start = |v: VehicleId| {
            let axis = Axis::new(ctx.plant.vehicles[v].start, axes[v.index()]);
            Motion {
                since: ctx.now,
                course: Course::Stand(axis),
            }
        };
        let motions = Fixed::like(&ctx.plant.vehicles, start);
        for (v, motion) in motions.pairs() {
            grid.place(&areas, v, areas.of(motion.area(tables)));
        }
        let carriers = ctx.bodies.carriers.len() as u64;
        Referee {
            motions,
            grid,
            count: 0,
            kept: Vec::new(),
            carriers,
            people: Fixed::like(&ctx.plant.areas, |_| 0),
            areas: Arc::new(areas),
        }
    }

    /// To be called after a snapshot was read back.
    pub fn restored(&mut self, tables: &Tables) {
        self.areas = Arc::new(Areas::new(tables));
    }

    /// A vehicle begins a motion; the one before it ends.
    #[inline]
    pub fn moves<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        tables: &Tables,
        v: VehicleId,
        course: Course,
    ) {
        let old = self.motions[v].area(tables);
        self.close(ctx, tables, v, old);
        self.motions[v] = Motion {
            since: ctx.now,
            course,
        };
        if self.people.iter().any(|people| *people > 0) {
            self.among_people(ctx, tables, v);
        }
        let new = self.motions[v].area(tables);
        let (from, to) = (self.areas.of(old), self.areas.of(new));
        if from != to {
            self.grid.shift(&self.areas, v, from, to);
        }
    }

    /// Whether the vehicle stands, as the referee knows it.
    #[inline]
    pub fn stands(&self, v: VehicleId) -> bool {
        matches!(self.motions[v].course, Course::Stand(_))
    }

    /// Compares a motion, up to now, with those near it.
    #[inline]
    fn close<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        tables: &Tables,
        v: VehicleId,
        area: u32,
    ) {
        let Referee {
            motions,
            grid,
            areas,
            count,
            kept,
            ..
        } = self;
        let mine = &motions[v];
        if mine.since >= ctx.now || !mine.judged() {
            return;
        }
        areas.each(areas.of(area), |_, _, cell| {
            for other in grid.each(cell) {
                let theirs = &motions[other];
                if other != v
                    && theirs.since < ctx.now
                    && theirs.judged()
                    && areas.meet(cell, area, theirs.area(tables))
                    && overlap::overlap(tables, (v, mine), (other, theirs), ctx.now)
                {
                    let breach = Breach::Overlap(v.min(other), v.max(other));
                    *count += 1;
                    if kept.len() < KEPT {
                        kept.push((ctx.now, breach));
                    }
                    ctx.sink.record(ctx.now, Record::Breach(breach));
                }
            }
        });
    }

    /// Something that must never happen has happened.
    #[cold]
    pub fn breach<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, breach: Breach) {
        self.count += 1;
        if self.kept.len() < KEPT {
            self.kept.push((ctx.now, breach));
        }
        ctx.sink.record(ctx.now, Record::Breach(breach));
    }

    /// Every carrier stands on exactly one place and every place knows its carrier.
    pub fn audit<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>) {
        let found = standing(ctx.bodies);
        if found != self.carriers || ctx.bodies.carriers.len() as u64 != self.carriers {
            let breach = Breach::Conservation {
                expected: self.carriers,
                found,
            };
            self.breach(ctx, breach);
        }
    }

    /// Breaches so far.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The first of them.
    pub fn kept(&self) -> &[(Time, Breach)] {
        &self.kept
    }
}

/// Carriers that stand where they are said to stand, less places that claim one they do not hold.
fn standing(bodies: &Bodies) -> u64 {
    let known = |(row, carrier): &(usize, &crate::Carrier)| {
        bodies
            .at
            .get(carrier.at)
            .is_some_and(|at| *at == Some(*row as u32))
    };
    let right = bodies.carriers.iter().enumerate().filter(known).count();
    let held = bodies.at.iter().filter(|at| at.is_some()).count();
    (right as u64).saturating_sub(held.abs_diff(right) as u64)
}
