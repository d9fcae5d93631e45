//! Closed loops made of ordinary elements: a source fills carriers at a load port, the crane puts them
//! away, an unload port asks for them and its conveyor brings the empties back to the load port.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Files, Plant, load};
use fenhe_study::{Sample, Scratch, Statistics, run};
use fenhe_world::World;
use std::sync::Arc;

/// One aisle and its loop; lengths in metres.
pub struct Loop {
    pub bays: u32,
    pub levels: u32,
    pub sides: u32,
    pub depth: u32,
    pub cell: (f64, f64),
    /// Keys of `crane`.
    pub crane: String,
    /// Further keys of `[[rack]]`.
    pub keys: String,
    /// Position of the in point and the out point.
    pub io: [(f64, f64); 2],
    /// Places of the in point and the out point.
    pub places: [u32; 2],
    /// Loads in the rack at the start.
    pub fill: u32,
    /// Keys of the station behind the out point.
    pub ship: String,
}

impl Default for Loop {
    fn default() -> Loop {
        Loop {
            bays: 100,
            levels: 100,
            sides: 1,
            depth: 1,
            cell: (1.0, 1.0),
            crane: r#"speed = "1 m/s", lift_speed = "1 m/s""#.into(),
            keys: r#"put_away = "random""#.into(),
            io: [(0.0, 0.0); 2],
            places: [6, 2],
            fill: 5_000,
            ship: "single = {}\ntime = \"1 ms\"".into(),
        }
    }
}

impl Loop {
    pub fn text(&self) -> String {
        let [(ix, iy), (ox, oy)] = self.io;
        let [p, q] = self.places;
        let (w, h) = self.cell;
        format!(
            r#"
[[product]]
id = "a"
route = ["ship"]
[[carrier]]
id = "pallet"
capacity = 1
count = {count}
start = [{start}]
full = "a"
[[buffer]]
id = "raw"
queue = {{ capacity = 1 }}
[[buffer]]
id = "in"
load = {{ carrier = "pallet", places = {p} }}
[[buffer]]
id = "out"
unload = {{ carrier = "pallet", places = {q}, operation = "ship", returns = "in", return_time = "0 s" }}
[[source]]
id = "source"
to = "raw"
endless = "a"
[[station]]
id = "fill"
from = "raw"
to = "in"
single = {{}}
time = "1 ms"
[[station]]
id = "ship"
operation = "ship"
from = "out"
to = "done"
{ship}
[[sink]]
id = "done"
[[rack]]
id = "rack"
sides = {sides}
bays = {bays}
levels = {levels}
depth = {depth}
bay_width = "{w} m"
level_height = "{h} m"
crane = {{ {crane} }}
io = [{{ buffer = "in", x = "{ix} m", y = "{iy} m" }}, {{ buffer = "out", x = "{ox} m", y = "{oy} m" }}]
{keys}
"#,
            count = self.fill + p,
            start = if self.fill > 0 {
                "\"in\", \"rack\""
            } else {
                "\"in\""
            },
            sides = self.sides,
            bays = self.bays,
            levels = self.levels,
            depth = self.depth,
            crane = self.crane,
            keys = self.keys,
            ship = self.ship,
        )
    }

    pub fn run(&self, warm_up: f64, horizon: f64) -> Ran {
        Ran::new(&self.text(), 1).on(warm_up).measured(horizon)
    }
}

/// A plant of this text, its core and what has been measured.
pub struct Ran {
    pub plant: Arc<Plant>,
    pub world: World,
    pub core: Controller,
    pub statistics: Statistics,
    scratch: Scratch,
}

pub fn plant(text: &str) -> Arc<Plant> {
    let (plant, _) = load("rack", &Files::of_toml(text)).unwrap_or_else(|problems| {
        panic!("{problems:#?}");
    });
    Arc::new(plant)
}

impl Ran {
    pub fn new(text: &str, seed: u64) -> Ran {
        Ran::of(plant(text), seed)
    }
    pub fn of(plant: Arc<Plant>, seed: u64) -> Ran {
        let mut statistics = Statistics::new(&plant);
        let world = World::begin(plant.clone(), Seed(seed), &mut statistics);
        Ran {
            core: Controller::new(plant.clone()),
            world,
            statistics,
            plant,
            scratch: Scratch::default(),
        }
    }
    /// Goes on for so many seconds.
    pub fn on(mut self, seconds: f64) -> Ran {
        self.go(seconds);
        self
    }
    pub fn go(&mut self, seconds: f64) {
        let until = self.world.now() + Span::from_seconds_up(seconds);
        let went = run(
            &mut self.core,
            &mut self.world,
            until,
            &mut self.statistics,
            &mut self.scratch,
            &mut (),
        );
        went.expect("no ping-pong");
    }
    /// What is measured from here on.
    pub fn measured(mut self, seconds: f64) -> Ran {
        self.statistics.reset(self.world.now());
        self.go(seconds);
        assert_eq!(self.world.breaches(), 0);
        assert_eq!(self.world.check(), []);
        self
    }
    pub fn sample(&self) -> Sample {
        self.statistics.take(self.world.now())
    }
    /// Slots of the first aisle in which nothing stands.
    pub fn open(&self) -> u32 {
        let crane = &self.plant.cranes[CraneId(0)];
        let at = &self.world.bodies().at;
        let slots = (crane.slots.start.0..crane.slots.end.0).map(PlaceId);
        slots.filter(|&slot| at[slot].is_none()).count() as u32
    }
    /// Somebody tells something.
    pub fn tell(&mut self, event: &Event) {
        let (now, sink) = (self.world.now(), &mut self.statistics);
        let done = fenhe_study::handle(
            &mut self.core,
            &mut self.world,
            now,
            event,
            sink,
            &mut self.scratch,
            &mut (),
        );
        done.expect("no ping-pong");
    }
}

/// Found and wanted lie within a share of each other.
#[track_caller]
pub fn within(what: &str, found: f64, wanted: f64, share: f64) {
    let off = found / wanted - 1.0;
    println!(
        "{what:44} wanted {wanted:10.4} found {found:10.4} off {:+.3} %",
        100.0 * off
    );
    assert!(off.abs() <= share, "{what}: wanted {wanted}, found {found}");
}
