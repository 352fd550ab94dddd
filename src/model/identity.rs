//! The columns of `kommunen.csv` that say who a Kommune is: one table. Reading, filtering, importing and exporting all
//! go through it.
//!
//! A new column is a field of [`Kommune`] and a line here.

use std::borrow::Cow;

use crate::diag::Place;

use super::kommune::Kommune;
use super::values::{Text, Year};

/// A column that says who a Kommune is.
#[derive(Debug)]
pub struct IdentityColumn {
    /// Its header in `kommunen.csv`, and its key in every machine format. No indicator may have it.
    pub key: &'static str,
    /// What it holds, in German, for the notes of an exported workbook.
    pub meaning: &'static str,
    /// Other headers under which offices deliver it, in lower case and without signs and umlauts; the surest first.
    pub headers: &'static [&'static str],
    /// Whether every Kommune needs a value.
    pub required: bool,
    /// The field of [`Kommune`] that holds it.
    pub field: IdentityField,
}

/// The field of [`Kommune`] that holds a column.
#[derive(Debug, Clone, Copy)]
pub enum IdentityField {
    /// A text.
    Text {
        /// The field.
        of: fn(&Kommune) -> &Text,
        /// The field, to be filled in.
        of_mut: fn(&mut Kommune) -> &mut Text,
    },
    /// A year.
    Year {
        /// The field.
        of: fn(&Kommune) -> &Year,
        /// The field, to be filled in.
        of_mut: fn(&mut Kommune) -> &mut Year,
    },
    /// What the Kommune is in law.
    Kind,
    /// The Land it lies in.
    Land,
}

macro_rules! text {
    ($field:ident) => {
        IdentityField::Text { of: |kommune| &kommune.$field, of_mut: |kommune| &mut kommune.$field }
    };
}

macro_rules! year {
    ($field:ident) => {
        IdentityField::Year { of: |kommune| &kommune.$field, of_mut: |kommune| &mut kommune.$field }
    };
}

const fn required(
    key: &'static str,
    meaning: &'static str,
    headers: &'static [&'static str],
    field: IdentityField,
) -> IdentityColumn {
    IdentityColumn { key, meaning, headers, required: true, field }
}

const fn optional(
    key: &'static str,
    meaning: &'static str,
    headers: &'static [&'static str],
    field: IdentityField,
) -> IdentityColumn {
    IdentityColumn { key, meaning, headers, required: false, field }
}

/// What offices call the key of a Kreis.
const AGS_HEADERS: &[&str] = &[
    "ags",
    "ags5",
    "ags8",
    "ars",
    "rs",
    "kreisschluessel",
    "kreisschluesselnummer",
    "gemeindeschluessel",
    "amtlichergemeindeschluessel",
    "regionalschluessel",
    "amtlicherregionalschluessel",
    "schluesselnummer",
    "schluessel",
    "kreiskennziffer",
];

/// What offices call a Kreis.
const NAME_HEADERS: &[&str] = &[
    "kommune",
    "kreis",
    "kreise",
    "landkreis",
    "stadtlandkreis",
    "bezeichnung",
    "gebiet",
    "region",
    "gebietskoerperschaft",
    "kreisfreiestadtkreislandkreis",
];

/// What offices call the person at the head of an administration.
const HEAD_HEADERS: &[&str] =
    &["landraetinlandrat", "landrat", "oberbuergermeister", "hauptverwaltungsbeamter", "verwaltungsspitze"];

/// The columns, in the order of `kommunen.csv`.
pub static IDENTITY: [IdentityColumn; 12] = [
    required("ags", "Amtlicher Gemeindeschlüssel des Kreises, fünf Stellen", AGS_HEADERS, text!(ags)),
    required("name", "Name ohne Art", NAME_HEADERS, text!(name)),
    required("label", "Bezeichnung, wie sie angesprochen wird", &[], text!(label)),
    required(
        "type",
        "landkreis oder kreisfreie_stadt",
        &["typ", "art", "kreistyp", "regionalebezeichnung"],
        IdentityField::Kind,
    ),
    required("state", "Land", &["land", "bundesland"], IdentityField::Land),
    optional("jobcenter", "Name des Jobcenters", &["namedesjobcenters"], text!(jobcenter)),
    optional("organisation", "Organisationsform des Jobcenters", &["organisationsform"], text!(organisation)),
    optional("office", "Amtsbezeichnung", &["amt", "amtsbezeichnung"], text!(office)),
    optional("head", "Name der Verwaltungsspitze", HEAD_HEADERS, text!(head)),
    optional("party", "Partei, wie in der Quelle", &["partei"], text!(party)),
    optional("in_office_since", "im Amt seit (Jahr)", &["imamtseit"], year!(in_office_since)),
    optional("elected_until", "gewählt bis (Jahr)", &["gewaehltbis", "amtszeitbis"], year!(elected_until)),
];

/// The keys of all columns, in their order.
pub fn keys<'a>() -> impl Iterator<Item = &'a str> {
    IDENTITY.iter().map(|column| column.key)
}

/// The column of a key; `None` when no column has it.
pub fn column(key: &str) -> Option<&'static IdentityColumn> {
    IDENTITY.iter().find(|column| column.key == key)
}

/// The columns that hold a text as it was written, each with its key: not the type and the Land, which are one of a
/// few.
pub fn texts(kommune: &Kommune) -> impl Iterator<Item = (&'static str, &Text)> {
    IDENTITY.iter().filter_map(move |column| match column.field {
        IdentityField::Text { of, .. } => Some((column.key, of(kommune))),
        IdentityField::Year { .. } | IdentityField::Kind | IdentityField::Land => None,
    })
}

impl IdentityColumn {
    /// The value as `kommunen.csv` writes it; empty = not known.
    pub fn written<'a>(&self, kommune: &'a Kommune) -> Cow<'a, str> {
        match self.field {
            IdentityField::Text { of, .. } => Cow::Borrowed(&of(kommune).value),
            IdentityField::Year { of, .. } => {
                of(kommune).value.map_or(Cow::Borrowed(""), |year| year.to_string().into())
            }
            IdentityField::Kind => Cow::Borrowed(kommune.kind.value.key()),
            IdentityField::Land => Cow::Borrowed(kommune.land.value.name),
        }
    }

    /// The value as pages print it; empty = not known.
    pub fn printed<'a>(&self, kommune: &'a Kommune) -> Cow<'a, str> {
        match self.field {
            IdentityField::Kind => Cow::Borrowed(kommune.kind.value.german()),
            IdentityField::Text { .. } | IdentityField::Year { .. } | IdentityField::Land => self.written(kommune),
        }
    }

    /// The year; `None` when it is not known, and for a column that holds no year.
    pub fn year(&self, kommune: &Kommune) -> Option<i32> {
        match self.field {
            IdentityField::Year { of, .. } => of(kommune).value,
            IdentityField::Text { .. } | IdentityField::Kind | IdentityField::Land => None,
        }
    }

    /// Whether it holds a year.
    pub fn is_year(&self) -> bool {
        matches!(self.field, IdentityField::Year { .. })
    }

    /// The cell it was read from.
    pub fn place<'a>(&self, kommune: &'a Kommune) -> &'a Place {
        match self.field {
            IdentityField::Text { of, .. } => &of(kommune).place,
            IdentityField::Year { of, .. } => &of(kommune).place,
            IdentityField::Kind => &kommune.kind.place,
            IdentityField::Land => &kommune.land.place,
        }
    }
}

/// A column is its key.
impl PartialEq for IdentityColumn {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for IdentityColumn {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sourced;

    #[test]
    fn every_column_has_a_field_of_its_own() {
        let mut kommune = Kommune::default();
        for (year, column) in (2000..).zip(&IDENTITY) {
            let place = Place::file(column.key);
            match column.field {
                IdentityField::Text { of_mut, .. } => {
                    *of_mut(&mut kommune) = Sourced { value: column.key.to_owned(), place };
                }
                IdentityField::Year { of_mut, .. } => *of_mut(&mut kommune) = Sourced { value: Some(year), place },
                IdentityField::Kind => kommune.kind.place = place,
                IdentityField::Land => kommune.land.place = place,
            }
        }
        for (year, column) in (2000..).zip(&IDENTITY) {
            assert_eq!(column.place(&kommune).file.as_ref(), column.key);
            let expected = match column.field {
                IdentityField::Text { .. } => column.key.to_owned(),
                IdentityField::Year { .. } => year.to_string(),
                IdentityField::Kind => "landkreis".to_owned(),
                IdentityField::Land => "Schleswig-Holstein".to_owned(),
            };
            assert_eq!(column.written(&kommune), expected, "{}", column.key);
        }
    }

    #[test]
    fn no_key_and_no_header_stands_twice() {
        let mut all: Vec<&str> =
            keys().chain(IDENTITY.iter().flat_map(|column| column.headers.iter().copied())).collect();
        // The key of a Kreis is also the first header under which offices deliver it.
        all.retain(|name| *name != "ags");
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
