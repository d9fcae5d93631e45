//! Refusals on their way to the caller: a code, where, and what to do, in the caller's language.

use crate::auth::Denied;
use crate::engine::{Reason, Refusal};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use fenhe_messages::Lang;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A refusal as the caller reads it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ApiError {
    /// Lasting key, such as `act/stale`.
    pub code: String,
    /// One sentence, in the language of `Accept-Language`: `zh-CN` or `en`.
    pub message: String,
    /// What it is about: a field of the request, or an object of the plant.
    pub place: Option<String>,
    /// What to do.
    pub remedy: String,
    /// With `act/stale`: the object's revision now.
    pub current: Option<u64>,
}

/// A refusal inside the server.
#[derive(Clone, Debug)]
pub struct Fault {
    /// HTTP status.
    pub status: StatusCode,
    /// Code, arguments and place.
    pub reason: Reason,
    /// Try again after so many seconds.
    pub retry: Option<u64>,
    /// The object's revision now.
    pub current: Option<u64>,
}

impl Fault {
    /// A refusal with this status and code.
    pub fn new(status: StatusCode, code: &'static str) -> Fault {
        Fault::of(status, Reason::new(code))
    }
    /// A refusal with this status and reason.
    pub fn of(status: StatusCode, reason: Reason) -> Fault {
        Fault {
            status,
            reason,
            retry: None,
            current: None,
        }
    }
    /// About this.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Fault {
        self.reason.place = Some(place.into());
        self
    }
    /// With one more argument.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Fault {
        self.reason = self.reason.arg(name, value);
        self
    }

    /// The refusal for a status that some layer gave without a reason.
    pub(crate) fn of_status(status: StatusCode) -> Fault {
        let code = match status {
            StatusCode::NOT_FOUND => "request/route",
            StatusCode::METHOD_NOT_ALLOWED => "request/method",
            StatusCode::PAYLOAD_TOO_LARGE => "request/too-large",
            StatusCode::REQUEST_TIMEOUT => "request/timeout",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "request/media",
            StatusCode::UPGRADE_REQUIRED => "request/upgrade",
            _ if status.is_server_error() => "server/fault",
            _ => "request/bad",
        };
        Fault::new(status, code)
    }

    /// In a language.
    pub(crate) fn speak(&self, lang: Lang) -> ApiError {
        let args: Vec<(&str, String)> = self.reason.args.clone();
        let said = fenhe_messages::refusal(self.reason.code, &args, lang);
        ApiError {
            code: self.reason.code.into(),
            message: said.what,
            place: self.reason.place.clone(),
            remedy: said.remedy,
            current: self.current,
        }
    }
}

impl IntoResponse for Fault {
    /// An empty response that carries the refusal; the outermost layer gives it words.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        let (status, reason) = match refusal {
            Refusal::Stale { current } => {
                let mut fault = Fault::new(StatusCode::CONFLICT, "act/stale").at("revision");
                fault = fault.arg("current", current);
                fault.current = Some(current);
                return fault;
            }
            Refusal::Unknown(reason) => (StatusCode::NOT_FOUND, reason),
            Refusal::Conflict(reason) => (StatusCode::CONFLICT, reason),
            Refusal::Invalid(reason) => (StatusCode::UNPROCESSABLE_ENTITY, reason),
            Refusal::Unsupported(reason) => (StatusCode::CONFLICT, reason),
            Refusal::Busy(reason) => (StatusCode::SERVICE_UNAVAILABLE, reason),
        };
        Fault::of(status, reason)
    }
}

impl From<Denied> for Fault {
    fn from(denied: Denied) -> Fault {
        let (status, code) = match denied {
            Denied::Nobody => (StatusCode::UNAUTHORIZED, "auth/nobody"),
            Denied::Unknown => (StatusCode::UNAUTHORIZED, "auth/unknown"),
            Denied::Expired => (StatusCode::UNAUTHORIZED, "auth/expired"),
            Denied::Revoked => (StatusCode::UNAUTHORIZED, "auth/revoked"),
            Denied::Wrong => (StatusCode::UNAUTHORIZED, "auth/wrong"),
            Denied::Wait(seconds) => {
                let mut fault = Fault::new(StatusCode::TOO_MANY_REQUESTS, "auth/wait");
                fault = fault.arg("seconds", seconds);
                fault.retry = Some(seconds);
                return fault;
            }
            Denied::Exists => (StatusCode::CONFLICT, "user/exists"),
            Denied::Missing => (StatusCode::NOT_FOUND, "user/missing"),
            Denied::BadName => (StatusCode::UNPROCESSABLE_ENTITY, "user/bad-name"),
            Denied::BadPassword => (StatusCode::UNPROCESSABLE_ENTITY, "user/bad-password"),
            Denied::LastAdmin => (StatusCode::CONFLICT, "user/last-admin"),
            Denied::Full => (StatusCode::CONFLICT, "user/full"),
            Denied::Store => (StatusCode::SERVICE_UNAVAILABLE, "user/store"),
        };
        Fault::new(status, code)
    }
}

/// The language of `Accept-Language` (RFC 9110, 12.5.4): the one of ours with the highest weight, the first
/// of equals, English if there is none.
pub fn language(headers: &HeaderMap) -> Lang {
    let accepted = headers.get_all(header::ACCEPT_LANGUAGE);
    let mut best = (0.0, Lang::En);
    for range in accepted.iter().filter_map(|value| value.to_str().ok()) {
        for one in range.split(',').take(32) {
            let (tag, weight) = one.split_once(';').unwrap_or((one, ""));
            let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
            let weight = weight.parse().unwrap_or(0.0_f32);
            if let Some(lang) = Lang::parse(tag.trim())
                && weight > best.0
            {
                best = (weight, lang);
            }
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_with_the_highest_weight_is_spoken() {
        let of = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(value));
            language(&headers)
        };
        assert_eq!(language(&HeaderMap::new()), Lang::En);
        assert_eq!(of("zh-CN,zh;q=0.9,en;q=0.8"), Lang::Zh);
        assert_eq!(of("de, en;q=0.5, zh;q=0.4"), Lang::En);
        assert_eq!(of("en;q=0.2, zh;q=0.4"), Lang::Zh);
        assert_eq!(of("zh;q=0"), Lang::En);
        assert_eq!(of(";;;,,q=1;zh;"), Lang::En);
    }
}
