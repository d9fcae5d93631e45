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
