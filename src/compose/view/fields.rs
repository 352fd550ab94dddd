//! The fields of views, for the authors of templates: names, types and the doc comments of the structs. A field without
//! a doc comment does not compile.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::compose::figures::{Figure, FigureHandle, FigureTable, PassageHandle};
use crate::german::join_unit;

/// Declares views: structs that can be serialized and list their fields with their doc comments.
macro_rules! view {
    ($(
        $(#[doc = $of:literal])+
        $(#[derive($extra:ident)])?
        pub struct $name:ident {
            $( $(#[doc = $said:literal])+ pub $field:ident: $kind:ty, )+
        }
    )+) => {$(
        $(#[doc = $of])+
        #[derive(Debug, serde::Serialize $(, $extra)?)]
        pub struct $name {
            $( $(#[doc = $said])+ pub $field: $kind, )+
        }

        impl $crate::compose::view::fields::Shaped for $name {
            fn shape() -> $crate::compose::view::fields::FieldShape {
                $crate::compose::view::fields::FieldShape::Group(vec![
                    $( (stringify!($field), concat!($($said),+), <$kind>::shape()), )+
                ])
            }
        }
    )+};
}

pub(crate) use view;

/// What a field holds.
#[derive(Debug)]
pub enum FieldShape {
    /// A text, printed as it is.
    Text,
    /// A number, which a helper prints.
    Number,
    /// Yes or no.
    YesNo,
    /// A sentence made from the data.
    Sentence,
    /// A text of the edition.
    Passage,
    /// A list of these.
    List(Box<FieldShape>),
    /// These by their names.
    Named(Box<FieldShape>),
    /// Fields with their names and doc comments.
    Group(Vec<(&'static str, &'static str, FieldShape)>),
}

/// What can stand in a view.
pub trait Shaped {
    /// Returns what it holds.
    fn shape() -> FieldShape;

    /// Returns what a list of it holds.
    fn listed() -> FieldShape {
        FieldShape::List(Box::new(Self::shape()))
    }
}

macro_rules! shaped {
    ($($kind:ty: $shape:ident),+) => {
        $(impl Shaped for $kind {
            fn shape() -> FieldShape {
                FieldShape::$shape
            }
        })+
    };
}

shaped!(String: Text, bool: YesNo, FigureHandle: Number, PassageHandle: Passage);

impl<T: Shaped> Shaped for Vec<T> {
    fn shape() -> FieldShape {
        T::listed()
    }
}

impl<T: Shaped> Shaped for BTreeMap<String, T> {
    fn shape() -> FieldShape {
        FieldShape::Named(Box::new(T::shape()))
    }
}

impl FieldShape {
    /// Returns its name in the list of fields.
    fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::YesNo => "yes/no",
            Self::Sentence => "sentence",
            Self::Passage => "text of the edition",
            Self::List(_) => "list",
            Self::Named(_) => "by name",
            Self::Group(_) => "group",
        }
    }
}

/// A field a template may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// From the document down: `kommune.label`; `[]` stands for an item of a list, `NAME` for any name.
    pub path: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub holds: &'static str,
    /// Its doc comment; empty for an item of a list.
    pub meaning: &'static str,
    /// As an edition has it, without line breaks; `None` for groups, and where no view has one.
    pub example: Option<String>,
}

/// Returns the fields of a view of this shape, in the order of its structs.
pub fn fields(shape: &FieldShape) -> Vec<Field> {
    let mut fields = Vec::new();
    list(shape, "", &mut fields);
    fields
}

/// Adds the fields in a shape; `path` leads to it.
fn list(shape: &FieldShape, path: &str, fields: &mut Vec<Field>) {
    match shape {
        FieldShape::Group(inner) => {
            for (name, said, shape) in inner {
                let path = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
                fields.push(Field { path: path.clone(), holds: shape.name(), meaning: said.trim(), example: None });
                list(shape, &path, fields);
            }
        }
        FieldShape::List(item) => list_item(item, &format!("{path}[]"), fields),
        FieldShape::Named(item) => list_item(item, &format!("{path}.NAME"), fields),
        FieldShape::Text | FieldShape::Number | FieldShape::YesNo | FieldShape::Sentence | FieldShape::Passage => {}
    }
}

/// Adds the fields of an item of a list. A group needs no line of its own: its meaning stands at the list.
fn list_item(item: &FieldShape, path: &str, fields: &mut Vec<Field>) {
    if !matches!(item, FieldShape::Group(_)) {
        fields.push(Field { path: path.to_owned(), holds: item.name(), meaning: "", example: None });
    }
    list(item, path, fields);
}

/// Sets the examples of fields that have none yet from a view of this shape, as JSON.
pub fn illustrate(fields: &mut [Field], shape: &FieldShape, view: &Value, figures: FigureTable<'_>) {
    let (figures, _) = figures.into_lists();
    let mut examples = BTreeMap::new();
    example(shape, view, "", &figures, &mut examples);
    for field in fields.iter_mut().filter(|field| field.example.is_none()) {
        field.example = examples.remove(&field.path);
    }
}

/// Collects the examples a view has for the fields in a shape, by path. The first example of a field counts.
fn example(shape: &FieldShape, value: &Value, path: &str, figures: &[Figure], examples: &mut BTreeMap<String, String>) {
    let figure = |value: &Value| {
        let figure = figures.get(FigureHandle::index(value.as_str()?)?)?;
        Some((figure.text.as_str(), join_unit(&figure.text, &figure.unit)))
    };
    let printed = match (shape, value) {
        (FieldShape::Group(inner), _) => {
            for (name, _, shape) in inner {
                let path = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
                example(shape, &value[*name], &path, figures, examples);
            }
            None
        }
        (FieldShape::List(item), Value::Array(values)) => {
            values.iter().for_each(|value| example(item, value, &format!("{path}[]"), figures, examples));
            None
        }
        (FieldShape::Named(item), Value::Object(values)) => {
            values.values().for_each(|value| example(item, value, &format!("{path}.NAME"), figures, examples));
            None
        }
        (FieldShape::Text, Value::String(text)) => Some(text.clone()),
        (FieldShape::YesNo, Value::Bool(yes)) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        (FieldShape::Number, _) => figure(value).map(|(_, with_unit)| with_unit),
        (FieldShape::Sentence, Value::Array(parts)) => Some(
            parts
                .iter()
                .flat_map(|part| {
                    let number = part["number"].get(0).and_then(figure).map(|(number, _)| number);
                    [part["text"].as_str(), number]
                })
                .flatten()
                .collect(),
        ),
        (FieldShape::Passage, _) => Some("headings, paragraphs, lists".to_owned()),
        // Of another kind than its shape: no view has that.
        (
            FieldShape::Text | FieldShape::YesNo | FieldShape::Sentence | FieldShape::List(_) | FieldShape::Named(_),
            _,
        ) => None,
    };
    if let Some(text) = printed.filter(|text| !text.is_empty()) {
        examples.entry(path.to_owned()).or_insert_with(|| text.replace('\n', " "));
    }
}
