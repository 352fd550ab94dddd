//! A TOML file being read: its text, the places of its entries, and its numbers as they are written.

use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::assets::Assets;
use crate::diag::{Place, Problem, Report, Result};
use crate::model::{Sourced, Text};

/// A number of a TOML file, exact as written (up to the 15 digits a file may sensibly hold).
#[derive(Debug, Clone, Copy)]
pub struct Exact(pub Decimal);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Exact;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number")
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Exact, E> {
                Ok(Exact(Decimal::from(n)))
            }
            fn visit_f64<E: de::Error>(self, n: f64) -> Result<Exact, E> {
                exact(n).map(Exact).ok_or_else(|| E::custom("the number is too large"))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// The decimal a float was written as: its shortest form that reads back the same. `None` from a million million on.
pub fn exact(n: f64) -> Option<Decimal> {
    if n.abs() >= 1e12 {
        return None;
    }
    n.to_string().parse().ok()
}

/// A TOML file being read: its text and where a user finds it.
pub struct TomlFile<'a> {
    text: &'a str,
    shown: Arc<str>,
    /// The document that explains its fields.
    manual: &'static str,
}

impl<'a> TomlFile<'a> {
    /// Opens the file at a path of the assets.
    ///
    /// # Errors
    /// A file that is not there or not UTF-8.
    pub fn open(assets: &'a Assets, path: &str) -> Result<Self> {
        let text = assets.text(path)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Ok(Self { text, shown: assets.shown(path), manual: "data/README.md" })
    }

    /// The same file, whose fields another document explains.
    pub fn explained_in(self, manual: &'static str) -> Self {
        Self { manual, ..self }
    }

    /// Its text, without a byte order mark.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The place of the whole file.
    pub fn whole(&self) -> Place {
        Place::file(&self.shown)
    }

    /// The place of an entry: the bytes it has in the text.
    pub fn place(&self, span: &Range<usize>) -> Place {
        Place::at_range(&self.shown, self.text, span)
    }

    /// Reads the entries.
    ///
    /// # Errors
    /// A text that is no TOML, a field that is missing, unknown or of another type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        toml::from_str(self.text).map_err(|error| self.problem(error.message(), error.span()))
    }

    /// What a TOML reader says of the file, as a report of one problem.
    pub fn problem(&self, message: &str, span: Option<Range<usize>>) -> Report {
        let place = span.map_or_else(|| self.whole(), |span| self.place(&span));
        let mut lines = message.lines();
        let what = lines.next().unwrap_or("cannot be read");
        let problem = Problem::error("KB130", what).at(place);
        let problem = lines.fold(problem, |p, line| p.hint(line.trim()));
        // serde quotes the wrong name first, then the known ones.
        let mut names = what.split('`').skip(1).step_by(2);
        let problem = match names.next() {
            Some(wrong) => problem.did_you_mean(wrong, names),
            None => problem,
        };
        problem.hint(format!("{} explains the fields of this file", self.manual)).into()
    }

    /// A list of texts, with the place of the list and of each text.
    pub fn listed(&self, texts: &Spanned<Vec<Spanned<String>>>) -> Sourced<Vec<Text>> {
        let value = texts.get_ref().iter().map(|text| self.sourced(text)).collect();
        Sourced { value, place: self.place(&texts.span()) }
    }

    /// A text with its place.
    pub fn sourced(&self, text: &Spanned<String>) -> Text {
        Sourced { value: text.get_ref().clone(), place: self.place(&text.span()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct TestEntries {
        stand: Spanned<String>,
        parts: Spanned<Vec<Spanned<String>>>,
        wert: Spanned<f64>,
    }

    #[test]
    fn entries_know_where_they_begin_and_how_long_they_are() {
        let text = "stand = \"2017-06\" # x\nparts = [\"ä\", 'b']\nwert = -1.5\n";
        let assets = Assets::with_files([("t.toml".to_owned(), text.as_bytes().to_vec())]);
        let file = TomlFile::open(&assets, "t.toml").expect("the file");
        let entries: TestEntries = file.parse().expect("its entries");
        let marked = |place: Place| (place.line, place.column, place.length);
        assert_eq!(marked(file.sourced(&entries.stand).place), (1, 9, Some(9)));
        let parts = file.listed(&entries.parts);
        assert_eq!(marked(parts.place), (2, 9, Some(10)));
        assert_eq!(marked(parts.value[1].place.clone()), (2, 15, Some(3)));
        assert_eq!(marked(file.place(&entries.wert.span())), (3, 8, Some(4)));
    }

    #[test]
    fn what_a_reader_says_marks_the_wrong_word() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct StandOnly {
            #[serde(rename = "stand")]
            _stand: Option<String>,
        }
        let assets = Assets::with_files([("t.toml".to_owned(), b"stant = \"2017\"\n".to_vec())]);
        let report = TomlFile::open(&assets, "t.toml").and_then(|file| file.parse::<StandOnly>()).expect_err("unknown");
        let place = report.problems()[0].place.clone().expect("a place");
        assert_eq!((place.line, place.column, place.length), (1, 1, Some(5)));
    }
}
