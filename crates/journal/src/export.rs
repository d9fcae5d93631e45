//! Entries as columns: one Parquet file that other tools read.

use crate::entry::{Body, Entry};
use crate::error::Error;
use crate::store::{Journal, Seq};
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Entries a row group is made of.
const PAGE: usize = 65_536;

/// Columns: number, plant's time, wall clock, kind ("fact", "clock", "audit", "note"), what (the kind of
/// fact, the code of a note, what was changed), and all of it in the words of the code.
fn schema() -> Arc<Schema> {
    let column = |name, kind| Field::new(name, kind, false);
    Arc::new(Schema::new(vec![
        column("seq", DataType::UInt64),
        column("time_us", DataType::Int64),
        column("utc_us", DataType::Int64),
        column("kind", DataType::Utf8),
        column("what", DataType::Utf8),
        column("body", DataType::Utf8),
    ]))
}

/// Writes entries `from..=to` into `entries-FROM-TO.parquet` (zstd) in a folder that is there. FROM and TO
/// are the numbers of the first and last entry in it. Gives the file, `None` if there is no entry.
///
/// # Errors
/// [`Error::Format`] or [`Error::Corrupt`] at the first entry that cannot be read; [`Error::Full`] and
/// [`Error::Io`] of the file.
pub fn export(
    journal: &mut dyn Journal,
    from: Seq,
    to: Seq,
    folder: &Path,
) -> Result<Option<PathBuf>, Error> {
    let first = from.max(journal.anchor()?.seq + 1);
    let last = to.min(journal.head()?.seq);
    if first > last {
        return Ok(None);
    }
    let path = folder.join(format!("entries-{first}-{last}.parquet"));
    let file = File::create(&path).map_err(Error::from)?;
    let level = ZstdLevel::try_new(3).map_err(other)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .build();
    let mut writer = ArrowWriter::try_new(file, schema(), Some(properties)).map_err(other)?;
    let mut next = first;
    while next <= last {
        let left = usize::try_from(last - next + 1).unwrap_or(PAGE);
        let page = journal.read(next, left.min(PAGE))?;
        let Some((seq, _)) = page.last() else {
            return Err(Error::Corrupt { seq: next });
        };
        next = seq + 1;
        writer.write(&columns(&page)?).map_err(other)?;
        writer.flush().map_err(other)?;
    }
    let file = writer.into_inner().map_err(other)?;
    file.sync_all().map_err(Error::from)?;
    Ok(Some(path))
}

fn columns(page: &[(Seq, Entry)]) -> Result<RecordBatch, Error> {
    let text = |of: fn(&Body) -> String| -> ArrayRef {
        let all = page.iter().map(|(_, entry)| of(&entry.body));
        Arc::new(StringArray::from_iter_values(all))
    };
    let all: Vec<ArrayRef> = vec![
        Arc::new(UInt64Array::from_iter_values(
            page.iter().map(|(seq, _)| *seq),
        )),
        Arc::new(Int64Array::from_iter_values(
            page.iter().map(|(_, e)| e.time.0),
        )),
        Arc::new(Int64Array::from_iter_values(
            page.iter().map(|(_, e)| e.utc_us),
        )),
        text(|body| body.kind_name().to_string()),
        text(Body::what),
        text(Body::words),
    ];
    RecordBatch::try_new(schema(), all).map_err(other)
}

fn other(error: impl std::fmt::Display) -> Error {
    Error::Io(error.to_string())
}
