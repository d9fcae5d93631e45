//! Where accounts are kept.

use crate::Role;
use crate::clock::Utc;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Everything that is kept of accounts. No secret is in it, only hashes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Users by name.
    pub users: BTreeMap<String, User>,
    /// API tokens by id.
    pub tokens: BTreeMap<String, Token>,
    /// Sessions by the hash of their cookie, hexadecimal: who is logged in stays so while the program starts again.
    #[serde(default)]
    pub sessions: BTreeMap<String, Session>,
}

/// A session.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Whose.
    pub user: String,
    /// When it began.
    pub began: Utc,
    /// When it was used last, or a little later than that.
    pub used: Utc,
}

/// A user.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct User {
    /// With what right.
    pub role: Role,
    /// Argon2 PHC string; `None` for a user known by certificate alone.
    pub password: Option<String>,
    /// May not do anything.
    pub disabled: bool,
    /// When created.
    pub created: Utc,
    /// By whom.
    pub by: String,
    /// When the password was set last; older sessions are void.
    pub changed: Utc,
}

/// An API token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Token {
    /// What it is for; the name in the audit.
    pub name: String,
    /// With what right.
    pub role: Role,
    /// SHA-256 of the token, hexadecimal.
    pub hash: String,
    /// When created.
    pub created: Utc,
    /// By whom.
    pub by: String,
    /// Void from then on.
    pub expires: Utc,
    /// Void.
    pub revoked: bool,
}

/// Keeps accounts.
pub trait AccountStore: Send + Sync + 'static {
    /// What was kept last; the default if nothing ever was.
    ///
    /// # Errors
    /// It cannot be read, or is no such file.
    fn load(&self) -> io::Result<Kept>;
    /// Keeps this instead; durable on return.
    ///
    /// # Errors
    /// It cannot be written; what was kept before stays.
    fn save(&self, kept: &Kept) -> io::Result<()>;
}

/// In memory, for tests and for a rehearsal that leaves nothing behind.
#[derive(Default, Debug)]
pub struct MemoryAccounts(Mutex<Kept>);

impl AccountStore for MemoryAccounts {
    fn load(&self) -> io::Result<Kept> {
        Ok(self
            .0
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .clone())
    }
    fn save(&self, kept: &Kept) -> io::Result<()> {
        *self.0.lock().unwrap_or_else(|held| held.into_inner()) = kept.clone();
        Ok(())
    }
}

/// In a JSON file that only its owner may read, replaced as a whole.
#[derive(Clone, Debug)]
pub struct FileAccounts(PathBuf);

impl FileAccounts {
    /// In this file, which need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> FileAccounts {
        FileAccounts(path.into())
    }
}

impl AccountStore for FileAccounts {
    fn load(&self) -> io::Result<Kept> {
        match std::fs::read(&self.0) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Kept::default()),
            Err(error) => Err(error),
        }
    }
    fn save(&self, kept: &Kept) -> io::Result<()> {
        write_private(&self.0, &serde_json::to_vec_pretty(kept)?)
    }
}

/// Replaces a file as a whole, durable on return; only its owner may read it.
///
/// # Errors
/// It cannot be written; what was there before stays.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write;
    let part = path.with_extension("part");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&part, path)?;
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_come_back_from_their_file_and_only_the_owner_reads_it() {
        let path = std::env::temp_dir().join(format!("fenhe-accounts-{}", std::process::id()));
        let store = FileAccounts::new(&path);
        assert_eq!(store.load().expect("none yet"), Kept::default());
        let user = User {
            role: Role::Engineer,
            password: None,
            disabled: false,
            created: 1,
            by: "setup".into(),
            changed: 1,
        };
        let kept = Kept {
            users: [("wang".to_string(), user)].into(),
            ..Kept::default()
        };
        store.save(&kept).expect("written");
        assert_eq!(store.load().expect("read"), kept);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).expect("there").permissions();
            assert_eq!(mode.mode() & 0o777, 0o600);
        }
        std::fs::write(&path, b"{").expect("written");
        assert!(store.load().is_err());
        std::fs::remove_file(&path).expect("removed");
    }
}
