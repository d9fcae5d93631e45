//! The seam: what the API needs from whoever runs the plant.

use crate::forecast::Ahead;
use crate::model::Model;
use crate::past::Past;
use crate::promise::Promises;
use crate::racks::{AisleSlots, RacksView};
use crate::{Act, AlarmHistory, Feed, Role, View};
use fenhe_contract::Time;
use fenhe_plant::Plant;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;
use utoipa::ToSchema;

/// What the API needs from whoever runs the plant.
pub trait Engine: Send + Sync + 'static {
    /// The model that is run: the same for as long as this is.
    fn plant(&self) -> Arc<Plant>;
    /// The newest picture, at most some 250 ms old. Cheap: a pointer to what is there.
    fn view(&self) -> Arc<View>;
    /// Does an act, or refuses it without having done anything. May block, for a bounded time.
    ///
    /// # Errors
    /// Why not. An act decided on an older revision than the object now has is [`Refusal::Stale`].
    fn act(&self, who: &Actor, act: Act) -> Result<Done, Refusal>;
    /// The live feed.
    fn feed(&self) -> Arc<Feed>;
    /// How it is doing itself.
    fn health(&self) -> Health;
    /// Changes of alarms that are still remembered, a day or more where the program has run so long.
    fn alarm_history(&self) -> AlarmHistory;
    /// Automated stores with their cranes.
    ///
    /// # Errors
    /// Not now.
    fn racks(&self) -> Result<RacksView, Refusal> {
        Ok(RacksView::default())
    }
    /// The slots of one aisle; none if there is no such aisle.
    ///
    /// # Errors
    /// Not now.
    fn slots(&self, _aisle: &str) -> Result<Option<AisleSlots>, Refusal> {
        Ok(None)
    }
    /// Looks into its past; none for an engine without a journal.
    fn past(&self) -> Option<Arc<dyn Past>> {
        None
    }
    /// Works on the plant folder; none for an engine that knows of none.
    fn model(&self) -> Option<Arc<dyn Model>> {
        None
    }
    /// Looks ahead; none for an engine that does not.
    fn ahead(&self) -> Option<Arc<dyn Ahead>> {
        None
    }
    /// Promises dates; none for an engine that does not.
    fn promises(&self) -> Option<Arc<dyn Promises>> {
        None
    }
}

/// Who acts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Actor {
    /// Name of the user, or of the token.
    pub name: String,
    /// With what right.
    pub role: Role,
    /// How this was shown.
    pub by: Proof,
    /// From where.
    #[schema(value_type = String)]
    pub address: IpAddr,
}

/// How somebody showed who they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A cookie from a login with a password.
    Session,
    /// An API token.
    Token,
    /// A client certificate.
    Certificate,
}

/// An act that was done.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// Revision of the object now.
    pub revision: u64,
    /// When it took effect, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub at: Time,
    /// The feed shows the effect no later than in its next item after this one.
    pub seq: u64,
    /// The object as it was, for the audit.
    #[schema(value_type = Object)]
    pub from: serde_json::Value,
    /// The object as it is now.
    #[schema(value_type = Object)]
    pub to: serde_json::Value,
}

/// Why an act was refused. `code` names a sentence in the catalogue of messages, `place` the field or
/// object it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The object has changed since the caller looked.
    Stale {
        /// Its revision now.
        current: u64,
    },
    /// There is no such object.
    Unknown(Reason),
    /// The object is not in a state in which this can be done.
    Conflict(Reason),
    /// The request makes no sense whatever the state.
    Invalid(Reason),
    /// Nobody does such acts here (an engine without that part).
    Unsupported(Reason),
    /// Not now: try again.
    Busy(Reason),
}

/// Code, arguments and place of a refusal.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Reason {
    /// Key of the sentence.
    pub code: &'static str,
    /// What fills its gaps.
    pub args: Vec<(&'static str, String)>,
    /// What it is about: a field of the request, or an object of the plant.
    pub place: Option<String>,
}

impl Reason {
    /// Without arguments.
    pub fn new(code: &'static str) -> Reason {
        Reason {
            code,
            ..Reason::default()
        }
    }
    /// With one more argument.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl ToString) -> Reason {
        self.args.push((name, value.to_string()));
        self
    }
    /// About this.
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Reason {
        self.place = Some(place.into());
        self
    }
}

/// How the engine itself is doing.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// Whether it can be relied on.
    pub status: Status,
    /// Facts handled since the start.
    pub facts: u64,
    /// Orders sent to devices since the start.
    pub commands: u64,
    /// From fact in to order out, median over the last minute [us].
    pub latency_p50: u64,
    /// The same, 99 of 100 [us].
    pub latency_p99: u64,
    /// Facts waiting to be handled.
    pub waiting: u64,
    /// Facts handled and not yet durable.
    pub unwritten: u64,
    /// Links that should be up.
    pub links: u32,
    /// Links that are.
    pub links_up: u32,
    /// What is not as it should be, codes of the catalogue of messages.
    pub problems: Vec<String>,
    /// Figures that have left the plant's model: element, figure, mean seen over the model's [1/1000].
    /// Told as metrics; the alarm tells people.
    #[serde(skip)]
    #[schema(ignore)]
    pub deviations: Vec<(String, &'static str, u32)>,
}

/// Whether something can be relied on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Everything works.
    #[default]
    Good,
    /// It goes on with something missing; see the problems.
    Degraded,
    /// It has stopped.
    Stopped,
}
