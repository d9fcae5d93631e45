//! Order release: when demand is let into the plant. Push at once; CONWIP (Spearman, Woodruff and
//! Hopp 1990) while fewer than so many pieces released at the source are in the plant; kanban while
//! fewer than so many stand in or before the station behind.
//!
//! What leaves is known by counts of sinks and of scrap only. Where several sources may have
//! released a piece, it is taken off the one with most pieces inside.

use crate::graph::Credit;
use crate::tables::Tables;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::{Demand, Moving, Plant, Release as Rule};
use serde::{Deserialize, Serialize};

/// What an order waits by: priority of its product or a person's, due date, serial.
type OrderKey = (u8, Time, OrderId);

/// Demand and accounts of all sources.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Release {
    /// Endless sources with a limit have been filled for the first time.
    started: bool,
    rows: Fixed<SourceId, Row>,
    /// Pieces counted and not yet taken off, per [`Credit::row`].
    rest: Vec<u64>,
    /// Another master releases; this one counts what that released.
    #[serde(skip)]
    pub watches: bool,
}

#[derive(Clone, Default, Debug, Serialize, Deserialize)]
struct Row {
    revision: u32,
    /// Released and not yet seen to enter, in order; kept only where pieces are seen to enter.
    entering: VecDeque<(ProductId, OrderId, u32)>,
    /// When demand arrived last.
    demanded: Time,
    told: bool,
    /// Released and not yet seen to leave what the limit covers.
    inside: u64,
    /// Wanted without a work order.
    wanted: u64,
    /// Wanted for work orders, most urgent first.
    orders: BTreeMap<OrderKey, u32>,
    /// Those of them that a person holds.
    held: BTreeSet<OrderId>,
}

impl Release {
    pub fn new(plant: &Plant, tables: &Tables) -> Release {
        let limited = |demand: &Demand, rule: &Rule| {
            matches!(demand, Demand::Endless(_)) && !matches!(rule, Rule::Push)
        };
        let credits = tables
            .leaving
            .iter()
            .chain(tables.scrapping.iter())
            .flatten();
        Release {
            started: !plant
                .sources
                .iter()
                .any(|source| limited(&source.demand, &source.release)),
            rows: Fixed::like(&plant.sources, |id| Row {
                told: !tables.takers[plant.sources[id].to].is_empty(),
                ..Row::default()
            }),
            rest: credits.map(|_| 0).collect(),
            watches: false,
        }
    }

    /// Work orders that wait at a source.
    pub fn open_orders(&self) -> impl Iterator<Item = (SourceId, OrderId)> + '_ {
        let of = |(source, row): (SourceId, &'_ Row)| {
            let orders: Vec<OrderId> = row.orders.keys().map(|&(_, _, order)| order).collect();
            orders.into_iter().map(move |order| (source, order))
        };
        self.rows.pairs().flat_map(of)
    }

    /// Remainders of the accounts after a move to another plant: they belong to sinks and stations.
    pub fn move_rest(
        &mut self,
        old: (&Plant, &Tables),
        new: (&Plant, &Tables),
        moving: &Moving,
        was: &Release,
    ) {
        self.rest = Release::new(new.0, new.1).rest;
        let kept = |credits: &[Credit], from: Option<&[Credit]>, rest: &mut Vec<u64>| {
            for (credit, before) in credits.iter().zip(from.unwrap_or_default()) {
                if credit.counted == before.counted {
                    rest[credit.row] = was.rest[before.row];
                }
            }
        };
        for (sink, credits) in new.1.leaving.pairs() {
            let before = moving.was(sink).map(|sink| old.1.leaving[sink].as_slice());
            kept(credits, before, &mut self.rest);
        }
        for (station, credits) in new.1.scrapping.pairs() {
            let before = moving.was(station);
            let before = before.map(|station| old.1.scrapping[station].as_slice());
            kept(credits, before, &mut self.rest);
        }
    }

    /// The first filling is due at once.
    pub fn deadline(&self) -> Time {
        if self.started {
            Time::NEVER
        } else {
            Time::ZERO
        }
    }

    /// Fills sources with endless demand for the first time.
    pub fn start(&mut self, plant: &Plant, out: &mut Commands) {
        if !core::mem::replace(&mut self.started, true) {
            for source in plant.sources.ids() {
                self.fill(plant, source, out);
            }
        }
    }

    /// Demand arrived.
    #[inline]
    pub fn wanted(
        &mut self,
        (plant, now): (&Plant, Time),
        source: SourceId,
        (product, count): (ProductId, u32),
        out: &mut Commands,
    ) {
        self.rows[source].demanded = now;
        if !self.watches && matches!(plant.sources[source].release, Rule::Push) {
            let row = &mut self.rows[source];
            row.expect((product, OrderId(0)), count);
            let revision = row.next_revision();
            out.push(Command::Release {
                source,
                revision,
                product,
                count,
                order: OrderId(0),
            });
            return;
        }
        self.rows[source].wanted += u64::from(count);
        self.fill(plant, source, out);
    }

    /// A work order became known: it goes to the source of its product with least to do.
    pub fn order(&mut self, ctx: (&Plant, &Tables), order: &WorkOrder, out: &mut Commands) {
        let (plant, tables) = ctx;
        let load = |&id: &SourceId| (self.rows[id].to_do(), id);
        let Some(source) = tables.ordered[order.product]
            .iter()
            .copied()
            .min_by_key(load)
        else {
            return;
        };
        let priority = plant.products[order.product].priority;
        self.rows[source]
            .orders
            .insert((priority, order.due, order.order), order.quantity);
        self.fill(plant, source, out);
    }

    /// A person does something with an order that waits; gives the pieces that will never be let in.
    pub fn order_act(&mut self, plant: &Plant, act: OperatorAct, out: &mut Commands) -> u32 {
        let (OperatorAct::HoldOrder(order, _)
        | OperatorAct::CancelOrder(order)
        | OperatorAct::Prioritise(order, _)) = act
        else {
            return 0;
        };
        let Some((source, key)) = self.waits(order) else {
            return 0;
        };
        let row = &mut self.rows[source];
        let mut never = 0;
        match act {
            OperatorAct::HoldOrder(_, true) => {
                row.held.insert(order);
            }
            OperatorAct::HoldOrder(_, false) => {
                row.held.remove(&order);
            }
            OperatorAct::Prioritise(_, priority) => {
                if let Some(left) = row.orders.remove(&key) {
                    row.orders.insert((priority, key.1, order), left);
                }
            }
            _ => {
                row.held.remove(&order);
                never = row.orders.remove(&key).unwrap_or(0);
            }
        }
        self.fill(plant, source, out);
        never
    }

    /// Where an order waits that has not been let in as a whole.
    fn waits(&self, order: OrderId) -> Option<(SourceId, OrderKey)> {
        let key = |(id, row): (SourceId, &Row)| {
            let key = row.orders.keys().find(|key| key.2 == order)?;
            Some((id, *key))
        };
        self.rows.pairs().find_map(key)
    }

    /// Pieces of an order not let in, its priority, and whether a person holds it.
    pub fn waiting(&self, order: OrderId) -> Option<(u32, u8, bool)> {
        let (source, key) = self.waits(order)?;
        let row = &self.rows[source];
        Some((row.orders[&key], key.0, row.held.contains(&order)))
    }

    /// Pieces left the plant.
    pub fn left(&mut self, ctx: (&Plant, &Tables), sink: SinkId, count: u32, out: &mut Commands) {
        for credit in &ctx.1.leaving[sink] {
            self.take_off(ctx.0, credit, count, out);
        }
    }

    /// Pieces were scrapped at a station.
    pub fn scrapped(
        &mut self,
        ctx: (&Plant, &Tables),
        station: StationId,
        count: u32,
        out: &mut Commands,
    ) {
        for credit in &ctx.1.scrapping[station] {
            self.take_off(ctx.0, credit, count, out);
        }
    }

    /// Jobs of a station are over, well or badly: kanban cards go back.
    pub fn ended(
        &mut self,
        (plant, tables): (&Plant, &Tables),
        station: StationId,
        jobs: u32,
        out: &mut Commands,
    ) {
        for &(source, pieces) in &tables.kanban[station] {
            let row = &mut self.rows[source];
            row.inside = row
                .inside
                .saturating_sub(u64::from(jobs) * u64::from(pieces));
            self.fill(plant, source, out);
        }
    }

    /// A released piece entered the plant.
    #[inline]
    pub fn entered(&mut self, source: SourceId) {
        let entering = &mut self.rows[source].entering;
        if let Some(first) = entering.front_mut() {
            first.2 -= 1;
            if first.2 == 0 {
                entering.pop_front();
            }
        }
    }

    /// Pieces released and not yet seen to enter.
    pub fn entering(&self) -> Vec<ReleaseBelief> {
        let believed = |source: SourceId, &(product, order, count): &(ProductId, OrderId, u32)| {
            ReleaseBelief {
                source,
                product,
                order,
                count,
            }
        };
        let rows = self.rows.pairs();
        rows.flat_map(|(id, row)| row.entering.iter().map(move |lot| believed(id, lot)))
            .collect()
    }

    /// What is known of each source.
    pub fn sources(&self, plant: &Plant) -> Vec<SourceBelief> {
        let row = |(id, row): (SourceId, &Row)| SourceBelief {
            wanted: row.demanded,
            inside: match plant.sources[id].release {
                Rule::Push => 0,
                Rule::Conwip(_) | Rule::Kanban(_) => row.inside,
            },
        };
        self.rows.pairs().map(row).collect()
    }

    /// Somebody else released pieces.
    pub fn observed(
        &mut self,
        plant: &Plant,
        source: SourceId,
        (product, order): (ProductId, OrderId),
        count: u32,
    ) {
        let row = &mut self.rows[source];
        row.expect((product, order), count);
        if !matches!(plant.sources[source].release, Rule::Push) {
            row.inside += u64::from(count);
        }
        if order == OrderId(0) {
            row.wanted = row.wanted.saturating_sub(u64::from(count));
        } else if let Some(key) = row.orders.keys().copied().find(|key| key.2 == order) {
            let left = row.orders[&key].saturating_sub(count);
            match left {
                0 => row.orders.remove(&key),
                _ => row.orders.insert(key, left),
            };
        }
    }

    fn take_off(&mut self, plant: &Plant, credit: &Credit, count: u32, out: &mut Commands) {
        let rest = &mut self.rest[credit.row];
        *rest += u64::from(count) * credit.pieces;
        let pieces = *rest / credit.counted;
        *rest %= credit.counted;
        if let [source] = credit.sources[..] {
            let row = &mut self.rows[source];
            row.inside = row.inside.saturating_sub(pieces);
            if pieces > 0 {
                self.fill(plant, source, out);
            }
            return;
        }
        for _ in 0..pieces {
            let rows = &self.rows;
            let fullest = |&&id: &&SourceId| (rows[id].inside, core::cmp::Reverse(id));
            let Some(&source) = credit.sources.iter().max_by_key(fullest) else {
                return;
            };
            let row = &mut self.rows[source];
            row.inside = row.inside.saturating_sub(1);
            self.fill(plant, source, out);
        }
    }

    /// Releases what the limit allows.
    fn fill(&mut self, plant: &Plant, source: SourceId, out: &mut Commands) {
        if self.watches {
            return;
        }
        let from = &plant.sources[source];
        let row = &mut self.rows[source];
        let limit = match from.release {
            Rule::Push => u64::from(u32::MAX),
            Rule::Conwip(limit) | Rule::Kanban(limit) => u64::from(limit),
        };
        let mut room = match from.release {
            Rule::Push => limit,
            Rule::Conwip(_) | Rule::Kanban(_) => limit.saturating_sub(row.inside),
        };
        match from.demand {
            Demand::Endless(product) if !matches!(from.release, Rule::Push) => {
                row.release(source, (product, OrderId(0)), room, out);
            }
            Demand::Endless(_) => {}
            Demand::Arrivals { product, .. } => {
                let count = room.min(row.wanted);
                row.wanted -= count;
                row.release(source, (product, OrderId(0)), count, out);
            }
            Demand::Orders(product) => {
                while room > 0
                    && let Some((&key, left)) = row.next_order()
                {
                    let count = room.min(u64::from(*left));
                    *left -= count as u32;
                    if *left == 0 {
                        row.orders.remove(&key);
                    }
                    room -= count;
                    row.release(source, (product, key.2), count, out);
                }
            }
        }
    }
}

impl Row {
    #[inline]
    fn next_revision(&mut self) -> u32 {
        self.revision += 1;
        self.revision
    }
    #[inline]
    fn expect(&mut self, (product, order): (ProductId, OrderId), count: u32) {
        if !self.told {
            return;
        }
        match self.entering.back_mut() {
            Some(last) if (last.0, last.1) == (product, order) => {
                last.2 = last.2.saturating_add(count);
            }
            _ => self.entering.push_back((product, order, count)),
        }
    }
    /// The most urgent order that nobody holds.
    fn next_order(&mut self) -> Option<(&OrderKey, &mut u32)> {
        let held = &self.held;
        let mut orders = self.orders.iter_mut();
        orders.find(|(key, _)| !held.contains(&key.2))
    }
    fn to_do(&self) -> u64 {
        self.wanted
            + self
                .orders
                .values()
                .map(|&left| u64::from(left))
                .sum::<u64>()
    }
    fn release(
        &mut self,
        source: SourceId,
        (product, order): (ProductId, OrderId),
        count: u64,
        out: &mut Commands,
    ) {
        if count > 0 {
            self.inside += count;
            self.expect((product, order), count as u32);
            let (revision, count) = (self.next_revision(), count as u32);
            out.push(Command::Release {
                source,
                revision,
                product,
                count,
                order,
            });
        }
    }
}
