//! Vehicles of another maker (`peers/vda5050`: vda-5050-lib) over mosquitto, each in a process that can be
//! killed, under `fenhe run`: the broker is restarted, half the vehicles are killed in mid-order, and a
//! ledger outside all of them shows each load delivered once.
//!
//! Short by default; `FENHE_TRIAL=full` (`cargo x trial fleet`) is 120 vehicles and 1,000 transports.

mod floor;
mod gateway;
mod peers;
mod victims;

use fenhe_link::Config;
use fenhe_link::tokio::runtime::{Builder, Runtime};
use fenhe_plant::Plant;
use fenhe_wire::Names;
use floor::Floor;
use gateway::Misfits;
use peers::{Operator, Process};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use victims::Victims;

/// How much of it.
#[derive(Clone, Copy)]
struct Size {
    vehicles: usize,
    transports: usize,
    /// Shares of the transports after which the broker is killed [per cent].
    restarts: &'static [usize],
    /// From here on vehicles are killed, each when it is under way [per cent].
    kills: usize,
    /// Plant seconds a second.
    speed: u32,
}
const FULL: Size = Size {
    vehicles: 120,
    transports: 1_000,
    restarts: &[20, 70],
    kills: 35,
    speed: 5,
};
const SHORT: Size = Size {
    vehicles: 8,
    transports: 24,
    restarts: &[25],
    kills: 40,
    speed: 10,
};
/// Vehicles of one process that is never killed.
const TOGETHER: usize = 4;

/// A hall, its floor and everybody in it.
struct Hall {
    plant: Arc<Plant>,
    scratch: PathBuf,
    port: u16,
    floor: Floor,
    misfits: Misfits,
    _runtime: Runtime,
}

impl Hall {
    fn open(size: Size) -> Hall {
        let scratch = std::env::temp_dir().join(format!("fenhe-fleet-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&scratch);
        std::fs::create_dir_all(scratch.join("memory")).expect("a scratch folder");
        let plant = Arc::new(plant(&scratch.join("hall"), size));
        let names = Arc::new(Names::of(&plant));
        let (stations, deeds) = channel();
        let floor = Floor::open(&plant, &names, &scratch, stations);
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let runtime = runtime.expect("a runtime");
        let port = peers::free_port();
        let broker = Config::new("127.0.0.1", port, "");
        let misfits = gateway::start(&plant, (broker, runtime.handle(), size.speed), deeds);
        let hall = Hall {
            plant,
            scratch,
            port,
            floor,
            misfits,
            _runtime: runtime,
        };
        hall.write_fleet(size);
        hall
    }

    /// What vehicle.js reads.
    fn write_fleet(&self, size: Size) {
        let vehicle = |(i, row): (usize, &fenhe_plant::Vehicle)| {
            let node = &self.plant.tracks.nodes[row.start];
            let (x, y) = (node.x.as_metres(), node.y.as_metres());
            let loads = i >= size.vehicles / 2 || victims::senses(i);
            let vehicle = json!({"x": x, "y": y, "node": node.name, "map": "map", "loads": loads});
            (row.name.clone(), vehicle)
        };
        let vehicles = self.plant.vehicles.iter().enumerate().map(vehicle);
        let vehicles: serde_json::Map<String, Value> = vehicles.collect();
        let fleet = json!({
            "broker": format!("mqtt://127.0.0.1:{}", self.port), "floor": self.scratch.join("floor"),
            "memory": self.scratch.join("memory"), "speed": size.speed, "handling": 8, "vehicles": vehicles,
        });
        std::fs::write(self.scratch.join("fleet.json"), fleet.to_string()).expect("fleet.json");
    }

    /// A process with these vehicles.
    fn vehicles(&self, home: &Path, serials: &[String]) -> Process {
        let mut command = Command::new("node");
        command
            .arg("--max-old-space-size=128")
            .arg(home.join("vehicle.js"));
        command.arg(self.scratch.join("fleet.json")).args(serials);
        Process::start(&mut command, &self.scratch.join("vehicles.log"))
    }

    fn controller(&self, speed: u32) -> Process {
        let (plant, journal) = (self.scratch.join("hall"), self.scratch.join("journal"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_fenhe"));
        command
            .arg("run")
            .arg(plant)
            .arg("--journal")
            .arg(journal)
            .env("LC_ALL", "C");
        command.args(["--broker", &format!("127.0.0.1:{}", self.port)]);
        command.args(["--speed", &speed.to_string()]);
        Process::read(&mut command)
    }

    /// A command of fenhe about the plant and its journal that must succeed: what it says.
    fn says(&self, word: &str) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fenhe"));
        command
            .arg(word)
            .arg(self.scratch.join("hall"))
            .env("LC_ALL", "C");
        let out = command
            .arg("--journal")
            .arg(self.scratch.join("journal"))
            .output();
        let out = out.expect("it starts");
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(
            out.status.success(),
            "{word}: {said}{}",
            String::from_utf8_lossy(&out.stderr)
        );
        said.lines().last().unwrap_or_default().to_string()
    }
}

/// The hall of this folder with so many vehicles, its tracks laid out.
fn plant(folder: &Path, size: Size) -> Plant {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fleet/hall");
    std::fs::create_dir_all(folder).expect("a folder");
    for name in ["equipment.csv", "layout.toml"] {
        std::fs::copy(home.join(name), folder.join(name)).expect("a copy");
    }
    let text = std::fs::read_to_string(home.join("plant.toml")).expect("plant.toml");
    let text = text.replace("count = 120", &format!("count = {}", size.vehicles));
    std::fs::write(folder.join("plant.toml"), text).expect("plant.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fenhe"));
    command
        .arg("layout")
        .arg(folder.join("layout.toml"))
        .arg("-o");
    let done = command.arg(folder.join("tracks.lif.json")).status();
    assert!(
        done.is_ok_and(|status| status.success()),
        "tracks are laid out"
    );
    let files = fenhe_study::read_folder(folder).expect("a folder");
    fenhe_plant::load("hall", &files).expect("a plant").0
}

/// The broker, how often it was killed, and when next.
struct Broker<'a> {
    process: Process,
    size: Size,
    hall: &'a Hall,
    restarted: usize,
}

impl Broker<'_> {
    fn maybe_restart(&mut self, delivered: usize) {
        let next = self.size.restarts.get(self.restarted);
        if next.is_some_and(|share| delivered * 100 >= self.size.transports * share) {
            self.process.kill();
            std::thread::sleep(Duration::from_secs(2));
            self.process = peers::mosquitto(self.hall.port, &self.hall.scratch);
            self.restarted += 1;
        }
    }
    fn done(&self) -> bool {
        self.restarted == self.size.restarts.len()
    }
}

#[test]
fn a_fleet_of_another_maker_delivers_each_load_once() {
    let Some(home) = peers::installed() else {
        return;
    };
    let full = std::env::var("FENHE_TRIAL").is_ok_and(|size| size == "full");
    let size = if full { FULL } else { SHORT };
    let hall = Hall::open(size);
    let process = peers::mosquitto(hall.port, &hall.scratch);
    let mut broker = Broker {
        process,
        size,
        hall: &hall,
        restarted: 0,
    };
    let controller = hall.controller(size.speed);
    let operator = Operator::first(&controller);
    let serials: Vec<String> = hall.plant.vehicles.iter().map(|v| v.name.clone()).collect();
    let (doomed, others) = serials.split_at(size.vehicles / 2);
    let mut survivors: Vec<Process> = others
        .chunks(TOGETHER)
        .map(|some| hall.vehicles(&home, some))
        .collect();
    let mut victims = Victims::start(&hall, &home, doomed);
    linked(&operator, size.vehicles);

    let begun = Instant::now();
    let mut heard = (begun, 0);
    loop {
        std::thread::sleep(Duration::from_millis(200));
        let delivered = hall.floor.look().delivered();
        if delivered > heard.1 {
            heard = (Instant::now(), delivered);
        }
        let view = operator.view();
        if heard.0.elapsed() > 2 * peers::LONG {
            std::fs::write(hall.scratch.join("view.json"), view.to_string()).expect("a view");
            let folder = hall.scratch.display();
            panic!("nothing was delivered after {delivered}; see {folder}");
        }
        assert!(
            !survivors.iter_mut().any(Process::ended),
            "a process of vehicles ended by itself"
        );
        broker.maybe_restart(delivered);
        let late = delivered >= size.transports;
        assert!(delivered < 3 * size.transports, "a vehicle never set out");
        let die = delivered * 100 >= size.transports * size.kills;
        victims.look(&hall, &home, &operator, &view, (die, late));
        if late && broker.done() && victims.all_well() {
            let waits = |row: &&Value| row["code"] == "waits_too_long" && row["wrong"] == true;
            let alarms = view["alarms"].as_array().into_iter().flatten();
            let count = alarms.filter(waits).count();
            println!("vehicles that wait too long for right of way: {count}");
            break;
        }
    }
    report(
        &hall,
        size,
        &victims,
        (begun.elapsed(), broker.restarted),
        controller,
    );
    let _ = std::fs::remove_dir_all(&hall.scratch);
}

/// Waits until so many vehicles are heard.
fn linked(operator: &Operator, count: usize) {
    let until = Instant::now() + 2 * peers::LONG;
    let up = |view: Value| {
        let all = view["vehicles"].as_array().cloned().unwrap_or_default();
        all.iter().filter(|row| row["link"] == true).count()
    };
    loop {
        let linked = up(operator.view());
        if linked == count {
            return;
        }
        assert!(
            Instant::now() < until,
            "{linked} of {count} vehicles are linked"
        );
        std::thread::sleep(Duration::from_millis(250));
    }
}

/// The ledger, the journal and the figures.
fn report(
    hall: &Hall,
    size: Size,
    victims: &Victims,
    (took, restarts): (Duration, usize),
    mut controller: Process,
) {
    let last = controller.last().unwrap_or_default();
    controller.kill();
    let truth = hall.floor.look();
    let deeds = truth.deeds();
    let wrong = floor::audit(&hall.plant, deeds);
    assert!(wrong.is_empty(), "{wrong:#?}");
    let misfits = hall.misfits.lock().expect("nobody panics with it");
    assert!(misfits.is_empty(), "{misfits:#?}");
    let count: usize = hall
        .plant
        .carriers
        .iter()
        .map(|kind| kind.start.len())
        .sum();
    let each: Vec<u64> = (0..count as u64).collect();
    assert_eq!(truth.loads(), each, "each load is in one place");
    println!("controller: {last}");
    println!("journal: {}", hall.says("verify"));
    println!("journal: {}", hall.says("replay"));
    println!("vehicles, brokers restarted: {}, {restarts}", size.vehicles);
    println!(
        "hand-overs in the ledger: {}, transports done: {}",
        deeds.len(),
        truth.delivered()
    );
    println!("done twice, lost or tried in vain: {}", wrong.len());
    victims.print();
    let plant = took.as_secs_f64() * f64::from(size.speed) / 60.0;
    println!(
        "time: {:.0} s ({plant:.0} min of the plant)",
        took.as_secs_f64()
    );
}
