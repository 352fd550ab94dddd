//! `kreisblatt verify`: the trace covers every number on every page (`coverage`), a digit changed in the table
//! (`cells`) or on a page (`digits`) is named with its place, so is other damage (`damage`); what machines
//! get (`output`), and what `docs/formats.md` says of the files (`formats`).

mod cells;
mod coverage;
mod damage;
mod digits;
mod formats;
mod output;

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::sandbox::{Ran, Sandbox};

/// How many changes each kind of random damage makes.
const CHANGES: usize = 200;

/// How many of them are made in the whole edition; the others in smaller ones, which are read in less time.
const IN_ALL: usize = 24;

/// Pseudo-random numbers, the same in every run (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn new(seed: usize) -> Self {
        let mut dice = Self(seed as u64);
        dice.below(2);
        dice
    }

    /// A number below a limit.
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    /// One of several.
    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// Another digit than this one.
    fn other_digit(&mut self, digit: char) -> char {
        let old = digit.to_digit(10).expect("a digit");
        char::from_digit((old + 1 + self.below(9) as u32) % 10, 10).expect("a digit")
    }
}

/// Does all the work in two threads; each has a sandbox of its own.
fn in_two<T: Send>(
    work: usize,
    sandbox: impl Fn() -> Sandbox + Sync,
    job: impl Fn(&Sandbox, usize) -> T + Sync,
) -> Vec<T> {
    let share = |of: usize| {
        let sandbox = sandbox();
        (of..work).step_by(2).map(|at| job(&sandbox, at)).collect::<Vec<T>>()
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| share(1));
        let mut done = share(0);
        done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        done
    })
}

/// A sandbox with an output folder of its own, to be damaged.
fn copy_of(sandbox: &Sandbox, edition: &str) -> Sandbox {
    let copy = Sandbox::new();
    copy.copy(&sandbox.path(&format!("out/{edition}")), &format!("out/{edition}"));
    copy
}

/// What `verify --format json` found.
fn deviations(ran: &Ran) -> Vec<Value> {
    ran.json().as_array().expect("a list of deviations").clone()
}

fn manifest(sandbox: &Sandbox, folder: &str) -> Value {
    serde_json::from_str(&sandbox.text(&format!("{folder}/manifest.json"))).expect("a manifest is JSON")
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files that speak of others: with their sizes, or their hashes.
const BESIDE: [&str; 2] = ["index.html", "dcat-ap-de.jsonld"];

/// Makes the manifest say that a file is as it is now: whoever can change a file can change its hash, and take away
/// what else speaks of it.
fn vouch_for(sandbox: &Sandbox, folder: &str, path: &str) {
    let bytes = sandbox.bytes(&format!("{folder}/{path}"));
    let mut manifest = manifest(sandbox, folder);
    let files = manifest["files"].as_array_mut().expect("a list of files");
    files.retain(|file| !BESIDE.contains(&text(&file["path"])) || file["path"] == path);
    let entry = files.iter_mut().find(|file| file["path"] == path).expect("the manifest names the file");
    entry["sha256"] = sha256(&bytes).into();
    entry["bytes"] = bytes.len().into();
    sandbox.write(&format!("{folder}/manifest.json"), manifest.to_string());
}

/// The lines of a trace about numbers.
fn traced(sandbox: &Sandbox, folder: &str) -> Vec<Value> {
    trace_lines(sandbox, folder).into_iter().filter(|line| line.get("cells").is_none()).collect()
}

/// The cells that lines of a trace share, by their name: pairs of file and `line:column`.
fn shared_inputs(sandbox: &Sandbox, folder: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let lines = trace_lines(sandbox, folder);
    let of_line = |line: &Value| {
        let cells = line.get("cells")?.as_object().expect("cells by file");
        let each = cells.iter().flat_map(|(file, cells)| {
            let cells = cells.as_array().expect("a list of cells").iter();
            cells.map(move |cell| (file.clone(), text(cell).to_owned()))
        });
        Some((text(&line["inputs"]).to_owned(), each.collect()))
    };
    lines.iter().filter_map(of_line).collect()
}

fn trace_lines(sandbox: &Sandbox, folder: &str) -> Vec<Value> {
    let trace = sandbox.text(&format!("{folder}/trace.jsonl"));
    trace.lines().map(|line| serde_json::from_str(line).expect("a line of the trace is JSON")).collect()
}

/// Where the fields of a line of a table begin, in signs from 1.
fn starts(line: &str) -> Vec<usize> {
    let mut starts = vec![1];
    let mut quoted = false;
    for (at, sign) in line.chars().enumerate() {
        quoted ^= sign == '"';
        starts.extend((sign == ',' && !quoted).then_some(at + 2));
    }
    starts
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is a text"))
}

fn page_of(line: &Value) -> usize {
    usize::try_from(line["page"].as_u64().expect("a page")).expect("a small number")
}

fn point_of(line: &Value) -> (f64, f64) {
    (line["x"].as_f64().expect("a length"), line["y"].as_f64().expect("a length"))
}

/// Whether two places on a page are the same, to half a millimetre.
fn near(a: (f64, f64), b: (f64, f64)) -> bool {
    (a.0 - b.0).abs() <= 1.5 && (a.1 - b.1).abs() <= 1.5
}
