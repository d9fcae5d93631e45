//! A journal in one SQLite file: write-ahead log, a sync at each commit.

use crate::entry::{Entry, written};
use crate::error::Error;
use crate::schema;
use crate::shared::{
    epoch_sum, expect, later, opened, prune_to, reached, signed, snapshot_sum, state, state_sum,
};
use crate::store::{Epoch, Head, Journal, Opened, Row, Seq, Snapshot, State, rows_after};
use crate::verify::{Report, verify};
use fenhe_contract::Digest;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How a file is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// Sync at each commit. Without it a power cut may lose what was acknowledged: only for journals
    /// that may be lost (rehearsals), and to show that the tests notice.
    pub sync: bool,
    /// Most bytes the file may have; then [`Error::Full`]. `None`: the disk is the limit.
    pub limit: Option<u64>,
}
impl Default for Options {
    fn default() -> Self {
        Options {
            sync: true,
            limit: None,
        }
    }
}

/// A journal in a SQLite file.
pub struct Sqlite {
    base: Connection,
    path: PathBuf,
    /// Held as long as we write; the system lets go of it when the process ends, however it ends.
    lock: Option<Lock>,
}

impl Sqlite {
    /// Opens a file for writing, and makes it if it is not there. `PATH.lock` beside it is locked.
    ///
    /// # Errors
    /// [`Error::Busy`] with the other process's number, [`Error::Version`], [`Error::Foreign`].
    pub fn open(path: impl AsRef<Path>) -> Result<Sqlite, Error> {
        Sqlite::open_with(path, Options::default())
    }

    /// [`Sqlite::open`] with options.
    ///
    /// # Errors
    /// As there.
    pub fn open_with(path: impl AsRef<Path>, options: Options) -> Result<Sqlite, Error> {
        let path = path.as_ref().to_path_buf();
        let lock = locked(&path)?;
        let base = Connection::open(&path).map_err(error)?;
        let mut journal = Sqlite {
            base,
            path,
            lock: Some(lock),
        };
        journal.prepare(options)?;
        Ok(journal)
    }

    /// Opens a file for reading; somebody else may be writing it.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Foreign`], [`Error::Version`].
    pub fn look(path: impl AsRef<Path>) -> Result<Sqlite, Error> {
        let path = path.as_ref().to_path_buf();
        if !path.is_file() {
            return Err(Error::Missing);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let base = Connection::open_with_flags(&path, flags).map_err(error)?;
        base.busy_timeout(Duration::from_secs(5)).map_err(error)?;
        match version(&base)? {
            0 => Err(Error::Foreign),
            found if found > schema::VERSION => Err(Error::Version {
                found,
                known: schema::VERSION,
            }),
            _ => Ok(Sqlite {
                base,
                path,
                lock: None,
            }),
        }
    }

    /// Settings, then the tables of this version.
    fn prepare(&mut self, options: Options) -> Result<(), Error> {
        let base = &self.base;
        base.busy_timeout(Duration::from_secs(5)).map_err(error)?;
        let found = version(base)?;
        if found > schema::VERSION {
            return Err(Error::Version {
                found,
                known: schema::VERSION,
            });
        }
        let set = |name: &str, value: &str| {
            base.pragma_update_and_check(None, name, value, |_| Ok(()))
                .or_else(|e| match e {
                    rusqlite::Error::QueryReturnedNoRows => Ok(()),
                    other => Err(error(other)),
                })
        };
        set("journal_mode", "wal")?;
        set("synchronous", if options.sync { "full" } else { "off" })?;
        set("journal_size_limit", "67108864")?;
        self.base.set_prepared_statement_cache_capacity(32);
        self.migrate(found)?;
        if let Some(limit) = options.limit {
            let page = number(&self.base, "PRAGMA page_size")?.max(1);
            let pages = i64::try_from(limit).unwrap_or(i64::MAX) / page;
            self.base
                .pragma_update_and_check(None, "max_page_count", pages.max(1), |_| Ok(()))
                .map_err(error)?;
        }
        Ok(())
    }

    fn migrate(&mut self, found: u32) -> Result<(), Error> {
        if found == schema::VERSION {
            return Ok(());
        }
        let all = self.begin()?;
        for step in &schema::SQLITE[found as usize..] {
            all.execute_batch(step).map_err(error)?;
        }
        all.pragma_update(None, "application_id", schema::APPLICATION)
            .map_err(error)?;
        all.pragma_update(None, "user_version", schema::VERSION)
            .map_err(error)?;
        all.commit().map_err(error)
    }

    /// A transaction that writes.
    fn begin(&mut self) -> Result<rusqlite::Transaction<'_>, Error> {
        if self.lock.is_none() {
            return Err(Error::ReadOnly);
        }
        self.base
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(error)
    }
}

/// Version of the tables; 0 for a file that is new.
fn version(base: &Connection) -> Result<u32, Error> {
    let version = number(base, "PRAGMA user_version")?;
    let application = number(base, "PRAGMA application_id")?;
    let tables = number(base, "SELECT count(*) FROM sqlite_master")?;
    match application == i64::from(schema::APPLICATION) {
        true => u32::try_from(version).map_err(|_| Error::Foreign),
        false if tables == 0 && version == 0 && application == 0 => Ok(0),
        false => Err(Error::Foreign),
    }
}

/// Locks the file beside the journal and writes our process's number into it.
fn locked(path: &Path) -> Result<Lock, Error> {
    let mut name = path.as_os_str().to_os_string();
    name.push(".lock");
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&name)
        .map_err(Error::from)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut who = String::new();
            // Only to name it: an unreadable number is no reason to fail otherwise.
            let _ = file.read_to_string(&mut who);
            return Err(Error::Busy(format!("process {}", who.trim())));
        }
        Err(TryLockError::Error(e)) => return Err(e.into()),
    }
    file.set_len(0).map_err(Error::from)?;
    file.rewind().map_err(Error::from)?;
    writeln!(file, "{}", std::process::id()).map_err(Error::from)?;
    Ok(Lock(file))
}

/// A locked file. A process that we are starting just now has a copy of it until it becomes its own program: to close
/// ours is not enough.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // It goes with the last copy otherwise.
        let _ = self.0.unlock();
    }
}

fn error(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::Full,
        Some(ErrorCode::DatabaseCorrupt) => Error::Corrupt { seq: 0 },
        Some(ErrorCode::NotADatabase) => Error::Foreign,
        Some(ErrorCode::ReadOnly) => Error::ReadOnly,
        _ => Error::Io(error.to_string()),
    }
}

fn number(base: &Connection, sql: &str) -> Result<i64, Error> {
    base.query_row(sql, [], |row| row.get(0)).map_err(error)
}

fn head(base: &Connection) -> Result<Head, Error> {
    let mut newest = base
        .prepare_cached("SELECT seq, chain FROM entry ORDER BY seq DESC LIMIT 1")
        .map_err(error)?;
    let found = newest.query_row([], to_head).optional().map_err(error)?;
    match found {
        Some(head) => Ok(head),
        None => anchor(base),
    }
}

fn anchor(base: &Connection) -> Result<Head, Error> {
    base.prepare_cached("SELECT seq, chain FROM anchor")
        .and_then(|mut one| one.query_row([], to_head))
        .map_err(error)
}

fn to_head(row: &rusqlite::Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head {
        seq: row.get::<_, i64>(0)? as u64,
        chain: row.get::<_, i64>(1)? as u64,
    })
}

impl Journal for Sqlite {
    fn commit(&mut self, expected: Seq, entries: &[Entry], states: &[State]) -> Result<Seq, Error> {
        let all = self.begin()?;
        let head = head(&all)?;
        expect(expected, head)?;
        let rows = rows_after(head, entries);
        {
            let mut put = all
                .prepare_cached("INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .map_err(error)?;
            for row in &rows {
                put.execute(params![
                    row.seq as i64,
                    row.time_us,
                    row.utc_us,
                    row.kind,
                    row.body,
                    row.chain as i64
                ])
                .map_err(error)?;
            }
            let mut put = all
                .prepare_cached("INSERT OR REPLACE INTO state VALUES (?1, ?2, ?3)")
                .map_err(error)?;
            for (key, bytes) in states {
                put.execute(params![key, bytes, state_sum(key, bytes)])
                    .map_err(error)?;
            }
        }
        all.commit().map_err(error)?;
        Ok(rows.last().map_or(head.seq, |row| row.seq))
    }

    fn states(&mut self) -> Result<Vec<State>, Error> {
        let mut all = self
            .base
            .prepare_cached("SELECT key, bytes, sum FROM state ORDER BY key")
            .map_err(error)?;
        let found = all
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .map_err(error)?;
        found.map(|row| state(row.map_err(error)?)).collect()
    }

    fn head(&mut self) -> Result<Head, Error> {
        head(&self.base)
    }

    fn anchor(&mut self) -> Result<Head, Error> {
        anchor(&self.base)
    }

    fn rows(&mut self, from: Seq, limit: usize) -> Result<Vec<Row>, Error> {
        let mut some = self
            .base
            .prepare_cached(
                "SELECT seq, time_us, utc_us, kind, body, chain FROM entry
                 WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
            )
            .map_err(error)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = some
            .query_map(params![signed(from), limit], |row| {
                Ok(Row {
                    seq: row.get::<_, i64>(0)? as u64,
                    time_us: row.get(1)?,
                    utc_us: row.get(2)?,
                    kind: row.get(3)?,
                    body: row.get(4)?,
                    chain: row.get::<_, i64>(5)? as u64,
                })
            })
            .map_err(error)?;
        found.map(|row| row.map_err(error)).collect()
    }

    fn open_epoch(&mut self, expected: Seq, epoch: &Epoch) -> Result<u32, Error> {
        let all = self.begin()?;
        expect(expected, head(&all)?)?;
        let newest = number(&all, "SELECT coalesce(max(number), 0) FROM epoch")?;
        let body = written(epoch);
        let sum = epoch_sum(expected, &body);
        let row = params![newest + 1, expected as i64, body, sum];
        all.execute("INSERT INTO epoch VALUES (?1, ?2, ?3, ?4)", row)
            .map_err(error)?;
        all.commit().map_err(error)?;
        Ok((newest + 1) as u32)
    }

    fn epochs(&mut self) -> Result<Vec<Opened>, Error> {
        let mut all = self
            .base
            .prepare_cached("SELECT number, first, body, sum FROM epoch ORDER BY number")
            .map_err(error)?;
        let found = all
            .query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .map_err(error)?;
        found.map(|row| opened(row.map_err(error)?)).collect()
    }

    fn put_snapshot(&mut self, seq: Seq, digest: Digest, bytes: &[u8]) -> Result<(), Error> {
        let all = self.begin()?;
        reached(seq, head(&all)?)?;
        let epoch = number(&all, "SELECT coalesce(max(number), 0) FROM epoch")?;
        let sum = snapshot_sum(seq, epoch, digest, bytes);
        all.execute(
            "INSERT OR REPLACE INTO snapshot VALUES (?1, ?2, ?3, ?4, ?5)",
            params![seq as i64, epoch, digest.0 as i64, bytes, sum],
        )
        .map_err(error)?;
        all.commit().map_err(error)
    }

    fn latest_snapshot(&mut self, at_or_before: Seq) -> Result<Option<Snapshot>, Error> {
        let mut newest = self
            .base
            .prepare_cached(
                "SELECT seq, epoch, digest, bytes, sum FROM snapshot WHERE seq <= ?1
                 ORDER BY seq DESC, epoch DESC LIMIT 1",
            )
            .map_err(error)?;
        let taken = newest
            .query_row([signed(at_or_before)], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                ))
            })
            .optional()
            .map_err(error)?;
        let mut newest = self
            .base
            .prepare_cached(
                "SELECT number, first, body, sum FROM epoch WHERE first <= ?1 + 1
                 ORDER BY number DESC LIMIT 1",
            )
            .map_err(error)?;
        let opened = newest
            .query_row([signed(at_or_before)], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()
            .map_err(error)?;
        later(taken, opened)
    }

    fn prune(&mut self, before: Seq) -> Result<u64, Error> {
        let all = self.begin()?;
        let anchor = anchor(&all)?;
        let floor = number(
            &all,
            "SELECT max(coalesce((SELECT max(seq) FROM snapshot), 0),
                        coalesce((SELECT max(first) - 1 FROM epoch), 0))",
        )? as u64;
        let last = prune_to(anchor.seq, before, floor);
        if last <= anchor.seq {
            return Ok(0);
        }
        let row = [last as i64];
        all.execute(
            "UPDATE anchor SET (seq, chain) = (SELECT seq, chain FROM entry WHERE seq = ?1)",
            row,
        )
        .map_err(error)?;
        let gone = all
            .execute("DELETE FROM entry WHERE seq <= ?1", row)
            .map_err(error)?;
        all.execute("DELETE FROM snapshot WHERE seq < ?1", row)
            .map_err(error)?;
        all.commit().map_err(error)?;
        Ok(gone as u64)
    }

    fn check_store(&mut self) -> Result<Option<String>, Error> {
        let words: String = self
            .base
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(error)?;
        Ok((words != "ok").then_some(words))
    }

    fn bytes(&mut self) -> Result<u64, Error> {
        let main = std::fs::metadata(&self.path).map_err(Error::from)?.len();
        let mut name = self.path.as_os_str().to_os_string();
        name.push("-wal");
        Ok(main + std::fs::metadata(name).map_or(0, |wal| wal.len()))
    }

    fn verify(&mut self) -> Result<Report, Error> {
        verify(self)
    }
}
