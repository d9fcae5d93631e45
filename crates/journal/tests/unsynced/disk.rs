//! A disk as it is after a power cut, from the record of what a program wrote and synced.

use std::path::Path;

/// One thing the program did.
pub struct Step {
    pub kind: u8,
    pub file: usize,
    pub offset: usize,
    pub bytes: Vec<u8>,
}

/// All steps of a record.
pub fn steps(record: &[u8]) -> Vec<Step> {
    let number = |at: usize, n: usize| {
        let mut bytes = [0; 8];
        bytes[..n].copy_from_slice(&record[at..at + n]);
        usize::try_from(u64::from_le_bytes(bytes)).unwrap()
    };
    let (mut all, mut at) = (Vec::new(), 0);
    while at < record.len() {
        let kind = record[at];
        let length = if matches!(kind, b'S' | b'T') {
            0
        } else {
            number(at + 13, 8)
        };
        all.push(Step {
            kind,
            file: number(at + 1, 4),
            offset: number(at + 5, 8),
            bytes: record[at + 21..at + 21 + length].to_vec(),
        });
        at += 21 + length;
    }
    all
}

/// Numbers with a seed (xorshift).
pub struct Luck(pub u64);
impl Luck {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

/// What the cut does to writes that were not synced.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Cut {
    /// None is there.
    Drops,
    /// Each is there or not, whatever came first.
    Shuffles,
    /// Each of their sectors of 512 bytes is there or not.
    Tears,
}

/// A file: what was synced, and what came since.
#[derive(Default)]
struct File {
    path: String,
    /// Its name is in the folder for good: it, or its folder's entry with it, was synced.
    named: bool,
    synced: Vec<u8>,
    since: Vec<Change>,
}

enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
    Remove,
}

/// A disk with what was done to it so far.
#[derive(Default)]
pub struct Disk(Vec<File>);

fn write(to: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if to.len() < end {
        to.resize(end, 0);
    }
    to[offset..end].copy_from_slice(bytes);
}

impl Disk {
    /// One step more.
    pub fn step(&mut self, step: &Step) {
        let path = || String::from_utf8(step.bytes.clone()).unwrap();
        match step.kind {
            b'O' => {
                assert_eq!(step.file, self.0.len());
                let path = path();
                self.0.push(File {
                    path,
                    ..File::default()
                });
            }
            b'W' => {
                let change = Change::Write(step.offset, step.bytes.clone());
                self.0[step.file].since.push(change);
            }
            b'T' => self.0[step.file].since.push(Change::Cut(step.offset)),
            b'S' => self.sync(step.file),
            b'U' => {
                let path = path();
                let file = self.0.iter_mut().find(|f| f.path == path);
                if let Some(file) = file {
                    file.since.push(Change::Remove);
                }
            }
            _ => {}
        }
    }

    /// A sync of a folder makes removals in it last.
    fn sync(&mut self, number: usize) {
        let inside = format!("{}/", self.0[number].path);
        for file in &mut self.0 {
            if file.path.starts_with(&inside) {
                file.sync_removal();
            }
        }
        self.0[number].sync();
    }

    /// Writes the files as they are after a cut now into a folder; only those below `under`.
    pub fn cut(&self, how: Cut, luck: &mut Luck, under: &str, folder: &Path) {
        for file in &self.0 {
            let name = file
                .path
                .strip_prefix(under)
                .unwrap()
                .trim_start_matches('/');
            // Locks and shared memory are nothing to a new process.
            if name.is_empty() || name.ends_with(".lock") || name.ends_with("-shm") {
                continue;
            }
            if let Some(bytes) = file.after(how, luck) {
                std::fs::write(folder.join(name), bytes).unwrap();
            }
        }
    }
}

impl File {
    fn sync(&mut self) {
        for change in std::mem::take(&mut self.since) {
            match change {
                Change::Write(offset, bytes) => write(&mut self.synced, offset, &bytes),
                Change::Cut(length) => self.synced.resize(length, 0),
                Change::Remove => self.synced.clear(),
            }
        }
        self.named = true;
    }

    fn sync_removal(&mut self) {
        let removal = |change: &Change| matches!(change, Change::Remove);
        if let Some(last) = self.since.iter().rposition(removal) {
            self.since.drain(..=last);
            self.synced.clear();
            self.named = false;
        }
    }

    fn after(&self, how: Cut, luck: &mut Luck) -> Option<Vec<u8>> {
        let mut bytes = self.synced.clone();
        let mut there = self.named;
        for change in &self.since {
            if how == Cut::Drops || (how == Cut::Shuffles && luck.below(2) == 0) {
                continue;
            }
            match change {
                Change::Write(offset, new) if how == Cut::Tears => {
                    for (sector, part) in new.chunks(512).enumerate() {
                        if luck.below(2) == 1 {
                            write(&mut bytes, offset + sector * 512, part);
                        }
                    }
                    there = true;
                }
                Change::Write(offset, new) => {
                    write(&mut bytes, *offset, new);
                    there = true;
                }
                Change::Cut(length) => bytes.resize(*length, 0),
                Change::Remove => {
                    bytes.clear();
                    there = false;
                }
            }
        }
        there.then_some(bytes)
    }
}
