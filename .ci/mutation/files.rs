//! Files that change only when they must, so that cargo sees what is new.

use std::fs;
use std::path::Path;

/// The text of the file `path`.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// Writes `text` to `path` if it is not there yet.
pub fn write(path: &Path, text: &str) {
    if !fs::read_to_string(path).is_ok_and(|old| old == text) {
        fs::write(path, text)
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
    }
}

/// Copies the manifest, the lock file and the sources of the crate `mutants`, under another `name`,
/// for cargo takes crates of one name in one target directory for one.
pub fn copy(from: &Path, to: &Path, name: &str) {
    fs::create_dir_all(to).expect("a directory can be made");
    for file in ["Cargo.toml", "Cargo.lock"] {
        let text = read(&from.join(file));
        let own = format!("name = \"{name}\"\n");
        write(&to.join(file), &text.replace("name = \"mutants\"\n", &own));
    }
    let sources = to.join("src");
    let _ = fs::remove_dir_all(&sources);
    copy_directory(&from.join("src"), &sources);
}

fn copy_directory(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory can be made");
    for entry in fs::read_dir(from).expect("a directory can be read") {
        let path = entry.expect("a directory can be read").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        match path.is_dir() {
            true => copy_directory(&path, &target),
            false => drop(fs::copy(&path, &target).expect("a file can be copied")),
        }
    }
}
