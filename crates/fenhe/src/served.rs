//! Simulated machines behind OPC UA servers of their own, for a rehearsal.

use crate::Failure;
use fenhe_contract::{Command, Event, StationEvent, Time};
use fenhe_link_opcua::{
    Cell, Config, Link, Mapping, Mark, Memory, NoServer, Server, ServerConfig, Station, site,
};
use fenhe_live::stand_in::Aside;
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;
use std::fs::File;
use std::io::Write;
use std::net::ToSocketAddrs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Accepted orders are fetched this often.
const FETCH: Duration = Duration::from_millis(10);
/// A server that was stopped is away for so long.
const AWAY: Duration = Duration::from_secs(2);

/// Servers of simulated machines. They stop when this is dropped.
pub struct Served {
    rows: Arc<Mutex<Vec<Row>>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct Row {
    config: ServerConfig,
    /// While it runs.
    server: Option<Server>,
    /// What its machines remember while it does not.
    cells: Vec<Cell>,
    /// When it was stopped.
    since: Instant,
}

/// All stations of a plant behind one server at a free port of this computer.
pub fn everything(plant: &Plant) -> Config {
    let row = |id| Station::new(id, Mapping::of(plant, id), Some(Mark::default()));
    let stations = plant.stations.ids().map(row).collect();
    Config {
        links: vec![Link::new("opc.tcp://127.0.0.1:0/", stations)],
    }
}

impl Served {
    /// Starts a server for each link; a port 0 in its endpoint becomes the one that was taken.
    pub fn start(config: &mut Config, plant: &Plant, lang: Lang) -> Result<Served, Failure> {
        let mut rows = Vec::new();
        for link in &mut config.links {
            let cells: Vec<Cell> = link.stations.iter().map(cell).collect();
            if let Some(cell) = cells.iter().find(|cell| !cell.mapping.can_be_served()) {
                let name = plant.stations[cell.station].name.clone();
                let text = Word::MachineForeign.text(lang);
                return Err(Failure::Told(fill(text, &[("station", name)])));
            }
            let fail = |why: String| {
                let said = [("endpoint", link.endpoint.clone()), ("why", why)];
                Failure::Told(fill(Word::MachineNotServed.text(lang), &said))
            };
            let server_config = server_config(link).map_err(fail)?;
            let server = Server::start(server_config.clone(), cells).map_err(|why| match why {
                NoServer::Address(why) | NoServer::Settings(why) => fail(why),
            })?;
            let listen = server.address();
            link.endpoint = format!("opc.tcp://{}:{}/", server_config.host, listen.port());
            rows.push(Row {
                config: ServerConfig {
                    listen,
                    ..server_config
                },
                server: Some(server),
                cells: Vec::new(),
                since: Instant::now(),
            });
        }
        Ok(Served {
            rows: Arc::new(Mutex::new(rows)),
            over: Arc::default(),
            thread: None,
        })
    }

    /// What takes the facts of these stations; beginnings and ends of jobs are written to a ledger.
    pub fn aside(&self, plant: &Arc<Plant>, mut ledger: Option<File>) -> Aside {
        let (rows, plant) = (self.rows.clone(), plant.clone());
        Box::new(move |now, event| {
            let taken = held(&rows).iter_mut().any(|row| row.report(event));
            if let (true, Some(file)) = (taken, &mut ledger) {
                note(file, &plant, now, event);
            }
            taken
        })
    }

    /// Carries accepted orders to the plant, and stops each server this often for a moment.
    pub fn attend(&mut self, orders: impl Fn(Command) + Send + 'static, stops: Option<Duration>) {
        let (rows, over) = (self.rows.clone(), self.over.clone());
        let attend = move || {
            while !over.load(Ordering::Relaxed) {
                for row in held(&rows).iter_mut() {
                    row.fetch(&orders);
                    row.come_and_go(stops, &orders);
                }
                std::thread::sleep(FETCH);
            }
        };
        let thread = std::thread::Builder::new().name("machines".into());
        self.thread = thread.spawn(attend).ok();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has already been printed.
            let _ended = thread.join();
        }
        held(&self.rows).clear();
    }
}

impl Row {
    /// A machine's program goes on while its server is away.
    fn report(&mut self, event: &Event) -> bool {
        match &self.server {
            Some(server) => server.report(event),
            None => self.cells.iter_mut().any(|cell| cell.report(event)),
        }
    }

    fn fetch(&self, orders: &impl Fn(Command)) {
        if let Some(server) = &self.server {
            server.commands().try_iter().for_each(orders);
        }
    }

    fn come_and_go(&mut self, stops: Option<Duration>, orders: &impl Fn(Command)) {
        let Some(stops) = stops else { return };
        let since = self.since.elapsed();
        if self.server.is_none() && since > AWAY {
            // The address may be taken for a moment: then it comes back a little later.
            self.server = Server::start(self.config.clone(), self.cells.clone()).ok();
            self.since = Instant::now();
        } else if since > stops
            && let Some(server) = self.server.take()
        {
            let (cells, left) = server.stop();
            left.into_iter().for_each(orders);
            (self.cells, self.since) = (cells, Instant::now());
        }
    }
}

fn held(rows: &Mutex<Vec<Row>>) -> MutexGuard<'_, Vec<Row>> {
    rows.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A machine that begins with a memory nobody has met.
fn cell(row: &Station) -> Cell {
    let now = fenhe_live::clock::utc().0;
    Cell {
        station: row.station,
        mapping: row.mapping.clone(),
        memory: Memory::named(&format!("{}-{now:x}", row.mapping.name)),
    }
}

fn server_config(link: &Link) -> Result<ServerConfig, String> {
    let any = link.endpoint == "opc.tcp://127.0.0.1:0/";
    let (host, port) = match site::address(&link.endpoint) {
        Some(address) => address,
        None if any => ("127.0.0.1", 0),
        None => return Err(link.endpoint.clone()),
    };
    let mut found = (host, port)
        .to_socket_addrs()
        .map_err(|why| why.to_string())?;
    Ok(ServerConfig {
        host: host.into(),
        listen: found.next().ok_or_else(|| link.endpoint.clone())?,
        keys: link.keys.join("simulated"),
        security: link.security.clone(),
    })
}

/// One line for the beginning and the end of a job: what truly happened.
fn note(file: &mut File, plant: &Plant, now: Time, event: &Event) {
    let Event::Station(station, event) = *event else {
        return;
    };
    let (deed, tag) = match event {
        StationEvent::Started(tag) => ("start", tag),
        StationEvent::Ended(tag) => ("end", tag),
        StationEvent::Scrapped(tag) => ("scrap", tag),
        _ => return,
    };
    let name = &plant.stations[station].name;
    // A ledger that cannot be written shows in its reader's count.
    let _unwritten = writeln!(file, "{} {name} {deed} {}", now.0, tag.0);
}
