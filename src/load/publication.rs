//! `[publication]` of `edition.toml`: under what terms and where an edition is published.

use std::ops::Range;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::address::{is_mailbox, is_web_address};
use crate::diag::{Problem, Report, Result, shown};
use crate::model::{Contact, Licence, Publication, THEMES};

use super::toml_file::TomlFile;

/// `[publication]` as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicationEntry {
    base_url: Option<Spanned<String>>,
    licence: Option<Spanned<Licence>>,
    attribution: Option<String>,
    issued: Option<Spanned<String>>,
    contact: Option<Spanned<Contact>>,
    contributor: Option<Spanned<String>>,
    #[serde(default)]
    themes: Vec<Spanned<String>>,
}
/// How the edition is published, once every address in it can be one.
pub fn publication(file: &TomlFile<'_>, entry: PublicationEntry) -> Result<Publication> {
    let mut report = Report::new();
    let mut wrong = |what: String, span: Range<usize>, hint: String| {
        report.push(Problem::error("KB131", what).at(file.place(&span)).hint(hint));
    };
    let with_scheme = "write it whole, for example \"https://www.example.org/kreisblatt/2017/\"";
    if let Some(url) =
        entry.base_url.as_ref().filter(|url| !(is_web_address(url.get_ref()) && url.get_ref().ends_with('/')))
    {
        let what = format!("base_url `{}` is not the address of a folder", shown(url.get_ref()));
        wrong(what, url.span(), format!("{with_scheme}, with `/` at its end and without `?` and `#`"));
    }
    if let Some(licence) = entry.licence.as_ref().filter(|licence| !is_web_address(&licence.get_ref().uri)) {
        let what = format!("uri `{}` of the licence is no address", shown(&licence.get_ref().uri));
        let hint =
            "https://www.dcat-ap.de/def/licenses/ lists them, for example http://dcat-ap.de/def/licenses/dl-by-de/2.0";
        wrong(what, licence.span(), hint.to_owned());
    }
    if let Some(contributor) = entry.contributor.as_ref().filter(|uri| !is_web_address(uri.get_ref())) {
        let what = format!("contributor `{}` is no address", shown(contributor.get_ref()));
        wrong(what, contributor.span(), "https://www.dcat-ap.de/def/contributors/ lists them".to_owned());
    }
    let issued = entry.issued.as_ref().map(|text| (NaiveDate::parse_from_str(text.get_ref(), "%Y-%m-%d").ok(), text));
    if let Some((None, text)) = issued {
        let what = format!("issued `{}` is no date", shown(text.get_ref()));
        wrong(what, text.span(), "write the day of publication: \"2017-07-03\"".to_owned());
    }
    if let Some(contact) = entry.contact.as_ref().filter(|contact| !is_mailbox(&contact.get_ref().email)) {
        let what = format!("email `{}` is no address", shown(&contact.get_ref().email));
        wrong(what, contact.span(), "write it bare: \"statistik@example.org\"".to_owned());
    }
    for theme in entry.themes.iter().filter(|theme| !THEMES.contains(&theme.get_ref().as_str())) {
        let what = format!("`{}` is no theme of data portals", shown(theme.get_ref()));
        wrong(what, theme.span(), format!("the themes are: {}", THEMES.join(", ")));
    }
    if report.has_errors() {
        report.sort_by_place();
        return Err(report);
    }
    Ok(Publication {
        base_url: entry.base_url.map(Spanned::into_inner),
        licence: entry.licence.map(Spanned::into_inner),
        attribution: entry.attribution,
        issued: issued.and_then(|(day, _)| day),
        contact: entry.contact.map(Spanned::into_inner),
        contributor: entry.contributor.map(Spanned::into_inner),
        themes: entry.themes.into_iter().map(Spanned::into_inner).collect(),
    })
}
