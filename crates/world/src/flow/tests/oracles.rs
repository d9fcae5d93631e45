//! Queues and lines with known answers. The full list, with intervals, is `plants/oracles`.

use super::{means, tandem};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

const EXP: &str = "single = { servers = 1 }\ntime = { exponential = '1 s' }";

fn arrivals(mean: &str) -> String {
    alloc::format!("arrivals = {{ product = 'a', every = {{ exponential = '{mean}' }} }}")
}

#[track_caller]
fn near(found: f64, wanted: f64, relative: f64) {
    let off = (found / wanted - 1.0).abs();
    assert!(
        off < relative,
        "{found} for {wanted}: {:.2} % off",
        off * 100.0
    );
}

#[test]
fn queues_of_one_and_more_servers_wait_as_erlang_says() {
    // rho = 0.8 each: W = 5, 2.777778, 2.078652; M/D/1 Wq + 1 = 3; Erlang-2 service Wq + 1 = 4.
    let one =
        |source: &str, keys: &str| means(&tandem(&arrivals(source), &[("", keys)]), 2_000_000);
    near(one("1.25 s", EXP).cycle(), 5.0, 0.02);
    let two = "single = { servers = 2 }\ntime = { exponential = '1 s' }";
    near(one("625 ms", two).cycle(), 2.777_778, 0.02);
    near(
        one("1.25 s", "single = { servers = 1 }\ntime = '1 s'").cycle(),
        3.0,
        0.02,
    );
    let erlang = "single = { servers = 1 }\ntime = { erlang = '1 s', shape = 2 }";
    near(one("1.25 s", erlang).cycle(), 4.0, 0.02);
    near(
        one("1 s", "delay = {}\ntime = { exponential = '3 s' }").cycle(),
        3.0,
        0.01,
    );
}

#[test]
fn a_loss_system_loses_as_erlang_b_says() {
    let toml = tandem(
        &(arrivals("250 ms") + "\nwhen_full = 'lose'"),
        &[(
            "capacity = 0",
            "single = { servers = 5 }\ntime = { exponential = '1 s' }",
        )],
    );
    let found = means(&toml, 300_000);
    let share = found.lost as f64 / (found.lost + found.entered) as f64;
    near(share, 0.199_067, 0.01);
    // Capacity 5, one of them in the server: loss .0888195.
    let toml = tandem(
        &(arrivals("1.25 s") + "\nwhen_full = 'lose'"),
        &[("capacity = 4", EXP)],
    );
    let found = means(&toml, 1_000_000);
    near(
        found.lost as f64 / (found.lost + found.entered) as f64,
        0.088_819_5,
        0.02,
    );
}

/// A saturated line with `b` places between stations.
fn saturated(keys: &[&str], b: u32) -> f64 {
    let between = alloc::format!("capacity = {b}");
    let rows: Vec<(&str, &str)> = keys
        .iter()
        .enumerate()
        .map(|(i, keys)| (if i == 0 { "capacity = 1" } else { &*between }, *keys))
        .collect();
    means(&tandem("endless = 'a'", &rows), 400_000).rate()
}

#[test]
fn saturated_lines_block_after_service() {
    near(saturated(&[EXP, EXP], 0), 0.666_667, 0.01);
    near(saturated(&[EXP, EXP], 2), 0.8, 0.01);
    near(saturated(&[EXP, EXP, EXP], 0), 0.564_103, 0.01);
    near(saturated(&[EXP, EXP, EXP], 3), 0.776_712, 0.01);
    near(saturated(&[EXP, EXP, EXP, EXP], 1), 0.631_153, 0.01);
}

#[test]
fn unreliable_lines_fail_only_while_they_work() {
    let keys = EXP.to_string()
        + "\nfailures = [{ id = 'f', clock = 'busy', every = { exponential = '100 s' }, \
           repair = { exponential = '10 s' }, effect = 'resume' }]";
    near(saturated(&[&keys, &keys], 0), 0.589_955, 0.015);
    near(saturated(&[&keys, &keys], 10), 0.799_026, 0.015);
    near(saturated(&[&keys, &keys, &keys], 2), 0.614_296, 0.015);
}

#[test]
fn a_station_that_fails_any_time_waits_as_white_and_christie_say() {
    let keys = EXP.to_string()
        + "\nfailures = [{ id = 'f', clock = 'calendar', every = { exponential = '20 s' }, \
           repair = { exponential = '2 s' }, effect = 'resume' }]";
    let found = means(&tandem(&arrivals("2 s"), &[("", &keys)]), 2_000_000);
    near(found.cycle(), 2.848_485, 0.02);
}

#[test]
fn a_closed_line_makes_what_conwip_says() {
    let rows = [("", EXP); 10];
    let found = means(
        &tandem("endless = 'a'\nrelease = { conwip = 4 }", &rows),
        1_000_000,
    );
    near(found.rate(), 4.0 / 13.0, 0.01);
    near(found.cycle(), 13.0, 0.01);
}

#[test]
fn a_pair_of_queues_is_joined_as_nelson_and_tantawi_say() {
    // One arrival is split into two parts, each through its own queue; then they are joined.
    let toml = "
[[product]]
id = 'a'
[[source]]
id = 'in'
to = 'q'
arrivals = { product = 'a', every = { exponential = '1.25 s' } }
[[buffer]]
id = 'q'
queue = {}
[[buffer]]
id = 'q1'
queue = {}
[[buffer]]
id = 'q2'
queue = {}
[[buffer]]
id = 'd1'
queue = {}
[[buffer]]
id = 'd2'
queue = {}
[[station]]
id = 'fork'
from = 'q'
to = [{ to = 'q1' }, { to = 'q2' }]
single = { servers = 1 }
time = '1 us'
[[station]]
id = 's1'
from = 'q1'
to = 'd1'
single = { servers = 1 }
time = { exponential = '1 s' }
[[station]]
id = 's2'
from = 'q2'
to = 'd2'
single = { servers = 1 }
time = { exponential = '1 s' }
[[station]]
id = 'join'
from = [{ buffer = 'd1' }, { buffer = 'd2' }]
to = 'out'
single = { servers = 1 }
time = '1 us'
[[sink]]
id = 'out'
";
    // (12 - rho) / 8 x 5 = 7 at rho = 0.8.
    near(means(toml, 2_000_000).cycle(), 7.0, 0.02);
}

fn indexed(p: &[(f64, f64)], n: &[u32], through: bool) -> f64 {
    let machines: Vec<String> = p
        .iter()
        .enumerate()
        .map(|(i, (p, r))| alloc::format!("{{ id = 'm{i}', fail = {p}, repair = {r} }}"))
        .collect();
    let toml = alloc::format!(
        "[[product]]\nid = 'a'\n[[source]]\nid = 'in'\nendless = 'a'\n[[sink]]\nid = 'out'\n\
         [[indexer]]\nid = 'T'\nproduct = 'a'\ncycle = '1 s'\nsource = 'in'\nsink = 'out'\n\
         flow_through = {through}\nbuffers = {n:?}\nmachines = [{}]\n",
        machines.join(", ")
    );
    means(&toml, 1_000_000).rate()
}

#[test]
fn synchronous_lines_index_as_gershwin_and_as_li_and_meerkov_say() {
    let slow = [(0.01, 0.1); 2];
    for (n, rate) in [
        (4, 0.840_936),
        (10, 0.856_175),
        (20, 0.870_541),
        (50, 0.887_845),
    ] {
        near(indexed(&slow, &[n], false), rate, 0.005);
    }
    let bernoulli = |p: f64| (1.0 - p, p);
    near(indexed(&[bernoulli(0.9); 2], &[2], true), 0.857_143, 0.003);
    near(indexed(&[bernoulli(0.9); 2], &[5], true), 0.882_353, 0.003);
    near(
        indexed(&[bernoulli(0.9), bernoulli(0.8)], &[3], true),
        0.791_536,
        0.003,
    );
    near(
        indexed(&[bernoulli(0.9); 3], &[2, 2], true),
        0.831_887,
        0.003,
    );
}
