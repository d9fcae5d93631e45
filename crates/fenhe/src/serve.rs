//! The API of a running plant, on a thread of the runtime.

use crate::board::Board;
use crate::{Failure, tools};
use fenhe_link::tokio;
use fenhe_messages::{Lang, Word, fill};
use fenhe_server::auth::{Accounts, Cost, FileAccounts, NewToken};
use fenhe_server::{Clock, Config, FileAudit, Role, Server};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// A server that stops when this is dropped.
pub struct Serving {
    /// It.
    pub server: Server,
    /// Where a browser looks on, with the token of a guest, if there is one.
    pub guest: Option<String>,
    _stop: watch::Sender<bool>,
}

/// Serves a board on loopback. Accounts and audit stand beside the journal. With `guest`, a token with this
/// role is made and told.
pub fn serve(
    board: &Arc<Board>,
    (port, journal): (u16, &str),
    guest: Option<Role>,
    runtime: &Handle,
    lang: Lang,
) -> Result<Serving, Failure> {
    let beside = |end: &str| match journal.contains("://") {
        true => PathBuf::from(format!("fenhe-{end}")),
        false => PathBuf::from(format!("{journal}.{end}")),
    };
    let fail = |why: &dyn std::fmt::Display| {
        Failure::Told(fill(
            Word::CannotStart.text(lang),
            &[("why", why.to_string())],
        ))
    };
    let store = FileAccounts::new(beside("accounts"));
    let accounts =
        Accounts::open(store, Clock::system(), Cost::default()).map_err(|why| fail(&why))?;
    let audit = FileAudit::open(beside("audit")).map_err(|why| fail(&why))?;
    board.remember(&audit).map_err(|why| fail(&why))?;
    let kept = beside("promises");
    let promised = board.promises_in(Some(kept.clone()));
    promised.map_err(|why| fail(&format_args!("{}: {why}", kept.display())))?;
    let server = Server::new(board.clone(), accounts, audit, Config::default());
    let local = SocketAddr::from(([127, 0, 0, 1], port));
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind(local))
        .map_err(|why| fail(&why))?;
    let address = listener.local_addr().unwrap_or(local);
    let (stop, stopped) = watch::channel(false);
    let said = [("address", format!("http://{address}/"))];
    tools::print_line(&fill(Word::Serving.text(lang), &said));
    let guest = guest.and_then(|role| guest_of(&server, role, address, lang));
    tell_setup(&server, lang);
    let serves = server.clone();
    runtime.spawn(async move {
        let _ = serves.serve(listener, None, false, stopped).await;
    });
    Ok(Serving {
        server,
        guest,
        _stop: stop,
    })
}

/// An address to look on, with a token that stays in the browser; told to whoever started the program.
fn guest_of(server: &Server, role: Role, address: SocketAddr, lang: Lang) -> Option<String> {
    let new = NewToken {
        name: "guest".into(),
        role,
        days: 1,
    };
    let (_, token) = server.accounts().issue(&new, "fenhe").ok()?;
    // Who tries the demonstration is shown around.
    let (word, tour) = match role {
        Role::Viewer => (Word::GuestToken, ""),
        _ => (Word::DemoToken, "?tour"),
    };
    let address = format!("http://{address}/{tour}#{token}");
    tools::print_line(&fill(word.text(lang), &[("address", address.clone())]));
    Some(address)
}

/// What makes the first admin, while there is none.
fn tell_setup(server: &Server, lang: Lang) {
    if let Ok(Some(token)) = server.accounts().setup_token() {
        tools::print_line(&fill(Word::SetupToken.text(lang), &[("token", token)]));
    }
}
