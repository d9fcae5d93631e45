//! The control centre: `web/` built into `web/dist`, which is in the repository, so that nobody needs Node
//! to run Fenhe. `web/dist/.source-hash` says what it was built from.

use crate::{Outcome, shell};

/// Where the hash stands.
const HASH: &str = "web/dist/.source-hash";

/// Types of the API, made from `docs/openapi.json`: they are gone from what is built.
const TYPES: &str = "web/src/lib/api/schema.ts";

/// Files outside of `web/src` that the built pages depend on.
const BESIDE: &[&str] = &[
    "web/index.html",
    "web/package.json",
    "web/package-lock.json",
    "web/svelte.config.js",
    "web/tsconfig.json",
    "web/vite.config.ts",
];

/// Installs what `package-lock.json` says, makes the typed client, checks, tests and builds.
///
/// # Errors
/// A step that failed; Node or npm is missing.
pub fn build() -> Outcome {
    npm(&["ci", "--no-audit", "--no-fund"])?;
    npm(&["run", "--silent", "client"])?;
    npm(&["run", "--silent", "check"])?;
    npm(&["run", "--silent", "test"])?;
    npm(&["run", "--silent", "build"])?;
    let hash = source_hash()?;
    std::fs::write(shell::root().join(HASH), hash + "\n")
        .map_err(|why| vec![format!("{HASH}: {why}")])
}

/// Builds again and compares with what is in the repository, where there is npm.
///
/// # Errors
/// A step that failed, or a difference.
pub fn rebuilt() -> Outcome {
    if !has_npm() {
        println!("    npm is not here: web/dist is not built again");
        return Ok(());
    }
    build()?;
    let paths = ["web/dist", TYPES];
    let mut args = vec!["diff", "--exit-code", "--stat", "--"];
    args.extend(paths);
    let differs = |mut problems: Vec<String>| {
        problems.push(
            "web/dist or the types of the API are old: commit what `cargo x web` made".into(),
        );
        problems
    };
    shell::run(shell::program("git", &args)).map_err(differs)
}

/// The tests in a real browser, against the program as it was built for the tests.
///
/// # Errors
/// A test that failed.
pub fn browser() -> Outcome {
    if !has_npm() {
        println!("    npm is not here: no test in a browser");
        return Ok(());
    }
    shell::run(shell::cargo(&[
        "build",
        "--workspace",
        "--bin",
        "fenhe",
        "--quiet",
    ]))?;
    npm(&["run", "--silent", "browser"])
}

fn has_npm() -> bool {
    let mut command = shell::program("npm", &["--version"]);
    command.stdout(std::process::Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Whether what is built is what the sources say, without Node.
///
/// # Errors
/// They differ.
pub fn is_built() -> Outcome {
    let (built, now) = (shell::text(HASH)?, source_hash()?);
    if built.trim() == now {
        return Ok(());
    }
    Err(vec![format!(
        "{HASH}: web/dist was built from other sources: `cargo x web` builds it"
    )])
}

fn npm(args: &[&str]) -> Outcome {
    let mut command = shell::program("npm", args);
    command.current_dir(shell::root().join("web"));
    shell::run(command)
}

/// FNV-1a, 64 bits, over names and bytes; line ends count as `\n` wherever the tree was checked out.
fn source_hash() -> Result<String, Vec<String>> {
    let endings = [".ts", ".svelte", ".css", ".js", ".json", ".svg"];
    let mut files = shell::files("web/src", &endings);
    files.extend(shell::files("web/public", &endings));
    files.extend(BESIDE.iter().map(|file| file.to_string()));
    files.retain(|file| file != TYPES);
    files.sort();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for file in files {
        let text = shell::text(&file)?.replace("\r\n", "\n");
        for byte in file.bytes().chain([0]).chain(text.bytes()).chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(format!("{hash:016x}"))
}
