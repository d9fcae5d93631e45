//! The other files of a folder, and the head of the plant.

use super::Build;
use crate::Demand;
use crate::csv::{self, Cell};
use crate::moment;
use crate::spell::nearest;
use crate::tree::At;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::*;

/// The epoch of a plant that names none.
const EPOCH: &str = "2026-01-01T00:00:00Z";

/// Longest name of a work order [characters]: the API takes no longer one.
const ORDER_NAME: usize = 64;

/// Columns found of those wanted, and the rows below the header.
pub(super) type Rows = (Vec<Option<usize>>, Vec<Vec<Cell>>);

impl<'t> Build<'t> {
    pub(super) fn head(&mut self) {
        let plant = self.root.inner("plant");
        let text = |key: &str| plant.and_then(|plant| plant.text(key));
        let epoch = text("epoch").unwrap_or(EPOCH);
        if moment::parse(epoch).is_none()
            && let Some(plant) = plant
        {
            self.report("time/bad-instant", plant.at("epoch"), &[("value", &epoch)]);
        }
        self.plant.epoch = epoch.to_string();
        let zone = text("time_zone").unwrap_or("UTC");
        let good = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
        if let Some(plant) = plant
            && (zone.is_empty() || zone.len() > 64 || !zone.chars().all(good))
        {
            self.report("time/bad-zone", plant.at("time_zone"), &[("value", &zone)]);
        }
        self.plant.time_zone = zone.to_string();
    }

    /// Puts another file of the folder on the desk: its number and text.
    pub(super) fn open(&mut self, file: &str, at: At) -> Option<(u16, &'t str)> {
        let files = self.files;
        let Some(bytes) = files.get(file) else {
            let meant = nearest(file, files.0.keys().map(|name| name.as_str()));
            let problem = self
                .desk
                .error("file/missing", at)
                .arg("file", file)
                .suggest(meant);
            self.desk.push(problem);
            return None;
        };
        match core::str::from_utf8(bytes) {
            Ok(text) => Some((self.desk.open(file, text), text)),
            Err(_) => {
                self.desk
                    .push(crate::Problem::of_file("file/not-utf8", file));
                None
            }
        }
    }

    /// Reads a CSV table. The first `required` of the wanted columns must be there.
    pub(super) fn csv(
        &self,
        file: &str,
        text: u16,
        source: &str,
        wanted: &[&str],
        required: usize,
    ) -> Option<Rows> {
        let mut rows = csv::rows(source);
        if rows.is_empty() {
            self.desk.push(crate::Problem::of_file("csv/empty", file));
            return None;
        }
        if rows.len() > 1_000_000 {
            rows.truncate(1_000_000);
            self.desk
                .push(crate::Problem::of_file("size/too-many", file).arg("most", 1_000_000));
        }
        let header = rows.remove(0);
        let at = |cell: &Cell| At {
            text,
            start: cell.span.start as u32,
            end: cell.span.end as u32,
        };
        for cell in header
            .iter()
            .filter(|cell| !wanted.contains(&cell.text.as_str()))
        {
            let meant = nearest(&cell.text, wanted.iter().copied());
            let problem = self
                .desk
                .error("csv/column", at(cell))
                .arg("column", &cell.text);
            self.desk
                .push(problem.arg("columns", wanted.join(",")).suggest(meant));
        }
        let columns: Vec<_> = wanted
            .iter()
            .map(|name| header.iter().position(|c| c.text == *name))
            .collect();
        let missing = wanted
            .iter()
            .zip(&columns)
            .take(required)
            .find(|(_, c)| c.is_none());
        if let Some((name, _)) = missing {
            self.report("csv/column-missing", at(&header[0]), &[("column", name)]);
            return None;
        }
        Some((columns, rows))
    }

    /// Work orders from their table.
    pub(super) fn orders(&mut self) {
        let Some(item) = self
            .root
            .inner("orders")
            .and_then(|orders| orders.item("file"))
        else {
            return self.orders_without_file();
        };
        let file = item.text().unwrap_or_default();
        let Some((text, source)) = self.open(file, item.at) else {
            return;
        };
        let wanted = ["order", "product", "quantity", "release", "due"];
        let Some((columns, rows)) = self.csv(file, text, source, &wanted, 3) else {
            return;
        };
        let mut names = alloc::collections::BTreeSet::new();
        for row in &rows {
            let cells = OrderRow {
                text,
                row,
                columns: &columns,
            };
            let serial = self.plant.orders.len() as u64 + 1;
            if let Some((time, order)) = self.order(&cells, serial) {
                if !names.insert(order.1.clone()) {
                    self.report(
                        "id/duplicate",
                        cells.at(0),
                        &[("id", &cells.get(0)), ("kind", &"order")],
                    );
                }
                self.plant.orders.push((time, order.0));
                self.plant.order_names.push(order.1);
            }
        }
        self.plant
            .orders
            .sort_by_key(|(time, order)| (*time, order.order));
    }

    /// A source of orders without a table never lets anything in.
    fn orders_without_file(&self) {
        for (source, read) in self.plant.sources.iter().zip(&self.sources) {
            if matches!(source.demand, Demand::Orders(_)) {
                self.report(
                    "orders/none",
                    read.at("orders"),
                    &[("source", &source.name)],
                );
            }
        }
    }

    fn order(&mut self, row: &OrderRow<'_>, serial: u64) -> Option<(Time, (WorkOrder, String))> {
        let name = row.get(0);
        if name.is_empty() {
            self.report(
                "csv/cell",
                row.at(0),
                &[("column", &"order"), ("value", &name)],
            );
        }
        if name.chars().count() > ORDER_NAME || name.chars().any(char::is_control) {
            let most = ORDER_NAME as u64;
            self.report("order/name", row.at(0), &[("most", &most)]);
        }
        let kind = crate::shape::Kind::Product;
        let product = self
            .names
            .resolve(self.desk, kind, row.get(1), row.at(1), None);
        let quantity = self.quantity(row, product);
        let release = self.instant(row, 3).unwrap_or(Time::ZERO);
        let due = self.instant(row, 4).unwrap_or(Time::NEVER);
        let order = WorkOrder {
            order: OrderId(serial),
            product: ProductId(product?),
            quantity: quantity? as u32,
            due,
        };
        Some((release, (order, name.to_string())))
    }

    /// Pieces; or a weight, of a product that has one.
    fn quantity(&self, row: &OrderRow<'_>, product: Option<u32>) -> Option<i64> {
        let weight = parse_mass(row.get(2));
        let product = product.map(ProductId);
        match weight.zip(product.and_then(|product| self.plant.to_let_in(product))) {
            Some((weight, piece)) => Some((weight.0 + piece.0 - 1) / piece.0.max(1)),
            None => self.number(row, 2, 1, 10_000_000),
        }
    }

    fn number(&self, row: &OrderRow<'_>, column: usize, least: i64, most: i64) -> Option<i64> {
        let value = row.get(column);
        let number = value
            .parse::<i64>()
            .ok()
            .filter(|n| (least..=most).contains(n));
        if number.is_none() {
            let args: &[(&'static str, &dyn core::fmt::Display)] =
                &[("value", &value), ("least", &least), ("most", &most)];
            self.report("value/range", row.at(column), args);
        }
        number
    }

    /// A cell with an RFC 3339 instant, or a span from the epoch.
    fn instant(&self, row: &OrderRow<'_>, column: usize) -> Option<Time> {
        let value = row.get(column);
        if value.is_empty() {
            return None;
        }
        let epoch = moment::parse(&self.plant.epoch)
            .or_else(|| moment::parse(EPOCH))
            .unwrap_or(0);
        let most = crate::dist::SPAN_MOST;
        let time = moment::parse(value)
            .map(|instant| instant - epoch)
            .or_else(|| crate::units::parse(value, crate::units::Dimension::Span).ok())
            .filter(|time| (-most..=most).contains(time));
        if time.is_none() {
            self.report("time/bad-instant", row.at(column), &[("value", &value)]);
        }
        time.map(|time| Time(time.max(0)))
    }
}

/// A weight with its unit.
fn parse_mass(text: &str) -> Option<Mass> {
    let mass = crate::units::parse(text, crate::units::Dimension::Mass).ok()?;
    (1..=1_000_000_000_000)
        .contains(&mass)
        .then_some(Mass(mass))
}

struct OrderRow<'r> {
    text: u16,
    row: &'r [Cell],
    columns: &'r [Option<usize>],
}

impl OrderRow<'_> {
    fn cell(&self, column: usize) -> Option<&Cell> {
        self.columns[column].and_then(|i| self.row.get(i))
    }
    fn get(&self, column: usize) -> &str {
        self.cell(column).map_or("", |cell| cell.text.as_str())
    }
    fn at(&self, column: usize) -> At {
        let cell = self.cell(column).or(self.row.first());
        let span = cell.map(|cell| cell.span.clone()).unwrap_or_default();
        At {
            text: self.text,
            start: span.start as u32,
            end: span.end as u32,
        }
    }
}
