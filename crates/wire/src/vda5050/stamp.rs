//! Timestamps: `2026-11-20T08:15:30.25Z` (ISO 8601, UTC), proleptic Gregorian.

use alloc::format;
use alloc::string::String;
use fenhe_contract::Time;
use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Utc(pub i64);

/// The time of a call: the plant's, strictly rising, and the wall's, which may jump.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Now {
    /// Since the plant's epoch.
    pub time: Time,
    /// What a clock on the wall shows.
    pub utc: Utc,
}

const DAY: i64 = 86_400_000_000;

impl Utc {
    /// As it stands in a header, in milliseconds. Years outside 0 to 9999 are cut to them.
    pub fn text(self) -> String {
        let us = self
            .0
            .clamp(-62_167_219_200_000_000, 253_402_300_799_999_999);
        let (days, rest) = (us.div_euclid(DAY), us.rem_euclid(DAY));
        let (year, month, day) = civil(days);
        let ms = rest / 1000;
        let (s, ms) = (ms / 1000, ms % 1000);
        let (h, m, s) = (s / 3600, s / 60 % 60, s % 60);
        format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}.{ms:03}Z")
    }

    /// Reads ISO 8601 with `Z`, an offset or (out of kindness) neither; any number of decimals.
    pub fn parse(text: &str) -> Option<Utc> {
        let (date, rest) = (text.get(..10)?, text.get(11..)?);
        if !matches!(text.as_bytes()[10], b'T' | b't' | b' ') {
            return None;
        }
        let mut parts = date.split('-');
        let year = number(parts.next()?, 4)?;
        let (month, day) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
        if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let end = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
        let (clock, zone) = rest.split_at(end);
        let us = days(year, month, day) * DAY + of_day(clock)? - offset(zone)?;
        Some(Utc(us))
    }
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn of_day(clock: &str) -> Option<i64> {
    let mut parts = clock.split(':');
    let (h, m) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let seconds = parts.next().unwrap_or("00");
    let (s, decimals) = seconds.split_once(['.', ',']).unwrap_or((seconds, "0"));
    let s = number(s, 2)?;
    if parts.next().is_some() || h > 24 || m > 59 || s > 60 {
        return None;
    }
    if decimals.is_empty() || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digit =
        |us: i64, n: usize| us * 10 + decimals.as_bytes().get(n).map_or(0, |b| (b - b'0').into());
    let us = (0..6).fold(0, digit);
    Some(((h * 60 + m) * 60 + s) * 1_000_000 + us)
}

fn offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.as_bytes().first() {
        None | Some(b'Z' | b'z') => return (zone.len() <= 1).then_some(0),
        Some(b'+') => (1, &zone[1..]),
        Some(_) => (-1, zone.get(1..)?),
    };
    let (h, m) = match rest.split_once(':') {
        Some((h, m)) => (number(h, 2)?, number(m, 2)?),
        None if rest.len() == 4 => (number(rest.get(..2)?, 2)?, number(rest.get(2..)?, 2)?),
        None => (number(rest, 2)?, 0),
    };
    Some(sign * (h * 60 + m) * 60_000_000)
}

/// Days since 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms").
fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a day (same source).
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day = z.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_instants() {
        assert_eq!(Utc(0).text(), "1970-01-01T00:00:00.000Z");
        let known = [
            ("2000-02-29T12:00:00Z", 951_825_600_000_000),
            ("2017-04-15T11:40:03.12Z", 1_492_256_403_120_000),
            ("2026-03-18T00:00:00+08:00", 1_773_763_200_000_000),
            ("2026-03-18T00:00:00.1234567-0130", 1_773_797_400_123_456),
            ("2026-03-18 00:00:00", 1_773_792_000_000_000),
        ];
        for (text, us) in known {
            assert_eq!(Utc::parse(text), Some(Utc(us)), "{text}");
        }
    }

    #[test]
    fn there_and_back_over_four_centuries() {
        for day in 0..146_097 {
            let utc = Utc((day - 70_000) * DAY + 12_345_000);
            assert_eq!(Utc::parse(&utc.text()), Some(utc));
        }
    }

    #[test]
    fn nonsense_is_none() {
        let wrong = [
            "",
            "2026",
            "2026-13-01T00:00:00Z",
            "2026-01-01T25:00:00Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01X00:00:00Z",
            "2026-01-01T00:00:00Zulu",
            "９026-01-01T00:00:00Z",
            "2026-01-01T00:00:00+é",
        ];
        for text in wrong {
            assert_eq!(Utc::parse(text), None, "{text}");
        }
    }
}
