//! What is particular to a journal in a file: a full disk, foreign files, old bytes.

mod common;
use common::*;
use fenhe_contract::*;
use fenhe_journal::*;

#[test]
fn a_full_disk_is_told_and_nothing_is_half_kept() {
    let place = InFile::new();
    let options = Options {
        limit: Some(200_000),
        ..Options::default()
    };
    let mut journal = Sqlite::open_with(place.path(), options).unwrap();
    let mut next = 1;
    let full = loop {
        match journal.append(next, &entries(next, next + 100)) {
            Ok(head) => next = head + 1,
            Err(error) => break error,
        }
    };
    assert_eq!(full, Error::Full);
    assert!(next > 1_000);
    assert_eq!(journal.head().unwrap().seq, next - 1);
    assert_eq!(journal.verify().unwrap().fault, None);
    drop(journal);
    // With room again it goes on where it was.
    let mut journal = open(&place.address()).unwrap();
    journal.append(next, &entries(next, next + 100)).unwrap();
}

#[test]
fn files_that_are_no_journals_are_left_alone() {
    let folder = Folder::new("foreign");
    let text = folder.join("text");
    std::fs::write(&text, "Not a database. ".repeat(100)).unwrap();
    let other = folder.join("other");
    run(&other, "CREATE TABLE mine (x); INSERT INTO mine VALUES (1)");
    for path in [&text, &other] {
        let before = std::fs::read(path).unwrap();
        for opened in [open(path.to_str().unwrap()), look(path.to_str().unwrap())] {
            assert_eq!(opened.err(), Some(Error::Foreign));
        }
        assert_eq!(std::fs::read(path).unwrap(), before);
    }
    let nowhere = folder.join("no/such/folder/journal");
    let opened = open(nowhere.to_str().unwrap());
    assert!(matches!(opened, Err(Error::Io(_))));
}

#[test]
fn an_entry_of_a_later_form_is_named_and_not_guessed() {
    let place = InFile::new();
    let mut journal = open(&place.address()).unwrap();
    journal.append(1, &entries(1, 4)).unwrap();
    drop(journal);
    let later = [
        (2, 3, "x'0900'", 9), // a version
        (3, 9, "x'0100'", 1), // a kind
    ];
    for (seq, kind, body, version) in later {
        let mut row = look(&place.address())
            .unwrap()
            .rows(seq, 1)
            .unwrap()
            .remove(0);
        let before = look(&place.address()).unwrap().rows(seq - 1, 1).unwrap()[0].chain;
        row.kind = kind;
        row.body = vec![version, 0];
        let chain = row.chained(before) as i64;
        place.tamper(&format!(
            "UPDATE entry SET kind = {kind}, body = {body}, chain = {chain} WHERE seq = {seq}"
        ));
        let mut journal = look(&place.address()).unwrap();
        let unknown = Error::Format { seq, kind, version };
        assert_eq!(journal.read(1, 9), Err(unknown));
        let what = What::Unknown { kind, version };
        let fault = journal.verify().unwrap().fault;
        assert_eq!(fault, Some(Fault { seq, what }));
        place.tamper(&format!("DELETE FROM entry WHERE seq >= {seq}"));
        drop(journal);
        let mut journal = open(&place.address()).unwrap();
        journal.append(seq, &entries(seq, 4)).unwrap();
    }
}

/// Written by version 1; never to be changed. If this fails, old journals cannot be read any more: give
/// the new form a new version beside the old one.
fn form_1() -> Vec<(Body, &'static str)> {
    use Event::*;
    let v = VehicleId(300);
    let tag = Tag(70_000);
    let order = WorkOrder {
        order: OrderId(5),
        product: ProductId(2),
        quantity: 128,
        due: Time(-1),
    };
    let picked = VehicleEvent::Picked {
        deck: 1,
        place: PlaceId(9),
        tag,
        revision: 77,
    };
    let (permille, charging, revision) = (640, true, 8);
    let charge = VehicleEvent::Charge {
        permille,
        charging,
        revision,
    };
    let arrived = QueueEvent::Arrived {
        tag,
        product: ProductId(1),
    };
    vec![
        (
            Body::Fact(Place(PlaceId(3), PlaceEvent::Occupied(tag))),
            "01000300f0a204",
        ),
        (
            Body::Fact(Station(StationId(1), StationEvent::State(UnitState::Down))),
            "0101010004",
        ),
        (
            Body::Fact(Station(StationId(1), StationEvent::Refused(Why::NoRoute))),
            "0101010506",
        ),
        (Body::Fact(Queue(BufferId(4), arrived)), "01020400f0a20401"),
        (
            Body::Fact(Sink(
                SinkId(1),
                Count {
                    good: 500,
                    scrap: 2,
                },
            )),
            "010401f40302",
        ),
        (Body::Fact(Vehicle(v, picked)), "0105ac02010109f0a2044d"),
        (Body::Fact(Vehicle(v, charge)), "0105ac020480050108"),
        (Body::Fact(Order(order)), "01060502800101"),
        (Body::Fact(Calendar(CalendarId(1), true)), "01070101"),
        (Body::Fact(Link(v, false)), "0108ac0200"),
        (Body::Fact(Deadline), "010a"),
        (entry(1).body, "010e01"),
        (entry(2).body, "0105736869667405626f756e6401320133"),
        (
            entry(8).body,
            "01096c696e6b2d6c6f7374010776656869636c6505e8bda62d38",
        ),
    ]
}

#[test]
fn bytes_of_the_first_form_are_read() {
    for (body, hex) in form_1() {
        let written: String = body.encode().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(written, hex, "{body:?}");
        assert_eq!(Body::decode(body.kind(), &body.encode()), Ok(body));
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let mut luck = 1u64;
    for _ in 0..200_000 {
        let mut next = || {
            luck ^= luck << 13;
            luck ^= luck >> 7;
            luck ^= luck << 17;
            luck
        };
        let length = next() % 24;
        let mut bytes: Vec<u8> = (0..length).map(|_| next() as u8).collect();
        if let Some(first) = bytes.first_mut() {
            *first %= 3;
        }
        let kind = (next() % 6) as u8;
        if let Ok(body) = Body::decode(kind, &bytes) {
            assert_eq!(Body::decode(body.kind(), &body.encode()), Ok(body));
        }
    }
}
