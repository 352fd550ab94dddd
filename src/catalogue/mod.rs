//! The output folder as a web page: `index.html`, one file that asks nothing of any network.
//!
//! Frame, style and script are files of `templates/catalogue/`, which a project may replace; the pieces that hold data
//! are made here. The frame is no Handlebars template: those helpers write Typst and its trace. It has placeholders
//! (`{{table}}`): each of [`PLACES`] stands in it at least once, and no other. All escaping is done in [`html`]. Style
//! and script are part of the page, and its policy names their hashes: nothing else that got into the page would run.

mod html;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::assets::{Assets, CATALOGUE, THEME};
use crate::derive::Facts;
use crate::diag::{Place, Problem, Report, Result, shown};
use crate::digest::sha256_bytes;
use crate::german::{self, Numbers, UNKNOWN, match_key};
use crate::model::{Indicator, Kommune, KommuneType};

use html::{address, escaped};

/// The file.
pub const INDEX: &str = "index.html";

/// The placeholders of the frame, in the order [`Catalogue::page`] fills them.
const PLACES: [&str; 12] = [
    "policy",
    "title",
    "style",
    "subtitle",
    "imprint",
    "documents",
    "states",
    "types",
    "count",
    "table",
    "notes",
    "script",
];

/// A file of the output folder, as the page lists it.
#[derive(Debug)]
pub struct CatalogueFile<'a> {
    /// Path below the output folder, with `/` between folders.
    pub path: &'a str,
    /// Its length; `None` where it cannot be known yet, since the file names this page.
    pub bytes: Option<usize>,
    /// How many pages; `None` when it is no document.
    pub pages: Option<usize>,
    /// The Kommune (position in the data) it is about; `None` for all other files.
    pub of: Option<usize>,
    /// What it is called, in German.
    pub title: &'a str,
    /// What it holds, in German; empty where the title says it all.
    pub description: &'a str,
    /// Where it stands in the list: files with a smaller number come first, those with the same in the order of their paths.
    pub order: usize,
    /// Whether it is a document of the user's own about a Kommune; these are listed by their titles.
    pub of_user: bool,
    /// Whether it is marked as a draft.
    pub draft: bool,
    /// How many Kommunen it is about; `None` for all of the edition.
    pub selection: Option<usize>,
}

/// Texts that would end a style or a script in the middle of the page, by file name.
const ENDS: [(&str, &[&str]); 2] = [("style.css", &["</style"]), ("script.js", &["</script", "<!--"])];

/// The frame of the page, with its style and script.
#[derive(Debug)]
pub struct Catalogue {
    /// The texts of the frame, each with the placeholder (position in [`PLACES`]) behind it; `None` behind the last.
    frame: Vec<(String, Option<usize>)>,
    style: String,
    script: String,
}

impl Catalogue {
    /// Reads the frame, the style and the script. The accent colour is that of the theme.
    ///
    /// # Errors
    /// A frame with an unknown placeholder or without one of ours, and a style or script that would end too early.
    pub fn open(assets: &Assets) -> Result<Self> {
        let mut report = Report::new();
        let frame = frame(assets, &mut report)?;
        let [style, script] = ENDS.map(|(name, ends)| {
            let path = format!("{CATALOGUE}{name}");
            let text = assets.text(&path).map_err(|problems| report.extend(problems)).unwrap_or_default();
            let lower = text.to_ascii_lowercase();
            if let Some((at, end)) = ends.iter().find_map(|end| Some((lower.find(end)?, end))) {
                let problem =
                    Problem::error("KB541", format!("`{end}` would end the {name} in the middle of the page"));
                let place = Place::at_offset(&assets.shown(&path), text, at);
                report.push(problem.at(place).hint("take it out, or write it in two parts"));
            }
            unix_lines(text)
        });
        let accent = assets.text(THEME).ok().and_then(accent);
        let style = accent.map(|colour| format!(":root {{ --accent: {colour}; }}\n")).unwrap_or_default() + &style;
        if report.has_errors() { Err(report) } else { Ok(Self { frame, style, script }) }
    }

    /// Returns the page about all Kommunen of an edition and the files of its output folder. `facts` are those about
    /// the whole edition.
    pub fn page(&self, facts: &Facts<'_>, numbers: &Numbers, files: &[CatalogueFile<'_>]) -> String {
        let edition = &facts.data.edition;
        let pieces: [String; PLACES.len()] = [
            self.policy(),
            escaped(&edition.title),
            self.style.clone(),
            escaped(&edition.subtitle),
            imprint(facts),
            documents(numbers, files),
            facts.laender.iter().map(|land| option(land.land.name)).collect(),
            KommuneType::ALL.iter().map(|kind| option(kind.german())).collect(),
            kommunen(numbers, facts.scope.len()),
            table(facts, numbers, files),
            notes(facts),
            self.script.clone(),
        ];
        let mut page = String::new();
        for (text, place) in &self.frame {
            page.push_str(text);
            page.push_str(place.map_or("", |place| &pieces[place]));
        }
        page
    }

    /// Returns the security policy: the page may only show itself. It names style and script by their hashes.
    fn policy(&self) -> String {
        let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(sha256_bytes(text)));
        format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; script-src {}; \
             img-src data:; base-uri 'none'; form-action 'none'\">",
            hash(&self.style),
            hash(&self.script)
        )
    }
}

/// Reads the frame; problems of its placeholders are added to `report`.
fn frame(assets: &Assets, report: &mut Report) -> Result<Vec<(String, Option<usize>)>> {
    let path = format!("{CATALOGUE}page.html");
    let text = assets.text(&path)?;
    let file = assets.shown(&path);
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let at = text.len() - behind.len();
        let (name, behind) = behind.split_once("}}").unwrap_or((behind, ""));
        let place = PLACES.iter().position(|place| *place == name);
        if place.is_none() {
            let message = format!("the page of the catalogue has no place `{}`", shown(name));
            let problem = Problem::error("KB540", message).at(Place::at_offset(&file, text, at));
            report.push(problem.did_you_mean(name, PLACES).hint(format!("the places are: {}", PLACES.join(", "))));
        }
        pieces.push((unix_lines(before), place));
        rest = behind;
    }
    pieces.push((unix_lines(rest), None));
    let missing = |at: usize| pieces.iter().all(|(_, place)| *place != Some(at));
    for (_, place) in PLACES.iter().enumerate().filter(|(at, _)| missing(*at)) {
        let problem = Problem::error("KB540", format!("the page of the catalogue lacks `{{{{{place}}}}}`"));
        let hint = format!("each place stands in it at least once; our own {path} shows where");
        report.push(problem.at(Place::file(&file)).hint(hint));
    }
    Ok(pieces)
}

/// Returns a text with `\n` as its line breaks. HTML reads `\r\n` as one line break, and the hashes must match what it
/// reads.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Returns the accent colour of the theme, where it is written as `#let accent = rgb("#1f4e79")`; `None` otherwise, and
/// the page has no colour then.
fn accent(theme: &str) -> Option<&str> {
    let colour = theme.lines().find_map(|line| line.strip_prefix("#let accent = rgb(\"")?.strip_suffix("\")"))?;
    let digits = colour.strip_prefix('#')?;
    (matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(colour)
}

fn option(name: &str) -> String {
    format!("<option>{}</option>", escaped(name))
}

/// Returns a count with its noun.
fn counted(numbers: &Numbers, n: usize, one: &str, many: &str) -> String {
    format!("{} {}", numbers.count(n), if n == 1 { one } else { many })
}

fn kommunen(numbers: &Numbers, n: usize) -> String {
    counted(numbers, n, "Kommune", "Kommunen")
}

/// Returns the imprint of the edition, as terms and their descriptions.
fn imprint(facts: &Facts<'_>) -> String {
    let edition = &facts.data.edition;
    let mut terms = vec![
        ("Stand", german::stand(edition.stand)),
        ("Herausgeber", format!("{}, {}", edition.publisher.value, edition.place.value)),
        ("Fassung", edition.revision.clone()),
    ];
    terms.extend(edition.publication.licence.iter().map(|licence| ("Lizenz", licence.name.clone())));
    terms.extend(edition.publication.attribution.iter().map(|words| ("Namensnennung", words.clone())));
    terms.extend(edition.publication.contact.iter().map(|of| ("Kontakt", format!("{}, {}", of.name, of.email))));
    let term = |(term, text): &(&str, String)| format!("<div><dt>{term}:</dt><dd>{}</dd></div>", escaped(text));
    terms.iter().map(term).collect::<Vec<_>>().join("\n")
}

/// Returns the list of the files of the folder. Documents about a Kommune are listed in the table instead, and only
/// counted here.
fn documents(numbers: &Numbers, files: &[CatalogueFile<'_>]) -> String {
    let mut others: Vec<&CatalogueFile<'_>> = files.iter().filter(|file| file.of.is_none()).collect();
    others.sort_by_key(|file| (file.order, file.path));
    let mut items = Vec::new();
    let sheets = files.iter().filter(|file| file.of.is_some() && !file.of_user).count();
    if sheets > 0 {
        let text = counted(numbers, sheets, "Steckbrief", "Steckbriefe");
        let note = "Eine Seite A4 für jede Kommune (PDF), verlinkt in der Tabelle";
        items.push(format!("<li><a href=\"#kommunen\">{text}</a><small>{note}</small></li>"));
    }
    for title in files.iter().filter(|file| file.of_user).map(|file| file.title).collect::<BTreeSet<_>>() {
        let text = counted(
            numbers,
            files.iter().filter(|file| file.of_user && file.title == title).count(),
            "Dokument",
            "Dokumente",
        );
        let note = "Für jede Kommune eines (PDF), verlinkt in der Tabelle";
        items.push(format!("<li><a href=\"#kommunen\">{}: {text}</a><small>{note}</small></li>", escaped(title)));
    }
    for file in others {
        let mut note = file.description.to_owned();
        if let Some(n) = file.selection {
            note += &format!("; nur {}", counted(numbers, n, "ausgewählte Kommune", "ausgewählte Kommunen"));
        }
        items.push(format!(
            "<li><a href=\"{}\">{} ({})</a><small>{}</small></li>",
            address(file.path),
            escaped(file.title),
            described(numbers, file),
            escaped(&note)
        ));
    }
    items.join("\n")
}

/// Describes a file: `PDF, 41 Seiten, 1,9 MB`.
fn described(numbers: &Numbers, file: &CatalogueFile<'_>) -> String {
    let mut parts = vec![match file.path.rsplit('.').next().unwrap_or_default() {
        "jsonl" => "JSON Lines".to_owned(),
        "jsonld" => "JSON-LD".to_owned(),
        ending => ending.to_uppercase(),
    }];
    parts.extend(file.pages.map(|n| counted(numbers, n, "Seite", "Seiten")));
    parts.extend(file.bytes.map(|bytes| size(numbers, bytes)));
    parts.extend(file.draft.then(|| "Entwurf".to_owned()));
    escaped(&parts.join(", "))
}

/// Returns a length in decimal units (SI), as a file manager shows it: `512 Byte`, `61 kB`, `1,9 MB`.
fn size(numbers: &Numbers, bytes: usize) -> String {
    let of = |unit: u32| rust_decimal::Decimal::from(bytes) / rust_decimal::Decimal::from(unit);
    match bytes {
        0..1_000 => numbers.with_unit(of(1), 0, "Byte"),
        1_000..1_000_000 => numbers.with_unit(of(1_000), 0, "kB"),
        _ => numbers.with_unit(of(1_000_000), 1, "MB"),
    }
}

/// Returns the table of all Kommunen in German order of their names; without script this is the order readers see. The
/// script sorts a column by the plain numbers in `data-value`; a cell without it is not known.
fn table(facts: &Facts<'_>, numbers: &Numbers, files: &[CatalogueFile<'_>]) -> String {
    let data = facts.data;
    let mut of_kommunen: Vec<Vec<&CatalogueFile<'_>>> = vec![Vec::new(); data.kommunen.len()];
    for file in files {
        if let Some(k) = file.of {
            of_kommunen[k].push(file);
        }
    }
    let mut html = format!(
        "<table>\n<caption>Kommunen mit Steckbriefen und Merkmalen, Stand: {}</caption>\n<thead><tr>\n",
        escaped(&german::stand(data.edition.stand))
    );
    for (key, name) in [("name", "Kommune"), ("state", "Land"), ("type", "Art")] {
        let sorted = if key == "name" { " aria-sort=\"ascending\"" } else { "" };
        html += &format!("<th scope=\"col\" data-key=\"{key}\"{sorted}>{name}</th>\n");
    }
    for indicator in &data.indicators {
        let unit = in_unit(indicator).map(|unit| format!(" <small>{}</small>", escaped(&unit))).unwrap_or_default();
        let (key, name) = (escaped(&indicator.key), escaped(&indicator.short));
        html += &format!("<th scope=\"col\" class=\"number\" data-key=\"{key}\">{name}{unit}</th>\n");
    }
    html += "</tr></thead>\n<tbody>\n";
    for (rank, k) in facts.scope.iter().enumerate() {
        row(&mut html, facts, numbers, &data.kommunen[*k], rank, &of_kommunen[*k]);
    }
    html + "</tbody>\n</table>"
}

/// Returns the unit as a column's head names it: `in km²`; `None` for a plain count.
fn in_unit(indicator: &Indicator) -> Option<String> {
    (!indicator.unit.is_empty()).then(|| format!("in {}", indicator.unit))
}

fn row(
    html: &mut String,
    facts: &Facts<'_>,
    numbers: &Numbers,
    kommune: &Kommune,
    rank: usize,
    files: &[&CatalogueFile<'_>],
) {
    let (ags, label, land) = (&kommune.ags.value, &kommune.label.value, kommune.land.value.name);
    let searched = [ags, label, &kommune.name.value, land, &kommune.jobcenter.value].map(match_key).join(" ");
    let (label, ags) = (escaped(label), escaped(ags));
    let mut named = match files.iter().find(|file| !file.of_user) {
        Some(file) => {
            let (address, what) = (address(file.path), described(numbers, file));
            let hidden = format!("<span class=\"hidden\"> (Steckbrief, {what})</span>");
            format!("<a href=\"{address}\">{label}{hidden}</a> <small>{ags}</small>")
        }
        None => format!("{label} <small>{ags}, kein Steckbrief in diesem Ordner</small>"),
    };
    for file in files {
        if file.of_user {
            let (address, title) = (address(file.path), escaped(file.title));
            named += &format!(
                " <small><a href=\"{address}\">{title}<span class=\"hidden\"> ({})</span></a></small>",
                described(numbers, file)
            );
        }
    }
    let place = facts.laender.iter().position(|of| of.land == kommune.land.value).unwrap_or_default();
    let kind = kommune.kind.value;
    let kind_rank = usize::from(kind != KommuneType::Landkreis);
    let mut add = |args: std::fmt::Arguments<'_>| html.write_fmt(args).expect("writing to a String cannot fail");
    add(format_args!("<tr data-key=\"{}\">", escaped(&searched)));
    add(format_args!("<th scope=\"row\" data-value=\"{rank}\">{named}</th>"));
    add(format_args!("<td data-value=\"{place}\">{}</td>", escaped(land)));
    add(format_args!("<td data-value=\"{kind_rank}\">{}</td>", kind.german()));
    for (indicator, number) in facts.data.indicators.iter().zip(&kommune.values) {
        match number.value {
            Some(value) => add(format_args!(
                "<td class=\"number\" data-value=\"{value}\">{}</td>",
                escaped(&numbers.format(value, indicator.decimals))
            )),
            None => add(format_args!(
                "<td class=\"number\"><span aria-hidden=\"true\">{UNKNOWN}</span>\
                 <span class=\"hidden\">nicht bekannt</span></td>"
            )),
        }
    }
    add(format_args!("</tr>\n"));
}

/// Returns the notes below the table: signs, definitions of the indicators, sources.
fn notes(facts: &Facts<'_>) -> String {
    let data = facts.data;
    let mut html = format!(
        "<p>Zeichen: „{UNKNOWN}“ = nicht bekannt. Gerundet wird kaufmännisch (5 wird vom Nullpunkt weg gerundet); \
         geordnet wird nach den ungerundeten Werten.</p>\n<h2>Merkmale</h2>\n<dl>\n"
    );
    for indicator in &data.indicators {
        let unit = in_unit(indicator).map(|unit| format!(" {unit}")).unwrap_or_default();
        let source = data.edition.source(&indicator.source).map(|source| format!(" Quelle: {}.", source.short));
        html += &format!(
            "<dt>{}{}</dt><dd>{}{}</dd>\n",
            escaped(&indicator.label),
            escaped(&unit),
            escaped(&indicator.definition),
            escaped(&source.unwrap_or_default())
        );
    }
    html += "</dl>\n<h2>Quellen</h2>\n<ul>\n";
    for source in &data.edition.sources {
        html += &format!("<li>{}</li>\n", escaped(&source.citation));
    }
    html + "</ul>"
}
