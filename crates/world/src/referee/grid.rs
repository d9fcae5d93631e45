//! Which motions are near: a grid of square cells, each with the vehicles whose motion can sweep
//! part of it.

use super::motion::Motion;
use crate::fleet::Tables;
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// Most cells; a larger hall gets larger cells.
const CELLS: f64 = 40_000.0;
const NONE: u32 = u32::MAX;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Grid {
    /// Corner [mm].
    x: f64,
    y: f64,
    /// One over the side of a cell [1/mm].
    scale: f64,
    columns: u32,
    rows: u32,
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

/// Cells from (column, row) to (column, row), both included.
type Cells = [u32; 4];

impl Grid {
    /// Over all nodes.
    pub fn new(tables: &Tables) -> Grid {
        let mut corner = [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ];
        for &(x, y) in &tables.nodes {
            corner = [
                corner[0].min(x),
                corner[1].min(y),
                corner[2].max(x),
                corner[3].max(y),
            ];
        }
        if tables.nodes.is_empty() {
            corner = [0.0; 4];
        }
        let longest = tables
            .kin
            .iter()
            .fold(500.0f64, |most, kin| most.max(kin.half.0));
        let (width, height) = (corner[2] - corner[0] + 1.0, corner[3] - corner[1] + 1.0);
        let side = (4.0 * longest)
            .max(libm::sqrt(width * height / CELLS))
            .max(width / CELLS);
        let (columns, rows) = ((width / side) as u32 + 1, (height / side) as u32 + 1);
        Grid {
            x: corner[0],
            y: corner[1],
            scale: 1.0 / side,
            columns,
            rows,
            first: vec![NONE; (columns * rows) as usize],
            links: Vec::new(),
            free: NONE,
        }
    }

    #[inline]
    fn column(&self, x: f64) -> u32 {
        (((x - self.x) * self.scale) as u32).min(self.columns - 1)
    }

    #[inline]
    fn row(&self, y: f64) -> u32 {
        (((y - self.y) * self.scale) as u32).min(self.rows - 1)
    }

    #[inline]
    fn cells(&self, motion: &Motion) -> Cells {
        let [x0, y0, x1, y1] = motion.area;
        [self.column(x0), self.row(y0), self.column(x1), self.row(y1)]
    }

    /// Enters a motion.
    pub fn place(&mut self, v: VehicleId, motion: &Motion) {
        let [c0, r0, c1, r1] = self.cells(motion);
        for row in r0..=r1 {
            for column in c0..=c1 {
                self.link(row * self.columns + column, v);
            }
        }
    }

    /// Enters a motion in place of another.
    #[inline]
    pub fn shift(&mut self, v: VehicleId, old: &Motion, new: &Motion) {
        let (from, to) = (self.cells(old), self.cells(new));
        if from == to {
            return;
        }
        let within = |[c0, r0, c1, r1]: Cells, column, row| {
            (c0..=c1).contains(&column) && (r0..=r1).contains(&row)
        };
        for row in from[1]..=from[3] {
            for column in from[0]..=from[2] {
                if !within(to, column, row) {
                    self.unlink(row * self.columns + column, v);
                }
            }
        }
        for row in to[1]..=to[3] {
            for column in to[0]..=to[2] {
                if !within(from, column, row) {
                    self.link(row * self.columns + column, v);
                }
            }
        }
    }

    /// Every vehicle in a cell of this motion, once for each cell they share.
    #[inline]
    pub fn near(&self, motion: &Motion, mut see: impl FnMut(u32, VehicleId)) {
        let [c0, r0, c1, r1] = self.cells(motion);
        for row in r0..=r1 {
            for column in c0..=c1 {
                let cell = row * self.columns + column;
                let mut at = self.first[cell as usize];
                while at != NONE {
                    let link = self.links[at as usize];
                    see(cell, link.vehicle);
                    at = link.next;
                }
            }
        }
    }

    /// The areas of two motions overlap, and the least corner of what they share is in this cell:
    /// true in exactly one of the cells that both are in.
    #[inline]
    pub fn meet(&self, cell: u32, a: &Motion, b: &Motion) -> bool {
        let (a, b) = (&a.area, &b.area);
        a[0] < b[2]
            && b[0] < a[2]
            && a[1] < b[3]
            && b[1] < a[3]
            && self.row(a[1].max(b[1])) * self.columns + self.column(a[0].max(b[0])) == cell
    }

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
