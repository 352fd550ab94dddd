//! The edition that an import makes or changes.

use chrono::NaiveDate;

use crate::assets::Assets;
use crate::diag::{Problem, Result, shown};
use crate::load::project;
use crate::run::edition::edition_key;

use super::options::ImportOptions;

/// The value of `--base` for a new edition without a base.
const NONE: &str = "none";

/// The edition to make or change, and the edition it begins with.
pub struct ImportTarget {
    /// Its key.
    pub key: String,
    /// Whether it exists.
    pub existing: bool,
    /// The edition whose `edition.toml` a new edition begins with; the edition itself when it exists.
    pub model: String,
    /// Whether rows are also copied from that edition.
    pub with_rows: bool,
    /// The reference date of a new edition; `None` for an existing one.
    pub stand: Option<String>,
}

/// Finds the edition that the options mean.
///
/// # Errors
/// An invalid key, a new edition without a reference date, options for new editions with an existing one, and options
/// for existing editions with a new one.
pub fn target(args: &ImportOptions, assets: &Assets) -> Result<ImportTarget> {
    let wrong = |what: String, hint: String| Err(Problem::error("KB629", what).hint(hint).into());
    let editions = assets.editions();
    let newest = edition_key(None, &editions)?;
    let said = project(assets)?.edition.map(|edition| edition.value);
    let key = args.edition.clone().or(said).unwrap_or_else(|| newest.clone());
    let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if key.is_empty() || key.len() > 40 || key == "geo" || !key.chars().all(sign) {
        let what = format!("`{}` cannot be the key of an edition", shown(&key));
        return wrong(what, "use lower-case letters, digits, `-` and `_`, for example 2018".to_owned());
    }
    if editions.contains(&key.as_str()) {
        if args.stand.is_some() || args.base.is_some() || args.keep_missing || args.source.is_some() {
            let what =
                format!("edition {key} is there already; --stand, --base, --keep-missing and --source make a new one");
            return wrong(what, "leave them out, or name a new edition with --edition".to_owned());
        }
        return Ok(ImportTarget { model: key.clone(), key, existing: true, with_rows: true, stand: None });
    }
    let Some(stand) = &args.stand else {
        let what = format!("edition {key} is new, and its reference date is not known");
        return wrong(what, format!("add --stand YYYY-MM; there are the editions {}", editions.join(", ")));
    };
    let useless = |what: &str, hint: &str| Err(Problem::usage("KB330", what).hint(hint).into());
    if args.force {
        return useless(
            &format!("--force changes cells of an edition, and edition {key} is new"),
            "leave --force away",
        );
    }
    if args.keep_missing && args.base.as_deref() == Some(NONE) {
        return useless("--keep-missing takes Kommunen from a base, and --base is none", "leave one of them away");
    }
    let is_date = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
    if !is_date(stand) && !is_date(&format!("{stand}-01")) {
        let what = format!("--stand `{}` is no date", shown(stand));
        return wrong(what, "write the year and month, or the day: 2018-12 or 2018-12-31".to_owned());
    }
    let with_rows = args.base.as_deref() != Some(NONE);
    let model = edition_key(args.base.as_deref().filter(|_| with_rows), &editions)?;
    Ok(ImportTarget { key, existing: false, model, with_rows, stand: Some(stand.clone()) })
}
