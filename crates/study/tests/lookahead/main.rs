//! Forecasts from belief against forecasts from truth and against what then happened, on small plants.

#[path = "../carrying/yard.rs"]
#[allow(dead_code)]
mod yard;

mod plants;

use fenhe_contract::*;
use fenhe_study::{Foresight, LookAhead, student_t_quantile};

/// Chosen once.
const SEED: Seed = Seed(20_260_101);
/// Worlds at each moment: with the third lowest and third highest of 59 left out, an interval of 90 %.
const REPLICATIONS: u32 = 59;
const LEFT_OUT: u32 = 3;
const LEVEL: f64 = 0.9;

fn trial(moments: u32) -> LookAhead {
    LookAhead {
        between: (Time::ZERO + Span::hours(6), Time::ZERO + Span::hours(18)),
        horizon: Span::hours(2),
        moments,
        replications: REPLICATIONS,
        seed: SEED,
        threads: 2,
    }
}

fn show(name: &str, found: &Foresight) -> String {
    let (truth, actual) = (found.against_truth(), found.against_actual());
    let output = found.output();
    let n = found.moments.len();
    let percent = |stat: &fenhe_study::Stat| {
        let half = 100.0 * stat.half_width(0.99) / output;
        format!("{:+.2} +- {half:.2} %", 100.0 * stat.mean / output)
    };
    format!(
        "{name:12} {output:7.1} pieces, bias against truth {}, against what then left {}; covered {} of {n}, from truth {}; breaches {}",
        percent(&truth),
        percent(&actual),
        found.covered(LEFT_OUT, false),
        found.covered(LEFT_OUT, true),
        found.breaches(),
    )
}

#[test]
#[ignore = "cargo x trial lookahead"]
fn forecasts_from_belief_are_as_good_as_they_say() {
    let short = std::env::var("FENHE_TRIAL").as_deref() == Ok("short");
    let moments: u32 = std::env::var("MOMENTS")
        .ok()
        .and_then(|m| m.parse().ok())
        .unwrap_or(if short { 40 } else { 400 });
    let only = std::env::var("FENHE_PLANT").unwrap_or_default();
    let _ = (student_t_quantile(0.9, 5), LEVEL);
    for plant in plants::plants()
        .into_iter()
        .filter(|p| p.name.contains(&only))
    {
        let found = trial(moments)
            .run(&plant)
            .unwrap_or_else(|fault| panic!("{fault}"));
        println!("{}", show(&plant.name, &found));
    }
}
