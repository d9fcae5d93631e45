//! Work orders as long as any of their pieces is still to come, and due dates of pieces.

use crate::tables::Tables;
use alloc::collections::BTreeMap;
use fenhe_contract::*;
use serde::{Deserialize, Serialize};

/// Due dates.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(crate) struct Orders {
    /// Orders with pieces that have not entered yet.
    open: BTreeMap<OrderId, Open>,
    /// Due dates of pieces that some station will look at.
    dues: BTreeMap<Tag, Time>,
    /// The highest serial ever seen: none below it is given again.
    newest: OrderId,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Open {
    product: ProductId,
    quantity: u32,
    due: Time,
    to_enter: u32,
}

impl Orders {
    /// A work order became known.
    pub fn opened(&mut self, order: &WorkOrder) {
        self.newest = self.newest.max(order.order);
        if order.quantity > 0 {
            self.open.insert(
                order.order,
                Open {
                    product: order.product,
                    quantity: order.quantity,
                    due: order.due,
                    to_enter: order.quantity,
                },
            );
        }
    }
    /// A piece entered the plant.
    pub fn entered(&mut self, tables: &Tables, tag: Tag, order: OrderId) {
        let Some(open) = self.open.get_mut(&order) else {
            return;
        };
        let due = open.due;
        open.to_enter -= 1;
        if open.to_enter == 0 {
            self.open.remove(&order);
        }
        if tables.dues_matter {
            self.dues.insert(tag, due);
        }
    }
    /// So many pieces of an order will never enter.
    pub fn never(&mut self, order: OrderId, count: u32) {
        if let Some(open) = self.open.get_mut(&order) {
            open.to_enter = open.to_enter.saturating_sub(count);
            if open.to_enter == 0 {
                self.open.remove(&order);
            }
        }
    }
    /// The highest serial ever seen.
    pub fn newest(&self) -> OrderId {
        self.newest
    }
    /// Orders with pieces still to enter: product, pieces in all, pieces to enter, due.
    pub fn open(&self) -> impl Iterator<Item = (OrderId, ProductId, u32, u32, Time)> + '_ {
        let row = |(&id, open): (&OrderId, &Open)| {
            (id, open.product, open.quantity, open.to_enter, open.due)
        };
        self.open.iter().map(row)
    }
    /// When a piece is due; never, if nobody said.
    pub fn due(&self, tag: Tag) -> Time {
        self.dues.get(&tag).copied().unwrap_or(Time::NEVER)
    }
    /// Nobody will look at this piece's due date any more.
    pub fn forget(&mut self, tag: Tag) {
        if !self.dues.is_empty() {
            self.dues.remove(&tag);
        }
    }
}
