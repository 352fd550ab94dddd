//! Where every file of program and project is from.

use serde_json::Value;

use crate::assets::{Assets, Origin};
use crate::diag::Report;
use crate::export::Table;

/// What the origins in the table mean.
pub const ORIGINS: &str = "embedded: in the program alone; copy: the same in the project; own: in the project alone; changed: \
                           yours in place of ours; outdated: ours has moved on since that version; gone: the program no \
                           longer has it";

/// All files, each with where it is from and, where the program's has moved on, since which version.
pub fn origins(assets: &Assets) -> Table {
    let ledger = assets.ledger(&mut Report::new());
    let mut table = Table::new(["path", "origin", "since"]);
    for path in assets.list("") {
        let (origin, since) = match assets.origin(path, &ledger) {
            Origin::Embedded => ("embedded", None),
            Origin::Own => ("own", None),
            Origin::Copy => ("copy", None),
            Origin::Changed => ("changed", None),
            Origin::Outdated(version) => ("outdated", Some(version)),
            Origin::Overtaken(version) => ("changed, outdated", Some(version)),
            Origin::Left(version) => ("gone", Some(version)),
        };
        table.push([Value::from(path), Value::from(origin), since.map_or(Value::Null, Value::from)]);
    }
    table
}
