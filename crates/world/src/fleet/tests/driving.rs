use super::yard::*;
use alloc::vec::Vec;
use fenhe_contract::*;

const V: f64 = 1200.0;
const A: f64 = 500.0;
const B: f64 = 700.0;

/// From standing to standing over a distance [mm]: trapezoid or triangle.
fn span(d: f64) -> f64 {
    let full = V * V / (2.0 * A) + V * V / (2.0 * B);
    if d >= full {
        d / V + V / (2.0 * A) + V / (2.0 * B)
    } else {
        let peak = libm::sqrt(2.0 * A * B * d / (A + B));
        peak / A + peak / B
    }
}

#[test]
fn a_long_edge_takes_a_trapezoid_and_a_short_one_a_triangle() {
    for length in [10_000, 2469, 1000, 50] {
        let mut run = Run::new(street(agv(), 1, length));
        run.drive(5.0, 0, 1, &[0]);
        run.to(Time(100_000_000));
        assert_near(run.times_at(0, 1)[0], 5.0 + span(length as f64));
    }
}

#[test]
fn nodes_are_passed_at_speed_while_the_base_goes_on() {
    for (count, length) in [(10, 1000), (40, 100), (3, 4000)] {
        let mut run = Run::new(street(agv(), count, length));
        run.drive(0.0, 0, 1, &(0..count).collect::<Vec<_>>());
        run.to(Time(100_000_000));
        assert_near(
            run.times_at(0, count)[0],
            span(f64::from(count) * length as f64),
        );
    }
}

#[test]
fn a_base_extended_in_time_costs_nothing() {
    let mut whole = Run::new(street(agv(), 20, 1000));
    whole.drive(0.0, 0, 1, &(0..20).collect::<Vec<_>>());
    let mut parts = Run::new(street(agv(), 20, 1000));
    parts.drive(0.0, 0, 1, &[0, 1, 2]);
    for edge in 3..20 {
        // Three metres ahead: braking takes 1.03 m.
        let at = whole_time(&whole, edge - 2);
        parts.drive(at, 0, edge - 1, &[edge]);
    }
    whole.to(Time(100_000_000));
    parts.to(Time(100_000_000));
    assert_eq!(whole.times_at(0, 20), parts.times_at(0, 20));
}

fn whole_time(run: &Run, node: u32) -> f64 {
    let mut run = run.clone();
    run.to(Time(100_000_000));
    run.times_at(0, node)[0]
}

#[test]
fn a_base_extended_while_braking_goes_on_from_the_speed_it_has() {
    let mut run = Run::new(street(agv(), 2, 3000));
    run.drive(0.0, 0, 1, &[0]);
    // Half a second before the stop it is at b/2 mm/s and b/8 mm before the end.
    let stop = span(3000.0);
    run.drive(stop - 0.5, 0, 2, &[1]);
    run.to(Time(100_000_000));
    let (v, left) = (B / 2.0, B / 8.0);
    // From there: speed up, even, brake over what is left of both edges.
    let d = left + 3000.0;
    let even = d - (V * V - v * v) / (2.0 * A) - V * V / (2.0 * B);
    let wanted = (V - v) / A + even / V + V / B;
    assert_near(run.times_at(0, 2)[0], stop - 0.5 + wanted);
    // And the node between, passed while speeding up.
    let at_node = (libm::sqrt(v * v + 2.0 * A * left) - v) / A;
    assert_near(run.times_at(0, 1)[0], stop - 0.5 + at_node);
}

#[test]
fn a_slow_edge_is_entered_and_left_at_its_limit() {
    let nodes = [(0, 0), (5000, 0), (7000, 0), (12_000, 0)];
    let mut run = Run::new(yard(
        agv(),
        1,
        &nodes,
        &[(0, 1, 5000), (1, 2, 300), (2, 3, 5000)],
    ));
    run.drive(0.0, 0, 1, &[0, 1, 2]);
    run.to(Time(100_000_000));
    let slow = 300.0;
    let side = |a: f64, b: f64| {
        // From rest at a to the limit at b, or back.
        let even = 5000.0 - V * V / (2.0 * a) - (V * V - slow * slow) / (2.0 * b);
        V / a + even / V + (V - slow) / b
    };
    let (first, last) = (side(A, B), side(B, A));
    assert_near(run.times_at(0, 1)[0], first);
    assert_near(run.times_at(0, 2)[0], first + 2000.0 / slow);
    assert_near(run.times_at(0, 3)[0], first + 2000.0 / slow + last);
}

#[test]
fn it_turns_on_the_spot_only_where_its_axis_changes() {
    // East, north, and back south: the body drives either way.
    let nodes = [(0, 0), (4000, 0), (4000, 3000)];
    let mut run = Run::new(yard(
        agv(),
        1,
        &nodes,
        &[(0, 1, 5000), (1, 2, 5000), (2, 1, 5000)],
    ));
    run.drive(0.0, 0, 1, &[0, 1, 2]);
    run.to(Time(100_000_000));
    let quarter = core::f64::consts::FRAC_PI_2 / 0.785;
    let north = span(4000.0) + quarter + span(3000.0);
    assert_near(run.times_at(0, 2)[0], north);
    assert_near(run.times_at(0, 1)[1], north + span(3000.0));
}

#[test]
fn only_the_next_revision_on_a_connected_base_is_accepted() {
    let mut run = Run::new(street(agv(), 4, 1000));
    run.drive(0.0, 0, 1, &[0]);
    run.drive(10.0, 0, 1, &[1]);
    run.drive(10.0, 0, 3, &[1]);
    run.drive(10.0, 0, 2, &[2]);
    run.drive(10.0, 0, 2, &[77]);
    run.to(Time(20_000_000));
    let state = VehicleEvent::State {
        node: NodeId(1),
        revision: 1,
        done: 1,
    };
    assert_eq!(run.told(0), [(10.0, state); 4]);
    run.drive(20.0, 0, 2, &[1, 2]);
    run.drive(20.0, 0, 3, &[3]);
    run.drive(20.0, 0, 3, &[3]);
    run.to(Time(40_000_000));
    let state = VehicleEvent::State {
        node: NodeId(1),
        revision: 3,
        done: 1,
    };
    assert_eq!(run.told(0)[4..], [(20.0, state)]);
    assert_near(run.times_at(0, 4)[0], 20.0 + span(3000.0));
}

#[test]
fn waiting_on_the_street_is_on_record_with_its_edge() {
    let mut run = Run::new(street(agv(), 2, 1000));
    run.drive(0.0, 0, 1, &[0]);
    run.drive(10.0, 0, 2, &[1]);
    run.to(Time(20_000_000));
    let records = run
        .records
        .0
        .iter()
        .map(|(_, record)| *record)
        .collect::<Vec<_>>();
    let v = VehicleId(0);
    let change = |from, to| Record::Vehicle {
        vehicle: v,
        from,
        to,
    };
    let arrived = (run.times_at(0, 1)[0] * 1e6 + 0.5) as i64;
    use VehicleState::*;
    assert_eq!(
        records,
        [
            change(Parked, Empty),
            change(Empty, Waiting),
            Record::Edge {
                vehicle: v,
                edge: EdgeId(0),
                entered: Time(0),
                waited: Span(10_000_000 - arrived)
            },
            change(Waiting, Empty),
            change(Empty, Waiting),
        ]
    );
}

/// Keeps motion alone.
#[derive(Default)]
struct Motions(Vec<(Time, Record)>);
impl RecordSink for Motions {
    const PIECES: bool = false;
    const MOTION: bool = true;
    fn record(&mut self, now: Time, record: Record) {
        if matches!(record, Record::Motion { .. }) {
            self.0.push((now, record));
        }
    }
}

#[test]
fn motion_segments_join_without_gaps_from_start_to_stop() {
    let mut world = Run::new(street(agv(), 3, 3000)).world;
    let (mut sink, mut commands, mut reports) =
        (Motions::default(), Commands::default(), Vec::new());
    commands.drive(VehicleId(0), 1, &[EdgeId(0)]);
    commands.drive(VehicleId(0), 2, &[EdgeId(1), EdgeId(2)]);
    world.apply(Time(0), &commands.list[0], &commands.edges, &mut sink);
    // While it brakes for the end of the first edge, the base goes on.
    let braking = Time((span(3000.0) * 1e6) as i64 - 500_000);
    assert_eq!(world.advance(braking, &mut sink, &mut reports), braking);
    world.apply(braking, &commands.list[1], &commands.edges, &mut sink);
    for _ in 0..9 {
        world.advance(Time(60_000_000), &mut sink, &mut reports);
    }
    let mut end = (Time(0), 0.0, 0.0);
    for (now, record) in &sink.0 {
        let Record::Motion {
            edge,
            offset,
            speed,
            accel,
            until,
            ..
        } = *record
        else {
            panic!()
        };
        let at = f64::from(edge.0) * 3000.0 + offset.0 as f64;
        assert_eq!(*now, end.0);
        assert!(
            (at - end.1).abs() < 2.0 && (speed.0 as f64 - end.2).abs() < 2.0,
            "{record:?}"
        );
        let t = (until - *now).as_seconds();
        end.0 = until;
        end.1 = at + t * (speed.0 as f64 + accel.0 as f64 * t / 2.0);
        end.2 = speed.0 as f64 + accel.0 as f64 * t;
    }
    assert!((end.1 - 9000.0).abs() < 3.0 && end.2.abs() < 3.0, "{end:?}");
    // Up, even, down (cut short); up; up, even; even, down.
    assert!(sink.0.len() >= 7, "{:?}", sink.0);
}
