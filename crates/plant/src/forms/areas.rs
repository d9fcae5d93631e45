//! The keys of areas and emergency-stop groups.

use crate::shape::Shape::*;
use crate::shape::{Form, Kind, Shape, may, must};
use crate::units::Dimension as D;

const METRES: Shape = Quantity(D::Length, -10_000_000, 10_000_000);
static POINT: Shape = List(&METRES, 2, 2);
const NODES: Shape = Name(Kind::Node);
const EDGES: Shape = Name(Kind::Edge);
const STATIONS: Shape = Name(Kind::Station);
const VEHICLES: Shape = Name(Kind::Vehicle);

pub static FLOOR_AREA: Form = Form {
    name: "[[area]]",
    keys: &[
        must("id", Id, "Its name"),
        may("outline", List(&POINT, 3, 200), "Corners in order, east and north"),
        may("nodes", List(&NODES, 1, 100_000), "Nodes inside it, with the edges at them"),
        may("stations", List(&STATIONS, 0, 100_000), "Stations inside it, held while people are"),
        may(
            "keep_free",
            Table(&KEEP_FREE),
            "Fire-door zones and escape routes, left at a fire alarm; makes it a fire section",
        ),
    ],
    one_of: &[&["outline", "nodes"]],
};

static KEEP_FREE: Form = Form {
    name: "keep_free",
    keys: &[
        may("nodes", List(&NODES, 0, 100_000), "No vehicle stands here, nor on the edges at them"),
        may("edges", List(&EDGES, 0, 100_000), "No vehicle stands on these"),
    ],
    one_of: &[],
};

pub static EMERGENCY_GROUP: Form = Form {
    name: "[[emergency_group]]",
    keys: &[
        must("id", Id, "Its name"),
        may("stations", List(&STATIONS, 0, 100_000), "Stations that stop together"),
        may("vehicles", List(&VEHICLES, 0, 100_000), "Vehicles that stop wherever they are"),
        may("area", Name(Kind::Area), "All vehicles in this area stop as well"),
    ],
    one_of: &[],
};
