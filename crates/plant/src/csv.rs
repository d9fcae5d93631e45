//! Comma-separated tables (RFC 4180): a header line, quoted cells, CRLF or LF, a byte order mark.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

/// A cell and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Its text, trimmed and without quotes.
    pub text: String,
    /// Bytes in the file.
    pub span: Range<usize>,
}

/// Rows of cells; empty lines are left out.
pub fn rows(text: &str) -> Vec<Vec<Cell>> {
    let bytes = text.as_bytes();
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while at < bytes.len() {
        let (cell, end) = cell(text, at);
        row.push(cell);
        at = end;
        if bytes.get(at) == Some(&b',') {
            at += 1;
            if at == bytes.len() {
                row.push(Cell {
                    text: String::new(),
                    span: at..at,
                });
            }
            continue;
        }
        at += usize::from(bytes.get(at) == Some(&b'\r'));
        at += usize::from(bytes.get(at) == Some(&b'\n'));
        close(&mut rows, &mut row);
    }
    close(&mut rows, &mut row);
    rows
}

fn close(rows: &mut Vec<Vec<Cell>>, row: &mut Vec<Cell>) {
    let cells = core::mem::take(row);
    if cells.iter().any(|cell| !cell.text.is_empty()) {
        rows.push(cells);
    }
}

/// The cell that begins at a byte, and the byte of the comma or line end after it.
fn cell(text: &str, start: usize) -> (Cell, usize) {
    let bytes = text.as_bytes();
    let mut at = start;
    let mut content = String::new();
    if bytes.get(at) == Some(&b'"') {
        at += 1;
        loop {
            let part = at;
            at += bytes[at..]
                .iter()
                .position(|b| *b == b'"')
                .unwrap_or(bytes.len() - at);
            content.push_str(&text[part..at]);
            at = (at + 1).min(bytes.len());
            if bytes.get(at) != Some(&b'"') {
                break;
            }
            content.push('"');
            at += 1;
        }
    }
    let rest = at;
    let ends = |b: &u8| matches!(b, b',' | b'\n' | b'\r');
    at += bytes[at..]
        .iter()
        .position(ends)
        .unwrap_or(bytes.len() - at);
    content.push_str(&text[rest..at]);
    (
        Cell {
            text: content.trim().into(),
            span: start..at,
        },
        at,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<Vec<String>> {
        rows(text)
            .into_iter()
            .map(|row| row.into_iter().map(|cell| cell.text).collect())
            .collect()
    }

    #[test]
    fn cells_are_split_unquoted_and_placed() {
        let text = "id,nodes\r\nA,\"x,\"\"y\"\"\"\n\n B ,\n";
        assert_eq!(texts(text), [["id", "nodes"], ["A", "x,\"y\""], ["B", ""]]);
        let cells = rows(text);
        assert_eq!(&text[cells[1][1].span.clone()], "\"x,\"\"y\"\"\"");
    }

    #[test]
    fn broken_tables_end() {
        assert_eq!(texts("\"open,\n"), [["open,"]]);
        assert_eq!(texts("\u{feff}a,"), [["a", ""]]);
        assert_eq!(texts("\r\r\n,"), Vec::<Vec<String>>::new());
    }
}
