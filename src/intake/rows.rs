//! Which Kommune a delivered row is about: the one with its key, else the one with its name. Also what a new Kommune is
//! called.

use std::collections::BTreeMap;

use super::base::BaseTable;
use super::header::qualified;
use super::mapping::{Mapping, TakenColumn};
use super::merged::{NamedRow, NewKommune};
use super::sheet::CellPosition;
use super::table::{DeliveredTable, RowKey};
use crate::diag::{Problem, Report, Result, nearest, shown};
use crate::german::match_key;
use crate::model::{KommuneType, LAENDER};

/// Most names without a Kommune that are compared with all there are.
const MOST_LOOKED_UP: usize = 1000;

/// Names that a Landkreis and a Stadt bear side by side (Statistisches Bundesamt, Gemeindeverzeichnis; `Landkreis
/// Oldenburg`, `Landkreis Rostock` and `Offenbach am Main` with their short names): alone they say nothing of who is
/// meant, even when an edition has only one of the two.
const SHARED_NAMES: [&str; 24] = [
    "Ansbach",
    "Aschaffenburg",
    "Augsburg",
    "Bamberg",
    "Bayreuth",
    "Coburg",
    "Fürth",
    "Heilbronn",
    "Hof",
    "Kaiserslautern",
    "Karlsruhe",
    "Kassel",
    "Landshut",
    "Leipzig",
    "München",
    "Offenbach",
    "Oldenburg",
    "Osnabrück",
    "Passau",
    "Regensburg",
    "Rosenheim",
    "Rostock",
    "Schweinfurt",
    "Würzburg",
];

/// The rows with the AGS of their Kommune; those found by a bare name are added to `by_name`.
pub(super) fn resolved(
    table: &DeliveredTable,
    mapping: &Mapping,
    taken: &[TakenColumn],
    base: &BaseTable,
    by_name: &mut Vec<NamedRow>,
    report: &mut Report,
) -> Vec<(u32, String)> {
    let mut rows: Vec<(u32, String)> = Vec::new();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for (row, who) in &table.rows {
        if report.problems().len() > MOST_LOOKED_UP {
            break;
        }
        let spot = (*row, table.key_column);
        let ags = match who {
            RowKey::Ags(ags) => ags.clone(),
            RowKey::Named(name) => match mapping.rows.get(name) {
                Some(ags) if ags.is_empty() => continue,
                Some(ags) => ags.clone(),
                None => match named(name, said_kind(table, *row, taken), base) {
                    Ok((record, is_bare)) => {
                        let (ags, label) = (base.cell(record, "ags").to_owned(), base.cell(record, "label").to_owned());
                        if is_bare {
                            let place = table.sheet.shown(spot);
                            by_name.push(NamedRow { place, name: name.clone(), ags: ags.clone(), label });
                        }
                        ags
                    }
                    Err((what, candidates)) => {
                        let problem = table.sheet.problem("KB624", spot, what);
                        let problem = if candidates.is_empty() { problem } else { problem.hint(candidates) };
                        let way_out = format!(
                            "or say in mapping.toml who it is: [rows] \"{}\" = \"AGS\"; \"\" leaves it out",
                            shown(name)
                        );
                        report.push(problem.hint("add a column with the AGS").hint(way_out));
                        continue;
                    }
                },
            },
        };
        report.extend(contradiction(table, *row, &ags, taken, base).into_iter().collect());
        if let Some(first) = seen.insert(ags.clone(), *row) {
            let what = format!("{ags} is already the Kommune of {}", table.sheet.shown_row(first));
            report.push(table.sheet.problem("KB623", spot, what).hint("delete one of the rows"));
        }
        rows.push((*row, ags));
    }
    rows
}

/// The kind in the `type` column of a row; `None` without that column, and for an unknown word.
fn said_kind(table: &DeliveredTable, row: u32, taken: &[TakenColumn]) -> Option<KommuneType> {
    let taken = taken.iter().find(|taken| taken.key == "type")?;
    kind(table.sheet.text((row, taken.column.at))?.trim())
}

/// An error when a row contradicts its key: the name of another Kommune, another Land, another type. A warning when
/// nobody has the name. A table with labels renames its Kommunen, and is not compared.
fn contradiction(
    table: &DeliveredTable,
    row: u32,
    ags: &str,
    taken: &[TakenColumn],
    base: &BaseTable,
) -> Option<Problem> {
    if taken.iter().any(|taken| taken.key == "label") {
        return None;
    }
    let record = base.records.iter().find(|record| base.cell(record, "ags") == ags)?;
    let who = format!("{ags} is {}", shown(base.cell(record, "label")));
    let said = |column: &str| {
        let taken = taken.iter().find(|taken| taken.key == column)?;
        let spot = (row, taken.column.at);
        let text = table.sheet.text(spot)?.trim().to_owned();
        (!text.is_empty()).then_some((spot, text))
    };
    let wrong = |(spot, text): (CellPosition, String), what: String| {
        let problem = table.sheet.problem("KB630", spot, format!("{who}, and the row says `{}`{what}", shown(&text)));
        Some(problem.hint("a column may be sorted apart from its keys, or another Kommune be meant: correct the row"))
    };
    if let Some((spot, text)) = said("state") {
        let land = LAENDER.iter().find(|land| match_key(land.name) == match_key(&text));
        if land.is_some_and(|land| land.name != base.cell(record, "state")) {
            return wrong((spot, text), String::new());
        }
    }
    if let Some((spot, text)) = said("type")
        && kind(&text).is_some_and(|kind| kind.key() != base.cell(record, "type"))
    {
        return wrong((spot, text), String::new());
    }
    let (spot, text) = said("name")?;
    let spoken = SpokenName::of(&text);
    if spoken.names(record, base) {
        return None;
    }
    if let Some(other) = base.records.iter().find(|other| spoken.names(other, base)) {
        return wrong((spot, text), format!(", which is {}", base.who(other)));
    }
    if spoken.core == SpokenName::of(base.cell(record, "name")).core {
        return wrong((spot, text), String::new());
    }
    // `Hannover, Region`: one common word is enough.
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .map(match_key)
            .filter(|word| word.len() > 3 && kind(word).is_none())
            .collect()
    };
    let (ours, theirs) = (words(base.cell(record, "label")), words(&text));
    let resembles = theirs.iter().any(|word| ours.contains(word));
    let what = format!("{who}, and the row says `{}`, which nobody is called", shown(&text));
    let problem = Problem::warning("KB632", format!("{}: {what}", table.sheet.shown(spot)));
    (!resembles).then(|| problem.at(table.sheet.place_of(spot)).hint("make sure that the row is that of its key"))
}

/// A name as tables write it, split into kind and rest: `Biberach, Landkreis`, `LK Biberach` and `Biberach (LK)` are
/// equal.
struct SpokenName {
    /// The kind it names; `None` when it names none.
    kind: Option<KommuneType>,
    /// The rest, as [`match_key`] has it.
    core: String,
}

/// Words before a name, and the kind they mean.
const BEFORE: [(&str, KommuneType); 11] = [
    ("Kreisfreie Stadt ", KommuneType::KreisfreieStadt),
    ("krfr. Stadt ", KommuneType::KreisfreieStadt),
    ("Landeshauptstadt ", KommuneType::KreisfreieStadt),
    ("Stadtkreis ", KommuneType::KreisfreieStadt),
    ("Stadt ", KommuneType::KreisfreieStadt),
    ("SK ", KommuneType::KreisfreieStadt),
    ("Landkreis ", KommuneType::Landkreis),
    ("Kreis ", KommuneType::Landkreis),
    ("Lkr. ", KommuneType::Landkreis),
    ("Lkr ", KommuneType::Landkreis),
    ("LK ", KommuneType::Landkreis),
];

impl SpokenName {
    fn of(name: &str) -> Self {
        let (plain, besides) = qualified(name);
        // `Tübingen, Regierungsbezirk` is another region than Tübingen.
        let is_other = |said: &&String| kind_of_addition(said).is_none() && name.contains(&format!(", {said}"));
        if besides.iter().any(|said| is_other(&said)) {
            return Self { kind: None, core: match_key(name) };
        }
        let mut kind = besides.iter().find_map(|said| kind_of_addition(said));
        let mut bare = plain.as_str();
        let before = |(word, _): &&(&str, KommuneType)| {
            bare.get(..word.len()).is_some_and(|start| start.to_lowercase() == word.to_lowercase())
        };
        if let Some((word, of)) = BEFORE.iter().find(before) {
            kind = kind.or(Some(*of));
            bare = &bare[word.len()..];
        }
        Self { kind, core: match_key(bare) }
    }

    /// Whether it can be the name of a row of the base.
    fn names(&self, record: &[String], base: &BaseTable) -> bool {
        let is_kind = self.kind.is_none_or(|kind| base.cell(record, "type") == kind.key());
        is_kind && ["label", "name"].iter().any(|column| Self::of(base.cell(record, column)).core == self.core)
    }
}

/// The kind that an addition to a name means: `Landkreis`, `Landeshauptstadt`, `LK`.
fn kind_of_addition(said: &str) -> Option<KommuneType> {
    let key = match_key(said);
    match key.as_str() {
        "lk" | "lkr" => Some(KommuneType::Landkreis),
        "sk" | "krfrst" => Some(KommuneType::KreisfreieStadt),
        "stadtkreis" => Some(KommuneType::KreisfreieStadt),
        key if key.ends_with("kreis") => Some(KommuneType::Landkreis),
        key => key.contains("stadt").then_some(KommuneType::KreisfreieStadt),
    }
}

/// The row of the Kommune with a label, else with a name, and whether it was found by the bare name alone. Of several
/// with the same name it is the one of the given kind. The error is a message and a hint with candidates.
fn named<'a>(
    name: &str,
    kind: Option<KommuneType>,
    base: &'a BaseTable,
) -> Result<(&'a [String], bool), (String, String)> {
    let key = match_key(name);
    let labelled: Vec<_> = base.records.iter().filter(|record| match_key(base.cell(record, "label")) == key).collect();
    if let [one] = labelled.as_slice()
        && match_key(base.cell(one, "name")) != key
    {
        return Ok((one, false));
    }
    let mut spoken = SpokenName::of(name);
    spoken.kind = spoken.kind.or(kind);
    let called: Vec<_> = base.records.iter().filter(|record| spoken.names(record, base)).collect();
    let is_shared = SHARED_NAMES.iter().any(|shared| match_key(shared) == spoken.core);
    match called.as_slice() {
        // A name that includes its kind, like `Enzkreis`, or that only one Kommune has.
        [one] if spoken.kind.is_some() || !is_shared => {
            Ok((one, spoken.kind.is_none() && match_key(base.cell(one, "label")) != spoken.core))
        }
        [] => {
            spoken.kind = None;
            let other_kind = base.records.iter().find(|record| spoken.names(record, base));
            let labels = ["label", "name"]
                .into_iter()
                .flat_map(|column| base.records.iter().map(move |record| base.cell(record, column)));
            let near = nearest(name, labels).and_then(|near| {
                base.records
                    .iter()
                    .find(|record| base.cell(record, "label") == near || base.cell(record, "name") == near)
            });
            // `Offenbach am Main`, `Rotenburg`: the one name begins with the other.
            let begins = base.records.iter().find(|record| {
                let own = SpokenName::of(base.cell(record, "name")).core;
                let (long, short) = (own.len().max(spoken.core.len()), own.len().min(spoken.core.len()));
                short > 3 && long > short && (own.starts_with(&spoken.core) || spoken.core.starts_with(&own))
            });
            let hint = other_kind.or(near).or(begins);
            let hint = hint.map_or_else(String::new, |record| format!("did you mean {}?", base.who(record)));
            Err((format!("no Kommune is called `{}`", shown(name)), hint))
        }
        [one] => {
            let what = format!("`{}` is the name of a Landkreis and of a Stadt", shown(name));
            Err((what, format!("the edition has {}: call the row so if that is meant", base.who(one))))
        }
        several => {
            let all = several.iter().map(|record| base.who(record)).collect::<Vec<_>>().join(", ");
            Err((format!("`{}` is the name of {} Kommunen", shown(name), several.len()), format!("it can be: {all}")))
        }
    }
}

/// The kind a word means; `None` for any other word.
pub(super) fn kind(word: &str) -> Option<KommuneType> {
    let key = match_key(word);
    let is = |words: &[&str]| words.contains(&key.as_str());
    if is(&["landkreis", "kreis", "regionalverband", "region", "staedteregion", "kommunalverbandbesondererart"]) {
        return Some(KommuneType::Landkreis);
    }
    is(&["kreisfreiestadt", "stadtkreis", "stadt", "krfrstadt"]).then_some(KommuneType::KreisfreieStadt)
}

/// A new Kommune, and its name, label, type and state, each with the position it was delivered at.
#[expect(clippy::type_complexity, reason = "four columns, each a text and where it was delivered")]
pub(super) fn new_kommune(
    table: &DeliveredTable,
    row: u32,
    ags: &str,
    taken: &[TakenColumn],
    cells: Option<&BTreeMap<&str, (String, CellPosition)>>,
) -> Result<(NewKommune, [(String, Option<CellPosition>); 4]), Problem> {
    let delivered = |key: &str| {
        let (value, spot) = cells?.get(key)?;
        (!value.is_empty()).then(|| (value.clone(), *spot))
    };
    let refused = |what: &str| {
        table
            .sheet
            .problem("KB625", (row, table.key_column), format!("{ags} is a new Kommune, and {what}"))
            .hint("add columns `name` and `type` (Landkreis, Kreis, Kreisfreie Stadt), or its row to kommunen.csv")
    };
    let raw_kind =
        taken.iter().find(|taken| taken.key == "type").and_then(|taken| table.sheet.text((row, taken.column.at)));
    let given = delivered("name").or_else(|| delivered("label")).ok_or_else(|| refused("the file does not name it"))?;
    let (name, spot) = given;
    let said = match &raw_kind {
        Some(word) => Some(kind(word).ok_or_else(|| refused(&format!("its type `{}` is unknown", shown(word))))?),
        None => None,
    };
    let land = LAENDER.iter().find(|land| ags.starts_with(land.key)).ok_or_else(|| refused("its AGS has no Land"))?;
    let (name, label, kind) = called(&name, said, raw_kind.as_deref(), land.key)
        .ok_or_else(|| refused("neither a type nor its name say what it is"))?;
    let state = delivered("state")
        .map_or((land.name.to_owned(), Some((row, table.key_column))), |(value, spot)| (value, Some(spot)));
    let given_label = delivered("label");
    let label_derived = given_label.is_none();
    let label = given_label.map_or((label, Some(spot)), |(label, spot)| (label, Some(spot)));
    let kind_spot = cells.and_then(|cells| cells.get("type")).map(|(_, spot)| *spot);
    let new = NewKommune { ags: ags.to_owned(), label: label.0.clone(), label_derived };
    Ok((new, [(name, Some(spot)), label, (kind.key().to_owned(), kind_spot), state]))
}

/// Name, label and kind of a Kommune as lists of Kreise write it: `Kiel, Landeshauptstadt`, `Dithmarschen` with the
/// type `Kreis`. `None` when nothing says what it is.
fn called(
    written: &str,
    said: Option<KommuneType>,
    word: Option<&str>,
    land: &str,
) -> Option<(String, String, KommuneType)> {
    let (bare, addition) = written.split_once(", ").map_or((written, None), |(bare, addition)| (bare, Some(addition)));
    let begins = |start: &str| bare.strip_prefix(start).map(str::to_owned);
    let of_addition = addition.and_then(kind_of_addition);
    let district = ["Landkreis ", "Kreis "].iter().find_map(|start| begins(start));
    let city = ["Kreisfreie Stadt ", "Stadt "].iter().find_map(|start| begins(start));
    let speaks = is_district_name(bare);
    let kind = said
        .or(of_addition)
        .or(city.as_ref().map(|_| KommuneType::KreisfreieStadt))
        .or((district.is_some() || speaks).then_some(KommuneType::Landkreis))?;
    // An addition that says nothing of the kind is part of the name.
    let bare = if addition.is_some() && of_addition.is_none() { written } else { bare };
    let (name, label) = match kind {
        KommuneType::KreisfreieStadt => {
            let name = city.unwrap_or_else(|| bare.to_owned());
            let label = format!("Stadt {name}");
            (name, label)
        }
        KommuneType::Landkreis if district.is_some() => (district.unwrap_or_default(), bare.to_owned()),
        KommuneType::Landkreis if speaks => (bare.to_owned(), bare.to_owned()),
        KommuneType::Landkreis => {
            // Two Länder call theirs Kreis (Landesrecht of Schleswig-Holstein and Nordrhein-Westfalen).
            let kreis = word.map_or(["01", "05"].contains(&land), |word| match_key(word) == "kreis");
            (bare.to_owned(), format!("{} {bare}", if kreis { "Kreis" } else { "Landkreis" }))
        }
    };
    Some((name, label, kind))
}

/// Whether a name says itself that it is a Kreis: `Enzkreis`, `Rhein-Kreis Neuss`, `Region Hannover`.
fn is_district_name(name: &str) -> bool {
    let starts =
        ["region ", "regionalverband ", "städteregion "].iter().any(|start| name.to_lowercase().starts_with(start));
    starts || name.split([' ', '-']).any(|word| word.to_lowercase().ends_with("kreis"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kommunen_are_called_as_they_are_addressed() {
        let (landkreis, stadt) = (Some(KommuneType::Landkreis), Some(KommuneType::KreisfreieStadt));
        for (written, said, word, land, name, label) in [
            ("Flensburg, Stadt", stadt, Some("Kreisfreie Stadt"), "01", "Flensburg", "Stadt Flensburg"),
            ("Hamburg, Freie und Hansestadt", stadt, None, "02", "Hamburg", "Stadt Hamburg"),
            ("Heidelberg", stadt, Some("Stadtkreis"), "08", "Heidelberg", "Stadt Heidelberg"),
            ("Dithmarschen", landkreis, Some("Kreis"), "01", "Dithmarschen", "Kreis Dithmarschen"),
            ("Gifhorn", landkreis, Some("Landkreis"), "03", "Gifhorn", "Landkreis Gifhorn"),
            ("Unna", landkreis, None, "05", "Unna", "Kreis Unna"),
            ("Region Hannover", landkreis, Some("Landkreis"), "03", "Region Hannover", "Region Hannover"),
            ("Schwarzwald-Baar-Kreis", landkreis, None, "08", "Schwarzwald-Baar-Kreis", "Schwarzwald-Baar-Kreis"),
            (
                "Regionalverband Saarbrücken",
                landkreis,
                None,
                "10",
                "Regionalverband Saarbrücken",
                "Regionalverband Saarbrücken",
            ),
            ("Märkischer Kreis", None, None, "05", "Märkischer Kreis", "Märkischer Kreis"),
            ("Landkreis Rotenburg (Wümme)", None, None, "03", "Rotenburg (Wümme)", "Landkreis Rotenburg (Wümme)"),
            ("Eichsfeld, Landkreis", None, None, "16", "Eichsfeld", "Landkreis Eichsfeld"),
            ("Gera, Stadt", None, None, "16", "Gera", "Stadt Gera"),
        ] {
            let (found_name, found_label, kind) = called(written, said, word, land).expect(written);
            assert_eq!((found_name.as_str(), found_label.as_str()), (name, label), "{written}");
            assert_eq!(kind == KommuneType::KreisfreieStadt, label.starts_with("Stadt "), "{written}");
        }
        assert_eq!(called("Gera", None, None, "16"), None);
    }
}
