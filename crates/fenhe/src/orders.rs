//! Orders in the picture: what was let in of each, and what has left.

use crate::ledger::Ledger;
use crate::rows::{Rows, utc};
use fenhe_contract::*;
use fenhe_plant::{Plant, moment};
use fenhe_server as api;
use fenhe_server::{Feed, Item, Reason, Refusal};
use serde::Deserialize;

/// What a ledger is told: a fact, or pieces let in.
#[derive(Clone)]
pub enum Owed {
    Fact(Time, Event),
    Released(SourceId, OrderId, u32),
}

impl Rows {
    /// Tells the ledger, or keeps it until that knows what was before.
    pub fn books(&mut self, plant: &Plant, owed: Owed) {
        match (&mut self.owed, owed) {
            (Some(waiting), owed) => waiting.push(owed),
            (None, Owed::Fact(at, fact)) => {
                let left = self.ledger.hear(plant, at, &fact);
                self.touched.extend(left);
            }
            (None, Owed::Released(source, order, count)) => {
                self.ledger.released(plant, source, (order, count));
            }
        }
    }

    /// Orders that changed go into the feed.
    pub fn orders_told(&mut self, feed: &Feed) {
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable();
        touched.dedup();
        for order in touched.drain(..) {
            if let Some(row) = self.orders.get_mut(&order.0) {
                row.done = self.ledger.done(order);
                feed.push(self.now, Item::Order(row.clone()));
            }
        }
        self.touched = touched;
    }

    /// What has left before this run of the program will be told later.
    pub fn ledger_follows(&mut self) {
        self.owed.get_or_insert_default();
    }

    /// What had left before this run of the program.
    pub fn ledger_is(&mut self, plant: &Plant, feed: &Feed, ledger: Ledger) {
        self.ledger = ledger;
        for owed in self.owed.take().unwrap_or_default() {
            self.books(plant, owed);
        }
        self.touched = self.orders.keys().map(|&id| OrderId(id)).collect();
        self.orders_told(feed);
    }

    /// The order with this reference.
    pub fn order(&self, reference: &str) -> Option<(OrderId, api::OrderView)> {
        let mut all = self.orders.iter();
        let found = all.find(|(_, row)| row.reference == reference);
        found.map(|(&id, row)| (OrderId(id), row.clone()))
    }
    /// A line of the audit of an earlier run: under which reference an order was released, or how much of
    /// it was cancelled. `newest`: the highest serial that the core has seen.
    pub fn remember(&mut self, newest: OrderId, line: &api::AuditEntry) {
        match (&*line.what, &line.refused) {
            ("release_order", None) => {
                let view = api::OrderView::deserialize(&line.to);
                if let Ok(view) = view
                    && view.serial <= newest.0
                {
                    self.orders.insert(view.serial, view);
                }
            }
            ("cancel_order", None) => {
                let reference = line
                    .object
                    .as_deref()
                    .and_then(|of| of.strip_prefix("order "));
                let order = reference.and_then(|reference| self.order(reference));
                if let (Some((id, _)), Some(count)) = (order, line.to["cancelled"].as_u64())
                    && let Some(row) = self.orders.get_mut(&id.0)
                {
                    row.cancelled = u32::try_from(count).unwrap_or(u32::MAX).min(row.quantity);
                    row.entered = row.quantity - row.cancelled;
                }
            }
            _ => {}
        }
    }

    /// The order with this serial.
    pub fn order_by(&self, id: OrderId) -> Option<api::OrderView> {
        self.orders.get(&id.0).cloned()
    }

    /// The order with the reference of a new one, if it has the same content too.
    pub fn known(&self, new: &api::NewOrder) -> Result<Option<api::OrderView>, Refusal> {
        let Some((_, row)) = self.order(&new.reference) else {
            return Ok(None);
        };
        if (row.quantity, &row.product) == (new.quantity, &new.product) {
            return Ok(Some(row));
        }
        let reason = Reason::new("order/exists").arg("name", &new.reference);
        Err(Refusal::Conflict(reason.at("reference")))
    }

    /// A new order and its fact. `newest`: the highest serial that the core has seen.
    pub fn release(
        &mut self,
        plant: &Plant,
        new: &api::NewOrder,
        newest: Option<OrderId>,
    ) -> Result<(Event, api::OrderView), Refusal> {
        let mut products = plant.products.pairs();
        let unknown = || Refusal::Unknown(Reason::new("product/unknown").arg("name", &new.product));
        let (product, _) = products
            .find(|(_, row)| row.name == new.product)
            .ok_or_else(unknown)?;
        let known = self.orders.last_key_value().map_or(0, |(&id, _)| id);
        let listed = plant.orders.iter().map(|(_, order)| order.order.0).max();
        let newest = newest.map_or(0, |order| order.0).max(listed.unwrap_or(0));
        let serial = newest.max(known) + 1;
        let epoch = moment::parse(&plant.epoch).unwrap_or(0);
        let order = WorkOrder {
            order: OrderId(serial),
            product,
            quantity: new.quantity,
            due: Time(moment::parse(&new.due).unwrap_or(epoch) - epoch),
        };
        let view = api::OrderView {
            reference: new.reference.clone(),
            ..fresh(plant, &order)
        };
        self.orders.insert(serial, view.clone());
        Ok((Event::Order(order), view))
    }
}

/// An order whose reference nobody has told: known from the plant's own list, or released before this run of
/// the program.
pub fn fresh(plant: &Plant, order: &WorkOrder) -> api::OrderView {
    api::OrderView {
        reference: order.order.0.to_string(),
        serial: order.order.0,
        revision: 1,
        product: plant.products[order.product].name.clone(),
        quantity: order.quantity,
        entered: 0,
        done: 0,
        due: (order.due < Time::NEVER).then(|| utc(plant, order.due)),
        held: false,
        priority: plant.products[order.product].priority,
        cancelled: 0,
    }
}
