//! The routes, and the OpenAPI document made of them.

mod acts;
mod audit;
mod feed;
pub(crate) mod figures;
mod forecast;
mod lots;
mod model;
mod page;
mod past;
mod pictures;
pub(crate) mod plant;
mod promises;
mod racks;
mod session;
mod status;
mod tokens;
mod users;

use crate::app::{App, Shared};
use crate::error::{ApiError, Fault};
use crate::role::{Needs, RIGHTS};
use axum::Json;
use axum::http::StatusCode;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Content, InfoBuilder, OpenApi, Ref, RefOr, ResponseBuilder, SecurityRequirement,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All routes with their state still to be given.
pub(crate) fn all() -> (axum::Router<App>, OpenApi) {
    let router = OpenApiRouter::new()
        .routes(routes!(status::health))
        .routes(routes!(status::alive))
        .routes(routes!(status::metrics))
        .routes(routes!(plant::plant))
        .routes(routes!(pictures::view))
        .routes(routes!(pictures::vehicles))
        .routes(routes!(pictures::vehicle))
        .routes(routes!(pictures::stations))
        .routes(routes!(pictures::station))
        .routes(routes!(pictures::transports))
        .routes(routes!(pictures::access))
        .routes(routes!(pictures::devices))
        .routes(routes!(pictures::orders, acts::release))
        .routes(routes!(pictures::alarms))
        .routes(routes!(figures::figures))
        .routes(routes!(acts::alarm))
        .routes(routes!(acts::mode))
        .routes(routes!(acts::command))
        .routes(routes!(feed::feed))
        .routes(routes!(past::history))
        .routes(routes!(past::view))
        .routes(routes!(past::feed))
        .routes(routes!(past::lines))
        .routes(routes!(past::orders))
        .routes(routes!(lots::lots))
        .routes(routes!(lots::lot))
        .routes(routes!(forecast::forecast, forecast::anew))
        .routes(routes!(forecast::view))
        .routes(routes!(forecast::feed))
        .routes(routes!(forecast::price))
        .routes(routes!(promises::list, promises::ask))
        .routes(routes!(promises::act))
        .routes(routes!(racks::racks))
        .routes(routes!(racks::slots))
        .routes(routes!(model::folder))
        .routes(routes!(model::text))
        .routes(routes!(model::check))
        .routes(routes!(model::simulate, model::simulation, model::cancel))
        .routes(routes!(model::save))
        .routes(routes!(audit::audit))
        .routes(routes!(session::set_up, session::set_up_wanted))
        .routes(routes!(session::login, session::who, session::logout))
        .routes(routes!(session::password))
        .routes(routes!(users::users, users::create))
        .routes(routes!(users::alter))
        .routes(routes!(tokens::tokens, tokens::issue))
        .routes(routes!(tokens::revoke));
    let (router, mut api) = router.split_for_parts();
    finish(&mut api);
    let router = router
        .route("/", axum::routing::get(page::page))
        .route("/{file}", axum::routing::get(page::asset))
        .route("/api/openapi.json", axum::routing::get(page::openapi))
        .fallback(async || Fault::of_status(StatusCode::NOT_FOUND));
    (router, api)
}

/// Answers with something that takes a while, away from the threads that answer requests.
async fn away<T: Send + 'static>(
    app: App,
    work: impl FnOnce(&Shared) -> Result<T, Fault> + Send + 'static,
) -> Result<Json<T>, Fault> {
    let done = tokio::task::spawn_blocking(move || work(&app)).await;
    let failed = |_| Err(Fault::of_status(StatusCode::INTERNAL_SERVER_ERROR));
    done.unwrap_or_else(failed).map(Json)
}

/// The OpenAPI 3.1 document.
pub fn openapi() -> OpenApi {
    all().1
}

/// What is the same for all routes: title, rights, errors.
fn finish(api: &mut OpenApi) {
    api.info = InfoBuilder::new()
        .title("Fenhe")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "A running plant: picture, live feed, acts. Never a safety function. 汾河：运行中工厂的接口，不承担任何安全功能。",
        ))
        .build();
    api.servers = None;
    let components = api.components.get_or_insert_default();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("fenhe")));
    let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("session", cookie);
    components.add_security_scheme("token", token);
    for (path, item) in &mut api.paths.paths {
        for method in ["GET", "POST", "PATCH", "DELETE"] {
            if let Some(operation) = operation(item, method) {
                operation.operation_id = Some(named(method, path));
            }
        }
        let rights = RIGHTS.iter().filter(|right| right.path == path);
        for right in rights {
            if let Some(operation) = operation(item, right.method) {
                describe(operation, right.needs);
            }
        }
    }
}

/// A name that no other operation has: clients are made with it.
fn named(method: &str, path: &str) -> String {
    let parts = path.split(|c: char| !c.is_ascii_alphanumeric());
    let parts = parts.filter(|part| !part.is_empty() && *part != "api");
    parts.fold(method.to_ascii_lowercase(), |name, part| name + "_" + part)
}

fn operation<'a>(item: &'a mut PathItem, method: &str) -> Option<&'a mut Operation> {
    match method {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PATCH" => item.patch.as_mut(),
        "DELETE" => item.delete.as_mut(),
        _ => None,
    }
}

fn describe(operation: &mut Operation, needs: Needs) {
    let role = match needs {
        Needs::Nothing => "Anybody.",
        Needs::Scrape => "Anybody, this machine or a viewer, by configuration.",
        Needs::Act => "Role by act; see the table of rights.",
        Needs::Role(role) => match role {
            crate::Role::Viewer => "Role: viewer.",
            crate::Role::Operator => "Role: operator.",
            crate::Role::Supervisor => "Role: supervisor.",
            crate::Role::Engineer => "Role: engineer.",
            crate::Role::Admin => "Role: admin.",
        },
    };
    operation.description = Some(match operation.description.take() {
        Some(text) => format!("{text}\n\n{role}"),
        None => role.to_string(),
    });
    if needs != Needs::Nothing {
        operation.security = Some(vec![
            SecurityRequirement::new("token", [] as [&str; 0]),
            SecurityRequirement::new("session", [] as [&str; 0]),
        ]);
    }
    let error = RefOr::Ref(Ref::from_schema_name(<ApiError as utoipa::ToSchema>::name()));
    let refused = ResponseBuilder::new()
        .description("Refused")
        .content("application/json", Content::new(Some(error)))
        .build();
    operation
        .responses
        .responses
        .insert("default".into(), refused.into());
}
