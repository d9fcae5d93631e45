//! How promises turned out: how many were kept, and whether they were as sure as was said.

/// A promise that is over.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Over {
    /// How sure it was said to be, 0 to 1.
    pub stated: f64,
    /// Done by its date.
    pub kept: bool,
}

/// Promises of like probability.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Band {
    /// From this probability on, 0 to 1.
    pub from: f64,
    /// Up to this one, not included but in the last band.
    pub to: f64,
    /// How many.
    pub n: u32,
    /// What was said of them on average.
    pub stated: f64,
    /// Share that was kept.
    pub kept: f64,
}

/// What all of them come to.
#[derive(Clone, PartialEq, Debug)]
pub struct Score {
    /// How many are over.
    pub n: u32,
    /// Share that was kept: the hit rate.
    pub kept: f64,
    /// Its interval of 95 % (Wilson 1927).
    pub interval: [f64; 2],
    /// What was said of them on average: calibrated if it lies in the interval.
    pub stated: f64,
    /// Mean squared error of what was said (Brier 1950): 0 at best, 0.25 for "one half" each time.
    pub brier: f64,
    /// By tenths of what was said, those that have any.
    pub bands: Vec<Band>,
}

/// Scores promises that are over; none without any.
pub fn score(over: &[Over]) -> Option<Score> {
    if over.is_empty() {
        return None;
    }
    let mean = |value: &dyn Fn(&Over) -> f64, of: &[Over]| {
        of.iter().map(value).sum::<f64>() / of.len() as f64
    };
    let hit = |one: &Over| f64::from(u8::from(one.kept));
    let hits = over.iter().filter(|one| one.kept).count();
    let (kept, interval) = super::share(hits, over.len());
    let band = |tenth: u32| {
        let is = |one: &&Over| (one.stated * 10.0).clamp(0.0, 9.0) as u32 == tenth;
        let of: Vec<Over> = over.iter().filter(is).copied().collect();
        (!of.is_empty()).then(|| Band {
            from: f64::from(tenth) / 10.0,
            to: f64::from(tenth + 1) / 10.0,
            n: of.len() as u32,
            stated: mean(&|one| one.stated, &of),
            kept: mean(&hit, &of),
        })
    };
    Some(Score {
        n: over.len() as u32,
        kept,
        interval,
        stated: mean(&|one| one.stated, over),
        brier: mean(&|one| (one.stated - hit(one)).powi(2), over),
        bands: (0..10).filter_map(band).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_promises_are_scored_as_by_hand() {
        let over = |stated, kept| Over { stated, kept };
        let mut all = vec![over(0.9, true); 6];
        all.extend([
            over(0.95, false),
            over(1.0, true),
            over(0.5, true),
            over(0.5, false),
        ]);
        let score = score(&all).expect("some");
        assert_eq!((score.n, score.kept), (10, 0.8));
        // Newcombe's formula for 8 of 10.
        assert!(
            (score.interval[0] - 0.4902).abs() < 5e-4 && (score.interval[1] - 0.9433).abs() < 5e-4
        );
        assert!((score.stated - 0.835).abs() < 1e-12);
        let brier = (6.0 * 0.01 + 0.9025 + 0.0 + 0.25 + 0.25) / 10.0;
        assert!((score.brier - brier).abs() < 1e-12, "{}", score.brier);
        let bands: Vec<(f64, u32, f64)> =
            score.bands.iter().map(|b| (b.from, b.n, b.kept)).collect();
        assert_eq!(bands, [(0.5, 2, 0.5), (0.9, 8, 0.875)]);
        assert_eq!(super::score(&[]), None);
    }
}
