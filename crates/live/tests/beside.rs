//! Beside another master: what passes between it and its vehicles is heard byte by byte, and nothing
//! is said.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_link::tokio::runtime::Builder;
use fenhe_link::{Broker, Client, Config, Heard, Post};
use fenhe_live::beside::Listening;
use fenhe_live::clock::Clock;
use fenhe_live::{Beside, Devices, Engine, Loopback, Outputs};
use fenhe_plant::{Fetch, Plant};
use fenhe_study::Divergence;
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Now, Quirks, Utc};
use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

/// Hears a message as it passes.
type Ear = fenhe_live::loopback::Ear;

/// A fact that no vehicle tells.
fn of_stations(event: &Event) -> bool {
    matches!(
        event,
        Event::Place(..)
            | Event::Station(..)
            | Event::Queue(..)
            | Event::Source(..)
            | Event::Sink(..)
            | Event::Order(_)
    )
}

/// A master with these rules and its vehicles, through real bytes.
fn talk(
    theirs: &Arc<Plant>,
    until: Time,
    ear: Ear,
    hear: &mut dyn FnMut(Time, &Outputs),
) -> Controller {
    let names = Arc::new(Names::of(theirs));
    let voice = |v| dialect(theirs, v);
    let masters = Engine::<()>::new_masters(theirs, voice);
    let core = Controller::new(theirs.clone());
    let engine = Engine::new(theirs.clone(), names.clone(), core, masters, ());
    let devices = Devices::new(theirs, names, Seed(7), |v| (voice(v), Quirks::default()));
    let Ok(mut all) = Loopback::new(engine, devices, Span::ms(20));
    all.ear = Some(ear);
    let mut hear = |now: Time, out: &Outputs| hear(now, out);
    let Ok(()) = all.greet(&mut hear);
    let Ok(()) = all.run(until, &mut NoRecords, &mut hear);
    all.engine.core().clone()
}

/// Such a talk beside a listener with rules of its own.
fn overheard(theirs: &Arc<Plant>, ours: &Arc<Plant>, hours: i64) -> (Beside, Controller) {
    let names = Arc::new(Names::of(ours));
    let beside = Beside::new(ours, names, |v| dialect(ours, v));
    let beside = Rc::new(RefCell::new(beside));
    let listener = beside.clone();
    let ear: Ear = Box::new(move |time, v, topic, bytes| {
        let utc = Utc(time.0);
        listener
            .borrow_mut()
            .hear(Now { time, utc }, v, topic, bytes);
    });
    let listener = beside.clone();
    let core = talk(
        theirs,
        Time::ZERO + Span::hours(hours),
        ear,
        &mut |now, out| {
            let mut beside = listener.borrow_mut();
            for fact in out.facts.iter().filter(|fact| of_stations(fact)) {
                beside.fact(now, fact);
            }
            for order in &out.orders {
                beside.order(now, order);
            }
        },
    );
    drop(listener);
    let beside = Rc::into_inner(beside).expect("one owner").into_inner();
    (beside, core)
}

fn json(divergence: &Divergence) -> String {
    serde_json::to_string(divergence).unwrap_or_default()
}

#[test]
fn a_master_is_followed_from_its_bytes() {
    let plant = cells(Span::ms(20));
    let (mut beside, master) = overheard(&plant, &plant, 3);

    beside.end();
    let found = beside.follower().divergence();
    assert_eq!(beside.counts.strange, 0);
    assert!(found.trips.same.n() > 300, "{}", json(&found));
    assert!(found.trips.same.mean() > Some(0.8), "{}", json(&found));
    // Where each load is, by its mark, is what the master believes.
    let now = Time::ZERO + Span::hours(3);
    let (theirs, ours) = (
        master.belief(now),
        beside.follower().shadow().core().belief(now),
    );
    let at = |belief: &Belief| -> Vec<(PlaceId, Tag, u16)> {
        belief
            .loads
            .iter()
            .map(|load| (load.place, load.tag, load.count))
            .collect()
    };
    let (theirs_at, ours_at) = (at(&theirs), at(&ours));
    let apart = theirs_at
        .iter()
        .filter(|load| !ours_at.contains(load))
        .count();
    assert_eq!(apart, 0);
}

#[test]
fn another_rule_is_seen_through_bytes() {
    let ours = cells(Span::ms(20));
    let mut theirs = (*ours).clone();
    theirs.policy.fetch = Fetch::LongestIdle;
    let (mut beside, _) = overheard(&Arc::new(theirs), &ours, 3);
    beside.end();
    let found = beside.follower().divergence();
    assert!(found.trips.same.mean() < Some(0.7), "{}", json(&found));
    let [low, _] = found.trips.gain.interval().expect("observations");
    assert!(low > 0.0, "{}", json(&found));
}

/// At a broker: it hears what passes, and whoever hears everything hears nothing of it.
#[test]
fn a_listener_at_a_broker_says_nothing() {
    let plant = cells(Span::ms(20));
    let passed = Rc::new(RefCell::new(Vec::<Post>::new()));
    let record = passed.clone();
    let voice = plant.clone();
    let ear: Ear = Box::new(move |_, v, topic, bytes| {
        record.borrow_mut().push(Post {
            topic: dialect(&voice, v).topic(topic),
            payload: bytes.to_vec(),
            qos: 1,
            retain: false,
        });
    });
    talk(
        &plant,
        Time::ZERO + Span::seconds(1200),
        ear,
        &mut |_, _| {},
    );
    let passed: Vec<Post> = passed.take();
    let of_us = |post: &&Post| !post.topic.ends_with("factsheet");
    let wanted = passed.iter().filter(of_us).count() as u64;
    assert!(wanted > 1_000, "{wanted}");

    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let broker = Broker::start(SocketAddr::from(([127, 0, 0, 1], 0)), runtime.handle()).unwrap();
    let port = broker.address().port();
    let names = Arc::new(Names::of(&plant));
    let beside = Beside::new(&plant, names, |v| dialect(&plant, v));
    let config = Config::new("127.0.0.1", port, "shadow");
    let listening = Listening::start(
        beside,
        (
            config,
            Clock::start(Time::ZERO, 1),
            runtime.handle().clone(),
        ),
    );
    let (tell, told) = channel();
    let config = Config {
        topics: vec![("#".into(), 1)],
        ..Config::new("127.0.0.1", port, "everything")
    };
    let spy = Client::open(config, runtime.handle(), move |heard| {
        let _ = tell.send(heard);
    });
    let patience = Duration::from_secs(60);
    while !matches!(told.recv_timeout(patience).expect("a broker"), Heard::Up) {}
    while listening.look(|beside, _| beside.linked()) != Some(true) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut heard = Vec::new();
    for some in passed.chunks(100) {
        for post in some {
            spy.publish(post.clone());
        }
        for _ in some {
            match told
                .recv_timeout(patience)
                .expect("what was published comes back")
            {
                Heard::Message { topic, payload, .. } => heard.push((topic, payload)),
                other => panic!("{other:?}"),
            }
        }
    }
    let said: Vec<_> = passed
        .into_iter()
        .map(|post| (post.topic, post.payload))
        .collect();
    assert!(said == heard, "somebody else spoke, or something was lost");
    while listening.look(|beside, _| beside.counts.messages) != Some(wanted) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let beside = listening.stop().expect("it ran");
    assert_eq!(beside.counts.strange, 0);
    assert!(beside.counts.orders > 300, "{:?}", beside.counts);
    // Nor does it say anything when it leaves.
    let after = told.recv_timeout(Duration::from_millis(300));
    assert!(after.is_err(), "{after:?}");
}
