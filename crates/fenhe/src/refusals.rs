//! Why a journal cannot serve, in words.

use crate::Failure;
use fenhe_live::kept::CannotOpen;
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::{InUse, Lost};

/// Kind and name of something.
pub fn element((kind, name): &(&str, String), lang: Lang) -> String {
    format!("{} {name}", fenhe_messages::element(kind, lang))
}

/// What is in use and not in the changed plant: one line each.
fn in_use(all: &[InUse], lang: Lang) -> String {
    let line = |one: &InUse| {
        let word = match one.why {
            Lost::Removed => Word::UsedRemoved,
            Lost::Changed => Word::UsedChanged,
            Lost::Taken => Word::UsedTaken,
        };
        let users = one.users.iter();
        let users = users.map(|(kind, name)| element(&(*kind, name.clone()), lang));
        let users: Vec<String> = users.collect();
        let said = [
            ("what", element(&(one.kind, one.name.clone()), lang)),
            ("users", users.join(lang.pick(", ", "、"))),
        ];
        format!("\n  {}", fill(word.text(lang), &said))
    };
    all.iter().map(line).collect()
}

/// Why a journal cannot serve, in words.
pub fn cannot_open(why: &CannotOpen, journal: &str, lang: Lang) -> Failure {
    let (word, why) = match why {
        CannotOpen::Journal(error) => (Word::JournalError, error.to_string()),
        CannotOpen::OtherPlant(name) => (Word::JournalOtherPlant, name.clone()),
        CannotOpen::Changed { hash, .. } => (Word::JournalChanged, hash.to_string()),
        CannotOpen::NotClosed { logic } => (Word::JournalNotClosed, logic.to_string()),
        CannotOpen::OtherState { logic } => (Word::JournalOtherState, logic.to_string()),
        CannotOpen::NotNew => (Word::JournalNotNew, String::new()),
        CannotOpen::InUse(all) => (Word::JournalInUse, in_use(all, lang)),
    };
    let args = [("what", journal.to_string()), ("why", why)];
    Failure::Told(fill(word.text(lang), &args))
}

/// What a journal's own error says.
pub fn journal_error(why: &fenhe_journal::Error, journal: &str, lang: Lang) -> Failure {
    cannot_open(&CannotOpen::Journal(why.clone()), journal, lang)
}
