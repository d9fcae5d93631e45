//! Access windows, fire alarms and emergency stops in the picture. Never a safety function.

use crate::acts::{Changed, fresh};
use crate::board::{Board, Loop};
use crate::seen::Seen;
use fenhe_contract::*;
use fenhe_live::Input;
use fenhe_plant::Plant;
use fenhe_server as api;
use fenhe_server::{Actor, Feed, Item, KeeperWhy, Reason, Refusal};
use serde_json::json;
use std::collections::BTreeMap;

/// What the core does not know of access windows: who asked, and since when each is as it is.
#[derive(Clone, Default)]
pub struct People {
    windows: BTreeMap<AreaId, Window>,
}

#[derive(Clone, Default)]
struct Window {
    by: Option<String>,
    /// As it was shown last.
    shown: Option<api::AccessView>,
}

impl People {
    /// Zones and emergency-stop groups as they are now; what is news goes into the feed.
    pub fn picture(
        &mut self,
        plant: &Plant,
        feed: &Feed,
        now: Time,
        seen: &Seen,
    ) -> (Vec<api::AccessView>, Vec<api::StopView>) {
        let zones = seen.access.areas.iter().map(|area| {
            let window = self.windows.entry(area.area).or_default();
            let view = window.view(plant, now, area);
            let closed = view.state == api::AccessState::Closed && !view.fire;
            let before = window.shown.replace(view.clone());
            if before.as_ref() != Some(&view) {
                match (closed, before) {
                    (true, None) => {}
                    (true, Some(_)) => {
                        let zone = view.zone.clone();
                        feed.push(now, Item::AccessOver { zone });
                    }
                    (false, _) => {
                        feed.push(now, Item::Access(view.clone()));
                    }
                }
            }
            view
        });
        let zones = zones.collect();
        let groups = seen.access.groups.iter().map(|group| api::StopView {
            group: plant.stop_groups[group.group].name.clone(),
            state: group.state.into(),
            waiting: waiting(plant, group),
        });
        (zones, groups.collect())
    }
}

impl Window {
    fn view(
        &mut self,
        plant: &Plant,
        now: Time,
        area: &fenhe_control::AreaView,
    ) -> api::AccessView {
        let state: api::AccessState = area.state.into();
        let (mut revision, mut since) = (1, now);
        if let Some(shown) = &self.shown {
            (revision, since) = (shown.revision, shown.since);
            if shown.state != state || shown.fire != area.fire {
                (revision, since) = (revision + 1, now);
            }
        }
        if area.state == AccessState::Closed {
            self.by = None;
        }
        let keepers: Vec<api::KeeperView> = area.keepers.iter().map(|k| keeper(plant, k)).collect();
        let works = |keeper: &&api::KeeperView| keeper.why != KeeperWhy::Works;
        api::AccessView {
            zone: plant.areas[area.area].name.clone(),
            revision,
            state,
            since,
            by: self.by.clone(),
            interlock: matches!(area.state, AccessState::Permitted | AccessState::Open),
            persons: area.persons,
            fire: area.fire,
            inside: keepers.iter().filter(works).count() as u32,
            keepers,
        }
    }
}

fn keeper(plant: &Plant, keeper: &Keeper) -> api::KeeperView {
    let (source, why) = match *keeper {
        Keeper::Leaving(v) => (AlarmSource::Vehicle(v), KeeperWhy::Leaving),
        Keeper::Lost(v) => (AlarmSource::Vehicle(v), KeeperWhy::Lost),
        Keeper::Held(v) => (AlarmSource::Vehicle(v), KeeperWhy::Held),
        Keeper::Stopped(v) => (AlarmSource::Vehicle(v), KeeperWhy::Stopped),
        Keeper::Station(s) => (AlarmSource::Station(s), KeeperWhy::Works),
    };
    let object = api::alarm_object(plant, source);
    api::KeeperView { object, why }
}

fn waiting(plant: &Plant, group: &fenhe_control::StopGroupView) -> Vec<String> {
    let vehicles = group.vehicles.iter().map(|&v| AlarmSource::Vehicle(v));
    let stations = group.stations.iter().map(|&s| AlarmSource::Station(s));
    let all = vehicles.chain(stations);
    all.map(|source| api::alarm_object(plant, source)).collect()
}

impl Board {
    /// Somebody asks for an access window, or no longer wants it.
    pub fn access(
        &self,
        running: &Loop,
        who: &Actor,
        (zone, seen): (&str, u64),
        act: AccessAct,
    ) -> Result<Changed, Refusal> {
        let plant = api::Engine::plant(self);
        let mut areas = plant.areas.pairs();
        let unknown = || Refusal::Unknown(Reason::new("access/unknown").arg("name", zone));
        let found = areas.find(|(_, area)| area.name == zone);
        let (area, _) = found.ok_or_else(unknown)?;
        let row = |board: &Board| api::Engine::view(board).access.get(area.index()).cloned();
        let before = row(self).ok_or_else(unknown)?;
        fresh(before.revision, seen)?;
        let fits = match act {
            AccessAct::Request => before.state == api::AccessState::Closed,
            _ => {
                use api::AccessState::{Clear, Draining, Requested};
                matches!(before.state, Requested | Draining | Clear) && before.persons == 0
            }
        };
        if !fits {
            let reason = Reason::new("access/state").arg("name", zone);
            return Err(Refusal::Conflict(reason.arg("state", before.state.word())));
        }
        if act == AccessAct::Request {
            let by = Some(who.name.clone());
            self.people().windows.entry(area).or_default().by = by;
        }
        self.input(running, vec![Input::Fact(Event::Access(area, act))])?;
        let now = row(self).ok_or_else(unknown)?;
        Ok((now.revision, json!(before.state), json!(now.state)))
    }
}
