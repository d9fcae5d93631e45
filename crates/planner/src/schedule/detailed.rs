//! Plans of detailed shops by priority rules: on the machine where something can end first, the most urgent of what can
//! begin by then (Giffler and Thompson 1960).

use super::dispatch::{Rule, work_left};
use super::{Alternative, Done, Shop, Units};
use alloc::vec;
use alloc::vec::Vec;

/// An operation that its job is ready for.
#[derive(Clone, Copy, Debug)]
struct Ready {
    op: usize,
    /// The end of the one before it and where that was; its release otherwise.
    since: Units,
    from: Option<u32>,
    /// Where it ends first: begin, end.
    best: (Units, Units, Alternative),
}

struct Line<'s> {
    shop: &'s Shop,
    /// Where operations were; they stay on that machine.
    was: &'s [Option<Done>],
    plan: Vec<Done>,
    /// What each machine did last, and until when.
    last: Vec<Option<usize>>,
    ready: Vec<Ready>,
}

/// The plan that a rule makes.
pub fn dispatch(shop: &Shop, rule: Rule) -> Vec<Done> {
    let left = work_left(shop);
    let urgent = |ready: &Ready| urgency(shop, &left, rule, ready);
    dispatched(Line::new(shop, &[]), urgent)
}

/// The plan in which what has the smallest key is done first of what could be done, where it was.
pub fn by_keys(shop: &Shop, was: &[Option<Done>], keys: &[(Units, Units, u32)]) -> Vec<Done> {
    dispatched(Line::new(shop, was), |ready: &Ready| keys[ready.op])
}

fn dispatched<K: Ord>(mut line: Line<'_>, urgent: impl Fn(&Ready) -> K) -> Vec<Done> {
    while let Some(first) = line
        .ready
        .iter()
        .min_by_key(|ready| (ready.best.1, ready.op))
    {
        let (machine, by) = (first.best.2.machine, first.best.1);
        let op = first.op;
        let can = (0..line.ready.len()).filter(|&at| {
            let ready = &line.ready[at];
            let here = ready.best.2.machine == machine;
            here && (ready.op == op || ready.best.0 < by)
        });
        let key = |at: &usize| (urgent(&line.ready[*at]), line.ready[*at].op);
        let Some(at) = can.min_by_key(key) else {
            break;
        };
        line.take(at);
    }
    line.plan
}

/// Smaller is done first.
fn urgency(shop: &Shop, left: &[Units], rule: Rule, ready: &Ready) -> i64 {
    let (begin, end, way) = ready.best;
    let slack = || match shop.due(shop.job_of(ready.op)) {
        Some(due) => i64::from(due.at) - i64::from(end) - i64::from(left[ready.op]),
        None => i64::from(u32::MAX),
    };
    match rule {
        Rule::MostWorkLeft => -i64::from(left[ready.op]),
        Rule::MostOperationsLeft => -((shop.ops_of(shop.job_of(ready.op)).end - ready.op) as i64),
        Rule::Longest => -i64::from(way.time),
        Rule::Shortest => i64::from(way.time),
        Rule::First => i64::from(ready.since),
        Rule::EarliestDue => shop
            .due(shop.job_of(ready.op))
            .map_or(i64::from(u32::MAX), |due| i64::from(due.at)),
        Rule::LeastSlack => slack(),
        // Set-ups end right before: what begins soonest needs the shortest.
        Rule::Soonest => i64::from(begin),
    }
}

impl<'s> Line<'s> {
    fn new(shop: &'s Shop, was: &'s [Option<Done>]) -> Line<'s> {
        let never = Done {
            machine: 0,
            begin: 0,
            end: 0,
        };
        let mut line = Line {
            shop,
            was,
            plan: vec![never; shop.operations()],
            last: vec![None; shop.machines as usize],
            ready: Vec::new(),
        };
        line.begun();
        for job in 0..shop.jobs() {
            let mut ops = shop.ops_of(job);
            if let Some(op) = ops.find(|op| shop.begun(*op).is_none()) {
                line.come(op);
            }
        }
        line
    }

    /// What has begun stays as it is.
    fn begun(&mut self) {
        let shop = self.shop;
        for op in 0..shop.operations() {
            let Some(begun) = shop.begun(op) else {
                continue;
            };
            let mut ways = shop.alternatives(op).iter();
            let way = ways.find(|way| way.machine == begun.machine);
            let time = way.map_or(0, |way| way.time);
            let end = shop.after(begun.machine, begun.begin, time);
            self.plan[op] = Done {
                machine: begun.machine,
                begin: begun.begin,
                end,
            };
            let last = &mut self.last[begun.machine as usize];
            let later = |last: usize| {
                let last = self.plan[last];
                (last.begin, last.end) <= (begun.begin, end)
            };
            if last.is_none_or(later) {
                *last = Some(op);
            }
        }
    }

    /// An operation's job is ready for it.
    fn come(&mut self, op: usize) {
        let before = self.shop.before(op);
        let since = match before {
            Some(before) => self.plan[before].end,
            None => self.shop.release(self.shop.job_of(op)),
        };
        let from = before.map(|before| self.plan[before].machine);
        let none = Alternative {
            machine: 0,
            time: 0,
        };
        let mut ready = Ready {
            op,
            since,
            from,
            best: (0, Units::MAX, none),
        };
        self.best(&mut ready);
        self.ready.push(ready);
    }

    /// Where an operation ends first.
    fn best(&self, ready: &mut Ready) {
        let shop = self.shop;
        let was = self.was.get(ready.op).copied().flatten();
        let ways = shop.alternatives(ready.op).iter();
        let here = |way: &&Alternative| was.is_none_or(|was| was.machine == way.machine);
        let each = ways.filter(here).map(|way| {
            let machine = way.machine;
            let lag = ready
                .from
                .map_or(0, |from| shop.lag(ready.op - 1, from, machine));
            let free = self.last[machine as usize].map_or(0, |last| {
                let end = self.plan[last].end;
                match shop.setup(machine, last, ready.op) {
                    0 => end,
                    setup => {
                        let from = shop.setup_from(last, ready.op);
                        shop.after(machine, end.max(from), setup)
                    }
                }
            });
            let job = ready.since.saturating_add(lag).max(shop.from());
            let hold = shop.hold(ready.op, machine);
            let begin = shop.open(machine, job.max(free).max(hold));
            (begin, shop.after(machine, begin, way.time), *way)
        });
        if let Some(best) = each.min_by_key(|(begin, end, way)| (*end, *begin, way.machine)) {
            ready.best = best;
        }
    }

    /// Does one of those that are ready where it ends first.
    fn take(&mut self, at: usize) {
        let ready = self.ready.swap_remove(at);
        let (begin, end, way) = ready.best;
        self.plan[ready.op] = Done {
            machine: way.machine,
            begin,
            end,
        };
        self.last[way.machine as usize] = Some(ready.op);
        let mut all = core::mem::take(&mut self.ready);
        for ready in &mut all {
            let mut ways = self.shop.alternatives(ready.op).iter();
            if ways.any(|other| other.machine == way.machine) {
                self.best(ready);
            }
        }
        self.ready = all;
        if let Some(next) = self.shop.behind(ready.op) {
            self.come(next);
        }
    }
}
