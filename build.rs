//! Tells the program which commit it is built from, for `kreisblatt --version`.

use std::path::Path;
use std::process::Command;

fn main() {
    let git = |args: &[&str]| {
        let output = Command::new("git").args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    // Sources that lie in no repository of their own know no commit.
    let ours = git(&["rev-parse", "--show-toplevel"]).is_some_and(|top| {
        Path::new(&top).canonicalize().ok() == Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().ok()
    });
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
