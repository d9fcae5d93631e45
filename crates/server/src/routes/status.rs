//! How the server and the engine behind it are doing.

use crate::app::App;
use crate::error::Fault;
use crate::{Health, Status};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

/// For whoever restarts what has stopped: 200 while the main loop runs.
#[derive(Serialize, ToSchema)]
pub(crate) struct Alive {
    status: Status,
}

fn status(app: &App) -> Health {
    let mut health = app.engine.health();
    if !app.audit_good() {
        health.problems.push("audit/unavailable".into());
        health.status = match health.status {
            Status::Good => Status::Degraded,
            other => other,
        };
    }
    health
}

/// Whether it runs.
#[utoipa::path(get, path = "/health", tag = "status", responses(
    (status = 200, body = Alive), (status = 503, description = "The main loop has stopped", body = Alive)))]
pub(crate) async fn alive(State(app): State<App>) -> impl IntoResponse {
    let status = status(&app).status;
    let code = match status {
        Status::Stopped => StatusCode::SERVICE_UNAVAILABLE,
        Status::Good | Status::Degraded => StatusCode::OK,
    };
    (code, Json(Alive { status }))
}

/// How it is doing.
#[utoipa::path(get, path = "/api/v1/health", tag = "status", responses((status = 200, body = Health)))]
pub(crate) async fn health(State(app): State<App>) -> Json<Health> {
    Json(status(&app))
}

/// Counts for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "status",
    responses((status = 200, body = String, content_type = "application/openmetrics-text")))]
pub(crate) async fn metrics(State(app): State<App>) -> Result<impl IntoResponse, Fault> {
    let text = app.metrics.text(&app);
    let text = text.map_err(|_| Fault::of_status(StatusCode::INTERNAL_SERVER_ERROR))?;
    const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, KIND)], text))
}
