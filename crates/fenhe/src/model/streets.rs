//! Streets of a layout, as bays are moved along them.

use fenhe_contract::Length;
use fenhe_plant::layout::{Axis, Bay, BayKind, Spec, Street};
use fenhe_server::model::{OnStreet, Side, SpotKind, WayView};

/// Places are given to a tenth of a metre [mm].
const STEP: i64 = 100;

/// Streets by the names that bays call them by: two lanes are one.
pub fn ways(spec: &Spec) -> Vec<WayView> {
    let mut ways: Vec<WayView> = Vec::new();
    for (street, extent) in spec.streets.iter().zip(spec.extents()) {
        let Some((Length(from), Length(to))) = extent else {
            continue;
        };
        let name = name(spec, street);
        let offset = street.offset.0;
        match ways.iter_mut().find(|way| way.name == name) {
            Some(way) => {
                (way.low, way.high) = (way.low.min(offset), way.high.max(offset));
                (way.from, way.to) = (way.from.max(from), way.to.min(to));
            }
            None => ways.push(WayView {
                name: name.to_string(),
                along_x: street.axis == Axis::X,
                low: offset,
                high: offset,
                from,
                to,
            }),
        }
    }
    ways
}

/// How bays call a street: of a pair of lanes, what both names have in common.
pub fn name<'s>(spec: &'s Spec, street: &'s Street) -> &'s str {
    let pairs = match street.axis {
        Axis::X => [("e", "w"), ("w", "e")],
        Axis::Y => [("s", "n"), ("n", "s")],
    };
    for (own, other) in pairs {
        let Some(stem) = street.id.strip_suffix(own) else {
            continue;
        };
        let is = |one: &Street| one.axis == street.axis && one.id.strip_suffix(other) == Some(stem);
        if !stem.is_empty() && spec.streets.iter().any(is) {
            return stem;
        }
    }
    &street.id
}

/// Where on its street a bay is.
pub fn on_street(spec: &Spec, bay: &Bay) -> Option<OnStreet> {
    let street = spec.streets.get(bay.street)?;
    let side = match (street.axis, bay.up) {
        (Axis::X, true) => Side::North,
        (Axis::X, false) => Side::South,
        (Axis::Y, true) => Side::East,
        (Axis::Y, false) => Side::West,
    };
    Some(OnStreet {
        street: name(spec, street).to_string(),
        at: bay.at.0,
        side,
    })
}

/// The point at the end of a spur from a street.
pub fn end(way: &WayView, at: i64, side: Side, spur: i64) -> (i64, i64) {
    let up = matches!(side, Side::North | Side::East);
    let across = if up { way.high + spur } else { way.low - spur };
    if way.along_x {
        (at, across)
    } else {
        (across, at)
    }
}

/// The place on a street whose bay would be nearest to a point.
pub fn nearest(ways: &[WayView], (x, y): (i64, i64), spur: i64) -> Option<OnStreet> {
    let mut best: Option<(i128, OnStreet)> = None;
    for way in ways {
        let (along, sides) = if way.along_x {
            (x, [Side::North, Side::South])
        } else {
            (y, [Side::East, Side::West])
        };
        let round = along.saturating_add(STEP / 2).div_euclid(STEP) * STEP;
        let at = round.clamp(way.from, way.to.max(way.from));
        for side in sides {
            let (ex, ey) = end(way, at, side, spur);
            let square = |d: i64| i128::from(d) * i128::from(d);
            let far = square(x.saturating_sub(ex)) + square(y.saturating_sub(ey));
            if best.as_ref().is_none_or(|(least, _)| far < *least) {
                let street = way.name.clone();
                best = Some((far, OnStreet { street, at, side }));
            }
        }
    }
    best.map(|(_, place)| place)
}

/// What a bay is, in the words of the API.
pub fn kind(kind: BayKind) -> SpotKind {
    match kind {
        BayKind::Dock => SpotKind::Dock,
        BayKind::Charger => SpotKind::Charger,
        BayKind::Parking => SpotKind::Parking,
    }
}
