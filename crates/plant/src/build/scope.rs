//! Equipment classes: a group of buffers and stations used many times.

use super::Build;
use crate::csv;
use crate::read::Read;
use crate::shape::{Kind, is_id};
use crate::tree::At;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use fenhe_contract::Share;

/// The member of a class that an element belongs to.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Its id.
    pub equipment: String,
    /// Its line, by name.
    pub line: Option<(String, At)>,
    /// Nodes of its ports, by the port's id in the class.
    pub nodes: BTreeMap<String, (String, At)>,
    /// Share of the pass schedule's speeds that its stations reach.
    pub speed: Share,
}

impl Scope {
    /// The full name of a sibling.
    pub fn sibling(&self, name: &str) -> String {
        format!("{}.{name}", self.equipment)
    }
    /// A name with `$line` and `$equipment` filled in.
    pub fn fill(&self, name: &str) -> String {
        if !name.contains('$') {
            return name.to_string();
        }
        let line = self.line.as_ref().map_or("", |(line, _)| line.as_str());
        name.replace("$line", line)
            .replace("$equipment", &self.equipment)
    }
    /// The name as it would be written in the class.
    pub fn strip(&self, name: &str) -> String {
        let prefix = self.sibling("");
        name.strip_prefix(&prefix).unwrap_or(name).to_string()
    }
}

/// A buffer or station as written, with the member of a class it belongs to.
#[derive(Clone)]
pub struct Element<'t> {
    /// Its full id.
    pub id: String,
    /// Where its id stands.
    pub at: At,
    /// What is written.
    pub read: Read<'t>,
    /// Its member of a class.
    pub scope: Option<Rc<Scope>>,
    /// Its number among those written by the same table, and their number.
    pub turn: (u32, u32),
}

/// The most buffers and stations of a plant.
const ELEMENTS: usize = 100_000;

struct Member {
    scope: Rc<Scope>,
    class: u32,
}

impl<'t> Build<'t> {
    /// All buffers and stations, those of classes after those of the plant.
    pub(super) fn expand(&mut self) {
        let members = self.members();
        let classes: Vec<Read<'t>> = self.root.tables("class").collect();
        let root = self.root;
        self.buffers = root
            .tables("buffer")
            .map(|read| element(read, None))
            .collect();
        for read in root.tables("station") {
            self.copies(read, &[None]);
        }
        let mut scopes: Vec<Vec<Option<Rc<Scope>>>> = classes.iter().map(|_| Vec::new()).collect();
        for member in members {
            if let Some(list) = scopes.get_mut(member.class as usize) {
                list.push(Some(member.scope));
            }
        }
        for (class, scopes) in classes.iter().zip(&scopes) {
            for read in class.tables("buffer") {
                let room = ELEMENTS.saturating_sub(self.buffers.len());
                if scopes.len() > room {
                    self.report("size/too-many", read.at("id"), &[("most", &ELEMENTS)]);
                }
                self.buffers
                    .extend(scopes.iter().take(room).map(|s| element(read, s.clone())));
            }
            for read in class.tables("station") {
                self.copies(read, scopes);
            }
        }
    }

    fn copies(&mut self, read: Read<'t>, scopes: &[Option<Rc<Scope>>]) {
        let copies = read.count("copies").unwrap_or(1).max(1) as usize;
        let total = copies * scopes.len();
        if self.stations.len() + total > ELEMENTS {
            self.report("size/too-many", read.at("id"), &[("most", &ELEMENTS)]);
            return;
        }
        for (i, scope) in scopes.iter().enumerate() {
            for copy in 0..copies {
                let mut element = element(read, scope.clone());
                if copies > 1 {
                    element.id = format!("{}#{}", element.id, copy + 1);
                }
                element.turn = ((i * copies + copy) as u32, total as u32);
                self.stations.push(element);
            }
        }
    }

    fn members(&mut self) -> Vec<Member> {
        let root = self.root;
        let mut members = Vec::new();
        for read in root.tables("equipment") {
            let id = read.text("id").unwrap_or_default().to_string();
            let new = self
                .names
                .declare(self.desk, Kind::Equipment, &id, read.at("id"));
            let class = self.refer(Kind::Class, read, "class", None);
            let line = read
                .item("line")
                .and_then(|i| Some((i.text()?.to_string(), i.at)));
            let rows = read.item("nodes").and_then(|item| item.table());
            let nodes = rows
                .into_iter()
                .flat_map(|table| &table.rows)
                .filter_map(|row| {
                    Some((row.key.clone(), (row.item.text()?.to_string(), row.item.at)))
                });
            let scope = Scope {
                equipment: id,
                line,
                nodes: nodes.collect(),
                speed: read.share("speed").unwrap_or(Share::ONE),
            };
            if let Some(class) = class
                && new
            {
                self.port_names(class, &scope);
                members.push(Member {
                    scope: Rc::new(scope),
                    class,
                });
            }
        }
        if let Some(file) = root
            .inner("plant")
            .and_then(|plant| plant.item("equipment"))
        {
            self.members_of_file(file.text().unwrap_or_default(), file.at, &mut members);
        }
        members
    }

    fn members_of_file(&mut self, file: &str, at: At, members: &mut Vec<Member>) {
        let Some((text, source)) = self.open(file, at) else {
            return;
        };
        let wanted = ["id", "class", "line", "nodes"];
        let Some((columns, rows)) = self.csv(file, text, source, &wanted, 2) else {
            return;
        };
        let place = |cell: &csv::Cell| At {
            text,
            start: cell.span.start as u32,
            end: cell.span.end as u32,
        };
        for row in &rows {
            let cell = |column: usize| {
                columns[column]
                    .and_then(|i| row.get(i))
                    .filter(|cell| !cell.text.is_empty())
            };
            let start = row.first().map(place).unwrap_or_default();
            let id = cell(0).map(|c| c.text.clone()).unwrap_or_default();
            let id_at = cell(0).map_or(start, place);
            if !is_id(&id) {
                self.report("id/bad", id_at, &[("id", &id)]);
            }
            let new = self.names.declare(self.desk, Kind::Equipment, &id, id_at);
            let line = cell(2).map(|c| (c.text.clone(), place(c)));
            let nodes = cell(3)
                .map(|c| self.node_list(c, place(c)))
                .unwrap_or_default();
            let scope = Scope {
                equipment: id,
                line,
                nodes,
                speed: Share::ONE,
            };
            let (class, class_at) = match cell(1) {
                Some(cell) => (cell.text.as_str(), place(cell)),
                None => ("", start),
            };
            let class = self
                .names
                .resolve(self.desk, Kind::Class, class, class_at, None);
            if let Some(class) = class
                && new
            {
                self.port_names(class, &scope);
                members.push(Member {
                    scope: Rc::new(scope),
                    class,
                });
            }
        }
    }

    /// `in=n17;out=n18`.
    fn node_list(&self, cell: &csv::Cell, at: At) -> BTreeMap<String, (String, At)> {
        let mut nodes = BTreeMap::new();
        for pair in cell.text.split(';').filter(|pair| !pair.trim().is_empty()) {
            match pair.split_once('=') {
                Some((port, node)) => {
                    nodes.insert(port.trim().to_string(), (node.trim().to_string(), at));
                }
                None => self.report("csv/nodes", at, &[("pair", &pair)]),
            }
        }
        nodes
    }

    /// Every port that gets a node must be a buffer of the class.
    fn port_names(&self, class: u32, scope: &Scope) {
        let Some(class) = self.root.tables("class").nth(class as usize) else {
            return;
        };
        let names = || class.tables("buffer").filter_map(|read| read.text("id"));
        for (port, (_, at)) in &scope.nodes {
            if !names().any(|name| name == port) {
                let meant = crate::spell::nearest(port, names());
                let problem = self.desk.error("name/unknown", *at).arg("name", port);
                self.desk
                    .push(problem.arg("kind", Kind::Buffer.name()).suggest(meant));
            }
        }
    }
}

fn element<'t>(read: Read<'t>, scope: Option<Rc<Scope>>) -> Element<'t> {
    let id = read.text("id").unwrap_or_default();
    let id = scope
        .as_ref()
        .map_or_else(|| id.to_string(), |scope| scope.sibling(id));
    Element {
        id,
        at: read.at("id"),
        read,
        scope,
        turn: (0, 1),
    }
}
