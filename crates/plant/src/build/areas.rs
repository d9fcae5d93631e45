//! Areas of the floor and emergency-stop groups.

use super::Build;
use crate::read::Read;
use crate::shape::Kind;
use crate::tree::{Item, Value};
use crate::units::{Dimension, parse};
use crate::*;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt::Display;
use fenhe_contract::*;

impl<'t> Build<'t> {
    /// After tracks, stations and fleet are known.
    pub(super) fn people_areas(&mut self) {
        let root = self.root;
        for read in root.tables("area") {
            let name = read.text("id").unwrap_or_default().to_string();
            let outline: Vec<_> = read.list("outline").iter().filter_map(corner).collect();
            let shown: &[(&'static str, &dyn Display)] = &[("area", &name)];
            let drawn = read.item("outline").is_some();
            if drawn && !geometry::simple(&outline) {
                self.report("area/outline", read.at("outline"), shown);
            }
            let mut inside = self.around(read, "nodes");
            if let Some(body) = geometry::Body::of(&self.plant.vehicle_types)
                && drawn
            {
                inside.extend(geometry::touching(&self.plant.tracks, body, &outline));
            }
            let mut keep_free = Vec::new();
            if let Some(read) = read.inner("keep_free") {
                keep_free = self.around(read, "nodes");
                let edges = self.named::<EdgeId>(Kind::Edge, read, "edges");
                let edges = edges.iter().map(|&e| self.plant.tracks.edge_resource(e));
                keep_free.extend(edges);
            }
            inside.extend(&keep_free);
            let stations = self.named(Kind::Station, read, "stations");
            if inside.is_empty() && stations.is_empty() && (self.knows_nodes || !self.has_tracks) {
                self.report("area/empty", read.at("id"), shown);
            }
            self.plant.areas.push(Area {
                name,
                outline,
                inside: ordered(inside),
                stations,
                keep_free: ordered(keep_free),
            });
        }
    }

    /// After areas are known.
    pub(super) fn stop_groups(&mut self) {
        let root = self.root;
        for read in root.tables("emergency_group") {
            let name = read.text("id").unwrap_or_default().to_string();
            let stations = self.named(Kind::Station, read, "stations");
            let vehicles = match self.knows_nodes || !self.has_tracks {
                true => self.named(Kind::Vehicle, read, "vehicles"),
                false => Vec::new(), // no vehicle is known; reported with the tracks
            };
            let area = self.refer(Kind::Area, read, "area", None).map(AreaId);
            let said = |key| !read.list(key).is_empty();
            if !said("stations") && !said("vehicles") && read.item("area").is_none() {
                self.report("group/empty", read.at("id"), &[("group", &name)]);
            }
            self.plant.stop_groups.push(StopGroup {
                name,
                stations,
                vehicles,
                area,
            });
        }
    }

    /// Nodes that a key names, with the edges at them.
    fn around(&mut self, read: Read<'t>, key: &'static str) -> Vec<ResourceId> {
        let nodes = self.named::<NodeId>(Kind::Node, read, key);
        let tracks = &self.plant.tracks;
        let at = |(_, edge): &(EdgeId, &Edge)| {
            nodes.binary_search(&edge.from).is_ok() || nodes.binary_search(&edge.to).is_ok()
        };
        let edges = tracks.edges.pairs().filter(at);
        let edges = edges.map(|(id, _)| tracks.edge_resource(id));
        let nodes = nodes.iter().map(|&node| tracks.node_resource(node));
        edges.chain(nodes).collect()
    }

    /// The ids that a list of names means; ascending, each once.
    fn named<I: Index>(&mut self, kind: Kind, read: Read<'t>, key: &'static str) -> Vec<I> {
        if matches!(kind, Kind::Node | Kind::Edge) && !self.knows_nodes && self.has_tracks {
            return Vec::new(); // reported with the tracks
        }
        let mut ids = Vec::new();
        for item in read.list(key) {
            let Some(name) = item.text() else { continue };
            let id = self.names.resolve(self.desk, kind, name, item.at, None);
            ids.extend(id.map(|id| I::from_index(id as usize)));
        }
        ordered(ids)
    }
}

fn ordered<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

/// A point that was checked against its shape; what was faulty there was reported there.
fn corner(item: &Item) -> Option<(Length, Length)> {
    let Value::List(pair) = &item.value else {
        return None;
    };
    let amount = |item: &Item| parse(item.text()?, Dimension::Length).ok().map(Length);
    match pair.as_slice() {
        [x, y] => Some((amount(x)?, amount(y)?)),
        _ => None,
    }
}
