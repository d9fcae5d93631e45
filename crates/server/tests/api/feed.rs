//! The live feed: in order, without gaps, without doubles, across lost connections.

use crate::client::Served;
use crate::engine::Running;
use fenhe_server::{Config, Engine, Item, Numbered, Resync, Role};
use futures_util::StreamExt;
use serde_json::json;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};

type Socket = WebSocketStream<TcpStream>;

async fn connect(served: &Served, query: &str, headers: &[(&str, &str)]) -> Result<Socket, Error> {
    let mut request = tokio_tungstenite::tungstenite::http::Request::builder()
        .uri(format!("ws://{}/api/v1/feed{query}", served.address))
        .header("host", served.address.to_string())
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let stream = TcpStream::connect(served.address).await.expect("connected");
    let request = request.body(()).expect("a request");
    let (socket, _) = tokio_tungstenite::client_async(request, stream).await?;
    Ok(socket)
}

async fn open(served: &Served, query: &str) -> Socket {
    let bearer = format!("Bearer {}", served.token(Role::Viewer));
    let socket = connect(served, query, &[("authorization", &bearer)]).await;
    socket.expect("a socket")
}

/// The items of the next message; `None` once the server has closed.
async fn next(socket: &mut Socket) -> Option<Vec<Numbered>> {
    loop {
        let message = timeout(Duration::from_secs(60), socket.next()).await;
        match message.expect("alive") {
            Some(Ok(Message::Text(text))) => {
                return Some(serde_json::from_str(text.as_str()).expect("items"));
            }
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}

/// At least so many items.
async fn take(socket: &mut Socket, least: usize) -> Vec<Numbered> {
    let mut items = Vec::new();
    while items.len() < least {
        items.extend(next(socket).await.expect("open"));
    }
    items
}

fn in_order(items: &[Numbered]) {
    for pair in items.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_goes_on_where_it_was() {
    let served = Served::new().await;
    let mut all = take(&mut open(&served, "").await, 200).await;
    let Item::Resync { reason, view } = &all[0].item else {
        panic!("a picture first: {:?}", all[0])
    };
    assert_eq!((*reason, view.seq), (Resync::Start, all[0].seq));
    assert_eq!(view.vehicles.len(), crate::engine::plant().vehicles.len());
    for _ in 0..20 {
        let query = format!("?from={}", all.last().expect("some").seq + 1);
        all.extend(take(&mut open(&served, &query).await, 50).await);
    }
    in_order(&all);
    let resyncs = all
        .iter()
        .filter(|one| matches!(one.item, Item::Resync { .. }));
    assert_eq!(resyncs.count(), 1, "no gap");
    let moved = all.iter().any(|one| matches!(one.item, Item::Motion(_)));
    assert!(moved, "vehicles drive");
    // Two readers read the same.
    let first = all[1].seq;
    let again = take(&mut open(&served, &format!("?from={first}")).await, 100).await;
    assert_eq!(again[..100], all[1..101]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_fallen_out_is_answered_by_a_whole_picture() {
    let served = Served::with(Running::start(60, 64), None, Config::default()).await;
    let first = take(&mut open(&served, "").await, 1).await[0].seq;
    // From here on only what is pushed comes, or the ring could be lost once more while it is read.
    served.running.halt();
    for count in 0..200 {
        served.running.push(count);
    }
    let newest = served.running.feed().newest();
    let mut gap = open(&served, &format!("?from={}", first + 1)).await;
    let mut restart = open(&served, &format!("?from={}", newest + 1_000_000_000)).await;
    for (socket, wanted) in [(&mut gap, Resync::Gap), (&mut restart, Resync::Restart)] {
        let mut items = take(socket, 1).await;
        let Item::Resync { reason, ref view } = items[0].item else {
            panic!("a picture: {items:?}")
        };
        assert_eq!((reason, view.seq), (wanted, items[0].seq));
        served.running.push(0);
        served.running.push(1);
        items.extend(take(socket, 2).await);
        in_order(&items);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_is_let_go_when_its_right_ends() {
    let config = Config {
        recheck: Duration::from_millis(100),
        ..Config::default()
    };
    let served = Served::with(Running::start(60, 10_000), None, config).await;
    let mut socket = open(&served, "").await;
    take(&mut socket, 10).await;
    let list = served.ask(Role::Admin, "GET", "/api/v1/tokens", None).await;
    let rows = list.json.as_array().expect("rows");
    let row = rows.iter().find(|row| row["name"] == json!("t-viewer"));
    let id = row.expect("there")["id"]
        .as_str()
        .expect("an id")
        .to_string();
    let path = format!("/api/v1/tokens/{id}");
    assert_eq!(
        served.ask(Role::Admin, "DELETE", &path, None).await.status,
        204
    );
    while next(&mut socket).await.is_some() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_are_few_and_known() {
    let config = Config {
        feeds: 2,
        ..Config::default()
    };
    let served = Served::with(Running::start(60, 10_000), None, config).await;
    let refused = |error: Result<Socket, Error>| match error {
        Err(Error::Http(answer)) => answer.status().as_u16(),
        other => panic!("refused: {other:?}"),
    };
    assert_eq!(refused(connect(&served, "", &[]).await), 401);
    let bearer = format!("Bearer {}", served.token(Role::Viewer));
    let foreign = [
        ("authorization", bearer.as_str()),
        ("origin", "http://evil.example"),
    ];
    assert_eq!(refused(connect(&served, "", &foreign).await), 403);
    let known = [("authorization", bearer.as_str())];
    assert_eq!(refused(connect(&served, "?from=-1", &known).await), 400);
    let one = open(&served, "").await;
    let _two = open(&served, "").await;
    assert_eq!(refused(connect(&served, "", &known).await), 429);
    drop(one);
    while connect(&served, "", &known).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let plain = served.ask(Role::Viewer, "GET", "/api/v1/feed", None).await;
    assert!((400..500).contains(&plain.status), "{plain:?}");
    let lines = served.audit("GET /api/v1/feed").await;
    let codes: Vec<_> = lines
        .iter()
        .filter_map(|line| line.refused.as_deref())
        .collect();
    assert_eq!(codes[..3], ["auth/nobody", "auth/origin", "limit/feeds"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_a_session_shows_its_token_as_a_subprotocol() {
    let served = Served::new().await;
    let offer = format!("fenhe, {}", served.token(Role::Viewer));
    let mut socket = connect(&served, "", &[("sec-websocket-protocol", &offer)])
        .await
        .expect("let in");
    in_order(&take(&mut socket, 5).await);
    for wrong in ["fenhe, fht_0000", "other, fht_0000", "fenhe"] {
        let refused = connect(&served, "", &[("sec-websocket-protocol", wrong)]).await;
        assert!(matches!(refused, Err(Error::Http(_))), "{wrong}");
    }
}
