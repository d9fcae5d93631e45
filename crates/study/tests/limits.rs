//! CONWIP and kanban in the simulated plant: never more inside than the limit, and always as much
//! as demand allows.

use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::{Files, load};
use fenhe_study::{Scratch, run};
use fenhe_world::World;
use std::sync::Arc;

#[derive(Default)]
struct Inside {
    now: i64,
    most: i64,
    left: u64,
}
impl RecordSink for Inside {
    const PIECES: bool = false;
    fn record(&mut self, _: Time, record: Record) {
        match record {
            Record::Entered { .. } => self.now += 1,
            Record::Left { .. } => (self.now, self.left) = (self.now - 1, self.left + 1),
            Record::Scrapped { .. } => self.now -= 1,
            _ => {}
        }
        self.most = self.most.max(self.now);
    }
}

fn inside(source: &str, seed: u64) -> Inside {
    let station = |id: &str, from: &str, to: &str| {
        format!(
            "[[station]]\nid = \"{id}\"\nfrom = \"{from}\"\nto = \"{to}\"\nsingle = {{ servers = 1 }}\n\
             time = {{ exponential = \"1 s\" }}\nscrap = \"5 %\"\nreports = \"piece\"\n"
        )
    };
    let queue = |id: &str| format!("[[buffer]]\nid = \"{id}\"\nqueue = {{}}\n");
    let toml = format!(
        "[[product]]\nid = \"part\"\n{}{}{}{}\
         [[sink]]\nid = \"out\"\nreports = \"piece\"\n[[source]]\nid = \"in\"\nto = \"q1\"\n{source}\n",
        queue("q1"),
        queue("q2"),
        station("s1", "q1", "q2"),
        station("s2", "q2", "out"),
    );
    let plant = match load("limits", &Files::of_toml(&toml)) {
        Ok((plant, _)) => Arc::new(plant),
        Err(problems) => panic!("{problems:?}"),
    };
    let mut seen = Inside::default();
    let (mut core, mut world) = (
        Controller::new(plant.clone()),
        World::new(plant, Seed(seed)),
    );
    let until = Time::ZERO + Span::hours(3);
    run(
        &mut core,
        &mut world,
        until,
        &mut seen,
        &mut Scratch::default(),
        &mut (),
    )
    .unwrap();
    seen
}

#[test]
fn conwip_is_full_and_never_above_its_limit() {
    for seed in 1..=20 {
        let seen = inside("endless = \"part\"\nrelease = { conwip = 6 }", seed);
        assert_eq!(seen.most, 6, "seed {seed}");
        assert_eq!(seen.now, 6, "seed {seed}: scrap is made up for");
        // Two machines with 6 pieces: 6 / 7 of 3600 jobs an hour, less scrap.
        assert!(
            (7_800..9_300).contains(&seen.left),
            "seed {seed}: {}",
            seen.left
        );
    }
}

#[test]
fn conwip_holds_arrivals_outside() {
    let demand = "arrivals = { product = \"part\", every = { exponential = \"1.1 s\" } }";
    let push = inside(demand, 1).most;
    assert!(push > 10, "{push}");
    for seed in 1..=20 {
        let seen = inside(&format!("{demand}\nrelease = {{ conwip = 4 }}"), seed);
        assert!(seen.most <= 4, "seed {seed}: {}", seen.most);
        assert!(seen.left > 6_000, "seed {seed}: {}", seen.left);
    }
}
