//! A promise and what it takes, and the file they are kept in.

use crate::rows::Rows;
use crate::tools::replace;
use fenhe_contract::*;
use fenhe_server::promise::{PromiseState, PromiseView};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A promise with its work orders to be.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub view: PromiseView,
    pub parts: Vec<Part>,
}

/// A work order of a promise.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Part {
    /// Name of the product.
    pub product: String,
    /// Pieces let in.
    pub pieces: u32,
    /// Its reference, when it is released.
    pub reference: String,
}

impl Entry {
    /// It is not over.
    pub fn open(&self) -> bool {
        use PromiseState::{Confirmed, Inquiry, Quoted};
        matches!(self.view.state, Inquiry | Quoted | Confirmed)
    }

    /// A quote runs out.
    pub fn run_out(&mut self, now: Time) {
        let over = self.view.until.is_some_and(|until| now > until);
        if over && self.view.state == PromiseState::Quoted {
            self.view.state = PromiseState::Expired;
        }
    }

    /// What was promised, or what the plan says.
    pub fn date(&self) -> Time {
        self.view.full.unwrap_or(self.view.plan)
    }

    /// A confirmed one is done when all of its orders are.
    pub fn finish(&mut self, rows: &Rows, now: Time) {
        if self.view.state != PromiseState::Confirmed {
            return;
        }
        let done = |part: &Part| rows.finished(&part.reference, now);
        let done: Option<Vec<Time>> = self.parts.iter().map(done).collect();
        let Some(last) = done.and_then(|all| all.into_iter().max()) else {
            return;
        };
        self.view.done = Some(last);
        self.view.state = match last <= self.date() {
            true => PromiseState::Kept,
            false => PromiseState::Late,
        };
    }

    /// The order whose alarm tells that it is at risk.
    pub fn alarm(&self, rows: &Rows) -> Option<OrderId> {
        let first = self.parts.first()?;
        rows.order(&first.reference).map(|(order, _)| order)
    }
}

/// What a file has; nothing if there is none.
pub fn read(path: &Path) -> std::io::Result<Vec<Entry>> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(std::io::Error::other),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(why) => Err(why),
    }
}

/// Writes them as a whole.
pub fn write(path: &Path, entries: &[Entry]) -> std::io::Result<()> {
    let text = serde_json::to_vec(entries).map_err(std::io::Error::other)?;
    replace(path, &text)
}
