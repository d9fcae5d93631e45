//! Orders: what control tells the plant. Imperative, each with a revision, safe to repeat; a stale
//! one is dropped on arrival.

use crate::*;
use alloc::boxed::Box;
use alloc::vec::Vec;
use serde::{Deserialize, Serialize};

/// One order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Command {
    /// Append edges to the vehicle's base: it may drive them without asking again. The base can
    /// never be taken back (VDA 5050). The edges are `Commands::edges[first .. first + count]`.
    Drive {
        /// Who.
        vehicle: VehicleId,
        /// Revision of this vehicle's commands.
        revision: u32,
        /// First edge in [`Commands::edges`].
        first: u32,
        /// Number of edges.
        count: u32,
    },
    /// At the end of the base: take a load from, or give it to, a place served by that node.
    Handle {
        /// Who.
        vehicle: VehicleId,
        /// Revision of this vehicle's commands.
        revision: u32,
        /// Which deck position.
        deck: u8,
        /// Which place.
        place: PlaceId,
        /// Take (`true`) or give.
        pick: bool,
    },
    /// At the end of the base: charge up to this state.
    Charge {
        /// Who.
        vehicle: VehicleId,
        /// Revision of this vehicle's commands.
        revision: u32,
        /// Parts per thousand to stop at.
        until_permille: u16,
    },
    /// Start the piece with this mark, now or when the station is ready.
    Run {
        /// Where.
        station: StationId,
        /// Revision of this station's commands.
        revision: u32,
        /// Which piece of its queue.
        tag: Tag,
    },
    /// Hold the station: finish the piece in hand, take no other, report
    /// [`UnitState::Maintenance`] (PackML Held); or go on.
    Hold {
        /// Where.
        station: StationId,
        /// Revision of this station's holds.
        revision: u32,
        /// Hold (`true`) or go on.
        on: bool,
    },
    /// Let pieces into the plant.
    Release {
        /// Where.
        source: SourceId,
        /// Revision of this source's commands.
        revision: u32,
        /// What.
        product: ProductId,
        /// How many.
        count: u32,
        /// For which work order, 0 for none.
        order: OrderId,
    },
    /// Ask a planner; the answer comes back as [`Event::Plan`].
    Ask(Box<PlanRequest>),
    /// A crane takes the load of one place to another, both of its aisle; from its own deck: only
    /// gives.
    Carry {
        /// Who.
        crane: CraneId,
        /// Revision of this crane's commands.
        revision: u32,
        /// Where the load stands.
        from: PlaceId,
        /// Where it goes.
        to: PlaceId,
        /// What is to be read on it, else it is left there; [`Tag::UNREAD`]: whatever it is.
        tag: Tag,
    },
    /// A crane goes to a place and waits there.
    Go {
        /// Who.
        crane: CraneId,
        /// Revision of this crane's commands.
        revision: u32,
        /// Where to.
        to: PlaceId,
    },
}

/// What comes out of one [`Decide::handle`]: commands in the order they were decided, and records
/// of the decisions.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Commands {
    /// In order.
    pub list: Vec<Command>,
    /// Edges of the `Drive` commands.
    pub edges: Vec<EdgeId>,
    /// History of decisions.
    pub records: Vec<Record>,
}
impl Commands {
    /// Empty again, memory kept.
    pub fn clear(&mut self) {
        self.list.clear();
        self.edges.clear();
        self.records.clear();
    }
    /// Adds one command.
    #[inline]
    pub fn push(&mut self, command: Command) {
        self.list.push(command);
    }
    /// Adds a `Drive` along `edges`.
    pub fn drive(&mut self, vehicle: VehicleId, revision: u32, edges: &[EdgeId]) {
        let first = self.edges.len() as u32;
        self.edges.extend_from_slice(edges);
        self.list.push(Command::Drive {
            vehicle,
            revision,
            first,
            count: edges.len() as u32,
        });
    }
    /// Adds all that `other` holds.
    pub fn append(&mut self, other: &Commands) {
        self.records.extend_from_slice(&other.records);
        for command in &other.list {
            match *command {
                Command::Drive {
                    vehicle,
                    revision,
                    first,
                    count,
                } => self.drive(vehicle, revision, other.base(first, count)),
                ref other => self.push(other.clone()),
            }
        }
    }
    /// The edges of a `Drive`.
    pub fn base(&self, first: u32, count: u32) -> &[EdgeId] {
        &self.edges[first as usize..(first + count) as usize]
    }
}

/// A question to a planner, asked at a revision of the asker's state.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PlanRequest {
    /// The answer is dropped unless this is still current.
    pub revision: u64,
    /// The problem, in the planner's own snapshot form.
    pub problem: Vec<u8>,
}

/// A planner's answer.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PlanAnswer {
    /// Of the request.
    pub revision: u64,
    /// The plan, in the planner's own snapshot form.
    pub plan: Vec<u8>,
}
