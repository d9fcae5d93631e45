//! Makes the table of the control centre's files: everything below `web/dist`, as it is and compressed.
//! Nothing is built or fetched here: `web/dist` is in the repository.

use flate2::{Compression, write::GzEncoder};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    let dist = here.join("../../web/dist");
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-changed=build.rs");
    let mut files = files(&dist);
    files.sort();
    assert!(
        files.iter().any(|file| file == "index.html"),
        "web/dist/index.html is missing: `cargo x web` makes it"
    );
    let mut table = String::from("&[\n");
    for file in &files {
        let path = dist.join(file).canonicalize().expect("a file");
        let plain = fs::read(&path).expect("a file that can be read");
        let packed = out.join(format!("{file}.gz"));
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&plain).expect("into memory");
        fs::write(&packed, encoder.finish().expect("into memory")).expect("into OUT_DIR");
        writeln!(
            table,
            "Asset {{ path: {file:?}, tag: \"\\\"{:016x}\\\"\", plain: include_bytes!({path:?}), packed: include_bytes!({packed:?}) }},",
            fnv(&plain)
        )
        .expect("into memory");
    }
    table.push(']');
    fs::write(out.join("assets.rs"), table).expect("into OUT_DIR");
}

/// Names of the files that a browser may ask for; the folder is flat.
fn files(dist: &Path) -> Vec<String> {
    let entries = fs::read_dir(dist).into_iter().flatten().flatten();
    let names = entries.filter(|entry| entry.path().is_file());
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| !name.starts_with('.')).collect()
}

/// FNV-1a, 64 bits: tells builds apart, keeps no secret.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
