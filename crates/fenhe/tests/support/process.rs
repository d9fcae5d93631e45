//! The program in processes of its own, its lines read.

use super::LONG;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command as Program, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

/// A process whose lines are read; it dies with the test.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    pub fn start(args: &[&str]) -> Process {
        let mut command = Program::new(env!("CARGO_BIN_EXE_fenhe"));
        command.args(args).env("LC_ALL", "C").stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        let (tx, lines) = channel();
        std::thread::spawn(move || {
            out.lines()
                .map_while(Result::ok)
                .try_for_each(|line| tx.send(line))
        });
        Process { child, lines }
    }
    /// The next line that is wanted.
    pub fn wait<T>(&self, what: &str, mut wanted: impl FnMut(&str) -> Option<T>) -> T {
        let until = Instant::now() + LONG;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("{what} in time"));
            if let Some(found) = wanted(&line) {
                return found;
            }
        }
    }
    /// What stands behind a word in the next line that has it.
    pub fn after(&self, word: &str) -> String {
        self.wait(word, |line| {
            let rest = line.split_once(word)?.1.trim();
            Some(rest.trim_end_matches('/').to_string())
        })
    }
    /// SIGKILL; what it had said and nobody had read.
    pub fn kill(mut self) -> Vec<String> {
        self.child.kill().expect("SIGKILL");
        let _ = self.child.wait();
        self.lines.iter().collect()
    }
}
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Luck of the test: SplitMix64.
pub struct Luck(pub u64);
impl Luck {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// A number or word behind or before a word of a status line.
pub fn before(line: &str, word: &str) -> Option<u64> {
    line.split(word)
        .next()?
        .trim()
        .rsplit([' ', ':'])
        .next()?
        .parse()
        .ok()
}
pub fn after<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    line.split_once(word)?.1.split([' ', ',']).next()
}

/// Entry and digest of a status line.
pub fn status(line: &str) -> Option<(u64, String)> {
    Some((
        after(line, "entry ")?.parse().ok()?,
        after(line, "state ")?.to_string(),
    ))
}
