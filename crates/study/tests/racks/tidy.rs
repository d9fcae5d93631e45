//! A crane with nothing to do brings loads to better slots, and is never in the way of one that is wanted.

use crate::plant::{Loop, Ran};
use fenhe_contract::*;
use fenhe_study::{Scratch, run};

/// What a run showed.
#[derive(Default, Debug)]
struct Seen {
    /// From a retrieval being wanted to its end [s].
    replies: f64,
    cycles: u32,
    /// Longest from anything being wanted to the beginning of its cycle.
    longest: Span,
    /// From slot to slot.
    moves: u32,
}
impl RecordSink for Seen {
    const PIECES: bool = false;
    fn record(&mut self, now: Time, record: Record) {
        match record {
            Record::Cycle {
                retrieved: 1..,
                wanted,
                began,
                ..
            } => {
                self.replies += (now - wanted).as_seconds();
                self.cycles += 1;
                self.longest = self.longest.max(began - wanted);
            }
            Record::Craned { .. } => self.moves += 1,
            _ => {}
        }
    }
}

/// Requests come one at a time, so rarely that each finds the crane with nothing else to do.
fn rack(idle: &str, depth: u32) -> Loop {
    Loop {
        bays: 30,
        levels: 10,
        sides: 2,
        depth,
        fill: 600 * depth * 4 / 5,
        keys: format!("put_away = \"random\"\nreserve = {depth}\nidle = \"{idle}\""),
        crane: r#"speed = "1 m/s", lift_speed = "0.5 m/s", transfer = "6 s""#.into(),
        places: [2, 1],
        ship: "single = {}\ntime = { exponential = \"900 s\" }".into(),
        ..Loop::default()
    }
}

fn seen(idle: &str, depth: u32) -> (Seen, u64) {
    let mut ran = Ran::new(&rack(idle, depth).text(), 5).on(4e5);
    let mut seen = Seen::default();
    let until = ran.world.now() + Span::hours(1_000);
    let (core, world) = (&mut ran.core, &mut ran.world);
    run(
        core,
        world,
        until,
        &mut seen,
        &mut Scratch::default(),
        &mut (),
    )
    .expect("no ping-pong");
    assert_eq!((ran.world.breaches(), ran.world.check()), (0, Vec::new()));
    (seen, ran.sample().cranes[CraneId(0)].dug)
}

#[test]
fn a_tidy_crane_answers_sooner_and_never_waits_for_more_than_its_move() {
    for depth in [1, 2] {
        let ([stay, _], [tidy, _]) = (
            ["stay"; 2].map(|idle| seen(idle, depth).0),
            ["tidy"; 2].map(|idle| seen(idle, depth).0),
        );
        let mean = |seen: &Seen| seen.replies / f64::from(seen.cycles);
        println!(
            "depth {depth}: {:.1} s, tidy {:.1} s; {stay:?} {tidy:?}",
            mean(&stay),
            mean(&tidy)
        );
        assert!(mean(&tidy) < 0.8 * mean(&stay), "depth {depth}");
        // The longest move: there and back along the whole face, two transfers.
        let longest = Span::seconds(30 + 30 + 12);
        assert!(tidy.longest <= longest, "{:?}", tidy.longest);
        // Work for a few loads a request, not for ever.
        assert!(
            tidy.moves > stay.moves && tidy.moves < 8 * stay.moves,
            "{} {}",
            tidy.moves,
            stay.moves
        );
    }
}
