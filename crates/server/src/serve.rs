//! Connections: plain or over TLS, with a bound on everything a stranger can ask for.

use crate::Config;
use crate::app::{App, Shared};
use crate::audit::AuditSink;
use crate::auth::Accounts;
use crate::engine::Engine;
use crate::tls::{Tls, common_name};
use crate::{gate, routes};
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// Longest time for a TLS handshake, and for the head of a request.
const HELLO: Duration = Duration::from_secs(10);

/// Who is at the other end of a connection.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Address and port.
    pub address: SocketAddr,
    /// Common name of the certificate shown, which a trusted authority has signed.
    pub certificate: Option<String>,
}

/// The API of an engine.
#[derive(Clone)]
pub struct Server {
    app: App,
    router: Router,
}

impl Server {
    /// Over an engine.
    pub fn new(
        engine: Arc<dyn Engine>,
        accounts: Accounts,
        audit: impl AuditSink,
        config: Config,
    ) -> Server {
        let app: App = Arc::new(Shared::new(engine, accounts, Box::new(audit), config));
        let (router, _) = routes::all();
        let config = &app.config;
        let slow = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, config.timeout);
        // From the inside out: the last layer added is the first to see a request.
        let router = router
            .layer(from_fn_with_state(app.clone(), gate::gate))
            .layer(RequestBodyLimitLayer::new(config.body.max(config.draft)))
            .layer(GlobalConcurrencyLimitLayer::new(config.requests))
            .layer(slow)
            .layer(from_fn_with_state(app.clone(), gate::outer))
            .with_state(app.clone());
        Server { app, router }
    }

    /// The accounts, for the command line.
    pub fn accounts(&self) -> &Accounts {
        &self.app.accounts
    }

    /// Writes into the audit what was refused elsewhere to somebody who showed a certificate, or none: a
    /// client of the broker. Blocks until it is written; a stranger who comes too often is only counted.
    pub fn refused(
        &self,
        who: Option<String>,
        address: IpAddr,
        (what, object): (&str, &str),
        why: &str,
    ) {
        self.app.elsewhere(who, address, (what, object), why);
    }

    /// The routes, to be called without a connection: what a fuzzer does. Requests carry a [`Peer`] as
    /// extension.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Serves until `stop` is true or its sender is gone; then open requests are finished and feeds closed.
    /// Without TLS it listens on loopback only, unless `plain` says otherwise.
    ///
    /// # Errors
    /// The address is not loopback and there is neither TLS nor `plain`.
    pub async fn serve(
        &self,
        listener: TcpListener,
        tls: Option<Tls>,
        plain: bool,
        mut stop: watch::Receiver<bool>,
    ) -> io::Result<()> {
        let address = listener.local_addr()?;
        if tls.is_none() && !plain && !address.ip().is_loopback() {
            let why = "without TLS only on loopback";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        self.app.tls.store(tls.is_some(), Ordering::Relaxed);
        let permits = Arc::new(Semaphore::new(self.app.config.connections));
        loop {
            let accepted = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                accepted = accept(&listener, &permits) => accepted,
            };
            let Some((stream, address, permit)) = accepted else {
                continue;
            };
            let (server, tls, stop) = (self.clone(), tls.clone(), stop.clone());
            tokio::spawn(async move {
                let _permit = permit;
                server.connection(stream, address, tls, stop).await;
            });
        }
        // Open requests have as long as one may take.
        let most = self.app.config.connections as u32;
        let done = permits.acquire_many(most);
        let _ = tokio::time::timeout(self.app.config.timeout, done).await;
        Ok(())
    }

    async fn connection(
        &self,
        stream: TcpStream,
        address: SocketAddr,
        tls: Option<Tls>,
        stop: watch::Receiver<bool>,
    ) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = tls else {
            let peer = Peer {
                address,
                certificate: None,
            };
            return self.http(stream, peer, stop).await;
        };
        match tokio::time::timeout(HELLO, tls.acceptor().accept(stream)).await {
            Ok(Ok(stream)) => {
                let shown = stream.get_ref().1.peer_certificates();
                let first = shown.and_then(<[_]>::first);
                let certificate = first.and_then(|shown| common_name(shown));
                let peer = Peer {
                    address,
                    certificate,
                };
                self.http(stream, peer, stop).await;
            }
            Ok(Err(error)) => self.no_handshake(address, &error.to_string()),
            Err(_) => self.no_handshake(address, "too slow"),
        }
    }

    /// Wrong certificates end here: that is a refusal like any other.
    fn no_handshake(&self, address: SocketAddr, why: &str) {
        tracing::info!(%address, why, "TLS handshake failed");
        let trail = crate::app::Trail::new(address.ip(), "TLS handshake".into());
        trail.notes().object = Some(why.chars().take(200).collect());
        self.app.metrics.refusal("auth/handshake");
        let app = self.app.clone();
        let none = (serde_json::Value::Null, serde_json::Value::Null);
        tokio::task::spawn_blocking(move || app.record(&trail, none, Some("auth/handshake")));
    }

    async fn http<S>(&self, stream: S, peer: Peer, mut stop: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = self.router.clone();
        let service =
            router.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(peer.clone());
                let request: Request = request.map(axum::body::Body::new);
                request
            });
        let mut http = hyper::server::conn::http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(HELLO)
            .max_buf_size(64 << 10);
        let service = TowerToHyperService::new(service);
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection.with_upgrades());
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}

/// The next connection, once there may be one more. An error of one of them (or too many open files) is not
/// the end of the server.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let permit = permits.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => Some((stream, address, permit)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
        }
    }
}
