//! What vehicles in the field do that the standard does not say. All off: a vehicle by the book.

use serde::{Deserialize, Serialize};

/// Fault switches. Each was seen in a public vehicle stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Quirks {
    /// One more entry in `errors` for each rejection, none is ever cleared.
    pub errors_pile_up: bool,
    /// Rejections have level FATAL.
    pub fatal: bool,
    /// The identical update, sent again, is answered with an error.
    pub refuses_resend: bool,
    /// Optional fields are sent as null.
    pub nulls: bool,
    /// CONNECTION_BROKEN in 2.x, `teach_in`, lower case.
    pub misspells: bool,
    /// An update drops the edge that is being driven from edgeStates.
    pub drops_edge: bool,
    /// Nodes and edges leave the state before they are passed.
    pub drops_early: bool,
    /// Nodes and edges never leave the state.
    pub never_drops: bool,
    /// lastNodeId is empty until the first node is reached.
    pub no_last_node: bool,
    /// lastNodeSequenceId begins again at 0 with each update.
    pub restarts_sequence: bool,
    /// No `actionStates`.
    pub no_actions: bool,
    /// No `loads`.
    pub no_loads: bool,
    /// No connection topic.
    pub no_connection: bool,
    /// Factsheet is only a header.
    pub bare_factsheet: bool,
    /// `newBaseRequest` is true at the end of every order.
    pub always_wants_base: bool,
    /// Instant actions do not show in `actionStates`.
    pub hides_instants: bool,
    /// Wants the array named `instantActions`, rejects `actions`.
    pub wants_instant_actions: bool,
    /// Several instant actions in one message stop its program.
    pub crashes_on_several: bool,
    /// A waiting action that is repeated at the stitch node stops its program; a finished one is
    /// carried out again.
    pub repeats_stitch: bool,
    /// A new order silently takes the place of the old one.
    pub overrides: bool,
    /// A hand-over that fails waits for `retry` or `skipRetry` (3.0; no mistake, a choice).
    pub retriable: bool,
    /// headerId is always 0.
    pub no_header_id: bool,
}
