//! The exact values of the saturated lines, derived again: the Markov chain of each line (machines
//! working, down, blocked or starved; places filled) is built and solved, and `expected.toml` must
//! say the same.

use fenhe_study::Oracle;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Machine {
    Works,
    Down,
    Blocked,
    Starved,
}
use Machine::{Blocked, Down, Starved, Works};

type State = (Vec<Machine>, Vec<u32>);

struct Line {
    rates: Vec<f64>,
    places: Vec<u32>,
    fail: f64,
    repair: f64,
}

impl Line {
    /// Pieces move on as far as they can; the first machine always has a raw part.
    fn settle(&self, (mut machines, mut filled): State) -> State {
        let last = machines.len() - 1;
        loop {
            let before = (machines.clone(), filled.clone());
            for i in (0..=last).rev() {
                if machines[i] == Starved && i == 0 {
                    machines[i] = Works;
                }
                if machines[i] == Starved && i > 0 && filled[i - 1] > 0 {
                    filled[i - 1] -= 1;
                    machines[i] = Works;
                }
                if machines[i] == Blocked && filled[i] < self.places[i] {
                    filled[i] += 1;
                    machines[i] = Starved;
                } else if machines[i] == Blocked && machines[i + 1] == Starved {
                    (machines[i], machines[i + 1]) = (Starved, Works);
                }
            }
            if before == (machines.clone(), filled.clone()) {
                return before;
            }
        }
    }

    fn moves(&self, (machines, filled): &State) -> Vec<(State, f64)> {
        let last = machines.len() - 1;
        let mut moves = Vec::new();
        for (i, machine) in machines.iter().enumerate() {
            let mut become_ = |to: Machine, rate: f64| {
                let mut next = machines.clone();
                next[i] = to;
                moves.push((self.settle((next, filled.clone())), rate));
            };
            match machine {
                Works => {
                    become_(if i == last { Starved } else { Blocked }, self.rates[i]);
                    if self.fail > 0.0 {
                        become_(Down, self.fail);
                    }
                }
                Down => become_(Works, self.repair),
                Blocked | Starved => {}
            }
        }
        moves
    }

    /// Throughput and mean number of parts, by Gauss-Seidel on the balance equations.
    fn solve(&self) -> (f64, f64) {
        let k = self.rates.len();
        let first = self.settle((vec![Starved; k], vec![0; k - 1]));
        let mut number = BTreeMap::from([(first.clone(), 0)]);
        let mut states = vec![first];
        let (mut into, mut out): (Vec<Vec<(usize, f64)>>, Vec<f64>) = (vec![vec![]], vec![]);
        while out.len() < states.len() {
            let from = out.len();
            let moves = self.moves(&states[from]);
            out.push(moves.iter().map(|(_, rate)| rate).sum());
            for (state, rate) in moves {
                let to = *number.entry(state.clone()).or_insert(states.len());
                if to == states.len() {
                    states.push(state);
                    into.push(Vec::new());
                }
                into[to].push((from, rate));
            }
        }
        let mut p = vec![1.0 / states.len() as f64; states.len()];
        for _ in 0..200_000 {
            let mut change = 0.0f64;
            for to in 0..p.len() {
                let flow: f64 = into[to].iter().map(|&(from, rate)| p[from] * rate).sum();
                let next = flow / out[to];
                change = change.max((next - p[to]).abs());
                p[to] = next;
            }
            let sum: f64 = p.iter().sum();
            p.iter_mut().for_each(|x| *x /= sum);
            if change < 1e-15 {
                break;
            }
        }
        let mut result = (0.0, 0.0);
        for ((machines, filled), p) in states.iter().zip(&p) {
            let works = f64::from(u8::from(machines[k - 1] == Works));
            let inside = machines.iter().filter(|&&m| m != Starved).count() as f64;
            result.0 += p * works * self.rates[k - 1];
            result.1 += p * (inside + filled.iter().sum::<u32>() as f64);
        }
        result
    }
}

fn compare(name: &str, line: &Line) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/oracles");
    let text = std::fs::read_to_string(root.join(name).join("expected.toml")).expect(name);
    let oracle = Oracle::read(&text).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
    let (rate, parts) = line.solve();
    for expect in oracle.expect {
        // The raw part that waits before the first machine is in the plant, too.
        let exact = if expect.quantity == "plant.pieces" {
            parts + 1.0
        } else {
            rate
        };
        assert!(
            (expect.value - exact).abs() < 1e-7,
            "{name} {}: {exact}",
            expect.quantity
        );
    }
}

#[test]
fn saturated_lines_have_the_values_of_their_markov_chains() {
    for (k, most) in [(2, 3), (3, 3), (4, 3), (5, 2), (6, 1)] {
        for b in 0..=most {
            let line = Line {
                rates: vec![1.0; k],
                places: vec![b; k - 1],
                fail: 0.0,
                repair: 0.0,
            };
            compare(&format!("blocking-{k}-b{b}"), &line);
        }
    }
    for (name, rates, places) in [
        ("blocking-3-unbalanced", vec![1.2, 1.0, 0.9], vec![2, 2]),
        (
            "blocking-4-unbalanced",
            vec![1.0, 1.25, 0.8, 1.0],
            vec![1, 2, 1],
        ),
        (
            "blocking-5-unbalanced",
            vec![1.0, 0.8, 1.25, 0.8, 1.0],
            vec![1, 0, 2, 1],
        ),
    ] {
        compare(
            name,
            &Line {
                rates,
                places,
                fail: 0.0,
                repair: 0.0,
            },
        );
    }
}

#[test]
fn unreliable_lines_have_the_values_of_their_markov_chains() {
    for (k, b) in [
        (2, 0),
        (2, 1),
        (2, 2),
        (2, 5),
        (2, 10),
        (2, 20),
        (3, 2),
        (3, 5),
    ] {
        let line = Line {
            rates: vec![1.0; k],
            places: vec![b; k - 1],
            fail: 0.01,
            repair: 0.1,
        };
        compare(&format!("unreliable-{k}-b{b}"), &line);
    }
}
