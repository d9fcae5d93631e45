//! Distributions as they are written in a plant folder.

use crate::problem::Problem;
use crate::shape::amount;
use crate::spell::nearest;
use crate::tree::{Desk, Item, Row};
use crate::units::{Dimension, parse};
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::{Dist, Share, Span};

/// The longest span of a plant: 100 years.
pub const SPAN_MOST: i64 = 100 * 365 * 86_400 * 1_000_000;
/// The most pieces of anything.
pub const PIECES_MOST: i64 = 10_000_000_000;

/// Laws by the key that holds their first value, with their other key.
pub const LAWS: &[(&str, &str)] = &[
    ("exponential", ""),
    ("erlang", "shape"),
    ("uniform", ""),
    ("triangular", ""),
    ("normal", "sd"),
    ("lognormal", "sd"),
    ("weibull", "shape"),
    ("geometric", "slot"),
];

/// A distribution, and whether it counts pieces.
pub fn read(desk: &Desk<'_>, item: &Item, pieces: bool) -> Result<(Dist, bool), Vec<Problem>> {
    let reader = Reader {
        desk,
        pieces: pieces && counts_pieces(item),
    };
    let dist = match item.table() {
        Some(table) => reader.law(item, &table.rows)?,
        None => Dist::Constant(reader.span(item)?),
    };
    Ok((dist, reader.pieces))
}

/// Whether some value in it is written in pieces.
fn counts_pieces(item: &Item) -> bool {
    let is = |item: &Item| {
        item.text()
            .is_some_and(|t| parse(t, Dimension::Pieces).is_ok())
    };
    is(item)
        || item.table().is_some_and(|table| {
            table
                .rows
                .iter()
                .any(|row| is(&row.item) || row.item.list().is_some_and(|list| list.iter().any(is)))
        })
}

struct Reader<'d, 'a> {
    desk: &'d Desk<'a>,
    pieces: bool,
}

impl Reader<'_, '_> {
    fn span(&self, item: &Item) -> Result<Span, Vec<Problem>> {
        let bounds = if self.pieces {
            (Dimension::Pieces, 0, PIECES_MOST)
        } else {
            (Dimension::Span, 0, SPAN_MOST)
        };
        amount(self.desk, item, bounds)
            .map(|(_, n)| Span(n))
            .map_err(|p| vec![*p])
    }

    fn number(&self, item: &Item, least: f64, most: f64) -> Result<f64, Vec<Problem>> {
        match item.number() {
            Some(x) if x >= least && x <= most => Ok(x),
            Some(x) => Err(vec![self.range(item, x, least, most)]),
            None => {
                let problem = self.desk.error("value/type", item.at);
                Err(vec![problem.arg("found", "?").arg("wanted", "number")])
            }
        }
    }

    fn range(&self, item: &Item, x: f64, least: f64, most: f64) -> Problem {
        let problem = self.desk.error("value/range", item.at);
        problem
            .arg("value", x)
            .arg("least", least)
            .arg("most", most)
    }

    fn spans<const N: usize>(&self, item: &Item) -> Result<[Span; N], Vec<Problem>> {
        let list = item.list().unwrap_or_default();
        if list.len() != N {
            let problem = self.desk.error("dist/values", item.at);
            return Err(vec![problem.arg("wanted", N).arg("found", list.len())]);
        }
        let mut spans = [Span::ZERO; N];
        for (span, item) in spans.iter_mut().zip(list) {
            *span = self.span(item)?;
        }
        if !spans.is_sorted() {
            return Err(vec![self.desk.error("dist/order", item.at)]);
        }
        Ok(spans)
    }

    fn law(&self, item: &Item, rows: &[Row]) -> Result<Dist, Vec<Problem>> {
        let laws: Vec<_> = rows
            .iter()
            .filter_map(|row| {
                LAWS.iter()
                    .find(|l| l.0 == row.key)
                    .map(|l| (l.0, l.1, row))
            })
            .collect();
        let [(law, other, row)] = laws[..] else {
            let names = LAWS.iter().map(|law| law.0);
            let problem = self.desk.error("dist/law", item.at);
            let meant = rows.iter().find_map(|row| nearest(&row.key, names.clone()));
            let list: Vec<&str> = names.collect();
            return Err(vec![problem.arg("laws", list.join(", ")).suggest(meant)]);
        };
        let stranger = rows.iter().find(|r| r.key != law && r.key != other);
        if let Some(stranger) = stranger {
            let problem = self.desk.error("key/unknown", stranger.key_at);
            let meant = nearest(&stranger.key, [law, other]);
            return Err(vec![
                problem
                    .arg("key", &stranger.key)
                    .arg("in", law)
                    .suggest(meant),
            ]);
        }
        let second = rows.iter().find(|r| r.key == other).map(|r| &r.item);
        if !other.is_empty() && second.is_none() {
            let problem = self.desk.error("key/missing", item.at);
            return Err(vec![problem.arg("key", other).arg("in", law)]);
        }
        self.build(law, &row.item, second.unwrap_or(&row.item))
    }

    fn build(&self, law: &str, first: &Item, second: &Item) -> Result<Dist, Vec<Problem>> {
        Ok(match law {
            "exponential" => Dist::Exponential {
                mean: self.span(first)?,
            },
            "erlang" => Dist::Erlang {
                mean: self.span(first)?,
                shape: self.number(second, 1.0, 10_000.0)? as u32,
            },
            "uniform" => {
                let [low, high] = self.spans(first)?;
                Dist::Uniform { low, high }
            }
            "triangular" => {
                let [low, mode, high] = self.spans(first)?;
                Dist::Triangular { low, mode, high }
            }
            "normal" => Dist::Normal {
                mean: self.span(first)?,
                sd: self.span(second)?,
            },
            "lognormal" => Dist::LogNormal {
                mean: self.span(first)?,
                sd: self.span(second)?,
            },
            "weibull" => Dist::Weibull {
                scale: self.span(first)?,
                shape_milli: libm::round(self.number(second, 0.1, 100.0)? * 1000.0) as u32,
            },
            _ => Dist::Geometric {
                p: share(self.number(first, 1e-6, 1.0)?),
                slot: self.span(second)?,
            },
        })
    }
}

/// A share from a plain number between 0 and 1.
pub fn share(x: f64) -> Share {
    Share(libm::round(x.clamp(0.0, 1.0) * 1e9) as u32)
}
