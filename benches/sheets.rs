//! How fast documents are set, as ratios to the `typst` command line on the same sources; what a build costs that
//! changes nothing or one cell; how soon a saved template is seen in the preview;
//! and how time and memory grow with 10,000 Kommunen.
//!
//! `cargo bench` builds everything once with `--emit typ`, then times whole processes, best of several
//! runs each, and prints one table. The peer is the `typst` found on the PATH (0.15.1; `cargo install
//! typst-cli --version 0.15.1`); without it only our own times are printed. Times differ between machines
//! by half and more; the ratios hardly do. Memory is the largest sum over the program and its workers, seen
//! every 20 ms; only on Linux.
//!
//! The 10,000 Kommunen are invented: the rows of the 2017 edition over and over, with other keys, names and numbers,
//! and without practice examples. They are compared with 100 of the same kind.

#![expect(clippy::print_stdout, reason = "the table is the result")]
#![expect(clippy::disallowed_methods, reason = "benches lay out the files the program is to read")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
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
    let sheets = best(RUNS, || build(&folder.path().join("sheets"), &["--force", "--only", "steckbriefe"]));
    let brochure = best(RUNS, || build(&folder.path().join("brochure"), &["--force", "--only", "broschuere"]));
    let whole = best(RUNS, || build(&folder.path().join("whole"), &["--force"]));
    let verified = best(RUNS, || verify(&folder.path().join("whole")));
    let one = best(RUNS, || build(&folder.path().join("one"), &["--force", "--kommune", "08426"]));
    let unchanged = best(RUNS, || build(&folder.path().join("whole"), &[]));
    let one_cell = changed_cell(folder.path());
    println!("{} sheets, best of {RUNS} runs, whole processes", sources.len());
    row("104 sheets", sheets, None);
    row("one sheet", one, None);
    row("brochure", brochure, None);
    row("whole build", whole, None);
    row("whole build, nothing changed", unchanged, None);
    row("fact sheets, a head's name changed", one_cell, None);
    row("verify, ratio to the whole build", verified, Some(verified.as_secs_f64() / whole.as_secs_f64()));
    let line = |n: usize| format!("\n// {n}\n#place[{n}]\n");
    for (name, what, template) in [
        ("template saved -> preview, fact sheet", "steckbriefe", "parts/sheet.typ.hbs"),
        ("template saved -> preview, brochure", "broschuere", "brochure/vorwort.typ.hbs"),
    ] {
        row(name, saved_to_preview(folder.path(), what, template, line), None);
    }
    growth(folder.path());
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

/// The time of a build of all fact sheets after one cell was changed that stands on one of them.
fn changed_cell(folder: &Path) -> Duration {
    let (with, out) = (folder.join("with"), folder.join("cell"));
    let data = with.join("data/2017");
    std::fs::create_dir_all(&data).expect("a folder");
    let whole = include_str!("../data/2017/kommunen.csv");
    let mut names = (1..).map(|n| format!("Dr. Heiko Schmid {}", "I".repeat(n)));
    let mut change = || {
        let csv = whole.replace("Dr. Heiko Schmid", &names.next().expect("a name"));
        std::fs::write(data.join("kommunen.csv"), csv).expect("a table");
        build(&out, &["--only", "steckbriefe", "--with", &with.display().to_string()]);
    };
    change();
    best(RUNS, change)
}

/// The time from a template saved with another `line` at its end to the first page of the document in the browser's
/// hands. The first save is not counted: its worker is cold.
fn saved_to_preview(folder: &Path, what: &str, template: &str, line: impl Fn(usize) -> String) -> Duration {
    let with = folder.join(format!("preview-{what}"));
    let file = with.join("templates").join(template);
    std::fs::create_dir_all(file.parent().expect("it lies in a folder")).expect("a folder");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(template));
    let text = text.expect("a template");
    std::fs::write(&file, &text).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kreisblatt"));
    command.args(["watch", "--edition", "2017", "--no-build", "--document", what, "--with"]).arg(&with);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
    let mut address = String::new();
    BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut address).expect("an address");
    let host = address.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    let asked = |path: &str| {
        let mut stream = TcpStream::connect(&host).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").expect("it listens");
        BufReader::new(stream)
    };
    let mut events = asked("/events");
    let mut shown = String::new();
    let mut next = || loop {
        let mut news = String::new();
        assert!(events.read_line(&mut news).expect("it goes on speaking") > 0, "{command:?} has ended");
        let Some(news) = news.strip_prefix("data: ") else { continue };
        let news: serde_json::Value = serde_json::from_str(news).expect("JSON");
        let version = news["version"].as_str().expect("a version");
        if news["status"] == "current" && version != shown {
            version.clone_into(&mut shown);
            let mut page = Vec::new();
            asked(&format!("/page/{version}/1.svg")).read_to_end(&mut page).expect("a page");
            assert!(page.ends_with(b"</svg>"));
            return;
        }
    };
    next();
    let times = (0..=RUNS).map(|n| {
        // Saved while nothing else is done for the save before.
        std::thread::sleep(Duration::from_secs(2));
        let start = Instant::now();
        std::fs::write(&file, format!("{text}{}", line(n))).expect("written");
        next();
        start.elapsed()
    });
    let best = times.skip(1).min().expect("at least one run");
    child.kill().and_then(|()| child.wait()).expect("it ends");
    best
}

/// Prints time and memory of the fact sheets of 100 and of 10,000 invented Kommunen.
fn growth(folder: &Path) {
    println!();
    println!("{:<44}{:>10}{:>10}{:>10}", "invented Kommunen", "seconds", "ms/sheet", "MB");
    let mut per_sheet = Vec::new();
    for (count, runs) in [(100, RUNS), (10_000, 1)] {
        let (with, out) = (folder.join(format!("with-{count}")), folder.join(format!("out-{count}")));
        invent(&with, count);
        let mut memory = 0;
        let time = best(runs, || memory = memory.max(build_watched(&out, &with))).as_secs_f64();
        let each = time * 1000.0 / count as f64;
        println!("{:<44}{time:>10.3}{each:>10.2}{memory:>10}", format!("{count} fact sheets"));
        per_sheet.push(each);
    }
    println!("{:<44}{:>20.2}", "a sheet of 10,000 to one of 100", per_sheet[1] / per_sheet[0]);
}

/// The edition of invented Kommunen: rows of the 2017 edition over and over.
const INVENTED: &str = "2099";

/// The Länder in the order of their keys.
const LAENDER: [&str; 16] = [
    "Schleswig-Holstein",
    "Hamburg",
    "Niedersachsen",
    "Bremen",
    "Nordrhein-Westfalen",
    "Hessen",
    "Rheinland-Pfalz",
    "Baden-Württemberg",
    "Bayern",
    "Saarland",
    "Berlin",
    "Brandenburg",
    "Mecklenburg-Vorpommern",
    "Sachsen",
    "Sachsen-Anhalt",
    "Thüringen",
];

fn invent(folder: &Path, count: usize) {
    let data = folder.join("data").join(INVENTED);
    std::fs::create_dir_all(&data).expect("a folder");
    std::fs::write(data.join("edition.toml"), include_str!("../data/2017/edition.toml")).expect("written");
    let mut reader = csv::Reader::from_reader(include_str!("../data/2017/kommunen.csv").as_bytes());
    let heads = reader.headers().expect("columns").clone();
    let column = |name: &str| heads.iter().position(|head| head == name).expect("a column");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let mut writer = csv::Writer::from_path(data.join("kommunen.csv")).expect("a table");
    writer.write_record(&heads).expect("written");
    for (n, row) in (0..count).zip(rows.iter().cycle()) {
        let mut cells: Vec<String> = row.iter().map(str::to_owned).collect();
        let land = n % LAENDER.len();
        let inhabitants = row[column("population")].parse::<usize>().expect("a number") + n;
        let area: f64 = row[column("area_km2")].parse().expect("a number");
        for (name, cell) in [
            ("ags", format!("{:02}{:03}", land + 1, n / LAENDER.len() + 100)),
            ("state", LAENDER[land].to_owned()),
            ("name", format!("{} {n}", &row[column("name")])),
            ("label", format!("{} {n}", &row[column("label")])),
            ("population", inhabitants.to_string()),
            ("density_per_km2", format!("{:.0}", inhabitants as f64 / area)),
        ] {
            cells[column(name)] = cell;
        }
        writer.write_record(&cells).expect("written");
    }
    writer.flush().expect("written");
}

/// Builds the fact sheets of an invented edition. Returns the most megabytes the program and its workers held.
fn build_watched(out: &Path, with: &Path) -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kreisblatt"));
    command.args(["build", "--quiet", "--force", "--only", "steckbriefe", "--edition", INVENTED, "--out"]);
    let mut child = command.arg(out).arg("--with").arg(with).spawn().expect("the program starts");
    let mut most = 0;
    loop {
        match child.try_wait().expect("it can be asked") {
            Some(status) => {
                assert!(status.success(), "{command:?}");
                return most;
            }
            None => most = most.max(resident(child.id())),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Megabytes that a process and its children hold; 0 where `/proc` does not tell.
fn resident(process: u32) -> u64 {
    let of = |id: &str| {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default().to_owned();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0)
    };
    let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    (of(&process.to_string()) + children.split_whitespace().map(of).sum::<u64>()) / 1024
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
