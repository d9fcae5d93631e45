//! A server on loopback, and a small HTTP client for it.

use crate::engine::Running;
use fenhe_server::auth::{Accounts, Cost, MemoryAccounts, NewToken, NewUser};
use fenhe_server::*;
use flate2::read::GzDecoder;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::io::Read as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The password of every user of the tests.
pub const PASSWORD: &str = "a long enough one";
/// A guess costs nothing.
pub const CHEAP: Cost = Cost {
    memory: 8,
    passes: 1,
};

/// A clock that stands until it is put forward [s].
#[derive(Clone, Default)]
pub struct Hand(Arc<AtomicU64>);
impl Hand {
    pub fn forward(&self, seconds: u64) {
        self.0.fetch_add(seconds * SECOND, Ordering::Relaxed);
    }
    pub fn clock(&self) -> Clock {
        let hand = self.0.clone();
        // 2026-01-01
        Clock::of(move || 1_767_225_600 * SECOND + hand.load(Ordering::Relaxed))
    }
}

/// A server with a user and a token for each role.
pub struct Served {
    pub running: Arc<Running>,
    pub server: Server,
    pub address: SocketAddr,
    pub hand: Hand,
    pub stop: watch::Sender<bool>,
    tokens: Vec<String>,
}

/// Accounts with a user `u-<role>` and a token `t-<role>` for each role.
pub fn accounts(clock: Clock) -> (Accounts, Vec<String>) {
    let accounts = Accounts::open(MemoryAccounts::default(), clock, CHEAP).expect("opened");
    let mut tokens = Vec::new();
    for role in Role::ALL {
        let user = NewUser {
            name: format!("u-{}", role.word()),
            role,
            password: Some(PASSWORD.into()),
        };
        accounts.create(&user, "test").expect("created");
        let token = NewToken {
            name: format!("t-{}", role.word()),
            role,
            days: 1,
        };
        tokens.push(accounts.issue(&token, "test").expect("issued").1);
    }
    (accounts, tokens)
}

impl Served {
    /// On loopback, with this configuration.
    pub async fn with(running: Arc<Running>, tls: Option<Tls>, config: Config) -> Served {
        let hand = Hand::default();
        let clock = hand.clock();
        let (accounts, tokens) = accounts(clock.clone());
        let config = Config { clock, ..config };
        let audit = MemoryAudit::new(10_000);
        let server = Server::new(running.clone(), accounts, audit, config);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("a port");
        let address = listener.local_addr().expect("bound");
        let (stop, stopped) = watch::channel(false);
        let serving = server.clone();
        tokio::spawn(async move { serving.serve(listener, tls, false, stopped).await });
        Served {
            running,
            server,
            address,
            hand,
            stop,
            tokens,
        }
    }

    /// The usual one: a plant sixty times as fast as the clock.
    pub async fn new() -> Served {
        Served::with(Running::start(60, 100_000), None, Config::default()).await
    }

    /// The token of a role.
    pub fn token(&self, role: Role) -> &str {
        let at = Role::ALL.iter().position(|&one| one == role);
        &self.tokens[at.expect("a role")]
    }

    /// One request with the token of a role.
    pub async fn ask(&self, role: Role, method: &str, path: &str, body: Option<Value>) -> Answer {
        let bearer = format!("Bearer {}", self.token(role));
        let headers = [("authorization", bearer.as_str())];
        self.call(method, path, &headers, body).await
    }

    /// One request over a connection of its own.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let stream = TcpStream::connect(self.address).await.expect("connected");
        let request = request(self.address, method, path, headers, body);
        send(TokioIo::new(stream), request).await
    }

    /// The lines of the audit about something.
    pub async fn audit(&self, what: &str) -> Vec<AuditEntry> {
        let path = "/api/v1/audit?limit=1000";
        let lines = self.ask(Role::Admin, "GET", path, None).await;
        assert_eq!(lines.status, 200);
        let lines: Vec<AuditEntry> = serde_json::from_value(lines.json).expect("lines");
        lines.into_iter().filter(|line| line.what == what).collect()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.running.halt();
        let _ = self.stop.send(true);
    }
}

/// A request with an optional JSON body.
pub fn request(
    host: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<Value>,
) -> Request<Full<Bytes>> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", host.to_string());
    if body.is_some() {
        request = request.header("content-type", "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = body.map_or(Bytes::new(), |body| body.to_string().into());
    request.body(Full::new(body)).expect("a request")
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Answer {
    /// The code of a refusal.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

/// One request over this connection.
pub async fn send<S>(stream: S, request: Request<Full<Bytes>>) -> Answer
where
    S: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let hands = hyper::client::conn::http1::handshake(stream).await;
    let (mut sender, connection) = hands.expect("speaks HTTP");
    tokio::spawn(connection);
    let response = sender.send_request(request).await.expect("answered");
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.expect("a body").to_bytes();
    let packed = head.headers.get("content-encoding");
    let text = match packed.map(|how| how.as_bytes()) {
        Some(b"gzip") => {
            let mut text = String::new();
            let read = GzDecoder::new(&*bytes).read_to_string(&mut text);
            read.map(|_| text).expect("packed text")
        }
        _ => String::from_utf8(bytes.to_vec()).expect("text"),
    };
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        json: serde_json::from_str(&text).unwrap_or(Value::Null),
        text,
    }
}
