//! Vehicles that are killed in mid-order and come back: what the controller says of their loads meanwhile.

use crate::Hall;
use crate::floor::{Blow, Truth};
use crate::peers::{LONG, Operator, Process};
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// A dead vehicle stays dead for at least so long.
const DEAD: Duration = Duration::from_secs(8);
/// A person looks at a load that is still in doubt after so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// When a vehicle is killed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Moment {
    /// On the way with a load.
    Loaded,
    /// On the way.
    UnderWay,
    /// In a hand-over.
    Handing(Blow),
}
impl Moment {
    fn of(i: usize) -> Moment {
        match i % 4 {
            0 => Moment::Loaded,
            1 => Moment::UnderWay,
            2 => Moment::Handing(Blow::After),
            _ => Moment::Handing(Blow::Before),
        }
    }
    /// It is now, by the picture and by what is on the floor. `late`: any load on it will do.
    fn is_now(self, serial: &str, row: &Value, late: bool, floor: &mut Truth) -> bool {
        let state = row["state"].as_str();
        let loaded = !row["loads"][0].is_null();
        match self {
            _ if late && loaded => true,
            Moment::Loaded => loaded,
            Moment::UnderWay => matches!(state, Some("empty" | "loaded" | "handling")),
            Moment::Handing(blow) if !floor.struck(serial) => {
                floor.doom(serial, blow);
                false
            }
            Moment::Handing(_) => true,
        }
    }
}

/// Whether a vehicle among the doomed can sense its load.
pub fn senses(i: usize) -> bool {
    Moment::of(i) != Moment::Handing(Blow::After)
}

/// Whether somebody says where the load of a doomed vehicle is while it is dead; else it is waited for.
fn looked_after(i: usize) -> bool {
    i % 5 < 2
}

/// Where a vehicle is in its story.
enum Phase {
    Runs,
    /// Killed, with a load on it or not; when somebody looked last.
    Dead {
        at: Instant,
        carried: bool,
        doubted: bool,
        looked: Instant,
    },
    /// Started again; when somebody looked last.
    Back {
        at: Instant,
        looked: Instant,
    },
    Well,
}

struct Victim {
    serial: String,
    process: Process,
    phase: Phase,
}

/// All that are to die.
pub struct Victims {
    all: Vec<Victim>,
    carried: u32,
    doubted: u32,
    confirmed: u32,
    /// From started again until heard with nothing in doubt.
    returns: Vec<Duration>,
}

impl Victims {
    /// Each in a process of its own.
    pub fn start(hall: &Hall, home: &Path, serials: &[String]) -> Victims {
        let start = |serial: &String| Victim {
            serial: serial.clone(),
            process: hall.vehicles(home, std::slice::from_ref(serial)),
            phase: Phase::Runs,
        };
        Victims {
            all: serials.iter().map(start).collect(),
            carried: 0,
            doubted: 0,
            confirmed: 0,
            returns: Vec::new(),
        }
    }

    pub fn all_well(&self) -> bool {
        let well = |victim: &Victim| matches!(victim.phase, Phase::Well);
        self.all.iter().all(well)
    }

    /// Goes on with each. `die`: who is under way is killed; `late`: it is time to.
    pub fn look(
        &mut self,
        hall: &Hall,
        home: &Path,
        operator: &Operator,
        view: &Value,
        (die, late): (bool, bool),
    ) {
        for (i, victim) in self.all.iter_mut().enumerate() {
            let serial = victim.serial.as_str();
            let row = rows(view, "vehicles").find(|row| row["name"] == serial);
            let row = row.cloned().unwrap_or_default();
            let doubt = in_doubt(view, serial);
            match &mut victim.phase {
                Phase::Runs
                    if die && Moment::of(i).is_now(serial, &row, late, &mut hall.floor.look()) =>
                {
                    victim.process.kill();
                    let carried = hall.floor.look().on(serial).is_some();
                    self.carried += u32::from(carried);
                    let at = Instant::now();
                    victim.phase = Phase::Dead {
                        at,
                        carried,
                        doubted: false,
                        looked: at,
                    };
                }
                Phase::Runs | Phase::Well => {
                    assert!(!victim.process.ended(), "{serial} ended by itself");
                }
                Phase::Dead {
                    at,
                    carried,
                    doubted,
                    looked,
                } => {
                    self.doubted += u32::from(doubt && *carried && !*doubted);
                    *doubted |= doubt;
                    let asked = doubt && looked_after(i);
                    if asked && looked.elapsed() > PATIENCE {
                        *looked = Instant::now();
                        self.confirmed += confirm(hall, operator, view, (serial, &row));
                    }
                    let seen = (*doubted || !*carried) && !asked;
                    let waits = at.elapsed();
                    assert!(
                        seen || waits < LONG,
                        "{serial} is dead, its load not in doubt, or still so though somebody looked: {row}"
                    );
                    if seen && waits > DEAD {
                        victim.process = hall.vehicles(home, std::slice::from_ref(&victim.serial));
                        let at = Instant::now();
                        victim.phase = Phase::Back { at, looked: at };
                    }
                }
                Phase::Back { at, .. } if row["link"] == true && !doubt => {
                    self.returns.push(at.elapsed());
                    victim.phase = Phase::Well;
                }
                Phase::Back { at, looked } => {
                    let waits = at.elapsed();
                    assert!(
                        waits < LONG,
                        "{serial} is back, its load is in doubt: {row}"
                    );
                    if row["link"] == true && looked.elapsed() > PATIENCE {
                        *looked = Instant::now();
                        self.confirmed += confirm(hall, operator, view, (serial, &row));
                    }
                }
            }
        }
    }

    pub fn print(&self) {
        let longest = self.returns.iter().max().copied().unwrap_or_default();
        println!("vehicles killed in mid-order: {}", self.all.len());
        println!(
            "of these with a load on: {}, told to be in doubt: {}",
            self.carried, self.doubted
        );
        println!("settled by an operator: {}", self.confirmed);
        println!(
            "from start to nothing in doubt, the longest: {:.1} s",
            longest.as_secs_f64()
        );
    }
}

/// An operator says where each load in doubt of a vehicle is. How many were taken at their word.
fn confirm(hall: &Hall, operator: &Operator, view: &Value, (serial, row): (&str, &Value)) -> u32 {
    let on = hall.floor.look().on(serial).is_some();
    let at = match (on, row["loads"][0].is_null()) {
        (true, _) => "vehicle",
        (false, false) => "destination", // believed on it
        (false, true) => "origin",
    };
    let mine = |row: &&Value| row["vehicle"] == serial && row["state"] == "in_doubt";
    let mut taken = 0;
    for transport in rows(view, "transports").filter(mine) {
        let (id, revision) = (&transport["id"], &transport["revision"]);
        let act = json!({"act": "confirm_load", "transport": id, "at": at, "revision": revision});
        let (head, answer) = operator.act(&act);
        taken += u32::from(head.starts_with("HTTP/1.1 200"));
        println!("{serial}: load of transport {id} is at the {at}: {answer}");
    }
    taken
}

fn rows<'a>(view: &'a Value, table: &str) -> impl Iterator<Item = &'a Value> {
    view[table].as_array().into_iter().flatten()
}

/// The picture says that nobody knows for certain where a load of this vehicle is.
fn in_doubt(view: &Value, serial: &str) -> bool {
    let object = format!("vehicle {serial}");
    let alarm = |row: &Value| {
        row["code"] == "load_in_doubt" && row["object"] == object.as_str() && row["wrong"] == true
    };
    let transport = |row: &Value| row["vehicle"] == serial && row["state"] == "in_doubt";
    rows(view, "alarms").any(alarm) || rows(view, "transports").any(transport)
}
