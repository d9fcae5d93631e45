//! Acts: what a person or a program may ask of a running plant.

use crate::Role;
use crate::view::DeviceMode;
use crate::words::{AlarmKind, ShelfWhy};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something asked of the plant, and the revision of its object that it was decided on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Act {
    /// The `revision` of the object as the caller saw it; 0 for an object that does not exist yet.
    /// An object that has changed since refuses the act.
    pub revision: u64,
    /// What is asked.
    #[serde(flatten)]
    pub what: What,
}

/// What is asked. Names are those of the plant folder.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum What {
    /// Make `quantity` of `product`. Repeating the same order under the same reference changes nothing.
    ReleaseOrder(NewOrder),
    /// No further piece of this order is let in.
    HoldOrder {
        /// Reference of the order.
        order: String,
    },
    /// Pieces of this order are let in again.
    ResumeOrder {
        /// Reference of the order.
        order: String,
    },
    /// What has not been let in of this order never will be.
    CancelOrder {
        /// Reference of the order.
        order: String,
    },
    /// The order goes before others that wait at its source, or after them.
    PrioritiseOrder {
        /// Reference of the order.
        order: String,
        /// Smaller is more urgent.
        priority: u8,
    },
    /// The vehicle gets nothing new to do and no new base.
    HoldVehicle {
        /// Name.
        vehicle: String,
        /// For the audit.
        reason: String,
    },
    /// The vehicle works again.
    ResumeVehicle {
        /// Name.
        vehicle: String,
    },
    /// A vehicle that was taken out (its link was lost, somebody pushed it) is taken in again where it
    /// now reports to be.
    ReadmitVehicle {
        /// Name.
        vehicle: String,
    },
    /// As soon as the vehicle has nothing to carry it goes there; `null`: no longer wanted, it works again.
    SendVehicle {
        /// Name.
        vehicle: String,
        /// Where to.
        to: Option<SendTo>,
    },
    /// The order that the vehicle has over its link is taken back (VDA 5050 `cancelOrder`), and what was
    /// not done of it is ordered again: for a vehicle that rejected it or does not go on.
    WithdrawVehicle {
        /// Name.
        vehicle: String,
    },
    /// The station gets no new job.
    HoldStation {
        /// Name.
        station: String,
        /// For the audit.
        reason: String,
    },
    /// The station works again.
    ResumeStation {
        /// Name.
        station: String,
    },
    /// Somebody has seen the alarm (ISA-18.2 acknowledge).
    AcknowledgeAlarm {
        /// Its serial.
        alarm: u64,
    },
    /// The alarm is put aside for a while (ISA-18.2 shelve).
    ShelveAlarm {
        /// Its serial.
        alarm: u64,
        /// For how long [s], a week at most.
        seconds: u32,
        /// Why.
        why: ShelfWhy,
    },
    /// The alarm is back before its time.
    UnshelveAlarm {
        /// Its serial.
        alarm: u64,
    },
    /// A point is taken out of service for work on the element, or put back (ISA-18.2).
    OutOfService {
        /// The element as in an alarm: kind and name, such as `vehicle agv-7`.
        object: String,
        /// Which condition of it.
        code: AlarmKind,
        /// Out (`true`) or back.
        out: bool,
    },
    /// Who is at the other end of a device's link.
    SetMode {
        /// Name of the vehicle or station.
        device: String,
        /// From now on.
        mode: DeviceMode,
    },
    /// Somebody has looked where a load in doubt really is.
    ConfirmLoad {
        /// Serial of its transport.
        transport: u64,
        /// Where it is.
        at: LoadAt,
    },
    /// Somebody has looked into a slot of a rack (stock-take): the books follow. A load that was believed there
    /// and is not is kept as missing until it is found.
    CountSlot {
        /// Name of the slot, as in `GET /api/v1/racks/{aisle}`.
        slot: String,
        /// Mark of the carrier that stands there; empty if it has none that can be read; `null`: nothing stands there.
        carrier: Option<String>,
    },
    /// Somebody wants to enter a zone.
    RequestAccess {
        /// Name of the zone.
        zone: String,
        /// For the audit.
        reason: String,
    },
    /// Nobody wants to enter any more. Has no effect on a window that is open: only the person inside or
    /// the interlock ends that.
    WithdrawAccess {
        /// Name of the zone.
        zone: String,
    },
    /// The clock of a rehearsal stands. A live plant refuses this.
    Pause,
    /// The clock of a rehearsal goes on.
    GoOn,
}

/// A work order to be released.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewOrder {
    /// The caller's own number for it; never used twice.
    pub reference: String,
    /// Name of the product.
    pub product: String,
    /// Pieces, at least 1.
    pub quantity: u32,
    /// When it is due, RFC 3339.
    pub due: String,
}

/// Where a vehicle is sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SendTo {
    /// To this node of the tracks, to stand there until it is told to work again.
    Node(String),
    /// To the nearest free charger; then it works again.
    Charger,
}

/// Where a load in doubt was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoadAt {
    /// Where its transport began.
    Origin,
    /// On the vehicle.
    Vehicle,
    /// Where its transport ends.
    Destination,
    /// Nowhere: it was taken out of the plant.
    Gone,
}

impl From<LoadAt> for fenhe_contract::LoadAt {
    fn from(at: LoadAt) -> fenhe_contract::LoadAt {
        use fenhe_contract::LoadAt as Contract;
        match at {
            LoadAt::Origin => Contract::Origin,
            LoadAt::Vehicle => Contract::Vehicle,
            LoadAt::Destination => Contract::Destination,
            LoadAt::Gone => Contract::Gone,
        }
    }
}

impl What {
    /// The least role that may ask this.
    pub fn needs(&self) -> Role {
        match self {
            What::AcknowledgeAlarm { .. }
            | What::ConfirmLoad { .. }
            | What::CountSlot { .. }
            | What::RequestAccess { .. }
            | What::WithdrawAccess { .. }
            | What::HoldVehicle { .. } => Role::Operator,
            What::ReleaseOrder(_)
            | What::HoldOrder { .. }
            | What::ResumeOrder { .. }
            | What::CancelOrder { .. }
            | What::PrioritiseOrder { .. }
            | What::SendVehicle { .. }
            | What::WithdrawVehicle { .. }
            | What::ResumeVehicle { .. }
            | What::ReadmitVehicle { .. }
            | What::HoldStation { .. }
            | What::ResumeStation { .. }
            | What::ShelveAlarm { .. }
            | What::UnshelveAlarm { .. }
            | What::OutOfService { .. } => Role::Supervisor,
            What::SetMode { .. } | What::Pause | What::GoOn => Role::Engineer,
        }
    }

    /// What it is done to, for the audit: kind and name.
    pub fn object(&self) -> String {
        match self {
            What::ReleaseOrder(NewOrder {
                reference: order, ..
            })
            | What::HoldOrder { order }
            | What::ResumeOrder { order }
            | What::CancelOrder { order }
            | What::PrioritiseOrder { order, .. } => format!("order {order}"),
            What::HoldVehicle { vehicle, .. }
            | What::ResumeVehicle { vehicle }
            | What::SendVehicle { vehicle, .. }
            | What::WithdrawVehicle { vehicle }
            | What::ReadmitVehicle { vehicle } => format!("vehicle {vehicle}"),
            What::HoldStation { station, .. } | What::ResumeStation { station } => {
                format!("station {station}")
            }
            What::AcknowledgeAlarm { alarm }
            | What::ShelveAlarm { alarm, .. }
            | What::UnshelveAlarm { alarm } => format!("alarm {alarm}"),
            What::OutOfService { object, .. } => object.clone(),
            What::SetMode { device, .. } => format!("device {device}"),
            What::ConfirmLoad { transport, .. } => format!("transport {transport}"),
            What::CountSlot { slot, .. } => format!("slot {slot}"),
            What::RequestAccess { zone, .. } | What::WithdrawAccess { zone } => {
                format!("zone {zone}")
            }
            What::Pause | What::GoOn => "clock".into(),
        }
    }

    /// Its word, as in the `act` field.
    pub fn word(&self) -> &'static str {
        match self {
            What::ReleaseOrder(_) => "release_order",
            What::HoldOrder { .. } => "hold_order",
            What::ResumeOrder { .. } => "resume_order",
            What::CancelOrder { .. } => "cancel_order",
            What::PrioritiseOrder { .. } => "prioritise_order",
            What::SendVehicle { .. } => "send_vehicle",
            What::WithdrawVehicle { .. } => "withdraw_vehicle",
            What::HoldVehicle { .. } => "hold_vehicle",
            What::ResumeVehicle { .. } => "resume_vehicle",
            What::ReadmitVehicle { .. } => "readmit_vehicle",
            What::HoldStation { .. } => "hold_station",
            What::ResumeStation { .. } => "resume_station",
            What::AcknowledgeAlarm { .. } => "acknowledge_alarm",
            What::ShelveAlarm { .. } => "shelve_alarm",
            What::UnshelveAlarm { .. } => "unshelve_alarm",
            What::OutOfService { .. } => "out_of_service",
            What::SetMode { .. } => "set_mode",
            What::ConfirmLoad { .. } => "confirm_load",
            What::CountSlot { .. } => "count_slot",
            What::RequestAccess { .. } => "request_access",
            What::WithdrawAccess { .. } => "withdraw_access",
            What::Pause => "pause",
            What::GoOn => "go_on",
        }
    }
}

impl Act {
    /// The least role that may ask this.
    pub fn needs(&self) -> Role {
        self.what.needs()
    }
}
