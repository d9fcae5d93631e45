//! Our client against machines of other makers (`peers/opcua/`), killed and started again under it.
//! Each keeps a ledger of jobs carried out in a file, outside its own memory.
//!
//! Without them installed (`peers/opcua/install.sh`) the tests say so and pass, unless
//! `FENHE_PEERS=1` demands them.

mod support;

use fenhe_contract::{Tag, UnitState};
use fenhe_link_opcua::{Client, Config, Doubt, Link, Mapping, Mark, Settle, Station};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use support::{Ears, PRESS, run};

const LONG: Duration = Duration::from_secs(120);
/// Within this, data has to come again once the machine is back.
const RESUMES: Duration = Duration::from_secs(15);

/// A machine's program and its folder.
struct Peer {
    program: Vec<PathBuf>,
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Peer {
    /// `None`, said aloud, if it is not installed.
    fn new(kind: &str, test: &str) -> Option<Peer> {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../peers/opcua");
        let (needed, program) = match kind {
            "asyncua" => {
                let python = home.join(".venv/bin/python");
                (python.clone(), vec![python, home.join("machine.py")])
            }
            _ => {
                let module = home.join("node_modules/node-opcua");
                (module, vec!["node".into(), home.join("machine.js")])
            }
        };
        if !needed.exists() {
            let demanded = std::env::var("FENHE_PEERS").is_ok_and(|value| value == "1");
            assert!(
                !demanded,
                "{kind} is not installed: run peers/opcua/install.sh"
            );
            eprintln!("NOT RUN: {kind} is not installed (peers/opcua/install.sh)");
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{kind}-{test}"));
        // Not there the first time.
        let _old = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("a port").port();
        Some(Peer {
            program,
            folder,
            port,
            child: None,
        })
    }

    /// Starts it and waits until it says that it is ready.
    fn start(&mut self, more: &[&str]) {
        let mut child = Command::new(&self.program[0])
            .arg(&self.program[1])
            .arg(self.port.to_string())
            .arg(&self.folder)
            .arg("0.1")
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the peer starts");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let ready = lines
            .map_while(Result::ok)
            .any(|line| line.contains("ready"));
        self.child = Some(child);
        assert!(ready, "the peer did not get ready");
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
    }

    fn connect(&self) -> Client {
        let station = Station::new(PRESS, Mapping::named("press"), Some(Mark::default()));
        let endpoint = format!("opc.tcp://127.0.0.1:{}/", self.port);
        let links = vec![Link::new(&endpoint, vec![station])];
        Client::connect(Config { links }).expect("client starts")
    }

    /// Jobs carried out, in order.
    fn ledger(&self) -> Vec<u64> {
        let text = std::fs::read_to_string(self.folder.join("ledger.txt")).unwrap_or_default();
        let lines = text.lines().map(|line| line.parse().expect("a tag"));
        lines.collect()
    }
}
impl Drop for Peer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Forty jobs, the machine killed five times among them.
fn killed_five_times(kind: &str) {
    let Some(mut peer) = Peer::new(kind, "killed") else {
        return;
    };
    peer.start(&[]);
    let client = peer.connect();
    let mut ears = Ears::default();
    for round in 0..5u64 {
        for job in round * 8 + 1..=round * 8 + 8 {
            assert!(client.send(PRESS, &run(job, job as u32)));
        }
        let some = (round * 8 + 2 + round % 3) as usize;
        assert!(ears.until(&client, LONG, |ears| ears.ended.len() >= some));
        peer.kill();
        assert!(
            ears.until(&client, RESUMES, |ears| !ears.up),
            "the loss is noticed"
        );
        peer.start(&[]);
        let (back, news) = (Instant::now(), ears.news);
        assert!(ears.until(&client, RESUMES, |ears| ears.up && ears.news > news));
        eprintln!("{kind}: news again after {:?}", back.elapsed());
    }
    let all = |ears: &Ears| ears.ended.len() == 40 && ears.good == 40;
    assert!(
        ears.until(&client, LONG, all),
        "{:?} {}",
        ears.ended,
        ears.good
    );
    assert!(
        ears.started
            .values()
            .chain(ears.ended.values())
            .all(|&n| n == 1)
    );
    assert_eq!((ears.started.len(), ears.refused), (40, 0));
    assert_eq!(ears.doubts, []);
    assert_eq!(peer.ledger(), (1..=40).collect::<Vec<_>>());
}

/// The machine comes back without its memory: what it had is in doubt, nothing is done twice.
fn without_its_memory(kind: &str) {
    let Some(mut peer) = Peer::new(kind, "forgetful") else {
        return;
    };
    peer.start(&[]);
    let client = peer.connect();
    let mut ears = Ears::default();
    for job in 1..=6 {
        client.send(PRESS, &run(job, job as u32));
    }
    assert!(ears.until(&client, LONG, |ears| ears.ended.len() >= 2));
    peer.kill();
    assert!(ears.until(&client, RESUMES, |ears| !ears.up));
    let done = peer.ledger();
    peer.start(&["forget"]);
    assert!(ears.until(&client, RESUMES, |ears| ears.up));
    let doubted: Vec<u64> = (1..=6)
        .filter(|job| !ears.ended.contains_key(job))
        .collect();
    let doubts: Vec<Doubt> = doubted.iter().map(|&job| Doubt::Job(Tag(job))).collect();
    assert_eq!(ears.doubts, doubts);
    // A person looks at the machine (here: at the ledger) and settles each.
    for &job in &doubted {
        let how = match done.contains(&job) {
            true => Settle::Ended,
            false => Settle::Again,
        };
        client.settle(PRESS, Tag(job), how);
    }
    assert!(ears.until(&client, LONG, |ears| ears.ended.len() == 6));
    assert!(ears.ended.values().all(|&n| n == 1));
    let mut ledger = peer.ledger();
    ledger.sort_unstable();
    assert_eq!(ledger, [1, 2, 3, 4, 5, 6]);
}

/// Held, it finishes what it has in work and begins nothing, also after it was killed; then it goes on.
fn held(kind: &str) {
    let Some(mut peer) = Peer::new(kind, "held") else {
        return;
    };
    peer.start(&[]);
    let client = peer.connect();
    let mut ears = Ears::default();
    let hold = |revision, on| fenhe_contract::Command::Hold {
        station: PRESS,
        revision,
        on,
    };
    let stands = |ears: &Ears| ears.state == Some(UnitState::Maintenance);
    client.send(PRESS, &hold(1, true));
    assert!(ears.until(&client, LONG, stands), "{:?}", ears.doubts);
    client.send(PRESS, &run(1, 1));
    assert!(!ears.until(&client, Duration::from_secs(2), |ears| {
        !ears.started.is_empty()
    }));
    peer.kill();
    assert!(ears.until(&client, RESUMES, |ears| !ears.up));
    peer.start(&[]);
    assert!(ears.until(&client, RESUMES, |ears| ears.held.len() > 1));
    assert_eq!(peer.ledger(), Vec::<u64>::new());
    client.send(PRESS, &hold(2, false));
    assert!(ears.until(&client, LONG, |ears| ears.ended.len() == 1));
    assert_eq!(peer.ledger(), [1]);
    assert_eq!(ears.doubts, []);
}

#[test]
fn asyncua_held() {
    held("asyncua");
}
#[test]
fn node_opcua_held() {
    held("node-opcua");
}
#[test]
fn asyncua_killed_under_us() {
    killed_five_times("asyncua");
}
#[test]
fn node_opcua_killed_under_us() {
    killed_five_times("node-opcua");
}
#[test]
fn asyncua_without_its_memory() {
    without_its_memory("asyncua");
}
#[test]
fn node_opcua_without_its_memory() {
    without_its_memory("node-opcua");
}
