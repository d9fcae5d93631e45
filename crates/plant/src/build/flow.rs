//! The graph that pieces flow through: buffers, stations, sources, sinks, indexers.

use super::lists::id;
use super::{Build, Element, Scope};
use crate::dist::share;
use crate::read::Read;
use crate::shape::Kind;
use crate::tree::At;
use crate::*;
use alloc::format;
use alloc::vec::Vec;
use fenhe_contract::*;

/// The most pieces in all buffers of a plant together.
const PIECES: u64 = 10_000_000;

impl<'t> Build<'t> {
    pub(super) fn flow(&mut self) {
        for i in 0..self.buffers.len() {
            let element = self.buffers[i].clone();
            self.buffer(&element);
        }
        for i in 0..self.buffers.len() {
            let element = self.buffers[i].clone();
            self.returns(BufferId(i as u32), &element);
        }
        for i in 0..self.stations.len() {
            let element = self.stations[i].clone();
            let station = self.station(&element);
            self.plant.stations.push(station);
        }
        let root = self.root;
        for read in root.tables("sink") {
            let line = self.line(read, None);
            let reports = self.reports(read);
            self.plant.sinks.push(Sink {
                name: id(read),
                line,
                reports,
            });
        }
        for read in root.tables("source") {
            let source = self.source(read);
            self.plant.sources.push(source);
        }
        for read in root.tables("indexer") {
            self.indexer(read);
        }
        self.bound_pieces();
    }

    fn buffer(&mut self, element: &Element<'t>) {
        let scope = element.scope.as_deref();
        let read = element.read;
        let line = self.line(read, scope);
        let key = ["queue", "unload", "load", "store"]
            .into_iter()
            .find_map(|key| Some((key, read.inner(key)?)));
        let kind = match key {
            Some(("unload", inner)) => {
                let carrier = self.carrier(inner, scope);
                let operation = inner.text("operation").unwrap_or_default();
                let operation = self.operation(operation);
                let places = self.places(element, inner, scope);
                BufferKind::Unload {
                    carrier,
                    places,
                    operation,
                    returns: None,
                }
            }
            Some(("load", inner)) => {
                let carrier = self.carrier(inner, scope);
                let operation = inner.text("operation").map(|name| self.operation(name));
                let places = self.places(element, inner, scope);
                let flush = inner.span("flush");
                BufferKind::Load {
                    carrier,
                    places,
                    operation,
                    flush,
                }
            }
            Some(("store", inner)) => BufferKind::Store {
                places: self.places(element, inner, scope),
            },
            Some((_, inner)) => BufferKind::Queue {
                capacity: inner.count("capacity").map(|n| n as u32),
            },
            None => BufferKind::Queue { capacity: Some(1) },
        };
        self.plant.buffers.push(Buffer {
            name: element.id.clone(),
            kind,
            line,
        });
    }

    fn carrier(&mut self, read: Read<'t>, scope: Option<&Scope>) -> CarrierTypeId {
        CarrierTypeId(
            self.refer(Kind::Carrier, read, "carrier", scope)
                .unwrap_or(0),
        )
    }

    /// The load port that takes the empties of an unload port by itself.
    fn returns(&mut self, buffer: BufferId, element: &Element<'t>) {
        let Some(read) = element.read.inner("unload") else {
            return;
        };
        if read.item("returns").is_none() {
            return;
        }
        let target = self.refer(Kind::Buffer, read, "returns", element.scope.as_deref());
        let Some(target) = target.map(BufferId) else {
            return;
        };
        let own = match self.plant.buffers[buffer].kind {
            BufferKind::Unload { carrier, .. } => Some(carrier),
            _ => None,
        };
        let name = self.plant.buffers[target].name.clone();
        match self.plant.buffers[target].kind {
            BufferKind::Load { carrier, .. } if Some(carrier) == own => {}
            BufferKind::Load { .. } => {
                self.report("carrier/mismatch", read.at("returns"), &[("buffer", &name)]);
            }
            _ => self.report(
                "buffer/wrong-kind",
                read.at("returns"),
                &[("buffer", &name), ("wanted", &"load")],
            ),
        }
        let time = read.span("return_time").unwrap_or(Span::ZERO);
        if let BufferKind::Unload { returns, .. } = &mut self.plant.buffers[buffer].kind {
            *returns = Some((target, time));
        }
    }

    /// The buffer a key names, if it is of a kind that will do there.
    pub(super) fn buffer_of_kind(
        &mut self,
        item_at: At,
        name: &str,
        scope: Option<&Scope>,
        wanted: &[&'static str],
    ) -> Option<BufferId> {
        let id = self
            .names
            .resolve(self.desk, Kind::Buffer, name, item_at, scope);
        let Some(id) = id.map(BufferId) else {
            self.flow_unclear = true;
            return None;
        };
        self.flow_unclear |= !self.wanted_kind(item_at, id, wanted);
        Some(id)
    }

    pub(super) fn wanted_kind(&self, at: At, id: BufferId, wanted: &[&'static str]) -> bool {
        let buffer = &self.plant.buffers[id];
        let kind = match buffer.kind {
            BufferKind::Queue { .. } => "queue",
            BufferKind::Unload { .. } => "unload",
            BufferKind::Load { .. } => "load",
            BufferKind::Store { .. } => "store",
        };
        if !wanted.contains(&kind) {
            let list = wanted.join(" / ");
            self.report(
                "buffer/wrong-kind",
                at,
                &[("buffer", &buffer.name), ("wanted", &list)],
            );
        }
        wanted.contains(&kind)
    }

    fn source(&mut self, read: Read<'t>) -> Source {
        let line = self.line(read, None);
        let to = match read.item("to") {
            Some(item) => {
                let name = item.text().unwrap_or_default();
                self.buffer_of_kind(item.at, name, None, &["queue", "load"])
            }
            None => None,
        };
        let demand = if let Some(inner) = read.inner("arrivals") {
            let product = self.refer(Kind::Product, inner, "product", None);
            let every = inner
                .dist("every")
                .unwrap_or(Dist::Constant(Span::seconds(1)));
            if inner.item("every").is_some() && every.mean().0 < 1 {
                self.report("time/zero", inner.at("every"), &[("key", &"every")]);
            }
            let count = inner.count("count").unwrap_or(1) as u32;
            Demand::Arrivals {
                product: ProductId(product.unwrap_or(0)),
                every,
                count,
            }
        } else if read.item("orders").is_some() {
            let product = self.refer(Kind::Product, read, "orders", None);
            Demand::Orders(ProductId(product.unwrap_or(0)))
        } else {
            let product = self.refer(Kind::Product, read, "endless", None);
            Demand::Endless(ProductId(product.unwrap_or(0)))
        };
        let release = read.inner("release").map_or(Release::Push, |inner| {
            let conwip = inner.count("conwip").map(|n| Release::Conwip(n as u32));
            let kanban = inner.count("kanban").map(|n| Release::Kanban(n as u32));
            conwip.or(kanban).unwrap_or(Release::Push)
        });
        if let (Some(to), Demand::Endless(_), Release::Push) = (to, &demand, release)
            && matches!(
                self.plant.buffers[to].kind,
                BufferKind::Queue { capacity: None }
            )
        {
            let buffer = &self.plant.buffers[to].name;
            self.report("source/without-limit", read.at("to"), &[("buffer", buffer)]);
        }
        let name = id(read);
        let to = to.unwrap_or_else(|| self.entry(read));
        let loses = read.text("when_full") == Some("lose");
        if loses && !matches!(demand, Demand::Arrivals { .. }) {
            self.report("source/loses", read.at("when_full"), &[("source", &name)]);
        }
        Source {
            name,
            line,
            to,
            demand,
            release,
            loses,
        }
    }

    /// The source of an indexer has no buffer: it gets one of its own that nothing takes from.
    fn entry(&mut self, read: Read<'t>) -> BufferId {
        let own = read.text("id").unwrap_or_default();
        let of_indexer = self
            .root
            .tables("indexer")
            .any(|i| i.text("source") == Some(own));
        if read.item("to").is_none() && !of_indexer {
            self.report(
                "key/missing",
                read.at,
                &[("key", &"to"), ("in", &read.form.name)],
            );
        }
        let kind = BufferKind::Queue { capacity: Some(1) };
        self.plant.buffers.push(Buffer {
            name: format!("{own}.entry"),
            kind,
            line: None,
        })
    }

    fn indexer(&mut self, read: Read<'t>) {
        let product = self
            .refer(Kind::Product, read, "product", None)
            .unwrap_or(0);
        let source = self.refer(Kind::Source, read, "source", None).map(SourceId);
        let sink = self.refer(Kind::Sink, read, "sink", None).map(SinkId);
        if let Some(source) = source.and_then(|s| self.plant.sources.get(s))
            && !matches!(source.demand, Demand::Endless(_))
        {
            self.report(
                "indexer/source",
                read.at("source"),
                &[("source", &source.name)],
            );
        }
        let machines: Vec<IndexedMachine> = read.tables("machines").map(machine).collect();
        let buffers: Vec<u32> = read
            .list("buffers")
            .iter()
            .map(|n| n.integer().unwrap_or(0).max(0) as u32)
            .collect();
        if buffers.len() + 1 != machines.len() && read.item("buffers").is_some() {
            let args: &[(&'static str, &dyn core::fmt::Display)] =
                &[("buffers", &buffers.len()), ("machines", &machines.len())];
            self.report("indexer/buffers", read.at("buffers"), args);
        }
        self.plant.indexers.push(Indexer {
            name: id(read),
            product: ProductId(product),
            source: source.unwrap_or(SourceId(0)),
            sink: sink.unwrap_or(SinkId(0)),
            cycle: read.span("cycle").unwrap_or(Span::seconds(1)),
            machines,
            buffers,
            flow_through: read.flag("flow_through").unwrap_or(false),
        });
    }

    fn bound_pieces(&self) {
        let mut total = 0u64;
        for (buffer, element) in self.plant.buffers.iter().zip(&self.buffers) {
            if let BufferKind::Queue { capacity: Some(n) } = buffer.kind {
                total += u64::from(n);
                if total > PIECES {
                    let at = element.read.at("queue");
                    self.report("size/too-many", at, &[("most", &PIECES)]);
                    return;
                }
            }
        }
    }
}

fn machine(read: Read<'_>) -> IndexedMachine {
    let up = read.ratio("bernoulli");
    let fail = read.ratio("fail").or(up.map(|up| 1.0 - up)).unwrap_or(0.0);
    let repair = read.ratio("repair").or(up).unwrap_or(1.0);
    IndexedMachine {
        name: id(read),
        fail: share(fail),
        repair: share(repair),
    }
}
