//! Passwords: Argon2id hashes (RFC 9106), and what a password must be.

use super::secret::{NoRandom, random};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// What a guess costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    /// Memory [KiB].
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for Cost {
    /// OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, one lane.
    fn default() -> Cost {
        Cost {
            memory: 19 * 1024,
            passes: 2,
        }
    }
}

/// Fewest characters of a password; most bytes.
pub const LENGTHS: (usize, usize) = (10, 512);

/// Whether it may be somebody's password: long enough (NIST SP 800-63B asks for length, not for kinds of
/// characters), not endless, not the name.
pub fn fit(name: &str, password: &str) -> bool {
    let (least, most) = LENGTHS;
    password.chars().count() >= least
        && password.len() <= most
        && !password.to_lowercase().contains(&name.to_lowercase())
}

fn hasher(cost: Cost) -> Argon2<'static> {
    // One that cannot be asked for becomes the default rather than a weaker one.
    let params = Params::new(cost.memory, cost.passes, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The PHC string to keep.
///
/// # Errors
/// The system gives no salt.
pub fn keep(password: &str, cost: Cost) -> Result<String, NoRandom> {
    let salt = random::<16>()?;
    let hash = hasher(cost).hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|_| NoRandom)
}

/// Whether it is the password kept. Takes as long when nothing is kept, so that time does not tell whether
/// a name exists.
pub fn is(password: &str, kept: Option<&str>, cost: Cost) -> bool {
    let Some(kept) = kept else {
        let mut out = [0; 32];
        let _ = hasher(cost).hash_password_into(password.as_bytes(), &[0; 16], &mut out);
        return false;
    };
    hasher(cost)
        .verify_password(password.as_bytes(), kept)
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost {
        memory: 8,
        passes: 1,
    };

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let kept = keep("correct horse", CHEAP).expect("random");
        assert!(kept.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{kept}");
        assert!(is("correct horse", Some(&kept), CHEAP));
        assert!(is("correct horse", Some(&kept), Cost::default()));
        assert!(!is("correct hors", Some(&kept), CHEAP));
        assert!(!is("correct horse", None, CHEAP));
        assert!(!is("correct horse", Some("no hash"), CHEAP));
        assert_ne!(keep("correct horse", CHEAP).expect("random"), kept);
    }

    #[test]
    fn short_endless_and_own_names_are_no_passwords() {
        assert!(fit("li", "汾河水库大坝一二三四"));
        assert!(!fit("li", "short"));
        assert!(!fit("wang", "xxWANGxxxxxx"));
        assert!(!fit("li", &"x".repeat(513)));
    }
}
