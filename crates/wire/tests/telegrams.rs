//! Telegrams over a wire that loses, doubles, delays and breaks: everything arrives once, in order.

use fenhe_contract::*;
use fenhe_wire::telegram::{Desk, Gate};

struct Luck(u64);
impl Luck {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

fn fact(n: u32) -> Event {
    let count = Count { good: n, scrap: 0 };
    Event::Sink(SinkId(0), count)
}

fn order(n: u32) -> Command {
    Command::Run {
        station: StationId(1),
        revision: n,
        tag: Tag(u64::from(n)),
    }
}

/// Both ends for so many tenths of a second. The desk is killed now and then: it comes back with the
/// state that was kept with the facts.
fn storm(seed: u64, kills: bool) -> (Vec<Event>, Vec<Command>, [u32; 2]) {
    let mut luck = Luck(seed);
    let (mut gate, mut desk) = (Gate::new(7), Desk::new(9));
    let (mut facts, mut orders): (Vec<Event>, Vec<Command>) = (Vec::new(), Vec::new());
    let mut air: Vec<(i64, bool, Vec<u8>)> = Vec::new();
    let mut said = [0; 2];
    let mut kept = snapshot(&desk);
    for tick in 0..4000_i64 {
        let now = Time(tick * 100_000);
        if tick < 3000 {
            for _ in 0..luck.below(4) {
                said[0] += 1;
                gate.say(fact(said[0]));
            }
            if luck.below(3) == 0 {
                said[1] += 1;
                desk.say(order(said[1]));
                kept = snapshot(&desk);
            }
        }
        if kills && tick < 3000 && luck.below(100) == 0 {
            desk = restore(&kept).unwrap();
            desk.connected();
        }
        let (due, later): (Vec<_>, Vec<_>) = air.into_iter().partition(|(at, ..)| *at <= tick);
        air = later;
        for (_, down, bytes) in due {
            if down {
                gate.receive(&bytes, &mut orders).unwrap();
            } else {
                desk.receive(&bytes, &mut facts).unwrap();
                kept = snapshot(&desk);
            }
        }
        let mut words = Vec::new();
        gate.speak(now, &mut words);
        let up = words.len();
        desk.speak(now, &mut words);
        for (i, bytes) in words.into_iter().enumerate() {
            let copies = if tick < 3500 { luck.below(3) } else { 1 };
            for _ in 0..copies {
                air.push((tick + luck.below(5) as i64, i >= up, bytes.clone()));
            }
        }
    }
    assert_eq!((gate.waiting(), desk.waiting()), (0, 0), "seed {seed}");
    (facts, orders, said)
}

#[test]
fn everything_arrives_once_and_in_order() {
    for seed in 0..40 {
        let (facts, orders, said) = storm(seed, seed % 2 == 1);
        assert_eq!(
            facts,
            (1..=said[0]).map(fact).collect::<Vec<_>>(),
            "seed {seed}"
        );
        assert_eq!(
            orders,
            (1..=said[1]).map(order).collect::<Vec<_>>(),
            "seed {seed}"
        );
        assert!(said[0] > 4000 && said[1] > 800);
    }
}

#[test]
fn an_end_that_was_started_anew_is_heard() {
    let (mut gate, mut desk) = (Gate::new(1), Desk::new(2));
    let mut facts = Vec::new();
    let mut say = |gate: &mut Gate, n: u32, desk: &mut Desk| {
        gate.say(fact(n));
        let mut words = Vec::new();
        gate.speak(Time::ZERO, &mut words);
        for bytes in words {
            desk.receive(&bytes, &mut facts).unwrap();
        }
        facts.len()
    };
    assert_eq!(say(&mut gate, 1, &mut desk), 1);
    gate = Gate::new(3);
    assert_eq!(say(&mut gate, 2, &mut desk), 2);
    let mut desk = Desk::new(4);
    // A desk without its state hears what was never confirmed, too.
    gate.connected();
    assert_eq!(say(&mut gate, 3, &mut desk), 4);
}

#[test]
fn noise_is_refused_and_changes_nothing() {
    let mut luck = Luck(3);
    let mut gate = Gate::new(1);
    gate.say(fact(1));
    let before = gate.clone();
    let mut refused = 0;
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..luck.below(40)).map(|_| luck.below(256) as u8).collect();
        let mut orders = Vec::new();
        let mut one = before.clone();
        if one.receive(&bytes, &mut orders).is_err() {
            assert_eq!(one, before);
            refused += 1;
        }
        one.speak(Time::ZERO, &mut Vec::new());
    }
    assert!(refused > 10_000);
}
