//! What was found and what is wrong, in words.

use super::portfolio::{Effort, Found, Order};
use super::{Instance, gap};
use crate::Failure;
use crate::faults;
pub use crate::faults::Fault as Problem;
use crate::tools::print_line;
use fenhe_messages::{Lang, Word, fill, schedule};
use fenhe_planner::schedule::{Fault, Kind, MOST_MACHINES, Rule, critical};
use std::path::Path;

/// The line that a fault is in (0: the file as a whole), and its code.
pub fn fault(fault: Fault) -> (usize, Problem) {
    let plain = |code| Problem::with(code, Vec::new());
    match fault {
        Fault::Head => {
            let most = vec![("most", MOST_MACHINES.to_string())];
            (0, Problem::with("shop/head", most))
        }
        Fault::Number(line) => (line, plain("shop/number")),
        Fault::Machine(line) => (line, plain("shop/machine")),
        Fault::Length(line) => (line, plain("shop/length")),
        Fault::Jobs(jobs) => {
            let jobs = vec![("jobs", jobs.to_string())];
            (0, Problem::with("shop/jobs", jobs))
        }
        Fault::TooLong => (0, plain("shop/too-long")),
        Fault::Either => (0, plain("shop/either")),
    }
}

/// Prints what is wrong, where, and how to mend it.
pub fn told(file: &Path, line: usize, problem: &Problem, lang: Lang) -> Failure {
    let problem = problem.clone().at(line);
    faults::told(&file.display().to_string(), &[problem], schedule, lang)
}

/// Prints what was found.
pub fn found(instance: &Instance, order: &Order, found: &Found, lang: Lang) {
    let line = |word: Word, args: &[(&str, String)]| print_line(&fill(word.text(lang), args));
    let kind = match instance.kind {
        Kind::JobShop => Word::ScheduleJobShop,
        Kind::Flexible => Word::ScheduleFlexible,
    };
    let shop = &instance.shop;
    let shape = [
        ("instance", instance.name.clone()),
        ("kind", kind.text(lang).into()),
        ("jobs", shop.jobs().to_string()),
        ("machines", shop.machines.to_string()),
        ("operations", shop.operations().to_string()),
    ];
    line(Word::ScheduleShop, &shape);
    let (bound, gap) = gap(shop, found);
    let length = [
        ("makespan", found.makespan.to_string()),
        ("bound", bound.to_string()),
        ("gap", format!("{gap:.1}")),
    ];
    match found.makespan <= bound {
        true => line(Word::ScheduleOptimal, &length),
        false => line(Word::ScheduleMakespan, &length),
    }
    began(order, found, found.first.to_string(), lang);
    if let Some(args) = bottleneck(instance, found) {
        line(Word::ScheduleCritical, &args);
    }
}

/// What all threads began with, and how the same is had again.
pub fn began(order: &Order, found: &Found, first: String, lang: Lang) {
    let steps = match &order.effort {
        Effort::Steps(steps) => steps,
        Effort::Seconds(_) => &found.steps,
    };
    let steps: Vec<String> = steps.iter().map(u64::to_string).collect();
    let way = [
        ("first", first),
        ("rule", rule(found.rule, lang)),
        ("threads", order.threads.to_string()),
        ("stream", found.stream.to_string()),
        ("steps", steps.join(",")),
        ("seed", order.seed.0.to_string()),
    ];
    print_line(&fill(Word::ScheduleBegan.text(lang), &way));
}

/// The machine with most time on a critical path, the first of several, and how much that is.
fn bottleneck(instance: &Instance, found: &Found) -> Option<[(&'static str, String); 4]> {
    let path = critical(&instance.shop, &found.plan);
    let mut on = vec![0_u32; instance.shop.machines as usize];
    for op in &path {
        let done = found.plan[*op];
        on[done.machine as usize] += done.end - done.begin;
    }
    let most = on.iter().copied().max().filter(|most| *most > 0)?;
    let machine = on.iter().position(|time| *time == most)?;
    let here = found
        .plan
        .iter()
        .filter(|done| done.machine as usize == machine);
    let busy: u32 = here.map(|done| done.end - done.begin).sum();
    let percent = |time: u32| format!("{:.0}", f64::from(time) * 100.0 / f64::from(found.makespan));
    Some([
        ("machine", machine.to_string()),
        ("share", percent(most)),
        ("count", path.len().to_string()),
        ("busy", percent(busy)),
    ])
}

/// What all threads began with.
pub fn rule(rule: Option<Rule>, lang: Lang) -> String {
    let word = match rule {
        Some(Rule::MostWorkLeft) => Word::RuleMostWorkLeft,
        Some(Rule::MostOperationsLeft) => Word::RuleMostOperationsLeft,
        Some(Rule::Longest) => Word::RuleLongest,
        Some(Rule::Shortest) => Word::RuleShortest,
        Some(Rule::First) => Word::RuleFirst,
        Some(Rule::EarliestDue) => Word::RuleEarliestDue,
        Some(Rule::LeastSlack) => Word::RuleLeastSlack,
        Some(Rule::Soonest) => Word::RuleSoonest,
        None => Word::RuleOldPlan,
    };
    word.text(lang).into()
}
