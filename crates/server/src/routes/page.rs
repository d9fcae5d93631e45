//! The control centre at `/`: the files of `web/dist`, which are in the program. And the API's own description.

use crate::error::Fault;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::OnceLock;

/// A file of the control centre.
struct Asset {
    /// Its name, without a slash before it.
    path: &'static str,
    /// Hash of its bytes, as the `ETag` is written.
    tag: &'static str,
    plain: &'static [u8],
    /// By gzip.
    packed: &'static [u8],
}

/// Ascending by path.
static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}

/// The page.
pub(crate) async fn page(headers: HeaderMap) -> Response {
    file("index.html", &headers)
}

/// A file beside the page.
pub(crate) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    file(&name, &headers)
}

fn file(path: &str, headers: &HeaderMap) -> Response {
    let Ok(found) = ASSETS.binary_search_by(|asset| asset.path.cmp(path)) else {
        return Fault::of_status(StatusCode::NOT_FOUND).into_response();
    };
    let asset = &ASSETS[found];
    let head = Head {
        tag: asset.tag,
        kind: kind(asset.path),
        // Names stay the same from version to version: the tag says whether the bytes have.
        cache: "no-cache",
    };
    let bytes = || [asset.plain, asset.packed].map(Bytes::from_static);
    answer(headers, &head, bytes)
}

/// What is said of bytes that are kept to be sent often.
pub(super) struct Head<'a> {
    /// Says which bytes they are, as the `ETag` is written.
    pub tag: &'a str,
    /// Media type.
    pub kind: &'static str,
    /// `Cache-Control`.
    pub cache: &'static str,
}

/// The answer to a request with these headers: no bytes to who has the same, packed to who unpacks, plain to
/// others. `bytes` gives them plain and by gzip.
pub(super) fn answer(
    asked: &HeaderMap,
    head: &Head<'_>,
    bytes: impl FnOnce() -> [Bytes; 2],
) -> Response {
    let has = |name, what| {
        let value = asked.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.contains(what))
    };
    let mut response = if has(header::IF_NONE_MATCH, head.tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let [plain, packed] = bytes();
        if has(header::ACCEPT_ENCODING, "gzip") && packed.len() < plain.len() {
            ([(header::CONTENT_ENCODING, "gzip")], packed).into_response()
        } else {
            plain.into_response()
        }
    };
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, head.kind);
    set(header::CACHE_CONTROL, head.cache);
    set(header::VARY, "accept-encoding");
    if let Ok(tag) = HeaderValue::from_str(head.tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// The OpenAPI document.
pub(crate) async fn openapi() -> impl IntoResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| super::openapi().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_found_and_has_a_kind() {
        for asset in ASSETS {
            let answer = file(asset.path, &HeaderMap::new());
            assert_eq!(answer.status(), StatusCode::OK, "{}", asset.path);
            assert_ne!(
                kind(asset.path),
                "application/octet-stream",
                "{}",
                asset.path
            );
        }
        assert_eq!(
            file("../Cargo.toml", &HeaderMap::new()).status(),
            StatusCode::NOT_FOUND
        );
    }

    #[test]
    fn what_a_browser_has_is_not_sent_again() {
        let page = file("index.html", &HeaderMap::new());
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, page.headers()[header::ETAG].clone());
        assert_eq!(
            file("index.html", &headers).status(),
            StatusCode::NOT_MODIFIED
        );
        headers.clear();
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("gzip, br"),
        );
        let packed = file("app.js", &headers);
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip");
    }
}
