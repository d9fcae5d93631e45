//! Loss, doubling and reordering of everything at quality 0, restarts of either end: every step
//! happens exactly once, and both ends agree in the end.

mod common;

use common::*;
use fenhe_contract::*;
use fenhe_wire::vda5050::*;
use proptest::prelude::*;

/// How hard a case is.
#[derive(Clone, Copy, Debug)]
struct Case {
    seed: u64,
    weather: Weather,
    version: Version,
    resend: bool,
    horizon: u16,
    base: u16,
    restarts: u64,
    reboots: u64,
}

fn cases() -> impl Strategy<Value = Case> {
    let versions = prop_oneof![
        Just(Version::V2_0),
        Just(Version::V2_1),
        Just(Version::V3_0)
    ];
    let weather = (0..40u64, 0..40u64, 0..40u64);
    let rates = (0..3u64, 0..2u64);
    (
        any::<u64>(),
        weather,
        versions,
        any::<bool>(),
        0..3u16,
        1..9u16,
        rates,
    )
        .prop_map(
            |(seed, (loss, double, delay), version, resend, horizon, base, (restarts, reboots))| {
                Case {
                    seed,
                    weather: Weather {
                        loss,
                        double,
                        delay,
                    },
                    version,
                    resend,
                    horizon,
                    base,
                    restarts,
                    reboots,
                }
            },
        )
}

fn rig(case: Case, quirks: Quirks) -> Rig {
    let mut dialect = Dialect::new(case.version, "Fenhe", "agv-3");
    dialect.identical_resend = case.resend;
    dialect.max_horizon = case.horizon;
    dialect.max_base = case.base;
    dialect.charge_until = Some("until".into());
    let mut rig = Rig::new(dialect, quirks, case.seed);
    rig.weather = case.weather;
    rig
}

/// Commands as a controller would give them, in bits and pieces, while the wire storms.
fn storm(case: Case, quirks: Quirks) -> Rig {
    let mut rig = rig(case, quirks);
    let (mut loaded, mut left) = (false, 12);
    for _ in 0..20_000 {
        if left > 0 && rig.wanted.len() < rig.body.ledger.len() + 6 && rig.luck.percent(20) {
            left -= 1;
            match rig.luck.below(6) {
                0 => {
                    loaded = !loaded;
                    rig.hand(loaded);
                }
                1 => {
                    let count = 1 + rig.luck.below(3) as u32;
                    let mut deeds = rig.edges(count);
                    loaded = !loaded;
                    deeds.push(Deed::Hand(0, PlaceId(rig.end), loaded));
                    rig.command(&deeds);
                }
                2 => rig.command(&[Deed::Charge(900)]),
                n => rig.drive(n as u32 - 1),
            }
            if case.horizon > 0 {
                let edges = [EdgeId(rig.end), EdgeId((rig.end + 1) % RING)];
                rig.with_master(|m, now, names, out| m.horizon(now, names, &edges, out));
            }
        }
        if rig.luck.below(400) < case.restarts {
            rig.restart_master();
        }
        if rig.luck.below(400) < case.reboots {
            rig.reboot_vehicle();
        }
        if rig.master.rejected().is_some() {
            // An order or update that came after a reboot: an operator takes it back.
            rig.with_master(|m, now, names, out| m.withdraw(now, names, true, out));
        }
        rig.step();
        if left == 0 && rig.master.idle() {
            break;
        }
    }
    rig.weather = Weather::default();
    for _ in 0..6 {
        rig.finish(100);
        if rig.master.rejected().is_some() {
            rig.with_master(|m, now, names, out| m.withdraw(now, names, true, out));
        }
    }
    rig.with_master(|m, now, names, out| m.horizon(now, names, &[], out));
    rig.run(60);
    rig
}

fn nothing_lost_nothing_twice(rig: &Rig, case: Case) -> Result<(), TestCaseError> {
    let why = || {
        format!(
            "{case:?} {:?}",
            rig.notes.iter().rev().take(5).collect::<Vec<_>>()
        )
    };
    prop_assert!(
        rig.master.idle(),
        "not done: {} {:#?} {:#?}",
        why(),
        rig.master,
        rig.vehicle
    );
    prop_assert_eq!(&rig.body.ledger, &rig.wanted, "{}", why());
    prop_assert!(rig.vehicle.idle(), "{}", why());
    let want = |deed: &Deed| match *deed {
        Deed::Hand(deck, place, pick) => Some((deck, place.0, pick)),
        Deed::Edge(_) | Deed::Charge(_) => None,
    };
    let hands: Vec<_> = rig.wanted.iter().filter_map(want).collect();
    prop_assert_eq!(rig.hands(), hands, "{}", why());
    let edges = rig.wanted.iter().filter_map(|deed| match deed {
        Deed::Edge(edge) => Some((edge.0 + 1) % RING),
        Deed::Hand(..) | Deed::Charge(_) => None,
    });
    prop_assert_eq!(rig.ats(), edges.collect::<Vec<_>>(), "{}", why());
    Ok(())
}

/// The same orderId and orderUpdateId always say the same; sequence ids of an order name one node for
/// ever; what was released stays so.
fn orders_keep_their_word(rig: &Rig) -> Result<(), TestCaseError> {
    let mut said = std::collections::BTreeMap::new();
    let mut steps = std::collections::BTreeMap::new();
    for order in rig.orders() {
        let content = (order.nodes.clone(), order.edges.clone());
        let before = said
            .entry((order.id.clone(), order.update))
            .or_insert_with(|| content.clone());
        prop_assert_eq!(&*before, &content, "{} {}", order.id, order.update);
        for node in order.nodes {
            let step = steps
                .entry((order.id.clone(), node.seq))
                .or_insert((node.id.clone(), false));
            prop_assert!(node.released || !step.1, "{:?} taken back", node);
            prop_assert!(!step.1 || step.0 == node.id, "{:?} was {}", node, step.0);
            *step = (node.id, node.released);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(5050), ..ProptestConfig::default() })]

    #[test]
    fn every_step_happens_once(case in cases()) {
        let case = Case { reboots: 0, ..case };
        let rig = storm(case, Quirks::default());
        nothing_lost_nothing_twice(&rig, case)?;
        orders_keep_their_word(&rig)?;
        schema::assert_valid(case.version, &rig.sent);
        schema::assert_valid(case.version, &rig.told);
    }

    #[test]
    fn every_step_happens_once_though_vehicles_reboot(case in cases()) {
        // A horizon dies with a reboot; charging may begin again, which does no harm.
        let case = Case { reboots: 1, horizon: 0, ..case };
        let mut rig = storm(case, Quirks::default());
        let charge = |deed: &Deed| matches!(deed, Deed::Charge(_));
        rig.body.ledger.retain(|deed| !charge(deed));
        rig.wanted.retain(|deed| !charge(deed));
        nothing_lost_nothing_twice(&rig, case)?;
        orders_keep_their_word(&rig)?;
    }

    /// Quirks under which a master must still get everything done, in any mixture.
    #[test]
    fn quirks_in_any_mixture_stop_nothing(case in cases(), bits in any::<u16>()) {
        let on = |bit: u16| bits & (1 << bit) != 0;
        let quirks = Quirks {
            errors_pile_up: on(0),
            fatal: on(1),
            nulls: on(2),
            misspells: on(3),
            drops_edge: on(4),
            drops_early: on(5),
            no_last_node: on(6),
            restarts_sequence: on(7),
            no_connection: on(8),
            bare_factsheet: on(9),
            always_wants_base: on(10),
            hides_instants: on(11),
            // Nothing tells progress if neither sequence nor nodeStates move.
            never_drops: on(12) && !on(5) && !on(7),
            no_header_id: on(13),
            refuses_resend: on(14),
            ..Quirks::default()
        };
        let resend = case.resend && !quirks.refuses_resend;
        let case = Case { reboots: 0, horizon: 0, resend, ..case };
        let rig = storm(case, quirks);
        nothing_lost_nothing_twice(&rig, case).map_err(|e| TestCaseError::fail(format!("{quirks:?} {e}")))?;
    }
}
