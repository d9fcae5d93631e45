//! The outcome of a study: what `fenhe simulate --json` writes.

use crate::*;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_plant::Plant;
use serde::Serialize;
use std::sync::Arc;

/// Everything a study found out. Not-a-number (an interval of one observation, say) is `null` in JSON.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Outcome {
    /// Name of the plant.
    pub plant: String,
    /// Of the study.
    pub seed: u64,
    /// Independent runs.
    pub replications: u32,
    /// Measured time of each [s], after the warm-up.
    pub horizon_s: f64,
    /// Left out at the start of each [s].
    pub warm_up_s: f64,
    /// "given", "mser-5", or "mser-5 undecided" (the runs were too short; half of the horizon was left out).
    pub warm_up_from: &'static str,
    /// What the intervals are made from: "replications", or "batches" of a single one.
    pub observations: &'static str,
    /// Events of the world that were handled, all replications.
    pub events: u64,
    /// Facts that control was told, all replications.
    pub facts: u64,
    /// Processor time of the process [s].
    pub cpu_s: f64,
    /// Simulated seconds (warm-up included) x replications / processor time.
    pub real_time_factor: f64,
    /// Hash of control and world of all replications in order, in hexadecimal.
    pub digest: String,
    /// What the referee saw.
    pub referee: RefereeRow,
    /// Lines in order of the plant.
    pub lines: Vec<LineRow>,
    /// Products in order of the plant.
    pub products: Vec<ProductRow>,
    /// Mean number of pieces in the plant.
    pub work_in_progress: Stat,
    /// The same over time.
    pub work_in_progress_over_time: SeriesRow,
    /// Stations in order of the plant.
    pub stations: Vec<StationRow>,
    /// Buffers in order of the plant.
    pub buffers: Vec<BufferRow>,
    /// Vehicle types in order of the plant.
    pub fleet: Vec<FleetRow>,
    /// From a load being ready to its transport being done [s].
    pub transport_time_s: Stat,
    /// From a load being ready to a vehicle being chosen [s].
    pub transport_wait_s: Stat,
    /// Of all transports of all windows.
    pub transport_time: Spread,
    /// Waits that were longer than allowed, one row per operation that had any.
    pub queue_excesses: Vec<ExcessRow>,
    /// Edges of the tracks that were used.
    pub edges: Vec<EdgeRow>,
    /// What limits the plant.
    pub bottleneck: Option<Bottleneck>,
}

impl Outcome {
    /// As JSON text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("an outcome is plain data")
    }
    /// Without what depends on the machine: the same bytes for any number of threads.
    #[must_use]
    pub fn timeless(mut self) -> Outcome {
        (self.cpu_s, self.real_time_factor) = (0.0, 0.0);
        self
    }
}

impl Study {
    /// Runs the study with Fenhe's own decision core.
    ///
    /// # Errors
    /// [`PingPong`] if control and plant answered each other without end.
    pub fn run(&self, plant: &Arc<Plant>, progress: Progress<'_>) -> Result<Outcome, PingPong> {
        self.run_with(plant, &Controller::new, progress)
    }

    /// Runs the study and also gives the good pieces an hour of each observation, for comparing
    /// variants in pairs.
    ///
    /// # Errors
    /// [`PingPong`] if control and plant answered each other without end.
    pub fn run_rated(
        &self,
        plant: &Arc<Plant>,
        progress: Progress<'_>,
    ) -> Result<(Outcome, Vec<f64>), PingPong> {
        let (outcome, runs) = self.run_all(plant, &Controller::new, progress)?;
        let samples = runs.iter().flat_map(|run| &run.samples);
        let rate = |s: &Sample| s.left.iter().sum::<u64>() as f64 / s.seconds() * 3600.0;
        Ok((outcome, samples.map(rate).collect()))
    }

    /// Runs the study with any decision core.
    ///
    /// # Errors
    /// [`PingPong`] if control and plant answered each other without end.
    pub fn run_with<D: Decide + Send>(
        &self,
        plant: &Arc<Plant>,
        make: &impl MakeCore<D>,
        progress: Progress<'_>,
    ) -> Result<Outcome, PingPong> {
        Ok(self.run_all(plant, make, progress)?.0)
    }

    fn run_all<D: Decide + Send>(
        &self,
        plant: &Arc<Plant>,
        make: &impl MakeCore<D>,
        progress: Progress<'_>,
    ) -> Result<(Outcome, Vec<Replication>), PingPong> {
        let started = cpu_time::ProcessTime::now();
        let (warm_up, from) = match self.warm_up {
            WarmUp::Given(span) => (span, "given"),
            WarmUp::Auto => match find_warm_up(plant, self, make, progress)? {
                Some(span) => (span, "mser-5"),
                None => (Span(self.horizon.0 / 2), "mser-5 undecided"),
            },
        };
        let cut = self.cut(warm_up);
        let runs = replicate(plant, self, &cut, make, progress)?;
        let mut outcome = outcome(plant, self, &cut, &runs);
        outcome.warm_up_from = from;
        outcome.cpu_s = started.elapsed().as_secs_f64();
        let simulated = (outcome.horizon_s + outcome.warm_up_s) * f64::from(self.replications);
        outcome.real_time_factor = simulated / outcome.cpu_s;
        Ok((outcome, runs))
    }
}

/// Joins replications, in their order.
pub fn outcome(plant: &Plant, study: &Study, cut: &Cut, runs: &[Replication]) -> Outcome {
    let samples: Vec<&Sample> = runs.iter().flat_map(|run| &run.samples).collect();
    let of = Estimator {
        plant,
        samples: &samples,
        horizon_s: cut.horizon.as_seconds(),
    };
    let digest = runs
        .iter()
        .fold(Digest::EMPTY, |d, r| d.with(r.control.0).with(r.world.0));
    Outcome {
        plant: plant.name.clone(),
        seed: study.seed.0,
        replications: study.replications,
        horizon_s: cut.horizon.as_seconds(),
        warm_up_s: cut.warm_up.as_seconds(),
        warm_up_from: "given",
        observations: if cut.windows > 1 {
            "batches"
        } else {
            "replications"
        },
        events: runs.iter().map(|run| run.events).sum(),
        facts: runs.iter().map(|run| run.facts).sum(),
        cpu_s: 0.0,
        real_time_factor: 0.0,
        digest: digest.to_string(),
        referee: referee(runs),
        lines: plant.lines.ids().map(|id| of.line(id)).collect(),
        products: plant.products.ids().map(|id| of.product(id)).collect(),
        work_in_progress: of.stat(|s| s.mean(s.pieces)),
        work_in_progress_over_time: series(cut, runs),
        stations: plant.stations.ids().map(|id| of.station(id)).collect(),
        buffers: plant.buffers.ids().map(|id| of.buffer(id)).collect(),
        fleet: plant.vehicle_types.ids().map(|id| of.fleet(id)).collect(),
        transport_time_s: of.mean_span(|s| &s.transports),
        transport_wait_s: of.stat(|s| s.unassigned.as_seconds() / s.transports.count() as f64),
        transport_time: Spread::of(&merged(samples.iter().map(|s| &s.transports))),
        queue_excesses: plant
            .operations
            .ids()
            .filter_map(|id| of.excess(id))
            .collect(),
        edges: plant
            .tracks
            .edges
            .ids()
            .filter_map(|id| of.edge(id))
            .collect(),
        bottleneck: bottleneck(plant, &samples),
    }
}

fn merged<'a>(spans: impl Iterator<Item = &'a Spans>) -> Spans {
    let mut all = Spans::new();
    spans.for_each(|one| all.merge(one));
    all
}

fn referee(runs: &[Replication]) -> RefereeRow {
    let mut row = RefereeRow {
        violations: 0,
        first: Vec::new(),
    };
    for (replication, run) in (0..).zip(runs) {
        // Breaches run on through the windows of a replication: the last window has them all.
        let Some(last) = run.samples.last() else {
            continue;
        };
        row.violations += last.breaches;
        let first = last.first_breaches.iter();
        row.first.extend(first.map(|&(at, what)| ViolationRow {
            replication,
            at_s: at.as_seconds(),
            what,
        }));
    }
    row
}

fn series(cut: &Cut, runs: &[Replication]) -> SeriesRow {
    let points = runs.iter().map(|run| run.series.len()).min().unwrap_or(0);
    let at = |i: usize| runs.iter().map(move |run| run.series[i]);
    let n = runs.len().max(1) as f64;
    SeriesRow {
        interval_s: cut.interval.as_seconds(),
        mean: (0..points).map(|i| at(i).sum::<f64>() / n).collect(),
        low: (0..points)
            .map(|i| at(i).fold(f64::INFINITY, f64::min))
            .collect(),
        high: (0..points)
            .map(|i| at(i).fold(f64::NEG_INFINITY, f64::max))
            .collect(),
    }
}

struct Estimator<'a> {
    plant: &'a Plant,
    samples: &'a [&'a Sample],
    horizon_s: f64,
}

impl Estimator<'_> {
    fn stat(&self, value: impl Fn(&Sample) -> f64) -> Stat {
        Stat::of(&self.samples.iter().map(|s| value(s)).collect::<Vec<_>>())
    }

    /// Of something counted: how much over the whole measured time of a replication.
    fn total(&self, count: impl Fn(&Sample) -> u64) -> Stat {
        self.stat(|s| count(s) as f64 * (self.horizon_s / s.seconds()))
    }

    /// Time over something counted, as a ratio estimator: its mean is all time over all counts, its
    /// spread that of the linearised observations (delta method; Law, Simulation Modeling and
    /// Analysis, 5th ed., 4.4). An observation without any count does no harm.
    fn time_per(&self, count: impl Fn(&Sample) -> u64) -> Stat {
        let seconds: f64 = self.samples.iter().map(|s| s.seconds()).sum();
        let counts: f64 = self.samples.iter().map(|s| count(s) as f64).sum();
        let ratio = seconds / counts;
        let mean = counts / self.samples.len() as f64;
        self.stat(|s| ratio + (s.seconds() - ratio * count(s) as f64) / mean)
    }

    /// Mean of spans. Where an observation has none at all, as a ratio estimator, so that the others
    /// still tell something.
    fn mean_span(&self, spans: impl Fn(&Sample) -> &Spans) -> Stat {
        if self.samples.iter().all(|s| spans(s).count() > 0) {
            return self.stat(|s| spans(s).mean());
        }
        let sum = |s: &Sample| spans(s).sum().as_seconds();
        let count = |s: &Sample| spans(s).count() as f64;
        let counts: f64 = self.samples.iter().map(|s| count(s)).sum();
        let ratio = self.samples.iter().map(|s| sum(s)).sum::<f64>() / counts;
        let mean = counts / self.samples.len() as f64;
        self.stat(|s| ratio + (sum(s) - ratio * count(s)) / mean)
    }

    fn mean_shares(&self, shares_of: impl Fn(&Sample) -> [f64; 7]) -> [f64; 7] {
        let mut mean = [0.0; 7];
        for sample in self.samples {
            let shares = shares_of(sample);
            mean.iter_mut()
                .zip(shares)
                .for_each(|(m, s)| *m += s / self.samples.len() as f64);
        }
        mean
    }

    fn line(&self, id: LineId) -> LineRow {
        let plant = self.plant;
        let left = |s: &Sample| {
            let sinks = plant
                .sinks
                .pairs()
                .filter(|(_, sink)| sink.line == Some(id));
            sinks.map(|(sink, _)| s.left[sink]).sum::<u64>()
        };
        let scrap = |s: &Sample| {
            let stations = plant.stations.pairs().filter(|(_, st)| st.line == Some(id));
            stations
                .map(|(station, _)| s.stations[station].scrap)
                .sum::<u64>()
        };
        LineRow {
            id: plant.lines[id].name.clone(),
            output_per_hour: self.stat(|s| left(s) as f64 / s.seconds() * 3600.0),
            takt_s: self.time_per(left),
            takt_target_s: plant.lines[id].takt_target.map(Span::as_seconds),
            scrap: self.total(scrap),
        }
    }

    fn product(&self, id: ProductId) -> ProductRow {
        ProductRow {
            id: self.plant.products[id].name.clone(),
            output: self.total(|s| s.products[id].cycle.count()),
            cycle_time_s: self.mean_span(|s| &s.products[id].cycle),
            scrap: self.total(|s| s.products[id].scrap),
            cycle_time: Spread::of(&merged(self.samples.iter().map(|s| &s.products[id].cycle))),
        }
    }

    fn station(&self, id: StationId) -> StationRow {
        let station = &self.plant.stations[id];
        let execute = UnitState::Execute as usize;
        let done = |s: &Sample| {
            let row = &s.stations[id];
            (row.good + row.scrap + row.rework) as f64
        };
        StationRow {
            id: station.name.clone(),
            line: station.line.map(|line| self.plant.lines[line].name.clone()),
            servers: self.samples.first().map_or(0, |s| s.stations[id].servers),
            utilisation: self.stat(|s| s.shares(id)[execute]),
            states: self.mean_shares(|s| s.shares(id)).into(),
            oee: oee(self.plant, id, self.samples),
            good_per_hour: self.stat(|s| s.stations[id].good as f64 / s.seconds() * 3600.0),
            scrap: self.total(|s| s.stations[id].scrap),
            rework: self.total(|s| s.stations[id].rework),
            process_time_s: self.stat(|s| s.stations[id].processing.as_seconds() / done(s)),
        }
    }

    fn buffer(&self, id: BufferId) -> BufferRow {
        BufferRow {
            id: self.plant.buffers[id].name.clone(),
            level: self.stat(|s| s.mean(s.buffers[id].level)),
            wait_s: self.stat(|s| s.buffers[id].level as f64 / 1e6 / s.buffers[id].came as f64),
            most: self
                .samples
                .iter()
                .map(|s| s.buffers[id].most)
                .max()
                .unwrap_or(0),
        }
    }

    fn fleet(&self, id: VehicleTypeId) -> FleetRow {
        use VehicleState::{Empty, Handling, Loaded, Waiting};
        let busy = [Empty, Loaded, Waiting, Handling];
        let shares_of = |s: &Sample| shares(&s.vehicles[id].states);
        FleetRow {
            kind: self.plant.vehicle_types[id].name.clone(),
            vehicles: self.samples.first().map_or(0, |s| s.vehicles[id].vehicles),
            transports_per_hour: self.stat(|s| s.vehicles[id].drops as f64 / s.seconds() * 3600.0),
            pieces_per_hour: self.stat(|s| s.vehicles[id].pieces as f64 / s.seconds() * 3600.0),
            utilisation: self.stat(|s| busy.iter().map(|&b| shares_of(s)[b as usize]).sum()),
            states: self.mean_shares(shares_of).into(),
        }
    }

    fn excess(&self, id: OperationId) -> Option<ExcessRow> {
        let rows = || self.samples.iter().map(|s| s.excesses[id]);
        let count: u64 = rows().map(|row| row.count).sum();
        (count > 0).then(|| ExcessRow {
            operation: self.plant.operations[id].clone(),
            pieces: self.total(|s| s.excesses[id].count),
            mean_s: rows().map(|row| row.sum.as_seconds()).sum::<f64>() / count as f64,
            max_s: rows().map(|row| row.max.as_seconds()).fold(0.0, f64::max),
        })
    }

    fn edge(&self, id: EdgeId) -> Option<EdgeRow> {
        let passes: u64 = self.samples.iter().map(|s| s.edges[id].passes).sum();
        let waited: f64 = self
            .samples
            .iter()
            .map(|s| s.edges[id].waited.as_seconds())
            .sum();
        let seconds: f64 = self.samples.iter().map(|s| s.seconds()).sum();
        (passes > 0).then(|| EdgeRow {
            id: self.plant.tracks.edges[id].name.clone(),
            passes_per_hour: passes as f64 / seconds * 3600.0,
            waiting: waited / seconds,
        })
    }
}
