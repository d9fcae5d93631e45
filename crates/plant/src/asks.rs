//! Orders that are asked for: a table of products or mixes and quantities, as a salesman writes it.

use crate::csv::{self, Cell};
use crate::spell::nearest;
use crate::units::{Dimension, parse};
use crate::{Plant, Problem, moment};
use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;
use fenhe_contract::*;

/// How much of something is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantity {
    /// Finished weight.
    Weight(Mass),
    /// Good pieces, counted as they are let in.
    Pieces(u32),
}

/// One row.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// Its name.
    pub order: String,
    /// The product or mix as written.
    pub product: String,
    /// Products with their shares.
    pub of: Vec<(ProductId, Share)>,
    /// How much.
    pub quantity: Quantity,
    /// When the customer wants it.
    pub due: Option<Time>,
    /// Smaller is promised first; 0 where nothing is said.
    pub priority: u8,
}

/// Columns; the first three must be there.
const COLUMNS: [&str; 5] = ["order", "product", "quantity", "due", "priority"];
const MASS_MOST: i64 = 1_000_000_000_000;
const PIECES_MOST: i64 = 10_000_000;

struct Reader<'t> {
    plant: &'t Plant,
    file: &'t str,
    source: &'t str,
    columns: Vec<Option<usize>>,
    problems: Vec<Problem>,
}

/// Reads `order,product,quantity[,due][,priority]`. A quantity is a number of pieces, or a weight with its unit of
/// products that have one; due is an RFC 3339 instant or a span from the plant's epoch.
///
/// # Errors
/// All problems of the table, by line.
pub fn asks(plant: &Plant, file: &str, source: &str) -> Result<Vec<Asked>, Vec<Problem>> {
    let mut rows = csv::rows(source);
    if rows.is_empty() {
        return Err(alloc::vec![Problem::of_file("csv/empty", file)]);
    }
    let header = rows.remove(0);
    let column = |name: &&str| header.iter().position(|cell| cell.text == **name);
    let mut reader = Reader {
        plant,
        file,
        source,
        columns: COLUMNS.iter().map(column).collect(),
        problems: Vec::new(),
    };
    reader.head(&header);
    let mut names = BTreeSet::new();
    let mut asked = Vec::new();
    if reader.problems.is_empty() {
        for row in &rows {
            asked.extend(reader.row(row, &mut names));
        }
    }
    if rows.is_empty() && reader.problems.is_empty() {
        reader.problems.push(Problem::of_file("csv/empty", file));
    }
    match reader.problems.is_empty() {
        true => Ok(asked),
        false => Err(reader.problems),
    }
}

/// A product or a mix by its name: products with their shares.
pub fn product(plant: &Plant, name: &str) -> Option<Vec<(ProductId, Share)>> {
    let mut products = plant.products.pairs();
    let own = products.find(|(_, product)| product.name == name);
    let own = own.map(|(id, _)| Vec::from([(id, Share::ONE)]));
    let mix = || plant.mixes.iter().find(|mix| mix.name == name);
    own.or_else(|| Some(mix()?.of.clone()))
}

/// A weight with its unit, or a number of pieces.
pub fn quantity(text: &str) -> Option<Quantity> {
    let mass = parse(text, Dimension::Mass).ok();
    let mass = mass.filter(|mass| (1..=MASS_MOST).contains(mass));
    let pieces = text.parse::<i64>().ok();
    let pieces = pieces.filter(|n| (1..=PIECES_MOST).contains(n));
    let mass = mass.map(|mass| Quantity::Weight(Mass(mass)));
    mass.or(pieces.map(|pieces| Quantity::Pieces(pieces as u32)))
}

/// A time of a plant with this epoch: an RFC 3339 instant, or a span from another time.
pub fn time(text: &str, epoch: &str, from: Time) -> Option<Time> {
    let epoch = moment::parse(epoch).unwrap_or(0);
    let instant = moment::parse(text).map(|instant| instant - epoch);
    let span = || parse(text, Dimension::Span).ok().map(|span| from.0 + span);
    let time = instant.or_else(span);
    let time = time.filter(|time| (0..=crate::dist::SPAN_MOST).contains(time));
    time.map(Time)
}

/// All of these products have a weight.
pub fn weighed(plant: &Plant, of: &[(ProductId, Share)]) -> bool {
    let mut of = of.iter();
    of.all(|(product, _)| plant.products[*product].weight.is_some())
}

impl Reader<'_> {
    fn report(&mut self, code: &'static str, at: Range<usize>, args: &[(&'static str, String)]) {
        let mut problem = Problem::error(code, self.file, self.source, at);
        for (name, value) in args {
            problem = problem.arg(name, value);
        }
        self.problems.push(problem);
    }

    fn head(&mut self, header: &[Cell]) {
        for cell in header
            .iter()
            .filter(|cell| !COLUMNS.contains(&cell.text.as_str()))
        {
            let problem = Problem::error("csv/column", self.file, self.source, cell.span.clone());
            let problem = problem
                .arg("column", &cell.text)
                .arg("columns", COLUMNS.join(","));
            let meant = nearest(&cell.text, COLUMNS);
            self.problems.push(problem.suggest(meant));
        }
        let missing = (0..3).find(|at| self.columns[*at].is_none());
        if let Some(at) = missing {
            let column = COLUMNS[at].to_string();
            self.report(
                "csv/column-missing",
                header[0].span.clone(),
                &[("column", column)],
            );
        }
    }

    fn row(&mut self, row: &[Cell], names: &mut BTreeSet<String>) -> Option<Asked> {
        let cell = |at: usize, columns: &[Option<usize>]| -> (String, Range<usize>) {
            let cell = columns[at].and_then(|at| row.get(at));
            let span = cell.or(row.first()).map(|cell| cell.span.clone());
            (
                cell.map(|cell| cell.text.clone()).unwrap_or_default(),
                span.unwrap_or_default(),
            )
        };
        let [order, product, quantity, due, priority] =
            core::array::from_fn(|at| cell(at, &self.columns));
        if order.0.is_empty() {
            let args = [("column", "order".to_string()), ("value", String::new())];
            self.report("csv/cell", order.1, &args);
        } else if !names.insert(order.0.clone()) {
            let args = [("id", order.0.clone()), ("kind", "order".to_string())];
            self.report("id/duplicate", order.1, &args);
        }
        let of = self.product(&product.0, product.1);
        let quantity = self.quantity(&quantity.0, quantity.1, of.as_deref());
        let due = self.due(&due.0, due.1);
        let priority = self.priority(&priority.0, priority.1);
        Some(Asked {
            order: order.0,
            product: product.0,
            of: of?,
            quantity: quantity?,
            due: due?,
            priority: priority?,
        })
    }

    fn product(&mut self, name: &str, at: Range<usize>) -> Option<Vec<(ProductId, Share)>> {
        if let Some(of) = product(self.plant, name) {
            return Some(of);
        }
        let mixes = self.plant.mixes.iter().map(|mix| mix.name.as_str());
        let products = self
            .plant
            .products
            .iter()
            .map(|product| product.name.as_str());
        let meant = nearest(name, mixes.chain(products));
        let problem = Problem::error("name/unknown", self.file, self.source, at);
        let problem = problem.arg("name", name).arg("kind", "product");
        self.problems.push(problem.suggest(meant));
        None
    }

    fn quantity(
        &mut self,
        text: &str,
        at: Range<usize>,
        of: Option<&[(ProductId, Share)]>,
    ) -> Option<Quantity> {
        let asked = quantity(text);
        let code = match asked {
            Some(Quantity::Weight(_)) if !of.is_none_or(|of| weighed(self.plant, of)) => {
                "ask/no-weight"
            }
            Some(_) => return asked,
            None => "ask/quantity",
        };
        self.report(code, at, &[("value", text.to_string())]);
        None
    }

    fn due(&mut self, text: &str, at: Range<usize>) -> Option<Option<Time>> {
        if text.is_empty() {
            return Some(None);
        }
        let time = time(text, &self.plant.epoch, Time::ZERO);
        if time.is_none() {
            self.report("time/bad-instant", at, &[("value", text.to_string())]);
        }
        time.map(Some)
    }

    fn priority(&mut self, text: &str, at: Range<usize>) -> Option<u8> {
        if text.is_empty() {
            return Some(0);
        }
        let priority = text.parse::<u8>().ok();
        if priority.is_none() {
            let args = [
                ("value", text.to_string()),
                ("least", "0".into()),
                ("most", "255".into()),
            ];
            self.report("value/range", at, &args);
        }
        priority
    }
}
