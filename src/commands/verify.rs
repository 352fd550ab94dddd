//! `kreisblatt verify`: the finished files against the data, both ways. The manifest says which files there
//! are, the trace what stands on their pages, the data what should; the PDFs are read back from their bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::args::{self, Profile, ReportFormat};
use crate::assets::sha256;
use crate::check::Checked;
use crate::compose::{ComposedDocument, Composer, PreparedAssets};
use crate::derive::{Facts, derive};
use crate::diag::{Place, Problem, Report, Result};
use crate::export;
use crate::german::Numbers;
use crate::pdf::{Reading, read};
use crate::plan::{self, Document, Kind};
use crate::trace::{self, Inputs, Line, Origin, numbers_in};
use crate::verify::{Deviation, compare};

use super::align::aligned;
use super::beside::{self, Beside};
use super::cells::{TextsNow, fields_now};
use super::desk::Desk;
use super::manifest::{Entry, MANIFEST, Manifest, PROGRAM, Settings};
use super::traced::{Cells, TRACE, Texts};
use super::{Kitchen, Outcome, assets, everyone, over, own};

/// The most deviations of one file that are told to people; machines get all.
const MOST_TOLD: usize = 25;

/// `kreisblatt verify`.
pub fn verify(args: &args::Verify) -> Outcome {
    let held = held(args);
    let Ok((folder, manifest, lines, mut deviations)) = held else {
        return Outcome { report: held.err().unwrap_or_default(), ..Default::default() };
    };
    let readings = files(&folder, &manifest, &lines, &mut deviations);
    let of_edition = args::From { edition: Some(manifest.edition.clone()), ..args.from.clone() };
    let mut sound = false;
    let Outcome { mut report, .. } = over(&of_edition, |Kitchen { assets, checked, warnings: report }| {
        sound = true;
        let prepared = PreparedAssets::new(assets.clone(), checked.data());
        *assets = prepared.assets().clone();
        let assets = &prepared;
        deviations.extend(against_data(assets, &checked, &folder, &manifest, &lines, &readings)?);
        Ok(Outcome { report, ..Default::default() })
    });
    if !sound {
        // Data with errors makes no document; its cells can still be held against the trace.
        // What there is to say of the folder was said before.
        match assets(&of_edition, &mut Report::new()) {
            Ok(assets) => deviations.extend(fields_now(&assets, &lines)),
            Err(problems) => report.extend(problems),
        }
    }
    let unknown = lines.keys().filter(|file| manifest.files.iter().all(|entry| entry.path != **file));
    deviations.extend(
        unknown.map(|file| of_file("KB411", TRACE, &format!("it speaks of {file}, which the manifest does not name"))),
    );
    deviations.extend(strangers(&folder, &manifest));
    deviations.sort();
    deviations.dedup();
    report.extend(told(&deviations));
    let output = match args.format {
        ReportFormat::Json => serde_json::to_string_pretty(&deviations).expect("deviations can be written") + "\n",
        _ => String::new(),
    };
    let (files, counted) = (manifest.files.len(), lines.values().map(Vec::len).sum::<usize>());
    let found = match deviations.len() {
        0 if !sound => "nothing deviates from the trace, but the data has errors".to_owned(),
        0 => "nothing deviates".to_owned(),
        1 => "found 1 deviation".to_owned(),
        n => format!("found {n} deviations"),
    };
    let summary = format!("{files} files and {counted} numbers verified in {}, {found}", folder.display());
    Outcome { output, report, summary }
}

/// What is to be verified: the folder, its manifest, and its trace.
type Held = (PathBuf, Manifest, Lines, Vec<Deviation>);

fn held(args: &args::Verify) -> Result<Held> {
    let folder = folder(&args.folder, args.from.edition.as_deref())?;
    let manifest = manifest(&folder)?;
    let (lines, deviations) = trace(&folder)?;
    Ok((folder, manifest, lines, deviations))
}

/// The folder that holds the manifest.
fn folder(given: &Path, edition: Option<&str>) -> Result<PathBuf> {
    let mut found = vec![given.to_path_buf()];
    match edition {
        Some(edition) => found.insert(0, given.join(edition)),
        None => {
            let below = fs::read_dir(given).into_iter().flatten().flatten().map(|entry| entry.path());
            let mut below: Vec<PathBuf> = below.filter(|path| path.join(MANIFEST).is_file()).collect();
            // The newest edition, as `build` takes it.
            below.sort();
            found.extend(below.pop());
        }
    }
    found.into_iter().find(|path| path.join(MANIFEST).is_file()).ok_or_else(|| {
        Problem::error("KB401", format!("there is no {MANIFEST} in {}", given.display()))
            .hint("give the output folder of a build, or run `kreisblatt build` first")
            .into()
    })
}

fn manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).map_err(|error| error.to_string());
    let parsed = text.and_then(|text| serde_json::from_str::<Manifest>(&text).map_err(|error| error.to_string()));
    parsed.map_err(|error| {
        Problem::error("KB402", format!("the manifest cannot be read: {error}"))
            .at(Place::file(&path.display().to_string()))
            .hint("build again: nothing can be verified without it")
            .into()
    })
}

/// The lines of the trace by document.
type Lines = BTreeMap<String, Vec<Line>>;

/// The trace, and what of it cannot be read.
fn trace(folder: &Path) -> Result<(Lines, Vec<Deviation>)> {
    let path = folder.join(TRACE);
    let text = fs::read_to_string(&path).map_err(|error| {
        Report::from(
            Problem::error("KB403", format!("the trace cannot be read: {error}"))
                .at(Place::file(&path.display().to_string()))
                .hint("build again: nothing can be verified without it"),
        )
    })?;
    let mut lines = Lines::new();
    let mut deviations = Vec::new();
    for (at, row) in text.lines().enumerate() {
        match serde_json::from_str::<Line>(row) {
            Ok(line) => lines.entry(line.file.clone()).or_default().push(line),
            Err(_) if serde_json::from_str::<Inputs>(row).is_ok() => {}
            Err(error) => {
                deviations.push(of_file("KB411", TRACE, &format!("line {} cannot be read: {error}", at + 1)));
            }
        }
    }
    Ok((lines, deviations))
}

fn of_file(id: &'static str, file: &str, what: &str) -> Deviation {
    Deviation {
        id,
        file: file.to_owned(),
        page: None,
        expected: None,
        found: None,
        origin: None,
        at: None,
        what: what.to_owned(),
    }
}

/// Every file of the manifest: there, unchanged, and its pages as the trace says. Returns what was read.
fn files(
    folder: &Path,
    manifest: &Manifest,
    lines: &Lines,
    deviations: &mut Vec<Deviation>,
) -> BTreeMap<String, Reading> {
    let looked_at: Vec<(Vec<Deviation>, Option<Reading>)> = manifest
        .files
        .par_iter()
        .map(|entry| {
            let mut found = Vec::new();
            let bytes = match fs::read(folder.join(&entry.path)) {
                Ok(bytes) => bytes,
                Err(error) => {
                    found.push(of_file("KB410", &entry.path, &format!("the file cannot be read: {error}")));
                    return (found, None);
                }
            };
            let hash = sha256(&bytes);
            if hash != entry.sha256 {
                let same = manifest.files.iter().find(|other| other.sha256 == hash);
                let what = match same {
                    Some(other) => format!("the file has the content of {}", other.path),
                    None => "the file is not the one the build wrote".to_owned(),
                };
                let mut changed = of_file("KB411", &entry.path, &what);
                (changed.expected, changed.found) = (Some(entry.sha256.clone()), Some(hash));
                found.push(changed);
            }
            if !entry.path.ends_with(".pdf") {
                return (found, None);
            }
            match read(&bytes) {
                Ok(reading) => {
                    let none = Vec::new();
                    let of_file: Vec<&Line> = lines.get(&entry.path).unwrap_or(&none).iter().collect();
                    found.extend(compare(&entry.path, &reading, &of_file));
                    (found, Some(reading))
                }
                Err(error) => {
                    found.push(of_file("KB411", &entry.path, &format!("the PDF cannot be read: {error}")));
                    (found, None)
                }
            }
        })
        .collect();
    let mut readings = BTreeMap::new();
    for (entry, (found, reading)) in manifest.files.iter().zip(looked_at) {
        deviations.extend(found);
        readings.extend(reading.map(|reading| (entry.path.clone(), reading)));
    }
    readings
}

/// Every document composed again from the data, and held against the trace; tables and attachments, too.
fn against_data(
    prepared: &PreparedAssets,
    checked: &Checked,
    folder: &Path,
    manifest: &Manifest,
    lines: &Lines,
    readings: &BTreeMap<String, Reading>,
) -> Result<Vec<Deviation>> {
    let composer = Composer::new(prepared)?;
    let assets = prepared.assets();
    let data = checked.data();
    let all = everyone(checked);
    let of_all = derive(checked, &all);
    let numbers = Numbers::new(data.edition.numbers);
    let meeting = manifest.meeting.as_ref();
    let own = own(assets)?;
    let documents = match meeting {
        Some(meeting) => plan::annexes(meeting, data)?.into_iter().chain([plan::bundle(meeting)]).collect(),
        None => plan::documents(data, &own, &all, |_| true),
    };
    let documents: BTreeMap<String, Document> = documents.into_iter().map(|d| (d.path.clone(), d)).collect();
    // One set of facts for each selection documents were made for.
    let mut scopes: BTreeMap<&Vec<String>, Facts<'_>> = BTreeMap::new();
    for selection in manifest.files.iter().filter_map(|entry| entry.settings.as_ref()?.selection.as_ref()) {
        let scope: Vec<usize> =
            all.iter().copied().filter(|k| selection.contains(&data.kommunen[*k].ags.value)).collect();
        scopes.entry(selection).or_insert_with(|| derive(checked, &scope));
    }
    let texts = Texts::of(data);
    let cells = Cells::new(assets);
    let texts = TextsNow::new(&texts, &cells);
    let scope_of = |settings: &Settings| settings.selection.as_ref().map_or(&of_all, |selection| &scopes[selection]);
    let verified: Vec<Result<Vec<Deviation>>> = manifest
        .files
        .par_iter()
        .map(|entry| {
            let Some(settings) = &entry.settings else { return Ok(Vec::new()) };
            let none = Vec::new();
            let traced = lines.get(&entry.path).unwrap_or(&none);
            let mut found = texts.deviations(&entry.path, traced);
            let Some(document) = documents.get(&entry.path) else {
                found.push(of_file("KB414", &entry.path, "the data has no such document any more"));
                return Ok(found);
            };
            let desk = Desk {
                composer: &composer,
                checked,
                of_all: &of_all,
                of_scope: scope_of(settings),
                numbers: &numbers,
                meeting,
            };
            let composed = desk.composed(document, settings, settings.tightness)?;
            found.extend(numbers_now(entry, &composed, traced, &cells));
            if entry.inputs.as_deref() != Some(composed.inputs.as_str()) && found.is_empty() {
                found.push(other_text(entry, manifest, &composed));
            }
            if settings.profile == Profile::Daten
                && let Some(reading) = readings.get(&entry.path)
            {
                found.extend(attachments(&desk, document, settings, reading));
            }
            Ok(found)
        })
        .collect();
    let mut deviations = Vec::new();
    for found in verified {
        deviations.extend(found?);
    }
    deviations.extend(tables(manifest, &documents, scope_of));
    let beside: Vec<(String, Vec<u8>)> = match meeting {
        Some(meeting) => {
            let documents = manifest.files.iter().filter(|entry| entry.path.ends_with(".pdf"));
            let held = |entry: &Entry| Some((entry.path.clone(), fs::read(folder.join(&entry.path)).ok()?));
            let draft = manifest.files.iter().any(beside::is_draft);
            beside::of_meeting(meeting, data, draft, &documents.filter_map(held).collect())?
        }
        None => {
            let files = Beside::open(assets, &own, &of_all, &numbers)?.files(&manifest.files);
            files.map(|(path, text)| (path.to_owned(), text.into_bytes())).into()
        }
    };
    deviations.extend(compared(folder, manifest, beside));
    Ok(deviations)
}

/// The files that speak of the others, against what data and manifest make of them now.
fn compared(folder: &Path, manifest: &Manifest, beside: Vec<(String, Vec<u8>)>) -> Vec<Deviation> {
    let mut deviations = Vec::new();
    for (path, now) in beside {
        let listed = manifest.files.iter().any(|entry| entry.path == path);
        // A file that cannot be read was told before.
        let Some(found) = listed.then(|| fs::read(folder.join(&path)).ok()).flatten() else { continue };
        if found != now {
            let difference = match std::str::from_utf8(&now) {
                Ok(now) => format!("data and manifest: {}", first_difference(now, &found)),
                Err(_) => "the files it was made from".to_owned(),
            };
            deviations.push(of_file("KB416", &path, &format!("it says other than {difference}")));
        }
    }
    deviations
}

/// Each traced number against the one the template prints now.
fn numbers_now(entry: &Entry, composed: &ComposedDocument, traced: &[Line], cells: &Cells) -> Vec<Deviation> {
    let mut deviations = Vec::new();
    // A figure may hold several numbers (`4,7–12,5 %`): its lines stand in their order.
    let mut of_figure: BTreeMap<usize, Vec<&Line>> = BTreeMap::new();
    for line in traced {
        if let Some(number) = line.number {
            of_figure.entry(number).or_default().push(line);
        }
    }
    let partners = partners(composed, &of_figure, cells);
    for ((_, lines), now) in of_figure.into_iter().zip(partners) {
        let text = now.and_then(|now| composed.printed(now));
        let tokens: Vec<&str> = text.iter().flat_map(|text| numbers_in(text)).collect();
        for (at, line) in lines.iter().enumerate() {
            // What is printed in several places begins anew.
            let expected = tokens.get(at % tokens.len().max(1)).copied();
            if expected == Some(line.text.as_str()) {
                continue;
            }
            let origin = now.and_then(|now| composed.origin(now));
            deviations.push(Deviation {
                id: "KB414",
                file: entry.path.clone(),
                page: Some(line.page),
                expected: expected.map(str::to_owned),
                found: Some(line.text.clone()),
                origin: Some(origin.map_or_else(|| "nothing prints it any more".to_owned(), |o| said(&o))),
                at: None,
                what: "the data says another number now".to_owned(),
            });
        }
    }
    deviations
}

/// For each traced number the position of the one that is printed in its stead now.
fn partners(composed: &ComposedDocument, traced: &BTreeMap<usize, Vec<&Line>>, cells: &Cells) -> Vec<Option<usize>> {
    // Kind or rule, cell, text. Equal ones share an ID: they are compared millions of times.
    let mut ids: HashMap<String, usize> = HashMap::new();
    let mut id = |text: String| {
        let next = ids.len();
        *ids.entry(text).or_insert(next)
    };
    let mut before = |line: &Line| {
        let rule = line.rule.clone().unwrap_or_else(|| format!("{:?}", line.kind));
        [id(rule), id(line.cell.clone().unwrap_or_default()), id(line.text.clone())]
    };
    let before: Vec<[usize; 3]> = traced.values().map(|lines| before(lines[0])).collect();
    let mut now = |number: usize| {
        let (text, origin) = (composed.printed(number)?, composed.origin(number)?);
        let (rule, cell) = match origin.as_ref() {
            Origin::Cell(place) => (format!("{:?}", trace::Kind::Cell), cells.named(place)),
            Origin::Formula { rule, .. } => (rule.clone(), String::new()),
            Origin::Tick => (format!("{:?}", trace::Kind::Tick), String::new()),
        };
        Some([id(rule), id(cell), id(numbers_in(&text).next().unwrap_or_default().to_owned())])
    };
    let now: Vec<[usize; 3]> = (0..).map_while(&mut now).collect();
    let in_place = |(number, [rule, ..]): (&usize, &[usize; 3])| now.get(*number).is_some_and(|now| now[0] == *rule);
    if traced.keys().zip(&before).all(in_place) {
        return traced.keys().copied().map(Some).collect();
    }
    aligned(before.len(), now.len(), |a, b| {
        let [of_a_kind, same_cell, same_text] = std::array::from_fn(|at| u16::from(before[a][at] == now[b][at]));
        of_a_kind * (1 + 2 * same_cell + 2 * same_text)
    })
}

fn said(origin: &Origin) -> String {
    match origin {
        Origin::Cell(place) => place.to_string(),
        Origin::Formula { rule, .. } => rule.clone(),
        Origin::Tick => "tick of an axis".to_owned(),
    }
}

/// All numbers agree and the text still is another one.
fn other_text(entry: &Entry, manifest: &Manifest, composed: &ComposedDocument) -> Deviation {
    let what = if manifest.program == PROGRAM {
        "the data, a template, the look or a font has changed since the build: another Kennung comes of it".to_owned()
    } else {
        format!("made by {}, this is {PROGRAM}: another Kennung comes of it", manifest.program)
    };
    let mut deviation = of_file("KB415", &entry.path, &what);
    (deviation.expected, deviation.found) = (Some(composed.kennung.clone()), entry.kennung.clone());
    deviation
}

/// What a PDF of profile `daten` carries, against what the data says.
fn attachments(desk: &Desk<'_>, document: &Document, settings: &Settings, reading: &Reading) -> Vec<Deviation> {
    let mut deviations = Vec::new();
    for wanted in desk.attachments(document, settings) {
        let found = reading.attachments.iter().find(|(name, _)| *name == wanted.name);
        let what = match found {
            Some((_, bytes)) if bytes == wanted.content.as_bytes() => continue,
            Some((_, bytes)) => format!(
                "the attached {} says other than the data: {}",
                wanted.name,
                first_difference(&wanted.content, bytes)
            ),
            None => format!("the attached {} is not there", wanted.name),
        };
        deviations.push(of_file("KB416", &document.path, &what));
    }
    deviations
}

/// The tables beside the PDFs, against what the data says now.
fn tables<'f>(
    manifest: &Manifest,
    documents: &BTreeMap<String, Document>,
    scope_of: impl Fn(&Settings) -> &'f Facts<'f>,
) -> Vec<Deviation> {
    let mut deviations = Vec::new();
    for entry in manifest.files.iter().filter(|entry| entry.path.ends_with(".csv")) {
        let pdf = format!("{}.pdf", entry.path.trim_end_matches(".csv"));
        let beside = manifest.files.iter().find(|other| other.path == pdf).and_then(|other| other.settings.as_ref());
        let (Some(document), Some(settings)) = (documents.get(&pdf), beside) else { continue };
        let table = match document.kind {
            Kind::Rankings => export::rankings(scope_of(settings)),
            Kind::Laender => export::laender(scope_of(settings), true),
            Kind::Comparison => export::all_changes(scope_of(settings)),
            _ => continue,
        };
        let now = sha256(table.csv().as_bytes());
        if now != entry.sha256 {
            let mut deviation = of_file("KB416", &entry.path, "the table says other than the data");
            (deviation.expected, deviation.found) = (Some(now), Some(entry.sha256.clone()));
            deviations.push(deviation);
        }
    }
    deviations
}

/// Characters shown before the first difference of two lines.
const BEFORE: usize = 20;

fn first_difference(expected: &str, found: &[u8]) -> String {
    let found = String::from_utf8_lossy(found);
    let differ = expected.lines().zip(found.lines()).enumerate().find(|(_, (a, b))| a != b);
    let Some((at, (a, b))) = differ else { return "it ends elsewhere".to_owned() };
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let around = |line: &str| {
        let from: String = line.chars().skip(same.saturating_sub(BEFORE)).collect();
        crate::diag::shown(&from)
    };
    format!("line {} has `{}`, expected `{}`", at + 1, around(b), around(a))
}

/// PDFs beside those of the manifest: they look like ours, and nobody vouches for them.
fn strangers(folder: &Path, manifest: &Manifest) -> Vec<Deviation> {
    let mut found = Vec::new();
    let folders = manifest.files.iter().filter_map(|entry| Some(&entry.path[..=entry.path.rfind('/')?]));
    for prefix in folders.chain(["", "steckbriefe/"]).collect::<BTreeSet<_>>() {
        for entry in fs::read_dir(folder.join(prefix)).into_iter().flatten().flatten() {
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if path.ends_with(".pdf") && !manifest.files.iter().any(|entry| entry.path == path) {
                found.push(of_file("KB417", &path, "the manifest does not name this file"));
            }
        }
    }
    found
}

/// The deviations as problems; of one file not more than people read.
fn told(deviations: &[Deviation]) -> Report {
    let mut report = Report::new();
    let mut by_file: BTreeMap<&str, Vec<&Deviation>> = BTreeMap::new();
    for deviation in deviations {
        by_file.entry(&deviation.file).or_default().push(deviation);
    }
    for (file, deviations) in by_file {
        for deviation in deviations.iter().take(MOST_TOLD) {
            let page = deviation.page.map(|page| format!("page {page}: ")).unwrap_or_default();
            let mut message = format!("{page}{}", deviation.what);
            match (&deviation.expected, &deviation.found) {
                (Some(expected), Some(found)) => message += &format!(": expected {expected}, found {found}"),
                (Some(expected), None) => message += &format!(": expected {expected}"),
                (None, Some(found)) => message += &format!(": found {found}"),
                (None, None) => {}
            }
            let mut problem = Problem::error(deviation.id, message).at(Place::file(file));
            if let Some((x, y)) = &deviation.at {
                problem = problem.hint(format!("at {x} pt from the left, {y} pt from the lower edge of the sheet"));
            }
            if let Some(origin) = &deviation.origin {
                problem = problem.hint(format!("origin: {origin}"));
            }
            report.push(problem);
        }
        if deviations.len() > MOST_TOLD {
            let more = deviations.len() - MOST_TOLD;
            report.push(
                Problem::error("KB419", format!("{more} more deviations in this file"))
                    .at(Place::file(file))
                    .hint("`--format json` tells all"),
            );
        }
    }
    report
}
