//! The nouns: Kommune, Land, Indicator, Edition, and values that know where they were read.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

mod changes;
mod colour;
pub mod identity;
mod kommune;
mod meeting;
mod prose;
mod values;

pub use crate::diag::Place;
pub use changes::{Changes, Merger, Renaming, Verdict};
pub use colour::Colour;
pub use identity::IDENTITY;
pub use kommune::{Kind, Kommune, LAENDER, Land};
pub use meeting::{Annex, Meeting, MeetingFile};
pub use prose::{Block, Inline, LinkTarget, Prose};
pub use values::{Number, Sourced, Text, Year};

/// Whether a higher value is good, bad, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// A higher value is worse.
    HigherIsWorse,
    /// A higher value is better.
    HigherIsBetter,
    /// Neither.
    Neutral,
}

/// How the value of several Kommunen together is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aggregate {
    /// The sum of the values.
    Sum,
    /// The mean, weighted by another indicator (its index in [`Data::indicators`]).
    WeightedMean(usize),
    /// The sum of one indicator by the sum of another (their indices): numerator, denominator.
    Ratio(usize, usize),
    /// There is none.
    None,
}

/// The axis of an indicator's bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Axis {
    /// Value at the left end.
    pub min: Decimal,
    /// Value at the right end.
    pub max: Decimal,
    /// Distance of the ticks, more than zero.
    pub step: Decimal,
}

/// The gender of a noun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Genus {
    /// Der Anteil.
    Masculine,
    /// Die Quote.
    Feminine,
    /// Das Einkommen.
    Neuter,
}

/// The words the headline sentence of a fact sheet needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headline {
    /// Gender of the indicator's label.
    pub gender: Genus,
    /// Adjective of a high value: `hoch`.
    pub high: String,
    /// Adjective of a low value: `niedrig`.
    pub low: String,
}

/// What can be measured: one entry of `indicators.toml`.
#[derive(Debug, Clone)]
pub struct Indicator {
    /// The column in `kommunen.csv` and the key in every machine format.
    pub key: String,
    /// Full German name.
    pub label: String,
    /// Name for narrow columns.
    pub short: String,
    /// Unit as printed behind the number; empty = a plain count.
    pub unit: String,
    /// Decimal places printed.
    pub decimals: u32,
    /// What is measured, one German sentence.
    pub definition: String,
    /// Key of the source in `edition.toml`.
    pub source: String,
    /// Whether more is worse.
    pub polarity: Polarity,
    /// How several Kommunen are put together.
    pub aggregate: Aggregate,
    /// Lowest and highest value that can be; `None` = anything can.
    pub range: Option<(Decimal, Decimal)>,
    /// The indicator its values do not exceed in any sensible row (its index in [`Data::indicators`]);
    /// `None` = there is none.
    pub at_most: Option<usize>,
    /// Whether it stands among the key figures at the head of a fact sheet.
    pub key_figure: bool,
    /// The words of the headline sentence; `None` = the headline is not about it.
    pub headline: Option<Headline>,
    /// Axis of its bar; `None` = it has no bar.
    pub chart: Option<Axis>,
    /// Whether the brochure draws a map of it.
    pub map: bool,
    /// Heading of its ranking from the highest value.
    pub highest: String,
    /// Heading of its ranking from the lowest value.
    pub lowest: String,
    /// Other names under which sources deliver it.
    pub also: Vec<String>,
    /// The entry in `indicators.toml`.
    pub place: Place,
}

/// How numbers are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberStyle {
    /// `1.409,75`, as the Statistisches Bundesamt prints.
    Destatis,
    /// `1 409,75` with a narrow no-break space, as DIN 5008 has it.
    Din5008,
}

/// Where figures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What indicators refer to.
    pub key: String,
    /// For footers.
    pub short: String,
    /// In full.
    pub citation: String,
}

/// The reference date of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    /// The day; the first of the month when `day_known` is false.
    pub date: chrono::NaiveDate,
    /// Whether the edition names a day or only a month.
    pub day_known: bool,
}

impl Stand {
    /// As machines get it: `2017-06`, or `2017-06-30` when the day is known.
    pub fn iso(self) -> String {
        self.date.format(if self.day_known { "%Y-%m-%d" } else { "%Y-%m" }).to_string()
    }
}

/// Under what terms a publication may be used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// As readers know it.
    pub name: String,
    /// Its address, best one of DCAT-AP.de's list (<https://www.dcat-ap.de/def/licenses/>).
    pub uri: String,
}

/// Who answers questions about a publication.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// A person or an office.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// How an edition is published: `[publication]` of `edition.toml`. What is not known is told nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publication {
    /// Where the files of the output folder can be fetched, ending with `/`; `None` = it says nothing of addresses.
    pub base_url: Option<String>,
    /// Under what terms; `None` = the edition does not say.
    pub licence: Option<Licence>,
    /// The words by which users name the source, where the licence asks for it.
    pub attribution: Option<String>,
    /// The day it was published.
    pub issued: Option<chrono::NaiveDate>,
    /// Who answers questions.
    pub contact: Option<Contact>,
    /// Who delivers it to GovData (an address of DCAT-AP.de's list of contributors).
    pub contributor: Option<String>,
    /// Themes of the EU's list for data portals ([`THEMES`]); empty when none are named.
    pub themes: Vec<String>,
}

/// The themes of data portals in the EU (Publications Office, authority table "data-theme").
pub const THEMES: [&str; 14] = [
    "AGRI",
    "ECON",
    "EDUC",
    "ENER",
    "ENVI",
    "GOVE",
    "HEAL",
    "INTR",
    "JUST",
    "OP_DATPRO",
    "REGI",
    "SOCI",
    "TECH",
    "TRAN",
];

/// A publisher's logo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// The picture, by its path in the project, below `templates/`.
    pub file: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
}

/// What an edition says of itself: `edition.toml`, and what the project says in its place.
#[derive(Debug, Clone)]
pub struct Edition {
    /// Folder name below `data/` and `out/`, for example `2017`.
    pub key: String,
    /// The file it was read from.
    pub origin: Place,
    /// Title of the brochure.
    pub title: String,
    /// Subtitle of the brochure.
    pub subtitle: String,
    /// What its Kommunen are called together.
    pub group: String,
    /// Who publishes.
    pub publisher: Text,
    /// Where.
    pub place: Text,
    /// Reference date.
    pub stand: Stand,
    /// Revision state of the data, in words.
    pub revision: String,
    /// How numbers are grouped.
    pub numbers: NumberStyle,
    /// Sources, in the order printed.
    pub sources: Vec<Source>,
    /// The parts of the brochure, in the order printed: texts of the edition, or templates below
    /// `templates/brochure/`. Where both have the name, the text is the part.
    pub parts: Vec<Text>,
    /// What a build makes when nothing is named; `None` for the fact sheets, the brochure, the rankings and the state
    /// tables.
    pub documents: Option<Sourced<Vec<Text>>>,
    /// How it is published.
    pub publication: Publication,
    /// Key of the edition before, which values are compared with; `None` = with none.
    pub former: Option<Text>,
}

impl Edition {
    /// A source by its key; `None` when the edition has none of that key.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.key == key)
    }
}

/// A total as an earlier publication printed it: one row of `laender_gedruckt.csv`.
#[derive(Debug, Clone)]
pub struct PrintedLand {
    /// The Land.
    pub land: Sourced<&'static Land>,
    /// Number of Kommunen.
    pub kommunen: Number,
    /// Totals with the index of their indicator.
    pub values: Vec<(usize, Number)>,
}

/// The end of a list that counts as first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The highest value.
    Highest,
    /// The lowest value.
    Lowest,
}

/// A ranking as an earlier publication printed it: the rows of one list of `ranglisten_gedruckt.csv`.
#[derive(Debug, Clone)]
pub struct PrintedRanking {
    /// Name of the list in the file, for example `sgb2_quote_hoechste`.
    pub name: Text,
    /// The indicator ranked by (its index in [`Data::indicators`]).
    pub indicator: usize,
    /// Which end of the ranking it shows.
    pub end: End,
    /// Its rows, in file order.
    pub entries: Vec<PrintedRank>,
}

/// A row of a printed ranking.
#[derive(Debug, Clone)]
pub struct PrintedRank {
    /// The position as printed, from 1; `None` where the cell is no number.
    pub position: Sourced<Option<u32>>,
    /// The Kommune as printed: not always the label of its row.
    pub label: Text,
    /// The value as printed, with as many decimals; `None` where the cell is no number.
    pub value: Number,
}

/// A named national key figure from `eckwerte.toml`.
#[derive(Debug, Clone)]
pub struct KeyFigure {
    /// Path in the file, for example `gedruckt.einwohner_mio`.
    pub path: String,
    /// The figure, exact as written, with as many decimals.
    pub value: Sourced<Decimal>,
}

/// What `eckwerte.toml` holds; empty when the edition has no such file.
#[derive(Debug, Clone, Default)]
pub struct KeyFigures {
    /// All numbers, in file order.
    pub numbers: Vec<KeyFigure>,
    /// The tasks a Jobcenter can combine.
    pub tasks: Vec<Text>,
}

impl KeyFigures {
    /// The number at a path; `None` when the file does not name it.
    pub fn number(&self, path: &str) -> Option<&Sourced<Decimal>> {
        self.numbers.iter().find(|n| n.path == path).map(|n| &n.value)
    }
}

/// The themes of the practice examples, in the order printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Labour market.
    Arbeitsmarkt,
    /// Organisation.
    Organisation,
    /// Health.
    Gesundheit,
    /// Integration.
    Integration,
    /// Youth.
    Jugend,
    /// Digital administration.
    Digitalisierung,
}

impl Theme {
    /// All themes, in the order printed.
    pub const ALL: [Self; 6] = [
        Self::Arbeitsmarkt,
        Self::Organisation,
        Self::Gesundheit,
        Self::Integration,
        Self::Jugend,
        Self::Digitalisierung,
    ];

    /// The theme as a heading.
    pub fn german(self) -> &'static str {
        match self {
            Self::Arbeitsmarkt => "Arbeitsmarkt und Vermittlung",
            Self::Organisation => "Organisation und Steuerung",
            Self::Gesundheit => "Gesundheit",
            Self::Integration => "Integration von Geflüchteten",
            Self::Jugend => "Jugend und Ausbildung",
            Self::Digitalisierung => "Digitale Verwaltung",
        }
    }
}

/// A fact of a practice example.
#[derive(Debug, Clone)]
pub struct Fact {
    /// As printed, for example `−45,36 %`.
    pub text: Text,
    /// What it counts.
    pub what: String,
    /// Its value for a chart with the other facts of the example that have one; `None` = it is in no chart.
    pub bar: Option<Decimal>,
    /// What it changed from and to; `None` = it is one figure.
    pub change: Option<Change>,
}

/// A figure before and after: `5,0 → 3,4 %`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Before: as printed, and its value.
    pub before: (String, Decimal),
    /// After: as printed, and its value.
    pub after: (String, Decimal),
}

/// A practice example: one entry of `praxis.toml`.
#[derive(Debug, Clone)]
pub struct Practice {
    /// AGS of its Kommune.
    pub ags: Text,
    /// Theme; `None` for an interview.
    pub theme: Option<Theme>,
    /// Heading; for an interview the person.
    pub title: String,
    /// A sentence or two.
    pub summary: String,
    /// Its figures.
    pub facts: Vec<Fact>,
}

/// A closed line of points, x east and y north in metres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// Whether it bounds a hole.
    pub hole: bool,
    /// Its points; the last is the first again.
    pub points: Vec<[i64; 2]>,
}

/// A region: a Kreis or a Land.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// AGS of the Kreis, or key of the Land.
    pub key: String,
    /// Its outlines and holes.
    pub rings: Vec<Ring>,
}

/// Boundaries in ETRS89 / UTM zone 32N; both empty when the project has none.
#[derive(Debug, Clone, Default)]
pub struct Boundaries {
    /// The Kreise, by AGS.
    pub kreise: Vec<Shape>,
    /// The Länder, by key.
    pub laender: Vec<Shape>,
}

/// Everything an edition holds, typed, each value with its place.
#[derive(Debug, Clone)]
pub struct Data {
    /// The edition itself.
    pub edition: Edition,
    /// What is measured, in the order printed.
    pub indicators: Vec<Indicator>,
    /// The Kommunen, in file order.
    pub kommunen: Vec<Kommune>,
    /// Totals an earlier publication printed; empty when the edition has none.
    pub printed_laender: Vec<PrintedLand>,
    /// Rankings an earlier publication printed, in file order; empty when the edition has none.
    pub printed_rankings: Vec<PrintedRanking>,
    /// National key figures.
    pub key_figures: KeyFigures,
    /// Practice examples, in file order.
    pub practice: Vec<Practice>,
    /// Boundaries for maps.
    pub boundaries: Boundaries,
    /// The texts, in the order of their names; empty when the edition has none.
    pub texts: Vec<Prose>,
    /// The edition it is compared with; `None` = with none.
    pub former: Option<Box<Former>>,
}

/// The edition an edition is compared with, and what lies between them.
#[derive(Debug, Clone)]
pub struct Former {
    /// Its data; it is compared with no other.
    pub data: Data,
    /// What changed since, as far as a person has to say it.
    pub changes: Changes,
}

impl Data {
    /// Whether the brochure has that part of ours: it is listed, and no text of the edition stands in for it.
    pub fn has_part(&self, name: &str) -> bool {
        self.text(name).is_none() && self.edition.parts.iter().any(|part| part.value == name)
    }

    /// The position of an indicator by its key.
    pub fn indicator(&self, key: &str) -> Option<usize> {
        self.indicators.iter().position(|i| i.key == key)
    }

    /// A text by the name of its file, without `.md`; `None` when the edition has none of that name.
    pub fn text(&self, name: &str) -> Option<&Prose> {
        self.texts.iter().find(|text| text.name == name)
    }
}
