//! How many alarms an operator gets, judged as ISA-18.2, IEC 62682 and EEMUA 191 do, from the records of a
//! run: so a model predicts the alarm load of a plant before it exists.

use fenhe_contract::*;
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

/// Alarms are counted in intervals of this length, from the start of the window.
pub const ALARM_INTERVAL: Span = Span::seconds(600);
/// An interval with more alarms than this for one operator is a flood ...
pub const FLOOD_ABOVE: u64 = 10;
/// ... and a flood goes on until an interval has fewer than this.
pub const FLOOD_BELOW: u64 = 5;
/// Alarms in an interval that are manageable on average.
pub const ALARMS_MANAGEABLE: f64 = 1.0;
/// Alarms in an interval that are too much on average.
pub const ALARMS_TOO_MANY: f64 = 2.0;
/// A point that comes so often within [`CHATTER_SPAN`] chatters.
pub const CHATTER_COUNT: usize = 3;
/// See [`CHATTER_COUNT`].
pub const CHATTER_SPAN: Span = Span::seconds(60);
/// An alarm that is over sooner than this left no time to act: fleeting.
pub const FLEETING: Span = Span::seconds(60);
/// An alarm on the list for longer than this is stale.
pub const STALE: Span = Span::hours(24);
/// Points listed with their share of all alarms.
pub const TOP: usize = 10;

/// One alarm record as it was emitted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AlarmChange {
    /// When.
    pub at: Time,
    /// Of what.
    pub point: AlarmPoint,
    /// How urgent.
    pub priority: AlarmPriority,
    /// Old state.
    pub from: AlarmState,
    /// New state.
    pub to: AlarmState,
}
impl AlarmChange {
    /// From a record; `None` for one that is not of an alarm.
    pub fn of(at: Time, record: &Record) -> Option<AlarmChange> {
        match *record {
            Record::Alarm {
                point,
                priority,
                from,
                to,
                ..
            } => Some(AlarmChange {
                at,
                point,
                priority,
                from,
                to,
            }),
            _ => None,
        }
    }
    /// It was put on the operator's list, newly or once more.
    pub fn annunciates(&self) -> bool {
        self.to == AlarmState::Unacknowledged
    }
}

/// Whether the load can be borne.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlarmLoad {
    /// About one in ten minutes or fewer, hardly any flood.
    Manageable,
    /// Up to two in ten minutes.
    Most,
    /// More, or flooded for more than a hundredth of the time.
    TooMuch,
}

/// Alarm figures of a window for one operator.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AlarmFigures {
    /// Alarms put on an operator's list (all operators).
    pub alarms: u64,
    /// Whole intervals of ten minutes in the window.
    pub intervals: u64,
    /// Mean number per interval and operator.
    pub mean: f64,
    /// Most in one interval, per operator.
    pub peak: f64,
    /// Share of intervals with more than ten per operator.
    pub above_ten: f64,
    /// Floods, and the share of time in them.
    pub floods: u64,
    /// See `floods`.
    pub flooded: f64,
    /// Alarms by priority: low, medium, high, critical.
    pub priorities: [u64; 4],
    /// The points with most alarms, most first, with how many.
    pub top: Vec<(AlarmPoint, u64)>,
    /// Share of all alarms that came from these.
    pub top_share: f64,
    /// Points that came three times or more within a minute, in order.
    pub chattering: Vec<AlarmPoint>,
    /// Alarms that were over within a minute.
    pub fleeting: u64,
    /// Points that were active without a break for longer than a day, in order.
    pub stale: Vec<AlarmPoint>,
    /// What that means.
    pub load: AlarmLoad,
}

/// Judges the alarms from `from` to `to`, borne by so many `operators` (at least one) in equal shares.
/// `changes` are in order of time; those before `from` only tell what stood on the list by then.
pub fn alarm_figures(
    changes: &[AlarmChange],
    (from, to): (Time, Time),
    operators: u32,
) -> AlarmFigures {
    let operators = f64::from(operators.max(1));
    let inside = |change: &&AlarmChange| change.at >= from && change.at < to;
    let raised: Vec<&AlarmChange> = changes
        .iter()
        .filter(inside)
        .filter(|change| change.annunciates())
        .collect();
    let counts = per_interval(&raised, from, to);
    let alarms = raised.len() as u64;
    let each: Vec<f64> = counts.iter().map(|&n| n as f64 / operators).collect();
    let share = |n: usize| n as f64 / each.len().max(1) as f64;
    let mean = each.iter().sum::<f64>() / each.len().max(1) as f64;
    let (floods, flooded) = floods(&each);
    let mut priorities = [0; 4];
    let mut points: BTreeMap<AlarmPoint, u64> = BTreeMap::new();
    for change in &raised {
        priorities[change.priority as usize] += 1;
        *points.entry(change.point).or_default() += 1;
    }
    let mut top: Vec<(AlarmPoint, u64)> = points.into_iter().collect();
    top.sort_by_key(|&(point, count)| (core::cmp::Reverse(count), point));
    top.truncate(TOP);
    let of_top: u64 = top.iter().map(|&(_, count)| count).sum();
    let (fleeting, stale) = lasting(changes, from, to);
    AlarmFigures {
        alarms,
        intervals: each.len() as u64,
        mean,
        peak: each.iter().copied().fold(0.0, f64::max),
        above_ten: share(each.iter().filter(|&&n| n > FLOOD_ABOVE as f64).count()),
        floods,
        flooded: share(flooded),
        priorities,
        top_share: of_top as f64 / alarms.max(1) as f64,
        top,
        chattering: chattering(&raised),
        fleeting,
        stale,
        load: judge(mean, share(flooded)),
    }
}

fn judge(mean: f64, flooded: f64) -> AlarmLoad {
    if mean > ALARMS_TOO_MANY || flooded > 0.01 {
        AlarmLoad::TooMuch
    } else if mean > ALARMS_MANAGEABLE {
        AlarmLoad::Most
    } else {
        AlarmLoad::Manageable
    }
}

/// Alarms in each whole interval.
fn per_interval(raised: &[&AlarmChange], from: Time, to: Time) -> Vec<u64> {
    let whole = ((to - from).0 / ALARM_INTERVAL.0).max(0) as usize;
    let mut counts = vec![0; whole];
    for change in raised {
        let at = ((change.at - from).0 / ALARM_INTERVAL.0) as usize;
        if let Some(count) = counts.get_mut(at) {
            *count += 1;
        }
    }
    counts
}

/// Floods, and intervals in them.
fn floods(each: &[f64]) -> (u64, usize) {
    let (mut floods, mut inside, mut flood) = (0, 0, false);
    for &n in each {
        if !flood && n > FLOOD_ABOVE as f64 {
            flood = true;
            floods += 1;
        } else if flood && n < FLOOD_BELOW as f64 {
            flood = false;
        }
        inside += usize::from(flood);
    }
    (floods, inside)
}

fn chattering(raised: &[&AlarmChange]) -> Vec<AlarmPoint> {
    let mut times: BTreeMap<AlarmPoint, (VecDeque<Time>, bool)> = BTreeMap::new();
    for change in raised {
        let (last, chatters) = times.entry(change.point).or_default();
        last.push_back(change.at);
        if last.len() > CHATTER_COUNT {
            last.pop_front();
        }
        let first = last.front().copied().unwrap_or(change.at);
        *chatters |= last.len() == CHATTER_COUNT && change.at - first <= CHATTER_SPAN;
    }
    let chatters = times.into_iter().filter(|(_, (_, chatters))| *chatters);
    chatters.map(|(point, _)| point).collect()
}

/// Alarms over too soon to act on, and points active for too long.
fn lasting(changes: &[AlarmChange], from: Time, to: Time) -> (u64, Vec<AlarmPoint>) {
    let active = |state| matches!(state, AlarmState::Unacknowledged | AlarmState::Acknowledged);
    let mut since: BTreeMap<AlarmPoint, Time> = BTreeMap::new();
    let mut stale: BTreeMap<AlarmPoint, ()> = BTreeMap::new();
    let mut fleeting = 0;
    for change in changes.iter().filter(|change| change.at < to) {
        match (active(change.from), active(change.to)) {
            (false, true) => {
                since.insert(change.point, change.at);
            }
            (true, false) => {
                let Some(began) = since.remove(&change.point) else {
                    continue;
                };
                let over = matches!(change.to, AlarmState::Returned | AlarmState::Normal);
                if over && began >= from && change.at - began < FLEETING {
                    fleeting += 1;
                }
                if change.at >= from && change.at - began > STALE {
                    stale.insert(change.point, ());
                }
            }
            _ => {}
        }
    }
    let still = since.into_iter().filter(|&(_, began)| to - began > STALE);
    stale.extend(still.map(|(point, _)| (point, ())));
    (fleeting, stale.into_keys().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use AlarmState::{Acknowledged, Normal, Returned, Shelved, Suppressed, Unacknowledged};

    fn point(v: u32) -> AlarmPoint {
        AlarmPoint {
            source: AlarmSource::Vehicle(VehicleId(v)),
            code: AlarmCode::Held,
        }
    }
    fn change(at: i64, v: u32, from: AlarmState, to: AlarmState) -> AlarmChange {
        AlarmChange {
            at: Time(at * 1_000_000),
            point: point(v),
            priority: AlarmPriority::Medium,
            from,
            to,
        }
    }
    fn raised(at: i64, v: u32) -> AlarmChange {
        change(at, v, Normal, Unacknowledged)
    }
    fn window(hours: i64) -> (Time, Time) {
        (Time::ZERO, Time::ZERO + Span::hours(hours))
    }

    #[test]
    fn a_quiet_hour_is_manageable() {
        let changes: Vec<_> = (0..6).map(|i| raised(i * 600, i as u32)).collect();
        let figures = alarm_figures(&changes, window(1), 1);
        assert_eq!((figures.alarms, figures.intervals), (6, 6));
        assert_eq!((figures.mean, figures.peak), (1.0, 1.0));
        assert_eq!(figures.load, AlarmLoad::Manageable);
        assert_eq!(figures.priorities, [0, 6, 0, 0]);
        assert_eq!((figures.floods, figures.flooded), (0, 0.0));
    }

    #[test]
    fn eleven_in_ten_minutes_are_a_flood_until_it_is_below_five() {
        // 11, 5, 4, 0, 0, 0 a ten minutes.
        let mut changes: Vec<_> = (0..11).map(|i| raised(i, i as u32)).collect();
        changes.extend((0..5).map(|i| raised(600 + i, i as u32)));
        changes.extend((0..4).map(|i| raised(1200 + i, i as u32)));
        let figures = alarm_figures(&changes, window(1), 1);
        assert_eq!((figures.floods, figures.peak), (1, 11.0));
        assert!((figures.flooded - 2.0 / 6.0).abs() < 1e-12);
        assert!((figures.above_ten - 1.0 / 6.0).abs() < 1e-12);
        assert_eq!(figures.load, AlarmLoad::TooMuch);
        // Ten are none, and two operators share eleven.
        assert_eq!(alarm_figures(&changes[1..], window(1), 1).floods, 0);
        let shared = alarm_figures(&changes, window(1), 2);
        assert_eq!((shared.floods, shared.peak), (0, 5.5));
        assert_eq!(shared.load, AlarmLoad::Most);
    }

    #[test]
    fn silent_ones_do_not_count_and_bad_actors_come_first() {
        let mut changes: Vec<_> = (0..20).map(|i| raised(i * 100, i as u32 % 12)).collect();
        changes.push(change(2000, 3, Normal, Suppressed));
        changes.push(change(2001, 3, Unacknowledged, Shelved));
        let figures = alarm_figures(&changes, window(1), 1);
        assert_eq!(figures.alarms, 20);
        assert_eq!(figures.top.len(), TOP);
        assert_eq!(figures.top[0], (point(0), 2));
        assert_eq!(figures.top[9], (point(9), 1));
        assert!((figures.top_share - 18.0 / 20.0).abs() < 1e-12);
    }

    #[test]
    fn three_in_a_minute_chatter_and_two_do_not() {
        let changes = [0, 30, 60, 200, 230, 261].map(|at| raised(at, u32::from(at >= 200)));
        let figures = alarm_figures(&changes, window(1), 1);
        assert_eq!(figures.chattering, [point(0)]);
    }

    #[test]
    fn fleeting_and_stale_are_told_apart_by_their_length() {
        let day = 86_400;
        let changes = [
            raised(0, 1),
            raised(10, 2),
            raised(20, 3),
            change(30, 1, Unacknowledged, Acknowledged),
            change(59, 1, Acknowledged, Normal),
            change(70, 2, Unacknowledged, Returned),
            raised(80, 4),
            change(90, 4, Unacknowledged, Suppressed),
            change(day + 21, 3, Unacknowledged, Returned),
            raised(day + 100, 5),
        ];
        let figures = alarm_figures(&changes, window(48), 1);
        assert_eq!(figures.fleeting, 1);
        assert_eq!(figures.stale, [point(3)]);
        // Still on the list when the window ends, raised before it began.
        let late = (Time::ZERO + Span::hours(50), Time::ZERO + Span::hours(60));
        assert_eq!(alarm_figures(&changes, late, 1).stale, [point(5)]);
        assert_eq!(alarm_figures(&changes, late, 1).alarms, 0);
    }

    #[test]
    fn an_empty_window_has_no_figures() {
        let figures = alarm_figures(&[], (Time::ZERO, Time::ZERO), 0);
        assert_eq!((figures.alarms, figures.mean, figures.peak), (0, 0.0, 0.0));
    }
}
