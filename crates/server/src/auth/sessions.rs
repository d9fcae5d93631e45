//! Sessions: a login with a password, carried on by a cookie. Kept with the accounts, so that a restart of the
//! program logs nobody out.

use super::secret::{self, Hash, NoRandom};
use super::store::Session;
use crate::clock::{SECOND, Utc};
use std::collections::BTreeMap;

/// Void after this long without use.
const IDLE: Utc = 30 * 60 * SECOND;
/// Void after this long in any case.
const LONGEST: Utc = 12 * 3_600 * SECOND;
/// Sessions of one user; the oldest goes first.
const OF_ONE: usize = 16;
/// Sessions of all.
const OF_ALL: usize = 4_096;

/// What a login gives to its caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Login {
    /// The cookie's value.
    pub cookie: String,
    /// To be sent back in the header `x-csrf-token` with everything that changes something.
    pub csrf: String,
}

/// All sessions, by the hash of their cookie.
#[derive(Default, Debug)]
pub(crate) struct Sessions(BTreeMap<Hash, Session>);

/// What has to come back with everything that changes something: it follows from the cookie, which no script can
/// read, and says nothing of it.
pub(crate) fn csrf(cookie: &str) -> String {
    secret::hex(&secret::hash(&format!("csrf {cookie}")))
}

impl Sessions {
    /// Those that were kept and whose time is not over.
    pub fn restored(kept: &BTreeMap<String, Session>, now: Utc) -> Sessions {
        let good = kept.iter().filter(|(_, session)| session.good(now));
        let row =
            |(hash, session): (&String, &Session)| Some((secret::unhex(hash)?, session.clone()));
        Sessions(good.filter_map(row).collect())
    }

    /// To be kept.
    pub fn kept(&self) -> BTreeMap<String, Session> {
        let row = |(hash, session): (&Hash, &Session)| (secret::hex(hash), session.clone());
        self.0.iter().map(row).collect()
    }

    /// A new session.
    pub fn begin(&mut self, user: &str, now: Utc) -> Result<Login, NoRandom> {
        let cookie = secret::secret("fhs_")?;
        let login = Login {
            csrf: csrf(&cookie),
            cookie,
        };
        self.0.retain(|_, session| session.good(now));
        self.thin(|session| session.user == user, OF_ONE - 1);
        self.thin(|_| true, OF_ALL - 1);
        let session = Session {
            user: user.to_string(),
            began: now,
            used: now,
        };
        self.0.insert(secret::hash(&login.cookie), session);
        Ok(login)
    }

    /// Leaves at most so many of some sessions.
    fn thin(&mut self, which: impl Fn(&Session) -> bool, most: usize) {
        loop {
            let some = self.0.iter().filter(|(_, session)| which(session));
            if some.clone().count() <= most {
                return;
            }
            let oldest = some.min_by_key(|(_, session)| session.used);
            let Some(hash) = oldest.map(|(hash, _)| *hash) else {
                return;
            };
            self.0.remove(&hash);
        }
    }

    /// The session of a cookie, which is used now; `Err(true)` if there was one and its time is over.
    pub fn of(&mut self, cookie: &str, now: Utc) -> Result<&Session, bool> {
        let hash = secret::hash(cookie);
        if !self.0.get(&hash).ok_or(false)?.good(now) {
            self.0.remove(&hash);
            return Err(true);
        }
        let session = self.0.get_mut(&hash).ok_or(false)?;
        session.used = now;
        Ok(session)
    }

    /// The session of a cookie is over.
    pub fn end(&mut self, cookie: &str) {
        self.0.remove(&secret::hash(cookie));
    }

    /// All sessions of a user are over.
    pub fn end_all(&mut self, user: &str) {
        self.0.retain(|_, session| session.user != user);
    }
}

impl Session {
    fn good(&self, now: Utc) -> bool {
        now < self.used.saturating_add(IDLE) && now < self.began.saturating_add(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_idle_or_after_a_shift() {
        let mut sessions = Sessions::default();
        let login = sessions.begin("li", 0).expect("random");
        let mut now = 0;
        while now + IDLE / 2 < LONGEST {
            now += IDLE / 2;
            assert!(sessions.of(&login.cookie, now).is_ok(), "{now}");
        }
        assert_eq!(sessions.of(&login.cookie, LONGEST), Err(true));
        assert_eq!(sessions.of(&login.cookie, LONGEST), Err(false));
        let login = sessions.begin("li", 0).expect("random");
        assert_eq!(sessions.of(&login.cookie, IDLE), Err(true));
    }

    #[test]
    fn a_user_has_few_sessions_and_can_end_them_all() {
        let mut sessions = Sessions::default();
        let first = sessions.begin("li", 0).expect("random");
        let other = sessions.begin("wang", 0).expect("random");
        let mut last = first.clone();
        for now in 1..=OF_ONE as u64 {
            last = sessions.begin("li", now).expect("random");
        }
        assert_eq!(sessions.of(&first.cookie, 20), Err(false));
        assert!(sessions.of(&last.cookie, 20).is_ok());
        sessions.end_all("li");
        assert_eq!(sessions.of(&last.cookie, 20), Err(false));
        assert!(sessions.of(&other.cookie, 20).is_ok());
    }

    #[test]
    fn what_is_kept_comes_back_but_for_what_is_over() {
        let mut sessions = Sessions::default();
        let old = sessions.begin("li", 0).expect("random");
        let new = sessions.begin("li", IDLE / 2).expect("random");
        let mut again = Sessions::restored(&sessions.kept(), IDLE);
        assert_eq!(again.of(&old.cookie, IDLE), Err(false));
        assert_eq!(again.of(&new.cookie, IDLE).map(|s| s.began), Ok(IDLE / 2));
        assert_eq!(new.csrf, csrf(&new.cookie));
        assert_ne!(new.csrf, old.csrf);
    }
}
