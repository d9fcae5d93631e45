//! What a motion can sweep at most, by edge and node, for the largest body: boxes, and the cells of
//! a square grid that they touch.

use crate::fleet::Tables;
use alloc::vec::Vec;

/// Most cells; a larger hall gets larger cells.
const CELLS: f64 = 40_000.0;

/// Columns and rows of cells: first column, first row, last column, last row.
pub(super) type Cells = [u16; 4];

/// A box and its cells.
#[derive(Clone, Copy, Debug)]
struct Area {
    /// Least x, least y, greatest x, greatest y [mm], a millimetre larger.
    sides: [f32; 4],
    cells: Cells,
}

/// One area per edge, then one per node.
#[derive(Clone, Debug, Default)]
pub(super) struct Areas {
    rows: Vec<Area>,
    x: f32,
    y: f32,
    /// Cells in a millimetre.
    scale: f32,
    size: (u16, u16),
}

impl Areas {
    /// For the plant's largest body.
    pub fn new(tables: &Tables) -> Areas {
        let long = tables
            .kin
            .iter()
            .fold(250.0f64, |most, kin| most.max(kin.half.0));
        let wide = tables
            .kin
            .iter()
            .fold(250.0f64, |most, kin| most.max(kin.half.1));
        let round = libm::hypot(long, wide);
        let edges = tables.ways.iter().map(|way| {
            let (x0, y0) = (way.x, way.y);
            let far = way.length * way.scale;
            let (x1, y1) = (x0 + far * way.ux, y0 + far * way.uy);
            let ex = long * way.ux.abs() + wide * way.uy.abs();
            let ey = long * way.uy.abs() + wide * way.ux.abs();
            [
                x0.min(x1) - ex,
                y0.min(y1) - ey,
                x0.max(x1) + ex,
                y0.max(y1) + ey,
            ]
        });
        let nodes = tables
            .nodes
            .iter()
            .map(|&(x, y)| [x - round, y - round, x + round, y + round]);
        let boxes: Vec<[f64; 4]> = edges.chain(nodes).collect();
        let mut areas = Areas::sized(&boxes, long);
        for [x0, y0, x1, y1] in boxes {
            let sides = [
                (x0 - 1.0) as f32,
                (y0 - 1.0) as f32,
                (x1 + 1.0) as f32,
                (y1 + 1.0) as f32,
            ];
            let [x0, y0, x1, y1] = sides;
            let cells = [
                areas.column(x0),
                areas.row(y0),
                areas.column(x1),
                areas.row(y1),
            ];
            areas.rows.push(Area { sides, cells });
        }
        areas
    }

    fn sized(boxes: &[[f64; 4]], long: f64) -> Areas {
        let all = boxes.iter().copied().reduce(|a, b| {
            [
                a[0].min(b[0]),
                a[1].min(b[1]),
                a[2].max(b[2]),
                a[3].max(b[3]),
            ]
        });
        let [x0, y0, x1, y1] = all.unwrap_or([0.0; 4]);
        let (width, height) = (x1 - x0 + 1.0, y1 - y0 + 1.0);
        let least = libm::sqrt(width * height / CELLS).max(width.max(height) / CELLS);
        let side = (8.0 * long).max(least);
        let size = ((width / side) as u16 + 1, (height / side) as u16 + 1);
        Areas {
            rows: Vec::new(),
            x: x0 as f32,
            y: y0 as f32,
            scale: (1.0 / side) as f32,
            size,
        }
    }

    fn column(&self, x: f32) -> u16 {
        (((x - self.x) * self.scale) as u16).min(self.size.0 - 1)
    }

    fn row(&self, y: f32) -> u16 {
        (((y - self.y) * self.scale) as u16).min(self.size.1 - 1)
    }

    /// Number of cells.
    pub fn cells(&self) -> usize {
        usize::from(self.size.0) * usize::from(self.size.1)
    }

    /// Cells of an area.
    #[inline]
    pub fn of(&self, area: u32) -> Cells {
        self.rows[area as usize].cells
    }

    /// Each of these cells: column, row, number.
    #[inline]
    pub fn each(&self, [c0, r0, c1, r1]: Cells, mut see: impl FnMut(u16, u16, u32)) {
        for row in r0..=r1 {
            let first = u32::from(row) * u32::from(self.size.0);
            for column in c0..=c1 {
                see(column, row, first + u32::from(column));
            }
        }
    }

    /// Two areas overlap, and this is the first of the cells that both touch.
    #[inline]
    pub fn meet(&self, cell: u32, a: u32, b: u32) -> bool {
        let (a, b) = (&self.rows[a as usize], &self.rows[b as usize]);
        let (p, q) = (&a.sides, &b.sides);
        p[0] < q[2] && q[0] < p[2] && p[1] < q[3] && q[1] < p[3] && {
            let column = a.cells[0].max(b.cells[0]);
            let row = a.cells[1].max(b.cells[1]);
            u32::from(row) * u32::from(self.size.0) + u32::from(column) == cell
        }
    }
}
