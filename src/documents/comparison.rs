//! The changes since the former edition: the document `vergleich.pdf`, and the changes in other documents. The file is
//! long because it contains all views of changes, and the rows of the table beside the PDF.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::compose::view::view;
use crate::compose::view::{
    DocumentView, IndicatorView, Shaped, Shared, aggregate, anchor, cell, document, indicator_view, known,
};
use crate::compose::{FigureHandle, FigureTable};
use crate::derive::since::{GroupChange, IndicatorBefore, NoDifference, Predecessor, Since, ValueChange};
use crate::derive::{Facts, Summary};
use crate::diag::{Problem, Result};
use crate::export;
use crate::german;
use crate::model::{Data, Former, Indicator, Kommune, Text};
use crate::trace::Origin;

use super::kind::{About, Kind, MadeBy, TableFile, value};

/// The comparison with the former edition.
pub static KIND: Kind = Kind {
    name: "vergleich",
    singular: "vergleich",
    template: "comparison",
    about: About::Edition,
    made_by: MadeBy::Build,
    one_page: false,
    title: "Vergleich",
    description: "Was sich gegenüber der früheren Ausgabe verändert hat",
    summary: "the comparison with the former edition",
    exists: has_former,
    shape: ComparisonView::shape,
    view: |context, figures| {
        has_former(context.of_scope.data)?;
        let view = comparison(&context.shared, figures).expect("the data has a former edition");
        value(&view)
    },
    table: |context| export::all_changes(context.of_scope),
    table_title: "Alle Veränderungen gegenüber der früheren Ausgabe",
    table_file: Some(TableFile {
        title: "Vergleich als Tabelle",
        description: "Die Veränderungen gegenüber der früheren Ausgabe, zum Weiterrechnen",
    }),
};

/// Fails when the edition has no former edition.
fn has_former(data: &Data) -> Result<()> {
    if data.former.is_some() {
        return Ok(());
    }
    let what = format!("the edition {} names no former edition to be compared with", data.edition.key);
    Err(Problem::error("KB640", what)
        .at(data.edition.origin.clone())
        .hint("add `former = \"...\"` to its edition.toml, or compare any two with `kreisblatt compare OLD NEW`")
        .into())
}

/// The greatest number of Kommunen in a list of changes.
const TOP: usize = 10;

view! {
    /// What the template `comparison` sees.
    pub struct ComparisonView {
        /// The document.
        pub document: DocumentView,
        /// The edition compared with.
        pub since: SinceView,
        /// How many Kommunen the former edition has.
        pub former_total: FigureHandle,
        /// How many are the same with the same area, also under another AGS.
        pub same: FigureHandle,
        /// Kommunen that came, went, merged, or are others than they were; empty when there are none.
        pub events: Vec<EventView>,
        /// Indicators of which nothing is compared; empty when all are.
        pub incomparable: Vec<IncomparableView>,
        /// Indicators the former edition alone measures, separated by commas; empty when there are none.
        pub dropped: String,
        /// One row per indicator.
        pub overview: Vec<ChangeOverviewRow>,
        /// The greatest changes of each indicator that has any.
        pub pairs: Vec<ChangePairView>,
        /// The indicators: columns of the full table.
        pub indicators: Vec<IndicatorView>,
        /// How many indicators, for geometry.
        pub width: FigureHandle,
        /// The full table of differences, in German order.
        pub changes: Vec<ChangesRowView>,
    }
}

view! {
    /// The former edition, as other documents name it.
    pub struct SinceView {
        /// Its reference date as printed.
        pub stand: String,
        /// Its key.
        pub edition: String,
        /// Citations of its sources that are not those of the edition.
        pub sources: Vec<String>,
        /// What is to be said of what cannot be compared, and of computed former values: sentences; may be empty.
        pub remarks: Vec<String>,
    }
}

view! {
    /// A Kommune that is not simply the one it was.
    pub struct EventView {
        /// Its label, or that of the one that went.
        pub label: String,
        /// Its Land.
        pub state: String,
        /// What happened.
        pub what: String,
        /// What it was before; empty when it is new.
        pub former: String,
        /// What `changes.toml` says of it; may be empty.
        pub note: String,
    }
}

view! {
    /// An indicator of which nothing is compared.
    pub struct IncomparableView {
        /// The indicator.
        pub indicator: IndicatorView,
        /// Why.
        pub reason: String,
        /// Its former definition with the unit; empty when it was not measured.
        pub before: String,
        /// Its definition with the unit.
        pub now: String,
        /// What `changes.toml` says of it; may be empty.
        pub note: String,
    }
}

view! {
    /// An indicator in the overview.
    pub struct ChangeOverviewRow {
        /// The indicator.
        pub indicator: IndicatorView,
        /// How many Kommunen can be compared.
        pub compared: FigureHandle,
        /// How many have a higher value.
        pub higher: FigureHandle,
        /// How many have a lower one.
        pub lower: FigureHandle,
        /// How many have the same.
        pub same: FigureHandle,
        /// Whether some of them did not enter the values together, because a value that goes into these is not known.
        pub partial: bool,
        /// The value these had together.
        pub before: FigureHandle,
        /// The value these have together.
        pub now: FigureHandle,
        /// The difference.
        pub change: FigureHandle,
    }
}

view! {
    /// The greatest changes of an indicator.
    pub struct ChangePairView {
        /// The indicator.
        pub indicator: IndicatorView,
        /// The unit of differences.
        pub unit: String,
        /// How many Kommunen can be compared.
        pub compared: FigureHandle,
        /// Whether differences also stand in per cent.
        pub relative: bool,
        /// Rises, then falls; without those that have none.
        pub lists: Vec<ChangeListView>,
    }
}

view! {
    /// A list of changes.
    pub struct ChangeListView {
        /// Heading.
        pub title: String,
        /// The Kommunen, the greatest change first.
        pub entries: Vec<ChangeEntryView>,
        /// How many share the last change and are not listed; empty or one.
        pub left_out: Vec<FigureHandle>,
    }
}

view! {
    /// A Kommune in a list of changes.
    pub struct ChangeEntryView {
        /// Label.
        pub label: String,
        /// Abbreviation of its Land.
        pub land: String,
        /// Former value.
        pub before: FigureHandle,
        /// Value.
        pub now: FigureHandle,
        /// Difference.
        pub change: FigureHandle,
        /// Difference in per cent; a handle without a number where that says nothing.
        pub relative: FigureHandle,
        /// Former rank.
        pub former_rank: FigureHandle,
        /// Rank.
        pub rank: FigureHandle,
        /// Whether the former value was computed from parts.
        pub computed: bool,
    }
}

view! {
    /// A row of the full table.
    pub struct ChangesRowView {
        /// Label.
        pub label: String,
        /// Card; empty in a document without cards.
        pub anchor: String,
        /// Land.
        pub state: String,
        /// Whether its former values were computed from parts.
        pub computed: bool,
        /// One difference per indicator.
        pub changes: Vec<FigureHandle>,
    }
}

/// Returns the view of the comparison; `None` without a former edition.
pub fn comparison(shared: &Shared<'_>, figures: &mut FigureTable<'_>) -> Option<ComparisonView> {
    let facts = shared.facts;
    let data = facts.data;
    let (since, former) = (facts.since.as_ref()?, data.former.as_deref()?);
    let edition = &data.edition;
    let title = format!("Vergleich der {} {} und {}", edition.group, former.data.edition.key, edition.key);
    let subject = format!("Veränderungen der {} gegenüber {}", edition.group, german::stand(former.data.edition.stand));
    let other_area = |k: usize| since.changes[k].iter().any(|change| change.difference == Err(NoDifference::Area));
    let same =
        |k: &&usize| matches!(since.before[**k], Predecessor::Same(_) | Predecessor::Renamed(..)) && !other_area(**k);
    Some(ComparisonView {
        document: document(shared, title, subject, &["Vergleich", "Veränderungen"], figures),
        since: since_view(data, former, areas_unchecked(facts, since).into_iter().collect()),
        former_total: figures.count(former.data.kommunen.len(), "number of Kommunen in the former edition"),
        same: figures.count(facts.scope.iter().filter(same).count(), "number of Kommunen in both editions"),
        events: events(facts, since, former),
        incomparable: incomparable(data, since, former),
        dropped: labels(since.dropped.iter().map(|at| former.data.indicators[*at].label.as_str())),
        overview: known(data).map(|at| overview_row(facts, since, at, figures)).collect(),
        pairs: (0..data.indicators.len()).filter_map(|at| pair(facts, since, at, figures)).collect(),
        indicators: known(data).map(|at| indicator_view(data, &data.indicators[at])).collect(),
        width: figures.count(known(data).count(), "number of indicators"),
        changes: rows(facts, false, figures),
    })
}

fn since_view(data: &Data, former: &Former, remarks: Vec<String>) -> SinceView {
    let edition = &former.data.edition;
    let own = |citation: &&String| data.edition.sources.iter().all(|source| source.citation != **citation);
    SinceView {
        stand: german::stand(edition.stand),
        edition: edition.key.clone(),
        sources: edition.sources.iter().map(|source| &source.citation).filter(own).cloned().collect(),
        remarks,
    }
}

fn labels<'a>(labels: impl Iterator<Item = &'a str>) -> String {
    labels.collect::<Vec<_>>().join(", ")
}

/// Returns the difference of a Kommune, as a number with its sign.
pub(super) fn change(indicator: &Indicator, change: &ValueChange, figures: &mut FigureTable<'_>) -> FigureHandle {
    figures.difference(indicator, change.difference, Arc::clone(&change.origin))
}

/// Returns the difference of a group; `None` without a former edition.
pub(super) fn group_change(
    summary: &Summary,
    indicator: &Indicator,
    figures: &mut FigureTable<'_>,
) -> Option<FigureHandle> {
    let GroupChange { difference, origin, .. } = summary.change.as_ref()?;
    Some(figures.difference(indicator, *difference, Arc::clone(origin)))
}

/// Returns the full table of differences, in German order; empty without a former edition. `linked` is true when the
/// document has cards that the Kommunen can link to.
pub(super) fn rows(facts: &Facts<'_>, linked: bool, figures: &mut FigureTable<'_>) -> Vec<ChangesRowView> {
    let Some(since) = &facts.since else { return Vec::new() };
    let row = |k: &usize| {
        let kommune = &facts.data.kommunen[*k];
        let changes = &since.changes[*k];
        ChangesRowView {
            label: kommune.label.value.clone(),
            anchor: if linked { anchor(facts.data, kommune) } else { String::new() },
            state: kommune.land.value.name.to_owned(),
            computed: changes.iter().any(|change| change.computed && change.difference.is_ok()),
            changes: known(facts.data).map(|at| change(&facts.data.indicators[at], &changes[at], figures)).collect(),
        }
    };
    facts.scope.iter().map(row).collect()
}

/// Returns the former edition for a document about all Kommunen in scope, with the remarks for its tables; `None`
/// without a former edition.
pub(super) fn since_of_all(facts: &Facts<'_>) -> Option<SinceView> {
    let (since, former) = (facts.since.as_ref()?, facts.data.former.as_deref()?);
    let all = facts.scope.iter().flat_map(|k| since.changes[*k].iter().enumerate());
    let mut remarks = Vec::new();
    let of_indicators = of_indicators(facts.data, &since.indicators);
    let why: Vec<NoDifference> = all.filter_map(|(_, change)| change.difference.err()).collect();
    let others = |reason: &NoDifference| !reason.is_unknown() && why.contains(reason) && !is_of_indicator(*reason);
    let words: Vec<&str> = NoDifference::ALL.into_iter().filter(others).map(NoDifference::german).collect();
    remarks.extend(of_indicators);
    if !words.is_empty() {
        remarks.push(format!("Nicht vergleichbar (x) sind einzelne Kommunen: {}.", words.join("; ")));
    }
    remarks.extend(areas_unchecked(facts, since));
    remarks.extend(notes(&former.changes.definitions.iter().map(|d| &d.note).collect::<Vec<_>>()));
    Some(since_view(facts.data, former, remarks))
}

/// Returns the remark that areas are not checked; `None` when all areas are known.
fn areas_unchecked(facts: &Facts<'_>, since: &Since) -> Option<String> {
    let old: Vec<bool> =
        facts.scope.iter().filter(|k| since.before[**k] != Predecessor::New).map(|k| since.unchecked[*k]).collect();
    let who = match (old.contains(&true), old.contains(&false)) {
        (false, _) => return None,
        (true, false) => "Ob die Gebiete dieselben sind",
        (true, true) => "Ob das Gebiet dasselbe ist",
    };
    let of = if old.contains(&false) { ", ist bei einzelnen Kommunen" } else { ", ist" };
    Some(format!("{who}{of} nicht geprüft, weil eine Fläche nicht bekannt ist."))
}

/// Returns the former edition for the fact sheet of a Kommune.
pub(super) fn since_of(facts: &Facts<'_>, k: usize) -> Option<SinceView> {
    let (since, former) = (facts.since.as_ref()?, facts.data.former.as_deref()?);
    let (changes, ags) = (&former.changes, &facts.data.kommunen[k].ags.value);
    let mut remarks = Vec::new();
    let of_all: Option<NoDifference> = since.changes[k]
        .iter()
        .find_map(|c| c.difference.err())
        .filter(|reason| matches!(reason, NoDifference::New | NoDifference::Area | NoDifference::Part));
    let area = changes.areas.iter().find(|area| area.of.value == *ags).map(|area| &area.note);
    let mut words: Vec<&Text> = area.into_iter().collect();
    match of_all {
        Some(reason) => remarks.push(format!("Nicht vergleichbar (x): {}.", reason.german())),
        None => {
            remarks.extend(of_indicators(facts.data, &since.indicators));
            let not_combined = |change: &&ValueChange| change.difference == Err(NoDifference::NotCombined);
            if since.changes[k].iter().any(|change| not_combined(&change)) {
                remarks.push(format!("Einzelne Werte (x): {}.", NoDifference::NotCombined.german()));
            }
        }
    }
    match &since.before[k] {
        Predecessor::Merged(parts, at) => {
            words.push(&changes.mergers[*at].note);
            if of_all.is_none() {
                let parts = labels(parts.iter().map(|part| former.data.kommunen[*part].label.value.as_str()));
                remarks.push(format!("Frühere Werte sind für das heutige Gebiet berechnet aus: {parts}."));
            }
        }
        Predecessor::Renamed(_, at) => words.push(&changes.renamed[*at].note),
        Predecessor::New | Predecessor::Same(_) => {}
    }
    if of_all.is_none() && since.unchecked[k] {
        remarks.push("Ob das Gebiet dasselbe ist, ist nicht geprüft, weil eine Fläche nicht bekannt ist.".to_owned());
    }
    if of_all.is_none() {
        words.extend(changes.definitions.iter().map(|definition| &definition.note));
    }
    remarks.extend(notes(&words));
    Some(since_view(facts.data, former, remarks))
}

/// Returns the notes of `changes.toml` that are not empty.
fn notes(notes: &[&Text]) -> Vec<String> {
    notes.iter().filter_map(|note| note.known()).map(str::to_owned).collect()
}

fn is_of_indicator(reason: NoDifference) -> bool {
    matches!(reason, NoDifference::Definition | NoDifference::NotMeasured)
}

/// Returns one sentence for each reason why indicators are not compared.
fn of_indicators(data: &Data, before: &[IndicatorBefore]) -> Vec<String> {
    let mut by_reason: BTreeMap<NoDifference, Vec<&str>> = BTreeMap::new();
    for (indicator, before) in data.indicators.iter().zip(before) {
        if let Some(reason) = before.reason {
            by_reason.entry(reason).or_default().push(&indicator.short);
        }
    }
    let sentence = |(reason, of): (NoDifference, Vec<&str>)| {
        format!("Nicht vergleichbar (x), {}: {}.", reason.german(), of.join(", "))
    };
    by_reason.into_iter().map(sentence).collect()
}

fn events(facts: &Facts<'_>, since: &Since, former: &Former) -> Vec<EventView> {
    let (data, changes, old) = (facts.data, &former.changes, &former.data);
    let mut events = Vec::new();
    for k in &facts.scope {
        let kommune = &data.kommunen[*k];
        let reason = since.changes[*k].first().and_then(|change| change.difference.err());
        let (what, note) = match &since.before[*k] {
            Predecessor::New => (NoDifference::New.german().to_owned(), None),
            Predecessor::Merged(_, at) => {
                let merger = &changes.mergers[*at];
                let day = merger.date.map_or_else(String::new, |date| format!(" am {}", german::day(date)));
                (format!("zusammengelegt{day}"), Some(&merger.note))
            }
            Predecessor::Renamed(_, at) => ("neuer Schlüssel".to_owned(), Some(&changes.renamed[*at].note)),
            Predecessor::Same(_) => (String::new(), None),
        };
        let not = match (&since.before[*k], reason) {
            (Predecessor::New, _) => None,
            (_, Some(reason @ (NoDifference::Area | NoDifference::Part))) => {
                Some(format!("nicht vergleichbar: {}", reason.german()))
            }
            (Predecessor::Merged(..), _) => Some("frühere Werte für das heutige Gebiet berechnet".to_owned()),
            (Predecessor::Same(_) | Predecessor::Renamed(..), _) => None,
        };
        let what: Vec<String> = [what].into_iter().filter(|what| !what.is_empty()).chain(not).collect();
        if what.is_empty() {
            continue;
        }
        let former = match &since.before[*k] {
            Predecessor::New => String::new(),
            before => labels(before.positions().iter().map(|at| old.kommunen[*at].label.value.as_str())),
        };
        let area = changes.areas.iter().find(|area| area.of.value == kommune.ags.value).map(|area| &area.note);
        let note = notes(&note.into_iter().chain(area).collect::<Vec<_>>()).join(" ");
        events.push(event(kommune, &what.join("; "), former, note));
    }
    if facts.scope.len() == data.kommunen.len() {
        let gone = since.vanished.iter().map(|k| &old.kommunen[*k]);
        let label = |kommune: &Kommune| kommune.label.value.clone();
        events.extend(gone.map(|one| event(one, "nicht mehr in dieser Ausgabe", label(one), String::new())));
    }
    events
}

fn event(kommune: &Kommune, what: &str, former: String, note: String) -> EventView {
    let (label, state) = (kommune.label.value.clone(), kommune.land.value.name.to_owned());
    EventView { label, state, what: what.to_owned(), former, note }
}

fn incomparable(data: &Data, since: &Since, former: &Former) -> Vec<IncomparableView> {
    let defined = |indicator: &Indicator| match indicator.unit.as_str() {
        "" => indicator.definition.clone(),
        unit => format!("{} ({unit})", indicator.definition),
    };
    let of = |(indicator, before): (&Indicator, &IndicatorBefore)| {
        let said = former.changes.definitions.iter().find(|said| said.of.value == indicator.key);
        Some(IncomparableView {
            indicator: indicator_view(data, indicator),
            reason: before.reason?.german().to_owned(),
            before: before.at.map(|at| defined(&former.data.indicators[at])).unwrap_or_default(),
            now: defined(indicator),
            note: said.map(|said| said.note.value.clone()).unwrap_or_default(),
        })
    };
    data.indicators.iter().zip(&since.indicators).filter_map(of).collect()
}

/// Returns the Kommunen in scope whose values of an indicator can be compared, with their differences.
fn compared(facts: &Facts<'_>, since: &Since, at: usize) -> Vec<(usize, Decimal)> {
    facts.scope.iter().filter_map(|k| Some((*k, since.changes[*k][at].difference.ok()?))).collect()
}

fn overview_row(facts: &Facts<'_>, since: &Since, at: usize, figures: &mut FigureTable<'_>) -> ChangeOverviewRow {
    let indicator = &facts.data.indicators[at];
    let together = &facts.compared[at];
    let compared = compared(facts, since, at);
    let mut count = |what: &str, is: fn(&Decimal) -> bool| {
        let rule = format!("number of Kommunen with a {what} {}", indicator.key);
        figures.count(compared.iter().filter(|(_, difference)| is(difference)).count(), &rule)
    };
    let higher = count("higher", |d| *d > Decimal::ZERO);
    let lower = count("lower", |d| *d < Decimal::ZERO);
    let same = count("same", Decimal::is_zero);
    let none = || Arc::new(Origin::Cell(indicator.place.clone()));
    let (before, origin) =
        together.change.as_ref().map_or_else(|| (None, none()), |c| (c.old, Arc::clone(&c.old_origin)));
    ChangeOverviewRow {
        indicator: indicator_view(facts.data, indicator),
        compared: figures.count(compared.len(), "number of Kommunen that can be compared"),
        higher,
        lower,
        same,
        partial: together.members < compared.len() && together.aggregate.is_some(),
        before: figures.value(indicator, before, origin),
        now: aggregate(together, indicator, figures),
        change: group_change(together, indicator, figures).unwrap_or_else(|| figures.value(indicator, None, none())),
    }
}

/// Returns the greatest rises and falls of an indicator; `None` when no value changed.
fn pair(facts: &Facts<'_>, since: &Since, at: usize, figures: &mut FigureTable<'_>) -> Option<ChangePairView> {
    let indicator = &facts.data.indicators[at];
    let all = compared(facts, since, at);
    let mut rises: Vec<_> = all.iter().copied().filter(|(_, difference)| *difference > Decimal::ZERO).collect();
    let mut falls: Vec<_> = all.iter().copied().filter(|(_, difference)| *difference < Decimal::ZERO).collect();
    // A stable sort: Kommunen with the same difference stay in German order.
    rises.sort_by_key(|(_, difference)| std::cmp::Reverse(*difference));
    falls.sort_by_key(|(_, difference)| *difference);
    let relative = all.iter().any(|(k, _)| since.changes[*k][at].relative(indicator).is_some());
    let lists: Vec<ChangeListView> = [("Die größten Zunahmen", rises), ("Die größten Abnahmen", falls)]
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(title, list)| {
            let last = list.get(TOP - 1).map(|(_, difference)| *difference);
            let left_out = list.iter().skip(TOP).filter(|(_, difference)| Some(*difference) == last).count();
            let left_out = (left_out > 0).then(|| figures.count(left_out, "number of others with the same change"));
            ChangeListView {
                title: title.to_owned(),
                entries: list.iter().take(TOP).map(|(k, _)| entry(facts, since, at, *k, figures)).collect(),
                left_out: left_out.into_iter().collect(),
            }
        })
        .collect();
    (!lists.is_empty()).then(|| ChangePairView {
        indicator: indicator_view(facts.data, indicator),
        unit: german::difference_unit(&indicator.unit).to_owned(),
        compared: figures.count(all.len(), "number of Kommunen that can be compared"),
        relative,
        lists,
    })
}

fn entry(facts: &Facts<'_>, since: &Since, at: usize, k: usize, figures: &mut FigureTable<'_>) -> ChangeEntryView {
    let (indicator, kommune) = (&facts.data.indicators[at], &facts.data.kommunen[k]);
    let (of, before) = (&since.changes[k][at], &since.indicators[at]);
    ChangeEntryView {
        label: kommune.label.value.clone(),
        land: kommune.land.value.short.to_owned(),
        before: figures.value(indicator, of.old, Arc::clone(&of.old_origin)),
        now: cell(kommune, at, indicator, figures),
        change: change(indicator, of, figures),
        relative: figures.signed(of.relative(indicator), 1, "%", Arc::clone(&of.origin)),
        former_rank: figures.rank(of.old_rank, before.known, Arc::clone(&before.rank_origin)),
        rank: figures.rank(since.ranks[at][k], since.known[at], Arc::clone(&since.rank_origins[at])),
        computed: of.computed,
    }
}
