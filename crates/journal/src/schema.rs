//! Tables of both stores, version by version. A step once released is never changed.

/// Version of the tables this program writes.
pub(crate) const VERSION: u32 = 1;

/// Marks a SQLite file as a journal ("Fenh").
pub(crate) const APPLICATION: i32 = 0x4665_6e68;

/// SQLite: step `n` leads from version `n` to `n + 1`.
pub(crate) const SQLITE: [&str; VERSION as usize] = ["
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY, time_us INTEGER NOT NULL, utc_us INTEGER NOT NULL,
    kind INTEGER NOT NULL, body BLOB NOT NULL, chain INTEGER NOT NULL
);
CREATE TABLE state (key TEXT PRIMARY KEY, bytes BLOB NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE epoch (
    number INTEGER PRIMARY KEY, first INTEGER NOT NULL, body BLOB NOT NULL, sum INTEGER NOT NULL
);
CREATE TABLE snapshot (
    seq INTEGER NOT NULL, epoch INTEGER NOT NULL, digest INTEGER NOT NULL,
    bytes BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (seq, epoch)
);
CREATE TABLE anchor (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, chain INTEGER NOT NULL);
INSERT INTO anchor VALUES (1, 0, 0);
"];

/// PostgreSQL: the same tables, in a schema of their own.
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES: [&str; VERSION as usize] = ["
CREATE SCHEMA IF NOT EXISTS fenhe;
CREATE TABLE entry (
    seq int8 PRIMARY KEY, time_us int8 NOT NULL, utc_us int8 NOT NULL,
    kind int2 NOT NULL, body bytea NOT NULL, chain int8 NOT NULL
);
CREATE TABLE state (key text PRIMARY KEY, bytes bytea NOT NULL, sum int8 NOT NULL);
CREATE TABLE epoch (number int8 PRIMARY KEY, first int8 NOT NULL, body bytea NOT NULL, sum int8 NOT NULL);
CREATE TABLE snapshot (
    seq int8 NOT NULL, epoch int8 NOT NULL, digest int8 NOT NULL,
    bytes bytea NOT NULL, sum int8 NOT NULL, PRIMARY KEY (seq, epoch)
);
CREATE TABLE anchor (id int4 PRIMARY KEY CHECK (id = 1), seq int8 NOT NULL, chain int8 NOT NULL);
INSERT INTO anchor VALUES (1, 0, 0);
CREATE TABLE version (number int4 NOT NULL);
INSERT INTO version VALUES (1)
"];
