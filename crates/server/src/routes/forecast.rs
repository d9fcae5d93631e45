//! What is to come: look-ahead from the live belief, and what an act would cost.

use crate::app::{App, Shared};
use crate::check::check;
use crate::engine::{Reason, Refusal};
use crate::error::Fault;
use crate::extract::{Asked, Body};
use crate::feed::Numbered;
use crate::forecast::{Ahead, ForecastView, PriceAsked, PriceView};
use crate::routes::away;
use crate::routes::past::{Between, Instant};
use crate::view::View;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fenhe_contract::Time;
use std::sync::Arc;

fn ahead(app: &Shared) -> Result<Arc<dyn Ahead>, Fault> {
    let none = Fault::new(StatusCode::NOT_FOUND, "forecast/none");
    app.engine.ahead().ok_or(none)
}

/// What is to come, as far as it is known: finish dates of orders and output by hour, over the paths made so far.
#[utoipa::path(get, path = "/api/v1/forecast", tag = "time", responses((status = 200, body = ForecastView)))]
pub(crate) async fn forecast(State(app): State<App>) -> Result<Json<ForecastView>, Fault> {
    Ok(Json(ahead(&app)?.forecast()))
}

/// Looks ahead anew from what is believed now.
#[utoipa::path(post, path = "/api/v1/forecast", tag = "time", responses((status = 200, body = ForecastView)))]
pub(crate) async fn anew(State(app): State<App>) -> Result<Json<ForecastView>, Fault> {
    away(app, |app| Ok(ahead(app)?.anew()?)).await
}

/// The picture at an instant to come, in the first path. All revisions are 0.
#[utoipa::path(get, path = "/api/v1/forecast/view", tag = "time", params(Instant),
    responses((status = 200, body = View)))]
pub(crate) async fn view(
    State(app): State<App>,
    Asked(asked): Asked<Instant>,
) -> Result<Json<View>, Fault> {
    away(app, move |app| Ok(ahead(app)?.view(Time(asked.at))?)).await
}

/// What the feed would tell in a window of at most ten minutes of the first path, numbered from 1.
#[utoipa::path(get, path = "/api/v1/forecast/feed", tag = "time", params(Between),
    responses((status = 200, body = [Numbered])))]
pub(crate) async fn feed(
    State(app): State<App>,
    Asked(asked): Asked<Between>,
) -> Result<Json<Vec<Numbered>>, Fault> {
    away(app, move |app| Ok(ahead(app)?.feed(asked.window())?)).await
}

/// What an act would cost in pieces and finish dates, by paths with and without it that share their luck.
/// Nothing is done.
#[utoipa::path(post, path = "/api/v1/forecast/price", tag = "time", request_body = PriceAsked,
    responses((status = 200, body = PriceView)))]
pub(crate) async fn price(
    State(app): State<App>,
    Body(asked): Body<PriceAsked>,
) -> Result<Json<PriceView>, Fault> {
    check(&asked.what, &app.engine.plant())?;
    let lasts = asked.lasts.unwrap_or(1);
    for (field, value, low, high) in [
        ("paths", asked.paths, 2, 50),
        ("minutes", asked.minutes, 10, 480),
        ("lasts", lasts, 1, 480),
    ] {
        if !(low..=high).contains(&value) {
            let reason = Reason::new("act/range").arg("field", field);
            let reason = reason.arg("low", low).arg("high", high);
            return Err(Refusal::Invalid(reason.at(field)).into());
        }
    }
    away(app, move |app| Ok(ahead(app)?.price(&asked)?)).await
}
