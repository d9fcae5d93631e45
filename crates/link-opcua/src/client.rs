//! The client: one thread for all machines, one task per server, channels in and out.

use crate::book::Book;
use crate::heard::{Heard, Mark, Open, Settle};
use crate::mapping::Mapping;
use crate::session::{Ask, Task};
use crate::{Doubt, Security};
use fenhe_contract::{Command, StationId, Tag};
use std::path::PathBuf;
use std::sync::Arc;
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
    /// Jobs of an earlier run: known from the first reading on, and sent again where the machine
    /// proves not to have them.
    pub open: Vec<Open>,
    /// What an earlier run wanted: held, or on again and not known to be taken.
    pub hold: Option<bool>,
}
impl Station {
    /// Without anything from an earlier run but this.
    pub fn new(station: StationId, mapping: Mapping, mark: Option<Mark>) -> Station {
        Station {
            station,
            mapping,
            mark,
            open: Vec::new(),
            hold: None,
        }
    }
}

/// Hears what a station told, on the client's thread: what is handed over at once belongs together.
pub type Hear = Arc<dyn Fn(StationId, Vec<Heard>) + Send + Sync>;

/// The running client. Dropping it closes its sessions.
pub struct Client {
    asks: Vec<(StationId, UnboundedSender<Ask>)>,
    heard: Receiver<(StationId, Heard)>,
    thread: Option<JoinHandle<()>>,
}

impl Client {
    /// Starts to connect, and goes on for ever. Fails only if no thread can be had.
    pub fn connect(config: Config) -> std::io::Result<Client> {
        let (send, heard) = channel();
        let hear = Arc::new(move |station, all: Vec<Heard>| {
            for one in all {
                // Nobody listens any more: then nobody asks either, which ends the tasks.
                let _unheard = send.send((station, one));
            }
        });
        let mut client = Client::with(config, hear)?;
        client.heard = heard;
        Ok(client)
    }

    /// The same with a listener of the caller's; [`Client::heard`] stays silent.
    pub fn with(config: Config, hear: Hear) -> std::io::Result<Client> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let mut asks = Vec::new();
        let mut tasks = Vec::new();
        for mut link in config.links {
            let (ask, inbox) = unbounded_channel();
            let stations = std::mem::take(&mut link.stations);
            asks.extend(stations.iter().map(|row| (row.station, ask.clone())));
            let books = stations.into_iter().map(|row| (row.station, book(row)));
            tasks.push(Task::new(link, books.collect(), inbox, hear.clone()));
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
            heard: channel().1,
            thread: Some(thread),
        })
    }

    /// Sends a job order ([`Command::Run`]), or a hold ([`Command::Hold`]); it is kept until the
    /// machine has it. `false` if it is neither or the station is not ours.
    pub fn send(&self, station: StationId, command: &Command) -> bool {
        match *command {
            Command::Hold {
                station: of, on, ..
            } if of == station => self.ask(station, Ask::Hold { station, on }),
            _ => self.order(station, command, false),
        }
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

fn book(row: Station) -> Book {
    let mut book = Book::new(row.station, row.mapping, row.mark);
    for job in row.open {
        book.open(job);
    }
    if let Some(on) = row.hold {
        book.hold.want(on);
    }
    book
}

// Named in the documentation above.
const _: fn(Tag) -> Doubt = Doubt::Job;
