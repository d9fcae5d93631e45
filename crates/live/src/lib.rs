//! The main loop of a running plant, and simulated devices behind real protocols.
//!
//! ```text
//!   Engine: facts durable -> decided on -> orders out        Devices: world behind its protocols
//!        \____________ Loopback: both in one process on a virtual clock ___________/
//! ```

pub mod acl;
mod batches;
pub mod beside;
pub mod clock;
mod desks;
pub mod devices;
pub mod drivers;
pub mod engine;
pub mod kept;
pub mod log;
pub mod loopback;
pub mod mode;
pub mod moving;
pub mod player;
mod ports;
pub mod recover;
pub mod run;
mod showing;
pub mod site;
pub mod stand_in;
pub mod topics;
mod troubles;
mod using;
pub mod warm;

pub use beside::Beside;
pub use devices::{Devices, Told};
pub use drivers::{Driven, Said};
pub use engine::{Engine, Input, Outputs};
pub use log::{LinkKey, Log};
pub use loopback::Loopback;
pub use mode::{Mode, NoSwitch};
pub use moving::Moved;
pub use player::Player;
pub use recover::{Kept, Recovered, recover};
pub use warm::{NotWarm, Wanted, Warm, warm_up};
