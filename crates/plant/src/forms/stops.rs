//! What goes wrong at a station, and what is planned to stop it.

use super::*;

pub static REWORK: Form = Form {
    name: "rework",
    keys: &[
        must("share", CHANCE, "Share of pieces"),
        must("to", Name(Kind::Buffer), "Into which queue"),
        may("max", Count(0, 255), "A piece sent back more often is scrapped; 1 by default"),
    ],
    one_of: &[],
};

pub static FAILURE: Form = Form {
    name: "failure",
    keys: &[
        must("id", Id, "Its name"),
        may("clock", CLOCK, "What runs its clock, busy by default"),
        must("every", Dist(true), "Time (or pieces) between repair and failure"),
        must("repair", Dist(false), "Time to repair"),
        may("crew", Name(Kind::Crew), "Who repairs"),
        may("effect", Word(&["resume", "restart", "scrap"]), "What happens to the pieces inside"),
    ],
    one_of: &[],
};

pub static MAINTENANCE: Form = Form {
    name: "maintenance",
    keys: &[
        must("id", Id, "Its name"),
        may("clock", CLOCK, "What runs its clock, calendar by default"),
        must("every", INTERVAL, "Interval"),
        must("duration", Dist(false), "How long"),
        may("crew", Name(Kind::Crew), "Who does it"),
        may("first", INTERVAL, "First interval; staggered over the stations of a class by default"),
    ],
    one_of: &[],
};
