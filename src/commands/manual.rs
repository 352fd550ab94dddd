//! `kreisblatt completions` and `kreisblatt man`.

use std::io::Write as _;

use clap::CommandFactory;
use clap_mangen::Man;

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
/// A manual page that cannot be written.
pub fn page() -> Result<Outcome> {
    let mut page = Vec::new();
    written(&mut page)
        .map_err(|error| Problem::error("KB806", format!("the manual page cannot be written: {error}")))?;
    Ok(Outcome::printed(String::from_utf8_lossy(&page).into_owned(), Report::new()))
}

/// Writes one page for all commands, because there are no other manual pages to refer to.
fn written(page: &mut Vec<u8>) -> std::io::Result<()> {
    let mut program = Cli::command();
    program.build();
    let manual = Man::new(program.clone());
    manual.render_title(page)?;
    manual.render_name_section(page)?;
    manual.render_synopsis_section(page)?;
    manual.render_description_section(page)?;
    manual.render_options_section(page)?;
    for command in program.get_subcommands().filter(|command| command.get_name() != "help" && !command.is_hide_set()) {
        let name = command.get_name().to_uppercase();
        let mut section = Vec::new();
        let manual = Man::new(command.clone());
        manual.render_synopsis_section(&mut section)?;
        manual.render_description_section(&mut section)?;
        manual.render_options_section(&mut section)?;
        // One section for each command; the sections that clap writes become subsections.
        let section = String::from_utf8_lossy(&section).replace("\n.SH ", "\n.SS ");
        let section = section.strip_prefix(".SH ").map_or(section.clone(), |rest| format!(".SS {rest}"));
        write!(page, ".SH \"{name}\"\n{section}")?;
    }
    manual.render_version_section(page)
}
