//! A journal of some minutes of the cell workshop, looked at from all sides.

use super::show::Viewer;
use super::words::Words;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_live::{Devices, Engine, Loopback, Player, kept};
use fenhe_messages::{Lang, telling_codes};
use fenhe_plant::Plant;
use fenhe_wire::Names;
use fenhe_wire::vda5050::{Dialect, Quirks};
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What was made.
struct Made {
    path: PathBuf,
    plant: Arc<Plant>,
    facts: usize,
    /// Orders and records that the running core gave out.
    decided: usize,
    digest: Digest,
}

/// Made once; snapshots stand every thirty seconds.
fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let files = crate::demo::workshop();
        let (mut plant, _) = fenhe_plant::load("jinneng-cells", &files).expect("a plant");
        (plant.messages.delay, plant.messages.loss) = (Dist::Constant(Span::ms(100)), Share::ZERO);
        let plant = Arc::new(plant);
        let folder = std::env::temp_dir().join(format!("fenhe-show-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("j");
        for end in ["", "-wal", "-shm", ".lock"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
        let log = kept::open(&path.display().to_string(), &plant, None, 0)
            .expect("a journal")
            .log;
        let names = Arc::new(Names::of(&plant));
        let voice = |v| {
            let mut dialect = Dialect::of(&plant, v);
            dialect.charge_until = Some("until".into());
            dialect
        };
        let core = Controller::new(plant.clone());
        let masters = Engine::<()>::new_masters(&plant, voice);
        let engine = Engine::new(plant.clone(), names.clone(), core, masters, log);
        let devices = Devices::new(&plant, names, Seed(5), |v| (voice(v), Quirks::default()));
        let mut all = Loopback::new(engine, devices, Span::ms(100)).expect("both sides");
        let (mut facts, mut decided) = (0, 0);
        let mut hear = |_: Time, out: &fenhe_live::Outputs| {
            facts += out.facts.len();
            decided += out.decided.list.len() + out.decided.records.len();
        };
        all.greet(&mut hear).expect("kept");
        for half in 1..=6 {
            let until = Time::ZERO + Span::seconds(30 * half);
            all.run(until, &mut NoRecords, &mut hear).expect("kept");
            let now = fenhe_wire::vda5050::Now {
                time: until,
                utc: fenhe_wire::vda5050::Utc(until.0),
            };
            all.engine.snapshot(now).expect("kept");
        }
        let digest = all.engine.core().digest();
        Made {
            path,
            plant,
            facts,
            decided,
            digest,
        }
    })
}

fn player() -> Player {
    let made = made();
    let journal = fenhe_journal::look(&made.path.display().to_string()).expect("a journal");
    Player::new(journal, made.plant.clone()).expect("of this plant")
}

#[test]
fn what_is_shown_at_each_entry_is_what_was_decided_then() {
    let made = made();
    let mut player = player();
    let (first, last) = player.range().expect("read");
    assert_eq!((first, last), (1, made.facts as u64));
    assert!(made.facts > 500 && made.decided > 100, "something happened");
    let mut forward = Vec::new();
    for seq in first..=last {
        forward.push(player.step(seq).expect("played"));
    }
    let shown: usize = forward
        .iter()
        .map(|step| step.decided.list.len() + step.decided.records.len())
        .sum();
    assert_eq!(shown, made.decided);
    assert_eq!(player.core().map(|core| core.digest()), Some(made.digest));
    // Backwards and across snapshots the same stands there.
    for at in [last, last / 2, 7, last - 3, 1] {
        assert_eq!(player.step(at).expect("played"), forward[at as usize - 1]);
    }
    let middle = forward[forward.len() / 2].entry.time;
    let found = player.at_time(middle).expect("read");
    assert_eq!(forward[found as usize - 1].entry.time, middle);
    assert!(forward[found as usize - 2].entry.time < middle);
}

#[test]
fn one_goes_on_back_to_a_number_a_time_a_text_and_sees_the_state() {
    let converse = |keys: &str, lang| {
        let mut viewer = Viewer::new(player(), lang);
        let mut out = Vec::new();
        let keys = Cursor::new(keys.to_string());
        viewer.converse(1, keys, &mut out).expect("played");
        String::from_utf8(out).expect("text")
    };
    let numbers = |text: &str| -> Vec<u64> {
        let first = |line: &str| line.split_whitespace().next()?.parse().ok();
        text.lines().filter_map(first).collect()
    };
    let text = converse("\nn\np\n900\np\nq\nn\n", Lang::En);
    assert_eq!(numbers(&text), [1, 2, 3, 2, 900, 899]);
    let text = converse("w agv-7\nn\nn\ns\nw\nq\n", Lang::En);
    let seen: Vec<&str> = text.lines().filter(|line| line.contains("agv-7")).collect();
    assert!(seen.len() >= 4, "{text}");
    assert!(
        text.contains("digest") && text.contains("carries"),
        "{text}"
    );
    let text = converse("/took\nt 2min\nq\n", Lang::En);
    assert!(text.lines().any(|line| line.contains(": took ")), "{text}");
    assert!(text.contains("08:02:0"), "the plant's clocks: {text}");
    let text = converse("/no such words\n999999999\nq\n", Lang::Zh);
    assert!(
        text.contains("没有找到") && text.contains("没有第 999999999 条"),
        "{text}"
    );
    let text = converse("600\ns\nq\n", Lang::Zh);
    for head in ["车辆：", "运输：", "工位：", "队列与装卸口：", "报警："] {
        assert!(text.contains(head), "{head} {text}");
    }
}

#[test]
fn every_entry_has_words_in_both_languages() {
    let mut player = player();
    let plant = made().plant.clone();
    let known: Vec<&str> = telling_codes().collect();
    let (first, last) = player.range().expect("read");
    for seq in first..=last {
        let step = player.step(seq).expect("played");
        for lang in Lang::ALL {
            let words = Words {
                plant: &plant,
                lang,
            };
            let mut all = words.decided(&step.decided);
            all.push(words.entry(&step.entry.body));
            for told in all {
                assert!(known.contains(&told.code), "{}", told.code);
                let text = told.text(lang);
                assert!(!text.contains('{'), "{}: {text}", told.code);
            }
        }
    }
}

#[test]
fn rare_facts_have_words_too() {
    let plant = made().plant.clone();
    let v = VehicleId(3);
    let rare = [
        Event::Link(v, false),
        Event::Fire(AreaId(0), true),
        Event::EStop(StopGroupId(0), StopAct::Pressed),
        Event::Access(AreaId(0), AccessAct::Request),
        Event::Alarm(AlarmId(4), AlarmAct::Acknowledge),
        Event::Trouble(Trouble::Isolated(v), true),
        Event::Vehicle(v, VehicleEvent::Held(true)),
        Event::Station(StationId(0), StationEvent::Refused(Why::Down)),
        Event::Vehicle(VehicleId(9_999), VehicleEvent::Held(false)),
    ];
    for fact in rare {
        for lang in Lang::ALL {
            let words = Words {
                plant: &plant,
                lang,
            };
            let told = words.entry(&fenhe_journal::Body::Fact(fact.clone()));
            let text = told.text(lang);
            assert!(telling_codes().any(|code| code == told.code), "{fact:?}");
            assert!(
                !text.contains('{') && told.code != "history",
                "{fact:?}: {text}"
            );
        }
    }
}
