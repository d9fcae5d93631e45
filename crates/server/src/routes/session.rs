//! The first admin, login and logout, one's own password.

use crate::app::{App, Effect, Trail, perform};
use crate::auth::Login;
use crate::engine::Actor;
use crate::error::Fault;
use crate::extract::Body;
use crate::gate::cookie_name;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::atomic::Ordering;
use utoipa::ToSchema;

/// The first admin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetUp {
    /// The token printed at the first start; good once.
    token: String,
    /// Name of the admin.
    name: String,
    /// Password of the admin.
    password: String,
}

/// Whether the plant waits for its first admin.
#[derive(Serialize, ToSchema)]
pub(crate) struct SetUpWanted {
    /// There is no admin yet: `POST` here makes one.
    wanted: bool,
}

/// Who wants to log in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    /// Name of the user.
    name: String,
    /// Password of the user.
    password: String,
}

/// A session that has begun; the cookie comes as a header.
#[derive(Serialize, ToSchema)]
pub(crate) struct Began {
    /// To be sent back in the header `x-csrf-token` with everything that changes something.
    csrf: String,
}

/// Who is logged in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Who {
    #[serde(flatten)]
    actor: Actor,
    /// To be sent back in the header `x-csrf-token`, for a session.
    csrf: Option<String>,
}

/// One's own new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// The one so far.
    old: String,
    /// The one from now on; all sessions end.
    new: String,
}

fn short(name: &str) -> String {
    name.chars().take(64).collect()
}

/// Whether there is no admin yet.
#[utoipa::path(get, path = "/api/v1/setup", tag = "session", responses((status = 200, body = SetUpWanted)))]
pub(crate) async fn set_up_wanted(State(app): State<App>) -> Json<SetUpWanted> {
    let wanted = !app.accounts.has_admin();
    Json(SetUpWanted { wanted })
}

/// Creates the first admin, while there is none.
#[utoipa::path(post, path = "/api/v1/setup", tag = "session", request_body = SetUp,
    responses((status = 204)))]
pub(crate) async fn set_up(
    State(app): State<App>,
    trail: Trail,
    Body(body): Body<SetUp>,
) -> Result<StatusCode, Fault> {
    let words = ("set_up".into(), format!("user {}", short(&body.name)));
    let from = trail.address;
    perform(&app, &trail, words, move |app| {
        super::users::not_a_vehicle(app, &body.name)?;
        app.accounts
            .set_up(&body.token, &body.name, &body.password, from)?;
        Ok(Effect {
            from: Value::Null,
            to: Value::from("admin"),
            answer: StatusCode::NO_CONTENT,
        })
    })
    .await
}

/// Begins a session.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = Credentials,
    responses((status = 200, body = Began)))]
pub(crate) async fn login(
    State(app): State<App>,
    trail: Trail,
    Body(body): Body<Credentials>,
) -> Result<Response, Fault> {
    let words = ("login".into(), format!("user {}", short(&body.name)));
    let from = trail.address;
    let login = perform(&app, &trail, words, move |app| {
        Ok(Effect {
            from: Value::Null,
            to: Value::Null,
            answer: app.accounts.login(&body.name, &body.password, from)?,
        })
    });
    let Login { cookie, csrf } = login.await?;
    let mut response = Json(Began { csrf }).into_response();
    set_cookie(&app, &mut response, &cookie, 12 * 3_600);
    Ok(response)
}

fn set_cookie(app: &App, response: &mut Response, value: &str, seconds: u32) {
    let tls = app.tls.load(Ordering::Relaxed);
    let secure = if tls { "; Secure" } else { "" };
    let name = cookie_name(tls);
    let text =
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    if let Ok(text) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(header::SET_COOKIE, text);
    }
}

/// Who one is.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, body = Who)))]
pub(crate) async fn who(trail: Trail) -> Result<Json<Who>, Fault> {
    let csrf = trail.notes().known.as_ref().and_then(|k| k.csrf.clone());
    let actor = trail.actor()?;
    Ok(Json(Who { actor, csrf }))
}

/// Ends the session.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204)))]
pub(crate) async fn logout(State(app): State<App>, trail: Trail) -> Result<Response, Fault> {
    let (cookie, name) = {
        let notes = trail.notes();
        let name = notes.known.as_ref().map(|known| known.name.clone());
        (notes.cookie.clone(), name.unwrap_or_default())
    };
    let words = ("logout".into(), format!("user {name}"));
    perform(&app, &trail, words, move |app| {
        cookie.inspect(|cookie| app.accounts.logout(cookie));
        Ok(Effect {
            from: Value::Null,
            to: Value::Null,
            answer: (),
        })
    })
    .await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&app, &mut response, "", 0);
    Ok(response)
}

/// Changes one's own password; asks for the old one again.
#[utoipa::path(post, path = "/api/v1/session/password", tag = "session", request_body = NewPassword,
    responses((status = 204)))]
pub(crate) async fn password(
    State(app): State<App>,
    trail: Trail,
    Body(body): Body<NewPassword>,
) -> Result<StatusCode, Fault> {
    let actor = trail.actor()?;
    let words = ("new_password".into(), format!("user {}", actor.name));
    let from = trail.address;
    perform(&app, &trail, words, move |app| {
        app.accounts
            .new_password(&actor.name, &body.old, &body.new, from)?;
        Ok(Effect {
            from: Value::Null,
            to: Value::Null,
            answer: StatusCode::NO_CONTENT,
        })
    })
    .await
}
