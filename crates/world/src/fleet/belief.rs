//! Vehicles from belief: what was reported is kept, the rest is drawn so that it agrees with the
//! silence since. Nobody has reported the end of its first edge, or of what it does, yet.

use super::*;

/// Draws before a span that is longer than believed is cut short.
const TRIES: usize = 8;

impl Fleet {
    /// Every stream from its beginning under another seed.
    pub(crate) fn reseed(&mut self, plant: &fenhe_plant::Plant, seed: Seed) {
        for v in plant.vehicles.ids() {
            let fresh = Agv::new(plant, &self.tables, v, (Time::ZERO, seed));
            let agv = &mut self.agvs[v];
            (agv.stops, agv.stop_times) = (fresh.stops, fresh.stop_times);
            (agv.transfers, agv.losses) = (fresh.transfers, fresh.losses);
            agv.delays = fresh.delays;
        }
    }

    /// All as believed at `ctx.now`. Carriers already stand on their places, decks included.
    pub fn from_belief<S: RecordSink>(ctx: &mut Ctx<'_, S>, belief: &Belief, seed: Seed) -> Fleet {
        let mut fleet = Fleet::new(ctx, seed);
        let vehicles: Vec<VehicleId> = fleet.agvs.ids().collect();
        for (v, known) in vehicles.into_iter().zip(&belief.vehicles) {
            let mut luck = seed.stream(&ctx.plant.vehicles[v].name, Purpose::Initial);
            fleet.recall(ctx, v, known, &mut luck);
            fleet.go_on(ctx, v, known.since.min(ctx.now), &mut luck);
        }
        fleet
    }

    /// What was reported and ordered.
    fn recall<S: RecordSink>(
        &mut self,
        ctx: &Ctx<'_, S>,
        v: VehicleId,
        known: &VehicleBelief,
        luck: &mut Stream,
    ) {
        let tables = &*self.tables;
        let agv = &mut self.agvs[v];
        if tables.nodes.get(known.node).is_some() {
            agv.node = known.node;
        }
        agv.axis = tables.axis_at(ctx.plant, agv.node);
        agv.revision = known.revision;
        let base = if tables.connected(agv.node, &known.base) {
            &known.base[..]
        } else {
            &[]
        };
        let hand = |&(revision, deck, place, pick): &(u32, u8, PlaceId, bool)| {
            (revision.max(1), Work::Hand { deck, place, pick })
        };
        let charge = known.charge_until.map(|until| Work::Charge { until });
        let charge = charge.map(|work| (known.revision.max(1), work));
        let works: Vec<(u32, Work)> = known.handles.iter().map(hand).chain(charge).collect();
        // Those of the base are not believed one by one. An order brings at least one edge, so
        // counted back from the works none is too high.
        let first = works
            .first()
            .map_or(known.revision, |work| work.0.saturating_sub(1));
        let mut revisions = (0..base.len() as u32).rev();
        agv.base.extend(base.iter().map(|&edge| Leg {
            edge,
            revision: first.saturating_sub(revisions.next().unwrap_or(0)).max(1),
        }));
        let at = base.len() as u64;
        for (revision, work) in works {
            match over(ctx, v, work, known.revision) {
                Some(outcome) => agv.outcomes.push_back((revision, outcome)),
                None => agv.actions.push_back(Action { at, revision, work }),
            }
        }
        let decks = ctx.plant.vehicles[v].decks.clone();
        let loaded = |place: &u32| ctx.bodies.at[PlaceId(*place)].is_some();
        agv.loads = (decks.start.0..decks.end.0).filter(loaded).count() as u8;
        // Anywhere between what was told last and the step that would have been told next.
        let told = known.permille.min(1000);
        let band = f64::from(told - told.saturating_sub(1) / battery::STEP * battery::STEP);
        let below = if known.charge_until.is_none() {
            luck.unit()
        } else {
            0.0
        };
        let permille = f64::from(told) - below * band;
        agv.charge = tables.kin[v].battery * permille / 1e3;
        agv.tells(tables.kin[v].battery);
    }

    /// It does what is first, and has done it since then.
    fn go_on<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        v: VehicleId,
        since: Time,
        luck: &mut Stream,
    ) {
        let course = Course::Stand(self.on_node(v));
        self.referee.moves(ctx, &self.tables, v, course);
        let agv = &self.agvs[v];
        if !agv.base.is_empty() {
            return self.along(ctx, v, since, luck);
        }
        let Some(action) = agv.actions.front().copied() else {
            self.stand(ctx, v);
            if let Some(waiting) = &mut self.agvs[v].waiting {
                *waiting = since;
            }
            return;
        };
        match action.work {
            Work::Charge { until } => {
                let (battery, power) = (self.tables.kin[v].battery, self.tables.charger[agv.node]);
                let wanted = battery * f64::from(until.min(1000)) / 1e3;
                let charge = agv.charge + power * (ctx.now - since).as_seconds();
                self.agvs[v].charge = charge.min(wanted.max(agv.charge));
                self.begin(ctx, v, action);
            }
            Work::Hand { place, .. } => {
                self.begin(ctx, v, action);
                let gone = ctx.now - since;
                let left = self.left_of_hand(ctx, v, place, gone, luck);
                self.until(ctx, v, ctx.now + left);
            }
        }
    }

    /// How much longer a hand-over lasts that began so long ago.
    fn left_of_hand<S: RecordSink>(
        &self,
        ctx: &Ctx<'_, S>,
        v: VehicleId,
        place: PlaceId,
        gone: Span,
        luck: &mut Stream,
    ) -> Span {
        let kind = &ctx.plant.vehicle_types[ctx.plant.vehicles[v].kind];
        if ctx
            .plant
            .places
            .get(place)
            .is_none_or(|p| p.node != Some(self.agvs[v].node))
        {
            return Span::ZERO;
        }
        for _ in 0..TRIES {
            let whole = kind.dock.draw(luck) + kind.transfer.draw(luck);
            if whole > gone {
                return whole - gone;
            }
        }
        // Not the first at this stop: somewhere in its transfer.
        Span::from_seconds_up(kind.transfer.draw(luck).as_seconds() * luck.unit())
    }

    /// Along the first edge of the base: at speed if that has not brought it to its end yet, from
    /// standing if that has not; else it was held up somewhere on it.
    fn along<S: RecordSink>(
        &mut self,
        ctx: &mut Ctx<'_, S>,
        v: VehicleId,
        since: Time,
        luck: &mut Stream,
    ) {
        let tables = &*self.tables;
        let agv = &mut self.agvs[v];
        let kin = &tables.kin[v];
        let edge = agv.base[0].edge;
        let way = &tables.ways[edge];
        let limit = way.limit.min(kin.speed);
        let exit = agv.exit_speed(tables, v);
        let fast = libm::sqrt(exit * exit + 2.0 * kin.brake * way.length).min(limit);
        let from = |since, start| Profile::new(since, start, way.length, limit, exit, kin);
        let guesses = [
            from(since, (0.0, fast)),
            from(since, (0.0, 0.0)),
            from(ctx.now, (way.length * luck.unit(), 0.0)),
        ];
        let late = |profile: &&Profile| profile.end(kin) > ctx.now;
        agv.profile = *guesses.iter().find(late).unwrap_or(&guesses[2]);
        agv.phase = Phase::Driving;
        agv.axis = way.axis;
        agv.entered = since;
        let (end, course) = (
            agv.profile.end(kin).max(ctx.now),
            Course::Drive(edge, agv.profile),
        );
        let state = if agv.loads > 0 {
            VehicleState::Loaded
        } else {
            VehicleState::Empty
        };
        self.referee.moves(ctx, &self.tables, v, course);
        self.turn_to(ctx, v, state);
        self.until(ctx, v, end);
    }
}

/// What came of a hand-over that the places show to be over though the vehicle has not been heard to say
/// so: it tells again when asked.
fn over<S>(ctx: &Ctx<'_, S>, v: VehicleId, work: Work, revision: u32) -> Option<VehicleEvent> {
    let Work::Hand { deck, place, pick } = work else {
        return None;
    };
    let decks = &ctx.plant.vehicles[v].decks;
    let on = PlaceId(decks.start.0 + u32::from(deck));
    if !decks.contains(&on) {
        return None;
    }
    match (pick, ctx.bodies.at[on], ctx.bodies.at.get(place)?) {
        (true, Some(row), None) => Some(VehicleEvent::Picked {
            deck,
            place,
            tag: Tag(u64::from(row)),
            revision,
        }),
        (false, None, Some(_)) => Some(VehicleEvent::Dropped {
            deck,
            place,
            revision,
        }),
        _ => None,
    }
}
