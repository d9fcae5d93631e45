//! How far one search comes on a public shop: `measure FILE SECONDS STREAM...`, one line a stream. Files that end in
//! `.fjs` are flexible. Seconds are of the processor, as Linux counts them for a thread. `detailed:FILE` searches as if
//! there were more than machines and times.

use fenhe_contract::Seed;
use fenhe_planner::schedule::*;

/// Processor seconds of this thread.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|word| word.parse().ok());
    nanos.unwrap_or(0.0_f64) / 1e9
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let detailed = args[1].strip_prefix("detailed:");
    let text = std::fs::read_to_string(detailed.unwrap_or(&args[1])).expect("a file");
    let read = match args[1].ends_with(".fjs") {
        true => read_flexible(&text),
        false => read_job_shop(&text),
    };
    let mut shop = read.expect("a shop");
    if detailed.is_some() {
        shop.set_from(0);
    }
    let seconds: f64 = args[2].parse().expect("seconds");
    for stream in args[3..].iter().map(|word| word.parse().expect("a stream")) {
        let begun = processor();
        let plans = rules(&shop).iter().map(|rule| dispatch(&shop, *rule));
        let length = |plan: &Vec<Done>| check(&shop, plan).expect("a plan");
        let plan = plans.min_by_key(length).expect("rules");
        let mut search = Search::new(
            &shop,
            &plan,
            Seed(1).replication(stream),
            Style::of(&shop, stream),
        );
        let (mut steps, mut said) = (0, String::new());
        let mut marks = [0.05, 0.25, 0.5, 1.0]
            .map(|share| share * seconds)
            .into_iter()
            .peekable();
        loop {
            search.on(100);
            steps += 100;
            let passed = processor() - begun;
            while marks
                .next_if(|mark| passed >= *mark || search.is_shortest())
                .is_some()
            {
                said += &format!(" {}", search.makespan());
            }
            if marks.peek().is_none() {
                break;
            }
        }
        assert_eq!(check(&shop, &search.plan()), Ok(search.makespan()));
        let rate = steps as f64 / (processor() - begun);
        println!(
            "{} {stream}:{said} ({rate:.0} steps/s, bound {})",
            args[1],
            bound(&shop)
        );
    }
}
