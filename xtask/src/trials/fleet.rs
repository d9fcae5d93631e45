//! A fleet of another maker, killed and cut off, delivers each load once.

use crate::shell;
use crate::trial::{Size, Trial};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "fleet",
    about: "120 vehicles of another maker over mosquitto, half of them killed, the broker restarted twice: \
        1,000 transports, each load delivered once",
    run: |size| {
        if size == Size::Short {
            return Ok(()); // eight of them run with the tests
        }
        // Most of the work is the peers': the development profile is fast enough.
        let args = [
            "test",
            "--package",
            "fenhe",
            "--test",
            "fleet",
            "--",
            "--nocapture",
        ];
        let mut command = shell::cargo(&args);
        command
            .env("FENHE_TRIAL", "full")
            .env("FENHE_PEERS", "must");
        shell::run(command)
    },
};
