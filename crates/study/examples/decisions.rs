//! Runs a plant folder for some hours and prints what `cargo x bench roadmap` reads, as JSON: processor time of decisions, and
//! how much faster than the clock world and core are together. `decisions FOLDER [HOURS [WARM_UP_HOURS]]`

mod timed;

use cpu_time::ThreadTime;
use fenhe_contract::*;
use fenhe_study::read_folder;
use std::path::Path;
use timed::Timed;

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = args.next().expect("a plant folder");
    let mut hours = args.map(|text| text.parse::<i64>().expect("hours"));
    let (hours, warm_up) = (hours.next().unwrap_or(1), hours.next().unwrap_or(0));
    let files = read_folder(Path::new(&folder)).expect("a plant folder");
    let Ok((plant, _)) = fenhe_plant::load("hall", &files) else {
        panic!("{folder} has problems: fenhe check {folder}");
    };
    let vehicles = plant.vehicles.len();
    let mut timed = Timed::begin(plant, Seed(1));
    let measured = Time::ZERO + Span::hours(warm_up);
    timed.run(measured);
    timed.spans.clear();
    timed.sink.reset(measured);
    let began = ThreadTime::now();
    timed.run(measured + Span::hours(hours));
    let taken = began.elapsed().as_secs_f64();
    let sample = timed.sink.take(timed.world.now());
    println!(
        "{{\"vehicles\": {vehicles}, \"decisions\": {}, \"p50_ms\": {}, \"p99_ms\": {}, \"most_ms\": {}, \"factor\": {:.1}, \"transports_per_hour\": {:.1}, \"violations\": {}}}",
        timed.spans.len(),
        timed.part(500),
        timed.part(990),
        timed.part(1000),
        (hours * 3600) as f64 / taken,
        sample.transports.count() as f64 / hours as f64,
        sample.breaches,
    );
}
