//! The origin of every file of program and project.

use serde_json::Value;

use crate::assets::{Assets, FileOrigin};
use crate::diag::Report;
use crate::export::DataTable;

/// The meaning of the origins in the table.
pub const ORIGINS: &str = "embedded: in the program alone; copy: the same in the project; own: in the project alone; changed: \
                           yours in place of ours; outdated: ours has moved on since that version; gone: the program no \
                           longer has it";

/// Returns all files, each with its origin; for outdated and removed program files also the program version of the
/// copy.
pub fn origins(assets: &Assets) -> DataTable {
    let lock = assets.lock_file(&mut Report::new());
    let mut table = DataTable::new(["path", "origin", "since"]);
    for path in assets.list("") {
        let (origin, since) = match assets.origin(path, &lock) {
            FileOrigin::Embedded => ("embedded", None),
            FileOrigin::Own => ("own", None),
            FileOrigin::Copy => ("copy", None),
            FileOrigin::Changed => ("changed", None),
            FileOrigin::Outdated(version) => ("outdated", Some(version)),
            FileOrigin::ChangedAndOutdated(version) => ("changed, outdated", Some(version)),
            FileOrigin::Removed(version) => ("gone", Some(version)),
        };
        table.push([Value::from(path), Value::from(origin), since.map_or(Value::Null, Value::from)]);
    }
    table
}
