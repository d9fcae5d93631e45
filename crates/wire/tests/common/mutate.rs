//! Messages that are wrong: bytes of valid ones changed at random, and bytes that never were one.

use super::{Deed, Luck, Rig, schema};
use fenhe_contract::PlaceId;
use fenhe_wire::vda5050::*;
use serde_json::Value;

/// Valid messages of one topic, of all versions, from both ends.
pub fn corpus(topic: Topic) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    for version in Version::ALL {
        let mut dialect = Dialect::new(version, "Fenhe", "agv-3");
        dialect.max_horizon = 2;
        let mut rig = Rig::new(dialect, Quirks::default(), 77);
        for turn in 0..3 {
            let mut deeds = rig.edges(2);
            deeds.push(Deed::Hand(0, PlaceId(rig.end), turn % 2 == 0));
            rig.command(&deeds);
            rig.run(3);
            rig.with_master(|m, now, _, out| m.pause(now, turn == 0, out));
            rig.run(2);
        }
        rig.with_master(|m, now, _, out| m.ask_factsheet(now, out));
        rig.with_master(|m, now, names, out| m.withdraw(now, names, true, out));
        rig.run(40);
        let will = rig.vehicle.will(super::at(rig.us));
        let all = rig.sent.iter().chain(&rig.told).chain([&will]);
        let of: Vec<Vec<u8>> = all
            .filter(|m| m.kind == topic)
            .map(|m| m.payload.clone())
            .collect();
        found.extend(of.into_iter().take(40));
    }
    if topic == Topic::Visualization {
        found.push(br#"{"headerId":1,"agvPosition":{"x":1.0,"y":2.0,"theta":0.1,"mapId":"m","positionInitialized":true}}"#.to_vec());
    }
    assert!(!found.is_empty(), "{topic:?}");
    assert!(schema::of(Version::V2_1, topic).is_some());
    found
}

const VALUES: &[&str] = &[
    "null",
    "true",
    "-1",
    "0",
    "1",
    "2",
    "3",
    "4",
    "4294967295",
    "4294967296",
    "18446744073709551616",
    "1e308",
    "1e999",
    "-0.0",
    "0.5",
    "1e-320",
    "\"\"",
    "\"n0\"",
    "\"n5\"",
    "\"e3\"",
    "\"port.1\"",
    "\"f1-1\"",
    "\"f1-2\"",
    "\"f1-a1\"",
    "\"f1-a2\"",
    "\"f1-i1\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"FINISHED\"",
    "\"RETRIABLE\"",
    "\"FAILED\"",
    "\"MANUAL\"",
    "\"STARTUP\"",
    "\"INTERVENED\"",
    "\"CONNECTION_BROKEN\"",
    "\"2026-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:60Z\"",
    "\"cancelOrder\"",
    "\"startCharging\"",
    "\"pick\"",
    "[]",
    "{}",
    "[{}]",
    "[[]]",
    "[null]",
    "{\"a\":{\"b\":[]}}",
    "\"orderError\"",
    "\"电\"",
];

const WORDS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"\\",
    b"null",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\0",
    b"1e99999",
    b"--1",
    b"\"\\u12\"",
    b"\xef\xbb\xbf",
];

/// One wrong message (or, now and then, a right one).
pub fn noise(corpus: &[Vec<u8>], luck: &mut Luck) -> Vec<u8> {
    let pick = |luck: &mut Luck| corpus[luck.below(corpus.len() as u64) as usize].clone();
    match luck.below(16) {
        0 => (0..luck.below(300))
            .map(|_| luck.below(256) as u8)
            .collect(),
        1 => nested(luck),
        2 => {
            // The head of one and the tail of another.
            let (mut head, tail) = (pick(luck), pick(luck));
            head.truncate(luck.below(head.len() as u64) as usize);
            head.extend_from_slice(&tail[luck.below(tail.len() as u64) as usize..]);
            head
        }
        3..=6 => {
            let mut bytes = pick(luck);
            for _ in 0..=luck.below(4) {
                scratch(&mut bytes, luck);
            }
            bytes
        }
        7 => pick(luck),
        _ => {
            let Ok(mut value) = serde_json::from_slice::<Value>(&pick(luck)) else {
                unreachable!("the corpus is valid")
            };
            for _ in 0..=luck.below(3) {
                let steps = luck.below(40);
                bend(&mut value, steps, luck);
            }
            serde_json::to_vec(&value).unwrap()
        }
    }
}

fn nested(luck: &mut Luck) -> Vec<u8> {
    let depth = luck.below(3000) as usize;
    let (open, close) = if luck.percent(50) {
        ("[", "]")
    } else {
        ("{\"nodeStates\":", "}")
    };
    let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
    if luck.percent(50) {
        format!("{{\"orderId\":\"x\",\"nodes\":{text}}}").into_bytes()
    } else {
        text.into_bytes()
    }
}

/// Some bytes are flipped, doubled, left out, cut off or put in.
fn scratch(bytes: &mut Vec<u8>, luck: &mut Luck) {
    if bytes.is_empty() {
        return;
    }
    let at = luck.below(bytes.len() as u64) as usize;
    let end = (at + luck.below(20) as usize).min(bytes.len());
    match luck.below(6) {
        0 => bytes[at] ^= 1 << luck.below(8),
        1 => {
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part);
        }
        2 => drop(bytes.drain(at..end)),
        3 => bytes.truncate(at),
        4 => {
            let word = WORDS[luck.below(WORDS.len() as u64) as usize];
            bytes.splice(at..at, word.iter().copied());
        }
        _ => bytes[at] = luck.below(256) as u8,
    }
}

/// Walks a few steps into the value, then replaces, removes, doubles or renames what is there.
fn bend(value: &mut Value, steps: u64, luck: &mut Luck) {
    let deeper = steps > 0 && !luck.percent(15);
    match value {
        Value::Object(map) if deeper && !map.is_empty() => {
            let at = luck.below(map.len() as u64) as usize;
            let key = map.keys().nth(at).unwrap().clone();
            match luck.below(12) {
                0 => drop(map.remove(&key)),
                1 => {
                    let item = map.remove(&key).unwrap();
                    map.insert(key.to_uppercase(), item);
                }
                _ => bend(map.get_mut(&key).unwrap(), steps - 1, luck),
            }
        }
        Value::Array(list) if deeper && !list.is_empty() => {
            let at = luck.below(list.len() as u64) as usize;
            match luck.below(8) {
                0 => drop(list.remove(at)),
                1 => list.insert(at, list[at].clone()),
                2 => {
                    let many = luck.below(40) as usize;
                    let item = list[at].clone();
                    list.extend(std::iter::repeat_n(item, many));
                }
                3 => {
                    let end = list.len() - 1;
                    list.swap(at, end);
                }
                _ => bend(&mut list[at], steps - 1, luck),
            }
        }
        _ => {
            let text = VALUES[luck.below(VALUES.len() as u64) as usize];
            *value = serde_json::from_str(text).unwrap_or(Value::Null);
        }
    }
}
