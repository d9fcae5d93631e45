//! Stations with drivers of their own: facts and how far they were taken in are kept together, an
//! order is kept before it leaves, and a controller killed at any commit goes on with what is open.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_live::drivers::{Driven, Hold, Job};
use fenhe_live::{Engine, Input, Kept, LinkKey, Log, Outputs, Said, recover};
use fenhe_plant::{Files, Plant, load};
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Dialect, Now, Utc};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

const PRESS: StationId = StationId(0);
const MILL: StationId = StationId(1);
const PART: ProductId = ProductId(0);

fn plant() -> Arc<Plant> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/machines/plant.toml");
    let bytes = std::fs::read(folder).expect("a file");
    let loaded = load("machines", &Files::default().with("plant.toml", &bytes));
    Arc::new(loaded.expect("a plant").0)
}

/// What stood in the log after each commit.
#[derive(Clone, Default)]
struct History(Rc<RefCell<Vec<Kept>>>);
impl Log for History {
    type Error = Infallible;
    fn commit(
        &mut self,
        now: Now,
        facts: &[Event],
        links: &[(LinkKey, Vec<u8>)],
    ) -> Result<(), Infallible> {
        let mut all = self.0.borrow_mut();
        let mut kept = all.last().cloned().unwrap_or_default();
        let facts = facts.iter().map(|fact| (now.time, fact.clone()));
        kept.facts.extend(facts);
        for (key, bytes) in links {
            kept.links.retain(|(one, _)| one != key);
            kept.links.push((*key, bytes.clone()));
        }
        all.push(kept);
        Ok(())
    }
    fn snapshot(&mut self, _: Now, _: Digest, _: Vec<u8>) -> Result<(), Infallible> {
        Ok(())
    }
}

struct Bench {
    plant: Arc<Plant>,
    engine: Engine<History>,
    history: History,
    now: i64,
    out: Outputs,
}

impl Bench {
    fn new() -> Bench {
        let (plant, history) = (plant(), History::default());
        let core = Controller::new(plant.clone());
        let kept = [PRESS, MILL].map(|s| (s, Driven::default())).to_vec();
        Bench {
            engine: engine(&plant, core, history.clone(), kept, &[]),
            plant,
            history,
            now: 0,
            out: Outputs::default(),
        }
    }

    /// One step, `seconds` later; the core is woken if it wants to be.
    fn step(&mut self, seconds: i64, inputs: Vec<Input>) -> Vec<Command> {
        self.now += seconds * 1_000_000;
        let now = Now {
            time: Time(self.now),
            utc: Utc(self.now),
        };
        let wake = self.engine.wants_waking(now.time).then_some(Input::Wake);
        self.out.clear();
        let inputs = inputs.into_iter().chain(wake);
        let Ok(()) = self.engine.step(now, inputs, &mut self.out);
        self.out.driven.clone()
    }

    fn told(&mut self, station: StationId, said: Vec<Said>) -> Vec<Command> {
        self.step(1, vec![Input::Driven(station, said)])
    }

    /// A controller made from what stood in the log after a commit.
    fn killed(&self, kept: &Kept) -> Engine<History> {
        let dialect = |v| Dialect::of(&self.plant, v);
        let names = Names::of(&self.plant);
        let again = recover(&self.plant, &names, kept, dialect, &mut |_, _, _| {});
        let again = again.expect("of this version");
        let mut driven: BTreeMap<_, _> = again.driven.into_iter().collect();
        let kept = [PRESS, MILL].map(|s| (s, driven.remove(&s).unwrap_or_default()));
        let history = History::default();
        engine(
            &self.plant,
            again.core,
            history,
            kept.to_vec(),
            &again.orders,
        )
    }
}

fn engine(
    plant: &Arc<Plant>,
    core: Controller,
    log: History,
    kept: Vec<(StationId, Driven)>,
    again: &[Command],
) -> Engine<History> {
    let masters = Engine::<()>::new_masters(plant, |v| Dialect::of(plant, v));
    let names = Arc::new(Names::of(plant));
    Engine::new(plant.clone(), names, core, masters, log).with_drivers(kept, again)
}

fn arrived(tag: u64) -> Said {
    let event = QueueEvent::Arrived {
        tag: Tag(tag),
        product: PART,
    };
    Said::Fact(Event::Queue(BufferId(0), event))
}
fn press(event: StationEvent) -> Said {
    Said::Fact(Event::Station(PRESS, event))
}
fn mark(text: &str) -> Said {
    Said::Mark(text.into())
}
fn run(tag: u64, revision: u32) -> Command {
    Command::Run {
        station: PRESS,
        revision,
        tag: Tag(tag),
    }
}
fn window(act: AccessAct) -> Vec<Input> {
    vec![Input::Fact(Event::Access(AreaId(0), act))]
}
fn open(engine: &Engine<History>, station: StationId) -> Driven {
    let mut all = engine.driven();
    let found = all.find(|(of, _)| *of == station);
    found.expect("a driven station").1.clone()
}

#[test]
fn an_order_is_kept_before_it_leaves_and_until_its_job_is_over() {
    let mut bench = Bench::new();
    let first = bench.told(PRESS, vec![arrived(7), arrived(8), mark("a")]);
    assert_eq!(first, [run(7, 1)]);
    assert!(bench.out.orders.is_empty());
    let second = vec![
        press(StationEvent::Started(Tag(7))),
        press(StationEvent::Ended(Tag(7))),
        Said::Over(Tag(7), 1),
        mark("b"),
    ];
    assert_eq!(bench.told(PRESS, second), [run(8, 2)]);
    let job = Job {
        tag: Tag(8),
        revision: 2,
        doubt: false,
    };
    let expected = Driven {
        mark: b"b".into(),
        jobs: vec![job],
        newest: 2,
        hold: None,
    };
    assert_eq!(open(&bench.engine, PRESS), expected);
    // A machine that refuses: the order is over, the core was told why.
    let third = vec![
        Said::Over(Tag(8), 2),
        press(StationEvent::Refused(Why::NotThere)),
    ];
    assert_eq!(bench.told(PRESS, third), []);
    assert_eq!(open(&bench.engine, PRESS).jobs, []);
}

#[test]
fn a_controller_killed_at_any_commit_has_the_open_orders_and_the_mark_of_its_facts() {
    let mut bench = Bench::new();
    let mut tag = 0;
    for round in 0..6u64 {
        let mut said = vec![arrived(round * 2 + 1), arrived(round * 2 + 2)];
        said.push(mark(&format!("{round} came")));
        bench.told(PRESS, said);
        bench.step(1, window(AccessAct::Request));
        bench.step(1, window(AccessAct::Withdraw));
        if let Some((done, revision)) = open(&bench.engine, PRESS)
            .jobs
            .first()
            .map(|job| (job.tag, job.revision))
        {
            tag = done.0;
            bench.told(
                PRESS,
                vec![
                    press(StationEvent::Started(done)),
                    mark(&format!("{tag} began")),
                ],
            );
            let over = vec![
                press(StationEvent::Ended(done)),
                Said::Over(done, revision),
                mark(&format!("{tag} ended")),
            ];
            bench.told(PRESS, over);
        }
    }
    assert!(tag > 3, "jobs were done");
    let holds = open(&bench.engine, PRESS).hold.expect("it was held");
    assert_eq!((holds.revision, holds.on), (12, false));
    let all = bench.history.0.borrow().clone();
    assert!(all.len() > 40, "{} commits", all.len());
    for kept in &all {
        let engine = bench.killed(kept);
        let belief = engine.core().belief(Time(bench.now));
        let jobs = belief.running.iter().chain(&belief.ordered);
        let believed: Vec<Tag> = jobs
            .filter(|job| job.station == PRESS)
            .map(|job| job.tag)
            .collect();
        let driven = open(&engine, PRESS);
        let tags: Vec<Tag> = driven.jobs.iter().map(|job| job.tag).collect();
        assert_eq!(tags, believed, "after {} facts", kept.facts.len());
    }
    // The last of them is the controller as it ran.
    let last = bench.killed(all.last().expect("a commit"));
    assert_eq!(last.core().digest(), bench.engine.core().digest());
    assert_eq!(open(&last, PRESS), open(&bench.engine, PRESS));
    assert_eq!(open(&last, MILL), open(&bench.engine, MILL));
}

#[test]
fn a_hold_is_said_again_until_it_is_taken_back_and_taken() {
    let mut driven = Bench::new();
    let held = driven.step(1, window(AccessAct::Request));
    let hold = |station, on| Command::Hold {
        station,
        revision: if on { 1 } else { 2 },
        on,
    };
    assert_eq!(held, [hold(PRESS, true), hold(MILL, true)]);
    driven.told(PRESS, vec![Said::Held(true)]);
    assert_eq!(open(&driven.engine, PRESS).say_hold(), Some(true));
    let on_again = driven.step(1, window(AccessAct::Withdraw));
    assert_eq!(on_again, [hold(PRESS, false), hold(MILL, false)]);
    assert_eq!(open(&driven.engine, PRESS).say_hold(), Some(false));
    driven.told(PRESS, vec![Said::Held(false)]);
    assert_eq!(open(&driven.engine, PRESS).say_hold(), None);
    let taken = Hold {
        revision: 2,
        on: false,
        taken: true,
    };
    assert_eq!(open(&driven.engine, PRESS).hold, Some(taken));
    assert_eq!(open(&driven.engine, MILL).say_hold(), Some(false));
}

#[test]
fn a_silent_station_is_one_alarm_until_it_is_back() {
    let mut bench = Bench::new();
    let troubles = |bench: &Bench| {
        let told = bench.out.facts.iter().filter_map(|fact| match *fact {
            Event::Trouble(trouble, on) => Some((trouble, on)),
            _ => None,
        });
        told.collect::<Vec<_>>()
    };
    let lost = Trouble::StationLost(PRESS);
    let alarm = |bench: &Bench| {
        let mut all = bench.engine.core().alarms();
        all.find(|view| view.point == lost.point())
            .map(|view| view.state)
    };
    bench.told(PRESS, vec![Said::Link(true)]);
    assert_eq!(troubles(&bench), []);
    bench.told(PRESS, vec![Said::Link(false)]);
    assert_eq!(troubles(&bench), [(lost, true)]);
    bench.told(PRESS, vec![Said::Link(false)]);
    assert_eq!(troubles(&bench), []);
    // Short silences are no alarm.
    bench.step(5, vec![]);
    assert_ne!(alarm(&bench), Some(AlarmState::Unacknowledged));
    bench.step(10, vec![]);
    assert_eq!(alarm(&bench), Some(AlarmState::Unacknowledged));
    // Another process goes on with it, and knows what the core was told.
    let kept = bench.history.0.borrow().last().cloned().expect("a commit");
    bench.engine = bench.killed(&kept);
    bench.told(PRESS, vec![Said::Link(false)]);
    assert_eq!(troubles(&bench), []);
    bench.told(PRESS, vec![Said::Link(true)]);
    assert_eq!(troubles(&bench), [(lost, false)]);
    bench.step(15, vec![]);
    assert_eq!(alarm(&bench), Some(AlarmState::Returned));
}

#[test]
fn a_job_in_doubt_is_an_alarm_and_stays_in_doubt_over_a_restart() {
    let mut bench = Bench::new();
    bench.told(PRESS, vec![arrived(7)]);
    bench.told(PRESS, vec![Said::Doubt(Tag(7)), mark("other memory")]);
    let doubt = Trouble::LoadInDoubt(AlarmSource::Station(PRESS));
    assert!(bench.out.facts.contains(&Event::Trouble(doubt, true)));
    bench.step(150, vec![]);
    let kept = bench.history.0.borrow().last().cloned().expect("a commit");
    bench.engine = bench.killed(&kept);
    assert!(open(&bench.engine, PRESS).jobs[0].doubt);
    bench.told(PRESS, vec![Said::Again(Tag(7))]);
    assert_eq!(bench.out.facts, [Event::Trouble(doubt, false)]);
    assert!(!open(&bench.engine, PRESS).jobs[0].doubt);
}

#[test]
fn a_station_that_gets_a_driver_is_not_told_what_it_has_done_already() {
    let mut bench = Bench::new();
    bench.told(PRESS, vec![arrived(7), arrived(8)]);
    bench.told(
        PRESS,
        vec![
            press(StationEvent::Started(Tag(7))),
            press(StationEvent::Ended(Tag(7))),
        ],
    );
    let mut kept = bench.history.0.borrow().last().cloned().expect("a commit");
    kept.links.clear(); // the gateway had spoken for it
    let tags = |engine: &Engine<History>| {
        let driven = open(engine, PRESS);
        driven.jobs.iter().map(|job| job.tag.0).collect::<Vec<_>>()
    };
    assert_eq!(tags(&bench.killed(&kept)), [8]);
}
