use super::motion::{Motion, Pose};
use super::overlap::overlap;
use super::*;
use crate::fleet::Profile;
use crate::fleet::tests::yard::*;
use fenhe_plant::Plant;

const A: VehicleId = VehicleId(0);
const B: VehicleId = VehicleId(1);

/// Two vehicles, each to drive its own edges from the start.
fn breaches(plant: Plant, first: &[u32], second: &[u32], later: f64) -> u64 {
    let mut run = Run::new(plant);
    run.drive(0.0, 0, 1, first);
    run.drive(later, 1, 1, second);
    run.to(Time(60_000_000));
    let told = |(_, record): &&(Time, Record)| matches!(record, Record::Breach(_));
    assert_eq!(
        run.world.breaches(),
        run.records.0.iter().filter(told).count() as u64
    );
    assert!(
        run.world
            .breach_list()
            .iter()
            .all(|(_, what)| *what == Breach::Overlap(A, B))
    );
    run.world.breaches()
}

#[test]
fn two_that_cross_at_once_overlap_and_one_after_the_other_do_not() {
    let cross = || {
        let nodes = [(0, 0), (5000, -5000), (10_000, 0), (5000, 5000)];
        yard(agv(), 2, &nodes, &[(0, 2, 5000), (1, 3, 5000)])
    };
    assert_eq!(breaches(cross(), &[0], &[1], 0.0), 1);
    assert_eq!(breaches(cross(), &[0], &[1], 3.0), 0);
    // The first is 600 + 400 mm past the crossing when the second comes to 600 + 400 mm before it:
    // 2000 mm at 1.2 m/s behind, so that it just touches or just does not.
    assert_eq!(breaches(cross(), &[0], &[1], 2000.0 / 1200.0 + 0.001), 0);
    assert_eq!(breaches(cross(), &[0], &[1], 1400.0 / 1200.0), 1);
}

#[test]
fn one_that_follows_too_close_overlaps_what_stands_ahead() {
    for (stop, wanted) in [(3800, 0), (3801, 0), (3802, 1), (4500, 1)] {
        let nodes = [(0, 0), (5001, 0), (stop, 0), (8000, 0)];
        let plant = yard(agv(), 2, &nodes, &[(0, 2, 5000), (1, 3, 5000)]);
        let mut run = Run::new(plant);
        run.drive(0.0, 0, 1, &[0]);
        run.to(Time(60_000_000));
        assert_eq!(run.world.breaches(), wanted, "stopping at {stop}");
    }
}

#[test]
fn one_that_follows_at_the_same_speed_keeps_its_distance_and_a_faster_one_does_not() {
    let queue = |limit| {
        let nodes = [(0, 0), (1300, 0), (20_000, 0), (21_300, 0)];
        yard(agv(), 2, &nodes, &[(0, 2, 5000), (1, 3, limit)])
    };
    assert_eq!(breaches(queue(5000), &[0], &[1], 0.0), 0);
    assert!(breaches(queue(1100), &[0], &[1], 0.0) > 0);
}

#[test]
fn lanes_a_millimetre_apart_are_apart() {
    let lanes = |y| {
        let nodes = [(0, 0), (15_000, y), (15_000, 0), (0, y)];
        yard(agv(), 2, &nodes, &[(0, 2, 5000), (1, 3, 5000)])
    };
    assert_eq!(breaches(lanes(801), &[0], &[1], 0.0), 0);
    assert_eq!(breaches(lanes(800), &[0], &[1], 0.0), 0);
    assert_eq!(breaches(lanes(799), &[0], &[1], 0.0), 1);
}

#[test]
fn a_turning_body_sweeps_its_corners() {
    // Half the diagonal is 721.11 mm; the other stands 400 mm deep across the street.
    for (y, wanted) in [(1122, 0), (1121, 1)] {
        let nodes = [(0, 0), (0, y), (0, -3000), (3000, 0), (3000, y)];
        let edges = [(3, 0, 5000), (0, 2, 5000), (1, 4, 5000)];
        let mut plant = yard(agv(), 2, &nodes, &edges);
        plant.vehicles[A].start = NodeId(3);
        assert_eq!(breaches(plant, &[0, 1], &[], 0.0), wanted, "apart by {y}");
    }
}

#[test]
fn a_carrier_lost_or_doubled_is_noticed() {
    let mut plant = street(agv(), 1, 5000);
    let place = store(&mut plant, 1, true);
    let other = store(&mut plant, 1, false);
    let audit = |change: &dyn Fn(&mut Bodies)| {
        let mut run = Run::new(plant.clone());
        change(&mut run.world.state.bodies);
        run.to(Time(301_000_000));
        run.world
            .breach_list()
            .iter()
            .map(|(_, what)| *what)
            .collect::<Vec<_>>()
    };
    let found = |found| [Breach::Conservation { expected: 1, found }];
    assert_eq!(audit(&|_| {}), []);
    assert_eq!(audit(&|bodies| bodies.at[place] = None), found(0));
    assert_eq!(audit(&|bodies| bodies.at[other] = Some(0)), found(0));
    assert_eq!(audit(&|bodies| bodies.carriers[0].at = other), found(0));
}

#[test]
fn one_that_waits_too_long_on_the_street_is_noticed_once() {
    let mut run = Run::new(street(agv(), 2, 5000));
    run.drive(0.0, 0, 1, &[0]);
    run.to(Time::ZERO + Span::hours(5));
    assert_eq!(run.world.breaches(), 1);
    assert_eq!(run.world.breach_list()[0].1, Breach::Starved(A));
    // Parked, it may stand as long as it likes.
    let mut parked = Run::new(street(agv(), 2, 5000));
    parked.to(Time::ZERO + Span::hours(5));
    assert_eq!(parked.world.breaches(), 0);
}

/// Corners of a body grown by `more` [mm].
fn corners(pose: &Pose, more: f64) -> [(f64, f64); 4] {
    let (long, wide) = (600.0 + more, 400.0 + more);
    [(1.0, 1.0), (1.0, -1.0), (-1.0, -1.0), (-1.0, 1.0)].map(|(i, j)| {
        let (a, b) = (i * long, j * wide);
        (
            pose.x + a * pose.ux - b * pose.uy,
            pose.y + a * pose.uy + b * pose.ux,
        )
    })
}

/// Two convex polygons share a point: a corner inside, or edges that cross.
fn share(a: &[(f64, f64); 4], b: &[(f64, f64); 4]) -> bool {
    let side = |p: (f64, f64), q: (f64, f64), r: (f64, f64)| {
        (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0)
    };
    let inside = |r: (f64, f64), of: &[(f64, f64); 4]| {
        let signs = [0, 1, 2, 3].map(|i| side(of[i], of[(i + 1) % 4], r) > 0.0);
        signs == [true; 4] || signs == [false; 4]
    };
    let cross =
        |p, q, r, s| side(p, q, r) * side(p, q, s) < 0.0 && side(r, s, p) * side(r, s, q) < 0.0;
    a.iter().any(|&corner| inside(corner, b))
        || b.iter().any(|&corner| inside(corner, a))
        || (0..16).any(|n| {
            let (i, j) = (n / 4, n % 4);
            cross(a[i], a[(i + 1) % 4], b[j], b[(j + 1) % 4])
        })
}

#[test]
fn random_motions_overlap_exactly_where_dense_sampling_says_so() {
    let mut luck = Seed(1).stream("referee", Purpose::Fault);
    let (mut met, mut missed) = (0, 0);
    for _ in 0..3000 {
        let mut point = || (i64::from(luck.below(4000)), i64::from(luck.below(4000)));
        let nodes = [point(), point(), point(), point()];
        let plant = yard(agv(), 2, &nodes, &[(0, 2, 5000), (1, 3, 5000)]);
        let tables = Tables::new(&plant);
        let mut motion = |v: VehicleId| {
            let (since, edge) = (Time(i64::from(luck.below(3_000_000))), EdgeId(v.0));
            let way = &tables.ways[edge];
            let axis = Axis::new(NodeId(v.0), way.axis);
            let course = match luck.below(4) {
                0 => Course::Stand(axis),
                1 => Course::Turn(axis, (luck.unit() - 0.5) * core::f64::consts::PI),
                _ => {
                    let start = (luck.unit() * way.length, 0.0);
                    let kin = &tables.kin[v];
                    Course::Drive(
                        edge,
                        Profile::new(since, start, way.length, 900.0, 0.0, kin),
                    )
                }
            };
            Motion { since, course }
        };
        let (a, b) = (motion(A), motion(B));
        let until = Time(4_000_000);
        let (mut surely, mut perhaps) = (false, false);
        let mut now = a.since.max(b.since);
        while now <= until {
            let (p, q) = (a.pose(&tables, A, now), b.pose(&tables, B, now));
            surely = surely || share(&corners(&p, -0.5), &corners(&q, -0.5));
            // Ten milliseconds at 1.8 m/s and two turns of 0.8 rad/s.
            perhaps = perhaps || share(&corners(&p, 12.0), &corners(&q, 12.0));
            now += Span::ms(10);
        }
        let found = overlap(&tables, (A, &a), (B, &b), until);
        assert!(found || !surely, "missed {a:?} {b:?}");
        assert!(!found || perhaps, "imagined {a:?} {b:?}");
        met += u32::from(surely);
        missed += u32::from(!perhaps);
    }
    assert!(met > 300 && missed > 300, "{met} met, {missed} missed");
}
