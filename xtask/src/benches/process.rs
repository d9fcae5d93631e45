//! Processes of the race: started, read line by line, measured in `/proc`, gone with the race.

use crate::shell;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Longest wait for a line.
const LONG: Duration = Duration::from_secs(120);

/// A process whose standard output is read. It dies with this.
pub struct Process {
    child: Child,
    name: String,
    lines: Receiver<String>,
}

/// What the system says of a process.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Usage {
    /// Processor time of all its threads [s].
    pub cpu_s: f64,
    /// Most memory it ever had [MB].
    pub peak_mb: f64,
}

/// The program under test, built in release.
pub fn fenhe() -> PathBuf {
    shell::root().join("target/release/fenhe")
}

/// Builds the program in release and runs a race in a folder of its own, which is gone afterwards.
///
/// # Errors
/// It does not build, or what the race says.
pub fn with_scratch<T>(
    race: &str,
    run: impl FnOnce(&Path) -> Result<T, Vec<String>>,
) -> Result<T, Vec<String>> {
    shell::run(shell::cargo(&["build", "--release", "--package", "fenhe"]))?;
    let folder = format!("fenhe-{race}-{}", std::process::id());
    let scratch = std::env::temp_dir().join(folder);
    std::fs::create_dir_all(&scratch)
        .map_err(|why| vec![format!("{}: {why}", scratch.display())])?;
    let result = run(&scratch);
    let _ = std::fs::remove_dir_all(&scratch);
    result
}

impl Process {
    /// Starts it.
    ///
    /// # Errors
    /// It could not start.
    pub fn start(program: &Path, args: &[&str]) -> Result<Process, Vec<String>> {
        let mut command = Command::new(program);
        command.args(args).env("LC_ALL", "C").stdin(Stdio::null());
        let name = shell::line(&command);
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(|why| vec![format!("{name}: {why}")])?;
        let (said, lines) = channel();
        if let Some(out) = child.stdout.take() {
            let read = move || {
                let lines = BufReader::new(out).lines().map_while(Result::ok);
                lines.for_each(|line| drop(said.send(line)));
            };
            std::thread::spawn(read);
        }
        Ok(Process { child, name, lines })
    }

    /// The first line in which something is found.
    ///
    /// # Errors
    /// It ended, or said nothing of the kind for two minutes.
    pub fn wait<T>(&self, mut found: impl FnMut(&str) -> Option<T>) -> Result<T, Vec<String>> {
        let until = Instant::now() + LONG;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    if let Some(found) = found(&line) {
                        return Ok(found);
                    }
                }
                Err(_) => return Err(vec![format!("{}: not what was waited for", self.name)]),
            }
        }
    }

    /// The newest line it has said.
    pub fn newest(&self) -> Option<String> {
        self.lines.try_iter().last()
    }

    /// Processor time and memory, as far as the system tells.
    pub fn usage(&self) -> Usage {
        let read = |what: &str| {
            let path = format!("/proc/{}/{what}", self.child.id());
            std::fs::read_to_string(path).unwrap_or_default()
        };
        Usage {
            cpu_s: cpu_s(&read("stat")),
            peak_mb: peak_mb(&read("status")),
        }
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// It ended with a code other than 0.
    pub fn end(mut self) -> Result<(), Vec<String>> {
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(vec![format!("{}: {status}", self.name)]),
            Err(why) => Err(vec![format!("{}: {why}", self.name)]),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// User and system time in `/proc/PID/stat`, whose clock has 100 ticks a second on Linux.
fn cpu_s(stat: &str) -> f64 {
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|word| word.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// `VmHWM` in `/proc/PID/status`.
fn peak_mb(status: &str) -> f64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1024.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_read() {
        let stat = "42 (a b) c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0";
        assert_eq!(cpu_s(stat), 3.0);
        assert_eq!(peak_mb("Name:\tx\nVmHWM:\t    2048 kB\n"), 2.0);
        assert_eq!((cpu_s(""), peak_mb("")), (0.0, 0.0));
    }
}
