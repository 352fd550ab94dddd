//! What an administration adds to the documents: papers for a meeting, and descriptions for other systems.

mod dcat;
mod oparl;

use serde_json::{Map, Value};

pub use dcat::{DCAT, File, dcat};
pub use oparl::{OPARL, PaperFile, oparl};

/// An object without the members nothing is known of.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let known = |value: &Value| !(value.is_null() || value.as_array().is_some_and(Vec::is_empty));
    let members = members.into_iter().filter(|(_, value)| known(value));
    Value::Object(members.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}
