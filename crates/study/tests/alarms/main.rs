//! Alarms as an operator gets them: each condition with its delays, the life of an alarm, and one alarm
//! for a jam, on the cell workshop.

mod conditions;
mod jam;
mod life;

use fenhe_contract::*;
use fenhe_control::{AlarmView, Controller};
use fenhe_plant::{Plant, load_with};
use fenhe_study::read_folder;
use std::path::Path;
use std::sync::Arc;

/// The cell workshop with some figures of its model changed.
fn workshop(changes: &[(&str, &str)]) -> Arc<Plant> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plants/jinneng-cells");
    let files = read_folder(&folder).expect("the folder can be read");
    let changes: Vec<(String, String)> = changes
        .iter()
        .map(|(path, value)| (path.to_string(), value.to_string()))
        .collect();
    let (plant, _) = load_with("jinneng-cells", &files, &changes).expect("the plant is checked");
    Arc::new(plant)
}

/// A core in a control room: facts are told by hand, nobody carries out its orders.
struct Room {
    plant: Arc<Plant>,
    core: Controller,
    now: Time,
    records: Vec<(Time, Record)>,
}

impl Room {
    fn new() -> Room {
        Room::of(workshop(&[]))
    }
    fn of(plant: Arc<Plant>) -> Room {
        Room {
            core: Controller::new(plant.clone()),
            plant,
            now: Time::ZERO,
            records: Vec::new(),
        }
    }
    fn tell(&mut self, event: &Event) {
        let mut out = Commands::default();
        self.core.handle(self.now, event, &mut out);
        let now = self.now;
        self.records.extend(out.records.iter().map(|&r| (now, r)));
    }
    fn act(&mut self, id: AlarmId, act: AlarmAct) {
        self.tell(&Event::Alarm(id, act));
    }
    fn trouble(&mut self, trouble: Trouble, on: bool) {
        self.tell(&Event::Trouble(trouble, on));
    }
    fn station(&mut self, id: StationId, state: UnitState) {
        self.tell(&Event::Station(id, StationEvent::State(state)));
    }
    /// Waits; the core is woken whenever it wants to be.
    fn wait(&mut self, seconds: i64) {
        let until = self.now + Span::seconds(seconds);
        while let Some((at, _)) = self.core.deadline()
            && at <= until
        {
            self.now = at.max(self.now);
            self.tell(&Event::Deadline);
        }
        self.now = until;
    }
    fn view(&self, point: AlarmPoint) -> Option<AlarmView<'_>> {
        self.core.alarms().find(|view| view.point == point)
    }
    fn state(&self, point: AlarmPoint) -> AlarmState {
        self.view(point)
            .map_or(AlarmState::Normal, |view| view.state)
    }
    fn id(&self, point: AlarmPoint) -> AlarmId {
        self.view(point).expect("it is an alarm").id
    }
    /// How often it was put on the operator's list.
    fn annunciations(&self, of: AlarmPoint) -> usize {
        let new = |(_, record): &&(Time, Record)| match *record {
            Record::Alarm { point, to, .. } => point == of && to == AlarmState::Unacknowledged,
            _ => false,
        };
        self.records.iter().filter(new).count()
    }
}

fn vehicle(v: u32, code: AlarmCode) -> AlarmPoint {
    let source = AlarmSource::Vehicle(VehicleId(v));
    AlarmPoint { source, code }
}
fn station(id: StationId, code: AlarmCode) -> AlarmPoint {
    let source = AlarmSource::Station(id);
    AlarmPoint { source, code }
}
