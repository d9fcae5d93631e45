//! Lots as the API shows them.

use super::kin::Kin;
use super::{Lot, Lots, Moved};
use crate::rows::owner;
use fenhe_contract::*;
use fenhe_plant::Plant;
use fenhe_server::lots::*;
use fenhe_server::{Reason, Refusal};
use std::collections::{BTreeMap, BTreeSet};

/// Which way a trace goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Back,
    Forth,
}

impl Lots {
    /// Lots by carrier, place and time; the newest first.
    ///
    /// # Errors
    /// There is no such place.
    pub fn list(&self, plant: &Plant, seen: Time, asked: &LotsAsked) -> Result<LotsView, Refusal> {
        if let Some(place) = &asked.place
            && !is_place(plant, place)
        {
            return Err(Refusal::Unknown(
                Reason::new("lot/place").arg("name", place).at("place"),
            ));
        }
        let of = |lot: &&Lot| {
            asked
                .carrier
                .as_ref()
                .is_none_or(|mark| mark_of(lot.tag) == *mark)
        };
        let there = |lot: &&Lot| {
            let at = asked.at.unwrap_or(seen);
            let by_time = asked.at.is_some() || asked.place.is_some();
            let stands = || {
                lot.stood(at)
                    .filter(|_| lot.emptied.is_none_or(|over| over > at))
            };
            let place = |id: PlaceId| {
                asked
                    .place
                    .as_ref()
                    .is_none_or(|name| owner(plant, id) == *name)
            };
            !by_time || stands().is_some_and(place)
        };
        let mut found: Vec<LotView> = self
            .lots
            .values()
            .rev()
            .filter(of)
            .filter(there)
            .take(LOTS_MOST + 1)
            .map(|lot| view(plant, lot))
            .collect();
        let more = found.len() > LOTS_MOST;
        found.truncate(LOTS_MOST);
        Ok(LotsView {
            seen,
            lots: found,
            more,
        })
    }

    /// A lot, its way, and its kin so many machines deep.
    ///
    /// # Errors
    /// There is none of this id.
    pub fn trace(
        &self,
        plant: &Plant,
        seen: Time,
        id: &str,
        depth: u32,
    ) -> Result<LotTrace, Refusal> {
        let unknown = || Refusal::Unknown(Reason::new("lot/unknown").arg("name", id));
        let mut all = self.lots.iter();
        let (&serial, lot) = all.find(|(_, lot)| name(lot) == id).ok_or_else(unknown)?;
        let steps = lot.steps.iter().map(|step| {
            let (what, by) = match step.what {
                Moved::Filled => (LotMoved::Filled, None),
                Moved::Stood => (LotMoved::Stood, None),
                Moved::Picked(v, transport) => (LotMoved::Picked, Some((v, transport))),
                Moved::Dropped(v, transport) => (LotMoved::Dropped, Some((v, transport))),
                Moved::Emptied => (LotMoved::Emptied, None),
            };
            LotStep {
                at: step.at,
                what,
                place: owner(plant, step.place),
                vehicle: by.map(|(v, _)| plant.vehicles[v].name.clone()),
                transport: by.and_then(|(_, transport)| Some(transport?.0)),
            }
        });
        Ok(LotTrace {
            seen,
            lot: view(plant, lot),
            steps: steps.collect(),
            back: self.generations(plant, serial, depth, Way::Back),
            forth: self.generations(plant, serial, depth, Way::Forth),
        })
    }

    fn generations(&self, plant: &Plant, of: u64, depth: u32, way: Way) -> Vec<Generation> {
        let mut all = Vec::new();
        let mut known = BTreeSet::from([of]);
        // Certain only as long as every step on the way is.
        let mut last: BTreeMap<u64, bool> = BTreeMap::from([(of, true)]);
        for depth in 1..=depth.min(LOTS_DEEP) {
            let (mut next, mut others): (BTreeMap<u64, bool>, bool) = (BTreeMap::new(), false);
            let mut through = BTreeSet::new();
            for (&lot, &sure) in &last {
                through.extend(self.machine_of(lot, way));
                let kin: Kin = match way {
                    Way::Back => self.parents(lot),
                    Way::Forth => self.children(lot),
                };
                others |= kin.others;
                for (other, certain) in kin.lots {
                    *next.entry(other).or_default() |= certain && sure;
                }
            }
            next.retain(|lot, _| known.insert(*lot));
            let rows = through.iter().map(|machine| &self.machines[*machine]);
            let stations = rows.clone().flat_map(|row| &row.stations);
            let ends: Vec<String> = rows
                .flat_map(|row| match way {
                    Way::Back => row
                        .sources
                        .iter()
                        .map(|s| plant.sources[*s].name.clone())
                        .collect::<Vec<_>>(),
                    Way::Forth => row
                        .sinks
                        .iter()
                        .map(|s| plant.sinks[*s].name.clone())
                        .collect(),
                })
                .collect();
            if through.is_empty() && !others {
                break;
            }
            let more = known.len() > LOTS_TRACED;
            let shown = next.iter().take(LOTS_TRACED).filter_map(|(lot, certain)| {
                let lot = self.lots.get(lot)?;
                Some(LotKin {
                    lot: view(plant, lot),
                    certain: *certain,
                })
            });
            all.push(Generation {
                depth,
                stations: stations.map(|s| plant.stations[*s].name.clone()).collect(),
                lots: shown.collect(),
                ends,
                others,
                more,
            });
            if next.is_empty() || more {
                break;
            }
            last = next;
        }
        all
    }

    /// What a lot came out of, or went into.
    fn machine_of(&self, lot: u64, way: Way) -> Option<usize> {
        let lot = self.lots.get(&lot)?;
        match way {
            Way::Back => lot.filled?.machine,
            Way::Forth => Some(lot.entry?.machine),
        }
    }
}

impl Lot {
    /// Where it stood at an instant; none before it was filled.
    fn stood(&self, at: Time) -> Option<PlaceId> {
        let after = self.steps.partition_point(|step| step.at <= at);
        match self.steps[..after].last() {
            Some(step) if step.deck.is_some() => step.deck,
            Some(step) => Some(step.place),
            None if self.filled.is_none() => {
                Some(self.steps.first().map_or(self.place, |step| step.place))
            }
            None => None,
        }
    }
}

fn is_place(plant: &Plant, name: &str) -> bool {
    plant.buffers.iter().any(|row| row.name == name)
        || plant.vehicles.iter().any(|row| row.name == name)
}

fn mark_of(tag: Tag) -> String {
    match tag {
        Tag::UNREAD => String::new(),
        Tag(mark) => mark.to_string(),
    }
}

/// Its carrier's mark and when it was filled.
fn name(lot: &Lot) -> String {
    let filled = lot.filled.map_or(0, |filled| filled.at.0);
    match lot.tag {
        Tag::UNREAD => format!(
            "x{}-{filled}",
            lot.filled.map_or(lot.place, |filled| filled.place).0
        ),
        Tag(mark) => format!("{mark}-{filled}"),
    }
}

fn view(plant: &Plant, lot: &Lot) -> LotView {
    LotView {
        id: name(lot),
        carrier: mark_of(lot.tag),
        product: lot
            .product
            .map(|product| plant.products[product].name.clone()),
        count: lot.count,
        filled: lot.filled.map(|filled| filled.at),
        from: lot.filled.map(|filled| owner(plant, filled.place)),
        place: owner(plant, lot.place),
        emptied: lot.emptied,
    }
}
