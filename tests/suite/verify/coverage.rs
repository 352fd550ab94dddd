//! Every number on every page has its line in the trace, and every line its number; origins hold what is printed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{near, page_of, point_of, shared_inputs, starts, text, traced};
use crate::pdf::{Number, Pdf};
use crate::rows::{Rows, exact, plain, quotient};
use crate::sandbox::{Sandbox, data, draft, text_of, whole};

/// Numbers of pages without a line, and lines without a number; and how many had both.
fn uncovered(sandbox: &Sandbox) -> (Vec<String>, Vec<String>, usize) {
    let (mut untraced, mut missing, mut both) = (Vec::new(), Vec::new(), 0);
    let mut lines: BTreeMap<(String, usize), Vec<Value>> = BTreeMap::new();
    for line in traced(sandbox, "out/2017") {
        lines.entry((text(&line["file"]).to_owned(), page_of(&line))).or_default().push(line);
    }
    for path in sandbox.files("out/2017").into_iter().filter(|path| path.ends_with(".pdf")) {
        let pdf = Pdf::read(&sandbox.bytes(&format!("out/2017/{path}")));
        for (at, page) in pdf.pages.iter().enumerate() {
            let mut lines = lines.remove(&(path.clone(), at + 1)).unwrap_or_default();
            for Number { text: printed, at: place, .. } in &page.numbers {
                let same = |line: &Value| line["text"] == printed.as_str() && near(point_of(line), *place);
                match lines.iter().position(same) {
                    Some(line) => drop(lines.swap_remove(line)),
                    None => untraced.push(format!("{path}, page {}: {printed} at {place:?}", at + 1)),
                }
            }
            both += page.numbers.len();
            missing.extend(lines.iter().map(ToString::to_string));
        }
    }
    missing.extend(lines.into_values().flatten().map(|line| line.to_string()));
    both -= untraced.len();
    (untraced, missing, both)
}

#[test]
fn every_number_on_every_page_has_its_line_in_the_trace_and_every_line_its_number() {
    for (sandbox, at_least) in [(whole(), 14_000), (data(), 14_000), (draft(), 4_000)] {
        let (untraced, missing, both) = uncovered(sandbox);
        assert_eq!(untraced, Vec::<String>::new(), "on paper and not in the trace");
        assert_eq!(missing, Vec::<String>::new(), "in the trace and not on paper");
        assert!(both > at_least, "{both} numbers were found");
    }
}

/// A number as printed, as the tables have it: `1.409,75` is `1409.75`.
fn ungrouped(printed: &str) -> String {
    printed.replace(['.', '\u{202f}'], "").replace(',', ".")
}

fn decimals(printed: &str) -> u32 {
    u32::try_from(printed.split_once(',').map_or(0, |(_, part)| part.len())).expect("a few decimals")
}

/// The numbers in a line of a file.
fn digits_in(text: &str) -> Vec<&str> {
    let parts = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','));
    parts.map(|part| part.trim_matches(['.', ','])).filter(|part| !part.is_empty()).collect()
}

/// Files of the project that cells lie in, read once.
#[derive(Default)]
struct Files(BTreeMap<String, String>);

impl Files {
    fn text(&mut self, path: &str) -> &str {
        assert!(path.starts_with("data/"), "{path} lies in data/");
        self.0.entry(path.to_owned()).or_insert_with(|| text_of(path))
    }

    /// The field of a table that begins at a line and column.
    fn field(&mut self, path: &str, line: usize, column: usize) -> String {
        let line = self.text(path).lines().nth(line - 1).expect("a line of the file");
        let (before, _) = line.char_indices().nth(column - 1).expect("a column of the line");
        assert!(before == 0 || line[..before].ends_with(','), "{path}: no field begins at {column} of {line}");
        Rows::parse(&line[before..]).header[0].clone()
    }

    /// An entry of TOML: the line it begins in and what follows before the next.
    fn entry(&mut self, path: &str, line: usize) -> (String, String) {
        let mut lines = self.text(path).lines().skip(line - 1);
        let first = lines.next().expect("a line of the file").to_owned();
        let rest: Vec<&str> = lines.take_while(|line| !line.starts_with('[')).collect();
        (first, rest.join("\n"))
    }
}

/// What is wrong with the origin of a line that names a cell; `None` when the cell holds the number.
fn wrong_cell(files: &mut Files, line: &Value) -> Option<String> {
    let (printed, cell, kind) = (text(&line["text"]), text(&line["cell"]), text(&line["kind"]));
    let parts: Vec<&str> = cell.split(':').collect();
    let number = |part: &str| part.parse::<usize>().expect("lines and columns are numbers");
    let held = match parts[..] {
        [file, row, column] if file.ends_with(".csv") => {
            let field = files.field(file, number(row), number(column));
            match kind {
                // Earlier rankings stand as printed: `1,9 %`.
                "cell" if !file.ends_with("ranglisten_gedruckt.csv") => {
                    plain(&field, decimals(printed)) == ungrouped(printed)
                }
                _ => digits_in(&field).contains(&printed),
            }
        }
        [file, row, _] => {
            let (first, rest) = files.entry(file, number(row));
            let value = exact(&ungrouped(printed));
            let says = |found: &str| found == printed || (found.matches('.').count() < 2 && exact(found) == value);
            let in_words = kind == "text" && digits_in(&rest).contains(&printed);
            digits_in(&first).iter().any(|found| !found.contains(',') && says(found) || *found == printed) || in_words
        }
        [file] => kind != "cell" && files.text(file).contains(printed),
        _ => false,
    };
    (!held).then(|| line.to_string())
}

#[test]
fn every_cell_the_trace_names_holds_the_number_that_is_printed() {
    let mut files = Files::default();
    let mut of_file: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in traced(data(), "out/2017").iter().filter(|line| line.get("cell").is_some()) {
        let (file, _) = text(&line["cell"]).split_once(':').unwrap_or((text(&line["cell"]), ""));
        *of_file.entry(file.to_owned()).or_default() += 1;
        wrong.extend(wrong_cell(&mut files, line));
    }
    assert_eq!(wrong, Vec::<String>::new());
    let names: Vec<&str> = of_file.keys().map(String::as_str).collect();
    let known = [
        "eckwerte.toml",
        "edition.toml",
        "kommunen.csv",
        "laender_gedruckt.csv",
        "praxis.toml",
        "ranglisten_gedruckt.csv",
    ];
    assert_eq!(names, known.map(|name| format!("data/2017/{name}")));
    assert!(of_file["data/2017/kommunen.csv"] > 4_000, "{of_file:?}");
}

/// The column and row of every cell of `kommunen.csv`, by `line:column`.
fn places(table: &Rows) -> BTreeMap<String, (String, usize)> {
    let text = text_of("data/2017/kommunen.csv");
    let mut found = BTreeMap::new();
    for (at, line) in text.lines().enumerate().skip(1) {
        for (name, column) in table.header.iter().zip(starts(line)) {
            found.insert(format!("{}:{column}", at + 1), (name.clone(), at - 1));
        }
    }
    found
}

/// What a rule makes of its inputs, as plain text; `None` for rules of other forms.
fn recomputed(rule: &str, inputs: &BTreeMap<&str, BTreeMap<usize, i128>>, decimals: u32) -> Option<String> {
    const ONE: i128 = 1_000_000_000;
    let column = |name: &str| inputs.get(name).unwrap_or_else(|| panic!("`{rule}` has no input of {name}"));
    let sum = |name: &str| column(name).values().sum::<i128>();
    if let Some((value, weight)) = rule.strip_prefix("mean of ").and_then(|rest| rest.split_once(" weighted by ")) {
        let weights = column(weight);
        let top: i128 = column(value).iter().map(|(row, value)| value * weights[row]).sum();
        return Some(quotient(top, sum(weight) * ONE, decimals));
    }
    let rest = rule.strip_prefix("sum of ")?;
    Some(match rest.split_once(" / ") {
        None => quotient(sum(rest), ONE, decimals),
        Some((top, "number of Kommunen with a value")) => {
            let count = i128::try_from(column(top).len()).expect("a small number");
            quotient(sum(top), count * ONE, decimals)
        }
        Some((top, bottom)) => quotient(sum(top), sum(bottom.strip_prefix("sum of ")?), decimals),
    })
}

#[test]
fn sums_means_and_ratios_are_what_their_inputs_make() {
    let table = Rows::kommunen();
    let places = places(&table);
    let shared = shared_inputs(data(), "out/2017");
    let mut checked: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for line in traced(data(), "out/2017") {
        let (Some(rule), Some(name)) = (line["rule"].as_str(), line["inputs"].as_str()) else { continue };
        let mut inputs: BTreeMap<&str, BTreeMap<usize, i128>> = BTreeMap::new();
        for (file, place) in &shared[name] {
            if file != "data/2017/kommunen.csv" {
                continue;
            }
            let (column, row) = places.get(place).unwrap_or_else(|| panic!("no cell begins at {place}"));
            let value = table.cell(&table.rows[*row], column);
            if column.contains("_in_") || rule.starts_with("year") || column.ends_with("until") {
                continue;
            }
            inputs.entry(column).or_default().insert(*row, exact(value).expect("what is not known is no input"));
        }
        let printed = text(&line["text"]);
        if let Some(made) = recomputed(rule, &inputs, decimals(printed)) {
            *checked.entry(rule.to_owned()).or_default() += 1;
            if made != ungrouped(printed) {
                wrong.push(format!("{made}: {line}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let rules: Vec<&str> = checked.keys().map(String::as_str).collect();
    let expected = [
        "mean of alo_sgb2 weighted by population",
        "mean of alo_sgb3 weighted by population",
        "mean of sgb2_quote weighted by population",
        "sum of area_km2",
        "sum of area_km2 / number of Kommunen with a value",
        "sum of population",
        "sum of population / number of Kommunen with a value",
        "sum of population / sum of area_km2",
    ];
    assert_eq!(rules, expected);
    assert!(checked.values().sum::<usize>() > 1_500, "{checked:?}");
}
