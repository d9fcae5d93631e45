//! What becomes of an answer: reserved for a while, made firm, taken back.

use super::LivePromises;
use super::kept::Entry;
use crate::board::Board;
use crate::rows::utc;
use fenhe_contract::{Event, Span, Trouble};
use fenhe_server::promise::{PromiseAct, PromiseState, PromiseView};
use fenhe_server::{Act, Actor, Engine, NewOrder, Reason, Refusal, What};
use serde_json::{Value, json};

impl LivePromises {
    /// Does it; gives the promise as it was too.
    pub fn done(
        &self,
        who: &Actor,
        reference: &str,
        act: PromiseAct,
    ) -> Result<(Value, PromiseView), Refusal> {
        let board = self.board()?;
        let now = board.rows().now;
        let unknown = || Refusal::Unknown(Reason::new("promise/unknown").arg("name", reference));
        let entry = self.change(reference, |entry| {
            entry.run_out(now);
            entry.clone()
        });
        let entry = entry.ok_or_else(unknown)?;
        self.written()?;
        allowed(&entry, act)?;
        match act {
            PromiseAct::Quote { .. } => {}
            PromiseAct::Confirm => self.release(&board, who, &entry)?,
            PromiseAct::Withdraw => cancel(&board, who, &entry)?,
        }
        let view = self.change(reference, |entry| {
            let view = &mut entry.view;
            match act {
                PromiseAct::Quote { minutes } => {
                    let until = now + Span::seconds(60 * i64::from(minutes));
                    (view.state, view.until) = (PromiseState::Quoted, Some(until));
                }
                PromiseAct::Confirm => {
                    let orders = entry.parts.iter().map(|part| part.reference.clone());
                    view.orders = orders.collect();
                    (view.state, view.until) = (PromiseState::Confirmed, None);
                }
                PromiseAct::Withdraw => {
                    (view.state, view.until) = (PromiseState::Withdrawn, None);
                }
            }
            // Without paths that end, the plan's date is what holds.
            if view.state != PromiseState::Withdrawn {
                view.full = Some(view.full.unwrap_or(view.plan));
            }
            view.clone()
        });
        let mut state = self.state();
        (state.base, state.anew) = (None, true);
        drop(state);
        if act == PromiseAct::Withdraw && entry.view.at_risk {
            let order = entry.alarm(&board.rows());
            let over = order.map(|order| Event::Trouble(Trouble::PromiseAtRisk(order), false));
            over.into_iter().for_each(|over| board.tell_fact(over));
        }
        Ok((json!(entry.view), view.ok_or_else(unknown)?))
    }

    /// Its work orders, due on the promised date. The same again changes nothing.
    fn release(&self, board: &Board, who: &Actor, entry: &Entry) -> Result<(), Refusal> {
        for part in &entry.parts {
            let order = NewOrder {
                reference: part.reference.clone(),
                product: part.product.clone(),
                quantity: part.pieces,
                due: utc(&self.plant, entry.date()),
            };
            let what = What::ReleaseOrder(order);
            board.act(who, Act { revision: 0, what })?;
        }
        Ok(())
    }
}

fn allowed(entry: &Entry, act: PromiseAct) -> Result<(), Refusal> {
    use PromiseState::{Confirmed, Inquiry, Quoted};
    let view = &entry.view;
    let right = match act {
        PromiseAct::Quote { .. } | PromiseAct::Confirm => matches!(view.state, Inquiry | Quoted),
        PromiseAct::Withdraw => matches!(view.state, Inquiry | Quoted | Confirmed),
    };
    if !right {
        let state = json!(view.state);
        let reason = Reason::new("promise/state").arg("name", &view.reference);
        let reason = reason.arg("state", state.as_str().unwrap_or_default());
        return Err(Refusal::Conflict(reason));
    }
    let early = act != PromiseAct::Withdraw && view.looking && view.full.is_none();
    match early {
        true => {
            let reason = Reason::new("promise/early").arg("name", &view.reference);
            Err(Refusal::Conflict(reason))
        }
        false => Ok(()),
    }
}

/// The work orders of a confirmed one, as far as they are not let in.
fn cancel(board: &Board, who: &Actor, entry: &Entry) -> Result<(), Refusal> {
    if entry.view.state != PromiseState::Confirmed {
        return Ok(());
    }
    for part in &entry.parts {
        let known = board.rows().order(&part.reference);
        if let Some((_, row)) = known {
            let order = part.reference.clone();
            let (revision, what) = (row.revision, What::CancelOrder { order });
            board.act(who, Act { revision, what })?;
        }
    }
    Ok(())
}
