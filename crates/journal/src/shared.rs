//! What both stores do with what they have read.

use crate::entry::read_versioned;
use crate::error::Error;
use crate::store::{Epoch, Head, Opened, PRUNE_STEP, Seq, Snapshot, State};
use fenhe_contract::Digest;

/// A row of `snapshot`: seq, epoch, digest, bytes, sum.
pub(crate) type SnapshotRow = (i64, i64, i64, Vec<u8>, i64);
/// A row of `epoch`: number, first, body, sum.
pub(crate) type EpochRow = (i64, i64, Vec<u8>, i64);

/// The next number must be the expected one.
pub(crate) fn expect(expected: Seq, head: Head) -> Result<(), Error> {
    let found = head.seq + 1;
    match found == expected {
        true => Ok(()),
        false => Err(Error::WrongSeq { expected, found }),
    }
}

/// There must be an entry `seq`, or none at all and `seq` 0.
pub(crate) fn reached(seq: Seq, head: Head) -> Result<(), Error> {
    match seq <= head.seq {
        true => Ok(()),
        false => Err(Error::WrongSeq {
            expected: seq.saturating_add(1),
            found: head.seq + 1,
        }),
    }
}

/// Checksum of an epoch's row.
pub(crate) fn epoch_sum(first: Seq, body: &[u8]) -> i64 {
    Digest::EMPTY.with(first).with_bytes(body).0 as i64
}

/// Checksum of a snapshot's row.
pub(crate) fn snapshot_sum(seq: Seq, epoch: i64, digest: Digest, bytes: &[u8]) -> i64 {
    let all = Digest::EMPTY.with(seq).with(epoch as u64).with(digest.0);
    all.with_bytes(bytes).0 as i64
}

/// Checksum of a state's row.
pub(crate) fn state_sum(key: &str, bytes: &[u8]) -> i64 {
    let all = Digest::EMPTY.with_bytes(key.as_bytes());
    all.with_bytes(bytes).0 as i64
}

/// A state from its row.
pub(crate) fn state((key, bytes, sum): (String, Vec<u8>, i64)) -> Result<State, Error> {
    match state_sum(&key, &bytes) == sum {
        true => Ok((key, bytes)),
        false => Err(Error::Corrupt { seq: 0 }),
    }
}

/// An epoch from its row.
pub(crate) fn opened((number, first, body, sum): EpochRow) -> Result<Opened, Error> {
    let first = first as u64;
    let damaged = Error::Corrupt { seq: first };
    if epoch_sum(first, &body) != sum {
        return Err(damaged);
    }
    let epoch: Epoch = read_versioned(&body).ok_or(damaged)?;
    Ok(Opened {
        number: number as u32,
        first,
        epoch,
    })
}

/// The later of a snapshot that was taken and the one that opened an epoch.
pub(crate) fn later(
    taken: Option<SnapshotRow>,
    epoch: Option<EpochRow>,
) -> Result<Option<Snapshot>, Error> {
    let at_opening = epoch.as_ref().map(|row| (row.1 - 1, row.0));
    let at_taking = taken.as_ref().map(|row| (row.0, row.1));
    match (taken, epoch) {
        (Some(row), _) if at_taking >= at_opening => {
            let (seq, epoch, digest, bytes, sum) = row;
            let (seq, digest) = (seq as u64, Digest(digest as u64));
            if snapshot_sum(seq, epoch, digest, &bytes) != sum {
                return Err(Error::Corrupt { seq });
            }
            Ok(Some(Snapshot {
                epoch: epoch as u32,
                seq,
                digest,
                bytes,
            }))
        }
        (_, Some(row)) => {
            let seq = (row.1 - 1) as u64;
            let opened = opened(row).map_err(|_| Error::Corrupt { seq })?;
            Ok(Some(Snapshot {
                epoch: opened.number,
                seq,
                digest: opened.epoch.digest,
                bytes: opened.epoch.snapshot,
            }))
        }
        (_, None) => Ok(None),
    }
}

/// The last entry that may go now: nothing after the newest snapshot, not too many at once.
pub(crate) fn prune_to(anchor: Seq, before: Seq, newest_snapshot: Seq) -> Seq {
    let wanted = before.saturating_sub(1).min(newest_snapshot);
    wanted.min(anchor + PRUNE_STEP)
}

/// For a number in a query: those above are never reached.
pub(crate) fn signed(seq: Seq) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX - 1)
}
