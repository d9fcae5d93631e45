//! Who somebody is, and how they show it.

pub mod accounts;
pub mod password;
pub mod secret;
pub mod sessions;
pub mod store;
pub mod throttle;

pub use accounts::{Accounts, Denied, NewToken, NewUser, UserChange};
pub use password::Cost;
pub use sessions::Login;
pub use store::{AccountStore, FileAccounts, Kept, MemoryAccounts, Token, User};
