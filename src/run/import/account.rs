//! The account of an import, as text and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::diag::shown;
use crate::intake::{
    CellChange, DecidedNotation, Delivered, KommuneName, MatchedColumns, MergedTable, NamedRow, NewKommune,
    NumberNotation, RewrittenCell,
};
use crate::model::Indicator;

use super::target::ImportTarget;

/// The greatest number of list entries in the text; the JSON has all.
const MOST_TOLD: usize = 20;

/// Returns for example `1 cell`, `2 cells`.
pub fn many(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// The account of an import; `docs/formats.md` describes its JSON form.
#[derive(Debug, Serialize)]
pub struct Account<'a> {
    edition: &'a str,
    new: bool,
    /// The edition that the rows are merged into; `null` for none.
    base: Option<&'a str>,
    file: &'a str,
    read_as: &'a str,
    header: String,
    rows: usize,
    delivered: usize,
    columns: Vec<ColumnTaken<'a>>,
    columns_left: Vec<ColumnLeft<'a>>,
    rows_by_name: &'a [NamedRow],
    rows_left: Vec<RowLeft<'a>>,
    sheets_left: Vec<SheetLeft<'a>>,
    /// Indicators of a new edition without a column in the delivered file.
    not_delivered: Vec<&'a str>,
    /// Headers in the mapping that are missing in the file.
    mapped_but_absent: Vec<&'a str>,
    keys_completed: &'a [RewrittenCell],
    signs: &'a BTreeMap<String, usize>,
    numbers_rounded: &'a [RewrittenCell],
    numbers_decided: &'a [DecidedNotation],
    carried_over: &'a BTreeMap<String, usize>,
    new_kommunen: &'a [NewKommune],
    missing_kommunen: &'a [KommuneName],
    changes: &'a [CellChange],
    #[serde(flatten)]
    kept: Kept,
    check_warnings: usize,
}

/// The content that a new edition copies from the edition it begins with.
#[derive(Debug, Default, Serialize)]
pub struct Kept {
    /// Printed fields of `edition.toml` and their values.
    pub edition_says: BTreeMap<&'static str, String>,
    /// Texts that are not copied from that edition.
    pub texts_left: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ColumnTaken<'a> {
    header: &'a str,
    key: &'a str,
    mapped: bool,
}

#[derive(Debug, Serialize)]
struct ColumnLeft<'a> {
    header: &'a str,
    place: String,
    candidates: &'a [String],
    ignored: bool,
}

#[derive(Debug, Serialize)]
struct RowLeft<'a> {
    place: String,
    reason: &'a str,
}

#[derive(Debug, Serialize)]
struct SheetLeft<'a> {
    sheet: &'a str,
    reason: &'static str,
}

impl<'a> Account<'a> {
    /// Builds the account from the results of the import.
    pub fn of(
        target: &'a ImportTarget,
        file: &'a str,
        delivered: &'a Delivered,
        matched: &'a MatchedColumns,
        merged: &'a MergedTable,
        measured: &'a [Indicator],
        (kept, check_warnings): (Kept, usize),
    ) -> Self {
        let delivers = |key: &str| matched.taken.iter().any(|taken| taken.key == key);
        let not_delivered = measured.iter().filter(|i| !target.existing && !delivers(&i.key));
        let sheet = &delivered.table.sheet;
        let columns = matched.taken.iter();
        let columns = columns.map(|t| ColumnTaken { header: &t.column.header, key: &t.key, mapped: t.mapped });
        let columns_left = matched.left.iter().map(|left| ColumnLeft {
            header: &left.column.header,
            place: sheet.shown(left.column.spot),
            candidates: &left.candidates,
            ignored: left.ignored,
        });
        let rows_left = delivered.table.left.iter();
        let sheets_left = delivered.other_sheets.iter();
        Self {
            edition: &target.key,
            new: !target.existing,
            base: target.with_rows.then_some(target.model.as_str()),
            file,
            read_as: &delivered.form,
            header: sheet.shown_row(delivered.table.header_row),
            rows: merged.rows,
            delivered: merged.delivered,
            columns: columns.collect(),
            columns_left: columns_left.collect(),
            rows_by_name: &merged.by_name,
            rows_left: rows_left.map(|(row, reason)| RowLeft { place: sheet.shown_row(*row), reason }).collect(),
            sheets_left: sheets_left.map(|(sheet, reason)| SheetLeft { sheet, reason }).collect(),
            not_delivered: not_delivered.map(|i| i.key.as_str()).collect(),
            mapped_but_absent: matched.absent.iter().map(|(header, _)| header.as_str()).collect(),
            keys_completed: &delivered.table.restored,
            signs: &merged.signs,
            numbers_rounded: &merged.rounded,
            numbers_decided: &merged.decided,
            carried_over: &merged.carried,
            new_kommunen: &merged.new_kommunen,
            missing_kommunen: &merged.missing,
            changes: &merged.changes,
            kept,
            check_warnings,
        }
    }

    /// Returns the account as text: which data was imported, left out, carried over and changed.
    pub fn text(&self, dry_run: bool) -> String {
        let mut text = format!("{}: {}, header in {}\n", shown(self.file), self.read_as, self.header);
        let mut line = |what: String| {
            text += &what;
            text.push('\n');
        };
        match (self.base, self.new) {
            (Some(base), true) => {
                line(format!("edition {}: new, beginning with the names and offices of {base}", self.edition))
            }
            (None, true) => line(format!("edition {}: new, beginning with nothing", self.edition)),
            (_, false) => line(format!("edition {}", self.edition)),
        }
        line(format!("\ntaken: {} Kommunen, {} columns", self.delivered, self.columns.len()));
        for column in &self.columns {
            line(format!(
                "  `{}` -> {}{}",
                shown(column.header),
                column.key,
                if column.mapped { "" } else { " (by its name)" }
            ));
        }
        for decided in self.numbers_decided {
            let style = if decided.numbers == NumberNotation::German { "German" } else { "plain" };
            line(format!("  {}: numbers like 1.409 are {style}, since there is {}", decided.key, decided.by));
        }
        let entries = |title: &str, all: Vec<String>, text: &mut String| {
            if all.is_empty() {
                return;
            }
            let _ = writeln!(text, "\n{title}: {}", all.len());
            for entry in all.iter().take(MOST_TOLD) {
                let _ = writeln!(text, "  {entry}");
            }
            if all.len() > MOST_TOLD {
                let _ = writeln!(text, "  … and {} more; --format json lists all", all.len() - MOST_TOLD);
            }
        };
        let column_left = |left: &ColumnLeft<'_>| {
            let header = if left.header.is_empty() {
                "without a header".to_owned()
            } else {
                format!("`{}`", shown(left.header))
            };
            let why = match (left.ignored, left.candidates) {
                (true, _) => "as the mapping says".to_owned(),
                (false, []) => "no column of ours is near".to_owned(),
                (false, near) => format!("may be {}: mapping.toml decides", near.join(" or ")),
            };
            format!("{} {header}: {why}", left.place)
        };
        entries("columns left", self.columns_left.iter().map(column_left).collect(), &mut text);
        let by_name =
            |row: &NamedRow| format!("{}: `{}` -> {} {}", row.place, shown(&row.name), row.ags, shown(&row.label));
        entries("rows found by their name alone", self.rows_by_name.iter().map(by_name).collect(), &mut text);
        entries(
            "rows left",
            self.rows_left.iter().map(|left| format!("{}: {}", left.place, left.reason)).collect(),
            &mut text,
        );
        entries(
            "sheets left",
            self.sheets_left.iter().map(|left| format!("`{}`: {}", shown(left.sheet), left.reason)).collect(),
            &mut text,
        );
        if !self.not_delivered.is_empty() {
            let _ = writeln!(text, "\nnot delivered, printed as not known: {}", self.not_delivered.join(", "));
            text += "  (listed under not_measured in edition.toml they are not printed at all)\n";
        }
        if !self.mapped_but_absent.is_empty() {
            let absent: Vec<String> =
                self.mapped_but_absent.iter().map(|header| format!("`{}`", shown(header))).collect();
            let _ = writeln!(text, "\nheaders of mapping.toml that the file does not have: {}", absent.join(", "));
        }
        let completed = |all: &[RewrittenCell]| {
            all.iter().map(|c| format!("{}: {} -> {}", c.place, shown(&c.from), c.to)).collect()
        };
        entries("keys completed (a spreadsheet dropped the leading zero)", completed(self.keys_completed), &mut text);
        entries("numbers rounded to what a spreadsheet shows", completed(self.numbers_rounded), &mut text);
        entries(
            "signs read as: not known",
            self.signs.iter().map(|(sign, n)| format!("`{}`: {}", shown(sign), many(*n, "cell"))).collect(),
            &mut text,
        );
        let carried = self.carried_over.iter().map(|(column, n)| format!("{column}: {}", many(*n, "cell")));
        entries(
            &format!("columns carried over from {}, perhaps outdated", self.base.unwrap_or_default()),
            carried.collect(),
            &mut text,
        );
        let newcomer = |n: &NewKommune| {
            format!(
                "{} {}{}",
                n.ags,
                shown(&n.label),
                if n.label_derived { " (called so from name and type)" } else { "" }
            )
        };
        entries("new Kommunen", self.new_kommunen.iter().map(newcomer).collect(), &mut text);
        let missing = if self.rows >= self.delivered + self.missing_kommunen.len() {
            "Kommunen the file does not have, left as they are"
        } else {
            "Kommunen the file does not have, not in the new edition (--keep-missing takes them)"
        };
        entries(
            missing,
            self.missing_kommunen.iter().map(|m| format!("{} {}", m.ags, shown(&m.label))).collect(),
            &mut text,
        );
        let cell = |value: &str| if value.is_empty() { "not known".to_owned() } else { shown(value) };
        let change = |c: &CellChange| {
            format!("{} {} {}: {} -> {} ({})", c.ags, shown(&c.label), c.column, cell(&c.old), cell(&c.new), c.place)
        };
        entries("cells changed", self.changes.iter().map(change).collect(), &mut text);
        if !self.kept.edition_says.is_empty() {
            let _ = writeln!(text, "\nedition.toml says (read it again):");
            for (field, said) in &self.kept.edition_says {
                let _ = writeln!(text, "  {field} = \"{}\"", shown(said));
            }
        }
        if !self.kept.texts_left.is_empty() {
            let files: Vec<String> = self.kept.texts_left.iter().map(|text| format!("{text}.md")).collect();
            let _ = writeln!(text, "\ntexts that stay with the edition before: {}", files.join(", "));
            text += "  (copy those that are printed again into the new edition's folder)\n";
        }
        if !self.new && self.changes.is_empty() && self.new_kommunen.is_empty() {
            text += "\nnothing changed\n";
        }
        let _ = writeln!(
            text,
            "\n{} {}; checked, {}",
            if dry_run { "edition would have" } else { "edition has" },
            many(self.rows, "row"),
            match self.check_warnings {
                0 => "nothing found".to_owned(),
                n => format!("{} (kreisblatt check lists them)", many(n, "warning")),
            },
        );
        text
    }
}
