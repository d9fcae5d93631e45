//! Plans by priority rules, without delay: whenever a machine is free and something waits for it, it begins. Detailed
//! shops have rules of their own ([`detailed`]).

use super::{Done, Shop, Units, detailed};
use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

/// What is done first of what waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// Of the job with most work left.
    MostWorkLeft,
    /// Of the job with most operations left.
    MostOperationsLeft,
    /// What takes longest.
    Longest,
    /// What takes shortest.
    Shortest,
    /// What waits longest.
    First,
    /// Of the job that is due first.
    EarliestDue,
    /// Of the job that can wait least until it is late.
    LeastSlack,
    /// What can begin soonest, its set-up done.
    Soonest,
}

/// The rules of shops without details; those with any have all.
pub const RULES: [Rule; 5] = [
    Rule::MostWorkLeft,
    Rule::MostOperationsLeft,
    Rule::Longest,
    Rule::Shortest,
    Rule::First,
];

const ALL: [Rule; 8] = [
    Rule::MostWorkLeft,
    Rule::MostOperationsLeft,
    Rule::Longest,
    Rule::Shortest,
    Rule::First,
    Rule::EarliestDue,
    Rule::LeastSlack,
    Rule::Soonest,
];

/// The rules worth a try on a shop.
pub fn rules(shop: &Shop) -> &'static [Rule] {
    match shop.is_detailed() {
        true => &ALL,
        false => &RULES,
    }
}

/// The plan that a rule makes.
pub fn dispatch(shop: &Shop, rule: Rule) -> Vec<Done> {
    if shop.is_detailed() {
        return detailed::dispatch(shop, rule);
    }
    let mut left = work_left(shop);
    let never = Done {
        machine: 0,
        begin: 0,
        end: 0,
    };
    let mut plan = vec![never; shop.operations()];
    let mut free = vec![0 as Units; shop.machines as usize];
    // Operations whose job is ready for them, by when they can begin soonest.
    let mut ready: BTreeSet<(Units, usize)> = BTreeSet::new();
    let mut since = vec![0 as Units; shop.operations()];
    let soonest = |op: usize, since: Units, free: &[Units]| {
        let alternatives = shop.alternatives(op).iter();
        let begin = alternatives
            .map(|alternative| free[alternative.machine as usize].max(since))
            .min();
        begin.unwrap_or(since)
    };
    for job in 0..shop.jobs() {
        ready.extend(shop.ops_of(job).next().map(|op| (0, op)));
    }
    while let Some(&(told, op)) = ready.first() {
        // Its machine may have been taken meanwhile.
        let now = soonest(op, since[op], &free);
        if now > told {
            ready.remove(&(told, op));
            ready.insert((now, op));
            continue;
        }
        let same = ready.iter().take_while(|(at, _)| *at == now);
        let can = same.filter(|(_, op)| soonest(*op, since[*op], &free) == now);
        let best = can.max_by_key(|(_, op)| {
            let time = shop
                .alternatives(*op)
                .iter()
                .map(|alternative| alternative.time)
                .min()
                .unwrap_or(0);
            let urgency = match rule {
                Rule::MostWorkLeft => left[*op],
                Rule::MostOperationsLeft => (shop.ops_of(shop.job_of(*op)).end - op) as Units,
                Rule::Longest => time,
                Rule::Shortest => Units::MAX - time,
                Rule::First | Rule::EarliestDue | Rule::LeastSlack | Rule::Soonest => {
                    Units::MAX - since[*op]
                }
            };
            (urgency, usize::MAX - op)
        });
        let Some(&(_, op)) = best else { break };
        ready.remove(&(now, op));
        let ends = |alternative: &&super::Alternative| {
            let begin = free[alternative.machine as usize].max(since[op]);
            (begin + alternative.time, alternative.machine)
        };
        let Some(&alternative) = shop.alternatives(op).iter().min_by_key(ends) else {
            break;
        };
        let begin = free[alternative.machine as usize].max(since[op]);
        let done = Done {
            machine: alternative.machine,
            begin,
            end: begin + alternative.time,
        };
        (plan[op], free[alternative.machine as usize]) = (done, done.end);
        left[op] = 0;
        if let Some(next) = shop.behind(op) {
            since[next] = done.end;
            ready.insert((soonest(next, done.end, &free), next));
        }
    }
    plan
}

/// Least work from each operation to the end of its job.
pub(super) fn work_left(shop: &Shop) -> Vec<Units> {
    let mut left = vec![0; shop.operations()];
    for op in (0..shop.operations()).rev() {
        let own = shop
            .alternatives(op)
            .iter()
            .map(|alternative| alternative.time)
            .min()
            .unwrap_or(0);
        left[op] = own + shop.behind(op).map_or(0, |next| left[next]);
    }
    left
}
