//! How an edition is published for data portals.

use serde::Deserialize;

/// Under what terms a publication may be used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// As readers know it.
    pub name: String,
    /// Its address, best one of DCAT-AP.de's list (<https://www.dcat-ap.de/def/licenses/>).
    pub uri: String,
}

/// Who answers questions about a publication.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// A person or an office.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// How an edition is published: `[publication]` of `edition.toml`. What is not known is told nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publication {
    /// Where the files of the output folder can be fetched, ending with `/`; `None` = it says nothing of addresses.
    pub base_url: Option<String>,
    /// Under what terms; `None` = the edition does not say.
    pub licence: Option<Licence>,
    /// The words by which users name the source, where the licence asks for it.
    pub attribution: Option<String>,
    /// The day it was published.
    pub issued: Option<chrono::NaiveDate>,
    /// Who answers questions.
    pub contact: Option<Contact>,
    /// Who delivers it to GovData (an address of DCAT-AP.de's list of contributors).
    pub contributor: Option<String>,
    /// Themes of the EU's list for data portals (`THEMES`); empty when none are named.
    pub themes: Vec<String>,
}

/// The themes of data portals in the EU (Publications Office, authority table "data-theme").
pub const THEMES: [&str; 14] = [
    "AGRI",
    "ECON",
    "EDUC",
    "ENER",
    "ENVI",
    "GOVE",
    "HEAL",
    "INTR",
    "JUST",
    "OP_DATPRO",
    "REGI",
    "SOCI",
    "TECH",
    "TRAN",
];
