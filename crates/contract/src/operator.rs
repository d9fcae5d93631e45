//! What a person orders of the running plant. Each act is a fact: a replay does it again.

use crate::*;
use serde::{Deserialize, Serialize};

/// Something a person wants of an object of the plant. An act that does not fit changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum OperatorAct {
    /// No further piece of the order is let in (`true`), or pieces are let in again.
    HoldOrder(OrderId, bool),
    /// What has not been let in of the order never will be.
    CancelOrder(OrderId),
    /// The order's priority among those that wait at its source; smaller is more urgent.
    Prioritise(OrderId, u8),
    /// The vehicle gets nothing new to do and no new base (`true`), or works again. What it has
    /// begun it ends.
    HoldVehicle(VehicleId, bool),
    /// The station finishes the piece in hand and gets no other (`true`), or works again.
    HoldStation(StationId, bool),
    /// As soon as the vehicle has nothing to carry it goes there; `None`: no longer wanted.
    Send(VehicleId, Option<Errand>),
    /// Somebody has looked where the load of a transport is.
    Found(TransportId, LoadAt),
}

/// Where a vehicle is sent by a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Errand {
    /// To this node, to stand there until a person lets it work again.
    Node(NodeId),
    /// To the nearest free charger; then it works again.
    Charger,
}

/// Where a load was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum LoadAt {
    /// Where the last leg of its transport began.
    Origin,
    /// On the vehicle.
    Vehicle,
    /// Where its transport ends.
    Destination,
    /// Nowhere: it was taken out of the plant.
    Gone,
}
