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
