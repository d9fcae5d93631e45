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
                // By its serial: a listed order may be called otherwise by now.
                let serial = line.to["serial"].as_u64();
                let named = || Some(self.order(reference?)?.0.0);
                let serial = serial.or_else(named);
                if let (Some(serial), Some(count)) = (serial, line.to["cancelled"].as_u64())
                    && let Some(row) = self.orders.get_mut(&serial)
                {
                    row.cancelled = u32::try_from(count).unwrap_or(u32::MAX).min(row.quantity);
                    row.entered = row.quantity - row.cancelled;
                }
            }
            _ => {}
        }
    }

    /// When the order with this reference was done; none while it is not, or for one that is not known.
    pub fn finished(&self, reference: &str, now: Time) -> Option<Time> {
        let (order, row) = self.order(reference)?;
        let wanted = row.quantity.saturating_sub(row.cancelled);
        self.ledger.finished(order, wanted, now)
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
        if plant.order_names.contains(&new.reference) {
            // Listed and not known yet; one that is known was compared before.
            let reason = Reason::new("order/exists").arg("name", &new.reference);
            return Err(Refusal::Conflict(reason.at("reference")));
        }
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

/// Under which reference an order is shown that nobody has told one of: its name in the plant's list. One that was
/// released before this run of the program has its serial, told apart from a listed order of that name.
pub fn reference(plant: &Plant, order: OrderId) -> String {
    let serial = order.0.to_string();
    match plant.order_name(order) {
        Some(name) => name.to_string(),
        None if plant.order_names.contains(&serial) => format!("#{serial}"),
        None => serial,
    }
}

/// An order that has just become known.
pub fn fresh(plant: &Plant, order: &WorkOrder) -> api::OrderView {
    api::OrderView {
        reference: reference(plant, order.order),
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

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_plant::Files;

    fn shop(orders: &str) -> Plant {
        let text = "[[product]]\nid = \"job\"\n[[source]]\nid = \"in\"\nto = \"q\"\norders = \"job\"\n\
            [[buffer]]\nid = \"q\"\nqueue = {}\n[[station]]\nid = \"s\"\nfrom = \"q\"\nto = \"out\"\nsingle = {}\n\
            time = \"1 s\"\n[[sink]]\nid = \"out\"\n[orders]\nfile = \"orders.csv\"\n";
        let files = Files::of_toml(text).with("orders.csv", orders.as_bytes());
        fenhe_plant::load("shop", &files).expect("a shop").0
    }

    fn rows(plant: &Plant, known: &[u64]) -> Rows {
        let mut rows = Rows::new(plant, api::Mode::Rehearse);
        for &serial in known {
            let order = WorkOrder {
                order: OrderId(serial),
                product: ProductId(0),
                quantity: 5,
                due: Time::NEVER,
            };
            rows.orders.insert(serial, fresh(plant, &order));
        }
        rows
    }

    fn new(reference: &str) -> api::NewOrder {
        api::NewOrder {
            reference: reference.to_string(),
            product: "job".to_string(),
            quantity: 3,
            due: "2026-01-02T00:00:00Z".to_string(),
        }
    }

    #[test]
    fn listed_orders_go_by_their_names_whatever_those_look_like() {
        // The second row is called as the first one's serial is, and as one of nobody's.
        let plant = shop("order,product,quantity\nSO-4711,job,5\n1,job,5\n7,job,5\n");
        let rows = rows(&plant, &[1, 2, 3, 7, 9]);
        let names: Vec<&str> = rows.orders.values().map(|row| &*row.reference).collect();
        assert_eq!(names, ["SO-4711", "1", "7", "#7", "9"]);
        for (&serial, row) in &rows.orders {
            let found = rows.order(&row.reference).map(|(id, _)| id);
            assert_eq!(found, Some(OrderId(serial)), "{}", row.reference);
        }
        assert_eq!(rows.order("2"), None);
    }

    #[test]
    fn a_reference_that_is_listed_is_taken_before_its_order_is_known() {
        let plant = shop("order,product,quantity,release\nA,job,5,\nB,job,5,90 h\n");
        let mut rows = rows(&plant, &[1]);
        let refused = rows.release(&plant, &new("B"), None).map(|(fact, _)| fact);
        let code = |refusal: Refusal| match refusal {
            Refusal::Conflict(reason) => reason.code,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused.map_err(code), Err("order/exists"));
        // A free one takes a serial behind the list.
        let (fact, view) = rows.release(&plant, &new("C"), None).expect("let in");
        assert_eq!((view.serial, &*view.reference), (3, "C"));
        assert!(matches!(fact, Event::Order(order) if order.order == OrderId(3)));
    }
}
