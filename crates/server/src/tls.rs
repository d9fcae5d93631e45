//! TLS by rustls with ring: the server's own certificate, and whose certificates clients may show.

use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use std::io;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// What clients show.
#[derive(Clone, Debug, Default)]
pub enum ClientCertificates {
    /// None is asked for.
    #[default]
    None,
    /// One is looked at if it is shown; it must be signed by an authority of this PEM.
    Optional(Vec<u8>),
    /// Nobody without one gets further than the handshake.
    Required(Vec<u8>),
}

/// A server's side of TLS.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    /// From PEM texts: the certificate with its chain, and its key.
    ///
    /// # Errors
    /// A text holds no certificate or key, or they do not belong together.
    pub fn new(chain: &[u8], key: &[u8], clients: &ClientCertificates) -> io::Result<Tls> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone());
        let builder = builder.with_safe_default_protocol_versions();
        let builder = builder.map_err(wrong)?;
        let builder = match clients {
            ClientCertificates::None => builder.with_no_client_auth(),
            ClientCertificates::Optional(roots) | ClientCertificates::Required(roots) => {
                let roots = Arc::new(authorities(roots)?);
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                let verifier = match clients {
                    ClientCertificates::Required(_) => verifier,
                    _ => verifier.allow_unauthenticated(),
                };
                builder.with_client_cert_verifier(verifier.build().map_err(wrong)?)
            }
        };
        let chain = certificates(chain)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(wrong)?;
        let mut config = builder.with_single_cert(chain, key).map_err(wrong)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls(TlsAcceptor::from(Arc::new(config))))
    }

    /// What shakes hands.
    pub fn acceptor(&self) -> &TlsAcceptor {
        &self.0
    }
}

fn wrong(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

fn certificates(pem: &[u8]) -> io::Result<Vec<CertificateDer<'static>>> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let all = all.map_err(wrong)?;
    if all.is_empty() {
        return Err(wrong("no certificate"));
    }
    Ok(all)
}

/// The authorities of a PEM text.
///
/// # Errors
/// There is none in it, or one is no certificate.
pub fn authorities(pem: &[u8]) -> io::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem)? {
        roots.add(certificate).map_err(wrong)?;
    }
    Ok(roots)
}

/// The common name of a certificate's subject (RFC 5280, 4.1.2.6): the last of several, as OpenSSL and
/// mosquitto take it. `None` if there is none, or it is no text.
pub fn common_name(certificate: &[u8]) -> Option<String> {
    // Certificate > TBSCertificate > [version] serial algorithm issuer validity subject
    let (_, certificate, _) = element(certificate)?;
    let (_, mut fields, _) = element(certificate)?;
    if fields.first() == Some(&0xa0) {
        fields = element(fields)?.2;
    }
    for _ in 0..4 {
        fields = element(fields)?.2;
    }
    let (tag, mut names, _) = element(fields)?;
    if tag != 0x30 {
        return None;
    }
    let mut found = None;
    while !names.is_empty() {
        let (_, mut set, rest) = element(names)?;
        names = rest;
        while !set.is_empty() {
            let (_, pair, rest) = element(set)?;
            set = rest;
            let (_, key, value) = element(pair)?;
            // 2.5.4.3
            if key == [0x55, 0x04, 0x03] {
                let (tag, text, _) = element(value)?;
                // UTF8String or PrintableString
                found = matches!(tag, 0x0c | 0x13)
                    .then(|| std::str::from_utf8(text).ok().map(String::from))
                    .flatten();
            }
        }
    }
    found
}

/// One element of DER: its tag, its content, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first >= 0x80 {
        let count = usize::from(first & 0x7f);
        if !(1..=4).contains(&count) {
            return None;
        }
        let (digits, after) = rest.split_at_checked(count)?;
        length = digits.iter().fold(0, |n, &b| n << 8 | usize::from(b));
        rest = after;
    }
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}
