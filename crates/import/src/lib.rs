//! Other people's plant models as plant folders: openTCS (plant model XML, 4 to 7) and Open-RMF
//! (`building.yaml` of the traffic editor). Bytes in, folders and a report out; the caller reads and writes the disk.
//!
//! Everything of the source is either carried over, or told with what it meant and the remedy. What a
//! plant needs and the source does not say is assumed, marked `[A]` in `plant.toml`, and told too.
//!
//! ```
//! let xml = r#"<model version="7.0.0" name="two">
//!   <point name="A" positionX="0" positionY="0" positionZ="0" type="PARK_POSITION"/>
//!   <point name="B" positionX="5000" positionY="0" positionZ="0" type="HALT_POSITION"/>
//!   <path name="AB" sourcePoint="A" destinationPoint="B" length="5000" maxVelocity="1000"
//!         maxReverseVelocity="500" locked="false"/></model>"#;
//! let import = fenhe_import::import("two.xml", xml.as_bytes()).unwrap();
//! let plant = import.folders[0].load().unwrap().0;
//! assert_eq!((plant.tracks.nodes.len(), plant.tracks.edges.len()), (2, 2));
//! ```

mod codes;
mod demand;
mod lif;
mod names;
mod note;
mod opentcs;
mod plant;
mod reach;
mod rmf;
mod sketch;

pub use codes::{CODES, NOTES};
pub use note::{Class, Note};

use fenhe_plant::{Files, Plant, Problem, Severity};

/// Larger files are no plant models [bytes].
const LARGEST: usize = 64 << 20;

/// Whose model it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// openTCS plant model, XML.
    OpenTcs,
    /// Open-RMF traffic editor, `building.yaml`.
    OpenRmf,
}

impl Format {
    /// As its makers write it.
    pub fn name(self) -> &'static str {
        match self {
            Format::OpenTcs => "openTCS",
            Format::OpenRmf => "Open-RMF",
        }
    }
}

/// A model that was read.
#[derive(Clone, PartialEq, Debug)]
pub struct Import {
    /// Whose model it is.
    pub format: Format,
    /// Version of the format as the file names it; empty where it names none.
    pub version: String,
    /// Name of the model.
    pub name: String,
    /// One plant for each floor and graph that vehicles cannot leave.
    pub folders: Vec<Folder>,
    /// What is told of the file as a whole.
    pub notes: Vec<Note>,
    /// Faults that do not keep the rest from being used.
    pub warnings: Vec<Problem>,
}

/// A plant folder.
#[derive(Clone, PartialEq, Debug)]
pub struct Folder {
    /// Name below the folder that was asked for; empty if there is only one.
    pub name: String,
    /// Its files.
    pub files: Files,
    /// What was carried over, assumed and left out.
    pub notes: Vec<Note>,
}

impl Folder {
    /// Reads the folder as any plant is read.
    ///
    /// # Errors
    /// As [`fenhe_plant::load`].
    pub fn load(&self) -> Result<(Plant, Vec<Problem>), Vec<Problem>> {
        let name = match self.name.as_str() {
            "" => "imported",
            name => name,
        };
        fenhe_plant::load(name, &self.files)
    }
}

/// Reads a model; what it is stands in its content. `file` is its name, for problems.
///
/// # Errors
/// All problems of the file, each with its place.
pub fn import(file: &str, bytes: &[u8]) -> Result<Import, Vec<Problem>> {
    if bytes.len() > LARGEST {
        return Err(vec![
            Problem::of_file("import/too-large", file).arg("most", LARGEST >> 20),
        ]);
    }
    let Some(source) = text(bytes) else {
        return Err(vec![Problem::of_file("file/not-utf8", file)]);
    };
    match format(source) {
        Some(Format::OpenTcs) => opentcs::import(file, source),
        Some(Format::OpenRmf) => rmf::import(file, source),
        None => Err(vec![Problem::of_file("import/format", file)]),
    }
}

/// The text of a file, without a byte order mark.
pub fn text(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// By content: XML whose first element is a `model`, or YAML with the key `levels`.
fn format(source: &str) -> Option<Format> {
    let start = source.trim_start();
    if start.starts_with('<') {
        return Some(Format::OpenTcs);
    }
    source
        .lines()
        .any(|line| line.starts_with("levels:"))
        .then_some(Format::OpenRmf)
}

/// The value if no problem is an error, with the warnings.
fn sound<T>(value: Option<T>, problems: Vec<Problem>) -> Result<(T, Vec<Problem>), Vec<Problem>> {
    let bad = problems.iter().any(|p| p.severity == Severity::Error);
    match value.filter(|_| !bad) {
        Some(value) => Ok((value, problems)),
        None => Err(problems),
    }
}
