//! A whole journal decided again, and compared with what it kept on the way.

use super::*;

/// What a replay of a whole journal found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replayed {
    /// Facts handled.
    pub facts: u64,
    /// Snapshots whose digest came out the same.
    pub agreed: u64,
    /// After which entry the digest was another one: what stands there, and what came out.
    pub differs: Option<(Seq, Digest, Digest)>,
    /// Time of the last fact.
    pub last: Time,
    /// Digest after the last fact.
    pub digest: Option<Digest>,
}

/// Replays everything that is still there, from the oldest snapshot, and compares every later one.
/// `hear` is told of each fact and what was decided on it.
///
/// # Errors
/// See [`CannotOpen`].
pub fn replay(
    journal: &mut dyn Journal,
    plant: &Arc<Plant>,
    hear: &mut impl FnMut(Seq, Time, &Event, &Commands, &Controller),
) -> Result<Replayed, CannotOpen> {
    let epochs = journal.epochs()?;
    let opened = epochs.last().ok_or(Error::Missing)?;
    if !fits(opened, plant)? {
        return Err(CannotOpen::Changed {
            hash: opened.epoch.plant_hash,
            logic: opened.epoch.logic_version,
        });
    }
    let mut start = fenhe_journal::oldest_start(journal)?;
    if start
        .as_ref()
        .is_none_or(|start| start.epoch < opened.number)
    {
        start = journal.latest_snapshot(opened.first - 1)?;
    }
    let start = start.ok_or(Error::Missing)?;
    let mut core = Controller::restore(plant.clone(), &start.bytes)
        .map_err(|_| Error::Corrupt { seq: start.seq })?;
    let from = start.seq + 1;
    let mut found = Replayed::default();
    let mut commands = Commands::default();
    let head = journal.head()?.seq;
    let mut marks = marks(journal, from, head)?.into_iter().peekable();
    facts(journal, from, &mut |seq, time, fact| {
        while let Some((_, digest)) = marks.next_if(|(at, _)| *at < seq) {
            compare(&mut found, seq - 1, digest, core.digest());
        }
        commands.clear();
        core.handle(time, &fact, &mut commands);
        hear(seq, time, &fact, &commands, &core);
        found.facts += 1;
        found.last = time;
    })?;
    for (at, digest) in marks {
        compare(&mut found, at, digest, core.digest());
    }
    found.digest = Some(core.digest());
    Ok(found)
}

fn compare(found: &mut Replayed, seq: Seq, kept: Digest, came: Digest) {
    if kept == came {
        found.agreed += 1;
    } else if found.differs.is_none() {
        found.differs = Some((seq, kept, came));
    }
}

/// Snapshots after `from`, oldest first: number of the entry, digest.
fn marks(journal: &mut dyn Journal, from: Seq, head: Seq) -> Result<Vec<(Seq, Digest)>, Error> {
    let mut all = Vec::new();
    let mut before = head;
    while let Some(snapshot) = journal.latest_snapshot(before)? {
        if snapshot.seq < from {
            break;
        }
        all.push((snapshot.seq, snapshot.digest));
        if snapshot.seq == 0 {
            break;
        }
        before = snapshot.seq - 1;
    }
    all.reverse();
    Ok(all)
}
