//! Times of the plant on the clocks of the plant.

use fenhe_contract::Time;
use fenhe_plant::{Plant, moment};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `2026-03-01 14:05:07.250`, in the plant's time zone; `-` for never.
pub fn local(plant: &Plant, time: Time) -> String {
    if time >= Time::NEVER {
        return "-".into();
    }
    let epoch = moment::parse(&plant.epoch).unwrap_or(0);
    utc(plant, epoch.saturating_add(time.0))
}

/// An instant of the wall clock [µs since 1970-01-01 UTC] in the plant's time zone.
pub fn utc(plant: &Plant, utc_us: i64) -> String {
    let zone = TimeZone::get(&plant.time_zone).unwrap_or(TimeZone::UTC);
    let Ok(instant) = Timestamp::from_microsecond(utc_us) else {
        return format!("{utc_us} us");
    };
    let at = instant.to_zoned(zone).datetime();
    format!("{} {:.3}", at.date(), at.time())
}

/// A time of the plant from what was typed: seconds since its epoch (`3600`, `3600 s`, `2h`), or date and
/// time of day in its zone (`2026-03-01 14:05:07`).
pub fn parse(plant: &Plant, text: &str) -> Option<Time> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return (seconds.abs() <= 3.2e9).then_some(Time((seconds * 1e6) as i64));
    }
    if let Some(span) = crate::args::span(text) {
        return Some(Time::ZERO + span);
    }
    let zone = TimeZone::get(&plant.time_zone).unwrap_or(TimeZone::UTC);
    let at: jiff::civil::DateTime = text.parse().ok()?;
    let instant = at.to_zoned(zone).ok()?.timestamp().as_microsecond();
    Some(Time(instant - moment::parse(&plant.epoch).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plant(zone: &str) -> Plant {
        let text = format!("[plant]\ntime_zone = \"{zone}\"\n");
        let files = fenhe_plant::Files::of_toml(&text);
        fenhe_plant::load("p", &files).expect("a plant").0
    }

    #[test]
    fn times_stand_in_the_zone_of_the_plant_and_are_read_back() {
        for (zone, shown) in [
            ("Asia/Shanghai", "2026-01-01 09:00:00.000"),
            ("UTC", "2026-01-01 01:00:00.000"),
            ("Europe/Berlin", "2026-01-01 02:00:00.000"),
        ] {
            let plant = plant(zone);
            assert_eq!(
                local(&plant, Time::ZERO + fenhe_contract::Span::hours(1)),
                shown
            );
            assert_eq!(parse(&plant, shown), Some(Time(3_600_000_000)));
        }
        let plant = plant("UTC");
        assert_eq!(parse(&plant, "90"), Some(Time(90_000_000)));
        assert_eq!(parse(&plant, "2h"), Some(Time(7_200_000_000)));
        assert_eq!(parse(&plant, "yesterday"), None);
        assert_eq!(local(&plant, Time::NEVER), "-");
    }
}
