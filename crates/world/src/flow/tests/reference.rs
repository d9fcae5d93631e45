//! A line with a belt, breakdowns and scrap against an engine that knows nothing of the other: one
//! event a piece, every delay moved piece by piece, a plain list searched for its earliest entry.

use super::{Run, plant};
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use fenhe_contract::*;

const TOML: &str = r#"
[[product]]
id = "cell"
[[source]]
id = "in"
to = "q1"
arrivals = { product = "cell", every = { exponential = "2 s" } }
[[buffer]]
id = "q1"
queue = {}
[[station]]
id = "cut"
from = "q1"
to = "q2"
single = { servers = 1 }
time = { lognormal = "1500 ms", sd = "700 ms" }
failures = [{ id = "f", clock = "busy", every = { exponential = "60 s" }, repair = { exponential = "9 s" }, effect = "resume" }]
[[buffer]]
id = "q2"
queue = { capacity = 3 }
[[station]]
id = "belt"
from = "q2"
to = "q3"
stream = { pitch = "1100 ms" }
time = "17300 ms"
failures = [{ id = "f", clock = "calendar", every = { exponential = "100 s" }, repair = { exponential = "6 s" }, effect = "resume" }]
[[buffer]]
id = "q3"
queue = { capacity = 2 }
[[station]]
id = "test"
from = "q3"
to = "out"
single = { servers = 1 }
time = { exponential = "1600 ms" }
scrap = "5 %"
[[sink]]
id = "out"
"#;
const UNTIL: i64 = 40_000_000_000;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Due {
    Arrive,
    Cut,
    CutFails,
    CutMended,
    /// A piece reaches the end of the belt.
    End(u64),
    /// The way onto the belt is clear again.
    Clear,
    BeltFails,
    BeltMended,
    Test,
}

/// What a piece went through: station, start, end, result. Then how it ended.
type Told = Vec<(Time, Record)>;

struct Naive {
    now: i64,
    list: Vec<(i64, Due)>,
    told: Told,
    next: u64,
    draws: [Stream; 7],
    q1: VecDeque<u64>,
    q2: VecDeque<u64>,
    q3: VecDeque<u64>,
    /// Piece, start, remaining (while it stands).
    cut: Option<(u64, i64, i64)>,
    cut_done: Option<u64>,
    cut_down: bool,
    /// What is left of the cutter's busy clock, and since when it has run.
    cut_clock: i64,
    cut_since: i64,
    belt: VecDeque<(u64, i64)>,
    belt_down: bool,
    belt_full: bool,
    /// The way onto the belt is not clear.
    near: bool,
    test: Option<(u64, i64)>,
    born: Vec<i64>,
    yields: Stream,
}

impl Naive {
    fn at(&mut self, after: i64, due: Due) {
        self.list.push((self.now + after, due));
    }
    fn draw(&mut self, which: usize, dist: Dist) -> i64 {
        dist.draw(&mut self.draws[which]).0
    }
    /// Takes an entry out of the list; how far away it was.
    fn cancel(&mut self, due: Due) -> Option<i64> {
        let at = self.list.iter().position(|entry| entry.1 == due)?;
        Some(self.list.remove(at).0 - self.now)
    }
    fn start_all(&mut self) {
        loop {
            let free = self.test.is_none();
            if let Some(piece) = self.q3.pop_front_if(|_| free) {
                self.test = Some((piece, self.now));
                let mean = Span::ms(1600);
                let span = self.draw(5, Dist::Exponential { mean });
                self.at(span, Due::Test);
            } else if self.belt_full && self.q3.len() < 2 {
                self.leave_belt();
            } else if !(self.belt_down || self.belt_full || self.near || self.q2.is_empty()) {
                let piece = self.q2.pop_front().unwrap_or(0);
                self.belt.push_back((piece, self.now));
                self.at(17_300_000, Due::End(piece));
                self.near = true;
                self.at(1_100_000, Due::Clear);
            } else if let Some(piece) = self.cut_done.filter(|_| self.q2.len() < 3) {
                self.q2.push_back(piece);
                self.cut_done = None;
            } else if self.cut.is_none() && self.cut_done.is_none() && !self.cut_down {
                let Some(piece) = self.q1.pop_front() else {
                    return;
                };
                let (mean, sd) = (Span::ms(1500), Span::ms(700));
                let span = self.draw(1, Dist::LogNormal { mean, sd });
                self.cut = Some((piece, self.now, 0));
                self.run_cutter(span);
            } else {
                return;
            }
        }
    }
    fn run_cutter(&mut self, span: i64) {
        self.at(span, Due::Cut);
        self.cut_since = self.now;
        if self.cut_clock < span {
            self.at(self.cut_clock, Due::CutFails);
        }
    }
    /// Every piece on the belt comes later.
    fn halt_belt(&mut self) -> Vec<(Due, i64)> {
        let mut stopped = Vec::new();
        let pieces: Vec<u64> = self.belt.iter().map(|piece| piece.0).collect();
        for due in pieces.into_iter().map(Due::End).chain([Due::Clear]) {
            stopped.extend(self.cancel(due).map(|left| (due, left)));
        }
        stopped
    }
    fn leave_belt(&mut self) {
        let (piece, started) = self
            .belt
            .pop_front()
            .expect("its first piece is at the end");
        let _ = started;
        self.q3.push_back(piece);
        self.belt_full = false;
    }
    fn tell(&mut self, piece: u64, station: u32, started: i64, result: StepResult) {
        let (piece, station) = (PieceSerial(piece), StationId(station));
        let record = Record::Step {
            piece,
            station,
            started: Time(started),
            result,
        };
        self.told.push((Time(self.now), record));
    }
    fn tell_end(&mut self, piece: u64, bad: bool) {
        let born = Time(self.born[piece as usize - 1]);
        let (piece, product) = (PieceSerial(piece), ProductId(0));
        let record = if bad {
            Record::Scrapped {
                piece,
                product,
                order: OrderId(0),
                station: StationId(2),
                born,
            }
        } else {
            Record::Left {
                piece,
                product,
                order: OrderId(0),
                sink: SinkId(0),
                born,
                grade: 0,
            }
        };
        self.told.push((Time(self.now), record));
    }
    fn handle(&mut self, due: Due, standing: &mut Vec<(Due, i64)>) {
        match due {
            Due::Arrive => {
                self.next += 1;
                self.born.push(self.now);
                self.q1.push_back(self.next);
                let span = self.draw(
                    0,
                    Dist::Exponential {
                        mean: Span::seconds(2),
                    },
                );
                self.at(span, Due::Arrive);
            }
            Due::Cut => {
                self.cut_clock -= self.now - self.cut_since;
                let (piece, started, _) = self.cut.take().expect("it was cut");
                self.tell(piece, 0, started, StepResult::Good);
                self.cut_done = Some(piece);
            }
            Due::CutFails => {
                let left = self.cancel(Due::Cut).expect("it fails only while it cuts");
                if let Some(cut) = &mut self.cut {
                    cut.2 = left;
                }
                self.cut_down = true;
                let span = self.draw(
                    3,
                    Dist::Exponential {
                        mean: Span::seconds(9),
                    },
                );
                self.at(span, Due::CutMended);
            }
            Due::CutMended => {
                self.cut_down = false;
                self.cut_clock = self.draw(
                    2,
                    Dist::Exponential {
                        mean: Span::seconds(60),
                    },
                );
                let left = self.cut.expect("it failed while it cut").2;
                self.run_cutter(left);
            }
            Due::End(piece) => {
                let started = self.belt.front().map_or(0, |first| first.1);
                self.tell(piece, 1, started, StepResult::Good);
                self.belt_full = true;
                if self.q3.len() < 2 {
                    self.leave_belt();
                }
            }
            Due::Clear => self.near = false,
            Due::BeltFails => {
                self.belt_down = true;
                let span = self.draw(
                    6,
                    Dist::Exponential {
                        mean: Span::seconds(6),
                    },
                );
                self.at(span, Due::BeltMended);
            }
            Due::BeltMended => {
                self.belt_down = false;
                let span = self.draw(
                    4,
                    Dist::Exponential {
                        mean: Span::seconds(100),
                    },
                );
                self.at(span, Due::BeltFails);
            }
            Due::Test => {
                let (piece, started) = self.test.take().expect("it was tested");
                let bad = self.yields.chance_for(piece, Share(50_000_000));
                let result = if bad {
                    StepResult::Scrapped
                } else {
                    StepResult::Good
                };
                self.tell(piece, 2, started, result);
                self.tell_end(piece, bad);
            }
        }
        self.start_all();
        // The belt stands or moves: all on it at once.
        let stands = self.belt_down || self.belt_full;
        if stands {
            let more = self.halt_belt();
            standing.extend(more);
        } else {
            for (due, left) in standing.drain(..) {
                self.list.push((self.now + left, due));
            }
        }
    }
}

fn naive(seed: Seed) -> Told {
    let stream = |name: &str, purpose| seed.stream(name, purpose);
    let mut line = Naive {
        now: 0,
        list: Vec::new(),
        told: Vec::new(),
        next: 0,
        draws: [
            stream("in", Purpose::Arrival),
            stream("cut", Purpose::Process),
            stream("cut", Purpose::Failure),
            stream("cut", Purpose::Repair),
            stream("belt", Purpose::Failure),
            stream("test", Purpose::Process),
            stream("belt", Purpose::Repair),
        ],
        q1: VecDeque::new(),
        q2: VecDeque::new(),
        q3: VecDeque::new(),
        cut: None,
        cut_done: None,
        cut_down: false,
        cut_clock: 0,
        cut_since: 0,
        belt: VecDeque::new(),
        belt_down: false,
        belt_full: false,
        near: false,
        test: None,
        born: Vec::new(),
        yields: stream("test", Purpose::Yield),
    };
    line.cut_clock = line.draw(
        2,
        Dist::Exponential {
            mean: Span::seconds(60),
        },
    );
    let first = line.draw(
        4,
        Dist::Exponential {
            mean: Span::seconds(100),
        },
    );
    line.at(first, Due::BeltFails);
    let first = line.draw(
        0,
        Dist::Exponential {
            mean: Span::seconds(2),
        },
    );
    line.at(first, Due::Arrive);
    let mut standing = Vec::new();
    loop {
        // At one instant pieces leave a belt before others enter it.
        let order = |entry: &(i64, Due)| (entry.0, entry.1 == Due::Clear);
        let next = line
            .list
            .iter()
            .enumerate()
            .min_by_key(|(_, entry)| order(entry));
        let Some((at, &(now, due))) = next else {
            return line.told;
        };
        if now > UNTIL {
            return line.told;
        }
        line.list.remove(at);
        line.now = now;
        line.handle(due, &mut standing);
    }
}

/// How each piece ended: which, when it had entered, when it was out, whether as scrap.
fn ends(told: &Told) -> Vec<(u64, i64, i64, bool)> {
    let mut ends = Vec::new();
    for (now, record) in told {
        match *record {
            Record::Left { piece, born, .. } => ends.push((piece.0, born.0, now.0, false)),
            Record::Scrapped { piece, born, .. } => ends.push((piece.0, born.0, now.0, true)),
            _ => {}
        }
    }
    ends.sort_unstable();
    ends
}

#[test]
fn records_equal_those_of_an_engine_with_one_event_a_piece() {
    for seed in [1, 2, 3] {
        let mut run = Run::new(&plant(TOML), seed, AllRecords::default());
        run.to(Time(UNTIL));
        assert_eq!(run.world.check(), []);
        let steps = |told: &Told| {
            let mut steps: Vec<(u64, u32, i64, i64, StepResult)> = Vec::new();
            for (now, record) in told {
                if let Record::Step {
                    piece,
                    station,
                    started,
                    result,
                } = *record
                {
                    steps.push((piece.0, station.0, started.0, now.0, result));
                }
            }
            steps.sort_unstable_by_key(|step| (step.0, step.1));
            steps
        };
        let theirs = naive(Seed(seed));
        assert_eq!(ends(&run.sink.0), ends(&theirs));
        let (ours, theirs) = (steps(&run.sink.0), steps(&theirs));
        let differs = ours.iter().zip(&theirs).position(|(a, b)| a != b);
        assert_eq!(differs, None, "{:?}", differs.map(|i| (ours[i], theirs[i])));
        assert_eq!(ours.len(), theirs.len());
        assert!(ours.len() > 40_000, "{}", ours.len());
        let bad = ours
            .iter()
            .filter(|step| step.4 == StepResult::Scrapped)
            .count();
        assert!(bad > 500, "{bad}");
    }
}
