//! The table of the alarm philosophy: per condition how bad it is, how soon somebody has to act, how
//! long it must last before it is an alarm and how long it must be over before it is none. Stops that
//! mend themselves within the delay are history, not alarms. Reasons in docs/decisions/0015.

use fenhe_contract::*;
use fenhe_plant::Plant;

/// What happens if nobody acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Consequence {
    /// One vehicle, station or load stands.
    Element,
    /// Others stand behind it.
    Line,
    /// The plant stands, or cannot be run.
    Plant,
}

/// Time to act before it happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Respond {
    Shift,
    HalfHour,
    TenMinutes,
}

/// One row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rule {
    pub priority: AlarmPriority,
    /// It must be wrong for so long.
    pub on: Span,
    /// It must be right for so long.
    pub off: Span,
    /// Causes come before what they explain.
    pub order: u8,
}

/// Priority by consequence and time to respond.
const fn priority(consequence: Consequence, respond: Respond) -> AlarmPriority {
    use AlarmPriority::{Critical, High, Low, Medium};
    match (consequence, respond) {
        (Consequence::Element, Respond::Shift | Respond::HalfHour)
        | (Consequence::Line, Respond::Shift) => Low,
        (Consequence::Element, Respond::TenMinutes)
        | (Consequence::Line, Respond::HalfHour)
        | (Consequence::Plant, Respond::Shift) => Medium,
        (Consequence::Line, Respond::TenMinutes) | (Consequence::Plant, Respond::HalfHour) => High,
        (Consequence::Plant, Respond::TenMinutes) => Critical,
    }
}

/// The row of a condition.
#[rustfmt::skip]
pub(crate) fn rule(plant: &Plant, code: AlarmCode) -> Rule {
    use AlarmCode as A;
    use Consequence::{Element, Line, Plant as Whole};
    use Respond::{HalfHour, Shift, TenMinutes};
    let (consequence, respond, on, off, order) = match code {
        A::JournalFull  => (Whole,   TenMinutes, 0,    10, 0),
        A::JournalSlow  => (Whole,   Shift,      30,   60, 1),
        A::BrokerLost   => (Whole,   TenMinutes, 5,    10, 0),
        A::ClockJump    => (Whole,   Shift,      0,    60, 0),
        A::Isolated     => (Line,    HalfHour,   0,    0,  1),
        A::LinkLost     => (Line,    HalfHour,   10,   10, 2),
        A::NotAnswering => (Line,    HalfHour,   120,  10, 3),
        A::Held         => (Line,    HalfHour,   120,  10, 4),
        A::Stranded     => (Element, HalfHour,   300,  0,  5),
        A::BatteryLow   => (Element, TenMinutes, 120,  60, 6),
        A::StationDown  => (Line,    HalfHour,   60,   30, 3),
        A::LoadInDoubt  => (Line,    HalfHour,   120,  0,  5),
        A::Diverged     => (Line,    Shift,      0,    60, 5),
        A::PromiseAtRisk => (Line,   Shift,      0,    0,  9),
        A::HandFailed   => (Element, HalfHour,   120,  0,  7),
        A::WaitsTooLong => (Line,    TenMinutes, 0,    10, 8),
        A::NotFetched   => (Element, HalfHour,   1800, 0,  8),
        A::Blocked      => (Element, HalfHour,   900,  30, 8),
        A::Starved      => (Element, Shift,      900,  30, 8),
    };
    let on = match code {
        A::WaitsTooLong => plant.policy.wait_max,
        _ => Span::seconds(on),
    };
    Rule {
        priority: priority(consequence, respond),
        on,
        off: Span::seconds(off),
        order,
    }
}
