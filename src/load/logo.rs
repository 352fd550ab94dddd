//! Checks the publisher's logo when the project is read. Typst could only report a fault of it as one of the look.

use std::io::Cursor;

use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageReader};
use usvg::roxmltree::{Document, Node};

use crate::assets::Assets;
use crate::diag::{Problem, nearest, shown};
use crate::model::{Logo, Text};

/// Where pictures lie.
const FOLDER: &str = "templates/";

/// How files begin that Typst can place, by the ending of their names.
const PICTURES: [(&str, &[u8]); 4] =
    [(".svg", b"<"), (".png", b"\x89PNG\r\n\x1a\n"), (".jpg", b"\xff\xd8\xff"), (".jpeg", b"\xff\xd8\xff")];

/// Most pixels of a logo: it is printed 60 mm wide at most, and unpacked for every document.
const MOST_PIXELS: u64 = 16_000_000;

/// How many times as long as broad a logo may be; a longer one is a line where it is printed.
const LONGEST: f64 = 20.0;

/// What is wrong with a picture, and a hint what to do.
type Flaw = (String, String);

/// The logo of a path and an alternative text.
///
/// # Errors
/// No alternative text, a file that is not there, is none of the pictures that can be printed, or cannot be decoded; an
/// SVG with live text, with pictures outside of it, or without a size; a picture too large or too narrow to print.
pub fn logo(assets: &Assets, path: Text, alt: Text) -> Result<Logo, Problem> {
    let wrong =
        |text: &Text, (message, hint): Flaw| Err(Problem::error("KB955", message).at(text.place.clone()).hint(hint));
    if alt.value.trim().is_empty() {
        let hint = "say what it shows, for example \"Logo des Landkreises Biberach\": a reader who does not see it \
                    hears that";
        return wrong(&alt, ("the logo has no alternative text".to_owned(), hint.to_owned()));
    }
    let name = shown(&path.value);
    let picture = PICTURES.iter().find(|(ending, _)| path.value.to_lowercase().ends_with(ending));
    let (Some((ending, signature)), true) = (picture, path.value.starts_with(FOLDER)) else {
        let hint = format!("put an SVG, PNG or JPEG file there and write \"{FOLDER}logo.svg\"");
        return wrong(&path, (format!("logo `{name}` is no picture below {FOLDER}"), hint));
    };
    let Some(bytes) = assets.bytes(&path.value) else {
        let known = assets.list(FOLDER).filter(|p| PICTURES.iter().any(|(ending, _)| p.ends_with(ending)));
        let hint = match nearest(&path.value, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "put it there, or delete [logo]".to_owned(),
        };
        return wrong(&path, (format!("there is no file `{name}` for the logo"), hint));
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !bytes.trim_ascii_start().starts_with(signature) {
        let hint = format!("a file that ends in {ending} begins otherwise; save it anew, or rename it");
        return wrong(&path, (format!("the logo `{name}` is not what its name says"), hint));
    }
    let size = if *ending == ".svg" { drawn(bytes) } else { painted(bytes) };
    match size.and_then(proportioned) {
        Ok(()) => Ok(Logo { file: path.value, alt: alt.value }),
        Err((what, hint)) => wrong(&path, (format!("the logo `{name}` {what}"), hint)),
    }
}

/// Width and height of a PNG or JPEG.
fn painted(bytes: &[u8]) -> Result<(f64, f64), Flaw> {
    let damaged = |error: image::ImageError| {
        let hint = "open it in a picture program and export it anew as PNG, in RGB";
        (format!("cannot be decoded: {}", shown(&error.to_string())), hint.to_owned())
    };
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|error| damaged(error.into()))?;
    let decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        let hint =
            "it is printed 60 mm wide at most, for which 1,500 pixels are plenty: export it smaller, or as an SVG";
        return Err((format!("has {width} × {height} pixels, too many to print"), hint.to_owned()));
    }
    if decoder.original_color_type() == ExtendedColorType::Cmyk8 {
        // Typst cannot write CMYK pictures into an archive PDF.
        return Err(("is in CMYK".to_owned(), "export it in RGB, as PNG or JPEG".to_owned()));
    }
    DynamicImage::from_decoder(decoder).map_err(damaged)?;
    Ok((f64::from(width), f64::from(height)))
}

/// Width and height of an SVG.
fn drawn(bytes: &[u8]) -> Result<(f64, f64), Flaw> {
    let anew = "open it in a drawing program and save it anew as plain SVG";
    let damaged = |error: String| (format!("cannot be read: {}", shown(&error)), anew.to_owned());
    let text = std::str::from_utf8(bytes).map_err(|_| damaged("it is not UTF-8".to_owned()))?;
    let options = usvg::roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| damaged(error.to_string()))?;
    let elements = || document.descendants().filter(Node::is_element);
    let says_something =
        |node: &Node<'_, '_>| node.descendants().any(|n| n.text().is_some_and(|t| !t.trim().is_empty()));
    if elements().any(|node| node.tag_name().name() == "text" && says_something(&node)) {
        let hint = "convert the text to paths in the drawing program: its fonts are not at hand here, and another one \
                    would be no logo";
        return Err(("has live text".to_owned(), hint.to_owned()));
    }
    let outside = elements().filter(|node| node.tag_name().name() == "image").find_map(|node| {
        let link = node.attributes().find(|attribute| attribute.name() == "href")?.value();
        (!link.starts_with("data:") && !link.starts_with('#')).then_some(link)
    });
    if let Some(link) = outside {
        let hint = "embed the picture in the drawing program, or draw it";
        return Err((format!("shows a picture outside of it, `{}`", shown(link)), hint.to_owned()));
    }
    let root = document.root_element();
    let numbers = |text: &str| text.split([' ', ',']).filter_map(|n| n.parse::<f64>().ok()).collect::<Vec<_>>();
    let has_view =
        root.attribute("viewBox").is_some_and(|view| matches!(numbers(view)[..], [_, _, w, h] if w > 0.0 && h > 0.0));
    if !has_view && (root.attribute("width").is_none() || root.attribute("height").is_none()) {
        let hint = "save it with its size (in drawing programs: fit the page to the drawing)";
        return Err(("has neither a viewBox nor width and height".to_owned(), hint.to_owned()));
    }
    let tree =
        usvg::Tree::from_xmltree(&document, &usvg::Options::default()).map_err(|error| damaged(error.to_string()))?;
    if tree.root().children().is_empty() {
        return Err(("is empty".to_owned(), anew.to_owned()));
    }
    Ok((f64::from(tree.size().width()), f64::from(tree.size().height())))
}

/// Refuses a picture that is far longer than broad.
fn proportioned((width, height): (f64, f64)) -> Result<(), Flaw> {
    let (long, broad) = (width.max(height), width.min(height));
    if long <= broad * LONGEST {
        return Ok(());
    }
    let what = format!("is {width:.0} wide and {height:.0} high, and would be a line where it is printed");
    Err((what, "cut off what is empty around it, or take another form of the logo".to_owned()))
}
