//! Why a message was not read, and which rules a vehicle can break.

use serde::{Deserialize, Serialize};

/// Why a message could not be read. The field is named by its place in the message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Fault {
    /// Longer than [`super::read::MAX_BYTES`].
    TooLong,
    /// Not JSON, or nested too deep.
    NotJson,
    /// Not an object.
    NotAnObject,
    /// A field without which it means nothing is missing or null.
    Missing(Field),
    /// A field has another type than it must, or a number that does not fit.
    Wrong(Field),
    /// A list is longer than [`super::read::MAX_ITEMS`].
    TooMany(Field),
    /// The topic is one that this end does not read.
    Topic,
    /// Maker or serial number in the message are another vehicle's.
    OtherVehicle,
}

macro_rules! fields {
    ($($name:ident = $text:literal)*) => {
        /// A field of a message that we cannot do without.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[allow(missing_docs)]
        pub enum Field { $($name,)* }
        impl Field {
            /// Its name on the wire.
            pub fn text(self) -> &'static str {
                match self { $(Field::$name => $text,)* }
            }
        }
    };
}
fields! {
    HeaderId = "headerId"
    OrderId = "orderId"
    OrderUpdateId = "orderUpdateId"
    Nodes = "nodes"
    Edges = "edges"
    NodeStates = "nodeStates"
    EdgeStates = "edgeStates"
    NodeId = "nodeId"
    EdgeId = "edgeId"
    SequenceId = "sequenceId"
    Released = "released"
    Actions = "actions"
    ActionId = "actionId"
    ActionType = "actionType"
    ActionStates = "actionStates"
    ActionStatus = "actionStatus"
    ActionParameters = "actionParameters"
    BlockingType = "blockingType"
    ConnectionState = "connectionState"
    Errors = "errors"
    ErrorReferences = "errorReferences"
    Loads = "loads"
    LastNodeSequenceId = "lastNodeSequenceId"
    OperatingMode = "operatingMode"
}

/// A rule that a vehicle broke.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Breach {
    /// It sends what cannot be read.
    Unreadable(Fault),
    /// It drives an order that we did not give it.
    ForeignOrder,
    /// It is at a node beyond its base.
    BeyondBase,
    /// It shows an update that we have not sent.
    UnknownUpdate,
    /// Two senders share its topics: their counters run side by side.
    TwoSenders,
    /// An action that was over is not over any more.
    ActionRevived,
}
