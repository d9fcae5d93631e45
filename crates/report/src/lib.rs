//! Results to terminal, HTML, CSV and Parquet.

pub mod charts;
