//! A plant with a table of orders as a shop, and the names of all that is in it.

use super::words::{Problem, told};
use crate::promise::{no_promise, table};
use crate::tools::{load, read};
use crate::{Failure, args};
use clap::ArgMatches;
use fenhe_contract::{ProductId, Time};
use fenhe_messages::{Lang, Word, fill};
use fenhe_planner::promise::{Capacity, Resource};
use fenhe_planner::schedule::{
    Done, LONGEST, MOST_OPERATIONS, NoShop, Ordered, Shut, Units, Works, seats, works,
};
use fenhe_plant::{Asked, Plant};
use fenhe_study::promise::{Ask, demand};
use std::path::Path;

/// A plant and its orders.
pub struct Floor {
    pub plant: Plant,
    pub capacity: Capacity,
    pub asked: Vec<Asked>,
    /// The product of each part of each order.
    pub products: Vec<Vec<ProductId>>,
    /// One a machine.
    pub machines: Vec<String>,
    pub works: Works,
}

/// What a row of a schedule is about: order, product, lot from 1, step from 0.
pub type Key = (String, String, u32, u32);

/// Reads both; what is wrong with either is printed.
pub fn floor(given: &ArgMatches, lang: Lang) -> Result<Floor, Failure> {
    let (name, files) = read(args::required(given, "instance"), lang)?;
    let plant = load(&name, &files, &args::settings(given, lang)?, lang)?;
    let orders = args::required(given, "orders");
    let asked = table(&plant, orders, lang)?;
    let capacity = Capacity::new(&plant);
    let last = asked.iter().map(|asked| asked.priority).max().unwrap_or(0);
    let (mut ordered, mut products, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for asked in &asked {
        let ask = Ask {
            of: asked.of.clone(),
            quantity: asked.quantity,
            from: Time::ZERO,
        };
        match demand(&plant, &capacity, &ask) {
            Ok((demand, enough)) => {
                products.push(enough.into_iter().map(|(product, _)| product).collect());
                ordered.push(Ordered {
                    demand,
                    due: asked.due,
                    weight: 1 + u32::from(last - asked.priority),
                });
            }
            Err(fault) => wrong.push(no_promise(&plant, &fault, lang)),
        }
    }
    if let Some(failure) = together(wrong) {
        return Err(failure);
    }
    let machines = machines(&plant, &capacity);
    let works = works(&capacity, plant.products.len(), &ordered, &[]);
    let works = works.map_err(|why| no_shop(&plant, orders, why, lang))?;
    Ok(Floor {
        plant,
        capacity,
        asked,
        products,
        machines,
        works,
    })
}

/// All that was told as one.
fn together(wrong: Vec<Failure>) -> Option<Failure> {
    let mut lines: Vec<String> = Vec::new();
    for failure in wrong {
        match failure {
            Failure::Told(text) if !lines.contains(&text) => lines.push(text),
            Failure::Told(_) | Failure::Problems => {}
        }
    }
    (!lines.is_empty()).then(|| Failure::Told(lines.join("\n")))
}

/// Why there is no shop, printed.
pub fn no_shop(plant: &Plant, orders: &Path, why: NoShop, lang: Lang) -> Failure {
    let problem = match why {
        NoShop::Many(count) => {
            let args = vec![
                ("count", count.to_string()),
                ("most", MOST_OPERATIONS.to_string()),
            ];
            Problem::with("plan/many", args)
        }
        NoShop::Long => Problem::with("plan/long", vec![("days", (LONGEST / 86_400).to_string())]),
        NoShop::Never(station) => {
            let name = plant.stations[station].name.clone();
            Problem::with("plan/never", vec![("station", name)])
        }
    };
    told(orders, 0, &problem, lang)
}

/// Names of the machines: that of their station, numbered where it has several servers.
fn machines(plant: &Plant, capacity: &Capacity) -> Vec<String> {
    let seats = seats(capacity);
    let station = |at: usize| {
        let seat = seats[at];
        capacity.groups[seat.group as usize].servers[seat.server as usize].station
    };
    let mut names = Vec::new();
    for at in 0..seats.len() {
        let same: Vec<usize> = (0..seats.len())
            .filter(|other| station(*other) == station(at))
            .collect();
        let name = station(at).map_or("", |id| plant.stations[id].name.as_str());
        let number = same.iter().position(|other| *other == at).unwrap_or(0) + 1;
        names.push(match same.len() {
            1 => name.to_string(),
            _ => format!("{name}/{number}"),
        });
    }
    names
}

impl Floor {
    /// The machines that a name means: one, all of a station, or all of a piece of equipment.
    pub fn meant(&self, name: &str) -> Vec<u32> {
        let is = |machine: &String| {
            let rest = machine.strip_prefix(name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/']))
        };
        let all = (0..).zip(&self.machines);
        all.filter(|(_, machine)| is(machine))
            .map(|(at, _)| at)
            .collect()
    }

    /// The order of an operation.
    pub fn order(&self, op: usize) -> usize {
        self.works.lots[self.works.shop.job_of(op)].order as usize
    }

    /// What an operation's row is about.
    pub fn key(&self, op: usize) -> Key {
        let job = self.works.shop.job_of(op);
        let lot = self.works.lots[job];
        let step = (op - self.works.shop.ops_of(job).start) as u32;
        (
            self.asked[lot.order as usize].order.clone(),
            self.product(op).to_string(),
            lot.number + 1,
            step,
        )
    }

    /// The product that an operation's lot is to be.
    pub fn product(&self, op: usize) -> &str {
        let lot = self.works.lots[self.works.shop.job_of(op)];
        let product = self.products[lot.order as usize][lot.part as usize];
        &self.plant.products[product].name
    }

    /// What an operation does, as the plant calls it.
    pub fn operation(&self, op: usize) -> &str {
        let group = &self.capacity.groups[self.works.steps[op].group as usize];
        match &group.resource {
            Resource::Operation(id, _) => &self.plant.operations[*id],
            Resource::Stations(ids) => ids.first().map_or("", |id| &self.plant.stations[*id].name),
            Resource::Transport | Resource::Store(_) => "",
        }
    }

    /// An operation in words.
    pub fn named(&self, op: usize, lang: Lang) -> String {
        let (order, product, lot, step) = self.key(op);
        let args = [
            ("order", order),
            ("product", product),
            ("lot", lot.to_string()),
            ("step", step.to_string()),
            ("operation", self.operation(op).to_string()),
        ];
        fill(Word::PlanStep.text(lang), &args)
    }

    /// The machine's name.
    pub fn machine(&self, machine: u32) -> &str {
        self.machines
            .get(machine as usize)
            .map_or("", String::as_str)
    }

    /// Set-ups before operations: from when on, by operation; none where there is none.
    pub fn setups(&self, plan: &[Done]) -> Vec<Option<Units>> {
        let shop = &self.works.shop;
        let mut by_machine: Vec<Vec<usize>> = vec![Vec::new(); shop.machines as usize];
        for (op, done) in plan.iter().enumerate() {
            by_machine[done.machine as usize].push(op);
        }
        let mut setups = vec![None; plan.len()];
        for (machine, ops) in (0..).zip(&mut by_machine) {
            ops.sort_by_key(|op| (plan[*op].begin, plan[*op].end, *op));
            for pair in ops.windows(2) {
                let setup = shop.setup(machine, pair[0], pair[1]);
                let begin = plan[pair[1]].begin;
                let from = match shop.working(machine) {
                    Some(working) => working.back(begin, setup),
                    None => begin.checked_sub(setup),
                };
                // Closed times that came while it was done may leave less before it than it took.
                setups[pair[1]] = from
                    .map(|from| from.max(plan[pair[0]].end))
                    .filter(|from| setup > 0 && *from < begin);
            }
        }
        setups
    }

    /// Tells the shop what is closed once.
    pub fn shut(&mut self, shut: &[Shut], orders: &Path, lang: Lang) -> Result<(), Failure> {
        let told = self.works.hours(&self.capacity, shut);
        let long = self.works.shop.longest() >= LONGEST;
        let told = told.and(if long { Err(NoShop::Long) } else { Ok(()) });
        told.map_err(|why| no_shop(&self.plant, orders, why, lang))
    }
}

/// Days from the plant's epoch, to a thousandth.
pub fn days(at: Units) -> f64 {
    (f64::from(at) / 86.4).round() / 1e3
}
