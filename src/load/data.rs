//! All files of an edition -> [`Data`], and the edition before it where it names one.

use crate::assets::Assets;
use crate::diag::{Problem, Report, Result, Severity};
use crate::model::{Data, Former, Indicator};

use super::changes::changes;
use super::description::NamedIndicators;
use super::edition::edition;
use super::geo::boundaries;
use super::indicators::indicators;
use super::key_figures::key_figures;
use super::kommunen::kommunen;
use super::markdown::texts;
use super::practice::{practice, themes};
use super::printed;
use super::table::SourcedTable;

/// An edition as it was read, and the problems of its cells and texts.
#[derive(Debug)]
pub struct Loaded {
    /// The data; cells with problems hold `None`. A row whose kind or Land cannot be read gets one that its key
    /// suggests, so that all other rules still see it.
    pub data: Data,
    /// The problems of single cells and of texts.
    pub report: Report,
}

/// Reads an edition, and the one before it where it names one.
///
/// # Errors
/// An unknown edition, a missing or malformed file, a missing column.
pub fn load(assets: &Assets, edition_key: &str) -> Result<Loaded> {
    let loaded = alone(assets, edition_key, false)?;
    match loaded.data.edition.former.as_ref().map(|former| former.value.clone()) {
        Some(former) => beside(assets, loaded, &former),
        None => Ok(loaded),
    }
}

/// Reads an edition without the one before, whatever it names.
///
/// # Errors
/// As [`load`].
pub fn load_alone(assets: &Assets, edition_key: &str) -> Result<Loaded> {
    alone(assets, edition_key, false)
}

/// Reads an edition to be compared with another one, whatever it names itself.
///
/// # Errors
/// As [`load`], and another edition that is the same or newer.
pub fn load_beside(assets: &Assets, edition_key: &str, former_key: &str) -> Result<Loaded> {
    beside(assets, alone(assets, edition_key, false)?, former_key)
}

/// Adds the former edition with its errors. Its warnings are reported when that edition itself is checked.
fn beside(assets: &Assets, mut loaded: Loaded, former_key: &str) -> Result<Loaded> {
    let former = alone(assets, former_key, true)?;
    let (now, then) = (&loaded.data.edition, &former.data.edition);
    if former_key == now.key || then.stand.date > now.stand.date {
        let message = format!(
            "the edition `{former_key}` ({}) is not before `{}` ({})",
            then.stand.iso(),
            now.key,
            now.stand.iso()
        );
        let place = now.former.as_ref().map_or_else(|| now.origin.clone(), |former| former.place.clone());
        let problem = Problem::error("KB642", message).at(place);
        return Err(problem.hint("name the older edition first: an edition is compared with one before it").into());
    }
    loaded.report.extend(former.report.problems().iter().filter(|p| p.severity == Severity::Error).cloned().collect());
    let changes = changes(assets, &loaded.data, &former.data)?;
    loaded.data.former = Some(Box::new(Former { data: former.data, changes }));
    Ok(loaded)
}

/// Reads an edition without the one before it. A former edition needs only what is compared.
fn alone(assets: &Assets, edition_key: &str, is_former: bool) -> Result<Loaded> {
    let (edition, not_measured, warnings) = edition(assets, edition_key, is_former)?;
    let mut fatal = Report::new();
    let mut keep = |report: Report| fatal.extend(report);
    let table = SourcedTable::read(assets, &format!("data/{edition_key}/kommunen.csv")).map_err(&mut keep);
    let columns = table.as_ref().ok().filter(|_| is_former).map(|table| table.header.as_slice());
    let indicators = indicators(assets, &edition, &not_measured, columns).map_err(&mut keep);
    let practice = themes(assets, edition_key)
        .and_then(|themes| Ok((practice(assets, edition_key, &themes)?, themes)))
        .map_err(&mut keep);
    let named = NamedIndicators {
        measured: indicators.as_deref().unwrap_or_default(),
        not_measured: &not_measured,
        strict: !is_former && indicators.is_ok(),
    };
    let key_figures = key_figures(assets, edition_key, named).map_err(&mut keep);
    let list_names = printed::ListNames::read(assets, edition_key).map_err(&mut keep);
    let boundaries = boundaries(assets).map_err(&mut keep);
    let mut optional = |name: &str| {
        let path = format!("data/{edition_key}/{name}");
        if assets.contains(&path) { SourcedTable::read(assets, &path).map(Some).map_err(&mut keep) } else { Ok(None) }
    };
    let printed_totals = optional("laender_gedruckt.csv");
    let printed_lists = optional("ranglisten_gedruckt.csv");
    let (texts, mut report) = texts(assets, edition_key);
    report.extend(warnings);
    if let Ok(names) = &list_names {
        names.check(named, &mut report);
    }
    let (Ok(indicators), Ok(practice), Ok(key_figures), Ok(boundaries), Ok(table), Ok(totals), Ok(lists), Ok(names)) =
        (indicators, practice, key_figures, boundaries, table, printed_totals, printed_lists, list_names)
    else {
        fatal.extend(report);
        return Err(fatal);
    };
    let ((practice, themes), (key_figures, warnings)) = (practice, key_figures);
    report.extend(warnings);
    let kommunen = match kommunen(&table, &indicators, &mut report) {
        Ok(kommunen) => kommunen,
        Err(mut problems) => {
            problems.extend(report);
            return Err(problems);
        }
    };
    let printed_laender = totals.map_or_else(Vec::new, |table| printed::laender(&table, &indicators, &mut report));
    let printed_rankings =
        lists.map_or_else(Vec::new, |table| printed::rankings(&table, &indicators, &names, &mut report));
    let data = Data {
        edition,
        indicators,
        kommunen,
        printed_laender,
        printed_rankings,
        key_figures,
        themes,
        practice,
        boundaries,
        texts,
        former: None,
    };
    Ok(Loaded { data, report })
}

/// Reads the indicators an edition measures: those with a column in its table.
///
/// # Errors
/// An unknown edition, and entries of its settings or of the indicators that cannot be used.
pub fn measured(assets: &Assets, edition_key: &str) -> Result<Vec<Indicator>> {
    let (edition, not_measured, _) = edition(assets, edition_key, true)?;
    indicators(assets, &edition, &not_measured, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_edition_loads_whole() {
        let loaded = load(&Assets::embedded(), "2017").expect("the edition");
        assert_eq!(loaded.data.kommunen.len(), 104);
        assert_eq!(loaded.data.indicators.len(), 6);
        assert_eq!(loaded.data.practice.len(), 18);
        assert_eq!(loaded.data.key_figures.tasks.len(), 9);
        assert!(loaded.report.is_empty(), "{:?}", loaded.report);
        let biberach = loaded.data.kommunen.iter().find(|k| k.ags.value == "08426").expect("Biberach");
        assert_eq!(biberach.values[1].place.to_string(), "data/2017/kommunen.csv:10:104");
    }
}
