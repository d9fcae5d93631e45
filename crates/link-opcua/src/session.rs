//! One server's link: session after session, each read in full before anything is sent.
//!
//! A session that ends is never taken up again. Some servers number sessions from a small
//! integer after a restart, and the library's own recovery leaves subscriptions dead; a fresh session with
//! its own subscription has neither trouble.

use crate::Security;
use crate::book::{Answer, Book, Shown};
use crate::client::{Hear, Link};
use crate::heard::{Doubt, Heard, Settle};
use crate::nodes::{node_id, texts};
use crate::visit::{CHUNK, PATIENCE, Part, Visit, call, command, fill, read, subscribe};
use crate::words::tag_text;
use fenhe_contract::{StationId, Tag};
use futures_util::StreamExt;
use opcua::client::{ClientBuilder, IdentityToken, SessionPollResult};
use opcua::crypto::SecurityPolicy;
use opcua::types::{DataValue, MessageSecurityMode, NodeId, UserTokenPolicy, VariableId, Variant};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{Instant, interval, sleep, timeout};

/// State and result log are read again this often, should a server have kept a change to itself.
const SWEEP: Duration = Duration::from_secs(10);

/// A hold that was not taken is said again after this.
const HOLD_AGAIN: Duration = Duration::from_secs(1);

/// What control or a person asks for.
pub(crate) enum Ask {
    Order {
        station: StationId,
        revision: u32,
        tag: Tag,
        given: bool,
    },
    Hold {
        station: StationId,
        on: bool,
    },
    Abort {
        station: StationId,
        tag: Tag,
    },
    Settle {
        station: StationId,
        tag: Tag,
        how: Settle,
    },
}

struct Row {
    station: StationId,
    book: Book,
    beat: Instant,
    /// As it was told; not yet at all.
    up: Option<bool>,
    /// When a hold was said in vain; told once.
    hold_at: Option<Instant>,
}

/// A server's task.
pub(crate) struct Task {
    link: Link,
    rows: Vec<Row>,
    inbox: UnboundedReceiver<Ask>,
    hear: Hear,
    /// Jobs to be aborted once there is a session.
    aborts: Vec<(usize, Tag)>,
}

/// Why a session ended.
enum End {
    /// Connection or server.
    Lost,
    /// Nobody needs it any more.
    Closed,
}

impl Task {
    pub fn new(
        link: Link,
        books: Vec<(StationId, Book)>,
        inbox: UnboundedReceiver<Ask>,
        hear: Hear,
    ) -> Task {
        let rows = books.into_iter().map(|(station, book)| Row {
            station,
            book,
            beat: Instant::now(),
            up: None,
            hold_at: None,
        });
        Task {
            link,
            rows: rows.collect(),
            inbox,
            hear,
            aborts: Vec::new(),
        }
    }

    pub async fn run(mut self) {
        loop {
            let end = match self.open().await {
                Some(mut visit) => {
                    let end = self.visit(&mut visit).await;
                    // Best effort: the server forgets the session by itself as well.
                    let _closed = timeout(Duration::from_secs(1), visit.session.disconnect()).await;
                    visit.pump.abort();
                    end
                }
                None => End::Lost,
            };
            for at in 0..self.rows.len() {
                self.link_is(at, false);
            }
            if matches!(end, End::Closed) || !self.pause().await {
                return;
            }
        }
    }

    /// Waits, taking in orders; `false` if nobody can give any more.
    async fn pause(&mut self) -> bool {
        let over = sleep(self.link.retry);
        tokio::pin!(over);
        loop {
            tokio::select! {
                () = &mut over => return true,
                ask = self.inbox.recv() => match ask {
                    Some(ask) => self.take(ask),
                    None => return false,
                },
            }
        }
    }

    fn take(&mut self, ask: Ask) {
        let (Ask::Order { station, .. }
        | Ask::Hold { station, .. }
        | Ask::Abort { station, .. }
        | Ask::Settle { station, .. }) = ask;
        let Some(at) = self.rows.iter().position(|row| row.station == station) else {
            return;
        };
        let mut out = Vec::new();
        match ask {
            Ask::Order {
                revision,
                tag,
                given,
                ..
            } => self.rows[at].book.order(tag, revision, given),
            Ask::Hold { on, .. } => self.rows[at].book.hold.want(on),
            Ask::Settle { tag, how, .. } => self.rows[at].book.settle(tag, how, &mut out),
            Ask::Abort { tag, .. } => self.aborts.push((at, tag)),
        }
        self.tell(at, out);
    }

    fn tell(&self, at: usize, out: Vec<Heard>) {
        if !out.is_empty() {
            (self.hear)(self.rows[at].station, out);
        }
    }

    fn link_is(&mut self, at: usize, up: bool) {
        if self.rows[at].up != Some(up) {
            self.rows[at].up = Some(up);
            self.tell(at, vec![Heard::Link(up)]);
        }
    }

    /// A new session, connected; `None` if that did not work.
    async fn open(&mut self) -> Option<Visit> {
        let link = &self.link;
        let encrypted = link.security != Security::None;
        let mut builder = ClientBuilder::new()
            .application_name("Fenhe")
            .application_uri("urn:fenhe:controller")
            .pki_dir(link.keys.clone())
            .trust_server_certs(false)
            .verify_server_certs(encrypted)
            .create_sample_keypair(encrypted)
            .session_retry_limit(0)
            .recreate_subscriptions(false)
            .keep_alive_interval(Duration::from_secs(2))
            .max_failed_keep_alive_count(2)
            .request_timeout(PATIENCE)
            .session_timeout(30_000)
            .max_array_length(100_000)
            .max_message_size(64 << 20)
            .max_chunk_count(4096);
        if encrypted {
            builder = builder
                .certificate_path("own/cert.der")
                .private_key_path("private/private.pem");
        }
        let mut client = builder.client().ok()?;
        let (session, events) = match &link.security {
            Security::None => client
                .connect_to_endpoint_directly(
                    (
                        link.endpoint.as_str(),
                        SecurityPolicy::None.to_uri(),
                        MessageSecurityMode::None,
                        UserTokenPolicy::anonymous(),
                    ),
                    IdentityToken::Anonymous,
                )
                .ok()?,
            Security::Encrypted { user, password } => {
                let endpoint = (
                    link.endpoint.as_str(),
                    SecurityPolicy::Basic256Sha256.to_uri(),
                    MessageSecurityMode::SignAndEncrypt,
                );
                let who = IdentityToken::new_user_name(user.as_str(), password.as_str());
                let connecting = client.connect_to_matching_endpoint(endpoint, who);
                timeout(PATIENCE, connecting).await.ok()?.ok()?
            }
        };
        let (up, mut is_up) = unbounded_channel();
        let pump = tokio::spawn(async move {
            let events = events.enter();
            tokio::pin!(events);
            while let Some(Ok(event)) = events.next().await {
                match event {
                    SessionPollResult::Reconnected(_) => drop(up.send(())),
                    SessionPollResult::ConnectionLost(_)
                    | SessionPollResult::ReconnectFailed(_)
                    | SessionPollResult::FinishedDisconnect => break,
                    _ => {}
                }
            }
        });
        if !matches!(timeout(PATIENCE, is_up.recv()).await, Ok(Some(()))) {
            pump.abort();
            return None;
        }
        let mut visit = Visit {
            session,
            pump,
            items: Vec::new(),
            methods: Vec::new(),
        };
        if self.resolve(&mut visit).await.is_none() {
            visit.pump.abort();
            return None;
        }
        Some(visit)
    }

    /// Looks up the namespaces and makes the table of nodes.
    async fn resolve(&mut self, visit: &mut Visit) -> Option<()> {
        let array: NodeId = VariableId::Server_NamespaceArray.into();
        let namespaces = read(&visit.session, std::slice::from_ref(&array)).await?;
        let namespaces = texts(namespaces.first()?.value.as_ref()?)?;
        for at in 0..self.rows.len() {
            let mapping = &self.rows[at].book.mapping;
            let mut unknown = Vec::new();
            let mut id = |node: &String| {
                let id = node_id(node, &namespaces);
                if id.is_none() {
                    unknown.push(Heard::Doubt(Doubt::Unreadable(node.clone())));
                }
                id
            };
            let parts = [
                (Part::Jobs, &mapping.jobs),
                (Part::Memory, &mapping.memory),
                (Part::State, &mapping.state),
                (Part::Good, &mapping.good),
                (Part::Scrap, &mapping.scrap),
                (Part::Alarm, &mapping.alarm),
                (Part::Beat, &mapping.heartbeat),
                (Part::Log, &mapping.log),
            ];
            let ports = mapping.ports.iter();
            let ports = ports.map(|port| (Part::Port(port.place), &port.node));
            for (part, node) in parts.into_iter().chain(ports) {
                if let Some(id) = id(node) {
                    visit.items.push((at, part, id));
                }
            }
            visit.methods.push([
                id(&mapping.object),
                id(&mapping.store_and_start),
                id(&mapping.abort),
                id(&mapping.hold),
                id(&mapping.unhold),
            ]);
            self.tell(at, unknown);
        }
        Some(())
    }

    /// From the first reading to the end of the session.
    async fn visit(&mut self, visit: &mut Visit) -> End {
        if self.read_all(visit).await.is_none() {
            return End::Lost;
        }
        let Some(mut changes) = subscribe(visit).await else {
            return End::Lost;
        };
        for at in 0..self.rows.len() {
            self.rows[at].beat = Instant::now();
            self.link_is(at, true);
        }
        let mut tick = interval(Duration::from_millis(500));
        let mut swept = Instant::now();
        loop {
            // Read in full in a new session: an older total may still be on its way in this one.
            if self.rows.iter().any(|row| row.book.is_torn()) {
                return End::Lost;
            }
            if self.send_all(visit).await.is_none() {
                return End::Lost;
            }
            tokio::select! {
                change = changes.recv() => match change {
                    Some(first) => {
                        let mut all = vec![first];
                        while let Ok(next) = changes.try_recv() {
                            all.push(next);
                        }
                        self.changed(visit, all);
                    }
                    None => return End::Lost,
                },
                ask = self.inbox.recv() => match ask {
                    Some(ask) => self.take(ask),
                    None => return End::Closed,
                },
                _ = tick.tick() => {
                    if visit.pump.is_finished() || !self.watch() {
                        return End::Lost;
                    }
                    if swept.elapsed() > SWEEP {
                        swept = Instant::now();
                        if self.sweep(visit).await.is_none() {
                            return End::Lost;
                        }
                    }
                }
            }
        }
    }

    /// Job lists first, then the rest: so the result log is never older than the list.
    async fn read_all(&mut self, visit: &Visit) -> Option<()> {
        let mut shown: Vec<Shown> = self.rows.iter().map(|_| Shown::default()).collect();
        for jobs in [true, false] {
            let items = visit
                .items
                .iter()
                .filter(|item| (item.1 == Part::Jobs) == jobs);
            let items: Vec<_> = items.collect();
            for chunk in items.chunks(CHUNK) {
                let ids: Vec<NodeId> = chunk.iter().map(|item| item.2.clone()).collect();
                let values = read(&visit.session, &ids).await?;
                for ((at, part, _), value) in chunk.iter().zip(&values) {
                    fill(&mut shown[*at], *part, value);
                }
            }
        }
        for (at, shown) in shown.iter().enumerate() {
            let mut out = Vec::new();
            self.rows[at].book.read(shown, &mut out);
            self.tell(at, out);
        }
        Some(())
    }

    /// Not the totals: a notification sampled before this reading may still be on its way, and an
    /// older total would look like a counter that ran backwards.
    async fn sweep(&mut self, visit: &Visit) -> Option<()> {
        let items = visit.items.iter().enumerate();
        let items = items.filter(|(_, item)| matches!(item.1, Part::Log | Part::State));
        let items: Vec<_> = items.collect();
        for chunk in items.chunks(CHUNK) {
            let ids: Vec<NodeId> = chunk.iter().map(|(_, item)| item.2.clone()).collect();
            let values = read(&visit.session, &ids).await?;
            let handles = chunk.iter().map(|(handle, _)| *handle as u32);
            self.changed(visit, handles.zip(values).collect());
        }
        Some(())
    }

    fn changed(&mut self, visit: &Visit, changes: Vec<(u32, DataValue)>) {
        let mut shown: Vec<Option<Shown>> = self.rows.iter().map(|_| None).collect();
        for (handle, value) in changes {
            let Some((at, part, _)) = visit.items.get(handle as usize) else {
                continue;
            };
            if *part == Part::Beat {
                self.rows[*at].beat = Instant::now();
                self.link_is(*at, true);
            } else {
                fill(shown[*at].get_or_insert_default(), *part, &value);
            }
        }
        for (at, shown) in shown.iter().enumerate() {
            if let Some(shown) = shown {
                let mut out = Vec::new();
                self.rows[at].book.told(shown, &mut out);
                self.tell(at, out);
            }
        }
    }

    /// Judges the heartbeats; `false` if all stand still.
    fn watch(&mut self) -> bool {
        let mut any = self.rows.is_empty();
        for at in 0..self.rows.len() {
            let alive = self.rows[at].beat.elapsed() < self.link.watchdog;
            any |= alive;
            if !alive {
                self.link_is(at, false);
            }
        }
        any
    }

    /// Sends what is to be sent; `None` if the session does not work any more.
    async fn send_all(&mut self, visit: &Visit) -> Option<()> {
        while let Some((at, tag)) = self.aborts.pop() {
            let id = vec![Variant::from(tag_text(tag))];
            // Refused or not there: the job goes on, and its end is told by the log.
            let _reply = call(visit, at, 2, id).await?;
        }
        for at in 0..self.rows.len() {
            while let Some((tag, revision)) = self.rows[at].book.next() {
                let arguments = vec![Variant::from(tag_text(tag)), Variant::from(revision)];
                let answer = call(visit, at, 1, arguments).await?;
                let mut out = Vec::new();
                self.rows[at].book.answered(tag, revision, answer, &mut out);
                self.tell(at, out);
                if answer == Answer::Later {
                    break; // again at the next tick
                }
            }
            self.hold(visit, at).await?;
        }
        Some(())
    }

    /// Says hold or go on; a machine that does not take it is asked again in a second.
    async fn hold(&mut self, visit: &Visit, at: usize) -> Option<()> {
        let Row { book, hold_at, .. } = &mut self.rows[at];
        let Some(on) = book.hold.next() else {
            return Some(());
        };
        if hold_at.is_some_and(|said| said.elapsed() < HOLD_AGAIN) {
            return Some(());
        }
        let (method, node) = match on {
            true => (3, &book.mapping.hold),
            false => (4, &book.mapping.unhold),
        };
        if command(visit, at, method).await? {
            book.hold.taken(on);
            *hold_at = None;
            self.tell(at, vec![Heard::Held(on)]);
        } else if hold_at.replace(Instant::now()).is_none() {
            let node = node.clone();
            self.tell(at, vec![Heard::Doubt(Doubt::Unreadable(node))]);
        }
        Some(())
    }
}
