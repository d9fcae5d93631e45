//! The client against the broker in the box, and against mosquitto where it is installed.

use fenhe_link::tokio::runtime::{Builder, Runtime};
use fenhe_link::{Broker, Client, Config, Heard, Post};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(20);

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A broker that can be stopped and started at the same address.
enum Peer {
    Ours(Option<Broker>),
    Mosquitto(Option<Child>),
}

impl Peer {
    fn start(&mut self, port: u16, runtime: &Runtime) {
        match self {
            Peer::Ours(broker) => {
                let address = SocketAddr::from(([127, 0, 0, 1], port));
                let until = Instant::now() + LONG;
                *broker = loop {
                    match Broker::start(address, runtime.handle()) {
                        Ok(broker) => break Some(broker),
                        Err(error) if Instant::now() > until => panic!("{error}"),
                        Err(_) => std::thread::sleep(Duration::from_millis(100)),
                    }
                };
            }
            Peer::Mosquitto(child) => {
                let mut command = Command::new("mosquitto");
                command
                    .args(["-p", &port.to_string()])
                    .stdout(Stdio::null())
                    .stderr(Stdio::null());
                *child = Some(command.spawn().expect("mosquitto starts"));
            }
        }
    }
    fn stop(&mut self) {
        match self {
            Peer::Ours(broker) => broker.take().unwrap().stop(),
            Peer::Mosquitto(child) => {
                let mut child = child.take().unwrap();
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}
impl Drop for Peer {
    fn drop(&mut self) {
        if let Peer::Mosquitto(Some(child)) = self {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn listen(config: Config, runtime: &Runtime) -> (Client, Receiver<Heard>) {
    let (tx, rx) = channel();
    let client = Client::open(config, runtime.handle(), move |heard| {
        let _ = tx.send(heard);
    });
    (client, rx)
}

fn wait_for(rx: &Receiver<Heard>, what: &str, mut wanted: impl FnMut(&Heard) -> bool) -> Heard {
    let until = Instant::now() + LONG;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let heard = rx
            .recv_timeout(left)
            .unwrap_or_else(|_| panic!("{what} in time"));
        if wanted(&heard) {
            return heard;
        }
    }
}

fn post(topic: &str, payload: &str, qos: u8, retain: bool) -> Post {
    Post {
        topic: topic.into(),
        payload: payload.into(),
        qos,
        retain,
    }
}

fn message(heard: &Heard, topic: &str) -> bool {
    matches!(heard, Heard::Message { topic: t, .. } if t == topic)
}

fn serves(mut peer: Peer) {
    let runtime = runtime();
    let port = free_port();
    peer.start(port, &runtime);
    let config = |id: &str| Config::new("127.0.0.1", port, id);

    // A fleet leaves its presence with the broker: whoever comes later hears all of it.
    let (fleet, told) = listen(config("fleet"), &runtime);
    wait_for(&told, "up", |heard| *heard == Heard::Up);
    for i in 0..300 {
        assert!(fleet.publish(post(
            &format!("uagv/v2/Fenhe/v{i}/connection"),
            "here",
            1,
            true
        )));
    }
    let topics = (0..300).map(|i| (format!("uagv/v2/Fenhe/v{i}/connection"), 1));
    let (_late, heard) = listen(
        Config {
            topics: topics.collect(),
            ..config("late")
        },
        &runtime,
    );
    let mut seen = std::collections::BTreeSet::new();
    while seen.len() < 300 {
        let one = wait_for(&heard, "300 retained messages", |heard| {
            matches!(heard, Heard::Message { .. })
        });
        if let Heard::Message { topic, .. } = one {
            seen.insert(topic);
        }
    }

    // A will is published when its owner is gone without a word.
    let will = post("uagv/v2/Fenhe/lost/connection", "broken", 1, true);
    let (mortal, told) = listen(
        Config {
            will: Some(will),
            keep_alive: Duration::from_secs(1),
            ..config("lost")
        },
        &runtime,
    );
    wait_for(&told, "up", |heard| *heard == Heard::Up);
    let topics = vec![
        ("uagv/v2/Fenhe/+/connection".into(), 1),
        ("orders/#".into(), 0),
    ];
    let (_watch, heard) = listen(
        Config {
            topics,
            ..config("watch")
        },
        &runtime,
    );
    wait_for(&heard, "up", |heard| *heard == Heard::Up);
    drop(mortal);
    wait_for(&heard, "the will", |heard| {
        message(heard, "uagv/v2/Fenhe/lost/connection")
    });

    // The broker goes and comes: each side is told, subscriptions are there again.
    peer.stop();
    wait_for(&heard, "down", |heard| matches!(heard, Heard::Down(_)));
    peer.start(port, &runtime);
    wait_for(&heard, "up again", |heard| *heard == Heard::Up);
    let until = Instant::now() + LONG;
    loop {
        fleet.publish(post("orders/1", "go", 0, false));
        if heard
            .recv_timeout(Duration::from_millis(200))
            .is_ok_and(|heard| message(&heard, "orders/1"))
        {
            break;
        }
        assert!(
            Instant::now() < until,
            "heard again after the broker came back"
        );
    }
}

#[test]
fn the_broker_in_the_box_serves_a_fleet() {
    serves(Peer::Ours(None));
}

#[test]
fn mosquitto_serves_a_fleet() {
    let there = Command::new("mosquitto").arg("-h").output().is_ok();
    if !there {
        assert!(
            std::env::var("FENHE_PEERS").is_err(),
            "FENHE_PEERS is set, mosquitto is not installed"
        );
        println!("skipped: mosquitto is not installed");
        return;
    }
    serves(Peer::Mosquitto(None));
}

#[test]
fn an_address_that_is_taken_is_said() {
    let runtime = runtime();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let error = Broker::start(taken.local_addr().unwrap(), runtime.handle())
        .err()
        .expect("taken");
    assert!(!error.0.is_empty());
}
