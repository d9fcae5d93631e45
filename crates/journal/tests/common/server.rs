//! A PostgreSQL server of our own: found on this machine, started in a folder of its own, on a port
//! nobody else has.
#![allow(dead_code)]

use super::{Folder, Place};
use fenhe_journal::{Error, Journal};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A running server; it ends when dropped.
pub struct Server {
    folder: Folder,
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
}

/// Where the server's programs are, newest first; Debian keeps them out of the path.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut found: Vec<PathBuf> = debian.flatten().map(|e| e.path().join("bin")).collect();
    found.sort();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    found.extend(std::env::split_paths(&paths));
    let all = ["initdb", "pg_ctl", "postgres", "psql"];
    let whole = |p: &PathBuf| all.iter().all(|name| p.join(name).exists());
    found.into_iter().rev().find(whole)
}

fn root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.starts_with(b"0\n")
}

/// A command; the server refuses to run as root, so then as `postgres`.
fn command(program: &Path) -> Command {
    if !root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn done(command: &mut Command) {
    command.current_dir("/");
    let out = command.output().unwrap();
    let words = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(out.status.success(), "{command:?}\n{words}");
}

impl Server {
    /// Starts one, or says that none is installed; with `FENHE_PEERS=1` that is a failure.
    pub fn start() -> Option<Server> {
        let Some(programs) = programs() else {
            let wanted = std::env::var("FENHE_PEERS").is_ok_and(|v| v == "1");
            assert!(!wanted, "FENHE_PEERS=1, and there is no PostgreSQL server");
            println!("SKIPPED: there is no PostgreSQL server on this machine");
            return None;
        };
        let folder = Folder::new("server");
        if root() {
            done(Command::new("chown").arg("postgres").arg(&folder.0));
        }
        let mut server = Server {
            folder,
            programs,
            port: 0,
            databases: AtomicU32::new(0),
        };
        server.make();
        // Somebody may take the port between this and the start.
        for _ in 0..5 {
            let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            server.port = port.local_addr().unwrap().port();
            drop(port);
            if server.run() {
                return Some(server);
            }
        }
        panic!("the server does not start");
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn make(&self) {
        let mut initdb = command(&self.programs.join("initdb"));
        initdb.args([
            "-U",
            "fenhe",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-D",
        ]);
        done(initdb.arg(self.data()));
    }

    /// Starts the server; `false` if it does not come up.
    pub fn run(&self) -> bool {
        let mut start = command(&self.programs.join("pg_ctl"));
        let port = self.port;
        let options =
            format!("-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''");
        start.args(["-w", "-t", "60", "-o", &options, "-l"]);
        start
            .arg(self.folder.join("log"))
            .arg("-D")
            .arg(self.data());
        start.arg("start").current_dir("/");
        // The server would keep a pipe of ours open.
        start.stdout(Stdio::null()).stderr(Stdio::null());
        start.status().unwrap().success()
    }

    /// `kill -9` of the server's first process, and of what it left behind.
    pub fn kill(&self) {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let first = file.lines().next().unwrap().trim().to_string();
        let children = children(&first);
        for process in [&[first][..], &children].concat() {
            let _ = Command::new("kill").args(["-9", &process]).status();
        }
        // A new one starts only when the last of the old is gone.
        let until = Instant::now() + Duration::from_secs(10);
        while children.iter().any(|c| alive(c)) {
            assert!(Instant::now() < until, "a server process does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = std::fs::remove_file(self.data().join("postmaster.pid"));
    }

    /// A new database.
    pub fn database(&self) -> InServer<'_> {
        let name = format!("plant{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let place = InServer { server: self, name };
        self.sql("postgres", &format!("CREATE DATABASE {}", place.name));
        place
    }

    /// Statements in a database.
    pub fn sql(&self, database: &str, sql: &str) {
        let mut psql = Command::new(self.programs.join("psql"));
        let port = self.port.to_string();
        psql.args([
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            "127.0.0.1",
            "-U",
            "fenhe",
        ]);
        psql.args(["-p", &port, "-d", database, "-c", sql]);
        done(&mut psql);
    }
}

fn alive(process: &str) -> bool {
    let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // A zombie is gone, only nobody has looked.
    !state.is_empty() && !state.contains(") Z ")
}

fn children(process: &str) -> Vec<String> {
    let list = format!("/proc/{process}/task/{process}/children");
    let list = std::fs::read_to_string(list).unwrap_or_default();
    list.split_whitespace().map(str::to_string).collect()
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut stop = command(&self.programs.join("pg_ctl"));
        stop.args(["-m", "immediate", "-D"])
            .arg(self.data())
            .arg("stop");
        stop.current_dir("/")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let _ = stop.status();
    }
}

/// A database of a server.
pub struct InServer<'a> {
    server: &'a Server,
    name: String,
}
impl Place for InServer<'_> {
    fn address(&self) -> String {
        let port = self.server.port;
        format!("postgres://fenhe@127.0.0.1:{port}/{}", self.name)
    }
    fn tamper(&self, sql: &str) {
        let sql = format!("SET search_path TO fenhe; {sql}");
        self.server.sql(&self.name, &sql);
    }
}

/// Opens; a connection that was just closed may still hold the lock for a moment.
pub fn open_soon(address: &str) -> Result<Box<dyn Journal>, Error> {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        match fenhe_journal::open(address) {
            Err(Error::Busy(_) | Error::Unreachable(_)) if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(10));
            }
            other => return other,
        }
    }
}
