//! The keys that say how vehicles are spoken to.

use crate::shape::Shape::*;
use crate::shape::{Form, Key, Kind, Shape, may, must};
use crate::units::Dimension as D;

pub static VEHICLE: Form = Form {
    name: "[[vehicle]]",
    keys: &[
        must("id", Name(Kind::Vehicle), "Its name: type-1, type-2, ..."),
        may("vda5050", Table(&LINK), "How it speaks VDA 5050, before what its type says"),
    ],
    one_of: &[],
};

const MAKER: Key = may("manufacturer", Text, "Maker, in topics and headers; Fenhe by default");
const INTERFACE: Key = may("interface", Text, "Where topics begin; uagv, from version 3.0.0 on vda5050");
const VERSION: Key = may("version", Word(&["2.0.0", "2.1.0", "3.0.0"]), "Of VDA 5050; 2.1.0 by default");
const TOPICS: Key = may("topics", Table(&TOPIC_NAMES), "Full names of topics, $serial for the serial number");
const QOS: Key = may("qos", Count(0, 2), "MQTT quality of service of orders and instant actions; 0 by default");
const BLOCKING: Key =
    may("blocking", Word(&["NONE", "SOFT", "SINGLE", "HARD"]), "blockingType of pick, drop and startCharging");
const MAP: Key = may("map", Text, "mapId of the nodes; map by default");
const STEP_ENDS: Key =
    may("step_ends", Word(&["last-node", "node-states", "both"]), "What tells that a node was reached");
const STITCH: Key =
    may("stitch_actions", Word(&["wait", "omit", "repeat"]), "Actions of the node where an update begins");
const SPELLINGS: Shape = Word(&["instantActions", "actionName", "allowedDeviationXy"]);
const SPELLING: Key = may("spelling", List(&SPELLINGS, 0, 3), "Old words that it wants");
const NODE_POSITION: Key = may("node_position", Flag, "Nodes carry nodePosition");
const NODE_THETA: Key = may("node_theta", Flag, "Nodes carry theta");
const DEVIATION: Key =
    may("first_node_deviation", Quantity(D::Length, 0, 100_000), "How far the first node may be away");
const IDENTICAL: Key =
    may("identical_resend", Flag, "It stands the identical order again without being asked for a state");
const MAX_BASE: Key = may("max_base", Count(1, 1000), "Most edges of base in one message");
const MAX_HORIZON: Key = may("max_horizon", Count(0, 1000), "Most edges of horizon");
const STATION_TYPE: Key = may("station_type", Text, "stationType of pick and drop, \"\" for none");
const LOAD_TYPE: Key = may("load_type", Text, "loadType of pick and drop, \"\" for none");
const LHD: Key = may("lhd", Flag, "Pick and drop carry lhd, the deck position");
const CHARGE_UNTIL: Key =
    may("charge_until", Text, "Parameter of startCharging: at how many percent to stop");
const TELLS_ACTIONS: Key = may("tells_actions", Flag, "It tells actionStates");
const WAITS: Shape = Quantity(D::Span, 100_000, 3_600_000_000);
const RESEND: Key = may("resend", WAITS, "First wait before something is sent again");
const ASK_AFTER: Key = may("ask_after", WAITS, "Silence after which a state is asked for");
const LOST_AFTER: Key = may("lost_after", WAITS, "Silence after which the link counts as lost");
const TRIES: Key = may("instant_tries", Count(1, 255), "How often an instant action is sent");
const TOLERANCE: Key = may("tolerance", Count(1, 10_000), "Rules broken in ten minutes until isolation");
const CHARGE_STEP: Key =
    may("charge_step", Quantity(D::Share, 1_000_000, 1_000_000_000), "Change of charge worth a fact");

pub static LINK_OF_TYPE: Form = Form {
    name: "vda5050",
    keys: &[
        INTERFACE, MAKER, TOPICS, QOS, BLOCKING, VERSION, MAP, STEP_ENDS, STITCH, SPELLING, NODE_POSITION, NODE_THETA, DEVIATION,
        IDENTICAL, MAX_BASE, MAX_HORIZON, STATION_TYPE, LOAD_TYPE, LHD, CHARGE_UNTIL, TELLS_ACTIONS, RESEND,
        ASK_AFTER, LOST_AFTER, TRIES, TOLERANCE, CHARGE_STEP,
    ],
    one_of: &[],
};

static LINK: Form = Form {
    name: "vda5050",
    keys: &[
        may("serial", Text, "Serial number, in topics and headers; the vehicle's name by default"),
        INTERFACE, MAKER, TOPICS, QOS, BLOCKING, VERSION, MAP, STEP_ENDS, STITCH, SPELLING, NODE_POSITION, NODE_THETA, DEVIATION,
        IDENTICAL, MAX_BASE, MAX_HORIZON, STATION_TYPE, LOAD_TYPE, LHD, CHARGE_UNTIL, TELLS_ACTIONS, RESEND,
        ASK_AFTER, LOST_AFTER, TRIES, TOLERANCE, CHARGE_STEP,
    ],
    one_of: &[],
};

static TOPIC_NAMES: Form = Form {
    name: "topics",
    keys: &[
        may("order", Text, "Orders"),
        may("instant_actions", Text, "Instant actions"),
        may("state", Text, "States"),
        may("connection", Text, "Connection"),
        may("factsheet", Text, "Factsheet"),
        may("visualization", Text, "Visualization"),
    ],
    one_of: &[],
};
