//! Commands that run a plant: run, rehearse, replay.

use crate::ahead::Settings;
use crate::board::Board;
use crate::devices::{served, stand_in};
use crate::ledger::Ledger;
use crate::machines::{self, Bridge};
use crate::modes::Said;
use crate::refusals::{self, cannot_open};
use crate::waits::Figures;
use crate::warm::{self, Begun};
use crate::{Failure, args, beside, browser, certificates, demo, serve, tools};
use clap::ArgMatches;
use fenhe_contract::{Decide, Seed, Span, VehicleId};
use fenhe_link::tokio::runtime::{Builder, Runtime};
use fenhe_link::{Broker, Config};
use fenhe_live::kept::{self, CannotOpen, Gauge, JournalLog};
use fenhe_live::run::Running;
use fenhe_live::site::{NoStart, Site};
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;
use fenhe_server::{Mode, Role};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// One line of status this often.
pub const STATUS: Duration = Duration::from_secs(1);

/// The plant a command is about.
pub fn plant_of(given: &ArgMatches, lang: Lang) -> Result<Arc<Plant>, Failure> {
    let (name, files) = tools::read(args::required(given, "plant"), lang)?;
    Ok(Arc::new(tools::load(&name, &files, &[], lang)?))
}

pub fn runtime(lang: Lang) -> Result<Runtime, Failure> {
    let built = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    built.map_err(|why| told(lang, Word::CannotStart, &why))
}

pub fn told(lang: Lang, word: Word, why: &dyn std::fmt::Display) -> Failure {
    Failure::Told(fill(word.text(lang), &[("why", why.to_string())]))
}

/// `HOST:PORT`.
pub fn address(text: &str, lang: Lang) -> Result<Config, Failure> {
    let parts = text.rsplit_once(':');
    let parsed = parts.and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let Some((host, port)) = parsed.filter(|(host, _): &(&str, u16)| !host.is_empty()) else {
        return Err(Failure::argument(lang, text, Word::WantsAddress.text(lang)));
    };
    Ok(Config::new(host, port, ""))
}

pub fn number(given: &ArgMatches, name: &str) -> u32 {
    given.get_one::<u32>(name).copied().unwrap_or(1)
}

/// How long to go on; none: until stopped.
pub fn end(given: &ArgMatches, lang: Lang) -> Result<Option<Instant>, Failure> {
    let Some(text) = given.get_one::<String>("for") else {
        return Ok(None);
    };
    Ok(Some(Instant::now() + time(text, lang)?))
}

pub fn time(text: &str, lang: Lang) -> Result<Duration, Failure> {
    let span = args::span(text)
        .ok_or_else(|| Failure::argument(lang, text, Word::WantsSpan.text(lang)))?;
    Ok(Duration::from_micros(span.0.unsigned_abs()))
}

/// How long entries of the journal are kept; none: for ever.
fn retain(given: &ArgMatches, lang: Lang) -> Result<Option<Span>, Failure> {
    let Some(text) = given.try_get_one::<String>("keep").ok().flatten() else {
        return Ok(None);
    };
    let span = args::span(text);
    let span = span.ok_or_else(|| Failure::argument(lang, text, Word::WantsSpan.text(lang)))?;
    Ok(Some(span))
}

/// `fenhe run PLANT --broker HOST:PORT`.
pub fn run(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = plant_of(given, lang)?;
    let runtime = runtime(lang)?;
    let (_broker, config, refused) = match given.get_one::<String>("listen") {
        Some(_) => {
            let (broker, config, refused) =
                certificates::in_the_box(&plant, given, runtime.handle(), lang)?;
            (Some(broker), config, refused)
        }
        None => {
            let broker = given.get_one::<String>("broker").map(String::as_str);
            let config = address(broker.unwrap_or("127.0.0.1:1883"), lang)?;
            (None, config, None)
        }
    };
    let journal = journal_of(given, &plant);
    let figures = args::path(given, "figures")
        .map(|path| Figures::create(path, lang))
        .transpose()?;
    let machines = machines::of(given, &plant, lang)?;
    let mut site = Site::new(
        plant,
        config,
        runtime.handle().clone(),
        number(given, "speed"),
    );
    if given.get_flag("shadow") {
        let json = args::path(given, "json").map(|path| path.as_path());
        return beside::run(&site, end(given, lang)?, json, lang);
    }
    site.retain = retain(given, lang)?;
    site.files = Some(Arc::new(
        tools::read(args::required(given, "plant"), lang)?.1,
    ));
    site.keys = certificates::given_folder(given).map(certificates::keys);
    let board = Board::new(site.plant.clone(), Mode::Live, None);
    board.read_from(Some(args::required(given, "plant").to_path_buf()));
    let journaled = (&*journal, Ledger::default());
    let control = start(&mut site, journaled, &board, machines, lang)?;
    let port = given.get_one::<u16>("port").copied().unwrap_or(0);
    let serving = serve::serve(&board, (port, &journal), None, runtime.handle(), lang)?;
    if let Some(refused) = refused {
        certificates::audit(refused, &serving.server);
    }
    watch(&control, end(given, lang)?, figures, lang);
    stop(control, lang)
}

/// `fenhe rehearse PLANT`.
pub fn rehearse(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = plant_of(given, lang)?;
    let journal = given.get_one::<String>("journal").cloned();
    let begun = warm::begun(&plant, given, lang, &|_| true, &|core| {
        warm::seen_to(core, None)
    })?;
    rehearsal(&plant, (journal, begun), given, lang)
}

/// `fenhe demo`: a rehearsal of the plant in the box.
pub fn demo(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = tools::load("jinneng-cells", &demo::files(), &[], lang)?;
    let plant = Arc::new(plant);
    let (when, said) = (&demo::worth_a_look, &demo::seen_to);
    let begun = warm::begun(&plant, given, lang, when, said)?;
    rehearsal(&plant, (None, begun), given, lang)
}

fn rehearsal(
    plant: &Arc<Plant>,
    (journal, begun): (Option<String>, Begun),
    given: &ArgMatches,
    lang: Lang,
) -> Result<(), Failure> {
    let runtime = runtime(lang)?;
    let (_broker, config, refused) = match given.try_get_one::<String>("broker").ok().flatten() {
        Some(text) => (None, address(text, lang)?, None),
        None => {
            let (broker, config, refused) =
                certificates::in_the_box(plant, given, runtime.handle(), lang)?;
            (Some(broker), config, refused)
        }
    };
    let journal = journal.unwrap_or_else(|| scratch_journal(plant));
    let (served, machines) = served(plant, given, lang)?;
    let mut site = Site::new(
        plant.clone(),
        config,
        runtime.handle().clone(),
        number(given, "speed"),
    );
    site.retain = retain(given, lang)?;
    site.files = match given.try_get_one::<PathBuf>("plant") {
        Ok(Some(folder)) => Some(Arc::new(tools::read(folder, lang)?.1)),
        _ => None,
    };
    site.keys = certificates::given_folder(given).map(certificates::keys);
    let said = Said::of(given, &site.plant, lang)?;
    site.modes = said.vehicles.clone();
    site.warm = begun.warm;
    let board = Board::new(site.plant.clone(), Mode::Rehearse, Some(site.pause.clone()));
    board.read_from(
        given
            .try_get_one::<PathBuf>("plant")
            .ok()
            .flatten()
            .cloned(),
    );
    let control = start(&mut site, (&*journal, begun.ledger), &board, machines, lang)?;
    let seed = Seed(given.get_one::<u64>("seed").copied().unwrap_or(1));
    let part = said.part(&site.plant, true);
    let (devices, _served) = stand_in(&site, (seed, part), served, given, lang)?;
    said.leave_out(&devices);
    let devices = Arc::new(devices);
    board.simulates(&devices);
    let port = given.get_one::<u16>("port").copied().unwrap_or(0);
    // Whoever tries the demonstration may try everything; a rehearsal of one's own plant is looked at.
    let demo = given.try_get_one::<bool>("no-open").ok().flatten();
    let guest = demo.map_or(Role::Viewer, |_| Role::Engineer);
    let serving = serve::serve(
        &board,
        (port, &journal),
        Some(guest),
        runtime.handle(),
        lang,
    )?;
    if let (Some(false), Some(address)) = (demo, &serving.guest) {
        browser::open(address);
    }
    if let Some(refused) = refused {
        certificates::audit(refused, &serving.server);
    }
    tools::print_line(Word::NotASafety.text(lang));
    watch(&control, end(given, lang)?, None, lang);
    let breaches = devices.look(|devices, _| devices.world().breaches());
    drop(devices);
    let breaches = breaches.unwrap_or_default().to_string();
    tools::print_line(&fill(
        Word::RehearsalBreaches.text(lang),
        &[("count", breaches)],
    ));
    stop(control, lang)
}

/// `fenhe broker --port N`.
pub fn broker(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let runtime = runtime(lang)?;
    let port = given.get_one::<u16>("port").copied().unwrap_or(1883);
    let broker = Broker::start(SocketAddr::from(([127, 0, 0, 1], port)), runtime.handle());
    let broker = broker.map_err(|why| told(lang, Word::CannotStart, &why.0))?;
    let said = [("address", broker.address().to_string())];
    tools::print_line(&fill(Word::BrokerAt.text(lang), &said));
    let until = end(given, lang)?;
    while until.is_none_or(|until| Instant::now() < until) {
        std::thread::sleep(STATUS);
    }
    Ok(())
}

/// The journal a command is about.
pub fn journal_of(given: &ArgMatches, plant: &Plant) -> String {
    let said = given.get_one::<String>("journal").cloned();
    said.unwrap_or_else(|| format!("{}.journal", plant.name))
}

/// A rehearsal that nobody wants to keep.
fn scratch_journal(plant: &Plant) -> String {
    let path = std::env::temp_dir().join(format!(
        "fenhe-rehearsal-{}-{}",
        std::process::id(),
        plant.name
    ));
    for end in ["", "-wal", "-shm", ".promises"] {
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
    path.display().to_string()
}

/// A controller whose picture is kept.
struct Controlling {
    running: Arc<Running<JournalLog>>,
    gauge: Arc<Gauge>,
    board: Arc<Board>,
    bridge: Bridge,
}

fn start(
    site: &mut Site,
    (journal, begun): (&str, Ledger),
    board: &Arc<Board>,
    machines: Option<fenhe_link_opcua::Config>,
    lang: Lang,
) -> Result<Controlling, Failure> {
    let (measure, latencies) = channel();
    let bridge = Bridge::new();
    site.driven = machines
        .as_ref()
        .map(machines::stations)
        .unwrap_or_default();
    let control = site.control(journal, bridge.ear(board.ear()), Some(measure));
    let control = control.map_err(|why| no_start(&why, journal, lang))?;
    let said = [
        ("plant", site.plant.name.clone()),
        ("journal", journal.to_string()),
        ("facts", control.replayed.to_string()),
        (
            "broker",
            format!("{}:{}", site.broker.host, site.broker.port),
        ),
    ];
    tools::print_line(&fill(Word::Running.text(lang), &said));
    if let Some(moved) = &control.moved {
        let names = |all: &[(&str, String)]| {
            let all: Vec<String> = all.iter().map(|one| refusals::element(one, lang)).collect();
            if all.is_empty() {
                "-".to_string()
            } else {
                all.join(lang.pick(", ", "、"))
            }
        };
        let said = [
            ("epoch", control.epoch.to_string()),
            ("added", names(&moved.added)),
            ("removed", names(&moved.removed)),
        ];
        tools::print_line(&fill(Word::PlantMoved.text(lang), &said));
    }
    if let Some(warm) = &site.warm {
        board.let_go(warm.at);
    }
    let running = Arc::new(control.running);
    board.watch(running.clone(), control.gauge.clone(), latencies);
    board.remembers(journal, site.speed, begun);
    board.foresees(Settings {
        paths: 40,
        every: Duration::from_secs(600),
    });
    if let Some(config) = machines {
        for link in &config.links {
            let said = [
                ("count", link.stations.len().to_string()),
                ("endpoint", link.endpoint.clone()),
            ];
            tools::print_line(&fill(Word::MachinesAt.text(lang), &said));
        }
        bridge.connect(config, &control.driven, &running, (&site.plant, lang))?;
    }
    let board = board.clone();
    Ok(Controlling {
        running,
        gauge: control.gauge,
        board,
        bridge,
    })
}

fn no_start(why: &NoStart, journal: &str, lang: Lang) -> Failure {
    match why {
        NoStart::Journal(why) => cannot_open(why, journal, lang),
        NoStart::Version => told(lang, Word::JournalVersion, &journal),
    }
}

/// A line of status each second until the end, or until the loop ends by itself.
fn watch(control: &Controlling, until: Option<Instant>, mut figures: Option<Figures>, lang: Lang) {
    while until.is_none_or(|until| Instant::now() < until) && control.running.runs() {
        std::thread::sleep(STATUS);
        let counters = &control.running.counters;
        let looked = control.running.look(|engine| {
            let up = |v: &VehicleId| engine.master(*v).is_up();
            let links = engine.plant().vehicles.ids().filter(up).count();
            let seq = engine.log().head();
            (engine.last(), links, engine.core().digest(), seq)
        });
        let Some((time, links, digest, seq)) = looked else {
            return;
        };
        let said = [
            ("time", format!("{:.1}", time.as_seconds())),
            ("links", links.to_string()),
            ("seq", seq.to_string()),
            ("facts", counters.facts.load(Ordering::Relaxed).to_string()),
            ("said", counters.said.load(Ordering::Relaxed).to_string()),
            ("digest", digest.to_string()),
        ];
        tools::print_line(&fill(Word::RunStatus.text(lang), &said));
        if let Some(figures) = &mut figures {
            let (running, gauge) = (&control.running, &control.gauge);
            control
                .board
                .waits(|waits| figures.write(running, gauge, waits, links));
        }
    }
    let ms = |permille| format!("{:.1}", control.board.waits(|waits| waits.ever(permille)));
    let said = [
        ("p50", ms(500)),
        ("p99", ms(990)),
        ("n", control.board.waits(|waits| waits.count()).to_string()),
    ];
    tools::print_line(&fill(Word::RunWaits.text(lang), &said));
}

fn stop(control: Controlling, lang: Lang) -> Result<(), Failure> {
    control.bridge.close();
    match control.running.stop() {
        Some(Ok(engine)) => {
            let said = [("digest", engine.core().digest().to_string())];
            tools::print_line(&fill(Word::Stopped.text(lang), &said));
            Ok(())
        }
        Some(Err(why)) => Err(told(lang, Word::JournalStopped, &why)),
        None => Err(told(lang, Word::CannotStart, &"-")),
    }
}

/// `fenhe replay PLANT --journal J`.
pub fn replay(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = plant_of(given, lang)?;
    let address = journal_of(given, &plant);
    let mut journal = fenhe_journal::look(&address)
        .map_err(|why| cannot_open(&CannotOpen::Journal(why), &address, lang))?;
    let from = given.get_one::<u64>("from").copied();
    let steps = given.get_one::<u64>("steps").copied().unwrap_or(20);
    let mut shown = 0;
    let found = kept::replay(
        journal.as_mut(),
        &plant,
        &mut |seq, time, fact, commands, core| {
            if from.is_some_and(|from| seq >= from) && shown < steps {
                shown += 1;
                let at = time.as_seconds();
                tools::print_line(&format!(
                    "{seq} {at:.6} s {fact:?} => {:?} [{}]",
                    commands.list,
                    core.digest()
                ));
            }
        },
    );
    let found = found.map_err(|why| cannot_open(&why, &address, lang))?;
    let digest = found
        .digest
        .map_or_else(String::new, |digest| digest.to_string());
    let said = [
        ("facts", found.facts.to_string()),
        ("time", format!("{:.1}", found.last.as_seconds())),
        ("agreed", found.agreed.to_string()),
        ("digest", digest),
    ];
    if let Some((seq, kept, came)) = found.differs {
        let said = [
            ("seq", seq.to_string()),
            ("kept", kept.to_string()),
            ("came", came.to_string()),
        ];
        return Err(Failure::Told(fill(Word::ReplayDiffers.text(lang), &said)));
    }
    tools::print_line(&fill(Word::Replayed.text(lang), &said));
    Ok(())
}
