//! Vertices, edges and their parameters, and what is wrong with them.

use super::yaml::{Value, Yaml};
use fenhe_plant::{Problem, Severity};

/// Coordinates beyond this are a mistake [pixels or m].
const FAR: f64 = 1e8;

/// The file that is read, and its problems.
pub struct Reader<'a> {
    file: &'a str,
    source: &'a str,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// A vertex: `[x, y, z, name, {parameters}]`.
pub struct Vertex<'y> {
    pub at: &'y Yaml,
    pub x: f64,
    pub y: f64,
    pub name: &'y str,
    pub params: Params<'y>,
}

/// A lane, door, wall or measurement: `[vertex, vertex, {parameters}]`.
pub struct Line<'y> {
    pub at: &'y Yaml,
    pub from: usize,
    pub to: usize,
    pub params: Params<'y>,
}

/// Parameters by name, each `[type, value]`.
#[derive(Clone, Copy)]
pub struct Params<'y>(Option<&'y Yaml>);

impl<'y> Params<'y> {
    /// A parameter that is there and not empty.
    pub fn text(&self, name: &str) -> Option<&'y str> {
        let text = value(self.0?.get(name)?)?.text()?.trim();
        Some(text).filter(|text| !text.is_empty())
    }
    /// A parameter that is `true`.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.text(name), Some("true" | "True" | "1"))
    }
    /// A parameter that is a number.
    pub fn number(&self, name: &str) -> Option<f64> {
        let number = self.text(name)?.parse::<f64>().ok()?;
        Some(number).filter(|number| number.is_finite())
    }
    /// Names of the parameters that say something.
    pub fn names(&self) -> impl Iterator<Item = &'y str> {
        let said = |text: &str| !["", "false", "False", "0"].contains(&text);
        let rows = self.0.into_iter().flat_map(Yaml::rows);
        rows.filter(move |(_, row)| value(row).and_then(Yaml::text).is_some_and(said))
            .map(|(name, _)| name)
    }
}

/// The value of `[type, value]`; older files write the value alone.
fn value(param: &Yaml) -> Option<&Yaml> {
    match &param.value {
        Value::List(pair) => pair.get(1),
        Value::Text(_) | Value::Map(_) => Some(param),
    }
}

impl<'a> Reader<'a> {
    /// Of a file with its text.
    pub fn new(file: &'a str, source: &'a str) -> Reader<'a> {
        Reader {
            file,
            source,
            problems: Vec::new(),
        }
    }

    /// A problem at a value.
    pub fn problem(&self, code: &'static str, at: &Yaml) -> Problem {
        Problem::error(code, self.file, self.source, at.at.clone())
    }

    /// Whether anything found is an error.
    pub fn any_error(&self) -> bool {
        let error = |problem: &Problem| problem.severity == Severity::Error;
        self.problems.iter().any(error)
    }

    /// Something else stands where this should.
    fn shape(&mut self, at: &Yaml, wanted: &str) {
        let problem = self.problem("import/shape", at).arg("wanted", wanted);
        self.problems.push(problem);
    }

    /// A map of levels, lifts and the like; nothing counts as an empty one.
    pub fn map(&mut self, at: &Yaml, wanted: &str) {
        let empty = at.text().is_some_and(str::is_empty);
        if !matches!(at.value, Value::Map(_)) && !empty {
            self.shape(at, wanted);
        }
    }

    /// The rows of a list that may be left out.
    pub fn rows<'y>(&mut self, of: &'y Yaml, key: &str) -> &'y [Yaml] {
        let Some(list) = of.get(key) else { return &[] };
        match &list.value {
            Value::List(rows) => return rows,
            Value::Text(text) if text.is_empty() => {}
            Value::Map(rows) if rows.is_empty() => {}
            Value::Text(_) | Value::Map(_) => self.shape(list, "[...]"),
        }
        &[]
    }

    /// A number of a row.
    pub fn number(&mut self, of: &Yaml, i: usize) -> Option<f64> {
        let Some(at) = of.list().get(i) else {
            self.shape(of, "[x, y, z, name]");
            return None;
        };
        self.finite(at, "x, y")
    }

    /// A number within reason.
    pub fn finite(&mut self, at: &Yaml, key: &str) -> Option<f64> {
        let number = at.text().and_then(|text| text.trim().parse::<f64>().ok());
        let number = number.filter(|number| libm::fabs(*number) <= FAR);
        if number.is_none() {
            let problem = self.problem("import/number", at);
            let problem = problem
                .arg("value", at.text().unwrap_or("-"))
                .arg("key", key)
                .arg("least", -FAR)
                .arg("most", FAR);
            self.problems.push(problem);
        }
        number
    }

    /// All vertices of a level, so that their numbers stay those of the file.
    pub fn vertices<'y>(&mut self, level: &'y Yaml) -> Vec<Vertex<'y>> {
        let mut all = Vec::new();
        for row in self.rows(level, "vertices") {
            let (x, y) = (self.number(row, 0), self.number(row, 1));
            all.push(Vertex {
                at: row,
                x: x.unwrap_or(0.0),
                y: y.unwrap_or(0.0),
                name: row.list().get(3).and_then(Yaml::text).unwrap_or_default(),
                params: Params(row.list().get(4)),
            });
        }
        all
    }

    /// Lanes, doors, walls or measurements of a level.
    pub fn lines<'y>(&mut self, level: &'y Yaml, key: &str, vertices: usize) -> Vec<Line<'y>> {
        let mut all = Vec::new();
        for row in self.rows(level, key) {
            let ends = (self.vertex(row, 0, vertices), self.vertex(row, 1, vertices));
            if let (Some(from), Some(to)) = ends {
                let params = Params(row.list().get(2));
                all.push(Line {
                    at: row,
                    from,
                    to,
                    params,
                });
            }
        }
        all
    }

    fn vertex(&mut self, row: &Yaml, i: usize, vertices: usize) -> Option<usize> {
        let Some(at) = row.list().get(i) else {
            self.shape(row, "[vertex, vertex, {...}]");
            return None;
        };
        let number = at.text().and_then(|text| text.trim().parse::<usize>().ok());
        let number = number.filter(|number| *number < vertices);
        if number.is_none() {
            let problem = self.problem("import/vertex", at);
            let problem = problem
                .arg("value", at.text().unwrap_or("-"))
                .arg("count", vertices);
            self.problems.push(problem);
        }
        number
    }
}
