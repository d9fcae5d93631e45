//! API tokens: for programs.

use crate::Role;
use crate::app::{App, Effect, Trail, perform};
use crate::auth::NewToken;
use crate::clock::rfc3339;
use crate::engine::{Reason, Refusal};
use crate::error::Fault;
use crate::extract::Body;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A token, without what it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenView {
    /// Its id.
    id: String,
    /// What it is for.
    name: String,
    /// With what right.
    role: Role,
    /// When created, RFC 3339.
    created: String,
    /// By whom.
    by: String,
    /// Void from then on, RFC 3339.
    expires: String,
    /// Void.
    revoked: bool,
}

/// A new token.
#[derive(Serialize, ToSchema)]
pub(crate) struct Issued {
    /// Its id.
    id: String,
    /// The token; it is not kept and cannot be shown again.
    token: String,
}

/// All tokens.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "accounts", responses((status = 200, body = [TokenView])))]
pub(crate) async fn tokens(State(app): State<App>) -> Json<Vec<TokenView>> {
    let tokens = app.accounts.tokens().into_iter();
    Json(
        tokens
            .map(|(id, token)| TokenView {
                id,
                name: token.name,
                role: token.role,
                created: rfc3339(token.created),
                by: token.by,
                expires: rfc3339(token.expires),
                revoked: token.revoked,
            })
            .collect(),
    )
}

/// Issues a token.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "accounts", request_body = NewToken,
    responses((status = 201, body = Issued)))]
pub(crate) async fn issue(
    State(app): State<App>,
    trail: Trail,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<Issued>), Fault> {
    let by = trail.actor()?.name;
    if !(1..=3_650).contains(&new.days) {
        let reason = Reason::new("act/range").arg("field", "days").at("days");
        return Err(Refusal::Invalid(reason.arg("low", 1).arg("high", 3_650)).into());
    }
    let name: String = new.name.chars().take(64).collect();
    let words = ("issue_token".into(), format!("token {name}"));
    perform(&app, &trail, words, move |app| {
        let (id, token) = app.accounts.issue(&new, &by)?;
        Ok(Effect {
            from: Value::Null,
            to: json!({"id": id, "role": new.role, "days": new.days}),
            answer: (StatusCode::CREATED, Json(Issued { id, token })),
        })
    })
    .await
}

/// Takes a token back.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "accounts", params(("id" = String, Path)),
    responses((status = 204)))]
pub(crate) async fn revoke(
    State(app): State<App>,
    Path(id): Path<String>,
    trail: Trail,
) -> Result<StatusCode, Fault> {
    let shown: String = id.chars().take(64).collect();
    let words = ("revoke_token".into(), format!("token {shown}"));
    perform(&app, &trail, words, move |app| {
        let before = app.accounts.revoke(&id)?;
        Ok(Effect {
            from: json!({"name": before.name, "role": before.role, "revoked": before.revoked}),
            to: json!({"revoked": true}),
            answer: StatusCode::NO_CONTENT,
        })
    })
    .await
}
