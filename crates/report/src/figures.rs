//! Figures as people read them: grouped digits, half-widths, time in a unit that fits.

use fenhe_messages::{Lang, Word, fill};
use fenhe_study::{Outcome, Stat};

/// Between groups of three digits: a space that does not break the line (ISO 80000-1, 7.3.1).
const GROUP: char = '\u{a0}';

/// A number with so many decimals, its digits in groups of three from 10 000 on; `-` if it is none.
pub fn grouped(value: f64, digits: usize) -> String {
    if !value.is_finite() {
        return "-".into();
    }
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let (sign, whole) = whole.split_at(usize::from(whole.starts_with('-')));
    if whole.len() < 5 {
        return text;
    }
    let mut out = String::from(sign);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(GROUP);
        }
        out.push(c);
    }
    out + rest
}

/// A mean with half of its interval: `14 731 ± 45`; `-` where nothing was observed.
pub fn stat(stat: &Stat, digits: usize) -> String {
    let half = (stat.ci95[1] - stat.ci95[0]) / 2.0;
    if !stat.mean.is_finite() {
        "-".into()
    } else if half.is_finite() {
        let (mean, half) = (grouped(stat.mean, digits), grouped(half, digits));
        format!("{mean} ± {half}")
    } else {
        grouped(stat.mean, digits)
    }
}

/// A share as percent with one decimal.
pub fn percent(share: f64) -> String {
    if share.is_finite() {
        format!("{:.1} %", share * 100.0)
    } else {
        "-".into()
    }
}

/// Lower end of an interval; the mean where there is none.
pub fn low(stat: &Stat) -> f64 {
    if stat.ci95[0].is_finite() {
        stat.ci95[0]
    } else {
        stat.mean
    }
}
/// Upper end of an interval; the mean where there is none.
pub fn high(stat: &Stat) -> f64 {
    if stat.ci95[1].is_finite() {
        stat.ci95[1]
    } else {
        stat.mean
    }
}

/// A unit of time that suits what is told.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TimeUnit {
    /// How long it is [s].
    pub seconds: f64,
    /// What it is called.
    pub name: Word,
}

const UNITS: [TimeUnit; 4] = [
    unit(86_400.0, Word::Days),
    unit(3_600.0, Word::Hours),
    unit(60.0, Word::Minutes),
    unit(1.0, Word::Seconds),
];
const fn unit(seconds: f64, name: Word) -> TimeUnit {
    TimeUnit { seconds, name }
}

impl TimeUnit {
    /// For spans of about this many seconds in a table or on an axis: hours, minutes or seconds.
    pub fn fitting(seconds: f64) -> TimeUnit {
        let fits = |unit: &&TimeUnit| seconds >= 2.0 * unit.seconds;
        *UNITS[1..].iter().find(fits).unwrap_or(&UNITS[3])
    }
    /// A heading with the unit: `Cycle time [h]`.
    pub fn heading(self, word: Word, lang: Lang) -> String {
        format!("{} [{}]", word.text(lang), self.name.text(lang))
    }
    /// A figure in seconds, in this unit.
    pub fn stat(self, of: &Stat) -> Stat {
        Stat {
            mean: of.mean / self.seconds,
            sd: of.sd / self.seconds,
            n: of.n,
            ci95: of.ci95.map(|end| end / self.seconds),
        }
    }
}

/// A span in the largest unit that it fills: `3 d`, `12 h`, `1.5 h`.
pub fn span(seconds: f64, lang: Lang) -> String {
    let fits = |unit: &&TimeUnit| seconds >= unit.seconds;
    let unit = UNITS.iter().find(fits).unwrap_or(&UNITS[3]);
    let value = format!("{:.2}", seconds / unit.seconds);
    let value = value.trim_end_matches('0').trim_end_matches('.');
    format!("{value} {}", unit.name.text(lang))
}

/// Unit for the cycle times of all products.
pub fn cycle_unit(outcome: &Outcome) -> TimeUnit {
    let means = outcome.products.iter().map(|row| row.cycle_time_s.mean);
    TimeUnit::fitting(means.fold(0.0, f64::max))
}

/// Good pieces an hour of the whole plant: mean and the ends of its interval, for several products
/// the sums of theirs.
pub fn total_rate(outcome: &Outcome) -> [f64; 3] {
    let outputs = outcome.products.iter().map(|row| &row.output);
    let sums = outputs.fold([0.0; 3], |[mean, least, most], stat| {
        [mean + stat.mean, least + low(stat), most + high(stat)]
    });
    sums.map(|count| count / outcome.horizon_s * 3600.0)
}

/// Whether a line keeps the takt it should: surely, surely not, or not known from these runs.
pub fn kept(takt: &Stat, target: Option<f64>, lang: Lang) -> &'static str {
    let word = match target {
        None => return "-",
        Some(target) if high(takt) <= target => Word::Yes,
        Some(target) if low(takt) > target => Word::No,
        Some(_) => Word::Unsure,
    };
    word.text(lang)
}

/// What was run: replications, spans, seed, digest.
pub fn facts(outcome: &Outcome, lang: Lang) -> String {
    let args = [
        ("replications", outcome.replications.to_string()),
        ("span", span(outcome.horizon_s, lang)),
        ("warm", span(outcome.warm_up_s, lang)),
        ("seed", outcome.seed.to_string()),
        ("digest", outcome.digest.clone()),
    ];
    fill(Word::RunFacts.text(lang), &args)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mean: f64, ci95: [f64; 2]) -> Stat {
        Stat {
            mean,
            sd: 1.0,
            n: 5,
            ci95,
        }
    }

    #[test]
    fn digits_stand_in_groups_of_three_from_five_on() {
        assert_eq!(grouped(1234.5, 1), "1234.5");
        assert_eq!(grouped(-12345.67, 1), "-12\u{a0}345.7");
        assert_eq!(grouped(1_234_567.0, 0), "1\u{a0}234\u{a0}567");
        assert_eq!(grouped(f64::NAN, 0), "-");
    }

    #[test]
    fn a_figure_without_interval_is_told_without_and_nothing_is_a_dash() {
        assert_eq!(stat(&of(12.0, [11.0, 13.0]), 1), "12.0 ± 1.0");
        assert_eq!(stat(&of(12.0, [f64::NAN; 2]), 1), "12.0");
        assert_eq!(stat(&of(f64::NAN, [f64::NAN; 2]), 1), "-");
    }

    #[test]
    fn times_are_told_in_a_unit_that_fits() {
        assert_eq!(TimeUnit::fitting(7_200.0).name, Word::Hours);
        assert_eq!(TimeUnit::fitting(7_000.0).name, Word::Minutes);
        assert_eq!(TimeUnit::fitting(43.0).name, Word::Seconds);
        assert_eq!(TimeUnit::fitting(0.0).name, Word::Seconds);
        assert_eq!(span(129_600.0, Lang::En), "1.5 d");
        assert_eq!(span(43_200.0, Lang::En), "12 h");
        assert_eq!(span(0.0, Lang::Zh), "0 秒");
    }

    #[test]
    fn a_takt_is_kept_only_when_its_whole_interval_is_below_the_target() {
        let takt = of(1.9, [1.7, 2.1]);
        let told = |target| kept(&takt, target, Lang::En);
        assert_eq!(told(Some(2.2)), Word::Yes.text(Lang::En));
        assert_eq!(told(Some(2.0)), Word::Unsure.text(Lang::En));
        assert_eq!(told(Some(1.6)), Word::No.text(Lang::En));
        assert_eq!(told(None), "-");
    }
}
