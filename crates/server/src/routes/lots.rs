//! Lots: what carriers were filled with, where it came from and where it went.

use crate::app::App;
use crate::error::Fault;
use crate::extract::Asked;
use crate::lots::{LOTS_DEEP, LotTrace, LotsAsked, LotsView};
use crate::routes::away;
use crate::routes::past::past;
use axum::Json;
use axum::extract::{Path, State};
use fenhe_contract::Time;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which lots.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The carrier's mark.
    carrier: Option<String>,
    /// A port, a store or a vehicle.
    place: Option<String>,
    /// Since the plant's epoch [us]; left out: now.
    at: Option<i64>,
}

/// How far.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Depth {
    /// Machines either way; left out: to the ends.
    depth: Option<u32>,
}

/// What carriers were filled with: of one carrier, or what stands or stood at a place. The newest first.
#[utoipa::path(get, path = "/api/v1/lots", tag = "time", params(Which),
    responses((status = 200, body = LotsView)))]
pub(crate) async fn lots(
    State(app): State<App>,
    Asked(asked): Asked<Which>,
) -> Result<Json<LotsView>, Fault> {
    let asked = LotsAsked {
        carrier: asked.carrier,
        place: asked.place,
        at: asked.at.map(Time),
    };
    away(app, move |app| Ok(past(app)?.lots(asked)?)).await
}

/// A lot: its way, and generation by generation where its pieces came from and where they went. What ports and vehicles
/// report does not tell what happens inside a machine: a lot that only may be of its kin says so.
#[utoipa::path(get, path = "/api/v1/lots/{id}", tag = "time", params(("id" = String, Path), Depth),
    responses((status = 200, body = LotTrace)))]
pub(crate) async fn lot(
    State(app): State<App>,
    Path(id): Path<String>,
    Asked(asked): Asked<Depth>,
) -> Result<Json<LotTrace>, Fault> {
    let depth = asked.depth.unwrap_or(LOTS_DEEP);
    away(app, move |app| Ok(past(app)?.lot(id, depth)?)).await
}
