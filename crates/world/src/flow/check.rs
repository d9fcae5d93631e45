//! Conservation: nothing lost, nothing doubled, nothing over its capacity.

use super::Flow;
use crate::Bodies;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{BufferKind, Plant};

impl Flow {
    /// Every breach of conservation there is now.
    pub fn check(&self, plant: &Plant, bodies: &Bodies) -> Vec<Breach> {
        let mut breaches = Vec::new();
        let mut conserve = |expected: u64, found: u64| {
            if expected != found {
                breaches.push(Breach::Conservation { expected, found });
            }
        };
        let alive = bodies.alive() as u64;
        conserve(bodies.created(), self.left + self.gone + alive);
        let mut rows = self.rows(bodies);
        conserve(alive, rows.len() as u64);
        rows.sort_unstable();
        rows.dedup();
        conserve(alive, rows.len() as u64);
        let standing = bodies.at.iter().flatten().count() as u64;
        conserve(bodies.carriers.len() as u64, standing);
        for (row, carrier) in bodies.carriers.iter().enumerate() {
            conserve(
                row as u64 + 1,
                bodies.at[carrier.at].map_or(0, |at| u64::from(at) + 1),
            );
        }
        for (id, buffer) in plant.buffers.pairs() {
            let store = &self.stores[id.index()];
            let over = match buffer.kind {
                BufferKind::Queue { .. } => {
                    let waits_for_word = store.direct && store.told;
                    store.pieces.len() as u32 > store.capacity && !waits_for_word
                }
                BufferKind::Unload { ref places, .. }
                | BufferKind::Load { ref places, .. }
                | BufferKind::Store { ref places } => store.loads > places.end.0 - places.start.0,
            };
            if over {
                breaches.push(Breach::Overfull(id));
            }
        }
        breaches
    }

    /// The row of every piece, wherever it is.
    fn rows(&self, bodies: &Bodies) -> Vec<u32> {
        let mut rows: Vec<u32> = Vec::new();
        for store in &self.stores {
            rows.extend(&store.pieces);
        }
        for unit in &self.units {
            for server in &unit.servers {
                rows.extend(&server.pieces);
                rows.extend(server.out.iter().map(|out| out.row));
            }
            if let Some(belt) = &unit.belt {
                rows.extend(belt.items.iter().map(|item| item.piece));
            }
        }
        for line in &self.lines {
            rows.extend(line.buffers.iter().flatten());
        }
        let taken = |row: u32| {
            self.stores
                .iter()
                .find(|s| s.carriers.front() == Some(&row))
                .map_or(0, |s| s.taken)
        };
        for (row, carrier) in bodies.carriers.iter().enumerate() {
            let gone = if carrier.pieces.is_empty() {
                0
            } else {
                taken(row as u32)
            };
            rows.extend(&carrier.pieces[gone as usize..]);
        }
        rows
    }
}
