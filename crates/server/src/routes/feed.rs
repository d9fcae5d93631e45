//! The live feed over WebSocket. Each message is a JSON array of numbered items, in order, without gaps and
//! without doubles; whoever falls behind gets a whole picture and goes on from there.

use crate::app::{App, Trail};
use crate::auth::accounts::Known;
use crate::error::Fault;
use crate::extract::Asked;
use crate::feed::{Entry, Feed, Item, Numbered, Read, Resync, json};
use crate::gate::{SUBPROTOCOL, still};
use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, interval, sleep, timeout};
use utoipa::IntoParams;

/// Items in one message.
const BATCH: usize = 256;
/// Items gather for so long before they are sent.
const GATHER: Duration = Duration::from_millis(20);

/// Where to begin.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct From {
    /// First number wanted: one more than the last one seen. Left out: begin with a whole picture.
    from: Option<u64>,
}

/// Everything that happens, as it happens: a WebSocket whose messages are JSON arrays of items. The first
/// item is the one asked for, or a `resync` with a whole picture.
#[utoipa::path(get, path = "/api/v1/feed", tag = "picture", params(From),
    responses((status = 101, description = "Switching to WebSocket; messages are arrays of these", body = [Numbered])))]
pub(crate) async fn feed(
    State(app): State<App>,
    trail: Trail,
    headers: HeaderMap,
    Asked(From { from }): Asked<From>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Fault> {
    let known = trail.notes().known.clone();
    let known = known.ok_or(Fault::of_status(StatusCode::UNAUTHORIZED))?;
    let permit = app.feeds.clone().try_acquire_owned();
    let permit = permit.map_err(|_| Fault::new(StatusCode::TOO_MANY_REQUESTS, "limit/feeds"))?;
    let upgrade = upgrade.protocols([SUBPROTOCOL]);
    let upgrade = upgrade.max_message_size(4 << 10).max_frame_size(4 << 10);
    Ok(upgrade.on_upgrade(async move |socket| {
        let _permit = permit;
        app.metrics.feeds.inc();
        let feed = app.engine.feed();
        let mut reader = Reader {
            app: &app,
            feed: &feed,
            socket,
            next: from.unwrap_or(0),
        };
        reader.follow(from.is_none(), &known, &headers).await;
        app.metrics.feeds.dec();
    }))
}

struct Reader<'a> {
    app: &'a App,
    feed: &'a Arc<Feed>,
    socket: WebSocket,
    /// The next number to be sent.
    next: u64,
}

/// The reader has gone, or takes nothing.
struct Gone;

impl Reader<'_> {
    async fn follow(&mut self, start: bool, known: &Known, headers: &HeaderMap) {
        let mut wake = self.feed.wake();
        let mut tick = interval(self.app.config.recheck);
        tick.reset();
        let mut heard = Instant::now();
        if start && self.resync(Resync::Start).await.is_err() {
            return;
        }
        loop {
            if self.catch_up().await.is_err() {
                return;
            }
            tokio::select! {
                changed = wake.changed() => match changed {
                    Ok(()) => sleep(GATHER).await,
                    Err(_) => return self.close(1001, "the engine has stopped").await,
                },
                message = self.socket.recv() => match message {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => heard = Instant::now(),
                },
                _ = tick.tick() => {
                    if !still(self.app, known, headers) {
                        return self.close(4401, "no longer let in").await;
                    }
                    let silent = heard.elapsed() > 3 * self.app.config.recheck;
                    if silent || self.send(Message::Ping(Default::default())).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// Sends all there is.
    async fn catch_up(&mut self) -> Result<(), Gone> {
        let mut lost = 0;
        loop {
            match self.feed.read(self.next, BATCH) {
                Read::Items(items) if items.is_empty() => return Ok(()),
                Read::Items(items) => self.items(&items).await?,
                Read::Lost(reason) => {
                    if lost > 0 {
                        // The picture is older than the ring: wait for the next one.
                        sleep(Duration::from_millis(100)).await;
                    }
                    lost += 1;
                    self.resync(reason).await?;
                }
            }
        }
    }

    async fn items(&mut self, items: &[Arc<Entry>]) -> Result<(), Gone> {
        let texts: Vec<&str> = items.iter().map(|entry| entry.text().as_str()).collect();
        let text = format!("[{}]", texts.join(","));
        self.send(Message::Text(text.into())).await?;
        self.app.metrics.sent.inc_by(items.len() as u64);
        self.next += items.len() as u64;
        Ok(())
    }

    async fn resync(&mut self, reason: Resync) -> Result<(), Gone> {
        let view = self.app.engine.view();
        let numbered = Numbered {
            seq: view.seq,
            at: view.time,
            item: Item::Resync { reason, view },
        };
        self.next = numbered.seq + 1;
        self.app.metrics.resyncs.inc();
        let text = format!("[{}]", json(&numbered).as_str());
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(self.app.config.stuck, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }

    async fn close(&mut self, code: u16, reason: &'static str) {
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        let _ = self.send(Message::Close(Some(frame))).await;
    }
}
