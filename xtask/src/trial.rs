//! Trials: runs over many seeds that take longer than a test may. One file each below `trials/`.

use crate::{Outcome, shell, trials};

/// How much of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// The whole of it.
    Full,
    /// A part that fits into `cargo x ci`.
    Short,
}

/// A trial.
pub struct Trial {
    /// As on the command line.
    pub name: &'static str,
    /// What it shows, one line.
    pub about: &'static str,
    /// Does it. A failure is one line with what repeats it.
    pub run: fn(Size) -> Outcome,
}

/// The names, in order.
pub fn names() -> Vec<&'static str> {
    trials::ALL.iter().map(|trial| trial.name).collect()
}

/// Runs one by name.
///
/// # Errors
/// There is none of that name, or it failed.
pub fn run(name: &str, size: Size) -> Outcome {
    let Some(trial) = trials::ALL.iter().find(|trial| trial.name == name) else {
        return Err(vec![format!(
            "no trial {name}; there are: {}",
            names().join(" ")
        )]);
    };
    println!("trial {name}: {}", trial.about);
    (trial.run)(size)
}

/// Runs the ignored tests of one test target, optimised. They read their size from the environment
/// variable `FENHE_TRIAL`, `full` or `short`.
///
/// # Errors
/// One of them failed, or there is none.
pub fn ignored_tests(package: &str, target: &str, filter: &str, size: Size) -> Outcome {
    ignored_tests_of(package, &["--test", target], filter, size)
}

/// The same of any target, as cargo is told of it: `["--bin", "fenhe"]`.
///
/// # Errors
/// As [`ignored_tests`].
pub fn ignored_tests_of(package: &str, target: &[&str], filter: &str, size: Size) -> Outcome {
    let mut args = vec!["test", "--package", package];
    args.extend(target);
    // CI has just built the development profile; a long run pays for its own build.
    if size == Size::Full {
        args.push("--release");
    }
    args.extend(["--", "--ignored", "--nocapture", filter]);
    let mut command = shell::cargo(&args);
    command.env(
        "FENHE_TRIAL",
        if size == Size::Full { "full" } else { "short" },
    );
    let mut ran = false;
    shell::tee(command, |line| {
        ran |= line.starts_with("test result: ") && !line.contains(" 0 passed; 0 failed");
    })?;
    if ran {
        Ok(())
    } else {
        Err(vec![format!(
            "{package}/{}: no test {filter}",
            target.join(" ")
        )])
    }
}
