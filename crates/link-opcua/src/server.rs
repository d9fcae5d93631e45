//! The server of simulated machines: what stands in [`Machine`], shown over OPC UA.

use crate::machine::{Machine, Memory, Reply, Status};
use crate::mapping::Mapping;
use crate::nodes::{node_id, number, strings, text};
use crate::words::why_word;
use crate::{NAMESPACE, Security};
use fenhe_contract::{Command, Event, StationId, Why};
use opcua::server::address_space::{AddressSpace, MethodBuilder, ObjectBuilder, VariableBuilder};
use opcua::server::diagnostics::NamespaceMetadata;
use opcua::server::node_manager::memory::{SimpleNodeManager, simple_node_manager};
use opcua::server::{
    ANONYMOUS_USER_TOKEN_ID, ServerBuilder, ServerEndpoint, ServerHandle, ServerUserToken,
};
use opcua::types::{
    Argument, DataTypeId, DataValue, NodeId, ObjectId, StatusCode, VariableTypeId, Variant,
};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Where a server listens and how it is secured.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Host name that clients are told; it stands in the certificate too.
    pub host: String,
    /// Address to listen at; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Folder of keys and trusted certificates. Used, and made, only when encrypted.
    pub keys: PathBuf,
    /// Security; when encrypted there is no other way in.
    pub security: Security,
}

/// One station of a server.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The station.
    pub station: StationId,
    /// Its nodes. Only nodes in our own namespace can be served.
    pub mapping: Mapping,
    /// What it remembers from before.
    pub memory: Memory,
}

impl Cell {
    /// Something happened at the station while its server is not there: a machine's program goes on
    /// without it. `false` if it is none of its business.
    pub fn report(&mut self, event: &Event) -> bool {
        let mut machine = Machine {
            station: self.station,
            mapping: self.mapping.clone(),
            memory: std::mem::take(&mut self.memory),
        };
        let own = machine.report(event);
        self.memory = machine.memory;
        own
    }
}

/// Why a server did not start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoServer {
    /// The address cannot be listened at.
    Address(String),
    /// The settings were refused.
    Settings(String),
}

/// A running server of simulated machines. Dropping it stops it.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
    commands: Receiver<Command>,
}

struct Shared {
    machines: Mutex<Vec<Machine>>,
    manager: Arc<SimpleNodeManager>,
    handle: ServerHandle,
    namespaces: Vec<String>,
    beat: AtomicU32,
}

impl Server {
    /// Starts a server with these stations.
    pub fn start(config: ServerConfig, cells: Vec<Cell>) -> Result<Server, NoServer> {
        let address = |error: std::io::Error| NoServer::Address(error.to_string());
        let listener = TcpListener::bind(config.listen).map_err(address)?;
        let listen = listener.local_addr().map_err(address)?;
        listener.set_nonblocking(true).map_err(address)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.map_err(address)?;
        // Some parts of the server look for the runtime when they are made.
        let entered = runtime.enter();
        let (server, handle) = builder(&config, listen.port())
            .build()
            .map_err(NoServer::Settings)?;
        let manager = handle.node_managers().get_of_type::<SimpleNodeManager>();
        let manager = manager.ok_or_else(|| NoServer::Settings("node manager".into()))?;
        drop(entered);
        let index = handle.get_namespace_index(NAMESPACE).unwrap_or(0);
        let mut namespaces = vec![String::new(); usize::from(index)];
        namespaces.push(NAMESPACE.into());
        let machines = cells.into_iter().map(|cell| Machine {
            station: cell.station,
            mapping: cell.mapping,
            memory: cell.memory,
        });
        let shared = Arc::new(Shared {
            machines: Mutex::new(machines.collect()),
            manager,
            handle: handle.clone(),
            namespaces,
            beat: AtomicU32::new(0),
        });
        let (send, commands) = channel();
        shared.build(&send);
        let beating = shared.clone();
        let thread = std::thread::Builder::new()
            .name("opcua-server".into())
            .spawn(move || {
                runtime.block_on(async move {
                    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                        return;
                    };
                    let beat = tokio::spawn(beat(beating));
                    // Ends when the handle is cancelled; there is nobody to tell of a failure then.
                    let _ended = server.run_with(listener).await;
                    beat.abort();
                });
            })
            .map_err(address)?;
        Ok(Server {
            address: listen,
            shared,
            handle,
            thread: Some(thread),
            commands,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Something happened in the plant; `false` if it concerns none of these stations.
    pub fn report(&self, event: &Event) -> bool {
        let mut machines = self.shared.lock();
        let mut any = false;
        for machine in machines.iter_mut() {
            if machine.report(event) {
                any = true;
                self.shared.show(machine);
            }
        }
        any
    }

    /// Sets the alarm word of a station.
    pub fn alarm(&self, station: StationId, word: u32) {
        let machines = self.shared.lock();
        if let Some(machine) = machines.iter().find(|machine| machine.station == station) {
            let alarm = &machine.mapping.alarm;
            self.shared.set([(alarm, Variant::from(word))].into_iter());
        }
    }

    /// Orders that the machines have accepted, each once.
    pub fn commands(&self) -> &Receiver<Command> {
        &self.commands
    }

    /// Stops at once, as a machine does whose power is cut; gives what the machines find in their
    /// memory afterwards, and the accepted orders that nobody has fetched yet.
    pub fn stop(mut self) -> (Vec<Cell>, Vec<Command>) {
        self.end();
        let machines = self.shared.lock();
        let cells = machines.iter().map(|machine| Cell {
            station: machine.station,
            mapping: machine.mapping.clone(),
            memory: machine.memory.clone(),
        });
        (cells.collect(), self.commands.try_iter().collect())
    }

    fn end(&mut self) {
        self.handle.cancel();
        if let Some(thread) = self.thread.take() {
            // A panic of the server's thread has already been printed.
            let _ended = thread.join();
        }
    }
}
impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn builder(config: &ServerConfig, port: u16) -> ServerBuilder {
    let namespace = NamespaceMetadata {
        namespace_uri: NAMESPACE.into(),
        ..Default::default()
    };
    let mut builder = ServerBuilder::new()
        .application_name("Fenhe simulated machines")
        .application_uri("urn:fenhe:machines")
        .product_uri("urn:fenhe")
        .host(config.host.as_str())
        .port(port)
        .pki_dir(config.keys.clone())
        .max_array_length(100_000)
        .max_sessions(200)
        .discovery_urls(vec!["/".into()])
        .with_node_manager(simple_node_manager(namespace, "machines"));
    let limits = builder.limits_mut();
    limits.subscriptions.max_monitored_items_per_sub = 100_000;
    limits.subscriptions.min_publishing_interval_ms = 50.0;
    limits.subscriptions.min_sampling_interval_ms = 50.0;
    limits.operational.max_nodes_per_read = 10_000;
    match &config.security {
        Security::None => builder.add_endpoint(
            "none",
            ServerEndpoint::new_none("/", &[ANONYMOUS_USER_TOKEN_ID.to_string()]),
        ),
        Security::Encrypted { user, password } => builder
            .create_sample_keypair(true)
            .certificate_path("own/cert.der")
            .private_key_path("private/private.pem")
            .add_user_token("user", ServerUserToken::user_pass(user, password))
            .add_endpoint(
                "encrypted",
                ServerEndpoint::new_basic256sha256_sign_encrypt("/", &["user".to_string()]),
            ),
    }
}

async fn beat(shared: Arc<Shared>) {
    let mut every = tokio::time::interval(Duration::from_millis(500));
    loop {
        every.tick().await;
        let beat = shared.beat.fetch_add(1, Ordering::Relaxed);
        let machines = shared.lock();
        let nodes = machines.iter().map(|machine| &machine.mapping.heartbeat);
        shared.set(nodes.map(|node| (node, Variant::from(beat))));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Vec<Machine>> {
        self.machines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn node(&self, text: &str) -> NodeId {
        node_id(text, &self.namespaces).unwrap_or_default()
    }

    fn set<'a>(&self, values: impl Iterator<Item = (&'a String, Variant)>) {
        let values: Vec<(NodeId, DataValue)> = values
            .map(|(node, value)| (self.node(node), shown(value)))
            .collect();
        let values = values.iter().map(|(id, value)| (id, None, value.clone()));
        // Fails only for a node that is not served; those cannot be read either.
        let _unserved = self.manager.set_values(self.handle.subscriptions(), values);
    }

    /// Shows what a machine now knows, in one piece.
    fn show(&self, machine: &Machine) {
        self.set(
            values(machine)
                .into_iter()
                .map(|(_, node, value)| (node, value)),
        );
    }

    fn build(self: &Arc<Self>, commands: &Sender<Command>) {
        let machines = self.lock();
        let mut space = self.manager.address_space().write();
        for (at, machine) in machines.iter().enumerate() {
            self.build_object(&mut space, machine);
            let mapping = &machine.mapping;
            for (node, name) in [
                (&mapping.store_and_start, "StoreAndStart"),
                (&mapping.abort, "Abort"),
            ] {
                self.build_method(&mut space, mapping, node, name);
            }
            for (node, name, on) in [
                (&mapping.hold, "Hold", true),
                (&mapping.unhold, "Unhold", false),
            ] {
                self.build_hold(&mut space, mapping, (node, name));
                let (shared, commands) = (self.clone(), commands.clone());
                let answer = move |_: &[Variant]| shared.hold(at, on, &commands);
                let method = self.node(node);
                self.manager.inner().add_method_callback(method, answer);
            }
            let (shared, commands) = (self.clone(), commands.clone());
            let method = self.node(&mapping.store_and_start);
            self.manager
                .inner()
                .add_method_callback(method, move |args| shared.store(at, args, &commands));
            let shared = self.clone();
            let method = self.node(&mapping.abort);
            self.manager
                .inner()
                .add_method_callback(method, move |args| shared.abort(at, args));
        }
    }

    fn build_object(&self, space: &mut AddressSpace, machine: &Machine) {
        let mapping = &machine.mapping;
        let object = self.node(&mapping.object);
        ObjectBuilder::new(&object, self.name(&mapping.name), mapping.name.as_str())
            .organized_by(ObjectId::ObjectsFolder)
            .has_type_definition(opcua::types::ObjectTypeId::BaseObjectType)
            .insert(space);
        let levels = [
            ("Heartbeat", &mapping.heartbeat, Variant::from(0u32)),
            ("AlarmWord", &mapping.alarm, Variant::from(0u32)),
        ];
        for (name, node, value) in values(machine).into_iter().chain(levels) {
            let rank = match value {
                Variant::Array(_) => 1,
                _ => -1,
            };
            VariableBuilder::new(&self.node(node), self.name(name), name)
                .data_type(data_type(&value))
                .value_rank(rank)
                .value(value)
                .component_of(object.clone())
                .has_type_definition(VariableTypeId::BaseDataVariableType)
                .insert(space);
        }
    }

    fn build_method(&self, space: &mut AddressSpace, mapping: &Mapping, node: &str, name: &str) {
        let (input, output) = (format!("{node}.In"), format!("{node}.Out"));
        let mut arguments: Vec<Argument> = vec![("JobOrderID", DataTypeId::String).into()];
        if name == "StoreAndStart" {
            arguments.push(("Revision", DataTypeId::UInt32).into());
        }
        let results: [Argument; 3] = [
            ("ReturnStatus", DataTypeId::UInt32).into(),
            ("JobState", DataTypeId::String).into(),
            ("Reason", DataTypeId::String).into(),
        ];
        MethodBuilder::new(&self.node(node), self.name(name), name)
            .component_of(self.node(&mapping.object))
            .executable(true)
            .user_executable(true)
            .input_args(space, &self.node(&input), &arguments)
            .output_args(space, &self.node(&output), &results)
            .insert(space);
    }

    fn build_hold(&self, space: &mut AddressSpace, mapping: &Mapping, (node, name): (&str, &str)) {
        MethodBuilder::new(&self.node(node), self.name(name), name)
            .component_of(self.node(&mapping.object))
            .executable(true)
            .user_executable(true)
            .insert(space);
    }

    fn name(&self, name: &str) -> opcua::types::QualifiedName {
        opcua::types::QualifiedName::new((self.namespaces.len() - 1) as u16, name)
    }

    fn store(
        &self,
        at: usize,
        args: &[Variant],
        commands: &Sender<Command>,
    ) -> Result<Vec<Variant>, StatusCode> {
        let bad = StatusCode::BadInvalidArgument;
        let id = args.first().and_then(text).ok_or(bad)?;
        let revision = args.get(1).and_then(number).ok_or(bad)?;
        let revision = u32::try_from(revision).map_err(|_| bad)?;
        let mut machines = self.lock();
        let (mut reply, command) = machines[at].store_and_start(&id, revision);
        if let Some(Err(_)) = command.map(|command| commands.send(command)) {
            // Nobody carries it out any more: the plant behind this server has gone.
            reply.status = Status::Refused;
            reply.why = why_word(Why::Down);
        }
        self.show(&machines[at]);
        Ok(answer(reply))
    }

    fn hold(
        &self,
        at: usize,
        on: bool,
        commands: &Sender<Command>,
    ) -> Result<Vec<Variant>, StatusCode> {
        let command = self.lock()[at].hold(on);
        match command.map(|command| commands.send(command)) {
            // Nobody carries it out any more: the plant behind this server has gone.
            Some(Err(_)) => Err(StatusCode::BadInvalidState),
            _ => Ok(Vec::new()),
        }
    }

    fn abort(&self, at: usize, args: &[Variant]) -> Result<Vec<Variant>, StatusCode> {
        let id = args.first().and_then(text);
        let id = id.ok_or(StatusCode::BadInvalidArgument)?;
        let mut machines = self.lock();
        let reply = machines[at].abort(&id);
        self.show(&machines[at]);
        Ok(answer(reply))
    }
}

/// A value without source timestamp: with one, the library holds back a change that comes within a
/// sampling interval of the last, and now and then forgets to send it.
fn shown(value: Variant) -> DataValue {
    DataValue {
        source_timestamp: None,
        ..DataValue::new_now(value)
    }
}

fn answer(reply: Reply) -> Vec<Variant> {
    vec![
        Variant::from(reply.status as u32),
        Variant::from(reply.state),
        Variant::from(reply.why),
    ]
}

fn data_type(value: &Variant) -> DataTypeId {
    match value {
        Variant::Int32(_) => DataTypeId::Int32,
        Variant::UInt32(_) => DataTypeId::UInt32,
        _ => DataTypeId::String,
    }
}

/// Browse name, node and value of everything a machine shows.
fn values(machine: &Machine) -> Vec<(&str, &String, Variant)> {
    let (mapping, memory) = (&machine.mapping, &machine.memory);
    let mut rows = vec![
        (
            "MemoryInstance",
            &mapping.memory,
            Variant::from(memory.name.as_str()),
        ),
        ("JobOrderList", &mapping.jobs, strings(machine.job_lines())),
        ("ResultLog", &mapping.log, strings(machine.log_lines())),
        (
            "CurrentState",
            &mapping.state,
            Variant::from(machine.state_number()),
        ),
        ("GoodQuantity", &mapping.good, Variant::from(memory.good)),
        ("ScrapQuantity", &mapping.scrap, Variant::from(memory.scrap)),
        (
            "CurrentJobOrder",
            &mapping.current_job,
            Variant::from(machine.current_job()),
        ),
    ];
    for port in &mapping.ports {
        let text = Variant::from(machine.port_text(&port.name));
        rows.push((port.name.as_str(), &port.node, text));
    }
    rows
}
