//! Reads delivered cells strictly: a cell is a number that can be read in one way only, a text, or empty. Anything else
//! is a problem.

use rust_decimal::Decimal;

use super::base::NAMING;
use super::mapping::TakenColumn;
use super::merged::{DecidedNotation, MergedTable, RewrittenCell};
use super::number::{NumberNotation, NumberReading, of_double, reading, written};
use super::rows::kind;
use super::sheet::{CellPosition, SheetCell, address};
use super::table::DeliveredTable;
use crate::diag::{Problem, Result, shown};
use crate::model::Indicator;

/// How the numbers of a column are written: as the mapping says, else as its unambiguous cells show, else `preset`.
pub(super) fn notation(
    table: &DeliveredTable,
    rows: &[(u32, String)],
    taken: &TakenColumn,
    indicator: &Indicator,
    preset: Option<NumberNotation>,
    made: &mut MergedTable,
) -> Result<Option<NumberNotation>, Problem> {
    if taken.numbers.is_some() {
        return Ok(taken.numbers);
    }
    let mut shows: [Option<CellPosition>; 2] = [None, None];
    let mut ambiguous = Vec::new();
    for (row, _) in rows {
        let spot = (*row, taken.column.at);
        let Some(SheetCell::Text(text)) = table.sheet.cell(spot) else { continue };
        match reading(text, &indicator.unit) {
            NumberReading::Value(_, Some(NumberNotation::German)) => shows[0] = shows[0].or(Some(spot)),
            NumberReading::Value(_, Some(NumberNotation::Plain)) => shows[1] = shows[1].or(Some(spot)),
            NumberReading::Either { german, plain } => ambiguous.push((spot, german, plain)),
            _ => {}
        }
    }
    let cell = |spot: CellPosition| {
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
            let notation = if shows[0].is_some() { NumberNotation::German } else { NumberNotation::Plain };
            if !ambiguous.is_empty() {
                made.decided.push(DecidedNotation { key: taken.key.clone(), numbers: notation, by: cell(spot) });
            }
            Ok(Some(notation))
        }
        [None, None] => match (preset, ambiguous.first()) {
            (None, Some((spot, german, plain))) => {
                let text = table.sheet.text(*spot).unwrap_or_default();
                let more = match ambiguous.len() - 1 {
                    0 => String::new(),
                    n => format!(" (and {n} more like it)"),
                };
                let what = format!(
                    "{} is `{}`, which is {german} in German and {plain} plain; no other cell of the column decides{more}",
                    taken.key,
                    shown(&text)
                );
                let header = shown(&taken.column.header);
                Err(table
                    .sheet
                    .problem("KB621", *spot, what)
                    .hint("import with --numbers german or --numbers plain")
                    .hint(format!(
                        "or say it of this column in mapping.toml: header = \"{header}\", numbers = \"german\""
                    )))
            }
            (numbers, _) => Ok(numbers),
        },
    }
}

/// The value of an indicator's cell, as `kommunen.csv` writes it; empty = not known.
pub(super) fn number(
    table: &DeliveredTable,
    spot: CellPosition,
    taken: &TakenColumn,
    indicator: &Indicator,
    notation: Option<NumberNotation>,
    made: &mut MergedTable,
) -> Result<String, Problem> {
    let sheet = &table.sheet;
    let key = &indicator.key;
    let refused = |what: String| sheet.problem("KB620", spot, format!("{key} is {what}"));
    plain_cell(table, spot, key)?;
    let twice = || {
        refused(format!("per cent, and the mapping multiplies its column by {}", taken.factor))
            .hint("a percentage needs no factor: delete it in mapping.toml, or write all cells of the column alike")
    };
    let double = |n: f64, made: &mut MergedTable| {
        let (value, rounded) = of_double(n).ok_or_else(|| refused(format!("{n}, which is too large")))?;
        if rounded {
            made.rounded.push(RewrittenCell { place: sheet.shown(spot), from: n.to_string(), to: value.to_string() });
        }
        Ok(value)
    };
    let value = match sheet.cell(spot) {
        None => return Ok(String::new()),
        Some(SheetCell::Number(n)) => double(*n, made)?,
        Some(SheetCell::Percent(_)) if taken.factor != Decimal::ONE => return Err(twice()),
        Some(SheetCell::Text(text)) if taken.factor != Decimal::ONE && text.contains('%') => return Err(twice()),
        Some(SheetCell::Percent(n)) if indicator.unit == "%" => (double(*n, made)? * Decimal::ONE_HUNDRED).normalize(),
        Some(SheetCell::Percent(_)) => {
            let unit = if indicator.unit.is_empty() { "none" } else { indicator.unit.as_str() };
            let what = format!("a percentage, and its unit is {unit}");
            return Err(refused(what).hint("check which column is meant"));
        }
        Some(SheetCell::Text(text)) => match reading(text, &indicator.unit) {
            NumberReading::Absent => {
                *made.signs.entry(text.trim().to_owned()).or_default() += 1;
                return Ok(String::new());
            }
            NumberReading::Value(value, shown_notation) => {
                if let (Some(wanted), Some(found)) = (notation, shown_notation)
                    && wanted != found
                {
                    let words = |notation| if notation == NumberNotation::German { "German" } else { "plain" };
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
            NumberReading::Either { german, plain } => match notation {
                Some(NumberNotation::German) => german,
                Some(NumberNotation::Plain) => plain,
                None => return Err(refused(format!("`{}`, which can be two numbers", shown(text)))),
            },
            NumberReading::Refused(why) => {
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

/// The text of any other cell; empty = not known.
pub(super) fn text(
    table: &DeliveredTable,
    spot: CellPosition,
    taken: &TakenColumn,
    made: &mut MergedTable,
) -> Result<String, Problem> {
    plain_cell(table, spot, &taken.key)?;
    let text = match table.sheet.cell(spot) {
        None => return Ok(String::new()),
        Some(SheetCell::Text(text)) => text.trim().to_owned(),
        Some(SheetCell::Number(n) | SheetCell::Percent(n)) => {
            of_double(*n).map_or_else(String::new, |(n, _)| n.to_string())
        }
        Some(_) => return Ok(String::new()),
    };
    if !NAMING.contains(&taken.key.as_str()) && reading(&text, "") == NumberReading::Absent {
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

/// Refuses cells that are neither text nor number: merged cells, errors of formulas, dates, truth values.
fn plain_cell(table: &DeliveredTable, spot: CellPosition, key: &str) -> Result<(), Problem> {
    let sheet = &table.sheet;
    let wrong = |what: String, hint: &str| Err(sheet.problem("KB622", spot, what).hint(hint));
    if let Some((first, last)) = sheet.merge_at(spot) {
        let what = format!("{key} stands in the merged cell {}:{}", address(*first), address(*last));
        return wrong(what, "unmerge it, and give every row its own value");
    }
    match sheet.cell(spot) {
        Some(SheetCell::Covered) => {
            wrong(format!("{key} is covered by a merged cell"), "unmerge it, and give every row its own value")
        }
        Some(SheetCell::Error(error)) => wrong(
            format!("{key} is the error `{}` of a formula", shown(error)),
            "correct the formula; an empty cell means: not known",
        ),
        Some(SheetCell::Date) => wrong(
            format!("{key} is a date"),
            "spreadsheets make dates of texts like 3.4; format the cell as a number and type it again",
        ),
        Some(SheetCell::Bool(truth)) => {
            wrong(format!("{key} is the truth value `{truth}`"), "write a number, or leave the cell empty")
        }
        _ => Ok(()),
    }
}

/// Warns of a column whose values are all many times as large, or as small, as those of the edition before: in other
/// units, or of something else.
pub(super) fn rescaled(key: &str, pairs: &[(Decimal, Decimal)], base: &str) -> Option<Problem> {
    let is_far = |(old, new): &(Decimal, Decimal)| {
        let (less, more) = (old.abs().min(new.abs()), old.abs().max(new.abs()));
        !less.is_zero() && more > less * OTHER_SCALE
    };
    let all = !pairs.is_empty() && pairs.iter().all(is_far);
    all.then(|| {
        let (old, new) = pairs[0];
        let what =
            format!("all values of `{key}` are far from those of edition {base}: {old} was the first, and is {new}");
        Problem::warning("KB626", what).hint("if they are in another unit, set `factor` for the column in mapping.toml")
    })
}

/// A value that grew or shrank more than this is in another unit: no Kommune grows tenfold.
const OTHER_SCALE: Decimal = Decimal::TEN;

/// Warns of a column of percentages whose values are all below one, as fractions are.
pub(super) fn fractions(
    table: &DeliveredTable,
    rows: &[(u32, String)],
    taken: &TakenColumn,
    indicator: &Indicator,
) -> Option<Problem> {
    if indicator.unit != "%" || taken.factor != Decimal::ONE {
        return None;
    }
    let numbers: Vec<f64> = rows
        .iter()
        .filter_map(|(row, _)| match table.sheet.cell((*row, taken.column.at)) {
            Some(SheetCell::Number(n)) => Some(*n),
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
