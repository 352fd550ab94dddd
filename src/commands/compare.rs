//! `kreisblatt compare OLD NEW`: what changed for each Kommune and indicator, what cannot be compared and why; on
//! standard output, and on demand as the document `vergleich.pdf` is.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use rust_decimal::Decimal;

use crate::args::{self, Format, Profile};
use crate::assets::Assets;
use crate::check::check;
use crate::compose::{Composed, Composer, generate};
use crate::derive::since::{NoDifference, Predecessor, Since};
use crate::derive::{Facts, derive};
use crate::diag::{Place, Problem, Report, Result};
use crate::export;
use crate::german::{Numbers, plain};
use crate::load::load_beside;
use crate::model::{Data, Former};
use crate::plan::{self, Document, Kind};
use crate::typeset::{Cause, Finished, Job, Limits, Pool, Verdict, Work};
use crate::write;

use super::desk::Desk;
use super::manifest::Settings;
use super::press::explained;
use super::{Kitchen, Outcome, everyone, over_loaded};

/// How many rises and falls of an indicator the summary names.
const NAMED: usize = 3;

/// `kreisblatt compare`.
pub fn compare(args: &args::Compare) -> Outcome {
    let from = args::From { edition: Some(args.new.clone()), with: args.with.clone() };
    let loaded = |assets: &mut Assets, new: &str, _: &mut Report| {
        let old = plan::edition(Some(&args.old), &assets.editions())?;
        load_beside(assets, new, &old).and_then(check)
    };
    over_loaded(&from, loaded, |kitchen| compared(args, kitchen))
}

fn compared(args: &args::Compare, kitchen: Kitchen<'_>) -> Result<Outcome> {
    let Kitchen { assets, checked, warnings: mut report } = kitchen;
    let data = checked.data();
    let scope = plan::select(&args.select, data)?;
    let indicators: Vec<usize> = match args.by.as_slice() {
        [] => (0..data.indicators.len()).collect(),
        keys => keys.iter().map(|key| plan::indicator(key, data)).collect::<Result<_>>()?,
    };
    let facts = derive(&checked, &scope);
    report.extend(areas_unchecked(&facts).into_iter().collect());
    let output = match args.format {
        Format::Csv => export::changes(&facts, &indicators).csv(),
        Format::Json => export::changes(&facts, &indicators).json(),
        Format::Table => match (&facts.since, data.former.as_deref()) {
            (Some(since), Some(former)) if args.select.is_empty() && args.by.is_empty() => {
                summary(&facts, since, former)
            }
            (Some(since), _) => blocks(args, &facts, since, &indicators),
            _ => String::new(),
        },
    };
    let mut made = String::new();
    if let Some(file) = &args.pdf {
        if file.exists() && !args.force {
            let problem =
                Problem::error("KB646", "the file is there already").at(Place::file(&file.display().to_string()));
            return Err(problem.hint("name another one, or replace it with --force").into());
        }
        generate(assets, data);
        let of_all = derive(&checked, &everyone(&checked));
        let composer = Composer::new(assets)?.within(args.workers.time_limit);
        let numbers = Numbers::new(data.edition.numbers);
        let desk = Desk {
            composer: &composer,
            checked: &checked,
            of_all: &of_all,
            of_scope: &facts,
            numbers: &numbers,
            meeting: None,
        };
        let finished = sheet_of_paper(args, assets, &desk)?;
        write::file(file, &finished.pdf)?;
        let pages = if finished.pages == 1 { "1 page".to_owned() } else { format!("{} pages", finished.pages) };
        made = format!("{pages} made in {}", file.display());
    }
    Ok(Outcome { output, report, summary: made })
}

/// A warning about Kommunen of which one edition does not know the area; `None` when there are none.
fn areas_unchecked(facts: &Facts<'_>) -> Option<Problem> {
    let since = facts.since.as_ref()?;
    let unchecked: Vec<&str> = facts
        .scope
        .iter()
        .filter(|k| since.unchecked[**k])
        .map(|k| facts.data.kommunen[*k].ags.value.as_str())
        .collect();
    let (first, n) = (unchecked.first()?, unchecked.len());
    let who = if n == 1 { (*first).to_owned() } else { format!("{n} Kommunen, {first} the first,") };
    let what = format!("whether the area of {who} is the same is not checked: it is not known in both editions");
    Some(
        Problem::warning("KB647", what)
            .hint("import it, or say in changes.toml: [[area]] ags = \"AGS\", comparable = true"),
    )
}

/// The comparison as a document, set alone.
fn sheet_of_paper(args: &args::Compare, assets: &Assets, desk: &Desk<'_>) -> Result<Finished> {
    let data = desk.checked.data();
    let name = format!("vergleich-{}-{}.pdf", args.old, args.new);
    let document =
        Document { kind: Kind::Comparison, template: "comparison".to_owned(), path: name.clone(), record: name };
    let settings = Settings { profile: Profile::Archiv, bleed: false, padded: false, tightness: 0, selection: None };
    let composed = desk.composed(&document, &settings, 0)?;
    let limits = Limits { seconds: args.workers.time_limit, memory: args.workers.memory_limit << 20 };
    let pool = Pool::start(1, 1, data.edition.stand.date, assets, limits)?;
    let ident = format!("kreisblatt/{}/{}", data.edition.key, document.path);
    let one = One { ident, composed: &composed, settings: &settings, result: Mutex::new(None) };
    pool.run(&[0], &one)?;
    match one.result.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(Ok(finished)) => Ok(finished),
        Some(Err(Cause::NotSet(failure))) => {
            Err(explained(failure, &composed.origins, &document, assets, args.workers.memory_limit))
        }
        Some(Err(Cause::NotComposed(report))) => Err(report),
        None => Err(Problem::error("KB702", "the worker ended without an answer").into()),
    }
}

/// One document to set.
struct One<'a> {
    ident: String,
    composed: &'a Composed,
    settings: &'a Settings,
    result: Mutex<Option<Result<Finished, Cause>>>,
}

impl Work for One<'_> {
    fn wanted(&self) -> bool {
        true
    }

    fn job(&self, _: usize, _: usize) -> Result<Job> {
        let text = self.composed.text.clone();
        Ok(Job { ident: self.ident.clone(), standard: self.settings.standard(), text })
    }

    fn done(&self, _: usize, _: usize, result: Result<Finished, Cause>) -> Verdict {
        *self.result.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        Verdict::Settled
    }
}

/// What changed on the whole: Kommunen, what cannot be compared, and the greatest changes of each indicator.
fn summary(facts: &Facts<'_>, since: &Since, former: &Former) -> String {
    let (data, old) = (facts.data, &former.data);
    let edition = |data: &Data| format!("{} ({})", data.edition.key, data.edition.stand.iso());
    let mut text = format!(
        "{} -> {}: {} Kommunen before, {} now\n",
        edition(old),
        edition(data),
        old.kommunen.len(),
        data.kommunen.len()
    );
    for k in &facts.scope {
        let kommune = &data.kommunen[*k];
        let parts: Vec<&str> =
            since.before[*k].positions().iter().map(|at| old.kommunen[*at].ags.value.as_str()).collect();
        let what = match &since.before[*k] {
            Predecessor::New => "new".to_owned(),
            Predecessor::Renamed(..) => format!("renamed from {}", parts.join(" ")),
            Predecessor::Merged(..) => format!("merged from {}", parts.join(" ")),
            Predecessor::Same(_) => String::new(),
        };
        let why = since.changes[*k].first().and_then(|change| change.difference.err());
        let not = match why {
            Some(reason @ (NoDifference::Area | NoDifference::Part)) => format!("not comparable: {}", reason.key()),
            _ => String::new(),
        };
        let said: Vec<&str> = [what.as_str(), not.as_str()].into_iter().filter(|words| !words.is_empty()).collect();
        if !said.is_empty() {
            line(&mut text, &format!("{} {}: {}", kommune.ags.value, kommune.label.value, said.join(", ")));
        }
    }
    for k in &since.vanished {
        line(&mut text, &format!("{} {}: vanished", old.kommunen[*k].ags.value, old.kommunen[*k].label.value));
    }
    for (indicator, before) in data.indicators.iter().zip(&since.indicators) {
        let Some(reason) = before.reason else { continue };
        line(&mut text, &format!("{}: not comparable: {}", indicator.key, reason.key()));
        if let (NoDifference::Definition, Some(at)) = (reason, before.at) {
            for (edition, of) in [(&old.edition.key, &old.indicators[at]), (&data.edition.key, indicator)] {
                line(&mut text, &format!("  {edition}: {} [{}]", of.definition, of.unit));
            }
        }
    }
    for at in &since.dropped {
        line(&mut text, &format!("{}: not measured any more", old.indicators[*at].key));
    }
    for at in 0..data.indicators.len() {
        text += &of_indicator(facts, since, at);
    }
    text
}

fn line(text: &mut String, said: &str) {
    writeln!(text, "  {said}").expect("writing to a String cannot fail");
}

/// How many values of an indicator rose and fell, and which did most.
fn of_indicator(facts: &Facts<'_>, since: &Since, at: usize) -> String {
    let order = by_change(facts, since, at);
    if order.is_empty() {
        return String::new();
    }
    let difference = |k: &usize| since.changes[*k][at].difference.unwrap_or_default();
    let higher = order.iter().filter(|k| difference(k) > Decimal::ZERO).count();
    let lower = order.iter().filter(|k| difference(k) < Decimal::ZERO).count();
    let indicator = &facts.data.indicators[at];
    let mut text = format!(
        "\n{}: {} compared, {higher} higher, {lower} lower, {} the same",
        indicator.key,
        order.len(),
        order.len() - higher - lower
    );
    if let Some(Ok(all)) = facts.compared[at].change.as_ref().map(|change| change.difference) {
        text += &format!("; together {}", export::signed(&plain(all, indicator.decimals)));
    }
    text.push('\n');
    let rises = &order[..higher.min(NAMED)];
    let falls = &order[order.len() - lower.min(NAMED)..];
    let named = [rises, falls].concat();
    if named.is_empty() { text } else { text + &export::changes_in(facts, at, &named).plain() }
}

/// The Kommunen in scope that can be compared, the greatest rise first.
fn by_change(facts: &Facts<'_>, since: &Since, at: usize) -> Vec<usize> {
    let mut order: Vec<usize> =
        facts.scope.iter().copied().filter(|k| since.changes[*k][at].difference.is_ok()).collect();
    order.sort_by_key(|k| std::cmp::Reverse(since.changes[*k][at].difference.unwrap_or_default()));
    order
}

/// A block per indicator that was asked for, else one per selected Kommune.
fn blocks(args: &args::Compare, facts: &Facts<'_>, since: &Since, indicators: &[usize]) -> String {
    let data = facts.data;
    let mut blocks: Vec<String> = Vec::new();
    if args.by.is_empty() {
        for k in &facts.scope {
            let kommune = &data.kommunen[*k];
            let table = export::changes_of(facts, *k, indicators).plain();
            blocks.push(format!("{} {}\n{table}", kommune.ags.value, kommune.label.value));
        }
    } else {
        for at in indicators {
            // What cannot be compared comes last, by name.
            let mut order = by_change(facts, since, *at);
            order.extend(facts.scope.iter().filter(|k| since.changes[**k][*at].difference.is_err()));
            let table = export::changes_in(facts, *at, &order).plain();
            blocks.push(format!("{} ({})\n{table}", data.indicators[*at].key, data.indicators[*at].label));
        }
    }
    blocks.join("\n")
}
