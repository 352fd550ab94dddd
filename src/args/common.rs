//! Options that several commands take, and the formats they print.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::model::Profile;

/// Where the data and templates come from.
#[derive(Debug, Clone, Args)]
pub struct ProjectArgs {
    /// Edition to use: a folder below data/ [default: that of kreisblatt.toml, else the newest].
    #[arg(long, value_name = "EDITION")]
    pub edition: Option<String>,

    /// Project: a folder laid over the embedded files; whole files win [default: the one this folder is in].
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,
}

/// Which Kommunen. Options of one kind add up, options of different kinds narrow down.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Selecting Kommunen (nothing selected = all)")]
pub struct Select {
    /// AGS, slug, label or name; repeatable. Case is ignored and `ue` stands for `ü`.
    #[arg(long, value_name = "KOMMUNE")]
    pub kommune: Vec<String>,

    /// Land; repeatable.
    #[arg(long, value_name = "LAND")]
    pub state: Vec<String>,

    /// landkreis or kreisfreie_stadt; repeatable.
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Vec<String>,

    /// Condition on columns, for example 'sgb2_quote > 10 and state = "Hessen"'.
    #[arg(long = "where", value_name = "CONDITION")]
    pub condition: Option<String>,

    /// File with one selector a line: a Kommune, or an option of these with its value; `-` is standard input.
    #[arg(long = "from", value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

impl Select {
    /// Whether nothing is selected, which means all.
    pub fn is_empty(&self) -> bool {
        self.kommune.is_empty()
            && self.state.is_empty()
            && self.kind.is_empty()
            && self.condition.is_none()
            && self.files.is_empty()
    }
}

/// Who sets the pages, and what they may use.
#[derive(Debug, Clone, Copy, Args)]
pub struct WorkerArgs {
    /// Worker processes [default: one per core].
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,

    /// Seconds a document may take.
    #[arg(long, default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub time_limit: u64,

    /// Megabytes of memory a worker may use; 0 = no limit.
    #[arg(long, default_value_t = 4096, value_name = "MB")]
    pub memory_limit: u64,
}

impl ValueEnum for Profile {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(match self {
            Self::Archive => "PDF/A-2a and PDF/UA-1, for records and readers",
            Self::Data => "PDF/A-3a and PDF/UA-1, with the figures attached as CSV and JSON",
            Self::Draft => "The same as archiv, marked as a draft on every page",
        }))
    }
}

/// Formats of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// Aligned columns.
    Table,
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
}

/// Formats of a page to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageFormat {
    /// For people.
    Text,
    /// Markdown.
    Markdown,
    /// JSON.
    Json,
}

/// Formats of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    Text,
    /// JSON.
    Json,
    /// SARIF 2.1.0, for code hosts and editors.
    Sarif,
}

/// Formats of what is told to people or to programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    /// For people.
    Text,
    /// JSON.
    Json,
}
