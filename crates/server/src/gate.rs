//! The two layers every request goes through: the outer one gives answers their words, headers, audit and
//! count; the gate lets in who may.

use crate::app::{App, Scrape, Trail};
use crate::auth::Denied;
use crate::auth::accounts::Known;
use crate::auth::secret;
use crate::error::{Fault, language};
use crate::role::{Needs, RIGHTS, needs};
use crate::serve::Peer;
use crate::{Proof, Role};
use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::Ordering;

/// The header that shows that a request comes from the page of the session.
pub const CSRF: &str = "x-csrf-token";

/// What the feed's WebSocket speaks; the only subprotocol ever answered with.
pub(crate) const SUBPROTOCOL: &str = "fenhe";

/// The cookie's name. `__Host-` makes browsers refuse it from anywhere but this host over TLS.
pub(crate) fn cookie_name(tls: bool) -> &'static str {
    if tls { "__Host-fenhe" } else { "fenhe" }
}

/// The outer layer.
pub(crate) async fn outer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let lang = language(request.headers());
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>();
    let route = path.map_or("-", MatchedPath::as_str).to_string();
    let peer = request.extensions().get::<Peer>();
    let address = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.address.ip());
    let trail = Trail::new(address, format!("{} {route}", word(&method)));
    request.extensions_mut().insert(trail.clone());
    let mut response = next.run(request).await;
    let status = response.status();
    app.metrics.request(word(&method), &route, status);
    if status.is_client_error() || status.is_server_error() {
        let fault = response.extensions_mut().remove::<Fault>();
        let fault = fault.unwrap_or_else(|| Fault::of_status(status));
        let guarded = matches!(status.as_u16(), 401 | 403 | 429);
        let taken = trail.notes().taken;
        if !taken && (guarded || (!safe(&method) && route != "-")) {
            let (app, code) = (app.clone(), fault.reason.code);
            // Not on this thread: it waits for the disk. Written even if the caller goes meanwhile.
            let write = move || app.record(&trail, (Value::Null, Value::Null), Some(code));
            let _ = tokio::task::spawn_blocking(write).await;
        }
        app.metrics.refusal(fault.reason.code);
        let retry = response.headers_mut().remove(header::RETRY_AFTER);
        response = (status, Json(fault.speak(lang))).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(lang.tag()),
        );
        if let Some(retry) = retry {
            headers.insert(header::RETRY_AFTER, retry);
        }
        if status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, allowed(&route));
        }
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
    }
    strict(response.headers_mut(), app.tls.load(Ordering::Relaxed));
    response
}

/// Methods told apart in counts; others are one.
fn word(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// The methods of a route (RFC 9110, 15.5.6).
fn allowed(route: &str) -> HeaderValue {
    let rows = RIGHTS.iter().filter(|right| right.path == route);
    let methods: Vec<&str> = rows.map(|right| right.method).collect();
    HeaderValue::from_str(&methods.join(", ")).unwrap_or(HeaderValue::from_static(""))
}

fn safe(method: &Method) -> bool {
    matches!(word(method), "GET" | "HEAD" | "OPTIONS")
}

/// What every answer tells a browser. Routes may say more about caching.
fn strict(headers: &mut HeaderMap, tls: bool) {
    const ALWAYS: &[(&str, &str)] = &[
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=(), usb=()",
        ),
    ];
    for (name, value) in ALWAYS {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::VARY)
        .or_insert(HeaderValue::from_static(
            "accept-language, cookie, authorization",
        ));
    if tls {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}

/// The gate: who calls, and whether they may.
pub(crate) async fn gate(State(app): State<App>, request: Request, next: Next) -> Response {
    match admit(&app, &request) {
        Ok(()) => next.run(request).await,
        Err(fault) => fault.into_response(),
    }
}

fn admit(app: &App, request: &Request) -> Result<(), Fault> {
    let Some(trail) = request.extensions().get::<Trail>() else {
        return Err(Fault::of_status(StatusCode::INTERNAL_SERVER_ERROR));
    };
    let path = request.extensions().get::<MatchedPath>();
    let Some(path) = path.map(MatchedPath::as_str) else {
        return Ok(()); // No such route: the fallback says so.
    };
    // What is not in the table is refused, whatever the router knows.
    let needs = needs(request.method().as_str(), path);
    let needs = needs.ok_or(Fault::of_status(StatusCode::METHOD_NOT_ALLOWED))?;
    let headers = request.headers();
    let socket = path == "/api/v1/feed";
    if !safe(request.method()) || socket {
        origin(app, headers)?;
    }
    let peer = request.extensions().get::<Peer>();
    let certificate = peer.and_then(|peer| peer.certificate.as_deref());
    let least = match needs {
        Needs::Nothing => return Ok(()),
        Needs::Scrape => match app.config.scrape {
            Scrape::Anyone => return Ok(()),
            Scrape::Loopback if trail.address.to_canonical().is_loopback() => return Ok(()),
            Scrape::Loopback | Scrape::Viewer => Role::Viewer,
        },
        Needs::Act => Role::Viewer,
        Needs::Role(role) => role,
    };
    let (known, cookie) = identify(app, headers, certificate)?;
    let (role, csrf) = (known.role, known.csrf.clone());
    {
        let mut notes = trail.notes();
        notes.known = Some(known);
        notes.cookie = cookie;
    }
    if let Some(csrf) = csrf.filter(|_| !safe(request.method())) {
        let sent = headers.get(CSRF).and_then(|value| value.to_str().ok());
        if !sent.is_some_and(|sent| secret::same(sent, &csrf)) {
            return Err(Fault::new(StatusCode::FORBIDDEN, "auth/csrf").at(CSRF));
        }
    }
    at_least(role, least)
}

/// Refuses a smaller role.
pub(crate) fn at_least(has: Role, needs: Role) -> Result<(), Fault> {
    if has >= needs {
        return Ok(());
    }
    Err(Fault::new(StatusCode::FORBIDDEN, "auth/role")
        .arg("needs", needs.word())
        .arg("has", has.word()))
}

/// Who calls: by token if there is one, else by cookie, else by certificate. What is shown must be good:
/// a bad token is not made up for by a good cookie.
pub(crate) fn identify(
    app: &App,
    headers: &HeaderMap,
    certificate: Option<&str>,
) -> Result<(Known, Option<String>), Fault> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let value = value.to_str().unwrap_or_default();
        let token = value.split_once(' ');
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let (_, token) = token.ok_or(Fault::from(Denied::Unknown).at("authorization"))?;
        let known = app.accounts.by_token(token.trim());
        return Ok((
            known.map_err(|denied| Fault::from(denied).at("authorization"))?,
            None,
        ));
    }
    if let Some(token) = socket_token(headers) {
        let known = app.accounts.by_token(token);
        let known = known.map_err(|denied| Fault::from(denied).at("sec-websocket-protocol"))?;
        return Ok((known, None));
    }
    let name = cookie_name(app.tls.load(Ordering::Relaxed));
    if let Some(cookie) = cookie(headers, name) {
        let known = app.accounts.by_cookie(&cookie);
        let known = known.map_err(|denied| Fault::from(denied).at("cookie"))?;
        return Ok((known, Some(cookie)));
    }
    if let Some(name) = certificate {
        let known = app.accounts.by_certificate(name);
        let known = known.map_err(|denied| Fault::from(denied).at("certificate"))?;
        return Ok((known, None));
    }
    Err(Denied::Nobody.into())
}

/// The token of a page that looks on without a session: a browser can send no header with a WebSocket but
/// the subprotocols it offers, `fenhe, TOKEN`.
fn socket_token(headers: &HeaderMap) -> Option<&str> {
    let offered = headers.get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    let (name, token) = offered.split_once(',')?;
    (name.trim() == SUBPROTOCOL).then_some(token.trim())
}

/// Whether somebody who was let in still would be.
pub(crate) fn still(app: &App, known: &Known, headers: &HeaderMap) -> bool {
    let certificate = (known.by == Proof::Certificate).then_some(known.name.as_str());
    identify(app, headers, certificate).is_ok_and(|(now, _)| now.role >= Role::Viewer)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(header::COOKIE).iter();
    let mut pairs = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    pairs.find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then(|| value.to_string())
    })
}

/// A page of another site may not ask for anything, whatever cookie its browser sends along.
fn origin(app: &App, headers: &HeaderMap) -> Result<(), Fault> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or("null");
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let scheme = if app.tls.load(Ordering::Relaxed) {
        "https"
    } else {
        "http"
    };
    let own = host.is_some_and(|host| origin == format!("{scheme}://{host}"));
    if own || app.config.origins.iter().any(|allowed| allowed == origin) {
        return Ok(());
    }
    Err(Fault::new(StatusCode::FORBIDDEN, "auth/origin").at("origin"))
}
