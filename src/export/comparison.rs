//! What changed between two editions, as text for a terminal.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::derive::Facts;
use crate::derive::since::{NoDifference, Predecessor, Since};
use crate::german::plain;
use crate::model::{Data, Former};

use super::{changes_in, changes_of, signed};

/// How many rises and falls of an indicator the summary names.
const NAMED: usize = 3;

/// What changed on the whole: Kommunen, what cannot be compared, and the greatest changes of each indicator.
pub fn comparison_summary(facts: &Facts<'_>, since: &Since, former: &Former) -> String {
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
        text += &format!("; together {}", signed(&plain(all, indicator.decimals)));
    }
    text.push('\n');
    let rises = &order[..higher.min(NAMED)];
    let falls = &order[order.len() - lower.min(NAMED)..];
    let named = [rises, falls].concat();
    if named.is_empty() { text } else { text + &changes_in(facts, at, &named).plain() }
}

/// The Kommunen in scope that can be compared, the greatest rise first.
fn by_change(facts: &Facts<'_>, since: &Since, at: usize) -> Vec<usize> {
    let mut order: Vec<usize> =
        facts.scope.iter().copied().filter(|k| since.changes[*k][at].difference.is_ok()).collect();
    order.sort_by_key(|k| std::cmp::Reverse(since.changes[*k][at].difference.unwrap_or_default()));
    order
}

/// A block per indicator, or else one per Kommune in scope.
pub fn comparison_blocks(facts: &Facts<'_>, since: &Since, indicators: &[usize], by_indicator: bool) -> String {
    let data = facts.data;
    let mut blocks: Vec<String> = Vec::new();
    if !by_indicator {
        for k in &facts.scope {
            let kommune = &data.kommunen[*k];
            let table = changes_of(facts, *k, indicators).plain();
            blocks.push(format!("{} {}\n{table}", kommune.ags.value, kommune.label.value));
        }
    } else {
        for at in indicators {
            // What cannot be compared comes last, by name.
            let mut order = by_change(facts, since, *at);
            order.extend(facts.scope.iter().filter(|k| since.changes[**k][*at].difference.is_err()));
            let table = changes_in(facts, *at, &order).plain();
            blocks.push(format!("{} ({})\n{table}", data.indicators[*at].key, data.indicators[*at].label));
        }
    }
    blocks.join("\n")
}
