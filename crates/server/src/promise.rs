//! What the API shows of promises: when an order can be done, how sure that is, what holds it, and how promises turned out.

use crate::forecast::ShareView;
use crate::{Actor, Refusal};
use fenhe_contract::{Span, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Promises dates from what control believes. What takes long is done by a thread of its own.
pub trait Promises: Send + Sync {
    /// All that is known, newest last, and how promises turned out. Cheap.
    fn list(&self) -> PromisesView;
    /// Asks for a date; reserves nothing. The plan's date and what holds it are in the answer, the promised date
    /// and its probability follow in the list.
    ///
    /// # Errors
    /// What is wrong with what was asked; [`Refusal::Busy`] if too many wait.
    fn ask(&self, asked: &PromiseAsked) -> Result<PromiseView, Refusal>;
    /// Reserves, makes firm or takes back. Gives the promise as it was too.
    ///
    /// # Errors
    /// Why not.
    fn act(
        &self,
        who: &Actor,
        reference: &str,
        act: &PromiseAct,
    ) -> Result<(Value, PromiseView), Refusal>;
}

/// An order whose date is wanted.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromiseAsked {
    /// The caller's own number for it; never used twice, but for an inquiry or what has run out.
    pub reference: String,
    /// Name of a product or of a mix of the plant.
    pub product: String,
    /// Pieces as they are let in, or finished weight with its unit: `500`, `2860 t`.
    pub quantity: String,
    /// When the customer wants it, RFC 3339.
    #[serde(default)]
    pub due: Option<String>,
}

/// What is to become of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum PromiseAct {
    /// It holds for so long and then runs out by itself.
    Quote {
        /// From now on [min], a quarter of a year at most.
        minutes: u32,
    },
    /// It holds for good: its work orders are released, due on the promised date.
    Confirm,
    /// It holds nothing any more. A confirmed one is cancelled as an order.
    Withdraw,
}

/// What a promise is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PromiseState {
    /// Asked for; nothing is reserved.
    Inquiry,
    /// Reserved until `until`.
    Quoted,
    /// A quote nobody confirmed in time.
    Expired,
    /// Released.
    Confirmed,
    /// Taken back.
    Withdrawn,
    /// Done by its date.
    Kept,
    /// Done after its date.
    Late,
}

/// A promise. Times since the plant's epoch [us].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PromiseView {
    /// The caller's number.
    pub reference: String,
    /// As asked.
    pub product: String,
    /// As asked.
    pub quantity: String,
    /// What it is worth.
    pub state: PromiseState,
    /// When a quote runs out.
    #[schema(value_type = Option<i64>)]
    pub until: Option<Time>,
    /// When it was asked for.
    #[schema(value_type = i64)]
    pub asked: Time,
    /// When the customer wants it.
    #[schema(value_type = Option<i64>)]
    pub due: Option<Time>,
    /// When the plan has all of it.
    #[schema(value_type = i64)]
    pub plan: Time,
    /// The promised date: `quantile` of the paths from the live belief are done by then; `null` until they are run, or if
    /// too few of them end.
    #[schema(value_type = Option<i64>)]
    pub full: Option<Time>,
    /// The share of paths that is promised, 0 to 1.
    pub quantile: f64,
    /// A quarter, a half, three quarters of it: the plan's dates, moved as the promised date is.
    pub partial: Vec<PartialView>,
    /// How often paths of their own keep the promised date.
    pub probability: Option<ShareView>,
    /// How often they keep the date that is wanted.
    pub by_due: Option<ShareView>,
    /// Paths are still being run for it.
    pub looking: bool,
    /// What holds the plan's date; `null`: nothing but its own flow time.
    pub binding: Option<BindingView>,
    /// What else could be done.
    pub alternatives: Vec<AlternativeView>,
    /// How often it is kept as the plant stands now, for what holds.
    pub now: Option<ShareView>,
    /// It is kept less often than was promised, beyond doubt of the paths.
    pub at_risk: bool,
    /// When it was done.
    #[schema(value_type = Option<i64>)]
    pub done: Option<Time>,
    /// References of its work orders, once it is confirmed.
    pub orders: Vec<String>,
}

/// A share of an order and its date.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PartialView {
    /// 0 to 1.
    pub share: f64,
    /// When that much of it is done.
    #[schema(value_type = i64)]
    pub at: Time,
}

/// What holds a date.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct BindingView {
    /// `station`, `transport` or `store`.
    pub kind: String,
    /// The operation, or the kind again.
    pub name: String,
    /// Stations that do it.
    pub stations: Vec<String>,
    /// By how much one more of them would bring the order sooner [us].
    #[schema(value_type = i64)]
    pub gain: Span,
}

/// Another way.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlternativeView {
    /// With one more server of this, all of it is done then.
    OneMoreServer {
        /// The operation.
        name: String,
        /// When.
        #[schema(value_type = i64)]
        at: Time,
    },
    /// So much of it is done by the date that is wanted.
    ByDue {
        /// 0 to 1.
        share: f64,
    },
}

/// All promises.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct PromisesView {
    /// In the order in which they were asked for.
    pub promises: Vec<PromiseView>,
    /// Of those that are over; `null` while none is.
    pub score: Option<ScoreView>,
}

/// How promises turned out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ScoreView {
    /// Kept ones, out of those that are over.
    pub kept: ShareView,
    /// What was said of them on average, 0 to 1: calibrated if it lies between `kept.low` and `kept.high`.
    pub stated: f64,
    /// Mean squared error of what was said (Brier 1950).
    pub brier: f64,
}
