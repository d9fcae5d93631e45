//! Stand-in.
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Plant;
use serde::{Deserialize, Serialize};
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Traffic {
    end: Vec<NodeId>,
}
#[derive(Default)]
pub(crate) struct Moves {
    list: Vec<(VehicleId, Vec<EdgeId>)>,
}
impl Moves {
    pub fn iter(&self) -> impl Iterator<Item = (VehicleId, &[EdgeId])> {
        self.list.iter().map(|(v, e)| (*v, &e[..]))
    }
}
impl Traffic {
    pub fn new(plant: &Plant) -> Traffic {
        Traffic {
            end: plant.vehicles.iter().map(|v| v.start).collect(),
        }
    }
    pub fn at(&mut self, _p: &Plant, _now: Time, _v: VehicleId, _n: NodeId, _m: &mut Moves) {}
    pub fn send(&mut self, p: &Plant, _now: Time, v: VehicleId, goal: NodeId, m: &mut Moves) {
        let from = self.end[v.index()];
        let mut prev: Vec<Option<EdgeId>> = p.tracks.nodes.ids().map(|_| None).collect();
        let mut q = alloc::collections::VecDeque::new();
        q.push_back(from);
        while let Some(n) = q.pop_front() {
            for &e in p.tracks.leaving(n) {
                let t = p.tracks.edges[e].to;
                if t != from && prev[t.index()].is_none() {
                    prev[t.index()] = Some(e);
                    q.push_back(t);
                }
            }
        }
        let mut path = Vec::new();
        let mut n = goal;
        while n != from {
            let Some(e) = prev[n.index()] else { return };
            path.push(e);
            n = p.tracks.edges[e].from;
        }
        path.reverse();
        self.end[v.index()] = goal;
        m.list.push((v, path));
    }
}
