//! `kreisblatt completions` and `kreisblatt man`.

use clap::CommandFactory;

use crate::args::Cli;
use crate::diag::{Problem, Report, Result};
use crate::run::Outcome;

/// `kreisblatt completions`.
pub fn completions(shell: clap_complete::Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "kreisblatt", &mut script);
    Outcome::printed(String::from_utf8_lossy(&script).into_owned(), Report::new())
}

/// `kreisblatt man`.
///
/// # Errors
/// A page that cannot be written.
pub fn page() -> Result<Outcome> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut page)
        .map_err(|error| Problem::error("KB806", format!("the manual page cannot be written: {error}")))?;
    Ok(Outcome::printed(String::from_utf8_lossy(&page).into_owned(), Report::new()))
}
