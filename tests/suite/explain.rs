//! `explain`: where a number of a Kommune comes from.

use crate::rows::Rows;
use crate::sandbox::{Sandbox, text_of};

fn explained(args: &[&str]) -> String {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&[&["explain"], args].concat());
    ran.must_succeed();
    ran.stdout().to_owned()
}

#[test]
fn an_indicator_is_told_with_its_cell_its_rank_and_its_mean() {
    let text = explained(&["Landkreis Biberach", "sgb2_quote"]);
    let line = text_of("data/2017/kommunen.csv").lines().position(|line| line.starts_with("08426")).expect("a row") + 1;
    for part in [
        "SGB II-Quote (sgb2_quote): 2,27\u{a0}%",
        &format!("cell        data/2017/kommunen.csv:{line}:"),
        "next above  Enzkreis, 2,31\u{a0}%",
        "next below  Landkreis München, 2,21\u{a0}%",
        "formula     mean of sgb2_quote weighted by population",
        "sgb2_quote of Landkreis Biberach = 2.27",
        "definition  Leistungsempfängerinnen",
        "source      Deutscher Landkreistag",
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

/// The formula of the mean with numbers in it is that of the rows, summed here once more.
#[test]
fn the_formula_is_filled_in_with_what_the_rows_hold() {
    let table = Rows::kommunen();
    let whole = |text: &str| text.parse::<i64>().expect("a whole number");
    let hundredths = |text: &str| {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        format!("{whole}{part:0<2}").parse::<i64>().expect("a number with two decimals")
    };
    let (mut top, mut bottom) = (0, 0);
    for row in &table.rows {
        top += hundredths(table.cell(row, "sgb2_quote")) * whole(table.cell(row, "population"));
        bottom += whole(table.cell(row, "population"));
    }
    let filled = format!("{}.{:02} / {bottom} = ", top / 100, top % 100);
    let text = explained(&["08426", "SGB II-Quote"]);
    assert!(text.contains(&filled), "{filled}:\n{text}");
}

#[test]
fn what_stands_on_the_sheet_is_found_as_it_is_printed() {
    for (printed, part) in [
        ("1.409,75", "area_km2 of Landkreis Biberach: 1.409,75\u{a0}km²"),
        ("98 von 104", "formula     1 + number of Kommunen with a higher"),
        ("Dr. Heiko Schmid", "head of Landkreis Biberach: Dr. Heiko Schmid"),
        ("2.400", "cell        data/2017/praxis.toml:"),
    ] {
        let text = explained(&["Biberach", printed]);
        assert!(text.contains(part), "{printed}:\n{text}");
    }
}

#[test]
fn what_is_not_there_is_refused_with_the_nearest() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["explain", "Biberach", "sgb2_qote"]);
    ran.must_fail(2).stderr_contains("did you mean `sgb2_quote`?");
    sandbox.run(&["explain", "Biberach", "9.999.999"]).must_fail(2).stderr_contains("error[KB321]");
    sandbox.run(&["explain", "Bieberach"]).must_fail(2).stderr_contains("did you mean");
}

#[test]
fn machines_get_all_inputs() {
    let sandbox = Sandbox::new();
    let answers = sandbox.run(&["explain", "08426", "sgb2_quote", "--format", "json"]).json();
    assert_eq!(answers[0]["printed"], "2,27\u{a0}%");
    assert_eq!(answers[2]["inputs"].as_array().map(Vec::len), Some(2 * 104));
}
