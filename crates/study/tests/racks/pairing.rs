//! Which requests go with which put-aways (Han, McGinnis, Shieh and White, IIE Transactions 19(1), 1987).

use crate::plant::{Loop, within};
use fenhe_contract::CraneId;

/// Blocks of `n` requests, which a batch behind the out point frees at once, and `m` open slots; b = 1.
fn block(n: u32, m: u32, pairing: &str) -> [f64; 2] {
    let rack = Loop {
        bays: 200,
        levels: 200,
        cell: (0.5, 0.5),
        places: [3 * n, n],
        // The first load comes out alone, before any carrier is filled.
        fill: 40_001 - m,
        keys: format!("put_away = \"random\"\nreserve = {m}\npairing = \"{pairing}\""),
        ship: format!("batch = {{ max = {n} }}\ntime = \"1 ms\""),
        ..Loop::default()
    };
    let ran = rack.run(1e5, 6e6);
    let sample = ran.sample();
    let row = &sample.cranes[CraneId(0)];
    assert_eq!((row.stored, row.retrieved), (row.cycles, row.cycles));
    assert_eq!(ran.open(), m, "open slots while the crane is away");
    [
        row.between.as_seconds() / row.out as f64,
        row.travel.as_seconds() / row.cycles as f64,
    ]
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
        let [between, dual] = block(n, m, "nearest");
        println!("TB {n},{m}: {:.4} of {want_between}", between / 100.0);
        within(
            &format!("DC nearest {n},{m}"),
            dual,
            100.0 * want_dual,
            0.01,
        );
    }
    let [between, dual] = block(10, 1, "fcfs");
    within("TB fcfs 10,1", between, 46.6667, 0.01);
    within("DC fcfs 10,1", dual, 180.0, 0.01);
}
