//! Who may talk over the broker in the box: real TLS connections with wrong, foreign and missing
//! certificates, and vehicles that speak for others. Each is refused, and stands in the audit.

mod support;

use fenhe_link::tokio::runtime::{Builder, Runtime};
use fenhe_link::{Client, Config, Heard, Post, Tls};
use fenhe_server::certs::Authority;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use support::{LONG, Plant, Process, ask, scratch, workshop};

const SHORT: Duration = Duration::from_secs(3);

struct Peer {
    client: Client,
    heard: Receiver<Heard>,
}

impl Peer {
    fn connect(runtime: &Runtime, config: Config) -> Peer {
        let (tx, heard) = channel();
        let client = Client::open(config, runtime.handle(), move |heard| {
            let _ = tx.send(heard);
        });
        Peer { client, heard }
    }
    /// Whether it gets in, as far as the first answer tells.
    fn up(&self) -> bool {
        loop {
            match self.heard.recv_timeout(LONG).expect("an answer") {
                Heard::Up => return true,
                Heard::Down(_) => return false,
                Heard::Message { .. } => {}
            }
        }
    }
}

fn identity(folder: &Path, name: &str) -> Tls {
    let read = |name: String| std::fs::read(folder.join(name)).expect("a file");
    Tls {
        ca: read("ca.pem".into()),
        own: Some((read(format!("{name}.pem")), read(format!("{name}.key")))),
    }
}

fn at(address: &str, id: &str, tls: Option<Tls>) -> Config {
    let (host, port) = address.rsplit_once(':').expect("an address");
    Config {
        tls,
        ..Config::new(host, port.parse().expect("a port"), id)
    }
}

/// Waits for a line of the audit.
fn audited(plant: &Plant, boss: &str, why: &str, is: impl Fn(&Value) -> bool) -> Value {
    let until = Instant::now() + LONG;
    loop {
        let mut after = json!(0);
        loop {
            let page = plant.get(boss, &format!("/api/v1/audit?after={after}"));
            let rows = page.as_array().expect("lines").clone();
            let Some(last) = rows.last() else { break };
            after = last["seq"].clone();
            let found = rows
                .iter()
                .find(|row| row["refused"] == json!(why) && is(row));
            if let Some(found) = found {
                return found.clone();
            }
        }
        assert!(Instant::now() < until, "{why} in the audit in time");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn whoever_is_not_who_he_says_is_refused_and_written_down() {
    let folder = scratch("strangers");
    let plant_folder = workshop(&folder);
    let (path, certs) = (plant_folder.display().to_string(), folder.join("certs"));
    let made = Process::start(&[
        "certificates",
        &path,
        "--folder",
        &certs.display().to_string(),
    ]);
    made.wait("certificates", |line| {
        line.contains("certificates made").then_some(())
    });
    let (listen, certificates) = (free_address(), certs.display().to_string());
    let journal = folder.join("journal").display().to_string();
    let plant = Plant::start(&[
        "rehearse",
        &path,
        "--journal",
        &journal,
        "--speed",
        "5",
        "--port",
        "0",
        "--listen",
        &listen,
        "--certificates",
        &certificates,
    ]);
    let (viewer, boss) = (plant.token("viewer"), plant.token("supervisor"));
    // All 104 vehicles, the gateway and the controller get through by their own certificates.
    plant.until(&viewer, "vehicles linked", |view| {
        let rows = view["vehicles"].as_array()?;
        rows.iter()
            .all(|row| row["link"] == json!(true))
            .then_some(())
    });
    let view = plant.get(&viewer, "/api/v1/view");
    let names: Vec<String> = (0..2)
        .map(|i| {
            view["vehicles"][i]["name"]
                .as_str()
                .expect("a name")
                .to_string()
        })
        .collect();
    let (one, two) = (&names[0], &names[1]);
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");

    // No certificate, and one of another authority.
    let plain = Tls {
        own: None,
        ..identity(&certs, one)
    };
    assert!(!Peer::connect(&runtime, at(&listen, "nobody", Some(plain))).up());
    audited(&plant, &boss, "link/no-certificate", |row| {
        row["who"].is_null()
    });
    let other = Authority::new("Fenhe").expect("made");
    let forged = other.client(one).expect("made");
    let forged = Tls {
        own: Some((forged.chain.into_bytes(), forged.key.into_bytes())),
        ..identity(&certs, one)
    };
    assert!(!Peer::connect(&runtime, at(&listen, "forged", Some(forged))).up());
    assert!(
        !Peer::connect(&runtime, at(&listen, "plain", None)).up(),
        "no TLS at all"
    );

    // A good certificate of a serial that the plant does not have.
    let key = std::fs::read_to_string(certs.join("ca.key")).expect("the key");
    let ca = std::fs::read_to_string(certs.join("ca.pem")).expect("the certificate");
    let stranger = Authority::load(&ca, &key)
        .expect("loads")
        .client("agv-of-elsewhere")
        .expect("made");
    let stranger = Tls {
        own: Some((stranger.chain.into_bytes(), stranger.key.into_bytes())),
        ..identity(&certs, one)
    };
    assert!(!Peer::connect(&runtime, at(&listen, "elsewhere", Some(stranger))).up());
    let row = audited(&plant, &boss, "link/unknown-name", |_| true);
    assert_eq!(
        (&row["who"], &row["by"]),
        (&json!("agv-of-elsewhere"), &json!("certificate"))
    );

    // One vehicle under the client id of another, which stays connected.
    let taken = format!("Fenhe-{two}");
    assert!(!Peer::connect(&runtime, at(&listen, &taken, Some(identity(&certs, one)))).up());
    let row = audited(&plant, &boss, "link/client-id-taken", |_| true);
    assert_eq!((&row["who"], &row["object"]), (&json!(one), &json!(taken)));
    spoofing(
        &plant,
        (&viewer, &boss),
        (&runtime, &listen, &certs),
        (one, two),
    );
    tokens(&plant, &boss);
    drop(plant);
    let _ = std::fs::remove_dir_all(&folder);
}

/// A vehicle with a good certificate of its own speaks and listens for another.
fn spoofing(
    plant: &Plant,
    (viewer, boss): (&str, &str),
    (runtime, listen, certs): (&Runtime, &str, &Path),
    (one, two): (&str, &str),
) {
    let topic = |name: &str, kind: &str| format!("uagv/v2/Fenhe/{name}/{kind}");
    let mut config = at(listen, "liar", Some(identity(certs, one)));
    config.topics = vec![(topic(one, "order"), 0)];
    let liar = Peer::connect(runtime, config.clone());
    assert!(liar.up(), "by its own certificate it gets in");
    let before = plant.get(viewer, "/api/v1/view");
    let gone = json!({
        "headerId": 1, "timestamp": "2099-01-01T00:00:00.00Z", "version": "2.1.0",
        "manufacturer": "Fenhe", "serialNumber": two, "connectionState": "CONNECTIONBROKEN"
    });
    let lie = |quality| Post {
        topic: topic(two, "connection"),
        payload: gone.to_string().into_bytes(),
        qos: quality,
        retain: false,
    };
    assert!(liar.client.publish(lie(0)) && liar.client.publish(lie(1)));
    let row = audited(plant, boss, "link/not-yours", |row| {
        row["what"] == json!("mqtt publish")
    });
    assert_eq!(
        (&row["who"], &row["object"]),
        (&json!(one), &json!(topic(two, "connection")))
    );
    // Nobody believed it: the other's link is up all the time.
    let until = Instant::now() + SHORT;
    while Instant::now() < until {
        let view = plant.get(viewer, "/api/v1/view");
        assert_eq!(view["vehicles"][1]["link"], json!(true));
        assert_eq!(
            view["vehicles"][1]["revision"],
            before["vehicles"][1]["revision"]
        );
        std::thread::sleep(Duration::from_millis(100));
    }
    // Hearing what is for others is refused too; so is everything at once.
    for filter in [
        topic(two, "order"),
        "#".to_string(),
        "uagv/v2/Fenhe/+/order".to_string(),
    ] {
        config.topics = vec![(filter.clone(), 0)];
        config.client_id = format!("ear-{}", filter.len());
        let ear = Peer::connect(runtime, config.clone());
        audited(plant, boss, "link/not-yours", |row| {
            row["object"] == json!(filter)
        });
        let until = Instant::now() + SHORT;
        while let Ok(heard) = ear
            .heard
            .recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            assert!(
                !matches!(heard, Heard::Message { .. }),
                "{filter}: {heard:?}"
            );
        }
    }
    // A last will in another's name.
    config.topics.clear();
    config.client_id = "testament".into();
    config.will = Some(lie(1));
    assert!(!Peer::connect(runtime, config).up());
    audited(plant, boss, "link/not-yours", |row| {
        row["what"] == json!("mqtt connect")
    });
}

/// What was taken back or ended is not good any more.
fn tokens(plant: &Plant, boss: &str) {
    let rows = ask_with(plant, "GET", "/api/v1/tokens");
    let mine = rows
        .as_array()
        .expect("tokens")
        .iter()
        .find(|row| row["name"] == json!("t-viewer"));
    let id = mine.expect("it is listed")["id"]
        .as_str()
        .expect("an id")
        .to_string();
    let spare = plant.token_named("t-spare", "viewer");
    let view = |token: &str| ask(&plant.address, "GET", "/api/v1/view", token, None);
    assert_eq!(view(&spare).status, 200);
    let rows = ask_with(plant, "GET", "/api/v1/tokens");
    let rows = rows.as_array().expect("tokens");
    let spare_id = rows
        .iter()
        .find(|row| row["name"] == json!("t-spare"))
        .expect("listed")["id"]
        .clone();
    assert_ne!(spare_id, json!(id));
    ask_with(
        plant,
        "DELETE",
        &format!("/api/v1/tokens/{}", spare_id.as_str().expect("an id")),
    );
    assert_eq!(view(&spare).code(), "auth/revoked");
    audited(plant, boss, "auth/revoked", |row| {
        row["what"] == json!("GET /api/v1/view")
    });
    // A session that was ended: its cookie is replayed.
    let cookie = support::login(&plant.address, "chief", "a long secret word");
    let body = Value::Null;
    let out = support::with_cookie(&plant.address, "DELETE", "/api/v1/session", &cookie, &body);
    assert!(out.status < 300, "{out:?}");
    let again = support::with_cookie(&plant.address, "GET", "/api/v1/view", &cookie, &body);
    assert_eq!(again.status, 401, "{again:?}");
    audited(plant, boss, again.code(), |row| {
        row["what"] == json!("GET /api/v1/view")
    });
}

fn ask_with(plant: &Plant, method: &str, path: &str) -> Value {
    support::with_cookie(&plant.address, method, path, &plant.cookie, &Value::Null).json
}

fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}
