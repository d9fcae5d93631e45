//! How often two masters decide the same, and what the difference is predicted to be worth.

use super::{Compared, Ours};
use crate::special::student_t_quantile;
use serde::Serialize;

/// How the decisions of another master compare with ours.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Divergence {
    /// Which vehicle fetches which load.
    pub trips: Trips,
    /// Loads added to a trip under way; nobody was chosen, so nothing is compared.
    pub added: u64,
    /// Loads that it had fetched from where we knew of none to fetch.
    pub unknown: u64,
    /// Vehicles of which it was not seen in time what they were sent for; not compared.
    pub unresolved: u64,
    /// Jobs started at stations whose order of work is control's: compared, and equal.
    pub starts: [u64; 2],
}

/// Decisions about trips.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Trips {
    /// 1 for each for which we would have chosen the same vehicle, 0 for each other.
    pub same: Mean,
    /// We would have chosen another vehicle.
    pub other_vehicle: u64,
    /// We would have given that vehicle another load.
    pub other_load: u64,
    /// We would have decided nothing about either at that instant.
    pub not_now: u64,
    /// Seconds by which our vehicle was predicted to be sooner at the load, over those decisions for
    /// which we would have chosen another.
    pub gain: Mean,
    /// 1 for each load that we would have brought to the same port or store, 0 for each other.
    pub same_place: Mean,
}

impl Divergence {
    pub(super) fn start(&mut self, same: bool) {
        self.starts[0] += 1;
        self.starts[1] += u64::from(same);
    }
}

impl Trips {
    pub(super) fn add(&mut self, compared: &Compared) {
        self.same
            .add(f64::from(u8::from(compared.ours == Ours::Same)));
        match compared.ours {
            Ours::Same => {}
            Ours::OtherVehicle { .. } => self.other_vehicle += 1,
            Ours::OtherLoad { .. } => self.other_load += 1,
            Ours::NotNow => self.not_now += 1,
        }
        if let Some(place) = compared.place {
            self.same_place.add(f64::from(u8::from(place)));
        }
        if let Some(gain) = compared.gain {
            self.gain.add(gain.as_seconds());
        }
    }
}

/// Mean of observations that follow one another, with an interval that allows for their likeness: by
/// means of 32 to 63 batches of equal size (Schmeiser, Operations Research 30(3), 1982).
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Mean {
    n: u64,
    sum: f64,
    /// Sums of full batches.
    batches: Vec<f64>,
    /// Observations in a full batch.
    size: u64,
    /// Of the batch in hand: observations and their sum.
    open: (u64, f64),
}

/// Two batches become one when there are so many.
const BATCHES: usize = 64;

impl Mean {
    /// One more.
    pub fn add(&mut self, x: f64) {
        self.size = self.size.max(1);
        self.n += 1;
        self.sum += x;
        self.open = (self.open.0 + 1, self.open.1 + x);
        if self.open.0 < self.size {
            return;
        }
        self.batches.push(self.open.1);
        self.open = (0, 0.0);
        if self.batches.len() == BATCHES {
            self.batches = self.batches.chunks(2).map(|two| two.iter().sum()).collect();
            self.size *= 2;
        }
    }
    /// How many there were.
    pub fn n(&self) -> u64 {
        self.n
    }
    /// Their mean; `None` if there were none.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / self.n as f64)
    }
    /// The 95 % interval for the mean (Student t over batches); `None` for fewer than two.
    pub fn interval(&self) -> Option<[f64; 2]> {
        let (mean, count) = (self.mean()?, self.batches.len());
        if count < 2 {
            return None;
        }
        let size = self.size as f64;
        let of = self.batches.iter().map(|sum| sum / size);
        let middle = of.clone().sum::<f64>() / count as f64;
        let squares: f64 = of.map(|x| (x - middle) * (x - middle)).sum();
        let sd = (squares / (count as f64 - 1.0)).sqrt();
        let half = student_t_quantile(0.975, count as u32 - 1) * sd / (count as f64).sqrt();
        Some([mean - half, mean + half])
    }
}

impl Serialize for Mean {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            n: u64,
            mean: Option<f64>,
            ci95: Option<[f64; 2]>,
        }
        let (n, mean, ci95) = (self.n, self.mean(), self.interval());
        Shown { n, mean, ci95 }.serialize(serializer)
    }
}
