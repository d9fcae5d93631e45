//! Finished pieces leave their server; blocking after service.

use super::unit::Phase;
use super::{Flow, Giver};
use crate::Ctx;
use fenhe_contract::*;
use fenhe_plant::To;

impl Flow {
    /// Lets finished pieces go, or waits for room.
    pub(super) fn let_go<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, number: u16) {
        match self.push_out(ctx, id, number) {
            Some(buffer) => {
                let giver = Giver::Server {
                    station: id,
                    server: number,
                };
                self.stores[buffer.index()].givers.push_back(giver);
                self.refresh(ctx, id, number);
            }
            None => self.free_up(ctx, id, number),
        }
    }

    /// A giver's turn at a buffer: true if it need not wait there any longer.
    pub(super) fn give<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        number: u16,
    ) -> bool {
        let out = &self.units[id as usize].servers[usize::from(number)].out;
        let Some(To::Buffer(asked)) = out.front().map(|out| out.to) else {
            return true;
        };
        match self.push_out(ctx, id, number) {
            None => self.free_up(ctx, id, number),
            Some(buffer) if buffer == asked => return false,
            Some(buffer) => {
                let giver = Giver::Server {
                    station: id,
                    server: number,
                };
                self.stores[buffer.index()].givers.push_back(giver);
            }
        }
        true
    }

    /// Moves finished pieces on, in order; the buffer without room, or `None` when all have left.
    pub(super) fn push_out<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        id: u32,
        number: u16,
    ) -> Option<BufferId> {
        loop {
            let server = &mut self.units[id as usize].servers[usize::from(number)];
            let &out = server.out.front()?;
            let tag = Tag(ctx.bodies.pieces[out.row as usize].serial.0);
            match out.to {
                To::Sink(sink) => self.leave(ctx, sink, out.row),
                To::Buffer(buffer) => {
                    if !self.put(ctx, buffer, out.row) {
                        return Some(buffer);
                    }
                }
            }
            self.units[id as usize].servers[usize::from(number)]
                .out
                .pop_front();
            self.tell_ended(ctx, id, tag, out.counts);
        }
    }

    /// The server is empty: it may start again at once, else it is put on record as idle.
    fn free_up<S: RecordSink>(&mut self, ctx: &mut Ctx<'_, S>, id: u32, number: u16) {
        let unit = &mut self.units[id as usize];
        unit.servers[usize::from(number)].phase = Phase::Empty;
        unit.free.push(number);
        if unit.clocked || unit.plain.is_some() || unit.told {
            self.refresh(ctx, id, number);
        } else {
            unit.freed.push(number);
        }
        self.wake(id);
    }
}
