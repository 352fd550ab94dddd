//! A digit changed on a page: found by what stands there, whatever the manifest says of the file.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Document, Object, ObjectId};
use serde_json::Value;

use super::{CHANGES, Dice, IN_ALL, copy_of, deviations, in_two, manifest, near, page_of, point_of, text, vouch_for};
use crate::desk::{Desk, whole};
use crate::pdf::{Number, numbers_on};

const FOLDER: &str = "out/2017";

/// A digit of the content of a page: the operation that paints it, the string among its operands, and the byte
/// where its code begins.
struct Painted {
    operation: usize,
    string: usize,
    byte: usize,
    digit: char,
    font: Vec<u8>,
}

/// The code of every digit of a font, as often as the font has one.
type Codes = BTreeMap<char, Vec<u8>>;

fn codes_of(document: &Document, page: ObjectId) -> BTreeMap<Vec<u8>, (usize, Vec<(char, Vec<u8>)>)> {
    let fonts = document.get_page_fonts(page).expect("the fonts of a page");
    fonts
        .into_iter()
        .map(|(name, font)| {
            let wide = font.get(b"DescendantFonts").is_ok();
            let encoding = font.get_font_encoding(document).expect("a font says how its codes read");
            let codes: Vec<Vec<u8>> = if wide {
                (0..4096_u16).map(|code| code.to_be_bytes().to_vec()).collect()
            } else {
                (0..=255_u8).map(|code| vec![code]).collect()
            };
            let read = |code: Vec<u8>| {
                let mut text = String::new();
                encoding.write_to_string(&code, &mut text).ok()?;
                let mut signs = text.chars();
                let sign = signs.next().filter(|_| signs.next().is_none())?;
                Some((sign, code))
            };
            let digits = codes.into_iter().filter_map(read).filter(|(sign, _)| sign.is_ascii_digit()).collect();
            (name, (if wide { 2 } else { 1 }, digits))
        })
        .collect()
}

/// The strings an operation paints.
fn strings(operands: &mut [Object]) -> Vec<&mut Vec<u8>> {
    let parts = match operands {
        [Object::Array(parts)] => parts.as_mut_slice(),
        other => other,
    };
    parts.iter_mut().filter_map(|part| if let Object::String(codes, _) = part { Some(codes) } else { None }).collect()
}

/// Paints another digit for the one at a place among all digits of a page. Gives the file with it, and both.
pub fn repainted(document: &mut Document, page: usize, place: usize, dice: &mut Dice) -> (Vec<u8>, char, char) {
    let id = document.page_iter().nth(page - 1).expect("the document has this page");
    let fonts = codes_of(document, id);
    let mut content = Content::decode(&document.get_page_content(id)).expect("operators that can be read");
    let mut painted = Vec::new();
    let (mut font, mut saved) = (Vec::new(), Vec::new());
    for (operation, done) in content.operations.iter_mut().enumerate() {
        match done.operator.as_str() {
            "q" => saved.push(font.clone()),
            "Q" => font = saved.pop().expect("a state that was saved"),
            "Tf" => font = done.operands[0].as_name().expect("a font's name").to_vec(),
            "Tj" | "TJ" => {
                let (wide, codes) = &fonts[&font];
                for (string, bytes) in strings(&mut done.operands).into_iter().enumerate() {
                    for (at, code) in bytes.chunks(*wide).enumerate() {
                        let digit = codes.iter().find(|(_, other)| other == code).map(|(digit, _)| *digit);
                        painted.extend(digit.map(|digit| Painted {
                            operation,
                            string,
                            byte: at * wide,
                            digit,
                            font: font.clone(),
                        }));
                    }
                }
            }
            _ => {}
        }
    }
    let old = &painted[place];
    let others: Vec<&(char, Vec<u8>)> = fonts[&old.font].1.iter().filter(|(digit, _)| *digit != old.digit).collect();
    let (new, code) = dice.of(&others);
    let mut parts = strings(&mut content.operations[old.operation].operands);
    parts[old.string][old.byte..old.byte + code.len()].copy_from_slice(code);
    let content = content.encode().expect("operators can be written");
    document.change_page_content(id, content).expect("the page takes its content");
    document.compress();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("memory takes it");
    (bytes, old.digit, *new)
}

/// A page, a number on it and a digit of it.
struct Target {
    path: String,
    page: usize,
    number: Number,
    /// Which digit of the page.
    digit: usize,
    /// The byte of it in the number.
    byte: usize,
}

impl Target {
    /// A random digit of a random page of a random document.
    fn random(desk: &Desk, dice: &mut Dice) -> (Self, Document) {
        let files: Vec<String> = desk.files(FOLDER).into_iter().filter(|path| path.ends_with(".pdf")).collect();
        // Every other time one of the documents with many pages.
        let long: Vec<String> = files.iter().filter(|path| !path.contains('/')).cloned().collect();
        let path = if dice.below(2) == 0 { dice.of(&files) } else { dice.of(&long) }.clone();
        let document = Document::load_mem(&desk.bytes(&format!("{FOLDER}/{path}"))).expect("a PDF that can be read");
        let page = 1 + dice.below(document.get_pages().len());
        let numbers = numbers_on(&document, page);
        let number = dice.of(&numbers).clone();
        let digits: Vec<usize> =
            number.text.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(at, _)| at).collect();
        let which = dice.below(digits.len());
        let target = Self { path, page, digit: number.first + which, byte: digits[which], number };
        (target, document)
    }
}
