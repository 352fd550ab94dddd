//! The registers: Kommunen by name, heads of administration by family name.

use crate::compose::view::{anchor, entry, view};
use crate::derive::Facts;
use crate::german::{GermanOrder, filed};

view! {
    /// An entry of a register.
    pub struct RegisterView {
        /// As it is looked up: `Biberach, Landkreis`; `Haas, Dr. Rainer`.
        pub entry: String,
        /// What tells it apart: the Land of a Kommune; office and Kommune of a person.
        pub about: String,
        /// Card.
        pub anchor: String,
        /// Name of the entry itself, for links back; empty where none leads back.
        pub own: String,
    }
}

/// Returns all Kommunen in the order of their names.
pub(super) fn kommunen(facts: &Facts<'_>) -> Vec<RegisterView> {
    let data = facts.data;
    let of = |k: &usize| {
        let kommune = &data.kommunen[*k];
        let (label, name) = (&kommune.label.value, &kommune.name.value);
        let kind = label.strip_suffix(name.as_str()).map(str::trim).filter(|kind| !kind.is_empty());
        RegisterView {
            entry: kind.map_or_else(|| label.clone(), |kind| format!("{name}, {kind}")),
            about: kommune.land.value.name.to_owned(),
            anchor: anchor(data, kommune),
            own: entry(data, kommune),
        }
    };
    facts.scope.iter().map(of).collect()
}

/// Returns the known heads of administration, in the order of their family names.
pub(super) fn heads(facts: &Facts<'_>, order: &GermanOrder) -> Vec<RegisterView> {
    let data = facts.data;
    let of = |k: &usize| {
        let kommune = &data.kommunen[*k];
        let name = kommune.head.known()?;
        let office = kommune.office.known().map(|office| format!("{office}, ")).unwrap_or_default();
        Some(RegisterView {
            entry: filed(name),
            about: format!("{office}{}", kommune.label.value),
            anchor: anchor(data, kommune),
            own: String::new(),
        })
    };
    let mut heads: Vec<RegisterView> = facts.scope.iter().filter_map(of).collect();
    // A stable sort: heads with equal names stay in the order of their Kommunen.
    heads.sort_by(|a, b| order.compare(&a.entry, &b.entry));
    heads
}
