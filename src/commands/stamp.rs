//! `kreisblatt stamp`: stamps finished PDFs one after the other. Each file is either stamped completely or refused; a
//! refused file does not stop the others.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::args::{ProjectArgs, Stamp};
use crate::diag::{Place, Problem, Report, Result};
use crate::paper::{self, Faces, STAMP_WEIGHT, Stamped};
use crate::plan::stamp_spot;
use crate::run::{Outcome, Progress};
use crate::write::StagedFolder;

use super::with_edition::assets;

/// `kreisblatt stamp`.
///
/// # Errors
/// Options without effect, and a text that the font cannot set. Problems of single files are in the report.
pub fn stamp(args: &Stamp, progress: &dyn Progress) -> Result<Outcome> {
    let spot = stamp_spot(args)?;
    let start = args.start.unwrap_or(1);
    let mut report = Report::new();
    let assets = assets(&ProjectArgs { edition: None, with: args.with.clone() }, &mut report)?;
    let faces = Faces::open(&assets)?;
    if let Some(sign) = faces.missing(STAMP_WEIGHT, &args.text.with(start, 1, 1)) {
        return Err(Problem::error("KB511", format!("the font has no glyph for U+{:04X} of --text", u32::from(sign)))
            .hint("write it in another way, or lay a font that has it over fonts/ with --with")
            .into());
    }
    let targets: Vec<Target> = args.files.iter().map(|file| Target::of(file, args.out.as_deref())).collect();
    progress.begin(targets.len());
    let mut made = 0;
    for (at, target) in targets.iter().enumerate() {
        let number = start.saturating_add(crate::diag::count(at));
        let stamped = target.is_free(&targets[..at], args).and_then(|()| {
            let text = |page, pages| args.text.with(number, page, pages);
            let wanted = |page, _| args.pages.hold(page);
            paper::stamped(source(&target.source)?, &faces, &spot, wanted, text)
        });
        let placed = stamped.map_err(Report::from).and_then(|stamped| target.put(&stamped, &mut report));
        match placed {
            Ok(()) => made += 1,
            Err(problems) => problems.problems().iter().for_each(|problem| report.push(target.named(problem))),
        }
        progress.step(&target.path().display().to_string());
    }
    progress.end();
    let refused = targets.len() - made;
    let mut summary = format!("{made} {} stamped", if made == 1 { "PDF" } else { "PDFs" });
    if refused > 0 {
        summary += &format!(", {refused} refused and left as {}", if refused == 1 { "it was" } else { "they were" });
    }
    Ok(Outcome { report, summary, ..Outcome::default() })
}

/// A file, and the path of its stamped copy.
struct Target {
    source: PathBuf,
    folder: PathBuf,
    name: String,
}

impl Target {
    fn of(source: &Path, out: Option<&Path>) -> Self {
        let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let (folder, name) = match out {
            Some(folder) => (folder.to_owned(), part(source.file_name())),
            None => {
                let beside = source.parent().filter(|folder| !folder.as_os_str().is_empty());
                (beside.unwrap_or(Path::new(".")).to_owned(), format!("{}-gestempelt.pdf", part(source.file_stem())))
            }
        };
        Self { source: source.to_owned(), folder, name }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(&self.name)
    }

    /// Returns the problem with its file, if it does not name one.
    fn named(&self, problem: &Problem) -> Problem {
        let mut problem = problem.clone();
        problem.place.get_or_insert_with(|| Place::file(&self.source.display().to_string()));
        problem
    }

    /// Checks that the path of the copy is free: no input file, no copy of an earlier file, and without `--force` no
    /// existing file.
    fn is_free(&self, earlier: &[Self], args: &Stamp) -> Result<(), Problem> {
        let path = self.path();
        let shown = path.display();
        let is_source = |source: &PathBuf| {
            let resolved = |path: &Path| fs::canonicalize(path).ok();
            resolved(source).is_some_and(|source| Some(source) == resolved(&path))
        };
        let taken = |why: String, hint: &str| Err(Problem::error("KB512", why).hint(hint));
        if args.files.iter().any(is_source) {
            taken(format!("the stamped copy would replace `{shown}`, which is to be stamped"), "choose another --out")
        } else if earlier.iter().any(|other| other.path() == path) {
            taken(format!("two stamped copies would be `{shown}`"), "stamp them in two runs with two folders for --out")
        } else if path.exists() && !args.force {
            taken(format!("there is a file `{shown}` already"), "move it away, choose another --out, or add --force")
        } else {
            Ok(())
        }
    }

    fn put(&self, stamped: &Stamped, report: &mut Report) -> Result<()> {
        let mut staged_folder = StagedFolder::open(&self.folder)?;
        staged_folder.stage(&self.name, &stamped.pdf)?;
        let (left, problems) = staged_folder.place();
        if !left.is_empty() {
            return Err(problems);
        }
        if let Some(page) = stamped.again.first() {
            let problem = Problem::warning("KB513", format!("page {page} had a stamp already and now has one more"));
            report.push(self.named(&problem.hint("stamp the file as it was first issued")));
        }
        Ok(())
    }
}

/// Reads a PDF from disk.
///
/// # Errors
/// A file that cannot be read or is too large.
pub fn source(path: &Path) -> Result<Vec<u8>, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::error("KB503", format!("the file cannot be read: {error}")).hint("check its name and its rights")
    };
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(paper::LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > paper::LARGEST {
        return Err(Problem::error("KB508", format!("the file has more than {} MB", paper::LARGEST >> 20))
            .hint("take its first part, or make the pictures in it smaller"));
    }
    Ok(bytes)
}
