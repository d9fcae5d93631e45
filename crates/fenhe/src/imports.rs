//! `fenhe import`: other people's plant models as plant folders.

use crate::tools::print_line;
use crate::{Failure, args, problems, tools};
use clap::{Arg, ArgMatches, Command, value_parser};
use fenhe_import::{Class, Folder, Import, Note};
use fenhe_messages::{Lang, Word, fill, imported};
use fenhe_plant::{Files, Problem, Severity};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Names that a line shows; all of them stand in the JSON.
const SHOWN: usize = 5;

/// The command.
pub fn command(lang: Lang) -> Command {
    Command::new("import")
        .about(Word::ImportAbout.text(lang))
        .arg(
            Arg::new("file")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(Word::ImportFileHelp.text(lang)),
        )
        .arg(
            args::file("out", Word::ImportOutHelp.text(lang))
                .short('o')
                .value_name("FOLDER")
                .required(true),
        )
        .arg(args::json(lang))
}

/// `fenhe import FILE --out FOLDER`.
pub fn import(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let (file, out) = (args::required(given, "file"), args::required(given, "out"));
    let bytes = std::fs::read(file).map_err(|why| Failure::read(lang, file, &why))?;
    empty(out, lang)?;
    let name = file.display().to_string();
    let text = fenhe_import::text(&bytes).unwrap_or_default();
    let source = Files::default().with(&name, text.as_bytes());
    let import = fenhe_import::import(&name, &bytes).map_err(|found| {
        problems::print(&found, &source, lang);
        Failure::Problems
    })?;
    for folder in &import.folders {
        write(&out.join(&folder.name), folder, lang)?;
    }
    problems::print(&import.warnings, &source, lang);
    let told = Told {
        file: &name,
        out,
        import: &import,
    };
    match args::path(given, "json") {
        Some(path) => {
            // Standard output belongs to the JSON.
            if path != Path::new("-") {
                told.print(lang);
            }
            tools::write(path, (told.json(lang).to_string() + "\n").as_bytes(), lang)?;
        }
        None => told.print(lang),
    }
    check(&import, lang)
}

/// Refuses a folder that holds something.
fn empty(out: &Path, lang: Lang) -> Result<(), Failure> {
    let mut entries = match std::fs::read_dir(out) {
        Ok(entries) => entries,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(why) => return Err(Failure::write(lang, out, &why)),
    };
    match entries.next() {
        None => Ok(()),
        Some(_) => {
            let why = Word::ImportNotEmpty.text(lang);
            Err(Failure::argument(lang, &out.display().to_string(), why))
        }
    }
}

fn write(to: &Path, folder: &Folder, lang: Lang) -> Result<(), Failure> {
    std::fs::create_dir_all(to).map_err(|why| Failure::write(lang, to, &why))?;
    for (name, bytes) in &folder.files.0 {
        tools::write(&to.join(name), bytes, lang)?;
    }
    Ok(())
}

/// The new folders are read like any plant; what is wrong with them is told.
fn check(import: &Import, lang: Lang) -> Result<(), Failure> {
    let mut bad = false;
    for folder in &import.folders {
        let found: Vec<Problem> = match folder.load() {
            Ok((_, warnings)) => warnings,
            Err(found) => found,
        };
        bad |= found
            .iter()
            .any(|problem| problem.severity == Severity::Error);
        problems::print(&found, &folder.files, lang);
    }
    if bad { Err(Failure::Problems) } else { Ok(()) }
}

/// What is said of an import.
struct Told<'i> {
    file: &'i str,
    out: &'i Path,
    import: &'i Import,
}

impl Told<'_> {
    fn print(&self, lang: Lang) {
        let args = [
            ("file", self.file.to_string()),
            ("format", self.format()),
            ("name", self.import.name.clone()),
        ];
        print_line(&fill(Word::ImportHead.text(lang), &args));
        for folder in &self.import.folders {
            let path = self.out.join(&folder.name).display().to_string();
            print_line(&format!(
                "\n{}",
                fill(Word::ImportFolder.text(lang), &[("folder", path)])
            ));
            notes(&folder.notes, lang);
        }
        notes(&self.import.notes, lang);
    }

    /// Whose model it is, with its version where the file names one.
    fn format(&self) -> String {
        let text = format!("{} {}", self.import.format.name(), self.import.version);
        text.trim_end().to_string()
    }

    /// For machines: every note with all its names.
    fn json(&self, lang: Lang) -> Value {
        let folder = |folder: &Folder| {
            let path = self.out.join(&folder.name).display().to_string();
            let files: Vec<&String> = folder.files.0.keys().collect();
            let problems = match folder.load() {
                Ok((_, warnings)) => warnings,
                Err(found) => found,
            };
            json!({
                "folder": path,
                "files": files,
                "notes": rows(&folder.notes, lang),
                "problems": problems::to_json(&problems, lang),
            })
        };
        let folders: Vec<Value> = self.import.folders.iter().map(folder).collect();
        json!({
            "file": self.file,
            "format": self.import.format.name(),
            "version": self.import.version,
            "name": self.import.name,
            "folders": folders,
            "notes": rows(&self.import.notes, lang),
            "warnings": problems::to_json(&self.import.warnings, lang),
        })
    }
}

fn notes(notes: &[Note], lang: Lang) {
    let mut last = None;
    for note in notes {
        if last.replace(note.class) != Some(note.class) {
            let head = match note.class {
                Class::Carried => Word::ImportCarried,
                Class::Assumed => Word::ImportAssumed,
                Class::Left => Word::ImportLeft,
            };
            print_line(&format!("{}{}", head.text(lang), lang.pick(":", "：")));
        }
        let (what, remedy) = sentences(note, SHOWN, lang);
        print_line(&format!("  - {what}"));
        print_line(&format!("    -> {remedy}"));
    }
}

/// What it is, and the remedy or where to look.
fn sentences(note: &Note, shown: usize, lang: Lang) -> (String, String) {
    let between = lang.pick(", ", "、");
    let first: Vec<&str> = note.names.iter().take(shown).map(String::as_str).collect();
    let mut names = first.join(between);
    if note.names.len() > shown {
        let more = (note.names.len() - shown).to_string();
        let args = [("names", names), ("count", more)];
        names = fill(Word::ImportMore.text(lang), &args);
    }
    let mut args: Vec<(&str, String)> = vec![("names", names)];
    args.extend(note.args.iter().map(|(name, value)| (*name, value.clone())));
    match imported(note.code, &args, lang) {
        Some(said) => (said.what, said.remedy),
        None => (note.code.to_string(), String::new()),
    }
}

fn rows(notes: &[Note], lang: Lang) -> Vec<Value> {
    let row = |note: &Note| {
        let (what, remedy) = sentences(note, usize::MAX, lang);
        let class = match note.class {
            Class::Carried => "carried",
            Class::Assumed => "assumed",
            Class::Left => "left",
        };
        json!({"class": class, "code": note.code, "names": note.names, "what": what, "remedy": remedy})
    };
    notes.iter().map(row).collect()
}
