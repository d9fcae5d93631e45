//! A core with its picture, carried forward by facts: the same code that makes the live picture and feed, fed from
//! the journal or from a path of a forecast.

use super::reel::Start;
use crate::people::People;
use crate::rows::Rows;
use crate::seen::Seen;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::Plant;
use fenhe_server as api;
use fenhe_server::{Feed, View};
use std::sync::Arc;

/// A core with its picture at an instant.
#[derive(Clone)]
pub struct Picture {
    plant: Arc<Plant>,
    pub core: Controller,
    pub rows: Rows,
    people: People,
    mode: api::Mode,
    looked: Time,
    /// How often it is looked at, in the plant's time.
    every: Span,
}

/// What a step led to; kept from step to step.
#[derive(Default)]
pub struct Step {
    pub facts: Vec<Event>,
    pub decided: Commands,
    each: Commands,
}

impl Picture {
    /// Of a core that nobody has looked at before; `rows` know what does not change.
    pub fn believed(
        plant: &Arc<Plant>,
        start: Start,
        mut rows: Rows,
        how: (api::Mode, Span),
    ) -> Picture {
        rows.believe(plant, &start.core, start.now);
        if let Some(ledger) = start.ledger {
            rows.ledger = ledger;
        }
        Picture::at(plant, (start.core, rows, People::default()), how)
    }

    /// Of a core with its picture.
    pub fn at(
        plant: &Arc<Plant>,
        (core, rows, people): (Controller, Rows, People),
        (mode, every): (api::Mode, Span),
    ) -> Picture {
        Picture {
            plant: plant.clone(),
            core,
            looked: rows.now,
            rows,
            people,
            mode,
            every,
        }
    }

    /// Facts of one instant, together as the main loop takes them. Looks before them if it is time to.
    pub fn step(&mut self, feed: &Feed, now: Time, step: &mut Step) {
        if now - self.looked > self.every {
            self.look(feed);
            self.looked = now;
        }
        step.decided.clear();
        for fact in &step.facts {
            step.each.clear();
            self.core.handle(now, fact, &mut step.each);
            step.decided.append(&step.each);
        }
        let told = (&*step.facts, &step.decided);
        self.rows.hear(&self.plant, feed, now, told);
    }

    /// What only a look shows.
    pub fn look(&mut self, feed: &Feed) -> (Seen, Vec<api::AccessView>, Vec<api::StopView>) {
        let seen = Seen::of_core(&self.plant, &self.core);
        self.rows.seen(&self.plant, feed, &seen);
        let now = self.rows.now;
        let (access, stops) = self.people.picture(&self.plant, feed, now, &seen);
        (seen, access, stops)
    }

    /// The picture as the API shows it, at an instant no earlier than the last fact. Nothing can be done to it:
    /// every revision is 0.
    pub fn view(&mut self, at: Time) -> View {
        let (seen, access, stops) = self.look(&Feed::new(1, 1));
        let mut view = self.rows.view(&self.plant, self.mode, 0);
        (view.time, view.utc) = (at, crate::rows::utc(&self.plant, at));
        (view.digest, view.alarms) = (seen.digest.to_string(), seen.alarms);
        (view.access, view.stops) = (access, stops);
        unrevised(&mut view);
        view
    }
}

fn unrevised(view: &mut View) {
    view.revision = 0;
    view.stations.iter_mut().for_each(|row| row.revision = 0);
    view.vehicles.iter_mut().for_each(|row| row.revision = 0);
    view.transports.iter_mut().for_each(|row| row.revision = 0);
    view.orders.iter_mut().for_each(|row| row.revision = 0);
    view.alarms.iter_mut().for_each(|row| row.revision = 0);
    view.access.iter_mut().for_each(|row| row.revision = 0);
}
