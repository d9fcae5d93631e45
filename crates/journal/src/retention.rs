//! How long entries are kept.

use crate::error::Error;
use crate::store::{Journal, Seq, Snapshot};

/// Removes entries that are older than a time of the wall clock [µs since 1970-01-01 UTC], at most `most`
/// of them: call it until it gives 0. What is removed ends where a snapshot stands, so that a replay may
/// begin there; the newest snapshot and what follows it always stay, however old. Gives how many went.
///
/// # Errors
/// The store's; nothing was removed.
pub fn expire(journal: &mut dyn Journal, before_utc_us: i64, most: u64) -> Result<u64, Error> {
    let anchor = journal.anchor()?.seq;
    let old = newest_before(journal, before_utc_us)?;
    let Some(snapshot) = journal.latest_snapshot(old)? else {
        return Ok(0);
    };
    if snapshot.seq <= anchor {
        return Ok(0);
    }
    journal.prune(snapshot.seq.min(anchor.saturating_add(most)) + 1)
}

/// The oldest snapshot that a replay may begin at: all entries after it are there.
///
/// # Errors
/// The store's.
pub fn oldest_start(journal: &mut dyn Journal) -> Result<Option<Snapshot>, Error> {
    let anchor = journal.anchor()?.seq;
    let mut found = None;
    let mut before = journal.head()?.seq;
    while let Some(snapshot) = journal.latest_snapshot(before)? {
        if snapshot.seq < anchor {
            break;
        }
        before = snapshot.seq.saturating_sub(1);
        let last = snapshot.seq <= anchor;
        found = Some(snapshot);
        if last {
            break;
        }
    }
    Ok(found)
}

/// The newest entry before a time of the wall clock, 0 if there is none. Where that clock stepped back it
/// may be an older one.
fn newest_before(journal: &mut dyn Journal, utc_us: i64) -> Result<Seq, Error> {
    let mut low = journal.anchor()?.seq;
    let mut high = journal.head()?.seq;
    while low < high {
        let middle = high - (high - low) / 2;
        let row = journal.rows(middle, 1)?;
        if row.first().is_some_and(|row| row.utc_us < utc_us) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}
