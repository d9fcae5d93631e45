//! Races: the same job on other engines, on the same machine, in one run; and how fast we are where there
//! is no other engine. One file or folder each below
//! `benches/`. Wall time on shared machines lies, so a race compares CPU seconds as a ratio, takes
//! the least of three interleaved rounds, and checks each engine's answer before its time counts.

use crate::{Outcome, benches, shell};
use serde_json::{Value, json};

/// A race.
pub struct Race {
    /// As on the command line.
    pub name: &'static str,
    /// Runs every engine.
    pub run: fn() -> Result<Vec<Row>, Vec<String>>,
}

/// One line of the result: our figure beside another.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// Whom or what we are compared with.
    pub name: String,
    /// Ours, in `unit`; `None` if there is nothing to measure yet.
    pub ours: Option<f64>,
    /// Theirs, in `unit`.
    pub anchor: Option<f64>,
    /// Of both figures.
    pub unit: &'static str,
    /// What the ratio ours / anchor must be; `None` is for information only, and then there may be
    /// no anchor.
    pub goal: Option<Goal>,
}

/// A bound of a ratio.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Goal {
    /// Not below this.
    AtLeast(f64),
    /// Not above this.
    AtMost(f64),
}
impl Goal {
    fn holds(self, ratio: f64) -> bool {
        match self {
            Goal::AtLeast(goal) => ratio >= goal,
            Goal::AtMost(goal) => ratio <= goal,
        }
    }
    fn text(self) -> String {
        match self {
            Goal::AtLeast(goal) => format!(">= {goal}"),
            Goal::AtMost(goal) => format!("<= {goal}"),
        }
    }
}

impl Row {
    /// Ours divided by theirs.
    pub fn ratio(&self) -> Option<f64> {
        Some(self.ours? / self.anchor?)
    }
    /// The goal is reached; a figure that is missing reaches nothing.
    pub fn holds(&self) -> bool {
        self.goal
            .is_none_or(|goal| self.ratio().is_some_and(|ratio| goal.holds(ratio)))
    }
    fn json(&self) -> Value {
        json!({
            "name": self.name, "ours": self.ours, "anchor": self.anchor, "ratio": self.ratio(),
            "unit": self.unit, "goal": self.goal.map(Goal::text), "holds": self.holds(),
        })
    }
}

/// The names, in order.
pub fn names() -> Vec<&'static str> {
    benches::ALL.iter().map(|race| race.name).collect()
}

/// Runs one by name, prints its table and writes it to a file if asked.
///
/// # Errors
/// There is none of that name, an engine failed or answered wrongly, or a goal was missed.
pub fn run(name: &str, file: Option<&str>) -> Outcome {
    let Some(race) = benches::ALL.iter().find(|race| race.name == name) else {
        return Err(vec![format!(
            "no race {name}; there are: {}",
            names().join(" ")
        )]);
    };
    let rows = (race.run)()?;
    print!("{}", table(&rows));
    if let Some(file) = file {
        let rows: Vec<Value> = rows.iter().map(Row::json).collect();
        let result = json!({ "race": name, "machine": machine(), "rows": rows });
        let text = format!("{result:#}\n");
        std::fs::write(file, text).map_err(|why| vec![format!("{file}: {why}")])?;
    }
    let missed = rows.iter().filter(|row| !row.holds());
    let missed: Vec<String> = missed
        .map(|row| format!("{name}: {} missed", row.name))
        .collect();
    if missed.is_empty() {
        Ok(())
    } else {
        Err(missed)
    }
}

fn table(rows: &[Row]) -> String {
    let show = |value: Option<f64>, row: &Row| match value {
        None if row.goal.is_none() => "-".to_string(),
        None => "missing".to_string(),
        Some(value) if value >= 1000.0 => format!("{value:.0}"),
        Some(value) => format!("{value:.3}"),
    };
    let head = ["against", "ours", "anchor", "ratio", "goal", "unit", ""].map(String::from);
    let mut lines = vec![head];
    for row in rows {
        let goal = row.goal.map_or("-".into(), Goal::text);
        let verdict = match row.goal {
            None => "",
            Some(_) if row.holds() => "holds",
            Some(_) => "MISSED",
        };
        let name = row.name.clone();
        let figures = [row.ours, row.anchor, row.ratio()].map(|value| show(value, row));
        let [ours, anchor, ratio] = figures;
        lines.push([
            name,
            ours,
            anchor,
            ratio,
            goal,
            row.unit.into(),
            verdict.into(),
        ]);
    }
    let width = |at: usize| lines.iter().map(|line| line[at].len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..7).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        for (at, cell) in line.iter().enumerate() {
            let width = widths[at];
            let padded = if (1..=4).contains(&at) {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            };
            text.push_str(&padded);
            text.push_str("  ");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// Processor and compiler, so that a stored result says what it was measured on.
fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let model = model.map_or("unknown processor", |rest| {
        rest.trim_start_matches([' ', '\t', ':'])
    });
    let cores = std::thread::available_parallelism().map_or(0, |count| count.get());
    let rustc = shell::read(shell::program("rustc", &["--version"])).unwrap_or_default();
    format!("{model}, {cores} cores, {}", rustc.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ours: Option<f64>, goal: Option<f64>) -> Row {
        Row {
            name: "x".into(),
            ours,
            anchor: Some(2.0),
            unit: "jobs/CPU s",
            goal: goal.map(Goal::AtLeast),
        }
    }

    #[test]
    fn a_missing_figure_never_holds() {
        assert!(row(Some(1.0), Some(0.5)).holds());
        assert!(!row(Some(0.99), Some(0.5)).holds());
        assert!(!row(None, Some(0.0)).holds());
        assert!(row(None, None).holds());
        let most = |ours| Row {
            goal: Some(Goal::AtMost(0.5)),
            ..row(ours, None)
        };
        assert!(most(Some(1.0)).holds());
        assert!(!most(Some(1.01)).holds() && !most(None).holds());
    }

    #[test]
    fn the_table_says_what_is_missing() {
        let text = table(&[row(None, Some(0.5)), row(Some(4000.0), None)]);
        assert!(text.contains("missing") && text.contains("MISSED"));
        assert!(text.contains("4000") && text.contains("2000"));
    }
}
