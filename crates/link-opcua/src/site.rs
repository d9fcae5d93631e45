//! `machines.toml`: which stations of a plant are reached over OPC UA, and where. Told apart from the
//! plant, because an address is no part of what a plant is.

use crate::client::{Config, Link, Station};
use crate::heard::Mark;
use crate::mapping::Mapping;
use crate::nodes::is_node;
use crate::{Security, words};
use fenhe_contract::{StationId, UnitState};
use fenhe_plant::{Plant, Problem, nearest};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Codes of problems that only this file can have; it has those of a plant folder as well.
pub const CODES: &[&str] = &[
    "machines/endpoint",
    "machines/node",
    "machines/secret",
    "machines/span",
    "machines/twice",
];

/// All stations that are not named elsewhere.
const ALL: &str = "*";
const SERVER: [&str; 7] = [
    "endpoint",
    "user",
    "password_file",
    "keys",
    "watchdog",
    "retry",
    "station",
];
const STATION: [&str; 6] = ["id", "name", "begin", "suspended", "nodes", "ports"];
const NODES: [&str; 13] = [
    "object",
    "state",
    "heartbeat",
    "memory",
    "good",
    "scrap",
    "alarm",
    "jobs",
    "log",
    "store_and_start",
    "abort",
    "hold",
    "unhold",
];

type Item<'t> = Spanned<DeValue<'t>>;
type Table<'t> = DeTable<'t>;

/// Reads it for a plant. `folder`: what paths in it are meant from.
///
/// # Errors
/// All its problems, with place and code.
pub fn read(
    file: &str,
    bytes: &[u8],
    plant: &Plant,
    folder: &Path,
) -> Result<Config, Vec<Problem>> {
    let Ok(source) = std::str::from_utf8(bytes) else {
        return Err(vec![Problem::of_file("file/not-utf8", file)]);
    };
    let mut reader = Reader {
        file,
        source,
        plant,
        folder,
        problems: Vec::new(),
        taken: BTreeMap::new(),
        all: None,
    };
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in errors {
        let problem = reader.error("toml/syntax", error.span().unwrap_or(0..0));
        reader.push(problem.arg("message", error.message()));
    }
    let links = reader.file(table.get_ref());
    match reader.problems.is_empty() {
        true => Ok(Config { links }),
        false => Err(reader.problems),
    }
}

struct Reader<'t> {
    file: &'t str,
    source: &'t str,
    plant: &'t Plant,
    folder: &'t Path,
    problems: Vec<Problem>,
    /// Stations by where they were named first.
    taken: BTreeMap<StationId, u32>,
    /// The server, by number, that has all others, and the row to go by.
    all: Option<usize>,
}

impl Reader<'_> {
    fn file(&mut self, table: &Table<'_>) -> Vec<Link> {
        self.only(table, "machines.toml", &["server"]);
        let mut links = Vec::new();
        match table.get("server") {
            Some(item) => {
                for (server, at) in self.tables(item) {
                    let number = links.len();
                    links.extend(self.server(server, at, number));
                }
            }
            None => self.missing("machines.toml", "server", 0..0),
        }
        if let Some(link) = self.all.and_then(|number| links.get_mut(number)) {
            let rest = self.plant.stations.ids();
            let rest = rest.filter(|id| !self.taken.contains_key(id));
            let row = |id| Station::new(id, Mapping::of(self.plant, id), Some(Mark::default()));
            link.stations.extend(rest.map(row));
        }
        links
    }

    fn server(&mut self, table: &Table<'_>, at: Range<usize>, number: usize) -> Option<Link> {
        self.only(table, "[[server]]", &SERVER);
        let endpoint = match table.get("endpoint") {
            Some(item) => self.endpoint(item),
            None => {
                self.missing("[[server]]", "endpoint", at.clone());
                None
            }
        };
        let mut stations = Vec::new();
        match table.get("station") {
            Some(item) => {
                for (row, at) in self.tables(item) {
                    stations.extend(self.station(row, at, number));
                }
            }
            None => self.missing("[[server]]", "station", at),
        }
        let security = self.security(table)?;
        let mut link = Link::new(&endpoint?, stations);
        link.security = security;
        link.keys = self
            .folder
            .join(self.text(table, "keys").unwrap_or("pki".into()));
        link.watchdog = self.span(table, "watchdog").unwrap_or(link.watchdog);
        link.retry = self.span(table, "retry").unwrap_or(link.retry);
        Some(link)
    }

    fn station(&mut self, table: &Table<'_>, at: Range<usize>, number: usize) -> Option<Station> {
        self.only(table, "[[server.station]]", &STATION);
        let Some(item) = table.get("id") else {
            self.missing("[[server.station]]", "id", at);
            return None;
        };
        let id = self.string(item)?;
        if id == ALL {
            self.all = Some(number);
            return None;
        }
        let mut stations = self.plant.stations.pairs();
        let Some((station, _)) = stations.find(|(_, row)| row.name == id) else {
            let names = self.plant.stations.iter().map(|row| row.name.as_str());
            let problem = self
                .error("name/unknown", item.span())
                .arg("kind", "station");
            let near = nearest(&id, names);
            self.push(problem.arg("name", &id).suggest(near));
            return None;
        };
        let problem = self
            .error("machines/twice", item.span())
            .arg("station", &id);
        if let Some(line) = self.taken.insert(station, problem.line) {
            self.push(problem.arg("line", line));
        }
        let now = self.word(table, "begin", ["memory", "now"]) == Some(1);
        let mark = (!now).then(Mark::default);
        Some(Station::new(station, self.mapping(table, station), mark))
    }

    /// Which of two words stands there.
    fn word(&mut self, table: &Table<'_>, key: &str, words: [&str; 2]) -> Option<usize> {
        let item = table.get(key)?;
        let text = self.string(item)?;
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let problem = self.error("value/word", item.span()).arg("word", text);
            self.push(problem.arg("words", words.join(", ")));
        }
        found
    }

    fn mapping(&mut self, table: &Table<'_>, station: StationId) -> Mapping {
        let mut mapping = Mapping::of(self.plant, station);
        if let Some(name) = self.text(table, "name") {
            mapping.rename(&words::clean(&name));
        }
        if self.word(table, "suspended", ["blocked", "idle"]) == Some(1) {
            mapping.suspended = UnitState::Idle;
        }
        for (key, node) in self.nodes(table, "nodes") {
            match NODES.contains(&key.1.as_str()) {
                true => *mapping.node_mut(&key.1) = node,
                false => self.unknown("nodes", &key.1, key.0, &NODES),
            }
        }
        for (key, node) in self.nodes(table, "ports") {
            if let Some(port) = mapping.ports.iter_mut().find(|port| port.name == key.1) {
                port.node = node;
                continue;
            }
            let names: Vec<&str> = mapping.ports.iter().map(|port| &*port.name).collect();
            self.unknown("ports", &key.1, key.0, &names);
        }
        mapping
    }

    /// Key with its place, and the node it is given.
    fn nodes(&mut self, table: &Table<'_>, key: &str) -> Vec<((Range<usize>, String), String)> {
        let Some(item) = table.get(key) else {
            return Vec::new();
        };
        let DeValue::Table(rows) = item.get_ref() else {
            self.wanted(item, "table");
            return Vec::new();
        };
        let mut all = Vec::new();
        for (key, item) in rows.iter() {
            let Some(node) = self.string(item) else {
                continue;
            };
            if is_node(&node) {
                all.push(((key.span(), key.get_ref().to_string()), node));
            } else {
                let problem = self.error("machines/node", item.span());
                self.push(problem.arg("node", node));
            }
        }
        all
    }

    /// `None` only after a problem was told.
    fn security(&mut self, table: &Table<'_>) -> Option<Security> {
        let (user, file) = (table.get("user"), table.get("password_file"));
        let (Some(user), Some(file)) = (user, file) else {
            let (Some(one), missing) = (user.or(file), ["user", "password_file"]) else {
                return Some(Security::None);
            };
            self.missing(
                "[[server]]",
                missing[usize::from(user.is_some())],
                one.span(),
            );
            return None;
        };
        let (user, path) = (self.string(user)?, self.string(file)?);
        match std::fs::read_to_string(self.folder.join(&path)) {
            Ok(text) => Some(Security::Encrypted {
                user,
                password: text.lines().next().unwrap_or_default().into(),
            }),
            Err(_) => {
                let problem = self.error("machines/secret", file.span());
                self.push(problem.arg("file", path));
                None
            }
        }
    }

    fn endpoint(&mut self, item: &Item<'_>) -> Option<String> {
        let text = self.string(item)?;
        if address(&text).is_some() {
            return Some(text);
        }
        let problem = self.error("machines/endpoint", item.span());
        self.push(problem.arg("endpoint", text));
        None
    }

    /// `5 s` or `200 ms`.
    fn span(&mut self, table: &Table<'_>, key: &str) -> Option<Duration> {
        let item = table.get(key)?;
        let text = self.string(item)?;
        let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
        let ms = number
            .parse::<u64>()
            .ok()
            .and_then(|n| match text[number.len()..].trim() {
                "ms" => Some(n),
                "s" => n.checked_mul(1000),
                _ => None,
            });
        let Some(ms) = ms.filter(|ms| (100..=600_000).contains(ms)) else {
            let problem = self.error("machines/span", item.span());
            self.push(problem.arg("value", text));
            return None;
        };
        Some(Duration::from_millis(ms))
    }

    fn text(&mut self, table: &Table<'_>, key: &str) -> Option<String> {
        table.get(key).and_then(|item| self.string(item))
    }

    fn string(&mut self, item: &Item<'_>) -> Option<String> {
        match item.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            _ => {
                self.wanted(item, "string");
                None
            }
        }
    }

    /// The tables of an array; problems for what else is there.
    fn tables<'a, 't>(&mut self, item: &'a Item<'t>) -> Vec<(&'a Table<'t>, Range<usize>)> {
        let DeValue::Array(list) = item.get_ref() else {
            self.wanted(item, "array");
            return Vec::new();
        };
        let mut all = Vec::new();
        for one in list.iter() {
            match one.get_ref() {
                DeValue::Table(table) => all.push((table, one.span())),
                _ => self.wanted(one, "table"),
            }
        }
        all
    }

    fn only(&mut self, table: &Table<'_>, form: &str, keys: &[&str]) {
        for (key, _) in table.iter() {
            if !keys.contains(&&**key.get_ref()) {
                self.unknown(form, key.get_ref(), key.span(), keys);
            }
        }
    }
    fn unknown(&mut self, form: &str, key: &str, at: Range<usize>, keys: &[&str]) {
        let problem = self.error("key/unknown", at).arg("in", form);
        let near = nearest(key, keys.iter().copied());
        self.push(problem.arg("key", key).suggest(near));
    }
    fn missing(&mut self, form: &str, key: &str, at: Range<usize>) {
        let problem = self.error("key/missing", at).arg("in", form);
        self.push(problem.arg("key", key));
    }
    fn wanted(&mut self, item: &Item<'_>, wanted: &str) {
        let found = item.get_ref().type_str();
        let problem = self.error("value/type", item.span()).arg("found", found);
        self.push(problem.arg("wanted", wanted));
    }
    fn error(&self, code: &'static str, at: Range<usize>) -> Problem {
        Problem::error(code, self.file, self.source, at)
    }
    fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// Host and port of `opc.tcp://host:port/path`; `None` if it is not one.
pub fn address(endpoint: &str) -> Option<(&str, u16)> {
    let rest = endpoint.strip_prefix("opc.tcp://")?;
    let (host, port) = rest.split('/').next()?.rsplit_once(':')?;
    let port = port.parse().ok().filter(|&port| port > 0)?;
    (!host.is_empty()).then_some((host, port))
}
