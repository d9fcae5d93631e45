//! Who may import whom. The table under "Code map" in ARCHITECTURE.md is the rule; what
//! `cargo metadata` says is the fact. Development dependencies count too: a test that needs a crate
//! from above belongs above.

use crate::{Outcome, json, shell};
use std::collections::{BTreeMap, BTreeSet};

/// One row of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layer {
    /// May import these; `None` means all above it in the table.
    pub imports: BTreeSet<String>,
    /// Builds without std.
    pub no_std: bool,
}

/// Names without the `fenhe-` prefix.
pub type Table = BTreeMap<String, Layer>;

/// The table of ARCHITECTURE.md.
///
/// # Errors
/// The file or the table is missing.
pub fn table() -> Result<Table, Vec<String>> {
    let table = parse(&shell::text("ARCHITECTURE.md")?);
    if table.is_empty() {
        return Err(vec![
            "ARCHITECTURE.md: no table with the columns crate, owns, may import, no_std".into(),
        ]);
    }
    Ok(table)
}

/// Rows `| `crate` | owns | may import | no_std |`, in order; "all above" stands for every row
/// before it.
fn parse(text: &str) -> Table {
    let mut table = Table::new();
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("| crate |"))
        .skip(2);
    for row in rows.take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, _owns, imports, no_std] = cells[..] else {
            continue;
        };
        let imports = if imports.starts_with("all above") {
            table.keys().cloned().collect()
        } else {
            let words = imports.split(',').map(|word| word.trim().trim_matches('`'));
            words
                .filter(|word| !word.is_empty() && *word != "-")
                .map(String::from)
                .collect()
        };
        let layer = Layer {
            imports,
            no_std: no_std == "yes",
        };
        table.insert(name.trim_matches('`').to_string(), layer);
    }
    table
}

/// Crate to the crates of the workspace it imports.
fn arrows() -> Result<BTreeMap<String, BTreeSet<String>>, Vec<String>> {
    let command = shell::cargo(&["metadata", "--format-version", "1", "--no-deps"]);
    let metadata = json::parse(&shell::read(command)?)?;
    let short = |name: &str| name.strip_prefix("fenhe-").unwrap_or(name).to_string();
    let mut arrows = BTreeMap::new();
    for package in json::list(&metadata, "packages") {
        let inner = json::list(package, "dependencies")
            .iter()
            .filter(|one| one["path"].is_string());
        let inner = inner.map(|one| short(json::text(one, "name"))).collect();
        arrows.insert(short(json::text(package, "name")), inner);
    }
    Ok(arrows)
}

fn compare(table: &Table, arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, imports) in arrows {
        let Some(layer) = table.get(name) else {
            problems.push(format!("{name}: not in the table of ARCHITECTURE.md"));
            continue;
        };
        for import in imports.difference(&layer.imports) {
            problems.push(format!(
                "{name} imports {import}, which ARCHITECTURE.md does not allow"
            ));
        }
    }
    for name in table.keys().filter(|name| !arrows.contains_key(*name)) {
        problems.push(format!(
            "{name}: in the table of ARCHITECTURE.md, but not in the workspace"
        ));
    }
    problems
}

/// Compares rule and fact.
///
/// # Errors
/// Each arrow that is not allowed, and each crate that only one side knows.
pub fn check() -> Outcome {
    let problems = compare(&table()?, &arrows()?);
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "| crate | owns | may import | no_std |\n|---|---|---|---|\n\
        | `contract` | words | - | yes |\n| `world` | truth | contract | yes |\n\
        | `control` | decisions | contract | yes |\n| `study` | runs | all above | |\n\nend\n";

    fn arrow(from: &str, to: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut arrows: BTreeMap<String, BTreeSet<String>> = parse(TEXT)
            .keys()
            .map(|name| (name.clone(), BTreeSet::new()))
            .collect();
        arrows.entry(from.into()).or_default().insert(to.into());
        arrows
    }

    #[test]
    fn the_workspace_has_only_the_arrows_of_the_table() {
        assert_eq!(check(), Ok(()));
    }

    #[test]
    fn a_forbidden_arrow_is_found() {
        let table = parse(TEXT);
        assert_eq!(
            compare(&table, &arrow("world", "contract")),
            Vec::<String>::new()
        );
        assert_eq!(
            compare(&table, &arrow("study", "control")),
            Vec::<String>::new()
        );
        assert_eq!(compare(&table, &arrow("world", "control")).len(), 1);
        assert_eq!(compare(&table, &arrow("contract", "study")).len(), 1);
    }

    #[test]
    fn a_crate_that_only_one_side_knows_is_found() {
        assert_eq!(compare(&parse(TEXT), &arrow("link", "contract")).len(), 1);
        let mut fewer = arrow("world", "contract");
        fewer.remove("study");
        assert_eq!(compare(&parse(TEXT), &fewer).len(), 1);
    }
}
