//! Ten M/M/1 stations in a row under a core that releases all demand at once: how long does the
//! world alone take for one logical event (an arrival or a completion at a station)?
//!
//! `cargo run --release --example tandem -p fenhe-world -- [JOBS]`

use fenhe_contract::*;
use fenhe_plant::{Files, load};
use fenhe_world::World;
use std::error::Error;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

const STATIONS: usize = 10;

fn toml() -> Result<String, std::fmt::Error> {
    let mut toml = String::from(
        "[[product]]\nid = 'a'\n[[source]]\nid = 'in'\nto = 'q0'\n\
         arrivals = { product = 'a', every = { exponential = '1.25 s' } }\n[[sink]]\nid = 'out'\n",
    );
    for i in 0..STATIONS {
        let to = if i + 1 == STATIONS {
            "out".into()
        } else {
            format!("q{}", i + 1)
        };
        write!(
            toml,
            "[[buffer]]\nid = 'q{i}'\nqueue = {{}}\n[[station]]\nid = 's{i}'\nfrom = 'q{i}'\n\
             to = '{to}'\nsingle = {{ servers = 1 }}\ntime = {{ exponential = '1 s' }}\n"
        )?;
    }
    Ok(toml)
}

/// Pieces that left and their time in the plant.
#[derive(Default)]
struct Left {
    count: u64,
    time: i64,
}
impl RecordSink for Left {
    const PIECES: bool = false;
    #[inline]
    fn record(&mut self, now: Time, record: Record) {
        if let Record::Left { born, .. } = record {
            self.count += 1;
            self.time += (now - born).0;
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let jobs: i64 = std::env::args()
        .nth(1)
        .map_or(Ok(1_000_000), |word| word.parse())?;
    let (plant, _) = load("tandem", &Files::of_toml(&toml()?)).map_err(|p| format!("{p:?}"))?;
    let mut world = World::new(Arc::new(plant), Seed(1));
    let (mut sink, mut reports, mut revision) = (Left::default(), Vec::new(), 0);
    let until = Time(jobs * 1_250_000);
    let start = Instant::now();
    loop {
        let now = world.advance(until, &mut sink, &mut reports);
        if reports.is_empty() {
            break;
        }
        for event in reports.drain(..) {
            if let Event::Source(source, SourceEvent::Wanted { product, count }) = event {
                revision += 1;
                let order = OrderId(0);
                let release = Command::Release {
                    source,
                    revision,
                    product,
                    count,
                    order,
                };
                world.apply(now, &release, &[], &mut sink);
            }
        }
    }
    let spent = start.elapsed().as_secs_f64();
    let logical = sink.count as f64 * (STATIONS as f64 + 1.0);
    println!(
        "{} jobs, mean time {:.3} s (exact 50), {:.1} M logical events/s, {:.1} ns each",
        sink.count,
        sink.time as f64 / sink.count as f64 / 1e6,
        logical / spent / 1e6,
        spent / logical * 1e9
    );
    Ok(())
}
