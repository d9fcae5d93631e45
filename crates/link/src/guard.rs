//! Who may talk over the broker in the box: mutual TLS before it, and rights by name behind.
//!
//! ```text
//!   client --TLS, its certificate--> door --plain, loopback--> broker
//!                                     |  name of the certificate      ^
//!                                     +--> who is behind which address+--> rights
//! ```
//! The name in a client's certificate is its identity: the serial of a vehicle, or the name of a
//! controller or gateway. Whoever has no certificate of our authority gets no further than the
//! handshake; whoever has one may only do what is of that name. Each refusal is told.

use mqtt5::broker::auth::{AuthProvider, AuthResult};
use mqtt5::packet::connect::ConnectPacket;
use mqtt5::protocol::v5::reason_codes::ReasonCode;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// A handshake that takes longer is given up.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Connections at once.
const CONNECTIONS: usize = 20_000;

/// What somebody wanted of the broker.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Deed {
    /// To connect.
    Connect,
    /// To publish on a topic.
    Publish,
    /// To hear a topic, or all that a filter names.
    Subscribe,
}

/// Something the broker refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Name in the certificate that was shown; none without one that is good here.
    pub who: Option<String>,
    /// From where.
    pub address: SocketAddr,
    /// What was wanted.
    pub deed: Deed,
    /// The topic, or the client id.
    pub object: String,
    /// Why: a code.
    pub why: &'static str,
}

/// What each name may do. Called often: it must be quick.
pub trait Rights: Send + Sync + 'static {
    /// Whether anybody of this name may connect.
    fn connect(&self, who: &str) -> bool;
    /// Whether it may publish here.
    fn publish(&self, who: &str, topic: &str) -> bool;
    /// Whether it may hear what this filter names.
    fn subscribe(&self, who: &str, filter: &str) -> bool;
}

/// What stands before a broker.
#[derive(Clone)]
pub struct Guard {
    /// Shows our certificate and asks for theirs.
    pub tls: TlsAcceptor,
    /// Reads the name of a certificate (DER) that was found good.
    pub name: fn(&[u8]) -> Option<String>,
    /// What each may do.
    pub rights: Arc<dyn Rights>,
    /// Hears refusals. Must not block.
    pub refused: Arc<dyn Fn(Refused) + Send + Sync>,
}

/// Who is behind which address of ours.
#[derive(Default)]
struct Behind {
    /// Our end of the plain connection: name, and where they come from.
    names: BTreeMap<SocketAddr, (String, SocketAddr)>,
    /// Whose a client id is: two names may not throw each other out.
    clients: BTreeMap<String, (String, u32)>,
    /// The client id of an address.
    ids: BTreeMap<SocketAddr, String>,
}

/// The broker's side of a guard.
pub(crate) struct Gate {
    guard: Guard,
    behind: Mutex<Behind>,
}

impl Gate {
    pub fn new(guard: Guard) -> Arc<Gate> {
        Arc::new(Gate {
            guard,
            behind: Mutex::default(),
        })
    }
    fn behind(&self) -> MutexGuard<'_, Behind> {
        self.behind.lock().unwrap_or_else(|held| held.into_inner())
    }

    fn admit(&self, connect: &ConnectPacket, address: SocketAddr) -> bool {
        let mut behind = self.behind();
        let Some((who, from)) = behind.names.get(&address).cloned() else {
            // Somebody on this machine who did not come through the door.
            let refused = refusal(None, address, Deed::Connect, &connect.client_id);
            (self.guard.refused)(Refused {
                why: "link/no-certificate",
                ..refused
            });
            return false;
        };
        let will = connect.will.as_ref().map(|will| will.topic.clone());
        let owner = behind.clients.get(&connect.client_id);
        let (why, object) = if !self.guard.rights.connect(&who) {
            ("link/unknown-name", connect.client_id.clone())
        } else if owner.is_some_and(|(owner, _)| *owner != who) {
            ("link/client-id-taken", connect.client_id.clone())
        } else if let Some(topic) = will.filter(|topic| !self.guard.rights.publish(&who, topic)) {
            ("link/not-yours", topic)
        } else {
            let id = connect.client_id.clone();
            let row = behind.clients.entry(id.clone()).or_insert((who, 0));
            row.1 += 1;
            behind.ids.insert(address, id);
            return true;
        };
        drop(behind);
        let refused = refusal(Some(who), from, Deed::Connect, &object);
        (self.guard.refused)(Refused { why, ..refused });
        false
    }

    fn may(&self, client: &str, who: Option<&str>, deed: Deed, topic: &str) -> bool {
        let who = who.unwrap_or_default();
        let rights = &self.guard.rights;
        let may = match deed {
            Deed::Publish => rights.publish(who, topic),
            Deed::Subscribe => rights.subscribe(who, topic),
            Deed::Connect => rights.connect(who),
        };
        if !may {
            let behind = self.behind();
            let mut ids = behind.ids.iter();
            let ours = ids.find(|(_, id)| *id == client).map(|(ours, _)| ours);
            let from = ours.and_then(|ours| behind.names.get(ours));
            let from = from.map_or(SocketAddr::from(([0, 0, 0, 0], 0)), |(_, from)| *from);
            drop(behind);
            let refused = refusal(Some(who.to_string()), from, deed, topic);
            (self.guard.refused)(Refused {
                why: "link/not-yours",
                ..refused
            });
        }
        may
    }

    fn gone(&self, ours: SocketAddr) {
        let mut behind = self.behind();
        behind.names.remove(&ours);
        if let Some(id) = behind.ids.remove(&ours)
            && let Some(row) = behind.clients.get_mut(&id)
        {
            row.1 -= 1;
            if row.1 == 0 {
                behind.clients.remove(&id);
            }
        }
    }
}

fn refusal(who: Option<String>, address: SocketAddr, deed: Deed, object: &str) -> Refused {
    Refused {
        who,
        address,
        deed,
        object: object.chars().take(200).collect(),
        why: "",
    }
}

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl AuthProvider for Gate {
    fn authenticate<'a>(
        &'a self,
        connect: &'a ConnectPacket,
        address: SocketAddr,
    ) -> Later<'a, mqtt5::Result<AuthResult>> {
        let who = self
            .admit(connect, address)
            .then(|| self.behind().names.get(&address).cloned())
            .flatten();
        let result = match who {
            Some((who, _)) => AuthResult::success_with_user(who),
            None => AuthResult::fail(ReasonCode::NotAuthorized),
        };
        Box::pin(async move { Ok(result) })
    }

    fn authorize_publish<'a>(
        &'a self,
        client: &str,
        user: Option<&'a str>,
        topic: &'a str,
    ) -> Later<'a, bool> {
        let may = self.may(client, user, Deed::Publish, topic);
        Box::pin(async move { may })
    }

    fn authorize_subscribe<'a>(
        &'a self,
        client: &str,
        user: Option<&'a str>,
        filter: &'a str,
    ) -> Later<'a, bool> {
        let may = self.may(client, user, Deed::Subscribe, filter);
        Box::pin(async move { may })
    }
}

/// The way in. It closes when this is dropped.
pub(crate) struct Door {
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Door {
    /// Opens before a broker at `inner`.
    pub fn open(
        address: SocketAddr,
        inner: SocketAddr,
        gate: Arc<Gate>,
        runtime: &Handle,
    ) -> std::io::Result<Door> {
        let listener = runtime.block_on(TcpListener::bind(address))?;
        let address = listener.local_addr()?;
        let places = Arc::new(tokio::sync::Semaphore::new(CONNECTIONS));
        let task = runtime.spawn(async move {
            loop {
                let Ok(place) = places.clone().acquire_owned().await else {
                    return;
                };
                let Ok((socket, from)) = listener.accept().await else {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                };
                let gate = gate.clone();
                tokio::spawn(async move {
                    enter(socket, from, inner, &gate).await;
                    drop(place);
                });
            }
        });
        Ok(Door { address, task })
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn enter(socket: TcpStream, from: SocketAddr, inner: SocketAddr, gate: &Gate) {
    let _ = socket.set_nodelay(true);
    let shaken = tokio::time::timeout(HANDSHAKE, gate.guard.tls.accept(socket)).await;
    let refused = |why| {
        let refused = refusal(None, from, Deed::Connect, "");
        (gate.guard.refused)(Refused { why, ..refused });
    };
    let Ok(Ok(mut outer)) = shaken else {
        return refused("link/no-certificate");
    };
    let certificates = outer.get_ref().1.peer_certificates();
    let first = certificates.and_then(<[_]>::first);
    let Some(who) = first.and_then(|one| (gate.guard.name)(one)) else {
        return refused("link/no-name");
    };
    let Ok(mut plain) = TcpStream::connect(inner).await else {
        return;
    };
    let _ = plain.set_nodelay(true);
    let Ok(ours) = plain.local_addr() else { return };
    // Known before the first byte goes in.
    gate.behind().names.insert(ours, (who, from));
    let _ = tokio::io::copy_bidirectional(&mut outer, &mut plain).await;
    gate.gone(ours);
}
