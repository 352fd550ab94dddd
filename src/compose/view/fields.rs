//! What views say of themselves: the fields a template may use, made from the doc comments of their structs. A field
//! without one does not compile.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::compose::figures::{Figure, Figures, Handle, Passage};
use crate::german::join_unit;

/// Declares views: structs that serialize, and whose fields tell their doc comments.
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
            fn shape() -> $crate::compose::view::fields::Shape {
                $crate::compose::view::fields::Shape::Group(vec![
                    $( (stringify!($field), concat!($($said),+), <$kind>::shape()), )+
                ])
            }
        }
    )+};
}

pub(crate) use view;

/// What a field holds.
#[derive(Debug)]
pub enum Shape {
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
    List(Box<Shape>),
    /// These by their names.
    Named(Box<Shape>),
    /// Fields with their names and doc comments.
    Group(Vec<(&'static str, &'static str, Shape)>),
}

/// What can stand in a view.
pub trait Shaped {
    /// What it holds.
    fn shape() -> Shape;

    /// What a list of it holds.
    fn listed() -> Shape {
        Shape::List(Box::new(Self::shape()))
    }
}

macro_rules! shaped {
    ($($kind:ty: $shape:ident),+) => {
        $(impl Shaped for $kind {
            fn shape() -> Shape {
                Shape::$shape
            }
        })+
    };
}

shaped!(String: Text, bool: YesNo, Handle: Number, Passage: Passage);

impl<T: Shaped> Shaped for Vec<T> {
    fn shape() -> Shape {
        T::listed()
    }
}

impl<T: Shaped> Shaped for BTreeMap<String, T> {
    fn shape() -> Shape {
        Shape::Named(Box::new(T::shape()))
    }
}

impl Shape {
    /// Its name in the list of fields.
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

/// The fields of a view of a shape, in the order of its structs.
pub fn fields(shape: &Shape) -> Vec<Field> {
    let mut fields = Vec::new();
    list(shape, "", &mut fields);
    fields
}

fn list(shape: &Shape, path: &str, fields: &mut Vec<Field>) {
    match shape {
        Shape::Group(inner) => {
            for (name, said, shape) in inner {
                let path = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
                fields.push(Field { path: path.clone(), holds: shape.name(), meaning: said.trim(), example: None });
                list(shape, &path, fields);
            }
        }
        Shape::List(item) | Shape::Named(item) => {
            let path = match shape {
                Shape::List(_) => format!("{path}[]"),
                _ => format!("{path}.NAME"),
            };
            // What a group is called is said of its list.
            if !matches!(**item, Shape::Group(_)) {
                fields.push(Field { path: path.clone(), holds: item.name(), meaning: "", example: None });
            }
            list(item, &path, fields);
        }
        _ => {}
    }
}

/// Gives fields without an example the one a view of a shape has for them.
pub fn illustrate(fields: &mut [Field], shape: &Shape, view: &Value, figures: Figures<'_>) {
    let (figures, _) = figures.into_lists();
    let mut examples = BTreeMap::new();
    example(shape, view, "", &figures, &mut examples);
    for field in fields.iter_mut().filter(|field| field.example.is_none()) {
        field.example = examples.remove(&field.path);
    }
}

fn example(shape: &Shape, value: &Value, path: &str, figures: &[Figure], examples: &mut BTreeMap<String, String>) {
    let figure = |value: &Value| {
        let figure = figures.get(Handle::index(value.as_str()?)?)?;
        Some((figure.text.as_str(), join_unit(&figure.text, &figure.unit)))
    };
    let printed = match (shape, value) {
        (Shape::Group(inner), _) => {
            for (name, _, shape) in inner {
                let path = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
                example(shape, &value[*name], &path, figures, examples);
            }
            None
        }
        (Shape::List(item), Value::Array(values)) => {
            values.iter().for_each(|value| example(item, value, &format!("{path}[]"), figures, examples));
            None
        }
        (Shape::Named(item), Value::Object(values)) => {
            values.values().for_each(|value| example(item, value, &format!("{path}.NAME"), figures, examples));
            None
        }
        (Shape::Text, Value::String(text)) => Some(text.clone()),
        (Shape::YesNo, Value::Bool(yes)) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        (Shape::Number, _) => figure(value).map(|(_, with_unit)| with_unit),
        (Shape::Sentence, Value::Array(parts)) => Some(
            parts
                .iter()
                .flat_map(|part| {
                    let number = part["number"].get(0).and_then(figure).map(|(number, _)| number);
                    [part["text"].as_str(), number]
                })
                .flatten()
                .collect(),
        ),
        (Shape::Passage, _) => Some("headings, paragraphs, lists".to_owned()),
        _ => None,
    };
    if let Some(text) = printed.filter(|text| !text.is_empty()) {
        examples.entry(path.to_owned()).or_insert_with(|| text.replace('\n', " "));
    }
}
