//! Requests at random, without a connection: whatever comes, no panic, no 5xx, no growth.

use crate::client::{Hand, PASSWORD, accounts};
use crate::engine::{Running, plant};
use axum::body::{Body, to_bytes};
use axum::http::{Request, Uri};
use fenhe_contract::{Purpose, Seed, Stream};
use fenhe_server::{Config, MemoryAudit, Peer, RIGHTS, Server};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Texts that break things.
const WORDS: &[&str] = &[
    "",
    " ",
    "x",
    "cell",
    "u-admin",
    "u-viewer",
    "t-admin",
    "none",
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "NaN",
    "18446744073709551615",
    "18446744073709551616",
    "../../etc/passwd",
    "%00",
    "%ff",
    "%2e%2e",
    "a\u{0}b",
    "汾河",
    "\u{202e}",
    "'; DROP TABLE users; --",
    "<script>",
    "{}",
    "[[[[",
    "\"",
    "\\",
    "2026-12-31T16:00:00+08:00",
    "9999-12-31T23:59:59Z",
    "real",
    "shadow",
    "off",
    "admin",
    "hold_vehicle",
    "set_mode",
    "release_order",
    "acknowledge_alarm",
    "shelve_alarm",
    "pause",
    "go_on",
    "confirm_load",
    "acknowledge",
    "shelve",
    "origin",
    "request_access",
    "a long enough one",
    "fht_00",
    "Bearer",
    "Basic eDp5",
];
/// Fields of all bodies.
const FIELDS: &[&str] = &[
    "revision",
    "act",
    "do",
    "vehicle",
    "station",
    "device",
    "order",
    "reference",
    "product",
    "quantity",
    "due",
    "reason",
    "alarm",
    "seconds",
    "mode",
    "transport",
    "at",
    "zone",
    "name",
    "password",
    "token",
    "role",
    "days",
    "disabled",
    "old",
    "new",
];

struct Luck {
    stream: Stream,
    vehicles: Vec<String>,
}

impl Luck {
    fn below(&mut self, n: usize) -> usize {
        self.stream.below(n as u32) as usize
    }
    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
    fn text(&mut self) -> String {
        match self.below(8) {
            0 => "x".repeat(self.below(2_000)),
            1 => {
                let bits = self.stream.bits();
                format!("{bits:x}")
            }
            2 => {
                let at = self.below(self.vehicles.len());
                self.vehicles[at].clone()
            }
            _ => (*self.one(WORDS)).to_string(),
        }
    }
    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth > 3 { 6 } else { 8 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.stream.bits() as i64),
            3 => json!(self.below(5)),
            4 | 5 => json!(self.text()),
            6 => (0..self.below(4)).map(|_| self.value(depth + 1)).collect(),
            _ => self.object(depth + 1),
        }
    }
    fn object(&mut self, depth: usize) -> Value {
        let mut map = serde_json::Map::new();
        for _ in 0..self.below(7) {
            let field = (*self.one(FIELDS)).to_string();
            map.insert(field, self.value(depth));
        }
        Value::Object(map)
    }
    /// Something that a route would take, with one field spoiled now and then.
    fn nearly(&mut self) -> Value {
        let name = self.text();
        let vehicle = self.one(&self.vehicles.clone()).clone();
        let small = self.below(4);
        let mut body = match self.below(12) {
            0 => json!({"name": name, "password": PASSWORD}),
            1 => json!({"name": name, "role": "viewer", "password": PASSWORD}),
            2 => json!({"name": name, "role": "operator", "days": small}),
            3 => {
                json!({"reference": name, "product": "cell", "quantity": small, "due": "2026-12-31T16:00:00+08:00"})
            }
            4 => {
                json!({"act": "hold_vehicle", "vehicle": vehicle, "reason": name, "revision": small})
            }
            5 => json!({"act": "resume_vehicle", "vehicle": vehicle, "revision": small}),
            6 => json!({"act": "set_mode", "device": vehicle, "mode": "shadow", "revision": small}),
            7 => json!({"revision": small, "mode": "real"}),
            8 => json!({"revision": small, "do": "shelve", "seconds": 60, "why": "trial"}),
            9 => json!({"old": PASSWORD, "new": name}),
            10 => json!({"role": "viewer", "disabled": small == 0}),
            _ => json!({"token": name, "name": "first", "password": PASSWORD}),
        };
        if self.below(3) == 0 {
            let field = (*self.one(FIELDS)).to_string();
            body[field] = self.value(0);
        }
        body
    }
    fn body(&mut self) -> Vec<u8> {
        match self.below(8) {
            0 => Vec::new(),
            1 => (0..self.below(200))
                .map(|_| self.stream.bits() as u8)
                .collect(),
            2 => b"[".repeat(self.below(5_000)),
            3 => self.value(0).to_string().into_bytes(),
            4 => {
                let mut bytes = self.nearly().to_string().into_bytes();
                let at = self.below(bytes.len());
                bytes[at] = self.stream.bits() as u8;
                bytes
            }
            5 if self.below(20) == 0 => vec![b' '; 70_000],
            _ => self.nearly().to_string().into_bytes(),
        }
    }
    fn path(&mut self) -> String {
        let mut path = self.one(RIGHTS).path.to_string();
        for gap in ["{name}", "{alarm}", "{id}"] {
            let fill: String = self.text().chars().take(300).collect();
            path = path.replace(gap, &escaped(&fill));
        }
        match self.below(12) {
            0 => path.push_str(&escaped(&self.text())),
            1 => path.insert_str(0, "//"),
            2 => path = format!("/{}", escaped(&self.text())),
            3 | 4 => {
                let (key, value) = (*self.one(&["from", "after", "limit", "x", ""]), self.text());
                path = format!("{path}?{key}={}", escaped(&value));
            }
            _ => {}
        }
        path
    }
    fn request(&mut self, tokens: &[String]) -> Option<Request<Body>> {
        const METHODS: &[&str] = &[
            "GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "BREW",
        ];
        let uri: Uri = self.path().parse().ok()?;
        // Half of them with the method the route knows, or few would get anywhere.
        let known = RIGHTS.iter().filter(|right| right.path == uri.path());
        let known: Vec<&str> = known.map(|right| right.method).collect();
        let method = if known.is_empty() || self.below(4) == 0 {
            *self.one(METHODS)
        } else {
            *self.one(&known)
        };
        let mut request = Request::builder().method(method).uri(uri);
        if self.below(4) > 0 {
            request = request.header("content-type", "application/json");
        }
        if self.below(6) > 0 {
            let token = self.one(tokens).clone();
            request = request.header("authorization", format!("Bearer {token}"));
        }
        const HEADERS: &[&str] = &[
            "authorization",
            "cookie",
            "origin",
            "host",
            "accept-language",
            "x-csrf-token",
            "content-type",
            "if-none-match",
            "upgrade",
            "connection",
            "sec-websocket-key",
            "sec-websocket-version",
            "content-length",
            "accept",
        ];
        for _ in 0..self.below(4) {
            let (name, value) = (*self.one(HEADERS), self.text());
            // What is no header cannot be sent.
            if axum::http::HeaderValue::from_str(&value).is_ok() {
                request = request.header(name, value);
            }
        }
        request.body(Body::from(self.body())).ok()
    }
}

fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'%' | b'/' => {
            (byte as char).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// Resident memory [KiB], where the system tells it.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

async fn fuzz(count: u64, seed: u64) {
    let running = Running::start(1, 1_000);
    running.halt();
    let hand = Hand::default();
    let (accounts, tokens) = accounts(hand.clock());
    let config = Config {
        clock: hand.clock(),
        ..Config::default()
    };
    let server = Server::new(running, accounts, MemoryAudit::new(5_000), config);
    let mut luck = Luck {
        stream: Seed(seed).stream("api-fuzz", Purpose::Fault),
        vehicles: plant()
            .vehicles
            .iter()
            .map(|row| row.name.clone())
            .collect(),
    };
    let mut after_start = None;
    let mut answers = std::collections::BTreeMap::<u16, u64>::new();
    for i in 0..count {
        if i == count / 5 {
            after_start = resident();
        }
        let Some(mut request) = luck.request(&tokens) else {
            continue;
        };
        let [a, b, c, ..] = luck.stream.bits().to_le_bytes();
        let address = ([10, a % 4, b, c], 1).into();
        request.extensions_mut().insert(Peer {
            address,
            certificate: (a < 10).then(|| luck.text()),
        });
        let line = format!(
            "seed {seed} request {i}: {} {}",
            request.method(),
            request.uri()
        );
        let (head, body) = server
            .router()
            .oneshot(request)
            .await
            .expect("answers")
            .into_parts();
        *answers.entry(head.status.as_u16()).or_default() += 1;
        assert!(head.status.as_u16() < 500, "{line}: {}", head.status);
        assert!(
            head.headers.contains_key("content-security-policy"),
            "{line}"
        );
        let bytes = to_bytes(body, 10 << 20).await.expect("bounded");
        if head.status.as_u16() >= 400 && !line.contains(": HEAD ") {
            let fault: Value = serde_json::from_slice(&bytes).expect(&line);
            for field in ["code", "message", "remedy"] {
                assert!(
                    fault[field].as_str().is_some_and(|text| !text.is_empty()),
                    "{line}: {fault}"
                );
            }
        }
        if i % 64 == 0 {
            hand.forward(1);
        }
    }
    println!("{count} requests with seed {seed}: {answers:?}");
    // It gets somewhere: acts are done, bodies refused, strangers kept out.
    for status in [200, 204, 400, 401, 403, 404, 405, 409, 413, 415, 422] {
        assert!(
            answers.contains_key(&status),
            "none answered {status}: {answers:?}"
        );
    }
    if let (Some(before), Some(after)) = (after_start, resident()) {
        println!("resident {before} KiB after a fifth, {after} KiB at the end");
        assert!(
            after < before + (64 << 10),
            "grew from {before} to {after} KiB"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_random_requests_do_no_harm() {
    fuzz(20_000, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: cargo x trial api-fuzz"]
async fn a_million_random_requests_do_no_harm() {
    let full = std::env::var("FENHE_TRIAL").is_ok_and(|size| size == "full");
    fuzz(if full { 1_000_000 } else { 40_000 }, 2).await;
}
