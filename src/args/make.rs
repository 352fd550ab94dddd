//! Options of the commands that make documents.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::documents;
use crate::model::{Profile, Shard};

use super::common::{ProjectArgs, Select, WorkerArgs};

/// Returns the help for `--only`, with the names of all documents.
fn only_help() -> String {
    let names: Vec<&str> = documents::build_names().collect();
    format!(
        "Make only these: {}, or documents of your own by their names (`kreisblatt fields` lists them); repeatable or \
         separated by commas",
        names.join(", ")
    )
}

/// Options of `build`.
#[derive(Debug, Clone, Args)]
pub struct Build {
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,

    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,

    /// Which documents.
    #[arg(long, value_delimiter = ',', value_name = "WHAT", help = only_help())]
    pub only: Vec<String>,

    /// Output folder; the edition is a folder in it.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub out: PathBuf,

    /// What the PDFs are for.
    #[arg(long, value_enum, default_value_t = Profile::Archive)]
    pub profile: Profile,

    /// Let the pages of the brochure reach 3 mm over the trimmed edge, for a print shop.
    #[arg(long)]
    pub bleed: bool,

    /// Add empty pages until the brochure's number of pages is a multiple of four.
    #[arg(long)]
    pub pad_pages: bool,

    /// Make everything again, also what stands there unchanged.
    #[arg(long)]
    pub force: bool,

    /// Leave out rows of the table that have errors, instead of stopping.
    #[arg(long)]
    pub keep_going: bool,

    /// Make only part I of N; `merge-manifests` joins the parts.
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,

    /// Also write what the documents are made of.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub emit: Option<Emit>,

    #[command(flatten)]
    /// The workers.
    pub workers: WorkerArgs,
}

/// Options of `watch`.
#[derive(Debug, Clone, Args)]
pub struct Watch {
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,

    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,

    /// The kind of document shown first [default: the fact sheet of the first Kommune selected].
    #[arg(long, value_name = "WHAT")]
    pub document: Option<String>,

    /// Port of the page at 127.0.0.1; 0 = any that is free.
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    pub port: u16,

    /// Show the page alone, and write no documents.
    #[arg(long)]
    pub no_build: bool,

    /// Look at the files from time to time instead of waiting to be told, as network drives need.
    #[arg(long)]
    pub poll: bool,

    /// Output folder; the edition is a folder in it.
    #[arg(long, default_value = "out", value_name = "DIR", conflicts_with = "no_build")]
    pub out: PathBuf,

    #[command(flatten)]
    /// The workers.
    pub workers: WorkerArgs,
}

/// Options of `bundle`.
#[derive(Debug, Args)]
pub struct Bundle {
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,

    #[command(flatten)]
    /// Which Kommunen. Named ones are annexes in the order named, others in that of the table.
    pub select: Select,

    /// File that says all this, for example sitzung.toml; options win over it.
    #[arg(long, value_name = "FILE")]
    pub meeting: Option<PathBuf>,

    /// Who meets, for example 'Kreistag des Landkreises Biberach'.
    #[arg(long, value_name = "BODY")]
    pub body: Option<String>,

    /// The day of the meeting: 2017-12-11, 11.12.2017 or '11. Dezember 2017'.
    #[arg(long, value_name = "DAY")]
    pub date: Option<String>,

    /// When it begins: 17:00.
    #[arg(long, value_name = "TIME")]
    pub time: Option<String>,

    /// Where it is held.
    #[arg(long, value_name = "PLACE")]
    pub place: Option<String>,

    /// Number of the agenda item (Tagesordnungspunkt): 5, 'Ö 7.1'.
    #[arg(long, value_name = "NUMBER")]
    pub top: Option<String>,

    /// What the item is about.
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,

    /// Address below which the files are published, for oparl.json.
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,

    /// Set a page of its own before each annex.
    #[arg(long)]
    pub separators: bool,

    /// Add a ranking of the selected Kommunen among themselves.
    #[arg(long)]
    pub ranking: bool,

    /// Add the table of their Länder.
    #[arg(long)]
    pub laender: bool,

    /// Also write each annex as a file of its own, and all of them as a ZIP.
    #[arg(long)]
    pub split: bool,

    /// Output folder; the edition is a folder in it, and the meeting one in that.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub out: PathBuf,

    /// What the PDFs are for.
    #[arg(long, value_enum, default_value_t = Profile::Archive)]
    pub profile: Profile,

    #[command(flatten)]
    /// The workers.
    pub workers: WorkerArgs,
}

/// What else to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// The Typst source of every document, with all it imports.
    Typ,
}

/// Options of `merge-manifests`.
#[derive(Debug, Args)]
pub struct MergeManifests {
    /// Output folder; the edition is a folder in it.
    #[arg(default_value = "out", value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,
}
