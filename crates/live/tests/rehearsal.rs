//! The whole of it on the wall clock: broker in the box, a connection for each vehicle, a gateway for
//! the stations; what was kept replays to the core that ran.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_link::tokio::runtime::Builder;
use fenhe_link::{Broker, Config};
use fenhe_live::clock::Clock;
use fenhe_live::run::{Place, Running};
use fenhe_live::stand_in::{Reach, StandIn};
use fenhe_live::{Devices, Engine, recover};
use fenhe_wire::Names;
use fenhe_wire::telegram::Desk;
use fenhe_wire::vda5050::Quirks;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[test]
fn a_rehearsal_carries_loads_and_replays() {
    let plant = cells(Span::ZERO);
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let broker = Broker::start(SocketAddr::from(([127, 0, 0, 1], 0)), runtime.handle()).unwrap();
    let config = Config::new("127.0.0.1", broker.address().port(), "fenhe");
    let clock = Clock::start(Time::ZERO, 20);
    let names = Arc::new(Names::of(&plant));
    let voice = |v| dialect(&plant, v);

    let masters = Engine::<()>::new_masters(&plant, voice);
    let log = Memory::default();
    let core = Controller::new(plant.clone());
    let engine = Engine::new(plant.clone(), names.clone(), core, masters, log.clone())
        .with_gateway(Desk::new(1), Vec::new());
    let place = Place {
        broker: config.clone(),
        runtime: runtime.handle().clone(),
        clock: clock.clone(),
        latencies: None,
    };
    let running = Running::start(engine, place, Box::new(|_, _| {}));

    let devices = Devices::new(&plant, names.clone(), Seed(3), |v| {
        (voice(v), Quirks::default())
    });
    let handed = Arc::new(Mutex::new(BTreeMap::<VehicleId, u32>::new()));
    let seen = handed.clone();
    let witness = move |_, record: Record| {
        if let Record::Handed { vehicle, .. } = record {
            *seen.lock().unwrap().entry(vehicle).or_default() += 1;
        }
    };
    let who = (plant.vehicles.ids().collect(), true);
    let stand_in = StandIn::start(
        &plant,
        devices,
        who,
        Reach {
            broker: config,
            keys: None,
            clock,
            runtime: runtime.handle().clone(),
        },
        (Box::new(witness), Box::new(|_, _| false)),
    );

    let until = Instant::now() + Duration::from_secs(90);
    while handed.lock().unwrap().values().sum::<u32>() < 100 {
        assert!(
            Instant::now() < until,
            "a hundred hand-overs in time: {:?}",
            running.counters
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    let Some(Ok(engine)) = running.stop() else {
        panic!("it ran")
    };
    let devices = stand_in.stop().expect("they ran");
    assert_eq!(devices.world().breaches(), 0);
    let kept = log.kept();
    let again = recover(&plant, &names, &kept, voice, &mut |_, _, _| {}).expect("of this version");
    assert_eq!(again.core.digest(), engine.core().digest());
    for v in plant.vehicles.ids() {
        assert_eq!(engine.master(v).isolated(), None);
    }
}
