//! Which requests go with which put-aways (Han, McGinnis, Shieh and White, IIE Transactions 19(1), 1987).

use crate::plant::{Loop, Ran, within};
use fenhe_contract::{CraneId, Purpose, Seed};

/// Blocks of `n` requests, which a batch behind the out point frees at once, and `m` open slots; b = 1.
fn block(n: u32, m: u32, pairing: &str) -> [f64; 2] {
    let rack = Loop {
        bays: 200,
        levels: 200,
        cell: (0.5, 0.5),
        places: [3 * n, n],
        fill: 40_000 - m,
        keys: format!("put_away = \"random\"\nreserve = {m}\npairing = \"{pairing}\""),
        ship: format!("batch = {{ max = {n} }}\ntime = \"1 ms\""),
        ..Loop::default()
    };
    // Between two blocks the crane has a second to fill what the very first retrieval left open.
    let text = rack
        .text()
        .replace("return_time = \"0 s\"", "return_time = \"1 s\"");
    let ran = Ran::new(&text, 1).on(1e5).measured(6e6);
    let sample = ran.sample();
    let row = &sample.cranes[CraneId(0)];
    assert_eq!((row.stored, row.retrieved), (row.cycles, row.cycles));
    assert!((m - 1..=m).contains(&ran.open()), "{} open", ran.open());
    [
        row.between.as_seconds() / row.out as f64,
        row.travel.as_seconds() / row.cycles as f64,
    ]
}

/// Blocks of the same, drawn point by point in the unit square: mean travel between and of a dual
/// cycle. The field draws the open slots anew for each block; in a plant those that the last block left
/// are open.
fn drawn(n: usize, m: usize, anew: bool) -> [f64; 2] {
    let mut luck = Seed(5).stream("points", Purpose::Mix);
    let mut point = || [luck.unit(), luck.unit()];
    let far = |p: [f64; 2]| p[0].max(p[1]);
    let apart = |p: [f64; 2], q: [f64; 2]| (p[0] - q[0]).abs().max((p[1] - q[1]).abs());
    let mut open: Vec<[f64; 2]> = (0..m).map(|_| point()).collect();
    let (mut between, mut dual, blocks) = (0.0, 0.0, 200_000 / n);
    for _ in 0..blocks {
        if anew {
            open.iter_mut().for_each(|slot| *slot = point());
        }
        let mut wanted: Vec<[f64; 2]> = (0..n).map(|_| point()).collect();
        while !wanted.is_empty() {
            let pairs = (0..m).flat_map(|o| (0..wanted.len()).map(move |r| (o, r)));
            let near = |&(o, r): &(usize, usize)| apart(open[o], wanted[r]);
            let best = pairs.min_by(|a, b| near(a).total_cmp(&near(b)));
            let (o, r) = best.expect("there are pairs");
            let load = wanted.swap_remove(r);
            between += apart(open[o], load);
            dual += far(open[o]) + apart(open[o], load) + far(load);
            open[o] = load;
        }
    }
    [between, dual].map(|sum| sum / (blocks * n) as f64)
}

#[test]
fn pairing_the_nearest_saves_what_the_field_says() {
    let rows = [
        (5, 1, 0.3176, 1.6436),
        (10, 1, 0.2459, 1.5744),
        (20, 1, 0.1821, 1.5165),
        (10, 10, 0.1280, 1.4544),
    ];
    for (n, m, want_between, want_dual) in rows {
        let anew = drawn(n, m, true);
        within(&format!("TB drawn {n},{m}"), anew[0], want_between, 0.015);
        within(&format!("DC drawn {n},{m}"), anew[1], want_dual, 0.01);
        let [tb, dc] = drawn(n, m, false);
        let [between, dual] = block(n as u32, m as u32, "nearest");
        within(&format!("TB nearest {n},{m}"), between, 100.0 * tb, 0.02);
        within(&format!("DC nearest {n},{m}"), dual, 100.0 * dc, 0.01);
        println!("DC over the field's: {:+.2} %", dual / want_dual - 100.0);
    }
    let [between, dual] = block(10, 1, "fcfs");
    within("TB fcfs 10,1", between, 46.6667, 0.01);
    within("DC fcfs 10,1", dual, 180.0, 0.01);
}
