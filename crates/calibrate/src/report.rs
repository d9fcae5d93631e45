//! What was gathered to fits, element by element.

use crate::calibrate::{Calibration, Gathered, Missing};
use crate::figure::{Element, Figure, Subject, Value};
use crate::fit::{Deviation, Fit, Options, deviation, fit};
use crate::law::mean_of;
use crate::sample::Lasting;
use crate::sight::Unseen;
use crate::special::{normal_quantile, student_quantile};
use crate::stops::PIECE;
use crate::watch::Watch;
use fenhe_contract::*;
use fenhe_plant::*;
use std::collections::BTreeSet;

/// A record taken apart.
pub(crate) struct Report<'a> {
    pub plant: &'a Plant,
    pub watch: &'a Watch,
    pub gathered: Gathered,
    pub period: (Time, Time),
    pub options: &'a Options,
}

type Row = Result<Fit, Missing>;

impl Report<'_> {
    pub fn whole(self) -> Calibration {
        let mut rows: Vec<Row> = Vec::new();
        for id in self.plant.stations.ids() {
            self.station(id, &mut rows);
        }
        let kinds: BTreeSet<VehicleTypeId> = self.plant.vehicles.iter().map(|v| v.kind).collect();
        for id in kinds {
            self.vehicle_type(id, &mut rows);
        }
        let mut calibration = Calibration {
            period: self.period,
            fits: Vec::new(),
            missing: Vec::new(),
        };
        for row in rows {
            match row {
                Ok(fit) => calibration.fits.push(fit),
                Err(missing) => calibration.missing.push(missing),
            }
        }
        calibration
    }

    fn station(&self, id: StationId, rows: &mut Vec<Row>) {
        let (station, sight) = (&self.plant.stations[id], &self.watch.sights[id]);
        let of = |figure| Subject::station(id, figure);
        match (sight.process, sight.by_product) {
            (Ok(()), true) => {
                let before = rows.len();
                for product in self.plant.products.ids() {
                    let subject = of(Figure::Process(Some(product)));
                    if !self.gathered.of(subject).is_empty() {
                        rows.push(self.fit(subject));
                    }
                }
                if rows.len() == before {
                    let missing = self.missing(of(Figure::Process(None)), Unseen::ProductUnseen);
                    rows.push(Err(missing));
                }
            }
            (seen, _) => rows.push(self.if_seen(seen, of(Figure::Process(None)))),
        }
        for mode in 0..station.failures.len() as u8 {
            rows.push(self.if_seen(sight.every, of(Figure::Every(mode))));
            rows.push(self.if_seen(sight.repair, of(Figure::Repair(mode))));
        }
        if matches!(station.reports, Reports::Counter { .. }) {
            let rate = self.rate(id);
            rows.push(rate.ok_or_else(|| self.missing(of(Figure::Rate), Unseen::TooFew)));
        }
    }

    fn if_seen(&self, seen: Result<(), Unseen>, subject: Subject) -> Row {
        seen.map_err(|why| self.missing(subject, why))?;
        self.fit(subject)
    }

    fn missing(&self, subject: Subject, why: Unseen) -> Missing {
        let exact = self.gathered.of(subject).iter().filter(|o| o.is_exact());
        let element = subject.name(self.plant).to_string();
        Missing {
            subject,
            element,
            why,
            n: exact.count() as u32,
        }
    }

    fn fit(&self, subject: Subject) -> Row {
        let model = subject.model(self.plant);
        let pieces = subject.counts_pieces(self.plant);
        let scale = |dist: Dist, by: fn(i64) -> i64| if pieces { scaled(dist, by) } else { dist };
        let scaled_model = model.map(|dist| scale(dist, |us| us.saturating_mul(PIECE)));
        let name = subject.name(self.plant);
        let observed = self.gathered.of(subject);
        let found = fit(
            subject,
            name,
            observed,
            self.period,
            scaled_model,
            self.options,
        );
        let mut found = found.ok_or_else(|| self.missing(subject, Unseen::TooFew))?;
        found.model = model.map(Value::Lasting);
        if let Value::Lasting(dist) = found.value {
            found.value = Value::Lasting(scale(dist, |us| (us + PIECE / 2) / PIECE));
        }
        Ok(found)
    }

    fn vehicle_type(&self, id: VehicleTypeId, rows: &mut Vec<Row>) {
        let of = |figure| Subject {
            element: Element::VehicleType(id),
            figure,
        };
        let kind = &self.plant.vehicle_types[id];
        let followers = steady(self.gathered.of(of(Figure::Transfer)));
        let transfer = fit(
            of(Figure::Transfer),
            &kind.name,
            &followers,
            self.period,
            Some(kind.transfer),
            self.options,
        );
        let transfer = transfer.ok_or_else(|| self.missing(of(Figure::Transfer), Unseen::TooFew));
        let constant = transfer.as_ref().ok().and_then(|fit| match fit.value {
            Value::Lasting(Dist::Constant(span)) => Some(span),
            _ => None,
        });
        let first = &steady(self.gathered.of(of(Figure::HandOver)));
        rows.push(transfer);
        if let Some(transfer) = constant {
            let less = |span: Span| {
                if span == Span::MAX {
                    span
                } else {
                    (span - transfer).max(Span::ZERO)
                }
            };
            let docks: Vec<Lasting> = first
                .iter()
                .map(|o| Lasting {
                    low: less(o.low),
                    high: less(o.high),
                })
                .collect();
            let found = fit(
                of(Figure::Dock),
                &kind.name,
                &docks,
                self.period,
                Some(kind.dock),
                self.options,
            );
            rows.push(found.ok_or_else(|| self.missing(of(Figure::Dock), Unseen::TooFew)));
        } else {
            let both = mean_of(&kind.dock) + mean_of(&kind.transfer);
            let model = Dist::Constant(Span::from_seconds_up(both));
            let found = fit(
                of(Figure::HandOver),
                &kind.name,
                first,
                self.period,
                Some(model),
                self.options,
            );
            rows.push(found.ok_or_else(|| self.missing(of(Figure::HandOver), Unseen::TooFew)));
            rows.push(Err(self.missing(of(Figure::Dock), Unseen::DockUnseen)));
        }
        let speed = self.speed(id);
        rows.push(speed.ok_or_else(|| self.missing(of(Figure::Speed), Unseen::NoCruise)));
    }

    /// The median of paces driven steadily, its interval by order statistics: a vehicle held up by others is slower,
    /// never faster.
    fn speed(&self, id: VehicleTypeId) -> Option<Fit> {
        let subject = Subject {
            element: Element::VehicleType(id),
            figure: Figure::Speed,
        };
        let kind = &self.plant.vehicle_types[id];
        let paces = self.gathered.of(subject).iter().map(|o| o.low.as_seconds());
        let mut paces: Vec<f64> = paces.filter(|pace| *pace > 0.0).collect();
        paces.sort_by(f64::total_cmp);
        let n = paces.len();
        if n < self.options.least as usize {
            return None;
        }
        let z = normal_quantile(0.5 + self.options.confidence / 2.0);
        let half = (z * libm::sqrt(n as f64) / 2.0) as usize + 1;
        let at = |i: usize| 1.0 / paces[i.min(n - 1)];
        let mean = (
            at(n / 2),
            at(n / 2 + half),
            at((n / 2).saturating_sub(half)),
        );
        // What is told to the microsecond and the millimetre is no closer than this.
        let error = (libm::log(mean.2 / mean.1) / (2.0 * z)).max(1e-4);
        let model = kind.speed.0 as f64 / 1e3;
        Some(Fit {
            subject,
            element: kind.name.clone(),
            n: n as u32,
            censored: 0,
            period: self.period,
            value: Value::Speed(Speed(libm::round(mean.0 * 1e3) as i64)),
            goodness: None,
            mean,
            model: Some(Value::Speed(kind.speed)),
            drift: Some(deviation(mean, error, model, self.options)),
        })
    }

    /// Mean time between pieces while the station was up, from its counts: a ratio of sums with its error over 20 parts
    /// (Cochran, Sampling Techniques, 6.4). The model says only how short it can be.
    fn rate(&self, id: StationId) -> Option<Fit> {
        const PARTS: usize = 20;
        let rows = self.gathered.counts.get(&id)?;
        let steps = rows.len().checked_sub(1).filter(|steps| *steps >= PARTS)?;
        let row = |part: usize| rows[part * steps / PARTS];
        let (time, count) = (row(PARTS).0 - row(0).0, row(PARTS).1 - row(0).1);
        if time <= 0 || count == 0 {
            return None;
        }
        let rate = count as f64 / time as f64 * 1e6;
        let off = |part: usize| {
            let (from, to) = (row(part), row(part + 1));
            (to.1 - from.1) as f64 - rate * (to.0 - from.0) as f64 / 1e6
        };
        let squares: f64 = (0..PARTS).map(off).map(|x| x * x).sum();
        let error = libm::sqrt(squares * PARTS as f64 / (PARTS - 1) as f64) / count as f64;
        let mean = 1.0 / rate;
        let t = student_quantile(0.5 + self.options.confidence / 2.0, (PARTS - 1) as f64);
        let by = libm::exp((t * error).min(700.0));
        let mean = (mean, mean / by, mean * by);
        let subject = Subject::station(id, Figure::Rate);
        let span = Span::from_seconds_up;
        let drift = shortest(&self.plant.stations[id]).map(|least| {
            let faster = deviation(mean, error, least, self.options);
            Deviation {
                flagged: faster.flagged && faster.ratio.0 < 1.0,
                ..faster
            }
        });
        Some(Fit {
            subject,
            element: subject.name(self.plant).to_string(),
            n: count.min(u64::from(u32::MAX)) as u32,
            censored: 0,
            period: self.period,
            value: Value::Lasting(Dist::Constant(span(mean.0))),
            goodness: None,
            mean,
            model: shortest(&self.plant.stations[id])
                .map(|s| Value::Lasting(Dist::Constant(span(s)))),
            drift,
        })
    }
}

/// Where all but one in a hundred last equally long, those: the others waited for an order that was lost and repeated.
fn steady(observed: &[Lasting]) -> Vec<Lasting> {
    let exact = observed.iter().filter(|o| o.is_exact());
    let mut spans: Vec<Span> = exact.map(|o| o.low).collect();
    spans.sort_unstable();
    let near = |span: &Span, middle: Span| (*span - middle).0.abs() <= Span::ms(1).0;
    match spans.get(spans.len() / 2) {
        Some(&middle)
            if spans.iter().filter(|s| near(s, middle)).count() * 100 >= spans.len() * 99 =>
        {
            let kept = observed
                .iter()
                .filter(|o| o.is_exact() && near(&o.low, middle));
            kept.copied().collect()
        }
        _ => observed.to_vec(),
    }
}

/// The shortest mean time between pieces that a station can keep up [s].
fn shortest(station: &Station) -> Option<f64> {
    let least = station
        .times
        .iter()
        .map(mean_of)
        .fold(f64::INFINITY, f64::min);
    match station.process {
        Process::Single { servers: u32::MAX } => None,
        Process::Single { servers } => Some(least / f64::from(servers)),
        Process::Batch { servers, max, .. } => Some(least / f64::from(servers) / f64::from(max)),
        Process::Stream { pitch } => Some(pitch.as_seconds()),
    }
}

/// The same law with all its spans changed alike.
pub(crate) fn scaled(dist: Dist, by: fn(i64) -> i64) -> Dist {
    let s = |span: Span| Span(by(span.0));
    match dist {
        Dist::Constant(span) => Dist::Constant(s(span)),
        Dist::Exponential { mean } => Dist::Exponential { mean: s(mean) },
        Dist::Erlang { shape, mean } => Dist::Erlang {
            shape,
            mean: s(mean),
        },
        Dist::Uniform { low, high } => Dist::Uniform {
            low: s(low),
            high: s(high),
        },
        Dist::Triangular { low, mode, high } => Dist::Triangular {
            low: s(low),
            mode: s(mode),
            high: s(high),
        },
        Dist::Normal { mean, sd } => Dist::Normal {
            mean: s(mean),
            sd: s(sd),
        },
        Dist::LogNormal { mean, sd } => Dist::LogNormal {
            mean: s(mean),
            sd: s(sd),
        },
        Dist::Weibull { scale, shape_milli } => Dist::Weibull {
            scale: s(scale),
            shape_milli,
        },
        Dist::Geometric { slot, p } => Dist::Geometric { slot: s(slot), p },
    }
}
