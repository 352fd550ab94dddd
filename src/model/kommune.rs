//! A Kommune, its type in law and its Land.

use std::fmt::{self, Display};

use serde::Serialize;

use super::values::{NumberCell, Sourced, Text, Year};

/// What a Kommune is in law.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KommuneType {
    /// A Landkreis or, as two Länder call it, a Kreis. Also what a row counts as whose type cannot be read: the error
    /// about it stops the build before a page is made.
    #[default]
    Landkreis,
    /// A Stadt that is its own Kreis.
    KreisfreieStadt,
}

impl KommuneType {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Landkreis, Self::KreisfreieStadt];

    /// The key used in data files and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Landkreis => "landkreis",
            Self::KreisfreieStadt => "kreisfreie_stadt",
        }
    }

    /// The kind as printed.
    pub fn german(self) -> &'static str {
        match self {
            Self::Landkreis => "Landkreis",
            Self::KreisfreieStadt => "kreisfreie Stadt",
        }
    }
}

impl Display for KommuneType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// One of the sixteen Länder.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Land {
    /// First two digits of the AGS of every Kommune in it.
    pub key: &'static str,
    /// Abbreviation for narrow columns: ISO 3166-2:DE without the country.
    pub short: &'static str,
    /// Official short name.
    pub name: &'static str,
}

impl Land {
    /// Whether it is a city: Hamburg, Bremen and Berlin are no Flächenländer.
    pub fn is_city(&self) -> bool {
        ["02", "04", "11"].contains(&self.key)
    }
}

/// The Länder with their keys in the Amtlicher Gemeindeschlüssel (Statistisches Bundesamt,
/// Gemeindeverzeichnis), in the order of the keys.
pub static LAENDER: [Land; 16] = [
    Land { key: "01", short: "SH", name: "Schleswig-Holstein" },
    Land { key: "02", short: "HH", name: "Hamburg" },
    Land { key: "03", short: "NI", name: "Niedersachsen" },
    Land { key: "04", short: "HB", name: "Bremen" },
    Land { key: "05", short: "NW", name: "Nordrhein-Westfalen" },
    Land { key: "06", short: "HE", name: "Hessen" },
    Land { key: "07", short: "RP", name: "Rheinland-Pfalz" },
    Land { key: "08", short: "BW", name: "Baden-Württemberg" },
    Land { key: "09", short: "BY", name: "Bayern" },
    Land { key: "10", short: "SL", name: "Saarland" },
    Land { key: "11", short: "BE", name: "Berlin" },
    Land { key: "12", short: "BB", name: "Brandenburg" },
    Land { key: "13", short: "MV", name: "Mecklenburg-Vorpommern" },
    Land { key: "14", short: "SN", name: "Sachsen" },
    Land { key: "15", short: "ST", name: "Sachsen-Anhalt" },
    Land { key: "16", short: "TH", name: "Thüringen" },
];

/// The first Land: what a row counts as whose Land cannot be read. The error about it stops the build before a page is
/// made.
impl Default for &'static Land {
    fn default() -> Self {
        &LAENDER[0]
    }
}

/// A Kommune: one row of `kommunen.csv`. The default is one of which nothing is known. The columns of its fields stand
/// in [`identity`](super::identity).
#[derive(Debug, Clone, Default)]
pub struct Kommune {
    /// Amtlicher Gemeindeschlüssel of the Kreis: five digits, the key.
    pub ags: Text,
    /// Name without the kind, for example `Biberach`.
    pub name: Text,
    /// As addressed: `Landkreis Biberach`, `Enzkreis`.
    pub label: Text,
    /// What it is in law.
    pub kind: Sourced<KommuneType>,
    /// The Land it lies in.
    pub land: Sourced<&'static Land>,
    /// Name of its Jobcenter.
    pub jobcenter: Text,
    /// Organisation form of its Jobcenter.
    pub organisation: Text,
    /// Office title of its head, as stored: a Landrätin stays Landrätin.
    pub office: Text,
    /// Name of its head.
    pub head: Text,
    /// Party of its head, as printed by the source.
    pub party: Text,
    /// Year the head took office.
    pub in_office_since: Year,
    /// Year the term ends.
    pub elected_until: Year,
    /// One value per indicator, in the order of `Data::indicators`.
    pub values: Vec<NumberCell>,
}
