//! Reality against the model while a plant runs: each station whose figures have left the plant's model is
//! told to the core, which makes an alarm of it, and told again when it is over.

use fenhe_calibrate::{Drift, Drifted, Element, Subject};
use fenhe_contract::*;
use fenhe_plant::Plant;
use std::collections::BTreeMap;

/// Observations of one figure between false alarms, in the mean: of a station with a piece a minute one in
/// two years.
const BETWEEN: f64 = 1_000_000.0;
/// It is over when no sum has passed its limit for so many times as long as one took to pass it ...
const QUIET: i64 = 10;
/// ... and for at least this long.
const LEAST: Span = Span::hours(4);

/// What began together has ended by then.
const SETTLES: Span = Span::seconds(1_200);

/// What has left the model.
pub struct Deviations {
    drift: Drift,
    rows: BTreeMap<Subject, Row>,
    found: Vec<Drifted>,
    /// What is told before is not looked at.
    from: Time,
}

#[derive(Clone, Copy)]
struct Row {
    /// Mean seen over the model's.
    ratio: f64,
    /// When it counts as over, unless it is found again.
    until: Time,
}

impl Deviations {
    /// For a plant whose facts come from now on. `whole`: from its first fact.
    pub fn new(plant: &Plant, whole: bool) -> Deviations {
        Deviations {
            drift: Drift::new(plant, whole, BETWEEN),
            rows: BTreeMap::new(),
            found: Vec::new(),
            from: Time(i64::MIN),
        }
    }

    /// For a plant whose vehicles are let go at `now` all at once: what ends first then is short.
    pub fn let_go(plant: &Plant, now: Time) -> Deviations {
        Deviations {
            from: now + SETTLES,
            ..Deviations::new(plant, false)
        }
    }

    /// Facts of one instant and what was decided on them. Gives what is to be told to the core.
    pub fn hear(
        &mut self,
        plant: &Plant,
        now: Time,
        facts: &[Event],
        decided: &Commands,
    ) -> Vec<Event> {
        if now < self.from {
            return Vec::new();
        }
        for fact in facts {
            self.drift.fact(plant, now, fact, &mut self.found);
        }
        for command in &decided.list {
            self.drift.order(now, command);
        }
        let over = self.rows.values().any(|row| row.until <= now);
        if self.found.is_empty() && !over {
            return Vec::new();
        }
        let before = self.sources();
        self.rows.retain(|_, row| row.until > now);
        for found in self.found.drain(..) {
            let took = Span((now - found.since).0.saturating_mul(QUIET));
            let until = now + took.max(LEAST);
            let ratio = found.ratio;
            self.rows.insert(found.subject, Row { ratio, until });
        }
        let after = self.sources();
        let begun = after.iter().filter(|source| !before.contains(source));
        let begun = begun.map(|&source| Event::Trouble(Trouble::Diverged(source), true));
        let ended = before.iter().filter(|source| !after.contains(source));
        let ended = ended.map(|&source| Event::Trouble(Trouble::Diverged(source), false));
        begun.chain(ended).collect()
    }

    /// Figures that have left the model: element, figure, mean seen over the model's.
    pub fn rows<'a>(
        &'a self,
        plant: &'a Plant,
    ) -> impl Iterator<Item = (String, &'static str, f64)> + 'a {
        self.rows.iter().map(|(subject, row)| {
            let name = subject.name(plant).to_string();
            (name, subject.figure.name(), row.ratio)
        })
    }

    /// Whose alarms stand: a station's own, the plant's for a kind of vehicle.
    fn sources(&self) -> Vec<AlarmSource> {
        let of = |subject: &Subject| match subject.element {
            Element::Station(station) => AlarmSource::Station(station),
            Element::VehicleType(_) => AlarmSource::Plant,
        };
        let mut all: Vec<AlarmSource> = self.rows.keys().map(of).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_control::Controller;
    use fenhe_plant::{Files, load};
    use fenhe_study::{Live, Scratch, run};
    use std::sync::Arc;

    const LINE: &str = r#"
[[product]]
id = "p"
[[source]]
id = "in"
to = "q1"
arrivals = { product = "p", every = { exponential = "60 s" } }
[[buffer]]
id = "q1"
queue = {}
[[station]]
id = "saw"
from = "q1"
to = "q2"
start = "control"
reports = "piece"
single = {}
time = { lognormal = "30 s", sd = "6 s" }
[[buffer]]
id = "q2"
queue = {}
[[station]]
id = "mill"
from = "q2"
to = "out"
start = "control"
reports = "piece"
single = {}
time = { lognormal = "30 s", sd = "6 s" }
[[sink]]
id = "out"
"#;

    fn plant(text: &str) -> Arc<Plant> {
        let loaded = load("line", &Files::of_toml(text));
        Arc::new(loaded.unwrap_or_else(|problems| panic!("{problems:#?}")).0)
    }

    /// What is told about a world run by a core with this model, and the alarms that stand at the end.
    fn told(model: &Arc<Plant>, world: &Arc<Plant>, seed: u64, span: Span) -> (Vec<Event>, usize) {
        let mut live = Live::new(world, Seed(seed));
        let mut watch = Deviations::new(model, true);
        let mut core = Controller::new(model.clone());
        let (mut all, mut out) = (Vec::new(), Commands::default());
        let mut tap = |now: Time, event: &Event, commands: &Commands| {
            core.handle(now, event, &mut out);
            for fact in watch.hear(model, now, std::slice::from_ref(event), commands) {
                core.handle(now, &fact, &mut out);
                all.push(fact);
            }
            if core.deadline().is_some_and(|(at, _)| at <= now) {
                core.handle(now, &Event::Deadline, &mut out);
            }
            out.clear();
        };
        let (control, truth) = (&mut live.core, &mut live.world);
        let until = Time::ZERO + span;
        run(
            control,
            truth,
            until,
            &mut NoRecords,
            &mut Scratch::default(),
            &mut tap,
        )
        .expect("no loop without end");
        let stands = |alarm: &fenhe_control::AlarmView<'_>| {
            alarm.wrong && alarm.point.code == AlarmCode::Diverged
        };
        let alarms = core.alarms().filter(stands).count();
        (all, alarms)
    }

    #[test]
    fn a_station_a_fifth_slower_than_its_model_is_an_alarm_of_that_station() {
        let model = plant(LINE);
        let at = LINE.rfind("30 s").expect("the mill");
        let text = format!("{}36 s{}", &LINE[..at], &LINE[at + 4..]);
        let slower = plant(&text.replace("\"36 s\", sd = \"6 s\"", "\"36 s\", sd = \"7.2 s\""));
        let (mill, _) = model.stations.pairs().nth(1).expect("two stations");
        for seed in 1..=5 {
            let (facts, alarms) = told(&model, &slower, seed, Span::hours(24));
            let about = |fact: &Event| match *fact {
                Event::Trouble(Trouble::Diverged(AlarmSource::Station(id)), _) => id == mill,
                _ => false,
            };
            assert!(
                !facts.is_empty() && facts.iter().all(about),
                "{seed}: {facts:?}"
            );
            assert_eq!((facts.len(), alarms), (1, 1), "{seed}: it stays: {facts:?}");
        }
    }

    #[test]
    fn a_plant_as_its_model_says_raises_nothing() {
        let model = plant(LINE);
        for seed in 1..=5 {
            let (facts, alarms) = told(&model, &model, seed, Span::hours(72));
            assert_eq!((facts, alarms), (vec![], 0), "{seed}");
        }
    }

    #[test]
    fn it_is_over_when_the_model_holds_again() {
        let model = plant(LINE);
        let slower = plant(&LINE.replace("\"30 s\", sd = \"6 s\"", "\"36 s\", sd = \"7.2 s\""));
        let mut watch = Deviations::new(&model, true);
        let mut all = Vec::new();
        for (world, from) in [
            (&slower, Time::ZERO),
            (&model, Time::ZERO + Span::hours(24)),
        ] {
            let mut live = Live::new(world, Seed(7));
            let mut tap = |now: Time, event: &Event, commands: &Commands| {
                let now = from + (now - Time::ZERO);
                let event = std::slice::from_ref(event);
                all.extend(watch.hear(&model, now, event, commands));
            };
            let (control, truth) = (&mut live.core, &mut live.world);
            let until = Time::ZERO + Span::hours(if from == Time::ZERO { 24 } else { 72 });
            run(
                control,
                truth,
                until,
                &mut NoRecords,
                &mut Scratch::default(),
                &mut tap,
            )
            .expect("no loop without end");
        }
        let on = |on: bool| move |fact: &&Event| matches!(fact, Event::Trouble(_, is) if *is == on);
        assert_eq!(all.iter().filter(on(true)).count(), 2, "{all:?}");
        assert_eq!(all.iter().filter(on(false)).count(), 2, "{all:?}");
        assert_eq!(watch.rows(&model).count(), 0);
    }
}
