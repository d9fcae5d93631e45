//! `kill -9` of the controller, many times, while devices and broker go on.

use crate::shell;
use crate::trial::{Size, Trial};

/// The trial.
pub const TRIAL: Trial = Trial {
    name: "killed",
    about: "200 times kill -9 of the controller: the journal replays to its state, each hand-over is done once",
    run: |size| {
        if size == Size::Short {
            return Ok(()); // five of them run with the tests
        }
        let args = [
            "test",
            "--release",
            "--package",
            "fenhe",
            "--test",
            "killed",
            "--",
            "--nocapture",
        ];
        let mut command = shell::cargo(&args);
        command.env("FENHE_KILLS", "200");
        shell::run(command)
    },
};
