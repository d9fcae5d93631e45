//! What an act would cost: pairs of paths with the same luck, one of them with the act.

use super::path::Path;
use super::sum::{Open, difference};
use super::{Begin, Worker, released};
use crate::board::Board;
use fenhe_contract::*;
use fenhe_server::forecast::*;
use fenhe_server::{Reason, Refusal, What};
use std::time::{Duration, Instant};

/// No further pair is begun after so long.
const ENOUGH: Duration = Duration::from_secs(18);

/// What an act comes to: facts at once, facts when it is over.
struct Words {
    now: Vec<Event>,
    then: Vec<Event>,
    /// An order that comes with it.
    order: Option<Open>,
}

/// What a path came to.
struct Side {
    output: f64,
    finish: Vec<Option<Time>>,
}

impl Worker {
    /// What an act would cost.
    pub fn price(&self, asked: &PriceAsked) -> Result<PriceView, Refusal> {
        let stopped = || Refusal::Busy(Reason::new("engine/stopped"));
        let board = self.board.upgrade().ok_or_else(stopped)?;
        let mut begin = self.begin().ok_or_else(stopped)?;
        let words = words(&board, &begin, &asked.what)?;
        drop(board);
        begin.open.extend(words.order.clone());
        let minutes = |count: u32| Span::seconds(60 * i64::from(count));
        let horizon = minutes(asked.minutes);
        let over = asked.lasts.map(|lasts| begin.at.now + minutes(lasts));
        let began = Instant::now();
        let (mut without, mut with) = (Vec::new(), Vec::new());
        let none = Words {
            now: Vec::new(),
            then: Vec::new(),
            order: None,
        };
        for i in 0..asked.paths {
            if without.len() >= 2 && began.elapsed() > ENOUGH {
                break;
            }
            without.push(self.side(&begin, (i, horizon), &none, over)?);
            with.push(self.side(&begin, (i, horizon), &words, over)?);
        }
        Ok(view(&begin, horizon, &without, &with))
    }

    fn side(
        &self,
        begin: &Begin,
        (i, horizon): (u32, Span),
        words: &Words,
        over: Option<Time>,
    ) -> Result<Side, Refusal> {
        let end = begin.at.now + horizon;
        let mut path = Path::new(&self.plant, &begin.at, (i, horizon), false);
        let mut run = || {
            for fact in &words.now {
                path.tell(begin.at.now, fact)?;
            }
            if let Some(over) = over.filter(|over| *over < end) {
                path.on(over)?;
                for fact in &words.then {
                    path.tell(over, fact)?;
                }
            }
            path.on(end)
        };
        let never = |_: fenhe_study::PingPong| Refusal::Busy(Reason::new("forecast/no-end"));
        run().map_err(never)?;
        let (outcome, _) = begin.outcome(path, end);
        Ok(Side {
            output: outcome.counts.total() as f64,
            finish: outcome.finish,
        })
    }
}

fn view(begin: &Begin, horizon: Span, without: &[Side], with: &[Side]) -> PriceView {
    let outputs = |sides: &[Side]| sides.iter().map(|side| side.output).collect::<Vec<f64>>();
    let (one, other) = (outputs(without), outputs(with));
    let none = DifferenceView {
        without: 0.0,
        with: 0.0,
        difference: 0.0,
        low: 0.0,
        high: 0.0,
    };
    let takt = |outputs: &[f64]| {
        outputs
            .iter()
            .map(|x| horizon.0 as f64 / x)
            .collect::<Vec<f64>>()
    };
    let leaves = one.iter().chain(&other).all(|x| *x > 0.0);
    let order = |(i, open): (usize, &Open)| {
        let pairs = without.iter().zip(with);
        let both = pairs.filter_map(|(a, b)| a.finish[i].zip(b.finish[i]));
        let (a, b): (Vec<f64>, Vec<f64>) = both.map(|(a, b)| (a.0 as f64, b.0 as f64)).unzip();
        let done =
            |sides: &[Side]| sides.iter().filter(|side| side.finish[i].is_some()).count() as u32;
        OrderPrice {
            reference: open.view.reference.clone(),
            finish: difference(&a, &b),
            done_without: done(without),
            done_with: done(with),
        }
    };
    let orders = begin.open.iter().enumerate().map(order);
    PriceView {
        as_of: begin.at.now,
        horizon_us: horizon,
        n: without.len() as u32,
        output: difference(&one, &other).unwrap_or(none),
        takt_us: leaves
            .then(|| difference(&takt(&one), &takt(&other)))
            .flatten(),
        orders: orders
            .filter(|row| row.done_without + row.done_with > 0)
            .collect(),
    }
}

/// An act as the facts it becomes.
fn words(board: &Board, begin: &Begin, what: &What) -> Result<Words, Refusal> {
    let plant = board.model();
    let act = |now: OperatorAct, then: &[OperatorAct]| Words {
        now: vec![Event::Operator(now)],
        then: then.iter().map(|act| Event::Operator(*act)).collect(),
        order: None,
    };
    let order = |name: &String| {
        let unknown = || Refusal::Unknown(Reason::new("order/unknown").arg("name", name));
        let found = begin.rows.order(name);
        found.map(|(id, _)| id).ok_or_else(unknown)
    };
    let station = |name: &String| {
        let unknown = || Refusal::Unknown(Reason::new("station/unknown").arg("name", name));
        let mut all = plant.stations.pairs();
        all.find(|(_, row)| row.name == *name)
            .map(|(s, _)| s)
            .ok_or_else(unknown)
    };
    let area = |name: &String| {
        let unknown = || Refusal::Unknown(Reason::new("access/unknown").arg("name", name));
        let mut all = plant.areas.pairs();
        all.find(|(_, row)| row.name == *name)
            .map(|(a, _)| a)
            .ok_or_else(unknown)
    };
    use OperatorAct::{CancelOrder, HoldOrder, HoldStation, HoldVehicle, Prioritise, Send};
    Ok(match what {
        What::HoldOrder { order: name } => {
            let id = order(name)?;
            act(HoldOrder(id, true), &[HoldOrder(id, false)])
        }
        What::ResumeOrder { order: name } => act(HoldOrder(order(name)?, false), &[]),
        What::CancelOrder { order: name } => act(CancelOrder(order(name)?), &[]),
        What::PrioritiseOrder {
            order: name,
            priority,
        } => act(Prioritise(order(name)?, *priority), &[]),
        What::HoldVehicle { vehicle, .. } => {
            let v = board.vehicle(vehicle)?;
            act(HoldVehicle(v, true), &[HoldVehicle(v, false)])
        }
        What::ResumeVehicle { vehicle } => act(HoldVehicle(board.vehicle(vehicle)?, false), &[]),
        What::SendVehicle { vehicle, to } => {
            let v = board.vehicle(vehicle)?;
            let errand = board.errand(vehicle, to.as_ref())?;
            act(Send(v, errand), &[Send(v, None), HoldVehicle(v, false)])
        }
        What::HoldStation { station: name, .. } => {
            let s = station(name)?;
            act(HoldStation(s, true), &[HoldStation(s, false)])
        }
        What::ResumeStation { station: name } => act(HoldStation(station(name)?, false), &[]),
        What::RequestAccess { zone, .. } => Words {
            now: vec![Event::Access(area(zone)?, AccessAct::Request)],
            then: vec![Event::Access(area(zone)?, AccessAct::Withdraw)],
            order: None,
        },
        What::WithdrawAccess { zone } => Words {
            now: vec![Event::Access(area(zone)?, AccessAct::Withdraw)],
            then: Vec::new(),
            order: None,
        },
        What::ReleaseOrder(new) => {
            let newest = begin.at.core.newest_order();
            let (fact, open) = released(plant, &begin.rows, new, newest)?;
            Words {
                now: vec![fact],
                then: Vec::new(),
                order: Some(open),
            }
        }
        other => {
            let reason = Reason::new("forecast/act").arg("act", other.word());
            return Err(Refusal::Unsupported(reason));
        }
    })
}
