//! Shows an address in the browser of whoever sits at this machine, where there is one.

use std::process::{Command, Stdio};

/// Tries, and says nothing if it cannot: the address has been printed.
pub fn open(address: &str) {
    let Some((program, args)) = opener() else {
        return;
    };
    let mut command = Command::new(program);
    command.args(args).arg(address);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Ok(mut child) = command.spawn() {
        // Somebody has to take its end, or it stays as a dead process.
        std::thread::spawn(move || child.wait());
    }
}

/// What the system opens addresses with; none on a server without a screen, where it could be a browser
/// of text.
fn opener() -> Option<(&'static str, &'static [&'static str])> {
    if cfg!(target_os = "windows") {
        Some(("rundll32", &["url.dll,FileProtocolHandler"]))
    } else if cfg!(target_os = "macos") {
        Some(("open", &[]))
    } else {
        let screen = ["DISPLAY", "WAYLAND_DISPLAY"];
        let has = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        screen.iter().any(has).then_some(("xdg-open", &[]))
    }
}
