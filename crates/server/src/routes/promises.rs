//! Promises: asking for a date, reserving it, making it firm, taking it back.

use crate::app::{App, Effect, Shared, Trail, perform};
use crate::check::{instant, named, range};
use crate::error::Fault;
use crate::extract::Body;
use crate::promise::{PromiseAct, PromiseAsked, PromiseView, Promises, PromisesView};
use crate::routes::away;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

/// Longest quote [min].
const QUOTE: u32 = 92 * 24 * 60;

fn promises(app: &Shared) -> Result<Arc<dyn Promises>, Fault> {
    let none = Fault::new(StatusCode::NOT_FOUND, "promise/none");
    app.engine.promises().ok_or(none)
}

/// Promises that were asked for and made, and how they turned out.
#[utoipa::path(get, path = "/api/v1/promises", tag = "promises", responses((status = 200, body = PromisesView)))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<PromisesView>, Fault> {
    Ok(Json(promises(&app)?.list()))
}

/// Asks for a date: the plan's and what holds it at once; the promised date and its probability follow in the list.
/// Nothing is reserved.
#[utoipa::path(post, path = "/api/v1/promises", tag = "promises", request_body = PromiseAsked,
    responses((status = 200, body = PromiseView)))]
pub(crate) async fn ask(
    State(app): State<App>,
    Body(asked): Body<PromiseAsked>,
) -> Result<Json<PromiseView>, Fault> {
    named("reference", &asked.reference)?;
    named("product", &asked.product)?;
    named("quantity", &asked.quantity)?;
    if let Some(due) = &asked.due {
        instant("due", due)?;
    }
    away(app, move |app| Ok(promises(app)?.ask(&asked)?)).await
}

/// Reserves for a while, makes firm, or takes back.
#[utoipa::path(post, path = "/api/v1/promises/{reference}", tag = "promises", params(("reference" = String, Path)),
    request_body = PromiseAct, responses((status = 200, body = PromiseView)))]
pub(crate) async fn act(
    State(app): State<App>,
    Path(reference): Path<String>,
    trail: Trail,
    Body(act): Body<PromiseAct>,
) -> Result<Json<PromiseView>, Fault> {
    if let PromiseAct::Quote { minutes } = act {
        range("minutes", minutes, 1, QUOTE)?;
    }
    let word = match act {
        PromiseAct::Quote { .. } => "quote_promise",
        PromiseAct::Confirm => "confirm_promise",
        PromiseAct::Withdraw => "withdraw_promise",
    };
    let actor = trail.actor()?;
    let what = (word.to_string(), format!("promise {reference}"));
    perform(&app, &trail, what, move |app| {
        let (from, promise) = promises(app)?.act(&actor, &reference, &act)?;
        Ok(Effect {
            from,
            to: json!(promise),
            answer: Json(promise),
        })
    })
    .await
}
