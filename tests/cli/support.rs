//! A directory to work in, the binary, and files as tests want to see them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// How a command ended.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    /// Fails unless the exit code is `code` and nothing panicked.
    #[track_caller]
    pub fn with(self, code: i32) -> Ended {
        let (stdout, stderr) = (&self.stdout, &self.stderr);
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{stdout}\nstderr:\n{stderr}"
        );
        assert!(!stderr.contains("panicked"), "{stderr}");
        self
    }

    /// Fails unless stderr holds each of `fragments`.
    #[track_caller]
    pub fn saying<T: AsRef<str>>(self, fragments: impl IntoIterator<Item = T>) -> Ended {
        for fragment in fragments {
            let fragment = fragment.as_ref();
            assert!(
                self.stderr.contains(fragment),
                "no {fragment:?} in:\n{}",
                self.stderr
            );
        }
        self
    }
}

/// A temporary directory in which commands run.
pub struct Bench(TempDir);

impl Bench {
    pub fn new() -> Bench {
        Bench(tempfile::tempdir().unwrap())
    }

    /// With `x.toml` in it.
    pub fn with(experiment: &str) -> Bench {
        let bench = Bench::new();
        bench.write("x.toml", experiment.as_bytes());
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, contents: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// The command, to be started in this directory, out of reach of the caller's settings.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("enibench"));
        command.args(args).current_dir(self.0.path());
        for name in [
            "ENIBENCH_THREADS",
            "NO_COLOR",
            "CI",
            "CLICOLOR_FORCE",
            "RUST_BACKTRACE",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// Runs the command to its end.
    pub fn run(&self, args: &[&str]) -> Ended {
        let output = self.command(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Ended {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// All files below `name` by their paths in it, the directories left out.
    pub fn files(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let root = self.path(name);
        let mut files = BTreeMap::new();
        collect(&root, &root, &mut files);
        files
    }

    /// As `files`, the manifest without what may differ from run to run.
    pub fn reproducible(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = self.files(name);
        let manifest = files
            .get_mut("manifest.toml")
            .expect("results have a manifest");
        let mut table: toml::Table = String::from_utf8_lossy(manifest).parse().unwrap();
        table.remove("host").expect("[host]");
        table.remove("timing").expect("[timing]");
        *manifest = table.to_string().into_bytes();
        files
    }

    /// The manifest of a result directory.
    pub fn manifest(&self, name: &str) -> toml::Table {
        self.read(&format!("{name}/manifest.toml")).parse().unwrap()
    }
}

fn collect(root: &Path, at: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(at).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}

/// Fails unless both hold the same names and bytes; names what differs instead of printing it.
#[track_caller]
pub fn assert_same_files(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(a), names(b));
    let differing: Vec<&String> = a.keys().filter(|name| a[*name] != b[*name]).collect();
    assert!(differing.is_empty(), "these files differ: {differing:?}");
}

/// A CSV file: its header line, and a map from column to cell for each row.
pub fn csv(text: &str) -> (String, Vec<BTreeMap<String, String>>) {
    let header = text.lines().next().unwrap_or_default().to_owned();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader
        .deserialize()
        .map(|row| row.expect("all rows have the header's columns"));
    (header, rows.collect())
}

/// The number in a cell.
#[track_caller]
pub fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    let cell = &row[column];
    cell.parse()
        .unwrap_or_else(|_| panic!("{column} = {cell:?} is not a number"))
}
