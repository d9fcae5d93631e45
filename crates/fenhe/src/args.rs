//! The command line: what may be said, in the reader's language.

use crate::Failure;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use fenhe_messages::{Lang, Word, fill};
use std::ffi::OsString;
use std::path::PathBuf;

/// The language asked for with `--lang`, else the locale's, else English.
pub fn language(args: &[OsString]) -> Lang {
    let text: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let said = text
        .iter()
        .enumerate()
        .find_map(|(i, arg)| match arg.strip_prefix("--lang") {
            Some("") => text.get(i + 1).and_then(|tag| Lang::parse(tag)),
            Some(rest) => rest.strip_prefix('=').and_then(Lang::parse),
            None => None,
        });
    said.or_else(locale).unwrap_or_default()
}

fn locale() -> Option<Lang> {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .and_then(|value| Lang::parse(&value))
}

/// The whole command line.
pub fn command(lang: Lang) -> Command {
    let t = |word: Word| word.text(lang);
    Command::new("fenhe")
        .version(env!("CARGO_PKG_VERSION"))
        .about(t(Word::About))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("lang")
                .long("lang")
                .global(true)
                .value_name("LANG")
                .help(t(Word::LangHelp))
                .value_parser(["en", "zh", "zh-CN"]),
        )
        .subcommand(
            Command::new("check")
                .about(t(Word::CheckAbout))
                .arg(plant(lang))
                .arg(json(lang)),
        )
        .subcommand(
            Command::new("schema").about(t(Word::SchemaAbout)).arg(
                Arg::new("of")
                    .value_name("FILE")
                    .default_value("plant")
                    .value_parser(["plant", "calibration"])
                    .help(t(Word::SchemaOfHelp)),
            ),
        )
        .subcommand(
            study(
                Command::new("simulate").about(t(Word::SimulateAbout)),
                lang,
                "7d",
                "1d",
                "5",
            )
            .arg(plant(lang))
            .arg(file("pieces", t(Word::PiecesHelp))),
        )
        .subcommand(
            study(
                Command::new("sweep").about(t(Word::SweepAbout)),
                lang,
                "3d",
                "1d",
                "3",
            )
            .arg(plant(lang))
            .arg(
                Arg::new("values")
                    .required(true)
                    .value_name("PATH=VALUES")
                    .help(t(Word::SweepValuesHelp)),
            ),
        )
        .subcommand(
            Command::new("layout")
                .about(t(Word::LayoutAbout))
                .arg(
                    Arg::new("file")
                        .required(true)
                        .value_parser(value_parser!(PathBuf))
                        .help(t(Word::LayoutFileHelp)),
                )
                .arg(file("out", t(Word::OutHelp)).short('o')),
        )
        .subcommand(crate::imports::command(lang))
        .subcommands(crate::schedule::commands(lang))
        .subcommand(crate::promise::command(lang, plant(lang)))
        .subcommand(crate::promise::register_command(lang))
        .subcommand(crate::cut::command(lang))
        .subcommands(crate::grid::commands(lang))
        .subcommands(running(lang))
}

/// Commands that run a plant.
fn running(lang: Lang) -> Vec<Command> {
    let t = |word: Word| word.text(lang);
    let text = |name: &'static str, value: &'static str, help: Word| {
        Arg::new(name).long(name).value_name(value).help(t(help))
    };
    let count =
        |name: &'static str, help: Word| text(name, "N", help).value_parser(value_parser!(u64));
    let speed = || {
        text("speed", "N", Word::SpeedHelp)
            .default_value("1")
            .value_parser(value_parser!(u32).range(1..=1000))
    };
    let end = || text("for", "SPAN", Word::RunForHelp);
    let broker = || text("broker", "HOST:PORT", Word::BrokerHelp);
    let journal = || text("journal", "FILE", Word::JournalHelp);
    let keep = || text("keep", "SPAN", Word::KeepHelp);
    let listen = || text("listen", "ADDRESS:PORT", Word::ListenHelp).conflicts_with("broker");
    let certificates = || file("certificates", t(Word::CertificatesHelp)).value_name("DIR");
    let seed = || count("seed", Word::SeedHelp).default_value("1");
    let real = || text("real", "NAMES", Word::RealHelp);
    let off = || text("off", "NAMES", Word::OffHelp);
    let machines = || file("machines", t(Word::MachinesHelp));
    let stop_machines = || text("stop-machines", "SPAN", Word::StopMachinesHelp);
    let warm_up = || text("warm-up", "SPAN", Word::BeginWarmHelp);
    let port = || {
        text("port", "N", Word::PortHelp)
            .default_value("0")
            .value_parser(value_parser!(u16))
    };
    vec![
        Command::new("run")
            .about(t(Word::RunAbout))
            .args([
                plant(lang),
                broker(),
                listen(),
                certificates(),
                journal(),
                keep(),
                speed(),
                port(),
                end(),
                machines(),
            ])
            .arg(file("figures", t(Word::FiguresHelp)))
            .arg(
                Arg::new("shadow")
                    .long("shadow")
                    .action(ArgAction::SetTrue)
                    .conflicts_with_all(["journal", "port", "machines"])
                    .help(t(Word::ShadowHelp)),
            )
            .arg(json(lang).requires("shadow")),
        Command::new("rehearse")
            .about(t(Word::RehearseAbout))
            .args([
                plant(lang),
                broker(),
                listen(),
                certificates(),
                journal(),
                keep(),
                speed(),
                seed(),
                port(),
                end(),
                machines(),
                stop_machines(),
                real(),
                off(),
                warm_up().conflicts_with_all(["machines", "opcua", "real", "off"]),
                Arg::new("opcua")
                    .long("opcua")
                    .action(ArgAction::SetTrue)
                    .conflicts_with("machines")
                    .help(t(Word::OpcuaHelp)),
            ]),
        Command::new("demo").about(t(Word::DemoAbout)).args([
            speed().default_value("10"),
            warm_up().default_value("26h"),
            seed(),
            port(),
            end(),
            Arg::new("no-open")
                .long("no-open")
                .action(ArgAction::SetTrue)
                .help(t(Word::NoOpenHelp)),
        ]),
        Command::new("broker")
            .about(t(Word::BrokerAbout))
            .args([port().default_value("1883"), end()]),
        Command::new("devices")
            .about(t(Word::DevicesAbout))
            .args([
                plant(lang),
                broker(),
                certificates(),
                speed(),
                seed(),
                end(),
            ])
            .arg(text("state-every", "SPAN", Word::StateEveryHelp))
            .args([
                file("ledger", t(Word::LedgerHelp)),
                machines(),
                stop_machines(),
                real(),
                off(),
            ])
            .arg(
                Arg::new("no-stations")
                    .long("no-stations")
                    .action(ArgAction::SetTrue)
                    .help(t(Word::NoStationsHelp)),
            ),
        Command::new("journal")
            .about(t(Word::JournalAbout))
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommands(about_journals(lang)),
        Command::new("certificates")
            .about(t(Word::CertificatesAbout))
            .arg(plant(lang))
            .arg(
                file("folder", t(Word::CertificatesFolderHelp))
                    .value_name("DIR")
                    .required(true),
            )
            .arg(text("host", "NAME", Word::CertificatesHostHelp).action(ArgAction::Append)),
        Command::new("verify")
            .hide(true) // as it was called first
            .about(t(Word::VerifyAbout))
            .args([plant(lang), journal()]),
        Command::new("calibrate")
            .about(t(Word::CalibrateAbout))
            .args([plant(lang), journal(), json(lang)])
            .arg(file("out", t(Word::CalibrateOutHelp)).short('o')),
        Command::new("replay")
            .about(t(Word::ReplayAbout))
            .args([plant(lang), journal()])
            .arg(count("from", Word::ReplayFromHelp))
            .arg(count("steps", Word::ReplayStepsHelp)),
    ]
}

/// `fenhe journal VERB`.
fn about_journals(lang: Lang) -> Vec<Command> {
    let t = |word: Word| word.text(lang);
    let text = |name: &'static str, value: &'static str, help: Word| {
        Arg::new(name).long(name).value_name(value).help(t(help))
    };
    let count =
        |name: &'static str, help: Word| text(name, "N", help).value_parser(value_parser!(u64));
    let verb = |name: &'static str, about: Word| {
        let journal = text("journal", "FILE", Word::JournalHelp);
        Command::new(name)
            .about(t(about))
            .args([plant(lang), journal])
    };
    let flag = |name: &'static str, help: Word| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(t(help))
    };
    vec![
        verb("verify", Word::VerifyAbout),
        verb("show", Word::ShowAbout).args([
            count("at", Word::ShowAtHelp),
            text("time", "TIME", Word::ShowTimeHelp).conflicts_with("at"),
            count("from", Word::ShowFromHelp),
            count("to", Word::ShowToHelp),
            text("watch", "NAME", Word::ShowWatchHelp),
            text("find", "TEXT", Word::ShowFindHelp),
            flag("state", Word::ShowStateHelp),
            json(lang),
        ]),
        verb("export", Word::ExportAbout).args([
            file("out", t(Word::ExportOutHelp))
                .value_name("DIR")
                .required(true),
            count("from", Word::ShowFromHelp),
            count("to", Word::ShowToHelp),
        ]),
        verb("prune", Word::PruneAbout).arg(text("keep", "SPAN", Word::KeepHelp).required(true)),
    ]
}

fn study(
    command: Command,
    lang: Lang,
    horizon: &'static str,
    warm_up: &'static str,
    replications: &'static str,
) -> Command {
    let t = |word: Word| word.text(lang);
    let value = |name: &'static str, default: &'static str, help: Word| {
        Arg::new(name)
            .long(name)
            .default_value(default)
            .help(t(help))
    };
    command
        .arg(value("for", horizon, Word::ForHelp).value_name("SPAN"))
        .arg(value("warm-up", warm_up, Word::WarmUpHelp).value_name("SPAN"))
        .arg(
            value("replications", replications, Word::ReplicationsHelp)
                .value_name("N")
                .value_parser(value_parser!(u32).range(1..=100_000)),
        )
        .arg(
            value("seed", "1", Word::SeedHelp)
                .value_name("N")
                .allow_negative_numbers(true)
                .value_parser(value_parser!(u64)),
        )
        .arg(
            Arg::new("threads")
                .long("threads")
                .value_name("N")
                .value_parser(value_parser!(u32).range(1..=1024))
                .help(t(Word::ThreadsHelp)),
        )
        .arg(set(lang))
        .arg(json(lang))
        .arg(file("html", t(Word::HtmlHelp)))
        .arg(file("csv", t(Word::CsvHelp)).value_name("DIR"))
        .arg(file("parquet", t(Word::ParquetHelp)).value_name("DIR"))
}

/// `--set PATH=VALUE`, as often as wanted.
pub fn set(lang: Lang) -> Arg {
    Arg::new("set")
        .long("set")
        .action(ArgAction::Append)
        .value_name("PATH=VALUE")
        .help(Word::SetHelp.text(lang))
}

/// What `--set` was given.
pub fn settings(given: &ArgMatches, lang: Lang) -> Result<Vec<(String, String)>, Failure> {
    let parse = |text: &String| {
        text.split_once('=')
            .map(|(path, value)| (path.trim().to_string(), value.trim().to_string()))
            .ok_or_else(|| {
                let why = fill(Word::BadSet.text(lang), &[("value", text.clone())]);
                Failure::argument(lang, "--set", &why)
            })
    };
    given
        .get_many::<String>("set")
        .into_iter()
        .flatten()
        .map(parse)
        .collect()
}

fn plant(lang: Lang) -> Arg {
    Arg::new("plant")
        .required(true)
        .value_name("PLANT")
        .value_parser(value_parser!(PathBuf))
        .help(Word::PlantHelp.text(lang))
}

/// `--json FILE`.
pub fn json(lang: Lang) -> Arg {
    file("json", Word::JsonHelp.text(lang))
}

/// An option with a file.
pub fn file(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .help(help)
}

/// A path argument that clap has made sure is there.
pub fn required<'a>(matches: &'a ArgMatches, name: &str) -> &'a std::path::Path {
    path(matches, name).map_or(std::path::Path::new("."), |path| path.as_path())
}

/// A path argument, if given.
pub fn path<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a PathBuf> {
    matches.get_one::<PathBuf>(name)
}

/// A span such as `7d`, `36h`, `90 min`, `2 s`.
pub fn span(text: &str) -> Option<fenhe_contract::Span> {
    let text = text.trim();
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let value: f64 = text[..split].parse().ok()?;
    let unit = match text[split..].trim() {
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        "w" => 604_800.0,
        _ => return None,
    };
    let seconds = value * unit;
    (seconds <= 3.2e9).then(|| fenhe_contract::Span::from_seconds_up(seconds))
}

/// `path=a,b,c` or `path=low..high:step` into the path and its values as TOML text.
pub fn sweep(text: &str) -> Option<(String, Vec<String>)> {
    let (path, values) = text.split_once('=')?;
    let list = match values.split_once("..") {
        Some((low, rest)) => {
            let (high, step) = rest.split_once(':').unwrap_or((rest, "1"));
            let (low, high, step) = (
                low.parse::<i64>().ok()?,
                high.parse::<i64>().ok()?,
                step.parse::<i64>().ok()?,
            );
            if step <= 0 || high < low || (high - low) / step > 10_000 {
                return None;
            }
            (0..=(high - low) / step)
                .map(|i| (low + i * step).to_string())
                .collect()
        }
        None => values
            .split(',')
            .map(|value| value.trim().to_string())
            .collect::<Vec<_>>(),
    };
    (!path.is_empty() && list.iter().all(|value| !value.is_empty()))
        .then(|| (path.to_string(), list))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenhe_contract::Span;

    #[test]
    fn the_command_line_is_consistent_in_both_languages() {
        for lang in Lang::ALL {
            command(lang).debug_assert();
        }
    }

    #[test]
    fn spans_are_read_with_their_unit() {
        assert_eq!(span("7d"), Some(Span::hours(168)));
        assert_eq!(span("36 h"), Some(Span::hours(36)));
        assert_eq!(span("1.5 s"), Some(Span::ms(1500)));
        assert_eq!(span("7"), None);
        assert_eq!(span("7 days"), None);
    }

    #[test]
    fn sweeps_are_lists_or_ranges() {
        let values = |text| sweep(text).map(|(_, values)| values);
        assert_eq!(
            values("a.b=60..80:10"),
            Some(vec!["60".into(), "70".into(), "80".into()])
        );
        assert_eq!(
            values("a.b=1 s,2 s"),
            Some(vec!["1 s".into(), "2 s".into()])
        );
        assert_eq!(values("a.b="), None);
        assert_eq!(values("a.b=5..1"), None);
    }

    #[test]
    fn language_comes_from_the_flag_first() {
        let args = |list: &[&str]| list.iter().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(
            language(&args(&["fenhe", "--lang", "zh", "demo"])),
            Lang::Zh
        );
        assert_eq!(language(&args(&["fenhe", "demo", "--lang=en"])), Lang::En);
    }
}
