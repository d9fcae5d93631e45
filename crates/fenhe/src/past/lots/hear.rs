//! What facts tell of lots.

use super::*;

impl Lots {
    /// Facts of one instant, and what was decided on them.
    pub fn hear(&mut self, plant: &Plant, now: Time, (facts, records): (&[Event], &[Record])) {
        self.now = now;
        for fact in facts {
            match *fact {
                Event::Place(place, event) => self.place(plant, now, (place, event)),
                Event::Vehicle(
                    v,
                    VehicleEvent::Picked {
                        deck, place, tag, ..
                    },
                ) => {
                    self.picked(plant, now, (v, deck, place, tag));
                }
                Event::Vehicle(v, VehicleEvent::Dropped { deck, place, .. }) => {
                    self.dropped(plant, now, (v, deck, place));
                }
                Event::Station(station, StationEvent::State(state)) => {
                    self.state(station, now, state)
                }
                Event::Sink(sink, count) => {
                    let of = |machine: &Machine| machine.sinks.contains(&sink);
                    if let Some(machine) = self.machines.iter().position(of) {
                        self.flows[machine].out += u64::from(count.good);
                    }
                }
                _ => {}
            }
        }
        for record in records {
            if let Record::Transport {
                transport,
                vehicle,
                from,
                ..
            } = *record
            {
                self.told.insert((vehicle, from), transport);
            }
        }
    }

    fn place(&mut self, plant: &Plant, now: Time, (place, event): (PlaceId, PlaceEvent)) {
        match event {
            PlaceEvent::Occupied(tag) => {
                if let Some(id) = self.find(tag, place)
                    && self.at.get(&place) != Some(&id)
                {
                    self.step(id, now, (place, Moved::Stood));
                    self.put(plant, id, place, now);
                }
            }
            PlaceEvent::Freed => {}
            PlaceEvent::Emptied(tag) => self.emptied(plant, now, (place, tag)),
            PlaceEvent::Filled {
                tag,
                count,
                product,
            } => {
                self.filled(plant, now, (place, tag), (count, product));
            }
        }
    }

    fn filled(
        &mut self,
        plant: &Plant,
        now: Time,
        (place, tag): (PlaceId, Tag),
        (count, product): (u16, ProductId),
    ) {
        if let Some(old) = self.find(tag, place) {
            self.close(old);
        }
        let port = buffer(plant, place);
        let machine = port.and_then(|port| self.of.get(&port).copied());
        let (mut before, mut after, mut inside) = (0, 0, 0);
        if let (Some(machine), Some(port)) = (machine, port) {
            let (flow, port) = (
                &mut self.flows[machine],
                self.ports.entry(port).or_default(),
            );
            (before, inside) = port.last;
            flow.out += u64::from(count);
            after = flow.out;
            port.last = (flow.out, flow.emptied);
        }
        let id = self.add(Lot {
            tag,
            product: Some(product),
            count,
            filled: Some(Filled {
                at: now,
                place,
                machine,
                before,
                after,
                inside,
            }),
            steps: vec![Step {
                at: now,
                place,
                what: Moved::Filled,
                deck: None,
            }],
            place,
            entry: None,
            emptied: None,
        });
        self.at.insert(place, id);
        if let Some(machine) = machine {
            self.flows[machine].fills.push(id);
        }
    }

    fn emptied(&mut self, plant: &Plant, now: Time, (place, tag): (PlaceId, Tag)) {
        let Some(port) = buffer(plant, place) else {
            return;
        };
        let Some(machine) = self.of.get(&port).copied() else {
            return;
        };
        let Some(id) = self.find(tag, place) else {
            if let BufferKind::Unload { carrier, .. } = plant.buffers[port].kind {
                self.flows[machine].loose += u64::from(plant.carriers[carrier].capacity);
            }
            return;
        };
        self.put(plant, id, place, now);
        self.step(id, now, (place, Moved::Emptied));
        if let Some(lot) = self.lots.get_mut(&id) {
            lot.emptied = Some(now);
            self.flows[machine].emptied += u64::from(lot.count);
            let entry = lot.entry.and_then(|entry| {
                self.ports
                    .get_mut(&entry.port)?
                    .entries
                    .get_mut(entry.number)
            });
            if let Some(stay) = entry {
                stay.done = Some(now);
            }
        }
        self.close(id);
    }

    fn picked(
        &mut self,
        plant: &Plant,
        now: Time,
        (v, deck, place, tag): (VehicleId, u8, PlaceId, Tag),
    ) {
        let Some(on) = on_deck(plant, v, deck) else {
            return;
        };
        let Some(id) = self.find(tag, place) else {
            return;
        };
        if self.at.get(&on) == Some(&id) {
            return;
        }
        let transport = self.told.get(&(v, place)).copied();
        self.step(id, now, (place, Moved::Picked(v, transport)));
        if let Some(step) = self.lots.get_mut(&id).and_then(|lot| lot.steps.last_mut()) {
            step.deck = Some(on);
        }
        self.put(plant, id, on, now);
    }

    fn dropped(&mut self, plant: &Plant, now: Time, (v, deck, place): (VehicleId, u8, PlaceId)) {
        let Some(on) = on_deck(plant, v, deck) else {
            return;
        };
        let carried = self.at.get(&on).copied();
        // The port may have told it before.
        let there = self.at.get(&place).copied();
        let Some(id) = carried.or(there) else { return };
        let Some(lot) = self.lots.get_mut(&id) else {
            return;
        };
        let picked = lot.steps.iter().rev().find_map(|step| match step.what {
            Moved::Picked(by, transport) => Some((by, transport)),
            _ => None,
        });
        let Some((by, transport)) = picked.filter(|(by, _)| *by == v) else {
            return;
        };
        match lot.steps.last_mut() {
            Some(step) if step.what == Moved::Stood && step.place == place => {
                step.what = Moved::Dropped(by, transport);
            }
            Some(step) if matches!(step.what, Moved::Picked(..)) => {
                self.step(id, now, (place, Moved::Dropped(by, transport)));
                self.put(plant, id, place, now);
            }
            _ => {}
        }
    }
}
