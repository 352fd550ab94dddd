//! The command line as data, parsed by clap. This module reads no files and makes no decisions. One file for each group
//! of commands: `make` (documents), `ask` (tables and answers), `project` (projects, import and export), `paper`
//! (finished PDFs); `common` contains the options of several commands.

mod ask;
mod common;
mod make;
mod paper;
mod project;

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub use ask::{Check, Compare, Explain, Fields, List, Rank, States, Verify};
pub use common::{PageFormat, ProjectArgs, ReportFormat, Select, TableFormat, TextFormat, WorkerArgs};
pub use make::{Build, Bundle, Emit, MergeManifests, Watch};
pub use paper::{FlipOption, Impose, Stamp, StampPosition, TentFormat, Tents};
pub use project::{Eject, Export, Import, New, NumberStyleArg};

/// Prints fact sheets, rankings, state tables and a brochure from one table of German Kommunen.
#[derive(Debug, Parser)]
#[command(name = "kreisblatt", version = env!("KREISBLATT_VERSION"), about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Print no messages but errors; results still go to standard output.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,

    /// Name every file as it is made (build, bundle, stamp).
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
    /// Returns the project option of the command, and its output folder option if it has one; `None` for a command that
    /// works without a project.
    pub fn project(&mut self) -> Option<(&mut Option<PathBuf>, Option<&mut PathBuf>)> {
        Some(match self {
            Self::Build(args) => (&mut args.project.with, Some(&mut args.out)),
            Self::Bundle(args) => (&mut args.project.with, Some(&mut args.out)),
            Self::Watch(args) => (&mut args.project.with, Some(&mut args.out)),
            Self::Tents(args) => (&mut args.project.with, Some(&mut args.out)),
            Self::Verify(args) => (&mut args.project.with, Some(&mut args.folder)),
            Self::MergeManifests(args) => (&mut args.project.with, Some(&mut args.folder)),
            Self::List(args) => (&mut args.project.with, None),
            Self::Rank(args) => (&mut args.project.with, None),
            Self::States(args) => (&mut args.project.with, None),
            Self::Compare(args) => (&mut args.with, None),
            Self::Import(args) => (&mut args.project.with, None),
            Self::Export(args) => (&mut args.project.with, None),
            Self::Check(args) => (&mut args.project.with, None),
            Self::Explain(args) => (&mut args.project.with, None),
            Self::Fields(args) => (&mut args.project.with, None),
            Self::Impose(args) => (&mut args.with, None),
            Self::Stamp(args) => (&mut args.with, None),
            Self::Eject(args) => (&mut args.with, None),
            Self::New(_) | Self::Completions { .. } | Self::Man | Self::Worker => return None,
        })
    }
}
