//! Plans made good after a disturbance: what has begun stays, nothing moves for nothing, and each move has its reason.

mod lucky;

use fenhe_contract::{Purpose, Seed};
use fenhe_planner::schedule::*;
use lucky::{Lucky, dispatched, plain};

/// A plan of a shop after some steps.
fn planned(shop: &Shop, seed: u64, steps: u64) -> Vec<Done> {
    let mut search = Search::new(shop, &dispatched(shop), Seed(seed), Style::of(shop, 0));
    search.on(steps);
    search.plan()
}

fn lucky(seed: u64, dated: bool) -> (Lucky, fenhe_contract::Stream) {
    let mut luck = Seed(seed).stream("repair", Purpose::Initial);
    let (machines, jobs) = (1 + luck.below(4), 2 + luck.below(6));
    let shop = plain(&mut luck, machines, jobs, 6, seed.is_multiple_of(2));
    let lucky = match dated {
        true => Lucky::new(shop, &mut luck),
        false => Lucky::undated(shop, &mut luck),
    };
    (lucky, luck)
}

fn some(plan: &[Done]) -> Vec<Option<Done>> {
    plan.iter().copied().map(Some).collect()
}

#[test]
fn a_plan_that_nothing_disturbs_stays_as_it_is() {
    for seed in 0..300 {
        let (Lucky { mut shop, .. }, mut luck) = lucky(seed, false);
        let plan = planned(&shop, seed, 300);
        let makespan = check(&shop, &plan).expect("a plan");
        let at = luck.below(makespan + 1);
        disturb(&mut shop, &some(&plan), Disturbed { at, stay: 5 });
        assert_eq!(shop.begun_wrong(), None, "shop {seed}");
        let begin = shifted(&shop, &some(&plan));
        assert_eq!(begin, plan, "shop {seed}");
        let mut search = Search::new(&shop, &begin, Seed(seed), Style::of(&shop, 0));
        search.on(500);
        let again = search.plan();
        assert_eq!(moved(&shop, &some(&plan), &again), [], "shop {seed}");
    }
}

#[test]
fn a_repaired_plan_holds_keeps_what_has_begun_and_tells_each_move() {
    let (mut moves, mut downs) = (0, 0);
    for seed in 0..300 {
        let (mut lucky, mut luck) = lucky(seed, seed % 3 > 0);
        let plan = planned(&lucky.shop, seed, 300);
        let old = some(&plan);
        let makespan = check(&lucky.shop, &plan).expect("a plan");
        let at = luck.below(makespan + 1);
        let machine = luck.below(lucky.shop.machines);
        let rush = plain(&mut luck, lucky.shop.machines, 1, 3, false);
        let ways = (0..rush.operations()).map(|op| rush.alternatives(op));
        lucky.shop.job(ways);
        let last = lucky.shop.jobs() - 1;
        let due = Due {
            at: at + luck.below(20),
            weight: 4,
        };
        lucky.shop.set_due(last, due);
        disturb(&mut lucky.shop, &old, Disturbed { at, stay: 2 });
        lucky.shut(machine, (at, at + 1 + luck.below(15)));
        let shop = lucky.shop;
        assert_eq!(shop.begun_wrong(), None, "shop {seed}");
        let begin = shifted(&shop, &old);
        check(&shop, &begin).unwrap_or_else(|wrong| panic!("{seed}: {wrong:?}"));
        let mut search = Search::new(&shop, &begin, Seed(seed), Style::of(&shop, 0));
        search.on(2_000);
        let found = search.cost();
        assert!(found <= cost(&shop, &begin), "shop {seed}");
        let plan = search.plan();
        check(&shop, &plan).unwrap_or_else(|wrong| panic!("{seed}: {wrong:?}"));
        assert_eq!(cost(&shop, &plan), found, "shop {seed}");
        let told = moved(&shop, &old, &plan);
        for (op, was) in old.iter().enumerate() {
            let was = was.expect("old");
            let row = told.iter().find(|row| row.op == op);
            assert_eq!(row.is_some(), was != plan[op], "shop {seed}, {op}");
            // What was in time begins nothing sooner on its machine.
            let hold = shop.hold(op, plan[op].machine);
            assert!(plan[op].begin >= hold, "shop {seed}, {op}");
            if was.begin < at {
                assert_eq!((was.machine, was.begin), (plan[op].machine, plan[op].begin));
            }
            match row.map(|row| row.why) {
                Some(Why::Waits(other) | Why::Behind(other)) => {
                    assert!(told.iter().any(|row| row.op == other), "{seed}: {row:?}");
                }
                Some(Why::Room(other)) => assert_ne!(other, op),
                Some(Why::Down(_)) => downs += 1,
                Some(Why::Better) | None => {}
            }
        }
        moves += told.len();
    }
    assert!(moves > 500 && downs > 100, "{moves} {downs}");
}

#[test]
fn a_machine_is_down_and_an_urgent_job_comes_in_between() {
    // By hand: on machine 0 first A, then B; on machine 1 first C, then D; all of 10.
    let mut shop = Shop::new(2);
    for machine in [0, 0, 1, 1] {
        shop.job([&[Alternative { machine, time: 10 }][..]]);
    }
    let done = |machine, begin, end| {
        Some(Done {
            machine,
            begin,
            end,
        })
    };
    let old = [
        done(0, 0, 10),
        done(0, 10, 20),
        done(1, 0, 10),
        done(1, 10, 20),
    ];
    // Machine 0 is down from 5 to 9; E of 3 comes for machine 1 and is due at 14.
    shop.job([&[Alternative {
        machine: 1,
        time: 3,
    }][..]]);
    shop.set_due(4, Due { at: 14, weight: 9 });
    disturb(&mut shop, &old, Disturbed { at: 5, stay: 2 });
    shop.set_working(0, Working::but(&[(5, 9)]));
    let begin = shifted(&shop, &old);
    let mut search = Search::new(&shop, &begin, Seed(1), Style::of(&shop, 0));
    search.on(500);
    let plan = search.plan();
    let told = moved(&shop, &old, &plan);
    let told: Vec<_> = told.iter().map(|row| (row.op, row.to, row.why)).collect();
    let to = |machine, begin, end| Done {
        machine,
        begin,
        end,
    };
    // A is interrupted, B waits behind it, D makes room for E; C is not touched.
    let expected = [
        (0, to(0, 0, 14), Why::Down(0)),
        (1, to(0, 14, 24), Why::Behind(0)),
        (3, to(1, 13, 23), Why::Room(4)),
    ];
    assert_eq!(told, expected);
    assert_eq!(plan[4], to(1, 10, 13));
}

#[test]
fn what_stands_behind_a_job_that_is_gone_does_not_come_early() {
    // A of 10 is no longer wanted; B of 10 was planned behind it and is in time, C of 10 behind that was late.
    let mut shop = Shop::new(1);
    for _ in 0..2 {
        let way = Alternative {
            machine: 0,
            time: 10,
        };
        shop.job([&[way][..]]);
    }
    shop.set_due(1, Due { at: 25, weight: 1 });
    let done = |begin| {
        Some(Done {
            machine: 0,
            begin,
            end: begin + 10,
        })
    };
    let old = [done(10), done(20)];
    let found = |shop: &Shop| {
        let begin = shifted(shop, &old);
        let mut search = Search::new(shop, &begin, Seed(1), Style::of(shop, 0));
        search.on(500);
        search.plan()
    };
    let at = Disturbed { at: 1, stay: 100 };
    let mut dear = shop.clone();
    disturb(&mut dear, &old, at);
    assert_eq!(
        found(&dear),
        [old[0], old[1]].map(|done| done.expect("old"))
    );
    // Where moving is cheap C takes the place of A: it begins as soon as it may, and B stays where it was.
    disturb(&mut shop, &old, Disturbed { stay: 1, ..at });
    let plan = found(&shop);
    assert_eq!([plan[0].begin, plan[1].begin], [11, 1]);
    let why: Vec<Why> = moved(&shop, &old, &plan)
        .iter()
        .map(|row| row.why)
        .collect();
    assert_eq!(why, [Why::Room(1), Why::Better]);
}

#[test]
fn what_was_planned_while_a_machine_is_down_moves_because_it_is_down() {
    // A from 0 is interrupted at 5 for 7; B was planned for 10, in the middle of that, C behind it.
    let mut shop = Shop::new(1);
    let way = Alternative {
        machine: 0,
        time: 10,
    };
    let done = |begin| {
        Some(Done {
            machine: 0,
            begin,
            end: begin + 10,
        })
    };
    (0..3).for_each(|_| shop.job([&[way][..]]));
    let old = [done(0), done(10), done(20)];
    disturb(&mut shop, &old, Disturbed { at: 5, stay: 1 });
    shop.set_working(0, Working::but(&[(5, 12)]));
    let plan = shifted(&shop, &old);
    let ends = plan.iter().map(|done| done.end);
    assert_eq!(ends.collect::<Vec<_>>(), [17, 27, 37]);
    let why = moved(&shop, &old, &plan);
    let why: Vec<Why> = why.iter().map(|row| row.why).collect();
    assert_eq!(why, [Why::Down(0), Why::Down(0), Why::Behind(1)]);
}
