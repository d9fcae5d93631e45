//! A rehearsal that begins with a plant at work.

use crate::ledger::Ledger;
use crate::live::told;
use crate::{Failure, args, local, tools};
use clap::ArgMatches;
use fenhe_contract::{AlarmAct, AlarmId, Command, Commands, Event, Seed, Span, Time};
use fenhe_control::Controller;
use fenhe_live::{NotWarm, Wanted, Warm, warm_up};
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;
use std::sync::Arc;

/// So much longer it may take until the plant is as wanted.
const MOST: Span = Span::hours(4);

/// A plant at work, and what had left it of each order.
#[derive(Clone, Default)]
pub struct Begun {
    /// None: it begins at its epoch.
    pub warm: Option<Arc<Warm>>,
    /// What had left.
    pub ledger: Ledger,
}

/// The plant after `--warm-up`, and then as soon as `when`; with what people have `said` by then.
pub fn begun(
    plant: &Arc<Plant>,
    given: &ArgMatches,
    lang: Lang,
    when: &dyn Fn(&Controller) -> bool,
    said: &dyn Fn(&Controller) -> Vec<Event>,
) -> Result<Begun, Failure> {
    let text = given.try_get_one::<String>("warm-up").ok().flatten();
    let Some(text) = text else {
        return Ok(Begun::default());
    };
    let after = args::span(text)
        .ok_or_else(|| Failure::argument(lang, text, Word::WantsSpan.text(lang)))?;
    if after == Span::ZERO {
        return Ok(Begun::default());
    }
    tools::print_line(&fill(Word::WarmingUp.text(lang), &[("span", text.clone())]));
    let seed = Seed(given.get_one::<u64>("seed").copied().unwrap_or(1));
    let mut ledger = Ledger::default();
    let mut tap = |now: Time, fact: &Event, decided: &Commands| {
        ledger.hear(plant, now, fact);
        for command in &decided.list {
            if let Command::Release {
                source,
                order,
                count,
                ..
            } = *command
            {
                ledger.released(plant, source, (order, count));
            }
        }
    };
    let wanted = Wanted {
        after,
        when,
        most: MOST,
        said,
    };
    let warm = warm_up(plant, seed, &wanted, &mut tap);
    let warm = warm.map_err(|why| refused(plant, why, lang))?;
    let at = [("time", local::local(plant, warm.at))];
    tools::print_line(&fill(Word::WarmedUp.text(lang), &at));
    Ok(Begun {
        warm: Some(Arc::new(warm)),
        ledger,
    })
}

/// All alarms but this one have been acknowledged.
pub fn seen_to(core: &Controller, but: Option<AlarmId>) -> Vec<Event> {
    let others = core.alarms().filter(|alarm| Some(alarm.id) != but);
    let others = others.map(|alarm| Event::Alarm(alarm.id, AlarmAct::Acknowledge));
    others.collect()
}

fn refused(plant: &Plant, why: NotWarm, lang: Lang) -> Failure {
    match why {
        NotWarm::PingPong(why) => told(lang, Word::NotWarm, &why),
        NotWarm::Moves(v) => {
            let vehicle = [("vehicle", plant.vehicles[v].name.clone())];
            told(
                lang,
                Word::NotWarm,
                &fill(Word::NotWarmMoves.text(lang), &vehicle),
            )
        }
    }
}
