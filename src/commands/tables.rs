//! list, rank, states: tables on standard output.

use crate::args::{Format, List, Rank, States};
use crate::derive::derive;
use crate::diag::{Problem, Result};
use crate::export::{self, Table};
use crate::model::RankingEnd;
use crate::plan;

use super::{Kitchen, Outcome};

pub(super) fn written(table: &Table, format: Format) -> String {
    match format {
        Format::Table => table.plain(),
        Format::Csv => table.csv(),
        Format::Json => table.json(),
    }
}

/// `kreisblatt list`.
pub fn list(args: &List, kitchen: Kitchen<'_>) -> Result<Outcome> {
    let Kitchen { checked, warnings: report, .. } = kitchen;
    let scope = plan::select(&args.select, checked.data())?;
    let table = export::kommunen(&derive(&checked, &scope));
    Ok(Outcome { output: written(&table, args.format), report, summary: String::new() })
}

/// `kreisblatt rank`.
pub fn rank(args: &Rank, kitchen: Kitchen<'_>) -> Result<Outcome> {
    let Kitchen { checked, warnings: mut report, .. } = kitchen;
    let at = plan::indicator(&args.by, checked.data())?;
    let scope = plan::select(&args.select, checked.data())?;
    let facts = derive(&checked, &scope);
    let from = if args.lowest { RankingEnd::Lowest } else { RankingEnd::Highest };
    let top = args.top.map(|top| top as usize);
    let table = export::ranking(&facts, at, from, top);
    let cut = top.map_or(0, |top| export::sharing_last_rank(&facts, at, from, top));
    if cut > 0 {
        let others = if cut == 1 { "one more Kommune shares".to_owned() } else { format!("{cut} more Kommunen share") };
        report.push(
            Problem::warning("KB310", format!("{others} the last rank listed"))
                .hint("ties are listed by name; raise --top to see them"),
        );
    }
    Ok(Outcome { output: written(&table, args.format), report, summary: String::new() })
}

/// `kreisblatt states`.
pub fn states(args: &States, kitchen: Kitchen<'_>) -> Result<Outcome> {
    let Kitchen { checked, warnings: report, .. } = kitchen;
    let scope = plan::select(&args.select, checked.data())?;
    let table = export::laender(&derive(&checked, &scope), args.format != Format::Table);
    Ok(Outcome { output: written(&table, args.format), report, summary: String::new() })
}
