//! Options of the commands that print answers on standard output.

use std::path::PathBuf;

use clap::Args;

use crate::documents;

use super::common::{PageFormat, ProjectArgs, ReportFormat, Select, TableFormat, TextFormat};

/// Returns the help for the document argument of `fields`, with the names of all documents.
fn document_help() -> String {
    let names: Vec<&str> = documents::described(&[]).iter().map(|document| document.name).collect();
    format!("{}, or a document of your own [default: lists them]", names.join(", "))
}

/// Options of `fields`.
#[derive(Debug, Args)]
pub struct Fields {
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,

    /// Which document.
    #[arg(value_name = "DOCUMENT", help = document_help())]
    pub document: Option<String>,

    /// The Kommune the examples are of first, in documents about one Kommune [default: the first of the table].
    #[arg(long, value_name = "KOMMUNE", requires = "document", conflicts_with = "helpers")]
    pub kommune: Option<String>,

    /// Only the helpers.
    #[arg(long, conflicts_with = "document")]
    pub helpers: bool,

    /// How to print them.
    #[arg(long, value_enum, default_value_t = PageFormat::Text)]
    pub format: PageFormat,
}

/// Options of `list`.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,
    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,
    /// Output format.
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// List the files of the project and of the program instead, each with where it is from.
    #[arg(long, conflicts_with_all = ["kommune", "state", "kind", "condition", "files", "edition"])]
    pub assets: bool,
}

/// Options of `rank`.
#[derive(Debug, Args)]
pub struct Rank {
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,
    #[command(flatten)]
    /// Which Kommunen; they are ranked among themselves.
    pub select: Select,
    /// Key of the indicator.
    #[arg(long, value_name = "KEY")]
    pub by: String,
    /// How many Kommunen to list [default: all].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub top: Option<u32>,
    /// Count from the lowest value.
    #[arg(long)]
    pub lowest: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

/// Options of `states`.
#[derive(Debug, Args)]
pub struct States {
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,
    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,
    /// Output format.
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// AGS, slug, label or name of the Kommune.
    #[arg(value_name = "KOMMUNE")]
    pub kommune: String,
    /// An indicator by key or name, or a number or text as its fact sheet prints it [default: all indicators].
    #[arg(value_name = "INDICATOR|TEXT")]
    pub what: Option<String>,
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,
    /// List all inputs of a formula in the text; JSON always has them all.
    #[arg(long, requires = "what")]
    pub all: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t = TextFormat::Text)]
    pub format: TextFormat,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Output folder, or the folder of an edition in it.
    #[arg(default_value = "out", value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,
    /// Output format.
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
}

/// Options of `compare`.
#[derive(Debug, Args)]
pub struct Compare {
    /// Edition before: a folder below data/.
    #[arg(value_name = "OLD")]
    pub old: String,
    /// Edition to compare with it; its changes.toml tells what lies between them.
    #[arg(value_name = "NEW")]
    pub new: String,
    #[command(flatten)]
    /// Which Kommunen of NEW.
    pub select: Select,
    /// Key of an indicator to compare; repeatable [default: all].
    #[arg(long, value_name = "KEY")]
    pub by: Vec<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = TableFormat::Table)]
    pub format: TableFormat,
    /// Also write the comparison as a PDF, with all indicators; a file that is there stays unless --force is given.
    #[arg(long, value_name = "FILE", conflicts_with = "by")]
    pub pdf: Option<PathBuf>,
    /// Replace FILE.
    #[arg(long, requires = "pdf")]
    pub force: bool,
    /// Project: a folder laid over the embedded files; whole files win [default: the one this folder is in].
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,
    /// Seconds the PDF may take.
    #[arg(long, default_value_t = 30, value_name = "SECONDS", requires = "pdf",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub time_limit: u64,
    /// Megabytes of memory the worker that sets it may use; 0 = no limit.
    #[arg(long, default_value_t = 4096, value_name = "MB", requires = "pdf")]
    pub memory_limit: u64,
    // One document needs one worker. The option was there before, and scripts may have it.
    /// Without effect.
    #[arg(long, short, value_name = "N", hide = true, requires = "pdf",
          value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,
    /// Output format.
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// Explain a rule by its ID, for example KB107, and check nothing; without an ID or with `list`, list all.
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "list",
          conflicts_with_all = ["format", "edition", "with"])]
    pub explain: Option<String>,
}
