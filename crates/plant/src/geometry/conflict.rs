//! Pairs of resources whose regions overlap, found over a grid.

use super::Body;
use super::shape::{Regions, Shape, regions};
use crate::Tracks;
use alloc::vec::Vec;
use fenhe_contract::ResourceId;

/// More conflicts than any tracks that a fleet can use.
const PAIRS_MAX: usize = 20_000_000;

/// A pair of resources, the lower first.
pub type Pair = (u32, u32);

/// All pairs in conflict, ascending, each once; `None` if there are too many.
pub fn pairs(tracks: &Tracks, body: Body, areas: &[Vec<ResourceId>]) -> Option<Vec<Pair>> {
    let mut pairs = Vec::new();
    by_geometry(&regions(tracks, body), &mut pairs)?;
    for area in areas {
        for (i, a) in area.iter().enumerate() {
            for b in &area[i + 1..] {
                if a != b {
                    pairs.push((a.0.min(b.0), a.0.max(b.0)));
                }
            }
            if pairs.len() > PAIRS_MAX {
                return None;
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    Some(pairs)
}

/// The grid: square cells, and the least corner of everything.
struct Grid {
    x: f64,
    y: f64,
    cell: f64,
}

impl Grid {
    /// Cells from the least to the greatest that a box touches.
    fn cells(&self, ((x0, y0), (x1, y1)): ((f64, f64), (f64, f64))) -> (u32, u32, u32, u32) {
        let at = |value: f64, least: f64| libm::floor((value - least) / self.cell) as u32;
        (
            at(x0, self.x),
            at(y0, self.y),
            at(x1, self.x),
            at(y1, self.y),
        )
    }

    /// Cells of about the size of a shape, larger if the shapes would touch too many.
    fn over(shapes: &[Shape]) -> Grid {
        let mut grid = Grid {
            x: 0.0,
            y: 0.0,
            cell: 1.0,
        };
        for shape in shapes {
            let ((x0, y0), (x1, y1)) = shape.bounds();
            grid.x = libm::fmin(grid.x, x0);
            grid.y = libm::fmin(grid.y, y0);
            let narrow = libm::fmin(x1 - x0, y1 - y0);
            grid.cell += 2.0 * narrow / shapes.len() as f64;
        }
        let most = 100_000 + 32 * shapes.len() as u64;
        loop {
            let count = |shape: &Shape| {
                let (x0, y0, x1, y1) = grid.cells(shape.bounds());
                (u64::from(x1 - x0) + 1).saturating_mul(u64::from(y1 - y0) + 1)
            };
            if shapes.iter().map(count).fold(0, u64::saturating_add) <= most {
                return grid;
            }
            grid.cell *= 2.0;
        }
    }
}

fn by_geometry(regions: &Regions, pairs: &mut Vec<Pair>) -> Option<()> {
    let shapes = &regions.shapes;
    let mut owner = Vec::with_capacity(shapes.len());
    for (resource, range) in regions.start.windows(2).enumerate() {
        owner.resize(range[1] as usize, resource as u32);
    }
    let grid = Grid::over(shapes);
    let mut entries: Vec<(u32, u32, u32)> = Vec::new();
    for (i, shape) in shapes.iter().enumerate() {
        let (x0, y0, x1, y1) = grid.cells(shape.bounds());
        for x in x0..=x1 {
            entries.extend((y0..=y1).map(|y| (x, y, i as u32)));
        }
    }
    entries.sort_unstable();
    for cell in entries.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        for (i, &(x, y, a)) in cell.iter().enumerate() {
            for &(_, _, b) in &cell[i + 1..] {
                let (p, q) = (owner[a as usize], owner[b as usize]);
                let (a, b) = (&shapes[a as usize], &shapes[b as usize]);
                if p != q && first_common(&grid, a, b) == (x, y) && a.overlaps(b) {
                    pairs.push((p.min(q), p.max(q)));
                }
            }
            if pairs.len() > PAIRS_MAX {
                return None;
            }
        }
    }
    Some(())
}

/// The least cell that both boxes touch: the one cell in which a pair is looked at.
fn first_common(grid: &Grid, a: &Shape, b: &Shape) -> (u32, u32) {
    let (a, b) = (grid.cells(a.bounds()), grid.cells(b.bounds()));
    (a.0.max(b.0), a.1.max(b.1))
}

/// Writes the pairs into the table of rows, both ways.
pub fn fill(tracks: &mut Tracks, pairs: &[Pair]) {
    let resources = tracks.resources();
    let mut start = alloc::vec![0_u32; resources + 1];
    for &(a, b) in pairs {
        start[a as usize + 1] += 1;
        start[b as usize + 1] += 1;
    }
    for i in 0..resources {
        start[i + 1] += start[i];
    }
    let mut next = start.clone();
    let mut rows = alloc::vec![ResourceId(0); pairs.len() * 2];
    let mut put = |row: u32, value: u32| {
        let at = &mut next[row as usize];
        rows[*at as usize] = ResourceId(value);
        *at += 1;
    };
    // Pairs ascend, so rows do: first all lower partners of a row, then all higher ones.
    for &(a, b) in pairs {
        put(b, a);
    }
    for &(a, b) in pairs {
        put(a, b);
    }
    tracks.conflict_start = start;
    tracks.conflicts = rows;
}
