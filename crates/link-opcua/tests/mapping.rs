//! The default layout of a whole plant: every port position and every queue has one teller.

use fenhe_contract::BufferId;
use fenhe_link_opcua::Mapping;
use fenhe_plant::model::{BufferKind, Owner, Plant, Start};
use fenhe_plant::{Files, load};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn plant() -> Plant {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/jinneng-cells");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("the plant's folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let name = path.file_name().and_then(|name| name.to_str());
            let bytes = std::fs::read(&path).expect("a file");
            files.insert(name.expect("a name").to_string(), bytes);
        }
    }
    let loaded = load("jinneng-cells", &Files(files));
    loaded
        .map_err(|problems| format!("{problems:?}"))
        .expect("a plant")
        .0
}

#[test]
fn every_port_and_queue_has_one_teller() {
    let plant = plant();
    let mappings: Vec<Mapping> = plant
        .stations
        .ids()
        .map(|id| Mapping::of(&plant, id))
        .collect();
    let mut nodes = BTreeSet::new();
    let mut places = BTreeSet::new();
    let mut queues = BTreeSet::new();
    for mapping in &mappings {
        assert!(nodes.insert(mapping.state.clone()), "{}", mapping.state);
        for port in &mapping.ports {
            assert!(nodes.insert(port.node.clone()), "{}", port.node);
            assert!(places.insert(port.place), "{} is told twice", port.name);
        }
        for (name, buffer) in &mapping.queues {
            assert!(queues.insert(*buffer), "{name} is told twice");
        }
    }
    let is_port = |buffer: BufferId| {
        let kind = &plant.buffers[buffer].kind;
        matches!(kind, BufferKind::Unload { .. } | BufferKind::Load { .. })
    };
    let ports = plant
        .places
        .ids()
        .filter(|&place| match plant.places[place].owner {
            Owner::Buffer(buffer) => is_port(buffer),
            Owner::Deck(..) | Owner::Slot(_) | Owner::Crane(_) => false,
        });
    assert!(!places.is_empty());
    assert_eq!(places, ports.collect());
    let stations = plant.stations.iter();
    let waiting = stations.filter(|station| matches!(station.start, Start::Control(_)));
    let waited = waiting.flat_map(|station| station.inputs.iter().map(|input| input.buffer));
    assert_eq!(queues, waited.collect());
}
