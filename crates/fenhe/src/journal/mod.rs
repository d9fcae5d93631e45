//! Commands about a journal: `fenhe journal verify | show | export | prune`.

mod deeds;
mod show;
mod state;
#[cfg(test)]
mod tests;
mod words;

use crate::{Failure, args, live, refusals, tools};
use clap::ArgMatches;
use fenhe_journal::Journal;
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;

/// `fenhe journal VERB`.
pub fn journal(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    match given.subcommand() {
        Some(("verify", given)) => verify(given, lang),
        Some(("show", given)) => show::show(given, lang),
        Some(("export", given)) => export(given, lang),
        Some(("prune", given)) => prune(given, lang),
        _ => Ok(()),
    }
}

/// `verify PLANT --journal J`: every number, checksum, entry, snapshot and state of a journal.
pub fn verify(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = live::plant_of(given, lang)?;
    let (mut journal, address) = look(given, &plant, lang)?;
    let report = journal
        .verify()
        .map_err(|why| refusals::journal_error(&why, &address, lang))?;
    let said = [
        ("entries", report.entries.to_string()),
        ("epochs", report.epochs.to_string()),
        ("bytes", report.bytes.to_string()),
    ];
    match report.fault {
        None => {
            tools::print_line(&fill(Word::JournalWhole.text(lang), &said));
            Ok(())
        }
        Some(fault) => {
            let said = [
                ("seq", fault.seq.to_string()),
                ("why", format!("{:?}", fault.what)),
            ];
            Err(Failure::Told(fill(Word::JournalDamaged.text(lang), &said)))
        }
    }
}

/// The journal a command reads.
pub fn look(
    given: &ArgMatches,
    plant: &Plant,
    lang: Lang,
) -> Result<(Box<dyn Journal>, String), Failure> {
    let address = live::journal_of(given, plant);
    let journal = fenhe_journal::look(&address)
        .map_err(|why| refusals::journal_error(&why, &address, lang))?;
    Ok((journal, address))
}

/// `export PLANT --journal J --out DIR`: all entries as one Parquet file.
fn export(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = live::plant_of(given, lang)?;
    let (mut journal, address) = look(given, &plant, lang)?;
    let folder = args::required(given, "out");
    std::fs::create_dir_all(folder).map_err(|why| Failure::write(lang, folder, &why))?;
    let number = |name| given.get_one::<u64>(name).copied();
    let (from, to) = (
        number("from").unwrap_or(1),
        number("to").unwrap_or(u64::MAX),
    );
    let file = fenhe_journal::export(journal.as_mut(), from, to, folder)
        .map_err(|why| refusals::journal_error(&why, &address, lang))?;
    let text = match file {
        Some(path) => fill(
            Word::JournalExported.text(lang),
            &[("file", path.display().to_string())],
        ),
        None => Word::JournalNoEntries.text(lang).to_string(),
    };
    tools::print_line(&text);
    Ok(())
}

/// `prune PLANT --journal J --keep SPAN`: removes what is older, never what is needed to recover.
fn prune(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = live::plant_of(given, lang)?;
    let address = live::journal_of(given, &plant);
    let wrong = |why: fenhe_journal::Error| refusals::journal_error(&why, &address, lang);
    let text = given.get_one::<String>("keep").cloned().unwrap_or_default();
    let keep = args::span(&text)
        .ok_or_else(|| Failure::argument(lang, &text, Word::WantsSpan.text(lang)))?;
    fenhe_journal::look(&address).map_err(wrong)?;
    let mut journal = fenhe_journal::open(&address).map_err(wrong)?;
    let before = fenhe_live::clock::utc().0.saturating_sub(keep.0);
    let mut gone = 0;
    loop {
        let step = fenhe_journal::expire(journal.as_mut(), before, fenhe_journal::PRUNE_STEP)
            .map_err(wrong)?;
        if step == 0 {
            break;
        }
        gone += step;
    }
    let first = journal.anchor().map_err(wrong)?.seq + 1;
    let said = [("count", gone.to_string()), ("first", first.to_string())];
    tools::print_line(&fill(Word::JournalPruned.text(lang), &said));
    Ok(())
}
