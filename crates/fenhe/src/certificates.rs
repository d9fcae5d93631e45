//! A folder with the certificates of a plant: made by `fenhe certificates`, read by everything that talks
//! over a broker.
//!
//! ```text
//!   ca.pem  ca.key            the authority; its key belongs where nobody else reads
//!   broker.pem  broker.key    the broker, for the hosts named when it was made
//!   fenhe.pem  fenhe.key      the controller
//!   fenhe-gateway.*           the gateway of stations and sources
//!   SERIAL.pem  SERIAL.key    each vehicle
//!   mosquitto.acl             what each may say and hear, for mosquitto
//! ```

use crate::args::required;
use crate::live::{plant_of, told};
use crate::{Failure, tools};
use clap::ArgMatches;
use fenhe_link::tokio::runtime::Handle;
use fenhe_link::{Broker, Config, Deed, Guard, NoBroker, Refused, Tls};
use fenhe_live::acl::Acl;
use fenhe_live::site::Keys;
use fenhe_messages::{Lang, Word, fill};
use fenhe_plant::Plant;
use fenhe_server::certs::{Authority, Identity};
use fenhe_server::{ClientCertificates, Server, common_name};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// Refusals that wait to be written.
const WAITING: usize = 10_000;

/// `fenhe certificates PLANT --folder DIR`.
pub fn certificates(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = plant_of(given, lang)?;
    let folder = PathBuf::from(required(given, "folder"));
    let hosts = given.get_many::<String>("host").unwrap_or_default();
    let hosts: Vec<&str> = hosts.map(String::as_str).collect();
    let count = make(&folder, &acl(&plant), &hosts);
    let count = count.map_err(|why| Failure::write(lang, &folder, &why))?;
    let said = [
        ("count", count.to_string()),
        ("folder", folder.display().to_string()),
    ];
    tools::print_line(&fill(Word::CertificatesMade.text(lang), &said));
    Ok(())
}

/// Makes what is missing in a folder; what is there stays. How many were made.
fn make(folder: &Path, acl: &Acl, hosts: &[&str]) -> io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let authority = match (read("ca.pem"), read("ca.key")) {
        (Ok(certificate), Ok(key)) => Authority::load(&certificate, &key)?,
        _ => {
            let authority = Authority::new("Fenhe")?;
            std::fs::write(folder.join("ca.pem"), authority.certificate())?;
            secret(&folder.join("ca.key"), &authority.key())?;
            authority
        }
    };
    let mut made = 0;
    let mut keep = |name: &str, make: &dyn Fn() -> io::Result<Identity>| {
        let (chain, key) = (format!("{name}.pem"), format!("{name}.key"));
        if folder.join(&chain).exists() && folder.join(&key).exists() {
            return Ok(());
        }
        let identity = make()?;
        secret(&folder.join(key), &identity.key)?;
        made += 1;
        std::fs::write(folder.join(chain), identity.chain)
    };
    let own = ["localhost", "127.0.0.1"];
    let hosts = if hosts.is_empty() { &own[..] } else { hosts };
    keep("broker", &|| authority.server(hosts))?;
    for name in acl.names().filter(|name| is_file_name(name)) {
        keep(name, &|| authority.client(name))?;
    }
    std::fs::write(folder.join("mosquitto.acl"), acl.mosquitto())?;
    Ok(made)
}

/// A serial that could lead out of the folder gets no file.
fn is_file_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', '\0', ':'])
}

/// A file that nobody else reads.
fn secret(path: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::File::options();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(path)?, text.as_bytes())
}

/// The folder that a command was given.
pub fn given_folder(given: &ArgMatches) -> Option<PathBuf> {
    let folder = given.try_get_one::<PathBuf>("certificates");
    folder.ok().flatten().cloned()
}

/// Certificate and key of each name in a folder.
pub fn keys(folder: PathBuf) -> Keys {
    Arc::new(move |name| {
        let read = |name: String| std::fs::read(folder.join(name)).ok();
        let named = is_file_name(name);
        let chain = read(format!("{name}.pem")).filter(|_| named)?;
        Some(Tls {
            ca: read("ca.pem".into())?,
            own: Some((chain, read(format!("{name}.key"))?)),
        })
    })
}

/// The broker in the box on loopback or at `--listen`, with mutual TLS if certificates are given; how it
/// is reached from here, and where its refusals come out.
pub fn in_the_box(
    plant: &Plant,
    given: &ArgMatches,
    runtime: &Handle,
    lang: Lang,
) -> Result<(Broker, Config, Option<Receiver<Refused>>), Failure> {
    let fail = |why: NoBroker| told(lang, Word::CannotStart, &why.0);
    let listen = given.try_get_one::<String>("listen").ok().flatten();
    let folder = given_folder(given);
    let local = SocketAddr::from(([127, 0, 0, 1], 0));
    let address = match listen {
        None => local,
        Some(text) => text
            .parse()
            .map_err(|_| Failure::argument(lang, text, Word::WantsAddress.text(lang)))?,
    };
    if folder.is_none() && !address.ip().is_loopback() {
        let why = Word::ListenWantsCertificates.text(lang);
        return Err(Failure::argument(lang, &address.to_string(), why));
    }
    let (broker, refused) = match &folder {
        None => (Broker::start(address, runtime).map_err(fail)?, None),
        Some(folder) => {
            let (guard, refused) = guard(folder, plant, lang)?;
            let broker = Broker::guarded(address, guard, runtime).map_err(fail)?;
            (broker, Some(refused))
        }
    };
    let host = match broker.address().ip() {
        ip if ip.is_unspecified() => "127.0.0.1".to_string(),
        ip => ip.to_string(),
    };
    let config = Config::new(&host, broker.address().port(), "");
    Ok((broker, config, refused))
}

/// What stands before the broker in the box, and where its refusals come out.
fn guard(folder: &Path, plant: &Plant, lang: Lang) -> Result<(Guard, Receiver<Refused>), Failure> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).map_err(|why| Failure::read(lang, &path, &why))
    };
    let clients = ClientCertificates::Required(read("ca.pem")?);
    let tls = fenhe_server::Tls::new(&read("broker.pem")?, &read("broker.key")?, &clients);
    let tls = tls.map_err(|why| told(lang, Word::CannotStart, &why))?;
    let (tx, rx) = std::sync::mpsc::sync_channel(WAITING);
    let guard = Guard {
        tls: tls.acceptor().clone(),
        name: common_name,
        rights: Arc::new(acl(plant)),
        // Whoever reads them is quicker than a stranger connects; what does not fit is one of thousands.
        refused: Arc::new(move |refused| drop(tx.try_send(refused))),
    };
    Ok((guard, rx))
}

/// What each name may say and hear.
fn acl(plant: &Plant) -> Acl {
    Acl::of(plant, |v| fenhe_live::site::voice(plant, v, ""))
}

/// Writes refusals of the broker into the audit, for as long as the broker runs.
pub fn audit(refused: Receiver<Refused>, server: &Server) {
    let server = server.clone();
    let write = move || {
        for one in refused {
            let what = match one.deed {
                Deed::Connect => "mqtt connect",
                Deed::Publish => "mqtt publish",
                Deed::Subscribe => "mqtt subscribe",
            };
            server.refused(one.who, one.address.ip(), (what, &one.object), one.why);
        }
    };
    let _ = std::thread::Builder::new()
        .name("refusals".into())
        .spawn(write);
}
