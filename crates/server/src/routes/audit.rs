//! Reading the audit.

use crate::app::App;
use crate::audit::AuditEntry;
use crate::error::Fault;
use crate::extract::Asked;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which lines.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Lines {
    /// Lines with greater numbers than this.
    #[serde(default)]
    after: u64,
    /// At most so many, up to 1000.
    #[serde(default = "hundred")]
    limit: usize,
}

fn hundred() -> usize {
    100
}

/// Who did what, in order.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Lines),
    responses((status = 200, body = [AuditEntry])))]
pub(crate) async fn audit(
    State(app): State<App>,
    Asked(lines): Asked<Lines>,
) -> Result<Json<Vec<AuditEntry>>, Fault> {
    let read =
        tokio::task::spawn_blocking(move || app.audit.read(lines.after, lines.limit.min(1_000)));
    match read.await {
        Ok(Ok(entries)) => Ok(Json(entries)),
        _ => Err(Fault::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "audit/unavailable",
        )),
    }
}
