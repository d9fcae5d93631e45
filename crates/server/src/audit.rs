//! The audit: who did what, from what, to what, when and from where - and every refusal.

use crate::clock::{SECOND, Utc};
use crate::{Proof, Role};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use utoipa::ToSchema;

/// One line of the audit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Rises by one from line to line; given by the sink.
    pub seq: u64,
    /// When, RFC 3339.
    pub at: String,
    /// User or token; `null` for somebody who did not show who they are.
    pub who: Option<String>,
    /// With what right.
    pub role: Option<Role>,
    /// How this was shown.
    pub by: Option<Proof>,
    /// From which address.
    pub address: String,
    /// What: the word of an act, or method and route.
    pub what: String,
    /// To what: kind and name.
    pub object: Option<String>,
    /// How it was before.
    #[schema(value_type = Object)]
    pub from: serde_json::Value,
    /// How it was after.
    #[schema(value_type = Object)]
    pub to: serde_json::Value,
    /// Why it was refused; `null` if it was done.
    pub refused: Option<String>,
    /// So many refusals of the same stranger before this one were not written.
    pub unwritten: u64,
}

/// Where the audit goes. Append-only: there is no way to change or remove a line.
pub trait AuditSink: Send + Sync + 'static {
    /// Appends a line and numbers it; durable on return. Gives the number.
    ///
    /// # Errors
    /// It cannot be written. Nothing more is done for anybody until it can.
    fn write(&self, entry: AuditEntry) -> io::Result<u64>;
    /// At most `most` lines with numbers greater than `after`, in order.
    ///
    /// # Errors
    /// It cannot be read.
    fn read(&self, after: u64, most: usize) -> io::Result<Vec<AuditEntry>>;
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|held| held.into_inner())
}

/// The last lines, in memory.
#[derive(Debug)]
pub struct MemoryAudit {
    lines: Mutex<(u64, VecDeque<AuditEntry>)>,
    most: usize,
}

impl MemoryAudit {
    /// Keeps so many lines.
    pub fn new(most: usize) -> MemoryAudit {
        MemoryAudit {
            lines: Mutex::default(),
            most: most.max(1),
        }
    }
}

impl AuditSink for MemoryAudit {
    fn write(&self, mut entry: AuditEntry) -> io::Result<u64> {
        let (last, lines) = &mut *lock(&self.lines);
        *last += 1;
        entry.seq = *last;
        if lines.len() == self.most {
            lines.pop_front();
        }
        lines.push_back(entry);
        Ok(*last)
    }
    fn read(&self, after: u64, most: usize) -> io::Result<Vec<AuditEntry>> {
        let lines = &lock(&self.lines).1;
        let later = lines.iter().filter(|entry| entry.seq > after);
        Ok(later.take(most).cloned().collect())
    }
}

/// A file with one JSON object a line, synced after each.
#[derive(Debug)]
pub struct FileAudit {
    path: PathBuf,
    file: Mutex<(u64, File)>,
}

impl FileAudit {
    /// Goes on with this file, or begins it.
    ///
    /// # Errors
    /// It cannot be opened, or its last line is torn by something other than a crash while it was written.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<FileAudit> {
        let path = path.into();
        let mut options = File::options();
        options.create(true).append(true).read(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        let (last, whole) = last_line(&path)?;
        if !whole {
            // A crash tore the last line: it stays as it is, on a line of its own.
            file.write_all(b"\n")?;
        }
        Ok(FileAudit {
            path,
            file: Mutex::new((last, file)),
        })
    }
}

/// The number of the last line, and whether the file ends with a whole line.
fn last_line(path: &Path) -> io::Result<(u64, bool)> {
    let mut last = 0;
    let mut whole = true;
    let mut reader = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        whole = line.ends_with(b"\n");
        if let Ok(entry) = serde_json::from_slice::<AuditEntry>(&line) {
            last = entry.seq;
        }
        line.clear();
    }
    Ok((last, whole))
}

impl AuditSink for FileAudit {
    fn write(&self, mut entry: AuditEntry) -> io::Result<u64> {
        let (last, file) = &mut *lock(&self.file);
        entry.seq = *last + 1;
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        file.write_all(&line)?;
        file.sync_data()?;
        *last = entry.seq;
        Ok(entry.seq)
    }
    fn read(&self, after: u64, most: usize) -> io::Result<Vec<AuditEntry>> {
        let mut found = Vec::new();
        for line in BufReader::new(File::open(&self.path)?).split(b'\n') {
            if found.len() == most {
                break;
            }
            let entry = serde_json::from_slice::<AuditEntry>(&line?);
            found.extend(entry.ok().filter(|entry| entry.seq > after));
        }
        Ok(found)
    }
}

/// Lines of strangers at once, and the time after which there may be one more.
const BURST: u32 = 30;
const EVERY: Utc = 2 * SECOND;
/// Strangers told apart.
const STRANGERS: usize = 4_096;

/// Keeps strangers from filling the disk: each address has a budget of lines, and the next one written
/// says how many were not.
#[derive(Default, Debug)]
pub(crate) struct Flood(Mutex<BTreeMap<String, Stranger>>);

#[derive(Clone, Copy, Debug)]
struct Stranger {
    left: u32,
    since: Utc,
    unwritten: u64,
}

impl Flood {
    /// Whether a refusal of this stranger is written, and how many before it were not.
    pub fn admit(&self, address: IpAddr, now: Utc) -> Option<u64> {
        let rows = &mut *lock(&self.0);
        let key = crate::auth::throttle::group(address);
        if rows.len() >= STRANGERS && !rows.contains_key(&key) {
            let oldest = rows.iter().min_by_key(|(_, row)| row.since);
            let oldest = oldest.map(|(key, _)| key.clone());
            oldest.and_then(|key| rows.remove(&key));
        }
        let row = rows.entry(key).or_insert(Stranger {
            left: BURST,
            since: now,
            unwritten: 0,
        });
        let earned = now.saturating_sub(row.since) / EVERY;
        row.since += earned * EVERY;
        row.left = BURST.min(row.left.saturating_add(earned.min(u64::from(BURST)) as u32));
        if row.left == 0 {
            row.unwritten += 1;
            return None;
        }
        row.left -= 1;
        Some(std::mem::take(&mut row.unwritten))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(what: &str) -> AuditEntry {
        AuditEntry {
            seq: 0,
            at: crate::clock::rfc3339(0),
            who: Some("li".into()),
            role: Some(Role::Operator),
            by: Some(Proof::Session),
            address: "127.0.0.1".into(),
            what: what.into(),
            object: None,
            from: serde_json::Value::Null,
            to: serde_json::json!({"held": true}),
            refused: None,
            unwritten: 0,
        }
    }

    #[test]
    fn a_file_goes_on_where_it_was_even_after_a_torn_line() {
        let path = std::env::temp_dir().join(format!("fenhe-audit-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let audit = FileAudit::open(&path).expect("opened");
        assert_eq!(audit.write(entry("a")).expect("written"), 1);
        assert_eq!(audit.write(entry("b\n")).expect("written"), 2);
        drop(audit);
        let mut file = File::options().append(true).open(&path).expect("there");
        file.write_all(b"{\"seq\":3,\"at\":").expect("torn");
        let audit = FileAudit::open(&path).expect("opened");
        assert_eq!(audit.write(entry("c")).expect("written"), 3);
        let read = audit.read(1, 9).expect("read");
        let what: Vec<&str> = read.iter().map(|entry| entry.what.as_str()).collect();
        assert_eq!(what, ["b\n", "c"]);
        assert_eq!(audit.read(0, 1).expect("read").len(), 1);
        std::fs::remove_file(&path).expect("removed");
    }

    #[test]
    fn memory_keeps_the_last_lines() {
        let audit = MemoryAudit::new(2);
        for what in ["a", "b", "c"] {
            audit.write(entry(what)).expect("written");
        }
        let read = audit.read(0, 9).expect("read");
        assert_eq!(read.iter().map(|e| e.seq).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn a_stranger_cannot_fill_the_disk_and_nothing_goes_uncounted() {
        let (flood, address) = (Flood::default(), IpAddr::from([10, 0, 0, 1]));
        let (mut written, mut unwritten) = (0, 0);
        for i in 0..10_000 {
            // A hundred seconds.
            if let Some(before) = flood.admit(address, i * SECOND / 100) {
                written += 1;
                unwritten += before;
            }
        }
        let last = flood.admit(address, 1_000 * SECOND).expect("budget again");
        assert_eq!(written, 30 + 49);
        assert_eq!(written + unwritten + last, 10_000);
        for i in 0..5_000u16 {
            let [a, b] = i.to_be_bytes();
            flood.admit(IpAddr::from([10, 1, a, b]), u64::from(i));
        }
        assert!(lock(&flood.0).len() <= STRANGERS);
    }
}
