//! The controller is killed between any two of its steps and in the middle of them, on the virtual
//! clock: what was kept gives the same core back, no order takes effect twice, no load is lost.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_live::{Devices, Engine, Kept, LinkKey, Log, Loopback, recover};
use fenhe_plant::Plant;
use fenhe_study::{Scratch, run};
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Now, Quirks, Utc};
use fenhe_world::World;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// What is on the disk, and when the process dies.
#[derive(Default)]
struct Disk {
    snapshot: Option<Vec<u8>>,
    facts: Vec<(Time, Event)>,
    links: BTreeMap<LinkKey, Vec<u8>>,
    /// Commits until the process dies, and whether the last one is kept.
    dies: Option<(u64, bool)>,
    /// The last commit before death held facts, and was kept.
    confirmed: bool,
}

#[derive(Clone)]
struct Memory(Rc<RefCell<Disk>>);

#[derive(Debug)]
struct Killed;

impl Log for Memory {
    type Error = Killed;
    fn commit(
        &mut self,
        now: Now,
        facts: &[Event],
        links: &[(LinkKey, Vec<u8>)],
    ) -> Result<(), Killed> {
        let mut disk = self.0.borrow_mut();
        let last = match &mut disk.dies {
            None => None,
            Some((0, kept)) => Some(*kept),
            Some((left, _)) => {
                *left -= 1;
                None
            }
        };
        if last != Some(false) {
            disk.facts
                .extend(facts.iter().map(|fact| (now.time, fact.clone())));
            disk.links.extend(links.iter().cloned());
        }
        // An outbox comes after the facts of its step.
        disk.confirmed = last == Some(true) || facts.is_empty();
        last.map_or(Ok(()), |_| Err(Killed))
    }
    fn snapshot(&mut self, _: Now, _: Digest, bytes: Vec<u8>) -> Result<(), Killed> {
        let mut disk = self.0.borrow_mut();
        disk.snapshot = Some(bytes);
        disk.facts.clear();
        Ok(())
    }
}

struct Plan {
    plant: Arc<Plant>,
    names: Arc<Names>,
    disk: Rc<RefCell<Disk>>,
}

impl Plan {
    /// A controller from what is on the disk. Its core is what another replay gives, too.
    fn again(&self, heard: &mut Decisions) -> (Engine<Memory>, Vec<Command>) {
        let disk = self.disk.borrow();
        let kept = Kept {
            snapshot: disk.snapshot.clone(),
            facts: disk.facts.clone(),
            links: disk
                .links
                .iter()
                .map(|(v, bytes)| (*v, bytes.clone()))
                .collect(),
        };
        let voice = |v| dialect(&self.plant, v);
        let mut hear = |now: Time, _: &Event, commands: &Commands| heard.hear(now, commands);
        let one =
            recover(&self.plant, &self.names, &kept, voice, &mut hear).expect("of this version");
        let log = Memory(self.disk.clone());
        let engine = Engine::new(
            self.plant.clone(),
            self.names.clone(),
            one.core,
            one.masters,
            log,
        );
        (engine, one.orders)
    }
}

/// Luck of the test: SplitMix64.
struct Luck(u64);
impl Luck {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

#[test]
fn a_killed_controller_goes_on_where_it_was() {
    let plant = cells(Span::ms(20));
    let plan = Plan {
        names: Arc::new(Names::of(&plant)),
        disk: Rc::new(RefCell::new(Disk::default())),
        plant: plant.clone(),
    };
    let devices = Devices::new(&plant, plan.names.clone(), Seed(7), |v| {
        (dialect(&plant, v), Quirks::default())
    });
    let (mut heard, mut handed) = (Decisions::default(), Ledger::default());
    let (engine, _) = plan.again(&mut heard);
    let mut all = Loopback::new(engine, devices, Span::ms(20)).unwrap();
    let mut luck = Luck(20_261_121);
    all.greet(&mut |now, out| heard.hear(now, &out.decided))
        .unwrap();

    let mut until = Time::ZERO;
    for kill in 0..200 {
        until += Span::seconds(20 + luck.below(40) as i64);
        // Now and then in the middle of a step: before or after its commit.
        let dies = (kill % 3 > 0).then(|| (1 + luck.below(400), kill % 3 == 1));
        plan.disk.borrow_mut().dies = dies;
        let died = all
            .run(until, &mut handed, &mut |now, out| {
                heard.hear(now, &out.decided)
            })
            .is_err();
        plan.disk.borrow_mut().dies = None;
        let before = all.engine.core().digest();
        let (engine, orders) = plan.again(&mut heard);
        if !died {
            assert_eq!(
                engine.core().digest(),
                before,
                "kill {kill}: the replay is the core"
            );
        }
        let confirmed = died && plan.disk.borrow().confirmed;
        let back = all.devices.world().now() + Span::ms(500 + luck.below(3000) as i64);
        all.replace(engine, back, confirmed, &orders);
        if kill % 5 == 4 {
            let time = all.devices.world().now();
            all.engine
                .snapshot(Now {
                    time,
                    utc: Utc(time.0),
                })
                .unwrap();
        }
    }
    all.run(until + Span::seconds(600), &mut handed, &mut |now, out| {
        heard.hear(now, &out.decided)
    })
    .unwrap();

    assert_eq!(all.devices.world().breaches(), 0);
    assert_eq!(all.devices.world().check(), []);
    let mut done = 0;
    for (v, hands) in &handed.0 {
        done += hands.len();
        assert!(
            heard.hands[v].starts_with(hands),
            "{v:?}: each hand-over ordered is done once, in order"
        );
    }
    // Out of work for two seconds in forty: it does nearly what a plant does that nobody disturbs.
    let calm = undisturbed(&plant, until + Span::seconds(600));
    println!(
        "{done} hand-overs, {calm} undisturbed, {} decisions",
        heard.list.len()
    );
    assert!(done * 10 > calm * 8, "{done} of {calm}");
}

fn undisturbed(plant: &Arc<Plant>, until: Time) -> usize {
    let mut core = Controller::new(plant.clone());
    let mut world = World::new(plant.clone(), Seed(7));
    let mut handed = Ledger::default();
    run(
        &mut core,
        &mut world,
        until,
        &mut handed,
        &mut Scratch::default(),
        &mut (),
    )
    .expect("no ping-pong");
    handed.0.values().map(Vec::len).sum()
}
