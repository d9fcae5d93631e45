//! What `fenhe cut` says.

use super::order::Job;
use super::units::millimetres;
use crate::tools::print_line;
use fenhe_messages::{Lang, Word, fill};
use fenhe_planner::cutting::{SetUp, State};
use serde_json::{Value, json};

/// A plan that was found.
pub struct Found<'j> {
    pub job: &'j Job,
    pub plan: &'j [SetUp],
    pub state: State,
    pub steps: u64,
    pub seed: u64,
}

impl Found<'_> {
    /// Prints the set-up list and what it comes to.
    pub fn print(&self, lang: Lang) {
        let line = |word: Word, args: &[(&str, String)]| print_line(&fill(word.text(lang), args));
        for (at, set_up) in self.plan.iter().enumerate() {
            let args = [
                ("number", (at + 1).to_string()),
                ("pattern", self.pattern(set_up)),
                ("trim", millimetres(self.trim(set_up))),
                ("parents", set_up.parents.to_string()),
            ];
            line(Word::CutSetUp, &args);
        }
        let args = [
            ("parents", self.parents().to_string()),
            ("bound", self.state.bound.to_string()),
            ("patterns", self.plan.len().to_string()),
            ("share", format!("{:.3}", self.share() * 100.0)),
            ("steps", self.steps.to_string()),
            ("seed", self.seed.to_string()),
        ];
        line(
            match self.state.fewest_parents {
                true => Word::CutParentsFewest,
                false => Word::CutParents,
            },
            &args,
        );
        line(
            match self.state.fewest_patterns {
                true => Word::CutPatternsFewest,
                false => Word::CutPatterns,
            },
            &args,
        );
        line(Word::CutTrim, &args);
        for (item, made) in self.job.order.items.iter().zip(self.made()) {
            if made > u64::from(item.demand) {
                let args = [
                    ("width", millimetres(u64::from(item.width))),
                    ("made", made.to_string()),
                    ("demand", item.demand.to_string()),
                ];
                line(Word::CutMore, &args);
            }
        }
        line(Word::CutAgain, &args);
    }

    /// For machines: widths in millimetres.
    pub fn json(&self) -> Value {
        let order = &self.job.order;
        let mm = |width: u64| width as f64 / 1_000.0;
        let strip = |&(item, count): &(usize, u32)| {
            let width = u64::from(order.items[item].width);
            json!({"width_mm": mm(width), "count": count})
        };
        let set_up = |set_up: &SetUp| {
            let strips: Vec<Value> = set_up.strips.iter().map(strip).collect();
            json!({"strips": strips, "trim_mm": mm(self.trim(set_up)), "parents": set_up.parents})
        };
        let items = order.items.iter().zip(self.made()).map(|(item, made)| {
            let width = mm(u64::from(item.width));
            json!({"width_mm": width, "demand": item.demand, "over": item.over, "made": made})
        });
        json!({
            "parent_mm": mm(u64::from(order.parent)),
            "edge_mm": mm(u64::from(order.edge)),
            "set_ups": self.plan.iter().map(set_up).collect::<Vec<_>>(),
            "strips": items.collect::<Vec<_>>(),
            "parents": self.parents(),
            "bound": self.state.bound,
            "fewest_parents": self.state.fewest_parents,
            "patterns": self.plan.len(),
            "fewest_patterns": self.state.fewest_patterns,
            "trim_share": self.share(),
            "steps": self.steps,
            "seed": self.seed,
        })
    }

    fn pattern(&self, set_up: &SetUp) -> String {
        let strip = |&(item, count): &(usize, u32)| {
            let width = self.job.order.items[item].width;
            format!("{} x {count}", millimetres(u64::from(width)))
        };
        let strips: Vec<String> = set_up.strips.iter().map(strip).collect();
        strips.join(" + ")
    }

    /// What a set-up leaves beside its strips, without the edges, in micrometres.
    fn trim(&self, set_up: &SetUp) -> u64 {
        let order = &self.job.order;
        let width =
            |&(item, count): &(usize, u32)| u64::from(order.items[item].width) * u64::from(count);
        let used: u64 = set_up.strips.iter().map(width).sum();
        u64::from(order.room()).saturating_sub(used)
    }

    fn parents(&self) -> u64 {
        self.plan
            .iter()
            .map(|set_up| u64::from(set_up.parents))
            .sum()
    }

    /// Trim and edges over the width of all parents.
    fn share(&self) -> f64 {
        let order = &self.job.order;
        let edges = u64::from(order.parent) - u64::from(order.room());
        let lost = |set_up: &SetUp| (self.trim(set_up) + edges) * u64::from(set_up.parents);
        let lost: u64 = self.plan.iter().map(lost).sum();
        lost as f64 / (u64::from(order.parent) * self.parents()).max(1) as f64
    }

    fn made(&self) -> Vec<u64> {
        let mut made = vec![0; self.job.order.items.len()];
        for set_up in self.plan {
            for &(item, count) in &set_up.strips {
                made[item] += u64::from(count) * u64::from(set_up.parents);
            }
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_its_sentences_and_no_sentence_is_left_over() {
        let sources = [
            include_str!("mod.rs"),
            include_str!("order.rs"),
            include_str!("text.rs"),
        ];
        let quoted = sources.iter().flat_map(|source| source.split('"'));
        let used: BTreeSet<&str> = quoted.filter(|word| word.starts_with("cut/")).collect();
        let known: BTreeSet<&str> = fenhe_messages::cutting_codes().collect();
        assert_eq!(used, known);
    }
}
