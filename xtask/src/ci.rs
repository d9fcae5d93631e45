//! Everything that must hold before a merge, in the order in which it fails soonest.

use crate::{Outcome, layers, purity, shell, tidy, trial, web};
use std::time::Instant;

/// What has been counted so far: tests by cargo, and each other step as one.
#[derive(Default)]
struct Score {
    passed: u64,
    failed: u64,
    problems: Vec<String>,
}

impl Score {
    fn step(&mut self, name: &str, work: impl FnOnce() -> Outcome) {
        println!("==> {name}");
        let start = Instant::now();
        match work() {
            Ok(()) => self.passed += 1,
            Err(problems) => {
                self.failed += 1;
                self.problems
                    .extend(problems.into_iter().map(|line| format!("{name}: {line}")));
            }
        }
        println!("    {name}: {:.0} s", start.elapsed().as_secs_f64());
    }

    /// The workspace's tests, each counted.
    fn tests(&mut self) {
        println!("==> tests");
        let start = Instant::now();
        let command = shell::cargo(&["test", "--workspace", "--no-fail-fast"]);
        let (mut passed, mut failed) = (0, 0);
        let outcome = shell::tee(command, |line| {
            if let Some((good, bad)) = summary(line) {
                passed += good;
                failed += bad;
            }
        });
        if let Err(problems) = outcome {
            // A test that does not compile leaves no summary.
            failed = failed.max(1);
            self.problems.extend(problems);
        }
        self.passed += passed;
        self.failed += failed;
        println!("    tests: {:.0} s", start.elapsed().as_secs_f64());
    }
}

/// Passed and failed of a line like `test result: ok. 12 passed; 0 failed; ...`.
fn summary(line: &str) -> Option<(u64, u64)> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| -> Option<u64> {
        let part = counts.split(';').find(|part| part.trim().ends_with(word))?;
        part.split_whitespace().next()?.parse().ok()
    };
    Some((count(" passed")?, count(" failed")?))
}

/// Runs it all; nothing is left out because something before it failed.
///
/// # Errors
/// What did not hold.
pub fn run() -> Outcome {
    let mut score = Score::default();
    score.step("format", || {
        shell::run(shell::cargo(&["fmt", "--all", "--", "--check", "-l"]))
    });
    score.step("tidy", tidy::check);
    score.step("layers", layers::check);
    score.step("purity", purity::check);
    score.step("clippy", || {
        let args = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ];
        shell::run(shell::cargo(&args))
    });
    score.tests();
    score.step("web", web::rebuilt);
    score.step("browser", web::browser);
    // Ten shortened runs an oracle are too few to judge coverage by: that trial is run whole, by hand.
    for name in trial::names()
        .into_iter()
        .filter(|name| *name != "coverage")
    {
        score.step(&format!("trial {name}"), || {
            trial::run(name, trial::Size::Short)
        });
    }
    for problem in &score.problems {
        println!("error: {problem}");
    }
    println!("{} passed, {} failed", score.passed, score.failed);
    if score.failed == 0 {
        Ok(())
    } else {
        // The count stays the last line.
        Err(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::summary;

    #[test]
    fn counts_are_read_from_cargos_own_summary() {
        let line = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out";
        assert_eq!(summary(line), Some((12, 0)));
        let line = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured";
        assert_eq!(summary(line), Some((3, 2)));
        assert_eq!(summary("test a::b ... ok"), None);
    }
}
