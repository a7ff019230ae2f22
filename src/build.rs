//! Records which source revision is compiled, for manifests and `--version`.

use std::process::Command;

fn main() {
    for path in ["src", "Cargo.toml", "Cargo.lock", ".git/HEAD", ".git/index"] {
        if std::path::Path::new(path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    println!("cargo::rustc-env=ENIBENCH_REVISION={}", revision());
}

/// Short commit hash, with `+` behind it if the sources differ from that commit; `unknown`
/// outside of a git checkout (an unpacked source package, say).
fn revision() -> String {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let sources = ["src", "Cargo.toml", "Cargo.lock"];
    let status = [&["status", "--porcelain", "--"][..], &sources].concat();
    match (git(&["rev-parse", "--short=12", "HEAD"]), git(&status)) {
        (Some(hash), Some(changes)) if changes.is_empty() => hash,
        (Some(hash), _) => format!("{hash}+"),
        (None, _) => "unknown".to_owned(),
    }
}
