//! Elements that stand in plain lists: products, carriers, lines, crews, calendars, policy.

use super::Build;
use crate::read::Read;
use crate::shape::Kind;
use crate::tree::At;
use crate::*;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::*;

pub(super) fn default_policy() -> Policy {
    Policy {
        same_line: false,
        consolidate: Span::seconds(60),
        fetch: Fetch::Nearest,
        traffic: Precedence::Ordered,
        base_ahead: Length(6_000),
        resend: Span::seconds(10),
        wait_max: Span::seconds(1800),
    }
}

pub(super) fn id(read: Read<'_>) -> String {
    read.text("id").unwrap_or_default().to_string()
}

impl<'t> Build<'t> {
    pub(super) fn lists(&mut self) {
        let root = self.root;
        for read in root.tables("product") {
            let product = self.product(read);
            self.plant.products.push(product);
        }
        self.materials();
        for read in root.tables("carrier") {
            let capacity = read.count("capacity").unwrap_or(1) as u16;
            self.plant.carriers.push(CarrierType {
                name: id(read),
                capacity,
                start: Vec::new(),
                full: None,
            });
        }
        for read in root.tables("line") {
            let takt_target = read.span("takt_target");
            self.plant.lines.push(Line {
                name: id(read),
                takt_target,
            });
        }
        for read in root.tables("crew") {
            let size = read.count("size").unwrap_or(1) as u32;
            self.plant.crews.push(Crew {
                name: id(read),
                size,
            });
        }
        for read in root.tables("calendar") {
            let calendar = self.calendar(read);
            self.plant.calendars.push(calendar);
        }
        if let Some(read) = root.inner("policy") {
            let base = default_policy();
            self.plant.policy = Policy {
                same_line: read.flag("same_line").unwrap_or(base.same_line),
                consolidate: read.span("consolidate").unwrap_or(base.consolidate),
                fetch: match read.text("fetch") {
                    Some("longest-idle") => Fetch::LongestIdle,
                    _ => base.fetch,
                },
                traffic: match read.text("traffic") {
                    Some("first-come") => Precedence::FirstCome,
                    _ => base.traffic,
                },
                base_ahead: read.amount("base_ahead").map_or(base.base_ahead, Length),
                resend: read.span("resend").unwrap_or(base.resend),
                wait_max: read.span("wait_max").unwrap_or(base.wait_max),
            };
        }
        if let Some(read) = root.inner("messages") {
            let delay = read.dist("delay").unwrap_or(Dist::Constant(Span::ZERO));
            let loss = read.share("loss").unwrap_or(Share::ZERO);
            self.plant.messages = MessageFaults { delay, loss };
        }
    }

    fn product(&mut self, read: Read<'t>) -> Product {
        let mut route: Vec<RouteStep> = Vec::new();
        let mut steps = read.tables("route");
        for item in read.list("route") {
            let step = if item.table().is_some() {
                steps.next()
            } else {
                None
            };
            let name = item
                .text()
                .or_else(|| step.and_then(|step| step.text("operation")));
            let Some(name) = name else { continue };
            let at = step.map_or(item.at, |step| step.at("operation"));
            let operation = self.operation(name);
            if route.iter().any(|step| step.operation == operation) {
                let kind = "operation";
                self.report("route/twice", at, &[("operation", &name), ("kind", &kind)]);
            }
            route.push(RouteStep {
                operation,
                queue_max: step.and_then(|step| step.span("queue_max")),
                queue_scrap: step
                    .and_then(|step| step.flag("queue_scrap"))
                    .unwrap_or(false),
            });
        }
        let priority = read.count("priority").unwrap_or(0) as u8;
        Product {
            name: id(read),
            route,
            priority,
            becomes: None,
            weight: None,
            stage: None,
            families: self.families(read),
        }
    }

    fn calendar(&mut self, read: Read<'t>) -> Calendar {
        let period = read.span("period").unwrap_or(Span::hours(24));
        let mut on: Vec<(Span, Span)> = Vec::new();
        let mut last = Span::ZERO;
        for item in read.list("on") {
            let Some((from, to)) = interval(item) else {
                continue;
            };
            if from >= to || from < last || to > period {
                let code = "calendar/interval";
                self.report(
                    code,
                    item.at,
                    &[("calendar", &read.text("id").unwrap_or_default())],
                );
            }
            last = to;
            on.push((from, to));
        }
        Calendar {
            name: id(read),
            period,
            on,
        }
    }

    /// Line of an element: its own, else that of its equipment.
    pub(super) fn line(&mut self, read: Read<'t>, scope: Option<&super::Scope>) -> Option<LineId> {
        if let Some(scope) = scope
            && read.item("line").is_none()
        {
            let (line, at): &(String, At) = scope.line.as_ref()?;
            return self
                .names
                .resolve(self.desk, Kind::Line, line, *at, None)
                .map(LineId);
        }
        self.refer(Kind::Line, read, "line", scope).map(LineId)
    }

    pub(super) fn reports(&self, read: Read<'t>) -> Reports {
        let every = read.span("every").unwrap_or(Span::seconds(60));
        match read.text("reports") {
            Some("carrier") => Reports::Carrier,
            Some("piece") => Reports::Piece,
            Some("nothing") => Reports::Nothing,
            _ => Reports::Counter { every },
        }
    }
}

fn interval(item: &crate::tree::Item) -> Option<(Span, Span)> {
    let span = |item: &crate::tree::Item| {
        crate::units::parse(item.text()?, crate::units::Dimension::Span)
            .ok()
            .map(Span)
    };
    match item.list()? {
        [from, to] => Some((span(from)?, span(to)?)),
        _ => None,
    }
}
