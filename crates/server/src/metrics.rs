//! Counts for Prometheus. Gauges of the plant are read from the picture when somebody scrapes.

use crate::app::Shared;
use crate::view::Mode;
use crate::words::{AlarmStands, StationState, VehicleDoes};
use crate::{Status, View};
use axum::http::StatusCode;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::Mutex;
use std::sync::atomic::Ordering;

type Labels = Vec<(&'static str, String)>;

/// What the server counts itself.
pub(crate) struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<Labels, Counter>,
    refusals: Family<Labels, Counter>,
    pub feeds: Gauge,
    pub sent: Counter,
    pub resyncs: Counter,
    plant: Plant,
}

/// What is read from picture and engine.
#[derive(Default)]
struct Plant {
    time: Gauge,
    live: Gauge,
    good: Gauge,
    facts: Gauge,
    commands: Gauge,
    waiting: Gauge,
    unwritten: Gauge,
    latency: Family<Labels, Gauge>,
    links: Family<Labels, Gauge>,
    stations: Family<Labels, Gauge>,
    vehicles: Family<Labels, Gauge>,
    held: Gauge,
    transports: Gauge,
    orders: Gauge,
    alarms: Family<Labels, Gauge>,
    deviation: Family<Labels, Gauge>,
    audit: Gauge,
    feed: Gauge,
}

impl Plant {
    fn register(&self, registry: &mut Registry) {
        let gauges = [
            (
                "time_seconds",
                "Time of the picture since the plant's epoch",
                &self.time,
            ),
            ("running", "1 while the plant's clock goes", &self.live),
            (
                "good",
                "1 while the engine can be relied on in full",
                &self.good,
            ),
            ("facts", "Facts handled since the start", &self.facts),
            (
                "commands",
                "Orders sent to devices since the start",
                &self.commands,
            ),
            (
                "facts_waiting",
                "Facts waiting to be handled",
                &self.waiting,
            ),
            (
                "facts_unwritten",
                "Facts handled and not yet durable",
                &self.unwritten,
            ),
            (
                "vehicles_held",
                "Vehicles that stand though they could drive",
                &self.held,
            ),
            ("transports_open", "Transports not done", &self.transports),
            ("orders_open", "Orders not done", &self.orders),
            (
                "audit_lines",
                "Lines written to the audit since the start",
                &self.audit,
            ),
            (
                "feed_newest",
                "Number of the last item of the feed",
                &self.feed,
            ),
        ];
        for (name, help, gauge) in gauges {
            registry.register(name, help, gauge.clone());
        }
        let families = [
            (
                "latency_microseconds",
                "From fact in to order out, last minute",
                &self.latency,
            ),
            ("links", "Links of devices", &self.links),
            ("alarms", "Alarms by state (ISA-18.2)", &self.alarms),
            (
                "deviation_permille",
                "Mean seen over the model's, of figures that have left the model",
                &self.deviation,
            ),
            ("stations", "Stations by state", &self.stations),
            ("vehicles", "Vehicles by state", &self.vehicles),
        ];
        for (name, help, family) in families {
            registry.register(name, help, family.clone());
        }
    }

    fn read(&self, app: &Shared) {
        let (view, health) = (app.engine.view(), app.engine.health());
        let set = |gauge: &Gauge, value: usize| gauge.set(value as i64);
        self.time.set(view.time.0 / 1_000_000);
        self.live.set(i64::from(view.mode != Mode::Paused));
        let good = health.status == Status::Good && app.audit_good();
        self.good.set(i64::from(good));
        self.facts.set(health.facts as i64);
        self.commands.set(health.commands as i64);
        self.waiting.set(health.waiting as i64);
        self.unwritten.set(health.unwritten as i64);
        let of = |family: &Family<Labels, Gauge>, label, word: &str, value: i64| {
            let labels = vec![(label, word.to_string())];
            family.get_or_create(&labels).set(value);
        };
        of(&self.latency, "quantile", "0.5", health.latency_p50 as i64);
        of(&self.latency, "quantile", "0.99", health.latency_p99 as i64);
        let up = i64::from(health.links_up);
        of(&self.links, "state", "up", up);
        of(&self.links, "state", "down", i64::from(health.links) - up);
        for &state in StationState::ALL {
            let count = view.stations.iter().filter(|row| row.state == state);
            of(&self.stations, "state", state.word(), count.count() as i64);
        }
        for &state in VehicleDoes::ALL {
            let count = view.vehicles.iter().filter(|row| row.state == state);
            of(&self.vehicles, "state", state.word(), count.count() as i64);
        }
        set(
            &self.held,
            view.vehicles.iter().filter(|row| row.held).count(),
        );
        set(&self.transports, view.transports.len());
        set(&self.orders, open_orders(&view));
        for &state in AlarmStands::ALL {
            let count = view.alarms.iter().filter(|row| row.state == state);
            of(&self.alarms, "state", state.word(), count.count() as i64);
        }
        self.deviation.clear();
        for (element, figure, permille) in &health.deviations {
            let labels = vec![
                ("element", element.clone()),
                ("figure", (*figure).to_string()),
            ];
            self.deviation
                .get_or_create(&labels)
                .set(i64::from(*permille));
        }
        self.audit
            .set(app.audit_lines.load(Ordering::Relaxed) as i64);
        self.feed.set(app.engine.feed().newest() as i64);
    }
}

fn open_orders(view: &View) -> usize {
    let open = view.orders.iter().filter(|row| row.done < row.quantity);
    open.count()
}

impl Metrics {
    pub fn new() -> Metrics {
        let mut registry = Registry::with_prefix("fenhe");
        let metrics = Metrics {
            requests: Family::default(),
            refusals: Family::default(),
            feeds: Gauge::default(),
            sent: Counter::default(),
            resyncs: Counter::default(),
            plant: Plant::default(),
            registry: Mutex::default(),
        };
        let (requests, refusals) = (metrics.requests.clone(), metrics.refusals.clone());
        registry.register("http_requests", "Requests answered", requests);
        registry.register("http_refusals", "Requests refused, by code", refusals);
        registry.register(
            "feed_readers",
            "Readers of the live feed",
            metrics.feeds.clone(),
        );
        registry.register("feed_sent", "Items sent to readers", metrics.sent.clone());
        let resyncs = metrics.resyncs.clone();
        registry.register("feed_resyncs", "Whole pictures sent to readers", resyncs);
        metrics.plant.register(&mut registry);
        *metrics
            .registry
            .lock()
            .unwrap_or_else(|held| held.into_inner()) = registry;
        metrics
    }

    /// One more answered. Routes and methods are those of the table of rights, so there are few.
    pub fn request(&self, method: &'static str, route: &str, status: StatusCode) {
        let labels = vec![
            ("method", method.to_string()),
            ("route", route.to_string()),
            ("status", status.as_str().to_string()),
        ];
        self.requests.get_or_create(&labels).inc();
    }

    /// One more refused.
    pub fn refusal(&self, code: &'static str) {
        let labels = vec![("code", code.to_string())];
        self.refusals.get_or_create(&labels).inc();
    }

    /// The text that Prometheus reads (OpenMetrics 1.0).
    pub fn text(&self, app: &Shared) -> Result<String, std::fmt::Error> {
        self.plant.read(app);
        let registry = self
            .registry
            .lock()
            .unwrap_or_else(|held| held.into_inner());
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}
