//! The one seam between deciding and the plant, simulated or real.

use crate::*;
use alloc::vec::Vec;

/// Why the core wants to be woken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Deadline {
    Release,
    Resend,
    Dispatch,
    Charge,
    Calendar,
    Alarm,
}

/// A decision core: a pure state machine. The same facts give the same orders, always.
pub trait Decide: Clone {
    /// Takes one fact and appends orders. Never fails, never blocks, bounded work. `now` never
    /// falls from one call to the next.
    fn handle(&mut self, now: Time, event: &Event, out: &mut Commands);
    /// The earliest time it wants [`Event::Deadline`], and what for.
    fn deadline(&self) -> Option<(Time, Deadline)>;
    /// Stable hash of the whole state.
    fn digest(&self) -> Digest;
    /// The whole state; a `restore` stands beside it on each implementation.
    fn snapshot(&self) -> Vec<u8>;
}
