//! JSON objects without empty members.

use serde_json::{Map, Value};

/// An object of these members; null members and empty lists are left out, because nothing is known of them.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let known = |value: &Value| !(value.is_null() || value.as_array().is_some_and(Vec::is_empty));
    let members = members.into_iter().filter(|(_, value)| known(value));
    Value::Object(members.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}
