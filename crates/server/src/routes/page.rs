//! The small page at `/`: vehicles and a sign that the feed lives. And the API's own description.

use axum::http::header;
use axum::response::IntoResponse;
use std::sync::OnceLock;

/// The page.
pub(crate) async fn page() -> impl IntoResponse {
    let kind = "text/html; charset=utf-8";
    (
        [(header::CONTENT_TYPE, kind)],
        include_str!("../page/page.html"),
    )
}

/// Its style.
pub(crate) async fn style() -> impl IntoResponse {
    let kind = "text/css; charset=utf-8";
    (
        [(header::CONTENT_TYPE, kind)],
        include_str!("../page/page.css"),
    )
}

/// Its script.
pub(crate) async fn script() -> impl IntoResponse {
    let kind = "text/javascript; charset=utf-8";
    (
        [(header::CONTENT_TYPE, kind)],
        include_str!("../page/page.js"),
    )
}

/// The OpenAPI document.
pub(crate) async fn openapi() -> impl IntoResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| super::openapi().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], text.as_str())
}
