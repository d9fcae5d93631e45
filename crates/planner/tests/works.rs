//! A plant's orders as a shop: what becomes of lots, trips, calendars and dates.

use fenhe_contract::*;
use fenhe_planner::promise::*;
use fenhe_planner::schedule::*;
use fenhe_plant::Calendar;

fn server(station: Option<u32>, time: Span, calendar: Option<Calendar>) -> Server {
    Server {
        station: station.map(StationId),
        hours: Hours(calendar),
        times: vec![time],
    }
}

fn day(on: &[(i64, i64)]) -> Calendar {
    Calendar {
        name: "day".to_string(),
        period: Span::hours(24),
        on: on
            .iter()
            .map(|(from, to)| (Span::hours(*from), Span::hours(*to)))
            .collect(),
    }
}

/// Cutting by two servers of one station, then a trip, then pressing by day.
fn capacity(press: Calendar) -> Capacity {
    let operation = |at: u32| Resource::Operation(OperationId(at), vec![StationId(at)]);
    let cut = server(Some(0), Span(3_600_000_000 - 999_999), None);
    Capacity::of_groups(vec![
        Group {
            resource: operation(0),
            servers: vec![cut.clone(), cut],
        },
        Group {
            resource: Resource::Transport,
            servers: vec![server(None, Span(90_500_000), None)],
        },
        Group {
            resource: operation(1),
            servers: vec![server(Some(1), Span::hours(2), Some(press))],
        },
    ])
}

fn ordered(lots: u32, from: Time, due: Option<Time>) -> Ordered {
    let step = |group| Step {
        group,
        product: ProductId(0),
        jobs: 1,
    };
    let route = Route {
        steps: [0, 1, 2].map(step).to_vec(),
        lot: 1,
        leaves: 1,
        weight: None,
        good: 1.0,
    };
    let part = Part {
        route,
        lots,
        enough: lots,
    };
    Ordered {
        demand: Demand {
            parts: vec![part],
            from,
        },
        due,
        weight: 3,
    }
}

#[test]
fn lots_are_jobs_servers_machines_and_trips_lags() {
    let late = Time::ZERO + Span::hours(10);
    let orders = [
        ordered(2, Time::ZERO, Some(late)),
        ordered(1, Time(1_500_000), None),
    ];
    let capacity = capacity(day(&[(8, 12), (13, 17)]));
    let Works {
        shop, lots, seats, ..
    } = works(&capacity, 1, &orders, &[]).expect("a shop");
    assert_eq!((shop.jobs(), shop.operations(), shop.machines), (3, 6, 3));
    let seat = |group, server| Seat { group, server };
    assert_eq!(seats, [seat(0, 0), seat(0, 1), seat(2, 0)]);
    assert_eq!((lots[1].order, lots[1].number, lots[2].order), (0, 1, 1));
    // Rounded up to whole seconds.
    let ways = |op: usize| {
        shop.alternatives(op)
            .iter()
            .map(|way| (way.machine, way.time))
    };
    assert_eq!(ways(0).collect::<Vec<_>>(), [(0, 3_600), (1, 3_600)]);
    assert_eq!((shop.lag(0, 0, 2), shop.release(2)), (91, 2));
    let due = Due {
        at: 36_000,
        weight: 3,
    };
    assert_eq!((shop.due(1), shop.due(2)), (Some(due), None));
    // By hand: all are cut by 2 h, the press opens at 8: 8 to 10, 10 to 12, 13 to 15. Two of the first order are due at 10.
    let mut search = Search::new(
        &shop,
        &dispatch(&shop, rules(&shop)[0]),
        Seed(1),
        Style::of(&shop, 0),
    );
    search.on(500);
    let expected = Cost {
        late: 3 * 2 * 3_600,
        makespan: 15 * 3_600,
    };
    assert_eq!(search.cost(), expected);
    assert_eq!(check(&shop, &search.plan()), Ok(15 * 3_600));
}

#[test]
fn a_press_that_is_shut_goes_on_afterwards() {
    // From 9 to 11 on the first day: 8 to 9 and 11 to 12 for the first lot, 13 to 15 for the second.
    let shut = [Shut {
        machine: 2,
        from: 9 * 3_600,
        to: 11 * 3_600,
    }];
    let capacity = capacity(day(&[(8, 12), (13, 17)]));
    let orders = [ordered(2, Time::ZERO, None)];
    let works = works(&capacity, 1, &orders, &shut).expect("a shop");
    let plan = dispatch(&works.shop, Rule::EarliestDue);
    let pressed = [1, 3].map(|op| (plan[op].begin / 3_600, plan[op].end / 3_600));
    assert_eq!(pressed, [(8, 12), (13, 15)]);
}

#[test]
fn what_cannot_be_scheduled_is_told() {
    let orders = |lots| [ordered(lots, Time::ZERO, None)];
    let never = Calendar {
        on: vec![(Span(1), Span(1_000))],
        ..day(&[])
    };
    let wrong =
        |capacity: &Capacity, lots| works(capacity, 1, &orders(lots), &[]).expect_err("no shop");
    assert_eq!(wrong(&capacity(never), 1), NoShop::Never(StationId(1)));
    let open = capacity(day(&[(0, 24)]));
    assert_eq!(wrong(&open, 600_000), NoShop::Many(1_200_000));
    assert_eq!(wrong(&open, 250_000), NoShop::Long);
}
