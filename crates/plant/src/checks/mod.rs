//! What is wrong with the plant as a whole, though each element by itself is well written.

mod capacity;
mod flow;
mod maxflow;
mod routes;
mod tracks;

use crate::build::Build;

/// Judges the plant as a whole; problems go to the desk.
pub fn run(build: &mut Build<'_>) {
    let sound = !build.desk.any_error();
    if build.plant.sources.is_empty() || build.plant.sinks.is_empty() {
        if sound {
            build
                .desk
                .push(crate::Problem::of_file("plant/empty", "plant.toml").warning());
        }
        return;
    }
    tracks::check(build);
    routes::check(build);
    if build.flow_unclear {
        return;
    }
    let graph = flow::Graph::of(&build.plant);
    flow::check(build, &graph);
    if sound && !build.desk.any_error() {
        flow::unused(build, &graph);
        capacity::check(build, &graph);
    }
}
