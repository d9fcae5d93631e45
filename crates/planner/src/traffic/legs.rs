//! A way cut into hops, with what planning asks of each again and again.

use crate::routes::{Streets, edge_time, turn_time};
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Plant;
use serde::{Deserialize, Serialize};

/// A hop of a way.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Leg {
    /// How many edges.
    pub edges: u32,
    /// Where it ends.
    pub end: NodeId,
    /// Driving its edges, with the turns between them [ms].
    pub time: u32,
    /// To turn into it from the edge before it on the way [ms].
    pub turn: u32,
    /// Its part of [`Legs::obstacles`].
    obstacles: (u32, u32),
}

/// All hops of a way.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Legs {
    /// In order.
    pub legs: Vec<Leg>,
    /// Nodes on which a standing vehicle is in the way of a hop, hop by hop, in the order of driving.
    pub obstacles: Vec<NodeId>,
}

/// Hops still to be driven of a way.
#[derive(Clone, Copy, Default, Debug)]
pub struct Rest<'a> {
    /// In order.
    pub legs: &'a [Leg],
    /// Of the whole way ([`Legs::obstacles`]).
    pub obstacles: &'a [NodeId],
}

/// What drives where.
type By<'a> = (&'a Plant, &'a Streets, VehicleTypeId);

impl Legs {
    /// Of a way, from where one may stand to where one may stand.
    pub fn cut(plant: &Plant, streets: &Streets, kind: VehicleTypeId, way: &[EdgeId]) -> Legs {
        Legs::of((plant, streets, kind), way, |rest| {
            hop_length(plant, streets, rest)
        })
    }

    /// Of a way, edge by edge.
    pub fn edges(plant: &Plant, streets: &Streets, kind: VehicleTypeId, way: &[EdgeId]) -> Legs {
        Legs::of((plant, streets, kind), way, |_| 1)
    }

    fn of(by: By<'_>, way: &[EdgeId], length: impl Fn(&[EdgeId]) -> usize) -> Legs {
        let mut all = Legs::default();
        let (mut before, mut rest) = (None, way);
        while let Some((&first, _)) = rest.split_first() {
            let (hop, behind) = rest.split_at(length(rest));
            let turn = |from| turn_time(by.0, by.2, from, first);
            all.push(by, hop, before.map_or(0, turn));
            (before, rest) = (hop.last().copied(), behind);
        }
        all
    }

    fn push(&mut self, (plant, streets, kind): By<'_>, hop: &[EdgeId], turn: u32) {
        let start = self.obstacles.len();
        for &node in hop.iter().flat_map(|&edge| streets.obstacles(edge)) {
            if !self.obstacles[start..].contains(&node) {
                self.obstacles.push(node);
            }
        }
        let drives = hop.iter().map(|&edge| edge_time(plant, kind, edge));
        let turns = hop.windows(2);
        let turns = turns.map(|pair| turn_time(plant, kind, pair[0], pair[1]));
        self.legs.push(Leg {
            edges: hop.len() as u32,
            end: plant.tracks.edges[hop[hop.len() - 1]].to,
            time: drives.chain(turns).fold(0, u32::saturating_add),
            turn,
            obstacles: (start as u32, self.obstacles.len() as u32),
        });
    }

    /// From a hop on.
    pub fn rest(&self, hop: usize) -> Rest<'_> {
        Rest {
            legs: self.legs.get(hop..).unwrap_or_default(),
            obstacles: &self.obstacles,
        }
    }
}

impl<'a> Rest<'a> {
    /// From a later hop on.
    pub fn from(self, hop: usize) -> Rest<'a> {
        Rest {
            legs: &self.legs[hop..],
            ..self
        }
    }
    /// The first hop alone, or nothing.
    pub fn first(self) -> Rest<'a> {
        Rest {
            legs: &self.legs[..self.legs.len().min(1)],
            ..self
        }
    }
    /// Nodes on which a standing vehicle is in the way of these hops.
    #[inline]
    pub fn in_the_way(self) -> &'a [NodeId] {
        match self.legs {
            [] => &[],
            [first, .., last] => self.part(first.obstacles.0, last.obstacles.1),
            [only] => self.part(only.obstacles.0, only.obstacles.1),
        }
    }
    fn part(self, from: u32, to: u32) -> &'a [NodeId] {
        &self.obstacles[from as usize..to as usize]
    }
}

/// A hop looks no further than this for a refuge.
const REACH: Length = Length(20_000);

/// Number of edges of the first hop of a way. It ends where only those who follow have to wait, and those in bays
/// beside it other than its own, so that nobody stops on a crossing; where there is no such place within 20 m it ends
/// before the first one-way edge, so that nobody stops facing the other way of a two-way stretch.
fn hop_length(plant: &Plant, streets: &Streets, rest: &[EdgeId]) -> usize {
    let edges = &plant.tracks.edges;
    let mut length = Length(0);
    for (at, &edge) in rest.iter().enumerate() {
        if at > 0 && streets.stop(edges[edge].from, edge) {
            return at;
        }
        length += edges[edge].length;
        if length > REACH {
            break;
        }
    }
    if length <= REACH {
        return rest.len();
    }
    let stop = rest.iter().skip(1).position(|&next| !streets.two_way(next));
    stop.map_or(rest.len(), |at| at + 1)
}
