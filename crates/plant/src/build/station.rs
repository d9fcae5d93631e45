//! Stations.

use super::{Build, Element, Scope};
use crate::read::Read;
use crate::shape::Kind;
use crate::*;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use fenhe_contract::*;

impl<'t> Build<'t> {
    pub(super) fn station(&mut self, element: &Element<'t>) -> Station {
        let scope = element.scope.as_deref();
        let read = element.read;
        let line = self.line(read, scope);
        let operation = read.text("operation").map(|name| self.operation(name));
        let inputs = self.inputs(read, scope);
        let outputs = self.outputs(read, scope);
        let process = self.process(read);
        let station = Station {
            name: element.id.clone(),
            line,
            operation,
            inputs,
            outputs,
            process,
            times: self.times(element, operation),
            setup: self.setup(read),
            failures: self.failures(read, scope),
            maintenance: self.maintenance(element, scope),
            scrap: read.share("scrap").unwrap_or(Share::ZERO),
            rework: self.rework(read, scope),
            calendar: self
                .refer(Kind::Calendar, read, "calendar", scope)
                .map(CalendarId),
            start: start(read),
            reports: self.reports(read),
            delay: read.span("delay").unwrap_or(Span::ZERO),
            power: (
                Power(read.amount("idle_power").unwrap_or(0)),
                Power(read.amount("power").unwrap_or(0)),
            ),
        };
        self.agree(read, &station);
        station
    }

    /// What several keys of a station say together.
    fn agree(&self, read: Read<'t>, station: &Station) {
        if read.item("dispatch").is_some() && station.start == Start::Itself {
            self.report("station/dispatch-unused", read.at("dispatch"), &[]);
        }
        let rework = station.rework.as_ref().map_or(0, |rework| rework.share.0);
        if station.scrap.0.saturating_add(rework) > Share::ONE.0 {
            self.report("station/shares", read.at("rework"), &[]);
        }
        let several = station.inputs.len() > 1
            || station.outputs.len() > 1
            || station.inputs.iter().any(|input| input.count > 1)
            || station.outputs.iter().any(|output| output.count > 1);
        if several
            && matches!(
                station.process,
                Process::Stream { .. } | Process::Batch { .. }
            )
        {
            let key = if read.item("stream").is_some() {
                "stream"
            } else {
                "batch"
            };
            self.report(
                "station/assembly-process",
                read.at(key),
                &[("process", &key)],
            );
        }
        let stream = matches!(station.process, Process::Stream { .. });
        if stream
            && station
                .times
                .iter()
                .any(|time| !matches!(time, Dist::Constant(_)))
        {
            let key = if read.item("times").is_some() {
                "times"
            } else {
                "time"
            };
            self.report("station/stream-time", read.at(key), &[]);
        }
    }

    fn inputs(&mut self, read: Read<'t>, scope: Option<&Scope>) -> Vec<Input> {
        const TAKES: &[&str] = &["queue", "unload"];
        let mut inputs = Vec::new();
        if let Some(name) = read.text("from") {
            let buffer = self.buffer_of_kind(read.at("from"), name, scope, TAKES);
            inputs.extend(buffer.map(|buffer| Input { buffer, count: 1 }));
        }
        for input in read.tables("from") {
            let name = input.text("buffer").unwrap_or_default();
            let at = input.at("buffer");
            let count = input.count("count").unwrap_or(1) as u32;
            let buffer = self.buffer_of_kind(at, name, scope, TAKES);
            if inputs
                .iter()
                .any(|input: &Input| Some(input.buffer) == buffer)
            {
                self.report("station/twice", at, &[("name", &name)]);
            }
            inputs.extend(buffer.map(|buffer| Input { buffer, count }));
        }
        self.flow_unclear |= inputs.is_empty();
        inputs
    }

    fn outputs(&mut self, read: Read<'t>, scope: Option<&Scope>) -> Vec<Output> {
        let mut outputs = Vec::new();
        if read.text("to").is_some() {
            let to = self.to(read, scope);
            outputs.extend(to.map(|to| Output {
                to,
                count: 1,
                product: None,
            }));
        }
        for output in read.tables("to") {
            let to = self.to(output, scope);
            let count = output.count("count").unwrap_or(1) as u32;
            let product = self
                .refer(Kind::Product, output, "product", scope)
                .map(ProductId);
            outputs.extend(to.map(|to| Output { to, count, product }));
        }
        self.flow_unclear |= outputs.is_empty();
        outputs
    }

    fn to(&mut self, read: Read<'t>, scope: Option<&Scope>) -> Option<To> {
        let item = read.item("to")?;
        let name = item.text()?;
        let full = scope.map_or_else(|| name.to_string(), |scope| scope.fill(name));
        let sibling = scope.map(|scope| scope.sibling(&full));
        let local = sibling.and_then(|name| self.names.get(Kind::Buffer, &name));
        if local.is_none()
            && self.names.get(Kind::Buffer, &full).is_none()
            && let Some(sink) = self.sink(&full, scope, item.at)
        {
            return Some(To::Sink(sink));
        }
        let buffer = self.buffer_of_kind(item.at, name, scope, &["queue", "load"]);
        buffer.map(To::Buffer)
    }

    /// A sink of that name; or of nearly that name if no buffer is nearer, which is reported.
    fn sink(&mut self, name: &str, scope: Option<&Scope>, at: crate::tree::At) -> Option<SinkId> {
        if let Some(id) = self.names.get(Kind::Sink, name) {
            return Some(SinkId(id));
        }
        let sink = self.names.nearest(Kind::Sink, name, None)?;
        if let Some(buffer) = self.names.nearest(Kind::Buffer, name, scope) {
            let far = crate::spell::distance(name, &sink);
            let own = scope.map_or_else(|| buffer.clone(), |scope| scope.strip(&buffer));
            if crate::spell::distance(name, &own) <= far {
                return None;
            }
        }
        let problem = self.desk.error("name/unknown", at).arg("name", name);
        let problem = problem.arg("kind", Kind::BufferOrSink.name());
        self.desk.push(problem.suggest(Some(sink.clone())));
        self.names.get(Kind::Sink, &sink).map(SinkId)
    }

    fn process(&self, read: Read<'t>) -> Process {
        if let Some(batch) = read.inner("batch") {
            let max = batch.count("max").unwrap_or(1) as u32;
            let min = batch.count("min").map_or(max, |n| n as u32);
            if min > max && batch.item("max").is_some() {
                self.report(
                    "station/batch",
                    batch.at("min"),
                    &[("min", &min), ("max", &max)],
                );
            }
            let servers = batch.count("servers").unwrap_or(1) as u32;
            return Process::Batch {
                servers,
                min,
                max,
                wait: batch.span("wait"),
            };
        }
        if let Some(stream) = read.inner("stream") {
            return Process::Stream {
                pitch: stream.span("pitch").unwrap_or(Span::seconds(1)),
            };
        }
        if read
            .item("delay")
            .is_some_and(|item| item.table().is_some())
        {
            return Process::Single { servers: u32::MAX };
        }
        let servers = read
            .inner("single")
            .and_then(|single| single.count("servers"));
        Process::Single {
            servers: servers.unwrap_or(1) as u32,
        }
    }

    fn times(&mut self, element: &Element<'t>, operation: Option<OperationId>) -> Vec<Dist> {
        let (read, one) = (element.read, Dist::Constant(Span::seconds(1)));
        if let Some(times) = self.pass_times(element, operation) {
            return times;
        }
        let Some(table) = read.item("times").and_then(|item| item.table()) else {
            let time = read.dist("time").unwrap_or(one);
            self.some_time(time, read.at("time"));
            return vec![time];
        };
        let mut times: Vec<Option<Dist>> = vec![None; self.plant.products.len()];
        for row in &table.rows {
            let kind = Kind::Product;
            let id = self
                .names
                .resolve(self.desk, kind, &row.key, row.key_at, None);
            let Some(slot) = id.and_then(|id| times.get_mut(id as usize)) else {
                continue;
            };
            let time = crate::dist::read(self.desk, &row.item, false).map_or(one, |(dist, _)| dist);
            *slot = Some(time);
            self.some_time(time, row.item.at);
        }
        let missing: Vec<String> = times
            .iter()
            .zip(self.plant.products.iter())
            .filter(|(time, _)| time.is_none())
            .map(|(_, product)| product.name.clone())
            .collect();
        if !missing.is_empty() {
            let list = missing.join(", ");
            self.report("station/times", read.at("times"), &[("products", &list)]);
        }
        let times: Vec<Dist> = times.into_iter().map(|time| time.unwrap_or(one)).collect();
        if times.is_empty() { vec![one] } else { times }
    }

    /// A station that takes no time at all could go round for ever in one instant.
    fn some_time(&self, time: Dist, at: crate::tree::At) {
        if time.mean().0 < 1 {
            self.report("time/zero", at, &[("key", &"time")]);
        }
    }

    fn setup(&mut self, read: Read<'t>) -> Option<Setup> {
        if read.item("setup").is_none() && read.item("setups").is_none() {
            return None;
        }
        let n = self.plant.products.len();
        if n > 100 {
            let key = if read.item("setups").is_some() {
                "setups"
            } else {
                "setup"
            };
            self.report("size/too-many", read.at(key), &[("most", &100)]);
            return None;
        }
        let zero = Dist::Constant(Span::ZERO);
        let other = read.dist("setup").unwrap_or(zero);
        let mut times: Vec<Dist> = (0..n * n)
            .map(|i| if i / n == i % n { zero } else { other })
            .collect();
        for row in read.tables("setups") {
            let before = self.family(row, "from");
            let after = self.family(row, "to");
            let time = row.dist("time").unwrap_or(zero);
            for from in &before {
                for to in after.iter().filter(|to| *to != from || before.len() == 1) {
                    if let Some(slot) = times.get_mut(from * n + to) {
                        *slot = time;
                    }
                }
            }
        }
        Some(Setup { times })
    }

    /// Products that a side of a set-up means: all of a family, or all materials of a product.
    fn family(&mut self, read: Read<'t>, key: &str) -> Vec<usize> {
        let name = read.text(key).unwrap_or_default();
        let of = |name: &str, products: &Fixed<ProductId, Product>| -> Vec<usize> {
            let of = products.pairs().filter(|(_, product)| {
                product.name == name || product.families.iter().any(|family| family == name)
            });
            of.map(|(id, _)| id.index()).collect()
        };
        let found = of(name, &self.plant.products);
        if !found.is_empty() {
            return found;
        }
        if name.starts_with('@') {
            let families = self
                .plant
                .products
                .iter()
                .flat_map(|product| &product.families);
            let meant = crate::spell::nearest(name, families.map(String::as_str));
            let problem = self
                .desk
                .error("name/unknown", read.at(key))
                .arg("name", name);
            self.desk.push(problem.arg("kind", "family").suggest(meant));
            return Vec::new();
        }
        let id = self.refer(Kind::Product, read, key, None);
        id.map(|id| id as usize).into_iter().collect()
    }

    fn rework(&mut self, read: Read<'t>, scope: Option<&Scope>) -> Option<Rework> {
        let inner = read.inner("rework")?;
        let name = inner.text("to").unwrap_or_default();
        let to = self.buffer_of_kind(inner.at("to"), name, scope, &["queue"])?;
        let share = inner.share("share").unwrap_or(Share::ZERO);
        Some(Rework {
            share,
            to,
            max: inner.count("max").unwrap_or(1) as u8,
        })
    }

    fn failures(&mut self, read: Read<'t>, scope: Option<&Scope>) -> Vec<Failure> {
        let mut failures = Vec::new();
        for inner in read.tables("failures") {
            let clock = clock(inner).unwrap_or(FailureClock::Busy);
            let every = inner.dist_or_pieces("every");
            self.clock_agrees(inner, clock, every.map(|(_, pieces)| pieces));
            let every = every.map_or(Dist::Constant(Span::hours(1)), |(dist, _)| dist);
            if inner.item("every").is_some() && every.mean().0 < 1 {
                self.report("time/zero", inner.at("every"), &[("key", &"every")]);
            }
            failures.push(Failure {
                name: super::lists::id(inner),
                clock,
                every,
                repair: inner
                    .dist("repair")
                    .unwrap_or(Dist::Constant(Span::hours(1))),
                crew: self.refer(Kind::Crew, inner, "crew", scope).map(CrewId),
                effect: match inner.text("effect") {
                    Some("restart") => Effect::Restart,
                    Some("scrap") => Effect::Scrap,
                    _ => Effect::Resume,
                },
            });
        }
        failures
    }

    fn maintenance(&mut self, element: &Element<'t>, scope: Option<&Scope>) -> Vec<Maintenance> {
        let mut stops = Vec::new();
        for inner in element.read.tables("maintenance") {
            let clock = clock(inner).unwrap_or(FailureClock::Calendar);
            let pieces = |key: &str| {
                let text = inner.text(key)?;
                Some(crate::units::parse(text, crate::units::Dimension::Pieces).is_ok())
            };
            let every = inner.span("every");
            self.clock_agrees(inner, clock, every.and(pieces("every")));
            let every = every.unwrap_or(Span::hours(1));
            let (i, n) = element.turn;
            let staggered = i128::from(every.0) * i128::from(i + 1) / i128::from(n.max(1));
            let first = inner
                .span("first")
                .unwrap_or(Span((staggered as i64).max(1)));
            stops.push(Maintenance {
                name: super::lists::id(inner),
                clock,
                every,
                first,
                duration: inner
                    .dist("duration")
                    .unwrap_or(Dist::Constant(Span::hours(1))),
                crew: self.refer(Kind::Crew, inner, "crew", scope).map(CrewId),
            });
        }
        stops
    }

    /// Pieces on the clock of pieces, spans on the others.
    fn clock_agrees(&self, read: Read<'t>, clock: FailureClock, pieces: Option<bool>) {
        if pieces.is_some_and(|pieces| pieces != (clock == FailureClock::Pieces)) {
            let name = read.text("clock").unwrap_or("busy / calendar");
            self.report("clock/unit", read.at("every"), &[("clock", &name)]);
        }
    }
}

fn clock(read: Read<'_>) -> Option<FailureClock> {
    match read.text("clock")? {
        "calendar" => Some(FailureClock::Calendar),
        "busy" => Some(FailureClock::Busy),
        "pieces" => Some(FailureClock::Pieces),
        _ => None,
    }
}

fn start(read: Read<'_>) -> Start {
    if read.text("start") != Some("control") {
        return Start::Itself;
    }
    Start::Control(match read.text("dispatch") {
        Some("priority") => DispatchRule::Priority,
        Some("earliest-due") => DispatchRule::EarliestDue,
        Some("critical-ratio") => DispatchRule::CriticalRatio,
        Some("shortest") => DispatchRule::Shortest,
        Some("avoid-setup") => DispatchRule::AvoidSetup,
        _ => DispatchRule::Fifo,
    })
}
