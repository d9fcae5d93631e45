//! Two variants of a plant side by side, in pairs of replications that share their luck.
//!
//! Both variants of a pair run with the same seed: streams are named by element and purpose, so the two
//! see the same arrivals, process times and breakdowns wherever they have the same elements, and the
//! difference within a pair is much steadier than either side (common random numbers).

use crate::{Cut, Outcome, Replication, Stat, Study, WarmUp, outcome, paired_difference};
use fenhe_contract::{Seed, Span};
use fenhe_plant::Plant;
use std::collections::BTreeMap;

/// A kind of thing that a figure is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Scope {
    /// The plant as a whole.
    Plant,
    /// A line.
    Line,
    /// A product.
    Product,
    /// The vehicles of a type.
    Fleet,
    /// A station.
    Station,
}

/// Which way is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Better {
    /// More of it.
    More,
    /// Less of it.
    Less,
    /// Neither by itself.
    Neither,
}

/// Which figure of which element.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FigureKey {
    /// Kind of its element.
    pub scope: Scope,
    /// Name of its element; empty for the plant.
    pub name: String,
    /// Rank of the figure among those of its scope.
    rank: u8,
    /// What it is: `output_per_hour`, `takt_s`, ...
    pub what: &'static str,
    /// Which way is better.
    pub better: Better,
}

/// A figure of both variants. Where only one of them has the element, the other side holds nothing and
/// neither does the difference.
#[derive(Clone, PartialEq, Debug)]
pub struct Paired {
    /// Which.
    pub key: FigureKey,
    /// The first variant.
    pub before: Option<Stat>,
    /// The second.
    pub after: Option<Stat>,
    /// Second less first, by pairs; none for fewer than two pairs in which both sides tell something.
    pub difference: Option<Stat>,
}

impl Paired {
    /// Whether the two differ beyond doubt: the 95 % interval of the difference leaves out zero.
    pub fn beyond_doubt(&self) -> bool {
        self.difference
            .is_some_and(|stat| stat.ci95[0] > 0.0 || stat.ci95[1] < 0.0)
    }
}

/// One replication of one variant as figures.
pub type Figures = BTreeMap<FigureKey, f64>;

/// How each replication of a comparison is cut: one window, so that a replication is one observation.
pub fn pair_cut(warm_up: Span, horizon: Span) -> Cut {
    Study {
        horizon,
        warm_up: WarmUp::Given(warm_up),
        replications: 2,
        seed: Seed(0),
        threads: 1,
    }
    .cut(warm_up)
}

/// The figures of one replication that was run with [`pair_cut`]. What nothing tells (a takt without output)
/// is left out.
pub fn figures(plant: &Plant, cut: &Cut, run: &Replication) -> Figures {
    let study = Study {
        horizon: cut.horizon,
        warm_up: WarmUp::Given(cut.warm_up),
        replications: 1,
        seed: Seed(0),
        threads: 1,
    };
    let told = outcome(plant, &study, cut, std::slice::from_ref(run));
    let mut found = Taken(Figures::new());
    found.plant(&told, run);
    found.elements(&told);
    found.0
}

struct Taken(Figures);

impl Taken {
    fn put(
        &mut self,
        (scope, name): (Scope, &str),
        (rank, what, better): (u8, &'static str, Better),
        value: f64,
    ) {
        if value.is_finite() {
            let name = name.to_string();
            let key = FigureKey {
                scope,
                name,
                rank,
                what,
                better,
            };
            self.0.insert(key, value);
        }
    }

    fn plant(&mut self, told: &Outcome, run: &Replication) {
        use Better::{Less, More, Neither};
        let plant = (Scope::Plant, "");
        let rate = run.samples.iter().map(|sample| {
            sample.left.iter().sum::<u64>() as f64 / sample.seconds() * 3_600.0
                / run.samples.len() as f64
        });
        self.put(plant, (0, "output_per_hour", More), rate.sum());
        let drops = told.fleet.iter().map(|row| row.transports_per_hour.mean);
        if !told.fleet.is_empty() {
            self.put(plant, (1, "transports_per_hour", Neither), drops.sum());
        }
        self.put(
            plant,
            (2, "work_in_progress", Less),
            told.work_in_progress.mean,
        );
        let (whole, wait) = (&told.transport_time_s, &told.transport_wait_s);
        self.put(plant, (3, "transport_time_s", Less), whole.mean);
        self.put(plant, (4, "transport_wait_s", Less), wait.mean);
    }

    fn elements(&mut self, told: &Outcome) {
        use Better::{Less, More, Neither};
        for row in &told.lines {
            let line = (Scope::Line, row.id.as_str());
            self.put(line, (0, "output_per_hour", More), row.output_per_hour.mean);
            self.put(line, (1, "takt_s", Less), row.takt_s.mean);
            self.put(line, (2, "scrap", Less), row.scrap.mean);
        }
        for row in &told.products {
            let product = (Scope::Product, row.id.as_str());
            self.put(product, (0, "cycle_time_s", Less), row.cycle_time_s.mean);
        }
        for row in &told.fleet {
            let fleet = (Scope::Fleet, row.kind.as_str());
            let states = &row.states;
            self.put(fleet, (0, "utilisation", Neither), row.utilisation.mean);
            self.put(fleet, (1, "parked", Neither), states.parked);
            self.put(fleet, (2, "empty", Less), states.empty);
            self.put(fleet, (3, "loaded", Neither), states.loaded);
            self.put(fleet, (4, "waiting", Less), states.waiting);
            self.put(fleet, (5, "handling", Neither), states.handling);
            self.put(fleet, (6, "charging", Neither), states.charging);
            self.put(fleet, (7, "stopped", Less), states.stopped);
        }
        for row in &told.stations {
            let station = (Scope::Station, row.id.as_str());
            self.put(station, (0, "oee", More), row.oee.oee);
            self.put(station, (1, "utilisation", Neither), row.utilisation.mean);
            self.put(station, (2, "idle", Less), row.states.idle);
            self.put(station, (3, "blocked", Less), row.states.blocked);
            self.put(station, (4, "down", Less), row.states.down);
        }
    }
}

/// Joins pairs of replications, in their order.
pub fn compare(pairs: &[(Figures, Figures)]) -> Vec<Paired> {
    let keys: std::collections::BTreeSet<&FigureKey> = pairs
        .iter()
        .flat_map(|(before, after)| before.keys().chain(after.keys()))
        .collect();
    keys.into_iter().map(|key| paired(key, pairs)).collect()
}

fn paired(key: &FigureKey, pairs: &[(Figures, Figures)]) -> Paired {
    let side = |values: Vec<f64>| (!values.is_empty()).then(|| Stat::of(&values));
    let both = pairs
        .iter()
        .filter_map(|(before, after)| Some((*before.get(key)?, *after.get(key)?)));
    let (left, right): (Vec<f64>, Vec<f64>) = both.unzip();
    Paired {
        key: key.clone(),
        before: side(pairs.iter().filter_map(|p| p.0.get(key)).copied().collect()),
        after: side(pairs.iter().filter_map(|p| p.1.get(key)).copied().collect()),
        difference: (left.len() >= 2).then(|| paired_difference(&left, &right)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run_one;
    use fenhe_contract::NoRecords;
    use fenhe_plant::{Files, load};
    use std::sync::Arc;

    const LINE: &str = r#"
        [[product]]
        id = "p"
        [[line]]
        id = "L"
        [[source]]
        id = "in"
        to = "q"
        arrivals = { product = "p", every = { exponential = "1.25 s" } }
        [[buffer]]
        id = "q"
        queue = {}
        [[station]]
        id = "s"
        line = "L"
        from = "q"
        to = "out"
        single = { servers = 1 }
        time = { exponential = "TIME" }
        [[sink]]
        id = "out"
        line = "L"
    "#;

    fn pairs(first: &str, second: &str) -> Vec<(Figures, Figures)> {
        let plant = |time: &str| {
            let files = Files::of_toml(&LINE.replace("TIME", time));
            Arc::new(load("one", &files).expect("a plant").0)
        };
        let (first, second) = (plant(first), plant(second));
        let cut = pair_cut(Span::seconds(600), Span::seconds(3_600));
        let run = |plant: &Arc<Plant>, n| {
            let core = fenhe_control::Controller::new(plant.clone());
            let seed = Seed(7).replication(n);
            let run = run_one(plant, seed, &cut, core, &mut NoRecords, &mut || {});
            figures(plant, &cut, &run.expect("an end"))
        };
        (0..6).map(|n| (run(&first, n), run(&second, n))).collect()
    }

    fn of<'a>(rows: &'a [Paired], scope: Scope, what: &str) -> &'a Paired {
        let found = rows
            .iter()
            .find(|row| row.key.scope == scope && row.key.what == what);
        found.expect("a row")
    }

    #[test]
    fn the_same_plant_twice_differs_in_nothing() {
        let rows = compare(&pairs("1 s", "1 s"));
        assert!(rows.len() > 8, "{}", rows.len());
        for row in &rows {
            let difference = row.difference.expect("six pairs");
            assert_eq!((difference.mean, difference.n), (0.0, 6), "{:?}", row.key);
            assert!(!row.beyond_doubt());
        }
    }

    #[test]
    fn a_faster_station_is_found_with_its_sign_and_pairs_are_steadier_than_either_side() {
        let rows = compare(&pairs("1 s", "0.8 s"));
        let cycle = of(&rows, Scope::Product, "cycle_time_s");
        let difference = cycle.difference.expect("pairs");
        // M/M/1: 1 / (1 - 0.8) = 5 s against 1 / (1.25 - 0.8) = 2.22 s.
        assert!(cycle.beyond_doubt(), "{cycle:?}");
        assert!((-4.5..-1.5).contains(&difference.mean), "{difference:?}");
        // What arrives is the same on both sides: so is what leaves, but for those inside at the end.
        let output = of(&rows, Scope::Plant, "output_per_hour");
        let (before, difference) = (
            output.before.expect("told"),
            output.difference.expect("told"),
        );
        assert!(difference.sd < before.sd / 3.0, "{output:?}");
        assert_eq!(of(&rows, Scope::Line, "takt_s").key.better, Better::Less);
    }

    #[test]
    fn one_pair_has_no_difference_and_what_one_side_lacks_has_none_either() {
        let mut some = pairs("1 s", "1 s");
        assert!(
            compare(&some[..1])
                .iter()
                .all(|row| row.difference.is_none())
        );
        for (_, after) in &mut some {
            after.retain(|key, _| key.scope != Scope::Station);
        }
        let rows = compare(&some);
        let oee = of(&rows, Scope::Station, "oee");
        assert!(oee.before.is_some() && oee.after.is_none() && oee.difference.is_none());
        assert!(!oee.beyond_doubt());
    }
}
