//! Structured logs: one line an event, for people or as JSON for machines.

use std::io::IsTerminal;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// How log lines look.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Begins to write logs to standard error. `filter` is a list of levels by module, such as `info` or
/// `warn,fenhe_server=debug`. The audit is logged under the target `audit`.
///
/// # Errors
/// The filter is none, or logs have begun already.
pub fn begin(format: LogFormat, filter: &str) -> Result<(), String> {
    let filter: Targets = filter.parse().map_err(|error| format!("{error}"))?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let begun = tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .try_init();
    begun.map_err(|error| error.to_string())
}
