//! Where at a machine's server a station's things are found. The default layout follows from names;
//! every node can be set alone, because real machines differ.

use crate::words::clean;
use fenhe_contract::{BufferId, Index, PlaceId, ProductId, StationId, UnitState};
use fenhe_plant::model::{self, BufferKind, Plant, Reports, Start, To};

/// Nodes of one station. A node is written `ns=3;s=Press.State`, `nsu=urn:maker:press;i=17`, or as a
/// bare text: a string id in [`crate::NAMESPACE`].
#[derive(Clone, PartialEq, Debug)]
pub struct Mapping {
    /// Name of the station at the machine.
    pub name: String,
    /// The object that owns the methods.
    pub object: String,
    /// PackML state number, Int32.
    pub state: String,
    /// Changes at least every second while the machine's program runs.
    pub heartbeat: String,
    /// Names the memory that job list, log and totals live in; changes only when it was lost.
    pub memory: String,
    /// Good pieces since the memory began, UInt32.
    pub good: String,
    /// Scrapped pieces since the memory began, UInt32.
    pub scrap: String,
    /// Bits of active alarms, UInt32.
    pub alarm: String,
    /// Id of the job being carried out, String, empty for none. For people; never read for control.
    pub current_job: String,
    /// Job orders and their states, String\[\].
    pub jobs: String,
    /// Result log, String\[\]: header, then the last entries by serial number.
    pub log: String,
    /// Method `StoreAndStart(id, revision)`.
    pub store_and_start: String,
    /// Method `Abort(id)`.
    pub abort: String,
    /// Method `Hold()` (PackML, OPC 30050).
    pub hold: String,
    /// Method `Unhold()`.
    pub unhold: String,
    /// What PackML's Suspended means here: blocked or starved.
    pub suspended: UnitState,
    /// Tells the end of each job. If not, a job is no longer followed once it has started.
    pub tells_end: bool,
    /// Tells totals of good and scrap.
    pub tells_counts: bool,
    /// Positions of ports.
    pub ports: Vec<Port>,
    /// Queues whose arrivals it tells, by name at the machine.
    pub queues: Vec<(String, BufferId)>,
    /// Products by name at the machine.
    pub products: Vec<(String, ProductId)>,
}

/// A position of a port.
#[derive(Clone, PartialEq, Debug)]
pub struct Port {
    /// Its name at the machine.
    pub name: String,
    /// Its place in the plant.
    pub place: PlaceId,
    /// Its node, String.
    pub node: String,
}

impl Mapping {
    /// The default layout below an object of this name, without ports, queues and products.
    pub fn named(name: &str) -> Mapping {
        let name = clean(name);
        let node = |part: &str| format!("{name}.{part}");
        Mapping {
            object: name.clone(),
            state: node("CurrentState"),
            heartbeat: node("Heartbeat"),
            memory: node("MemoryInstance"),
            good: node("GoodQuantity"),
            scrap: node("ScrapQuantity"),
            alarm: node("AlarmWord"),
            current_job: node("CurrentJobOrder"),
            jobs: node("JobOrderList"),
            log: node("ResultLog"),
            store_and_start: node("StoreAndStart"),
            abort: node("Abort"),
            hold: node("Hold"),
            unhold: node("Unhold"),
            suspended: UnitState::Blocked,
            tells_end: true,
            tells_counts: true,
            ports: Vec::new(),
            queues: Vec::new(),
            products: Vec::new(),
            name,
        }
    }

    /// The default layout of a station of this plant: its ports, the queues it waits at for
    /// control's word, and all products. A port or queue of several stations is told by the first.
    pub fn of(plant: &Plant, id: StationId) -> Mapping {
        let station = &plant.stations[id];
        let mut mapping = Mapping::named(&station.name);
        mapping.tells_end = station.reports == Reports::Piece;
        mapping.tells_counts = matches!(station.reports, Reports::Counter { .. });
        let first = |buffer, of: fn(&model::Station, BufferId) -> bool| {
            let mut all = plant.stations.ids();
            all.find(|&other| of(&plant.stations[other], buffer)) == Some(id)
        };
        for buffer in buffers(station) {
            if first(buffer, |other, buffer| {
                buffers(other).any(|own| own == buffer)
            }) {
                mapping.add_ports(plant, buffer);
            }
        }
        let told = station.inputs.iter().map(|input| input.buffer);
        mapping.queues = told
            .filter(|&buffer| waits_at(station, buffer) && first(buffer, waits_at))
            .map(|buffer| (clean(&plant.buffers[buffer].name), buffer))
            .collect();
        let products = plant.products.ids();
        mapping.products = products
            .map(|id| (clean(&plant.products[id].name), id))
            .collect();
        mapping
    }

    /// Whether our own server can show it: all nodes lie in [`crate::NAMESPACE`].
    pub fn can_be_served(&self) -> bool {
        let nodes = [
            &self.object,
            &self.state,
            &self.heartbeat,
            &self.memory,
            &self.good,
            &self.scrap,
            &self.alarm,
            &self.jobs,
            &self.log,
            &self.store_and_start,
            &self.abort,
            &self.hold,
            &self.unhold,
        ];
        let ports = self.ports.iter().map(|port| &port.node);
        let foreign = |node: &&String| ["ns=", "nsu=", "i="].iter().any(|p| node.starts_with(p));
        !nodes.into_iter().chain(ports).any(|node| foreign(&node))
    }

    /// The default layout below an object of another name.
    pub(crate) fn rename(&mut self, name: &str) {
        let own = Mapping::named(name);
        for port in &mut self.ports {
            port.node = format!("{name}.Port.{}", port.name);
        }
        *self = Mapping {
            suspended: self.suspended,
            tells_end: self.tells_end,
            tells_counts: self.tells_counts,
            ports: std::mem::take(&mut self.ports),
            queues: std::mem::take(&mut self.queues),
            products: std::mem::take(&mut self.products),
            ..own
        };
    }

    /// A node by the name of its field.
    pub(crate) fn node_mut(&mut self, field: &str) -> &mut String {
        match field {
            "object" => &mut self.object,
            "state" => &mut self.state,
            "heartbeat" => &mut self.heartbeat,
            "memory" => &mut self.memory,
            "good" => &mut self.good,
            "scrap" => &mut self.scrap,
            "alarm" => &mut self.alarm,
            "jobs" => &mut self.jobs,
            "log" => &mut self.log,
            "store_and_start" => &mut self.store_and_start,
            "abort" => &mut self.abort,
            "hold" => &mut self.hold,
            _ => &mut self.unhold,
        }
    }

    fn add_ports(&mut self, plant: &Plant, buffer: BufferId) {
        let places = match &plant.buffers[buffer].kind {
            BufferKind::Unload { places, .. } | BufferKind::Load { places, .. } => places.clone(),
            BufferKind::Queue { .. } | BufferKind::Store { .. } => return,
        };
        for (n, place) in (places.start.index()..places.end.index()).enumerate() {
            let name = format!("{}.{}", clean(&plant.buffers[buffer].name), n + 1);
            let node = format!("{}.Port.{name}", self.name);
            let place = PlaceId::from_index(place);
            if self.ports.iter().all(|port| port.place != place) {
                self.ports.push(Port { name, place, node });
            }
        }
    }

    pub(crate) fn product(&self, name: &str) -> Option<ProductId> {
        let mut rows = self.products.iter();
        rows.find(|row| row.0 == name).map(|row| row.1)
    }
    pub(crate) fn product_name(&self, id: ProductId) -> String {
        let mut rows = self.products.iter();
        let known = rows.find(|row| row.1 == id).map(|row| row.0.clone());
        known.unwrap_or_else(|| format!("#{}", id.0))
    }
    pub(crate) fn queue(&self, name: &str) -> Option<BufferId> {
        let mut rows = self.queues.iter();
        rows.find(|row| row.0 == name).map(|row| row.1)
    }
    pub(crate) fn port(&self, name: &str) -> Option<PlaceId> {
        let mut rows = self.ports.iter();
        rows.find(|row| row.name == name).map(|row| row.place)
    }
}

/// Buffers before and behind a station.
fn buffers(station: &model::Station) -> impl Iterator<Item = BufferId> + '_ {
    let inputs = station.inputs.iter().map(|input| input.buffer);
    let outputs = station.outputs.iter().filter_map(|output| match output.to {
        To::Buffer(buffer) => Some(buffer),
        To::Sink(_) => None,
    });
    inputs.chain(outputs)
}

/// The station starts pieces of this buffer at control's word.
fn waits_at(station: &model::Station, buffer: BufferId) -> bool {
    let mut inputs = station.inputs.iter();
    matches!(station.start, Start::Control(_)) && inputs.any(|input| input.buffer == buffer)
}
