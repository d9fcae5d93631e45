//! Shops by luck with set-ups, hours, lags, releases, due dates and work that has begun, and the least that any plan of
//! a tiny one costs, by an evaluation of its own.
#![allow(dead_code)]

use fenhe_contract::{Purpose, Seed, Stream};
use fenhe_planner::schedule::*;

pub type Interval = (Units, Units);

/// A shop by luck with what was said of it, for an evaluation of its own.
#[derive(Clone)]
pub struct Lucky {
    pub shop: Shop,
    families: u32,
    setups: Vec<Vec<Units>>,
    /// Period, shifts and closed times of each machine.
    hours: Vec<Option<(Units, Vec<Interval>)>>,
    closed: Vec<Vec<Interval>>,
    lag: Vec<Units>,
    ways: Vec<Units>,
    family: Vec<u32>,
    prepared: Vec<bool>,
    held: Vec<bool>,
}

/// Jobs of up to so many operations that may come back to a machine, times of 0 too.
pub fn plain(luck: &mut Stream, machines: u32, jobs: u32, most: u32, flexible: bool) -> Shop {
    let mut shop = Shop::new(machines);
    for _ in 0..jobs {
        let mut job: Vec<Vec<Alternative>> = Vec::new();
        for _ in 0..luck.below(most + 1) {
            let from = luck.below(machines);
            let count = match flexible {
                true => 1 + luck.below(machines.min(2)),
                false => 1,
            };
            let one = |n| Alternative {
                machine: (from + n) % machines,
                time: luck.below(7),
            };
            job.push((0..count).map(one).collect());
        }
        shop.job(job.iter().map(Vec::as_slice));
    }
    shop
}

impl Lucky {
    pub fn new(shop: Shop, luck: &mut Stream) -> Lucky {
        let mut lucky = Lucky::undated(shop, luck);
        for job in 0..lucky.shop.jobs() {
            if luck.below(3) > 0 {
                let (at, weight) = (luck.below(25), 1 + luck.below(3));
                lucky.shop.set_due(job, Due { at, weight });
            }
        }
        lucky
    }

    /// Without due dates.
    pub fn undated(shop: Shop, luck: &mut Stream) -> Lucky {
        let (machines, ops) = (shop.machines as usize, shop.operations());
        let families = 1 + luck.below(3);
        let mut lucky = Lucky {
            families,
            setups: vec![vec![0; (families * families) as usize]; machines],
            hours: vec![None; machines],
            closed: vec![Vec::new(); machines],
            lag: vec![0; ops],
            ways: vec![0; machines * machines],
            family: vec![0; ops],
            prepared: vec![false; ops],
            held: vec![false; shop.jobs()],
            shop,
        };
        if luck.below(3) > 0 {
            lucky.with_setups(luck);
        }
        if luck.below(2) > 0 {
            lucky.with_hours(luck);
        }
        if luck.below(2) > 0 {
            lucky.with_lags(luck);
        }
        for job in 0..lucky.shop.jobs() {
            if luck.below(3) == 0 {
                lucky.shop.set_release(job, luck.below(12));
            }
        }
        // Detailed whatever luck has left out.
        lucky.shop.set_from(0);
        lucky
    }

    pub fn with_setups(&mut self, luck: &mut Stream) {
        for op in 0..self.shop.operations() {
            self.family[op] = luck.below(self.families);
            self.shop.set_family(op, self.family[op]);
        }
        for machine in 0..self.shop.machines {
            let row = &mut self.setups[machine as usize];
            row.iter_mut().for_each(|time| *time = luck.below(5));
            for family in 0..self.families {
                row[(family * self.families + family) as usize] = 0;
            }
            self.shop.set_setups(&[machine], self.families, row);
        }
    }

    pub fn with_hours(&mut self, luck: &mut Stream) {
        for machine in 0..self.shop.machines {
            let (mut on, period) = (Vec::new(), 6 + luck.below(6));
            let from = luck.below(3);
            on.push((from, from + 1 + luck.below(3)));
            if luck.below(2) == 0 {
                on.push((period - 2, period));
            }
            if luck.below(2) == 0 {
                self.hours[machine as usize] = Some((period, on));
            }
            if luck.below(2) == 0 {
                let from = luck.below(20);
                let closed = (from, from + 1 + luck.below(9));
                self.closed[machine as usize].push(closed);
            }
            self.work(machine);
        }
    }

    pub fn work(&mut self, machine: u32) {
        let closed = &self.closed[machine as usize];
        let working = match &self.hours[machine as usize] {
            Some((period, on)) => Working::new(*period, on, closed).expect("shifts"),
            None => Working::but(closed),
        };
        self.shop.set_working(machine, working);
    }

    pub fn with_lags(&mut self, luck: &mut Stream) {
        for op in 0..self.shop.operations() {
            self.lag[op] = luck.below(4);
            self.shop.set_lag(op, self.lag[op]);
        }
        if luck.below(2) == 0 {
            self.ways.iter_mut().for_each(|way| *way = luck.below(4));
            self.shop.set_ways(&self.ways);
        }
    }

    /// A machine is closed once more.
    pub fn shut(&mut self, machine: u32, closed: Interval) {
        self.closed[machine as usize].push(closed);
        self.work(machine);
    }

    /// What a plan of this shop has begun by then stays; a machine may be down from then on.
    pub fn disturb(&mut self, plan: &[Done], at: Units, luck: &mut Stream) {
        if luck.below(2) == 0 {
            let machine = luck.below(self.shop.machines);
            self.shut(machine, (at, at + 1 + luck.below(12)));
        }
        self.shop.set_from(at);
        for job in 0..self.shop.jobs() {
            if luck.below(3) == 0 {
                self.held[job] = true;
                self.shop.set_held(job);
            }
        }
        if luck.below(2) == 0 {
            let ends = plan.iter().map(|done| done.end);
            self.shop.set_enough(ends.max().unwrap_or(0));
        }
        for (op, done) in plan.iter().enumerate() {
            let (machine, begin) = (done.machine, done.begin);
            if begin < at {
                self.shop.set_begun(op, Begun { machine, begin });
                continue;
            }
            if luck.below(5) == 0 {
                self.prepared[op] = true;
                self.shop.set_prepared(op);
            }
            if luck.below(2) == 0 {
                self.shop.set_kept(op, Begun { machine, begin }, 3);
            }
        }
    }

    pub fn works(&self, machine: usize, at: Units) -> bool {
        let inside = |all: &[Interval], at| all.iter().any(|(a, b)| (*a..*b).contains(&at));
        let shift = self.hours[machine].as_ref();
        shift.is_none_or(|(period, on)| inside(on, at % period))
            && !inside(&self.closed[machine], at)
    }

    /// Unit by unit.
    pub fn after(&self, machine: usize, begin: Units, work: Units) -> Units {
        let (mut at, mut left) = (begin, work);
        while left > 0 {
            left -= Units::from(self.works(machine, at));
            at += 1;
        }
        at
    }

    /// Adds an operation to a plan behind all that its machine does; what it costs beyond its due date.
    pub fn put(&self, plan: &mut Plan, op: usize, way: Alternative) -> u64 {
        let machine = way.machine as usize;
        let begun = self.shop.begun(op);
        let mut begin = begun.map_or(self.shop.from(), |begun| begun.begin);
        let before = self.shop.before(op);
        if begun.is_none() {
            begin = begin.max(match before {
                Some(before) => {
                    let done = plan.done[before];
                    let way = done.machine as usize * self.shop.machines as usize + machine;
                    done.end + self.lag[before] + self.ways[way]
                }
                None => self.shop.release(self.shop.job_of(op)),
            });
            if let Some(last) = plan.last[machine] {
                let pair = self.family[last] * self.families + self.family[op];
                let setup = self.setups[machine][pair as usize];
                let end = plan.done[last].end;
                let history = self.prepared[op] && self.shop.begun(last).is_some();
                let from = if history { 0 } else { self.shop.from() };
                begin = begin.max(match setup {
                    0 => end,
                    _ => self.after(machine, end.max(from), setup),
                });
            }
            let kept = self
                .shop
                .kept(op)
                .filter(|_| self.held[self.shop.job_of(op)]);
            let kept = kept.filter(|kept| kept.machine == way.machine);
            begin = begin.max(kept.map_or(0, |kept| kept.begin));
            while !self.works(machine, begin) {
                begin += 1;
            }
        }
        let end = self.after(machine, begin, way.time);
        plan.done[op] = Done {
            machine: way.machine,
            begin,
            end,
        };
        plan.last[machine] = Some(op);
        plan.cost.makespan = plan.cost.makespan.max(end);
        let due = self.shop.due(self.shop.job_of(op));
        let due = due.filter(|_| self.shop.behind(op).is_none());
        let late = due.map_or(0, |due| {
            u64::from(end.saturating_sub(due.at)) * u64::from(due.weight)
        });
        let kept = self.shop.kept(op);
        let moved = kept.is_some_and(|kept| kept.machine != way.machine || kept.begin < begin);
        late + if moved { 3 } else { 0 }
    }

    /// The least that any plan costs: every order of all operations, every way of each.
    pub fn least(&self) -> Cost {
        let none = Done {
            machine: 0,
            begin: 0,
            end: 0,
        };
        let mut plan = Plan {
            done: vec![none; self.shop.operations()],
            last: vec![None; self.shop.machines as usize],
            cost: Cost {
                late: 0,
                makespan: self.shop.enough(),
            },
        };
        let mut begun: Vec<(Units, Units, usize)> = (0..self.shop.operations())
            .filter_map(|op| {
                let begun = self.shop.begun(op)?;
                let mut ways = self.shop.alternatives(op).iter();
                let way = ways.find(|way| way.machine == begun.machine)?;
                // What takes no time comes before what begins with it.
                Some((begun.begin, way.time, op))
            })
            .collect();
        begun.sort_unstable();
        let mut next: Vec<usize> = (0..self.shop.jobs())
            .map(|job| self.shop.ops_of(job).start)
            .collect();
        for (.., op) in begun {
            let machine = self.shop.begun(op).expect("begun").machine;
            let mut ways = self.shop.alternatives(op).iter();
            let way = *ways.find(|way| way.machine == machine).expect("a way");
            plan.cost.late += self.put(&mut plan, op, way);
            next[self.shop.job_of(op)] = op + 1;
        }
        let mut best = Cost {
            late: u64::MAX,
            makespan: Units::MAX,
        };
        self.all(&plan, &next, &mut best);
        best
    }

    pub fn all(&self, plan: &Plan, next: &[usize], best: &mut Cost) {
        if plan.cost >= *best {
            return;
        }
        let mut ended = true;
        for job in 0..self.shop.jobs() {
            let op = next[job];
            if !self.shop.ops_of(job).contains(&op) {
                continue;
            }
            ended = false;
            for way in self.shop.alternatives(op) {
                let (mut plan, mut next) = (plan.clone(), next.to_vec());
                plan.cost.late += self.put(&mut plan, op, *way);
                next[job] += 1;
                self.all(&plan, &next, best);
            }
        }
        if ended {
            *best = plan.cost;
        }
    }
}

#[derive(Clone)]
pub struct Plan {
    done: Vec<Done>,
    last: Vec<Option<usize>>,
    cost: Cost,
}

pub fn dispatched(shop: &Shop) -> Vec<Done> {
    let plans = rules(shop).iter().map(|rule| dispatch(shop, *rule));
    let key = |plan: &Vec<Done>| {
        check(shop, plan).expect("a plan");
        cost(shop, plan)
    };
    plans.min_by_key(key).expect("rules")
}

/// A tiny shop, half of the time disturbed.
pub fn tiny(seed: u64) -> Lucky {
    let mut luck = Seed(seed).stream("tiny", Purpose::Initial);
    let machines = 1 + luck.below(3);
    let jobs = 2 + luck.below(2);
    let flexible = luck.below(2) == 0;
    let shop = plain(&mut luck, machines, jobs, 5 - jobs, flexible);
    let mut lucky = Lucky::new(shop, &mut luck);
    if luck.below(2) == 0 {
        let plan = dispatched(&lucky.shop);
        let makespan = check(&lucky.shop, &plan).expect("a plan");
        let at = luck.below(makespan + 1);
        lucky.disturb(&plan, at, &mut luck);
    }
    lucky
}
