//! One connection to a broker, MQTT 3.1.1.

use rumqttc::{
    AsyncClient, ConnectAuth, Event, EventLoop, LastWill, MqttOptions, Packet, PublishOptions, QoS,
    SubscribeFilter, TlsConfiguration, Transport,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::runtime::Handle;

/// Largest message [bytes].
const MESSAGE_MAX: usize = 1 << 20;
/// Messages that wait to be sent.
const WAITING: usize = 20_000;
/// First and longest wait before the next attempt to connect.
const PATIENCE: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(2)];

/// Certificates, PEM.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tls {
    /// Whom we trust.
    pub ca: Vec<u8>,
    /// Who we are: certificate and key, where the broker wants to know.
    pub own: Option<(Vec<u8>, Vec<u8>)>,
}

/// A message to publish.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Post {
    /// Full name of the topic.
    pub topic: String,
    /// Anything.
    pub payload: Vec<u8>,
    /// Quality of service, 0 or 1.
    pub qos: u8,
    /// The broker keeps it for those who come later.
    pub retain: bool,
}

/// How to connect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Name or address of the broker.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Our name; two connections of one name throw each other out.
    pub client_id: String,
    /// User and password.
    pub user: Option<(String, String)>,
    /// Over TLS.
    pub tls: Option<Tls>,
    /// What the broker publishes when we are gone without a word.
    pub will: Option<Post>,
    /// Topics to hear, each with the highest quality wanted.
    pub topics: Vec<(String, u8)>,
    /// Silence after which either side asks whether the other is there.
    pub keep_alive: Duration,
}

impl Config {
    /// Without user, certificates, will or topics.
    pub fn new(host: &str, port: u16, client_id: &str) -> Config {
        Config {
            host: host.to_string(),
            port,
            client_id: client_id.to_string(),
            user: None,
            tls: None,
            will: None,
            topics: Vec::new(),
            keep_alive: Duration::from_secs(15),
        }
    }
}

/// What a connection tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Heard {
    /// Connected, and every topic is heard.
    Up,
    /// Not connected any more, or not yet; why, in the library's words. Told once until `Up`.
    Down(String),
    /// A message.
    Message {
        /// Full name of the topic.
        topic: String,
        /// The broker had kept it.
        retained: bool,
        /// Anything.
        payload: Vec<u8>,
    },
}

/// A connection that keeps itself up until it is dropped.
pub struct Client {
    inner: AsyncClient,
    task: tokio::task::JoinHandle<()>,
    leaving: Arc<AtomicBool>,
    refused: Arc<AtomicU64>,
}

impl Client {
    /// Begins to connect. `hear` is called from a task of the runtime and must not block.
    pub fn open(
        config: Config,
        runtime: &Handle,
        hear: impl FnMut(Heard) + Send + 'static,
    ) -> Client {
        let options = options(&config);
        let _inside = runtime.enter();
        let (inner, events) = AsyncClient::builder(options).capacity(WAITING).build();
        let leaving = Arc::new(AtomicBool::new(false));
        let talk = Talk {
            client: inner.clone(),
            leaving: leaving.clone(),
            topics: config.topics,
            up: false,
            told_down: false,
            hear,
        };
        Client {
            inner,
            task: runtime.spawn(talk.run(events)),
            leaving,
            refused: Arc::new(AtomicU64::new(0)),
        }
    }

    /// Gives a message to be sent. `false`: too many wait already, it is dropped.
    pub fn publish(&self, post: Post) -> bool {
        let options = PublishOptions::new(quality(post.qos)).retain(post.retain);
        let taken = self
            .inner
            .try_publish(post.topic, post.payload, options)
            .is_ok();
        if !taken {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        taken
    }

    /// Messages dropped so far because too many waited.
    pub fn dropped(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Says good-bye: the will is not published.
    pub fn leave(&self) {
        let _ = self.inner.try_disconnect();
    }

    /// Sends what still waits, says good-bye and is gone; without a connection, at once.
    pub fn close(self) {
        self.leaving.store(true, Ordering::Relaxed);
        self.leave();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if !self.leaving.load(Ordering::Relaxed) {
            self.task.abort();
        }
    }
}

fn quality(qos: u8) -> QoS {
    if qos == 0 {
        QoS::AtMostOnce
    } else {
        QoS::AtLeastOnce
    }
}

fn options(config: &Config) -> MqttOptions {
    let mut options =
        MqttOptions::new(config.client_id.clone(), (config.host.clone(), config.port));
    options.set_keep_alive(
        u16::try_from(config.keep_alive.as_secs())
            .unwrap_or(u16::MAX)
            .max(1),
    );
    options.set_clean_session(true);
    options.set_max_packet_size(MESSAGE_MAX, MESSAGE_MAX);
    if let Some((user, password)) = &config.user {
        options.set_auth(ConnectAuth::UsernamePassword {
            username: user.clone(),
            password: password.clone().into(),
        });
    }
    if let Some(will) = &config.will {
        let qos = quality(will.qos);
        options.set_last_will(LastWill::new(
            will.topic.clone(),
            will.payload.clone(),
            qos,
            will.retain,
        ));
    }
    if let Some(tls) = &config.tls {
        options.set_transport(Transport::tls_with_config(TlsConfiguration::Simple {
            ca: tls.ca.clone(),
            alpn: None,
            client_auth: tls.own.clone(),
        }));
    }
    options
}

struct Talk<F> {
    client: AsyncClient,
    leaving: Arc<AtomicBool>,
    topics: Vec<(String, u8)>,
    up: bool,
    told_down: bool,
    hear: F,
}

impl<F: FnMut(Heard) + Send> Talk<F> {
    async fn run(mut self, mut events: EventLoop) {
        let mut wait = PATIENCE[0];
        let mut unconfirmed = 0;
        loop {
            match events.poll().await {
                Ok(Event::Incoming(Packet::ConnAck(_))) => {
                    wait = PATIENCE[0];
                    unconfirmed = self.subscribe();
                    self.up(unconfirmed);
                }
                Ok(Event::Incoming(Packet::SubAck(_))) => {
                    unconfirmed = usize::saturating_sub(unconfirmed, 1);
                    self.up(unconfirmed);
                }
                Ok(Event::Incoming(Packet::Publish(message))) => (self.hear)(Heard::Message {
                    topic: String::from_utf8_lossy(&message.topic).into_owned(),
                    retained: message.retain,
                    payload: message.payload.to_vec(),
                }),
                Ok(_) => {}
                Err(_) if self.leaving.load(Ordering::Relaxed) => return,
                Err(error) => {
                    self.down(&error);
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(PATIENCE[1]);
                }
            }
        }
    }

    /// Asks for all topics, in packets that every broker takes. How many answers to wait for.
    fn subscribe(&self) -> usize {
        let packets = self.topics.chunks(100);
        let sent = packets.filter(|topics| {
            let filters = topics
                .iter()
                .map(|(topic, qos)| SubscribeFilter::new(topic.clone(), quality(*qos)));
            self.client.try_subscribe_many(filters).is_ok()
        });
        sent.count()
    }

    fn up(&mut self, unconfirmed: usize) {
        if unconfirmed == 0 && !self.up {
            self.up = true;
            self.told_down = false;
            (self.hear)(Heard::Up);
        }
    }

    fn down(&mut self, error: &rumqttc::ConnectionError) {
        self.up = false;
        if !std::mem::replace(&mut self.told_down, true) {
            (self.hear)(Heard::Down(error.to_string()));
        }
    }
}
