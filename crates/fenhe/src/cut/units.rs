//! Widths and weights as people write them, exactly.

/// Micrometres: `1380`, `1380 mm`, `35.5 mm`, `1.38 m`; a number alone is millimetres. Up to 100 m.
pub fn width(text: &str) -> Option<u32> {
    let value = scaled(text, &[("mm", 3), ("m", 6), ("", 3)])?;
    u32::try_from(value)
        .ok()
        .filter(|value| *value <= 100_000_000)
}

/// Grams: `800`, `800 kg`, `12.5 t`; a number alone is kilograms. Up to a million tonnes.
pub fn weight(text: &str) -> Option<u64> {
    let value = scaled(text, &[("kg", 3), ("t", 6), ("", 3)])?;
    Some(value).filter(|value| (1..=1_000_000_000_000).contains(value))
}

/// Micrometres in millimetres.
pub fn millimetres(width: u64) -> String {
    let (whole, part) = (width / 1_000, width % 1_000);
    match part {
        0 => whole.to_string(),
        part => format!("{whole}.{part:03}")
            .trim_end_matches('0')
            .to_string(),
    }
}

/// A decimal number with a unit, each unit with its places, as a whole number.
fn scaled(text: &str, units: &[(&str, usize)]) -> Option<u64> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let &(_, places) = units.iter().find(|(name, _)| *name == unit.trim())?;
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = part.trim_end_matches('0');
    if whole.is_empty() || part.len() > places || part.contains('.') {
        return None;
    }
    format!("{whole}{part:0<places$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_weights_are_read_exactly_or_not_at_all() {
        assert_eq!(width("1380"), Some(1_380_000));
        assert_eq!(width("35.5 mm"), Some(35_500));
        assert_eq!(width("1.38 m"), Some(1_380_000));
        assert_eq!(width("0.0001"), None);
        for wrong in [
            "",
            "-5",
            "1..2",
            ".5",
            "3 ft",
            "101 m",
            "99999999999999999999",
            "1 mm 2",
        ] {
            assert_eq!(width(wrong), None, "{wrong}");
        }
        assert_eq!(weight("12.5 t"), Some(12_500_000));
        assert_eq!(weight("0"), None);
        assert_eq!(millimetres(35_500), "35.5");
        assert_eq!(millimetres(1_380_000), "1380");
    }
}
