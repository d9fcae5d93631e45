//! Two operations with a rack between them that vehicles serve: prepare, cut, ship.

use crate::plant::Ran;
use fenhe_contract::*;
use fenhe_plant::{Files, Owner, Plant, load};
use std::collections::BTreeMap;
use std::sync::Arc;

const LAYOUT: &str = r#"
[layout]
name = "yard"
length = "60 m"
width = "30 m"
vehicle_types = ["car"]
spur = "3 m"
[[aisle]]
id = "A"
y = "7 m"
from = "3 m"
to = "57 m"
count = 2
pitch = "16 m"
[[cross]]
id = "C"
x = "5 m"
from = "7 m"
to = "23 m"
count = 2
pitch = "50 m"
[[dock]]
ids = ["rack-1.in", "rack-1.out", "rack-2.in", "rack-2.out"]
on = "A1"
side = "south"
at = "14 m"
pitch = "9 m"
[[dock]]
ids = ["prepare.out", "cut.in", "cut.out", "ship.in"]
on = "A1"
side = "north"
at = "14 m"
pitch = "9 m"
[[parking]]
ids = ["park-1", "park-2", "park-3", "park-4", "park-5"]
on = "A2"
side = "north"
at = "14 m"
pitch = "9 m"
"#;

/// What differs from yard to yard.
#[derive(Clone)]
pub struct Yard {
    pub bays: u32,
    pub boxes: u32,
    pub cars: u32,
    /// Deck positions of each.
    pub decks: u32,
    /// Places of each hand-over point of the rack.
    pub places: u32,
    /// Mean time of a box in each operation [s].
    pub times: [u32; 3],
    /// Further keys of `crane`.
    pub crane: String,
    /// Further keys of `[[rack]]`.
    pub keys: String,
    /// Further keys of `[[vehicle_type]]`, and further tables.
    pub car: String,
    pub more: String,
}

impl Default for Yard {
    fn default() -> Yard {
        Yard {
            bays: 8,
            boxes: 60,
            cars: 5,
            decks: 1,
            places: 2,
            times: [300, 300, 300],
            crane: String::new(),
            keys: String::new(),
            car: String::new(),
            more: String::new(),
        }
    }
}

impl Yard {
    fn text(&self) -> String {
        let [prepare, cut, ship] = self.times;
        let every = 2 * prepare * 21 / 20;
        let Yard {
            bays,
            boxes,
            cars,
            decks,
            places,
            crane,
            keys,
            car,
            more,
            ..
        } = self;
        format!(
            r#"
[[product]]
id = "a"
route = ["prepare", "cut", "ship"]
[[product]]
id = "b"
route = ["prepare", "cut", "ship"]
[[carrier]]
id = "box"
capacity = 1
count = {boxes}
start = ["prepare.out", "cut.out", "rack", "rack-1.in", "rack-2.in", "cut.in", "ship.in"]
[[buffer]]
id = "raw"
queue = {{}}
[[source]]
id = "source-a"
to = "raw"
arrivals = {{ product = "a", every = {{ exponential = "{every} s" }} }}
[[source]]
id = "source-b"
to = "raw"
arrivals = {{ product = "b", every = {{ exponential = "{every} s" }} }}
[[buffer]]
id = "prepare.out"
load = {{ carrier = "box", places = 3, operation = "prepare", node = "prepare.out" }}
[[station]]
id = "prepare"
from = "raw"
to = "prepare.out"
operation = "prepare"
single = {{}}
time = {{ exponential = "{prepare} s" }}
reports = "piece"
[[buffer]]
id = "cut.in"
unload = {{ carrier = "box", places = 3, operation = "cut", node = "cut.in" }}
[[buffer]]
id = "cut.out"
load = {{ carrier = "box", places = 3, operation = "cut", node = "cut.out" }}
[[station]]
id = "cut"
from = "cut.in"
to = "cut.out"
operation = "cut"
single = {{}}
time = {{ exponential = "{cut} s" }}
reports = "piece"
[[buffer]]
id = "ship.in"
unload = {{ carrier = "box", places = 3, operation = "ship", node = "ship.in" }}
[[station]]
id = "ship"
from = "ship.in"
to = "done"
operation = "ship"
single = {{}}
time = {{ exponential = "{ship} s" }}
reports = "piece"
[[sink]]
id = "done"
reports = "piece"
[[buffer]]
id = "rack-1.in"
store = {{ places = {places}, node = "rack-1.in" }}
[[buffer]]
id = "rack-1.out"
store = {{ places = {places}, node = "rack-1.out" }}
[[buffer]]
id = "rack-2.in"
store = {{ places = {places}, node = "rack-2.in" }}
[[buffer]]
id = "rack-2.out"
store = {{ places = {places}, node = "rack-2.out" }}
[[rack]]
id = "rack"
aisles = 2
bays = {bays}
levels = 4
bay_width = "1 m"
level_height = "1 m"
before = ["cut", "ship"]
crane = {{ speed = "1 m/s", lift_speed = "0.5 m/s", transfer = "8 s"{crane} }}
io = [
  {{ buffer = "rack-1.in", aisle = 1, direction = "in" }}, {{ buffer = "rack-1.out", aisle = 1, direction = "out" }},
  {{ buffer = "rack-2.in", aisle = 2, direction = "in" }}, {{ buffer = "rack-2.out", aisle = 2, direction = "out" }},
]
{keys}
[tracks]
file = "tracks.lif.json"
[[vehicle_type]]
id = "car"
length = "1.2 m"
width = "0.8 m"
margin = "50 mm"
speed = "1.2 m/s"
accel = "0.5 m/s2"
brake = "0.7 m/s2"
turn = "45 deg/s"
decks = {decks}
dock = "8 s"
transfer = "6 s"
battery = "20 kWh"
idle_power = "1 W"
drive_energy = "1 J"
charge_at = ["1 %", "99 %"]
{car}
[[fleet]]
type = "car"
count = {cars}
[policy]
consolidate = "0 s"
{more}
"#
        )
    }

    pub fn plant(&self) -> Arc<Plant> {
        let (lif, warnings) =
            fenhe_plant::layout::layout("layout.toml", LAYOUT.as_bytes()).expect("a sound layout");
        assert_eq!(warnings, []);
        let files = Files::of_toml(&self.text()).with("tracks.lif.json", lif.to_text().as_bytes());
        let (plant, _) = load("yard", &files).unwrap_or_else(|problems| panic!("{problems:#?}"));
        Arc::new(plant)
    }

    pub fn begin(&self, seed: u64) -> Ran {
        Ran::of(self.plant(), seed)
    }
}

/// What stands where, by mark, with the pieces in it.
pub type Standing = BTreeMap<PlaceId, (Tag, usize)>;

pub fn truth(ran: &Ran) -> Standing {
    let bodies = ran.world.bodies();
    let carriers = bodies.carriers.iter().enumerate();
    let row = |(row, carrier): (usize, &fenhe_world::Carrier)| {
        (carrier.at, (Tag(row as u64), carrier.pieces.len()))
    };
    carriers.map(row).collect()
}

pub fn believed(ran: &Ran) -> Standing {
    let belief = ran.core.belief(ran.world.now());
    let row = |load: &LoadBelief| (load.place, (load.tag, usize::from(load.count)));
    belief.loads.iter().map(row).collect()
}

/// The part of it that lies in slots, at points and on decks of cranes and vehicles.
pub fn of_the_rack(ran: &Ran, all: &Standing) -> Standing {
    let stores = ["rack-1.in", "rack-1.out", "rack-2.in", "rack-2.out"];
    let here = |place: PlaceId| match ran.plant.places[place].owner {
        Owner::Slot(_) | Owner::Crane(_) | Owner::Deck(..) => true,
        Owner::Buffer(id) => stores.contains(&ran.plant.buffers[id].name.as_str()),
    };
    let rows = all.iter().filter(|(place, _)| here(**place));
    rows.map(|(place, load)| (*place, *load)).collect()
}
