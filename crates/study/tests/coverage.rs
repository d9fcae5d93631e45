//! Whether the intervals themselves are right: over many seeds, 95 % intervals must hold the exact
//! value about 95 % of the time, for each quantity of each oracle and for all of them together.

use fenhe_study::trial::coverage;
use std::path::Path;

/// Runs are this much shorter than in the suite: what is tried is the interval, not its width.
const SHORTEN: f64 = 10.0;
/// Standard deviations of the binomial that a single quantity may be off: among a hundred of them one
/// false alarm in 150 trials.
const SDS: f64 = 4.0;

#[test]
#[ignore = "cargo x trial coverage"]
fn intervals_hold_the_exact_value_as_often_as_they_say() {
    let short = std::env::var("FENHE_TRIAL").as_deref() == Ok("short");
    // Quantities of one run go together, so all of them are given more room than a binomial has.
    let (seeds, room) = if short { (10, 0.05) } else { (100, 0.015) };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/oracles");
    let rows = coverage(&root, seeds, SHORTEN, 2, &mut |row| {
        println!(
            "{:24} {:36} {:3} of {:3}, bias {:+.3} %",
            row.oracle,
            row.quantity,
            row.covered,
            row.seeds,
            100.0 * row.bias
        );
    })
    .unwrap_or_else(|fault| panic!("{fault:?}"));
    let covered: u32 = rows.iter().map(|row| row.covered).sum();
    let all = f64::from(covered) / f64::from(seeds) / rows.len() as f64;
    println!("all together: {:.2} %", 100.0 * all);
    let off: Vec<_> = rows.iter().filter(|row| !row.right(SDS)).collect();
    assert!(off.is_empty(), "wrong intervals: {off:#?}");
    assert!(
        (all - 0.95).abs() <= room,
        "{:.2} % instead of 95 %",
        100.0 * all
    );
}
