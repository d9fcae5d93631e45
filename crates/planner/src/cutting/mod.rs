//! Slitting patterns: which strips are cut side by side from a parent coil or roll, and how many parents by each
//! pattern, so that few parents and then few set-ups are needed (one-dimensional cutting stock).
//!
//! An [`Order`] holds the limits of the slitter and the demands; [`Search`] gives a plan at once and makes it better
//! step by step for as long as its caller likes; [`check`] is independent of it.
//!
//! Sources: Gilmore and Gomory 1961 and 1963 (patterns by column generation, knapsacks as pricing), Farley 1990 (the
//! bound from any duals), Haessler 1975 (few set-ups by patterns that are used often), Foerster and Waescher 2000
//! (combining some patterns into fewer with the same sums, KOMBI; here by search in a tree and over whole
//! neighbourhoods).

mod check;
mod knapsack;
mod master;
mod plan;
mod search;
mod tree;

pub use check::{Totals, Wrong, check};
pub use search::{Search, State};

use alloc::vec::Vec;

/// A width, in whatever the caller counts: the same for all widths of an order.
pub type Width = u32;

/// Strips of an order, at most: of all widths together, over-production too.
pub const MOST_STRIPS: u64 = 10_000_000;

/// A width that is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Item {
    /// Of each strip.
    pub width: Width,
    /// So many strips.
    pub demand: u32,
    /// So many more may be made.
    pub over: u32,
}

/// What is to be cut, and from what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Order {
    /// Width of a parent.
    pub parent: Width,
    /// Cut off on each side of it, whatever the pattern.
    pub edge: Width,
    /// Strips side by side, at most: one less than the knives.
    pub strips: u32,
    /// The narrowest strip the slitter can take.
    pub narrowest: Width,
    /// The widest.
    pub widest: Width,
    /// What a pattern may leave beside its strips, without the edges, at most.
    pub trim: Option<Width>,
    /// No width twice.
    pub items: Vec<Item>,
}

impl Order {
    /// Without limits beside the width.
    pub fn new(parent: Width, items: Vec<Item>) -> Order {
        Order {
            parent,
            edge: 0,
            strips: u32::MAX,
            narrowest: 0,
            widest: Width::MAX,
            trim: None,
            items,
        }
    }

    /// What there is for strips: the parent without its edges.
    pub fn room(&self) -> Width {
        self.parent.saturating_sub(self.edge.saturating_mul(2))
    }

    /// Everything that keeps it from being cut, but for what only a search can tell.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.room() == 0 {
            faults.push(Fault::NoRoom);
        }
        if self.strips == 0 {
            faults.push(Fault::NoStrips);
        }
        if self.items.iter().all(|item| item.demand == 0) {
            faults.push(Fault::Nothing);
        }
        let strips = |item: &Item| u64::from(item.demand) + u64::from(item.over);
        if self.items.iter().map(strips).sum::<u64>() > MOST_STRIPS {
            faults.push(Fault::TooMany);
        }
        for (at, item) in self.items.iter().enumerate() {
            faults.extend(self.fault(at, item));
        }
        faults
    }

    fn fault(&self, at: usize, item: &Item) -> Option<Fault> {
        let same = |other: &Item| other.width == item.width;
        if item.width == 0 {
            Some(Fault::ZeroWidth(at))
        } else if self.room() > 0 && item.width > self.room() {
            Some(Fault::TooWide(at))
        } else if item.width < self.narrowest {
            Some(Fault::BelowNarrowest(at))
        } else if item.width > self.widest {
            Some(Fault::AboveWidest(at))
        } else if item.demand == 0 && item.over == 0 {
            Some(Fault::NoDemand(at))
        } else {
            let first = self.items[..at].iter().position(same)?;
            Some(Fault::Twice(first, at))
        }
    }
}

/// Why an order cannot be cut. Items are named by their index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The edges leave nothing of a parent.
    NoRoom,
    /// No strips may be cut.
    NoStrips,
    /// Nothing is wanted.
    Nothing,
    /// More than [`MOST_STRIPS`] are wanted.
    TooMany,
    /// This width is nothing.
    ZeroWidth(usize),
    /// This strip is wider than a parent without its edges.
    TooWide(usize),
    /// This strip is narrower than the slitter takes.
    BelowNarrowest(usize),
    /// This strip is wider than the slitter takes.
    AboveWidest(usize),
    /// None of this width is wanted, nor may be made.
    NoDemand(usize),
    /// The second is as wide as the first.
    Twice(usize, usize),
    /// No pattern with this width keeps to the limits of strips and trim.
    NoPattern(usize),
}

/// A pattern and how many parents are cut by it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SetUp {
    /// Index of an item and how many of it lie side by side, by rising index.
    pub strips: Vec<(usize, u32)>,
    /// Parents cut so.
    pub parents: u32,
}

/// What the search works on: an order in its smallest units.
#[derive(Clone, Debug)]
struct Slitter {
    /// Width for strips.
    room: u32,
    /// Of which at least so much must be used.
    least: u32,
    /// Strips side by side, at most.
    strips: u32,
    widths: Vec<u32>,
}

impl Slitter {
    fn new(order: &Order) -> Slitter {
        let unit = order
            .items
            .iter()
            .fold(0, |unit, item| gcd(unit, item.width))
            .max(1);
        let room = order.room();
        let least = order.trim.map_or(0, |trim| room.saturating_sub(trim));
        let widths: Vec<u32> = order.items.iter().map(|item| item.width / unit).collect();
        let room = room / unit;
        let narrowest = widths.iter().copied().min().unwrap_or(1).max(1);
        Slitter {
            room,
            least: least.div_ceil(unit),
            strips: order.strips.min(room / narrowest),
            widths,
        }
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
