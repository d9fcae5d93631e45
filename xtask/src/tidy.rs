//! What a reviewer should not have to say: sizes, dead links, lists that are not whole, words that
//! mean nothing.

use crate::{Outcome, bench, semantics, shell, trial, web};
use std::collections::BTreeSet;
use std::path::Path;

/// Lines of a source file from which it should be split, and from which it must be.
const LONG: (usize, usize) = (500, 800);

/// Files that may be longer: flat registries and tables.
const LONG_ON_PURPOSE: &[&str] = &["web/src/lib/api/schema.ts"];

/// Checks everything; warnings are printed and do not fail.
///
/// # Errors
/// What is not tidy.
pub fn check() -> Outcome {
    let mut problems = Vec::new();
    let checks = [
        sizes,
        links,
        plants,
        decisions,
        rungs,
        glossary,
        semantics::check,
        web::is_built,
    ];
    for check in checks {
        problems.extend(check().err().into_iter().flatten());
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

fn sizes() -> Outcome {
    let mut problems = Vec::new();
    for file in shell::files("", &[".rs", ".ts", ".svelte", ".py"]) {
        let lines = shell::text(&file)?.lines().count();
        match size(&file, lines) {
            Size::Fine => {}
            Size::Warn => println!("warning: {file}: {lines} lines, split it by concern"),
            Size::Fail => problems.push(format!("{file}: {lines} lines, at most {}", LONG.1)),
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

#[derive(PartialEq, Eq, Debug)]
enum Size {
    Fine,
    Warn,
    Fail,
}

fn size(file: &str, lines: usize) -> Size {
    match lines {
        _ if LONG_ON_PURPOSE.contains(&file) => Size::Fine,
        lines if lines > LONG.1 => Size::Fail,
        lines if lines > LONG.0 => Size::Warn,
        _ => Size::Fine,
    }
}

/// Every relative link of a document leads to a file.
fn links() -> Outcome {
    let mut problems = Vec::new();
    for file in shell::files("", &[".md"]) {
        let folder = shell::root().join(&file);
        let folder = folder.parent().unwrap_or(Path::new(".")).to_path_buf();
        for target in targets(&shell::text(&file)?) {
            let path = target.split('#').next().unwrap_or("");
            let outside = target.contains("://") || target.starts_with("mailto:");
            if !outside && !path.is_empty() && !folder.join(path).exists() {
                problems.push(format!("{file}: link to {target}, which is not there"));
            }
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// The targets of the links `[text](target)` outside of code blocks.
fn targets(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            code = !code;
        }
        if code {
            continue;
        }
        let mut rest = line;
        while let Some((_, after)) = rest.split_once("](") {
            let Some((target, next)) = after.split_once(')') else {
                break;
            };
            found.push(target.trim().to_string());
            rest = next;
        }
    }
    found
}

/// Every plant is listed in the README.md of a folder above it.
fn plants() -> Outcome {
    let mut problems = Vec::new();
    for file in shell::files("plants", &["plant.toml"]) {
        let Some(plant) = Path::new(&file).parent() else {
            continue;
        };
        let name = plant
            .file_name()
            .map(|name| name.to_string_lossy())
            .unwrap_or_default();
        let above = plant
            .ancestors()
            .skip(1)
            .take_while(|path| !path.as_os_str().is_empty());
        let lists =
            above.filter_map(|path| shell::text(&format!("{}/README.md", path.display())).ok());
        if !lists
            .into_iter()
            .any(|list| list.contains(&format!("`{name}`")))
        {
            problems.push(format!("{file}: no README.md above it lists `{name}`"));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// Every decision is in the index, and numbered once.
fn decisions() -> Outcome {
    let index = shell::text("docs/decisions/README.md")?;
    let mut problems = Vec::new();
    let mut numbers = BTreeSet::new();
    for file in shell::files("docs/decisions", &[".md"]) {
        let name = file.rsplit('/').next().unwrap_or("");
        if name == "README.md" {
            continue;
        }
        if !index.contains(&format!("({name})")) {
            problems.push(format!("{file}: not in docs/decisions/README.md"));
        }
        if !numbers.insert(name.split('-').next().unwrap_or("").to_string()) {
            problems.push(format!("{file}: its number is taken"));
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// TESTING.md names every trial, every race, and every crate that has tests of its own.
fn rungs() -> Outcome {
    let testing = shell::text("TESTING.md")?;
    let mut rungs: BTreeSet<String> = BTreeSet::new();
    rungs.extend(["layers", "purity", "tidy", "web", "ci"].map(|name| format!("`cargo x {name}`")));
    rungs.extend(
        trial::names()
            .into_iter()
            .map(|name| format!("`cargo x trial {name}`")),
    );
    rungs.extend(
        bench::names()
            .into_iter()
            .map(|name| format!("`cargo x bench {name}`")),
    );
    for file in shell::files("crates", &[".rs"]) {
        if let Some((folder, _)) = file.split_once("/tests/")
            && !folder.contains("/src/")
        {
            rungs.insert(format!("`{folder}/tests`"));
        }
    }
    let missing = rungs.iter().filter(|rung| !testing.contains(rung.as_str()));
    let problems: Vec<String> = missing
        .map(|rung| format!("TESTING.md: does not name {rung}"))
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// Each word of GLOSSARY.md occurs in the code by the name that its row gives.
fn glossary() -> Outcome {
    let words = words(&shell::text("GLOSSARY.md")?);
    if words.is_empty() {
        return Err(vec!["GLOSSARY.md: no rows".into()]);
    }
    let mut code = String::new();
    for file in shell::files("crates", &[".rs"]) {
        code.push_str(&shell::text(&file)?);
    }
    let known: BTreeSet<&str> = code
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .collect();
    let missing = words.iter().filter(|word| !known.contains(word.as_str()));
    let problems: Vec<String> = missing
        .map(|word| format!("GLOSSARY.md: `{word}` is nowhere in the code"))
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// The words in backticks of the last column of each row.
fn words(text: &str) -> Vec<String> {
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| word |"));
    let last = rows.filter_map(|row| row.trim_end_matches('|').rsplit('|').next());
    let quoted = last.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    quoted
        .flat_map(|word| word.split("::"))
        .map(String::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        assert_eq!(check(), Ok(()));
    }

    #[test]
    fn a_file_is_warned_of_before_it_fails() {
        assert_eq!(size("a.rs", 500), Size::Fine);
        assert_eq!(size("a.rs", 501), Size::Warn);
        assert_eq!(size("a.rs", 801), Size::Fail);
    }

    #[test]
    fn links_are_found_outside_of_code_only() {
        let text = "see [a](b.md#c) and [d](https://e)\n```\n[x](y)\n```\n[f](g/h.md)";
        assert_eq!(targets(text), ["b.md#c", "https://e", "g/h.md"]);
    }

    #[test]
    fn glossary_words_come_from_the_last_column() {
        let text = "| word | 中文 | meaning | in code |\n|---|---|---|---|\n\
                    | place | 位置 | a `position` | `Place`, `PlaceId` |\n";
        assert_eq!(words(text), ["Place", "PlaceId"]);
    }
}
