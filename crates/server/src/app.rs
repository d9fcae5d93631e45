//! What all routes share, and how something is done so that the audit knows.

use crate::audit::{AuditEntry, AuditSink, Flood};
use crate::auth::Accounts;
use crate::auth::accounts::Known;
use crate::clock::{Clock, rfc3339};
use crate::error::Fault;
use crate::metrics::Metrics;
use crate::routes::plant::Model;
use crate::{Actor, Engine, Proof};
use axum::http::StatusCode;
use serde_json::Value;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Who may read `/metrics`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scrape {
    /// Everybody: for a network where only the scraper gets through.
    Anyone,
    /// Whoever calls from this machine, and viewers.
    #[default]
    Loopback,
    /// Viewers.
    Viewer,
}

/// How the server behaves. The default is right for a plant; tests make it narrower.
#[derive(Clone, Debug)]
pub struct Config {
    /// Who may read `/metrics`.
    pub scrape: Scrape,
    /// Sites other than this server whose pages may call it, as in the header `Origin`.
    pub origins: Vec<String>,
    /// Largest body [bytes].
    pub body: usize,
    /// The same for a body with files of a plant folder in it [bytes].
    pub draft: usize,
    /// Longest time for a request; the feed excepted.
    pub timeout: Duration,
    /// Requests at once.
    pub requests: usize,
    /// Acts and changes of accounts at once.
    pub acts: usize,
    /// Readers of the feed at once.
    pub feeds: usize,
    /// Connections at once.
    pub connections: usize,
    /// How often a reader's right is looked at again, and a ping sent.
    pub recheck: Duration,
    /// A reader that takes nothing for so long is let go.
    pub stuck: Duration,
    /// Tells the time to accounts and audit.
    pub clock: Clock,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            scrape: Scrape::default(),
            origins: Vec::new(),
            body: 64 << 10,
            draft: 8 << 20,
            timeout: Duration::from_secs(30),
            requests: 256,
            acts: 16,
            feeds: 64,
            connections: 1_024,
            recheck: Duration::from_secs(10),
            stuck: Duration::from_secs(20),
            clock: Clock::system(),
        }
    }
}

/// What all routes share.
pub(crate) struct Shared {
    pub engine: Arc<dyn Engine>,
    pub accounts: Accounts,
    pub audit: Box<dyn AuditSink>,
    pub config: Config,
    pub metrics: Metrics,
    pub acts: Arc<Semaphore>,
    pub feeds: Arc<Semaphore>,
    /// The model as it is sent, once somebody has asked for it.
    pub model: OnceLock<Model>,
    /// Cookies are `Secure`, and answers say that this host speaks TLS.
    pub tls: AtomicBool,
    flood: Flood,
    audit_broken: AtomicBool,
    pub audit_lines: AtomicU64,
}

pub(crate) type App = Arc<Shared>;

/// What is known of a request while it goes through the layers.
#[derive(Clone, Debug)]
pub(crate) struct Trail {
    pub address: IpAddr,
    notes: Arc<Mutex<Notes>>,
}

/// See [`Trail`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub known: Option<Known>,
    pub cookie: Option<String>,
    pub what: String,
    pub object: Option<String>,
    /// What comes of it is written elsewhere.
    pub taken: bool,
}

impl Trail {
    pub fn new(address: IpAddr, what: String) -> Trail {
        let notes = Notes {
            what,
            ..Notes::default()
        };
        Trail {
            address,
            notes: Arc::new(Mutex::new(notes)),
        }
    }
    pub fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(|held| held.into_inner())
    }
    /// Who acts; whoever gets behind the gate of a route that asks for a role is known.
    pub fn actor(&self) -> Result<Actor, Fault> {
        let known = self.notes().known.clone();
        let known = known.ok_or(Fault::new(StatusCode::UNAUTHORIZED, "auth/nobody"))?;
        Ok(Actor {
            name: known.name,
            role: known.role,
            by: known.by,
            address: self.address,
        })
    }
}

/// Something that was done: before, after, and what the caller is told.
pub(crate) struct Effect<T> {
    pub from: Value,
    pub to: Value,
    pub answer: T,
}

impl Shared {
    pub fn new(
        engine: Arc<dyn Engine>,
        accounts: Accounts,
        audit: Box<dyn AuditSink>,
        config: Config,
    ) -> Shared {
        Shared {
            engine,
            accounts,
            audit,
            metrics: Metrics::new(),
            acts: Arc::new(Semaphore::new(config.acts)),
            feeds: Arc::new(Semaphore::new(config.feeds)),
            model: OnceLock::new(),
            config,
            tls: AtomicBool::new(false),
            flood: Flood::default(),
            audit_broken: AtomicBool::new(false),
            audit_lines: AtomicU64::new(0),
        }
    }

    /// Whether the last line of the audit could be written.
    pub fn audit_good(&self) -> bool {
        !self.audit_broken.load(Ordering::Relaxed)
    }

    /// Writes what came of a request.
    pub fn record(&self, trail: &Trail, change: (Value, Value), refused: Option<&str>) {
        let notes = trail.notes().clone();
        let now = self.config.clock.now();
        let mut unwritten = 0;
        if notes.known.is_none() && refused.is_some() {
            match self.flood.admit(trail.address, now) {
                Some(before) => unwritten = before,
                None => return,
            }
        }
        let known = notes.known.as_ref();
        self.write(AuditEntry {
            seq: 0,
            at: rfc3339(now),
            who: known.map(|known| known.name.clone()),
            role: known.map(|known| known.role),
            by: known.map(|known| known.by),
            address: trail.address.to_string(),
            what: notes.what,
            object: notes.object,
            from: change.0,
            to: change.1,
            refused: refused.map(String::from),
            unwritten,
        });
    }

    /// Writes what somebody was refused elsewhere.
    pub fn elsewhere(
        &self,
        who: Option<String>,
        address: IpAddr,
        (what, object): (&str, &str),
        why: &str,
    ) {
        let now = self.config.clock.now();
        let Some(unwritten) = self.flood.admit(address, now) else {
            return;
        };
        self.write(AuditEntry {
            seq: 0,
            at: rfc3339(now),
            by: who.is_some().then_some(Proof::Certificate),
            who,
            role: None,
            address: address.to_string(),
            what: what.into(),
            object: Some(object.into()),
            from: Value::Null,
            to: Value::Null,
            refused: Some(why.into()),
            unwritten,
        });
    }

    fn write(&self, entry: AuditEntry) {
        tracing::info!(target: "audit", who = entry.who, address = entry.address, what = entry.what,
            object = entry.object, refused = entry.refused, "audit");
        let written = self.audit.write(entry);
        if let Err(error) = &written {
            tracing::error!(%error, "the audit cannot be written");
        }
        self.audit_broken.store(written.is_err(), Ordering::Relaxed);
        self.audit_lines.fetch_add(1, Ordering::Relaxed);
    }
}

/// Does something that changes something, away from the threads that answer requests, and writes what
/// came of it even if the caller has gone meanwhile.
pub(crate) async fn perform<T: Send + 'static>(
    app: &App,
    trail: &Trail,
    what: (String, String),
    act: impl FnOnce(&Shared) -> Result<Effect<T>, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let permit = app.acts.clone().try_acquire_owned();
    let permit = permit.map_err(|_| {
        let mut fault = Fault::new(StatusCode::TOO_MANY_REQUESTS, "limit/busy");
        fault.retry = Some(1);
        fault
    })?;
    {
        let mut notes = trail.notes();
        (notes.what, notes.object) = (what.0, Some(what.1));
        notes.taken = true;
    }
    let (app, trail) = (app.clone(), trail.clone());
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        audited(&app, &trail, act)
    });
    done.await
        .unwrap_or_else(|_| Err(Fault::of_status(StatusCode::INTERNAL_SERVER_ERROR)))
}

fn audited<T>(
    app: &Shared,
    trail: &Trail,
    act: impl FnOnce(&Shared) -> Result<Effect<T>, Fault>,
) -> Result<T, Fault> {
    if !app.audit_good() {
        // Written all the same: that shows whether it works again for the next one.
        app.record(trail, (Value::Null, Value::Null), Some("audit/unavailable"));
        let fault = Fault::new(StatusCode::SERVICE_UNAVAILABLE, "audit/unavailable");
        return Err(fault);
    }
    match act(app) {
        Ok(effect) => {
            app.record(trail, (effect.from, effect.to), None);
            Ok(effect.answer)
        }
        Err(fault) => {
            let none = (Value::Null, Value::Null);
            app.record(trail, none, Some(fault.reason.code));
            Err(fault)
        }
    }
}
