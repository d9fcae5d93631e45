//! Words of the contract as the API spells them.

use fenhe_contract as contract;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $of:ident { $($(#[$each:meta])* $variant:ident: $word:tt,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize, ToSchema)]
        pub enum $name {
            $($(#[$each])* #[serde(rename = $word)] $variant,)*
        }
        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$variant,)*];
            /// The word it is spelled with.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }
        impl From<contract::$of> for $name {
            fn from(of: contract::$of) -> $name {
                match of { $(contract::$of::$variant => $name::$variant,)* }
            }
        }
        impl From<$name> for contract::$of {
            fn from(of: $name) -> contract::$of {
                match of { $($name::$variant => contract::$of::$variant,)* }
            }
        }
    )*};
}

words! {
    /// State of a station: words of PackML, as control was told last.
    StationState = UnitState {
        /// Ready, nothing to work on.
        Idle: "idle",
        /// Working.
        Execute: "execute",
        /// Being set up for another product.
        Setup: "setup",
        /// Done, the piece cannot leave.
        Blocked: "blocked",
        /// Broken down or being repaired.
        Down: "down",
        /// Planned maintenance, or held by a person.
        Maintenance: "maintenance",
        /// Outside its shift.
        Off: "off",
    }
    /// What a vehicle does: words of VDI 2710.
    VehicleDoes = VehicleState {
        /// Standing with nothing to do.
        Parked: "parked",
        /// Driving without load.
        Empty: "empty",
        /// Driving with load.
        Loaded: "loaded",
        /// Standing on the track, waiting for right of way.
        Waiting: "waiting",
        /// Taking or giving loads.
        Handling: "handling",
        /// Charging.
        Charging: "charging",
        /// Stopped by a fault, an obstacle or a person's word.
        Stopped: "stopped",
    }
    /// State of an alarm (ISA-18.2).
    AlarmStands = AlarmState {
        /// Nothing is wrong, or it is over and acknowledged.
        Normal: "normal",
        /// Wrong, nobody has acknowledged.
        Unacknowledged: "unacknowledged",
        /// Wrong, acknowledged.
        Acknowledged: "acknowledged",
        /// Over, nobody has acknowledged.
        Returned: "returned",
        /// Kept silent by an operator for a time.
        Shelved: "shelved",
        /// Wrong because of another alarm, and therefore silent.
        Suppressed: "suppressed",
        /// Taken out of service for work on the element.
        OutOfService: "out_of_service",
    }
    /// How soon somebody has to do something.
    Priority = AlarmPriority {
        /// Within the shift.
        Low: "low",
        /// Within half an hour.
        Medium: "medium",
        /// Within ten minutes.
        High: "high",
        /// Now.
        Critical: "critical",
    }
    /// Why an alarm is shelved.
    ShelfWhy = ShelveWhy {
        /// Somebody is working on it.
        BeingRepaired: "being_repaired",
        /// The sensor or the report is wrong.
        FalseReport: "false_report",
        /// Waiting for a part or a supplier.
        WaitingForPart: "waiting_for_part",
        /// A trial or test is under way.
        Trial: "trial",
        /// It comes and goes and tells nothing.
        Nuisance: "nuisance",
    }
    /// How far an access window is. Fenhe never says that it is safe to enter: `permitted` repeats the
    /// signal of the plant's own interlock.
    AccessState = AccessState {
        /// No window: vehicles and machines work.
        Closed: "closed",
        /// Asked for; draining has not begun because the fire alarm of the zone is on.
        Requested: "requested",
        /// No new base leads into it, vehicles leave, machines finish the piece in hand.
        Draining: "draining",
        /// As far as control knows: no body, no base, machines held.
        Clear: "clear",
        /// The interlock says so; nobody has signed in.
        Permitted: "permitted",
        /// Somebody is inside.
        Open: "open",
    }
    /// How far an emergency stop is.
    StopStands = StopState {
        /// No stop.
        Normal: "normal",
        /// A button is pressed.
        Pressed: "pressed",
        /// No button is pressed; some wait for their local reset.
        Waiting: "waiting",
    }
    /// The condition that is wrong.
    AlarmKind = AlarmCode {
        /// A vehicle cannot be heard.
        LinkLost: "link_lost",
        /// A vehicle stands though it could drive.
        Held: "held",
        /// A vehicle is connected and does not do what it is told.
        NotAnswering: "not_answering",
        /// A vehicle is not spoken to any more because it behaves badly.
        Isolated: "isolated",
        /// A vehicle waits for right of way longer than the plant allows.
        WaitsTooLong: "waits_too_long",
        /// A vehicle is low and not on its charger.
        BatteryLow: "battery_low",
        /// A vehicle has a load and nowhere to bring it.
        Stranded: "stranded",
        /// Where a load is, or which load it is, is not known for certain.
        LoadInDoubt: "load_in_doubt",
        /// A hand-over failed and has not succeeded there since.
        HandFailed: "hand_failed",
        /// A load is ready at a port and nobody has fetched it.
        NotFetched: "not_fetched",
        /// A station broke down.
        StationDown: "station_down",
        /// A station has nothing to work on though something was promised to it.
        Starved: "starved",
        /// A station cannot give away what it has done.
        Blocked: "blocked",
        /// The journal is slow: decisions wait for it.
        JournalSlow: "journal_slow",
        /// The journal cannot be written.
        JournalFull: "journal_full",
        /// The broker between control and vehicles is away.
        BrokerLost: "broker_lost",
        /// The wall clock jumped.
        ClockJump: "clock_jump",
        /// What happens is not what the plan or the model says.
        Diverged: "diverged",
        /// An order will probably not be done by the date that was promised.
        PromiseAtRisk: "promise_at_risk",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_there_and_back() {
        for &kind in AlarmKind::ALL {
            assert_eq!(AlarmKind::from(contract::AlarmCode::from(kind)), kind);
            let text = serde_json::to_string(&kind).expect("a word");
            assert_eq!(text, format!("{:?}", kind.word()));
            assert_eq!(
                serde_json::from_str::<AlarmKind>(&text).expect("reads"),
                kind
            );
        }
        assert_eq!(AlarmKind::ALL.len(), contract::AlarmCode::ALL.len());
    }
}
