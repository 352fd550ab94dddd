//! Key figures of an edition (`eckwerte.toml`), and what their description (`key_figures.toml`) makes of them.

use rust_decimal::Decimal;

use super::kommune::Land;
use super::values::{Sourced, Text};

/// A number of `eckwerte.toml`.
#[derive(Debug, Clone)]
pub struct KeyFigure {
    /// Path in the file, for example `gedruckt.einwohner_mio`.
    pub path: String,
    /// The figure, exact as written, with as many decimals.
    pub value: Sourced<Decimal>,
    /// Unit as printed; empty for a plain count.
    pub unit: String,
    /// What it is called where it is compared with the rows; `None` = the words of its rule.
    pub short: Option<String>,
    /// How the rows make it; `None` for one they cannot make.
    pub rule: Option<RowsRule>,
}

/// How the rows of `kommunen.csv` make a key figure. Indicators are indices in `Data::indicators`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowsRule {
    /// The number of Kommunen.
    Kommunen,
    /// The number of Länder that have Kommunen.
    Laender {
        /// Länder that are not counted.
        without: Vec<&'static Land>,
    },
    /// The sum of an indicator.
    Sum {
        /// The indicator.
        of: usize,
        /// What the sum is divided by: 1,000,000 for a figure in millions.
        per: Decimal,
    },
    /// The sum of a rate in per cent times the number it is a rate of.
    Share {
        /// The indicator that is the rate.
        rate: usize,
        /// The indicator it is a rate of.
        of: usize,
        /// What the sum is divided by.
        per: Decimal,
    },
    /// The weighted mean of an indicator over all rows, by its own weight.
    Mean(usize),
}

/// A key figure that the brochure prints with its name.
#[derive(Debug, Clone)]
pub struct ListedFigure {
    /// Name as printed.
    pub label: String,
    /// Unit as printed; empty for a plain count.
    pub unit: String,
    /// The figure.
    pub value: Sourced<Decimal>,
}

/// Key figures of the edition's Kommunen beside those of others.
#[derive(Debug, Clone)]
pub struct FigureComparison {
    /// Heading.
    pub title: String,
    /// Who the others are, a sentence; `None` = the template's own words.
    pub intro: Option<String>,
    /// What stands below the bars; `None` = the template's own words.
    pub note: Option<String>,
    /// What the others are called: `gemeinsame Einrichtungen`.
    pub others: String,
    /// A figure of theirs, in the dative: `jener der gemeinsamen Einrichtungen`.
    pub of_others: String,
    /// Unit of all figures.
    pub unit: String,
    /// What is compared, in the order printed; empty when the edition has none of the figures.
    pub pairs: Vec<FigurePair>,
    /// A difference that the source gives in place of two figures; `None` = there is none, or it is zero.
    pub distance: Option<FigureDistance>,
}

/// One figure of both sides of a [`FigureComparison`].
#[derive(Debug, Clone)]
pub struct FigurePair {
    /// Name as printed.
    pub label: String,
    /// The figure where a sentence begins with it: `Die Arbeitslosenquote im SGB II`.
    pub subject: String,
    /// The figure where it follows another one in the sentence: `die im SGB III`.
    pub further: String,
    /// That of the edition's Kommunen.
    pub own: Sourced<Decimal>,
    /// That of the others.
    pub other: Sourced<Decimal>,
}

/// A difference of the edition's Kommunen to the others of a [`FigureComparison`], as the source gives it.
#[derive(Debug, Clone)]
pub struct FigureDistance {
    /// What differs, inside a sentence: `die SGB II-Quote`.
    pub subject: String,
    /// By how much the value of the edition's Kommunen is higher.
    pub value: Sourced<Decimal>,
}

/// A key figure over the years.
#[derive(Debug, Clone)]
pub struct FigureTrend {
    /// Heading.
    pub title: String,
    /// What stands below the bars; `None` = the template's own words.
    pub note: Option<String>,
    /// What is measured, for those who cannot see the bars: `Arbeitslose im SGB II im Jahresdurchschnitt`.
    pub measured: String,
    /// What changes, inside a sentence: `ihre Zahl`.
    pub subject: String,
    /// Unit as printed; empty for a plain count.
    pub unit: String,
    /// The figures by year, the earliest first; not empty.
    pub years: Vec<(i32, Sourced<Decimal>)>,
}

/// The key figures of an edition; all of it empty when it has no `eckwerte.toml`.
#[derive(Debug, Clone, Default)]
pub struct KeyFigures {
    /// All numbers, in file order.
    pub numbers: Vec<KeyFigure>,
    /// Those that are printed with their names, in the order printed.
    pub listed: Vec<ListedFigure>,
    /// Comparisons with others, in the order printed.
    pub comparisons: Vec<FigureComparison>,
    /// Figures over the years, in the order printed.
    pub trends: Vec<FigureTrend>,
    /// The tasks a Jobcenter can combine.
    pub tasks: Vec<Text>,
}
