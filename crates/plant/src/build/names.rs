//! Ids by name, and what a name that is no id probably meant.

use super::Scope;
use crate::shape::Kind;
use crate::spell::nearest;
use crate::tree::{At, Desk};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// Ids by kind and name.
#[derive(Default)]
pub struct Names {
    ids: BTreeMap<Kind, BTreeMap<String, u32>>,
    /// Suggestions still to be searched for: a search looks at every name.
    searches: u32,
}

/// How many unknown names of a folder get a suggestion.
const SEARCHES: u32 = 200;

impl Names {
    /// The next id of a kind for a name; a name given twice is reported, and is not new.
    pub fn declare(&mut self, desk: &Desk<'_>, kind: Kind, name: &str, at: At) -> bool {
        let ids = self.ids.entry(kind).or_default();
        let next = ids.len() as u32;
        let new = !ids.contains_key(name);
        if !new {
            if !name.is_empty() {
                let problem = desk.error("id/duplicate", at).arg("id", name);
                desk.push(problem.arg("kind", kind.name()));
            }
            // The element keeps its number under a name that nobody can write.
            ids.insert(format!("{name}\u{0}{next}"), next);
        } else {
            ids.insert(name.to_string(), next);
        }
        new
    }
    /// The next id of a kind for a new name.
    pub fn add(&mut self, kind: Kind, name: &str) {
        let ids = self.ids.entry(kind).or_default();
        let next = ids.len() as u32;
        ids.entry(name.to_string()).or_insert(next);
    }
    /// The id of a name.
    pub fn get(&self, kind: Kind, name: &str) -> Option<u32> {
        self.ids.get(&kind)?.get(name).copied()
    }
    /// The id a name refers to, inside a class siblings first. An unknown name is reported; what
    /// it probably meant is taken in its place, so that one slip is one problem.
    pub fn resolve(
        &mut self,
        desk: &Desk<'_>,
        kind: Kind,
        name: &str,
        at: At,
        scope: Option<&Scope>,
    ) -> Option<u32> {
        let full = scope.map_or_else(|| name.to_string(), |scope| scope.fill(name));
        if let Some(scope) = scope
            && let Some(id) = self.get(kind, &scope.sibling(&full))
        {
            return Some(id);
        }
        if let Some(id) = self.get(kind, &full) {
            return Some(id);
        }
        let meant = self.nearest(kind, &full, scope);
        let shown = meant.clone().map(|name| match scope {
            Some(scope) => scope.strip(&name),
            None => name,
        });
        let problem = desk.error("name/unknown", at).arg("name", &full);
        desk.push(problem.arg("kind", kind.name()).suggest(shown));
        meant.and_then(|name| self.get(kind, &name))
    }
    /// What a name probably meant.
    pub fn nearest(&mut self, kind: Kind, name: &str, scope: Option<&Scope>) -> Option<String> {
        if self.searches >= SEARCHES {
            return None;
        }
        self.searches += 1;
        let ids = self.ids.get(&kind)?;
        let all = || {
            ids.keys()
                .map(String::as_str)
                .filter(|name| !name.contains('\u{0}'))
        };
        if let Some(scope) = scope {
            let prefix = scope.sibling("");
            let siblings: Vec<&str> = all()
                .filter_map(|name| name.strip_prefix(&prefix))
                .collect();
            if let Some(sibling) = nearest(name, siblings) {
                return Some(scope.sibling(&sibling));
            }
        }
        nearest(name, all())
    }
}
