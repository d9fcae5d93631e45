//! The keys of `plant.toml`: one table that the reader, the JSON Schema and "did you mean" share.

use crate::dist::{PIECES_MOST, SPAN_MOST};
use crate::shape::Shape::*;
use crate::shape::{Form, Key, Kind, Shape, may, must};
use crate::units::Dimension as D;
use areas::{EMERGENCY_GROUP, FLOOR_AREA};
use links::{LINK_OF_TYPE, VEHICLE};
use racks::RACK;
use stops::{FAILURE, MAINTENANCE, REWORK};
use strip::{COIL, MIX, PASSES};

mod areas;
mod links;
mod racks;
mod stops;
mod strip;

/// The most elements of a kind.
pub const MANY: usize = 100_000;
/// The most pieces in a buffer.
pub const CAPACITY_MOST: i64 = 10_000_000;
const YEARS: Shape = Quantity(D::Span, 0, SPAN_MOST);
const LASTING: Shape = Quantity(D::Span, 1, SPAN_MOST);
const CHANCE: Shape = Quantity(D::Share, 0, 1_000_000_000);
const WATTS: Shape = Quantity(D::Power, 0, 1_000_000_000_000);
const REPORTS: Shape = Word(&["counter", "carrier", "piece", "nothing"]);
const CLOCK: Shape = Word(&["calendar", "busy", "pieces"]);
const PIECES: (D, i64, i64) = (D::Pieces, 1, PIECES_MOST);
const INTERVAL: Shape = Either((D::Span, 1, SPAN_MOST), PIECES);
const LINE: Key = may("line", Name(Kind::Line), "Line it belongs to");
const EVERY: Key = may("every", LASTING, "Period of counter reports, 60 s by default");

const fn list(form: &'static Shape) -> Shape {
    List(form, 0, MANY)
}

/// `plant.toml` as a whole.
pub static ROOT: Form = Form {
    name: "plant.toml",
    keys: &[
        may("plant", Table(&PLANT), "The plant as a whole"),
        may("product", list(&Table(&PRODUCT)), "What is made"),
        may("mix", list(&Table(&MIX)), "Mixes of products that orders may name"),
        may("carrier", list(&Table(&CARRIER)), "Kinds of carriers, each a closed population"),
        may("line", list(&Table(&LINE_FORM)), "Production lines: rows of the report"),
        may("buffer", list(&Table(&BUFFER)), "Queues, ports and stores"),
        may("station", list(&Table(&STATION)), "Stations"),
        may("source", list(&Table(&SOURCE)), "Where pieces enter"),
        may("sink", list(&Table(&SINK)), "Where pieces leave"),
        may("crew", list(&Table(&CREW)), "Groups of hands"),
        may("calendar", list(&Table(&CALENDAR)), "When something works"),
        may("indexer", list(&Table(&INDEXER)), "Synchronous transfer lines"),
        may("rack", list(&Table(&RACK)), "Automated stores with cranes"),
        may("class", list(&Table(&CLASS)), "Equipment classes: groups used many times"),
        may("equipment", list(&Table(&EQUIPMENT)), "Members of classes"),
        may("tracks", Table(&TRACKS), "Where vehicles drive"),
        may("vehicle_type", list(&Table(&VEHICLE_TYPE)), "Kinds of vehicles"),
        may("vehicle", list(&Table(&VEHICLE)), "What sets one vehicle apart from its type"),
        may("fleet", list(&Table(&FLEET)), "How many vehicles of which kind"),
        may("charger", list(&Table(&CHARGER)), "Charging points"),
        may("area", list(&Table(&FLOOR_AREA)), "Areas of the floor that people enter, fire sections"),
        may("emergency_group", list(&Table(&EMERGENCY_GROUP)), "What an emergency stop stops together"),
        may("policy", Table(&POLICY), "How decisions are made"),
        may("messages", Table(&MESSAGES), "How messages travel in the simulated plant"),
        may("orders", Table(&ORDERS), "Work orders"),
    ],
    one_of: &[],
};

static PLANT: Form = Form {
    name: "[plant]",
    keys: &[
        may("epoch", Text, "RFC 3339 UTC instant of time zero"),
        may("time_zone", Text, "IANA time zone of calendars"),
        may("about", Text, "Free text"),
        may("sources", list(&Text), "Where the figures come from"),
        may("equipment", Text, "CSV file of equipment: id,class,line,nodes"),
        may("passes", Text, "CSV file of pass schedules: product,operation,gauge,speed,handling,yield"),
    ],
    one_of: &[],
};

static PRODUCT: Form = Form {
    name: "[[product]]",
    keys: &[
        must("id", Id, "Its name"),
        may("route", List(&Any(&[Text, Table(&STEP)]), 0, 1000), "Operations in order"),
        may("priority", Count(0, 255), "Smaller is more urgent"),
        may("coil", Table(&COIL), "The coil it is made of; its pass schedule is its route"),
        may("families", List(&Id, 0, 16), "Names under which set-ups know it, as \"@name\""),
    ],
    one_of: &[],
};

static STEP: Form = Form {
    name: "route step",
    keys: &[
        must("operation", Text, "Name of the operation"),
        may("queue_max", YEARS, "Longest time from the end of the step before to its start"),
        may("queue_scrap", Flag, "Over the limit a piece is scrapped, not only counted"),
    ],
    one_of: &[],
};

static CARRIER: Form = Form {
    name: "[[carrier]]",
    keys: &[
        must("id", Id, "Its name"),
        must("capacity", Count(1, 60_000), "Pieces in one"),
        must("count", Count(0, 1_000_000), "How many there are"),
        must("start", list(&Name(Kind::BufferOrRack)), "Ports, stores and racks where they start, empty"),
        may("full", Name(Kind::Product), "What those that start in a rack are full of"),
        may("after", Text, "With full: operation done last on it; raw if left out"),
    ],
    one_of: &[],
};

static LINE_FORM: Form = Form {
    name: "[[line]]",
    keys: &[
        must("id", Id, "Its name"),
        may("takt_target", LASTING, "Wanted mean time between good pieces"),
    ],
    one_of: &[],
};

static BUFFER: Form = Form {
    name: "[[buffer]]",
    keys: &[
        must("id", Id, "Its name"),
        LINE,
        may("queue", Table(&QUEUE), "Pieces in order of arrival"),
        may("unload", Table(&UNLOAD), "Port where carriers arrive full and are emptied"),
        may("load", Table(&LOAD), "Port where empty carriers are filled"),
        may("store", Table(&STORE), "Carriers standing by"),
    ],
    one_of: &[&["queue", "unload", "load", "store"]],
};

static QUEUE: Form = Form {
    name: "queue",
    keys: &[may("capacity", Count(0, CAPACITY_MOST), "Pieces it holds; any number if left out")],
    one_of: &[],
};

const PLACES: Key = must("places", Count(1, 1_000_000), "Positions, each for one carrier");
const NODE: Key = may("node", Name(Kind::Node), "Where a vehicle stands to serve it");

static UNLOAD: Form = Form {
    name: "unload",
    keys: &[
        must("carrier", Name(Kind::Carrier), "Kind of carrier"),
        PLACES,
        NODE,
        must("operation", Text, "Operation done by the stations behind"),
        may("returns", Name(Kind::Buffer), "Load port that takes the empties by itself"),
        may("return_time", YEARS, "How long that takes"),
    ],
    one_of: &[],
};

static LOAD: Form = Form {
    name: "load",
    keys: &[
        must("carrier", Name(Kind::Carrier), "Kind of carrier"),
        PLACES,
        NODE,
        may("operation", Text, "Operation done last on the pieces that come out here"),
        may("flush", LASTING, "A carrier not full goes after this long without a new piece"),
    ],
    one_of: &[],
};

static STORE: Form = Form { name: "store", keys: &[PLACES, NODE], one_of: &[] };

static STATION: Form = Form {
    name: "[[station]]",
    keys: &[
        must("id", Id, "Its name"),
        may("copies", Count(1, 1000), "So many of them, named id#1, id#2, ..."),
        LINE,
        may("operation", Text, "Operation it performs"),
        must(
            "from",
            Any(&[Name(Kind::Buffer), List(&Table(&INPUT), 1, 100)]),
            "Buffer it takes from, or inputs of an assembly",
        ),
        must(
            "to",
            Any(&[Name(Kind::BufferOrSink), List(&Table(&OUTPUT), 1, 100)]),
            "Buffer or sink it gives to, or outputs of a separation",
        ),
        may("single", Table(&SINGLE), "Pieces one by one"),
        may("batch", Table(&BATCH), "Pieces in batches"),
        may("stream", Table(&STREAM), "A conveyor"),
        may(
            "delay",
            Any(&[Table(&NOTHING), YEARS]),
            "{}: any number of pieces at once; a span: its reports come this much later",
        ),
        may("time", Dist(false), "Process time"),
        may("times", Map(Kind::Product, &Dist(false)), "Process time by product"),
        may("passes", Table(&PASSES), "Process time by the pass schedule"),
        may("setup", Dist(false), "Change-over between different products"),
        may("setups", list(&Table(&SETUP)), "Change-over by product before and after"),
        may("start", Word(&["itself", "control"]), "Who starts jobs"),
        may(
            "dispatch",
            Word(&["fifo", "priority", "earliest-due", "critical-ratio", "shortest", "avoid-setup"]),
            "Which job is next, with start = \"control\"",
        ),
        may("scrap", CHANCE, "Share of pieces scrapped here"),
        may("rework", Table(&REWORK), "Pieces sent back"),
        may("calendar", Name(Kind::Calendar), "When it works; always if left out"),
        may("reports", REPORTS, "What it tells control"),
        EVERY,
        may("idle_power", WATTS, "Power when idle"),
        may("power", WATTS, "Power when executing"),
        may("failures", List(&Table(&FAILURE), 0, 100), "Ways to break down"),
        may("maintenance", List(&Table(&MAINTENANCE), 0, 100), "Planned stops"),
    ],
    one_of: &[&["single", "batch", "stream", "delay"], &["time", "times", "passes"]],
};

static NOTHING: Form = Form { name: "delay", keys: &[], one_of: &[] };

static INPUT: Form = Form {
    name: "input",
    keys: &[
        must("buffer", Name(Kind::Buffer), "From where"),
        may("count", Count(1, 1_000_000), "Pieces taken for one piece made"),
    ],
    one_of: &[],
};

static OUTPUT: Form = Form {
    name: "output",
    keys: &[
        must("to", Name(Kind::BufferOrSink), "To where"),
        may("count", Count(1, 1_000_000), "Pieces given for one piece made"),
        may("product", Name(Kind::Product), "What they become"),
    ],
    one_of: &[],
};

static SINGLE: Form = Form {
    name: "single",
    keys: &[may("servers", Count(1, 10_000), "Pieces at once, 1 by default")],
    one_of: &[],
};

static BATCH: Form = Form {
    name: "batch",
    keys: &[
        may("servers", Count(1, 10_000), "Batches at once, 1 by default"),
        may("min", Count(1, 1_000_000), "Fewest pieces, as many as most by default"),
        must("max", Count(1, 1_000_000), "Most pieces"),
        may("wait", YEARS, "How long the first piece waits for a full batch"),
    ],
    one_of: &[],
};

static STREAM: Form = Form {
    name: "stream",
    keys: &[must("pitch", LASTING, "Shortest time between two pieces")],
    one_of: &[],
};

static SETUP: Form = Form {
    name: "setup",
    keys: &[
        must("from", Text, "Product before, or \"@family\""),
        must("to", Text, "Product after, or \"@family\""),
        must("time", Dist(false), "How long"),
    ],
    one_of: &[],
};

static SOURCE: Form = Form {
    name: "[[source]]",
    keys: &[
        must("id", Id, "Its name"),
        may("to", Name(Kind::Buffer), "Buffer pieces enter; left out for the source of an indexer"),
        LINE,
        may("endless", Name(Kind::Product), "Always more of this product"),
        may("arrivals", Table(&ARRIVALS), "Arrivals at random"),
        may("orders", Name(Kind::Product), "Work orders for this product"),
        may("release", Any(&[Word(&["push"]), Table(&RELEASE)]), "When control lets pieces in"),
        may("when_full", Word(&["wait", "lose"]), "Arrivals without room wait outside or are lost"),
    ],
    one_of: &[&["endless", "arrivals", "orders"]],
};

static ARRIVALS: Form = Form {
    name: "arrivals",
    keys: &[
        must("product", Name(Kind::Product), "What"),
        must("every", Dist(false), "Time between arrivals"),
        may("count", Count(1, 1_000_000), "Pieces each time"),
    ],
    one_of: &[],
};

static RELEASE: Form = Form {
    name: "release",
    keys: &[
        may("conwip", Count(1, CAPACITY_MOST), "Fewer than this many pieces in the plant"),
        may("kanban", Count(1, CAPACITY_MOST), "Fewer than this many before or in the station"),
    ],
    one_of: &[&["conwip", "kanban"]],
};

static SINK: Form = Form {
    name: "[[sink]]",
    keys: &[must("id", Id, "Its name"), LINE, may("reports", REPORTS, "What it tells control"), EVERY],
    one_of: &[],
};

static CREW: Form = Form {
    name: "[[crew]]",
    keys: &[must("id", Id, "Its name"), must("size", Count(1, 100_000), "Jobs at once")],
    one_of: &[],
};

static CALENDAR: Form = Form {
    name: "[[calendar]]",
    keys: &[
        must("id", Id, "Its name"),
        must("period", LASTING, "Repeats after this"),
        must("on", List(&List(&YEARS, 2, 2), 1, 10_000), "Intervals in which it works"),
    ],
    one_of: &[],
};

static INDEXER: Form = Form {
    name: "[[indexer]]",
    keys: &[
        must("id", Id, "Its name"),
        must("product", Name(Kind::Product), "What it makes"),
        must("cycle", LASTING, "Time between two indexes"),
        must("machines", List(&Table(&MACHINE), 1, 1000), "Machines in order"),
        must("buffers", List(&Count(0, CAPACITY_MOST), 0, 1000), "Capacities between them"),
        may("flow_through", Flag, "A full buffer takes a piece in the cycle in which one leaves"),
        must("source", Name(Kind::Source), "Where pieces enter"),
        must("sink", Name(Kind::Sink), "Where they leave"),
    ],
    one_of: &[],
};

static MACHINE: Form = Form {
    name: "machine",
    keys: &[
        must("id", Id, "Its name"),
        may("fail", Ratio(0.0, 1.0), "Chance to fail at the start of a cycle"),
        may("repair", Ratio(0.0, 1.0), "Chance to be repaired at the start of a cycle"),
        may("bernoulli", Ratio(0.0, 1.0), "Chance to be up in a cycle"),
    ],
    one_of: &[&["fail", "bernoulli"]],
};

static CLASS: Form = Form {
    name: "[[class]]",
    keys: &[
        must("id", Id, "Its name"),
        may("buffer", list(&Table(&BUFFER)), "Its buffers"),
        may("station", list(&Table(&STATION)), "Its stations"),
    ],
    one_of: &[],
};

static EQUIPMENT: Form = Form {
    name: "[[equipment]]",
    keys: &[
        must("id", Id, "Its name"),
        must("class", Name(Kind::Class), "What it is"),
        LINE,
        may("nodes", Map(Kind::Buffer, &Name(Kind::Node)), "Nodes of its ports"),
        may("speed", Quantity(D::Share, 1_000_000, 4_000_000_000), "Share of the pass schedule's speeds, 100 % by default"),
    ],
    one_of: &[],
};

static TRACKS: Form = Form {
    name: "[tracks]",
    keys: &[
        must("file", Text, "Layout in VDMA LIF"),
        may("areas", list(&Table(&AREA)), "Mutual exclusion beyond geometry"),
        may("parking", list(&Name(Kind::Node)), "Where vehicles may stand idle"),
        may("lengths", list(&Table(&EDGE_LENGTH)), "Edges that are not as long as the straight line between their nodes"),
    ],
    one_of: &[],
};

static EDGE_LENGTH: Form = Form {
    name: "length",
    keys: &[
        must("edge", Name(Kind::Edge), "Which edge"),
        must("length", Quantity(D::Length, 1, 10_000_000), "How far vehicles drive on it"),
    ],
    one_of: &[],
};

static AREA: Form = Form {
    name: "area",
    keys: &[
        must("id", Id, "Its name"),
        may("nodes", list(&Name(Kind::Node)), "Nodes in it"),
        may("edges", list(&Name(Kind::Edge)), "Edges in it"),
    ],
    one_of: &[],
};

const METRES: Shape = Quantity(D::Length, 1, 100_000);

static VEHICLE_TYPE: Form = Form {
    name: "[[vehicle_type]]",
    keys: &[
        must("id", Id, "Its name, the LIF vehicleTypeId"),
        must("length", METRES, "Body with load"),
        must("width", METRES, "Body with load"),
        may("margin", Quantity(D::Length, 0, 10_000), "Distance kept around the body"),
        must("speed", Quantity(D::Speed, 1, 100_000), "Top speed"),
        must("accel", Quantity(D::Accel, 1, 100_000), "Speeding up"),
        must("brake", Quantity(D::Accel, 1, 100_000), "Braking"),
        must("turn", Quantity(D::TurnRate, 1, 100_000), "Turning on the spot"),
        may("decks", Count(1, 64), "Deck positions, 1 by default"),
        may("dock", Dist(false), "Docking before the first hand-over at a stop"),
        may("transfer", Dist(false), "One hand-over"),
        must("battery", Quantity(D::Energy, 1, 1_000_000_000_000), "Battery"),
        may("idle_power", WATTS, "Drawn while switched on"),
        may("drive_energy", Quantity(D::Energy, 0, 1_000_000_000), "Drawn for a metre driven"),
        may("stop_share", CHANCE, "Chance that an edge pass ends in a stop"),
        may("stop_time", Dist(false), "How long such a stop lasts"),
        may("charge_at", List(&CHANCE, 2, 2), "State of charge to go charging, and to leave"),
        may("vda5050", Table(&LINK_OF_TYPE), "How it speaks VDA 5050, as far as the standard leaves it open"),
    ],
    one_of: &[],
};

static FLEET: Form = Form {
    name: "[[fleet]]",
    keys: &[
        must("type", Name(Kind::VehicleType), "What kind"),
        must("count", Count(0, 10_000), "How many"),
    ],
    one_of: &[],
};

static CHARGER: Form = Form {
    name: "[[charger]]",
    keys: &[
        must("id", Id, "Its name"),
        must("node", Name(Kind::Node), "Where the vehicle stands"),
        must("power", Quantity(D::Power, 1, 1_000_000_000), "Into the battery"),
    ],
    one_of: &[],
};

static POLICY: Form = Form {
    name: "[policy]",
    keys: &[
        may("same_line", Flag, "Full carriers go only to ports of their own line"),
        may("consolidate", YEARS, "Longest a trip waits for a full deck"),
        may("fetch", Word(&["nearest", "longest-idle"]), "Which idle vehicle fetches"),
        may("traffic", Word(&["ordered", "first-come"]), "Who drives first"),
        may("base_ahead", Quantity(D::Length, 100, 10_000_000), "Base released ahead"),
        may("resend", LASTING, "Silence after which commands are sent again"),
        may("wait_max", LASTING, "Longest wait for right of way"),
    ],
    one_of: &[],
};

static MESSAGES: Form = Form {
    name: "[messages]",
    keys: &[
        may("delay", Dist(false), "How late a message is; none overtakes another of its vehicle"),
        may("loss", Quantity(D::Share, 0, 900_000_000), "Share of messages lost"),
    ],
    one_of: &[],
};

static ORDERS: Form = Form {
    name: "[orders]",
    keys: &[must("file", Text, "CSV: order,product,quantity[,release][,due]")],
    one_of: &[],
};
