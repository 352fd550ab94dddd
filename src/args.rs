//! The command line as data; touches no file and decides nothing.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Prints fact sheets, rankings, state tables and a brochure from one table of German Kommunen.
#[derive(Debug, Parser)]
#[command(name = "kreisblatt", version = env!("KREISBLATT_VERSION"), about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Print nothing but errors.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Name every file as it is made.
    #[arg(long, short, global = true)]
    pub verbose: bool,

    /// When to use colour on the terminal; NO_COLOR is respected.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the PDFs and tables of an edition.
    Build(Build),
    /// List Kommunen with their key figures.
    List(List),
    /// Rank Kommunen by an indicator.
    Rank(Rank),
    /// Print the summary of the Länder.
    States(States),
    /// Make a project: a folder with data, templates, fonts and kreisblatt.toml, yours to change.
    New(New),
    /// Copy files of the program into a project, to change them there.
    Eject(Eject),
    /// Check the data against itself and against what was printed before.
    Check(Check),
    /// Make the fact sheets for an agenda item: one PDF for the meeting, and each annex as a file.
    Bundle(Box<Bundle>),
    /// Join the manifests of a build that was split with --shard.
    MergeManifests(MergeManifests),
    /// Tell what a template may use: the fields of a document and the helpers that print them.
    Fields(Fields),
    /// Check finished PDFs against the data they were made from.
    Verify(Verify),
    /// Tell where a number comes from: its cell or its formula with the inputs.
    Explain(Explain),
    /// Compare two editions: what changed for each Kommune and indicator, and what cannot be compared.
    Compare(Compare),
    /// Put the pages of a finished PDF on sheets: a booklet to staple, or several pages beside each other.
    Impose(Impose),
    /// Stamp finished PDFs, ours or others', as annexes of an agenda item; nothing else in them changes.
    Stamp(Stamp),
    /// Make name tents or badges for a meeting of the heads of administration.
    Tents(Tents),
    /// Take a delivered table (XLSX, ODS, CSV) into an edition of the project.
    Import(Box<Import>),
    /// Write the edition as one table, for spreadsheet programs.
    Export(Export),
    /// Show a document on a page of this machine, and make everything again, whenever a file of the project changes.
    Watch(Box<Watch>),
    /// Print shell completions.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
    /// Set documents for a parent process.
    #[command(hide = true)]
    Worker,
}

impl Command {
    /// Where the command is told of a project, and of its output folder if it has one; `None` for a command
    /// that works in none.
    pub fn project(&mut self) -> Option<(&mut Option<PathBuf>, Option<&mut PathBuf>)> {
        Some(match self {
            Self::Build(args) => (&mut args.from.with, Some(&mut args.out)),
            Self::Bundle(args) => (&mut args.from.with, Some(&mut args.out)),
            Self::Watch(args) => (&mut args.from.with, Some(&mut args.out)),
            Self::Tents(args) => (&mut args.from.with, Some(&mut args.out)),
            Self::Verify(args) => (&mut args.from.with, Some(&mut args.folder)),
            Self::MergeManifests(args) => (&mut args.from.with, Some(&mut args.folder)),
            Self::List(args) => (&mut args.from.with, None),
            Self::Rank(args) => (&mut args.from.with, None),
            Self::States(args) => (&mut args.from.with, None),
            Self::Compare(args) => (&mut args.with, None),
            Self::Import(args) => (&mut args.from.with, None),
            Self::Export(args) => (&mut args.from.with, None),
            Self::Check(args) => (&mut args.from.with, None),
            Self::Explain(args) => (&mut args.from.with, None),
            Self::Fields(args) => (&mut args.from.with, None),
            Self::Impose(args) => (&mut args.with, None),
            Self::Stamp(args) => (&mut args.with, None),
            Self::Eject(args) => (&mut args.with, None),
            Self::New(_) | Self::Completions { .. } | Self::Man | Self::Worker => return None,
        })
    }
}

/// Where the data and templates come from.
#[derive(Debug, Clone, Args)]
pub struct From {
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

/// Options of `build`.
#[derive(Debug, Clone, Args)]
pub struct Build {
    #[command(flatten)]
    /// Data and templates.
    pub from: From,

    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,

    /// Make only these: steckbriefe, broschuere, ranglisten, laender, vergleich, or documents of your own by their
    /// names (`kreisblatt fields` lists them); repeatable or separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "WHAT")]
    pub only: Vec<String>,

    /// A document that is made besides those; for `watch`, which shows it.
    #[arg(skip)]
    pub also: Option<String>,

    /// Output folder; the edition is a folder in it.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub out: PathBuf,

    /// What the PDFs are for.
    #[arg(long, value_enum, default_value_t = Profile::Archiv)]
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
    pub workers: WorkerOptions,
}

/// Who sets the pages, and what they may use.
#[derive(Debug, Clone, Copy, Args)]
pub struct WorkerOptions {
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

/// Options of `watch`.
#[derive(Debug, Clone, Args)]
pub struct Watch {
    #[command(flatten)]
    /// Data and templates.
    pub from: From,

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
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub out: PathBuf,

    #[command(flatten)]
    /// The workers.
    pub workers: WorkerOptions,
}

/// Options of `fields`.
#[derive(Debug, Args)]
pub struct Fields {
    #[command(flatten)]
    /// Data and templates.
    pub from: From,

    /// steckbrief, broschuere, ranglisten, laender, vergleich, bundle, or a document of your own [default: lists them].
    #[arg(value_name = "DOCUMENT")]
    pub document: Option<String>,

    /// The Kommune the examples are of first [default: the first of the table].
    #[arg(long, value_name = "KOMMUNE")]
    pub kommune: Option<String>,

    /// Only the helpers.
    #[arg(long, conflicts_with = "document")]
    pub helpers: bool,

    /// How to print them.
    #[arg(long, value_enum, default_value_t = PageFormat::Text)]
    pub format: PageFormat,
}

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
    #[arg(long, conflicts_with_all = ["force", "keep"])]
    pub print: bool,

    /// Leave the project's file as it is, and note that it takes account of the program's.
    #[arg(long, conflicts_with = "force")]
    pub keep: bool,
}

/// Options of `bundle`.
#[derive(Debug, Args)]
pub struct Bundle {
    #[command(flatten)]
    /// Data and templates.
    pub from: From,

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
    #[arg(long, value_enum, default_value_t = Profile::Archiv)]
    pub profile: Profile,

    #[command(flatten)]
    /// The workers.
    pub workers: WorkerOptions,
}

/// One part of a build that is split: documents are dealt out in turn, so that parts are of equal length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// Which part, from 1.
    pub part: usize,
    /// How many parts there are.
    pub of: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((part, of)) if (1..=of).contains(&part) => Ok(Self { part, of }),
            _ => Err("write the part and how many there are, for example 1/4".to_owned()),
        }
    }
}

impl fmt::Display for Shard {
    /// As file names have it: `1-of-4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-of-{}", self.part, self.of)
    }
}

/// The documents of ours, as they are named on the command line.
pub const DOCUMENTS: [&str; 5] = ["steckbriefe", "broschuere", "ranglisten", "laender", "vergleich"];

/// What PDFs are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// PDF/A-2a and PDF/UA-1, for records and readers.
    Archiv,
    /// PDF/A-3a and PDF/UA-1, with the figures attached as CSV and JSON.
    Daten,
    /// The same, marked as a draft on every page.
    Entwurf,
}

/// What else to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// The Typst source of every document, with all it imports.
    Typ,
}

/// Formats of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
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

/// Options of `list`.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    /// Data and templates.
    pub from: From,
    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// List the files of the project and of the program instead, each with where it is from.
    #[arg(long, conflicts_with_all = ["kommune", "state", "kind", "condition", "files", "edition"])]
    pub assets: bool,
}

/// Options of `rank`.
#[derive(Debug, Args)]
pub struct Rank {
    #[command(flatten)]
    /// Data and templates.
    pub from: From,
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
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// Options of `states`.
#[derive(Debug, Args)]
pub struct States {
    #[command(flatten)]
    /// Data and templates.
    pub from: From,
    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,
    /// Output format.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
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
    pub from: From,
    /// List all inputs of a formula.
    #[arg(long)]
    pub all: bool,
    /// Output format.
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
}

/// Options of `merge-manifests`.
#[derive(Debug, Args)]
pub struct MergeManifests {
    /// Output folder; the edition is a folder in it.
    #[arg(default_value = "out", value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    /// Data and templates.
    pub from: From,
}

/// Options of `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Output folder, or the folder of an edition in it.
    #[arg(default_value = "out", value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    /// Data and templates.
    pub from: From,
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
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
    /// Also write the comparison as a PDF; a file that is there stays unless --force is given.
    #[arg(long, value_name = "FILE")]
    pub pdf: Option<PathBuf>,
    /// Replace FILE.
    #[arg(long, requires = "pdf")]
    pub force: bool,
    /// Project: a folder laid over the embedded files; whole files win [default: the one this folder is in].
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,
    #[command(flatten)]
    /// Who sets the PDF.
    pub workers: WorkerOptions,
}

/// Options of `impose`.
#[derive(Debug, Args)]
pub struct Impose {
    /// A finished PDF, ours or another; it is not changed.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// booklet: sheets folded into each other and stapled through the fold; 2-up, 4-up, 9-up, ...: so many pages on
    /// a sheet, made smaller to fit; 2x5: two columns and five rows.
    #[arg(long, default_value = "booklet", value_name = "LAYOUT")]
    pub layout: String,

    /// auto: the smallest format that takes a booklet at full size (A4 pages on A3, A5 on A4; on SRA3 and SRA4 where
    /// the file has bleed or --marks is given), or the format of the pages; a3, sra3, ...; or millimetres: 330x480.
    #[arg(long, default_value = "auto", value_name = "SHEET")]
    pub sheet: String,

    /// File to write [default: NAME-bogen.pdf in a folder bogen beside FILE].
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// Draw marks for cutting and folding and the slug line, on a sheet with room for them. Without it they are
    /// drawn where there is room, and room is made where the file has bleed.
    #[arg(long)]
    pub marks: bool,

    /// Draw no marks, and make no room for them.
    #[arg(long, conflicts_with = "marks")]
    pub no_marks: bool,

    /// How far the pages of the innermost sheet of a booklet move towards the fold, in millimetres; those of the
    /// sheets round it less, by equal steps, the outermost not at all.
    #[arg(long, value_name = "MM", value_parser = small_millimetres)]
    pub creep: Option<f64>,

    /// Keep the last page of a booklet on its back cover: blank pages go before it, not behind it.
    #[arg(long)]
    pub back_cover: bool,

    /// The edge round which your printer turns sheets [default: the one along the fold].
    #[arg(long, value_enum, value_name = "EDGE")]
    pub flip: Option<Edge>,

    /// Fill every sheet with one page (badges, cards).
    #[arg(long)]
    pub repeat: bool,

    /// Between pages that are cut apart, in millimetres [default: room for the bleed of both].
    #[arg(long, value_name = "MM", value_parser = small_millimetres)]
    pub gutter: Option<f64>,

    /// Replace a file that was not made by impose; FILE itself is never replaced.
    #[arg(long)]
    pub force: bool,

    /// Folder shaped like the project, laid over the embedded files: its fonts are used.
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,
}

/// Edges of a sheet of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Edge {
    /// The short edge.
    Short,
    /// The long edge.
    Long,
}

/// Options of `stamp`.
#[derive(Debug, Args)]
pub struct Stamp {
    /// PDFs to stamp. Encrypted, signed and damaged ones are refused and left as they are.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    // No place is written out: clap breaks the line at `n` in curly brackets.
    /// What the stamp says. In curly brackets stand `n` for the number of the file, `page` for that of the page, and
    /// `pages` for how many pages the file has; two brackets are a bracket.
    #[arg(long, value_name = "TEXT")]
    pub text: Wording,

    /// Number of the first file; the others count up from there.
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub start: u32,

    /// Pages to stamp: `first`, `all`, or numbers and ranges such as `1,3-5,8-`. Annexes are found by their first page.
    #[arg(long, default_value = "first", value_name = "PAGES")]
    pub pages: Pages,

    /// Where on the page, as it is shown.
    #[arg(long, value_enum, default_value_t = Position::TopRight)]
    pub position: Position,

    /// Distance from the left or right edge, in millimetres [default: 18, as the margin of the fact sheets].
    #[arg(long, default_value_t = 18.0, hide_default_value = true, value_name = "MM", value_parser = millimetres)]
    pub x: f64,

    /// Distance from the upper or lower edge, in millimetres [default: 5, above the text of the fact sheets].
    #[arg(long, default_value_t = 5.0, hide_default_value = true, value_name = "MM", value_parser = millimetres)]
    pub y: f64,

    /// Size of the type in points; it is set smaller where it does not fit, down to 6.
    #[arg(long, default_value_t = 11.0, value_name = "PT", value_parser = type_size)]
    pub size: f64,

    /// Folder for the stamped files, under their own names [default: beside each, as NAME-gestempelt.pdf].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,

    /// Replace files that are there already; the files to be stamped are never replaced.
    #[arg(long)]
    pub force: bool,

    /// Folder shaped like the project, laid over the embedded files: its fonts are used.
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,
}

/// Options of `tents`.
#[derive(Debug, Args)]
pub struct Tents {
    #[command(flatten)]
    /// Data and templates.
    pub from: From,

    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,

    /// What to make.
    #[arg(long, value_enum, default_value_t = TentFormat::Tent)]
    pub format: TentFormat,

    /// Table of guests with the columns title, name and kommune (CSV, UTF-8); they follow after the others.
    #[arg(long, value_name = "FILE")]
    pub names: Option<PathBuf>,

    /// Output folder; the file is tagung/tischaufsteller.pdf or tagung/namensschilder.pdf below the edition's.
    #[arg(long, default_value = "out", value_name = "DIR")]
    pub out: PathBuf,
}

/// What bears a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TentFormat {
    /// A4, folded once across: the name on both sides.
    Tent,
    /// 90 x 55 mm, ten on an A4 sheet with marks for cutting.
    Badge,
}

/// Where a stamp stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Position {
    /// In the upper left corner.
    TopLeft,
    /// In the middle of the upper edge.
    TopCenter,
    /// In the upper right corner.
    TopRight,
    /// In the lower left corner.
    BottomLeft,
    /// In the middle of the lower edge.
    BottomCenter,
    /// In the lower right corner.
    BottomRight,
}

fn millimetres(text: &str) -> Result<f64, String> {
    within(text, 0.0, 500.0, "millimetres")
}

/// Within what paper has room for between pages.
fn small_millimetres(text: &str) -> Result<f64, String> {
    within(text, 0.0, 50.0, "millimetres")
}

fn type_size(text: &str) -> Result<f64, String> {
    within(text, 6.0, 72.0, "points")
}

fn within(text: &str, least: f64, most: f64, unit: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("give {unit} from {least} to {most}, with a point"))
}

/// A text with places for numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Number,
    Page,
    Pages,
}

impl Wording {
    /// The text with its numbers: of the file, of the page, and how many pages there are.
    pub fn with(&self, number: u32, page: usize, pages: usize) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Number => number.to_string(),
            Part::Page => page.to_string(),
            Part::Pages => pages.to_string(),
        };
        self.0.iter().map(part).collect()
    }
}

impl FromStr for Wording {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("a stamp says something".to_owned());
        }
        let (mut parts, mut rest, mut plain) = (Vec::new(), text, String::new());
        while let Some(at) = rest.find(['{', '}']) {
            plain += &rest[..at];
            let bracket = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(bracket) {
                (plain, rest) = (plain + bracket, after);
                continue;
            }
            let name = rest.split_once('}').filter(|_| bracket == "{");
            let part = match name {
                Some(("n", _)) => Part::Number,
                Some(("page", _)) => Part::Page,
                Some(("pages", _)) => Part::Pages,
                _ => return Err("places are {n}, {page} and {pages}; write {{ and }} for brackets".to_owned()),
            };
            parts.extend([Part::Text(std::mem::take(&mut plain)), part]);
            rest = name.map_or(rest, |(_, after)| after);
        }
        parts.push(Part::Text(plain + rest));
        Ok(Self(parts))
    }
}

/// Some pages of a document, as ranges from 1; the end of a range that has none is `usize::MAX`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages(Vec<(usize, usize)>);

impl Pages {
    /// Whether a page is among them.
    pub fn hold(&self, page: usize) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&page))
    }
}

impl FromStr for Pages {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fault = || "give `first`, `all`, or numbers and ranges such as `1,3-5,8-`".to_owned();
        let number = |text: &str| text.parse().ok().filter(|page| *page > 0).ok_or_else(fault);
        let range = |text: &str| match text.split_once('-') {
            None => number(text).map(|page| (page, page)),
            Some((first, "")) => number(first).map(|first| (first, usize::MAX)),
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                if first <= last { Ok((first, last)) } else { Err(fault()) }
            }
        };
        match text.trim() {
            "first" => Ok(Self(vec![(1, 1)])),
            "all" => Ok(Self(vec![(1, usize::MAX)])),
            text => text.split(',').map(|part| range(part.trim())).collect::<Result<_, _>>().map(Self),
        }
    }
}

/// Options of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The delivered table: .xlsx, .ods or .csv; it is not changed.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    #[command(flatten)]
    /// The project; the edition may be a new one.
    pub from: From,

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
    #[arg(long, value_name = "TEXT")]
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
    pub numbers: Option<Written>,

    /// Tell what would be done, and write nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// Change cells of an edition that is there already.
    #[arg(long)]
    pub force: bool,

    /// Output format.
    #[arg(long, value_enum, default_value_t = Told::Text)]
    pub format: Told,
}

/// How numbers are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Written {
    /// 1.409 is 1409.
    German,
    /// 1.409 is a little more than one.
    Plain,
}

/// Formats of a report on what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Told {
    /// For people.
    Text,
    /// JSON.
    Json,
}

/// Options of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// File to write: .xlsx or .csv.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    #[command(flatten)]
    /// Data and templates.
    pub from: From,

    #[command(flatten)]
    /// Which Kommunen.
    pub select: Select,

    /// Replace a file that is there already.
    #[arg(long)]
    pub force: bool,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    /// Data and templates.
    pub from: From,
    /// Output format.
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// Explain a rule by its ID, for example KB107, and check nothing; without an ID or with `list`, list all.
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "list",
          conflicts_with_all = ["format", "edition", "with"])]
    pub explain: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wording_has_places() {
        let wording: Wording = "Anlage {n} zu TOP 5, {{S. {page}/{pages}}}".parse().expect("a wording");
        assert_eq!(wording.with(3, 1, 12), "Anlage 3 zu TOP 5, {S. 1/12}");
        for wrong in ["", "  ", "{x}", "{n", "n}", "}", "{"] {
            assert!(wrong.parse::<Wording>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn pages_are_numbers_and_ranges() {
        let held = |text: &str| {
            let pages: Pages = text.parse().expect("pages");
            (1..=9).filter(|page| pages.hold(*page)).collect::<Vec<_>>()
        };
        assert_eq!(held("first"), [1]);
        assert_eq!(held("all").len(), 9);
        assert_eq!(held("1, 3-5,8-"), [1, 3, 4, 5, 8, 9]);
        for wrong in ["", "0", "3-1", "-3", "a", "1,,2", "1-2-3"] {
            assert!(wrong.parse::<Pages>().is_err(), "{wrong}");
        }
    }
}
