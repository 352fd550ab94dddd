//! An opened edition: the files of program and project, the checked data, and everything derived from them.

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

/// The mode in which an edition is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode<'a> {
    /// The whole edition; errors in its data are errors.
    Whole,
    /// Without the rows that have errors (`--keep-going`).
    WithoutFaultyRows,
    /// With this edition as the former one, instead of the former edition it names.
    Compared(&'a str),
}

/// An edition that was read and checked, with everything that commands need.
pub struct OpenEdition {
    assets: Assets,
    checked: Checked,
    numbers: Numbers,
    opening_warnings: Report,
    /// The assets with the files generated from the data; generated on first use.
    prepared: OnceLock<PreparedAssets>,
}

impl OpenEdition {
    /// Opens an edition from the files of program and project. `key` names the edition; without it, the edition of the
    /// project is opened, or else the newest. `warnings` are the warnings of opening the files.
    ///
    /// # Errors
    /// A missing edition, and data with errors; `warnings` are included. The assets are returned with the problems,
    /// because the problems refer to lines in them.
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

    /// Returns the files of program and project.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// Returns the same files, with the files that are generated from the data for templates to import or include.
    pub fn prepared_assets(&self) -> &Assets {
        self.prepared().assets()
    }

    fn prepared(&self) -> &PreparedAssets {
        self.prepared.get_or_init(|| PreparedAssets::new(self.assets.clone(), self.data()))
    }

    /// Returns the data.
    pub fn data(&self) -> &Data {
        self.checked.data()
    }

    /// Returns the number format.
    pub fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// Returns the warnings of opening the edition.
    pub fn opening_warnings(&self) -> Report {
        self.opening_warnings.clone()
    }

    /// Returns the positions of all Kommunen.
    pub fn everyone(&self) -> Vec<usize> {
        (0..self.data().kommunen.len()).collect()
    }

    /// Returns the facts about all Kommunen.
    pub fn facts(&self) -> Facts<'_> {
        self.facts_of(&self.everyone())
    }

    /// Returns the facts about some Kommunen, by their positions.
    pub fn facts_of(&self, scope: &[usize]) -> Facts<'_> {
        derive(&self.checked, scope)
    }

    /// Returns the warnings of `check`, and the differences between the rows and earlier printed numbers. `of_all` are
    /// the facts about all Kommunen.
    pub fn data_warnings(&self, of_all: &Facts<'_>) -> Report {
        let mut report = self.checked.warnings().clone();
        report.extend(findings(self.data(), &printed(of_all)));
        report.sort_by_place();
        report
    }

    /// Compiles the templates; composing a document may take `seconds`.
    ///
    /// # Errors
    /// Templates that cannot be used.
    pub fn composer(&self, seconds: u64) -> Result<Composer> {
        Ok(Composer::new(self.prepared())?.within(seconds))
    }

    /// Returns the user templates.
    ///
    /// # Errors
    /// Templates in a wrong folder or with an invalid name.
    pub fn user_templates(&self) -> Result<Vec<UserTemplate>> {
        user_templates(&self.assets)
    }

    /// Returns the SHA-256 of all files that the documents of the edition can be made from.
    pub fn made_from(&self) -> String {
        manifest::made_from(&self.assets, &self.data().edition)
    }

    /// Adds to each problem of a report its source line.
    pub fn with_excerpts(&self, report: Report) -> Report {
        report.with_excerpts(|shown| self.assets.source(shown))
    }
}

/// Applies the theme of the project, and chooses the edition: the requested one, or else that of the project, or else
/// the newest.
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

/// Chooses an edition key: the requested one, or else the newest.
///
/// # Errors
/// A missing edition.
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
