//! `fenhe run PLANT --shadow`: beside another master.

use crate::{Failure, tools};
use fenhe_contract::Time;
use fenhe_live::Beside;
use fenhe_live::beside::{Counts, Listening};
use fenhe_live::clock::Clock;
use fenhe_live::site::Site;
use fenhe_messages::{Lang, Word, fill};
use fenhe_study::{Divergence, Mean};
use std::path::Path;
use std::time::{Duration, Instant};

/// One line of status this often.
const STATUS: Duration = Duration::from_secs(10);

/// Listens until then, and says what was found.
pub fn run(
    site: &Site,
    until: Option<Instant>,
    json: Option<&Path>,
    lang: Lang,
) -> Result<(), Failure> {
    let beside = Beside::new(&site.plant, site.names.clone(), |v| site.voice(v, ""));
    let mut broker = site.broker.clone();
    broker.client_id = format!("fenhe-shadow-{}-{}", site.plant.name, std::process::id());
    let clock = Clock::start(Time::ZERO, site.speed);
    let said = [
        ("plant", site.plant.name.clone()),
        ("broker", format!("{}:{}", broker.host, broker.port)),
    ];
    let listening = Listening::start(beside, (broker, clock, site.runtime.clone()));
    tools::print_line(&fill(Word::ShadowRuns.text(lang), &said));
    tools::print_line(Word::NotASafety.text(lang));
    let mut next = Instant::now() + STATUS;
    while until.is_none_or(|until| Instant::now() < until) {
        let wait = until.map_or(next, |until| until.min(next));
        std::thread::sleep(wait.saturating_duration_since(Instant::now()));
        if Instant::now() < next {
            continue;
        }
        next += STATUS;
        let looked = listening.look(|beside, now| {
            let follower = beside.follower();
            (
                now,
                beside.counts,
                follower.lag().as_seconds(),
                follower.divergence(),
            )
        });
        let Some((now, counts, lag, found)) = looked else {
            break;
        };
        status(now, counts, lag, &found, lang);
        print(&found, lang);
        write(&found, json, lang)?;
    }
    let Some(beside) = listening.stop() else {
        return Ok(());
    };
    let found = beside.follower().divergence();
    print(&found, lang);
    write(&found, json, lang)
}

fn write(found: &Divergence, json: Option<&Path>, lang: Lang) -> Result<(), Failure> {
    let Some(path) = json else { return Ok(()) };
    let text = serde_json::to_string(found).unwrap_or_default() + "\n";
    tools::write(path, text.as_bytes(), lang)
}

fn status(now: Time, counts: Counts, lag: f64, found: &Divergence, lang: Lang) {
    let said = [
        ("time", format!("{:.0}", now.as_seconds())),
        ("messages", counts.messages.to_string()),
        ("orders", counts.orders.to_string()),
        ("facts", counts.facts.to_string()),
        ("n", found.trips.same.n().to_string()),
        ("lag", format!("{lag:.0}")),
    ];
    tools::print_line(&fill(Word::ShadowStatus.text(lang), &said));
}

/// Mean and interval, times `unit`, with so many decimals.
fn figures(of: &Mean, unit: f64, decimals: usize) -> Option<[String; 3]> {
    let [low, high] = of.interval().unwrap_or([f64::NAN; 2]);
    let share = unit > 1.0;
    let text = |x: f64| {
        let x = if share { x.clamp(0.0, 1.0) } else { x };
        if x.is_finite() {
            format!("{:.decimals$}", x * unit)
        } else {
            "-".into()
        }
    };
    Some([text(of.mean()?), text(low), text(high)])
}

fn print(found: &Divergence, lang: Lang) {
    let trips = &found.trips;
    let Some([share, low, high]) = figures(&trips.same, 100.0, 1) else {
        return tools::print_line(Word::ShadowNone.text(lang));
    };
    let n = trips.same.n().to_string();
    let said = [("share", share), ("n", n), ("low", low), ("high", high)];
    tools::print_line(&fill(Word::ShadowSame.text(lang), &said));
    if let Some([gain, low, high]) = figures(&trips.gain, 1.0, 1) {
        let n = trips.gain.n().to_string();
        let said = [("gain", gain), ("n", n), ("low", low), ("high", high)];
        tools::print_line(&fill(Word::ShadowGain.text(lang), &said));
    }
    let said = [
        ("not_now", trips.not_now.to_string()),
        ("other_load", trips.other_load.to_string()),
    ];
    tools::print_line(&fill(Word::ShadowOther.text(lang), &said));
    if let Some([share, ..]) = figures(&trips.same_place, 100.0, 1) {
        let said = [("share", share), ("n", trips.same_place.n().to_string())];
        tools::print_line(&fill(Word::ShadowPlace.text(lang), &said));
    }
    let said = [
        ("added", found.added.to_string()),
        ("unresolved", found.unresolved.to_string()),
        ("unknown", found.unknown.to_string()),
    ];
    tools::print_line(&fill(Word::ShadowUnseen.text(lang), &said));
}
