//! YAML as a tree with positions. Anchors and tags are not what a traffic editor writes: an alias is a problem.

use fenhe_plant::Problem;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::ops::Range;

/// Deeper nesting is no building.
const DEEPEST: usize = 32;

/// A value and its bytes in the file.
#[derive(Clone, Debug)]
pub struct Yaml {
    pub at: Range<usize>,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub enum Value {
    /// A scalar; quoted ones are text whatever they look like.
    Text(String),
    List(Vec<Yaml>),
    /// In file order.
    Map(Vec<(Yaml, Yaml)>),
}

impl Yaml {
    /// A scalar's text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }
    /// The rows of a list; none for anything else.
    pub fn list(&self) -> &[Yaml] {
        match &self.value {
            Value::List(rows) => rows,
            Value::Text(_) | Value::Map(_) => &[],
        }
    }
    /// Keys and values of a map; none for anything else.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &Yaml)> {
        let rows: &[(Yaml, Yaml)] = match &self.value {
            Value::Map(rows) => rows,
            Value::Text(_) | Value::List(_) => &[],
        };
        rows.iter()
            .filter_map(|(key, value)| Some((key.text()?, value)))
    }
    /// The value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Yaml> {
        self.rows()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value)
    }
    /// How many rows a list or a map has.
    pub fn len(&self) -> usize {
        match &self.value {
            Value::Text(_) => 0,
            Value::List(rows) => rows.len(),
            Value::Map(rows) => rows.len(),
        }
    }
}

/// What is open while the text is read.
enum Open {
    List(usize, Vec<Yaml>),
    Map(usize, Vec<(Yaml, Yaml)>, Option<Yaml>),
}

/// The first document of a text.
///
/// # Errors
/// The first fault: behind it nothing can be read.
pub fn parse(file: &str, source: &str) -> Result<Yaml, Vec<Problem>> {
    let bytes: Vec<usize> = source.char_indices().map(|(byte, _)| byte).collect();
    let byte = |index: usize| bytes.get(index).copied().unwrap_or(source.len());
    let fault = |reason: &str, at: usize| {
        vec![Problem::error("import/yaml", file, source, at..at).arg("reason", reason)]
    };
    let mut open: Vec<Open> = Vec::new();
    let mut parser = Parser::new_from_str(source);
    let mut last = 0;
    while let Some(event) = parser.next_event() {
        let (event, span) =
            event.map_err(|error| fault(error.info(), byte(error.marker().index())))?;
        let at = bytes_of(&span, &byte);
        last = at.end;
        let done = match event {
            Event::Scalar(text, style, ..) => Some(Yaml {
                at,
                value: Value::Text(plain(&text, style)),
            }),
            Event::SequenceStart(..) => {
                open.push(Open::List(at.start, Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(at.start, Vec::new(), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|open| close(open, at.end)),
            Event::Alias(_) => return Err(fault("alias", at.start)),
            _ => None,
        };
        if open.len() > DEEPEST {
            return Err(fault("too deep", at_start(&open)));
        }
        if let Some(root) = done.and_then(|done| put(&mut open, done)) {
            return Ok(root);
        }
    }
    Err(fault("empty", last))
}

/// `~`, `null` and nothing are the empty text.
fn plain(text: &str, style: ScalarStyle) -> String {
    match text {
        "~" | "null" if style == ScalarStyle::Plain => String::new(),
        text => text.to_string(),
    }
}

fn bytes_of(span: &Span, byte: &impl Fn(usize) -> usize) -> Range<usize> {
    let start = byte(span.start.index());
    start..byte(span.end.index()).max(start)
}

fn at_start(open: &[Open]) -> usize {
    match open.last() {
        Some(Open::List(start, _) | Open::Map(start, ..)) => *start,
        None => 0,
    }
}

fn close(open: Open, end: usize) -> Yaml {
    match open {
        Open::List(start, rows) => Yaml {
            at: start..end,
            value: Value::List(rows),
        },
        Open::Map(start, rows, _) => Yaml {
            at: start..end,
            value: Value::Map(rows),
        },
    }
}

/// Puts a value where it belongs; gives it back if it is the whole.
fn put(open: &mut [Open], value: Yaml) -> Option<Yaml> {
    match open.last_mut() {
        None => return Some(value),
        Some(Open::List(_, rows)) => rows.push(value),
        Some(Open::Map(_, rows, key)) => match key.take() {
            None => *key = Some(value),
            Some(key) => rows.push((key, value)),
        },
    }
    None
}
