//! Users, tokens and sessions behind one lock; every change is kept before it counts.

mod proof;

pub use proof::Known;

use super::password::{self, Cost};
use super::secret::{self, NoRandom};
use super::sessions::{Login, Sessions};
use super::store::{AccountStore, Kept, Token, User};
use super::throttle::Throttle;
use crate::clock::{Clock, SECOND, Utc};
use crate::{Proof, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard};
use utoipa::ToSchema;

/// Most users, and most tokens that are not void.
const MOST: usize = 1_000;
/// A setup token holds this long.
const SETUP: Utc = 24 * 3_600 * SECOND;

/// Why somebody is not let in, or an account not changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denied {
    /// Nothing was shown.
    Nobody,
    /// What was shown is not known, or no longer: never was, revoked, user disabled.
    Unknown,
    /// It was good until a while ago.
    Expired,
    /// It was taken back.
    Revoked,
    /// Name or password is wrong.
    Wrong,
    /// Too many wrong guesses: wait so many seconds.
    Wait(u64),
    /// There is such a user.
    Exists,
    /// There is no such user or token.
    Missing,
    /// Not fit to be a name.
    BadName,
    /// Not fit to be a password.
    BadPassword,
    /// The plant would be without an admin.
    LastAdmin,
    /// There are as many as there may be.
    Full,
    /// It could not be kept, or the system gave no random bytes.
    Store,
}

impl From<NoRandom> for Denied {
    fn from(_: NoRandom) -> Denied {
        Denied::Store
    }
}

/// A user to be created.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// 2 to 64 letters, digits or `.-_@`; a client certificate with this common name is this user.
    pub name: String,
    /// With what right.
    pub role: Role,
    /// `null` for a user known by certificate alone.
    pub password: Option<String>,
}

/// What is changed of a user; what is left out stays.
#[derive(Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    /// Another right.
    pub role: Option<Role>,
    /// Whether the user may do nothing at all.
    pub disabled: Option<bool>,
    /// Another password.
    pub password: Option<String>,
}

/// A token to be created.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// With what right.
    pub role: Role,
    /// Good for so many days from now, 1 to 3650.
    pub days: u32,
}

/// Users, tokens and sessions.
pub struct Accounts {
    store: Box<dyn AccountStore>,
    clock: Clock,
    cost: Cost,
    inner: Mutex<Inner>,
}

struct Inner {
    kept: Kept,
    by_hash: BTreeMap<secret::Hash, String>,
    sessions: Sessions,
    /// When their last use was kept.
    sessions_kept: Utc,
    throttle: Throttle,
    setup: Option<(secret::Hash, Utc)>,
}

fn index(kept: &Kept) -> BTreeMap<secret::Hash, String> {
    let rows = kept.tokens.iter();
    rows.filter_map(|(id, token)| Some((secret::unhex(&token.hash)?, id.clone())))
        .collect()
}

/// Whether it may be a user's name.
fn good_name(name: &str) -> bool {
    let fit = |c: char| c.is_alphanumeric() || ".-_@".contains(c);
    (2..=64).contains(&name.chars().count()) && name.chars().all(fit)
}

impl Accounts {
    /// What a store keeps.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open(store: impl AccountStore, clock: Clock, cost: Cost) -> io::Result<Accounts> {
        let kept = store.load()?;
        let inner = Inner {
            by_hash: index(&kept),
            sessions: Sessions::restored(&kept.sessions, clock.now()),
            kept,
            sessions_kept: 0,
            throttle: Throttle::default(),
            setup: None,
        };
        Ok(Accounts {
            store: Box::new(store),
            clock,
            cost,
            inner: Mutex::new(inner),
        })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(|held| held.into_inner())
    }

    /// Keeps a changed copy; only then it counts.
    fn change<T>(
        &self,
        inner: &mut Inner,
        change: impl FnOnce(&mut Kept) -> Result<T, Denied>,
    ) -> Result<T, Denied> {
        let mut kept = inner.kept.clone();
        let result = change(&mut kept)?;
        if let Err(error) = self.store.save(&kept) {
            tracing::error!(%error, "accounts cannot be kept");
            return Err(Denied::Store);
        }
        inner.by_hash = index(&kept);
        inner.kept = kept;
        Ok(result)
    }

    /// Whether there is an admin.
    pub fn has_admin(&self) -> bool {
        admins(&self.inner().kept) > 0
    }

    /// A token with which the first admin can be created, once and within a day; `None` if there is an admin.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn setup_token(&self) -> Result<Option<String>, NoRandom> {
        let mut inner = self.inner();
        if admins(&inner.kept) > 0 {
            return Ok(None);
        }
        let token = secret::secret("fhi_")?;
        inner.setup = Some((secret::hash(&token), self.clock.now().saturating_add(SETUP)));
        Ok(Some(token))
    }

    /// Creates the first admin.
    ///
    /// # Errors
    /// The token is not the one printed, was used before or is too old; name or password are not fit; too
    /// many guesses.
    pub fn set_up(
        &self,
        token: &str,
        name: &str,
        password: &str,
        from: IpAddr,
    ) -> Result<(), Denied> {
        let now = self.clock.now();
        self.guess("", from, now)?;
        // Taken out while it is used, so that two at once do not make two admins.
        let setup = {
            let mut inner = self.inner();
            let right = |(hash, _): &(secret::Hash, Utc)| *hash == secret::hash(token);
            let Some(setup) = inner.setup.take_if(|setup| right(setup)) else {
                inner.throttle.failed("", from, now);
                return Err(Denied::Unknown);
            };
            if admins(&inner.kept) > 0 {
                return Err(Denied::Unknown);
            }
            setup
        };
        if now >= setup.1 {
            return Err(Denied::Expired);
        }
        let user = NewUser {
            name: name.into(),
            role: Role::Admin,
            password: Some(password.into()),
        };
        let created = self.create(&user, "setup");
        if created.is_err() {
            self.inner().setup = Some(setup);
        }
        created
    }

    fn guess(&self, name: &str, from: IpAddr, now: Utc) -> Result<(), Denied> {
        match self.inner().throttle.wait(name, from, now) {
            0 => Ok(()),
            seconds => Err(Denied::Wait(seconds)),
        }
    }

    /// All users.
    pub fn users(&self) -> BTreeMap<String, User> {
        self.inner().kept.users.clone()
    }

    /// All tokens by id.
    pub fn tokens(&self) -> BTreeMap<String, Token> {
        self.inner().kept.tokens.clone()
    }

    /// A new user.
    ///
    /// # Errors
    /// Name or password are not fit, the name is taken, there are too many, or it cannot be kept.
    pub fn create(&self, new: &NewUser, by: &str) -> Result<(), Denied> {
        if !good_name(&new.name) {
            return Err(Denied::BadName);
        }
        let password = self.hashed(&new.name, new.password.as_deref())?;
        let now = self.clock.now();
        let user = User {
            role: new.role,
            password,
            disabled: false,
            created: now,
            by: by.into(),
            changed: now,
        };
        self.change(&mut self.inner(), |kept| {
            if kept.users.contains_key(&new.name) {
                return Err(Denied::Exists);
            }
            if kept.users.len() >= MOST {
                return Err(Denied::Full);
            }
            kept.users.insert(new.name.clone(), user);
            Ok(())
        })
    }

    fn hashed(&self, name: &str, password: Option<&str>) -> Result<Option<String>, Denied> {
        let Some(password) = password else {
            return Ok(None);
        };
        if !password::fit(name, password) {
            return Err(Denied::BadPassword);
        }
        Ok(Some(password::keep(password, self.cost)?))
    }

    /// Changes a user; gives how it was and how it is. All sessions of the user end.
    ///
    /// # Errors
    /// There is none, the password is not fit, no admin would be left, or it cannot be kept.
    pub fn alter(&self, name: &str, change: &UserChange) -> Result<(User, User), Denied> {
        let password = self.hashed(name, change.password.as_deref())?;
        let now = self.clock.now();
        let mut inner = self.inner();
        let both = self.change(&mut inner, |kept| {
            let user = kept.users.get_mut(name).ok_or(Denied::Missing)?;
            let before = user.clone();
            user.role = change.role.unwrap_or(user.role);
            user.disabled = change.disabled.unwrap_or(user.disabled);
            if password.is_some() {
                user.password = password;
                user.changed = now;
            }
            let after = user.clone();
            if admins(kept) == 0 {
                return Err(Denied::LastAdmin);
            }
            kept.sessions.retain(|_, session| session.user != name);
            Ok((before, after))
        })?;
        inner.sessions.end_all(name);
        Ok(both)
    }

    /// A user's own new password, for which the old one is asked again.
    ///
    /// # Errors
    /// The old one is wrong, the new one is not fit, or too many wrong guesses.
    pub fn new_password(
        &self,
        name: &str,
        old: &str,
        new: &str,
        from: IpAddr,
    ) -> Result<(), Denied> {
        let login = self.login(name, old, from)?;
        self.logout(&login.cookie);
        let change = UserChange {
            password: Some(new.into()),
            ..UserChange::default()
        };
        self.alter(name, &change).map(|_| ())
    }

    /// A new token: its id, and the token itself, which is not kept.
    ///
    /// # Errors
    /// The name is not fit, there are too many, or it cannot be kept.
    pub fn issue(&self, new: &NewToken, by: &str) -> Result<(String, String), Denied> {
        if !good_name(&new.name) {
            return Err(Denied::BadName);
        }
        let text = secret::secret("fht_")?;
        let id = secret::hex(&secret::random::<6>()?);
        let now = self.clock.now();
        let token = Token {
            name: new.name.clone(),
            role: new.role,
            hash: secret::hex(&secret::hash(&text)),
            created: now,
            by: by.into(),
            expires: now.saturating_add(u64::from(new.days) * 86_400 * SECOND),
            revoked: false,
        };
        self.change(&mut self.inner(), |kept| {
            // What has been void for a month is forgotten.
            let month = 30 * 86_400 * SECOND;
            kept.tokens
                .retain(|_, token| token.expires.saturating_add(month) > now);
            if kept.tokens.len() >= MOST {
                return Err(Denied::Full);
            }
            kept.tokens.insert(id.clone(), token);
            Ok(())
        })?;
        Ok((id, text))
    }

    /// Takes a token back; gives it as it was.
    ///
    /// # Errors
    /// There is none, or it cannot be kept.
    pub fn revoke(&self, id: &str) -> Result<Token, Denied> {
        self.change(&mut self.inner(), |kept| {
            let token = kept.tokens.get_mut(id).ok_or(Denied::Missing)?;
            let before = token.clone();
            token.revoked = true;
            Ok(before)
        })
    }
}

fn admins(kept: &Kept) -> usize {
    let able = |user: &&User| user.role == Role::Admin && !user.disabled;
    kept.users.values().filter(able).count()
}
