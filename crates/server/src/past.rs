//! What the API shows of the past: a picture at any instant, what led there, and time lines.

use crate::lots::{LotTrace, LotsAsked, LotsView};
use crate::view::View;
use crate::words::{StationState, VehicleDoes};
use crate::{Numbered, Reason, Refusal};
use fenhe_contract::{Span, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest stretch of the feed that is given at once.
pub const FEED_LONGEST: Span = Span::seconds(600);
/// Longest window of time lines.
pub const LINES_LONGEST: Span = Span::hours(48);
/// Most intervals and points that are given at once.
pub const LINES_MOST: usize = 50_000;

/// Looks into the past of a plant. Each call may block for some seconds; none of them waits for the main loop.
pub trait Past: Send + Sync {
    /// Which instants can be shown, and what stands out between these.
    ///
    /// # Errors
    /// [`Refusal::Busy`] if too many wait.
    fn history(&self, window: Window) -> Result<HistoryView, Refusal>;
    /// The picture at an instant.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] outside what can be shown.
    fn view(&self, at: Time) -> Result<View, Refusal>;
    /// What the feed told in this window, at most [`FEED_LONGEST`].
    ///
    /// # Errors
    /// As above; [`Refusal::Invalid`] for a window that is too long or ends before it begins.
    fn feed(&self, window: Window) -> Result<Vec<Numbered>, Refusal>;
    /// Intervals of states in this window, at most [`LINES_LONGEST`]; of one element, or of all.
    ///
    /// # Errors
    /// As above.
    fn lines(&self, window: Window, of: LinesOf) -> Result<TimeLines, Refusal>;
    /// How orders went in this window.
    ///
    /// # Errors
    /// As above.
    fn orders(&self, window: Window) -> Result<OrderLines, Refusal>;
    /// What carriers were filled with, by carrier, place and time.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] for a place that is not there.
    fn lots(&self, asked: LotsAsked) -> Result<LotsView, Refusal>;
    /// A lot with its way and its kin, so many machines deep.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] if there is none of this id.
    fn lot(&self, id: String, depth: u32) -> Result<LotTrace, Refusal>;
}

/// From when until when; what is left out is as far as can be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Window {
    /// Begin, since the plant's epoch.
    pub from: Option<Time>,
    /// End.
    pub until: Option<Time>,
}

impl Window {
    /// What is left of it within these bounds.
    ///
    /// # Errors
    /// `history/window` if it ends before it begins or is longer than `longest`.
    pub fn within(self, (from, to): (Time, Time), longest: Span) -> Result<(Time, Time), Refusal> {
        let begin = self.from.unwrap_or(from).max(from);
        let end = self.until.unwrap_or(to).min(to);
        let asked = self.from.zip(self.until);
        let wrong = asked.is_some_and(|(from, until)| until < from || until - from > longest);
        if wrong || end - begin > longest {
            let minutes = longest.0 / 60_000_000;
            let reason = Reason::new("history/window").arg("minutes", minutes);
            return Err(Refusal::Invalid(reason.at("until")));
        }
        Ok((begin, end.max(begin)))
    }
}

/// Which time lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LinesOf {
    /// Of all stations and vehicles.
    All,
    /// Of the station of this name.
    Station(String),
    /// Of the vehicle of this name.
    Vehicle(String),
}

/// The past that can be shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct HistoryView {
    /// First instant that can be shown, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub from: Time,
    /// Newest instant that can be shown [us].
    #[schema(value_type = i64)]
    pub to: Time,
    /// Marks are complete up to here [us]; ask again for those that follow.
    #[schema(value_type = i64)]
    pub seen: Time,
    /// What stands out in the window asked for, by begin; the newest 2 000.
    pub marks: Vec<Mark>,
    /// There are older ones in the window.
    pub more: bool,
}

/// Something that stands out on the time bar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Mark {
    /// When it began, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub at: Time,
    /// When it was over [us]; `null` for what has no end, and for what goes on.
    #[schema(value_type = Option<i64>)]
    pub until: Option<Time>,
    /// What it is.
    pub kind: MarkKind,
    /// Kind and name of what it is about, such as `vehicle agv-7`, `order A-12`, `zone bay-3`.
    pub object: String,
    /// What happened: an alarm's code; `released`, `done` of an order; `window` of a zone; `pressed` of an
    /// emergency stop; `fire`.
    pub code: String,
    /// Serial of the alarm or order; 0 for others.
    pub id: u64,
}

/// What a mark is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// An alarm on the list, from raised to over.
    Alarm,
    /// An order came, or its last piece left.
    Order,
    /// An access window, from asked for to closed.
    Access,
    /// An emergency stop, from pressed to reset.
    Stop,
    /// A fire alarm.
    Fire,
}

/// Time lines of elements.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct TimeLines {
    /// Begin of the window, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub from: Time,
    /// Its end [us]; no later than what has been read of the journal so far.
    #[schema(value_type = i64)]
    pub until: Time,
    /// Of stations, in order of the plant's table.
    pub stations: Vec<StationLine>,
    /// Of vehicles, in order.
    pub vehicles: Vec<VehicleLine>,
}

/// A station's time line.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct StationLine {
    /// Lasting name.
    pub name: String,
    /// What it was when, without gaps.
    pub intervals: Vec<StationInterval>,
    /// Its effectiveness in the window.
    pub oee: OeeView,
}

/// A station was in a state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct StationInterval {
    /// Since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub from: Time,
    /// Since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub until: Time,
    /// As it reported; of several servers the best.
    pub state: StationState,
}

/// A vehicle's time line.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct VehicleLine {
    /// Lasting name.
    pub name: String,
    /// What it did when, without gaps.
    pub intervals: Vec<VehicleInterval>,
}

/// A vehicle did something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct VehicleInterval {
    /// Since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub from: Time,
    /// Since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub until: Time,
    /// What, by what it reported.
    pub state: VehicleDoes,
}

/// Overall equipment effectiveness with its terms, in the words of ISO 22400-2, from what the station reported:
/// what it does not report is `null`, never guessed.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct OeeView {
    /// APT / PBT.
    pub availability: Option<f64>,
    /// PRI x PQ / APT.
    pub effectiveness: Option<f64>,
    /// GQ / PQ.
    pub quality_ratio: Option<f64>,
    /// Product of the three; `null` if one of them cannot be told.
    pub oee: Option<f64>,
    /// APT, actual production time: executing [s].
    pub production_time_s: f64,
    /// PBT, planned busy time: outside off-shift and planned maintenance [s].
    pub planned_busy_time_s: f64,
    /// ADOT, actual unit down time: broken down [s].
    pub down_time_s: f64,
    /// AUST, actual unit setup time [s].
    pub setup_time_s: f64,
    /// ADET, actual unit delay time: starved or blocked [s].
    pub delay_time_s: f64,
    /// PRI, planned run time per item of the whole unit [s].
    pub run_time_per_item_s: f64,
    /// PQ, produced quantity, good or not.
    pub produced: Option<u64>,
    /// GQ, good quantity.
    pub good: Option<u64>,
}

/// How orders went.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderLines {
    /// Begin of the window, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub from: Time,
    /// Its end [us]; no later than what has been read of the journal so far.
    #[schema(value_type = i64)]
    pub until: Time,
    /// Orders that were open at some time in the window, by serial.
    pub orders: Vec<OrderLine>,
}

/// How an order went. What is to come of it stands in the forecast, under the same reference.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderLine {
    /// Number given by whoever released it.
    pub reference: String,
    /// Its serial in the journal.
    pub serial: u64,
    /// Name of the product.
    pub product: String,
    /// Pieces wanted.
    pub quantity: u32,
    /// When it became known, since the plant's epoch [us]; `null` if that was before the journal.
    #[schema(value_type = Option<i64>)]
    pub released: Option<Time>,
    /// When it is due [us]; `null` if never.
    #[schema(value_type = Option<i64>)]
    pub due: Option<Time>,
    /// When its last piece left [us].
    #[schema(value_type = Option<i64>)]
    pub finished: Option<Time>,
    /// How it went: one point at the begin of the window, then one for each change.
    pub points: Vec<OrderPoint>,
}

/// An order at an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderPoint {
    /// Since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub at: Time,
    /// Pieces let in.
    pub entered: u32,
    /// Good pieces that have left.
    pub done: u32,
}
