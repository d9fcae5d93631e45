//! A way around others is the cheapest of those allowed, and the same whatever was asked before.

use super::town::town;
use super::*;
use fenhe_planner::routes::{edge_time, turn_time};

const KIND: VehicleTypeId = VehicleTypeId(0);

/// What an edge is charged beside its time.
fn charged(edge: EdgeId) -> u32 {
    (edge.0 * 7919) % 23 * 10000
}

fn free(_: EdgeId) -> u32 {
    0
}

fn cost(plant: &Plant, way: &[EdgeId], added: fn(EdgeId) -> u32) -> u32 {
    let edges = way.iter().map(|&e| edge_time(plant, KIND, e) + added(e));
    let turns = way.windows(2);
    let turns = turns.map(|two| turn_time(plant, KIND, two[0], two[1]));
    edges.sum::<u32>() + turns.sum::<u32>()
}

/// Least costs of each edge to the goal, its own included, by going through all pairs until nothing changes.
fn to_goal(
    plant: &Plant,
    goal: NodeId,
    added: fn(EdgeId) -> u32,
    only: &dyn Fn(EdgeId) -> bool,
) -> Vec<Option<u32>> {
    let edges = &plant.tracks.edges;
    let own = |e: EdgeId| edge_time(plant, KIND, e) + added(e);
    let last = |(e, edge): (EdgeId, &Edge)| (edge.to == goal && only(e)).then(|| own(e));
    let mut costs: Vec<Option<u32>> = edges.pairs().map(last).collect();
    loop {
        let before = costs.clone();
        for (e, edge) in edges.pairs().filter(|(e, _)| only(*e)) {
            for (next, _) in edges
                .pairs()
                .filter(|(_, next)| next.from == edge.to && next.from != goal)
            {
                let on =
                    costs[next.index()].map(|on| on + turn_time(plant, KIND, e, next) + own(e));
                costs[e.index()] = costs[e.index()].into_iter().chain(on).min();
            }
        }
        if costs == before {
            return costs;
        }
    }
}

/// What the cheapest way costs that never goes farther from the goal than half as far again as it begins.
fn cheapest(plant: &Plant, from: NodeId, goal: NodeId) -> Option<u32> {
    let begin = |costs: Vec<Option<u32>>| {
        let leaving = plant
            .tracks
            .edges
            .pairs()
            .filter(|(_, edge)| edge.from == from);
        leaving.filter_map(|(e, _)| costs[e.index()]).min()
    };
    let far = to_goal(plant, goal, free, &|_| true);
    let best = begin(far.clone())?;
    let near = |e: EdgeId| far[e.index()].is_some_and(|far| far <= best + best / 2);
    begin(to_goal(plant, goal, charged, &near))
}

#[test]
fn a_way_around_others_costs_least_however_much_of_the_table_is_known() {
    let ends = |n| [(n, (n + 1) % 20), (n, (n + 7) % 20), (n, (n * n + 5) % 20)];
    let one_way: Vec<(u32, u32)> = (0..20).flat_map(ends).collect();
    let plant = town(20, &one_way, &[], (&[], &[]));
    let streets = Streets::new(&plant);
    let mut shared = Routes::default();
    let mut longer = 0;
    let pairs = (0..20).flat_map(|goal| (0..20).map(move |from| (NodeId(from), NodeId(goal))));
    for (from, goal) in pairs.filter(|(from, goal)| from != goal) {
        let around = |routes: &mut Routes, added: fn(EdgeId) -> u32| {
            let to = (KIND, goal);
            routes
                .around((&plant, &streets), to, from, &|_| false, &added)
                .expect("a way")
        };
        let way = around(&mut shared, charged);
        assert_eq!(way, around(&mut Routes::default(), charged));
        let (spent, least) = (cost(&plant, &way, charged), cheapest(&plant, from, goal));
        assert_eq!(Some(spent), least, "{from:?} to {goal:?}");

        let straight = around(&mut shared, free);
        let table = shared.to((&plant, &streets), (KIND, goal), from, &|_| false);
        assert_eq!(
            Some(cost(&plant, &straight, free)),
            table.time(&plant, from)
        );
        longer += u32::from(cost(&plant, &way, free) > cost(&plant, &straight, free));
    }
    assert!(longer > 50, "{longer} ways go round others");
}
