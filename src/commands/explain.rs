//! `kreisblatt explain`: the origin of a number of a Kommune.

use crate::args::{self, TextFormat};
use crate::diag::Result;
use crate::explain::{Explainer, indicator_named, text};
use crate::run::{OpenEdition, Outcome, WorkerOptions};
use crate::select;

use super::with_edition::with_edition;

/// `kreisblatt explain`.
pub fn explain(args: &args::Explain) -> Outcome {
    with_edition(&args.project, |edition| {
        let output = explained(args, edition)?;
        Ok(Outcome::printed(output, edition.opening_warnings()))
    })
}

fn explained(args: &args::Explain, edition: &OpenEdition) -> Result<String> {
    let data = edition.data();
    let k = select::kommune(&args.kommune, data)?;
    let facts = edition.facts();
    let explainer = Explainer::new(&facts, edition.numbers(), k);
    let answers = match args.what.as_deref() {
        None => (0..data.indicators.len()).flat_map(|at| explainer.indicator(at).into_iter().take(1)).collect(),
        Some(what) => match indicator_named(what, data) {
            Some(at) => explainer.indicator(at),
            None => explainer.on_paper(what, &edition.composer(WorkerOptions::default().time_limit)?)?,
        },
    };
    let kommune = &data.kommunen[k];
    Ok(match args.format {
        TextFormat::Json => serde_json::to_string_pretty(&answers).expect("answers can be written") + "\n",
        TextFormat::Text => {
            let head = format!("{} ({}, {})\n", kommune.label.value, kommune.ags.value, kommune.land.value.name);
            answers.iter().fold(head, |said, answer| said + "\n" + &text(answer, args.all))
        }
    })
}
