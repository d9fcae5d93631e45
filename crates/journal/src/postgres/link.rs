//! The connection: made, locked, lost and made again.

use super::STEPS;
use crate::error::Error;
use crate::schema;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::FromSql;
use tokio_postgres::{Client, Config, NoTls, Row};

/// First and longest pause between two tries.
const PAUSE: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));
/// The advisory lock of who writes a journal ("Fenh", writer).
const LOCK: (i32, i32) = (schema::APPLICATION, 1);

type Bad = tokio_postgres::Error;

/// Why a statement gave nothing.
pub(super) enum Failure {
    /// The connection broke; nobody knows whether the statement took place.
    Lost(String),
    /// A number is taken.
    Taken,
    /// It did not take place.
    Other(Error),
}
impl Failure {
    pub(super) fn error(self) -> Error {
        match self {
            Failure::Lost(words) => Error::Unreachable(words),
            Failure::Taken => Error::Io("unique violation".into()),
            Failure::Other(error) => error,
        }
    }
}

/// A connection with the runtime that drives it; nothing of it moves while nobody waits.
pub(super) struct Link {
    runtime: Runtime,
    config: Config,
    client: Option<Client>,
    /// The connection is a new one, and nobody has asked what happened before it.
    fresh: bool,
    pub(super) write: bool,
    pub(super) patience: Duration,
}

impl Link {
    pub(super) fn new(address: &str, write: bool) -> Result<Link, Error> {
        let mut config: Config = address.parse().map_err(|e: Bad| refused(&e))?;
        config.application_name(format!("fenhe {}", std::process::id()));
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        config.keepalives_idle(Duration::from_secs(10));
        config.tcp_user_timeout(Duration::from_secs(20));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|e| Error::Io(e.to_string()))?;
        Ok(Link {
            runtime,
            config,
            client: None,
            fresh: true,
            write,
            patience: Duration::from_secs(10),
        })
    }

    /// Tries within our patience, from now.
    pub(super) fn tries(&self) -> Tries {
        Tries {
            until: Instant::now() + self.patience,
            pause: PAUSE.0,
        }
    }

    /// One try.
    pub(super) fn connect_once(&mut self) -> Result<(), Error> {
        if tokio::runtime::Handle::try_current().is_ok() {
            // It would not be allowed to wait here: give it a thread of its own (`Writer`).
            return Err(Error::Io("called from an async task".into()));
        }
        let config = self.config.clone();
        let write = self.write;
        let connected = self.runtime.block_on(async {
            let (client, connection) = config.connect(NoTls).await.map_err(|e| error(&e))?;
            // Ends with the client; what it would say, the client's next call says.
            tokio::spawn(async move { drop(connection.await) });
            prepare(&client, write).await?;
            Ok::<Client, Error>(client)
        })?;
        self.client = Some(connected);
        self.fresh = true;
        Ok(())
    }

    /// Whether there is a new connection since the last call.
    pub(super) fn is_fresh(&mut self) -> bool {
        std::mem::take(&mut self.fresh)
    }

    /// It was not found out.
    pub(super) fn fresh_again(&mut self) {
        self.fresh = true;
    }

    /// If the connection is gone: tries until it is there.
    pub(super) fn reconnect(&mut self) -> Result<(), Error> {
        if self.client.as_ref().is_some_and(|c| !c.is_closed()) {
            return Ok(());
        }
        self.client = None;
        let mut tries = self.tries();
        loop {
            match self.connect_once() {
                Ok(()) => return Ok(()),
                // Our own session of before may still hold the lock for a while.
                Err(e @ (Error::Unreachable(_) | Error::Busy(_))) => {
                    match tries.again(String::new()) {
                        Ok(()) => {}
                        Err(_) => return Err(e),
                    }
                }
                Err(other) => return Err(other),
            }
        }
    }

    /// Runs something once.
    pub(super) fn try_once<T>(
        &mut self,
        call: impl AsyncFn(&Client) -> Result<T, Bad>,
    ) -> Result<T, Failure> {
        if tokio::runtime::Handle::try_current().is_ok() {
            return Err(Failure::Other(Error::Io(
                "called from an async task".into(),
            )));
        }
        let Some(client) = &self.client else {
            return Err(Failure::Lost("no connection".into()));
        };
        match self.runtime.block_on(call(client)) {
            Ok(value) => Ok(value),
            Err(e) if client.is_closed() || lost(&e) => {
                self.client = None;
                Err(Failure::Lost(e.to_string()))
            }
            Err(e) if e.code() == Some(&SqlState::UNIQUE_VIOLATION) => Err(Failure::Taken),
            Err(e) => Err(Failure::Other(error(&e))),
        }
    }

    /// Runs something that may be run twice, over as many connections as it takes.
    pub(super) fn ask<T>(
        &mut self,
        call: impl AsyncFn(&Client) -> Result<T, Bad>,
    ) -> Result<T, Error> {
        let mut tries = self.tries();
        loop {
            self.reconnect()?;
            match self.try_once(&call) {
                Ok(value) => return Ok(value),
                Err(Failure::Lost(words)) => tries.again(words)?,
                Err(other) => return Err(other.error()),
            }
        }
    }
}

/// Pauses that grow, up to an end.
pub(super) struct Tries {
    until: Instant,
    pause: Duration,
}
impl Tries {
    /// Waits a while.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when there is no time left.
    pub(super) fn again(&mut self, words: String) -> Result<(), Error> {
        if Instant::now() + self.pause > self.until {
            return Err(Error::Unreachable(words));
        }
        std::thread::sleep(self.pause);
        self.pause = (self.pause * 2).min(PAUSE.1);
        Ok(())
    }
}

/// Settings, the lock, then the tables of this version.
async fn prepare(client: &Client, write: bool) -> Result<(), Error> {
    let run = async |sql: &str| client.batch_execute(sql).await.map_err(|e| error(&e));
    run("SET search_path TO fenhe").await?;
    if !write {
        run("SET default_transaction_read_only TO on").await?;
        return match version(client).await? {
            0 => Err(Error::Missing),
            _ => Ok(()),
        };
    }
    let fsync = client.query_one("SHOW fsync", &[]).await;
    let fsync: String = get(&fsync.map_err(|e| error(&e))?, 0)?;
    if fsync != "on" {
        return Err(Error::Refused(format!("fsync = {fsync}")));
    }
    run("SELECT set_config('synchronous_commit', 'on', false)
         WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')")
    .await?;
    lock(client).await?;
    let found = version(client).await?;
    for step in &STEPS[found as usize..] {
        run(&format!("BEGIN; {step}; COMMIT")).await?;
    }
    Ok(())
}

/// Version of the tables; 0 if there are none.
async fn version(client: &Client) -> Result<u32, Error> {
    let one = async |sql: &str| client.query_one(sql, &[]).await.map_err(|e| error(&e));
    let there = one("SELECT to_regclass('fenhe.version') IS NOT NULL").await?;
    if !get::<bool>(&there, 0)? {
        return Ok(0);
    }
    let found: i32 = get(&one("SELECT number FROM version").await?, 0)?;
    match u32::try_from(found) {
        Ok(found) if found <= schema::VERSION => Ok(found),
        Ok(found) => Err(Error::Version {
            found,
            known: schema::VERSION,
        }),
        Err(_) => Err(Error::Foreign),
    }
}

/// Held until this connection ends.
async fn lock(client: &Client) -> Result<(), Error> {
    let (class, object) = LOCK;
    let take = "SELECT pg_try_advisory_lock($1, $2)";
    // A session that just ended lets go of it a moment later.
    for _ in 0..20 {
        let taken = client.query_one(take, &[&class, &object]).await;
        if get(&taken.map_err(|e| error(&e))?, 0)? {
            return Ok(());
        }
        tokio::time::sleep(PAUSE.0).await;
    }
    let who = "SELECT format('process %s on the server, %s, %s', a.pid, a.application_name,
                             coalesce(host(a.client_addr), 'local'))
               FROM pg_locks l JOIN pg_stat_activity a USING (pid)
               WHERE l.locktype = 'advisory' AND l.granted
                 AND l.classid::int8 = $1::int4::int8 AND l.objid::int8 = $2::int4::int8
                 AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    let who = client.query_opt(who, &[&class, &object]).await;
    let who = who.map_err(|e| error(&e))?;
    Err(Error::Busy(match who {
        Some(row) => get(&row, 0)?,
        None => String::new(),
    }))
}

/// A column.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, Error> {
    row.try_get(column).map_err(|e| error(&e))
}

/// The connection broke, or the server is going down or coming up.
fn lost(e: &Bad) -> bool {
    let going = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::TOO_MANY_CONNECTIONS,
    ];
    match e.code() {
        Some(code) => going.contains(code),
        None => {
            e.is_closed() || std::error::Error::source(e).is_some_and(|s| s.is::<std::io::Error>())
        }
    }
}

fn refused(e: &Bad) -> Error {
    Error::Refused(words(e))
}

/// With what lies beneath: "db error" alone says nothing.
fn words(e: &Bad) -> String {
    match std::error::Error::source(e) {
        Some(source) => format!("{e}: {source}"),
        None => e.to_string(),
    }
}

fn error(e: &Bad) -> Error {
    if lost(e) {
        return Error::Unreachable(words(e));
    }
    match e.code() {
        Some(code) if *code == SqlState::DISK_FULL => Error::Full,
        Some(code) if [SqlState::DATA_CORRUPTED, SqlState::INDEX_CORRUPTED].contains(code) => {
            Error::Corrupt { seq: 0 }
        }
        Some(code)
            if [
                SqlState::INVALID_AUTHORIZATION_SPECIFICATION,
                SqlState::INVALID_PASSWORD,
                SqlState::INVALID_CATALOG_NAME,
                SqlState::INSUFFICIENT_PRIVILEGE,
            ]
            .contains(code) =>
        {
            refused(e)
        }
        Some(_) => Error::Io(words(e)),
        // No answer, or none that makes sense, while connecting.
        None if e.to_string().contains("connect") => Error::Unreachable(words(e)),
        None => Error::Io(words(e)),
    }
}
