//! The client: one thread for all machines, one task per server, channels in and out.

use crate::book::Book;
use crate::heard::{Heard, Mark, Settle};
use crate::mapping::Mapping;
use crate::session::{Ask, Task};
use crate::{Doubt, Security};
use fenhe_contract::{Command, StationId, Tag};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

/// All machines of a plant that speak OPC UA.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Their servers.
    pub links: Vec<Link>,
}

/// One server, with one station or many.
#[derive(Clone, Debug)]
pub struct Link {
    /// `opc.tcp://host:port/path`.
    pub endpoint: String,
    /// How the connection is secured.
    pub security: Security,
    /// Folder of our keys and of certificates we trust. Used, and made, only when encrypted.
    pub keys: PathBuf,
    /// A heartbeat that stands still for this long is a link lost.
    pub watchdog: Duration,
    /// Pause between two attempts to connect.
    pub retry: Duration,
    /// Its stations.
    pub stations: Vec<Station>,
}
impl Link {
    /// Without security, five seconds of watchdog, one second between attempts.
    pub fn new(endpoint: &str, stations: Vec<Station>) -> Link {
        Link {
            endpoint: endpoint.into(),
            security: Security::None,
            keys: "pki".into(),
            watchdog: Duration::from_secs(5),
            retry: Duration::from_secs(1),
            stations,
        }
    }
}

/// One station of a server.
#[derive(Clone, Debug)]
pub struct Station {
    /// The station.
    pub station: StationId,
    /// Its nodes.
    pub mapping: Mapping,
    /// Where an earlier run left off. [`Mark::default`] takes in all that the machine remembers;
    /// `None` begins with what it does from now on.
    pub mark: Option<Mark>,
}

/// The running client. Dropping it closes its sessions.
pub struct Client {
    asks: Vec<(StationId, UnboundedSender<Ask>)>,
    heard: Receiver<(StationId, Heard)>,
    thread: Option<JoinHandle<()>>,
}

impl Client {
    /// Starts to connect, and goes on for ever. Fails only if no thread can be had.
    pub fn connect(config: Config) -> std::io::Result<Client> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (send, heard) = channel();
        let mut asks = Vec::new();
        let mut tasks = Vec::new();
        for mut link in config.links {
            let (ask, inbox) = unbounded_channel();
            let stations = std::mem::take(&mut link.stations);
            asks.extend(stations.iter().map(|row| (row.station, ask.clone())));
            let books = stations
                .into_iter()
                .map(|row| (row.station, Book::new(row.station, row.mapping, row.mark)));
            tasks.push(Task::new(link, books.collect(), inbox, send.clone()));
        }
        let thread = std::thread::Builder::new()
            .name("opcua-client".into())
            .spawn(move || {
                runtime.block_on(async move {
                    let running: Vec<_> = tasks
                        .into_iter()
                        .map(|task| tokio::spawn(task.run()))
                        .collect();
                    for task in running {
                        // A panic of a task has already been printed.
                        let _ended = task.await;
                    }
                });
            })?;
        Ok(Client {
            asks,
            heard,
            thread: Some(thread),
        })
    }

    /// Sends a job order ([`Command::Run`]); it is kept until the machine has it. `false` if it is
    /// no job order or the station is not ours.
    pub fn send(&self, station: StationId, command: &Command) -> bool {
        self.order(station, command, false)
    }

    /// Sends a job order that an earlier run of this program may have sent already: where the
    /// machine has lost its memory since, the job is in doubt instead of done twice.
    pub fn send_again(&self, station: StationId, command: &Command) -> bool {
        self.order(station, command, true)
    }

    fn order(&self, to: StationId, command: &Command, given: bool) -> bool {
        match *command {
            Command::Run {
                station,
                revision,
                tag,
            } if station == to => self.ask(
                to,
                Ask::Order {
                    station,
                    revision,
                    tag,
                    given,
                },
            ),
            _ => false,
        }
    }

    /// Asks the machine to give up a job that has not begun. The answer is a fact of its result log.
    pub fn abort(&self, station: StationId, tag: Tag) -> bool {
        self.ask(station, Ask::Abort { station, tag })
    }

    /// A person settles a job in doubt ([`Doubt::Job`]).
    pub fn settle(&self, station: StationId, tag: Tag, how: Settle) -> bool {
        self.ask(station, Ask::Settle { station, tag, how })
    }

    fn ask(&self, station: StationId, ask: Ask) -> bool {
        let to = self.asks.iter().find(|row| row.0 == station);
        to.is_some_and(|(_, to)| to.send(ask).is_ok())
    }

    /// What the stations told.
    pub fn heard(&self) -> &Receiver<(StationId, Heard)> {
        &self.heard
    }
}
impl Drop for Client {
    fn drop(&mut self) {
        self.asks.clear(); // the tasks end when nobody can ask any more
        if let Some(thread) = self.thread.take() {
            // A panic of the client's thread has already been printed.
            let _ended = thread.join();
        }
    }
}

// Named in the documentation above.
const _: fn(Tag) -> Doubt = Doubt::Job;
