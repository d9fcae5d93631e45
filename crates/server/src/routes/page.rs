//! The control centre at `/`: the files of `web/dist`, which are in the program. And the API's own description.

use crate::error::Fault;
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
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let known = text(header::IF_NONE_MATCH).is_some_and(|known| known.contains(asset.tag));
    let packs = text(header::ACCEPT_ENCODING).is_some_and(|list| list.contains("gzip"));
    let smaller = packs && asset.packed.len() < asset.plain.len();
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else if smaller {
        ([(header::CONTENT_ENCODING, "gzip")], asset.packed).into_response()
    } else {
        asset.plain.into_response()
    };
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::CONTENT_TYPE, kind(asset.path));
    set(header::ETAG, asset.tag);
    // Names stay the same from version to version: the tag says whether the bytes have.
    set(header::CACHE_CONTROL, "no-cache");
    set(header::VARY, "accept-encoding");
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
