//! An opened edition: the files of program and project, the checked data, and what is made from both.

use std::sync::OnceLock;

use crate::assets::{Assets, PROJECT};
use crate::check::{Checked, check};
use crate::compose::{Composer, PreparedAssets, apply_theme};
use crate::derive::printed::printed;
use crate::derive::{Facts, derive};
use crate::diag::{Place, Problem, Report, Result};
use crate::documents::{UserTemplate, user_templates};
use crate::german::Numbers;
use crate::load::{load, load_beside, project};
use crate::model::Data;

use super::findings::findings;
use super::keep_going::without_faulty_rows;
use super::manifest;

/// How an edition is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode<'a> {
    /// As it is; errors in its data are errors.
    Whole,
    /// Without the rows that have errors (`--keep-going`).
    WithoutFaultyRows,
    /// With another edition as its former one, whatever it names itself.
    Compared(&'a str),
}

/// An edition that was read and checked, with all that commands need to work with it.
pub struct OpenEdition {
    assets: Assets,
    checked: Checked,
    numbers: Numbers,
    opening_warnings: Report,
    /// The assets with the files made from the data; made when they are first needed.
    prepared: OnceLock<PreparedAssets>,
}

impl OpenEdition {
    /// Opens an edition among the files of program and project; `key` names it, else the project does, else it is the newest.
    /// `warnings` are those of opening the files.
    ///
    /// # Errors
    /// An edition that is not there, and data with errors; `warnings` go with them. The assets come back with the problems,
    /// which speak of lines in them.
    pub fn open(
        mut assets: Assets,
        key: Option<&str>,
        reading: OpenMode<'_>,
        mut warnings: Report,
    ) -> Result<Self, Box<(Report, Assets)>> {
        let loaded = choose(&mut assets, key, &mut warnings).and_then(|key| match reading {
            OpenMode::Whole => load(&assets, &key).and_then(check),
            OpenMode::WithoutFaultyRows => without_faulty_rows(&mut assets, &key, &mut warnings),
            OpenMode::Compared(former) => {
                let former = edition_key(Some(former), &assets.editions())?;
                load_beside(&assets, &key, &former).and_then(check)
            }
        });
        match loaded {
            Ok(checked) => Ok(Self {
                numbers: Numbers::new(checked.data().edition.numbers),
                assets,
                checked,
                opening_warnings: warnings,
                prepared: OnceLock::new(),
            }),
            Err(report) => {
                warnings.extend(report);
                Err(Box::new((warnings, assets)))
            }
        }
    }

    /// The files of program and project.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// The same with the files that templates import or include and that are made from the data.
    pub fn prepared_assets(&self) -> &Assets {
        self.prepared().assets()
    }

    fn prepared(&self) -> &PreparedAssets {
        self.prepared.get_or_init(|| PreparedAssets::new(self.assets.clone(), self.data()))
    }

    /// The data.
    pub fn data(&self) -> &Data {
        self.checked.data()
    }

    /// How numbers are written.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// What opening the edition warned of.
    pub fn opening_warnings(&self) -> Report {
        self.opening_warnings.clone()
    }

    /// The positions of all Kommunen.
    pub fn everyone(&self) -> Vec<usize> {
        (0..self.data().kommunen.len()).collect()
    }

    /// The facts about all Kommunen.
    pub fn facts(&self) -> Facts<'_> {
        self.facts_of(&self.everyone())
    }

    /// The facts about some of them, by their positions.
    pub fn facts_of(&self, scope: &[usize]) -> Facts<'_> {
        derive(&self.checked, scope)
    }

    /// What `check` found, and where the rows differ from what was printed before. `of_all` are the facts about all
    /// Kommunen.
    pub fn data_warnings(&self, of_all: &Facts<'_>) -> Report {
        let mut report = self.checked.warnings().clone();
        report.extend(findings(self.data(), &printed(of_all)));
        report.sort_by_place();
        report
    }

    /// The templates, compiled; composing a document may take `seconds`.
    ///
    /// # Errors
    /// Templates that cannot be used.
    pub fn composer(&self, seconds: u64) -> Result<Composer> {
        Ok(Composer::new(self.prepared())?.within(seconds))
    }

    /// The documents of the user's own.
    ///
    /// # Errors
    /// Templates that lie in the wrong folder or have no name a document can have.
    pub fn user_templates(&self) -> Result<Vec<UserTemplate>> {
        user_templates(&self.assets)
    }

    /// SHA-256 over all the documents of the edition can be made from.
    pub fn made_from(&self) -> String {
        manifest::made_from(&self.assets, &self.data().edition)
    }

    /// A report with the line each problem is about.
    pub fn with_excerpts(&self, report: Report) -> Report {
        report.with_excerpts(|shown| self.assets.source(shown))
    }
}

/// Sets in the look what the project says, and chooses the edition: the one asked for, else that of the project,
/// else the newest.
fn choose(assets: &mut Assets, key: Option<&str>, warnings: &mut Report) -> Result<String> {
    let project = project(assets)?;
    if let Some(own) = apply_theme(assets, project.accent, project.logo.as_ref()) {
        warnings.push(
            Problem::warning(
                "KB956",
                format!("the accent colour and logo of {PROJECT} are not used: {own} says others"),
            )
            .at(Place::file(&assets.shown(own)))
            .hint("delete that file, or say both in it alone"),
        );
    }
    match (key, &project.edition) {
        (None, Some(said)) => edition_key(Some(&said.value), &assets.editions()).map_err(|report| {
            let problems = report.problems().iter().cloned();
            problems.map(|problem| problem.in_data("KB957").at(said.place.clone())).collect()
        }),
        (wanted, _) => edition_key(wanted, &assets.editions()),
    }
}

/// Chooses among the keys of editions: the one asked for, else the newest.
///
/// # Errors
/// An edition nobody has.
pub fn edition_key(wanted: Option<&str>, known: &[&str]) -> Result<String> {
    let newest = known.iter().max().copied();
    match wanted.or(newest) {
        Some(key) if known.contains(&key) => Ok(key.to_owned()),
        Some(key) => Err(Problem::usage("KB306", format!("there is no edition `{}`", crate::diag::shown(key)))
            .did_you_mean(key, known.iter().copied())
            .hint(format!("there are: {}; an edition is a folder below data/ with an edition.toml", known.join(", ")))
            .into()),
        None => Err(Problem::usage("KB306", "there is no edition at all")
            .hint("an edition is a folder below data/ with an edition.toml")
            .into()),
    }
}
