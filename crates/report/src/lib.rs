//! Results to terminal, HTML, CSV and Parquet.

pub mod charts;
pub mod columns;
pub mod pieces;
