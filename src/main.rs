//! The front door: parse, run, print the report, exit code.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};

use kreisblatt::args::{Cli, Color, Command, ReportFormat};
use kreisblatt::commands::{self, Progress};
use kreisblatt::diag::{Problem, Severity};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let bar = Bar { bar: ProgressBar::hidden(), quiet: cli.quiet, verbose: cli.verbose };
    let outcome = commands::run(&cli, &bar);
    let colour = colour(cli.color);
    let in_output = matches!(&cli.command, Command::Check(check) if check.format == ReportFormat::Json);
    let mut errors = String::new();
    for problem in outcome.report.problems() {
        if !in_output && (!cli.quiet || problem.severity == Severity::Error) {
            errors += &painted(problem, colour);
            errors.push('\n');
        }
    }
    if !cli.quiet && !outcome.summary.is_empty() && !in_output {
        errors += &outcome.summary;
        errors.push('\n');
    }
    let mut stdout = std::io::stdout();
    let written = stdout.write_all(outcome.output.as_bytes()).and_then(|()| stdout.flush());
    // A reader that has seen enough (`| head`) is no failure of ours; a full disk is.
    let failed = written.err().filter(|error| error.kind() != std::io::ErrorKind::BrokenPipe);
    if let Some(error) = &failed {
        let problem = Problem::error("KB805", format!("the result cannot be written to standard output: {error}"));
        errors += &painted(&problem, colour);
        errors.push('\n');
    }
    // Where standard error is gone too, only the exit code can still tell.
    let _ = std::io::stderr().write_all(errors.as_bytes());
    ExitCode::from(if failed.is_some() { 1 } else { outcome.exit_code() })
}

fn colour(wanted: Color) -> bool {
    match wanted {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()) && std::io::stderr().is_terminal(),
    }
}

fn painted(problem: &Problem, colour: bool) -> String {
    let text = problem.to_string();
    if !colour {
        return text;
    }
    let code = match problem.severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
    };
    let (head, rest) = text.split_once(": ").unwrap_or((&text, ""));
    format!("\u{1b}[{code}m{head}\u{1b}[0m: {rest}").replace("\n  hint: ", "\n  \u{1b}[1;36mhint\u{1b}[0m: ")
}

/// The progress bar; on a terminal only, indicatif sees to that.
struct Bar {
    bar: ProgressBar,
    quiet: bool,
    verbose: bool,
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
}
