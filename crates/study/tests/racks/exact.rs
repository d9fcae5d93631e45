//! Exact means over the slots of a discrete rack, by plain summation.

/// Time on one axis: speed [m/s], acceleration [m/s2].
pub type Axis = (f64, Option<f64>);

pub fn time((v, a): Axis, d: f64) -> f64 {
    match a {
        Some(a) if d < v * v / a => 2.0 * (d / a).sqrt(),
        Some(a) => d / v + v / a,
        None => d / v,
    }
}

pub struct Face {
    pub bays: u32,
    pub levels: u32,
    pub cell: (f64, f64),
    pub axes: [Axis; 2],
}

impl Face {
    fn centres(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let (w, h) = self.cell;
        let middle = |n: u32, of: f64| (f64::from(n) + 0.5) * of;
        (0..self.bays)
            .flat_map(move |x| (0..self.levels).map(move |y| (middle(x, w), middle(y, h))))
    }
    /// Time from one position to another.
    pub fn time(&self, from: (f64, f64), to: (f64, f64)) -> f64 {
        let x = time(self.axes[0], (from.0 - to.0).abs());
        x.max(time(self.axes[1], (from.1 - to.1).abs()))
    }
    /// One way to every slot.
    pub fn times(&self, from: (f64, f64)) -> Vec<f64> {
        self.centres().map(|to| self.time(from, to)).collect()
    }
    /// Mean one way between a position and a slot.
    pub fn one_way(&self, from: (f64, f64)) -> f64 {
        let all = self.times(from);
        all.iter().sum::<f64>() / all.len() as f64
    }
    /// Mean between two different slots of one side, each pair as likely.
    pub fn between(&self) -> f64 {
        let (w, h) = self.cell;
        let pairs = |d: u32, n: u32| f64::from(if d == 0 { n } else { 2 * (n - d) });
        let (mut sum, mut count) = (0.0, 0.0);
        for x in 0..self.bays {
            for y in 0..self.levels {
                let pairs = pairs(x, self.bays) * pairs(y, self.levels);
                let there = (f64::from(x) * w, f64::from(y) * h);
                sum += pairs * self.time((0.0, 0.0), there);
                count += pairs;
            }
        }
        sum / (count - f64::from(self.bays * self.levels))
    }
}

/// Bozer and White, IIE Transactions 16(4), 1984: mean of single command, between two random slots
/// and of dual command over T, for a shape factor.
pub fn bozer_white(b: f64) -> [f64; 3] {
    let single = 1.0 + b * b / 3.0;
    let between = 1.0 / 3.0 + b * b / 6.0 - b * b * b / 30.0;
    [single, between, 4.0 / 3.0 + b * b / 2.0 - b * b * b / 30.0]
}
