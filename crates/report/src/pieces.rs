//! The history of every piece: one row a step, written as it happens.

use crate::columns::{Column, ParquetFile, Table};
use fenhe_contract::{Record, RecordSink, StepResult, Time};
use fenhe_plant::Plant;
use std::io::{self, Write};
use std::sync::Arc;

const ROWS: usize = 1 << 16;

/// A sink that writes piece histories. Columns: `piece` (serial), `event` (entered, step, scrapped,
/// left, late), `product`, `at` (station, source or sink), `started_us` and `ended_us` since the
/// plant's epoch, `result`, `grade` (of pieces that left: 1.0 is nominal).
pub struct PieceHistory<W: Write + Send> {
    plant: Arc<Plant>,
    file: ParquetFile<W>,
    rows: Rows,
    failed: Option<io::Error>,
}

#[derive(Default)]
struct Rows {
    piece: Vec<u64>,
    event: Vec<String>,
    product: Vec<String>,
    at: Vec<String>,
    started: Vec<i64>,
    ended: Vec<i64>,
    result: Vec<String>,
    grade: Vec<f64>,
}

impl Rows {
    fn table(self) -> Table {
        Table {
            name: "pieces".into(),
            columns: vec![
                ("piece", Column::Count(self.piece)),
                ("event", Column::Text(self.event)),
                ("product", Column::Text(self.product)),
                ("at", Column::Text(self.at)),
                ("started_us", Column::Time(self.started)),
                ("ended_us", Column::Time(self.ended)),
                ("result", Column::Text(self.result)),
                ("grade", Column::Number(self.grade)),
            ],
        }
    }
}

struct Row<'a> {
    piece: u64,
    event: &'a str,
    product: &'a str,
    at: &'a str,
    started: Time,
    result: &'a str,
    grade: f64,
}

impl<W: Write + Send> PieceHistory<W> {
    /// Writes to `out`.
    ///
    /// # Errors
    /// What the writer gives.
    pub fn new(plant: Arc<Plant>, out: W) -> io::Result<Self> {
        let file = ParquetFile::new(out, &Rows::default().table())?;
        Ok(PieceHistory {
            plant,
            file,
            rows: Rows::default(),
            failed: None,
        })
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// The first error of any write.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush();
        match self.failed {
            Some(error) => Err(error),
            None => self.file.finish(),
        }
    }

    fn flush(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if self.failed.is_none() {
            self.failed = self.file.append(rows.table()).err();
        }
    }

    fn push(&mut self, now: Time, row: Row<'_>) {
        let rows = &mut self.rows;
        rows.piece.push(row.piece);
        rows.event.push(row.event.to_string());
        rows.product.push(row.product.to_string());
        rows.at.push(row.at.to_string());
        rows.started.push(row.started.0);
        rows.ended.push(now.0);
        rows.result.push(row.result.to_string());
        rows.grade.push(row.grade);
        if rows.piece.len() >= ROWS {
            self.flush();
        }
    }
}

impl<W: Write + Send> RecordSink for PieceHistory<W> {
    const PIECES: bool = true;

    fn record(&mut self, now: Time, record: Record) {
        let plant = self.plant.clone();
        let row = match record {
            Record::Entered {
                piece,
                product,
                source,
            } => Row {
                piece: piece.0,
                event: "entered",
                product: &plant.products[product].name,
                at: &plant.sources[source].name,
                started: now,
                result: "",
                grade: f64::NAN,
            },
            Record::Step {
                piece,
                station,
                started,
                result,
            } => Row {
                piece: piece.0,
                event: "step",
                product: "",
                at: &plant.stations[station].name,
                started,
                result: match result {
                    StepResult::Good => "good",
                    StepResult::Scrapped => "scrapped",
                    StepResult::Rework => "rework",
                },
                grade: f64::NAN,
            },
            Record::Scrapped {
                piece,
                product,
                station,
                born,
                order: _,
            } => Row {
                piece: piece.0,
                event: "scrapped",
                product: &plant.products[product].name,
                at: &plant.stations[station].name,
                started: born,
                result: "scrapped",
                grade: f64::NAN,
            },
            Record::Left {
                piece,
                product,
                sink,
                born,
                grade,
                order: _,
            } => Row {
                piece: piece.0,
                event: "left",
                product: &plant.products[product].name,
                at: &plant.sinks[sink].name,
                started: born,
                result: "good",
                grade: f64::from(grade) / 1e6,
            },
            Record::QueueExcess {
                piece,
                operation,
                by,
            } => Row {
                piece: piece.0,
                event: "late",
                product: "",
                at: plant
                    .operations
                    .get(operation)
                    .map_or("", |name| name.as_str()),
                started: now - by,
                result: "",
                grade: f64::NAN,
            },
            _ => return,
        };
        self.push(now, row);
    }
}
