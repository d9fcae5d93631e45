//! A table that was made only as far as one asker needs gives the way that a whole one gives.

use super::town::town;
use super::*;

#[test]
fn a_way_is_the_same_however_much_of_the_table_is_known() {
    let mut luck = 7_u64;
    let mut below = |n: u64| {
        luck = luck
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((luck >> 33) % n) as u32
    };
    let (mut cut_short, mut none) = (0, 0);
    for _ in 0..12 {
        let nodes = 30;
        let ring: Vec<(u32, u32)> = (0..nodes - 2).map(|n| (n, n + 1)).collect();
        let mut chord = |_| (below(nodes.into()), below(nodes.into()));
        let one_way: Vec<(u32, u32)> = ring.into_iter().chain((0..12).map(&mut chord)).collect();
        let two_way: Vec<(u32, u32)> = (0..6).map(&mut chord).collect();
        let plant = town(nodes, &one_way, &two_way, (&[3, 11], &[7, 20]));
        let streets = Streets::new(&plant);
        let kind = VehicleTypeId(0);
        let mut shared = Routes::default();
        for goal in (0..nodes).map(NodeId) {
            let ask = |routes: &mut Routes, from| {
                let table = routes.to((&plant, &streets), (kind, goal), from, &|_| false);
                (table.way(&plant, kind, from), table.clear(&plant, from))
            };
            for from in (0..nodes).map(NodeId) {
                ask(&mut shared, from);
            }
            for from in (0..nodes).map(NodeId) {
                let mut fresh = Routes::default();
                let way = ask(&mut fresh, from);
                assert_eq!(way, ask(&mut shared, from), "{from:?} to {goal:?}");
                cut_short += u32::from(!fresh.whole());
                none += u32::from(way.0.is_none());
            }
        }
    }
    assert!(cut_short > 1_000, "{cut_short} tables were left unfinished");
    assert!(none > 10, "{none} had no way");
}

#[test]
fn a_lane_for_both_directions_is_dear_and_a_link_between_two_streets_is_not() {
    // Two streets, a link of one edge between them and a lane of two.
    let one_way = [(0, 1), (1, 2), (2, 3), (7, 6), (6, 5), (5, 4)];
    let two_way = [(2, 5), (3, 8), (8, 4), (0, 9)];
    let plant = town(10, &one_way, &two_way, (&[9], &[]));
    let streets = Streets::new(&plant);
    let mut routes = Routes::default();
    let mut time = |from, to| {
        let (from, to) = (NodeId(from), NodeId(to));
        let kind = VehicleTypeId(0);
        let table = routes.to((&plant, &streets), (kind, to), from, &|_| false);
        table.time(&plant, from).expect("a way")
    };
    let street = time(1, 2);
    assert_eq!(time(2, 5), street);
    assert_eq!(time(3, 4), 2 * 6 * street);
}
