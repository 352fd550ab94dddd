//! What selects Kommunen: names, Länder, types and conditions, from the command line, a file or a program.

use std::io::Read as _;
use std::path::Path;

use crate::diag::{Place, Problem, Report, Result, count, shown};

/// A word that selects, with the line of the file it stands in; `None` where no file says it.
pub type Selector = (String, Option<Place>);

/// What selects Kommunen. Selectors of one kind add up, those of different kinds narrow each other down; no selector at all
/// means all Kommunen.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Names of Kommunen: AGS, slug, label or name.
    pub(super) kommunen: Vec<Selector>,
    /// Länder.
    pub(super) states: Vec<Selector>,
    /// Types of Kommunen.
    pub(super) types: Vec<Selector>,
    /// Conditions on columns; at most one is understood.
    pub(super) conditions: Vec<Selector>,
}

impl Selection {
    /// All Kommunen.
    pub fn all() -> Self {
        Self::default()
    }

    /// The same, and a Kommune by its AGS, slug, label or name.
    #[must_use]
    pub fn kommune(mut self, name: &str) -> Self {
        self.kommunen.push((name.to_owned(), None));
        self
    }

    /// The same, and the Kommunen of a Land.
    #[must_use]
    pub fn state(mut self, name: &str) -> Self {
        self.states.push((name.to_owned(), None));
        self
    }

    /// The same, and the Kommunen of a type: `landkreis` or `kreisfreie_stadt`.
    #[must_use]
    pub fn of_type(mut self, name: &str) -> Self {
        self.types.push((name.to_owned(), None));
        self
    }

    /// The same, and those that meet a condition: `sgb2_quote > 10 and state = "Hessen"`.
    #[must_use]
    pub fn condition(mut self, condition: &str) -> Self {
        self.conditions.push((condition.to_owned(), None));
        self
    }

    /// Whether nothing is selected, which means all.
    pub fn is_empty(&self) -> bool {
        let Self { kommunen, states, types, conditions } = self;
        kommunen.is_empty() && states.is_empty() && types.is_empty() && conditions.is_empty()
    }

    /// The Kommunen that are named, each with the place where a file says it.
    pub(crate) fn named(&self) -> &[Selector] {
        &self.kommunen
    }

    /// Adds the selectors of a file, one a line as the command line takes them; `-` is standard input.
    ///
    /// # Errors
    /// A file that cannot be read, and lines with an option that selects nothing; all of them.
    pub(crate) fn add_file(&mut self, path: &Path) -> Result<()> {
        let report = match text_of(path) {
            Ok(text) => self.add_lines(path, &text),
            Err(problem) => Report::from(*problem),
        };
        if report.has_errors() { Err(report) } else { Ok(()) }
    }

    fn add_lines(&mut self, path: &Path, text: &str) -> Report {
        let mut report = Report::new();
        let file = path.display().to_string();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let place = Place::new(&std::sync::Arc::from(file.as_str()), count(at + 1), 0);
            let (option, value) = match line.split_once(|c: char| c.is_whitespace() || c == '=') {
                Some((option, value)) if option.starts_with("--") => (option, value),
                _ if line.starts_with("--") => (line, ""),
                _ => ("--kommune", line),
            };
            let list = match option {
                "--kommune" => &mut self.kommunen,
                "--state" => &mut self.states,
                "--type" => &mut self.types,
                "--where" => &mut self.conditions,
                _ => {
                    report.push(
                        Problem::usage("KB313", format!("`{}` selects no Kommune", shown(option)))
                            .at(place)
                            .did_you_mean(option, ["--kommune", "--state", "--type", "--where"])
                            .hint("write a Kommune, or --state, --type or --where with a value; `#` begins a comment"),
                    );
                    continue;
                }
            };
            let value = value.trim();
            let quoted = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
            list.push((quoted.unwrap_or(value).to_owned(), Some(place)));
        }
        report
    }
}

fn text_of(path: &Path) -> Result<String, Box<Problem>> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    let unreadable = |what: String, hint: &str| {
        let problem = Problem::usage("KB312", format!("the selection cannot be read: {what}"));
        Box::new(problem.at(Place::file(&path.display().to_string())).hint(hint))
    };
    read.map_err(|error| unreadable(error.to_string(), "give a text file with one Kommune a line"))?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    String::from_utf8(bytes.to_vec()).map_err(|_| unreadable("it is not UTF-8".to_owned(), "save it as UTF-8"))
}
