//! `kreisblatt tents`: name tents or badges for the heads of the selected Kommunen, in the order of the Kommunen, then
//! for guests.
//!
//! The file has its own folder: it belongs to a meeting and not to the edition, so no manifest contains it.

use std::path::Path;

use crate::args::{TentFormat, Tents};
use crate::diag::{Place, Problem, Report, Result, count};
use crate::german::GermanOrder;
use crate::model::{Data, Kommune};
use crate::paper::{self, CardFormat, DocumentInfo, Faces, Seat};
use crate::plan;
use crate::run::{OpenEdition, Outcome};
use crate::write::StagedFolder;

use super::with_edition::with_edition;

/// `kreisblatt tents`.
pub fn tents(args: &Tents) -> Outcome {
    with_edition(&args.project, |edition| made(args, edition))
}

fn made(args: &Tents, edition: &OpenEdition) -> Result<Outcome> {
    let mut report = edition.opening_warnings();
    let data = edition.data();
    let mut selected = plan::selected(&args.select, data)?;
    let order = GermanOrder::default();
    let by = |k: &usize| (&data.kommunen[*k].name.value, &data.kommunen[*k].label.value);
    selected.sort_by(|a, b| order.compare(by(a).0, by(b).0).then_with(|| order.compare(by(a).1, by(b).1)));
    let mut seats: Vec<Seat> = selected.iter().map(|k| seat(&data.kommunen[*k], &mut report)).collect();
    if let Some(file) = &args.names {
        seats.extend(guests(file)?);
    }
    let (format, title, name, what) = match args.format {
        TentFormat::Tent => (CardFormat::Tents, "Tischaufsteller", "tischaufsteller.pdf", "name tent"),
        TentFormat::Badge => (CardFormat::Badges, "Namensschilder", "namensschilder.pdf", "badge"),
    };
    let title = format!("{title}: {}", data.edition.title);
    let faces = Faces::open(edition.assets())?;
    let (pdf, made, problems) = paper::sheets(&faces, &seats, format, &about(data, &title))?;
    report.extend(problems);
    plan::reject_out_inside_inputs(args.project.with.as_deref(), &args.out)?;
    let folder = args.out.join(&data.edition.key).join("tagung");
    let mut staged_folder = StagedFolder::open(&folder)?;
    staged_folder.stage(name, &pdf)?;
    report.extend(staged_folder.place().1);
    let plural = if made == 1 { "" } else { "s" };
    let mut summary = format!("{made} {what}{plural} made in {}", folder.join(name).display());
    if made < seats.len() {
        summary += &format!(", {} left out", seats.len() - made);
    }
    Ok(Outcome { report, summary, ..Outcome::default() })
}

fn about<'a>(data: &'a Data, title: &'a str) -> DocumentInfo<'a> {
    DocumentInfo { title, author: &data.edition.publisher.value, date: data.edition.stand.date }
}

/// Returns the seat of the head of a Kommune; if no head is known, the seat of the Kommune.
fn seat(kommune: &Kommune, report: &mut Report) -> Seat {
    let label = kommune.label.value.clone();
    let (name, house, origin) = match kommune.head.known() {
        Some(head) => (head.to_owned(), Some(label), kommune.head.place.clone()),
        None => {
            let problem = Problem::warning("KB515", format!("who heads {label} is not known"));
            report.push(problem.at(kommune.head.place.clone()).hint("the Kommune stands where the name would"));
            (label, None, kommune.label.place.clone())
        }
    };
    Seat { title: kommune.office.known().map(str::to_owned), name, house, origin }
}

/// Reads the guests from a table.
fn guests(file: &Path) -> Result<Vec<Seat>> {
    let shown = file.display().to_string();
    let fault = |what: String, line: usize| {
        Problem::error("KB517", what)
            .at(Place { line: count(line), ..Place::file(&shown) })
            .hint("the first line is `title;name;kommune`, each row has a name, and the file is UTF-8")
    };
    let bytes =
        std::fs::read(file).map_err(|error| fault(format!("the table of guests cannot be read: {error}"), 0))?;
    let text = String::from_utf8(bytes).map_err(|_| fault("the table of guests is not UTF-8".to_owned(), 0))?;
    let text = text.trim_start_matches('\u{feff}');
    let semicolons = text.lines().next().unwrap_or_default().contains(';');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if semicolons { b';' } else { b',' })
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| fault(error.to_string(), 1))?.clone();
    let column = |name: &str| header.iter().position(|column| column.eq_ignore_ascii_case(name));
    let (title, name, house) = (column("title"), column("name"), column("kommune"));
    let Some(name) = name else { return Err(fault("the column `name` is missing".to_owned(), 1).into()) };
    let mut guests = Vec::new();
    for row in reader.into_records() {
        let row = row.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            fault(error.to_string(), usize::try_from(line).unwrap_or_default())
        })?;
        let line = row.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or_default());
        let cell = |column: Option<usize>| row.get(column?).filter(|cell| !cell.is_empty()).map(str::to_owned);
        let name = cell(Some(name)).ok_or_else(|| fault("the row has no name".to_owned(), line))?;
        let origin = Place { line: count(line), ..Place::file(&shown) };
        guests.push(Seat { title: cell(title), name, house: cell(house), origin });
    }
    Ok(guests)
}
