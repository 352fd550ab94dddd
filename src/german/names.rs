//! Finding a Kommune by a name people write.

use crate::model::{Data, Kommune};

use super::keys::{match_key, slug};

/// Returns the positions of the Kommunen with a name: one, several when the name is ambiguous, or none.
///
/// AGS, slug, label and name are tried in this order, the surest first: a label means the Kommune with that label, even
/// where it is the name of another one. Case is ignored and `ue` stands for `ü`.
pub fn kommunen_named(wanted: &str, data: &Data) -> Vec<usize> {
    let key = match_key(wanted);
    let tries: [&dyn Fn(&Kommune) -> bool; 3] = [
        &|k| k.ags.value == wanted.trim() || match_key(&format!("{}-{}", k.ags.value, slug(&k.label.value))) == key,
        &|k| match_key(&k.label.value) == key,
        &|k| match_key(&k.name.value) == key,
    ];
    let positions = |matches: &&dyn Fn(&Kommune) -> bool| -> Vec<usize> {
        (0..data.kommunen.len()).filter(|k| matches(&data.kommunen[*k])).collect()
    };
    tries.iter().map(positions).find(|found| !found.is_empty()).unwrap_or_default()
}
