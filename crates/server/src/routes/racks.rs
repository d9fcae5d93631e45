//! Automated stores: racks with their cranes, and the slots of one aisle.

use crate::app::App;
use crate::engine::{Reason, Refusal};
use crate::error::Fault;
use crate::racks::{AisleSlots, RacksView};
use crate::routes::away;
use axum::Json;
use axum::extract::{Path, State};

/// Racks, their cranes and what stands in them by product.
#[utoipa::path(get, path = "/api/v1/racks", tag = "picture", responses((status = 200, body = RacksView)))]
pub(crate) async fn racks(State(app): State<App>) -> Result<Json<RacksView>, Fault> {
    away(app, move |app| Ok(app.engine.racks()?)).await
}

/// The slots of one aisle, by the name of its crane.
#[utoipa::path(get, path = "/api/v1/racks/{aisle}", tag = "picture", params(("aisle" = String, Path)),
    responses((status = 200, body = AisleSlots)))]
pub(crate) async fn slots(
    State(app): State<App>,
    Path(aisle): Path<String>,
) -> Result<Json<AisleSlots>, Fault> {
    away(app, move |app| {
        let found = app.engine.slots(&aisle)?;
        let unknown = || Refusal::Unknown(Reason::new("aisle/unknown").arg("name", &aisle));
        Ok(found.ok_or_else(unknown)?)
    })
    .await
}
