//! What the API shows of what is to come: look-ahead from the live belief.

use crate::act::What;
use crate::past::Window;
use crate::view::View;
use crate::{Numbered, Refusal};
use fenhe_contract::{Span, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// From so many paths on their dates may be called a fan.
pub const FAN: u32 = 20;
/// An order is at risk when fewer than this share of the paths bring it in time.
pub const AT_RISK: f64 = 0.9;

/// Looks ahead from what control believes. Never waits for the main loop longer than one look at it.
pub trait Ahead: Send + Sync {
    /// What is known so far. Cheap.
    fn forecast(&self) -> ForecastView;
    /// Begins anew from what is believed now, unless that has just been done.
    ///
    /// # Errors
    /// [`Refusal::Busy`] if it cannot begin.
    fn anew(&self) -> Result<ForecastView, Refusal>;
    /// The picture at an instant of the first path.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] outside what it reaches.
    fn view(&self, at: Time) -> Result<View, Refusal>;
    /// What the feed would tell in this window of the first path.
    ///
    /// # Errors
    /// As above, and as in the past.
    fn feed(&self, window: Window) -> Result<Vec<Numbered>, Refusal>;
    /// What an act would cost: paths with and without it, with the same luck.
    ///
    /// # Errors
    /// The act's; [`Refusal::Busy`] if too many wait.
    fn price(&self, asked: &PriceAsked) -> Result<PriceView, Refusal>;
}

/// What is to come, as far as it is known.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ForecastView {
    /// The instant whose belief it starts from, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub as_of: Time,
    /// Number of the journal's newest entry at that instant: with a path's number it fixes all luck.
    pub seq: u64,
    /// How far it looks [us].
    #[schema(value_type = i64)]
    pub horizon_us: Span,
    /// How far it is.
    pub status: ForecastStatus,
    /// Paths done.
    pub n: u32,
    /// Paths wanted.
    pub wanted: u32,
    /// How far the path in work has come, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub reached: Time,
    /// What the first path took [ms], once it is done.
    pub first_path_ms: Option<u64>,
    /// There are enough paths to call their dates a fan.
    pub fan: bool,
    /// Orders that were open at `as_of`, by serial.
    pub orders: Vec<OrderForecast>,
    /// Good pieces leaving by hour: of the whole plant (`line` is `null`), then of each line.
    pub output: Vec<OutputForecast>,
}

/// How far a forecast is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForecastStatus {
    /// There is none yet.
    #[default]
    None,
    /// The first path is being made.
    First,
    /// Further paths are being made.
    Refining,
    /// All paths wanted are there.
    Ready,
    /// Control and simulated plant answered each other without end: there is none from this belief.
    Failed,
}

/// An order in the forecast.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderForecast {
    /// Number given by whoever released it.
    pub reference: String,
    /// Its serial in the journal.
    pub serial: u64,
    /// Name of the product.
    pub product: String,
    /// Pieces wanted.
    pub quantity: u32,
    /// Good pieces that had left at `as_of`.
    pub done: u32,
    /// When it is due, since the plant's epoch [us]; `null` if never.
    #[schema(value_type = Option<i64>)]
    pub due: Option<Time>,
    /// When its last piece leaves, by path [us]; `null` if not within the horizon.
    #[schema(value_type = Vec<Option<i64>>)]
    pub finish: Vec<Option<Time>>,
    /// One of ten paths is done by then [us]; `null` if beyond the horizon.
    #[schema(value_type = Option<i64>)]
    pub p10: Option<Time>,
    /// Half of them.
    #[schema(value_type = Option<i64>)]
    pub p50: Option<Time>,
    /// Nine of ten.
    #[schema(value_type = Option<i64>)]
    pub p90: Option<Time>,
    /// Paths that bring it in time, among those that can tell; `null` if none can.
    pub on_time: Option<ShareView>,
    /// Fewer than nine of ten do.
    pub at_risk: bool,
}

/// A share with its interval of 95 % (Wilson's).
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct ShareView {
    /// Out of how many.
    pub n: u32,
    /// 0 to 1.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Good pieces leaving by hour.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OutputForecast {
    /// Name of the line; `null` for the whole plant.
    pub line: Option<String>,
    /// Wanted mean time between good pieces [us].
    #[schema(value_type = Option<i64>)]
    pub takt_target_us: Option<Span>,
    /// One row an hour from `as_of` on.
    pub hours: Vec<HourForecast>,
}

/// Good pieces leaving within an hour, over the paths.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct HourForecast {
    /// Its begin, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub at: Time,
    /// Mean.
    pub mean: f64,
    /// Lower decile.
    pub p10: u64,
    /// Median.
    pub p50: u64,
    /// Upper decile.
    pub p90: u64,
}

/// An act whose price is wanted.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PriceAsked {
    /// The act; nothing is done. Its words are those of `POST /api/v1/commands`.
    #[serde(flatten)]
    pub what: What,
    /// Paths with and as many without it, 2 to 50.
    #[serde(default = "some_paths")]
    pub paths: u32,
    /// How far to look [min], 10 to 480.
    #[serde(default = "some_minutes")]
    pub minutes: u32,
    /// When an access window, a hold or an errand is over again [min]; left out: not within the time looked at.
    #[serde(default)]
    pub lasts: Option<u32>,
}

fn some_paths() -> u32 {
    5
}
fn some_minutes() -> u32 {
    120
}

/// What an act costs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct PriceView {
    /// The instant whose belief both sides start from, since the plant's epoch [us].
    #[schema(value_type = i64)]
    pub as_of: Time,
    /// How far both look [us].
    #[schema(value_type = i64)]
    pub horizon_us: Span,
    /// Pairs of paths.
    pub n: u32,
    /// Good pieces that leave within the horizon, with the act less without it.
    pub output: DifferenceView,
    /// Mean takt with the act less without it [us]; `null` if nothing leaves.
    pub takt_us: Option<DifferenceView>,
    /// Orders whose last piece leaves within the horizon in some path, by serial.
    pub orders: Vec<OrderPrice>,
}

/// A difference of means over pairs of paths, with its interval of 95 % (Student's).
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct DifferenceView {
    /// Mean without the act.
    pub without: f64,
    /// Mean with it.
    pub with: f64,
    /// Mean of the differences.
    pub difference: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What an act does to an order.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OrderPrice {
    /// Its reference.
    pub reference: String,
    /// When its last piece leaves, over the pairs in which it does on both sides, since the plant's epoch [us];
    /// `null` for fewer than two.
    pub finish: Option<DifferenceView>,
    /// Paths in which it is done within the horizon without the act.
    pub done_without: u32,
    /// And with it.
    pub done_with: u32,
}
