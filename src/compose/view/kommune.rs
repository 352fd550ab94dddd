//! A Kommune: its identity, its Jobcenter, and its head of administration.

use std::sync::Arc;

use crate::compose::figures::{FigureHandle, FigureTable};
use crate::grammar::{self, PhrasePart};
use crate::model::{Data, Kommune, Stand};
use crate::trace::Origin;

use super::fields::view;
use super::sentences::{PartView, Sentence};
use super::unknown::{NO_TITLE, NOT_GIVEN, given};

view! {
    /// A Kommune's identity.
    pub struct KommuneView {
        /// Amtlicher Gemeindeschlüssel.
        pub ags: String,
        /// Name without the kind.
        pub name: String,
        /// As addressed.
        pub label: String,
        /// Name of its card, for links; empty in a brochure without cards.
        pub anchor: String,
        /// Name of its entry in the register, likewise.
        pub register: String,
        /// `Landkreis` or `kreisfreie Stadt`.
        pub kind: String,
        /// Its Land.
        pub state: String,
        /// Name of its Jobcenter.
        pub jobcenter: String,
        /// Organisation form of its Jobcenter.
        pub organisation: String,
        /// Whether the name or the organisation form of its Jobcenter is known.
        pub jobcenter_known: bool,
        /// Office title of its head.
        pub office: String,
        /// Name of its head.
        pub head: String,
        /// Party of its head.
        pub party: String,
        /// Whether the party is known.
        pub party_known: bool,
        /// Whether anything is known of its head: name, party or term.
        pub head_known: bool,
        /// Year the head took office.
        pub in_office_since: FigureHandle,
        /// Year the term ends.
        pub elected_until: FigureHandle,
        /// The term of office as of the Stand, in words.
        pub term: Vec<PartView>,
    }
}

view! {
    /// A Kommune mentioned.
    pub struct MentionView {
        /// Label.
        pub label: String,
        /// Card; empty in a brochure without cards.
        pub anchor: String,
    }
}

/// The part of the brochure that holds the cards of the Kommunen.
pub const CARDS: &str = "laender";

/// The part of the brochure that holds the registers.
const REGISTERS: &str = "register";

/// Returns the name of the card of a Kommune; empty in a brochure without cards.
pub fn anchor(data: &Data, kommune: &Kommune) -> String {
    if data.has_part(CARDS) { format!("kommune-{}", kommune.ags.value) } else { String::new() }
}

/// Returns the name of the entry of a Kommune in the register; empty in a brochure without registers.
pub fn entry(data: &Data, kommune: &Kommune) -> String {
    if data.has_part(REGISTERS) { format!("register-{}", kommune.ags.value) } else { String::new() }
}

/// Returns the view of a Kommune that is only mentioned.
pub fn mention(data: &Data, kommune: &Kommune) -> MentionView {
    MentionView { label: kommune.label.value.clone(), anchor: anchor(data, kommune) }
}

/// Returns the view of a Kommune.
pub fn kommune_view(data: &Data, kommune: &Kommune, figures: &mut FigureTable<'_>) -> KommuneView {
    KommuneView {
        ags: kommune.ags.value.clone(),
        name: kommune.name.value.clone(),
        label: kommune.label.value.clone(),
        anchor: anchor(data, kommune),
        register: entry(data, kommune),
        kind: kommune.kind.value.german().to_owned(),
        state: kommune.land.value.name.to_owned(),
        jobcenter: given(&kommune.jobcenter),
        organisation: given(&kommune.organisation),
        jobcenter_known: [&kommune.jobcenter, &kommune.organisation].iter().any(|text| text.known().is_some()),
        office: kommune.office.known().unwrap_or(NO_TITLE).to_owned(),
        head: given(&kommune.head),
        party: given(&kommune.party),
        party_known: kommune.party.known().is_some(),
        head_known: [&kommune.head, &kommune.party].iter().any(|text| text.known().is_some())
            || [&kommune.in_office_since, &kommune.elected_until].iter().any(|year| year.value.is_some()),
        in_office_since: figures.year(&kommune.in_office_since),
        elected_until: figures.year(&kommune.elected_until),
        term: term(kommune, data.edition.stand, figures),
    }
}

/// Returns the sentence on the term of office, as of the reference date.
fn term(kommune: &Kommune, stand: Stand, figures: &mut FigureTable<'_>) -> Vec<PartView> {
    let (since, until) = (&kommune.in_office_since, &kommune.elected_until);
    let mut sentence = Sentence::new(figures);
    let Some(phrase) = grammar::term(since.value, until.value, stand) else {
        sentence.text(NOT_GIVEN);
        return sentence.parts();
    };
    // Its numbers are the known years, in this order.
    let mut years = [since, until].into_iter().filter(|year| year.value.is_some());
    for part in phrase.parts() {
        match part {
            PhrasePart::Text(text) => sentence.text(text),
            PhrasePart::Number(number) => {
                let place = years.next().unwrap_or(until).place.clone();
                let number = sentence.figures.verbatim(number, Arc::new(Origin::Cell(place)));
                sentence.number(number);
            }
        }
    }
    sentence.parts()
}
