//! Holds, and what a restarted controller still has to do: against our own server, restarted under us.

mod support;

use fenhe_contract::{Command, Event, StationEvent, Tag, UnitState};
use fenhe_link_opcua::{
    Cell, Client, Config, Doubt, Link, Mapping, Mark, Memory, Open, Security, Server, ServerConfig,
    Station,
};
use std::net::SocketAddr;
use std::time::Duration;
use support::{Ears, PRESS, run};

const LONG: Duration = Duration::from_secs(60);

fn serve(listen: SocketAddr, memory: Memory) -> Server {
    let config = ServerConfig {
        host: "127.0.0.1".into(),
        listen,
        keys: env!("CARGO_TARGET_TMPDIR").into(),
        security: Security::None,
    };
    let cell = Cell {
        station: PRESS,
        mapping: Mapping::named("press"),
        memory,
    };
    Server::start(config, vec![cell]).expect("server starts")
}

fn any() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

fn station() -> Station {
    Station::new(PRESS, Mapping::named("press"), Some(Mark::default()))
}

fn connect(address: SocketAddr, station: Station) -> Client {
    let mut link = Link::new(&format!("opc.tcp://{address}/"), vec![station]);
    link.retry = Duration::from_millis(200);
    Client::connect(Config { links: vec![link] }).expect("client starts")
}

fn hold(revision: u32, on: bool) -> Command {
    Command::Hold {
        station: PRESS,
        revision,
        on,
    }
}

/// The next hold that the machine has to carry out.
fn held(server: &Server) -> bool {
    match server.commands().recv_timeout(LONG).expect("an order") {
        Command::Hold { on, .. } => on,
        other => panic!("not a hold: {other:?}"),
    }
}

#[test]
fn a_hold_is_a_level_that_outlives_every_restart() {
    let mut server = serve(any(), Memory::named("m1"));
    let address = server.address();
    let client = connect(address, station());
    let mut ears = Ears::default();
    assert!(client.send(PRESS, &hold(1, true)));
    assert!(held(&server));
    let state = |state| server.report(&Event::Station(PRESS, StationEvent::State(state)));
    state(UnitState::Maintenance);
    let told = |ears: &Ears| ears.held == [true] && ears.state == Some(UnitState::Maintenance);
    assert!(ears.until(&client, LONG, told), "{:?}", ears.held);
    // The same memory: it is said again, and the machine does nothing anew.
    let (cells, left) = server.stop();
    assert_eq!(left, []);
    server = serve(address, cells.into_iter().next().expect("a cell").memory);
    assert!(ears.until(&client, LONG, |ears| ears.held.len() == 2));
    assert!(server.commands().try_recv().is_err());
    // Another memory: the machine has to be held anew.
    drop(server);
    server = serve(address, Memory::named("m2"));
    assert!(held(&server));
    // Once it may go on it is left alone: its own planned stops are its own.
    assert!(client.send(PRESS, &hold(2, false)));
    assert!(!held(&server));
    assert!(ears.until(&client, LONG, |ears| ears.held.last() == Some(&false)));
    let said = ears.held.len();
    drop(server);
    let server = serve(address, Memory::named("m3"));
    let up = [true, false, true, false, true, false, true];
    assert!(ears.until(&client, LONG, |ears| ears.links == up));
    client.send(PRESS, &run(1, 1));
    let next = server.commands().recv_timeout(LONG).expect("an order");
    assert_eq!(next, run(1, 1), "the first order is no hold");
    assert_eq!(ears.held.len(), said);
}

#[test]
fn a_hold_of_an_earlier_run_is_said_by_the_next() {
    let server = serve(any(), Memory::named("m1"));
    let mut before = station();
    before.hold = Some(true);
    let _client = connect(server.address(), before);
    assert!(held(&server));
}

#[test]
fn jobs_of_an_earlier_run_are_done_once() {
    let server = serve(any(), Memory::named("m1"));
    let mut ears = Ears::default();
    let client = connect(server.address(), station());
    for job in 1..=2 {
        client.send(PRESS, &run(job, job as u32));
        let next = server.commands().recv_timeout(LONG).expect("an order");
        assert_eq!(next, run(job, job as u32));
    }
    assert!(ears.until(&client, LONG, |ears| !ears.marks.is_empty()));
    let mark = ears.marks.pop();
    drop(client);
    // While nobody listens: job 1 is done and job 2 begins. 3 was ordered and not sent, 4 is in doubt.
    for event in [
        StationEvent::Started(Tag(1)),
        StationEvent::Ended(Tag(1)),
        StationEvent::Started(Tag(2)),
    ] {
        server.report(&Event::Station(PRESS, event));
    }
    let open = |tag: u64| Open {
        tag: Tag(tag),
        revision: tag as u32,
        doubt: tag == 4,
    };
    let mut before = station();
    (before.mark, before.open) = (mark, (1..=4).map(open).collect());
    let client = connect(server.address(), before);
    let next = server.commands().recv_timeout(LONG).expect("an order");
    assert_eq!(next, run(3, 3));
    let told = |ears: &Ears| ears.ended.len() == 1 && ears.started.len() == 2;
    assert!(ears.until(&client, LONG, told));
    assert_eq!(ears.over.keys().copied().collect::<Vec<_>>(), [1]);
    assert_eq!((ears.ended[&1], ears.started[&2]), (1, 1));
    assert_eq!(ears.doubts, Vec::<Doubt>::new());
    assert!(server.commands().try_recv().is_err());
}

#[test]
fn a_machine_that_was_never_there_is_told_to_be_silent() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = nobody.local_addr().expect("an address");
    drop(nobody);
    let client = connect(address, station());
    let mut ears = Ears::default();
    assert!(ears.until(&client, LONG, |ears| ears.links == [false]));
    let _server = serve(address, Memory::named("m1"));
    assert!(ears.until(&client, LONG, |ears| ears.links == [false, true]));
}
