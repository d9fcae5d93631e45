//! From paths to dates and rates.

use super::path::{Counts, HOUR};
use fenhe_contract::{Span, Time};
use fenhe_plant::Plant;
use fenhe_server::OrderView;
use fenhe_server::forecast::*;
use fenhe_study::Stat;
use fenhe_study::promise::share;

/// An order that is open when a forecast starts.
#[derive(Clone)]
pub struct Open {
    pub view: OrderView,
    pub due: Option<Time>,
}

impl Open {
    /// Pieces that are to be let in, all in all.
    pub fn wanted(&self) -> u32 {
        self.view.quantity.saturating_sub(self.view.cancelled)
    }
}

/// What a path came to.
pub struct Outcome {
    pub counts: Counts,
    /// When each open order's last piece left.
    pub finish: Vec<Option<Time>>,
}

/// The value that so many of a thousand do not exceed: of `n` the smallest whose rank is at least that share.
pub fn rank<T: Copy>(sorted: &[T], permille: usize) -> Option<T> {
    let at = (sorted.len() * permille).div_ceil(1_000).max(1);
    sorted.get(at - 1).copied()
}

/// Wilson's interval of 95 % for a share (Wilson, 1927).
pub fn wilson(hits: u32, n: u32) -> Option<ShareView> {
    let (share, [low, high]) = share(hits as usize, n as usize);
    (n > 0).then_some(ShareView {
        n,
        share,
        low,
        high,
    })
}

/// An order over the paths; `end` is where they end.
pub fn order(open: &Open, finish: Vec<Option<Time>>, end: Time) -> OrderForecast {
    let mut sorted: Vec<Time> = finish.iter().map(|at| at.unwrap_or(Time::NEVER)).collect();
    sorted.sort_unstable();
    let at = |permille| rank(&sorted, permille).filter(|at| *at < Time::NEVER);
    let in_time = |due: Time| {
        // One that is not done by the end is late only if it was due by then.
        let told = finish.iter().filter_map(|at| match at {
            Some(at) => Some(*at <= due),
            None => (due <= end).then_some(false),
        });
        let told: Vec<bool> = told.collect();
        wilson(
            told.iter().filter(|on| **on).count() as u32,
            told.len() as u32,
        )
    };
    let on_time = open.due.and_then(in_time);
    OrderForecast {
        reference: open.view.reference.clone(),
        serial: open.view.serial,
        product: open.view.product.clone(),
        quantity: open.view.quantity,
        done: open.view.done,
        due: open.due,
        p10: at(100),
        p50: at(500),
        p90: at(900),
        on_time,
        at_risk: on_time.is_some_and(|on| on.share < AT_RISK),
        finish,
    }
}

/// Good pieces by hour: of the plant, then of each line.
pub fn output(plant: &Plant, as_of: Time, horizon: Span, paths: &[&Counts]) -> Vec<OutputForecast> {
    let hours = (horizon.0 / HOUR.0) as usize;
    let row = |name: Option<String>, target: Option<Span>, of: &dyn Fn(&Counts, usize) -> u64| {
        let hour = |hour: usize| {
            let mut counts: Vec<u64> = paths.iter().map(|path| of(path, hour)).collect();
            counts.sort_unstable();
            let sum: u64 = counts.iter().sum();
            HourForecast {
                at: as_of + Span(HOUR.0 * hour as i64),
                mean: sum as f64 / counts.len().max(1) as f64,
                p10: rank(&counts, 100).unwrap_or(0),
                p50: rank(&counts, 500).unwrap_or(0),
                p90: rank(&counts, 900).unwrap_or(0),
            }
        };
        OutputForecast {
            line: name,
            takt_target_us: target,
            hours: (0..hours).map(hour).collect(),
        }
    };
    let all = |counts: &Counts, hour: usize| counts.lines.iter().map(|line| line[hour]).sum();
    let mut rows = vec![row(None, None, &all)];
    for (i, line) in plant.lines.iter().enumerate() {
        let own = |counts: &Counts, hour: usize| counts.lines[i][hour];
        rows.push(row(Some(line.name.clone()), line.takt_target, &own));
    }
    rows
}

/// With an act against without it, over pairs of paths; none for fewer than two.
pub fn difference(without: &[f64], with: &[f64]) -> Option<DifferenceView> {
    if without.len() < 2 {
        return None;
    }
    let (one, other) = (Stat::of(without), Stat::of(with));
    let pairs: Vec<f64> = with.iter().zip(without).map(|(a, b)| a - b).collect();
    let stat = Stat::of(&pairs);
    let [low, high] = stat.interval(0.95);
    Some(DifferenceView {
        without: one.mean,
        with: other.mean,
        difference: stat.mean,
        low,
        high,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(due: i64) -> Open {
        let text = r#"{"reference":"A","serial":1,"revision":1,"product":"p","quantity":5,"entered":5,"done":0,
            "due":null,"held":false,"priority":0,"cancelled":0}"#;
        Open {
            view: serde_json::from_str(text).expect("an order"),
            due: Some(Time(due)),
        }
    }

    #[test]
    fn wilsons_interval_is_that_of_the_textbook() {
        // Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (hits, n, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let found = wilson(hits, n).expect("some");
            assert!((found.low - low).abs() < 5e-5, "{found:?}");
            assert!((found.high - high).abs() < 5e-5, "{found:?}");
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn what_lies_beyond_the_horizon_is_late_only_if_it_was_due_before() {
        let finish = vec![Some(Time(10)), None, Some(Time(30)), Some(Time(20))];
        let found = order(&open(25), finish.clone(), Time(100));
        assert_eq!(
            (found.p10, found.p50, found.p90),
            (Some(Time(10)), Some(Time(20)), None)
        );
        let on = found.on_time.expect("told");
        assert_eq!((on.n, on.share), (4, 0.5));
        assert!(found.at_risk);
        // Due after the end: what is not done by then tells nothing.
        let found = order(&open(200), finish, Time(100));
        assert_eq!(found.on_time.map(|on| (on.n, on.share)), Some((3, 1.0)));
        assert!(!found.at_risk);
        assert_eq!(order(&open(200), vec![None], Time(100)).on_time, None);
    }

    #[test]
    fn pairs_are_compared_one_by_one() {
        let found = difference(&[10.0, 20.0, 30.0], &[9.0, 19.0, 29.0]).expect("three");
        assert_eq!(
            (found.difference, found.low, found.high),
            (-1.0, -1.0, -1.0)
        );
        assert_eq!((found.without, found.with), (20.0, 19.0));
        assert_eq!(difference(&[1.0], &[2.0]), None);
    }
}
