//! The broker in the box: for plants without one of their own, on one address.

use crate::guard::{Door, Gate, Guard};
use mqtt5::broker::config::{StorageBackend, StorageConfig};
use mqtt5::broker::server::BrokerShutdownHandle;
use mqtt5::broker::{BrokerConfig, MqttBroker};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// Largest message [bytes].
const MESSAGE_MAX: usize = 1 << 20;
/// Messages that wait for one slow listener.
const WAITING: usize = 20_000;

/// Why there is no broker: the library's own words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoBroker(pub String);
impl std::fmt::Display for NoBroker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "link/no-broker: {}", self.0)
    }
}
impl std::error::Error for NoBroker {}

/// A running broker. It stops when this is dropped.
pub struct Broker {
    address: SocketAddr,
    stop: BrokerShutdownHandle,
    done: Option<tokio::task::JoinHandle<()>>,
    runtime: Handle,
    door: Option<Door>,
}

impl Broker {
    /// Listens at an address; port 0 takes a free one. Anyone who reaches the address may talk: keep
    /// it on loopback or in the vehicles' own network, or use [`Broker::guarded`].
    ///
    /// # Errors
    /// The address is taken or not ours.
    pub fn start(address: SocketAddr, runtime: &Handle) -> Result<Broker, NoBroker> {
        Broker::open(address, None, runtime)
    }

    /// Listens at an address with mutual TLS: only names that the guard knows may talk, each only as
    /// far as its rights go, and refusals are told.
    ///
    /// # Errors
    /// The address is taken or not ours.
    pub fn guarded(
        address: SocketAddr,
        guard: Guard,
        runtime: &Handle,
    ) -> Result<Broker, NoBroker> {
        let gate = Gate::new(guard);
        // Who comes to this address without having come through the door is refused.
        let inner = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut broker = Broker::open(inner, Some(gate.clone()), runtime)?;
        let door = Door::open(address, broker.address, gate, runtime);
        broker.door = Some(door.map_err(|why| NoBroker(why.to_string()))?);
        Ok(broker)
    }

    fn open(
        address: SocketAddr,
        gate: Option<Arc<Gate>>,
        runtime: &Handle,
    ) -> Result<Broker, NoBroker> {
        let mut config = BrokerConfig {
            bind_addresses: vec![address],
            max_clients: 20_000,
            max_packet_size: MESSAGE_MAX,
            client_channel_capacity: WAITING,
            session_expiry_interval: Duration::from_secs(60),
            sys_topics_enabled: false,
            storage_config: StorageConfig {
                backend: StorageBackend::Memory,
                enable_persistence: false,
                ..StorageConfig::default()
            },
            ..BrokerConfig::default()
        };
        config.auth_config.allow_anonymous = true;
        config.auth_config.rate_limit.enabled = false;
        let fail = |error: mqtt5::MqttError| NoBroker(error.to_string());
        let mut broker = runtime
            .block_on(MqttBroker::with_config(config))
            .map_err(fail)?;
        if let Some(gate) = gate {
            broker = broker.with_auth_provider(gate);
        }
        let address = broker.local_addr().unwrap_or(address);
        let stop = broker.shutdown_handle();
        let mut ready = broker.ready_receiver();
        let done = runtime.spawn(async move {
            let _ = broker.run().await;
        });
        let wait = async {
            tokio::time::timeout(Duration::from_secs(10), ready.wait_for(|up| *up))
                .await
                .is_ok()
        };
        if !runtime.block_on(wait) {
            return Err(NoBroker("did not start within 10 s".into()));
        }
        Ok(Broker {
            address,
            stop,
            done: Some(done),
            runtime: runtime.clone(),
            door: None,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.door.as_ref().map_or(self.address, |door| door.address)
    }

    /// Stops it and waits until its address is free.
    pub fn stop(mut self) {
        self.stop.shutdown();
        if let Some(done) = self.done.take() {
            let runtime = self.runtime.clone();
            let _ = runtime
                .block_on(async { tokio::time::timeout(Duration::from_secs(5), done).await });
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.stop.shutdown();
    }
}
