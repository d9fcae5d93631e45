//! Strip: coils, pass schedules, mixes.

use super::*;

const MASS_MOST: i64 = 1_000_000_000_000;

pub static COIL: Form = Form {
    name: "coil",
    keys: &[
        must("weight", Quantity(D::Mass, 1, MASS_MOST), "Weight of the coil that is let in"),
        must("width", Quantity(D::Length, 1, 100_000), "Width of the strip"),
        may("density", Quantity(D::Density, 1, 100_000), "Density, 7930 kg/m3 (steel 1.4301) by default"),
    ],
    one_of: &[],
};

pub static PASSES: Form = Form {
    name: "passes",
    keys: &[
        may("speed", Quantity(D::Share, 1_000_000, 4_000_000_000), "Share of the speeds of the schedule, 100 % by default"),
        may("spread", CHANCE, "Standard deviation of the time over its mean, 0 by default"),
    ],
    one_of: &[],
};

pub static MIX: Form = Form {
    name: "[[mix]]",
    keys: &[
        must("id", Id, "Its name"),
        must("of", List(&Table(&PART), 1, 1000), "Products with their shares"),
    ],
    one_of: &[],
};

static PART: Form = Form {
    name: "part of a mix",
    keys: &[
        must("product", Name(Kind::Product), "Which product"),
        must("share", CHANCE, "Its share of the weight"),
    ],
    one_of: &[],
};
