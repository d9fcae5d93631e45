//! Certificates for trying things out: an authority of one's own, and what it signs for servers, people and
//! vehicles. The common name of a client's certificate is the name of a user or the serial of a vehicle;
//! brokers that take the common name for the user name (mosquitto: `use_identity_as_username`) then know
//! the vehicle by it.

use crate::clock::{Clock, rfc3339};
use crate::tls::common_name;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::io;

/// A certificate with its key, both PEM.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate and the one that signed it.
    pub chain: String,
    /// Its key, PKCS 8.
    pub key: String,
}

/// An authority: whoever trusts its certificate trusts what it signs.
pub struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

fn wrong(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

/// Good from yesterday for so many years.
fn params(name: &str, years: i32) -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "Fenhe");
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    let day = |utc: u64| {
        let text = rfc3339(utc);
        let number = |from: usize, to: usize| text[from..to].parse::<i32>().unwrap_or(1);
        (number(0, 4), number(5, 7) as u8, number(8, 10) as u8)
    };
    let now = Clock::system().now();
    let (year, month, today) = day(now.saturating_sub(86_400 * crate::SECOND));
    // There is no 29th of February in most years.
    let until = if (month, today) == (2, 29) { 28 } else { today };
    params.not_before = date_time_ymd(year, month, today);
    params.not_after = date_time_ymd(year + years.clamp(1, 50), month, until);
    params
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = params(name, 10);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

impl Authority {
    /// A new authority (ECDSA P-256), good for ten years.
    ///
    /// # Errors
    /// The name is not fit, or the system gives no random bytes.
    pub fn new(name: &str) -> io::Result<Authority> {
        let key = KeyPair::generate().map_err(wrong)?;
        let params = authority_params(name);
        let certificate = params.self_signed(&key).map_err(wrong)?.pem();
        Ok(Authority {
            certificate,
            issuer: Issuer::new(params, key),
        })
    }

    /// One made by [`Authority::new`] before, from its two PEM texts.
    ///
    /// # Errors
    /// They are no certificate and key.
    pub fn load(certificate: &str, key: &str) -> io::Result<Authority> {
        let der = CertificateDer::from_pem_slice(certificate.as_bytes()).map_err(wrong)?;
        let name = common_name(&der).ok_or_else(|| wrong("no common name"))?;
        let key = KeyPair::from_pem(key).map_err(wrong)?;
        Ok(Authority {
            certificate: certificate.into(),
            issuer: Issuer::new(authority_params(&name), key),
        })
    }

    /// Its certificate, PEM: what others are told to trust.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Its key, PEM: to be kept where nobody else reads.
    pub fn key(&self) -> String {
        self.issuer.key().serialize_pem()
    }

    /// For a server under these host names and addresses, good for two years.
    ///
    /// # Errors
    /// A name is not fit, or the system gives no random bytes.
    pub fn server(&self, names: &[&str]) -> io::Result<Identity> {
        let all: Vec<String> = names.iter().map(|name| (*name).to_string()).collect();
        let mut params = params(names.first().copied().unwrap_or("localhost"), 2);
        params.subject_alt_names = CertificateParams::new(all)
            .map_err(wrong)?
            .subject_alt_names;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.sign(params)
    }

    /// For a client: the name of a user, or the serial of a vehicle; good for two years.
    ///
    /// # Errors
    /// The name is not fit, or the system gives no random bytes.
    pub fn client(&self, name: &str) -> io::Result<Identity> {
        let mut params = params(name, 2);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(params)
    }

    fn sign(&self, mut params: CertificateParams) -> io::Result<Identity> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(wrong)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(wrong)?;
        Ok(Identity {
            chain: certificate.pem() + &self.certificate,
            key: key.serialize_pem(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(pem: &str) -> Option<String> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
        common_name(&der)
    }

    #[test]
    fn the_common_name_is_read_back_whatever_it_is() {
        let authority = Authority::new("汾河 CA").expect("made");
        assert_eq!(name_of(authority.certificate()).as_deref(), Some("汾河 CA"));
        for name in ["agv-017", "王", &"x".repeat(64)] {
            let made = authority.client(name).expect("made");
            assert_eq!(name_of(&made.chain).as_deref(), Some(name));
        }
    }

    #[test]
    fn a_torn_certificate_has_no_name_and_does_no_harm() {
        let authority = Authority::new("ca").expect("made");
        let made = authority.client("agv-1").expect("made");
        let der = CertificateDer::from_pem_slice(made.chain.as_bytes()).expect("one");
        for end in 0..der.len() {
            assert_eq!(common_name(&der[..end]), None, "{end}");
        }
        // Each byte once with each of a few others in its place.
        for at in 0..der.len() {
            for byte in [0x00, 0x30, 0x7f, 0x80, 0x84, 0xff] {
                let mut other = der.to_vec();
                other[at] = byte;
                let _ = common_name(&other);
            }
        }
    }

    #[test]
    fn an_authority_comes_back_from_its_files() {
        let authority = Authority::new("ca").expect("made");
        let again = Authority::load(authority.certificate(), &authority.key()).expect("loads");
        assert_eq!(again.certificate(), authority.certificate());
        assert!(Authority::load("no", "no").is_err());
    }
}
