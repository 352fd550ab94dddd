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
    /// The former edition has neither the Kommune nor one that became it.
    New,
    /// The former edition does not measure the indicator.
    NotMeasured,
    /// The indicator has another definition or unit.
    Definition,
    /// The Kommune has another area.
    Area,
    /// The Kommune is a merger, and one of its parts is not in the former edition.
    Part,
    /// The Kommune is a merger, and the indicator has no rule to put the values of its parts together.
    NotCombined,
    /// The former value is not known.
    UnknownBefore,
    /// The value is not known.
    UnknownNow,
    /// The group has other Kommunen than in the former edition.
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

    /// The word for it in CSV, JSON and on the terminal.
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

    /// The reason as printed.
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

    /// Whether the reason is only that a value is not known.
    pub fn is_unknown(self) -> bool {
        matches!(self, Self::UnknownBefore | Self::UnknownNow)
    }
}

/// The Kommune of the former edition that became one of the new edition. Positions are those in the former
/// [`Data::kommunen`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predecessor {
    /// There was none.
    New,
    /// The Kommune with the same AGS.
    Same(usize),
    /// The same Kommune under another AGS, with its position in [`Changes::renamed`].
    Renamed(usize, usize),
    /// The parts of a merger that the former edition has, with its position in [`Changes::mergers`].
    Merged(Vec<usize>, usize),
}

impl Predecessor {
    /// The positions of all predecessors; empty when there was none.
    pub fn positions(&self) -> &[usize] {
        match self {
            Self::New => &[],
            Self::Same(at) | Self::Renamed(at, _) => std::slice::from_ref(at),
            Self::Merged(parts, _) => parts,
        }
    }
}

/// An indicator of the new edition as the former edition has it.
#[derive(Debug, Clone)]
pub struct IndicatorBefore {
    /// Its position in [`Data::indicators`] there; `None` when it was not measured.
    pub at: Option<usize>,
    /// Why none of its values can be compared; `None` when they can.
    pub reason: Option<NoDifference>,
    /// How many Kommunen had a value.
    pub known: usize,
    /// Ranks from the highest value among all of the former edition; empty when it was not measured.
    pub ranks: Vec<Option<u32>>,
    /// How these ranks were made.
    pub rank_origin: Arc<Origin>,
}

/// A value beside that of the former edition.
#[derive(Debug, Clone)]
pub struct ValueChange {
    /// The former value; of a merger, the value of its parts together. `None` when there is none.
    pub old: Option<Decimal>,
    /// Where the former value comes from.
    pub old_origin: Arc<Origin>,
    /// The former rank from the highest value; `None` without one, and for a merger.
    pub old_rank: Option<u32>,
    /// By how much the value is higher now, or why there is no difference.
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

    /// The difference in per cent of the former value, for an indicator that adds up; `None` for the others, and when
    /// the former value is not more than zero.
    pub fn relative(&self, indicator: &Indicator) -> Option<Decimal> {
        let old = self.old.filter(|old| *old > Decimal::ZERO && indicator.aggregate == Aggregate::Sum)?;
        (self.difference.ok()? * Decimal::ONE_HUNDRED).checked_div(old)
    }
}

/// What changed since the former edition. It is about all Kommunen, whatever the scope: ranks are those among all of
/// each edition.
#[derive(Debug, Clone)]
pub struct Since {
    /// The predecessor of each Kommune, by position in [`Data::kommunen`].
    pub before: Vec<Predecessor>,
    /// Each indicator as the former edition has it.
    pub indicators: Vec<IndicatorBefore>,
    /// Ranks from the highest value among all of the edition: per indicator, by position of the Kommune.
    pub ranks: Vec<Vec<Option<u32>>>,
    /// How these ranks were made, per indicator.
    pub rank_origins: Vec<Arc<Origin>>,
    /// How many Kommunen of the edition have a value, per indicator.
    pub known: Vec<usize>,
    /// By position of the Kommune, one per indicator.
    pub changes: Vec<Vec<ValueChange>>,
    /// By position of the Kommune: whether the areas could not be compared, because one of them is not known and
    /// `changes.toml` has no entry for it.
    pub unchecked: Vec<bool>,
    /// Positions in the former edition of the Kommunen that have no successor, in German order.
    pub vanished: Vec<usize>,
    /// Positions in the former edition of the indicators that are not measured any more.
    pub dropped: Vec<usize>,
}

/// What changed between an edition and the one before it.
pub fn since(new: &Data, former: &Former) -> Since {
    let (old, changes) = (&former.data, &former.changes);
    let everyone: Vec<usize> = (0..old.kommunen.len()).collect();
    let by_ags: BTreeMap<&str, usize> = everyone.iter().map(|k| (old.kommunen[*k].ags.value.as_str(), *k)).collect();
    let before: Vec<Predecessor> = new.kommunen.iter().map(|k| predecessor(&k.ags.value, &by_ags, changes)).collect();
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

/// The predecessor of the Kommune with an AGS.
fn predecessor(ags: &str, by_ags: &BTreeMap<&str, usize>, changes: &Changes) -> Predecessor {
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
    // A former Kommune that became part of another one is no predecessor, even if a new Kommune has its AGS.
    let taken = changes.mergers.iter().flat_map(|m| &m.from).chain(changes.renamed.iter().map(|r| &r.from));
    let is_taken = taken.into_iter().any(|from| from.value == ags);
    position(ags).filter(|_| !is_taken).map_or(Predecessor::New, Predecessor::Same)
}

/// The entry of `changes.toml` about a Kommune or an indicator; `None` when it has none.
fn entry_about<'a>(entries: &'a [Comparability], of: &str) -> Option<&'a Comparability> {
    entries.iter().find(|entry| entry.of.value == of)
}

/// Why no value of an indicator can be compared; `None` when they can. An entry of `changes.toml` decides. Without one
/// definition and unit must be the former ones, and a ratio can be compared only if both of its parts can.
fn indicator_reason(new: &Data, former: &Former, at: usize) -> Option<NoDifference> {
    let indicator = &new.indicators[at];
    let Some(old_at) = former.data.indicator(&indicator.key) else { return Some(NoDifference::NotMeasured) };
    if let Some(said) = entry_about(&former.changes.definitions, &indicator.key) {
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
        Aggregate::Sum | Aggregate::WeightedMean(_) | Aggregate::Ratio(..) | Aggregate::None => None,
    }
}

/// Two editions being compared.
struct EditionPair<'a> {
    new: &'a Data,
    former: &'a Former,
    indicators: &'a [IndicatorBefore],
}

impl EditionPair<'_> {
    /// The changes of a Kommune, one per indicator.
    fn of_kommune(&self, k: usize, before: &Predecessor) -> Vec<ValueChange> {
        let area = self.area_reason(k, before);
        (0..self.new.indicators.len()).map(|at| self.change(k, at, before, area)).collect()
    }

    /// Why no value of a Kommune can be compared: it is new, a part is missing, or its area is another one.
    fn area_reason(&self, k: usize, before: &Predecessor) -> Option<NoDifference> {
        let changes = &self.former.changes;
        match before {
            Predecessor::New => return Some(NoDifference::New),
            Predecessor::Merged(parts, at) if parts.len() < changes.mergers[*at].from.len() => {
                return Some(NoDifference::Part);
            }
            Predecessor::Same(_) | Predecessor::Renamed(..) | Predecessor::Merged(..) => {}
        }
        if let Some(said) = entry_about(&changes.areas, &self.new.kommunen[k].ags.value) {
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

    /// Whether the areas of a Kommune that is not new could not be compared.
    fn is_unchecked(&self, k: usize, before: &Predecessor) -> bool {
        let said = entry_about(&self.former.changes.areas, &self.new.kommunen[k].ags.value);
        !matches!(before, Predecessor::New) && said.is_none() && self.areas(k, before).is_none()
    }

    /// The former value of the predecessors at these positions, and where it comes from. The value of several is put
    /// together by the rule of the indicator and rounded as the indicator is printed.
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
            // The difference of the printed numbers: a reader can check it.
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

/// The value that some Kommunen of the former edition have together, by the rule the indicator has now, rounded as it
/// is printed. `None` when a value it needs is not known, the former edition lacks an indicator, or there is no rule.
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

/// The value of a group of Kommunen beside that of their predecessors.
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
    /// Whether the former edition has a value of an indicator for all predecessors of a Kommune.
    pub(super) fn was_known(&self, old: &Data, new: &Data, k: usize, at: usize) -> bool {
        let Some(before) = old.indicator(&new.indicators[at].key) else { return false };
        self.before[k].positions().iter().all(|k| old.kommunen[*k].values[before].value.is_some())
    }

    /// How the aggregate of a group differs. `gone` says whether the former edition had Kommunen in the group that
    /// are not in it any more. Then, and when one is new, the group has other members and is not compared.
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
            Origin::Cell(_) | Origin::Tick => Vec::new(),
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
