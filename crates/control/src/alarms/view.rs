//! What others may read of the alarms.

use super::{Alarms, rules::rule};
use fenhe_contract::*;
use fenhe_plant::Plant;
use serde::Serialize;

/// One alarm as it stands: on the operator's list, or kept from it for a stated reason.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct AlarmView<'a> {
    /// Which occurrence.
    pub id: AlarmId,
    /// What is wrong with what.
    pub point: AlarmPoint,
    /// How urgent.
    pub priority: AlarmPriority,
    /// Its state.
    pub state: AlarmState,
    /// It is wrong now.
    pub wrong: bool,
    /// When it became an alarm; the epoch, if it never was (a point out of service).
    pub raised: Time,
    /// When its state changed last.
    pub changed: Time,
    /// Until when and why it is shelved.
    pub shelved: Option<(Time, ShelveWhy)>,
    /// The alarm that explains it.
    pub cause: Option<AlarmId>,
    /// Who waits because of it, in order.
    pub affected: &'a [AlarmSource],
}

impl Alarms {
    /// What was told from outside to be wrong and not yet to be over, in alarm or not.
    pub fn troubles(&self) -> impl Iterator<Item = Trouble> + '_ {
        let told = self.points.iter().filter(|(_, point)| point.told);
        told.filter_map(|(key, _)| match (key.code, key.source) {
            (AlarmCode::JournalSlow, _) => Some(Trouble::JournalSlow),
            (AlarmCode::JournalFull, _) => Some(Trouble::JournalFull),
            (AlarmCode::BrokerLost, _) => Some(Trouble::BrokerLost),
            (AlarmCode::ClockJump, _) => Some(Trouble::ClockJump),
            (AlarmCode::Isolated, AlarmSource::Vehicle(v)) => Some(Trouble::Isolated(v)),
            (AlarmCode::LinkLost, AlarmSource::Station(s)) => Some(Trouble::StationLost(s)),
            (AlarmCode::LoadInDoubt, source) => Some(Trouble::LoadInDoubt(source)),
            (AlarmCode::Diverged, source) => Some(Trouble::Diverged(source)),
            (AlarmCode::PromiseAtRisk, AlarmSource::Order(o)) => Some(Trouble::PromiseAtRisk(o)),
            _ => None,
        })
    }

    /// All alarms, in order of their points.
    pub fn views<'a>(&'a self, plant: &'a Plant) -> impl Iterator<Item = AlarmView<'a>> {
        let points = self.points.iter().filter(|(_, point)| point.id.0 > 0);
        points.map(|(&key, point)| AlarmView {
            id: point.id,
            point: key,
            priority: rule(plant, key.code).priority,
            state: point.state(),
            wrong: point.on,
            raised: point.raised,
            changed: point.changed,
            shelved: point.shelved,
            cause: Some(point.cause).filter(|cause| cause.0 > 0),
            affected: &point.affected,
        })
    }
}
