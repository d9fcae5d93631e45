//! What vehicles do at locations: openTCS leaves the names of operations to whoever makes the model.

use super::model::Model;
use std::collections::BTreeSet;

/// What an operation is taken for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// A load is fetched.
    Fetch,
    /// A load is brought.
    Bring,
    /// The vehicle charges.
    Charge,
    /// Nothing is done.
    Nothing,
    /// The vehicle does something itself.
    Work,
}

/// Names of operations as the vehicles' properties give them.
#[derive(Default)]
pub struct Words<'d> {
    fetch: BTreeSet<&'d str>,
    bring: BTreeSet<&'d str>,
    charge: BTreeSet<&'d str>,
}

impl<'d> Words<'d> {
    /// Of a model.
    pub fn of(model: &Model<'d>) -> Words<'d> {
        let mut words = Words::default();
        for (key, value) in model.vehicles.iter().flat_map(|v| &v.properties) {
            let set = match *key {
                "loopback:loadOperation" => &mut words.fetch,
                "loopback:unloadOperation" => &mut words.bring,
                "tcs:rechargeOperation" => &mut words.charge,
                _ => continue,
            };
            set.insert(*value);
        }
        words
    }

    /// What an operation is: by the vehicles' properties, else by its name.
    pub fn role(&self, operation: &str) -> Role {
        let declared = [
            (&self.fetch, Role::Fetch),
            (&self.bring, Role::Bring),
            (&self.charge, Role::Charge),
        ];
        if let Some((_, role)) = declared.iter().find(|(set, _)| set.contains(operation)) {
            return *role;
        }
        let lower = operation.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        match lower.as_str() {
            "nop" | "park" | "move" => Role::Nothing,
            _ if has(&["charge", "充电"]) => Role::Charge,
            _ if has(&["unload", "drop", "deliver", "卸"]) => Role::Bring,
            _ if has(&["load", "pick", "fetch", "装", "取"]) => Role::Fetch,
            _ => Role::Work,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_known_by_the_vehicles_words_first_and_by_their_names_then() {
        let words = Words {
            fetch: ["Drop in"].into(),
            ..Words::default()
        };
        assert_eq!(words.role("Drop in"), Role::Fetch);
        assert_eq!(words.role("Unload cargo"), Role::Bring);
        assert_eq!(words.role("LOAD"), Role::Fetch);
        assert_eq!(words.role("CHARGE"), Role::Charge);
        assert_eq!(words.role("NOP"), Role::Nothing);
        assert_eq!(words.role("Drill"), Role::Work);
    }
}
