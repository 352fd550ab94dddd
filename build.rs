//! Tells the program which commit it is built from, for `kreisblatt --version`.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    // Asked for now: a script that is built once may run for several checkouts.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).current_dir(&here).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    // Sources that lie in no repository of their own know no commit.
    let ours = git(&["rev-parse", "--show-toplevel"])
        .is_some_and(|top| Path::new(&top).canonicalize().ok() == here.canonicalize().ok());
    let commit = if ours { git(&["rev-parse", "--short=12", "HEAD"]) } else { None };
    let version = match commit {
        Some(commit) => {
            let changed =
                git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|files| !files.is_empty());
            format!("{} ({commit}{})", env!("CARGO_PKG_VERSION"), if changed { ", with changes" } else { "" })
        }
        None => env!("CARGO_PKG_VERSION").to_owned(),
    };
    println!("cargo::rustc-env=KREISBLATT_VERSION={version}");
    // Whether there are changes is asked again when something changed, and when it was committed.
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|path| Path::new(path).exists());
    for path in
        ["build.rs", "Cargo.toml", "src", "templates", "data", "fonts"].map(str::to_owned).into_iter().chain(log)
    {
        println!("cargo::rerun-if-changed={path}");
    }
}
