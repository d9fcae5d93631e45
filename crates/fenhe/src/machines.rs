//! Machines over OPC UA beside the main loop: their reports go in as facts, their orders come out of it.

use crate::{Failure, args, problems, tools};
use clap::ArgMatches;
use fenhe_contract::{Command, StationId, restore, snapshot};
use fenhe_link_opcua::{Client, Config, Doubt, Heard, Open, Station, site};
use fenhe_live::drivers::Driven;
use fenhe_live::kept::JournalLog;
use fenhe_live::run::{Ear, Running};
use fenhe_live::{Input, Said};
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::{Files, Plant};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// The machines of `--machines FILE`; none without it.
pub fn of(given: &ArgMatches, plant: &Plant, lang: Lang) -> Result<Option<Config>, Failure> {
    let Some(path) = args::path(given, "machines") else {
        return Ok(None);
    };
    let bytes = std::fs::read(path).map_err(|why| Failure::read(lang, path, &why))?;
    let name = path.display().to_string();
    let folder = path.parent().unwrap_or(Path::new("."));
    match site::read(&name, &bytes, plant, folder) {
        Ok(config) => Ok(Some(config)),
        Err(found) => {
            problems::print(&found, &Files::default().with(&name, &bytes), lang);
            Err(Failure::Problems)
        }
    }
}

/// All stations of a configuration.
pub fn stations(config: &Config) -> Vec<StationId> {
    let stations = config.links.iter().flat_map(|link| &link.stations);
    stations.map(|row| row.station).collect()
}

/// What stands between the loop and the client. Orders decided on before there is one wait here.
#[derive(Clone)]
pub struct Bridge(Arc<Mutex<Side>>);

enum Side {
    Waiting(Vec<Command>),
    Up(Client),
    Gone,
}

impl Bridge {
    /// Nothing is connected yet.
    pub fn new() -> Bridge {
        Bridge(Arc::new(Mutex::new(Side::Waiting(Vec::new()))))
    }

    fn side(&self) -> MutexGuard<'_, Side> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An ear that hands orders on before another hears of the step.
    pub fn ear(&self, mut next: Ear) -> Ear {
        let bridge = self.clone();
        Box::new(move |now, out| {
            if !out.driven.is_empty() {
                bridge.say(&out.driven);
            }
            next(now, out);
        })
    }

    fn say(&self, orders: &[Command]) {
        match &mut *self.side() {
            Side::Waiting(waiting) => waiting.extend_from_slice(orders),
            Side::Up(client) => orders.iter().for_each(|order| send(client, order)),
            Side::Gone => {}
        }
    }

    /// Connects to the machines, from where each was kept.
    pub fn connect(
        &self,
        mut config: Config,
        kept: &[(StationId, Driven)],
        running: &Arc<Running<JournalLog>>,
        (plant, lang): (&Arc<Plant>, Lang),
    ) -> Result<(), Failure> {
        for row in config.links.iter_mut().flat_map(|link| &mut link.stations) {
            if let Some((_, kept)) = kept.iter().find(|(of, _)| *of == row.station) {
                go_on(row, kept);
            }
        }
        let (running, plant) = (Arc::downgrade(running), plant.clone());
        let hear = Arc::new(move |station, heard| hear(&running, (&*plant, lang), station, heard));
        let client = Client::with(config, hear).map_err(|why| {
            let said = [("why", why.to_string())];
            Failure::Told(fill(Word::CannotStart.text(lang), &said))
        })?;
        let mut side = self.side();
        if let Side::Waiting(waiting) = &*side {
            waiting.iter().for_each(|order| send(&client, order));
        }
        *side = Side::Up(client);
        Ok(())
    }

    /// Closes the sessions.
    pub fn close(&self) {
        let side = std::mem::replace(&mut *self.side(), Side::Gone);
        drop(side); // waits for the client's thread, which the lock must not do
    }
}

fn send(client: &Client, order: &Command) {
    if let Command::Run { station, .. } | Command::Hold { station, .. } = *order {
        client.send(station, order);
    }
}

/// Where an earlier run left off.
fn go_on(row: &mut Station, kept: &Driven) {
    if !kept.mark.is_empty() {
        row.mark = restore(&kept.mark).ok();
    }
    let open = |job: &fenhe_live::drivers::Job| Open {
        tag: job.tag,
        revision: job.revision,
        doubt: job.doubt,
    };
    row.open = kept.jobs.iter().map(open).collect();
    row.hold = kept.say_hold();
}

fn hear(
    running: &Weak<Running<JournalLog>>,
    (plant, lang): (&Plant, Lang),
    station: StationId,
    heard: Vec<Heard>,
) {
    let Some(running) = running.upgrade() else {
        return; // the loop has ended; what it did not keep is told again to the next
    };
    let mut said = Vec::with_capacity(heard.len());
    for one in heard {
        if let Heard::Doubt(doubt) = &one {
            tell(doubt, &plant.stations[station].name, lang);
        }
        said.extend(translate(one));
    }
    if !said.is_empty() {
        running.input(Input::Driven(station, said));
    }
}

fn translate(heard: Heard) -> Option<Said> {
    Some(match heard {
        Heard::Fact(event) => Said::Fact(event),
        Heard::Link(up) => Said::Link(up),
        Heard::Mark(mark) => Said::Mark(snapshot(&mark)),
        Heard::Over(tag, revision) => Said::Over(tag, revision),
        Heard::Held(on) => Said::Held(on),
        Heard::Again(tag) => Said::Again(tag),
        Heard::Doubt(Doubt::Job(tag)) => Said::Doubt(tag),
        // Said to people at the machine; the core has no fact for a bit of a maker's own.
        Heard::Doubt(_) | Heard::Alarm(_) => return None,
    })
}

/// What cannot be known, for whoever reads the program's output.
fn tell(doubt: &Doubt, station: &str, lang: Lang) {
    let station = ("station", station.to_string());
    let (word, said) = match doubt {
        Doubt::Job(tag) => (Word::MachineJob, vec![("tag", tag.0.to_string())]),
        Doubt::Missed { from, to } => (
            Word::MachineMissed,
            vec![("from", from.to_string()), ("to", to.to_string())],
        ),
        Doubt::CountBack => (Word::MachineCountBack, Vec::new()),
        Doubt::Unreadable(node) => (Word::MachineUnreadable, vec![("node", node.clone())]),
    };
    let said: Vec<_> = said.into_iter().chain([station]).collect();
    tools::print_line(&fill(word.text(lang), &said));
}
