//! Results to terminal, HTML, CSV and Parquet.

pub mod answer;
pub mod charts;
pub mod columns;
pub mod figures;
pub mod html;
pub mod pieces;
pub mod plan;
pub mod tables;
pub mod terminal;
