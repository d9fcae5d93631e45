//! The compiled conflict sets against dense sampling: bodies are put at many poses of every
//! motion, and distances between them are measured by a way of their own (corners and sides), not
//! by the shapes of the compiler.

use fenhe_contract::{Length, ResourceId};
use fenhe_plant::geometry::{Body, compile, graph};
use fenhe_plant::lif::parse;
use fenhe_plant::{Edge, Tracks};
use std::f64::consts::PI;
use std::fmt::Write;

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);
impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// Nodes [mm] and edges to tracks with conflicts, by the ordinary way.
fn compiled(nodes: &[(i64, i64)], edges: &[(usize, usize)], body: Body) -> Tracks {
    let mut text = String::from(
        r#"{"metaInformation":{"projectIdentification":"","creator":"","exportTimestamp":"","lifVersion":"1.0.0"},
        "layouts":[{"layoutId":"1","layoutVersion":"1","stations":[],"nodes":["#,
    );
    for (i, (x, y)) in nodes.iter().enumerate() {
        let comma = if i > 0 { "," } else { "" };
        let (x, y) = (*x as f64 / 1e3, *y as f64 / 1e3);
        let _ = write!(
            text,
            r#"{comma}{{"nodeId":"{i}","nodePosition":{{"x":{x},"y":{y}}},"vehicleTypeNodeProperties":[{{"vehicleTypeId":"agv"}}]}}"#
        );
    }
    text.push_str(r#"],"edges":["#);
    for (i, (from, to)) in edges.iter().enumerate() {
        let comma = if i > 0 { "," } else { "" };
        let _ = write!(
            text,
            r#"{comma}{{"edgeId":"e{i}","startNodeId":"{from}","endNodeId":"{to}","vehicleTypeEdgeProperties":[{{"vehicleTypeId":"agv","rotationAllowed":false}}]}}"#
        );
    }
    text.push_str("]}]}");
    let (lif, warnings) = parse("t.lif.json", text.as_bytes()).expect("a good layout");
    assert_eq!(warnings, []);
    let (mut tracks, _) = graph(&lif, "t.lif.json", &text, &["agv"]).expect("a graph");
    compile(&mut tracks, "t.lif.json", body, &[]).expect("conflicts");
    tracks
}

type Pose = (f64, f64, f64);

fn axis(tracks: &Tracks, edge: &Edge) -> f64 {
    let (a, b) = (&tracks.nodes[edge.from], &tracks.nodes[edge.to]);
    ((b.y - a.y).0 as f64)
        .atan2((b.x - a.x).0 as f64)
        .rem_euclid(PI)
}

/// Poses of the turns at a node. `whole`: all angles where there is a turn, else the shortest way
/// between each two axes.
fn turns(tracks: &Tracks, node: u32, whole: bool, poses: &mut Vec<Pose>) {
    let (x, y) = {
        let node = &tracks.nodes[fenhe_contract::NodeId(node)];
        (node.x.0 as f64, node.y.0 as f64)
    };
    let axes: Vec<f64> = tracks
        .edges
        .iter()
        .filter(|edge| edge.from.0 == node || edge.to.0 == node)
        .map(|edge| axis(tracks, edge))
        .collect();
    for (i, &a) in axes.iter().enumerate() {
        poses.push((x, y, a));
        for &b in &axes[i + 1..] {
            let mut turn = b - a;
            if turn.abs() > PI / 2.0 {
                turn -= PI.copysign(turn);
            }
            let turn = if whole && turn.abs() > 1e-3 { PI } else { turn };
            let steps = (turn.abs() / 0.03).ceil().max(1.0) as u32;
            poses.extend((0..=steps).map(|k| (x, y, a + turn * f64::from(k) / f64::from(steps))));
        }
    }
}

/// Poses of a vehicle that holds a resource.
fn poses(tracks: &Tracks, resource: usize, whole: bool) -> Vec<Pose> {
    let mut poses = Vec::new();
    let Some(edge) = tracks.edges.as_slice().get(resource) else {
        turns(
            tracks,
            (resource - tracks.edges.len()) as u32,
            whole,
            &mut poses,
        );
        return poses;
    };
    let (a, b) = (&tracks.nodes[edge.from], &tracks.nodes[edge.to]);
    let theta = axis(tracks, edge);
    let steps = (edge.length.0 / 40).max(1);
    for k in 0..=steps {
        let t = k as f64 / steps as f64;
        let x = a.x.0 as f64 * (1.0 - t) + b.x.0 as f64 * t;
        poses.push((x, a.y.0 as f64 * (1.0 - t) + b.y.0 as f64 * t, theta));
    }
    turns(tracks, edge.from.0, whole, &mut poses);
    turns(tracks, edge.to.0, whole, &mut poses);
    poses
}

fn corners(pose: Pose, body: Body) -> [(f64, f64); 4] {
    let (l, w) = (body.length.0 as f64 / 2.0, body.width.0 as f64 / 2.0);
    let (sin, cos) = pose.2.sin_cos();
    [(l, w), (-l, w), (-l, -w), (l, -w)]
        .map(|(x, y)| (pose.0 + x * cos - y * sin, pose.1 + x * sin + y * cos))
}

fn to_side(p: (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let t = (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    (p.0 - a.0 - t * dx).hypot(p.1 - a.1 - t * dy)
}

/// How far apart two bodies are [mm]; negative if a corner of one is inside the other or sides
/// cross.
fn apart(p: Pose, q: Pose, body: Body) -> f64 {
    let (a, b) = (corners(p, body), corners(q, body));
    let turn = |a: (f64, f64), b: (f64, f64), c: (f64, f64)| {
        (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
    };
    let inside =
        |p: (f64, f64), r: &[(f64, f64); 4]| (0..4).all(|i| turn(r[i], r[(i + 1) % 4], p) > 0.0);
    if a.iter().any(|&c| inside(c, &b)) || b.iter().any(|&c| inside(c, &a)) {
        return -1.0;
    }
    let mut least = f64::MAX;
    for i in 0..4 {
        for j in 0..4 {
            let (a0, a1, b0, b1) = (a[i], a[(i + 1) % 4], b[j], b[(j + 1) % 4]);
            let cross = turn(a0, a1, b0) * turn(a0, a1, b1) < 0.0
                && turn(b0, b1, a0) * turn(b0, b1, a1) < 0.0;
            if cross {
                return -1.0;
            }
            least = least.min(to_side(a0, b0, b1)).min(to_side(b0, a0, a1));
        }
    }
    least
}

/// Least distance over all poses; poses too far apart to matter are passed over.
fn least_apart(a: &[Pose], b: &[Pose], body: Body, limit: f64) -> f64 {
    let reach = (body.length.0 as f64).hypot(body.width.0 as f64) + limit;
    let mut least = f64::MAX;
    for &p in a {
        for &q in b {
            if (p.0 - q.0).hypot(p.1 - q.1) <= reach {
                least = least.min(apart(p, q, body));
                if least < 0.0 {
                    return least;
                }
            }
        }
    }
    least
}

fn random_layout(random: &mut Random, lattice: bool) -> (Tracks, Body) {
    let mut nodes: Vec<(i64, i64)> = Vec::new();
    for _ in 0..4 + random.below(8) {
        let node = if lattice {
            (random.below(6) as i64 * 1500, random.below(6) as i64 * 1500)
        } else {
            (random.below(10_000) as i64, random.below(10_000) as i64)
        };
        if !nodes.contains(&node) {
            nodes.push(node);
        }
    }
    let mut edges = Vec::new();
    for _ in 0..3 + random.below(8) {
        let from = random.below(nodes.len() as u64) as usize;
        let to = random.below(nodes.len() as u64) as usize;
        let straight = nodes[from].0 == nodes[to].0 || nodes[from].1 == nodes[to].1;
        if from != to && (straight || !lattice) {
            edges.push((from, to));
        }
    }
    if edges.is_empty() {
        edges.push((0, 1));
    }
    let body = Body {
        length: Length(600 + random.below(1200) as i64),
        width: Length(400 + random.below(800) as i64),
        margin: Length(random.below(150) as i64),
    };
    (compiled(&nodes, &edges, body), body)
}

#[test]
fn bodies_that_hold_no_conflicting_resources_stay_two_margins_apart() {
    let mut random = Random(1);
    let mut free = 0;
    for case in 0..400 {
        let (tracks, body) = random_layout(&mut random, case % 3 == 0);
        let all: Vec<_> = (0..tracks.resources())
            .map(|r| poses(&tracks, r, false))
            .collect();
        let wanted = 2.0 * body.margin.0 as f64;
        for a in 0..all.len() {
            for b in a + 1..all.len() {
                let conflict = tracks
                    .conflicts_of(ResourceId(a as u32))
                    .contains(&ResourceId(b as u32));
                if !conflict {
                    free += 1;
                    let least = least_apart(&all[a], &all[b], body, wanted);
                    assert!(
                        least >= wanted,
                        "case {case}: {a} and {b} come to {least} mm"
                    );
                }
            }
        }
    }
    assert!(free > 10_000, "only {free} free pairs: nothing was tried");
}

#[test]
fn resources_in_conflict_do_bring_bodies_close() {
    let mut random = Random(2);
    let mut conflicts = 0;
    for case in 0..200 {
        let (tracks, body) = random_layout(&mut random, true);
        let all: Vec<_> = (0..tracks.resources())
            .map(|r| poses(&tracks, r, true))
            .collect();
        // Grown corners reach further than the margin, poses are 40 mm and 0.03 rad apart.
        let near = 2.0 * 1.415 * (body.margin.0 as f64 + 5.0) + 80.0;
        for (a, poses) in all
            .iter()
            .enumerate()
            .filter(|(_, poses)| !poses.is_empty())
        {
            for &ResourceId(b) in tracks.conflicts_of(ResourceId(a as u32)) {
                let other = &all[b as usize];
                if !other.is_empty() {
                    conflicts += 1;
                    let least = least_apart(poses, other, body, near);
                    assert!(
                        least <= near,
                        "case {case}: {a} and {b} stay {least} mm apart"
                    );
                }
            }
        }
    }
    assert!(
        conflicts > 1000,
        "only {conflicts} conflicts: nothing was tried"
    );
}

const AGV: Body = Body {
    length: Length(1200),
    width: Length(800),
    margin: Length(100),
};

fn in_conflict(tracks: &Tracks, a: usize, b: usize) -> bool {
    let found = tracks
        .conflicts_of(ResourceId(a as u32))
        .contains(&ResourceId(b as u32));
    let back = tracks
        .conflicts_of(ResourceId(b as u32))
        .contains(&ResourceId(a as u32));
    assert_eq!(found, back, "symmetric");
    found
}

#[test]
fn a_vehicle_at_the_end_of_a_long_enough_spur_leaves_the_street_free() {
    // 0 --e0--> 1 --e1--> 2, spur from 1 up to 3: e2 and e3.
    let street = |spur: i64| {
        let nodes = [(0, 0), (3000, 0), (6000, 0), (3000, spur)];
        compiled(&nodes, &[(0, 1), (1, 2), (1, 3), (3, 1)], AGV)
    };
    let (e0, e1, node_1, node_3) = (0, 1, 5, 7);
    let enough = AGV.spur_min().0;
    let tracks = street(enough);
    assert!(!in_conflict(&tracks, e0, node_3));
    assert!(!in_conflict(&tracks, e1, node_3));
    assert!(!in_conflict(&tracks, node_1, node_3));
    let tracks = street(enough - 5);
    assert!(in_conflict(&tracks, e0, node_3) && in_conflict(&tracks, node_1, node_3));
    assert!(enough < AGV.length.0 * 3 / 2, "{enough}");
}

#[test]
fn a_vehicle_follows_another_one_edge_behind() {
    let tracks = compiled(
        &[(0, 0), (3000, 0), (6000, 0), (9000, 0)],
        &[(0, 1), (1, 2), (2, 3)],
        AGV,
    );
    assert!(in_conflict(&tracks, 0, 1), "they share a node");
    assert!(!in_conflict(&tracks, 0, 2), "an edge between them");
    assert!(!in_conflict(&tracks, 0, 5) && in_conflict(&tracks, 0, 4));
}

#[test]
fn the_least_distances_are_those_at_which_conflicts_end() {
    let abreast = |gap: i64| {
        let nodes = [(0, 0), (0, 5000), (gap, 0), (gap, 5000)];
        in_conflict(&compiled(&nodes, &[(0, 1), (2, 3)], AGV), 3, 5)
    };
    assert!(!abreast(AGV.abreast_min().0) && abreast(AGV.abreast_min().0 - 5));
    let crossings = |gap: i64| {
        let nodes = [
            (0, 0),
            (gap, 0),
            (0, 5000),
            (gap, 5000),
            (-5000, 0),
            (gap + 5000, 0),
        ];
        let edges = [(4, 0), (0, 2), (3, 1), (1, 5)];
        in_conflict(&compiled(&nodes, &edges, AGV), 4, 5)
    };
    assert!(!crossings(AGV.apart_min().0) && crossings(AGV.apart_min().0 - 5));
}

#[test]
fn areas_exclude_each_other_whatever_the_distance() {
    let mut tracks = compiled(
        &[(0, 0), (9000, 0), (50_000, 0), (59_000, 0)],
        &[(0, 1), (2, 3)],
        AGV,
    );
    assert!(!in_conflict(&tracks, 0, 1));
    let area = vec![ResourceId(0), ResourceId(1), ResourceId(4)];
    compile(&mut tracks, "t", AGV, &[area]).expect("conflicts");
    assert!(in_conflict(&tracks, 0, 1) && in_conflict(&tracks, 1, 4));
    assert!(tracks.conflicts_of(ResourceId(1)).is_sorted());
    let far = Body {
        length: Length(i64::MAX / 4),
        ..AGV
    };
    compile(&mut tracks, "t", far, &[]).expect("few resources, all in conflict");
    assert_eq!(tracks.conflicts_of(ResourceId(0)).len(), 5);
}
