//! Schedules with set-ups, hours, lags, releases, due dates and work that has begun, against brute force on tiny shops
//! and against a check that knows nothing of how they were made.

mod lucky;

use fenhe_contract::{Purpose, Seed};
use fenhe_planner::schedule::*;
use lucky::{Lucky, dispatched, plain, tiny};

const FT06: &str = include_str!("shops/ft06.txt");
const FT10: &str = include_str!("shops/ft10.txt");
const MK01: &str = include_str!("shops/mk01.txt");

#[test]
fn tiny_shops_are_solved_as_by_brute_force() {
    let mut seen = 0;
    for seed in 0..1_500 {
        let lucky = tiny(seed);
        let shop = &lucky.shop;
        let least = lucky.least();
        assert!(least_cost(shop) <= least, "shop {seed}: the bound");
        let style = Style::of(shop, seed as u32);
        let mut search = Search::new(shop, &dispatched(shop), Seed(seed), style);
        search.on(12_000);
        assert_eq!(search.cost(), least, "shop {seed}");
        let plan = search.plan();
        let makespan = check(shop, &plan).expect("a plan");
        assert_eq!(makespan, search.makespan(), "shop {seed}");
        assert_eq!(cost(shop, &plan), least, "shop {seed}");
        seen += usize::from(least.late > 0);
    }
    assert!(seen > 500, "{seen} of them were late");
}

#[test]
fn every_plan_of_any_detailed_shop_holds_and_costs_what_the_check_says() {
    for seed in 0..250 {
        let mut luck = Seed(seed).stream("detailed", Purpose::Initial);
        let machines = 1 + luck.below(5);
        let jobs = 2 + luck.below(7);
        let shop = plain(&mut luck, machines, jobs, 7, seed % 2 == 0);
        let mut lucky = Lucky::new(shop, &mut luck);
        if seed % 3 == 0 {
            let plan = dispatched(&lucky.shop);
            lucky.disturb(&plan, luck.below(40), &mut luck);
        }
        let shop = &lucky.shop;
        assert!(shop.longest() < LONGEST);
        assert_eq!(shop.begun_wrong(), None, "shop {seed}");
        let begin = dispatched(shop);
        let first = cost(shop, &begin);
        let style = Style::of(shop, luck.below(4));
        let mut search = Search::new(shop, &begin, Seed(seed), style);
        assert!(search.cost() <= first, "shop {seed}");
        for _ in 0..10 {
            search.on(150);
            let plan = search.plan();
            let makespan = check(shop, &plan).unwrap_or_else(|w| panic!("{seed}: {w:?}"));
            assert_eq!(makespan, search.makespan(), "shop {seed}");
            assert_eq!(cost(shop, &plan), search.cost(), "shop {seed}");
            assert!(least_cost(shop) <= search.cost() && u64::from(makespan) <= shop.longest());
        }
    }
}

#[test]
fn public_shops_are_solved_by_exact_times_alone_too() {
    for (text, best, steps) in [(FT06, 55, 30_000), (FT10, 930, 500_000)] {
        let mut shop = read_job_shop(text).expect("a shop");
        shop.set_from(0);
        assert!(shop.is_detailed());
        let mut search = Search::new(&shop, &dispatched(&shop), Seed(1), Style::of(&shop, 1));
        search.on(steps);
        let found = check(&shop, &search.plan()).expect("a plan");
        assert!((best..=best + best / 25).contains(&found), "{found}");
    }
    let mut shop = read_flexible(MK01).expect("a shop");
    shop.set_from(0);
    let mut search = Search::new(&shop, &dispatched(&shop), Seed(1), Style::of(&shop, 0));
    search.on(300_000);
    assert!(
        (40..=42).contains(&search.makespan()),
        "{}",
        search.makespan()
    );
}

#[test]
fn the_check_finds_what_details_forbid() {
    // Two jobs of one operation of 4 on one machine, which is closed from 10 to 12; set-up of 2 between their families.
    let way = Alternative {
        machine: 0,
        time: 4,
    };
    let mut shop = Shop::new(1);
    shop.job([&[way][..]]);
    shop.job([&[way][..], &[way]]);
    shop.set_family(1, 1);
    shop.set_family(2, 1);
    shop.set_setups(&[0], 2, &[0, 2, 2, 0]);
    shop.set_working(0, Working::but(&[(10, 12)]));
    shop.set_lag(1, 3);
    shop.set_release(1, 6);
    let plan = |begins: [(Units, Units); 3]| -> Vec<Done> {
        let done = |(begin, end)| Done {
            machine: 0,
            begin,
            end,
        };
        begins.map(done).to_vec()
    };
    let found = |begins| check(&shop, &plan(begins));
    assert_eq!(found([(0, 4), (6, 10), (13, 17)]), Ok(17));
    assert_eq!(found([(0, 4), (6, 10), (12, 16)]), Err(Wrong::Early(2)));
    assert_eq!(found([(0, 4), (5, 9), (13, 17)]), Err(Wrong::Release(1)));
    assert_eq!(found([(1, 5), (6, 10), (13, 17)]), Err(Wrong::Setup(0, 1)));
    assert_eq!(found([(0, 4), (10, 16), (19, 23)]), Err(Wrong::Closed(1)));
    assert_eq!(
        found([(0, 4), (8, 12), (16, 20)]),
        Err(Wrong::Alternative(1))
    );
    // Over the closed time: from 8 to 14.
    assert_eq!(found([(0, 4), (8, 14), (17, 21)]), Ok(21));
    assert_eq!(found([(0, 4), (6, 10), (9, 15)]), Err(Wrong::Early(2)));
    // Nothing begins before 7 but what has begun, and that at 0.
    let mut late = shop.clone();
    late.set_from(7);
    let begun = Begun {
        machine: 0,
        begin: 0,
    };
    late.set_begun(0, begun);
    let found = |begins| check(&late, &plan(begins));
    assert_eq!(found([(0, 4), (6, 10), (13, 17)]), Err(Wrong::Release(1)));
    assert_eq!(found([(1, 5), (9, 15), (18, 22)]), Err(Wrong::Begun(0)));
    // Its set-up may not begin before either, unless it had begun.
    assert_eq!(found([(0, 4), (8, 14), (17, 21)]), Err(Wrong::Setup(0, 1)));
    assert_eq!(found([(0, 4), (9, 15), (18, 22)]), Ok(22));
    late.set_prepared(1);
    let begins = [(0, 4), (8, 14), (17, 21)];
    assert_eq!(check(&late, &plan(begins)), Ok(21));
}
