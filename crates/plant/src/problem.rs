//! Problems as data: a code with arguments and the place in the file. Sentences live in `messages`.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

/// The bytes of a plant folder by file name, relative to the folder. The caller reads the disk.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    /// A folder with only `plant.toml`.
    pub fn of_toml(text: &str) -> Files {
        Files::default().with("plant.toml", text.as_bytes())
    }
    /// The folder with one more file (or another content of one).
    #[must_use]
    pub fn with(mut self, name: &str, bytes: &[u8]) -> Files {
        self.0.insert(name.to_string(), bytes.to_vec());
        self
    }
    /// One file.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }
}

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// No plant until it is mended.
    Error,
    /// The plant works, but probably not as wanted.
    Warning,
}

/// One fault of a plant folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// `area/fault`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// File name relative to the folder; the name of the override for values set from outside.
    pub file: String,
    /// Line, from 1; 0 where the file as a whole is meant.
    pub line: u32,
    /// Column in characters, from 1; 0 where the file as a whole is meant.
    pub column: u32,
    /// Bytes of the file.
    pub span: Range<usize>,
    /// The offending text.
    pub text: String,
    /// What the sentence needs, by name.
    pub args: Vec<(&'static str, String)>,
    /// A name or key that was probably meant.
    pub suggestion: Option<String>,
}

impl Problem {
    /// An error at some bytes of a file whose text is `source`.
    pub fn error(code: &'static str, file: &str, source: &str, span: Range<usize>) -> Problem {
        let (line, column) = position(source, span.start);
        let end = span.end.clamp(span.start.min(source.len()), source.len());
        let text = source
            .get(span.start.min(end)..end)
            .map(shortened)
            .unwrap_or_default();
        Problem {
            code,
            severity: Severity::Error,
            file: file.to_string(),
            line,
            column,
            span,
            text,
            args: Vec::new(),
            suggestion: None,
        }
    }
    /// An error about a file as a whole.
    pub fn of_file(code: &'static str, file: &str) -> Problem {
        Problem {
            line: 0,
            column: 0,
            ..Problem::error(code, file, "", 0..0)
        }
    }
    /// The same as a warning.
    #[must_use]
    pub fn warning(mut self) -> Problem {
        self.severity = Severity::Warning;
        self
    }
    /// With one more argument for its sentence.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Problem {
        self.args.push((name, value.to_string()));
        self
    }
    /// With what was probably meant.
    #[must_use]
    pub fn suggest(mut self, suggestion: Option<String>) -> Problem {
        self.suggestion = suggestion;
        self
    }
}

/// The first line of a text, at most 80 characters.
fn shortened(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(80)
        .collect()
}

/// Line and column (in characters) of a byte, both from 1.
pub fn position(source: &str, byte: usize) -> (u32, u32) {
    let bytes = source.as_bytes();
    let byte = byte.min(bytes.len());
    let line_start = bytes[..byte]
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |i| i + 1);
    let line = bytes[..byte].iter().filter(|b| **b == b'\n').count();
    let column = bytes[line_start..byte]
        .iter()
        .filter(|b| (**b & 0xc0) != 0x80)
        .count();
    (line as u32 + 1, column as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_knows_its_line_its_column_in_characters_and_its_text() {
        let source = "a = 1\n电 = \"2 furlong\"\n";
        let start = source.find("\"2").expect("in the text");
        let problem = Problem::error("unit/wrong", "plant.toml", source, start..start + 11);
        assert_eq!((problem.line, problem.column), (2, 5));
        assert_eq!(problem.text, "\"2 furlong\"");
        assert_eq!(position("", 17), (1, 1));
    }
}
