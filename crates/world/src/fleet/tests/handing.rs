use super::yard::*;
use fenhe_contract::*;
use fenhe_plant::Plant;

fn hand(revision: u32, deck: u8, place: PlaceId, pick: bool) -> Command {
    Command::Handle {
        vehicle: VehicleId(0),
        revision,
        deck,
        place,
        pick,
    }
}

/// Edges 0 and 1 of 5 m, a full store at node 1 and an empty one at node 2.
fn shop() -> (Plant, PlaceId, PlaceId) {
    let mut plant = street(agv(), 2, 5000);
    let (from, to) = (store(&mut plant, 1, true), store(&mut plant, 2, false));
    (plant, from, to)
}

#[test]
fn a_carrier_goes_from_place_to_deck_to_place() {
    let (plant, from, to) = shop();
    let mut run = Run::new(plant);
    let mut commands = Commands::default();
    commands.drive(VehicleId(0), 1, &[EdgeId(0)]);
    commands.push(hand(2, 1, from, true));
    commands.drive(VehicleId(0), 3, &[EdgeId(1)]);
    commands.push(hand(4, 1, to, false));
    run.send(0.0, &commands);
    run.to(Time(100_000_000));
    let arrived = run.times_at(0, 1)[0];
    let again = run.times_at(0, 2)[0];
    let told = run.told(0);
    let picked = VehicleEvent::Picked {
        deck: 1,
        place: from,
        tag: Tag(0),
        revision: 4,
    };
    assert_eq!(told[0].1, picked);
    assert_near(told[0].0, arrived + 14.0);
    assert_eq!(
        told[1].1,
        VehicleEvent::Dropped {
            deck: 1,
            place: to,
            revision: 4
        }
    );
    assert_near(told[1].0, again + 14.0);
    assert_near(again, 2.0 * arrived + 14.0);
    assert_eq!(run.world.bodies().at[to], Some(0));
    assert_eq!(run.world.bodies().at[from], None);
    assert!(run.records.0.iter().any(|(_, record)| matches!(
        record,
        Record::Vehicle {
            from: VehicleState::Handling,
            to: VehicleState::Loaded,
            ..
        }
    )));
}

#[test]
fn it_docks_once_per_stop() {
    let (mut plant, from, _) = shop();
    let other = store(&mut plant, 1, true);
    let mut run = Run::new(plant);
    let mut commands = Commands::default();
    commands.drive(VehicleId(0), 1, &[EdgeId(0)]);
    commands.push(hand(2, 0, from, true));
    commands.push(hand(3, 1, other, true));
    run.send(0.0, &commands);
    run.to(Time(100_000_000));
    let arrived = run.times_at(0, 1)[0];
    assert_near(run.told(0)[0].0, arrived + 14.0);
    assert_near(run.told(0)[1].0, arrived + 20.0);
}

#[test]
fn what_cannot_be_handed_over_stays_and_it_says_why() {
    let (mut plant, from, to) = shop();
    let other = store(&mut plant, 1, true);
    let mut run = Run::new(plant);
    let mut commands = Commands::default();
    commands.push(hand(1, 0, from, true)); // it stands on node 0
    commands.drive(VehicleId(0), 2, &[EdgeId(0)]);
    commands.push(hand(3, 0, from, false)); // its deck is empty
    commands.push(hand(4, 9, from, true)); // it has no such deck
    commands.push(hand(5, 0, from, true));
    commands.push(hand(6, 0, from, true)); // nothing is left
    commands.push(hand(7, 0, other, true)); // its deck is full
    commands.push(hand(8, 0, other, false)); // the place is full
    commands.push(hand(9, 0, PlaceId(999), false)); // no such place
    commands.push(hand(10, 0, to, false)); // not at this node
    run.send(0.0, &commands);
    run.to(Time(200_000_000));
    let whys: alloc::vec::Vec<Option<Why>> = run
        .told(0)
        .iter()
        .map(|(_, event)| match event {
            VehicleEvent::HandFailed { why, .. } => Some(*why),
            _ => None,
        })
        .collect();
    use Why::*;
    assert_eq!(
        whys,
        [
            Some(NotThere),
            Some(Empty),
            Some(WrongKind),
            None,
            Some(Empty),
            Some(Occupied),
            Some(Occupied),
            Some(NotThere),
            Some(NotThere)
        ]
    );
    let bodies = run.world.bodies();
    assert_eq!(bodies.at[PlaceId(0)], Some(0));
    assert_eq!(bodies.at[from], None);
    assert_eq!(bodies.at[other], Some(1));
}
