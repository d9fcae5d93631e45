//! Order release: push at once, CONWIP and kanban never above their limit.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Files, Plant, load};
use std::sync::Arc;

fn plant(toml: &str) -> Arc<Plant> {
    let orders = "order,product,quantity,due\n9,part,1,36 h\n";
    let toml = match toml.contains("orders =") {
        true => format!("{toml}\n[orders]\nfile = \"orders.csv\"\n"),
        false => toml.to_string(),
    };
    match load(
        "release",
        &Files::of_toml(&toml).with("orders.csv", orders.as_bytes()),
    ) {
        Ok((plant, _)) => Arc::new(plant),
        Err(problems) => panic!("{problems:?}"),
    }
}

fn line(source: &str) -> Arc<Plant> {
    plant(&format!(
        r#"
[[product]]
id = "part"
[[buffer]]
id = "q1"
queue = {{}}
[[buffer]]
id = "q2"
queue = {{}}
[[station]]
id = "s1"
from = "q1"
to = "q2"
single = {{ servers = 1 }}
time = "1 s"
scrap = "10 %"
reports = "piece"
[[station]]
id = "s2"
from = "q2"
to = "out"
single = {{ servers = 1 }}
time = "1 s"
reports = "nothing"
[[source]]
id = "in"
to = "q1"
{source}
[[sink]]
id = "out"
reports = "piece"
"#
    ))
}

struct Core {
    core: Controller,
    now: i64,
}
impl Core {
    fn new(plant: &Arc<Plant>) -> Core {
        Core {
            core: Controller::new(plant.clone()),
            now: 0,
        }
    }
    /// Hands over one fact; gives what was released: (count, order, revision).
    fn tell(&mut self, event: Event) -> Vec<(u32, u64, u32)> {
        let mut out = Commands::default();
        self.now += 1;
        self.core.handle(Time(self.now), &event, &mut out);
        let release = |command: &Command| match *command {
            Command::Release {
                count,
                order,
                revision,
                ..
            } => Some((count, order.0, revision)),
            _ => None,
        };
        out.list.iter().filter_map(release).collect()
    }
}

fn good(good: u32) -> Event {
    Event::Sink(SinkId(0), Count { good, scrap: 0 })
}
fn wanted(count: u32) -> Event {
    Event::Source(
        SourceId(0),
        SourceEvent::Wanted {
            product: ProductId(0),
            count,
        },
    )
}

#[test]
fn push_releases_demand_at_once() {
    let plant = line(r#"arrivals = { product = "part", every = { exponential = "2 s" } }"#);
    let mut core = Core::new(&plant);
    assert_eq!(core.core.deadline(), None);
    assert_eq!(core.tell(wanted(1)), [(1, 0, 1)]);
    assert_eq!(core.tell(wanted(7)), [(7, 0, 2)]);
    assert_eq!(core.tell(good(3)), []);
}

#[test]
fn conwip_fills_once_and_then_replaces_what_leaves() {
    let mut core = Core::new(&line("endless = \"part\"\nrelease = { conwip = 5 }"));
    assert_eq!(core.core.deadline(), Some((Time::ZERO, Deadline::Release)));
    assert_eq!(core.tell(Event::Deadline), [(5, 0, 1)]);
    assert_eq!(core.core.deadline(), None);
    assert_eq!(core.tell(good(1)), [(1, 0, 2)]);
    assert_eq!(core.tell(good(2)), [(2, 0, 3)]);
    let scrapped = StationEvent::Scrapped(Tag(4));
    assert_eq!(
        core.tell(Event::Station(StationId(0), scrapped)),
        [(1, 0, 4)]
    );
}

#[test]
fn conwip_holds_arrivals_back() {
    let demand = r#"arrivals = { product = "part", every = { exponential = "2 s" } }"#;
    let mut core = Core::new(&line(&format!("{demand}\nrelease = {{ conwip = 3 }}")));
    assert_eq!(core.tell(wanted(2)), [(2, 0, 1)]);
    assert_eq!(core.tell(wanted(4)), [(1, 0, 2)]);
    assert_eq!(core.tell(good(1)), [(1, 0, 3)]);
    assert_eq!(core.tell(good(3)), [(2, 0, 4)]);
}

#[test]
fn kanban_cards_come_back_when_the_station_behind_is_done() {
    let mut core = Core::new(&line("endless = \"part\"\nrelease = { kanban = 2 }"));
    assert_eq!(core.tell(Event::Deadline), [(2, 0, 1)]);
    assert_eq!(core.tell(good(1)), []);
    let done = |event| Event::Station(StationId(0), event);
    assert_eq!(core.tell(done(StationEvent::Started(Tag(1)))), []);
    assert_eq!(core.tell(done(StationEvent::Ended(Tag(1)))), [(1, 0, 2)]);
    assert_eq!(core.tell(done(StationEvent::Scrapped(Tag(2)))), [(1, 0, 3)]);
}

#[test]
fn work_orders_go_by_due_date_within_the_limit() {
    let mut core = Core::new(&line("orders = \"part\"\nrelease = { conwip = 4 }"));
    let order = |order, quantity, due| {
        let (order, product, due) = (OrderId(order), ProductId(0), Time(due));
        Event::Order(WorkOrder {
            order,
            product,
            quantity,
            due,
        })
    };
    assert_eq!(core.tell(order(1, 3, 900)), [(3, 1, 1)]);
    assert_eq!(core.tell(order(2, 5, 800)), [(1, 2, 2)]);
    assert_eq!(core.tell(order(3, 2, 700)), []);
    assert_eq!(core.tell(good(3)), [(2, 3, 3), (1, 2, 4)]);
}

#[test]
fn people_hold_orders_put_them_forward_and_cancel_what_has_not_entered() {
    let mut core = Core::new(&line("orders = \"part\"\nrelease = { conwip = 4 }"));
    let order = |order, quantity| {
        Event::Order(WorkOrder {
            order: OrderId(order),
            product: ProductId(0),
            quantity,
            due: Time(900 + order as i64),
        })
    };
    let word = Event::Operator;
    assert_eq!(core.tell(order(1, 6)), [(4, 1, 1)]);
    core.tell(order(2, 5));
    core.tell(order(3, 5));
    // The first is held: the next one by due date goes on.
    assert_eq!(
        core.tell(word(OperatorAct::HoldOrder(OrderId(1), true))),
        []
    );
    assert_eq!(core.tell(good(1)), [(1, 2, 2)]);
    // The priority of its product is 0; a greater number is less urgent.
    assert_eq!(core.tell(word(OperatorAct::Prioritise(OrderId(2), 1))), []);
    assert_eq!(core.tell(good(1)), [(1, 3, 3)]);
    // What is left of it never enters, and room is given to the others.
    assert_eq!(core.tell(word(OperatorAct::CancelOrder(OrderId(3)))), []);
    assert_eq!(core.tell(good(1)), [(1, 2, 4)]);
    let rows: Vec<_> = core
        .core
        .orders()
        .map(|row| (row.order.0, row.left, row.held))
        .collect();
    assert_eq!(
        rows,
        [(1, 2, true), (2, 3, false), (3, 0, false)],
        "one of the third is on its way in"
    );
    // All that may enter is in; the held one goes as soon as it may.
    assert_eq!(core.tell(good(3)), [(3, 2, 5)]);
    assert_eq!(core.tell(good(2)), []);
    assert_eq!(
        core.tell(word(OperatorAct::HoldOrder(OrderId(1), false))),
        [(2, 1, 6)]
    );
    assert_eq!(core.core.newest_order(), OrderId(3));
}

#[test]
fn an_assembly_takes_one_card_of_each_part() {
    let plant = plant(
        r#"
[[product]]
id = "part"
[[buffer]]
id = "a"
queue = {}
[[buffer]]
id = "b"
queue = {}
[[station]]
id = "join"
from = [{ buffer = "a", count = 1 }, { buffer = "b", count = 2 }]
to = "out"
single = { servers = 1 }
time = "1 s"
[[source]]
id = "as"
to = "a"
endless = "part"
release = { conwip = 3 }
[[source]]
id = "bs"
to = "b"
endless = "part"
release = { conwip = 6 }
[[sink]]
id = "out"
reports = "piece"
"#,
    );
    let mut core = Core::new(&plant);
    assert_eq!(core.tell(Event::Deadline), [(3, 0, 1), (6, 0, 1)]);
    assert_eq!(core.tell(good(1)), [(1, 0, 2), (2, 0, 2)]);
}

#[test]
fn a_restored_core_goes_on_as_the_original() {
    let plant = line("endless = \"part\"\nrelease = { conwip = 5 }");
    let mut core = Core::new(&plant);
    core.tell(Event::Deadline);
    core.tell(good(2));
    let bytes = core.core.snapshot();
    let mut other = Core {
        core: Controller::restore(plant, &bytes).unwrap(),
        now: core.now,
    };
    assert_eq!(core.core.digest(), other.core.digest());
    assert_eq!(core.tell(good(1)), other.tell(good(1)));
    assert_eq!(core.core.digest(), other.core.digest());
    assert_eq!(other.tell(good(1)), [(1, 0, 4)]);
    assert_ne!(core.core.digest(), other.core.digest());
    let plant = line("endless = \"part\"\nrelease = { conwip = 5 }");
    assert!(Controller::restore(plant, &bytes[..bytes.len() - 1]).is_err());
}
