//! Station dispatch: each rule picks the piece it should.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Files, load};
use std::sync::Arc;

struct Shop {
    core: Controller,
    now: i64,
}

impl Shop {
    /// Three products (times 5 s, 1 s, 3 s; priorities 2, 1, 0) before one station.
    fn new(rule: &str, servers: u32) -> Shop {
        let toml = format!(
            r#"
[[product]]
id = "slow"
priority = 2
[[product]]
id = "quick"
priority = 1
[[product]]
id = "middle"
priority = 0
[[buffer]]
id = "q"
queue = {{}}
[[station]]
id = "s"
from = "q"
to = "out"
single = {{ servers = {servers} }}
times = {{ slow = "5 s", quick = "1 s", middle = "3 s" }}
start = "control"
dispatch = "{rule}"
reports = "piece"
[[source]]
id = "in"
to = "q"
orders = "slow"
[[sink]]
id = "out"
[orders]
file = "orders.csv"
"#
        );
        let orders = "order,product,quantity,due\n99,slow,1,36 h\n";
        let plant = match load(
            "shop",
            &Files::of_toml(&toml).with("orders.csv", orders.as_bytes()),
        ) {
            Ok((plant, _)) => Arc::new(plant),
            Err(problems) => panic!("{problems:?}"),
        };
        Shop {
            core: Controller::new(plant),
            now: 0,
        }
    }
    /// Hands over one fact; gives the tags told to run.
    fn tell(&mut self, event: Event) -> Vec<u64> {
        let mut out = Commands::default();
        self.now += 1_000_000;
        self.core.handle(Time(self.now), &event, &mut out);
        let run = |command: &Command| match command {
            Command::Run { tag, .. } => Some(tag.0),
            _ => None,
        };
        out.list.iter().filter_map(run).collect()
    }
    fn arrives(&mut self, tag: u64, product: u32) -> Vec<u64> {
        let (tag, product) = (Tag(tag), ProductId(product));
        self.tell(Event::Queue(
            BufferId(0),
            QueueEvent::Arrived { tag, product },
        ))
    }
    fn station(&mut self, event: StationEvent) -> Vec<u64> {
        self.tell(Event::Station(StationId(0), event))
    }
    /// A piece enters for an order due at this second, then stands in the queue.
    fn due(&mut self, tag: u64, product: u32, due: i64) -> Vec<u64> {
        let order = OrderId(tag);
        let due = Time(due * 1_000_000);
        self.tell(Event::Order(WorkOrder {
            order,
            product: ProductId(0),
            quantity: 1,
            due,
        }));
        self.tell(Event::Source(
            SourceId(0),
            SourceEvent::Entered {
                tag: Tag(tag),
                order,
            },
        ));
        self.arrives(tag, product)
    }
    /// Runs the station until it wants nothing more, starting with `first`; gives the order.
    fn order(&mut self, first: u64) -> Vec<u64> {
        let mut order = vec![first];
        loop {
            let tag = Tag(order[order.len() - 1]);
            assert_eq!(self.station(StationEvent::Started(tag)), [] as [u64; 0]);
            match self.station(StationEvent::Ended(tag))[..] {
                [] => return order,
                [next] => order.push(next),
                _ => panic!("one server runs one piece"),
            }
        }
    }
}

#[test]
fn fifo_and_free_servers() {
    let mut shop = Shop::new("fifo", 2);
    assert_eq!(shop.arrives(1, 0), [1]);
    assert_eq!(shop.arrives(2, 1), [2]);
    assert_eq!(shop.arrives(3, 2), [] as [u64; 0]);
    assert_eq!(shop.arrives(4, 2), [] as [u64; 0]);
    shop.station(StationEvent::Started(Tag(1)));
    shop.station(StationEvent::Started(Tag(2)));
    assert_eq!(shop.station(StationEvent::Scrapped(Tag(2))), [3]);
    assert_eq!(shop.station(StationEvent::Ended(Tag(1))), [4]);
}

#[test]
fn urgent_products_first() {
    let mut shop = Shop::new("priority", 1);
    assert_eq!(shop.arrives(1, 0), [1]);
    for (tag, product) in [(2, 0), (3, 1), (4, 2), (5, 2), (6, 1)] {
        assert_eq!(shop.arrives(tag, product), [] as [u64; 0]);
    }
    assert_eq!(shop.order(1), [1, 4, 5, 3, 6, 2]);
}

#[test]
fn shortest_first() {
    let mut shop = Shop::new("shortest", 1);
    assert_eq!(shop.arrives(1, 0), [1]);
    for (tag, product) in [(2, 0), (3, 2), (4, 1), (5, 2)] {
        assert_eq!(shop.arrives(tag, product), [] as [u64; 0]);
    }
    assert_eq!(shop.order(1), [1, 4, 3, 5, 2]);
}

#[test]
fn same_product_while_any_waits() {
    let mut shop = Shop::new("avoid-setup", 1);
    assert_eq!(shop.arrives(1, 1), [1]);
    for (tag, product) in [(2, 2), (3, 0), (4, 1), (5, 2), (6, 1)] {
        assert_eq!(shop.arrives(tag, product), [] as [u64; 0]);
    }
    assert_eq!(shop.order(1), [1, 4, 6, 2, 5, 3]);
}

#[test]
fn earliest_due_date() {
    let mut shop = Shop::new("earliest-due", 1);
    assert_eq!(shop.due(1, 0, 10_000), [1]);
    for (tag, due) in [(2, 900), (3, 700), (4, 800)] {
        assert_eq!(shop.due(tag, 0, due), [] as [u64; 0]);
    }
    assert_eq!(shop.arrives(5, 0), [] as [u64; 0], "without a due date");
    assert_eq!(shop.order(1), [1, 3, 4, 2, 5]);
}

#[test]
fn smallest_ratio_of_time_left_to_work_left() {
    let mut shop = Shop::new("critical-ratio", 1);
    assert_eq!(shop.due(1, 0, 10_000), [1]);
    // 1500 s for 5 s of work is more urgent than 900 s for 1 s; 1200 s for 3 s lies between.
    for (tag, product, due) in [(2, 1, 900), (3, 0, 1500), (4, 2, 1200)] {
        assert_eq!(shop.due(tag, product, due), [] as [u64; 0]);
    }
    assert_eq!(shop.order(1), [1, 3, 4, 2]);
}

#[test]
fn a_station_that_stands_is_told_nothing() {
    let mut shop = Shop::new("fifo", 1);
    shop.station(StationEvent::State(UnitState::Down));
    assert_eq!(shop.arrives(1, 0), [] as [u64; 0]);
    assert_eq!(shop.station(StationEvent::State(UnitState::Idle)), [1]);
}

#[test]
fn a_refused_piece_does_not_hold_the_station() {
    let mut shop = Shop::new("fifo", 1);
    assert_eq!(shop.arrives(1, 0), [1]);
    assert_eq!(shop.arrives(2, 0), [] as [u64; 0]);
    assert_eq!(shop.station(StationEvent::Refused(Why::NotThere)), [2]);
}
