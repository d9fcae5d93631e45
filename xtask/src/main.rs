//! Developer commands: `cargo x ci`, `layers`, `purity`, `tidy`, `web`, `trial NAME`, `bench RACE`.
//!
//! In: the working tree. Out: text for people, exit code 0 when everything holds, 1 when something
//! does not, 2 for a command line that is not understood. `.ci/run` is `cargo x ci` on a fresh
//! machine.

mod bench;
mod benches;
mod ci;
mod json;
mod layers;
mod purity;
mod semantics;
mod shell;
mod tidy;
mod trial;
mod trials;
mod web;

use std::process::ExitCode;

/// What a command answers: what is wrong, one line each.
pub type Outcome = Result<(), Vec<String>>;

fn usage() -> String {
    let mut text = String::from(
        "cargo x ci                        everything that must hold before a merge\n\
         cargo x layers                    who may import whom, against ARCHITECTURE.md\n\
         cargo x purity                    pure crates reach neither std nor platform floats\n\
         cargo x tidy                      sizes, links, lists and words\n\
         cargo x web                       web/dist from web/; needs Node and npm\n\
         cargo x trial NAME [--short]      a long run over many seeds\n\
         cargo x bench RACE [--json FILE]  a race against other engines\n",
    );
    text.push_str(&format!("trials: {}\n", trial::names().join(" ")));
    text.push_str(&format!("races: {}\n", bench::names().join(" ")));
    text
}

fn run(args: &[&str]) -> Option<Outcome> {
    Some(match args {
        ["ci"] => ci::run(),
        ["layers"] => layers::check(),
        ["purity"] => purity::check(),
        ["tidy"] => tidy::check(),
        ["web"] => web::build(),
        ["trial", name] => trial::run(name, trial::Size::Full),
        ["trial", name, "--short"] => trial::run(name, trial::Size::Short),
        ["bench", race] => bench::run(race, None),
        ["bench", race, "--json", file] => bench::run(race, Some(file)),
        _ => return None,
    })
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        None => {
            eprint!("{}", usage());
            ExitCode::from(2)
        }
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(problems)) => {
            for problem in problems {
                eprintln!("error: {problem}");
            }
            ExitCode::FAILURE
        }
    }
}
