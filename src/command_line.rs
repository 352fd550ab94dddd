//! The program: parse the command line, run the command, print the report, return the exit code.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, FromArgMatches, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::args::{Cli, Color};
use crate::commands;
use crate::diag::{Problem, Report, Severity, drawn};
use crate::plan::find_project;
use crate::run::Progress;

/// Runs the program `kreisblatt` with the arguments of this process. Returns its exit code: 0 when everything was made, 1 when
/// data or templates have errors, 2 when the command line is wrong.
pub fn run_command_line() -> ExitCode {
    let arguments = Cli::command().color(colour_of_help()).try_get_matches();
    let mut cli = match arguments.and_then(|arguments| Cli::from_arg_matches(&arguments)) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    find_project(&mut cli);
    let style = Style::of(cli.color);
    let bar = Bar { bar: ProgressBar::hidden(), style, quiet: cli.quiet, verbose: cli.verbose };
    let outcome = commands::run(&cli, &bar);
    let mut errors = if outcome.reported { String::new() } else { bar.messages(&outcome.report, &outcome.summary) };
    let mut stdout = std::io::stdout();
    let written = stdout.write_all(outcome.output.as_bytes()).and_then(|()| stdout.flush());
    // A reader that has seen enough (`| head`) is no failure of ours; a full disk is.
    let failed = written.err().filter(|error| error.kind() != std::io::ErrorKind::BrokenPipe);
    if let Some(error) = &failed {
        let problem = Problem::error("KB805", format!("the result cannot be written to standard output: {error}"));
        errors += &style.written(&problem);
        errors.push('\n');
    }
    // Where standard error is gone too, only the exit code can still tell.
    let _ = std::io::stderr().write_all(errors.as_bytes());
    ExitCode::from(if failed.is_some() { 1 } else { outcome.exit_code() })
}

/// When to use colour in the help and in errors of the command line, which come before its options are understood.
fn colour_of_help() -> ColorChoice {
    let arguments: Vec<String> = std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let said = arguments.iter().enumerate().find_map(|(at, argument)| match argument.strip_prefix("--color") {
        Some("") => arguments.get(at + 1).map(String::as_str),
        Some(rest) => rest.strip_prefix('='),
        None => None,
    });
    match said.and_then(|said| Color::from_str(said, false).ok()) {
        Some(Color::Always) => ColorChoice::Always,
        Some(Color::Never) => ColorChoice::Never,
        Some(Color::Auto) | None => ColorChoice::Auto,
    }
}

/// How problems are written.
#[derive(Debug, Clone, Copy)]
enum Style {
    /// One line each and one per hint: for logs and other programs.
    Lines,
    /// With the line they are about, for a terminal of a width in columns.
    Drawn {
        /// Columns.
        width: usize,
        /// Whether with colour.
        colour: bool,
    },
}

impl Style {
    /// On a terminal, or where colour is asked for, problems are drawn.
    fn of(wanted: Color) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let colour = match wanted {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        };
        if !terminal && !colour {
            return Self::Lines;
        }
        let width = terminal_size::terminal_size_of(std::io::stderr()).map_or(100, |(width, _)| width.0.into());
        Self::Drawn { width, colour }
    }

    fn written(self, problem: &Problem) -> String {
        match self {
            Self::Lines => problem.to_string(),
            // An empty line between two drawings.
            Self::Drawn { width, colour } => drawn(problem, width, colour) + "\n",
        }
    }
}

/// The progress bar; on a terminal only, indicatif sees to that.
struct Bar {
    bar: ProgressBar,
    style: Style,
    quiet: bool,
    verbose: bool,
}

impl Bar {
    /// What goes to standard error.
    fn messages(&self, report: &Report, summary: &str) -> String {
        let mut text = String::new();
        for problem in report.problems() {
            if !self.quiet || problem.severity == Severity::Error {
                text += &self.style.written(problem);
                text.push('\n');
            }
        }
        if !self.quiet && !summary.is_empty() {
            text += summary;
            text.push('\n');
        }
        text
    }
}

impl Progress for Bar {
    fn begin(&self, documents: usize) {
        if self.quiet {
            return;
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}").expect("a fixed template");
        self.bar.set_length(documents as u64);
        self.bar.set_style(style);
        self.bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
    }

    fn step(&self, path: &str) {
        if self.verbose {
            self.bar.suspend(|| {
                let _ = writeln!(std::io::stderr(), "{path}");
            });
        }
        self.bar.inc(1);
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn say(&self, line: &str) {
        let mut stdout = std::io::stdout();
        // Nobody listens to a closed output; the command goes on all the same.
        let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    }

    fn tell(&self, report: &Report, summary: &str) {
        let _ = std::io::stderr().write_all(self.messages(report, summary).as_bytes());
    }
}
