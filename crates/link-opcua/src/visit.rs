//! What is asked of a server within one session: read, subscribe, call.

use crate::book::{Answer, Shown};
use crate::nodes::{number, text, texts};
use crate::words::why_from;
use fenhe_contract::PlaceId;
use opcua::client::{DataChangeCallback, MonitoredItem, Session};
use opcua::types::{
    DataValue, MonitoredItemCreateRequest, MonitoringMode, MonitoringParameters, NodeId,
    ReadValueId, StatusCode, TimestampsToReturn, Variant,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long one request may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// Nodes in one request.
pub(crate) const CHUNK: usize = 500;

/// What a node tells.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Part {
    Jobs,
    Memory,
    Log,
    State,
    Good,
    Scrap,
    Alarm,
    Beat,
    Port(PlaceId),
}

/// One session.
pub(crate) struct Visit {
    pub session: Arc<Session>,
    pub pump: JoinHandle<()>,
    /// Nodes by row, what they tell, id; a client handle is an index into this.
    pub items: Vec<(usize, Part, NodeId)>,
    /// Object, StoreAndStart, Abort, Hold, Unhold by row.
    pub methods: Vec<[Option<NodeId>; 5]>,
}

pub(crate) async fn read(session: &Session, ids: &[NodeId]) -> Option<Vec<DataValue>> {
    let nodes: Vec<ReadValueId> = ids.iter().cloned().map(ReadValueId::from).collect();
    let reading = session.read(&nodes, TimestampsToReturn::Neither, 0.0);
    let values = timeout(PATIENCE, reading).await.ok()?.ok()?;
    (values.len() == ids.len()).then_some(values)
}

pub(crate) fn fill(shown: &mut Shown, part: Part, value: &DataValue) {
    let bad = value.status.is_some_and(|status| !status.is_good());
    let Some(value) = value.value.as_ref().filter(|_| !bad) else {
        return;
    };
    let whole = || number(value).and_then(|n| u32::try_from(n).ok());
    match part {
        Part::Jobs => shown.jobs = texts(value),
        Part::Memory => shown.memory = text(value),
        Part::Log => shown.log = texts(value),
        Part::State => shown.state = number(value).and_then(|n| i32::try_from(n).ok()),
        Part::Good => shown.good = whole(),
        Part::Scrap => shown.scrap = whole(),
        Part::Alarm => shown.alarm = whole(),
        Part::Beat => {}
        Part::Port(place) => shown.ports.extend(text(value).map(|text| (place, text))),
    }
}

/// Subscribes to all nodes.
pub(crate) async fn subscribe(visit: &Visit) -> Option<UnboundedReceiver<(u32, DataValue)>> {
    let (send, changes) = unbounded_channel();
    let callback = DataChangeCallback::new(move |value: DataValue, item: &MonitoredItem| {
        // Nobody listens any more: the session is about to end.
        let _unheard = send.send((item.client_handle(), value));
    });
    // Keep-alive every 2 s, given up by the server after 12 s.
    let every = Duration::from_millis(100);
    let making = visit
        .session
        .create_subscription(every, 120, 20, 0, 0, true, callback);
    let id = timeout(PATIENCE, making).await.ok()?.ok()?;
    let wanted = visit.items.iter().enumerate();
    // Lists and ports are only read in full; what happens to them is told by the log.
    let wanted =
        wanted.filter(|(_, item)| !matches!(item.1, Part::Jobs | Part::Memory | Part::Port(_)));
    let requests: Vec<_> = wanted
        .map(|(handle, (_, _, node))| {
            let parameters = MonitoringParameters {
                client_handle: handle as u32,
                sampling_interval: 100.0,
                queue_size: 1,
                discard_oldest: true,
                ..Default::default()
            };
            let node = ReadValueId::from(node.clone());
            MonitoredItemCreateRequest::new(node, MonitoringMode::Reporting, parameters)
        })
        .collect();
    for chunk in requests.chunks(CHUNK) {
        let both = TimestampsToReturn::Neither;
        let making = visit
            .session
            .create_monitored_items(id, both, chunk.to_vec());
        timeout(PATIENCE, making).await.ok()?.ok()?;
    }
    Some(changes)
}

/// Calls a method of a row; `None` if the session does not work any more.
pub(crate) async fn call(
    visit: &Visit,
    at: usize,
    method: usize,
    arguments: Vec<Variant>,
) -> Option<Answer> {
    let nodes = &visit.methods[at];
    let (Some(object), Some(method)) = (&nodes[0], &nodes[method]) else {
        return Some(Answer::Later);
    };
    let request = (object.clone(), method.clone(), Some(arguments));
    let calling = visit.session.call_one(request);
    let result = timeout(PATIENCE, calling).await.ok()?.ok()?;
    let outputs = result.output_arguments.unwrap_or_default();
    if result.status_code != StatusCode::Good {
        return Some(Answer::Later);
    }
    Some(match outputs.first().and_then(number) {
        // A newer revision is known: the machine has the job all the more.
        Some(0..=2) => Answer::Has,
        Some(_) => {
            let why = outputs.get(2).and_then(text).unwrap_or_default();
            Answer::Refused(why_from(&why))
        }
        None => Answer::Later,
    })
}

/// Calls a method without arguments of a row; whether it was taken. `None` if the session does not
/// work any more.
pub(crate) async fn command(visit: &Visit, at: usize, method: usize) -> Option<bool> {
    let nodes = &visit.methods[at];
    let (Some(object), Some(method)) = (&nodes[0], &nodes[method]) else {
        return Some(false);
    };
    let calling = visit
        .session
        .call_one((object.clone(), method.clone(), None));
    let result = timeout(PATIENCE, calling).await.ok()?.ok()?;
    Some(result.status_code.is_good())
}
