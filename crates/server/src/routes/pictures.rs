//! The picture, whole or in parts.

use crate::app::App;
use crate::engine::Reason;
use crate::error::{Fault, language};
use crate::view::*;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

fn unknown(code: &'static str, name: &str) -> Fault {
    let name: String = name.chars().take(100).collect();
    let reason = Reason::new(code).arg("name", &name).at(name.clone());
    Fault::of(StatusCode::NOT_FOUND, reason)
}

/// The whole picture.
#[utoipa::path(get, path = "/api/v1/view", tag = "picture", responses((status = 200, body = View)))]
pub(crate) async fn view(State(app): State<App>) -> Json<Arc<View>> {
    Json(app.engine.view())
}

/// All vehicles.
#[utoipa::path(get, path = "/api/v1/vehicles", tag = "picture", responses((status = 200, body = [VehicleView])))]
pub(crate) async fn vehicles(State(app): State<App>) -> Json<Vec<VehicleView>> {
    Json(app.engine.view().vehicles.clone())
}

/// One vehicle.
#[utoipa::path(get, path = "/api/v1/vehicles/{name}", tag = "picture", params(("name" = String, Path)),
    responses((status = 200, body = VehicleView)))]
pub(crate) async fn vehicle(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<VehicleView>, Fault> {
    let view = app.engine.view();
    let found = view.vehicles.iter().find(|row| row.name == name);
    let found = found.ok_or_else(|| unknown("vehicle/unknown", &name))?;
    Ok(Json(found.clone()))
}

/// All stations.
#[utoipa::path(get, path = "/api/v1/stations", tag = "picture", responses((status = 200, body = [StationView])))]
pub(crate) async fn stations(State(app): State<App>) -> Json<Vec<StationView>> {
    Json(app.engine.view().stations.clone())
}

/// One station.
#[utoipa::path(get, path = "/api/v1/stations/{name}", tag = "picture", params(("name" = String, Path)),
    responses((status = 200, body = StationView)))]
pub(crate) async fn station(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<StationView>, Fault> {
    let view = app.engine.view();
    let found = view.stations.iter().find(|row| row.name == name);
    let found = found.ok_or_else(|| unknown("station/unknown", &name))?;
    Ok(Json(found.clone()))
}

/// Open transports, oldest first.
#[utoipa::path(get, path = "/api/v1/transports", tag = "picture",
    responses((status = 200, body = [TransportView])))]
pub(crate) async fn transports(State(app): State<App>) -> Json<Vec<TransportView>> {
    Json(app.engine.view().transports.clone())
}

/// Open orders and those done last.
#[utoipa::path(get, path = "/api/v1/orders", tag = "picture", responses((status = 200, body = [OrderView])))]
pub(crate) async fn orders(State(app): State<App>) -> Json<Vec<OrderView>> {
    Json(app.engine.view().orders.clone())
}

/// An alarm with its sentences.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlarmRow {
    #[serde(flatten)]
    alarm: AlarmView,
    /// What is wrong, in the language of `Accept-Language`.
    what: String,
    /// What happens if nobody acts.
    consequence: String,
    /// What to do.
    action: String,
}

/// Alarms, oldest first, in the caller's language.
#[utoipa::path(get, path = "/api/v1/alarms", tag = "picture", responses((status = 200, body = [AlarmRow])))]
pub(crate) async fn alarms(State(app): State<App>, headers: HeaderMap) -> Json<Vec<AlarmRow>> {
    let lang = language(&headers);
    let view = app.engine.view();
    let rows = view.alarms.iter().map(|alarm| {
        let name = alarm.object.split_once(' ').map_or("", |(_, name)| name);
        let text = fenhe_messages::alarm(alarm.code.into(), name, lang);
        AlarmRow {
            alarm: alarm.clone(),
            what: text.what,
            consequence: text.consequence,
            action: text.action,
        }
    });
    Json(rows.collect())
}

/// Zones that people may want to enter, with their access windows.
#[utoipa::path(get, path = "/api/v1/access", tag = "picture", responses((status = 200, body = [AccessView])))]
pub(crate) async fn access(State(app): State<App>) -> Json<Vec<AccessView>> {
    Json(app.engine.view().access.clone())
}

/// A device: a vehicle or a station.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeviceView {
    /// Lasting name.
    name: String,
    /// What it is.
    kind: DeviceKind,
    /// For an act on it.
    revision: u64,
    /// Who is at the other end.
    mode: DeviceMode,
    /// Its link is up.
    link: bool,
    /// A person has held it.
    held: bool,
}

/// What a device is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeviceKind {
    /// It drives.
    Vehicle,
    /// It works.
    Station,
}

/// All devices: vehicles, then stations.
#[utoipa::path(get, path = "/api/v1/devices", tag = "picture", responses((status = 200, body = [DeviceView])))]
pub(crate) async fn devices(State(app): State<App>) -> Json<Vec<DeviceView>> {
    let view = app.engine.view();
    let vehicles = view.vehicles.iter().map(|row| DeviceView {
        name: row.name.clone(),
        kind: DeviceKind::Vehicle,
        revision: row.revision,
        mode: row.mode,
        link: row.link,
        held: row.held,
    });
    let stations = view.stations.iter().map(|row| DeviceView {
        name: row.name.clone(),
        kind: DeviceKind::Station,
        revision: row.revision,
        mode: row.mode,
        link: row.link,
        held: row.held,
    });
    Json(vehicles.chain(stations).collect())
}
