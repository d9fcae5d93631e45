//! The keys of automated stores.

use super::CHANCE;
use crate::shape::Shape::*;
use crate::shape::{Form, Kind, Shape, may, must};
use crate::units::Dimension as D;

const CELL: Shape = Quantity(D::Length, 1, 100_000);
const FACE: Shape = Quantity(D::Length, 0, 100_000_000);
const SPEED: Shape = Quantity(D::Speed, 1, 100_000);
const ACCEL: Shape = Quantity(D::Accel, 1, 100_000);

pub static RACK: Form = Form {
    name: "[[rack]]",
    keys: &[
        must("id", Id, "Its name"),
        may("aisles", Count(1, 1000), "Aisles, each with a crane of its own; 1 by default"),
        may("sides", Count(1, 2), "Faces of an aisle, 2 by default"),
        must("bays", Count(1, 100_000), "Columns of a face"),
        must("levels", Count(1, 10_000), "Rows of a face"),
        may("depth", Count(1, 2), "Slots one behind another, 1 by default"),
        must("bay_width", CELL, "Width of a column"),
        must("level_height", CELL, "Height of a row"),
        must("crane", Table(&CRANE), "The crane of each aisle; a lift has one bay, a shuttle of one tier one level"),
        must("io", List(&Table(&IO), 1, 10_000), "Where loads go in and come out"),
        may("before", List(&Text, 0, 1000), "Operations whose loads vehicles bring here first, never straight to the station"),
        may("put_away", Word(&["nearest", "random", "class", "turnover"]), "Which open slot a load goes to, the nearest by default"),
        may("classes", List(&Table(&CLASS), 1, 100), "With put_away = \"class\": products by their share of the slots"),
        may("turnover", List(&Table(&TURNOVER), 1, 10_000), "With put_away = \"turnover\": what is expected of each product"),
        may("retrieve", Word(&["fifo", "priority", "expiry"]), "Which load comes out, the one longest inside by default"),
        may("command", Word(&["dual", "single"]), "A put-away and a retrieval in one cycle (the default), or one load a cycle"),
        may("pairing", Word(&["fcfs", "nearest"]), "Which of the bound requests a dual cycle serves, in their order by default"),
        may("reserve", Count(0, 1_000_000), "Slots of an aisle that only a cycle with a retrieval may fill"),
        may("idle", Word(&["stay", "tidy"]), "What a crane does that has nothing to do: stay (the default), or move loads to better slots"),
        may("limits", List(&Table(&LIMIT), 0, 1000), "Levels for some kinds of carriers alone"),
    ],
    one_of: &[],
};

static CRANE: Form = Form {
    name: "crane",
    keys: &[
        must("speed", SPEED, "Along the aisle"),
        must("lift_speed", SPEED, "Up and down"),
        may("accel", ACCEL, "Along the aisle, speeding up and braking; at once if left out"),
        may("lift_accel", ACCEL, "Up and down; at once if left out"),
        may("transfer", Dist(false), "To take or to give a load"),
        may("failures", List(&Table(&FAILURE), 0, 100), "Ways to break down"),
    ],
    one_of: &[],
};

static FAILURE: Form = Form {
    name: "failure",
    keys: &[
        must("id", Id, "Its name"),
        may("clock", Word(&["calendar", "busy"]), "What runs its clock, busy by default"),
        must("every", Dist(false), "Time between repair and failure"),
        must("repair", Dist(false), "Time to repair; then it goes on with what it did"),
    ],
    one_of: &[],
};

static IO: Form = Form {
    name: "io",
    keys: &[
        must("buffer", Name(Kind::Buffer), "A load port, an unload port, or a store where vehicles hand over"),
        may("aisle", Count(1, 1000), "In which aisle; in every aisle if left out"),
        may("x", FACE, "Distance from the front of the rack, 0 m by default"),
        may("y", FACE, "Height, 0 m by default"),
        may("direction", Word(&["in", "out"]), "Of a store: loads go in here, or come out"),
    ],
    one_of: &[],
};

static CLASS: Form = Form {
    name: "class",
    keys: &[
        must("share", CHANCE, "Of the slots of each aisle, nearest first"),
        must("products", List(&Name(Kind::Product), 1, 100_000), "Its products; a product of no class is of the last"),
    ],
    one_of: &[],
};

static TURNOVER: Form = Form {
    name: "turnover",
    keys: &[
        must("product", Name(Kind::Product), "What; a product of no row is of the last"),
        must("loads", Count(0, 1_000_000), "Loads of it that come out in some time, the same for all products"),
        must("stock", Count(1, 1_000_000), "Loads of it in the rack, on average"),
    ],
    one_of: &[],
};

static LIMIT: Form = Form {
    name: "limit",
    keys: &[
        must("levels", List(&Count(1, 10_000), 2, 2), "First and last level, 1 is the lowest"),
        must("carriers", List(&Name(Kind::Carrier), 1, 1000), "Kinds that may stand there (size, weight)"),
    ],
    one_of: &[],
};
