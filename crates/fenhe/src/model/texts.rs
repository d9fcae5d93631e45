//! Changes of texts that leave every other byte as it is, and the lines that differ.

use fenhe_server::model::Hunk;
use std::ops::Range;

/// Replaces some ranges of a text that do not overlap.
pub fn replaced(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (range, new) in edits {
        out.push_str(&text[at..range.start]);
        out.push_str(&new);
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The line that holds a byte, with its end.
pub fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    start..end
}

/// A length as people write it.
pub fn metres(mm: i64) -> String {
    format!("{} m", mm as f64 / 1_000.0)
}

/// A string of TOML or JSON.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// More lines than these on both sides are one difference.
const MOST: usize = 2_000;

/// Where two texts differ, by lines: a longest common subsequence of what is between the common ends.
pub fn hunks(before: &str, after: &str) -> Vec<Hunk> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let head = old.iter().zip(&new).take_while(same).count();
    let most = old.len().min(new.len()) - head;
    let back = old.iter().rev().zip(new.iter().rev());
    let tail = back.take(most).take_while(same).count();
    let (old, new) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    if old.len() > MOST || new.len() > MOST {
        return vec![hunk(head, old, new)];
    }
    let common = common(old, new);
    let (mut found, mut at) = (Vec::new(), (0, 0));
    for (i, j) in common.into_iter().chain([(old.len(), new.len())]) {
        if at != (i, j) {
            found.push(hunk(head + at.0, &old[at.0..i], &new[at.1..j]));
        }
        at = (i + 1, j + 1);
    }
    found
}

fn hunk(at: usize, before: &[&str], after: &[&str]) -> Hunk {
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_string()).collect();
    Hunk {
        line: at as u32 + 1,
        before: owned(before),
        after: owned(after),
    }
}

/// Pairs of a longest common subsequence.
fn common(old: &[&str], new: &[&str]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let mut longest = vec![0_u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if old[i] == new[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut pairs, mut i, mut j) = (Vec::new(), 0, 0);
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_replaced_and_the_rest_stays() {
        let text = "a = 1\nb = 2\nc = 3\n";
        let edits = vec![(16..17, "9".into()), (4..5, "77".into())];
        assert_eq!(replaced(text, edits), "a = 77\nb = 2\nc = 9\n");
        assert_eq!(replaced(text, Vec::new()), text);
        assert_eq!(&text[line_around(text, 8)], "b = 2\n");
        assert_eq!(&"last"[line_around("last", 2)], "last");
        assert_eq!(
            (metres(52_300), metres(40_000)),
            ("52.3 m".into(), "40 m".into())
        );
    }

    #[test]
    fn differences_are_told_by_lines() {
        let told = |a: &str, b: &str| -> Vec<(u32, usize, usize)> {
            let rows = hunks(a, b);
            rows.iter()
                .map(|row| (row.line, row.before.len(), row.after.len()))
                .collect()
        };
        assert_eq!(told("1\n2\n3\n", "1\n2\n3\n"), []);
        assert_eq!(told("1\n2\n3\n", "1\n3\n"), [(2, 1, 0)]);
        assert_eq!(told("1\n3\n", "1\n2\n3\n"), [(2, 0, 1)]);
        assert_eq!(
            told("1\n2\n3\n4\n5\n", "1\nx\n3\n4\ny\nz\n"),
            [(2, 1, 1), (5, 1, 2)]
        );
        assert_eq!(told("", "1\n"), [(1, 0, 1)]);
        assert_eq!(told("1\n1\n1\n", "1\n1\n"), [(3, 1, 0)]);
    }
}
