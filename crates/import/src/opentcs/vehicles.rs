//! Vehicles of a model as kinds: those alike in everything are one kind.

use super::model::{Model, Vehicle};
use crate::note::Notes;
use crate::sketch::{self, Kind};

/// Faster or longer is a mistake of the file, and not a vehicle [mm/s, mm].
const MOST: u32 = 100_000;

/// The kinds of a model in the order of their first vehicles; one vehicle is assumed where it has none.
pub fn kinds(model: &Model<'_>, notes: &mut Notes) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    for vehicle in &model.vehicles {
        let kind = kind(vehicle, notes);
        tell(vehicle, notes);
        let one = kind.vehicles.clone();
        match kinds.iter_mut().find(|other| alike(other, &kind)) {
            Some(other) => other.vehicles.extend(one),
            None => kinds.push(kind),
        }
    }
    for kind in &mut kinds {
        kind.name = called(kind);
    }
    if kinds.is_empty() {
        notes.assumed("assumed/fleet", Vec::new());
        kinds.push(Kind::unknown("vehicle", &["vehicle"]));
    }
    kinds
}

fn kind(vehicle: &Vehicle<'_>, notes: &mut Notes) -> Kind {
    let sane = |value: Option<u32>| value.filter(|value| (1..=MOST).contains(value));
    let number = |key: &str| {
        let value = property(vehicle, key)?;
        sane(
            value
                .parse::<f64>()
                .ok()
                .map(|value| libm::fabs(value) as u32),
        )
    };
    let mut kind = Kind::unknown(vehicle.name, &[vehicle.name]);
    kind.size = (sane(vehicle.size.0), sane(vehicle.size.1));
    kind.speed = sane(vehicle.speed.0);
    kind.reverse = sane(vehicle.speed.1);
    kind.accel = (
        number("loopback:acceleration"),
        number("loopback:deceleration"),
    );
    let [critical, _, _, full] = vehicle.energy;
    let charge = critical.zip(full);
    kind.charge_at = charge.filter(|(low, high)| low < high && *high <= 100);
    for (key, ours) in [
        ("vda5050:interfaceName", "interface"),
        ("vda5050:manufacturer", "manufacturer"),
        ("vda5050:mapId", "map"),
    ] {
        let value = property(vehicle, key).filter(|value| !value.is_empty());
        kind.vda5050
            .extend(value.map(|value| (ours, value.to_string())));
    }
    if let Some(value) = property(vehicle, "vda5050:version") {
        match version(value) {
            Some(version) => kind.vda5050.push(("version", version.into())),
            None => notes.left_with(
                "left/vda5050-version",
                vehicle.name,
                vec![("value", value.into())],
            ),
        }
    }
    for one in &mut kind.vehicles {
        let serial = property(vehicle, "vda5050:serialNumber").filter(|serial| !serial.is_empty());
        one.serial = serial.map(str::to_string);
    }
    kind
}

/// Versions of VDA 5050 that the plant format knows.
fn version(value: &str) -> Option<&'static str> {
    let known = [("2.0", "2.0.0"), ("2.1", "2.1.0"), ("3.0", "3.0.0")];
    let found = known
        .iter()
        .find(|(start, _)| value.trim().starts_with(start));
    found.map(|(_, version)| *version)
}

fn property<'d>(vehicle: &Vehicle<'d>, key: &str) -> Option<&'d str> {
    let pair = vehicle.properties.iter().find(|(name, _)| *name == key)?;
    Some(pair.1.trim())
}

/// What a kind does not hold.
fn tell(vehicle: &Vehicle<'_>, notes: &mut Notes) {
    const USED: [&str; 10] = [
        "loopback:loadOperation",
        "loopback:unloadOperation",
        "loopback:acceleration",
        "loopback:deceleration",
        "tcs:rechargeOperation",
        "vda5050:interfaceName",
        "vda5050:manufacturer",
        "vda5050:mapId",
        "vda5050:serialNumber",
        "vda5050:version",
    ];
    let [_, good, sufficient, _] = vehicle.energy;
    if good.is_some() || sufficient.is_some() {
        notes.left("left/energy", vehicle.name);
    }
    if vehicle.off_centre {
        notes.left("left/off-centre", vehicle.name);
    }
    if vehicle.envelope {
        notes.left("left/envelope", vehicle.name);
    }
    for (key, _) in vehicle
        .properties
        .iter()
        .filter(|(key, _)| !USED.contains(key))
    {
        notes.left_with("left/property", vehicle.name, vec![("key", (*key).into())]);
    }
}

fn alike(one: &Kind, other: &Kind) -> bool {
    one.size == other.size
        && (one.speed, one.reverse) == (other.speed, other.reverse)
        && one.accel == other.accel
        && one.charge_at == other.charge_at
        && one.vda5050 == other.vda5050
}

/// What the vehicles of a kind are called alike: what their names begin with, without a number.
fn called(kind: &Kind) -> String {
    let mut names = kind
        .vehicles
        .iter()
        .map(|vehicle: &sketch::Vehicle| vehicle.name.as_str());
    let first = names.next().unwrap_or_default();
    if kind.vehicles.len() < 2 {
        return first.to_string();
    }
    let mut common = first;
    for name in names {
        let same = common.char_indices().zip(name.chars());
        let end = same.take_while(|((_, a), b)| a == b).last();
        common = &common[..end.map_or(0, |((at, c), _)| at + c.len_utf8())];
    }
    let common = common.trim_end_matches(|c: char| c.is_numeric() || !c.is_alphanumeric());
    match common {
        "" => "vehicle".into(),
        common => common.into(),
    }
}
