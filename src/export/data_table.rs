//! A table of data for machines, and its forms: CSV, JSON, and plain text for a terminal.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::german::plain;
use crate::model::Indicator;

/// A table of data: named columns, and rows of JSON values; `null` = not known.
#[derive(Debug)]
pub struct DataTable {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Value>>,
}

/// A row that serializes as an object; its keys keep the order of the columns.
struct JsonRow<'a> {
    columns: &'a [String],
    row: &'a [Value],
}

impl Serialize for JsonRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().zip(self.row))
    }
}

impl DataTable {
    /// Returns a table without rows.
    pub fn new(columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row: a value for each column.
    pub fn push(&mut self, row: impl IntoIterator<Item = Value>) {
        self.rows.push(row.into_iter().collect());
    }

    /// Returns the table as JSON: an array with one object per row.
    pub fn json(&self) -> String {
        let rows: Vec<JsonRow<'_>> = self.rows.iter().map(|row| JsonRow { columns: &self.columns, row }).collect();
        let mut text = serde_json::to_string_pretty(&rows).expect("names and values can be written");
        text.push('\n');
        text
    }

    /// Returns the table as comma-separated values with a header; an unknown value is an empty field.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let rows = std::iter::once(self.columns.clone()).chain(self.texts());
        for row in rows {
            writer.write_record(row).expect("writing to memory cannot fail");
        }
        let bytes = writer.into_inner().expect("writing to memory cannot fail");
        String::from_utf8(bytes).expect("fields are UTF-8")
    }

    /// Returns the table as plain text in aligned columns, numbers to the right; an unknown value is `.`.
    pub fn plain(&self) -> String {
        let rows: Vec<Vec<String>> = std::iter::once(self.columns.clone())
            .chain(
                self.texts()
                    .map(|row| row.into_iter().map(|t| if t.is_empty() { ".".to_owned() } else { t }).collect()),
            )
            .collect();
        let width = |c: usize| rows.iter().map(|row| row[c].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let right: Vec<bool> = (0..self.columns.len())
            .map(|c| self.columns[c] != "ags" && self.rows.iter().all(|row| is_number(&row[c])))
            .collect();
        let mut text = String::new();
        for row in &rows {
            let mut line = String::new();
            for (c, cell) in row.iter().enumerate() {
                let pad = " ".repeat(widths[c] - cell.chars().count());
                let gap = if c == 0 { "" } else { "  " };
                line += gap;
                line += &if right[c] { pad + cell } else { format!("{cell}{pad}") };
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    fn texts(&self) -> impl Iterator<Item = Vec<String>> {
        self.rows.iter().map(|row| row.iter().map(text).collect())
    }
}

fn is_number(value: &Value) -> bool {
    match value {
        Value::Null | Value::Number(_) => true,
        Value::String(text) => text.parse::<Decimal>().is_ok(),
        _ => false,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Returns a value as JSON: whole numbers as numbers, others as decimal text, unknown as `null`.
pub fn machine_value(indicator: &Indicator, value: Option<Decimal>) -> Value {
    match value {
        None => Value::Null,
        Some(value) => {
            let text = plain(value, indicator.decimals);
            match text.parse::<i64>() {
                Ok(whole) if indicator.decimals == 0 => json!(whole),
                _ => json!(text),
            }
        }
    }
}

/// Returns a number of a comparison, exact, so that the old number and the difference add up to the new one. It has at
/// least as many decimals as the printed number.
pub fn exact_value(indicator: &Indicator, value: Option<Decimal>) -> Value {
    let decimals = value.map_or(0, |value| value.normalize().scale()).max(indicator.decimals);
    json!(value.map(|value| plain(value, decimals)))
}
