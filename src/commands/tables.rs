//! `list`, `rank`, `states`: tables on standard output.

use crate::args::{List, Rank, States, TableFormat};
use crate::diag::Problem;
use crate::export::{self, DataTable};
use crate::model::RankingEnd;
use crate::plan;
use crate::run::Outcome;

use super::with_edition::with_edition;

pub(super) fn written(table: &DataTable, format: TableFormat) -> String {
    match format {
        TableFormat::Table => table.plain(),
        TableFormat::Csv => table.csv(),
        TableFormat::Json => table.json(),
    }
}

/// `kreisblatt list`.
pub fn list(args: &List) -> Outcome {
    with_edition(&args.project, |edition| {
        let scope = plan::selected(&args.select, edition.data())?;
        let table = export::kommunen(&edition.facts_of(&scope));
        Ok(Outcome::printed(written(&table, args.format), edition.opening_warnings()))
    })
}

/// `kreisblatt rank`.
pub fn rank(args: &Rank) -> Outcome {
    with_edition(&args.project, |edition| {
        let mut report = edition.opening_warnings();
        let at = plan::indicator(&args.by, edition.data())?;
        let facts = edition.facts_of(&plan::selected(&args.select, edition.data())?);
        let from = if args.lowest { RankingEnd::Lowest } else { RankingEnd::Highest };
        let top = args.top.map(|top| top as usize);
        let table = export::ranking(&facts, at, from, top);
        let cut = top.map_or(0, |top| export::sharing_last_rank(&facts, at, from, top));
        if cut > 0 {
            let others =
                if cut == 1 { "one more Kommune shares".to_owned() } else { format!("{cut} more Kommunen share") };
            report.push(
                Problem::warning("KB310", format!("{others} the last rank listed"))
                    .hint("ties are listed by name; raise --top to see them"),
            );
        }
        Ok(Outcome::printed(written(&table, args.format), report))
    })
}

/// `kreisblatt states`.
pub fn states(args: &States) -> Outcome {
    with_edition(&args.project, |edition| {
        let scope = plan::selected(&args.select, edition.data())?;
        let table =
            export::laender(&edition.facts_of(&scope), matches!(args.format, TableFormat::Csv | TableFormat::Json));
        Ok(Outcome::printed(written(&table, args.format), edition.opening_warnings()))
    })
}
