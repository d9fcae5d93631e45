//! What an id of one plant is in another: by name. States that were kept of one plant are put into the
//! words of the other, wherever an id stands in them.

use crate::{Owner, Plant};
use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::*;
use serde::{Serialize, de::DeserializeOwned};

/// Something the new plant does not have, or has otherwise, and who needs it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct InUse {
    /// What kind of element: `vehicle`, `station`, `place` ...
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// It is gone, or is another.
    pub why: Lost,
    /// Who needs it: kind and name, such as `transport 17`, `load 4`, `vehicle agv-7`. Empty: the state as a whole.
    pub users: BTreeSet<(&'static str, String)>,
}

/// What became of an element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Lost {
    /// The new plant has none of this name.
    Removed,
    /// It has one, but not the same: another route, other ends, another kind, another start.
    Changed,
    /// Where it is to begin, somebody stands or is to pass.
    Taken,
}

/// Ids of one kind.
struct Kind {
    word: &'static str,
    names: Vec<String>,
    /// New ids of the old ones.
    to: Vec<Option<u32>>,
    /// The same name, another thing.
    changed: BTreeSet<u32>,
    /// Old ids of the new ones.
    from: Vec<Option<u32>>,
}

/// The way from one plant to another.
pub struct Moving {
    kinds: BTreeMap<&'static str, Kind>,
}

/// A name, and what must be the same for it to be the same thing.
type Named = Vec<(String, String)>;

impl Kind {
    fn new(word: &'static str, old: Named, new: &Named) -> Kind {
        let at: BTreeMap<&str, usize> = (new.iter().enumerate())
            .map(|(i, (name, _))| (name.as_str(), i))
            .collect();
        let mut kind = Kind {
            word,
            names: Vec::new(),
            to: Vec::new(),
            changed: BTreeSet::new(),
            from: alloc::vec![None; new.len()],
        };
        for (i, (name, like)) in old.into_iter().enumerate() {
            let found = at.get(name.as_str()).copied();
            if let Some(at) = found {
                kind.from[at] = Some(i as u32);
                if new[at].1 != like {
                    kind.changed.insert(i as u32);
                }
            }
            kind.to.push(found.map(|at| at as u32));
            kind.names.push(name);
        }
        kind
    }
}

impl Moving {
    /// Between two plants.
    pub fn new(old: &Plant, new: &Plant) -> Moving {
        let (all, other) = (named(old), named(new));
        let kinds = all.into_iter().zip(other);
        let kinds =
            kinds.map(|((kind, word, old), (_, _, new))| (kind, Kind::new(word, old, &new)));
        Moving {
            kinds: kinds.collect(),
        }
    }

    /// The new id of an old one, if it is still there.
    pub fn id<I: Index>(&self, old: I) -> Option<I> {
        let to = self.kinds.get(I::KIND)?.to.get(old.index())?;
        to.map(|id| I::from_index(id as usize))
    }
    /// The old id of a new one; `None` for what was added.
    pub fn was<I: Index>(&self, new: I) -> Option<I> {
        let from = self.kinds.get(I::KIND)?.from.get(new.index())?;
        from.map(|id| I::from_index(id as usize))
    }
    /// It is there by name and is another thing.
    pub fn changed<I: Index>(&self, old: I) -> bool {
        let kind = self.kinds.get(I::KIND);
        kind.is_some_and(|kind| kind.changed.contains(&(old.index() as u32)))
    }
    /// An old element and one who needs it, as a problem.
    pub fn in_use<I: Index>(&self, old: I, user: (&'static str, String)) -> InUse {
        self.problem(I::KIND, old.index() as u32, Some(user))
    }

    /// Kinds and names of what the new plant has besides, places and tracks apart.
    pub fn added(&self, new: &Plant) -> Vec<(&'static str, String)> {
        Moving::new(new, new).names(|kind, id| self.kinds[kind].from[id].is_none())
    }
    /// Kinds and names of what it has no more, places and tracks apart.
    pub fn removed(&self) -> Vec<(&'static str, String)> {
        self.names(|kind, id| self.kinds[kind].to[id].is_none())
    }
    fn names(&self, which: impl Fn(&str, usize) -> bool) -> Vec<(&'static str, String)> {
        let small = [PlaceId::KIND, NodeId::KIND, EdgeId::KIND, ResourceId::KIND];
        let kinds = self.kinds.iter().filter(|(kind, _)| !small.contains(kind));
        let of = |(&name, kind): (&&'static str, &Kind)| {
            let all = kind.names.iter().enumerate();
            let those = all.filter(|(id, _)| which(name, *id));
            let those = those.map(|(_, element)| (kind.word, element.clone()));
            those.collect::<Vec<_>>()
        };
        kinds.flat_map(of).collect()
    }

    fn problem(&self, kind: &str, old: u32, user: Option<(&'static str, String)>) -> InUse {
        let found = self.kinds.get(kind);
        let there = found.and_then(|kind| *kind.to.get(old as usize)?).is_some();
        InUse {
            kind: found.map_or("", |kind| kind.word),
            name: self.name(kind, old),
            why: if there { Lost::Changed } else { Lost::Removed },
            users: user.into_iter().collect(),
        }
    }
    fn name(&self, kind: &str, old: u32) -> String {
        let found = self
            .kinds
            .get(kind)
            .and_then(|kind| kind.names.get(old as usize));
        found.map_or_else(|| format!("{kind} {old}"), ToOwned::to_owned)
    }

    /// A state in the words of the new plant. Rows of what was added come from `fresh`, the state a new
    /// plant begins with.
    ///
    /// # Errors
    /// Everything that the state speaks of and the new plant does not have, with who needs it.
    pub fn carry<T: Serialize + DeserializeOwned>(
        &self,
        state: &T,
        fresh: Option<&T>,
    ) -> Result<T, Vec<InUse>> {
        let whole = Vec::new;
        let old = Tree::of(state).ok_or_else(whole)?;
        let fresh = fresh.and_then(Tree::of);
        let mut walk = Walk {
            moving: self,
            problems: BTreeMap::new(),
            within: Vec::new(),
        };
        let new = walk.tree(old, fresh.as_ref());
        if !walk.problems.is_empty() {
            return Err(walk.problems.into_values().collect());
        }
        restore(&snapshot(&new)).map_err(|_| Vec::new())
    }
}

struct Walk<'a> {
    moving: &'a Moving,
    problems: BTreeMap<(&'static str, u32), InUse>,
    /// Whose rows we are in, outermost first.
    within: Vec<(&'static str, String)>,
}

impl Walk<'_> {
    fn tree(&mut self, tree: Tree, fresh: Option<&Tree>) -> Tree {
        match tree {
            Tree::Id(kind, id) => Tree::Id(kind, self.id(kind, id)),
            Tree::Table(kind, rows) => Tree::Table(kind, self.table(kind, rows, fresh)),
            Tree::Present(one) => {
                let fresh = match fresh {
                    Some(Tree::Present(fresh)) => Some(&**fresh),
                    _ => None,
                };
                Tree::Present(self.tree(*one, fresh).into())
            }
            Tree::Variant(number, one) => Tree::Variant(number, self.tree(*one, None).into()),
            Tree::List(all) => {
                Tree::List(all.into_iter().map(|one| self.tree(one, None)).collect())
            }
            Tree::Fields(all) => {
                let others = match fresh {
                    Some(Tree::Fields(others)) => Some(others),
                    _ => None,
                };
                let fields = all.into_iter().enumerate();
                let fields = fields.map(|(i, one)| self.tree(one, others.and_then(|o| o.get(i))));
                Tree::Fields(fields.collect())
            }
            Tree::Map(all) => {
                let pairs = all.into_iter().map(|(key, value)| {
                    let user = self.user(&key);
                    let pushed = user.map(|user| self.within.push(user)).is_some();
                    let pair = (self.tree(key, None), self.tree(value, None));
                    if pushed {
                        self.within.pop();
                    }
                    pair
                });
                Tree::Map(pairs.collect())
            }
            other => other,
        }
    }

    /// Who a row of a map belongs to: an id, or a living thing's serial.
    fn user(&self, key: &Tree) -> Option<(&'static str, String)> {
        match key {
            Tree::Id(kind, id) => {
                let word = self.moving.kinds.get(kind)?.word;
                Some((word, self.moving.name(kind, *id)))
            }
            Tree::Serial("TransportId", serial) => Some(("transport", serial.to_string())),
            Tree::Serial("OrderId", serial) => Some(("order", serial.to_string())),
            _ => None,
        }
    }

    fn id(&mut self, kind: &'static str, id: u32) -> u32 {
        let Some(known) = self.moving.kinds.get(kind) else {
            return id;
        };
        let to = known.to.get(id as usize).copied().flatten();
        if let (Some(to), false) = (to, known.changed.contains(&id)) {
            return to;
        }
        let user = self.within.last().cloned();
        let problem = self.problems.entry((kind, id));
        let problem = problem.or_insert_with(|| self.moving.problem(kind, id, None));
        problem.users.extend(user);
        0
    }

    fn table(&mut self, kind: &'static str, rows: Vec<Tree>, fresh: Option<&Tree>) -> Vec<Tree> {
        let Some(known) = self.moving.kinds.get(kind) else {
            return rows.into_iter().map(|row| self.tree(row, None)).collect();
        };
        let others: &[Tree] = match fresh {
            Some(Tree::Table(_, others)) => others,
            _ => &[],
        };
        let mut old: Vec<Option<Tree>> = rows.into_iter().map(Some).collect();
        let mut new = Vec::with_capacity(known.from.len());
        for (at, from) in known.from.iter().enumerate() {
            let row = from.and_then(|from| Some((from, old.get_mut(from as usize)?.take()?)));
            match row {
                Some((from, row)) => {
                    self.within.push((known.word, self.moving.name(kind, from)));
                    new.push(self.tree(row, others.get(at)));
                    self.within.pop();
                }
                None => new.extend(others.get(at).cloned()),
            }
        }
        new
    }
}

/// All kinds with the names of their elements, in the order of their ids.
fn named(plant: &Plant) -> Vec<(&'static str, &'static str, Named)> {
    fn list<I: Index, T>(
        table: &Fixed<I, T>,
        word: &'static str,
        of: impl Fn(I, &T) -> (String, String),
    ) -> (&'static str, &'static str, Named) {
        (
            I::KIND,
            word,
            table.pairs().map(|(id, row)| of(id, row)).collect(),
        )
    }
    let same = |name: &str| (name.to_owned(), String::new());
    let tracks = &plant.tracks;
    let node = |id: NodeId| tracks.nodes[id].name.as_str();
    let ends = |id: EdgeId| {
        let edge = &tracks.edges[id];
        format!("{} > {}", node(edge.from), node(edge.to))
    };
    let edges = tracks
        .edges
        .ids()
        .map(|id| (format!("edge {}", tracks.edges[id].name), ends(id)));
    let nodes = tracks
        .nodes
        .ids()
        .map(|id| (format!("node {}", node(id)), String::new()));
    alloc::vec![
        list(&plant.products, "product", |_, row| (
            row.name.clone(),
            route(plant, row)
        )),
        list(&plant.operations, "operation", |_, name| same(name)),
        list(&plant.carriers, "carrier", |_, row| same(&row.name)),
        list(&plant.lines, "line", |_, row| same(&row.name)),
        list(&plant.stations, "station", |_, row| same(&row.name)),
        list(&plant.buffers, "buffer", |_, row| (
            row.name.clone(),
            sort(plant, &row.kind)
        )),
        list(&plant.places, "place", |id, row| same(&place(
            plant, id, row.owner
        ))),
        list(&plant.sources, "source", |_, row| same(&row.name)),
        list(&plant.sinks, "sink", |_, row| same(&row.name)),
        list(&plant.crews, "crew", |_, row| same(&row.name)),
        list(&plant.calendars, "calendar", |_, row| same(&row.name)),
        list(&plant.indexers, "indexer", |_, row| same(&row.name)),
        list(&tracks.nodes, "node", |_, row| same(&row.name)),
        list(&tracks.edges, "edge", |id, row| (
            row.name.clone(),
            ends(id)
        )),
        (ResourceId::KIND, "track", edges.chain(nodes).collect()),
        list(&plant.vehicle_types, "vehicle type", |_, row| same(
            &row.name
        )),
        list(&plant.vehicles, "vehicle", |_, row| {
            let kind = &plant.vehicle_types[row.kind].name;
            (row.name.clone(), format!("{kind} at {}", node(row.start)))
        }),
        list(&plant.chargers, "charger", |_, row| (
            row.name.clone(),
            node(row.node).to_owned()
        )),
        list(&plant.areas, "area", |_, row| same(&row.name)),
        list(&plant.stop_groups, "stop group", |_, row| same(&row.name)),
        list(&plant.racks, "rack", |_, row| (
            row.name.clone(),
            shape(row)
        )),
        list(&plant.cranes, "crane", |_, row| same(&row.name)),
    ]
}

/// What makes a route the same route.
fn route(plant: &Plant, product: &crate::Product) -> String {
    let steps = product.route.iter();
    steps
        .map(|step| plant.operations[step.operation].clone() + ">")
        .collect()
}

/// What makes a buffer the same: what it is for, not how many places it has.
fn sort(plant: &Plant, kind: &crate::BufferKind) -> String {
    use crate::BufferKind::{Load, Queue, Store, Unload};
    let of = |carrier: CarrierTypeId| plant.carriers[carrier].name.as_str();
    match *kind {
        Queue { .. } => "queue".to_owned(),
        Store { .. } => "store".to_owned(),
        Unload {
            carrier, operation, ..
        } => {
            format!("unload {} for {}", of(carrier), plant.operations[operation])
        }
        Load {
            carrier, operation, ..
        } => {
            let operation = operation.map_or("", |id| plant.operations[id].as_str());
            format!("load {} after {operation}", of(carrier))
        }
    }
}

/// What makes a rack the same: how its slots are numbered.
fn shape(rack: &crate::Rack) -> String {
    let (bays, levels) = (rack.bays, rack.levels);
    format!("{bays} {levels} {} {}", rack.sides, rack.depth)
}

/// Whose, and which of its positions from 1.
fn place(plant: &Plant, id: PlaceId, owner: Owner) -> String {
    use crate::BufferKind::{Load, Queue, Store, Unload};
    match owner {
        Owner::Deck(v, deck) => format!("{}#{}", plant.vehicles[v].name, deck + 1),
        Owner::Slot(_) => plant.slot_name(id).unwrap_or_default(),
        Owner::Crane(crane) => plant.cranes[crane].name.clone(),
        Owner::Buffer(buffer) => {
            let row = &plant.buffers[buffer];
            let first = match &row.kind {
                Queue { .. } => id.0,
                Unload { places, .. } | Load { places, .. } | Store { places } => places.start.0,
            };
            format!("{}#{}", row.name, id.0 + 1 - first)
        }
    }
}
