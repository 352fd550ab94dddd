//! The rows there are already: those of the edition itself, or of the one before it.

use crate::diag::shown;
use crate::model::{Indicator, identity};

/// The columns that name a Kommune. A delivered table may change them only when it has a column `label`, as our own
/// tables do.
pub(super) const NAMING: [&str; 4] = ["name", "label", "type", "state"];

/// The table an import begins with: that of the edition itself, or of the one before.
#[derive(Debug, Clone, Default)]
pub struct BaseTable {
    /// Its edition; empty when there is none.
    pub key: String,
    /// The text it was read from; empty when there is none.
    pub(super) text: String,
    pub(super) header: Vec<String>,
    pub(super) records: Vec<Vec<String>>,
}

impl BaseTable {
    /// Reads the text of a `kommunen.csv` that has passed the checks.
    pub fn read(key: &str, text: &str) -> Self {
        let plain = text.trim_start_matches('\u{feff}');
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(plain.as_bytes());
        let mut records = reader.into_records().flatten().map(|record| record.iter().map(str::to_owned).collect());
        let header = records.next().unwrap_or_default();
        Self { key: key.to_owned(), text: text.to_owned(), header, records: records.collect() }
    }

    /// The columns of the base, those of our own that it lacks after them.
    pub(super) fn columns(&self, indicators: &[Indicator]) -> Vec<String> {
        let mut columns = self.header.clone();
        let ours = identity::keys().chain(indicators.iter().map(|indicator| indicator.key.as_str()));
        columns.extend(ours.filter(|name| !self.header.iter().any(|other| other == name)).map(str::to_owned));
        columns
    }

    /// AGS and label of a row.
    pub(super) fn who(&self, record: &[String]) -> String {
        format!("{} {}", self.cell(record, "ags"), shown(self.cell(record, "label")))
    }

    /// The cell of a row in a column; empty when it has none.
    pub(super) fn cell<'a>(&'a self, record: &'a [String], name: &str) -> &'a str {
        let at = self.header.iter().position(|column| column == name);
        at.and_then(|at| record.get(at)).map_or("", String::as_str)
    }
}
