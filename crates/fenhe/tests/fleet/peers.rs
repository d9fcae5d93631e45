//! The processes: mosquitto, vehicles of another maker, the controller; and its API as an operator uses it.

use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Something that should happen takes no longer.
pub const LONG: Duration = Duration::from_secs(90);

/// The vehicles' folder, if they and mosquitto are installed. `FENHE_PEERS` makes that a must.
pub fn installed() -> Option<PathBuf> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../peers/vda5050");
    let runs = |program: &str, arg: &str| {
        let mut command = Command::new(program);
        command.arg(arg).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok()
    };
    let lacks = [
        (runs("mosquitto", "-h"), "mosquitto"),
        (runs("node", "--version"), "node"),
        (
            home.join("node_modules/vda-5050-lib").is_dir(),
            "vda-5050-lib (peers/vda5050/install.sh)",
        ),
    ];
    for (there, name) in lacks {
        if !there {
            assert!(
                std::env::var_os("FENHE_PEERS").is_none(),
                "{name} is not installed"
            );
            eprintln!("NOT RUN: {name} is not installed");
            return None;
        }
    }
    Some(home)
}

/// A free port of this machine.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// A process that dies with the test.
pub struct Process {
    child: Child,
    lines: Option<Receiver<String>>,
}

impl Process {
    /// Its words go to a file.
    pub fn start(command: &mut Command, log: &Path) -> Process {
        let file = File::options()
            .create(true)
            .append(true)
            .open(log)
            .expect("a log");
        let errors = file.try_clone().expect("a second handle");
        command.stdout(file).stderr(errors).stdin(Stdio::null());
        Process {
            child: command.spawn().expect("it starts"),
            lines: None,
        }
    }
    /// Its words are read.
    pub fn read(command: &mut Command) -> Process {
        command.stdout(Stdio::piped()).stdin(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        let (tx, lines) = channel();
        std::thread::spawn(move || {
            let mut lines = out.lines().map_while(Result::ok);
            lines.try_for_each(|line| tx.send(line))
        });
        Process {
            child,
            lines: Some(lines),
        }
    }
    /// What stands behind a word, on the first line that has it.
    pub fn after(&self, word: &str) -> String {
        let until = Instant::now() + LONG;
        let lines = self.lines.as_ref().expect("its words are read");
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = lines
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("{word:?} in time"));
            if let Some((_, rest)) = line.split_once(word) {
                return rest.trim().to_string();
            }
        }
    }
    /// What it said last.
    pub fn last(&self) -> Option<String> {
        self.lines.as_ref()?.try_iter().last()
    }
    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().expect("SIGKILL");
        let _ = self.child.wait();
    }
    /// It has ended by itself.
    pub fn ended(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|status| status.is_some())
    }
}
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// mosquitto on this machine, at one address however often it is started.
pub fn mosquitto(port: u16, scratch: &Path) -> Process {
    let mut command = Command::new("mosquitto");
    let process = Process::start(
        command.args(["-p", &port.to_string()]),
        &scratch.join("mosquitto.log"),
    );
    let until = Instant::now() + LONG;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "mosquitto listens");
        std::thread::sleep(Duration::from_millis(20));
    }
    process
}

/// A person at the API.
pub struct Operator {
    address: String,
    cookie: String,
    csrf: String,
}

impl Operator {
    /// The first one of a controller that has just been started.
    pub fn first(controller: &Process) -> Operator {
        let address = controller.after("control centre: http://");
        let token = controller.after("first admin: ");
        let mut operator = Operator {
            address: address.trim_end_matches('/').to_string(),
            cookie: String::new(),
            csrf: String::new(),
        };
        let (name, password) = ("operator", "a good long password");
        operator.ask(
            "POST",
            "setup",
            &json!({"token": token, "name": name, "password": password}),
        );
        let (head, body) = operator.ask(
            "POST",
            "session",
            &json!({"name": name, "password": password}),
        );
        let cookie = head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case("set-cookie")
                .then(|| value.split(';').next())?
        });
        operator.cookie = cookie.expect("a cookie").to_string();
        operator.csrf = body["csrf"]
            .as_str()
            .expect("a word against forgery")
            .to_string();
        operator
    }

    /// Everything at one instant.
    pub fn view(&self) -> Value {
        self.ask("GET", "view", &Value::Null).1
    }
    /// Does something; what came of it.
    pub fn act(&self, act: &Value) -> (String, Value) {
        self.ask("POST", "commands", act)
    }

    fn ask(&self, method: &str, route: &str, body: &Value) -> (String, Value) {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = format!(
            "{method} /api/v1/{route} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\n\
             cookie: {}\r\nx-csrf-token: {}\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            self.cookie,
            self.csrf,
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address).expect("the API listens");
        stream.write_all(request.as_bytes()).expect("it hears");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        (
            head.to_string(),
            serde_json::from_str(body).unwrap_or(Value::Null),
        )
    }
}
