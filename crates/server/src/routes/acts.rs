//! Acts: everything that changes the plant goes through [`act`].

use crate::act::{Act, NewOrder, What};
use crate::app::{App, Effect, Trail, perform};
use crate::check::check;
use crate::engine::Done;
use crate::error::Fault;
use crate::extract::Body;
use crate::gate::at_least;
use crate::view::DeviceMode;
use crate::words::ShelfWhy;
use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;

/// Checks the right and the act, then asks the engine.
async fn act(app: &App, trail: &Trail, act: Act) -> Result<Json<Done>, Fault> {
    let actor = trail.actor()?;
    let words = (act.what.word().to_string(), act.what.object());
    {
        // So that a refusal from here on is written with what was wanted.
        let mut notes = trail.notes();
        (notes.what, notes.object) = (words.0.clone(), Some(words.1.clone()));
    }
    at_least(actor.role, act.needs())?;
    check(&act.what, &app.engine.plant())?;
    perform(app, trail, words, move |app| {
        let done = app.engine.act(&actor, act)?;
        Ok(Effect {
            from: done.from.clone(),
            to: done.to.clone(),
            answer: Json(done),
        })
    })
    .await
}

/// Any act.
#[utoipa::path(post, path = "/api/v1/commands", tag = "acts", request_body = Act,
    responses((status = 200, body = Done), (status = 409, description = "Stale or not possible now", body = crate::ApiError)))]
pub(crate) async fn command(
    State(app): State<App>,
    trail: Trail,
    Body(body): Body<Act>,
) -> Result<Json<Done>, Fault> {
    act(&app, &trail, body).await
}

/// Releases a work order. The same order under the same reference again changes nothing.
#[utoipa::path(post, path = "/api/v1/orders", tag = "acts", request_body = NewOrder,
    responses((status = 200, body = Done)))]
pub(crate) async fn release(
    State(app): State<App>,
    trail: Trail,
    Body(order): Body<NewOrder>,
) -> Result<Json<Done>, Fault> {
    let what = What::ReleaseOrder(order);
    act(&app, &trail, Act { revision: 0, what }).await
}

/// What to do with an alarm.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AlarmAct {
    /// Of the alarm as seen.
    revision: u64,
    /// What.
    #[serde(flatten)]
    what: AlarmWhat,
}

/// What to do with an alarm (ISA-18.2).
#[derive(Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum AlarmWhat {
    /// Somebody has seen it.
    Acknowledge,
    /// Put aside for a while.
    Shelve {
        /// For how long [s], a week at most.
        seconds: u32,
        /// Why.
        why: ShelfWhy,
    },
    /// Back before its time.
    Unshelve,
}

/// Acknowledges or shelves an alarm.
#[utoipa::path(post, path = "/api/v1/alarms/{alarm}", tag = "acts", params(("alarm" = u64, Path)),
    request_body = AlarmAct, responses((status = 200, body = Done)))]
pub(crate) async fn alarm(
    State(app): State<App>,
    Path(alarm): Path<u64>,
    trail: Trail,
    Body(body): Body<AlarmAct>,
) -> Result<Json<Done>, Fault> {
    let what = match body.what {
        AlarmWhat::Acknowledge => What::AcknowledgeAlarm { alarm },
        AlarmWhat::Shelve { seconds, why } => What::ShelveAlarm {
            alarm,
            seconds,
            why,
        },
        AlarmWhat::Unshelve => What::UnshelveAlarm { alarm },
    };
    let revision = body.revision;
    act(&app, &trail, Act { revision, what }).await
}

/// Another mode of a device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModeAct {
    /// Of the device as seen.
    revision: u64,
    /// From now on.
    mode: DeviceMode,
}

/// Switches a device between off, simulated, shadow and real.
#[utoipa::path(post, path = "/api/v1/devices/{name}/mode", tag = "acts", params(("name" = String, Path)),
    request_body = ModeAct, responses((status = 200, body = Done)))]
pub(crate) async fn mode(
    State(app): State<App>,
    Path(device): Path<String>,
    trail: Trail,
    Body(body): Body<ModeAct>,
) -> Result<Json<Done>, Fault> {
    let ModeAct { revision, mode } = body;
    let what = What::SetMode { device, mode };
    act(&app, &trail, Act { revision, what }).await
}
