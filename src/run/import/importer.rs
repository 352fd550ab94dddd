//! Carries out an import. Everything is merged and checked in memory first; at the end either all files are written or
//! none.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::assets::Assets;
use crate::check::check;
use crate::diag::{Place, Problem, Report, Result, Severity};
use crate::intake::{self, BaseTable, Delivered, Deliverer, Mapping, MergeOptions, MergedTable, TableLocation};
use crate::load::{load, measured};
use crate::model::{Indicator, identity};
use crate::run::with_edition::open_assets;
use crate::write::StagedFolder;

use super::account::{Account, Kept, many};
use super::options::{ImportOptions, Imported};
use super::target::{ImportTarget, target};

/// Imports a delivered table.
///
/// # Errors
/// A file that cannot be read or understood, an edition that cannot be made, and data that would not pass `check`; no
/// file is written in these cases.
pub fn import(args: &ImportOptions) -> Result<Imported> {
    let mut report = Report::new();
    let mut assets = open_assets(args.project.as_deref(), &mut report)?;
    match imported(args, &mut assets, report) {
        Ok(done) => Ok(Imported { report: done.report.with_excerpts(|file| assets.source(file)), ..done }),
        Err(report) => Err(report.with_excerpts(|file| assets.source(file))),
    }
}

fn imported(args: &ImportOptions, assets: &mut Assets, mut report: Report) -> Result<Imported> {
    let project = match (&args.project, args.dry_run) {
        (Some(project), _) => Some(project.as_path()),
        (None, true) => None,
        (None, false) => {
            return Err(Problem::error("KB610", "there is no project to import into")
                .hint("make one first: kreisblatt new DIR")
                .hint("--dry-run shows what would be taken, without a project")
                .into());
        }
    };
    let target = target(args, assets)?;
    let file: Arc<str> = Arc::from(args.file.display().to_string());
    let bytes = intake::bytes(&args.file)?;
    let folder = format!("data/{}", target.key);
    let (table_path, edition_path, mapping_path) =
        (format!("{folder}/kommunen.csv"), format!("{folder}/edition.toml"), format!("{folder}/mapping.toml"));
    let (indicators, not_measured) = indicators(assets, &target)?;
    let mapping = mapping(args, assets, &target, &indicators)?;
    let wanted = TableLocation {
        sheet: args.sheet.clone().or_else(|| mapping.sheet.clone()),
        header: args.header.or(mapping.header),
        ags_header: mapping.ags_header().map(str::to_owned),
    };
    let delivered = intake::delivered(&file, bytes, wanted)?;
    let year = year(assets, &target);
    let matched = intake::matched(&delivered.table, &mapping, &indicators, year)?;
    let taken: Vec<String> = matched.taken.iter().map(|taken| taken.key.clone()).collect();
    if target.existing
        && let Some(key) = not_measured.iter().find(|key| taken.contains(key))
    {
        let what =
            format!("the file delivers `{key}`, and the edition says under not_measured that it has no such column");
        let problem = Problem::error("KB628", what).at(Place::file(&assets.shown(&edition_path)));
        return Err(problem.hint("delete it there, or name its header under `ignore` in mapping.toml").into());
    }
    let measured: Vec<Indicator> =
        indicators.into_iter().filter(|i| !not_measured.contains(&i.key) || taken.contains(&i.key)).collect();
    let base = match target.with_rows {
        true => BaseTable::read(&target.model, assets.text(&format!("data/{}/kommunen.csv", target.model))?),
        false => BaseTable::default(),
    };
    let options = MergeOptions { existing: target.existing, keep_missing: args.keep_missing, numbers: args.numbers };
    let merged = intake::merged(&delivered.table, &matched, &mapping, &base, &measured, options)?;
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut kept = Kept::default();
    if let Some(stand) = &target.stand {
        let text = edition_text(args, assets, &target, stand, &measured, &taken)?;
        kept = self::kept(assets, &target, &text);
        assets.replace(&edition_path, text.clone());
        files.insert(edition_path, text);
    }
    assets.replace(&table_path, merged.text.clone());
    let checked = load(assets, &target.key).and_then(check);
    let warned = match checked {
        Ok(checked) => checked.warnings().problems().len(),
        Err(found) => return Err(traced(found, &assets.shown(&table_path), &delivered, &merged)),
    };
    report.extend(merged.warnings.clone());
    let account = Account::of(&target, &file, &delivered, &matched, &merged, &measured, (kept, warned));
    files.insert(table_path, merged.text.clone());
    files.insert(mapping_path.clone(), matched.text.clone());
    let mut text = account.text(args.dry_run);
    let json = serde_json::to_string_pretty(&account).expect("an account can be written") + "\n";
    let changes = merged.changes.len();
    let replaces = target.existing && (changes > 0 || !merged.new_kommunen.is_empty());
    let other_mapping =
        args.mapping.is_some() && assets.text(&mapping_path).is_ok_and(|old| !matched.text.starts_with(old));
    if (replaces || other_mapping) && !args.force && !args.dry_run {
        let what = if replaces {
            let kommunen = if merged.new_kommunen.len() == 1 { "Kommune" } else { "Kommunen" };
            let cells = many(changes, "cell");
            format!("edition {} would change: {cells}, {} new {kommunen}", target.key, merged.new_kommunen.len())
        } else {
            format!("the mapping of edition {} would be replaced", target.key)
        };
        report.push(
            Problem::error("KB627", what).hint("nothing was written; --dry-run shows the changes, --force makes them"),
        );
        return Ok(Imported { text, json, report, summary: String::new() });
    }
    let written = match project.filter(|_| !args.dry_run) {
        Some(project) => write(project, &files)?,
        None => Vec::new(),
    };
    if args.dry_run {
        text += "\nnothing was written: --dry-run\n";
    }
    let summary = match written.as_slice() {
        _ if args.dry_run => String::new(),
        [] => "nothing changed".to_owned(),
        paths => format!("written: {}", paths.join(", ")),
    };
    Ok(Imported { text, json, report, summary })
}

/// Writes the files into the project, except files that already have the same bytes. Returns the paths of the written
/// files.
fn write(project: &Path, files: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let path = |path: &str| project.join(path);
    let new = |(at, text): &(&String, &String)| std::fs::read(path(at)).ok().as_deref() != Some(text.as_bytes());
    let new: Vec<(&String, &String)> = files.iter().filter(new).collect();
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let mut staged_folder = StagedFolder::open(project)?;
    for (path, text) in &new {
        staged_folder.stage(path, text.as_bytes())?;
    }
    let (_, problems) = staged_folder.place();
    if problems.has_errors() {
        return Err(problems);
    }
    Ok(new.into_iter().map(|(at, _)| path(at).display().to_string()).collect())
}

/// Returns the year of the reference date; `None` when the edition's file does not contain it.
fn year(assets: &Assets, target: &ImportTarget) -> Option<i32> {
    let stand = target.stand.clone().or_else(|| {
        let text = assets.text(&format!("data/{}/edition.toml", target.key)).ok()?;
        Some(text.parse::<toml_edit::DocumentMut>().ok()?.get("stand")?.as_str()?.to_owned())
    });
    stand?.get(..4)?.parse().ok()
}

/// Returns all indicators, and the keys of the indicators that the model edition does not measure.
fn indicators(assets: &Assets, target: &ImportTarget) -> Result<(Vec<Indicator>, Vec<String>)> {
    let path = format!("data/{}/edition.toml", target.model);
    let known = measured(assets, &target.model)?;
    let Ok(mut document) = assets.text(&path)?.trim_start_matches('\u{feff}').parse::<toml_edit::DocumentMut>() else {
        return Ok((known, Vec::new()));
    };
    document.remove("not_measured");
    let mut whole = assets.clone();
    whole.replace(&path, document.to_string());
    let all = measured(&whole, &target.model)?;
    let missing = all.iter().filter(|i| !known.iter().any(|other| other.key == i.key)).map(|i| i.key.clone()).collect();
    Ok((all, missing))
}

/// Returns the initial mapping: the requested one, that of the edition, that of the edition before, or none.
fn mapping(args: &ImportOptions, assets: &Assets, target: &ImportTarget, indicators: &[Indicator]) -> Result<Mapping> {
    let keys: Vec<&str> = identity::keys().chain(indicators.iter().map(|i| i.key.as_str())).collect();
    if let Some(file) = &args.mapping {
        let text = String::from_utf8(intake::bytes(file)?).map_err(|_| {
            Problem::error("KB619", "the mapping is not UTF-8").at(Place::file(&file.display().to_string()))
        })?;
        return Mapping::parse(&text, &Arc::from(file.display().to_string()), &keys);
    }
    let path = format!("data/{}/mapping.toml", target.model);
    if !assets.contains(&path) {
        return Ok(Mapping::default());
    }
    Mapping::parse(assets.text(&path)?, &assets.shown(&path), &keys)
}

/// The `edition.toml` of a new edition.
fn edition_text(
    args: &ImportOptions,
    assets: &Assets,
    target: &ImportTarget,
    stand: &str,
    measured: &[Indicator],
    taken: &[String],
) -> Result<String> {
    let path = format!("data/{}/edition.toml", target.model);
    let name = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let citation = args.source.clone().unwrap_or_else(|| format!("Gelieferte Tabelle {name}."));
    let short = args.source.clone().filter(|text| text.chars().count() <= 40).unwrap_or(name);
    let delivered = measured.iter().filter(|indicator| taken.contains(&indicator.key));
    let (sources, delivered) = delivered.map(|i| (i.source.clone(), i.key.clone())).unzip::<_, _, Vec<_>, Vec<_>>();
    let is_part = |part: &str| {
        // A text of one edition is not copied to another.
        assets.contains(&format!("templates/brochure/{part}.typ.hbs"))
    };
    let former = target.with_rows.then_some(target.model.as_str());
    let deliverer = Deliverer { short, citation };
    intake::edition_file(assets.text(&path)?, former, stand, (&sources, &delivered), &deliverer, is_part)
        .ok_or_else(|| Problem::error("KB130", "the file is no TOML").at(Place::file(&assets.shown(&path))).into())
}

/// Returns the texts in the `edition.toml` of a new edition, and the text files that are not copied.
fn kept(assets: &Assets, target: &ImportTarget, text: &str) -> Kept {
    let document = text.parse::<toml_edit::DocumentMut>().unwrap_or_default();
    let said = |field: &'static str| Some((field, document.get(field)?.as_str()?.to_owned()));
    let texts_left = if target.with_rows { assets.texts(&target.model) } else { Vec::new() };
    Kept { edition_says: ["title", "subtitle", "group"].into_iter().filter_map(said).collect(), texts_left }
}

/// Returns the errors of a merged table, with the delivered cells they come from.
fn traced(found: Report, table: &str, delivered: &Delivered, merged: &MergedTable) -> Report {
    let errors = found.problems().iter().filter(|problem| problem.severity == Severity::Error);
    let of_file = |problem: &Problem| {
        let place = problem.place.as_ref().filter(|place| place.file.as_ref() == table)?;
        let spot = merged.origin(place.line, place.column)?;
        let sheet = &delivered.table.sheet;
        let message = format!("{}: {}", sheet.shown(spot), problem.message);
        let told = Problem { message, place: Some(sheet.place_of(spot)), excerpt: None, ..problem.clone() };
        Some(told)
    };
    let told = |problem: &Problem| {
        of_file(problem)
            .unwrap_or_else(|| problem.clone().hint("the place is in the edition as it would be; nothing was written"))
    };
    errors.map(told).collect()
}
