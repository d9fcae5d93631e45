//! Users: who may do what.

use crate::app::{App, Effect, Shared, Trail, perform};
use crate::auth::{NewUser, User, UserChange};
use crate::clock::rfc3339;
use crate::error::Fault;
use crate::extract::Body;
use crate::{Role, auth::Denied};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// A user, without the password.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserView {
    /// Name.
    name: String,
    /// With what right.
    role: Role,
    /// May log in with a password; otherwise by certificate alone.
    password: bool,
    /// May do nothing.
    disabled: bool,
    /// When created, RFC 3339.
    created: String,
    /// By whom.
    by: String,
}

/// All users.
#[utoipa::path(get, path = "/api/v1/users", tag = "accounts", responses((status = 200, body = [UserView])))]
pub(crate) async fn users(State(app): State<App>) -> Json<Vec<UserView>> {
    let users = app.accounts.users().into_iter();
    Json(
        users
            .map(|(name, user)| UserView {
                name,
                role: user.role,
                password: user.password.is_some(),
                disabled: user.disabled,
                created: rfc3339(user.created),
                by: user.by,
            })
            .collect(),
    )
}

/// A certificate's common name is the serial of a vehicle or the name of a user, never both.
pub(crate) fn not_a_vehicle(app: &Shared, name: &str) -> Result<(), Denied> {
    let plant = app.engine.plant();
    if plant.vehicles.iter().any(|row| row.name == name) {
        return Err(Denied::BadName);
    }
    Ok(())
}

/// What the audit keeps of a user: never a hash.
fn shown(user: &User) -> Value {
    json!({"role": user.role, "disabled": user.disabled, "changed": rfc3339(user.changed)})
}

/// Creates a user.
#[utoipa::path(post, path = "/api/v1/users", tag = "accounts", request_body = NewUser, responses((status = 204)))]
pub(crate) async fn create(
    State(app): State<App>,
    trail: Trail,
    Body(new): Body<NewUser>,
) -> Result<StatusCode, Fault> {
    let by = trail.actor()?.name;
    let name: String = new.name.chars().take(64).collect();
    let words = ("create_user".into(), format!("user {name}"));
    perform(&app, &trail, words, move |app| {
        not_a_vehicle(app, &new.name)?;
        app.accounts.create(&new, &by)?;
        Ok(Effect {
            from: Value::Null,
            to: json!({"role": new.role}),
            answer: StatusCode::NO_CONTENT,
        })
    })
    .await
}

/// Changes role or password of a user, or disables one. All sessions of the user end.
#[utoipa::path(patch, path = "/api/v1/users/{name}", tag = "accounts", params(("name" = String, Path)),
    request_body = UserChange, responses((status = 204)))]
pub(crate) async fn alter(
    State(app): State<App>,
    Path(name): Path<String>,
    trail: Trail,
    Body(change): Body<UserChange>,
) -> Result<StatusCode, Fault> {
    let shown_name: String = name.chars().take(64).collect();
    let words = ("alter_user".into(), format!("user {shown_name}"));
    perform(&app, &trail, words, move |app| {
        let (before, after) = app.accounts.alter(&name, &change)?;
        Ok(Effect {
            from: shown(&before),
            to: shown(&after),
            answer: StatusCode::NO_CONTENT,
        })
    })
    .await
}
