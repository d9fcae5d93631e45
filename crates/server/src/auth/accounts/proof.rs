//! Who somebody is: by password and session, by token, by certificate.

use super::*;
use crate::auth::sessions::csrf;

/// The last use of sessions is kept so often: a restart takes no more of their half hour.
const KEPT_EVERY: Utc = 5 * 60 * SECOND;

/// Somebody who has shown who they are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// User or token.
    pub name: String,
    /// With what right.
    pub role: Role,
    /// How it was shown.
    pub by: Proof,
    /// What has to come back in the header `x-csrf-token`, for a session.
    pub csrf: Option<String>,
}

impl Accounts {
    /// A session for a name and its password. Takes as long for a name that does not exist.
    ///
    /// # Errors
    /// Wrong, or too many wrong guesses before.
    pub fn login(&self, name: &str, password: &str, from: IpAddr) -> Result<Login, Denied> {
        let now = self.clock.now();
        self.guess(name, from, now)?;
        // Counted before the slow hash, so that many guesses at once are counted too.
        self.inner().throttle.failed(name, from, now);
        let kept = {
            let inner = self.inner();
            let user = inner.kept.users.get(name).filter(|user| !user.disabled);
            user.and_then(|user| user.password.clone())
        };
        // Not under the lock: it is slow on purpose.
        let right = password.len() <= password::LENGTHS.1
            && password::is(password, kept.as_deref(), self.cost);
        let mut inner = self.inner();
        // Still the same user with the same password?
        let user = inner.kept.users.get(name).filter(|user| !user.disabled);
        if !right || user.and_then(|user| user.password.as_ref()) != kept.as_ref() {
            return Err(Denied::Wrong);
        }
        inner.throttle.succeeded(name, from);
        let login = inner.sessions.begin(name, now)?;
        self.keep_sessions(&mut inner);
        Ok(login)
    }

    /// Sessions go on after a restart as they are now. Where they cannot be kept they are good until then.
    fn keep_sessions(&self, inner: &mut Inner) {
        let sessions = inner.sessions.kept();
        let _ = self.change(inner, |kept| {
            kept.sessions = sessions;
            Ok(())
        });
    }

    /// Who holds this cookie.
    ///
    /// # Errors
    /// Nobody, or no longer.
    pub fn by_cookie(&self, cookie: &str) -> Result<Known, Denied> {
        let now = self.clock.now();
        let mut inner = self.inner();
        let session = inner.sessions.of(cookie, now).map_err(|over| {
            if over {
                Denied::Expired
            } else {
                Denied::Unknown
            }
        })?;
        let name = session.user.clone();
        if inner.sessions_kept.saturating_add(KEPT_EVERY) <= now {
            inner.sessions_kept = now;
            self.keep_sessions(&mut inner);
        }
        let user = inner.kept.users.get(&name).ok_or(Denied::Unknown)?;
        if user.disabled {
            return Err(Denied::Revoked);
        }
        Ok(Known {
            role: user.role,
            name,
            by: Proof::Session,
            csrf: Some(csrf(cookie)),
        })
    }

    /// Who holds this token.
    ///
    /// # Errors
    /// Nobody, or no longer.
    pub fn by_token(&self, token: &str) -> Result<Known, Denied> {
        let inner = self.inner();
        let id = inner.by_hash.get(&secret::hash(token));
        let token = id.and_then(|id| inner.kept.tokens.get(id));
        let token = token.ok_or(Denied::Unknown)?;
        if token.revoked {
            return Err(Denied::Revoked);
        }
        if self.clock.now() >= token.expires {
            return Err(Denied::Expired);
        }
        Ok(Known {
            name: token.name.clone(),
            role: token.role,
            by: Proof::Token,
            csrf: None,
        })
    }

    /// Whose certificate this is: the user with the common name as name.
    ///
    /// # Errors
    /// There is no such user, or not any more.
    pub fn by_certificate(&self, name: &str) -> Result<Known, Denied> {
        let inner = self.inner();
        let user = inner.kept.users.get(name).ok_or(Denied::Unknown)?;
        if user.disabled {
            return Err(Denied::Revoked);
        }
        Ok(Known {
            name: name.into(),
            role: user.role,
            by: Proof::Certificate,
            csrf: None,
        })
    }

    /// The session is over.
    pub fn logout(&self, cookie: &str) {
        let mut inner = self.inner();
        inner.sessions.end(cookie);
        self.keep_sessions(&mut inner);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Cost, FileAccounts};
    use std::net::Ipv4Addr;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    const PASSWORD: &str = "a long secret word";
    const CHEAP: Cost = Cost {
        memory: 8,
        passes: 1,
    };

    #[test]
    fn who_is_logged_in_stays_so_when_the_program_starts_again_and_who_logged_out_does_not() {
        let path = std::env::temp_dir().join(format!("fenhe-sessions-{}", std::process::id()));
        let wall = Arc::new(AtomicU64::new(SECOND));
        let open = || {
            let wall = wall.clone();
            let clock = Clock::of(move || wall.load(Ordering::Relaxed));
            Accounts::open(FileAccounts::new(&path), clock, CHEAP).expect("accounts")
        };
        let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let first = open();
        let token = first.setup_token().expect("random").expect("no admin yet");
        first
            .set_up(&token, "li", PASSWORD, from)
            .expect("an admin");
        let [stays, goes] = [0; 2].map(|_| first.login("li", PASSWORD, from).expect("a session"));
        first.logout(&goes.cookie);
        // Used for an hour, a minute apart: what is kept of that is not as old as the half hour.
        for _ in 0..60 {
            wall.fetch_add(60 * SECOND, Ordering::Relaxed);
            first.by_cookie(&stays.cookie).expect("in use");
        }
        let second = open();
        let known = second.by_cookie(&stays.cookie).expect("still logged in");
        assert_eq!((known.name.as_str(), known.csrf), ("li", Some(stays.csrf)));
        assert_eq!(second.by_cookie(&goes.cookie), Err(Denied::Unknown));
        // A changed user is asked again, after another start too.
        let change = UserChange {
            role: Some(Role::Admin),
            ..UserChange::default()
        };
        second.alter("li", &change).expect("changed");
        assert_eq!(open().by_cookie(&stays.cookie), Err(Denied::Unknown));
        std::fs::remove_file(&path).expect("removed");
    }
}
