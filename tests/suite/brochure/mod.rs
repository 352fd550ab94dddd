//! The brochure: that its links lead to what they name, that its pages are whole, that the edition decides
//! on its parts, and that its numbers are those of the tables.

mod figures;
mod links;
mod pages;
mod parts;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::pdf::{Heading, Page, Pdf, Run, Target};
use crate::rows::Rows;
use crate::sandbox::{Ran, Sandbox, project, snapshot, whole};

const MM: f64 = 72.0 / 25.4;
const FILE: &str = "broschuere.pdf";

/// The title of the shipped edition, which stands in the head of its pages.
const TITLE: &str = "Kommunale Jobcenter im Vergleich";

/// The margins: head and foot stand in them.
const TOP: f64 = 20.0 * MM;
const BOTTOM: f64 = 22.0 * MM;

/// The brochure of the edition as shipped, read once.
fn shipped() -> &'static Pdf {
    static PDF: OnceLock<Pdf> = OnceLock::new();
    PDF.get_or_init(|| Pdf::read(&whole().bytes(&format!("out/2017/{FILE}"))))
}

/// An edition that is the shipped one, changed.
struct Changed(Sandbox);

impl Changed {
    const KEY: &str = "2099";

    /// The shipped edition without these files.
    fn without(files: &[&str]) -> Self {
        let sandbox = Sandbox::new();
        for (path, bytes) in snapshot(&project().join("data/2017")) {
            if !files.contains(&path.as_str()) {
                sandbox.write(&format!("with/data/{}/{path}", Self::KEY), bytes);
            }
        }
        Self(sandbox)
    }

    /// The shipped edition, with another list of parts.
    fn with_parts(parts: &[&str]) -> Self {
        let changed = Self::without(&[]);
        changed.list(parts);
        changed
    }

    /// Replaces the list of parts.
    fn list(&self, parts: &[&str]) -> &Self {
        self.change("edition.toml", |text| {
            let (before, _) = text.split_once("[brochure]").expect("the shipped edition lists its parts");
            format!("{before}[brochure]\nparts = {parts:?}\n")
        })
    }

    /// Changes the text of a file.
    fn change(&self, file: &str, change: impl Fn(&str) -> String) -> &Self {
        let path = format!("with/data/{}/{file}", Self::KEY);
        let text = change(&self.0.text(&path));
        self.0.write(&path, text);
        self
    }

    /// Keeps the rows of a table that pass.
    fn keep(&self, file: &str, pass: impl Fn(&Rows, &[String]) -> bool) -> &Self {
        self.change(file, |text| {
            let mut table = Rows::parse(text);
            let rows = std::mem::take(&mut table.rows);
            table.rows = rows.into_iter().filter(|row| pass(&table, row)).collect();
            table.csv()
        })
    }

    fn run(&self, options: &[&str]) -> Ran {
        let build = ["build", "--with", "with", "--edition", Self::KEY, "--only", "broschuere"];
        self.0.run(&[&build, options].concat())
    }

    /// Builds it, and reads what came out.
    fn build(&self, options: &[&str]) -> Pdf {
        self.run(options).must_succeed();
        Pdf::read(&self.0.bytes(&format!("out/{}/{FILE}", Self::KEY)))
    }

    /// Builds it without a warning but those of what the shipped edition prints otherwise; it conforms,
    /// and nothing in it is broken.
    fn sound(&self) -> Pdf {
        let ran = self.run(&[]);
        ran.must_succeed();
        let warnings: Vec<&str> = ran.stderr().lines().filter(|line| line.starts_with("warning[")).collect();
        let of_print = |line: &&str| {
            ["KB138", "KB140", "KB141", "KB142", "KB143", "KB144", "KB145"].iter().any(|id| line.contains(id))
        };
        assert!(warnings.iter().all(of_print), "{warnings:#?}");
        let folder = format!("out/{}", Self::KEY);
        let pdf = Pdf::read(&self.0.bytes(&format!("{folder}/{FILE}")));
        none(&[faults(&pdf), crate::standards::findings(&self.0, &folder)].concat());
        pdf
    }
}

/// What is wrong with any brochure: links that lead nowhere, pages without content, headings without text,
/// cards in pieces, text off the page.
fn faults(pdf: &Pdf) -> Vec<String> {
    [links::astray(pdf), pages::empty(pdf), pages::orphans(pdf), pages::torn_cards(pdf)].concat()
}

/// There are no faults.
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// The pages with their numbers, counted from 1.
fn numbered(pdf: &Pdf) -> impl Iterator<Item = (usize, &Page)> {
    pdf.pages.iter().enumerate().map(|(at, page)| (at + 1, page))
}

/// The text of a page without head, foot and leaders.
fn content(page: &Page) -> impl Iterator<Item = &Run> {
    page.runs.iter().filter(|run| run.is_content() && !run.text.trim().is_empty())
}

/// The headings of the cards by the labels of their Kommunen; each has the number of its card before it.
fn cards(pdf: &Pdf) -> BTreeMap<&str, &Heading> {
    let numbered = pdf.headings.iter().filter(|heading| heading.level == 3);
    numbered.filter_map(|heading| Some((card_of(&heading.text)?, heading))).collect()
}

/// The label in the heading of a card.
fn card_of(heading: &str) -> Option<&str> {
    let (number, label) = heading.split_once('\u{a0}')?;
    number.parse::<usize>().ok().map(|_| label)
}

/// The text of the pages from one level-1 heading to the next.
fn chapter(pdf: &Pdf, title: &str) -> String {
    pages_of(pdf, title).map(|at| pdf.pages[at - 1].text.as_str()).collect::<Vec<_>>().join("\n")
}

/// The pages of a chapter.
fn pages_of(pdf: &Pdf, title: &str) -> std::ops::Range<usize> {
    let mut chapters = pdf.headings.iter().filter(|heading| heading.level == 1);
    let own = chapters.find(|heading| heading.text == title).unwrap_or_else(|| panic!("no chapter `{title}`"));
    own.page..chapters.next().map_or(pdf.pages.len() + 1, |next| next.page)
}

/// What the bookmarks of the outermost level say.
fn chapters(pdf: &Pdf) -> Vec<&str> {
    pdf.outline.iter().filter(|entry| entry.level == 1).map(|entry| entry.title.as_str()).collect()
}

/// The text of a document with the document ID, which changes with every sign, left out.
fn without_kennung(pdf: &Pdf, sandbox: &Sandbox, edition: &str) -> String {
    let manifest: serde_json::Value =
        serde_json::from_str(&sandbox.text(&format!("out/{edition}/manifest.json"))).expect("a manifest is JSON");
    let files = manifest["files"].as_array().expect("a list of files");
    let file = files.iter().find(|file| file["path"] == FILE).expect("the brochure was made");
    pdf.text().replace(file["kennung"].as_str().expect("a document ID"), "")
}
