//! Promises beside brute force: each lot at the earliest end that what is promised leaves, and nothing promised moves.

use fenhe_contract::*;
use fenhe_planner::promise::*;

/// A capacity of groups with these servers and set-up-free times by group.
fn capacity(groups: &[(u32, i64)]) -> Capacity {
    let rows = groups
        .iter()
        .enumerate()
        .map(|(at, &(servers, time))| Group {
            resource: Resource::Operation(OperationId(at as u32), vec![StationId(at as u32)]),
            servers: (0..servers)
                .map(|_| Server {
                    station: Some(StationId(at as u32)),
                    hours: Hours::default(),
                    times: vec![Span(time)],
                })
                .collect(),
        });
    Capacity::of_groups(rows.collect())
}

fn demand(groups: &[u32], lots: u32, from: i64) -> Demand {
    let step = |&group: &u32| Step {
        group,
        product: ProductId(0),
        jobs: 1,
    };
    let route = Route {
        steps: groups.iter().map(step).collect(),
        lot: 1,
        leaves: 1,
        weight: None,
        good: 1.0,
    };
    Demand {
        parts: vec![Part {
            route,
            lots,
            enough: lots,
        }],
        from: Time(from),
    }
}

/// All bookings of all servers.
fn bookings(book: &Book) -> Vec<Vec<Booked>> {
    let groups = 0..book.capacity().groups.len() as u32;
    let lines = groups.flat_map(|group| book.timelines(group).iter());
    lines.map(|line| line.booked().collect()).collect()
}

/// The earliest end of one lot, tried at every time on every server.
fn brute(book: &Book, steps: &[u32], times: &[i64], from: i64) -> i64 {
    let Some((&group, rest)) = steps.split_first() else {
        return from;
    };
    let takes = times[group as usize];
    let mut best = i64::MAX;
    for line in book.timelines(group) {
        let busy: Vec<(i64, i64)> = line.booked().map(|b| (b.begin.0, b.end.0)).collect();
        let free = |at: i64| {
            busy.iter()
                .all(|&(begin, end)| at + takes <= begin || at >= end)
        };
        let Some(at) = (from..from + 100_000).find(|&at| free(at)) else {
            continue;
        };
        best = best.min(at + takes);
    }
    // No step comes back to a server: the earliest end of this one is best for all that follow.
    brute(book, rest, times, best)
}

#[test]
fn a_promise_is_the_earliest_insertion_and_moves_nothing() {
    let mut luck = Seed(11).stream("promise", Purpose::Fault);
    for _ in 0..200 {
        let groups: Vec<(u32, i64)> = (0..3)
            .map(|_| (1 + luck.below(2), 1 + i64::from(luck.below(12))))
            .collect();
        let times: Vec<i64> = groups.iter().map(|group| group.1).collect();
        let mut book = Book::new(capacity(&groups));
        for _ in 0..12 {
            let all = [&[0, 1, 2][..], &[0, 2], &[2, 1], &[1]];
            let steps = all[luck.below(4) as usize];
            let from = i64::from(luck.below(60));
            let before = bookings(&book);
            book.with_one_more(luck.below(3), &demand(steps, 5, from));
            assert_eq!(bookings(&book), before, "a question books nothing");
            let expected = brute(&book, steps, &times, from);
            let dates = book.put(&demand(steps, 1, from));
            assert_eq!(
                dates.full(),
                Time(expected),
                "{groups:?} {steps:?} from {from}"
            );
            for (old, new) in before.iter().zip(bookings(&book)) {
                assert!(old.iter().all(|booking| new.contains(booking)));
                let overlap = new.windows(2).any(|pair| pair[0].end > pair[1].begin);
                assert!(!overlap, "{new:?}");
            }
        }
    }
}

#[test]
fn lots_of_one_server_come_as_a_flow_shop() {
    // Two stations of 2 and 3: lot k is done at 2 + 3 k.
    let mut book = Book::new(capacity(&[(1, 2), (1, 3)]));
    let dates = book.put(&demand(&[0, 1], 10, 0));
    assert_eq!(dates.full(), Time(2 + 3 * 10));
    assert_eq!(dates.partial(Share(500_000_000)), Time(2 + 3 * 5));
    // One more of the second server: the first is the slower one now.
    let mut other = Book::new(capacity(&[(1, 2), (1, 3)]));
    let order = demand(&[0, 1], 10, 0);
    assert_eq!(other.with_one_more(1, &order).full(), Time(2 * 10 + 3));
    // That was a question: the order itself is planned as if it had not been asked.
    assert_eq!(other.put(&order), dates);
}

#[test]
fn a_second_order_fills_gaps_and_the_first_stays() {
    let mut book = Book::new(capacity(&[(1, 10), (1, 1)]));
    book.put(&demand(&[0, 1], 3, 0));
    let before = bookings(&book);
    // The second server is idle but for 10-11, 20-21, 30-31.
    let dates = book.put(&demand(&[1], 12, 0));
    assert_eq!(dates.full(), Time(13));
    for (old, new) in before.iter().zip(bookings(&book)) {
        assert!(old.iter().all(|booking| new.contains(booking)));
    }
}

/// A discrete rack of 50 bays and 12 levels, 2 x 2 m, 2.5 and 0.75 m/s (Bozer and White, summed over the slots).
fn stored(keys: &str, accel: &str) -> fenhe_plant::Plant {
    let text = format!(
        r#"
[[product]]
id = "a"
route = ["make", "ship"]
[[carrier]]
id = "pallet"
capacity = 1
count = 10
start = ["in"]
[[buffer]]
id = "raw"
queue = {{}}
[[buffer]]
id = "in"
load = {{ carrier = "pallet", places = 10, operation = "make" }}
[[buffer]]
id = "out"
unload = {{ carrier = "pallet", places = 2, operation = "ship", returns = "in", return_time = "0 s" }}
[[source]]
id = "source"
to = "raw"
orders = "a"
[[station]]
id = "make"
from = "raw"
to = "in"
operation = "make"
single = {{}}
time = "10 s"
[[station]]
id = "ship"
from = "out"
to = "done"
operation = "ship"
single = {{}}
time = "20 s"
[[sink]]
id = "done"
[[rack]]
id = "rack"
sides = 1
bays = 50
levels = 12
bay_width = "2 m"
level_height = "2 m"
crane = {{ speed = "2.5 m/s", lift_speed = "0.75 m/s"{accel} }}
io = [{{ buffer = "in" }}, {{ buffer = "out" }}]
{keys}
[orders]
file = "orders.csv"
"#
    );
    let files =
        fenhe_plant::Files::of_toml(&text).with("orders.csv", b"order,product,quantity\nA,a,1\n");
    let (plant, _) = fenhe_plant::load("rack", &files).unwrap_or_else(|all| panic!("{all:#?}"));
    plant
}

#[test]
fn a_crane_takes_a_dual_command_or_two_single_ones_a_load() {
    let moving = ", accel = \"0.5 m/s2\", lift_accel = \"0.5 m/s2\"";
    let broken =
        ", transfer = \"8 s\", failures = [{ id = \"drive\", every = \"9 h\", repair = \"1 h\" }]";
    let single = "command = \"single\"";
    let cases = [
        ("", "", 65.4389),
        (single, "", 2.0 * 48.5173),
        ("", moving, 76.5948),
        ("", broken, (65.4389 + 32.0) * (1.0 + 1.0 / 9.0)),
    ];
    for (keys, accel, wanted) in cases {
        let plant = stored(keys, accel);
        let (rack, crane) = (&plant.racks[RackId(0)], &plant.cranes[CraneId(0)]);
        let found = load_time(rack, crane).as_seconds();
        assert!((found / wanted - 1.0).abs() < 1e-5, "{found} {wanted}");
    }
}

#[test]
fn cranes_hold_a_date_where_they_are_the_slowest() {
    let plant = stored("", "");
    let capacity = Capacity::new(&plant);
    let route = capacity.route(&plant, ProductId(0)).expect("a route");
    let of = |step: &Step| capacity.groups[step.group as usize].resource.clone();
    let resources: Vec<Resource> = route.steps.iter().map(of).collect();
    assert_eq!(resources[1], Resource::Store(RackId(0)), "{resources:?}");
    let crane = vec![String::from("rack.1")];
    assert_eq!(names(&plant, &resources[1]), ("rack".into(), crane));
    let demand = Demand {
        parts: vec![Part {
            route,
            lots: 100,
            enough: 100,
        }],
        from: Time::ZERO,
    };
    let mut book = Book::new(capacity);
    let full = book.put(&demand).full().as_seconds();
    // Make the first, then a hundred loads by the crane at 65.4 s each, then ship the last.
    assert!((full - (10.0 + 6_543.89 + 20.0)).abs() < 1.0, "{full}");
}
