//! Every PDF judged by a validator that is not ours: PDF/UA-1 and PDF/A-2a, with figures attached PDF/A-3a.

use lopdf::Document;
use lopdf::xref::XrefEntry;
use page_validation::{ValidationOptions, ValidationProfile, validate_pdf_bytes};

use crate::sandbox::{Sandbox, data, draft, whole};

/// The rule that a stream is as long as it says, in PDF/A-2 and in PDF/A-3.
///
/// The validator takes the two bytes before `endstream` for a line break when they are CR LF. Compressed
/// data may end in a byte that is CR, and one stream in a few thousand does; veraPDF, which reads the
/// length first, finds nothing wrong there. So this rule is decided here.
const STREAM_LENGTH: [&str; 2] = ["ISO 19005-2:2011:6.1.7.1:1", "ISO 19005-3:2012:6.1.7.1:1"];

/// Whether every stream ends exactly where it says, with one line feed before `endstream`.
fn lengths_are_exact(bytes: &[u8]) -> bool {
    let document = Document::load_mem(bytes).expect("a PDF that can be read");
    let mut streams = 0;
    for (number, entry) in &document.reference_table.entries {
        let XrefEntry::Normal { offset, generation } = entry else { continue };
        let Some(stream) = document.get_object((*number, *generation)).ok().and_then(|o| o.as_stream().ok()) else {
            continue;
        };
        let object = &bytes[*offset as usize..];
        let start = object.windows(7).position(|window| window == b"stream\n").expect("a stream has a beginning") + 7;
        let length = stream.dict.get(b"Length").and_then(lopdf::Object::as_i64).expect("a stream has a length");
        let end = start + usize::try_from(length).expect("a length is not negative");
        if !object[end..].starts_with(b"\nendstream") {
            return false;
        }
        streams += 1;
    }
    streams > 0
}

/// What a validator has to say about the PDFs of a folder; empty when all conform.
pub fn findings(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    findings_in(sandbox, folder, ValidationProfile::PdfA2a)
}

/// The same for files that keep another standard of the archive family.
pub fn findings_in(sandbox: &Sandbox, folder: &str, archive: ValidationProfile) -> Vec<String> {
    let mut findings = Vec::new();
    let mut judged = 0;
    for path in sandbox.files(folder).iter().filter(|path| path.ends_with(".pdf")) {
        let bytes = sandbox.bytes(&format!("{folder}/{path}"));
        for profile in [ValidationProfile::PdfUa1, archive] {
            let report = validate_pdf_bytes(&bytes, &ValidationOptions::default().profile(profile));
            let report = report.unwrap_or_else(|error| panic!("{path} cannot be judged: {error}"));
            assert_eq!(report.is_compliant, report.failures.is_empty(), "{path}, {profile}");
            let failures = report
                .failures
                .iter()
                .filter(|f| !(STREAM_LENGTH.contains(&f.rule_id.as_str()) && lengths_are_exact(&bytes)));
            findings.extend(failures.map(|failure| format!("{path}, {profile}: {failure}")));
        }
        judged += 1;
    }
    assert!(judged > 0, "{folder} holds PDFs");
    findings
}

#[test]
fn the_whole_edition_conforms() {
    let findings = findings(whole(), "out/2017");
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn drafts_conform() {
    let findings = findings(draft(), "out/2017");
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn files_with_their_figures_attached_conform() {
    let findings = findings_in(data(), "out/2017", ValidationProfile::PdfA3a);
    assert!(findings.is_empty(), "{findings:#?}");
    // The judge tells the standards apart: only PDF/A-3 lets a file carry a table.
    let bytes = data().bytes("out/2017/laender.pdf");
    let options = ValidationOptions::default().profile(ValidationProfile::PdfA2a);
    assert!(!validate_pdf_bytes(&bytes, &options).expect("judged").is_compliant);
}

/// A judge that lets everything pass is none.
#[test]
fn the_validator_sees_what_is_wrong() {
    let bytes = whole().bytes("out/2017/laender.pdf");
    let claims = b"<pdfuaid:part>1</pdfuaid:part>";
    let at = bytes.windows(claims.len()).position(|window| window == claims).expect("the claim to be PDF/UA");
    let mut without = bytes.clone();
    without[at..at + claims.len()].fill(b' ');
    let options = ValidationOptions::default().profile(ValidationProfile::PdfUa1);
    assert!(validate_pdf_bytes(&bytes, &options).expect("judged").is_compliant);
    assert!(!validate_pdf_bytes(&without, &options).expect("judged").is_compliant);
}
