//! Public instances: the JSON of the Start-Kits of 2023, 2024 and 2026 with its map, robots and tasks, and the CSV
//! files of the EPIBT set.

use super::hall::Reveal;
use crate::faults::Fault;
use fenhe_planner::grid::{Map, State};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What was read.
pub struct Instance {
    /// The map.
    pub map: Arc<Map>,
    /// Where robots stand; all look east.
    pub starts: Vec<State>,
    /// Cells of the errands of each task.
    pub tasks: Vec<Vec<u32>>,
    /// Which tasks are revealed.
    pub reveal: Reveal,
    /// Keys that the instance has and these rules do not know.
    pub ignored: Vec<String>,
}

/// A file that cannot be read, or faults in one.
pub enum Bad {
    /// The file itself.
    File(PathBuf, std::io::Error),
    /// What is in it.
    Faults(PathBuf, Vec<Fault>),
}

/// So many faults of a file are told.
const TOLD: usize = 20;
/// Keys of the 2026 rules: robots that are late, and a size.
const LATER: [&str; 3] = ["agentCounter", "agentSize", "delayConfig"];

fn text(path: &Path) -> Result<String, Bad> {
    let bytes = std::fs::read(path).map_err(|why| Bad::File(path.into(), why))?;
    let fault = |_| one(path, Fault::new("grid/text", 0));
    String::from_utf8(bytes).map_err(fault)
}

fn one(path: &Path, fault: Fault) -> Bad {
    Bad::Faults(path.into(), vec![fault])
}

impl Instance {
    /// Reads an instance and the files that it names, which lie beside it.
    pub fn read(path: &Path) -> Result<Instance, Bad> {
        let text = text(path)?;
        let json: Value = serde_json::from_str(&text).map_err(|why| {
            let fault = Fault::new("grid/json", why.line()).arg("detail", why);
            one(path, fault)
        })?;
        let beside = |key: &'static str| match json[key].as_str() {
            Some(name) => Ok(path.parent().unwrap_or(Path::new("")).join(name)),
            None => Err(one(path, Fault::new("grid/key", 0).arg("key", key))),
        };
        let size = json["teamSize"].as_u64().filter(|size| *size > 0);
        let size = size.ok_or_else(|| one(path, Fault::new("grid/size", 0)))? as usize;
        let reveal = reveal(&json, size).map_err(|fault| one(path, fault))?;
        let (agents, tasks) = (beside("agentFile")?, beside("taskFile")?);
        let map = Arc::new(map(&beside("mapFile")?)?);
        let ignored = LATER.iter().filter(|key| !json[**key].is_null());
        Ok(Instance {
            starts: starts(&agents, &map, size)?,
            tasks: errands(&tasks, &map)?,
            reveal,
            ignored: ignored.map(|key| (*key).to_string()).collect(),
            map,
        })
    }
}

fn reveal(json: &Value, size: usize) -> Result<Reveal, Fault> {
    match json["taskAssignmentStrategy"].as_str() {
        Some("roundrobin") => return Ok(Reveal::Turns),
        Some("") | None => {}
        Some(other) => return Err(Fault::new("grid/strategy", 0).arg("value", other)),
    }
    let times = match &json["numTasksReveal"] {
        Value::Null => Some(1.0),
        value => value.as_f64(),
    };
    match times.filter(|times| (0.0..=1e6).contains(times)) {
        Some(times) => Ok(Reveal::Pool((times * size as f64) as usize)),
        None => Err(Fault::new("grid/reveal", 0)),
    }
}

/// A map of the MovingAI form.
pub fn map(path: &Path) -> Result<Map, Bad> {
    let text = text(path)?;
    let mut lines = (1..).zip(text.lines());
    let (mut rows, mut columns) = (None, None);
    for (_, line) in lines.by_ref() {
        let mut words = line.split_whitespace();
        let number = |word: Option<&str>| word.and_then(|word| word.parse::<usize>().ok());
        match words.next() {
            Some("height") => rows = number(words.next()),
            Some("width") => columns = number(words.next()),
            Some("map") => break,
            _ => {}
        }
    }
    let size = rows.zip(columns);
    let size =
        size.filter(|(rows, columns)| (1..=1 << 24).contains(&rows.saturating_mul(*columns)));
    let (rows, columns) = size.ok_or_else(|| one(path, Fault::new("grid/head", 1)))?;
    let mut free = Vec::with_capacity(rows * columns);
    for (at, line) in lines.take(rows) {
        let line = line.trim_end();
        if line.chars().count() != columns {
            let fault = Fault::new("grid/row", at).arg("columns", columns);
            return Err(one(path, fault.arg("found", line.chars().count())));
        }
        free.extend(line.chars().map(|sign| sign != '@' && sign != 'T'));
    }
    if free.len() != rows * columns {
        let fault = Fault::new("grid/rows", 0).arg("rows", rows);
        return Err(one(path, fault.arg("found", free.len() / columns)));
    }
    Ok(Map::new(columns as u32, &free))
}

/// Lines that say something, from 1, without the head of a CSV file and without the count of the others.
fn rows<'a>(path: &Path, text: &'a str, head: &str) -> Result<Vec<(usize, &'a str)>, Bad> {
    let lines = (1..).zip(text.lines().map(str::trim));
    let mut lines: Vec<(usize, &str)> = lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .collect();
    if lines.first().is_some_and(|(_, line)| *line == head) {
        lines.remove(0);
        return Ok(lines);
    }
    let count = lines
        .first()
        .and_then(|(_, line)| line.parse::<usize>().ok());
    let Some(count) = count else {
        let at = lines.first().map_or(0, |(at, _)| *at);
        return Err(one(path, Fault::new("grid/count", at).arg("head", head)));
    };
    lines.remove(0);
    if lines.len() < count {
        let fault = Fault::new("grid/few", 0).arg("count", count);
        return Err(one(path, fault.arg("found", lines.len())));
    }
    lines.truncate(count);
    Ok(lines)
}

/// The cell of a location, or why it is none.
fn cell(map: &Map, word: &str, line: usize) -> Result<u32, Fault> {
    let word = word.trim();
    let Ok(location) = word.parse::<u32>() else {
        return Err(Fault::new("grid/number", line).arg("value", word));
    };
    let most = map.rows() * map.columns();
    let found = map.cell(location);
    found.ok_or_else(|| match location < most {
        true => Fault::new("grid/blocked", line).arg("value", location),
        false => Fault::new("grid/outside", line)
            .arg("value", location)
            .arg("most", most - 1),
    })
}

fn starts(path: &Path, map: &Map, size: usize) -> Result<Vec<State>, Bad> {
    let text = text(path)?;
    let lines = rows(path, &text, "agent id,row,col")?;
    if lines.len() < size {
        let fault = Fault::new("grid/robots", 0).arg("size", size);
        return Err(one(path, fault.arg("found", lines.len())));
    }
    let (mut starts, mut faults) = (Vec::with_capacity(size), Vec::new());
    let mut taken = vec![0; map.cells() as usize];
    for (at, line) in lines.into_iter().take(size) {
        let words: Vec<&str> = line.split(',').collect();
        let found = match words[..] {
            [word] => cell(map, word, at),
            [_, row, column] => {
                let number = |word: &str| word.trim().parse::<u64>().ok();
                let place = number(row).zip(number(column));
                let place = place.filter(|(_, column)| *column < u64::from(map.columns()));
                match place {
                    Some((row, column)) => {
                        let location = row * u64::from(map.columns()) + column;
                        cell(map, &location.to_string(), at)
                    }
                    None => Err(Fault::new("grid/number", at).arg("value", line)),
                }
            }
            _ => Err(Fault::new("grid/number", at).arg("value", line)),
        };
        match found {
            Ok(cell) if taken[cell as usize] > 0 => {
                let other = taken[cell as usize];
                faults.push(Fault::new("grid/twice", at).arg("other", other));
            }
            Ok(cell) => {
                taken[cell as usize] = at;
                starts.push(4 * cell);
            }
            Err(fault) => faults.push(fault),
        }
    }
    told(path, starts, faults)
}

fn errands(path: &Path, map: &Map) -> Result<Vec<Vec<u32>>, Bad> {
    let text = text(path)?;
    let (mut tasks, mut faults) = (Vec::new(), Vec::new());
    for (at, line) in rows(path, &text, "targets")? {
        let cells: Result<Vec<u32>, Fault> =
            line.split(',').map(|word| cell(map, word, at)).collect();
        match cells {
            Ok(cells) => tasks.push(cells),
            Err(fault) => faults.push(fault),
        }
    }
    if tasks.is_empty() && faults.is_empty() {
        faults.push(Fault::new("grid/empty", 0));
    }
    told(path, tasks, faults)
}

fn told<T>(path: &Path, read: T, mut faults: Vec<Fault>) -> Result<T, Bad> {
    faults.truncate(TOLD);
    match faults.is_empty() {
        true => Ok(read),
        false => Err(Bad::Faults(path.into(), faults)),
    }
}
