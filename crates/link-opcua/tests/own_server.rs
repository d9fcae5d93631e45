//! Our client against our server, which is restarted under it.

mod support;

use fenhe_contract::{
    BufferId, Command, Count, Event, PlaceEvent, PlaceId, ProductId, QueueEvent, StationEvent, Tag,
    UnitState,
};
use fenhe_link_opcua::{
    Cell, Client, Config, Doubt, Link, Mapping, Mark, Memory, Port, Security, Server, ServerConfig,
    Settle, Station,
};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use support::{Ears, PRESS, run};

const LONG: Duration = Duration::from_secs(60);

fn mapping() -> Mapping {
    let mut mapping = Mapping::named("press");
    mapping.ports.push(Port {
        name: "out.1".into(),
        place: PlaceId(4),
        node: "press.Port.out.1".into(),
    });
    mapping.queues.push(("queue".into(), BufferId(2)));
    mapping.products.push(("cell".into(), ProductId(1)));
    mapping
}

fn serve(listen: SocketAddr, memory: Memory, security: Security, keys: &Path) -> Server {
    let config = ServerConfig {
        host: "127.0.0.1".into(),
        listen,
        keys: keys.into(),
        security,
    };
    let cell = Cell {
        station: PRESS,
        mapping: mapping(),
        memory,
    };
    Server::start(config, vec![cell]).expect("server starts")
}

fn any() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

fn link(server: &Server, mark: Option<Mark>) -> Link {
    let station = Station::new(PRESS, mapping(), mark);
    let mut link = Link::new(&format!("opc.tcp://{}/", server.address()), vec![station]);
    link.retry = Duration::from_millis(200);
    link
}

fn connect(server: &Server, mark: Option<Mark>) -> Client {
    let links = vec![link(server, mark)];
    Client::connect(Config { links }).expect("client starts")
}

fn keys() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

fn tag(command: &Command) -> Tag {
    match command {
        Command::Run { tag, .. } => *tag,
        other => panic!("not a job order: {other:?}"),
    }
}

/// The plant behind the server: does one job and tells of it.
fn carry_out(server: &Server, command: &Command) {
    let tag = tag(command);
    let station = |event| server.report(&Event::Station(PRESS, event));
    station(StationEvent::State(UnitState::Execute));
    station(StationEvent::Started(tag));
    station(StationEvent::Ended(tag));
    station(StationEvent::Counted(Count { good: 1, scrap: 0 }));
    station(StationEvent::State(UnitState::Idle));
}

#[test]
fn jobs_are_neither_lost_nor_done_twice_while_the_server_restarts() {
    let mut server = serve(any(), Memory::named("m1"), Security::None, keys());
    let address = server.address();
    let client = connect(&server, Some(Mark::default()));
    let mut ears = Ears::default();
    let mut done = Vec::new();
    for round in 0..4u64 {
        let jobs = round * 10 + 1..=round * 10 + 10;
        for job in jobs.clone() {
            assert!(client.send(PRESS, &run(job, job as u32)));
        }
        // Half of them while the link is up, then the power goes, with orders under way.
        for _ in 0..5 {
            let command = server.commands().recv_timeout(LONG).expect("an order");
            carry_out(&server, &command);
            done.push(tag(&command).0);
        }
        let (mut cells, fetched) = server.stop();
        let memory = cells.remove(0).memory;
        server = serve(address, memory, Security::None, keys());
        for command in &fetched {
            carry_out(&server, command);
            done.push(tag(command).0);
        }
        while done.len() < 10 * (round as usize + 1) {
            let command = server.commands().recv_timeout(LONG).expect("an order");
            carry_out(&server, &command);
            done.push(tag(&command).0);
        }
        let all = done.len();
        let whole = |ears: &Ears| ears.ended.len() == all && ears.good == all as u32;
        assert!(
            ears.until(&client, LONG, whole),
            "{} of {all}: {:?}",
            ears.ended.len(),
            ears.doubts
        );
    }
    assert_eq!(done, (1..=40).collect::<Vec<_>>(), "in order, each once");
    assert!(ears.started.len() == 40 && ears.started.values().all(|&n| n == 1));
    assert!(ears.ended.values().all(|&n| n == 1));
    assert_eq!((ears.good, ears.refused), (40, 0));
    assert_eq!(ears.doubts, []);
    assert!(server.commands().try_recv().is_err());
}

#[test]
fn a_lost_memory_leaves_jobs_in_doubt_and_counts_nothing_twice() {
    let server = serve(any(), Memory::named("m1"), Security::None, keys());
    let address = server.address();
    let client = connect(&server, Some(Mark::default()));
    let mut ears = Ears::default();
    client.send(PRESS, &run(1, 1));
    client.send(PRESS, &run(2, 2));
    let first = server.commands().recv_timeout(LONG).expect("an order");
    carry_out(&server, &first);
    server.commands().recv_timeout(LONG).expect("an order");
    assert!(ears.until(&client, LONG, |ears| ears.good == 1
        && ears.ended.len() == 1));
    drop(server);
    let server = serve(address, Memory::named("m2"), Security::None, keys());
    assert!(ears.until(&client, LONG, |ears| !ears.doubts.is_empty()));
    assert_eq!(ears.doubts, [Doubt::Job(Tag(2))]);
    // Control says it again, with a newer revision too: a person has to speak first.
    client.send(PRESS, &run(2, 3));
    client.send(PRESS, &run(3, 4));
    let third = server.commands().recv_timeout(LONG).expect("an order");
    assert_eq!(tag(&third), Tag(3));
    carry_out(&server, &third);
    client.settle(PRESS, Tag(2), Settle::Again);
    let second = server.commands().recv_timeout(LONG).expect("an order");
    assert_eq!(tag(&second), Tag(2));
    carry_out(&server, &second);
    assert!(ears.until(&client, LONG, |ears| ears.ended.len() == 3
        && ears.good == 3));
    assert!(ears.ended.values().all(|&n| n == 1));
    let marked = |ears: &Ears| {
        let mark = ears.marks.last();
        mark.is_some_and(|mark| (mark.memory.as_str(), mark.good) == ("m2", 2))
    };
    assert!(ears.until(&client, LONG, marked), "{:?}", ears.marks);
}

#[test]
fn a_carrier_that_left_while_the_controller_was_away_is_told_to_have_left() {
    let server = serve(any(), Memory::named("m1"), Security::None, keys());
    let mut ears = Ears::default();
    let client = connect(&server, Some(Mark::default()));
    let port = |event| server.report(&Event::Place(PlaceId(4), event));
    port(PlaceEvent::Occupied(Tag(7)));
    let marked = |ears: &Ears| ears.marks.last().is_some_and(|mark| mark.serial == 1);
    assert!(ears.until(&client, LONG, marked), "{:?}", ears.marks);
    drop(client);
    port(PlaceEvent::Freed);
    port(PlaceEvent::Occupied(Tag(8)));
    let client = connect(&server, ears.marks.pop());
    ears.other.clear();
    assert!(ears.until(&client, LONG, |ears| ears.other.len() == 2));
    let told = [PlaceEvent::Freed, PlaceEvent::Occupied(Tag(8))];
    assert_eq!(
        ears.other,
        told.map(|event| Event::Place(PlaceId(4), event))
    );
}

#[test]
fn a_restarted_controller_goes_on_at_its_mark() {
    let server = serve(any(), Memory::named("m1"), Security::None, keys());
    let mut ears = Ears::default();
    let client = connect(&server, Some(Mark::default()));
    client.send(PRESS, &run(1, 1));
    client.send(PRESS, &run(2, 2));
    let first = server.commands().recv_timeout(LONG).expect("an order");
    carry_out(&server, &first);
    let marked = |ears: &Ears| {
        let mark = ears.marks.last();
        mark.is_some_and(|mark| (mark.serial, mark.good) == (2, 1))
    };
    assert!(ears.until(&client, LONG, marked), "{:?}", ears.marks);
    let second = server.commands().recv_timeout(LONG).expect("an order");
    drop(client);
    carry_out(&server, &second);
    let arrived = QueueEvent::Arrived {
        tag: Tag(9),
        product: ProductId(1),
    };
    let filled = PlaceEvent::Filled {
        tag: Tag(7),
        count: 25,
        product: ProductId(1),
    };
    let missed = [
        Event::Queue(BufferId(2), arrived),
        Event::Place(PlaceId(4), PlaceEvent::Occupied(Tag(7))),
        Event::Place(PlaceId(4), filled),
        Event::Place(PlaceId(4), PlaceEvent::Freed),
    ];
    for event in &missed {
        assert!(server.report(event));
    }
    server.alarm(PRESS, 5);
    let mark = ears.marks.pop();
    let client = connect(&server, mark);
    client.send_again(PRESS, &run(2, 2));
    let whole = |ears: &Ears| ears.good == 2 && ears.other.len() == 4 && ears.alarm == 5;
    assert!(
        ears.until(&client, LONG, whole),
        "{:?} {:?}",
        ears.other,
        ears.doubts
    );
    assert_eq!(ears.other, missed);
    assert!(
        ears.started
            .values()
            .chain(ears.ended.values())
            .all(|&n| n == 1)
    );
    assert_eq!(ears.ended.len(), 2);
    assert!(
        server.commands().try_recv().is_err(),
        "job 2 is not done again"
    );
    assert_eq!(ears.doubts, []);
}
