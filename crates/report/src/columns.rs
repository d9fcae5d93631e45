//! Tables column by column, written as Parquet (zstd) or CSV.

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::io::{self, Write};
use std::sync::Arc;

/// One column of a table.
#[derive(Clone, Debug)]
pub enum Column {
    /// Names.
    Text(Vec<String>),
    /// Figures with their unit in the column's name.
    Number(Vec<f64>),
    /// Serials and counts.
    Count(Vec<u64>),
    /// Times in microseconds since the plant's epoch.
    Time(Vec<i64>),
}

/// A table: columns of equal length with their names.
#[derive(Clone, Debug)]
pub struct Table {
    /// File name without ending.
    pub name: String,
    /// In order.
    pub columns: Vec<(&'static str, Column)>,
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Column::Text(v) => v.len(),
            Column::Number(v) => v.len(),
            Column::Count(v) => v.len(),
            Column::Time(v) => v.len(),
        }
    }
    fn kind(&self) -> DataType {
        match self {
            Column::Text(_) => DataType::Utf8,
            Column::Number(_) => DataType::Float64,
            Column::Count(_) => DataType::UInt64,
            Column::Time(_) => DataType::Int64,
        }
    }
    fn array(self) -> ArrayRef {
        match self {
            Column::Text(v) => Arc::new(StringArray::from(v)),
            Column::Number(v) => Arc::new(Float64Array::from(v)),
            Column::Count(v) => Arc::new(UInt64Array::from(v)),
            Column::Time(v) => Arc::new(Int64Array::from(v)),
        }
    }
    fn cell(&self, row: usize) -> String {
        match self {
            Column::Text(v) => quoted(&v[row]),
            // What was not observed is empty, not a word that a spreadsheet cannot read.
            Column::Number(v) if !v[row].is_finite() => String::new(),
            Column::Number(v) => v[row].to_string(),
            Column::Count(v) => v[row].to_string(),
            Column::Time(v) => v[row].to_string(),
        }
    }
}

/// RFC 4180: quoted where needed.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_string()
    }
}

impl Table {
    /// As CSV (RFC 4180, header row, `.` as decimal sign).
    ///
    /// # Errors
    /// What the writer gives.
    pub fn csv(&self, out: &mut impl Write) -> io::Result<()> {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        writeln!(out, "{}", names.join(","))?;
        let rows = self.columns.first().map_or(0, |(_, column)| column.len());
        for row in 0..rows {
            let cells: Vec<_> = self
                .columns
                .iter()
                .map(|(_, column)| column.cell(row))
                .collect();
            writeln!(out, "{}", cells.join(","))?;
        }
        Ok(())
    }

    /// As one Parquet file.
    ///
    /// # Errors
    /// What the writer gives.
    pub fn parquet(self, out: impl Write + Send) -> io::Result<()> {
        let mut file = ParquetFile::new(out, &self)?;
        file.append(self)?;
        file.finish()
    }
}

/// A Parquet file that grows by tables of one shape.
pub struct ParquetFile<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: Arc<Schema>,
}

impl<W: Write + Send> ParquetFile<W> {
    /// With the columns of `shape`.
    ///
    /// # Errors
    /// What the writer gives.
    pub fn new(out: W, shape: &Table) -> io::Result<Self> {
        let fields: Vec<_> = shape
            .columns
            .iter()
            .map(|(name, column)| Field::new(*name, column.kind(), false))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let level = ZstdLevel::try_new(3).map_err(io::Error::other)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .build();
        let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties))
            .map_err(io::Error::other)?;
        Ok(ParquetFile { writer, schema })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// What the writer gives.
    pub fn append(&mut self, table: Table) -> io::Result<()> {
        let arrays = table
            .columns
            .into_iter()
            .map(|(_, column)| column.array())
            .collect();
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(io::Error::other)
    }

    /// Writes the footer.
    ///
    /// # Errors
    /// What the writer gives.
    pub fn finish(self) -> io::Result<()> {
        self.writer.close().map(|_| ()).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::FileReader;

    fn table() -> Table {
        Table {
            name: "t".into(),
            columns: vec![
                ("id", Column::Text(vec!["a".into(), "b,\"c\"".into()])),
                ("value", Column::Number(vec![1.5, -2.0])),
                ("n", Column::Count(vec![1, 2])),
            ],
        }
    }

    #[test]
    fn csv_quotes_what_needs_it() {
        let mut out = Vec::new();
        table().csv(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "id,value,n\na,1.5,1\n\"b,\"\"c\"\"\",-2,2\n"
        );
    }

    #[test]
    fn parquet_reads_back_with_all_rows_of_all_appends() {
        let mut out = Vec::new();
        let mut file = ParquetFile::new(&mut out, &table()).unwrap();
        file.append(table()).unwrap();
        file.append(table()).unwrap();
        file.finish().unwrap();
        let path = std::env::temp_dir().join(format!("fenhe-columns-{}", std::process::id()));
        std::fs::write(&path, out).unwrap();
        let reader = parquet::file::serialized_reader::SerializedFileReader::try_from(
            std::fs::File::open(&path).unwrap(),
        )
        .unwrap();
        assert_eq!(reader.metadata().file_metadata().num_rows(), 4);
        assert_eq!(
            reader
                .metadata()
                .file_metadata()
                .schema()
                .get_fields()
                .len(),
            3
        );
        std::fs::remove_file(path).unwrap();
    }
}
