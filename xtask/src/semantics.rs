//! docs/semantics.md: every proof that it names is there.

use crate::{Outcome, shell};
use std::collections::BTreeSet;

const FILE: &str = "docs/semantics.md";
/// What a rule says that has no proof.
const UNPROVED: &str = "not proved yet";

/// Every rule names oracles and tests that exist, or says that it is not proved.
///
/// # Errors
/// What is missing.
pub fn check() -> Outcome {
    let text = shell::text(FILE)?;
    let rules = rules(&text);
    if rules.is_empty() {
        return Err(vec![format!("{FILE}: no rules")]);
    }
    let mut known: BTreeSet<String> = BTreeSet::new();
    for file in shell::files("plants/oracles", &["expected.toml"]) {
        known.extend(file.rsplit('/').nth(1).map(String::from));
    }
    for file in shell::files("crates", &[".rs"]) {
        known.extend(tests(&shell::text(&file)?));
    }
    let problems: Vec<String> = rules
        .iter()
        .flat_map(|(line, proof)| wrong(proof, &known).into_iter().map(move |why| (line, why)))
        .map(|(line, why)| format!("{FILE}:{line}: {why}"))
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// The last cell of each row below a head, with its line.
fn rules(text: &str) -> Vec<(usize, &str)> {
    let rows = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("| ") && !line.starts_with("| rule |"));
    let last = |line: &'_ str| line.trim().trim_end_matches('|').len();
    rows.map(|(n, line)| (n + 1, &line[..last(line)]))
        .filter_map(|(n, row)| Some((n, row.rsplit('|').next()?.trim())))
        .collect()
}

/// Names of the functions that are tests.
fn tests(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut marked = false;
    for line in code.lines().map(str::trim) {
        marked |= line == "#[test]";
        if let (true, Some(rest)) = (marked, line.strip_prefix("fn ")) {
            found.extend(rest.split('(').next().map(String::from));
            marked = false;
        }
    }
    found
}

/// What is wrong with a cell of proofs.
fn wrong(proof: &str, known: &BTreeSet<String>) -> Vec<String> {
    let names: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
    if names.is_empty() && proof != UNPROVED {
        return vec![format!("neither a proof nor \"{UNPROVED}\": {proof}")];
    }
    let missing = names.iter().filter(|name| !known.contains(**name));
    missing
        .map(|name| format!("no oracle and no test `{name}`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_proof_that_exists_or_says_it_has_none() {
        assert_eq!(check(), Ok(()));
    }

    #[test]
    fn a_proof_that_is_gone_is_noticed() {
        let text = "| rule | proved by |\n|---|---|\n| A. | `mm1` `a_test` |\n| B. | not proved yet |\n| C. | soon |\n";
        let rules = rules(text);
        let lines: Vec<usize> = rules.iter().map(|rule| rule.0).collect();
        assert_eq!(lines, [3, 4, 5]);
        let code = "#[test]\n#[ignore = \"x\"]\nfn a_test() {}\nfn helper() {}\n";
        let mut known: BTreeSet<String> = super::tests(code).into_iter().collect();
        assert_eq!(known.len(), 1);
        assert_eq!(wrong(rules[0].1, &known), ["no oracle and no test `mm1`"]);
        known.insert("mm1".into());
        assert!(wrong(rules[0].1, &known).is_empty());
        assert!(wrong(rules[1].1, &known).is_empty());
        assert_eq!(wrong(rules[2].1, &known).len(), 1);
    }
}
