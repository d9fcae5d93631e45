//! The past: a picture at any instant, what led there, and time lines.

use crate::app::{App, Shared};
use crate::error::Fault;
use crate::extract::Asked;
use crate::feed::Numbered;
use crate::past::{HistoryView, LinesOf, OrderLines, Past, TimeLines, Window};
use crate::routes::away;
use crate::view::View;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use fenhe_contract::Time;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// From when until when.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Between {
    /// Since the plant's epoch [us]; left out: as far back as can be shown.
    from: Option<i64>,
    /// Since the plant's epoch [us]; left out: up to the newest.
    until: Option<i64>,
}

impl Between {
    pub(super) fn window(&self) -> Window {
        Window {
            from: self.from.map(Time),
            until: self.until.map(Time),
        }
    }
}

/// An instant.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Instant {
    /// Since the plant's epoch [us].
    pub at: i64,
}

/// From when until when, and of what.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Lines {
    /// Since the plant's epoch [us]; left out: as far back as can be shown.
    from: Option<i64>,
    /// Since the plant's epoch [us]; left out: up to the newest.
    until: Option<i64>,
    /// Only the station of this name.
    station: Option<String>,
    /// Only the vehicle of this name.
    vehicle: Option<String>,
}

pub(super) fn past(app: &Shared) -> Result<Arc<dyn Past>, Fault> {
    let none = Fault::new(StatusCode::NOT_FOUND, "history/none");
    app.engine.past().ok_or(none)
}

/// Which instants of the past can be shown, and what stands out there.
#[utoipa::path(get, path = "/api/v1/history", tag = "time", params(Between),
    responses((status = 200, body = HistoryView)))]
pub(crate) async fn history(
    State(app): State<App>,
    Asked(asked): Asked<Between>,
) -> Result<Json<HistoryView>, Fault> {
    away(app, move |app| Ok(past(app)?.history(asked.window())?)).await
}

/// The picture at a past instant, rebuilt from the journal. All revisions are 0: nothing can be done to it.
#[utoipa::path(get, path = "/api/v1/history/view", tag = "time", params(Instant),
    responses((status = 200, body = View)))]
pub(crate) async fn view(
    State(app): State<App>,
    Asked(asked): Asked<Instant>,
) -> Result<Json<View>, Fault> {
    away(app, move |app| Ok(past(app)?.view(Time(asked.at))?)).await
}

/// What the feed told in a window of at most ten minutes, numbered from 1.
#[utoipa::path(get, path = "/api/v1/history/feed", tag = "time", params(Between),
    responses((status = 200, body = [Numbered])))]
pub(crate) async fn feed(
    State(app): State<App>,
    Asked(asked): Asked<Between>,
) -> Result<Json<Vec<Numbered>>, Fault> {
    away(app, move |app| Ok(past(app)?.feed(asked.window())?)).await
}

/// What stations and vehicles did when, and what stations were worth (ISO 22400-2), in a window of at most 48 h.
#[utoipa::path(get, path = "/api/v1/timelines", tag = "time", params(Lines),
    responses((status = 200, body = TimeLines)))]
pub(crate) async fn lines(
    State(app): State<App>,
    Asked(asked): Asked<Lines>,
) -> Result<Json<TimeLines>, Fault> {
    let window = Between {
        from: asked.from,
        until: asked.until,
    };
    let of = match (asked.station, asked.vehicle) {
        (Some(station), _) => LinesOf::Station(station),
        (None, Some(vehicle)) => LinesOf::Vehicle(vehicle),
        (None, None) => LinesOf::All,
    };
    away(app, move |app| Ok(past(app)?.lines(window.window(), of)?)).await
}

/// How orders went in a window of at most 48 h: for a Gantt chart.
#[utoipa::path(get, path = "/api/v1/timelines/orders", tag = "time", params(Between),
    responses((status = 200, body = OrderLines)))]
pub(crate) async fn orders(
    State(app): State<App>,
    Asked(asked): Asked<Between>,
) -> Result<Json<OrderLines>, Fault> {
    away(app, move |app| Ok(past(app)?.orders(asked.window())?)).await
}
