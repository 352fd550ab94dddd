//! A digit changed in the table after the build: the cell and the pages that print it are named.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{CHANGES, Dice, IN_ALL, deviations, in_two, starts, text};
use crate::rows::{Rows, german, indicators, slug};
use crate::sandbox::{Sandbox, text_of, whole};

const TABLE: &str = "data/2017/kommunen.csv";

/// The Länder of the smaller edition: 29 of 104 sheets.
const LAENDER: [&str; 3] = ["Hessen", "Bayern", "Saarland"];

/// A digit of a cell made another one.
struct Change {
    /// Line of the table, from 1.
    line: usize,
    /// Column where the cell begins, in signs from 1.
    column: usize,
    name: String,
    before: String,
    after: String,
    /// The whole table with it.
    table: String,
    /// The sheet of the row, as it was built.
    sheet: String,
}

/// Changes a random digit in a random cell of the rows of some Länder; of all rows when none are named.
fn change(dice: &mut Dice, laender: &[&str]) -> Change {
    let source = text_of(TABLE);
    let rows = Rows::parse(&source);
    loop {
        let row = dice.below(rows.rows.len());
        let of_row = |name: &str| rows.cell(&rows.rows[row], name);
        let cell = dice.below(rows.header.len());
        let before = &rows.rows[row][cell];
        let digits: Vec<(usize, char)> = before.char_indices().filter(|(_, c)| c.is_ascii_digit()).collect();
        if digits.is_empty() || !(laender.is_empty() || laender.contains(&of_row("state"))) {
            continue;
        }
        let (at, digit) = *dice.of(&digits);
        let other = dice.other_digit(digit);
        let after = format!("{}{other}{}", &before[..at], &before[at + 1..]);
        let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
        let line = &mut lines[row + 1];
        let column = starts(line)[cell];
        let (start, _) = line.char_indices().nth(column - 1).expect("a field begins in the line");
        assert!(line[start..].starts_with(before.as_str()), "{before} stands at {column} of {line}");
        line.replace_range(start..start + before.len(), &after);
        return Change {
            line: row + 2,
            column,
            name: rows.header[cell].clone(),
            before: before.clone(),
            after,
            table: lines.join("\n") + "\n",
            sheet: format!("steckbriefe/{}-{}.pdf", of_row("ags"), slug(of_row("label"))),
        };
    }
}

/// How a cell may stand on paper: as a value of an indicator, or as it is.
fn printed(name: &str, cell: &str) -> Vec<String> {
    let value = indicators().iter().find(|i| i.key == name).map(|i| german(cell, i.decimals));
    let digits = || cell.chars().filter(char::is_ascii_digit).collect();
    value.into_iter().chain([cell.to_owned(), digits()]).collect()
}

/// What is missing in the answer of `verify` to a change; `None` when all is named. And whether the data
/// has errors with it.
fn missing(change: &Change, ran: &crate::sandbox::Ran) -> (Option<String>, bool) {
    ran.must_fail(1);
    let Change { line, column, name, before, after, sheet, .. } = change;
    let found = deviations(ran);
    let of_cell = |d: &&Value| {
        let is =
            |key: &str, cell: &str| d[key].as_str().is_some_and(|said| printed(name, cell).iter().any(|p| p == said));
        d["file"] == sheet.as_str()
            && d["page"] == 1
            && d["origin"] == format!("with/{TABLE}:{line}:{column}")
            && is("found", before)
            && is("expected", after)
    };
    let broken = ran.stderr().contains("error[KB1");
    // Of two rows with one key the second is named, and the line of the first.
    let place = [format!("with/{TABLE}:{line}:"), format!("in line {line}\n")];
    let told = !broken || place.iter().any(|place| ran.stderr().contains(place));
    let complete = found.iter().any(|d| of_cell(&d)) && told;
    let words = || {
        let of_row: Vec<&Value> = found.iter().filter(|d| d["file"] == sheet.as_str()).collect();
        format!("line {line}, column {column} ({name}): {before} -> {after}: {of_row:?}\n{}", ran.stderr())
    };
    ((!complete).then(words), broken)
}

#[test]
fn a_digit_changed_in_the_table_is_named_with_its_cell_its_page_and_both_numbers() {
    let part = Sandbox::new();
    let only = ["build", "--only", "steckbriefe,ranglisten,laender", "--quiet"];
    let selected = LAENDER.iter().flat_map(|land| ["--state", land]);
    part.run(&only.into_iter().chain(selected).collect::<Vec<_>>()).must_succeed();
    let answers = in_two(CHANGES, Sandbox::new, |sandbox, at| {
        let mut dice = Dice::new(1_000 + at);
        let (of, laender) = if at < IN_ALL { (whole(), &[][..]) } else { (&part, &LAENDER[..]) };
        let change = change(&mut dice, laender);
        sandbox.write(&format!("with/{TABLE}"), &change.table);
        let out = of.path("out");
        let out = out.to_str().expect("a temporary path is UTF-8");
        let ran = sandbox.run(&["verify", out, "--with", "with", "--format", "json"]);
        let (missing, broken) = missing(&change, &ran);
        (change.name, missing, broken)
    });
    let failed: Vec<&String> = answers.iter().filter_map(|(_, missing, _)| missing.as_ref()).collect();
    assert!(failed.is_empty(), "{} of {CHANGES} are not named:\n{}", failed.len(), failed[0]);
    assert_eq!(answers.len(), CHANGES);
    let mut columns: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for (name, _, broken) in &answers {
        columns.entry(name).or_default()[usize::from(*broken)] += 1;
    }
    for name in ["ags", "in_office_since", "elected_until"] {
        assert!(columns[name].iter().all(|count| *count > 0), "{name} with and without errors: {columns:?}");
    }
    for indicator in indicators() {
        assert!(columns[indicator.key.as_str()][0] > 0, "{}: {columns:?}", indicator.key);
    }
}

/// Digits in texts are no values: nothing is computed of them, and a text may hold several.
#[test]
fn a_digit_changed_in_a_text_is_named_with_its_cell_and_its_pages() {
    for (part, other, line, expected, found) in
        [("gem. § 6a SGB II", "gem. § 4a SGB II", 25, "4", "6"), ("B.90/Grüne", "B.91/Grüne", 14, "91", "90")]
    {
        let sandbox = Sandbox::new();
        let table = text_of(TABLE);
        assert_eq!(table.matches(part).count(), 1, "{part}");
        sandbox.write(&format!("with/{TABLE}"), table.replace(part, other));
        let out = whole().path("out");
        let ran = sandbox.run(&["verify", out.to_str().expect("UTF-8"), "--with", "with", "--format", "json"]);
        ran.must_fail(1);
        let place = format!("with/{TABLE}:{line}:");
        let named = |d: &Value| d["origin"].as_str().is_some_and(|origin| origin.starts_with(&place));
        let all = deviations(&ran);
        let of_cell: Vec<&Value> = all.iter().filter(|d| named(d)).collect();
        assert!(of_cell.iter().all(|d| d["expected"] == expected && d["found"] == found), "{of_cell:?}");
        let files: Vec<&str> = of_cell.iter().map(|d| text(&d["file"])).collect();
        assert_eq!(files.iter().filter(|file| file.starts_with("steckbriefe/")).count(), 1, "{files:?}");
        assert_eq!(files.iter().filter(|file| **file == "broschuere.pdf").count(), 2, "its card and the offices");
    }
}

#[test]
fn a_row_that_is_gone_leaves_a_sheet_nobody_vouches_for() {
    let sandbox = Sandbox::new();
    let table = text_of(TABLE);
    let row = table.lines().find(|line| line.starts_with("10044,")).expect("the row of Saarlouis");
    sandbox.write(&format!("with/{TABLE}"), table.replace(&format!("{row}\n"), ""));
    let sheet = "steckbriefe/10044-landkreis-saarlouis.pdf";
    let out = whole().path("out");
    let ran = sandbox.run(&["verify", out.to_str().expect("UTF-8"), "--with", "with"]);
    ran.must_fail(1).stderr_contains(&format!("error[KB414]: {sheet}: the data has no such document any more"));
}
