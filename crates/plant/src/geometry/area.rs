//! Which regions of bodies an outline on the floor touches.

use super::Body;
use super::shape::{Shape, regions};
use crate::Tracks;
use alloc::vec::Vec;
use fenhe_contract::{Length, ResourceId};

/// A corner of an outline.
type Corner = (Length, Length);

/// Resources on which a body of this size touches the inside of an outline; ascending.
pub fn touching(tracks: &Tracks, body: Body, outline: &[Corner]) -> Vec<ResourceId> {
    let sides: Vec<Shape> = sides(outline).map(|(a, b)| side(a, b)).collect();
    let touches = |shape: &Shape| {
        within(outline, shape.middle()) || sides.iter().any(|side| side.overlaps(shape))
    };
    let regions = regions(tracks, body);
    let row = |r: usize| {
        let parts = regions.start[r] as usize..regions.start[r + 1] as usize;
        &regions.shapes[parts]
    };
    (0..tracks.resources())
        .filter(|&r| row(r).iter().any(touches))
        .map(|r| ResourceId(r as u32))
        .collect()
}

/// Whether an outline goes once around a surface: no two sides that are not neighbours meet, and
/// the surface is not nothing.
pub fn simple(outline: &[Corner]) -> bool {
    let sides: Vec<(Corner, Corner)> = sides(outline).collect();
    let n = sides.len();
    let area: i128 = sides
        .iter()
        .map(|&((ax, ay), (bx, by))| {
            i128::from(ax.0) * i128::from(by.0) - i128::from(bx.0) * i128::from(ay.0)
        })
        .sum();
    let apart = |i: usize, j: usize| {
        let neighbours = j == i + 1 || (i == 0 && j == n - 1);
        neighbours || !meet(sides[i], sides[j])
    };
    n >= 3 && area != 0 && (0..n).all(|i| (i + 1..n).all(|j| apart(i, j)))
}

/// Consecutive corners, the last with the first.
fn sides(outline: &[Corner]) -> impl Iterator<Item = (Corner, Corner)> + '_ {
    let next = outline.iter().cycle().skip(1);
    outline.iter().copied().zip(next.copied())
}

fn side(a: Corner, b: Corner) -> Shape {
    let (dx, dy) = ((b.0 - a.0).0 as f64, (b.1 - a.1).0 as f64);
    let length = libm::sqrt(dx * dx + dy * dy);
    let (ux, uy) = match length > 0.0 {
        true => (dx / length, dy / length),
        false => (1.0, 0.0),
    };
    Shape::Rectangle {
        x: (a.0.0 + b.0.0) as f64 / 2.0,
        y: (a.1.0 + b.1.0) as f64 / 2.0,
        ux,
        uy,
        along: length / 2.0,
        across: 0.0,
    }
}

/// Even-odd rule (Shimrat, *Algorithm 112*, 1962).
fn within(outline: &[Corner], (x, y): (f64, f64)) -> bool {
    let crosses = |(a, b): &(Corner, Corner)| {
        let (ax, ay) = (a.0.0 as f64, a.1.0 as f64);
        let (bx, by) = (b.0.0 as f64, b.1.0 as f64);
        (ay > y) != (by > y) && x < ax + (y - ay) * (bx - ax) / (by - ay)
    };
    sides(outline).filter(crosses).count() % 2 == 1
}

/// Two segments share a point.
fn meet((a, b): (Corner, Corner), (c, d): (Corner, Corner)) -> bool {
    let turn = |p: Corner, q: Corner, r: Corner| {
        let (x, y) = ((q.0 - p.0).0, (q.1 - p.1).0);
        let (u, v) = ((r.0 - p.0).0, (r.1 - p.1).0);
        (i128::from(x) * i128::from(v) - i128::from(y) * i128::from(u)).signum()
    };
    let on = |p: Corner, q: Corner, r: Corner| {
        turn(p, q, r) == 0
            && (p.0.min(q.0)..=p.0.max(q.0)).contains(&r.0)
            && (p.1.min(q.1)..=p.1.max(q.1)).contains(&r.1)
    };
    let cross = turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
    cross || on(a, b, c) || on(a, b, d) || on(c, d, a) || on(c, d, b)
}
