//! Slitting plans against what is known of them, against every plan there is where these are few, and against a check
//! that knows nothing of how they were made.

use fenhe_contract::{Purpose, Seed, Stream};
use fenhe_planner::cutting::*;
use std::collections::{BTreeMap, BTreeSet};

fn item(width: Width, demand: u32, over: u32) -> Item {
    Item {
        width,
        demand,
        over,
    }
}

/// The paper mill of the literature's textbook example.
fn mill() -> Order {
    let widths = [
        1380, 1520, 1560, 1710, 1820, 1880, 1930, 2000, 2050, 2100, 2140, 2150, 2200,
    ];
    let demands = [22, 25, 12, 14, 18, 18, 20, 10, 12, 14, 16, 18, 20];
    let items = widths.into_iter().zip(demands);
    Order::new(
        5600,
        items
            .map(|(width, demand)| item(width, demand, 0))
            .collect(),
    )
}

#[test]
fn the_paper_mill_needs_73_rolls_which_is_proven_and_10_patterns_do() {
    let order = mill();
    let mut search = Search::new(&order, Seed(1)).expect("an order");
    assert_eq!(search.state().bound, 73);
    let patterns = |search: &Search| {
        let totals = check(&order, &search.plan().expect("a plan")).expect("holds");
        assert_eq!(totals.parents, 73);
        totals.patterns
    };
    assert!(search.state().fewest_parents);
    for _ in 0..100 {
        search.improve(400);
        if patterns(&search) <= 10 {
            break;
        }
    }
    assert_eq!(patterns(&search), 10);
}

/// All patterns of an order, by brute force.
fn patterns(order: &Order, from: usize, counts: &mut Vec<u32>, all: &mut Vec<Vec<u32>>) {
    let width: u32 = counts
        .iter()
        .zip(&order.items)
        .map(|(n, item)| n * item.width)
        .sum();
    let strips: u32 = counts.iter().sum();
    let room = order.parent - 2 * order.edge;
    if width > room || strips > order.strips {
        return;
    }
    if strips > 0 && order.trim.is_none_or(|trim| room - width <= trim) {
        all.push(counts.clone());
    }
    for at in from..counts.len() {
        counts[at] += 1;
        patterns(order, at, counts, all);
        counts[at] -= 1;
    }
}

/// Fewest parents and then fewest patterns, by going through all sums that patterns make.
fn brute(order: &Order) -> Option<(u64, usize)> {
    let mut all = Vec::new();
    patterns(order, 0, &mut vec![0; order.items.len()], &mut all);
    let most: Vec<u32> = order
        .items
        .iter()
        .map(|item| item.demand + item.over)
        .collect();
    // Of what was made: pairs of parents and patterns that none is better than in both.
    let mut made: BTreeMap<Vec<u32>, BTreeSet<(u64, usize)>> = BTreeMap::new();
    made.entry(vec![0; most.len()]).or_default().insert((0, 0));
    for pattern in &all {
        let before = made.clone();
        for (sums, ways) in &before {
            for times in 1_u32.. {
                let next: Vec<u32> = sums
                    .iter()
                    .zip(pattern)
                    .map(|(a, b)| a + b * times)
                    .collect();
                if next.iter().zip(&most).any(|(made, most)| made > most) {
                    break;
                }
                let to = made.entry(next).or_default();
                to.extend(ways.iter().map(|way| (way.0 + u64::from(times), way.1 + 1)));
            }
        }
        for ways in made.values_mut() {
            let all: Vec<_> = ways.iter().copied().collect();
            ways.retain(|way| {
                !all.iter()
                    .any(|other| other != way && other.0 <= way.0 && other.1 <= way.1)
            });
        }
    }
    let enough = |sums: &[u32]| {
        sums.iter()
            .zip(&order.items)
            .all(|(made, item)| *made >= item.demand)
    };
    let ways = made.iter().filter(|(sums, _)| enough(sums));
    ways.flat_map(|(_, ways)| ways.iter().copied()).min()
}

/// A tiny order by luck, with limits now and then.
fn tiny(luck: &mut Stream) -> Order {
    let parent = 20 + luck.below(20);
    let mut widths = BTreeSet::new();
    for _ in 0..=luck.below(4) {
        widths.insert(4 + luck.below(14));
    }
    let over = luck.below(3) == 0;
    let items = widths.into_iter().map(|width| {
        let over = if over { luck.below(3) } else { 0 };
        item(width, 1 + luck.below(5), over)
    });
    let items = items.collect();
    let mut order = Order::new(parent, items);
    if luck.below(2) == 0 {
        order.edge = luck.below(2);
        order.strips = 1 + luck.below(4);
    }
    if luck.below(3) == 0 {
        order.trim = Some(2 + luck.below(12));
    }
    order
}

#[test]
fn tiny_orders_are_solved_as_by_brute_force() {
    let mut luck = Seed(5).stream("tiny", Purpose::Initial);
    let (mut solved, mut impossible) = (0, 0);
    for round in 0..400 {
        let order = tiny(&mut luck);
        let known = brute(&order);
        let mut search = match Search::new(&order, Seed(round)) {
            Ok(search) => search,
            Err(faults) => {
                assert!(known.is_none(), "{round}: {faults:?} {order:?}");
                continue;
            }
        };
        search.improve(20_000);
        assert!(search.is_over(), "{round}: {order:?} {:?}", search.state());
        let plan = search.plan();
        let found = plan.map(|plan| {
            let totals = check(&order, &plan).expect("a plan that holds");
            (totals.parents, totals.patterns)
        });
        assert_eq!(found, known, "{round}: {order:?}");
        assert_eq!(known.is_none(), search.state().impossible);
        if let Some((parents, _)) = known {
            assert_eq!(search.state().bound, parents);
        }
        solved += u32::from(known.is_some());
        impossible += u32::from(known.is_none());
    }
    assert!(solved > 200 && impossible > 5, "{solved} {impossible}");
}

/// A larger order by luck, with limits now and then.
fn any(luck: &mut Stream) -> Order {
    let parent = 500 + luck.below(5_000);
    let mut widths = BTreeSet::new();
    for _ in 0..=luck.below(25) {
        widths.insert(1 + parent / 40 + luck.below(parent * 2 / 3));
    }
    let items = widths.into_iter().map(|width| {
        let over = if luck.below(4) == 0 { luck.below(6) } else { 0 };
        item(width, 1 + luck.below(60), over)
    });
    let items = items.collect();
    let mut order = Order::new(parent, items);
    order.edge = luck.below(parent / 50);
    if luck.below(2) == 0 {
        order.strips = 1 + luck.below(12);
    }
    if luck.below(4) == 0 {
        order.trim = Some(parent / 4 + luck.below(parent / 2));
    }
    order
}

#[test]
fn every_plan_holds_and_has_no_fewer_parents_than_the_bound() {
    let mut luck = Seed(9).stream("any", Purpose::Initial);
    let (mut plans, mut proven) = (0, 0);
    for round in 0..120 {
        let order = any(&mut luck);
        let Ok(mut search) = Search::new(&order, Seed(round)) else {
            continue;
        };
        let mut last = (u64::MAX, usize::MAX);
        for _ in 0..6 {
            let state = search.state();
            if let Some(plan) = search.plan() {
                let totals = check(&order, &plan)
                    .unwrap_or_else(|wrong| panic!("{round}: {wrong:?} {order:?} {plan:?}"));
                assert!(
                    totals.parents >= state.bound,
                    "{round}: {totals:?} {state:?}"
                );
                assert!((totals.parents, totals.patterns) <= last, "{round}");
                last = (totals.parents, totals.patterns);
            }
            search.improve(8);
        }
        plans += u32::from(last.0 < u64::MAX);
        proven += u32::from(search.state().fewest_parents);
    }
    println!("{plans} plans, {proven} of fewest parents");
    assert!(plans >= 100 && proven >= 85, "{plans} {proven}");
}

/// Three strips a parent without trim: n / 3 parents, as in the triplets of Falkenauer 1996.
fn triplets(n: u32, luck: &mut Stream) -> Order {
    let mut widths: BTreeMap<u32, u32> = BTreeMap::new();
    for _ in 0..n / 3 {
        let first = 380 + luck.below(111);
        let rest = 1_000 - first;
        let second = 250 + luck.below(rest / 2 - 250);
        for width in [first, second, rest - second] {
            *widths.entry(width).or_default() += 1;
        }
    }
    let items = widths
        .into_iter()
        .map(|(width, count)| item(width, count, 0));
    Order::new(1_000, items.collect())
}

#[test]
fn triplets_of_sixty_are_cut_from_twenty_parents() {
    let mut luck = Seed(3).stream("triplets", Purpose::Initial);
    for round in 0..8 {
        let order = triplets(60, &mut luck);
        let mut search = Search::new(&order, Seed(round)).expect("an order");
        assert_eq!(search.state().bound, 20);
        let mut steps = 0;
        while !search.state().fewest_parents && steps < 4_000 {
            search.improve(100);
            steps += 100;
        }
        let totals = check(&order, &search.plan().expect("a plan")).expect("holds");
        println!(
            "triplets {round}: {} parents after {steps} steps",
            totals.parents
        );
        assert_eq!((totals.parents, totals.trim), (20, 0));
    }
}

#[test]
fn in_slices_as_in_a_whole() {
    let order = mill();
    let mut whole = Search::new(&order, Seed(4)).expect("an order");
    whole.improve(150);
    let mut sliced = Search::new(&order, Seed(4)).expect("an order");
    for slice in [1, 30, 0, 19, 100] {
        sliced.improve(slice);
    }
    assert_eq!(whole.plan(), sliced.plan());
    assert_eq!(whole.state(), sliced.state());
}

#[test]
fn odd_orders_are_refused_with_all_their_faults() {
    let faults = |order: &Order| Search::new(order, Seed(1)).err().unwrap_or_default();
    let mut order = Order::new(
        1_000,
        vec![item(300, 2, 0), item(1_001, 1, 0), item(0, 1, 0)],
    );
    order.items.extend([
        item(200, 0, 0),
        item(300, 1, 0),
        item(40, 1, 0),
        item(900, 1, 0),
    ]);
    (order.narrowest, order.widest) = (50, 800);
    let all = [
        Fault::TooWide(1),
        Fault::ZeroWidth(2),
        Fault::NoDemand(3),
        Fault::Twice(0, 4),
        Fault::BelowNarrowest(5),
        Fault::AboveWidest(6),
    ];
    assert_eq!(faults(&order), all);
    let mut order = Order::new(100, vec![item(30, 5, 0), item(50, 4, 0)]);
    order.trim = Some(5);
    // 50 + 50 leaves nothing; 30 + 30 + 30 leaves 10 and 50 + 30 leaves 20.
    assert_eq!(faults(&order), [Fault::NoPattern(0)]);
    order.trim = None;
    (order.edge, order.strips) = (50, 0);
    assert_eq!(faults(&order), [Fault::NoRoom, Fault::NoStrips]);
    order.edge = u32::MAX;
    assert_eq!(faults(&order), [Fault::NoRoom, Fault::NoStrips]);
    assert_eq!(faults(&Order::new(100, Vec::new())), [Fault::Nothing]);
    let many = Order::new(100, vec![item(30, u32::MAX, u32::MAX)]);
    assert_eq!(faults(&many), [Fault::TooMany]);
}

#[test]
fn the_largest_and_the_narrowest_that_is_allowed_is_cut() {
    let order = Order::new(u32::MAX, vec![item(1, 9_000_000, 0), item(u32::MAX, 3, 0)]);
    let mut search = Search::new(&order, Seed(1)).expect("an order");
    search.improve(10);
    let totals = check(&order, &search.plan().expect("a plan")).expect("holds");
    assert_eq!((totals.parents, totals.patterns), (4, 2));
    let order = Order::new(u32::MAX, vec![item(u32::MAX - 1, 9_999_000, 1_000)]);
    let search = Search::new(&order, Seed(1)).expect("an order");
    assert!(search.is_over());
    assert_eq!(search.state().bound, 9_999_000);
}

#[test]
fn more_than_was_asked_saves_set_ups_where_it_may_be_made() {
    let exact = Order::new(100, vec![item(50, 10, 0), item(30, 14, 0), item(20, 16, 0)]);
    let mut loose = exact.clone();
    for item in &mut loose.items {
        item.over = 2;
    }
    let solved = |order: &Order| {
        let mut search = Search::new(order, Seed(1)).expect("an order");
        search.improve(5_000);
        check(order, &search.plan().expect("a plan")).expect("holds")
    };
    let (exact, loose) = (solved(&exact), solved(&loose));
    assert!(loose.parents <= exact.parents);
    assert!(loose.patterns < exact.patterns, "{exact:?} {loose:?}");
}

#[test]
fn the_check_finds_each_kind_of_mistake() {
    let mut order = Order::new(100, vec![item(30, 4, 0), item(20, 2, 1)]);
    (order.strips, order.trim) = (4, Some(45));
    let set_up = |strips: &[(usize, u32)], parents| SetUp {
        strips: strips.to_vec(),
        parents,
    };
    let good = set_up(&[(0, 2), (1, 1)], 2);
    let totals = check(&order, std::slice::from_ref(&good)).expect("holds");
    assert_eq!((totals.parents, totals.patterns, totals.trim), (2, 1, 40));
    let wrong = |plan: &[SetUp]| check(&order, plan).expect_err("wrong");
    assert_eq!(wrong(&[set_up(&[(0, 1)], 0)]), Wrong::Empty(0));
    assert_eq!(wrong(&[set_up(&[(2, 1)], 1)]), Wrong::Item(0));
    assert_eq!(wrong(&[set_up(&[(1, 1), (0, 1)], 1)]), Wrong::Item(0));
    assert_eq!(wrong(&[set_up(&[(0, 4)], 1)]), Wrong::Wide(0));
    assert_eq!(wrong(&[set_up(&[(1, 5)], 1)]), Wrong::Strips(0));
    assert_eq!(wrong(&[set_up(&[(1, 1)], 1)]), Wrong::Trim(0));
    assert_eq!(wrong(&[good.clone(), good.clone()]), Wrong::Twice(0, 1));
    assert_eq!(wrong(&[set_up(&[(0, 2), (1, 1)], 1)]), Wrong::Made(0, 2));
    let many = [good, set_up(&[(1, 4)], 1)];
    assert_eq!(wrong(&many), Wrong::Made(1, 6));
}
