//! Hand-overs and cruising speed as vehicles tell them.

use crate::figure::{Element, Figure, Subject};
use crate::sample::Lasting;
use fenhe_contract::*;
use fenhe_plant::Plant;
use std::collections::VecDeque;

/// What a vehicle told last, and since when.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Hand-overs ordered and not done: deck, place, when.
    ordered: VecDeque<(u8, PlaceId, Time)>,
    /// Time, newest accepted command, and whether it was a hand-over (else an arrival).
    last: Option<(Time, u32, bool)>,
    node: Option<NodeId>,
    /// When it reached `node`.
    at: Time,
    /// The straight edges driven last, newest last: edge and time.
    run: [Option<(EdgeId, Span)>; 3],
}

/// Paces of neighbouring edges that differ by less than this are driven steadily.
const STEADY: f64 = 0.02;

/// Orders to one vehicle that are remembered.
const ORDERED_MOST: usize = 64;

/// A hand-over was ordered; a repetition is the same order.
pub(crate) fn ordered(seen: &mut Seen, now: Time, deck: u8, place: PlaceId) {
    if seen
        .ordered
        .iter()
        .any(|order| (order.0, order.1) == (deck, place))
    {
        return;
    }
    if seen.ordered.len() == ORDERED_MOST {
        seen.ordered.pop_front();
    }
    seen.ordered.push_back((deck, place, now));
}

/// A vehicle told something.
pub(crate) fn told(
    plant: &Plant,
    seen: &mut Seen,
    vehicle: VehicleId,
    now: Time,
    event: &VehicleEvent,
) -> Option<(Subject, Lasting)> {
    let of = |figure| Subject {
        element: Element::VehicleType(plant.vehicles[vehicle].kind),
        figure,
    };
    match *event {
        VehicleEvent::At { node, revision } => {
            seen.last = Some((now, revision, false));
            let pace = passed(plant, seen, vehicle, now, node);
            (seen.node, seen.at) = (Some(node), now);
            pace.map(|pace| (of(Figure::Speed), pace))
        }
        VehicleEvent::Picked {
            deck,
            place,
            revision,
            ..
        }
        | VehicleEvent::Dropped {
            deck,
            place,
            revision,
        } => {
            let order = seen
                .ordered
                .iter()
                .position(|order| (order.0, order.1) == (deck, place));
            let order = order
                .and_then(|at| seen.ordered.remove(at))
                .map(|order| order.2);
            seen.run = [None; 3];
            let here = plant.places.get(place).is_some_and(|p| p.node == seen.node);
            let (since, newest, handed) =
                seen.last.replace((now, revision, true)).filter(|_| here)?;
            let took = now - since;
            // With no command since, this hand-over was ordered already when the last thing ended; or it is known when it was,
            // and the order and the report were under way as long as messages are on average.
            let delay = plant.messages.delay.mean();
            let lasting = match order {
                _ if newest == revision => Lasting::exact(took),
                Some(sent) => Lasting::exact((now - since.max(sent + delay * 2)).max(Span::ZERO)),
                None => Lasting::between(Span::ZERO, took),
            };
            let figure = if handed {
                Figure::Transfer
            } else {
                Figure::HandOver
            };
            Some((of(figure), lasting))
        }
        // It says where it is and what it has accepted: nothing began or ended.
        VehicleEvent::State { node, .. } if seen.node == Some(node) => None,
        _ => {
            seen.last = None;
            seen.run = [None; 3];
            None
        }
    }
}

/// The pace [time a metre] on the middle one of three straight edges driven equally fast, where the vehicle's own
/// top speed is the limit.
fn passed(
    plant: &Plant,
    seen: &mut Seen,
    vehicle: VehicleId,
    now: Time,
    node: NodeId,
) -> Option<Lasting> {
    let tracks = &plant.tracks;
    let from = seen.node?;
    let mut between = tracks
        .leaving(from)
        .iter()
        .filter(|edge| tracks.edges[**edge].to == node);
    let edge = match (between.next(), between.next()) {
        (Some(edge), None) => *edge,
        _ => {
            seen.run = [None; 3];
            return None;
        }
    };
    let straight = seen.run[2]
        .is_some_and(|(last, _)| tracks.edges[last].heading == tracks.edges[edge].heading);
    if !straight {
        seen.run = [None; 3];
    }
    seen.run = [seen.run[1], seen.run[2], Some((edge, now - seen.at))];
    let [before, middle, after] = seen.run;
    let pace = |(edge, took): (EdgeId, Span)| {
        let metres = tracks.edges[edge].length.as_metres();
        (metres > 0.0).then(|| took.as_seconds() / metres)
    };
    let (a, b, c) = (pace(before?)?, pace(middle?)?, pace(after?)?);
    let top = plant.vehicle_types[plant.vehicles[vehicle].kind].speed;
    let free = [before, middle, after]
        .iter()
        .flatten()
        .all(|(edge, _)| tracks.edges[*edge].speed >= top);
    let steady = (a - b).abs() <= STEADY * b && (c - b).abs() <= STEADY * b;
    (free && steady).then(|| Lasting::exact(Span::from_seconds_up(b)))
}
