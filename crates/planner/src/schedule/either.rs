//! One search for all shops: tabu search on longest paths where machines and times are all there is, late acceptance
//! with exact times where there is more.

use super::late::Late;
use super::search::Tabu;
use super::{Cost, Done, Shop, Style, Units};
use alloc::boxed::Box;
use alloc::vec::Vec;
use fenhe_contract::Seed;

/// A search that goes on for as long as its caller likes.
pub struct Search<'s>(Either<'s>);

enum Either<'s> {
    Plain(Box<Tabu<'s>>),
    Detailed(Box<Late<'s>>),
}

impl<'s> Search<'s> {
    /// From a plan that holds.
    pub fn new(shop: &'s Shop, plan: &[Done], seed: Seed, style: Style) -> Search<'s> {
        Search(match shop.is_detailed() {
            true => Either::Detailed(Box::new(Late::new(shop, plan, seed, style.stream))),
            false => Either::Plain(Box::new(Tabu::new(shop, plan, seed, style))),
        })
    }

    /// When the best plan's last operation ends.
    pub fn makespan(&self) -> Units {
        match &self.0 {
            Either::Plain(tabu) => tabu.makespan(),
            Either::Detailed(late) => late.makespan(),
        }
    }

    /// What the best plan costs.
    pub fn cost(&self) -> Cost {
        match &self.0 {
            Either::Plain(tabu) => Cost {
                late: 0,
                makespan: tabu.makespan(),
            },
            Either::Detailed(late) => late.cost(),
        }
    }

    /// No plan can be better.
    pub fn is_shortest(&self) -> bool {
        match &self.0 {
            Either::Plain(tabu) => tabu.is_shortest(),
            Either::Detailed(late) => late.is_least(),
        }
    }

    /// Steps done so far.
    pub fn steps(&self) -> u64 {
        match &self.0 {
            Either::Plain(tabu) => tabu.steps(),
            Either::Detailed(late) => late.steps(),
        }
    }

    /// The best plan.
    pub fn plan(&self) -> Vec<Done> {
        match &self.0 {
            Either::Plain(tabu) => tabu.plan(),
            Either::Detailed(late) => late.plan(),
        }
    }

    /// So many steps on.
    pub fn on(&mut self, steps: u64) {
        match &mut self.0 {
            Either::Plain(tabu) => tabu.on(steps),
            Either::Detailed(late) => late.on(steps),
        }
    }
}
