//! "Did you mean": the nearest of some names.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Number of insertions, deletions, replacements and swaps of neighbours between two texts
/// (optimal string alignment, Damerau 1964), ASCII case ignored.
pub fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().map(|c| c.to_ascii_lowercase()).collect();
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let width = b.len() + 1;
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..width).collect();
    for i in 1..=a.len() {
        let mut row = Vec::with_capacity(width);
        row.push(i);
        for j in 1..width {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (row[j - 1] + 1).min(last[j] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = core::mem::replace(&mut last, row);
    }
    last[b.len()]
}

/// The nearest candidate, the first of several, if it is near enough to be what was meant: at most
/// a third of the longer text is different.
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let length = text.chars().count();
    if length > 100 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other = candidate.chars().count();
        if other.abs_diff(length) * 3 > other.max(length).max(3) {
            continue;
        }
        let d = distance(text, candidate);
        if d * 3 <= other.max(length).max(3) && best.is_none_or(|(least, _)| d < least) {
            best = Some((d, candidate));
        }
    }
    best.map(|(_, candidate)| candidate.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_one_step_and_strangers_are_not_suggested() {
        assert_eq!(distance("capacity", "capactiy"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("Q1", "q1"), 0);
        assert_eq!(
            nearest("tiem", ["time", "times", "to"]),
            Some("time".to_string())
        );
        assert_eq!(nearest("furnace", ["oven", "q1"]), None);
        assert_eq!(nearest("q2", ["q1", "q3"]), Some("q1".to_string()));
    }
}
