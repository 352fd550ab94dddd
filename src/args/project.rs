//! Options of the commands that make and change projects, and import and export their tables.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::{ProjectArgs, Select, TextFormat};

/// Options of `new`.
#[derive(Debug, Args)]
pub struct New {
    /// Folder of the project; it is made, and must be empty if it is there.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,

    /// Edition to begin with [default: the newest].
    #[arg(long, value_name = "EDITION")]
    pub from: Option<String>,

    /// Project whose files are taken, instead of the program's.
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,

    /// Who publishes.
    #[arg(long, value_name = "NAME")]
    pub publisher: Option<String>,

    /// Where.
    #[arg(long, value_name = "PLACE")]
    pub place: Option<String>,

    /// Accent colour, for example '#1f4e79'.
    #[arg(long, value_name = "COLOUR")]
    pub accent: Option<String>,

    /// Picture of the publisher's logo (SVG, PNG, JPEG); it is copied into the project.
    #[arg(long, value_name = "FILE", requires = "logo_alt")]
    pub logo: Option<PathBuf>,

    /// What the logo shows, for readers who do not see it.
    #[arg(long, value_name = "TEXT", requires = "logo")]
    pub logo_alt: Option<String>,
}

/// Options of `eject`.
#[derive(Debug, Args)]
pub struct Eject {
    /// Files or folders of the program, for example templates/look.typ; `list --assets` has them all.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<String>,

    /// Project to copy them into [default: the one this folder is in].
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,

    /// Replace files that differ.
    #[arg(long)]
    pub force: bool,

    /// Print the file of the program instead of copying it.
    #[arg(long, conflicts_with_all = ["force", "keep", "with"])]
    pub print: bool,

    /// Leave the project's file as it is, and note that it takes account of the program's.
    #[arg(long, conflicts_with = "force")]
    pub keep: bool,
}

/// Options of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The delivered table: .xlsx, .ods or .csv; it is not changed.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    #[command(flatten)]
    /// The project; the edition may be a new one.
    pub project: ProjectArgs,

    /// Reference date of a new edition: 2018-12 or 2018-12-31.
    #[arg(long, value_name = "DATE")]
    pub stand: Option<String>,

    /// Edition whose rows and names a new one begins with, or `none` [default: the newest].
    #[arg(long, value_name = "EDITION")]
    pub base: Option<String>,

    /// Take Kommunen the file lacks into a new edition, with unknown values.
    #[arg(long)]
    pub keep_missing: bool,

    /// Who delivered the file, as a new edition cites it [default: the name of the file].
    #[arg(long, value_name = "TEXT", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub source: Option<String>,

    /// Sheet of the workbook [default: the one with a table of Kommunen].
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,

    /// First line of the header, from 1 [default: the one that names a column AGS].
    #[arg(long, value_name = "LINE", value_parser = clap::value_parser!(u32).range(1..))]
    pub header: Option<u32>,

    /// Mapping to begin with [default: mapping.toml of the edition, or else of the one it begins with].
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,

    /// How numbers like 1.409 are meant where nothing else in their column tells.
    #[arg(long, value_enum, value_name = "STYLE")]
    pub numbers: Option<NumberStyleArg>,

    /// Tell what would be done, and write nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// Change cells of an edition that is there already.
    #[arg(long, conflicts_with = "dry_run")]
    pub force: bool,

    /// Output format.
    #[arg(long, value_enum, default_value_t = TextFormat::Text)]
    pub format: TextFormat,
}

/// How numbers are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NumberStyleArg {
    /// 1.409 is 1409.
    German,
    /// 1.409 is a little more than one.
    Plain,
}

/// Options of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// File to write: .xlsx or .csv.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    #[command(flatten)]
    /// Data and templates.
    pub project: ProjectArgs,

    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,

    /// Replace a file that is there already.
    #[arg(long)]
    pub force: bool,
}
