//! Every number of the brochure is that of the tables, recomputed with the tests' own arithmetic.

use std::collections::{BTreeMap, BTreeSet};

use super::{chapter, none, shipped};
use crate::pdf::{find, flat, holds};
use crate::rows::{Indicator, Rows, exact, german, indicators, printed, quotient, ranked, together};
use crate::sandbox::text_of;

/// One, as [`exact`] writes it.
fn one() -> i128 {
    exact("1").expect("a number")
}

/// The Länder in the order of their names, which German order does not change, with their rows.
fn laender(table: &Rows) -> BTreeMap<&str, Vec<&Vec<String>>> {
    let mut laender: BTreeMap<&str, Vec<&Vec<String>>> = BTreeMap::new();
    for row in &table.rows {
        laender.entry(table.cell(row, "state")).or_default().push(row);
    }
    laender
}

/// What a chapter must say and does not.
fn unsaid(text: &str, wanted: impl IntoIterator<Item = String>) -> Vec<String> {
    wanted.into_iter().filter(|part| !holds(text, part)).map(|part| format!("not printed: {part}")).collect()
}

/// The value of rows together, as printed without its unit.
fn total(table: &Rows, rows: &[&Vec<String>], indicator: &Indicator) -> String {
    german(&together(table, rows, indicator).expect("the edition knows all values"), indicator.decimals)
}

fn key_figures() -> toml::Table {
    text_of("data/2017/eckwerte.toml").parse().expect("eckwerte.toml is TOML")
}

/// A number of the key figures, as it is written.
fn written(figures: &toml::Table, path: &[&str]) -> String {
    let (last, tables) = path.split_last().expect("a path");
    let table = tables.iter().fold(figures, |table, name| table[*name].as_table().expect("a table"));
    table[*last].to_string()
}

#[test]
fn the_whole_is_the_sum_of_the_rows() {
    let table = Rows::kommunen();
    let all: Vec<&Vec<String>> = table.rows.iter().collect();
    let text = chapter(shipped(), "Das Ganze auf einen Blick");
    let wanted = indicators().into_iter().map(|indicator| {
        let value = total(&table, &all, &indicator);
        format!("{} {value} {} eigene Berechnung", indicator.label, indicator.unit).replace("  ", " ")
    });
    none(&unsaid(&text, wanted));
    let of_kind = |kind: &str| all.iter().filter(|row| table.cell(row, "type") == kind).count();
    let (kreise, cities) = (of_kind("landkreis"), of_kind("kreisfreie_stadt"));
    let by_size = laender(&table).into_iter().map(|(state, rows)| (rows.len(), state)).collect::<BTreeSet<_>>();
    let (fewest, most) = (by_size.first().expect("Länder"), by_size.last().expect("Länder"));
    let sentences = [
        format!("Die {} Optionskommunen liegen in {} Ländern.", all.len(), laender(&table).len()),
        format!("{kreise} von ihnen sind Landkreise oder Kreise, {cities} sind kreisfreie Städte."),
        format!("Die meisten hat {} ({}), die wenigsten {} ({}).", most.1, most.0, fewest.1, fewest.0),
    ];
    none(&unsaid(&text, sentences.clone()));
    none(&unsaid(&chapter(shipped(), "Zu dieser Ausgabe"), sentences));
}

#[test]
fn the_laender_are_the_sums_of_their_rows() {
    let table = Rows::kommunen();
    let text = chapter(shipped(), "Die Länder im Vergleich");
    let all: Vec<&Vec<String>> = table.rows.iter().collect();
    let line = |name: &str, rows: &[&Vec<String>]| {
        let values: Vec<String> = indicators().iter().map(|indicator| total(&table, rows, indicator)).collect();
        format!("{name} {} {}", rows.len(), values.join(" "))
    };
    let mut wanted: Vec<String> = laender(&table).iter().map(|(state, rows)| line(state, rows)).collect();
    wanted.push(line("Insgesamt", &all));
    none(&unsaid(&text, wanted));
}

#[test]
fn shares_of_the_laender_are_computed_right() {
    let table = Rows::kommunen();
    let population = |row: &Vec<String>| exact(table.cell(row, "population")).expect("a number");
    let laender = laender(&table);
    let mut sums: Vec<(i128, &str)> =
        laender.iter().map(|(state, rows)| (rows.iter().map(|row| population(row)).sum(), *state)).collect();
    let whole: i128 = sums.iter().map(|(sum, _)| sum).sum();
    let text = chapter(shipped(), "Die Länder im Vergleich");
    let number = |n: i128| german(&quotient(n, one(), 0), 0);
    let mut wanted: Vec<String> = sums.iter().map(|(sum, state)| format!("{state} {}", number(*sum))).collect();
    sums.sort_unstable_by_key(|(sum, _)| std::cmp::Reverse(*sum));
    let (first, last) = (sums[0], sums[sums.len() - 1]);
    let share = german(&quotient(first.0 * 100, whole, 1), 1);
    wanted.push(format!(
        "{} hat mit {} den größten Anteil ({share} % der Summe), {} mit {} den kleinsten.",
        first.1,
        number(first.0),
        last.1,
        number(last.0)
    ));
    // The fewest Länder that have more than half.
    let half = (1..).find(|n| sums[..*n].iter().map(|(sum, _)| sum).sum::<i128>() * 2 > whole).expect("all have");
    let names: Vec<&str> = sums[..half].iter().map(|(_, state)| *state).collect();
    let (end, start) = names.split_last().expect("some");
    wanted.push(format!("Mehr als die Hälfte der Summe entfällt auf {} und {end}.", start.join(", ")));
    none(&unsaid(&text, wanted));
}

/// The first with the lowest or highest value of some rows, and how many more have it: `und 2 weitere`.
fn extreme(table: &Rows, state: &str, key: &str, highest: bool) -> (String, String) {
    let mut own = table.clone();
    own.rows.retain(|row| table.cell(row, "state") == state);
    let ranks = ranked(&own, key, highest);
    let (label, value) = (table.cell(ranks[0].1, "label"), table.cell(ranks[0].1, key).to_owned());
    let more = ranks.iter().filter(|(rank, _)| *rank == 1).count() - 1;
    let others = if more > 0 { format!(" und {more} weitere") } else { String::new() };
    (value, format!("{label}{others}"))
}

/// The text of a Land's own table and sentences: from its heading on.
fn land_text<'t>(text: &'t str, state: &str) -> &'t str {
    let start = text.match_indices(state).map(|(at, _)| at);
    let table = |at: &usize| {
        text[*at..].starts_with(&format!("{state}\nIn ")) || text[*at..].starts_with(&format!("{state}\nIm "))
    };
    let start = start.filter(table).last().unwrap_or_else(|| panic!("no heading {state}"));
    &text[start..]
}

#[test]
fn tables_of_the_laender_name_sums_and_extremes() {
    let table = Rows::kommunen();
    let all: Vec<&Vec<String>> = table.rows.iter().collect();
    let text = flat(&chapter(shipped(), "Die Kommunen nach Ländern"));
    let mut missing = Vec::new();
    for (state, rows) in laender(&table) {
        let own = land_text(&text, state);
        let mut wanted = vec![format!("Zahl der Kommunen {} {}", rows.len(), all.len())];
        for indicator in indicators() {
            let unit = if indicator.unit.is_empty() { String::new() } else { format!(", {}", indicator.unit) };
            let (low, lowest) = extreme(&table, state, &indicator.key, false);
            let (high, highest) = extreme(&table, state, &indicator.key, true);
            let decimals = indicator.decimals;
            wanted.push(format!(
                "{}{unit} {} {} {} {lowest} {} {highest}",
                indicator.label,
                total(&table, &rows, &indicator),
                total(&table, &all, &indicator),
                german(&low, decimals),
                german(&high, decimals)
            ));
        }
        for part in wanted {
            // It stands in the table of this Land: nearer than that of the next.
            let near = find(own, &part).is_some_and(|at| at < 2500);
            missing.extend((!near).then(|| format!("{state}: {part}")));
        }
    }
    none(&missing);
}

#[test]
fn introductions_of_the_laender_compare_what_is_printed() {
    let table = Rows::kommunen();
    let all: Vec<&Vec<String>> = table.rows.iter().collect();
    let indicator = indicators().into_iter().find(|i| i.key == "sgb2_quote").expect("the indicator of headlines");
    let mean = |rows: &[&Vec<String>]| together(&table, rows, &indicator).expect("a mean");
    let text = flat(&chapter(shipped(), "Die Kommunen nach Ländern"));
    let mut wanted = Vec::new();
    for (state, rows) in laender(&table).into_iter().filter(|(_, rows)| rows.len() > 1) {
        let (own, of_all) = (mean(&rows), exact(&mean(&all)).expect("a mean"));
        let off = exact(&own).expect("a mean") - of_all;
        let side = if off < 0 { "unter" } else { "über" };
        let distance = german(&quotient(off.abs(), one(), indicator.decimals), indicator.decimals);
        let compared = if off.abs() < exact("0.2").expect("a number") {
            "ist etwa so hoch wie das Mittel".to_owned()
        } else {
            format!("liegt um {distance} Prozentpunkte {side} dem Mittel")
        };
        let said =
            format!("Das Mittel (SGB II-Quote) beträgt {} % und {compared} aller Optionskommunen.", german(&own, 2));
        let [low, high] = [false, true].map(|highest| extreme(&table, state, "sgb2_quote", highest).0);
        let own_text = land_text(&text, state);
        for part in [said, format!("({} %), der niedrigste", german(&high, 2)), format!("({} %).", german(&low, 2))] {
            let near = find(own_text, &part).is_some_and(|at| at < 700);
            wanted.extend((!near).then(|| format!("{state}: {part}")));
        }
    }
    none(&wanted);
}

/// Printed totals of an earlier publication, where the rows make others; and no further ones.
#[test]
fn totals_that_differ_stand_in_the_notes() {
    let table = Rows::kommunen();
    let earlier = Rows::parse(&text_of("data/2017/laender_gedruckt.csv"));
    let laender = laender(&table);
    let mut wanted = Vec::new();
    for row in &earlier.rows {
        let (state, rows) = (earlier.cell(row, "state"), &laender[earlier.cell(row, "state")]);
        assert_eq!(earlier.cell(row, "kommunen"), rows.len().to_string(), "{state}");
        for indicator in indicators().iter().filter(|i| ["area_km2", "population"].contains(&i.key.as_str())) {
            let computed = together(&table, rows, indicator).expect("a sum");
            let said = exact(earlier.cell(row, &indicator.key)).expect("a number");
            let off = said - exact(&computed).expect("a number");
            // As printed before: with its own decimals.
            let cell = earlier.cell(row, &indicator.key);
            let decimals = cell.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            if off != 0 {
                let off = german(&quotient(off, one(), indicator.decimals), indicator.decimals);
                let computed = printed(&computed, indicator);
                let unit = computed.find(char::is_whitespace).map_or("", |at| &computed[at..]);
                let said = german(cell, u32::try_from(decimals).expect("a few decimals")) + unit;
                wanted.push(format!("{state} {} {said} {computed} {off}", indicator.label));
            }
        }
    }
    assert_eq!(wanted.len(), 4);
    let text = chapter(shipped(), "Methodik");
    none(&unsaid(&text, wanted));
    let notes = &text[text.rfind("Differenz").expect("a table")..];
    let named = laender.keys().filter(|state| **state != "Sachsen").map(|state| notes.matches(state).count());
    assert_eq!(named.sum::<usize>(), 4, "no total that agrees is in the notes");
}

#[test]
fn national_figures_are_those_of_the_source() {
    let figures = key_figures();
    let text = chapter(shipped(), "Das Ganze auf einen Blick");
    let number = |path: &[&str]| written(&figures, path);
    let shown =
        |text: &str| german(text, text.trim_end_matches(".0").split_once('.').map_or(0, |(_, p)| p.len() as u32));
    let mut wanted = Vec::new();
    let mut distances = Vec::new();
    for (group, label) in [("alo_sgb2_prozent", "im SGB II"), ("alo_sgb3_prozent", "im SGB III")] {
        let own = number(&["gedruckt", group, "optionskommunen"]);
        let other = number(&["gedruckt", group, "gemeinsame_einrichtungen"]);
        wanted.push(format!(
            "Arbeitslosenquote {label} Optionskommunen {} % gemeinsame Einrichtungen {} %",
            shown(&own),
            shown(&other)
        ));
        let off = exact(&own).expect("a number") - exact(&other).expect("a number");
        assert!(off < 0, "the shipped edition is below");
        distances.push(german(&quotient(-off, one(), 1), 1));
    }
    wanted.push(format!(
        "Die Arbeitslosenquote im SGB II der Optionskommunen liegt um {} Prozentpunkte unter jener der \
         gemeinsamen Einrichtungen, die im SGB III um {} Prozentpunkte unter jener der gemeinsamen Einrichtungen.",
        distances[0], distances[1]
    ));
    let [before, after] =
        ["2005", "2016"].map(|year| number(&["gedruckt", "bund", &format!("arbeitslose_sgb2_{year}_mio")]));
    wanted.extend([("2005", &before), ("2016", &after)].map(|(year, n)| format!("{year} {} Mio.", shown(n))));
    let [from, to] = [&before, &after].map(|n| exact(n).expect("a number"));
    wanted.push(format!(
        "Von 2005 bis 2016 ist ihre Zahl um {} Mio. gesunken, das sind {} %.",
        german(&quotient(from - to, one(), 2), 2),
        german(&quotient((from - to) * 100, from, 0), 0)
    ));
    for (key, label, unit) in [
        ("kommunale_jobcenter", "Kommunale Jobcenter (zugelassene kommunale Träger)", ""),
        ("einwohner_mio", "Einwohnerinnen und Einwohner in ihrem Gebiet", " Mio."),
        ("leistungsberechtigte_mio", "betreute Leistungsberechtigte", " Mio."),
        ("flaechenlaender", "Flächenländer", ""),
    ] {
        wanted.push(format!("{label} {}{unit}", shown(&number(&["gedruckt", key]))));
    }
    assert!(wanted.contains(&"Von 2005 bis 2016 ist ihre Zahl um 0,90 Mio. gesunken, das sind 32 %.".to_owned()));
    none(&unsaid(&text, wanted));
}

/// How many rows have which text in a column, the empty one as it is printed.
fn counts<'t>(table: &'t Rows, column: &str) -> BTreeMap<&'t str, usize> {
    let mut counts = BTreeMap::new();
    for row in &table.rows {
        let text = table.cell(row, column);
        *counts.entry(if text.is_empty() { "keine Angabe" } else { text }).or_default() += 1;
    }
    counts
}

#[test]
fn offices_are_counted_right() {
    let table = Rows::kommunen();
    let text = chapter(shipped(), "Ämter und Organisation");
    let mut wanted = Vec::new();
    for column in ["office", "party", "organisation"] {
        let counts = counts(&table, column);
        wanted.extend(counts.iter().map(|(name, count)| format!("{name} {count}")));
        let mut known: Vec<(&str, usize)> = counts.into_iter().filter(|(name, _)| *name != "keine Angabe").collect();
        known.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let said: Vec<String> = known.iter().take(3).map(|(name, count)| format!("{name} ({count})")).collect();
        assert!(known[2].1 > known[3..].iter().map(|(_, n)| *n).max().unwrap_or(0), "{column}: no tie for third");
        let [first, second, third] = said.as_slice() else { panic!("{column} has three values") };
        wanted.push(format!("Am häufigsten: {first}, {second} und {third}; Kommunen insgesamt: 104."));
    }
    none(&unsaid(&text, wanted));
}

#[test]
fn terms_that_end_are_counted_and_named() {
    let table = Rows::kommunen();
    let text = chapter(shipped(), "Ämter und Organisation");
    let labels: BTreeSet<&str> = table.rows.iter().map(|row| table.cell(row, "label")).collect();
    let years = counts(&table, "elected_until");
    let (most, count) = years.iter().max_by_key(|(_, count)| **count).expect("terms end");
    let rows: Vec<(&str, &Vec<String>)> =
        table.rows.iter().map(|row| (table.cell(row, "elected_until"), row)).collect();
    none(&unsaid(&text, [format!("Die meisten Amtszeiten enden {most} ({count}).")]));
    let text = &text[text.find("Jahr\n").expect("a table")..];
    let mut at = 0;
    for (year, count) in &years {
        let start = at + text[at..].find(&format!("\n{year}\n{count}\n")).unwrap_or_else(|| panic!("{year}: {count}"));
        let wanted: BTreeSet<&str> =
            rows.iter().filter(|(until, _)| until == year).map(|(_, row)| table.cell(row, "label")).collect();
        let found: Vec<&str> = crate::pdf::labels_in(&text[start..], &labels).into_iter().take(*count).collect();
        assert_eq!(found.iter().copied().collect::<BTreeSet<_>>(), wanted, "{year}");
        at = start + 1;
    }
}

/// Quarters: between neighbouring values at (n − 1) · p.
fn quarter(sorted: &[i128], which: usize, decimals: u32) -> String {
    let place = (sorted.len() - 1) * which;
    let (at, part) = (place / 4, i128::try_from(place % 4).expect("less than four"));
    let next = sorted.get(at + 1).copied().unwrap_or(sorted[at]);
    german(&quotient(sorted[at] * (4 - part) + next * part, 4 * one(), decimals), decimals)
}

#[test]
fn rankings_name_the_middle_half_and_who_is_left_out() {
    let table = Rows::kommunen();
    let text = chapter(shipped(), "Ranglisten");
    let mut wanted = Vec::new();
    let mut cut = 0;
    for indicator in indicators() {
        let mut values: Vec<i128> =
            table.rows.iter().filter_map(|row| exact(table.cell(row, &indicator.key))).collect();
        values.sort_unstable();
        let unit = if indicator.unit.is_empty() { String::new() } else { format!(" {}", indicator.unit) };
        let [low, median, high] = [1, 2, 3].map(|which| quarter(&values, which, indicator.decimals));
        wanted.push(format!(
            "Die mittlere Hälfte der {} Werte liegt zwischen {low} und {high}{unit}, der Median beträgt {median}{unit}.",
            values.len()
        ));
        for highest in [true, false] {
            let ranks = ranked(&table, &indicator.key, highest);
            let last = ranks[9].0;
            let left_out = ranks[10..].iter().filter(|(rank, _)| *rank == last).count();
            if left_out > 0 {
                wanted.push(format!("Weitere Kommunen mit Rang {last}: {left_out}."));
                cut += 1;
            }
            wanted.push(if highest { indicator.highest.clone() } else { indicator.lowest.clone() });
        }
    }
    assert_eq!(text.matches("Weitere Kommunen mit Rang").count(), cut, "no list is cut without need");
    none(&unsaid(&text, wanted));
}

/// The ten of each list with rank and value, in the words of a row.
#[test]
fn rankings_are_those_of_the_table() {
    let table = Rows::kommunen();
    let text = chapter(shipped(), "Ranglisten");
    let mut wanted = Vec::new();
    for indicator in indicators() {
        for highest in [true, false] {
            for (rank, row) in &ranked(&table, &indicator.key, highest)[..10] {
                let value = german(table.cell(row, &indicator.key), indicator.decimals);
                let short = short_form(table.cell(row, "ags"));
                wanted.push(format!("{rank} {} {short} {value}", table.cell(row, "label")));
            }
        }
    }
    assert_eq!(wanted.len(), 120);
    none(&unsaid(&text, wanted));
}

/// The short form of a Land by the first two digits of a key.
fn short_form(ags: &str) -> &'static str {
    const SHORT: [&str; 16] =
        ["SH", "HH", "NI", "HB", "NW", "HE", "RP", "BW", "BY", "SL", "BE", "BB", "MV", "SN", "ST", "TH"];
    let number: usize = ags[..2].parse().expect("digits");
    SHORT[number - 1]
}
