//! A plant as both formats can say it, before it is made a folder. Millimetres and radians.

/// Length and width of a vehicle that the source does not state [mm].
const BODY: u32 = 600;

/// What a model says of tracks, vehicles and places.
#[derive(Clone, Debug, Default)]
pub struct Sketch {
    /// Name of the plant.
    pub name: String,
    /// File and format it comes from, for comments.
    pub origin: String,
    /// Points.
    pub nodes: Vec<Node>,
    /// Directed edges.
    pub edges: Vec<Edge>,
    /// Nodes and edges of which only one vehicle may be in at a time.
    pub areas: Vec<Area>,
    /// Nodes where vehicles may stand idle.
    pub parking: Vec<usize>,
    /// Where vehicles charge.
    pub chargers: Vec<Spot>,
    /// Where loads are fetched and brought.
    pub docks: Vec<Dock>,
    /// Kinds of vehicles with their vehicles.
    pub kinds: Vec<Kind>,
}

/// A point.
#[derive(Clone, Debug)]
pub struct Node {
    /// Name in the source.
    pub name: String,
    /// East [mm].
    pub x: f64,
    /// North [mm].
    pub y: f64,
    /// Orientation that the source asks for [rad].
    pub theta: Option<f64>,
}

/// A directed edge.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Name in the source.
    pub name: String,
    /// Start, an index of nodes.
    pub from: usize,
    /// End, an index of nodes.
    pub to: usize,
    /// Speed limit [mm/s].
    pub limit: Option<u32>,
    /// Length that the source states [mm].
    pub length: Option<u32>,
    /// Vehicles drive backwards on it.
    pub backward: bool,
}

/// A set of which only one vehicle may be in.
#[derive(Clone, Debug)]
pub struct Area {
    /// Name in the source.
    pub name: String,
    /// Indices of nodes.
    pub nodes: Vec<usize>,
    /// Indices of edges.
    pub edges: Vec<usize>,
}

/// Something at a node.
#[derive(Clone, Debug)]
pub struct Spot {
    /// Name in the source.
    pub name: String,
    /// Where the vehicle stands, an index of nodes.
    pub node: usize,
    /// Where it is drawn [mm]; at its node if the source does not say.
    pub at: Option<(f64, f64)>,
}

/// A place of loads at a node.
#[derive(Clone, Debug)]
pub struct Dock {
    /// Name in the source.
    pub name: String,
    /// Where the vehicle stands, an index of nodes.
    pub node: usize,
    /// Where it is drawn [mm]; at its node if the source does not say.
    pub at: Option<(f64, f64)>,
    /// Vehicles fetch loads here.
    pub gives: bool,
    /// Vehicles bring loads here.
    pub takes: bool,
}

/// A kind of vehicle.
#[derive(Clone, Debug)]
pub struct Kind {
    /// What it is called.
    pub name: String,
    /// Length and width [mm]; assumed where the source does not say.
    pub size: (Option<u32>, Option<u32>),
    /// Top speed forwards [mm/s].
    pub speed: Option<u32>,
    /// Top speed backwards [mm/s].
    pub reverse: Option<u32>,
    /// Speeding up and braking [mm/s2].
    pub accel: (Option<u32>, Option<u32>),
    /// State of charge to go charging and to leave [%].
    pub charge_at: Option<(u32, u32)>,
    /// Keys and values of `vda5050`.
    pub vda5050: Vec<(&'static str, String)>,
    /// The vehicles.
    pub vehicles: Vec<Vehicle>,
}

/// A vehicle.
#[derive(Clone, Debug)]
pub struct Vehicle {
    /// Name in the source.
    pub name: String,
    /// VDA 5050 serial number.
    pub serial: Option<String>,
    /// Where it stands at the start, an index of nodes.
    pub start: Option<usize>,
}

impl Sketch {
    /// Straight distance of the ends of an edge [mm].
    pub fn straight(&self, edge: &Edge) -> f64 {
        let (a, b) = (&self.nodes[edge.from], &self.nodes[edge.to]);
        libm::hypot(b.x - a.x, b.y - a.y)
    }
    /// Length of an edge: as stated, else straight [mm].
    pub fn length(&self, edge: &Edge) -> f64 {
        edge.length.map_or_else(|| self.straight(edge), f64::from)
    }
    /// Largest corner to corner of a vehicle [mm].
    pub fn diagonal(&self) -> f64 {
        let size = |kind: &Kind| kind.body();
        let diagonal =
            |(length, width): (u32, u32)| libm::hypot(f64::from(length), f64::from(width));
        self.kinds
            .iter()
            .map(size)
            .map(diagonal)
            .fold(0.0, f64::max)
    }
    /// How many vehicles there are.
    pub fn fleet(&self) -> usize {
        self.kinds.iter().map(|kind| kind.vehicles.len()).sum()
    }
}

impl Kind {
    /// It may drive backwards: it has a speed for that, or nothing is known of its speeds.
    pub fn backs(&self) -> bool {
        self.reverse.is_some() || self.speed.is_none()
    }
    /// Length and width, assumed where the source does not say [mm].
    pub fn body(&self) -> (u32, u32) {
        (self.size.0.unwrap_or(BODY), self.size.1.unwrap_or(BODY))
    }
}

impl Kind {
    /// One of which the source says only the names of its vehicles.
    pub fn unknown(name: &str, vehicles: &[&str]) -> Kind {
        let vehicle = |name: &&str| Vehicle {
            name: (*name).to_string(),
            serial: None,
            start: None,
        };
        Kind {
            name: name.to_string(),
            size: (None, None),
            speed: None,
            reverse: None,
            accel: (None, None),
            charge_at: None,
            vda5050: Vec::new(),
            vehicles: vehicles.iter().map(vehicle).collect(),
        }
    }
}
