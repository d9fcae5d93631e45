//! Faults of a file that a command reads, told all at once, each with its place and the remedy.

use crate::Failure;
use fenhe_messages::{Lang, Sentence, Word};

/// Something wrong with a file: a code of a catalogue, and where.
#[derive(Clone, Debug)]
pub struct Fault {
    code: &'static str,
    /// Line of the file, from 1; 0 where none is meant.
    line: usize,
    args: Vec<(&'static str, String)>,
}

/// Where the sentences of a code are.
pub type Catalogue = fn(&str, &[(&str, String)], Lang) -> Option<Sentence>;

impl Fault {
    /// Of a code, in a line.
    pub fn new(code: &'static str, line: usize) -> Fault {
        Fault {
            code,
            line,
            args: Vec::new(),
        }
    }

    /// Of a code with all arguments of its sentences.
    pub fn with(code: &'static str, args: Vec<(&'static str, String)>) -> Fault {
        let line = 0;
        Fault { code, line, args }
    }

    /// In a line.
    pub fn at(mut self, line: usize) -> Fault {
        self.line = line;
        self
    }

    /// With an argument of its sentences.
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Fault {
        self.args.push((name, value.to_string()));
        self
    }
}

/// The line of a text that a byte is in, from 1.
pub fn line_of(source: &str, byte: usize) -> usize {
    let before = source.as_bytes().iter().take(byte);
    before.filter(|byte| **byte == b'\n').count() + 1
}

/// Prints what is wrong, where, and how to mend it.
pub fn told(file: &str, faults: &[Fault], sentences: Catalogue, lang: Lang) -> Failure {
    let (error, remedy) = (Word::Error.text(lang), Word::Remedy.text(lang));
    for fault in faults {
        let place = match fault.line {
            0 => file.to_string(),
            line => format!("{file}:{line}"),
        };
        match sentences(fault.code, &fault.args, lang) {
            Some(said) => {
                anstream::eprintln!("{error}[{}]: {}", fault.code, said.what);
                anstream::eprintln!("  {place}");
                anstream::eprintln!("  {remedy}: {}", said.remedy);
            }
            None => anstream::eprintln!("{error}[{}]: {place}", fault.code),
        }
    }
    Failure::Problems
}
