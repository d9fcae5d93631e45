//! The program as a user runs it, and its API over real connections.
#![allow(dead_code, unused_imports)] // each test file uses a part

mod process;
pub use process::*;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long anything may take on a busy machine.
pub const LONG: Duration = Duration::from_secs(120);

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub json: Value,
}
impl Answer {
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

/// One request on a connection of its own.
pub fn ask(address: &str, method: &str, path: &str, token: &str, body: Option<&Value>) -> Answer {
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut socket = TcpStream::connect(address).expect("the server is there");
    socket.set_read_timeout(Some(LONG)).expect("a socket");
    let proof = match token {
        "" => String::new(),
        token => format!("authorization: Bearer {token}\r\n"),
    };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{proof}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(head.as_bytes()).expect("sent");
    let text = read_answer(&mut socket);
    let (head, body) = text.split_once("\r\n\r\n").expect("head and body");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Answer {
        status: status.expect("a status"),
        json: serde_json::from_str(body).unwrap_or(Value::Null),
    }
}

/// One answer, by the length it tells: some servers keep the connection open.
fn read_answer(socket: &mut TcpStream) -> String {
    let (mut answer, mut part) = (Vec::new(), [0; 65_536]);
    loop {
        let text = String::from_utf8_lossy(&answer).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                let is = name.eq_ignore_ascii_case("content-length");
                is.then(|| value.trim().parse::<usize>().ok()).flatten()
            });
            let begin = answer
                .windows(4)
                .position(|four| four == b"\r\n\r\n")
                .unwrap_or(0)
                + 4;
            if length.is_some_and(|length| answer.len() >= begin + length) {
                return text;
            }
        }
        match socket.read(&mut part).expect("answered") {
            0 => return text,
            count => answer.extend(&part[..count]),
        }
    }
}

/// A running program with an admin, and what lets each role in.
pub struct Plant {
    pub process: Process,
    pub address: String,
    pub cookie: (String, String),
}

impl Plant {
    /// Starts the program; its first admin is made with the token it prints.
    pub fn start(args: &[&str]) -> Plant {
        let process = Process::start(args);
        let address = process.after("control centre: http://");
        let setup = process.after("to make the first admin: ");
        let body = json!({"token": setup, "name": "chief", "password": "a long secret word"});
        let made = ask(&address, "POST", "/api/v1/setup", "", Some(&body));
        assert!(made.status < 300, "{made:?}");
        Plant {
            process,
            cookie: login(&address, "chief", "a long secret word"),
            address,
        }
    }
    /// A token with a role.
    pub fn token(&self, role: &str) -> String {
        self.token_named(&format!("t-{role}"), role)
    }
    pub fn token_named(&self, name: &str, role: &str) -> String {
        let body = json!({"name": name, "role": role, "days": 1});
        let answer = with_cookie(&self.address, "POST", "/api/v1/tokens", &self.cookie, &body);
        let token = answer.json["token"].as_str();
        token.unwrap_or_else(|| panic!("{answer:?}")).to_string()
    }
    pub fn get(&self, token: &str, path: &str) -> Value {
        let answer = ask(&self.address, "GET", path, token, None);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json
    }
    pub fn act(&self, token: &str, body: Value) -> Answer {
        ask(
            &self.address,
            "POST",
            "/api/v1/commands",
            token,
            Some(&body),
        )
    }
    /// Looks at the picture until it shows what is wanted.
    pub fn until<T>(
        &self,
        token: &str,
        what: &str,
        mut wanted: impl FnMut(&Value) -> Option<T>,
    ) -> T {
        let until = Instant::now() + LONG;
        loop {
            let view = self.get(token, "/api/v1/view");
            if let Some(found) = wanted(&view) {
                return found;
            }
            assert!(Instant::now() < until, "{what} in time");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Logs in: cookie and csrf value.
pub fn login(address: &str, name: &str, password: &str) -> (String, String) {
    let body = json!({"name": name, "password": password}).to_string();
    let raw = exchange(
        address,
        &format!(
            "POST /api/v1/session HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
    );
    let cookie = raw.lines().find_map(|line| {
        let rest = line.strip_prefix("set-cookie: ")?;
        rest.split(';').next().map(str::to_string)
    });
    let (_, body) = raw.split_once("\r\n\r\n").expect("head and body");
    let began: Value = serde_json::from_str(body).expect("JSON");
    let csrf = began["csrf"].as_str().expect("csrf").to_string();
    (cookie.expect("a cookie"), csrf)
}

/// One request with a session.
pub fn with_cookie(
    address: &str,
    method: &str,
    path: &str,
    (cookie, csrf): &(String, String),
    body: &Value,
) -> Answer {
    let body = body.to_string();
    let raw = exchange(
        address,
        &format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncookie: {cookie}\r\n\
             x-csrf-token: {csrf}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
    );
    let (head, body) = raw.split_once("\r\n\r\n").expect("head and body");
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Answer {
        status: status.expect("a status"),
        json: serde_json::from_str(body).unwrap_or(Value::Null),
    }
}

fn exchange(address: &str, request: &str) -> String {
    let mut socket = TcpStream::connect(address).expect("the server is there");
    socket.set_read_timeout(Some(LONG)).expect("a socket");
    socket.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("answered");
    answer
}

/// A folder that nobody else uses.
pub fn scratch(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("fenhe-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a scratch folder");
    folder
}

/// The cell workshop with one line fed by orders, a zone around a bay of it, and an emergency stop.
pub fn workshop(folder: &Path) -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/jinneng-cells");
    let to = folder.join("jinneng-cells");
    std::fs::create_dir_all(&to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the plant") {
        let entry = entry.expect("a file");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
    let path = to.join("plant.toml");
    let text = std::fs::read_to_string(&path).expect("text");
    let (head, tail) = text
        .rsplit_once("endless = \"cell\"\nrelease = \"push\"")
        .expect("a source");
    let text = format!(
        "{head}orders = \"cell\"\nrelease = {{ kanban = 400 }}{tail}\n\
         [[area]]\nid = \"boron-a\"\nnodes = [\"L1-boron-a.in\"]\nstations = [\"L1-boron-a.loader\"]\n\n\
         [[emergency_group]]\nid = \"E1\"\nstations = [\"L1-boron-b.loader\"]\n\n\
         [orders]\nfile = \"orders.csv\"\n"
    );
    std::fs::write(&path, text).expect("written");
    // One that comes when every test is over.
    let orders = "order,product,quantity,release,due\nfirst,cell,200,400 h,500 h\n";
    std::fs::write(to.join("orders.csv"), orders).expect("written");
    to
}
