//! How many alarms an operator gets, judged by ISA-18.2.

use crate::app::App;
use crate::extract::Asked;
use crate::words::AlarmKind;
use axum::Json;
use axum::extract::State;
use fenhe_contract::{AlarmPoint, AlarmSource, Span, Time};
use fenhe_plant::{Owner, Plant};
use fenhe_study::{AlarmChange, AlarmFigures, AlarmLoad, alarm_figures};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which window, and for how many operators.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Window {
    /// The last so many hours, 1 to 168; default 24. Shorter if the program has not run so long.
    hours: Option<u32>,
    /// Operators who share the alarms, 1 to 100; default 1.
    operators: Option<u32>,
}

/// Changes of alarms that are still remembered, and the window they are complete for.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct AlarmHistory {
    /// In order of time.
    pub changes: Vec<AlarmChange>,
    /// From here on they are complete.
    pub from: Time,
    /// Now.
    pub to: Time,
}

/// How many alarms an operator got in a window, judged as ISA-18.2 does.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlarmFiguresView {
    /// Begin of the window, since the plant's epoch [us].
    from: i64,
    /// Its end [us].
    to: i64,
    /// Operators who share them.
    operators: u32,
    /// Alarms put on the list, by all operators together.
    alarms: u64,
    /// Whole intervals of ten minutes in the window.
    intervals: u64,
    /// Mean number in ten minutes for one operator: one is manageable, more than two are too many.
    mean: f64,
    /// Most in ten minutes for one operator.
    peak: f64,
    /// Share of intervals with more than ten for one operator.
    above_ten: f64,
    /// Floods: they begin with more than ten in ten minutes and end with fewer than five.
    floods: u64,
    /// Share of time in floods.
    flooded: f64,
    /// Alarms by priority: low, medium, high, critical.
    priorities: [u64; 4],
    /// The points with most alarms, most first.
    top: Vec<PointCount>,
    /// Share of all alarms that came from these.
    top_share: f64,
    /// Points that came three times or more within a minute.
    chattering: Vec<Point>,
    /// Alarms that were over within a minute.
    fleeting: u64,
    /// Points that were active without a break for longer than a day.
    stale: Vec<Point>,
    /// What that means.
    load: Load,
}

/// Whether the load can be borne.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Load {
    /// About one in ten minutes or fewer, hardly any flood.
    Manageable,
    /// Up to two in ten minutes.
    Most,
    /// More, or flooded for more than a hundredth of the time.
    TooMuch,
}

/// A condition of an element.
#[derive(Serialize, ToSchema)]
struct Point {
    /// Kind and name, such as `vehicle agv-7`.
    object: String,
    /// The condition.
    code: AlarmKind,
}

/// A condition of an element, with how often it came.
#[derive(Serialize, ToSchema)]
struct PointCount {
    #[serde(flatten)]
    point: Point,
    count: u64,
}

/// How many alarms an operator gets (ISA-18.2): mean, floods, chattering and stale ones.
#[utoipa::path(get, path = "/api/v1/alarms/figures", tag = "picture", params(Window),
    responses((status = 200, body = AlarmFiguresView)))]
pub(crate) async fn figures(
    State(app): State<App>,
    Asked(window): Asked<Window>,
) -> Json<AlarmFiguresView> {
    let history = app.engine.alarm_history();
    let hours = i64::from(window.hours.unwrap_or(24).clamp(1, 168));
    let operators = window.operators.unwrap_or(1).clamp(1, 100);
    let from = history.from.max(history.to - Span::hours(hours));
    let figures = alarm_figures(&history.changes, (from, history.to), operators);
    let plant = app.engine.plant();
    Json(view(&plant, (from, history.to, operators), figures))
}

fn view(
    plant: &Plant,
    (from, to, operators): (Time, Time, u32),
    figures: AlarmFigures,
) -> AlarmFiguresView {
    let point = |point: &AlarmPoint| Point {
        object: alarm_object(plant, point.source),
        code: point.code.into(),
    };
    let top = figures.top.iter().map(|(of, count)| PointCount {
        point: point(of),
        count: *count,
    });
    AlarmFiguresView {
        from: from.0,
        to: to.0,
        operators,
        alarms: figures.alarms,
        intervals: figures.intervals,
        mean: figures.mean,
        peak: figures.peak,
        above_ten: figures.above_ten,
        floods: figures.floods,
        flooded: figures.flooded,
        priorities: figures.priorities,
        top: top.collect(),
        top_share: figures.top_share,
        chattering: figures.chattering.iter().map(point).collect(),
        fleeting: figures.fleeting,
        stale: figures.stale.iter().map(point).collect(),
        load: match figures.load {
            AlarmLoad::Manageable => Load::Manageable,
            AlarmLoad::Most => Load::Most,
            AlarmLoad::TooMuch => Load::TooMuch,
        },
    }
}

/// Kind and name of what an alarm is about.
pub fn alarm_object(plant: &Plant, source: AlarmSource) -> String {
    let buffer = |name: &str| format!("buffer {name}");
    match source {
        AlarmSource::Plant => format!("plant {}", plant.name),
        AlarmSource::Vehicle(v) => format!("vehicle {}", plant.vehicles[v].name),
        AlarmSource::Station(s) => format!("station {}", plant.stations[s].name),
        AlarmSource::Order(o) => match plant.order_name(o) {
            Some(name) => format!("order {name}"),
            None => format!("order {}", o.0),
        },
        AlarmSource::Buffer(b) => buffer(&plant.buffers[b].name),
        AlarmSource::Place(place) => match plant.places[place].owner {
            Owner::Buffer(b) => buffer(&plant.buffers[b].name),
            Owner::Deck(v, _) => buffer(&plant.vehicles[v].name),
            Owner::Slot(crane) | Owner::Crane(crane) => buffer(&plant.cranes[crane].name),
        },
    }
}
