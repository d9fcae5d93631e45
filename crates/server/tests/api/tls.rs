//! TLS and client certificates: whose name is believed, and who gets no further than the handshake.

use crate::client::{Answer, PASSWORD, Served, request, send};
use crate::engine::Running;
use fenhe_server::certs::{Authority, Identity};
use fenhe_server::{ClientCertificates, Config, Tls, authorities};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use serde_json::json;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

async fn served(authority: &Authority, clients: ClientCertificates) -> Served {
    let own = authority.server(&["localhost", "127.0.0.1"]).expect("made");
    let tls = Tls::new(own.chain.as_bytes(), own.key.as_bytes(), &clients).expect("fits");
    Served::with(Running::start(60, 1_000), Some(tls), Config::default()).await
}

fn connector(trusts: &Authority, shows: Option<&Identity>) -> TlsConnector {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions");
    let roots = authorities(trusts.certificate().as_bytes()).expect("one");
    let builder = builder.with_root_certificates(roots);
    let config = match shows {
        None => builder.with_no_client_auth(),
        Some(shows) => {
            let chain = CertificateDer::pem_slice_iter(shows.chain.as_bytes());
            let chain = chain.collect::<Result<_, _>>().expect("certificates");
            let key = PrivateKeyDer::from_pem_slice(shows.key.as_bytes()).expect("a key");
            builder.with_client_auth_cert(chain, key).expect("fits")
        }
    };
    TlsConnector::from(Arc::new(config))
}

/// One request over TLS; an error if the handshake fails.
async fn ask(
    served: &Served,
    connector: &TlsConnector,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<serde_json::Value>,
) -> io::Result<Answer> {
    let stream = TcpStream::connect(served.address).await?;
    let name = ServerName::try_from("localhost").expect("a name");
    let stream = connector.connect(name, stream).await?;
    let request = request(served.address, method, path, headers, body);
    Ok(send(TokioIo::new(stream), request).await)
}

/// Whether the server takes the handshake: with TLS 1.3 a client learns of a refusal only when it reads.
async fn taken(served: &Served, connector: &TlsConnector) -> bool {
    let stream = TcpStream::connect(served.address).await.expect("connected");
    let name = ServerName::try_from("localhost").expect("a name");
    let Ok(mut stream) = connector.connect(name, stream).await else {
        return false;
    };
    let hello = b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    if stream.write_all(hello).await.is_err() {
        return false;
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.is_ok() && answer.starts_with(b"HTTP/1.1 200")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_the_user_of_its_name_and_a_vehicle_is_nobody_here() {
    let authority = Authority::new("dev").expect("made");
    let roots = authority.certificate().as_bytes().to_vec();
    let served = served(&authority, ClientCertificates::Optional(roots)).await;
    let who = async |shows: Option<&Identity>| {
        let connector = connector(&authority, shows);
        let path = "/api/v1/session";
        ask(&served, &connector, "GET", path, &[], None)
            .await
            .expect("a handshake")
    };
    let user = authority.client("u-engineer").expect("made");
    let known = who(Some(&user)).await;
    assert_eq!(
        (known.status, &known.json["by"]),
        (200, &json!("certificate")),
        "{known:?}"
    );
    assert_eq!(
        (&known.json["name"], &known.json["role"]),
        (&json!("u-engineer"), &json!("engineer"))
    );
    let vehicle = crate::engine::plant().vehicles.as_slice()[0].name.clone();
    let vehicle = authority.client(&vehicle).expect("made");
    let spoof = who(Some(&vehicle)).await;
    assert_eq!(
        (spoof.status, spoof.code()),
        (401, "auth/unknown"),
        "{spoof:?}"
    );
    assert_eq!(spoof.json["place"], json!("certificate"));
    assert_eq!(who(None).await.code(), "auth/nobody");
    // A server's certificate is no client's.
    let wrong_use = authority.server(&["u-admin"]).expect("made");
    assert!(!taken(&served, &connector(&authority, Some(&wrong_use))).await);
    let plain = ask(
        &served,
        &connector(&authority, None),
        "GET",
        "/health",
        &[],
        None,
    )
    .await;
    let plain = plain.expect("a handshake");
    assert!(
        plain
            .header("strict-transport-security")
            .contains("max-age")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_right_certificate_there_is_no_handshake_and_it_is_written() {
    let authority = Authority::new("dev").expect("made");
    let stranger = Authority::new("dev").expect("made");
    let roots = authority.certificate().as_bytes().to_vec();
    let served = served(&authority, ClientCertificates::Required(roots)).await;
    let good = authority.client("u-admin").expect("made");
    let forged = stranger.client("u-admin").expect("made");
    assert!(!taken(&served, &connector(&authority, None)).await);
    assert!(!taken(&served, &connector(&authority, Some(&forged))).await);
    assert!(taken(&served, &connector(&authority, Some(&good))).await);
    let connector = connector(&authority, Some(&good));
    let path = "/api/v1/audit";
    let audit = ask(&served, &connector, "GET", path, &[], None)
        .await
        .expect("in");
    let rows = audit.json.as_array().expect("rows").clone();
    let refused: Vec<_> = rows
        .iter()
        .filter(|row| row["what"] == json!("TLS handshake"))
        .collect();
    assert_eq!(refused.len(), 2, "{rows:?}");
    assert!(
        refused
            .iter()
            .all(|row| row["refused"] == json!("auth/handshake"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_over_tls_are_for_this_host_alone() {
    let authority = Authority::new("dev").expect("made");
    let served = served(&authority, ClientCertificates::None).await;
    let connector = connector(&authority, None);
    let body = json!({"name": "u-viewer", "password": PASSWORD});
    let path = "/api/v1/session";
    let began = ask(&served, &connector, "POST", path, &[], Some(body))
        .await
        .expect("in");
    let cookie = began.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-fenhe=fhs_") && cookie.contains("; Secure"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().expect("a pair");
    let read = ask(
        &served,
        &connector,
        "GET",
        path,
        &[("cookie", cookie)],
        None,
    )
    .await;
    assert_eq!(read.expect("in").status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tls_only_this_machine_is_served() {
    let served = Served::new().await;
    let everywhere = tokio::net::TcpListener::bind(("0.0.0.0", 0))
        .await
        .expect("a port");
    let stopped = served.stop.subscribe();
    let refused = served.server.serve(everywhere, None, false, stopped).await;
    assert_eq!(
        refused.expect_err("refused").kind(),
        io::ErrorKind::InvalidInput
    );
}
