//! The order in numbers: widths in micrometres, weights in strips, equal widths put together.

use super::text;
use super::text::{Said, Strip, Text};
use super::units::{millimetres, weight, width};
use crate::faults::Fault;
use fenhe_planner::cutting::{self, Item, Order, Width};

/// An order that can be searched, and where its items stand.
pub struct Job {
    pub order: Order,
    /// Line of each item, 0 where it stands in no file.
    lines: Vec<usize>,
}

impl Job {
    /// As far as it can be read; faults are added.
    pub fn new(text: &Text, faults: &mut Vec<Fault>) -> Option<Job> {
        let mut reader = Reader { text, faults };
        let parent = reader.width("parent");
        if parent.is_none() && !text.settings.contains_key("parent") {
            reader
                .faults
                .push(Fault::new("cut/missing", 0).arg("key", "parent"));
        }
        let strips = reader.setting("strips").and_then(|said| reader.count(said));
        let coil = reader.setting("coil").and_then(|said| reader.weight(said));
        let mut order = Order {
            edge: reader.width("edge").unwrap_or(0),
            strips: strips.unwrap_or(u32::MAX),
            narrowest: reader.width("narrowest").unwrap_or(0),
            widest: reader.width("widest").unwrap_or(Width::MAX),
            trim: reader.width("trim"),
            ..Order::new(parent.unwrap_or(0), Vec::new())
        };
        let mut lines = Vec::new();
        for strip in &text.strips {
            let Some(item) = reader.strip(strip, parent, coil) else {
                continue;
            };
            let same = |one: &&mut Item| one.width == item.width;
            match order.items.iter_mut().find(same) {
                Some(one) => {
                    one.demand = one.demand.saturating_add(item.demand);
                    one.over = one.over.saturating_add(item.over);
                }
                None => {
                    order.items.push(item);
                    lines.push(strip.line);
                }
            }
        }
        parent?;
        Some(Job { order, lines })
    }

    /// Faults of the order in words of its file.
    pub fn faults(&self, faults: &[cutting::Fault]) -> Vec<Fault> {
        faults.iter().map(|fault| self.fault(fault)).collect()
    }

    fn fault(&self, fault: &cutting::Fault) -> Fault {
        use cutting::Fault::*;
        let mm = |width: Width| format!("{} mm", millimetres(u64::from(width)));
        let order = &self.order;
        let of = |code, at: usize| {
            let fault = Fault::new(code, self.lines[at]);
            fault.arg("width", mm(order.items[at].width))
        };
        match *fault {
            NoRoom => {
                let fault = Fault::new("cut/no-room", 0).arg("edge", mm(order.edge));
                fault.arg("parent", mm(order.parent))
            }
            NoStrips => Fault::new("cut/no-strips", 0),
            Nothing => Fault::new("cut/nothing", 0),
            TooMany => Fault::new("cut/too-many", 0),
            ZeroWidth(at) => of("cut/zero-width", at),
            TooWide(at) => of("cut/too-wide", at).arg("room", mm(order.room())),
            BelowNarrowest(at) => of("cut/too-narrow", at).arg("narrowest", mm(order.narrowest)),
            AboveWidest(at) => of("cut/above-widest", at).arg("widest", mm(order.widest)),
            // Equal widths were put together.
            NoDemand(at) | Twice(_, at) => of("cut/no-demand", at),
            NoPattern(at) => of("cut/no-pattern", at),
        }
    }
}

struct Reader<'t, 'f> {
    text: &'t Text,
    faults: &'f mut Vec<Fault>,
}

impl<'t> Reader<'t, '_> {
    fn setting(&self, name: &str) -> Option<&'t Said> {
        self.text.settings.get(name)
    }

    fn wrong<T>(&mut self, code: &'static str, said: &Said, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.faults
                .push(Fault::new(code, said.1).arg("text", &said.0));
        }
        value
    }

    fn width(&mut self, name: &str) -> Option<Width> {
        let said = self.setting(name)?;
        self.wrong("cut/length", said, width(&said.0))
    }

    fn count(&mut self, said: &Said) -> Option<u32> {
        let value = said.0.trim().parse().ok();
        let value = value.filter(|count| u64::from(*count) <= cutting::MOST_STRIPS);
        self.wrong("cut/count", said, value)
    }

    fn weight(&mut self, said: &Said) -> Option<u64> {
        self.wrong("cut/weight", said, weight(&said.0))
    }

    fn strip(
        &mut self,
        strip: &text::Strip,
        parent: Option<Width>,
        coil: Option<u64>,
    ) -> Option<Item> {
        let width = match strip.cells.get("width") {
            Some(said) => self.wrong("cut/length", said, width(&said.0)),
            None => {
                self.faults
                    .push(Fault::new("cut/length", strip.line).arg("text", ""));
                None
            }
        };
        let over = strip
            .cells
            .get("over")
            .map_or(Some(0), |said| self.count(said));
        let demand = self.demand(strip, width, parent, coil);
        Some(Item {
            width: width?,
            demand: demand?,
            over: over?,
        })
    }

    /// Strips, of a weight as many as give it at least: a strip has its share of the parent's weight by width.
    fn demand(
        &mut self,
        strip: &Strip,
        width: Option<Width>,
        parent: Option<Width>,
        coil: Option<u64>,
    ) -> Option<u32> {
        let said = match (strip.cells.get("count"), strip.cells.get("weight")) {
            (Some(said), None) => return self.count(said),
            (None, Some(said)) => said,
            _ => {
                self.faults.push(Fault::new("cut/demand", strip.line));
                return None;
            }
        };
        let weight = self.weight(said)?;
        if self.setting("coil").is_none() {
            self.faults.push(Fault::new("cut/coil", said.1));
        }
        let (width, parent, coil) = (width?, parent?, coil?);
        let strips = u128::from(weight) * u128::from(parent);
        let strips = strips.div_ceil((u128::from(coil) * u128::from(width)).max(1));
        self.wrong("cut/count", said, u32::try_from(strips).ok())
    }
}
