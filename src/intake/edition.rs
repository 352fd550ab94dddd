//! A delivered table and the rows there are -> the rows of `kommunen.csv`, and what is different in them.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::mapping::{Mapping, Matched, Taken};
use super::number::{Reading, Style, of_double, reading, written};
use super::sheet::{Cell, Spot, address};
use super::table::{Table, Who};
use crate::diag::{Problem, Report, Result, nearest, shown};
use crate::german::match_key;
use crate::load::IDENTITY;
use crate::model::{Indicator, Kind, LAENDER};

/// Most problems told of one file.
const MOST_PROBLEMS: usize = 40;

/// Most names without a Kommune that are compared with all there are.
const MOST_LOOKED_UP: usize = 1000;

/// The columns that say who a Kommune is: of the file they are taken when it has a column `label`, as our own tables do.
const NAMING: [&str; 4] = ["name", "label", "type", "state"];

/// The table there is: of the edition itself, or of the one before.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// Its edition; empty when there is none.
    pub key: String,
    text: String,
    header: Vec<String>,
    records: Vec<Vec<String>>,
}

impl Base {
    /// Reads the text of a `kommunen.csv` that has passed the checks.
    pub fn read(key: &str, text: &str) -> Self {
        let plain = text.trim_start_matches('\u{feff}');
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(plain.as_bytes());
        let mut records = reader.into_records().flatten().map(|record| record.iter().map(str::to_owned).collect());
        let header = records.next().unwrap_or_default();
        Self { key: key.to_owned(), text: text.to_owned(), header, records: records.collect() }
    }

    /// The columns of the base, those of our own that it lacks after them.
    fn columns(&self, indicators: &[Indicator]) -> Vec<String> {
        let mut columns = self.header.clone();
        let ours = IDENTITY.into_iter().chain(indicators.iter().map(|indicator| indicator.key.as_str()));
        columns.extend(ours.filter(|name| !self.header.iter().any(|other| other == name)).map(str::to_owned));
        columns
    }

    fn cell<'a>(&'a self, record: &'a [String], name: &str) -> &'a str {
        let at = self.header.iter().position(|column| column == name);
        at.and_then(|at| record.get(at)).map_or("", String::as_str)
    }
}

/// What is to be made.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Whether the edition is there already: its rows and columns stay, the delivered cells go into them.
    pub existing: bool,
    /// Whether Kommunen the file lacks go into a new edition, with unknown values.
    pub keep_missing: bool,
    /// How numbers are written in columns that do not show it.
    pub numbers: Option<Style>,
}

/// A cell that is not what it was.
#[derive(Debug, Clone)]
pub struct Change {
    /// Whose.
    pub ags: String,
    /// Their label.
    pub label: String,
    /// The column.
    pub column: String,
    /// As it was; empty = not known.
    pub old: String,
    /// As it is.
    pub new: String,
    /// Where it was delivered.
    pub origin: String,
}

/// A Kommune the base does not have.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Its key.
    pub ags: String,
    /// What it is called from now on.
    pub label: String,
    /// Whether the label was made from name and type.
    pub derived: bool,
}

/// A composed table.
#[derive(Debug, Default)]
pub struct Composed {
    /// The text of `kommunen.csv`.
    pub text: String,
    /// How many rows it has.
    pub rows: usize,
    /// How many of them were delivered.
    pub delivered: usize,
    /// Cells that differ from those of an edition that was there; none for a new one.
    pub changes: Vec<Change>,
    /// Kommunen the base does not have.
    pub newcomers: Vec<Newcomer>,
    /// Kommunen of the base the file does not have: AGS and label.
    pub missing: Vec<(String, String)>,
    /// Columns of the base that a new edition takes over, with how many cells say something.
    pub carried: Vec<(String, usize)>,
    /// Signs for "no value", with how often they stand in the columns taken.
    pub signs: BTreeMap<String, usize>,
    /// Numbers with more digits than a spreadsheet shows: where, as they are, as taken.
    pub rounded: Vec<(String, String, String)>,
    /// Columns with numbers like `1.409`, and how other cells decided on them.
    pub decided: Vec<(String, Style, String)>,
    /// What a person should look at.
    pub warnings: Report,
    /// Where the cells of the text stand (line and column), and where they were delivered.
    origins: BTreeMap<(u32, u32), Spot>,
}

impl Composed {
    /// The delivered cell that stands at a line and a column of the text.
    pub fn origin(&self, line: u32, column: u32) -> Option<Spot> {
        self.origins.get(&(line, column)).copied()
    }
}

/// Puts a delivered table into the rows of a base.
///
/// # Errors
/// Every cell that cannot be read without doubt, rows whose Kommune is not clear, new Kommunen without a type.
pub fn composed(
    table: &Table,
    matched: &Matched,
    mapping: &Mapping,
    base: &Base,
    indicators: &[Indicator],
    order: Order,
) -> Result<Composed> {
    let mut made = Composed::default();
    let mut report = Report::new();
    let rows = resolved(table, mapping, &matched.taken, base, &mut report);
    let has_label = matched.taken.iter().any(|taken| taken.key == "label");
    let known: BTreeSet<&str> = base.records.iter().map(|record| base.cell(record, "ags")).collect();
    // What was delivered: by AGS and column, the text as it will stand, and its cell.
    let mut cells: BTreeMap<&str, BTreeMap<&str, (String, Spot)>> = BTreeMap::new();
    for taken in matched.taken.iter().filter(|taken| taken.key != "ags") {
        let indicator = indicators.iter().find(|indicator| indicator.key == taken.key);
        let style = indicator.map_or(Ok(None), |indicator| style(table, &rows, taken, indicator, order, &mut made));
        let style = style.unwrap_or_else(|problem| {
            report.push(problem);
            order.numbers
        });
        for (row, ags) in &rows {
            let spot = (*row, taken.column.at);
            let value = match indicator {
                Some(indicator) => number(table, spot, taken, indicator, style, &mut made),
                None => text(table, spot, taken, &mut made),
            };
            match value {
                Ok(value) => {
                    cells.entry(ags).or_default().insert(&taken.key, (value, spot));
                }
                Err(problem) => report.push(problem),
            }
        }
        if let Some(indicator) = indicator {
            made.warnings.extend(fractions(table, &rows, taken, indicator).into_iter().collect());
        }
    }
    let columns = base.columns(indicators);
    let mut output: Vec<Vec<(String, Option<Spot>)>> = Vec::new();
    for record in &base.records {
        let (ags, label) = (base.cell(record, "ags"), base.cell(record, "label"));
        let new = cells.get(ags);
        if new.is_none() && !rows.iter().any(|(_, other)| other == ags) {
            made.missing.push((ags.to_owned(), label.to_owned()));
            if !order.existing && !order.keep_missing {
                continue;
            }
        } else {
            made.delivered += 1;
        }
        let cell = |column: &String| {
            let old = base.cell(record, column);
            let is_identity = IDENTITY.contains(&column.as_str());
            let kept = if order.existing || is_identity { old } else { "" };
            let fresh = new.and_then(|new| new.get(column.as_str()));
            let fresh = fresh.filter(|_| has_label || !NAMING.contains(&column.as_str()));
            match fresh {
                Some((value, spot)) if (order.existing || is_identity) && same(old, value, !is_identity) => {
                    (old.to_owned(), Some(*spot))
                }
                Some((value, spot)) => (value.clone(), Some(*spot)),
                None => (kept.to_owned(), None),
            }
        };
        let row: Vec<(String, Option<Spot>)> = columns.iter().map(cell).collect();
        for (column, (value, spot)) in columns.iter().zip(&row) {
            let old = base.cell(record, column);
            if let Some(spot) = spot.filter(|_| value != old && (order.existing || IDENTITY.contains(&column.as_str())))
            {
                made.changes.push(Change {
                    ags: ags.to_owned(),
                    label: label.to_owned(),
                    column: column.clone(),
                    old: old.to_owned(),
                    new: value.clone(),
                    origin: table.sheet.shown(spot),
                });
            }
        }
        output.push(row);
    }
    for (row, ags) in rows.iter().filter(|(_, ags)| !known.contains(ags.as_str())) {
        made.delivered += 1;
        match newcomer(table, *row, ags, &matched.taken, cells.get(ags.as_str())) {
            Ok((newcomer, who)) => {
                let cell = |column: &String| match NAMING.iter().position(|name| name == column) {
                    _ if column == "ags" => (ags.clone(), Some((*row, table.key_column))),
                    Some(at) => (who[at].0.clone(), who[at].1),
                    None => cells
                        .get(ags.as_str())
                        .and_then(|new| new.get(column.as_str()))
                        .map_or((String::new(), None), |(value, spot)| (value.clone(), Some(*spot))),
                };
                output.push(columns.iter().map(cell).collect());
                made.newcomers.push(newcomer);
            }
            Err(problem) => report.push(problem),
        }
    }
    if report.has_errors() {
        return Err(cut(report));
    }
    if !order.existing {
        let delivered = |column: &str| {
            matched.taken.iter().any(|taken| taken.key == column && (has_label || !NAMING.contains(&column)))
        };
        for (at, column) in
            columns.iter().enumerate().filter(|(_, column)| IDENTITY.contains(&column.as_str()) && *column != "ags")
        {
            let carried = output.iter().filter(|row| row[at].1.is_none() && !row[at].0.is_empty()).count();
            if carried > 0 && !delivered(column) {
                made.carried.push((column.clone(), carried));
            }
        }
    }
    made.rows = output.len();
    let unchanged = order.existing && made.changes.is_empty() && made.newcomers.is_empty() && columns == base.header;
    (made.text, made.origins) = table_text(&columns, &output, base.text.contains("\r\n"));
    if unchanged {
        made.text.clone_from(&base.text);
    }
    Ok(made)
}

/// The problems of a file that has too many.
fn cut(report: Report) -> Report {
    let all = report.problems().len();
    if all <= MOST_PROBLEMS {
        return report;
    }
    let mut cut: Report = report.problems()[..MOST_PROBLEMS].iter().cloned().collect();
    let last = &report.problems()[MOST_PROBLEMS];
    let more = Problem::error(last.id, format!("{} more problems like these", all - MOST_PROBLEMS));
    cut.push(match &last.place {
        Some(place) => more.at(crate::diag::Place::file(&place.file)),
        None => more,
    });
    cut
}

/// Whether two writings say the same; of numbers the values are compared.
fn same(old: &str, new: &str, number: bool) -> bool {
    let values = || Some((old.parse::<Decimal>().ok()?, new.parse::<Decimal>().ok()?));
    old.trim() == new.trim() || (number && values().is_some_and(|(old, new)| old == new))
}

/// The rows with the AGS of their Kommune.
fn resolved(table: &Table, mapping: &Mapping, taken: &[Taken], base: &Base, report: &mut Report) -> Vec<(u32, String)> {
    let mut rows: Vec<(u32, String)> = Vec::new();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (row, who) in &table.rows {
        if report.problems().len() > MOST_LOOKED_UP {
            break;
        }
        let ags = match who {
            Who::Ags(ags) => ags.clone(),
            Who::Named(name) => match mapping.rows.get(name) {
                Some(ags) if ags.is_empty() => continue,
                Some(ags) => ags.clone(),
                None => match named(name, base) {
                    Ok(ags) => ags,
                    Err((what, candidates)) => {
                        let problem = table.sheet.problem("KB624", (*row, table.key_column), what);
                        let problem = if candidates.is_empty() { problem } else { problem.hint(candidates) };
                        let way_out = format!(
                            "or say in mapping.toml who it is: [rows] \"{}\" = \"AGS\"; \"\" leaves it out",
                            shown(name)
                        );
                        report.push(problem.hint("add a column with the AGS").hint(way_out));
                        continue;
                    }
                },
            },
        };
        if let Some(problem) = contradiction(table, *row, &ags, taken, base) {
            report.push(problem);
        }
        if let Some(first) = seen.insert(ags.clone(), *row) {
            let what = format!("{ags} is already the Kommune of {}", table.sheet.shown_row(first));
            report.push(table.sheet.problem("KB623", (*row, table.key_column), what).hint("delete one of the rows"));
        }
        rows.push((*row, ags));
    }
    rows
}

/// What a row says of its Kommune and what cannot be: the name of another one, another Land, another type. A table with
/// labels names its Kommunen anew, and says no such thing.
fn contradiction(table: &Table, row: u32, ags: &str, taken: &[Taken], base: &Base) -> Option<Problem> {
    if taken.iter().any(|taken| taken.key == "label") {
        return None;
    }
    let record = base.records.iter().find(|record| base.cell(record, "ags") == ags)?;
    let is_called = |record: &Vec<String>, key: &str| {
        ["label", "name"].iter().any(|column| match_key(base.cell(record, column)) == *key)
    };
    let who = format!("{ags} is {}", shown(base.cell(record, "label")));
    let said = |column: &str| {
        let taken = taken.iter().find(|taken| taken.key == column)?;
        let spot = (row, taken.column.at);
        let text = table.sheet.text(spot)?.trim().to_owned();
        (!text.is_empty()).then_some((spot, text))
    };
    let wrong = |(spot, text): (Spot, String), what: String| {
        let problem = table.sheet.problem("KB630", spot, format!("{who}, and the row says `{}`{what}", shown(&text)));
        Some(problem.hint("a column may be sorted apart from its keys, or another Kommune be meant: correct the row"))
    };
    if let Some((spot, text)) = said("name") {
        let key = match_key(&text);
        let other = base.records.iter().find(|other| is_called(other, &key));
        if let Some(other) = other.filter(|_| !is_called(record, &key)) {
            let other = format!(", which is {} {}", base.cell(other, "ags"), shown(base.cell(other, "label")));
            return wrong((spot, text), other);
        }
    }
    if let Some((spot, text)) = said("state") {
        let land = LAENDER.iter().find(|land| match_key(land.name) == match_key(&text));
        if land.is_some_and(|land| land.name != base.cell(record, "state")) {
            return wrong((spot, text), String::new());
        }
    }
    let (spot, text) = said("type")?;
    let kind = kind(&text)?;
    if kind.key() != base.cell(record, "type") { wrong((spot, text), String::new()) } else { None }
}

/// The AGS of the Kommune with a label, or else a name; when there is none or several, what to say and the candidates.
fn named(name: &str, base: &Base) -> std::result::Result<String, (String, String)> {
    let key = match_key(name);
    let with = |column: &str| -> Vec<&Vec<String>> {
        base.records.iter().filter(|record| match_key(base.cell(record, column)) == key).collect()
    };
    let found = Some(with("label")).filter(|found| !found.is_empty()).unwrap_or_else(|| with("name"));
    let shown_row =
        |record: &Vec<String>| format!("{} {}", base.cell(record, "ags"), shown(base.cell(record, "label")));
    match found.as_slice() {
        [one] => Ok(base.cell(one, "ags").to_owned()),
        [] => {
            let labels = ["label", "name"]
                .into_iter()
                .flat_map(|column| base.records.iter().map(move |record| base.cell(record, column)));
            let near = nearest(name, labels).and_then(|near| {
                base.records
                    .iter()
                    .find(|record| base.cell(record, "label") == near || base.cell(record, "name") == near)
            });
            let hint = near.map_or_else(String::new, |record| format!("did you mean {}?", shown_row(record)));
            Err((format!("no Kommune is called `{}`", shown(name)), hint))
        }
        several => {
            let all = several.iter().map(|record| shown_row(record)).collect::<Vec<_>>().join(", ");
            Err((format!("`{}` is the name of {} Kommunen", shown(name), several.len()), format!("it can be: {all}")))
        }
    }
}

/// How the numbers of a column are written: as the mapping says, else as its unambiguous cells show.
fn style(
    table: &Table,
    rows: &[(u32, String)],
    taken: &Taken,
    indicator: &Indicator,
    order: Order,
    made: &mut Composed,
) -> std::result::Result<Option<Style>, Problem> {
    if taken.numbers.is_some() {
        return Ok(taken.numbers);
    }
    let mut shows: [Option<Spot>; 2] = [None, None];
    let mut ambiguous = 0;
    for (row, _) in rows {
        let spot = (*row, taken.column.at);
        let Some(Cell::Text(text)) = table.sheet.cell(spot) else { continue };
        match reading(text, &indicator.unit) {
            Reading::Value(_, Some(Style::German)) => shows[0] = shows[0].or(Some(spot)),
            Reading::Value(_, Some(Style::Plain)) => shows[1] = shows[1].or(Some(spot)),
            Reading::Either { .. } => ambiguous += 1,
            _ => {}
        }
    }
    let cell = |spot: Spot| {
        let text = table.sheet.text(spot).unwrap_or_default();
        format!("`{}` in {}", shown(&text), table.sheet.shown(spot))
    };
    match shows {
        [Some(german), Some(plain)] => {
            let what = format!("the column `{}` mixes German numbers ({}) and plain ones", taken.key, cell(german));
            Err(table
                .sheet
                .problem("KB621", plain, what)
                .hint("write all of them in one way, or store them as numbers"))
        }
        [Some(spot), None] | [None, Some(spot)] => {
            let style = if shows[0].is_some() { Style::German } else { Style::Plain };
            if ambiguous > 0 {
                made.decided.push((taken.key.clone(), style, cell(spot)));
            }
            Ok(Some(style))
        }
        [None, None] => Ok(order.numbers),
    }
}

/// What a cell of a column of an indicator says, as `kommunen.csv` has it; empty = not known.
fn number(
    table: &Table,
    spot: Spot,
    taken: &Taken,
    indicator: &Indicator,
    style: Option<Style>,
    made: &mut Composed,
) -> std::result::Result<String, Problem> {
    let sheet = &table.sheet;
    let key = &indicator.key;
    let refused = |what: String| sheet.problem("KB620", spot, format!("{key} is {what}"));
    plain_cell(table, spot, key)?;
    let double = |n: f64, made: &mut Composed| {
        let (value, rounded) = of_double(n).ok_or_else(|| refused(format!("{n}, which is too large")))?;
        if rounded {
            made.rounded.push((sheet.shown(spot), n.to_string(), value.to_string()));
        }
        Ok(value)
    };
    let value = match sheet.cell(spot) {
        None => return Ok(String::new()),
        Some(Cell::Number(n)) => double(*n, made)?,
        Some(Cell::Percent(n)) if indicator.unit == "%" => (double(*n, made)? * Decimal::ONE_HUNDRED).normalize(),
        Some(Cell::Percent(_)) => {
            let what = format!("a percentage, and its unit is `{}`", indicator.unit);
            return Err(refused(what).hint("check which column is meant"));
        }
        Some(Cell::Text(text)) => match reading(text, &indicator.unit) {
            Reading::Absent => {
                *made.signs.entry(text.trim().to_owned()).or_default() += 1;
                return Ok(String::new());
            }
            Reading::Value(value, shown_style) => {
                if let (Some(wanted), Some(found)) = (style, shown_style)
                    && wanted != found
                {
                    let words = |style| if style == Style::German { "German" } else { "plain" };
                    let what =
                        format!("`{}`: a {} number in a column of {} ones", shown(text), words(found), words(wanted));
                    return Err(refused(what).hint("correct the cell, or `numbers` in mapping.toml"));
                }
                // `194,019` people: a count has no thousandths, and the comma may be an English group.
                let is_count = indicator.decimals == 0 && indicator.unit.is_empty();
                if is_count && taken.factor == Decimal::ONE && text.contains(',') && value.scale() == 3 {
                    let what = format!("`{}`, a count with thousandths, or grouped the English way", shown(text));
                    return Err(sheet
                        .problem("KB621", spot, format!("{key} is {what}"))
                        .hint("write it without the comma, or store it as a number"));
                }
                value
            }
            Reading::Either { german, plain } => match style {
                Some(Style::German) => german,
                Some(Style::Plain) => plain,
                None => {
                    let what = format!(
                        "`{}`, which is {german} in German and {plain} plain; no other cell of the column decides",
                        shown(text)
                    );
                    return Err(sheet
                        .problem("KB621", spot, format!("{key} is {what}"))
                        .hint("import with --numbers german or --numbers plain")
                        .hint(format!(
                            "or say it of this column in mapping.toml: header = \"{}\", numbers = \"german\"",
                            shown(&taken.column.header)
                        )));
                }
            },
            Reading::Refused(why) => {
                return Err(refused(format!("`{}`, which {why}", shown(text))).hint(
                    "numbers are read the German way (1.409,75) or plain (1409.75); – . / x and k. A. mean: not known",
                ));
            }
        },
        Some(_) => return Err(refused("no number".to_owned())),
    };
    let scaled =
        if taken.factor == Decimal::ONE { Some(value) } else { value.checked_mul(taken.factor).map(|v| v.normalize()) };
    let value = scaled.filter(|value| value.abs() < Decimal::from(1_000_000_000_000_u64));
    let value = value.ok_or_else(|| refused("too large when multiplied by its factor".to_owned()))?;
    Ok(written(value, indicator.decimals))
}

/// What a cell of another column says.
fn text(table: &Table, spot: Spot, taken: &Taken, made: &mut Composed) -> std::result::Result<String, Problem> {
    plain_cell(table, spot, &taken.key)?;
    let text = match table.sheet.cell(spot) {
        None => return Ok(String::new()),
        Some(Cell::Text(text)) => text.trim().to_owned(),
        Some(Cell::Number(n) | Cell::Percent(n)) => of_double(*n).map_or_else(String::new, |(n, _)| n.to_string()),
        Some(_) => return Ok(String::new()),
    };
    if !NAMING.contains(&taken.key.as_str()) && reading(&text, "") == Reading::Absent {
        if !text.is_empty() {
            *made.signs.entry(text).or_default() += 1;
        }
        return Ok(String::new());
    }
    match taken.key.as_str() {
        "type" => Ok(kind(&text).map_or(text, |kind| kind.key().to_owned())),
        _ => Ok(text),
    }
}

/// Refuses what is neither text nor number: merged cells, errors of formulas, dates, truth values.
fn plain_cell(table: &Table, spot: Spot, key: &str) -> std::result::Result<(), Problem> {
    let sheet = &table.sheet;
    let wrong = |what: String, hint: &str| Err(sheet.problem("KB622", spot, what).hint(hint));
    if let Some((first, last)) = sheet.merge_at(spot) {
        let what = format!("{key} stands in the merged cell {}:{}", address(*first), address(*last));
        return wrong(what, "unmerge it, and give every row its own value");
    }
    match sheet.cell(spot) {
        Some(Cell::Covered) => {
            wrong(format!("{key} is covered by a merged cell"), "unmerge it, and give every row its own value")
        }
        Some(Cell::Error(error)) => wrong(
            format!("{key} is the error `{}` of a formula", shown(error)),
            "correct the formula; an empty cell means: not known",
        ),
        Some(Cell::Date) => wrong(
            format!("{key} is a date"),
            "spreadsheets make dates of texts like 3.4; format the cell as a number and type it again",
        ),
        Some(Cell::Bool(truth)) => {
            wrong(format!("{key} is the truth value `{truth}`"), "write a number, or leave the cell empty")
        }
        _ => Ok(()),
    }
}

/// Warns of a column of percentages whose values are all below one, as fractions are.
fn fractions(table: &Table, rows: &[(u32, String)], taken: &Taken, indicator: &Indicator) -> Option<Problem> {
    if indicator.unit != "%" || taken.factor != Decimal::ONE {
        return None;
    }
    let numbers: Vec<f64> = rows
        .iter()
        .filter_map(|(row, _)| match table.sheet.cell((*row, taken.column.at)) {
            Some(Cell::Number(n)) => Some(*n),
            _ => None,
        })
        .collect();
    let small = numbers.len() > 2 && numbers.iter().all(|n| n.abs() <= 1.0) && numbers.iter().any(|n| *n != 0.0);
    small.then(|| {
        let what = format!("all values of `{}` are below 1: fractions rather than per cent?", indicator.key);
        Problem::warning("KB626", what)
            .at(table.sheet.place(table.header_row))
            .hint("if they are, set `factor = 100` for the column in mapping.toml")
    })
}

/// What a word says a Kommune is.
fn kind(word: &str) -> Option<Kind> {
    let key = match_key(word);
    let is = |words: &[&str]| words.contains(&key.as_str());
    if is(&["landkreis", "kreis", "regionalverband", "region", "staedteregion", "kommunalverbandbesondererart"]) {
        return Some(Kind::Landkreis);
    }
    is(&["kreisfreiestadt", "stadtkreis", "stadt", "krfrstadt"]).then_some(Kind::KreisfreieStadt)
}

/// A new Kommune, and what its name, label, type and state are, each with its cell.
#[expect(clippy::type_complexity, reason = "four columns, each a text and where it was delivered")]
fn newcomer(
    table: &Table,
    row: u32,
    ags: &str,
    taken: &[Taken],
    cells: Option<&BTreeMap<&str, (String, Spot)>>,
) -> std::result::Result<(Newcomer, [(String, Option<Spot>); 4]), Problem> {
    let delivered = |key: &str| {
        let (value, spot) = cells?.get(key)?;
        (!value.is_empty()).then(|| (value.clone(), *spot))
    };
    let refused = |what: &str| {
        table
            .sheet
            .problem("KB625", (row, table.key_column), format!("{ags} is a new Kommune, and {what}"))
            .hint("add columns `name` and `type` (Landkreis, Kreis, Kreisfreie Stadt), or its row to kommunen.csv")
    };
    let raw_kind =
        taken.iter().find(|taken| taken.key == "type").and_then(|taken| table.sheet.text((row, taken.column.at)));
    let given = delivered("name").or_else(|| delivered("label")).ok_or_else(|| refused("the file does not name it"))?;
    let (name, spot) = given;
    let said = match &raw_kind {
        Some(word) => Some(kind(word).ok_or_else(|| refused(&format!("its type `{}` is unknown", shown(word))))?),
        None => None,
    };
    let land = LAENDER.iter().find(|land| ags.starts_with(land.key)).ok_or_else(|| refused("its AGS has no Land"))?;
    let (name, label, kind) = called(&name, said, raw_kind.as_deref(), land.key)
        .ok_or_else(|| refused("neither a type nor its name say what it is"))?;
    let state = delivered("state")
        .map_or((land.name.to_owned(), Some((row, table.key_column))), |(value, spot)| (value, Some(spot)));
    let given_label = delivered("label");
    let derived = given_label.is_none();
    let label = given_label.map_or((label, Some(spot)), |(label, spot)| (label, Some(spot)));
    let kind_spot = cells.and_then(|cells| cells.get("type")).map(|(_, spot)| *spot);
    let newcomer = Newcomer { ags: ags.to_owned(), label: label.0.clone(), derived };
    Ok((newcomer, [(name, Some(spot)), label, (kind.key().to_owned(), kind_spot), state]))
}

/// Name, label and kind of a Kommune as lists of Kreise write it: `Kiel, Landeshauptstadt`, `Dithmarschen` with the type
/// `Kreis`. `None` when nothing says what it is.
fn called(written: &str, said: Option<Kind>, word: Option<&str>, land: &str) -> Option<(String, String, Kind)> {
    let (bare, addition) = written.split_once(", ").map_or((written, None), |(bare, addition)| (bare, Some(addition)));
    let begins = |start: &str| bare.strip_prefix(start).map(str::to_owned);
    let of_addition = addition.and_then(|addition| {
        let key = match_key(addition);
        if key.ends_with("kreis") && key != "stadtkreis" {
            Some(Kind::Landkreis)
        } else {
            (key.contains("stadt") || key == "stadtkreis").then_some(Kind::KreisfreieStadt)
        }
    });
    let district = ["Landkreis ", "Kreis "].iter().find_map(|start| begins(start));
    let city = ["Kreisfreie Stadt ", "Stadt "].iter().find_map(|start| begins(start));
    let speaks = is_district_name(bare);
    let kind = said
        .or(of_addition)
        .or(city.as_ref().map(|_| Kind::KreisfreieStadt))
        .or((district.is_some() || speaks).then_some(Kind::Landkreis))?;
    // An addition that says nothing of the kind is part of the name.
    let bare = if addition.is_some() && of_addition.is_none() { written } else { bare };
    let (name, label) = match kind {
        Kind::KreisfreieStadt => {
            let name = city.unwrap_or_else(|| bare.to_owned());
            let label = format!("Stadt {name}");
            (name, label)
        }
        Kind::Landkreis if district.is_some() => (district.unwrap_or_default(), bare.to_owned()),
        Kind::Landkreis if speaks => (bare.to_owned(), bare.to_owned()),
        Kind::Landkreis => {
            // Two Länder call theirs Kreis (Landesrecht of Schleswig-Holstein and Nordrhein-Westfalen).
            let kreis = word.map_or(["01", "05"].contains(&land), |word| match_key(word) == "kreis");
            (bare.to_owned(), format!("{} {bare}", if kreis { "Kreis" } else { "Landkreis" }))
        }
    };
    Some((name, label, kind))
}

/// Whether a name says itself that it is a Kreis: `Enzkreis`, `Rhein-Kreis Neuss`, `Region Hannover`.
fn is_district_name(name: &str) -> bool {
    let starts =
        ["region ", "regionalverband ", "städteregion "].iter().any(|start| name.to_lowercase().starts_with(start));
    starts || name.split([' ', '-']).any(|word| word.to_lowercase().ends_with("kreis"))
}

/// The text of a table, and where the delivered cells stand in it.
fn table_text(
    columns: &[String],
    rows: &[Vec<(String, Option<Spot>)>],
    crlf: bool,
) -> (String, BTreeMap<(u32, u32), Spot>) {
    let quoted = |cell: &str| match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    };
    let end = if crlf { "\r\n" } else { "\n" };
    let mut origins = BTreeMap::new();
    let header: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    let mut text = header.join(",") + end;
    let mut line = 2;
    for row in rows {
        let mut column = 1;
        for (at, (cell, spot)) in row.iter().enumerate() {
            if at > 0 {
                text.push(',');
                column += 1;
            }
            if let Some(spot) = spot {
                origins.insert((line, column), *spot);
            }
            let cell = quoted(cell);
            let breaks = cell.matches('\n').count();
            let last = cell.rsplit('\n').next().unwrap_or_default().chars().count();
            column = crate::diag::count(last) + if breaks > 0 { 1 } else { column };
            line += crate::diag::count(breaks);
            text += &cell;
        }
        text += end;
        line += 1;
    }
    (text, origins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kommunen_are_called_as_they_are_addressed() {
        let (landkreis, stadt) = (Some(Kind::Landkreis), Some(Kind::KreisfreieStadt));
        for (written, said, word, land, name, label) in [
            ("Flensburg, Stadt", stadt, Some("Kreisfreie Stadt"), "01", "Flensburg", "Stadt Flensburg"),
            ("Hamburg, Freie und Hansestadt", stadt, None, "02", "Hamburg", "Stadt Hamburg"),
            ("Heidelberg", stadt, Some("Stadtkreis"), "08", "Heidelberg", "Stadt Heidelberg"),
            ("Dithmarschen", landkreis, Some("Kreis"), "01", "Dithmarschen", "Kreis Dithmarschen"),
            ("Gifhorn", landkreis, Some("Landkreis"), "03", "Gifhorn", "Landkreis Gifhorn"),
            ("Unna", landkreis, None, "05", "Unna", "Kreis Unna"),
            ("Region Hannover", landkreis, Some("Landkreis"), "03", "Region Hannover", "Region Hannover"),
            ("Schwarzwald-Baar-Kreis", landkreis, None, "08", "Schwarzwald-Baar-Kreis", "Schwarzwald-Baar-Kreis"),
            (
                "Regionalverband Saarbrücken",
                landkreis,
                None,
                "10",
                "Regionalverband Saarbrücken",
                "Regionalverband Saarbrücken",
            ),
            ("Märkischer Kreis", None, None, "05", "Märkischer Kreis", "Märkischer Kreis"),
            ("Landkreis Rotenburg (Wümme)", None, None, "03", "Rotenburg (Wümme)", "Landkreis Rotenburg (Wümme)"),
            ("Eichsfeld, Landkreis", None, None, "16", "Eichsfeld", "Landkreis Eichsfeld"),
            ("Gera, Stadt", None, None, "16", "Gera", "Stadt Gera"),
        ] {
            let (found_name, found_label, kind) = called(written, said, word, land).expect(written);
            assert_eq!((found_name.as_str(), found_label.as_str()), (name, label), "{written}");
            assert_eq!(kind == Kind::KreisfreieStadt, label.starts_with("Stadt "), "{written}");
        }
        assert_eq!(called("Gera", None, None, "16"), None);
    }
}
