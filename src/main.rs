//! The program `kreisblatt`; all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    kreisblatt::run_command_line()
}
