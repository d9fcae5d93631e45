//! What was foreseen against what then happened, in figures.

use super::*;

/// A row of the table: the plant, or one of its lines.
#[derive(Default)]
pub(super) struct Row {
    pub(super) actual: Vec<f64>,
    pub(super) mean: Vec<f64>,
    /// Standard deviation of the paths.
    spread: Vec<f64>,
    pub(super) held: u32,
    hours: u32,
    hours_held: u32,
}

impl Row {
    fn percent(&self, value: f64) -> f64 {
        100.0 * value / Stat::of(&self.actual).mean
    }
    fn errors(&self) -> Vec<f64> {
        let pairs = self.mean.iter().zip(&self.actual);
        pairs.map(|(mean, actual)| mean - actual).collect()
    }
    pub(super) fn bias(&self) -> f64 {
        Stat::of(&self.errors()).mean
    }
    pub(super) fn held(&self) -> f64 {
        f64::from(self.held) / self.actual.len() as f64
    }
    pub(super) fn line(&self, name: &str, apart: f64) -> String {
        let errors: Vec<f64> = self.errors().iter().map(|error| error.abs()).collect();
        let (bias, error) = (self.bias(), Stat::of(&errors).mean);
        let luck = Stat::of(&self.spread).mean / apart.sqrt();
        format!(
            "{name:6} {:8.0} {:8.0} {bias:+8.0} {:+6.2} % (luck {:4.2} %) {error:8.0} {:5.2} % {:5.0} % {:5.0} %",
            Stat::of(&self.actual).mean,
            Stat::of(&self.mean).mean,
            self.percent(bias),
            self.percent(luck),
            self.percent(error),
            100.0 * self.held(),
            100.0 * f64::from(self.hours_held) / f64::from(self.hours.max(1)),
        )
    }
}

/// The plant, then each line.
pub(super) fn rows(form: &Form) -> Vec<Row> {
    (0..=form.plant.lines.len())
        .map(|_| Row::default())
        .collect()
}

/// Output of the plant, then of each line.
pub(super) fn output(form: &Form, truth: &Truth, found: &[Vec<Made>]) -> Vec<Row> {
    let mut rows = rows(form);
    for (begin, made) in truth.begins.iter().zip(found) {
        let made: Vec<&Made> = made.iter().collect();
        moment(form, truth, (begin, &made), &mut rows);
    }
    rows
}

/// One moment's share of it.
pub(super) fn moment(
    form: &Form,
    truth: &Truth,
    (begin, made): (&Begin, &[&Made]),
    rows: &mut [Row],
) {
    let plant = &form.plant;
    let hours = (form.horizon.0 / HOUR.0) as usize;
    let of = |counts: &Counts, row: usize, hour: usize| match row {
        0 => counts.lines.iter().map(|line| line[hour]).sum(),
        line => counts.lines[line - 1][hour],
    };
    let whole = |counts: &Counts, row| (0..hours).map(|hour| of(counts, row, hour)).sum::<u64>();
    let (from, end) = (begin.at.now, begin.at.now + form.horizon);
    let mut actual = Counts::new(plant, from, form.horizon);
    let first = truth.left.partition_point(|(at, _)| *at < from);
    for (at, sink) in truth.left[first..].iter().take_while(|(at, _)| *at < end) {
        actual.left(*at, *sink);
    }
    let outcomes: Vec<&Counts> = made.iter().map(|(outcome, _)| &outcome.counts).collect();
    let shown = sum::output(plant, from, form.horizon, &outcomes);
    for (i, row) in rows.iter_mut().enumerate() {
        let mut totals: Vec<u64> = outcomes.iter().map(|counts| whole(counts, i)).collect();
        totals.sort_unstable();
        let stat = Stat::of(&totals.iter().map(|x| *x as f64).collect::<Vec<f64>>());
        let left = whole(&actual, i);
        let ends = sum::rank(&totals, 100).zip(sum::rank(&totals, 900));
        row.held += u32::from(ends.is_some_and(|(low, high)| (low..=high).contains(&left)));
        row.actual.push(left as f64);
        row.mean.push(stat.mean);
        row.spread.push(stat.sd);
        for (hour, told) in shown[i].hours.iter().enumerate() {
            row.hours += 1;
            row.hours_held += u32::from((told.p10..=told.p90).contains(&of(&actual, i, hour)));
        }
    }
}

/// Dates of orders that are open at a moment.
#[derive(Default)]
pub(super) struct Dates {
    /// Median less what happened, of those that ended in truth and in half of the paths [h].
    errors: Vec<f64>,
    pub(super) held: u32,
    /// Ended within the horizon; of these, in less than half of the paths.
    ended: u32,
    unforeseen: u32,
    /// Ended in half of the paths and not in truth.
    early: u32,
}

pub(super) fn dates(form: &Form, truth: &Truth, found: &[Vec<Made>]) -> Dates {
    let mut dates = Dates::default();
    for ((begin, ledger), made) in truth.begins.iter().zip(&truth.ledgers).zip(found) {
        let end = begin.at.now + form.horizon;
        let then = begin.finished(ledger, end);
        for (i, (open, then)) in begin.open.iter().zip(then).enumerate() {
            let finish = made.iter().map(|(outcome, _)| outcome.finish[i]).collect();
            let told = sum::order(open, finish, end);
            let within = |then: Time| {
                told.p10.is_some_and(|low| low <= then) && told.p90.is_none_or(|high| then <= high)
            };
            match (then, told.p50) {
                (Some(then), p50) => {
                    dates.ended += 1;
                    dates.held += u32::from(within(then));
                    dates.unforeseen += u32::from(p50.is_none());
                    let error = |p50: Time| (p50 - then).0 as f64 / HOUR.0 as f64;
                    dates.errors.extend(p50.map(error));
                }
                (None, Some(_)) => dates.early += 1,
                (None, None) => {}
            }
        }
    }
    dates
}

impl Dates {
    pub(super) fn line(&self) -> String {
        if self.errors.is_empty() {
            return "no order ended".to_string();
        }
        let absolute: Vec<f64> = self.errors.iter().map(|error| error.abs()).collect();
        format!(
            "{} times an open order ended within the horizon: date {:+.2} h off in the mean, {:.2} h absolute, within its \
            80 % in {:.0} %; {} of them not foreseen by half of the paths, {} foreseen that did not end",
            self.ended,
            Stat::of(&self.errors).mean,
            Stat::of(&absolute).mean,
            100.0 * f64::from(self.held) / f64::from(self.ended),
            self.unforeseen,
            self.early,
        )
    }
}
