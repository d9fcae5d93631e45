//! The other end: `fenhe devices`, and the simulated devices of a rehearsal.

use crate::live::{STATUS, address, end, number, plant_of, runtime, time};
use crate::modes::Said;
use crate::served::{self, Served};
use crate::{Failure, certificates, machines, tools};
use clap::ArgMatches;
use fenhe_contract::{Event, Record, Seed, Span, Time};
use fenhe_live::site::Site;
use fenhe_live::stand_in::{Aside, Part, StandIn, Witness};
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// `fenhe devices PLANT --broker HOST:PORT`.
pub fn devices(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = plant_of(given, lang)?;
    let runtime = runtime(lang)?;
    let broker = given.get_one::<String>("broker").map(String::as_str);
    let broker = address(broker.unwrap_or("127.0.0.1:1883"), lang)?;
    let (served, _) = served(&plant, given, lang)?;
    let mut site = Site::new(
        plant,
        broker,
        runtime.handle().clone(),
        number(given, "speed"),
    );
    if let Some(text) = given.get_one::<String>("state-every") {
        site.state_every = Span(time(text, lang)?.as_micros() as i64);
    }
    site.keys = certificates::given_folder(given).map(certificates::keys);
    let seed = Seed(given.get_one::<u64>("seed").copied().unwrap_or(1));
    let said = Said::of(given, &site.plant, lang)?;
    let part = said.part(&site.plant, !given.get_flag("no-stations"));
    let (devices, _served) = stand_in(&site, (seed, part), served, given, lang)?;
    said.leave_out(&devices);
    let until = end(given, lang)?;
    while until.is_none_or(|until| Instant::now() < until) {
        std::thread::sleep(STATUS);
        let Some((time, breaches)) = devices.look(|devices, now| (now, devices.world().breaches()))
        else {
            break;
        };
        let said = [
            ("time", format!("{:.0}", time.as_seconds())),
            ("count", breaches.to_string()),
        ];
        tools::print_line(&fill(Word::DevicesStatus.text(lang), &said));
    }
    Ok(())
}

/// Servers of simulated machines, where some are wanted, and how the controller reaches them.
pub type Machines = (Option<Served>, Option<fenhe_link_opcua::Config>);

pub fn served(plant: &Plant, given: &ArgMatches, lang: Lang) -> Result<Machines, Failure> {
    let all = given.try_get_one::<bool>("opcua").ok().flatten();
    let mut config = match all {
        Some(true) => Some(served::everything(plant)),
        _ if given.try_contains_id("machines").is_ok() => machines::of(given, plant, lang)?,
        _ => None,
    };
    let served = config
        .as_mut()
        .map(|config| Served::start(config, plant, lang))
        .transpose()?;
    Ok((served, config))
}

/// Starts the simulated devices, what they truly do written to the ledger that was asked for.
pub fn stand_in(
    site: &Site,
    (seed, part): (Seed, Part),
    served: Option<Served>,
    given: &ArgMatches,
    lang: Lang,
) -> Result<(StandIn, Option<Served>), Failure> {
    let ledger = || {
        let path = given.try_get_one::<PathBuf>("ledger").ok().flatten();
        path.map(|path| open_ledger(path, lang)).transpose()
    };
    let stops = match given.try_get_one::<String>("stop-machines").ok().flatten() {
        Some(text) => Some(time(text, lang)?),
        None => None,
    };
    let aside: Aside = match &served {
        Some(served) => served.aside(&site.plant, ledger()?),
        None => Box::new(|_: Time, _: &Event| false),
    };
    let witness = witness(&site.plant, ledger()?);
    let devices = site.part(seed, part, (witness, aside));
    let served = served.map(|mut served| {
        served.attend(devices.orders(), stops);
        served
    });
    Ok((devices, served))
}

fn open_ledger(path: &Path, lang: Lang) -> Result<std::fs::File, Failure> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path);
    file.map_err(|why| Failure::write(lang, path, &why))
}

/// One line for each hand-over: what truly happened, in a place of its own.
fn witness(plant: &Arc<Plant>, ledger: Option<std::fs::File>) -> Witness {
    let (plant, mut ledger) = (plant.clone(), ledger);
    Box::new(move |now: Time, record: Record| {
        let (
            Some(file),
            Record::Handed {
                vehicle,
                place,
                pick,
                count,
            },
        ) = (&mut ledger, record)
        else {
            return;
        };
        let name = &plant.vehicles[vehicle].name;
        let deed = if pick { "pick" } else { "drop" };
        let _ = writeln!(file, "{} {name} {deed} {} {count}", now.0, place.0);
    })
}
