//! `calibration.toml`: fits in the words of a plant folder.

use crate::calibrate::Calibration;
use crate::figure::{Element, Figure, Value};
use crate::fit::Fit;
use fenhe_contract::{Digest, Dist, Event, Span, Time, snapshot};
use fenhe_plant::Plant;
use std::fmt::Write;

/// Digest of a record, fact by fact from [`Digest::EMPTY`]: what an overlay names as its source.
pub fn digest(before: Digest, now: Time, event: &Event) -> Digest {
    before.with(now.0 as u64).with_bytes(&snapshot(event))
}

/// The text of `calibration.toml`, from the fits of figures that the plant has. Each says from how much it comes, so that
/// it can be reviewed; an element left out keeps the figure of `plant.toml`.
pub fn overlay(plant: &Plant, calibration: &Calibration, journal: Digest) -> String {
    let mut text = String::from(
        "# Measured figures, laid over plant.toml. Review like code; delete what shall not count.\n",
    );
    let _ = writeln!(text, "journal = \"{:016x}\"", journal.0);
    for fit in calibration
        .fits
        .iter()
        .filter(|fit| fit.subject.figure.is_of_model())
    {
        entry(&mut text, plant, fit);
    }
    text
}

fn entry(text: &mut String, plant: &Plant, fit: &Fit) {
    let kind = match fit.subject.element {
        Element::Station(_) => "station",
        Element::VehicleType(_) => "vehicle_type",
    };
    text.push_str("\n[[figure]]\n");
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(text, "{key} = {value}");
    };
    let quoted = |s: &str| format!("\"{s}\"");
    line(kind, &quoted(&fit.element));
    line("figure", &quoted(fit.subject.figure.name()));
    match (fit.subject.figure, fit.subject.element) {
        (Figure::Process(Some(product)), _) => {
            line("product", &quoted(&plant.products[product].name))
        }
        (Figure::Every(mode) | Figure::Repair(mode), Element::Station(id)) => {
            line(
                "failure",
                &quoted(&plant.stations[id].failures[usize::from(mode)].name),
            );
        }
        _ => {}
    }
    match fit.value {
        Value::Lasting(dist) => line("value", &law(&dist, fit.subject.counts_pieces(plant))),
        Value::Speed(speed) => line("speed", &quoted(&format!("{} m/s", speed.0 as f64 / 1e3))),
    }
    line("n", &fit.n.to_string());
    line("censored", &fit.censored.to_string());
    line("from", &quoted(&instant(plant, fit.period.0)));
    line("to", &quoted(&instant(plant, fit.period.1)));
    if let Some(goodness) = fit.goodness {
        line("p_value", &format!("{:.3}", goodness.p_value));
    }
    if let Some(drift) = fit.drift.filter(|drift| drift.ratio.0.is_finite()) {
        line("ratio", &format!("{:.4}", drift.ratio.0));
    }
}

/// A distribution as it is written in a plant folder.
fn law(dist: &Dist, pieces: bool) -> String {
    let s = |span: Span| {
        if pieces {
            format!("\"{} pieces\"", span.0)
        } else {
            format!("\"{} s\"", span.as_seconds())
        }
    };
    match *dist {
        Dist::Constant(span) => s(span),
        Dist::Exponential { mean } => format!("{{ exponential = {} }}", s(mean)),
        Dist::Erlang { shape, mean } => format!("{{ erlang = {}, shape = {shape} }}", s(mean)),
        Dist::Uniform { low, high } => format!("{{ uniform = [{}, {}] }}", s(low), s(high)),
        Dist::Triangular { low, mode, high } => {
            format!("{{ triangular = [{}, {}, {}] }}", s(low), s(mode), s(high))
        }
        Dist::Normal { mean, sd } => format!("{{ normal = {}, sd = {} }}", s(mean), s(sd)),
        Dist::LogNormal { mean, sd } => format!("{{ lognormal = {}, sd = {} }}", s(mean), s(sd)),
        Dist::Weibull { scale, shape_milli } => {
            format!(
                "{{ weibull = {}, shape = {:?} }}",
                s(scale),
                f64::from(shape_milli) / 1e3
            )
        }
        Dist::Geometric { slot, p } => {
            format!("{{ geometric = {:?}, slot = {} }}", p.as_f64(), s(slot))
        }
    }
}

/// A time of the plant as RFC 3339 in UTC, to the second.
fn instant(plant: &Plant, at: Time) -> String {
    let field = |from: usize, to: usize| {
        plant
            .epoch
            .get(from..to)
            .and_then(|s| s.parse::<i64>().ok())
            .unwrap_or(0)
    };
    let day = days(field(0, 4), field(5, 7), field(8, 10));
    let second =
        field(11, 13) * 3600 + field(14, 16) * 60 + field(17, 19) + at.0.div_euclid(1_000_000);
    let (day, second) = (day + second.div_euclid(86_400), second.rem_euclid(86_400));
    let (year, month, date) = civil(day);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!(
        "{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{:02}Z",
        second % 60
    )
}

/// Days since 1970-01-01 (Hinnant, chrono-compatible low-level date algorithms).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree() {
        assert_eq!(civil(days(2026, 11, 21)), (2026, 11, 21));
        assert_eq!(days(1970, 1, 1), 0);
        assert_eq!(civil(days(2024, 2, 28) + 1), (2024, 2, 29));
        assert_eq!(civil(days(2026, 12, 31) + 1), (2027, 1, 1));
    }
}
