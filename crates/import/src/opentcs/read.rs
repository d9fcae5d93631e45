//! Elements with their attributes, and what is wrong with them.

use fenhe_plant::{Problem, Severity, nearest};
use roxmltree::Node;
use std::collections::BTreeMap;

/// Coordinates beyond this are a mistake [mm].
const FAR: i64 = 100_000_000;
/// Lengths and speeds beyond this are a mistake [mm, mm/s].
const LARGE: i64 = 10_000_000;

/// The file that is read, and its problems.
pub struct Reader<'a> {
    file: &'a str,
    source: &'a str,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// Elements of one kind by name.
pub type Index<'a> = BTreeMap<&'a str, usize>;

impl<'a> Reader<'a> {
    /// Of a file with its text.
    pub fn new(file: &'a str, source: &'a str) -> Reader<'a> {
        Reader {
            file,
            source,
            problems: Vec::new(),
        }
    }

    /// Something of the file as a whole.
    pub fn of_file(&mut self, code: &'static str) {
        self.problems.push(Problem::of_file(code, self.file));
    }

    /// Whether anything found is an error.
    pub fn any_error(&self) -> bool {
        let error = |problem: &Problem| problem.severity == Severity::Error;
        self.problems.iter().any(error)
    }

    /// A problem at an element: its name, else where it begins.
    pub fn at_name(&self, code: &'static str, node: Node<'_, '_>) -> Problem {
        let at = match node.attribute_node("name") {
            Some(name) => name.range_value(),
            None => {
                let start = node.range().start;
                start..start + 1 + node.tag_name().name().len()
            }
        };
        Problem::error(code, self.file, self.source, at)
    }

    fn at_attribute(&self, code: &'static str, node: Node<'_, '_>, name: &str) -> Problem {
        match node.attribute_node(name) {
            Some(attribute) => {
                Problem::error(code, self.file, self.source, attribute.range_value())
            }
            None => self.at_name(code, node),
        }
    }

    /// An attribute that must be there, under the first of these names that is.
    pub fn text<'d>(&mut self, node: Node<'d, '_>, names: &[&str]) -> Option<&'d str> {
        let found = names.iter().find_map(|name| node.attribute(*name));
        if found.is_none() {
            let problem = self.at_name("import/attribute-missing", node);
            let problem = problem
                .arg("attribute", names.first().copied().unwrap_or_default())
                .arg("element", node.tag_name().name());
            self.problems.push(problem);
        }
        found
    }

    /// A whole number within bounds.
    fn whole(&mut self, node: Node<'_, '_>, names: &[&str], most: (i64, i64)) -> Option<i64> {
        let text = self.text(node, names)?;
        let value = text.trim().parse::<i64>().ok();
        let value = value.filter(|value| (most.0..=most.1).contains(value));
        if value.is_none() {
            let name = names.iter().find(|name| node.has_attribute(**name));
            let name = name.copied().unwrap_or_default();
            let problem = self.at_attribute("import/number", node, name);
            let problem = problem
                .arg("value", text)
                .arg("key", name)
                .arg("least", most.0)
                .arg("most", most.1);
            self.problems.push(problem);
        }
        value
    }

    /// A coordinate [mm].
    pub fn coordinate(&mut self, node: Node<'_, '_>, names: &[&str]) -> Option<f64> {
        self.whole(node, names, (-FAR, FAR)).map(|mm| mm as f64)
    }

    /// A length, a speed or a share.
    pub fn amount(&mut self, node: Node<'_, '_>, name: &str) -> Option<u32> {
        let value = self.whole(node, &[name], (0, LARGE))?;
        u32::try_from(value).ok()
    }

    /// The same where the attribute may be left out.
    pub fn amount_if(&mut self, node: Node<'_, '_>, name: &str) -> Option<u32> {
        node.attribute(name)?;
        self.amount(node, name)
    }

    /// `true` or `false`; `false` if left out.
    pub fn flag(&mut self, node: Node<'_, '_>, name: &str) -> bool {
        match node.attribute(name).map(str::trim) {
            Some("true" | "1") => true,
            Some("false" | "0") | None => false,
            Some(value) => {
                self.word(node, name, value, "true, false");
                false
            }
        }
    }

    /// A value that is none of those known.
    pub fn word(&mut self, node: Node<'_, '_>, name: &str, value: &str, words: &str) {
        let problem = self.at_attribute("import/word", node, name);
        let near = nearest(value, words.split(", "));
        let problem = problem.arg("value", value).arg("words", words);
        self.problems.push(problem.suggest(near));
    }

    /// Enters an element under its name; a second of the same name is a problem.
    pub fn enter<'d>(
        &mut self,
        index: &mut Index<'d>,
        node: Node<'d, '_>,
        place: usize,
    ) -> &'d str {
        let Some(name) = self.text(node, &["name"]) else {
            return "";
        };
        if index.insert(name, place).is_some() {
            let kind = node.tag_name().name();
            let problem = self.at_name("import/twice", node);
            self.problems
                .push(problem.arg("name", name).arg("kind", kind));
        }
        name
    }

    /// Finds what an attribute names.
    pub fn find(
        &mut self,
        index: &Index<'_>,
        node: Node<'_, '_>,
        attribute: &str,
        kind: &str,
    ) -> Option<usize> {
        let name = self.text(node, &[attribute])?;
        let found = index.get(name).copied();
        if found.is_none() {
            let near = nearest(name, index.keys().copied());
            let problem = self.at_attribute("import/unknown", node, attribute);
            let problem = problem.arg("name", name).arg("kind", kind);
            self.problems.push(problem.suggest(near));
        }
        found
    }
}

/// The children of an element with this name.
pub fn children<'d, 'i>(
    node: Node<'d, 'i>,
    name: &'static str,
) -> impl Iterator<Item = Node<'d, 'i>> {
    node.children()
        .filter(move |child| child.has_tag_name(name))
}

/// The properties of an element.
pub fn properties<'d>(node: Node<'d, '_>) -> Vec<(&'d str, &'d str)> {
    let pair = |child: Node<'d, '_>| {
        let name = child.attribute("name")?.trim();
        Some((name, child.attribute("value").unwrap_or_default()))
    };
    children(node, "property").filter_map(pair).collect()
}
