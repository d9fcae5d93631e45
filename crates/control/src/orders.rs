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
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Open {
    due: Time,
    to_enter: u32,
}

impl Orders {
    /// A work order became known.
    pub fn opened(&mut self, order: &WorkOrder) {
        if order.quantity > 0 {
            self.open.insert(
                order.order,
                Open {
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
