//! Trusting a certificate by a copy of it.

use opcua::crypto::{CertificateStore, X509};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// Trusts a certificate (a DER file): copies it into `trusted/` of a folder of keys, under the name by
/// which it is looked for, and takes it out of `rejected/`. Gives the path of the copy.
pub fn trust(keys: &Path, certificate: &Path) -> std::io::Result<PathBuf> {
    let bytes = std::fs::read(certificate)?;
    let parsed = X509::from_der(&bytes).map_err(|_| Error::from(ErrorKind::InvalidData))?;
    let name = CertificateStore::cert_file_name(&parsed);
    let trusted = keys.join("trusted");
    std::fs::create_dir_all(&trusted)?;
    let copy = trusted.join(&name);
    std::fs::write(&copy, bytes)?;
    match std::fs::remove_file(keys.join("rejected").join(&name)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(copy),
    }
}
