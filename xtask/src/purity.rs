//! Pure crates know no clock, file, thread or environment, and their arithmetic has the same bits
//! on every platform. Three checks for each crate marked `no_std` in ARCHITECTURE.md:
//!
//! 1. its source says `#![no_std]`, so rustc refuses clocks, files, threads and `HashMap` by name;
//! 2. built *alone* (in the whole workspace, features of other crates would leak in), none of its
//!    dependencies has a feature `std`;
//! 3. a compile probe: a `no_std` crate that imports it and calls `f64::ln` must *not* compile. The
//!    methods of `f64` that differ in their last bits between platforms live in std, and std comes
//!    back as soon as one crate anywhere below links it. The probe is calibrated each time: the same
//!    source with `extern crate std` must compile, so a probe that fails for another reason is seen.

use crate::{Outcome, json, layers, shell};
use std::path::{Path, PathBuf};

/// Checks every pure crate.
///
/// # Errors
/// What is not pure, and why.
pub fn check() -> Outcome {
    let table = layers::table()?;
    let pure: Vec<&String> = table
        .iter()
        .filter(|(_, layer)| layer.no_std)
        .map(|(name, _)| name)
        .collect();
    if pure.is_empty() {
        return Err(vec!["ARCHITECTURE.md: no crate is marked no_std".into()]);
    }
    let mut problems = Vec::new();
    for name in pure {
        for check in [source, features, probe] {
            problems.extend(check(name).err().into_iter().flatten());
        }
        println!("purity: {name}");
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

fn source(name: &str) -> Outcome {
    let file = format!("crates/{name}/src/lib.rs");
    if shell::text(&file)?
        .lines()
        .any(|line| line.trim() == "#![no_std]")
    {
        return Ok(());
    }
    Err(vec![format!("{file}: no #![no_std]")])
}

fn features(name: &str) -> Outcome {
    let package = format!("fenhe-{name}");
    let tree = shell::read(shell::cargo(&[
        "tree",
        "--package",
        &package,
        "--no-default-features",
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p} [{f}]",
    ]))?;
    let problems = with_std(&tree);
    let tell = |line: &String| format!("{package} brings std by {line}");
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.iter().map(tell).collect())
    }
}

/// The lines `name version [features]` that have a feature `std`.
fn with_std(tree: &str) -> Vec<String> {
    let has = |line: &&str| {
        let list = line
            .rsplit_once('[')
            .map_or("", |(_, list)| list.trim_end_matches(" (*)"));
        list.trim_end_matches(']')
            .split(',')
            .any(|feature| feature == "std")
    };
    let mut lines: Vec<String> = tree.lines().filter(has).map(String::from).collect();
    lines.sort();
    lines.dedup();
    lines
}

/// The metadata files of a package built alone: its own, and the folder with those below it.
fn metadata(package: &str) -> Result<PathBuf, Vec<String>> {
    let output = shell::read(shell::cargo(&[
        "check",
        "--package",
        package,
        "--no-default-features",
        "--quiet",
        "--message-format",
        "json",
    ]))?;
    for line in output.lines() {
        let message = json::parse(line)?;
        let named = json::text(&message["target"], "name") == package.replace('-', "_");
        if json::text(&message, "reason") == "compiler-artifact" && named {
            let files = json::list(&message, "filenames")
                .iter()
                .filter_map(|file| file.as_str());
            if let Some(file) = files.into_iter().find(|file| file.ends_with(".rmeta")) {
                return Ok(PathBuf::from(file));
            }
        }
    }
    Err(vec![format!(
        "{package}: cargo check named no metadata file"
    )])
}

fn probe(name: &str) -> Outcome {
    let package = format!("fenhe-{name}");
    let metadata = metadata(&package)?;
    let krate = package.replace('-', "_");
    let body = "pub fn ln(x: f64) -> f64 { x.ln() }";
    let bare = format!("#![no_std]\nextern crate {krate};\n{body}\n");
    let with_std = format!("#![no_std]\nextern crate {krate};\nextern crate std;\n{body}\n");
    if let Err(complaint) = compile(&krate, &metadata, &with_std)? {
        return Err(vec![format!(
            "{package}: the probe itself does not compile:\n{complaint}"
        )]);
    }
    match compile(&krate, &metadata, &bare)? {
        Ok(()) => Err(vec![format!(
            "{package}: f64::ln is in reach, so something below links std"
        )]),
        Err(complaint) if complaint.contains("E0599") => Ok(()),
        Err(complaint) => Err(vec![format!(
            "{package}: unexpected complaint:\n{complaint}"
        )]),
    }
}

/// Compiles `source` as a library against the crate; the inner error is rustc's complaint.
fn compile(krate: &str, metadata: &Path, source: &str) -> Result<Result<(), String>, Vec<String>> {
    let folder = metadata.parent().unwrap_or(Path::new("."));
    let place = shell::root().join("target").join("purity");
    let tell = |why: std::io::Error| vec![format!("purity probe: {why}")];
    std::fs::create_dir_all(&place).map_err(tell)?;
    let file = place.join(format!("probe_{krate}.rs"));
    std::fs::write(&file, source).map_err(tell)?;
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let output = shell::program(
        &rustc,
        &["--edition=2024", "--crate-type=lib", "--emit=metadata"],
    )
    .arg("--extern")
    .arg(format!("{krate}={}", metadata.display()))
    .arg("-L")
    .arg(format!("dependency={}", folder.display()))
    .arg("--out-dir")
    .arg(&place)
    .arg(&file)
    .output()
    .map_err(tell)?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(if output.status.success() {
        Ok(())
    } else {
        Err(complaint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_std_is_found_and_others_are_not() {
        let tree = "a v1.0.0 [alloc,std]\nb v1.0.0 [alloc]\nc v1.0.0 [] (*)\na v1.0.0 [alloc,std] (*)\n\
                    d v1.0.0 [std-like,no_std]\n";
        assert_eq!(
            with_std(tree),
            ["a v1.0.0 [alloc,std]", "a v1.0.0 [alloc,std] (*)"]
        );
    }
}
