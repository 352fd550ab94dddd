//! What changed since the former edition: differences, rank moves, and why some values cannot be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::german::{GermanOrder, rounded};
use crate::model::{Aggregate, Changes, Comparability, Data, Former, Indicator, Quantity, RankingEnd};
use crate::trace::Origin;

use super::aggregate::AggregateRule;
use super::rank::ranks;
use super::rows::{column, in_german_order};

/// A Kommune whose area differs by more than this share of the former one is another one. Measuring anew moves areas
/// by well under 1 %, a Gemeinde that changes its Kreis by more: the average Gemeinde is about 3 % of its Kreis
/// (10,800 Gemeinden in 294 Landkreise).
const AREA_TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// Why a value has no difference to the former edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoDifference {
    /// The former edition does not have the Kommune, nor what it came of.
    New,
    /// The former edition does not measure the indicator.
    NotMeasured,
    /// Definition or unit is another one.
    Definition,
    /// The area is another one.
    Area,
    /// A part it came of is not in the former edition.
    Part,
    /// The values of its parts cannot be put together.
    NotCombined,
    /// The value was not known.
    UnknownBefore,
    /// The value is not known.
    UnknownNow,
    /// The Kommunen of the group are others than before.
    Members,
}

impl NoDifference {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::New,
        Self::NotMeasured,
        Self::Definition,
        Self::Area,
        Self::Part,
        Self::NotCombined,
        Self::UnknownBefore,
        Self::UnknownNow,
        Self::Members,
    ];

    /// As machines get it.
    pub fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::NotMeasured => "not_measured_before",
            Self::Definition => "definition",
            Self::Area => "area",
            Self::Part => "part_missing",
            Self::NotCombined => "not_combined",
            Self::UnknownBefore => "unknown_before",
            Self::UnknownNow => "unknown_now",
            Self::Members => "members",
        }
    }

    /// As people read it.
    pub fn german(self) -> &'static str {
        match self {
            Self::New => "neu in dieser Ausgabe",
            Self::NotMeasured => "in der früheren Ausgabe nicht erhoben",
            Self::Definition => "Definition geändert",
            Self::Area => "Gebiet geändert",
            Self::Part => "ein Teil fehlt in der früheren Ausgabe",
            Self::NotCombined => "Werte der Teile nicht zusammenfassbar",
            Self::UnknownBefore => "früherer Wert nicht bekannt",
            Self::UnknownNow => "heutiger Wert nicht bekannt",
            Self::Members => "andere Kommunen als in der früheren Ausgabe",
        }
    }

    /// Whether a value is only not known, rather than not comparable.
    pub fn is_unknown(self) -> bool {
        matches!(self, Self::UnknownBefore | Self::UnknownNow)
    }
}

/// What a Kommune was in the former edition; positions are those of its [`Data::kommunen`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predecessor {
    /// Not in it.
    New,
    /// The same, by its AGS.
    Same(usize),
    /// The same under another AGS: the position in [`Changes::renamed`] follows.
    Renamed(usize, usize),
    /// The parts that are in it; the position in [`Changes::mergers`] follows.
    Merged(Vec<usize>, usize),
}

impl Predecessor {
    /// The positions of all it was.
    pub fn positions(&self) -> &[usize] {
        match self {
            Self::New => &[],
            Self::Same(at) | Self::Renamed(at, _) => std::slice::from_ref(at),
            Self::Merged(parts, _) => parts,
        }
    }
}

/// What an indicator was in the former edition.
#[derive(Debug, Clone)]
pub struct IndicatorBefore {
    /// Its position in [`Data::indicators`] there; `None` when it was not measured.
    pub at: Option<usize>,
    /// Why no value of it can be compared; `None` when they can.
    pub reason: Option<NoDifference>,
    /// How many Kommunen had a value.
    pub known: usize,
    /// Ranks from the highest value among all of the former edition; empty when it was not measured.
    pub ranks: Vec<Option<u32>>,
    /// How these ranks were made.
    pub rank_origin: Arc<Origin>,
}

/// The unit of a difference: rates differ by percentage points.
pub fn difference_unit(unit: &str) -> &str {
    if unit == "%" { "Prozentpunkte" } else { unit }
}

/// A value beside that of the former edition.
#[derive(Debug, Clone)]
pub struct ValueChange {
    /// The former value, of today's area where parts were put together; `None` when there is none.
    pub old: Option<Decimal>,
    /// Where the former value comes from.
    pub old_origin: Arc<Origin>,
    /// The former rank from the highest value; `None` without one, and for what came of several.
    pub old_rank: Option<u32>,
    /// By how much the value is higher now, or why that cannot be said.
    pub difference: Result<Decimal, NoDifference>,
    /// How the difference is made.
    pub origin: Arc<Origin>,
    /// Whether the former value was computed from parts.
    pub computed: bool,
}

impl ValueChange {
    /// By how many ranks the value is nearer to the highest now; `None` when it cannot be compared.
    pub fn rank_move(&self, rank: Option<u32>) -> Option<i64> {
        self.difference.ok()?;
        Some(i64::from(self.old_rank?) - i64::from(rank?))
    }

    /// The difference in per cent of the former value, for what adds up; `None` where that says nothing.
    pub fn relative(&self, indicator: &Indicator) -> Option<Decimal> {
        let old = self.old.filter(|old| *old > Decimal::ZERO && indicator.aggregate == Aggregate::Sum)?;
        (self.difference.ok()? * Decimal::ONE_HUNDRED).checked_div(old)
    }
}

/// What changed since the former edition, whatever the scope: ranks are those of each whole edition.
#[derive(Debug, Clone)]
pub struct Since {
    /// What each Kommune was, by position in [`Data::kommunen`].
    pub before: Vec<Predecessor>,
    /// What each indicator was.
    pub indicators: Vec<IndicatorBefore>,
    /// Ranks from the highest value among all of the edition: per indicator, by position of the Kommune.
    pub ranks: Vec<Vec<Option<u32>>>,
    /// How these ranks were made, per indicator.
    pub rank_origins: Vec<Arc<Origin>>,
    /// How many Kommunen of the edition have a value, per indicator.
    pub known: Vec<usize>,
    /// By position of the Kommune, one per indicator.
    pub changes: Vec<Vec<ValueChange>>,
    /// By position of the Kommune, whether nothing tells that its area is the same: it is not known in both editions, and
    /// `changes.toml` does not speak of it.
    pub unchecked: Vec<bool>,
    /// Positions in the former edition of the Kommunen nothing came of, in German order.
    pub vanished: Vec<usize>,
    /// Positions in the former edition of the indicators that are not measured any more.
    pub dropped: Vec<usize>,
}

/// What changed between an edition and the one before it.
pub fn since(new: &Data, former: &Former) -> Since {
    let (old, changes) = (&former.data, &former.changes);
    let everyone: Vec<usize> = (0..old.kommunen.len()).collect();
    let by_ags: BTreeMap<&str, usize> = everyone.iter().map(|k| (old.kommunen[*k].ags.value.as_str(), *k)).collect();
    let before: Vec<Predecessor> = new.kommunen.iter().map(|k| origin_of(&k.ags.value, &by_ags, changes)).collect();
    let taken: BTreeSet<usize> = before.iter().flat_map(Predecessor::positions).copied().collect();
    let gone = |at: &usize| !taken.contains(at);
    let vanished = in_german_order(old, everyone.iter().copied().filter(gone).collect(), &GermanOrder::default());
    let dropped = (0..old.indicators.len()).filter(|at| new.indicator(&old.indicators[*at].key).is_none()).collect();
    let indicators: Vec<IndicatorBefore> = (0..new.indicators.len())
        .map(|at| {
            let there = old.indicator(&new.indicators[at].key);
            let values = there.map(|there| column(old, there, &everyone)).unwrap_or_default();
            IndicatorBefore {
                at: there,
                reason: indicator_reason(new, former, at),
                known: values.iter().flatten().count(),
                ranks: ranks(&values, RankingEnd::Highest),
                rank_origin: ranking(old, there),
            }
        })
        .collect();
    let pair = EditionPair { new, former, indicators: &indicators };
    let changes = before.iter().enumerate().map(|(k, before)| pair.of_kommune(k, before)).collect();
    let unchecked = before.iter().enumerate().map(|(k, before)| pair.is_unchecked(k, before)).collect();
    let all: Vec<usize> = (0..new.kommunen.len()).collect();
    let columns = || (0..new.indicators.len()).map(|at| column(new, at, &all));
    Since {
        ranks: columns().map(|values| ranks(&values, RankingEnd::Highest)).collect(),
        rank_origins: (0..new.indicators.len()).map(|at| ranking(new, Some(at))).collect(),
        known: columns().map(|values| values.iter().flatten().count()).collect(),
        before,
        indicators,
        changes,
        unchecked,
        vanished,
        dropped,
    }
}

/// How the ranks of an edition are made; without inputs when it has no such indicator.
fn ranking(data: &Data, at: Option<usize>) -> Arc<Origin> {
    let key = at.map_or("value", |at| data.indicators[at].key.as_str());
    let rule = format!("1 + number of Kommunen of {} with a higher {key}", data.edition.key);
    let cells = at.map(|at| data.kommunen.iter().map(move |k| k.values[at].place.clone()));
    Arc::new(Origin::Formula { rule, inputs: cells.into_iter().flatten().collect() })
}

fn origin_of(ags: &str, by_ags: &BTreeMap<&str, usize>, changes: &Changes) -> Predecessor {
    let position = |ags: &str| by_ags.get(ags).copied();
    if let Some(at) = changes.mergers.iter().position(|merger| merger.into.value == ags) {
        let parts = changes.mergers[at].from.iter().filter_map(|from| position(&from.value)).collect();
        return Predecessor::Merged(parts, at);
    }
    if let Some(at) = changes.renamed.iter().position(|renamed| renamed.into.value == ags)
        && let Some(old) = position(&changes.renamed[at].from.value)
    {
        return Predecessor::Renamed(old, at);
    }
    // What became a part of another is not this one, even where the AGS was given anew.
    let taken = changes.mergers.iter().flat_map(|m| &m.from).chain(changes.renamed.iter().map(|r| &r.from));
    let is_taken = taken.into_iter().any(|from| from.value == ags);
    position(ags).filter(|_| !is_taken).map_or(Predecessor::New, Predecessor::Same)
}

fn verdict<'a>(verdicts: &'a [Comparability], of: &str) -> Option<&'a Comparability> {
    verdicts.iter().find(|verdict| verdict.of.value == of)
}

/// Why no value of an indicator can be compared. What `changes.toml` says of it comes first; else its definition and
/// unit are held against the former ones, and a ratio is no more comparable than what it is made of.
fn indicator_reason(new: &Data, former: &Former, at: usize) -> Option<NoDifference> {
    let indicator = &new.indicators[at];
    let Some(old_at) = former.data.indicator(&indicator.key) else { return Some(NoDifference::NotMeasured) };
    if let Some(said) = verdict(&former.changes.definitions, &indicator.key) {
        return (!said.comparable.value).then_some(NoDifference::Definition);
    }
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let old = &former.data.indicators[old_at];
    if words(&old.definition) != words(&indicator.definition) || old.unit != indicator.unit {
        return Some(NoDifference::Definition);
    }
    match indicator.aggregate {
        Aggregate::Ratio(top, bottom) if top != at && bottom != at => {
            let part = |at| indicator_reason(new, former, at).filter(|reason| *reason == NoDifference::Definition);
            part(top).or_else(|| part(bottom))
        }
        _ => None,
    }
}

struct EditionPair<'a> {
    new: &'a Data,
    former: &'a Former,
    indicators: &'a [IndicatorBefore],
}

impl EditionPair<'_> {
    fn of_kommune(&self, k: usize, before: &Predecessor) -> Vec<ValueChange> {
        let area = self.area_reason(k, before);
        (0..self.new.indicators.len()).map(|at| self.change(k, at, before, area)).collect()
    }

    /// Why nothing of a Kommune can be compared: there was none, or its area was another one.
    fn area_reason(&self, k: usize, before: &Predecessor) -> Option<NoDifference> {
        let changes = &self.former.changes;
        match before {
            Predecessor::New => return Some(NoDifference::New),
            Predecessor::Merged(parts, at) if parts.len() < changes.mergers[*at].from.len() => {
                return Some(NoDifference::Part);
            }
            _ => {}
        }
        if let Some(said) = verdict(&changes.areas, &self.new.kommunen[k].ags.value) {
            return (!said.comparable.value).then_some(NoDifference::Area);
        }
        let (old, now) = self.areas(k, before)?;
        ((now - old).abs() > old * AREA_TOLERANCE).then_some(NoDifference::Area)
    }

    /// The area then and now; `None` when one of them is not known.
    fn areas(&self, k: usize, before: &Predecessor) -> Option<(Decimal, Decimal)> {
        let at = self.new.quantity(Quantity::Area).filter(|at| self.indicators[*at].reason.is_none())?;
        let (old, _) = self.old_value(at, before.positions())?;
        Some((old, self.new.kommunen[k].values[at].value?))
    }

    fn is_unchecked(&self, k: usize, before: &Predecessor) -> bool {
        let said = verdict(&self.former.changes.areas, &self.new.kommunen[k].ags.value);
        !matches!(before, Predecessor::New) && said.is_none() && self.areas(k, before).is_none()
    }

    /// The former value of a Kommune that was at these positions, and where it comes from; that of several is put
    /// together, and rounded as the indicator is printed, as each of theirs was.
    fn old_value(&self, at: usize, positions: &[usize]) -> Option<(Decimal, Arc<Origin>)> {
        if let [only] = positions {
            let cell = &self.former.data.kommunen[*only].values[self.indicators[at].at?];
            return Some((cell.value?, Arc::new(Origin::Cell(cell.place.clone()))));
        }
        together(self.new, &self.former.data, at, positions)
    }

    fn change(&self, k: usize, at: usize, before: &Predecessor, area: Option<NoDifference>) -> ValueChange {
        let (indicator, was) = (&self.new.indicators[at], &self.indicators[at]);
        let cell = &self.new.kommunen[k].values[at];
        let positions = before.positions();
        let computed = matches!(before, Predecessor::Merged(..));
        let comparable_part = area != Some(NoDifference::Part);
        let old = was.at.filter(|_| comparable_part).and_then(|_| self.old_value(at, positions));
        let all_known = || {
            let value = |k: &usize| was.at.and_then(|at| self.former.data.kommunen[*k].values[at].value);
            positions.iter().all(|k| value(k).is_some())
        };
        let difference = match (area.or(was.reason), &old, cell.value) {
            (Some(reason), _, _) => Err(reason),
            (None, None, _) if computed && all_known() => Err(NoDifference::NotCombined),
            (None, None, _) => Err(NoDifference::UnknownBefore),
            (None, Some(_), None) => Err(NoDifference::UnknownNow),
            // Of what is printed: a reader can reckon it.
            (None, Some((old, _)), Some(now)) => {
                let as_printed = |value| rounded(value, indicator.decimals);
                Ok(as_printed(now) - as_printed(*old))
            }
        };
        let (old, old_origin) = match old {
            Some((value, origin)) => (Some(value), origin),
            None => (None, Arc::new(Origin::Cell(cell.place.clone()))),
        };
        let mut inputs = vec![cell.place.clone()];
        match old_origin.as_ref() {
            Origin::Cell(place) => inputs.insert(0, place.clone()),
            Origin::Formula { inputs: of_old, .. } => {
                inputs.splice(0..0, of_old.iter().cloned());
            }
            Origin::Tick => {}
        }
        let was_edition = &self.former.data.edition.key;
        let origin = Arc::new(Origin::Formula {
            rule: format!("{} - {} of {was_edition}", indicator.key, indicator.key),
            inputs: inputs.into(),
        });
        let old_rank = match positions {
            [only] if !computed => was.ranks.get(*only).copied().flatten(),
            _ => None,
        };
        ValueChange { old, old_origin, old_rank, difference, origin, computed }
    }
}

/// The value some Kommunen of the former edition had together, by the rule the indicator has now, rounded as it is
/// printed. `None` when a value that goes into it is not known, was measured otherwise, or there is no rule.
fn together(new: &Data, old: &Data, at: usize, positions: &[usize]) -> Option<(Decimal, Arc<Origin>)> {
    let indicator = &new.indicators[at];
    let before = |at: usize| old.indicator(&new.indicators[at].key);
    let values = |at: usize| -> Option<Vec<Option<Decimal>>> {
        let values = column(old, before(at)?, positions);
        values.iter().all(Option::is_some).then_some(values)
    };
    let rule = AggregateRule::new(&new.indicators, at);
    let used = rule.parts();
    let columns: BTreeMap<usize, Vec<Option<Decimal>>> =
        used.iter().map(|at| Some((*at, values(*at)?))).collect::<Option<_>>()?;
    let value = rule.value(|at| columns.get(&at).cloned().unwrap_or_default())?;
    let used: Vec<usize> = used.into_iter().filter_map(before).collect();
    let cells = positions.iter().flat_map(|k| used.iter().map(|at| old.kommunen[*k].values[*at].place.clone()));
    let origin = Origin::Formula { rule: rule.formula(Some(&old.edition.key)), inputs: cells.collect() };
    Some((rounded(value, indicator.decimals), Arc::new(origin)))
}

/// What a group of Kommunen has more of than what became of it had in the former edition.
#[derive(Debug, Clone)]
pub struct GroupChange {
    /// The former value of the group; `None` when it cannot be compared.
    pub old: Option<Decimal>,
    /// Where the former value comes from.
    pub old_origin: Arc<Origin>,
    /// The difference of both as printed, or why there is none.
    pub difference: Result<Decimal, NoDifference>,
    /// How the difference is made.
    pub origin: Arc<Origin>,
}

impl Since {
    /// Whether the former edition knows an indicator of all that a Kommune came of.
    pub(super) fn was_known(&self, old: &Data, new: &Data, k: usize, at: usize) -> bool {
        let Some(before) = old.indicator(&new.indicators[at].key) else { return false };
        self.before[k].positions().iter().all(|k| old.kommunen[*k].values[before].value.is_some())
    }

    /// How the aggregate of a group differs. `gone` says whether the former edition had Kommunen in the group that
    /// are not in it any more: then, and when one is new, its sum is one of others.
    pub(super) fn of_group(
        &self,
        new: &Data,
        old: &Data,
        at: usize,
        members: &[usize],
        gone: bool,
        summary: (Option<Decimal>, bool, &Origin),
    ) -> GroupChange {
        let (aggregate, partial, made) = summary;
        let positions: Vec<usize> = members.iter().flat_map(|k| self.before[*k].positions()).copied().collect();
        let others = |k: &usize| {
            matches!(self.changes[*k][at].difference, Err(NoDifference::New | NoDifference::Area | NoDifference::Part))
        };
        let reason = match self.indicators[at].reason {
            Some(reason) => Some(reason),
            None if gone || members.iter().any(others) => Some(NoDifference::Members),
            None if partial || aggregate.is_none() => Some(NoDifference::UnknownNow),
            None => None,
        };
        let before = if reason.is_none() { together(new, old, at, &positions) } else { None };
        let difference = match (reason, &before, aggregate) {
            (Some(reason), _, _) => Err(reason),
            (None, Some((before, _)), Some(now)) => Ok(rounded(now, new.indicators[at].decimals) - before),
            _ => Err(NoDifference::UnknownBefore),
        };
        let inputs = |origin: &Origin| match origin {
            Origin::Formula { inputs, .. } => inputs.to_vec(),
            _ => Vec::new(),
        };
        let key = &new.indicators[at].key;
        let (old, old_origin) = match before {
            Some((value, origin)) => (Some(value), origin),
            None => (
                None,
                Arc::new(Origin::Formula { rule: format!("{key} of {}", old.edition.key), inputs: Arc::from([]) }),
            ),
        };
        let places = if difference.is_ok() { [inputs(&old_origin), inputs(made)].concat() } else { Vec::new() };
        let rule = format!("{key} of the group - the same of its former Kommunen");
        let origin = Arc::new(Origin::Formula { rule, inputs: places.into() });
        GroupChange { old, old_origin, difference, origin }
    }
}
