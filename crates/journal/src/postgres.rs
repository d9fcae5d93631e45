//! A journal on a PostgreSQL server: one database a plant, tables in its schema `fenhe`.

mod link;

use crate::entry::{Entry, written};
use crate::error::Error;
use crate::schema;
use crate::shared::{
    epoch_sum, expect, later, opened, prune_to, reached, signed, snapshot_sum, state, state_sum,
};
use crate::store::{Epoch, Head, Journal, Opened, Row, Seq, Snapshot, State, rows_after};
use crate::verify::{Report, verify};
use fenhe_contract::Digest;
use link::{Failure, Link};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_postgres::{Client, Row as Got};

/// One statement, so one transaction and one way to the server and back. It writes only if the newest
/// number is the expected one, and tells which it was.
const COMMIT: &str = "
WITH newest AS (
    SELECT coalesce((SELECT max(seq) FROM entry), (SELECT seq FROM anchor)) AS seq
), entries AS (
    INSERT INTO entry SELECT u.* FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::int2[],
        $5::bytea[], $6::int8[]) AS u, newest WHERE newest.seq = $10
), states AS (
    INSERT INTO state SELECT u.* FROM unnest($7::text[], $8::bytea[], $9::int8[]) AS u, newest
        WHERE newest.seq = $10
    ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes, sum = excluded.sum
) SELECT seq FROM newest";

/// A journal in a PostgreSQL database.
pub struct Postgres {
    link: Link,
    /// Where the journal ends, as far as we know; read anew on each new connection.
    head: Head,
    /// Where it ended before a commit of which nobody told whether it took place.
    unsure: Option<Head>,
}

impl Postgres {
    /// Opens a database for writing; makes the tables if they are not there.
    ///
    /// # Errors
    /// [`Error::Busy`] if somebody else writes it; [`Error::Refused`] if we are not let in, or if the server
    /// runs with `fsync = off`, so that nothing on it is durable; [`Error::Unreachable`].
    pub fn open(address: &str) -> Result<Postgres, Error> {
        let mut journal = Postgres {
            link: Link::new(address, true)?,
            head: Head { seq: 0, chain: 0 },
            unsure: None,
        };
        journal.link.connect_once()?;
        journal.head = journal.newest()?;
        Ok(journal)
    }

    /// Opens a database for reading.
    ///
    /// # Errors
    /// [`Error::Missing`] if there is no journal in it; and those of reaching it.
    pub fn look(address: &str) -> Result<Postgres, Error> {
        let mut journal = Postgres {
            link: Link::new(address, false)?,
            head: Head { seq: 0, chain: 0 },
            unsure: None,
        };
        journal.link.connect_once()?;
        Ok(journal)
    }

    /// How long a call tries to reach the server again before it gives [`Error::Unreachable`]; 10 s at first.
    pub fn set_patience(&mut self, patience: Duration) {
        self.link.patience = patience;
    }

    fn newest(&mut self) -> Result<Head, Error> {
        self.link.ask(async |client| {
            let newest = "SELECT seq, chain FROM entry ORDER BY seq DESC LIMIT 1";
            match client.query_opt(newest, &[]).await? {
                Some(row) => to_head(&row),
                None => to_head(
                    &client
                        .query_one("SELECT seq, chain FROM anchor", &[])
                        .await?,
                ),
            }
        })
    }

    fn writable(&self) -> Result<(), Error> {
        match self.link.write {
            true => Ok(()),
            false => Err(Error::ReadOnly),
        }
    }

    /// After a new connection the head is asked for before anything is written.
    fn settle(&mut self) -> Result<(), Error> {
        self.writable()?;
        self.link.reconnect()?;
        while self.link.is_fresh() {
            match self.newest() {
                Ok(head) => self.head = head,
                Err(error) => {
                    self.link.fresh_again();
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

fn to_head(row: &Got) -> Result<Head, tokio_postgres::Error> {
    Ok(Head {
        seq: row.try_get::<_, i64>(0)? as u64,
        chain: row.try_get::<_, i64>(1)? as u64,
    })
}

/// The columns of a commit.
async fn write(
    client: &Client,
    rows: &[Row],
    states: &[State],
    head: Head,
) -> Result<Seq, tokio_postgres::Error> {
    // A statement may put each key once.
    let states: BTreeMap<&str, &[u8]> = states
        .iter()
        .map(|(key, bytes)| (&key[..], &bytes[..]))
        .collect();
    let column = |value: fn(&Row) -> i64| -> Vec<i64> { rows.iter().map(value).collect() };
    let seqs = column(|row| row.seq as i64);
    let times = column(|row| row.time_us);
    let utcs = column(|row| row.utc_us);
    let kinds: Vec<i16> = rows.iter().map(|row| i16::from(row.kind)).collect();
    let bodies: Vec<&[u8]> = rows.iter().map(|row| &row.body[..]).collect();
    let chains = column(|row| row.chain as i64);
    let keys: Vec<&str> = states.keys().copied().collect();
    let values: Vec<&[u8]> = states.values().copied().collect();
    let sums: Vec<i64> = states.iter().map(|(k, v)| state_sum(k, v)).collect();
    let statement = client.prepare(COMMIT).await?;
    let newest = client
        .query_one(
            &statement,
            &[
                &seqs,
                &times,
                &utcs,
                &kinds,
                &bodies,
                &chains,
                &keys,
                &values,
                &sums,
                &(head.seq as i64),
            ],
        )
        .await?;
    Ok(newest.try_get::<_, i64>(0)? as u64)
}

impl Journal for Postgres {
    fn commit(&mut self, expected: Seq, entries: &[Entry], states: &[State]) -> Result<Seq, Error> {
        let mut tries = self.link.tries();
        loop {
            self.settle()?;
            if let Some(before) = self.unsure.take()
                && before.seq + 1 == expected
                && before != self.head
                && let Some(last) = rows_after(before, entries).last()
                && (last.seq, last.chain) == (self.head.seq, self.head.chain)
            {
                // It did take place.
                return Ok(self.head.seq);
            }
            expect(expected, self.head)?;
            let rows = rows_after(self.head, entries);
            let head = self.head;
            let result = self
                .link
                .try_once(async |client| write(client, &rows, states, head).await);
            match result {
                Ok(seq) if seq == head.seq => {
                    if let Some(row) = rows.last() {
                        self.head = Head {
                            seq: row.seq,
                            chain: row.chain,
                        };
                    }
                    return Ok(self.head.seq);
                }
                Ok(_) | Err(Failure::Taken) => {
                    self.head = self.newest()?;
                    let found = self.head.seq + 1;
                    return Err(Error::WrongSeq { expected, found });
                }
                Err(Failure::Lost(words)) => {
                    self.unsure = Some(head);
                    tries.again(words)?;
                }
                Err(Failure::Other(error)) => return Err(error),
            }
        }
    }

    fn states(&mut self) -> Result<Vec<State>, Error> {
        let all = "SELECT key, bytes, sum FROM state ORDER BY key COLLATE \"C\"";
        let rows = self.link.ask(async |client| client.query(all, &[]).await)?;
        rows.iter()
            .map(|row| state((link::get(row, 0)?, link::get(row, 1)?, link::get(row, 2)?)))
            .collect()
    }

    fn head(&mut self) -> Result<Head, Error> {
        self.newest()
    }

    fn anchor(&mut self) -> Result<Head, Error> {
        self.link.ask(async |client| {
            to_head(
                &client
                    .query_one("SELECT seq, chain FROM anchor", &[])
                    .await?,
            )
        })
    }

    fn rows(&mut self, from: Seq, limit: usize) -> Result<Vec<Row>, Error> {
        let some = "SELECT seq, time_us, utc_us, kind, body, chain FROM entry
                    WHERE seq >= $1 ORDER BY seq LIMIT $2";
        let (from, limit) = (signed(from), i64::try_from(limit).unwrap_or(i64::MAX));
        let rows = self
            .link
            .ask(async |client| client.query(some, &[&from, &limit]).await)?;
        rows.iter().map(to_row).collect()
    }

    fn open_epoch(&mut self, expected: Seq, epoch: &Epoch) -> Result<u32, Error> {
        let body = written(epoch);
        let sum = epoch_sum(expected, &body);
        let mut tries = self.link.tries();
        let mut repeated = false;
        loop {
            self.settle()?;
            expect(expected, self.head)?;
            if repeated
                && let Some(newest) = self.epochs()?.pop()
                && (newest.first, &newest.epoch) == (expected, epoch)
            {
                return Ok(newest.number);
            }
            let put = "INSERT INTO epoch SELECT coalesce(max(number), 0) + 1, $1::int8, $2::bytea, $3::int8 FROM epoch
                       RETURNING number";
            let first = expected as i64;
            let result = self.link.try_once(async |client| {
                let row = client.query_one(put, &[&first, &body, &sum]).await?;
                row.try_get::<_, i64>(0)
            });
            match result {
                Ok(number) => return Ok(number as u32),
                Err(Failure::Lost(words)) => {
                    repeated = true;
                    tries.again(words)?;
                }
                Err(other) => return Err(other.error()),
            }
        }
    }

    fn epochs(&mut self) -> Result<Vec<Opened>, Error> {
        let all = "SELECT number, first, body, sum FROM epoch ORDER BY number";
        let rows = self.link.ask(async |client| client.query(all, &[]).await)?;
        rows.iter().map(|row| opened(to_epoch(row)?)).collect()
    }

    fn put_snapshot(&mut self, seq: Seq, digest: Digest, bytes: &[u8]) -> Result<(), Error> {
        self.settle()?;
        reached(seq, self.head)?;
        // The same row however often: a lost answer does no harm.
        self.link.ask(async |client| {
            let newest = "SELECT coalesce(max(number), 0) FROM epoch";
            let epoch: i64 = client.query_one(newest, &[]).await?.try_get(0)?;
            let sum = snapshot_sum(seq, epoch, digest, bytes);
            let put = "INSERT INTO snapshot VALUES ($1, $2, $3, $4, $5) ON CONFLICT (seq, epoch) DO UPDATE
                       SET digest = excluded.digest, bytes = excluded.bytes, sum = excluded.sum";
            let (seq, digest) = (seq as i64, digest.0 as i64);
            client.execute(put, &[&seq, &epoch, &digest, &bytes, &sum]).await
        })?;
        Ok(())
    }

    fn latest_snapshot(&mut self, at_or_before: Seq) -> Result<Option<Snapshot>, Error> {
        let at = signed(at_or_before);
        let (taken, epoch) = self.link.ask(async |client| {
            let taken = "SELECT seq, epoch, digest, bytes, sum FROM snapshot WHERE seq <= $1
                         ORDER BY seq DESC, epoch DESC LIMIT 1";
            let epoch = "SELECT number, first, body, sum FROM epoch WHERE first <= $1::int8 + 1
                         ORDER BY number DESC LIMIT 1";
            let taken = client.query_opt(taken, &[&at]).await?;
            Ok((taken, client.query_opt(epoch, &[&at]).await?))
        })?;
        let taken = taken.as_ref().map(to_snapshot).transpose()?;
        later(taken, epoch.as_ref().map(to_epoch).transpose()?)
    }

    fn prune(&mut self, before: Seq) -> Result<u64, Error> {
        self.settle()?;
        let anchor = self.anchor()?.seq;
        let floor = "SELECT greatest(coalesce((SELECT max(seq) FROM snapshot), 0),
                                     coalesce((SELECT max(first) - 1 FROM epoch), 0))";
        let floor = self
            .link
            .ask(async |client| client.query_one(floor, &[]).await?.try_get::<_, i64>(0))?;
        let last = prune_to(anchor, before, floor as u64);
        if last <= anchor {
            return Ok(0);
        }
        let cut = "WITH moved AS (
                UPDATE anchor SET seq = e.seq, chain = e.chain FROM entry AS e WHERE e.seq = $1
            ), older AS (DELETE FROM snapshot WHERE seq < $1)
            DELETE FROM entry WHERE seq <= $1";
        let last_row = last as i64;
        self.link
            .ask(async |client| client.execute(cut, &[&last_row]).await)?;
        Ok(last - anchor)
    }

    fn check_store(&mut self) -> Result<Option<String>, Error> {
        // The server checks its pages by itself (`data_checksums`), and rows carry sums of ours.
        Ok(None)
    }

    fn bytes(&mut self) -> Result<u64, Error> {
        let all = "SELECT sum(pg_total_relation_size(c.oid))::int8 FROM pg_class c
                   WHERE relnamespace = 'fenhe'::regnamespace AND relkind = 'r'";
        let bytes = self
            .link
            .ask(async |client| client.query_one(all, &[]).await?.try_get::<_, i64>(0))?;
        Ok(bytes as u64)
    }

    fn verify(&mut self) -> Result<Report, Error> {
        verify(self)
    }
}

fn to_row(row: &Got) -> Result<Row, Error> {
    Ok(Row {
        seq: link::get::<i64>(row, 0)? as u64,
        time_us: link::get(row, 1)?,
        utc_us: link::get(row, 2)?,
        kind: u8::try_from(link::get::<i16>(row, 3)?).unwrap_or(0),
        body: link::get(row, 4)?,
        chain: link::get::<i64>(row, 5)? as u64,
    })
}

fn to_epoch(row: &Got) -> Result<crate::shared::EpochRow, Error> {
    use link::get;
    Ok((get(row, 0)?, get(row, 1)?, get(row, 2)?, get(row, 3)?))
}

fn to_snapshot(row: &Got) -> Result<crate::shared::SnapshotRow, Error> {
    use link::get;
    Ok((
        get(row, 0)?,
        get(row, 1)?,
        get(row, 2)?,
        get(row, 3)?,
        get(row, 4)?,
    ))
}

/// The newest version of the tables, and how to get there.
pub(crate) const STEPS: [&str; schema::VERSION as usize] = schema::POSTGRES;
