//! Values with their unit, "1.2 m/s", to integers of the base unit.

use alloc::string::{String, ToString};

/// What a value measures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Dimension {
    Span,
    Length,
    Speed,
    Accel,
    TurnRate,
    Energy,
    Power,
    Share,
    Pieces,
    Mass,
    Thickness,
    Density,
}

/// Why a text is not a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnitFault {
    /// It does not begin with a number.
    Number,
    /// It has another unit than those of the dimension; the unit itself.
    Unit(String),
}

impl Dimension {
    /// Units with their size in base units: µs, mm, mm/s, mm/s², mrad/s, J, W, parts per billion,
    /// µ-pieces (so that a distribution of pieces counts one microsecond for one piece), g, nm, kg/m³.
    pub fn units(self) -> &'static [(&'static str, f64)] {
        const DEGREE: f64 = core::f64::consts::PI / 180.0 * 1000.0;
        match self {
            Dimension::Span => &[
                ("s", 1e6),
                ("min", 6e7),
                ("h", 3.6e9),
                ("d", 8.64e10),
                ("ms", 1e3),
                ("us", 1.0),
                ("µs", 1.0),
            ],
            Dimension::Length => &[("m", 1e3), ("mm", 1.0), ("cm", 10.0), ("km", 1e6)],
            Dimension::Speed => &[
                ("m/s", 1e3),
                ("mm/s", 1.0),
                ("m/min", 1e3 / 60.0),
                ("km/h", 1e6 / 3600.0),
            ],
            Dimension::Accel => &[("m/s2", 1e3), ("mm/s2", 1.0), ("m/s²", 1e3)],
            Dimension::TurnRate => &[("deg/s", DEGREE), ("rad/s", 1e3), ("mrad/s", 1.0)],
            Dimension::Energy => &[
                ("kWh", 3.6e6),
                ("Wh", 3.6e3),
                ("J", 1.0),
                ("kJ", 1e3),
                ("MJ", 1e6),
            ],
            Dimension::Power => &[("kW", 1e3), ("W", 1.0), ("MW", 1e6)],
            Dimension::Share => &[("%", 1e7), ("", 1e9), ("ppm", 1e3)],
            Dimension::Pieces => &[("pieces", 1.0), ("piece", 1.0)],
            Dimension::Mass => &[("t", 1e6), ("kg", 1e3), ("g", 1.0)],
            Dimension::Thickness => &[("mm", 1e6), ("um", 1e3), ("µm", 1e3)],
            Dimension::Density => &[("kg/m3", 1.0), ("t/m3", 1e3), ("g/cm3", 1e3)],
        }
    }
    /// Its name, an argument of sentences.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Span => "span",
            Dimension::Length => "length",
            Dimension::Speed => "speed",
            Dimension::Accel => "acceleration",
            Dimension::TurnRate => "turn-rate",
            Dimension::Energy => "energy",
            Dimension::Power => "power",
            Dimension::Share => "share",
            Dimension::Pieces => "pieces",
            Dimension::Mass => "mass",
            Dimension::Thickness => "thickness",
            Dimension::Density => "density",
        }
    }
    /// Its units in a list, for sentences.
    pub fn list(self) -> String {
        let mut list = String::new();
        for (unit, _) in self.units() {
            if !unit.is_empty() {
                if !list.is_empty() {
                    list.push_str(", ");
                }
                list.push_str(unit);
            }
        }
        list
    }
    /// An amount of base units in its most readable unit that gives a short number.
    pub fn show(self, amount: i64) -> String {
        let mut best = alloc::format!("{amount}");
        let mut shortest = usize::MAX;
        for (unit, size) in self.units() {
            let number = amount as f64 / size;
            if (libm::fabs(number) >= 1.0 || amount == 0) && !unit.is_empty() {
                let text = alloc::format!("{number} {unit}");
                if text.len() < shortest {
                    shortest = text.len();
                    best = text;
                }
            }
        }
        best
    }
}

/// The value in base units, rounded to the nearest; out of i64 saturates.
pub fn parse(text: &str, dimension: Dimension) -> Result<i64, UnitFault> {
    let text = text.trim();
    let (number, unit) = text.split_at(number_end(text));
    let number: f64 = number.parse().map_err(|_| UnitFault::Number)?;
    let unit = unit.trim();
    for (name, size) in dimension.units() {
        if *name == unit {
            return Ok(libm::round(number * size) as i64);
        }
    }
    Err(UnitFault::Unit(unit.to_string()))
}

/// Where the number ends: sign, digits, point, exponent.
fn number_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    while end < bytes.len() && (bytes[end].is_ascii_digit() || bytes[end] == b'.') {
        end += 1;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let digits = bytes[end + 1 + sign..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        if digits > 0 {
            end += 1 + sign + digits;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_whole_base_units() {
        let cases = [
            ("0.8 s", Dimension::Span, 800_000),
            ("150 min", Dimension::Span, 9_000_000_000),
            ("3us", Dimension::Span, 3),
            ("1.2 m/s", Dimension::Speed, 1200),
            ("0.5 m/s2", Dimension::Accel, 500),
            ("45 deg/s", Dimension::TurnRate, 785),
            ("2.4 kWh", Dimension::Energy, 8_640_000),
            ("0.15 %", Dimension::Share, 1_500_000),
            ("0.0015", Dimension::Share, 1_500_000),
            ("1e3 mm", Dimension::Length, 1000),
            ("100000 pieces", Dimension::Pieces, 100_000),
            ("1e300 d", Dimension::Span, i64::MAX),
        ];
        for (text, dimension, want) in cases {
            assert_eq!(parse(text, dimension), Ok(want), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_value_says_why() {
        assert_eq!(parse("fast", Dimension::Speed), Err(UnitFault::Number));
        assert_eq!(parse("", Dimension::Span), Err(UnitFault::Number));
        assert_eq!(parse("inf s", Dimension::Span), Err(UnitFault::Number));
        assert_eq!(
            parse("5", Dimension::Span),
            Err(UnitFault::Unit(String::new()))
        );
        assert_eq!(
            parse("2 km", Dimension::Speed),
            Err(UnitFault::Unit("km".to_string()))
        );
        assert_eq!(
            parse("5 e", Dimension::Span),
            Err(UnitFault::Unit("e".to_string()))
        );
    }

    #[test]
    fn amounts_are_shown_short() {
        assert_eq!(Dimension::Span.show(7_200_000_000), "2 h");
        assert_eq!(Dimension::Span.show(850_000), "850 ms");
        assert_eq!(Dimension::Share.show(1_000_000_000), "100 %");
    }
}
