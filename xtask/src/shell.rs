//! Running other programs from the root of the repository, and walking its files.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the repository.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// A program that starts at the root with nothing to read.
pub fn program(name: &str, args: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(args).current_dir(root()).stdin(Stdio::null());
    command
}

/// Cargo, the one that runs us.
pub fn cargo(args: &[&str]) -> Command {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    program(&cargo, args)
}

/// The command as a person would type it.
pub fn line(command: &Command) -> String {
    let words: Vec<_> = command
        .get_args()
        .map(|word| word.to_string_lossy())
        .collect();
    let name = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    format!("{} {}", name.to_string_lossy(), words.join(" "))
}

/// Runs it in the open.
///
/// # Errors
/// It could not start, or answered with another code than 0.
pub fn run(mut command: Command) -> Result<(), Vec<String>> {
    let status = command
        .status()
        .map_err(|why| vec![format!("{}: {why}", line(&command))])?;
    if status.success() {
        Ok(())
    } else {
        Err(vec![format!("{}: {status}", line(&command))])
    }
}

/// Runs it and gives what it wrote to standard output.
///
/// # Errors
/// It could not start, or answered with another code than 0; the end of what it complained about.
pub fn read(mut command: Command) -> Result<String, Vec<String>> {
    let output = command
        .output()
        .map_err(|why| vec![format!("{}: {why}", line(&command))])?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let tail: Vec<&str> = complaint.lines().rev().take(20).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        return Err(vec![format!(
            "{}: {}\n{}",
            line(&command),
            output.status,
            tail.join("\n")
        )]);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs it, shows each line of its standard output and hands the line to `each`.
///
/// # Errors
/// As [`run`].
pub fn tee(mut command: Command, mut each: impl FnMut(&str)) -> Result<(), Vec<String>> {
    let fail = |command: &Command, why: String| vec![format!("{}: {why}", line(command))];
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|why| fail(&command, why.to_string()))?;
    if let Some(stdout) = child.stdout.take() {
        for text in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&text);
            println!("{text}");
            each(&text);
        }
    }
    let status = child
        .wait()
        .map_err(|why| fail(&command, why.to_string()))?;
    if status.success() {
        Ok(())
    } else {
        Err(fail(&command, status.to_string()))
    }
}

/// Every file below `folder` with one of these endings, in order of path, relative to the root.
/// Build output and hidden folders other than `.ci` are left out.
pub fn files(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(path) = open.pop() {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        if path.is_dir() {
            let skipped =
                ["target", "node_modules", "out", "dist", ".venv"].contains(&name.as_str());
            if skipped || (name.starts_with('.') && name != ".ci" && path != root()) {
                continue;
            }
            let entries = std::fs::read_dir(&path).into_iter().flatten().flatten();
            open.extend(entries.map(|entry| entry.path()));
        } else if endings.iter().any(|ending| name.ends_with(ending))
            && let Ok(relative) = path.strip_prefix(root())
        {
            found.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
    found.sort();
    found
}

/// The text of a file, given relative to the root.
///
/// # Errors
/// It cannot be read.
pub fn text(file: &str) -> Result<String, Vec<String>> {
    std::fs::read_to_string(root().join(file)).map_err(|why| vec![format!("{file}: {why}")])
}
