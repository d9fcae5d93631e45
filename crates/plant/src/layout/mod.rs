//! Tracks from a few figures: a grid of one-way streets over a hall, with bays at docks, chargers
//! and parking. The file it reads is described in `docs/layout.md`.

mod generate;
mod read;

pub use generate::{generate, node_list};

use crate::geometry::{components, graph};
use crate::lif::Lif;
use crate::{Problem, Severity};
use alloc::string::String;
use alloc::vec::Vec;
use fenhe_contract::{Length, Speed};

/// What to lay out.
#[derive(Clone, PartialEq, Debug)]
pub struct Spec {
    /// Name of the project.
    pub name: String,
    /// ISO 8601 in UTC, written into the file.
    pub timestamp: String,
    /// LIF vehicleTypeIds that may drive here.
    pub vehicle_types: Vec<String>,
    /// Greatest distance of two nodes along a street.
    pub spacing: Length,
    /// Speed limit on spurs.
    pub spur_speed: Speed,
    /// Streets; ids unique.
    pub streets: Vec<Street>,
    /// Bays; ids unique, each on a street.
    pub bays: Vec<Bay>,
}

/// A straight street.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Street {
    /// Its name, the first part of the names of its nodes.
    pub id: String,
    /// It runs along x (an aisle) or along y (a cross aisle).
    pub axis: Axis,
    /// Its y if it runs along x, and the other way round.
    pub offset: Length,
    /// Least coordinate along it.
    pub from: Length,
    /// Greatest coordinate along it.
    pub to: Length,
    /// Which way one drives on it.
    pub flow: Flow,
    /// Speed limit.
    pub speed: Speed,
}

/// What a street runs along.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Axis {
    /// East and west.
    X,
    /// North and south.
    Y,
}

/// Which way one drives on a street.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// East or north.
    Up,
    /// West or south.
    Down,
    /// Both ways.
    Both,
}

/// A node at the end of a two-way spur at right angles to a street.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bay {
    /// Name of its node and of its station.
    pub id: String,
    /// What it is for.
    pub kind: BayKind,
    /// Index of its street.
    pub street: usize,
    /// The other lane, if its spur goes on across its own street to that.
    pub far: Option<usize>,
    /// Where on the street its spur begins.
    pub at: Length,
    /// The spur leads north or east; otherwise south or west.
    pub up: bool,
    /// Length of the spur.
    pub spur: Length,
}

/// What a bay is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum BayKind {
    Dock,
    Parking,
    Charger,
}

impl BayKind {
    /// As written into the station's description.
    pub fn name(self) -> &'static str {
        match self {
            BayKind::Dock => "dock",
            BayKind::Parking => "parking",
            BayKind::Charger => "charger",
        }
    }
}

impl Spec {
    /// The part of each street that is laid out: a one-way street ends at its first and last crossing.
    /// `None` if nothing is left of it.
    pub fn extents(&self) -> Vec<Option<(Length, Length)>> {
        let extents = generate::extents(&self.streets).into_iter();
        extents
            .map(|extent| extent.map(|(from, to)| (Length(from), Length(to))))
            .collect()
    }
    /// Where a bay's node is: east and north.
    pub fn end(&self, bay: &Bay) -> (Length, Length) {
        let (x, y) = generate::end(self, bay);
        (Length(x), Length(y))
    }
}

/// Reads `layout.toml` as far as it can be read, with all its problems: what is wrong with a bay does not take
/// the streets away.
pub fn spec(file: &str, source: &str) -> (Option<Spec>, Vec<Problem>) {
    read::spec(file, source)
}

/// Reads `layout.toml` and lays out the tracks.
///
/// # Errors
/// All problems of the file, or `layout/not-connected` with a bay or node that cannot be reached
/// from the rest and left again. Good tracks come with the warnings.
pub fn layout(file: &str, bytes: &[u8]) -> Result<(Lif, Vec<Problem>), Vec<Problem>> {
    let Ok(source) = core::str::from_utf8(bytes) else {
        return Err(alloc::vec![Problem::of_file("file/not-utf8", file)]);
    };
    let (spec, problems) = read::spec(file, source);
    let spec = match spec {
        Some(spec) if problems.iter().all(|p| p.severity == Severity::Warning) => spec,
        _ => return Err(problems),
    };
    let lif = generate(&spec);
    let unconnected = unconnected(&spec, &lif);
    if unconnected.is_empty() {
        Ok((lif, problems))
    } else {
        let error = Problem::of_file("layout/not-connected", file);
        let (count, node) = (unconnected.len(), &unconnected[0]);
        Err(alloc::vec![error.arg("count", count).arg("node", node)])
    }
}

/// Nodes outside the largest part in which each node can reach each other.
fn unconnected(spec: &Spec, lif: &Lif) -> Vec<String> {
    let types: Vec<&str> = spec.vehicle_types.iter().map(String::as_str).collect();
    let Ok((tracks, _)) = graph(lif, "", "", &types) else {
        return Vec::new();
    };
    let component = components(&tracks);
    let mut size = alloc::vec![0_usize; component.len()];
    for &c in &component {
        size[c as usize] += 1;
    }
    let most = size.iter().copied().max().unwrap_or(0);
    let main = size.iter().position(|&s| s == most).unwrap_or(0);
    let nodes = tracks.nodes.iter().zip(&component);
    nodes
        .filter(|(_, c)| **c as usize != main)
        .map(|(node, _)| node.name.clone())
        .collect()
}
