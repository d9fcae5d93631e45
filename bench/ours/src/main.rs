//! Fenhe, the ordinary way: the folder through the loader, a study of one replication on one thread
//! with the decision core that runs plants, its event list and all of its statistics. Nothing here
//! knows what the plant is.

use bench_common::cpu_seconds;
use fenhe_contract::{Seed, Span};
use fenhe_study::{Study, WarmUp, read_folder};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

/// `bench-ours PLANT JOBS SEED`: as long as JOBS take to arrive, one every 1.25 s on average.
fn run(folder: &str, jobs: i64, seed: u64) -> Result<(), Box<dyn Error>> {
    let files = read_folder(Path::new(folder))?;
    let (plant, _warnings) = fenhe_plant::load("tandem", &files)
        .map_err(|problems| format!("{folder}: {} problems", problems.len()))?;
    let study = Study {
        horizon: Span::ms(jobs * 1_250),
        warm_up: WarmUp::Given(Span::ZERO),
        replications: 1,
        seed: Seed(seed),
        threads: 1,
    };
    let outcome = study.run(&Arc::new(plant), &|_, _| {})?;
    let product = outcome.products.first().ok_or("no product")?;
    let left = product.cycle_time.count as f64;
    println!(
        "{{\"jobs\": {left}, \"mean_time\": {}, \"area_per_job\": {}, \"cpu_s\": {}}}",
        product.cycle_time_s.mean,
        outcome.work_in_progress.mean * outcome.horizon_s / left,
        cpu_seconds()
    );
    Ok(())
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match &words[..] {
        [folder, jobs, seed] => match (jobs.parse(), seed.parse()) {
            (Ok(jobs), Ok(seed)) => run(folder, jobs, seed),
            _ => Err("JOBS and SEED are numbers".into()),
        },
        _ => Err("three words: PLANT JOBS SEED".into()),
    };
    if let Err(why) = done {
        eprintln!("{why}");
        std::process::exit(1);
    }
}
