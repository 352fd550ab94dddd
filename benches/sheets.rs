//! How fast documents are set, as ratios to the `typst` command line on the same sources.
//!
//! `cargo bench` builds everything once with `--emit typ`, then times whole processes, best of several
//! runs each, and prints one table. The peer is the `typst` found on the PATH (0.15.1; `cargo install
//! typst-cli --version 0.15.1`); without it only our own times are printed. Times differ between machines
//! by half and more; the ratios hardly do.

#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 5;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    build(&out, &["--emit", "typ"]);
    let edition = out.join("2017");
    let sources = sources(&edition.join("typ/steckbriefe"));
    let sheets = best(RUNS, || build(&folder.path().join("sheets"), &["--only", "steckbriefe"]));
    let brochure = best(RUNS, || build(&folder.path().join("brochure"), &["--only", "broschuere"]));
    let whole = best(RUNS, || build(&folder.path().join("whole"), &[]));
    let verified = best(RUNS, || verify(&folder.path().join("whole")));
    let one = best(RUNS, || build(&folder.path().join("one"), &["--kommune", "08426"]));
    println!("{} sheets, best of {RUNS} runs, whole processes", sources.len());
    row("104 sheets", sheets, None);
    row("one sheet", one, None);
    row("brochure", brochure, None);
    row("whole build", whole, None);
    row("verify, ratio to the whole build", verified, Some(verified.as_secs_f64() / whole.as_secs_f64()));
    if Command::new("typst").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("no `typst` on the PATH: install typst-cli 0.15.1 to see the ratios");
        return;
    }
    let typst = |source: &Path| peer(&edition, source, folder.path());
    let in_a_loop = best(2, || sources.iter().for_each(|source| run(&mut typst(source))));
    let two_at_once = best(2, || {
        for pair in sources.chunks(2) {
            let running: Vec<_> = pair.iter().map(|s| typst(s).spawn().expect("typst starts")).collect();
            for mut child in running {
                assert!(child.wait().expect("typst ends").success());
            }
        }
    });
    let its_brochure = best(RUNS, || run(&mut typst(&edition.join("typ/broschuere.typ"))));
    println!();
    println!("{:<44}{:>10}{:>10}", "peer on the same sources", "seconds", "ratio");
    row("`typst compile` in a loop, to our sheets", in_a_loop, Some(in_a_loop.as_secs_f64() / sheets.as_secs_f64()));
    row(
        "`typst compile` two at once, to our sheets",
        two_at_once,
        Some(two_at_once.as_secs_f64() / sheets.as_secs_f64()),
    );
    row("our brochure to `typst compile`", its_brochure, Some(brochure.as_secs_f64() / its_brochure.as_secs_f64()));
}

fn row(name: &str, time: Duration, ratio: Option<f64>) {
    let ratio = ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    println!("{name:<44}{:>10.3}{ratio:>10}", time.as_secs_f64());
}

fn best(runs: usize, mut work: impl FnMut()) -> Duration {
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..runs).map(|_| time(&mut work)).min().expect("at least one run")
}

fn build(out: &Path, more: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kreisblatt"));
    run(command.args(["build", "--quiet", "--edition", "2017", "--out"]).arg(out).args(more));
}

fn verify(out: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kreisblatt"));
    run(command.args(["verify", "--quiet", "--edition", "2017"]).arg(out));
}

fn run(command: &mut Command) {
    assert!(command.status().expect("the program starts").success(), "{command:?}");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("emitted sources");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn peer(edition: &Path, source: &Path, folder: &Path) -> Command {
    let name = source.file_stem().expect("a file name").to_string_lossy();
    let mut command = Command::new("typst");
    command.args(["compile", "--pdf-standard", "a-2a,ua-1", "--root"]).arg(edition.join("typ"));
    command.arg("--font-path").arg(edition.join("typ/fonts")).arg("--ignore-system-fonts");
    command.arg(source).arg(folder.join(format!("{name}.pdf"))).stdout(Stdio::null());
    command
}
