//! `calibration.toml`: measured figures laid over those of `plant.toml`.

use crate::build::Build;
use crate::model::FailureClock;
use crate::model::{Process, Station};
use crate::read::Read;
use crate::shape::Shape::*;
use crate::shape::{Form, Kind, Shape, check_table, may, must};
use crate::tree::{At, Desk, Item, Table, Value, parse};
use crate::units::Dimension as D;
use crate::{Files, dist};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::{Dist as Law, Index, Span, Speed, StationId, VehicleTypeId};

/// Name of the file.
pub const FILE: &str = "calibration.toml";
const FIGURES: &[&str] = &["time", "every", "repair", "transfer", "dock", "speed"];
const COUNT: Shape = Count(0, 1_000_000_000_000);

/// `calibration.toml` as a whole.
#[rustfmt::skip]
pub static CALIBRATION: Form = Form {
    name: "calibration.toml",
    keys: &[
        may("journal", Text, "Digest of the facts the figures come from"),
        may("about", Text, "Free text"),
        may("figure", List(&Table(&FIGURE), 0, 1_000_000), "Measured figures"),
    ],
    one_of: &[],
};

#[rustfmt::skip]
static FIGURE: Form = Form {
    name: "[[figure]]",
    keys: &[
        may("station", Name(Kind::Station), "Station it belongs to, with the name of its equipment"),
        may("vehicle_type", Name(Kind::VehicleType), "Kind of vehicle it belongs to"),
        must("figure", Word(FIGURES), "Which of its figures"),
        may("product", Name(Kind::Product), "With time, where the station has times by product"),
        may("failure", Text, "With every and repair: which of the station's failures"),
        may("value", Dist(true), "The distribution"),
        may("speed", Quantity(D::Speed, 1, 100_000), "The speed"),
        may("n", COUNT, "Exact observations"),
        may("censored", COUNT, "Observations known only by bounds"),
        may("from", Text, "First instant of the record, RFC 3339"),
        may("to", Text, "Last instant of the record, RFC 3339"),
        may("p_value", Ratio(0.0, 1.0), "Goodness of fit: a small one speaks against the distribution"),
        may("ratio", Ratio(0.0, 1e9), "Mean of the facts over mean of the model before"),
    ],
    one_of: &[&["station", "vehicle_type"], &["value", "speed"]],
};

/// The file's tree, checked by form; `None` if there is no such file.
pub fn read<'t>(desk: &Desk<'t>, files: &'t Files) -> Option<(Table, At)> {
    let bytes = files.get(FILE)?;
    let Ok(source) = core::str::from_utf8(bytes) else {
        desk.push(crate::Problem::of_file("file/not-utf8", FILE));
        return None;
    };
    let text = desk.open(FILE, source);
    let before = desk.any_error();
    let mut table = parse(desk, text, source);
    // What could not be read would be missed below.
    if desk.any_error() && !before {
        return None;
    }
    let at = At {
        text,
        start: 0,
        end: 0,
    };
    check_table(desk, &CALIBRATION, &mut table, at);
    Some((table, at))
}

/// Lays the figures over the plant. Those set from outside (texts `1 ..= outside` of the desk) stay.
pub fn apply<'t>(build: &mut Build<'t>, overlay: Read<'t>, outside: usize) {
    let mut seen: Vec<(Kind, u32, String)> = Vec::new();
    for row in overlay.tables("figure") {
        let kind = if row.item("station").is_some() {
            Kind::Station
        } else {
            Kind::VehicleType
        };
        let key = if kind == Kind::Station {
            "station"
        } else {
            "vehicle_type"
        };
        let Some(id) = build.refer(kind, row, key, None) else {
            continue;
        };
        let part = |key| row.text(key).unwrap_or_default();
        // Another word was reported.
        if !FIGURES.contains(&part("figure")) {
            continue;
        }
        let which = [part("figure"), part("product"), part("failure")].join(" ");
        if seen.contains(&(kind, id, which.clone())) {
            build.report(
                "calibration/twice",
                row.at("figure"),
                &[("figure", &part("figure"))],
            );
            continue;
        }
        seen.push((kind, id, which));
        let done = match kind {
            Kind::Station => station(build, row, StationId(id), outside),
            _ => vehicle_type(build, row, VehicleTypeId(id), outside),
        };
        if done.is_none() {
            let element = part(key);
            let figure = part("figure");
            build.report(
                "calibration/figure",
                row.at("figure"),
                &[("figure", &figure), ("element", &element)],
            );
        }
    }
}

/// `None`: the station has no such figure.
fn station<'t>(build: &mut Build<'t>, row: Read<'t>, id: StationId, outside: usize) -> Option<()> {
    let figure = row.text("figure")?;
    let (key, value) = match figure {
        "time" => ("time", row.item("value")?),
        "every" | "repair" => ("failures", row.item("value")?),
        _ => return None,
    };
    let product = row
        .item("product")
        .map(|_| build.refer(Kind::Product, row, "product", None));
    // An unknown product was reported.
    if product == Some(None) {
        return Some(());
    }
    let from_outside = build.stations.get(id.index()).is_some_and(|element| {
        let keys = if key == "time" {
            &["time", "times"][..]
        } else {
            &["failures"][..]
        };
        let items = keys.iter().filter_map(|key| element.read.item(key));
        items.into_iter().any(|item| is_from(item, outside))
    });
    let desk = build.desk;
    build.plant.stations.get(id)?;
    let target = &mut build.plant.stations[id];
    let place = match figure {
        "time" => {
            let by_product = target.times.len() > 1;
            let index = match product {
                Some(Some(product)) if by_product => product as usize,
                None if !by_product => 0,
                _ => return None,
            };
            Slot::Time(index)
        }
        _ => {
            let name = row.text("failure");
            let named = |failure: &crate::Failure| name == Some(failure.name.as_str());
            let one = target.failures.len() == 1 && name.is_none();
            let index = if one {
                0
            } else {
                target.failures.iter().position(named)?
            };
            if figure == "every" {
                Slot::Every(index)
            } else {
                Slot::Repair(index)
            }
        }
    };
    // What is not a distribution was reported.
    let Ok((found, pieces)) = dist::read(desk, value, true) else {
        return Some(());
    };
    if let Some((code, name, text)) = place.fault(target, &found, pieces) {
        desk.push(desk.error(code, value.at).arg(name, text));
    } else if !from_outside {
        place.set(target, found);
    }
    Some(())
}

/// Where a figure of a station stands.
enum Slot {
    Time(usize),
    Every(usize),
    Repair(usize),
}

impl Slot {
    fn fault(
        &self,
        station: &Station,
        found: &Law,
        pieces: bool,
    ) -> Option<(&'static str, &'static str, String)> {
        let counts = match self {
            Slot::Every(mode) => station.failures[*mode].clock == FailureClock::Pieces,
            _ => false,
        };
        if counts != pieces {
            let clock = if counts { "pieces" } else { "calendar" };
            return Some(("clock/unit", "clock", clock.to_string()));
        }
        let belt = matches!(station.process, Process::Stream { .. });
        if belt && matches!(self, Slot::Time(_)) && !matches!(found, Law::Constant(_)) {
            return Some(("station/stream-time", "key", "value".to_string()));
        }
        let lasts = !matches!(self, Slot::Repair(_));
        (lasts && found.mean() <= Span::ZERO).then(|| ("time/zero", "key", "value".to_string()))
    }

    fn set(&self, station: &mut Station, found: Law) {
        match *self {
            Slot::Time(row) => station.times[row] = found,
            Slot::Every(mode) => station.failures[mode].every = found,
            Slot::Repair(mode) => station.failures[mode].repair = found,
        }
    }
}

/// `None`: a kind of vehicle has no such figure.
fn vehicle_type<'t>(
    build: &mut Build<'t>,
    row: Read<'t>,
    id: VehicleTypeId,
    outside: usize,
) -> Option<()> {
    let figure = row.text("figure")?;
    let written = build.root.tables("vehicle_type").nth(id.index());
    let from_outside = written
        .and_then(|read| read.item(figure))
        .is_some_and(|item| is_from(item, outside));
    let desk = build.desk;
    build.plant.vehicle_types.get(id)?;
    let target = &mut build.plant.vehicle_types[id];
    match figure {
        "speed" => {
            row.item("speed")?;
            if let (Some(speed), false) = (row.amount("speed"), from_outside) {
                target.speed = Speed(speed);
            }
        }
        "transfer" | "dock" => {
            let value = row.item("value")?;
            match dist::read(desk, value, true) {
                Ok((_, true)) => return None,
                Ok((found, false)) if !from_outside => {
                    *(if figure == "dock" {
                        &mut target.dock
                    } else {
                        &mut target.transfer
                    }) = found;
                }
                _ => {}
            }
        }
        _ => return None,
    }
    Some(())
}

/// Whether a value, or one in it, was set from outside.
fn is_from(item: &Item, outside: usize) -> bool {
    let here = (1..=outside).contains(&usize::from(item.at.text));
    here || match &item.value {
        Value::List(list) => list.iter().any(|item| is_from(item, outside)),
        Value::Table(table) => table.rows.iter().any(|row| is_from(&row.item, outside)),
        _ => false,
    }
}
