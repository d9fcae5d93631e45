//! THE decision core: facts in, orders out. One module a concern; nothing here knows a clock.
//!
//! ```text
//!   Event --> books (what is believed) --> release / stations / transports / dispatch / charging
//!                                                            |            goals
//!                                                            v
//!                                                         traffic --> Drive
//! ```
#![no_std]
extern crate alloc;

use alloc::sync::Arc;
use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Plant;

/// The decision core for one plant.
#[derive(Clone)]
pub struct Controller {
    plant: Arc<Plant>,
}

impl Controller {
    /// For a plant at its epoch, everything where the plant says it starts.
    pub fn new(plant: Arc<Plant>) -> Controller {
        Controller { plant }
    }
    /// From a snapshot taken with the same plant.
    ///
    /// # Errors
    /// The bytes are not a snapshot of a controller.
    pub fn restore(plant: Arc<Plant>, _bytes: &[u8]) -> Result<Controller, BadSnapshot> {
        Ok(Controller::new(plant))
    }
}

impl Decide for Controller {
    fn handle(&mut self, _now: Time, _event: &Event, _out: &mut Commands) {
        let _ = &self.plant;
    }
    fn deadline(&self) -> Option<(Time, Deadline)> {
        None
    }
    fn digest(&self) -> Digest {
        Digest::EMPTY
    }
    fn snapshot(&self) -> Vec<u8> {
        Vec::new()
    }
}
