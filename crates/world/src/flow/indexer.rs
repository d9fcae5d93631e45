//! Synchronous transfer lines: all machines index together, once a cycle.
//!
//! At the start of a cycle, by the levels of the end of the last one: a machine that is up and
//! neither starved nor blocked fails with its chance; one that is down is repaired with its chance.
//! Then the machines that are up and neither starved nor blocked move one piece each. A machine is
//! starved if its buffer before is empty, blocked if its buffer behind is full - with
//! `flow_through`, unless the next machine takes a piece in this same cycle (Gershwin 1994 ch. 3;
//! Li and Meerkov 2009 ch. 4).

use super::{Flow, What, schedule};
use crate::Ctx;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Indexer;
use serde::{Deserialize, Serialize};

/// A synchronous line's state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub up: Vec<bool>,
    pub luck: Vec<Stream>,
    pub buffers: Vec<VecDeque<u32>>,
}
impl Line {
    pub fn new(line: &Indexer, seed: Seed) -> Line {
        Line {
            up: super::vec_of(line.machines.len(), true),
            luck: line
                .machines
                .iter()
                .map(|m| seed.stream(&m.name, Purpose::Failure))
                .collect(),
            buffers: super::vec_of(line.buffers.len(), VecDeque::new()),
        }
    }
}

impl Flow {
    pub(super) fn start_lines<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>) {
        for (id, line) in ctx.plant.indexers.pairs() {
            schedule(ctx, ctx.now + line.cycle, What::Index { line: id.0 });
        }
    }

    pub(super) fn index<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, number: u32) {
        let plan = &ctx.plant.indexers[IndexerId(number)];
        schedule(ctx, ctx.now + plan.cycle, What::Index { line: number });
        let last = plan.machines.len() - 1;
        let line = &mut self.lines[number as usize];
        let levels: Vec<u32> = line
            .buffers
            .iter()
            .map(|buffer| buffer.len() as u32)
            .collect();
        let starved = |i: usize| i > 0 && levels[i - 1] == 0;
        let full = |i: usize| i < last && levels[i] >= plan.buffers[i];
        for (i, machine) in plan.machines.iter().enumerate() {
            let draw = line.luck[i].bits();
            let chance = |share: Share| (u128::from(draw) * 1_000_000_000) >> 64 < share.0.into();
            if line.up[i] {
                let stands = starved(i) || (full(i) && !plan.flow_through);
                line.up[i] = stands || !chance(machine.fail);
            } else {
                line.up[i] = chance(machine.repair);
            }
        }
        let mut moves = super::vec_of(last + 1, false);
        for i in (0..=last).rev() {
            let blocked = full(i) && !(plan.flow_through && moves[i + 1]);
            moves[i] = line.up[i] && !starved(i) && !blocked;
        }
        for i in (0..=last).rev().filter(|&i| moves[i]) {
            let piece = match i {
                0 => Some(self.new_piece(ctx, plan.source, plan.product, OrderId(0))),
                _ => self.lines[number as usize].buffers[i - 1].pop_front(),
            };
            let Some(piece) = piece else { continue };
            if i == last {
                self.leave(ctx, plan.sink, piece);
            } else {
                self.lines[number as usize].buffers[i].push_back(piece);
            }
        }
    }
}
