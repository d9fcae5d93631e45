//! The plant folder, and drafts of it: check, compare, save. The plant that runs is not touched.

use crate::app::{App, Effect, Shared, Trail, perform};
use crate::error::{Fault, language};
use crate::extract::Large;
use crate::model::{
    CheckView, Draft, FolderView, Model, SaveAsked, Saved, SimulationAsked, SimulationView,
    TextView, check_draft, check_simulation,
};
use crate::routes::away;
use crate::routes::plant::{PlantView, picture};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;

fn model(app: &Shared) -> Result<Arc<dyn Model>, Fault> {
    let none = Fault::new(StatusCode::NOT_FOUND, "model/none");
    app.engine.model().ok_or(none)
}

/// The plant folder as it is on the disk now, with its problems. Cheap while nothing changes: ask every second.
#[utoipa::path(get, path = "/api/v1/model", tag = "model", responses((status = 200, body = FolderView)))]
pub(crate) async fn folder(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Json<FolderView>, Fault> {
    let lang = language(&headers);
    away(app, move |app| Ok(model(app)?.folder(lang)?)).await
}

/// A file of the plant folder.
#[utoipa::path(get, path = "/api/v1/model/files/{name}", tag = "model", params(("name" = String, Path)),
    responses((status = 200, body = TextView)))]
pub(crate) async fn text(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<TextView>, Fault> {
    away(app, move |app| Ok(model(app)?.text(&name)?)).await
}

/// A draft that was looked at, and what it looks like.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckedView {
    /// What is told of it.
    found: CheckView,
    /// The model that it gives, to be drawn; `null` if it has errors.
    plant: Option<PlantView>,
}

/// Looks at a draft: what is wrong with it, where, and what it looks like. Nothing is written.
#[utoipa::path(post, path = "/api/v1/model/check", tag = "model", request_body = Draft,
    responses((status = 200, body = CheckedView)))]
pub(crate) async fn check(
    State(app): State<App>,
    headers: HeaderMap,
    Large(draft): Large<Draft>,
) -> Result<Json<CheckedView>, Fault> {
    check_draft(&draft)?;
    let lang = language(&headers);
    away(app, move |app| {
        let checked = model(app)?.check(&draft, lang)?;
        Ok(CheckedView {
            found: checked.found,
            plant: checked.plant.as_deref().map(picture),
        })
    })
    .await
}

/// Begins to simulate the folder as it is and with a draft, in pairs of runs that share their luck. One at a time.
#[utoipa::path(post, path = "/api/v1/model/simulation", tag = "model", request_body = SimulationAsked,
    responses((status = 200, body = SimulationView), (status = 409, description = "Another one runs", body = crate::ApiError)))]
pub(crate) async fn simulate(
    State(app): State<App>,
    Large(asked): Large<SimulationAsked>,
) -> Result<Json<SimulationView>, Fault> {
    check_simulation(&asked)?;
    away(app, move |app| Ok(model(app)?.simulate(&asked)?)).await
}

/// The newest simulation as far as it has come.
#[utoipa::path(get, path = "/api/v1/model/simulation", tag = "model", responses((status = 200, body = SimulationView)))]
pub(crate) async fn simulation(State(app): State<App>) -> Result<Json<SimulationView>, Fault> {
    Ok(Json(model(&app)?.simulation()?))
}

/// Ends the simulation that runs; what was done by then stays.
#[utoipa::path(delete, path = "/api/v1/model/simulation", tag = "model", responses((status = 200, body = SimulationView)))]
pub(crate) async fn cancel(State(app): State<App>) -> Result<Json<SimulationView>, Fault> {
    away(app, |app| Ok(model(app)?.cancel()?)).await
}

/// Writes a draft into the plant folder, or into a new one. The plant that runs goes on with the model that it was
/// started with.
#[utoipa::path(post, path = "/api/v1/model/save", tag = "model", request_body = SaveAsked,
    responses((status = 200, body = Saved), (status = 409, description = "The folder has changed", body = crate::ApiError)))]
pub(crate) async fn save(
    State(app): State<App>,
    trail: Trail,
    Large(asked): Large<SaveAsked>,
) -> Result<Json<Saved>, Fault> {
    check_draft(&asked.draft)?;
    let object = asked.folder.clone().unwrap_or_else(|| "plant".into());
    let words = ("save_model".to_string(), object);
    perform(&app, &trail, words, move |app| {
        let saved = model(app)?.save(&asked)?;
        Ok(Effect {
            from: json!({ "revision": saved.before }),
            to: json!({ "revision": saved.revision, "folder": saved.folder, "files": saved.files }),
            answer: Json(saved),
        })
    })
    .await
}
