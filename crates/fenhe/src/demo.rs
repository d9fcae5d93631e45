//! The plant of `fenhe demo`: the cell workshop in the box, its fourth line fed by orders of which one is
//! hard to keep, and zones that people may want to enter.

use crate::warm;
use fenhe_contract::{AlarmId, AlarmState, Event};
use fenhe_control::{AlarmView, Controller};
use fenhe_plant::Files;

/// What the demonstration adds to the workshop.
const MORE: &str = r#"
[orders]
file = "orders.csv"

[[area]]
id = "L1-laser-bay"
outline = [["98 m", "11 m"], ["119 m", "11 m"], ["119 m", "21 m"], ["98 m", "21 m"]]

[[area]]
id = "south-door"
outline = [["380 m", "5 m"], ["396 m", "5 m"], ["396 m", "12 m"], ["380 m", "12 m"]]

[[area]]
id = "aisle-2-middle"
outline = [["193 m", "21 m"], ["204 m", "21 m"], ["204 m", "25 m"], ["193 m", "25 m"]]
"#;

const ORDERS: &str = "order,product,quantity,release,due
SO-4711,cell,24000,0 h,24 h
SO-4712,cell,20000,0 h,29.3 h
SO-4713,cell,40000,0 h,60 h
SO-4714,cell,400000,0 h,240 h
";

/// What nobody has seen to yet, of what is wrong: the demonstration begins when there is something.
fn waits(core: &Controller) -> impl Iterator<Item = AlarmId> + '_ {
    let new = |alarm: &AlarmView<'_>| alarm.wrong && alarm.state == AlarmState::Unacknowledged;
    core.alarms().filter(new).map(|alarm| alarm.id)
}

/// A moment to begin with.
pub fn worth_a_look(core: &Controller) -> bool {
    waits(core).next().is_some()
}

/// All alarms but one of those have been seen to.
pub fn seen_to(core: &Controller) -> Vec<Event> {
    warm::seen_to(core, waits(core).last())
}

/// The workshop as it stands in the repository.
pub fn workshop() -> Files {
    macro_rules! file {
        ($name:literal) => {
            (
                $name,
                include_bytes!(concat!("../../../plants/jinneng-cells/", $name)).as_slice(),
            )
        };
    }
    let parts = [
        file!("plant.toml"),
        file!("equipment.csv"),
        file!("tracks.lif.json"),
    ];
    parts
        .into_iter()
        .fold(Files::default(), |files, (name, bytes)| {
            files.with(name, bytes)
        })
}

/// The same with orders and zones.
pub fn files() -> Files {
    let mut files = workshop();
    let text = files.0.remove("plant.toml").unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let fed = match text.rsplit_once("endless = \"cell\"") {
        Some((head, tail)) => format!("{head}orders = \"cell\"{tail}{MORE}"),
        None => text,
    };
    files
        .with("plant.toml", fed.as_bytes())
        .with("orders.csv", ORDERS.as_bytes())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_demonstration_has_orders_and_zones() {
        let (plant, _) = fenhe_plant::load("jinneng-cells", &super::files()).expect("no errors");
        assert_eq!(plant.orders.len(), 4);
        assert_eq!(plant.areas.len(), 3);
        let (bare, _) = fenhe_plant::load("jinneng-cells", &super::workshop()).expect("no errors");
        assert_eq!(bare.areas.len() + bare.orders.len(), 0);
    }
}
