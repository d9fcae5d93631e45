//! The book of a station against readings that a machine may show, and the machine's own rules.

use crate::book::{Answer, Book, Shown};
use crate::heard::{Doubt, Heard, Mark, Settle};
use crate::machine::{KEPT, Machine, Memory, Status};
use crate::mapping::{Mapping, Port};
use crate::words::{Entry, JobLine, JobState, Standing, packml, unit_state};
use fenhe_contract::{
    Count, Event, PlaceEvent, PlaceId, ProductId, StationEvent, StationId, Tag, UnitState, Why,
};

const PRESS: StationId = StationId(3);

fn mapping() -> Mapping {
    let mut mapping = Mapping::named("press");
    mapping.ports.push(Port {
        name: "out.1".into(),
        place: PlaceId(4),
        node: "press.Port.out.1".into(),
    });
    mapping.products.push(("cell".into(), ProductId(1)));
    mapping
}
fn machine() -> Machine {
    Machine {
        station: PRESS,
        mapping: mapping(),
        memory: Memory::named("m"),
    }
}
fn book(mark: Option<Mark>) -> Book {
    Book::new(PRESS, mapping(), mark)
}
/// Everything a machine shows.
fn whole(machine: &Machine) -> Shown {
    let ports = machine.mapping.ports.iter();
    Shown {
        state: Some(machine.state_number()),
        memory: Some(machine.memory.name.clone()),
        good: Some(machine.memory.good),
        scrap: Some(machine.memory.scrap),
        alarm: Some(0),
        log: Some(machine.log_lines()),
        jobs: Some(machine.job_lines()),
        ports: ports
            .map(|port| (port.place, machine.port_text(&port.name)))
            .collect(),
    }
}
fn read(book: &mut Book, machine: &Machine) -> Vec<Heard> {
    let mut out = Vec::new();
    book.read(&whole(machine), &mut out);
    out
}
fn station(event: StationEvent) -> Event {
    Event::Station(PRESS, event)
}
fn facts(heard: &[Heard]) -> Vec<Event> {
    let facts = heard.iter().filter_map(|heard| match heard {
        Heard::Fact(Event::Station(_, StationEvent::State(_))) => None,
        Heard::Fact(event) => Some(event.clone()),
        _ => None,
    });
    facts.collect()
}
fn doubts(heard: &[Heard]) -> Vec<Doubt> {
    let doubts = heard.iter().filter_map(|heard| match heard {
        Heard::Doubt(doubt) => Some(doubt.clone()),
        _ => None,
    });
    doubts.collect()
}
fn status(machine: &mut Machine, id: &str, revision: u32) -> (Status, bool) {
    let (reply, command) = machine.store_and_start(id, revision);
    (reply.status, command.is_some())
}

#[test]
fn a_machine_takes_each_order_once() {
    let mut machine = machine();
    assert_eq!(status(&mut machine, "7", 4), (Status::Accepted, true));
    assert_eq!(status(&mut machine, "7", 4), (Status::AlreadyKnown, false));
    assert_eq!(status(&mut machine, "7", 3), (Status::Stale, false));
    machine.report(&station(StationEvent::Started(Tag(7))));
    assert_eq!(status(&mut machine, "7", 5), (Status::AlreadyKnown, false));
    machine.report(&station(StationEvent::Ended(Tag(7))));
    assert_eq!(status(&mut machine, "7", 5), (Status::AlreadyKnown, false));
    assert_eq!(
        status(&mut machine, "7", 6),
        (Status::Accepted, true),
        "rework"
    );
    assert_eq!(status(&mut machine, "?", 7), (Status::Refused, false));
    assert_eq!(machine.abort("7").status, Status::Accepted);
    assert_eq!(machine.abort("8").status, Status::Refused);
}

#[test]
fn an_unanswered_order_goes_again_only_if_the_machine_does_not_show_it() {
    for arrived in [true, false] {
        let (mut machine, mut book) = (machine(), book(Some(Mark::default())));
        read(&mut book, &machine);
        book.order(Tag(7), 4, false);
        assert_eq!(book.next(), Some((Tag(7), 4)));
        if arrived {
            status(&mut machine, "7", 4);
        }
        assert_eq!(book.next(), None, "sent, unanswered");
        read(&mut book, &machine);
        assert_eq!(book.next().is_some(), !arrived);
    }
}

#[test]
fn a_log_that_ran_over_is_said_and_the_lists_speak_for_it() {
    let (mut machine, mut book) = (machine(), book(Some(Mark::default())));
    read(&mut book, &machine);
    for tag in 1..=3 {
        book.order(Tag(tag), tag as u32, false);
        let (tag, revision) = book.next().expect("an order");
        status(&mut machine, &tag.0.to_string(), revision);
        book.answered(tag, revision, Answer::Has, &mut Vec::new());
    }
    machine.report(&station(StationEvent::Started(Tag(1))));
    machine.report(&station(StationEvent::Scrapped(Tag(1))));
    machine.report(&station(StationEvent::Started(Tag(2))));
    let tag = Tag(50);
    machine.report(&Event::Place(PlaceId(4), PlaceEvent::Occupied(tag)));
    for _ in 0..KEPT {
        machine.report(&station(StationEvent::Refused(Why::Down)));
    }
    let mut heard = Vec::new();
    let log = Some(machine.log_lines());
    let notified = Shown {
        log,
        ..Shown::default()
    };
    book.told(&notified, &mut heard);
    assert!(book.is_torn());
    heard.extend(read(&mut book, &machine));
    assert!(!book.is_torn());
    assert_eq!(doubts(&heard), [Doubt::Missed { from: 1, to: 4 }]);
    let told: Vec<Event> = facts(&heard)
        .into_iter()
        .filter(|event| *event != station(StationEvent::Refused(Why::Down)))
        .collect();
    let expected = [
        Event::Place(PlaceId(4), PlaceEvent::Occupied(tag)),
        station(StationEvent::Started(Tag(1))),
        station(StationEvent::Scrapped(Tag(1))),
        station(StationEvent::Started(Tag(2))),
    ];
    assert_eq!(told, expected);
    assert!(facts(&read(&mut book, &machine)).is_empty(), "told once");
}

#[test]
fn totals_become_counts_whatever_was_missed() {
    let (mut machine, mut book) = (machine(), book(None));
    let counted = |machine: &mut Machine, good| {
        let count = Count { good, scrap: 1 };
        machine.report(&station(StationEvent::Counted(count)));
    };
    counted(&mut machine, 9);
    assert!(facts(&read(&mut book, &machine)).is_empty(), "from now on");
    counted(&mut machine, 2);
    counted(&mut machine, 3);
    let both = Count { good: 5, scrap: 2 };
    let heard = read(&mut book, &machine);
    assert_eq!(facts(&heard), [station(StationEvent::Counted(both))]);
    // The same memory, but a total went back: counted from 0, and said.
    machine.memory.good = 4;
    let heard = read(&mut book, &machine);
    let since = Count { good: 4, scrap: 0 };
    assert_eq!(facts(&heard), [station(StationEvent::Counted(since))]);
    assert_eq!(doubts(&heard), [Doubt::CountBack]);
}

#[test]
fn an_old_copy_of_the_memory_put_back_tells_nothing_again() {
    let (mut machine, mut book) = (machine(), book(Some(Mark::default())));
    let count = Count { good: 3, scrap: 0 };
    machine.report(&station(StationEvent::Counted(count)));
    machine.report(&station(StationEvent::Refused(Why::Down)));
    let copy = machine.memory.clone();
    book.order(Tag(7), 1, false);
    read(&mut book, &machine);
    book.next();
    status(&mut machine, "7", 1);
    machine.report(&station(StationEvent::Started(Tag(7))));
    read(&mut book, &machine);
    machine.memory = copy;
    let heard = read(&mut book, &machine);
    assert_eq!(doubts(&heard), [Doubt::Job(Tag(7))]);
    assert_eq!(facts(&heard), [], "nothing is told or counted again");
    assert_eq!(book.next(), None);
    book.order(Tag(7), 2, false);
    assert_eq!(book.next(), None, "control alone does not settle it");
    let mut out = Vec::new();
    book.settle(Tag(7), Settle::Scrapped, &mut out);
    assert_eq!(facts(&out), [station(StationEvent::Scrapped(Tag(7)))]);
}

#[test]
fn lines_and_numbers_come_back_as_they_were() {
    let filled = Standing::Filled {
        tag: Tag(1),
        count: 25,
        product: "cell".into(),
    };
    let entries = [
        Entry::Started(Tag(1)),
        Entry::Ended(Tag::UNREAD),
        Entry::Refused(None, Why::WrongKind),
        Entry::Refused(Some(Tag(2)), Why::Down),
        Entry::Port("out.1".into(), filled),
        Entry::Port("out.1".into(), Standing::Free),
        Entry::Arrived("queue".into(), Tag(3), "cell".into()),
    ];
    for entry in entries {
        assert_eq!(Entry::parse(&entry.line(9)), Some((9, entry)));
    }
    let job = JobLine {
        id: Tag(5),
        revision: 6,
        state: JobState::Interrupted,
        scrap: true,
    };
    assert_eq!(JobLine::parse(&job.line()), Some(job));
    for bad in ["", "x|Started|1", "1|Started", "1|Started|x", "1|Dance|2"] {
        assert_eq!(Entry::parse(bad), None);
    }
    for state in UnitState::ALL {
        assert_eq!(unit_state(packml(state), UnitState::Blocked), Some(state));
    }
    assert_eq!(unit_state(0, UnitState::Blocked), None);
}
