//! `--from FILE`: selectors from a file, one a line, as the command line takes them.

use std::io::Read as _;
use std::path::Path;

use crate::diag::{Place, Problem, Report, Result, count, shown};

/// What selects Kommunen, each with the line of the file it stands in; `None` for the command line.
#[derive(Debug, Default)]
pub struct Selectors {
    /// Names of Kommunen.
    pub kommunen: Vec<(String, Option<Place>)>,
    /// Länder.
    pub states: Vec<(String, Option<Place>)>,
    /// Types.
    pub kinds: Vec<(String, Option<Place>)>,
    /// Conditions.
    pub conditions: Vec<(String, Option<Place>)>,
}

impl Selectors {
    /// Those of the command line and of the files it names; `-` is standard input.
    ///
    /// # Errors
    /// Files that cannot be read, and lines with an option that selects nothing; all of them.
    pub fn of(select: &crate::args::Select) -> Result<Self> {
        let given = |names: &[String]| names.iter().map(|name| (name.clone(), None)).collect();
        let mut selectors = Self {
            kommunen: given(&select.kommune),
            states: given(&select.state),
            kinds: given(&select.kind),
            conditions: select.condition.iter().map(|condition| (condition.clone(), None)).collect(),
        };
        let mut report = Report::new();
        for path in &select.files {
            match text_of(path) {
                Ok(text) => report.extend(selectors.read(path, &text)),
                Err(problem) => report.push(*problem),
            }
        }
        let Self { kommunen, states, kinds, conditions } = &selectors;
        let none = kommunen.is_empty() && states.is_empty() && kinds.is_empty() && conditions.is_empty();
        if let Some(file) = select.files.first().filter(|_| none && !report.has_errors()) {
            let problem = Problem::usage("KB302", "no line of the file selects a Kommune");
            report.push(problem.at(Place::file(&file.display().to_string())).hint("write one Kommune a line"));
        }
        if report.has_errors() { Err(report) } else { Ok(selectors) }
    }

    fn read(&mut self, path: &Path, text: &str) -> Report {
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
                "--type" => &mut self.kinds,
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
