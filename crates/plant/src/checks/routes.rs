//! Routes against what stations and ports do.

use crate::build::Build;
use crate::read::Read;
use crate::shape::Kind;
use crate::spell::nearest;
use crate::{BufferKind, Plant};
use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::*;

/// Operations named by stations and ports must stand in a route, those of routes must be done.
pub fn check(build: &mut Build<'_>) {
    let in_routes = in_routes(&build.plant);
    ports_need_routes(build);
    if in_routes.is_empty() {
        return;
    }
    let mut done: BTreeSet<OperationId> = build
        .plant
        .stations
        .iter()
        .filter_map(|station| station.operation)
        .collect();
    let mut meant = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (operation, read, key) in named(build) {
        if in_routes.contains(&operation) || !seen.insert((operation, read.at(key))) {
            continue;
        }
        let name = &build.plant.operations[operation];
        let names: Vec<&str> = in_routes
            .iter()
            .map(|id| build.plant.operations[*id].as_str())
            .collect();
        let suggestion = nearest(name, names);
        meant.extend(suggestion.clone());
        let problem = build
            .desk
            .error("name/unknown", read.at(key))
            .arg("name", name);
        let kind = Kind::Operation.name();
        build
            .desk
            .push(problem.arg("kind", kind).suggest(suggestion));
    }
    for (id, name) in build.plant.operations.pairs() {
        if meant.contains(name) {
            done.insert(id);
        }
    }
    for (product, read) in build
        .plant
        .products
        .iter()
        .zip(build.root.tables("product"))
    {
        for (step, item) in product.route.iter().zip(read.list("route")) {
            if !done.contains(&step.operation) {
                let operation = &build.plant.operations[step.operation];
                let args: &[(&'static str, &dyn core::fmt::Display)] =
                    &[("operation", operation), ("product", &product.name)];
                build.report("operation/no-station", item.at, args);
            }
        }
    }
}

fn in_routes(plant: &Plant) -> BTreeSet<OperationId> {
    plant
        .products
        .iter()
        .flat_map(|product| &product.route)
        .map(|step| step.operation)
        .collect()
}

/// Operations as stations and ports name them.
fn named<'t>(build: &Build<'t>) -> Vec<(OperationId, Read<'t>, &'static str)> {
    let mut named = Vec::new();
    for (station, element) in build.plant.stations.iter().zip(&build.stations) {
        named.extend(
            station
                .operation
                .map(|operation| (operation, element.read, "operation")),
        );
    }
    for (buffer, element) in build.plant.buffers.iter().zip(&build.buffers) {
        let (operation, key) = match buffer.kind {
            BufferKind::Unload { operation, .. } => (Some(operation), "unload"),
            BufferKind::Load { operation, .. } => (operation, "load"),
            BufferKind::Queue { .. } | BufferKind::Store { .. } => continue,
        };
        let read = element.read.inner(key);
        named.extend(
            operation
                .zip(read)
                .map(|(operation, read)| (operation, read, "operation")),
        );
    }
    named
}

/// Where carriers travel between ports, control needs the routes of the products in them.
fn ports_need_routes(build: &Build<'_>) {
    let ports = |buffer: &crate::Buffer| matches!(buffer.kind, BufferKind::Unload { .. });
    if !build.plant.buffers.iter().any(ports) {
        return;
    }
    let names: Vec<String> = build
        .plant
        .products
        .iter()
        .map(|p| p.name.to_string())
        .collect();
    for (read, (name, product)) in build
        .root
        .tables("product")
        .zip(names.iter().zip(build.plant.products.iter()))
    {
        if product.route.is_empty() && read.list("route").is_empty() {
            build.report("product/no-route", read.at("id"), &[("product", name)]);
        }
    }
}
