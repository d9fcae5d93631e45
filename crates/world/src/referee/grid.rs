//! Which motions are near: a grid of square cells, each with the vehicles whose motion can sweep
//! part of it.

use super::areas::{Areas, Cells};
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

const NONE: u32 = u32::MAX;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Grid {
    /// First link of each cell.
    first: Vec<u32>,
    links: Vec<Link>,
    /// First free link.
    free: u32,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Link {
    vehicle: VehicleId,
    next: u32,
}

impl Grid {
    /// Empty.
    pub fn new(areas: &Areas) -> Grid {
        Grid {
            first: vec![NONE; areas.cells()],
            links: Vec::new(),
            free: NONE,
        }
    }

    /// Enters a vehicle.
    pub fn place(&mut self, areas: &Areas, v: VehicleId, cells: Cells) {
        areas.each(cells, |_, _, cell| self.link(cell, v));
    }

    /// Moves a vehicle to other cells.
    pub fn shift(&mut self, areas: &Areas, v: VehicleId, from: Cells, to: Cells) {
        areas.each(from, |column, row, cell| {
            if !within(to, column, row) {
                self.unlink(cell, v);
            }
        });
        areas.each(to, |column, row, cell| {
            if !within(from, column, row) {
                self.link(cell, v);
            }
        });
    }

    /// Everybody in a cell.
    #[inline]
    pub fn each(&self, cell: u32) -> impl Iterator<Item = VehicleId> + '_ {
        let mut at = self.first[cell as usize];
        core::iter::from_fn(move || {
            let link = self.links.get(at as usize)?;
            at = link.next;
            Some(link.vehicle)
        })
    }

    #[inline]
    fn link(&mut self, cell: u32, vehicle: VehicleId) {
        let next = self.first[cell as usize];
        let at = if self.free == NONE {
            self.links.push(Link { vehicle, next });
            self.links.len() as u32 - 1
        } else {
            let at = self.free;
            self.free = self.links[at as usize].next;
            self.links[at as usize] = Link { vehicle, next };
            at
        };
        self.first[cell as usize] = at;
    }

    #[inline]
    fn unlink(&mut self, cell: u32, vehicle: VehicleId) {
        let (mut before, mut at) = (NONE, self.first[cell as usize]);
        while at != NONE && self.links[at as usize].vehicle != vehicle {
            (before, at) = (at, self.links[at as usize].next);
        }
        if at == NONE {
            return;
        }
        let next = self.links[at as usize].next;
        if before == NONE {
            self.first[cell as usize] = next;
        } else {
            self.links[before as usize].next = next;
        }
        self.links[at as usize].next = self.free;
        self.free = at;
    }
}

#[inline]
fn within([c0, r0, c1, r1]: Cells, column: u16, row: u16) -> bool {
    c0 <= column && column <= c1 && r0 <= row && row <= r1
}
