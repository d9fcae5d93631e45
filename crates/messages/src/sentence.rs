//! What is wrong and how to mend it: rows of a catalogue by code, and their sentences.

use crate::{Lang, fill};

/// A problem in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sentence {
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub remedy: String,
}

/// A code with what is wrong and the remedy, in English and Chinese.
pub(crate) struct Row {
    pub(crate) code: &'static str,
    pub(crate) en: [&'static str; 2],
    pub(crate) zh: [&'static str; 2],
}

pub(crate) const fn row(code: &'static str, en: [&'static str; 2], zh: [&'static str; 2]) -> Row {
    Row { code, en, zh }
}

impl Sentence {
    /// Of a code with its arguments; `None` for a code that is not in the catalogue.
    pub(crate) fn of(
        rows: &[Row],
        code: &str,
        args: &[(&str, String)],
        lang: Lang,
    ) -> Option<Sentence> {
        let row = rows.iter().find(|row| row.code == code)?;
        let [what, remedy] = lang.pick(row.en, row.zh);
        Some(Sentence {
            what: fill(what, args),
            remedy: fill(remedy, args),
        })
    }
}
