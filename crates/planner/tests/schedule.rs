//! Schedules against what is known of public shops, and against a check that knows nothing of how they were made.

use fenhe_contract::{Purpose, Seed};
use fenhe_planner::schedule::*;

const FT06: &str = include_str!("shops/ft06.txt");
const FT10: &str = include_str!("shops/ft10.txt");
const LA38: &str = include_str!("shops/la38.txt");
const MK01: &str = include_str!("shops/mk01.txt");
const MK03: &str = include_str!("shops/mk03.txt");

fn dispatched(shop: &Shop) -> Vec<Done> {
    let plans = RULES.map(|rule| dispatch(shop, rule));
    let length = |plan: &Vec<Done>| check(shop, plan).expect("a plan");
    plans.into_iter().min_by_key(length).expect("rules")
}

/// The length found in so many steps, by a plan that holds.
fn found(shop: &Shop, steps: u64) -> Units {
    let mut search = Search::new(shop, &dispatched(shop), Seed(1), Style::of(shop, 0));
    search.on(steps);
    let length = check(shop, &search.plan()).expect("a plan");
    assert_eq!(length, search.makespan());
    length
}

#[test]
fn small_public_shops_are_solved_and_a_larger_one_nearly() {
    let shop = read_job_shop(FT06).expect("a shop");
    assert_eq!((shop.jobs(), shop.machines, shop.operations()), (6, 6, 36));
    assert_eq!(found(&shop, 20_000), 55);
    let mk01 = read_flexible(MK01).expect("a shop");
    assert_eq!(found(&mk01, 50_000), 40);
    // Its bound proves it.
    let mk03 = read_flexible(MK03).expect("a shop");
    assert_eq!(found(&mk03, 50_000), 204);
    let ft10 = found(&read_job_shop(FT10).expect("a shop"), 400_000);
    assert!((930..=950).contains(&ft10), "{ft10}");
    let la38 = found(&read_job_shop(LA38).expect("a shop"), 400_000);
    assert!((1196..=1230).contains(&la38), "{la38}");
}

/// A shop by luck: some alternatives an operation, jobs of several lengths that come back to machines, times of 0 too.
fn any(seed: u64) -> Shop {
    let mut luck = Seed(seed).stream("shop", Purpose::Initial);
    let machines = 1 + luck.below(6);
    let mut shop = Shop::new(machines);
    for _ in 0..=luck.below(8) {
        let mut job: Vec<Vec<Alternative>> = Vec::new();
        for _ in 0..luck.below(9) {
            let from = luck.below(machines);
            let alternatives = 1 + luck.below(machines);
            let time = |luck: &mut fenhe_contract::Stream| luck.below(12);
            let alternative = |n: u32| (from + n) % machines;
            job.push(
                (0..alternatives)
                    .map(|n| Alternative {
                        machine: alternative(n),
                        time: time(&mut luck),
                    })
                    .collect(),
            );
        }
        shop.job(job.iter().map(Vec::as_slice));
    }
    shop
}

#[test]
fn every_plan_of_any_shop_holds_and_is_no_shorter_than_the_bound() {
    for seed in 0..300 {
        let shop = any(seed);
        let begin = dispatched(&shop);
        let first = check(&shop, &begin).expect("a plan");
        let mut search = Search::new(&shop, &begin, Seed(seed), Style::of(&shop, 0));
        assert_eq!(search.makespan(), first, "shop {seed}");
        for _ in 0..20 {
            search.on(40);
            let length =
                check(&shop, &search.plan()).unwrap_or_else(|wrong| panic!("{seed}: {wrong:?}"));
            assert_eq!(length, search.makespan(), "shop {seed}");
            assert!(bound(&shop) <= length && length <= first, "shop {seed}");
        }
    }
}

#[test]
fn a_search_in_slices_finds_what_one_in_a_whole_finds() {
    let shop = read_job_shop(FT10).expect("a shop");
    let begin = dispatched(&shop);
    let mut whole = Search::new(&shop, &begin, Seed(7), Style::of(&shop, 0));
    whole.on(3_000);
    let mut sliced = Search::new(&shop, &begin, Seed(7), Style::of(&shop, 0));
    (0..300).for_each(|_| sliced.on(10));
    assert_eq!(whole.plan(), sliced.plan());
}

#[test]
fn the_check_finds_what_is_wrong() {
    let shop = read_job_shop(FT06).expect("a shop");
    let plan = dispatched(&shop);
    let wrong = |change: &dyn Fn(&mut Vec<Done>)| {
        let mut plan = plan.clone();
        change(&mut plan);
        check(&shop, &plan).expect_err("something is wrong")
    };
    assert_eq!(wrong(&|plan| plan.truncate(35)), Wrong::Count(35));
    assert_eq!(wrong(&|plan| plan[3].end += 1), Wrong::Alternative(3));
    assert_eq!(wrong(&|plan| plan[3].machine = 5), Wrong::Alternative(3));
    let early = wrong(&|plan| {
        let long = plan[7].end - plan[7].begin;
        (plan[7].begin, plan[7].end) = (0, long);
    });
    assert_eq!(early, Wrong::Early(7));
    // The first of all jobs at once.
    let overlap = wrong(&|plan| {
        for job in 0..shop.jobs() {
            let done = &mut plan[shop.ops_of(job).start];
            (done.begin, done.end) = (0, done.end - done.begin);
        }
    });
    assert!(matches!(overlap, Wrong::Overlap(..)), "{overlap:?}");
}

#[test]
fn texts_that_are_no_shop_are_told_with_their_line() {
    let job = |text| read_job_shop(text).expect_err("no shop");
    assert_eq!(job(""), Fault::Head);
    assert_eq!(job("2\n"), Fault::Head);
    assert_eq!(job("1 2\n0 3 1 x\n"), Fault::Number(2));
    assert_eq!(job("1 2\n0 3 2 4\n"), Fault::Machine(2));
    assert_eq!(job("1 2\n0 3 1\n"), Fault::Length(2));
    assert_eq!(job("# two jobs\n2 2\n\n0 3 1 4\n"), Fault::Jobs(1));
    assert_eq!(job("1 1\n0 4000000000\n"), Fault::TooLong);
    let flexible = |text| read_flexible(text).expect_err("no shop");
    assert_eq!(flexible("1 2 1.5\n2 1 1 3\n"), Fault::Length(2));
    assert_eq!(flexible("1 2\n1 1 1 3 9\n"), Fault::Length(2));
    assert_eq!(flexible("1 2\n1 0\n"), Fault::Length(2));
    assert_eq!(flexible("1 2\n1 1 3 3\n"), Fault::Machine(2));
    // No fraction where time is counted.
    assert_eq!(job("1 2\n0 3.5 1 2\n"), Fault::Number(2));
    // Machines count from 1, or from 0 where a 0 occurs.
    let one = read_flexible("1 2\n1 2 1 3 2 4\n").expect("a shop");
    let zero = read_flexible("1 2\n1 2 0 3 1 4\n").expect("a shop");
    assert_eq!(one, zero);
}

#[test]
fn the_format_of_a_text_is_found_where_only_one_is_possible() {
    for (text, kind) in [
        (FT06, Kind::JobShop),
        (LA38, Kind::JobShop),
        (MK01, Kind::Flexible),
    ] {
        assert_eq!(read(text).expect("a shop").0, kind);
    }
    // A third number says so even where both are possible.
    assert_eq!(read("1 3\n1 1 2 5\n"), Err(Fault::Either));
    assert_eq!(read("1 3 1\n1 1 2 5\n").expect("a shop").0, Kind::Flexible);
    assert_eq!(read("2 2\n0 3 1 4\n0 3 7 4\n"), Err(Fault::Machine(3)));
    assert_eq!(read("2 4000000000\n"), Err(Fault::Head));
}

#[test]
fn a_critical_path_is_as_long_as_the_makespan_and_has_no_gap() {
    for seed in 0..100 {
        let shop = any(seed);
        let mut search = Search::new(&shop, &dispatched(&shop), Seed(seed), Style::of(&shop, 1));
        search.on(50);
        let plan = search.plan();
        let path = critical(&shop, &plan);
        let times = path.iter().map(|op| plan[*op].end - plan[*op].begin);
        assert_eq!(times.sum::<Units>(), search.makespan(), "shop {seed}");
        for pair in path.windows(2) {
            assert_eq!(plan[pair[0]].end, plan[pair[1]].begin, "shop {seed}");
        }
    }
}

#[test]
fn the_bound_is_what_one_machine_needs_alone() {
    // By hand: on machine 0 job 0 from 0 to 4 before 6 more, job 1 from 2 to 5 before 9 more; it interrupts job 0.
    let shop = read_job_shop("2 3\n0 4 1 6\n1 2 0 3 2 9\n").expect("a shop");
    assert_eq!(bound(&shop), 14);
    // The most of least head, work and least tail over all sets of operations of a machine, worked out apart from this.
    assert_eq!(bound(&read_job_shop(FT10).expect("a shop")), 808);
    assert_eq!(bound(&read_job_shop(LA38).expect("a shop")), 1077);
}
