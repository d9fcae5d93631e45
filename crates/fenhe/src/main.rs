//! The command line of Fenhe.

mod acts;
mod ahead;
mod args;
mod beside;
mod board;
mod browser;
mod calibration;
mod certificates;
mod cut;
mod demo;
mod devices;
mod drift;
mod faults;
mod grid;
mod imports;
mod journal;
mod ledger;
mod live;
mod local;
mod machines;
mod model;
mod modes;
mod orders;
mod outputs;
mod past;
mod people;
mod problems;
mod promise;
mod promises;
mod racks;
mod refusals;
mod rows;
mod schedule;
mod seen;
mod serve;
mod served;
mod simulate;
mod tools;
mod waits;
mod warm;

use fenhe_messages::{Lang, Word, fill};
use std::process::ExitCode;

/// Why a command ended without its result.
enum Failure {
    /// The plant has problems; they have been printed.
    Problems,
    /// Something else, told to the user.
    Told(String),
}

impl Failure {
    /// An argument that means nothing.
    fn argument(lang: Lang, what: &str, why: &str) -> Failure {
        let args = [("what", what.to_string()), ("why", why.to_string())];
        Failure::Told(fill(Word::BadArgument.text(lang), &args))
    }
    /// Control and plant never came to rest.
    fn no_end(lang: Lang, pong: &fenhe_study::PingPong) -> Failure {
        let at = pong.at.as_seconds();
        let args = [
            ("at", format!("{at:.6}")),
            ("facts", pong.facts.to_string()),
        ];
        Failure::Told(fill(Word::NoEnd.text(lang), &args))
    }
    /// A file that cannot be read.
    fn read(lang: Lang, what: &std::path::Path, why: &std::io::Error) -> Failure {
        Failure::file(Word::CannotRead, lang, what, why)
    }
    /// A file that cannot be written.
    fn write(lang: Lang, what: &std::path::Path, why: &std::io::Error) -> Failure {
        Failure::file(Word::CannotWrite, lang, what, why)
    }
    fn file(word: Word, lang: Lang, what: &std::path::Path, why: &std::io::Error) -> Failure {
        use std::io::ErrorKind::*;
        let why = match why.kind() {
            NotFound => Word::NoSuchFile.text(lang).into(),
            PermissionDenied | ReadOnlyFilesystem => Word::NotAllowed.text(lang).into(),
            NotADirectory | AlreadyExists => Word::NoFolder.text(lang).into(),
            IsADirectory => Word::IsFolder.text(lang).into(),
            StorageFull | QuotaExceeded => Word::DiskFull.text(lang).into(),
            _ => why.to_string(),
        };
        let args = [("what", what.display().to_string()), ("why", why)];
        Failure::Told(fill(word.text(lang), &args))
    }
}

fn main() -> ExitCode {
    let given: Vec<_> = std::env::args_os().collect();
    let lang = args::language(&given);
    let matches = args::command(lang).get_matches_from(given);
    let done = match matches.subcommand() {
        Some(("check", given)) => tools::check(given, lang),
        Some(("schema", given)) => tools::schema(given, lang),
        Some(("layout", given)) => tools::layout(given, lang),
        Some(("import", given)) => imports::import(given, lang),
        Some(("simulate", given)) => simulate::simulate(given, lang),
        Some(("sweep", given)) => simulate::sweep(given, lang),
        Some(("schedule", given)) => schedule::schedule(given, lang),
        Some(("schedule-check", given)) => schedule::check(given, lang),
        Some(("promise", given)) => promise::promise(given, lang),
        Some(("book", given)) => promise::register(given, lang),
        Some(("cut", given)) => cut::cut(given, lang),
        Some(("grid", given)) => grid::grid(given, lang),
        Some(("grid-check", given)) => grid::check(given, lang),
        Some(("run", given)) => live::run(given, lang),
        Some(("rehearse", given)) => live::rehearse(given, lang),
        Some(("certificates", given)) => certificates::certificates(given, lang),
        Some(("broker", given)) => live::broker(given, lang),
        Some(("devices", given)) => devices::devices(given, lang),
        Some(("replay", given)) => live::replay(given, lang),
        Some(("journal", given)) => journal::journal(given, lang),
        Some(("verify", given)) => journal::verify(given, lang),
        Some(("calibrate", given)) => calibration::calibrate(given, lang),
        Some(("demo", given)) => live::demo(given, lang),
        _ => Ok(()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Problems) => ExitCode::from(2),
        Err(Failure::Told(text)) => {
            anstream::eprintln!("{}: {text}", Word::Error.text(lang));
            ExitCode::FAILURE
        }
    }
}
