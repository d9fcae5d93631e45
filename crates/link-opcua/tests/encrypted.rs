//! Signed and encrypted, with user and password; trust by copying certificates.

mod support;

use fenhe_link_opcua::{
    Cell, Client, Config, Link, Mapping, Mark, Memory, Security, Server, ServerConfig, Station,
    trust,
};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use support::{Ears, PRESS, run};

const LONG: Duration = Duration::from_secs(60);

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // Not there the first time.
    let _old = std::fs::remove_dir_all(&folder);
    folder
}

fn user(password: &str) -> Security {
    Security::Encrypted {
        user: "fenhe".into(),
        password: password.into(),
    }
}

fn connect(server: &Server, keys: &Path, security: Security) -> Client {
    let station = Station::new(PRESS, Mapping::named("press"), Some(Mark::default()));
    let mut link = Link::new(&format!("opc.tcp://{}/", server.address()), vec![station]);
    link.keys = keys.into();
    link.security = security;
    let links = vec![link];
    Client::connect(Config { links }).expect("client starts")
}

/// Waits for a certificate and has the other side trust it.
fn introduce(of: &Path, to: &Path) {
    let certificate = of.join("own/cert.der");
    let end = Instant::now() + LONG;
    while trust(to, &certificate).is_err() {
        assert!(Instant::now() < end, "no certificate was made");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn only_trusted_certificates_and_the_right_password_get_in() {
    let (ours, theirs) = (folder("keys-client"), folder("keys-server"));
    let config = ServerConfig {
        host: "127.0.0.1".into(),
        listen: ([127, 0, 0, 1], 0).into(),
        keys: theirs.clone(),
        security: user("right"),
    };
    let cell = Cell {
        station: PRESS,
        mapping: Mapping::named("press"),
        memory: Memory::named("m1"),
    };
    let server = Server::start(config, vec![cell]).expect("server starts");
    let client = connect(&server, &ours, user("right"));
    client.send(PRESS, &run(1, 1));
    let mut ears = Ears::default();
    introduce(&theirs, &ours);
    // The server does not know us yet.
    assert!(!ears.until(&client, Duration::from_secs(6), |ears| ears.up));
    assert!(server.commands().try_recv().is_err());
    introduce(&ours, &theirs);
    assert!(
        ears.until(&client, LONG, |ears| ears.up),
        "trusted on both sides"
    );
    assert!(server.commands().recv_timeout(LONG).is_ok());
    drop(client);
    let mut ears = Ears::default();
    let client = connect(&server, &ours, user("wrong"));
    client.send(PRESS, &run(2, 2));
    assert!(!ears.until(&client, Duration::from_secs(6), |ears| ears.up));
    drop(client);
    let client = connect(&server, &ours, Security::None);
    client.send(PRESS, &run(3, 3));
    assert!(!ears.until(&client, Duration::from_secs(6), |ears| ears.up));
    assert!(server.commands().try_recv().is_err());
}
