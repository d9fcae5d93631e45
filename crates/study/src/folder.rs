//! A plant folder from disk.

use fenhe_plant::Files;
use std::io;
use std::path::Path;

/// Largest file of a plant folder that is read [bytes].
const LARGEST: u64 = 256 << 20;

/// Reads the files of a folder that a plant may be made of (`.toml`, `.json`, `.csv`), not those of
/// folders in it.
///
/// # Errors
/// The folder or a file in it cannot be read, or a file is larger than 256 MiB.
pub fn read_folder(folder: &Path) -> io::Result<Files> {
    let mut files = Files::default();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let ending = path.extension().and_then(|ending| ending.to_str());
        let wanted = matches!(ending, Some("toml" | "json" | "csv"));
        let meta = std::fs::metadata(&path)?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            continue;
        };
        if !wanted || !meta.is_file() {
            continue;
        }
        if meta.len() > LARGEST {
            let message = format!("{}: larger than 256 MiB", path.display());
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        files.0.insert(name, std::fs::read(&path)?);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_plant_files_by_name() {
        let folder = std::env::temp_dir().join(format!("fenhe-folder-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("inner.toml")).expect("made");
        std::fs::write(folder.join("plant.toml"), b"# plant").expect("written");
        std::fs::write(folder.join("notes.md"), b"# notes").expect("written");
        let files = read_folder(&folder).expect("read");
        assert_eq!(files, Files::of_toml("# plant"));
        std::fs::remove_dir_all(&folder).expect("removed");
        assert!(read_folder(&folder).is_err());
    }
}
