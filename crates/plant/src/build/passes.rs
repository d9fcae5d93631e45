//! Pass schedules: the stages of strip, read from their table. Each stage gives a material of its own, so that a
//! coil may come back to the same operation (re-entrant) and everybody sees how far it is.

use super::{Build, Element};
use crate::csv::Cell;
use crate::read::Read;
use crate::shape::Kind;
use crate::tree::At;
use crate::units::{Dimension, parse};
use crate::*;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;

/// Density of strip where the coil says none [kg/m³].
const STEEL: i64 = 7_930;
/// The most stages of a product.
const STAGES: usize = 200;

/// The table.
#[derive(Default)]
pub(super) struct Schedule {
    rows: Vec<Row>,
}

/// One pass, or one step that only takes handling.
struct Row {
    product: u32,
    operation: String,
    /// Gauge [nm] and speed [mm/s] of the strip.
    strip: Option<(i64, i64)>,
    handling: Span,
    gain: Share,
    at: At,
}

/// A cell of the table with where it stands.
struct Line<'r> {
    text: u16,
    cells: &'r [Cell],
    columns: &'r [Option<usize>],
}

impl Line<'_> {
    fn cell(&self, column: usize) -> Option<&Cell> {
        let cell = self.columns[column].and_then(|at| self.cells.get(at));
        cell.filter(|cell| !cell.text.is_empty())
    }
    fn at(&self, column: usize) -> At {
        let cell = self.cell(column).or(self.cells.first());
        let span = cell.map(|cell| cell.span.clone()).unwrap_or_default();
        At {
            text: self.text,
            start: span.start as u32,
            end: span.end as u32,
        }
    }
}

impl<'t> Build<'t> {
    /// Reads the table, and gives every material behind a stage its id.
    pub(super) fn read_passes(&mut self) {
        let plant = self.root.inner("plant");
        let Some(item) = plant.and_then(|plant| plant.item("passes")) else {
            return;
        };
        let file = item.text().unwrap_or_default();
        let Some((text, source)) = self.open(file, item.at) else {
            return;
        };
        let wanted = [
            "product",
            "operation",
            "gauge",
            "speed",
            "handling",
            "yield",
        ];
        let Some((columns, rows)) = self.csv(file, text, source, &wanted, 2) else {
            return;
        };
        for cells in &rows {
            let line = Line {
                text,
                cells,
                columns: &columns,
            };
            let row = self.pass(&line);
            self.passes.rows.extend(row);
        }
        for (product, read) in self.root.tables("product").enumerate() {
            let stages = self.passes.stages(product as u32).len();
            let name = read.text("id").unwrap_or_default();
            for stage in 1..=stages {
                let name = format!("{name}/{stage}");
                self.names
                    .declare(self.desk, Kind::Product, &name, read.at("id"));
            }
        }
    }

    fn pass(&mut self, line: &Line<'_>) -> Option<Row> {
        let name = line.cell(0).map_or("", |cell| cell.text.as_str());
        let product = self
            .names
            .resolve(self.desk, Kind::Product, name, line.at(0), None);
        let Some(operation) = line.cell(1).map(|cell| cell.text.clone()) else {
            self.report(
                "csv/cell",
                line.at(1),
                &[("column", &"operation"), ("value", &"")],
            );
            return None;
        };
        let gauge = self.measure(line, 2, Dimension::Thickness, 1, 1_000_000_000);
        let speed = self.measure(line, 3, Dimension::Speed, 1, 1_000_000);
        if gauge.is_some() != speed.is_some() {
            let (column, name) = if gauge.is_some() {
                (3, "speed")
            } else {
                (2, "gauge")
            };
            if line.cell(column).is_none() {
                self.report(
                    "csv/cell",
                    line.at(column),
                    &[("column", &name), ("value", &"")],
                );
            }
        }
        let handling = self.measure(line, 4, Dimension::Span, 0, crate::dist::SPAN_MOST);
        let gain = self.measure(line, 5, Dimension::Share, 1, 1_000_000_000);
        Some(Row {
            product: product?,
            operation,
            strip: gauge.zip(speed),
            handling: Span(handling.unwrap_or(0)),
            gain: gain.map_or(Share::ONE, |gain| Share(gain as u32)),
            at: line.at(0),
        })
    }

    /// A value with unit in a cell; an empty cell has none.
    fn measure(
        &self,
        line: &Line<'_>,
        column: usize,
        dimension: Dimension,
        least: i64,
        most: i64,
    ) -> Option<i64> {
        let cell = line.cell(column)?;
        let value = parse(&cell.text, dimension).ok();
        let fits = value.filter(|value| (least..=most).contains(value));
        if fits.is_none() {
            let (least, most) = (dimension.show(least), dimension.show(most));
            let args: &[(&'static str, &dyn core::fmt::Display)] =
                &[("value", &cell.text), ("least", &least), ("most", &most)];
            self.report("value/range", line.at(column), args);
        }
        fits
    }

    /// Families of a product: its name first.
    pub(super) fn families(&self, read: Read<'t>) -> Vec<String> {
        let own = read.list("families").iter();
        let own = own
            .filter_map(|item| item.text())
            .map(|name| format!("@{name}"));
        let name = read.text("id").unwrap_or_default().to_string();
        core::iter::once(name).chain(own).collect()
    }

    /// The materials behind each stage, after all products; the products themselves get their first stage.
    pub(super) fn materials(&mut self) {
        let root = self.root;
        for (product, read) in root.tables("product").enumerate() {
            let (coil, stages) = (read.inner("coil"), self.passes.stages(product as u32));
            let id = ProductId(product as u32);
            let name = self.plant.products[id].name.clone();
            match (coil, stages.first()) {
                (Some(_), None) => {
                    self.report("passes/none", read.at("coil"), &[("product", &name)]);
                }
                (None, Some(first)) => {
                    let at = self.passes.rows[first.start].at;
                    self.report("passes/coil", at, &[("product", &name)]);
                    self.chain(id, &[], &stages);
                }
                (Some(coil), Some(_)) => {
                    if !self.plant.products[id].route.is_empty() {
                        self.report("passes/route", read.at("route"), &[("product", &name)]);
                    }
                    if stages.len() > STAGES {
                        let most = STAGES as u64;
                        self.report("size/too-many", read.at("coil"), &[("most", &most)]);
                    }
                    let runs = self.passes.runs(coil, &stages);
                    self.chain(id, &runs, &stages);
                }
                (None, None) => {}
            }
        }
    }

    /// A product and the materials behind its stages.
    fn chain(&mut self, first: ProductId, runs: &[Span], stages: &[core::ops::Range<usize>]) {
        let mut at = first;
        for (number, range) in stages.iter().enumerate() {
            let name = self.passes.rows[range.start].operation.clone();
            let operation = self.operation(&name);
            let rows = &self.passes.rows[range.clone()];
            let gain = rows.iter().fold(1e9, |all, row| all * row.gain.as_f64());
            let stage = Stage {
                operation,
                passes: rows.len() as u16,
                run: runs.get(number).copied().unwrap_or(Span::ZERO),
                handling: Span(rows.iter().map(|row| row.handling.0).sum()),
                gain: Share(libm::round(gain) as u32),
            };
            let before = self.plant.products[first].clone();
            let next = self.plant.products.push(Product {
                name: format!("{}/{}", before.name, number + 1),
                route: Vec::new(),
                becomes: None,
                stage: None,
                ..before
            });
            let product = &mut self.plant.products[at];
            product.stage = Some(stage);
            product.becomes = Some(next);
            product.route = vec![RouteStep {
                operation,
                queue_max: None,
                queue_scrap: false,
            }];
            at = next;
        }
    }

    /// Weights of materials, once it is known how many pieces stations take and give.
    pub(super) fn weigh(&mut self) {
        let root = self.root;
        for (product, read) in root.tables("product").enumerate() {
            let Some(coil) = read.inner("coil") else {
                continue;
            };
            let mut weight = coil.amount("weight").unwrap_or(0) as f64;
            for id in self.plant.materials(ProductId(product as u32)) {
                self.plant.products[id].weight = Some(Mass(libm::round(weight) as i64));
                if let Some(stage) = self.plant.products[id].stage {
                    weight *= stage.gain.as_f64() * self.pieces(stage.operation);
                }
            }
        }
    }

    /// Pieces taken for one piece given by the stations of an operation.
    fn pieces(&self, operation: OperationId) -> f64 {
        let mut stations = self.plant.stations.iter();
        let station = stations.find(|station| station.operation == Some(operation));
        station.map_or(1.0, |station| {
            let taken: u32 = station.inputs.iter().map(|input| input.count).sum();
            let given: u32 = station.outputs.iter().map(|output| output.count).sum();
            f64::from(taken.max(1)) / f64::from(given.max(1))
        })
    }

    /// Mixes that orders may name.
    pub(super) fn mixes(&mut self) {
        let root = self.root;
        for read in root.tables("mix") {
            let name = read.text("id").unwrap_or_default().to_string();
            let mut of = Vec::new();
            for part in read.tables("of") {
                let product = self.refer(Kind::Product, part, "product", None);
                let share = part.share("share").unwrap_or(Share::ZERO);
                of.extend(product.map(|product| (ProductId(product), share)));
            }
            let sum: u64 = of.iter().map(|(_, share)| u64::from(share.0)).sum();
            if sum != u64::from(Share::ONE.0) {
                let sum = sum as f64 / 1e7;
                self.report(
                    "mix/shares",
                    read.at("of"),
                    &[("mix", &name), ("sum", &sum)],
                );
            }
            self.plant.mixes.push(Mix { name, of });
        }
    }

    /// Process times of a station by the pass schedule: one row a product.
    pub(super) fn pass_times(
        &self,
        element: &Element<'t>,
        operation: Option<OperationId>,
    ) -> Option<Vec<Dist>> {
        let (read, passes) = (element.read, element.read.inner("passes")?);
        let own = element
            .scope
            .as_ref()
            .map_or(Share::ONE, |scope| scope.speed);
        let speed = passes.share("speed").unwrap_or(Share::ONE).as_f64() * own.as_f64();
        let spread = passes.share("spread").unwrap_or(Share::ZERO).as_f64();
        let time = |product: &Product| {
            let stage = product
                .stage
                .filter(|stage| Some(stage.operation) == operation)?;
            let mean = libm::round(stage.run.0 as f64 / speed) as i64 + stage.handling.0;
            let sd = Span(libm::round(mean as f64 * spread) as i64);
            Some(match sd {
                Span::ZERO => Dist::Constant(Span(mean.max(1))),
                sd => Dist::LogNormal {
                    mean: Span(mean.max(1)),
                    sd,
                },
            })
        };
        let times: Vec<Option<Dist>> = self.plant.products.iter().map(time).collect();
        if times.iter().all(Option::is_none) {
            self.report(
                "passes/station",
                read.at("passes"),
                &[("station", &element.id)],
            );
        }
        let none = Dist::Constant(Span::seconds(1));
        Some(times.into_iter().map(|time| time.unwrap_or(none)).collect())
    }
}

impl Schedule {
    /// Consecutive rows of one operation, for one product.
    fn stages(&self, product: u32) -> Vec<core::ops::Range<usize>> {
        let mut stages: Vec<core::ops::Range<usize>> = Vec::new();
        for (at, row) in self
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.product == product)
        {
            match stages.last_mut() {
                Some(last)
                    if last.end == at && self.rows[last.start].operation == row.operation =>
                {
                    last.end = at + 1;
                }
                _ => stages.push(at..at + 1),
            }
        }
        stages
    }

    /// Running time of the stages of a coil: its length at each pass is its weight over density, width and gauge.
    fn runs(&self, coil: Read<'_>, stages: &[core::ops::Range<usize>]) -> Vec<Span> {
        let density = coil.amount("density").unwrap_or(STEEL) as f64;
        let width = coil.amount("width").unwrap_or(1) as f64 / 1e3;
        let mut weight = coil.amount("weight").unwrap_or(0) as f64 / 1e3;
        let mut runs = Vec::new();
        for range in stages {
            let mut run = 0.0;
            for row in &self.rows[range.clone()] {
                if let Some((gauge, speed)) = row.strip {
                    let length = weight / (density * width * gauge as f64 / 1e9);
                    run += length / (speed as f64 / 1e3);
                }
                weight *= row.gain.as_f64();
            }
            runs.push(Span(libm::round(run * 1e6) as i64));
        }
        runs
    }
}
