//! From a layout to [`Tracks`]: the graph, and which of its resources two bodies may not hold at
//! once.
//!
//! A body is a rectangle centred on its reference point that drives along its axis, either way, and
//! turns on the spot at nodes. One body, the longest, widest and most careful of the fleet, stands
//! for all. Regions, each grown by the margin on every side:
//! - *edge*: the rectangle swept from the start pose to the end pose, and the turning disc at each
//!   end where a vehicle may turn;
//! - *node*: the turning disc if a vehicle may turn there, else the body along the one axis.
//!
//! A vehicle may turn at a node if the edges that meet there differ in axis (heading modulo half a
//! turn) by more than 1 mrad. Two resources conflict if and only if their regions overlap: bodies that hold
//! no conflicting resources keep at least two margins apart, one around each. Another 1 mm and
//! 2 mrad of the half diagonal cover rounding and the smaller differences in axis.
//!
//! A vehicle standing on the last node of a spur at right angles to a street of straight edges holds
//! that node only, and leaves the street free, if the spur is longer than [`Body::spur_min`].

mod area;
mod check;
mod conflict;
mod graph;
mod shape;

pub use area::{simple, touching};
pub use check::{check, components};
pub use graph::graph;

use crate::{Problem, Tracks, VehicleType};
use alloc::vec::Vec;
use fenhe_contract::{Length, ResourceId};

/// The rectangle that stands for every vehicle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Body {
    /// Along the axis.
    pub length: Length,
    /// Across.
    pub width: Length,
    /// Kept free around it.
    pub margin: Length,
}

impl Body {
    /// The largest of each measure over some types; `None` without any.
    pub fn of<'a>(types: impl IntoIterator<Item = &'a VehicleType>) -> Option<Body> {
        types.into_iter().fold(None, |body: Option<Body>, kind| {
            let least = body.unwrap_or(Body {
                length: Length(0),
                width: Length(0),
                margin: Length(0),
            });
            Some(Body {
                length: least.length.max(kind.length),
                width: least.width.max(kind.width),
                margin: least.margin.max(kind.margin),
            })
        })
    }
    /// Half the diagonal.
    fn radius(self) -> f64 {
        let (length, width) = (self.length.0 as f64, self.width.0 as f64);
        libm::sqrt(length * length + width * width) / 2.0
    }
    /// What regions are grown by on each side [mm].
    fn grown(self) -> f64 {
        self.margin.0 as f64 + 1.0 + 2.0 * shape::AXIS_TOLERANCE * self.radius()
    }
    /// Radius of the turning disc [mm].
    fn disc(self) -> f64 {
        self.radius() + self.grown()
    }
    /// Least length of a spur at right angles to a street such that a vehicle at its end does not
    /// conflict with the street: half diagonal + half length + two margins, rounded up. It covers
    /// the turning disc where the spur begins.
    pub fn spur_min(self) -> Length {
        let reach = self.disc() + self.length.0 as f64 / 2.0 + self.grown();
        Length(libm::ceil(reach) as i64 + 1)
    }
    /// Least distance of two parallel spurs such that vehicles at their ends do not conflict: width
    /// + two margins, rounded up.
    pub fn abreast_min(self) -> Length {
        Length(libm::ceil(self.width.0 as f64 + 2.0 * self.grown()) as i64 + 1)
    }
    /// Least distance of two nodes, either a place to turn, such that vehicles on both do not
    /// conflict: the diagonal + two margins, rounded up.
    pub fn apart_min(self) -> Length {
        Length(libm::ceil(2.0 * self.disc()) as i64 + 1)
    }
}

/// Fills in the conflict sets of a graph. `areas` are sets of resources that exclude each other
/// whatever the geometry says.
///
/// # Errors
/// `track/body-too-large` if so many resources conflict (over 20 million pairs) that the body cannot
/// belong to these tracks.
pub fn compile(
    tracks: &mut Tracks,
    file: &str,
    body: Body,
    areas: &[Vec<ResourceId>],
) -> Result<(), Vec<Problem>> {
    let Some(pairs) = conflict::pairs(tracks, body, areas) else {
        return Err(alloc::vec![Problem::of_file("track/body-too-large", file)]);
    };
    conflict::fill(tracks, &pairs);
    Ok(())
}
