//! What can be said about an act before the engine sees it: names, ranges, texts.

use crate::act::{NewOrder, SendTo, What};
use crate::engine::{Reason, Refusal};
use fenhe_plant::{Plant, moment};

/// Longest reason [characters].
const REASON: usize = 500;
/// Longest reference of an order [characters].
const REFERENCE: usize = 64;
/// Most pieces of one order.
const PIECES: u32 = 100_000_000;
/// Longest an alarm may be shelved [s]: a week.
const SHELF: u32 = 7 * 86_400;

/// Whether it makes sense in this plant.
///
/// # Errors
/// What does not, and in which field.
pub fn check(what: &What, plant: &Plant) -> Result<(), Refusal> {
    match what {
        What::ReleaseOrder(order) => new_order(order, plant),
        What::HoldOrder { order }
        | What::ResumeOrder { order }
        | What::CancelOrder { order }
        | What::PrioritiseOrder { order, .. } => text("order", order, 1, REFERENCE),
        What::HoldVehicle { vehicle, reason } => {
            a_vehicle(vehicle, plant)?;
            text("reason", reason, 1, REASON)
        }
        What::ResumeVehicle { vehicle }
        | What::ReadmitVehicle { vehicle }
        | What::WithdrawVehicle { vehicle } => a_vehicle(vehicle, plant),
        What::SendVehicle { vehicle, to } => {
            a_vehicle(vehicle, plant)?;
            let Some(SendTo::Node(node)) = to else {
                return Ok(());
            };
            let is = plant.tracks.nodes.iter().any(|row| row.name == *node);
            known(is, "node/unknown", "to", node)
        }
        What::HoldStation { station, reason } => {
            a_station(station, plant)?;
            text("reason", reason, 1, REASON)
        }
        What::ResumeStation { station } => a_station(station, plant),
        What::ShelveAlarm { seconds, .. } => range("seconds", *seconds, 1, SHELF),
        What::OutOfService { object, .. } => text("object", object, 1, REASON),
        What::SetMode { device, .. } => {
            let one = is_vehicle(device, plant) || is_station(device, plant);
            known(one, "device/unknown", "device", device)
        }
        What::RequestAccess { zone, reason } => {
            text("zone", zone, 1, REFERENCE)?;
            text("reason", reason, 1, REASON)
        }
        What::CountSlot { slot, carrier } => {
            text("slot", slot, 1, REFERENCE)?;
            let mark = carrier
                .as_deref()
                .is_none_or(|mark| mark.is_empty() || mark.parse::<u64>().is_ok());
            let reason = || Reason::new("act/carrier").at("carrier");
            mark.then_some(()).ok_or_else(|| Refusal::Invalid(reason()))
        }
        What::WithdrawAccess { zone } => text("zone", zone, 1, REFERENCE),
        What::AcknowledgeAlarm { .. }
        | What::UnshelveAlarm { .. }
        | What::ConfirmLoad { .. }
        | What::Pause
        | What::GoOn => Ok(()),
    }
}

fn new_order(order: &NewOrder, plant: &Plant) -> Result<(), Refusal> {
    text("reference", &order.reference, 1, REFERENCE)?;
    let made = plant.products.iter().any(|row| row.name == order.product);
    known(made, "product/unknown", "product", &order.product)?;
    range("quantity", order.quantity, 1, PIECES)?;
    instant("due", &order.due)
}

fn is_vehicle(name: &str, plant: &Plant) -> bool {
    plant.vehicles.iter().any(|row| row.name == name)
}
fn is_station(name: &str, plant: &Plant) -> bool {
    plant.stations.iter().any(|row| row.name == name)
}
fn a_vehicle(name: &str, plant: &Plant) -> Result<(), Refusal> {
    known(is_vehicle(name, plant), "vehicle/unknown", "vehicle", name)
}
fn a_station(name: &str, plant: &Plant) -> Result<(), Refusal> {
    known(is_station(name, plant), "station/unknown", "station", name)
}

/// The caller's own words for something.
pub(crate) fn named(field: &'static str, value: &str) -> Result<(), Refusal> {
    text(field, value, 1, REFERENCE)
}

/// An instant, RFC 3339.
pub(crate) fn instant(field: &'static str, value: &str) -> Result<(), Refusal> {
    let reason = || Reason::new("request/time").arg("field", field).at(field);
    let read = moment::parse(value);
    read.map(|_| ()).ok_or_else(|| Refusal::Invalid(reason()))
}

fn known(is: bool, code: &'static str, field: &str, name: &str) -> Result<(), Refusal> {
    if is {
        return Ok(());
    }
    let name: String = name.chars().take(100).collect();
    Err(Refusal::Unknown(
        Reason::new(code).arg("name", name).at(field),
    ))
}

pub(crate) fn range(field: &'static str, value: u32, low: u32, high: u32) -> Result<(), Refusal> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    let reason = Reason::new("act/range").arg("field", field).at(field);
    Err(Refusal::Invalid(reason.arg("low", low).arg("high", high)))
}

fn text(field: &'static str, value: &str, low: usize, high: usize) -> Result<(), Refusal> {
    let count = value.chars().count();
    if (low..=high).contains(&count) && !value.chars().any(char::is_control) {
        return Ok(());
    }
    let reason = Reason::new("request/text").arg("field", field).at(field);
    Err(Refusal::Invalid(reason.arg("low", low).arg("high", high)))
}
