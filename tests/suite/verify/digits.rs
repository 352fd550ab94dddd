//! A digit changed on a page: found by what stands there, whatever the manifest says of the file.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::Content;
use lopdf::{Document, Object, ObjectId};
use serde_json::Value;

use super::{
    CHANGES, Dice, IN_ALL, copy_of, deviations, in_two, manifest, near, page_of, point_of, text, traced, vouch_for,
};
use crate::pdf::{Number, numbers_on};
use crate::sandbox::{Sandbox, whole};

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

/// How many bytes a code of a font has, and the codes of its digits; a digit may have several shapes.
type Codes = (usize, Vec<(char, Vec<u8>)>);

fn codes_of(document: &Document, page: ObjectId) -> BTreeMap<Vec<u8>, Codes> {
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
fn repainted(document: &mut Document, page: usize, place: usize, dice: &mut Dice) -> (Vec<u8>, char, char) {
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

/// A document, a page of it, a number on the page and a digit of the number.
pub struct Target {
    document: Document,
    page: usize,
    number: Number,
    /// Which digit of the number.
    digit: usize,
}

/// A document with another digit.
pub struct Forged {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The number that stood there.
    pub before: String,
    /// The one that stands there now.
    pub after: String,
}

impl Target {
    /// A random digit of a random page.
    fn random(bytes: &[u8], dice: &mut Dice) -> Self {
        let document = Document::load_mem(bytes).expect("a PDF that can be read");
        let page = 1 + dice.below(document.get_pages().len());
        let number = dice.of(&numbers_on(&document, page)).clone();
        let digits = number.text.bytes().filter(u8::is_ascii_digit).count();
        Self { document, page, digit: dice.below(digits), number }
    }

    /// The last digit of the number a line of the trace speaks of.
    pub fn of_line(bytes: &[u8], line: &Value) -> Self {
        let document = Document::load_mem(bytes).expect("a PDF that can be read");
        let page = page_of(line);
        let same = |number: &Number| line["text"] == number.text.as_str() && near(point_of(line), number.at);
        let number = numbers_on(&document, page).into_iter().find(same).expect("the number stands on the page");
        let digits = number.text.bytes().filter(u8::is_ascii_digit).count();
        Self { document, page, digit: digits - 1, number }
    }

    /// Paints another digit.
    pub fn forged(mut self, dice: &mut Dice) -> Forged {
        let place = self.number.first + self.digit;
        let (bytes, old, new) = repainted(&mut self.document, self.page, place, dice);
        let before = self.number.text;
        let mut digits = before.char_indices().filter(|(_, c)| c.is_ascii_digit());
        let (at, digit) = digits.nth(self.digit).expect("the number has this digit");
        assert_eq!(digit, old, "the digit that was meant");
        let after = format!("{}{new}{}", &before[..at], &before[at + 1..]);
        let now = numbers_on(&Document::load_mem(&bytes).expect("a PDF that can be read"), self.page);
        let there = now.iter().find(|number| number.first == self.number.first).expect("a number still");
        assert_eq!(there.text, after, "the page says it");
        Forged { bytes, before, after }
    }
}

/// The line of the trace about a number.
fn line_of<'l>(lines: &'l [Value], path: &str, page: usize, number: &Number) -> &'l Value {
    let same = |line: &&Value| {
        line["file"] == path
            && page_of(line) == page
            && line["text"] == number.text.as_str()
            && near(point_of(line), number.at)
    };
    lines.iter().find(same).unwrap_or_else(|| panic!("{path}, page {page}: {number:?} is not in the trace"))
}

/// What is missing in the answer of `verify` to a forged number; `None` when all is named.
fn missing(found: &[Value], line: &Value, forged: &Forged) -> Option<String> {
    let origin = line["cell"].as_str().or(line["rule"].as_str());
    let named = |d: &Value| {
        d["file"] == line["file"]
            && d["page"] == line["page"]
            && d["expected"] == forged.before.as_str()
            && d["found"] == forged.after.as_str()
            && d["origin"].as_str().is_some_and(|said| !said.is_empty() && origin.is_none_or(|o| o == said))
    };
    (!found.iter().any(named)).then(|| format!("{line}: {} -> {}: {found:?}", forged.before, forged.after))
}

/// The files of a folder that holds one document alone, as a build of it alone makes them.
fn alone(sandbox: &Sandbox, path: &str, trace: &str) {
    let mut manifest = manifest(whole(), FOLDER);
    let files = manifest["files"].as_array_mut().expect("a list of files");
    files.retain(|file| file["path"] == path);
    sandbox.write("alone/manifest.json", manifest.to_string());
    let of_document = format!("{{\"file\":\"{path}\"");
    let lines: Vec<&str> =
        trace.lines().filter(|line| line.starts_with(&of_document) || line.starts_with("{\"inputs\"")).collect();
    sandbox.write("alone/trace.jsonl", lines.join("\n") + "\n");
}

#[test]
fn a_digit_changed_on_a_page_is_found_by_what_stands_there_and_named_with_its_origin() {
    let lines = traced(whole(), FOLDER);
    let trace = whole().text(&format!("{FOLDER}/trace.jsonl"));
    let files: Vec<String> = whole().files(FOLDER).into_iter().filter(|path| path.ends_with(".pdf")).collect();
    let long: Vec<String> = files.iter().filter(|path| !path.contains('/')).cloned().collect();
    let answers = in_two(
        CHANGES,
        || copy_of(whole(), "2017"),
        |sandbox, at| {
            let mut dice = Dice::new(5_000 + at);
            // Every other time one of the documents with many pages.
            let path = if dice.below(2) == 0 { dice.of(&files) } else { dice.of(&long) }.clone();
            let sound = whole().bytes(&format!("{FOLDER}/{path}"));
            let target = Target::random(&sound, &mut dice);
            let line = line_of(&lines, &path, target.page, &target.number);
            let forged = target.forged(&mut dice);
            let in_all = at < IN_ALL;
            let folder = if in_all { FOLDER } else { "alone" };
            let manifest = sandbox.text(&format!("{FOLDER}/manifest.json"));
            if !in_all {
                alone(sandbox, &path, &trace);
            }
            sandbox.write(&format!("{folder}/{path}"), &forged.bytes);
            let mut failed = None;
            if in_all {
                let ran = sandbox.run(&["verify", folder, "--format", "json"]);
                let found = deviations(ran.must_fail(1));
                assert!(found.iter().any(|d| d["id"] == "KB411" && d["file"] == path.as_str()), "the hash: {found:?}");
                failed = missing(&found, line, &forged);
            }
            vouch_for(sandbox, folder, &path);
            let ran = sandbox.run(&["verify", folder, "--format", "json"]);
            let found = deviations(ran.must_fail(1));
            assert!(found.iter().all(|d| d["id"] != "KB411"), "the manifest vouches for the file: {found:?}");
            sandbox.write(&format!("{FOLDER}/{path}"), sound).write(&format!("{FOLDER}/manifest.json"), manifest);
            if !in_all {
                sandbox.delete(&format!("alone/{path}"));
            }
            let kind = text(&line["kind"]).to_owned();
            (kind, failed.or_else(|| missing(&found, line, &forged)))
        },
    );
    let failed: Vec<&String> = answers.iter().filter_map(|(_, failed)| failed.as_ref()).collect();
    assert!(failed.is_empty(), "{} of {CHANGES} are not named:\n{}", failed.len(), failed[0]);
    assert_eq!(answers.len(), CHANGES);
    let kinds: BTreeSet<&str> = answers.iter().map(|(kind, _)| kind.as_str()).collect();
    for kind in ["cell", "formula", "tick", "text", "page", "kennung", "date"] {
        assert!(kinds.contains(kind), "{kind} is not among {kinds:?}");
    }
}

#[test]
fn a_wrong_page_number_in_the_contents_is_found() {
    let sandbox = copy_of(whole(), "2017");
    let lines = traced(&sandbox, FOLDER);
    let generated =
        |line: &&Value| line["file"] == "broschuere.pdf" && line["kind"] == "generated" && line["page"] == 3;
    let of_contents: Vec<&Value> = lines.iter().filter(generated).collect();
    assert!(of_contents.len() > 20, "the contents stand on page 3");
    let line = of_contents[7];
    let bytes = sandbox.bytes(&format!("{FOLDER}/broschuere.pdf"));
    let forged = Target::of_line(&bytes, line).forged(&mut Dice::new(1));
    sandbox.write(&format!("{FOLDER}/broschuere.pdf"), &forged.bytes);
    vouch_for(&sandbox, FOLDER, "broschuere.pdf");
    let found = deviations(sandbox.run(&["verify", "--format", "json"]).must_fail(1));
    assert_eq!(missing(&found, line, &forged), None);
    // Who writes it into the trace, too, is found by the link below the number.
    replace_in_trace(&sandbox, FOLDER, line, &forged.after);
    let found = deviations(sandbox.run(&["verify", "--format", "json"]).must_fail(1));
    let told = |d: &Value| {
        d["id"] == "KB418"
            && d["page"] == 3
            && d["expected"] == forged.before.as_str()
            && d["found"] == forged.after.as_str()
    };
    assert!(found.iter().any(told), "{found:?}");
}

/// Page, trace and both hashes agree, and the data still says otherwise.
#[test]
fn a_number_forged_on_the_page_and_in_the_trace_is_held_against_the_data() {
    let path = "steckbriefe/08426-landkreis-biberach.pdf";
    let lines = traced(whole(), FOLDER);
    for (cell_or_rule, printed, kind) in [
        ("data/2017/kommunen.csv:10:104", "1.409,75", "cell"),
        ("data/2017/kommunen.csv:10:1", "08426", "text"),
        ("sum of population / number of Kommunen with a value", "290.806", "formula"),
    ] {
        let sandbox = Sandbox::new();
        let is = |line: &&Value| {
            let origin = line["cell"].as_str().or(line["rule"].as_str());
            line["file"] == path && line["text"] == printed && line["kind"] == kind && origin == Some(cell_or_rule)
        };
        let line = lines.iter().find(is).unwrap_or_else(|| panic!("{printed} of {cell_or_rule}"));
        alone(&sandbox, path, &whole().text(&format!("{FOLDER}/trace.jsonl")));
        let forged = Target::of_line(&whole().bytes(&format!("{FOLDER}/{path}")), line).forged(&mut Dice::new(2));
        sandbox.write(&format!("alone/{path}"), &forged.bytes);
        vouch_for(&sandbox, "alone", path);
        replace_in_trace(&sandbox, "alone", line, &forged.after);
        let found = deviations(sandbox.run(&["verify", "alone", "--format", "json"]).must_fail(1));
        assert_eq!(missing(&found, line, &forged), None);
        assert!(found.iter().all(|d| d["id"] == "KB414"), "{found:?}");
    }
}

/// Makes a line of the trace speak of another number, and the manifest vouch for the trace.
fn replace_in_trace(sandbox: &Sandbox, folder: &str, line: &Value, number: &str) {
    let path = format!("{folder}/trace.jsonl");
    let trace = sandbox.text(&path);
    let same = |row: &str| serde_json::from_str::<Value>(row).is_ok_and(|row| row == *line);
    let old = trace.lines().find(|row| same(row)).expect("the trace has the line");
    let new = old.replace(&format!("\"text\":{}", line["text"]), &format!("\"text\":\"{number}\""));
    assert_ne!(old, new);
    sandbox.write(&path, trace.replace(old, &new));
    if sandbox.text(&format!("{folder}/manifest.json")).contains("\"trace.jsonl\"") {
        vouch_for(sandbox, folder, "trace.jsonl");
    }
}

#[test]
fn a_document_saved_again_says_the_same() {
    let sandbox = copy_of(whole(), "2017");
    for path in ["laender.pdf", "steckbriefe/08426-landkreis-biberach.pdf"] {
        let path_below = format!("{FOLDER}/{path}");
        let mut document = Document::load_mem(&sandbox.bytes(&path_below)).expect("a PDF that can be read");
        document.decompress();
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).expect("memory takes it");
        assert_ne!(bytes, sandbox.bytes(&path_below));
        sandbox.write(&path_below, bytes);
    }
    let ran = sandbox.run(&["verify", "--format", "json"]);
    let ids: Vec<String> = deviations(ran.must_fail(1)).iter().map(|d| text(&d["id"]).to_owned()).collect();
    assert_eq!(ids, ["KB411", "KB411"], "only the bytes are others");
    vouch_for(&sandbox, FOLDER, "laender.pdf");
    vouch_for(&sandbox, FOLDER, "steckbriefe/08426-landkreis-biberach.pdf");
    sandbox.run(&["verify"]).must_succeed();
}
