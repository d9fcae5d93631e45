//! Bodies and queries whose faults are told in the words of the API.

use crate::app::{App, Trail};
use crate::error::Fault;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;

/// A JSON body.
pub(crate) struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Fault;
    async fn from_request(request: Request, app: &App) -> Result<Body<T>, Fault> {
        read(request, app.config.body).await.map(Body)
    }
}

/// A JSON body with whole files in it.
pub(crate) struct Large<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Large<T> {
    type Rejection = Fault;
    async fn from_request(request: Request, app: &App) -> Result<Large<T>, Fault> {
        read(request, app.config.draft).await.map(Large)
    }
}

async fn read<T: DeserializeOwned>(request: Request, most: usize) -> Result<T, Fault> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    // Also keeps forms of other sites out: they cannot send this type.
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Fault::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE).at("content-type"));
    }
    let bytes = axum::body::to_bytes(request.into_body(), most).await;
    let bytes = bytes.map_err(|_| Fault::of_status(StatusCode::PAYLOAD_TOO_LARGE))?;
    parse(&bytes)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = error.path().to_string();
        (place, error.into_inner().to_string())
    });
    let parsed = parsed.and_then(|value| match reader.end() {
        Ok(()) => Ok(value),
        Err(error) => Err((String::from("."), error.to_string())),
    });
    parsed.map_err(|(place, why)| {
        let why: String = why.chars().take(300).collect();
        let place: String = place.chars().take(200).collect();
        Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "request/body")
            .arg("why", why)
            .at(place)
    })
}

/// A query.
pub(crate) struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked<T>, Fault> {
        let query = Query::try_from_uri(&parts.uri);
        query.map(|Query(query)| Asked(query)).map_err(|error| {
            let why: String = error.body_text().chars().take(300).collect();
            Fault::new(StatusCode::BAD_REQUEST, "request/query")
                .arg("why", why)
                .at("query")
        })
    }
}

impl<S: Sync> FromRequestParts<S> for Trail {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Trail, Fault> {
        let trail = parts.extensions.get::<Trail>().cloned();
        trail.ok_or(Fault::of_status(StatusCode::INTERNAL_SERVER_ERROR))
    }
}
