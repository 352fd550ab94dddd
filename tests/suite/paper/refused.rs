//! Files that must not be stamped, and files made to do harm: each refused with its reason, none changed, never a crash.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use kreisblatt::internals::Assets;
use kreisblatt::internals::paper::{Align, Faces, StampSpot, stamped};
use lopdf::encryption::{EncryptionState, EncryptionVersion, Permissions};
use lopdf::{Dictionary, Object, Stream, dictionary};
use proptest::prelude::*;

use crate::sandbox::{Sandbox, six, whole};

use super::foreign::{self, Draft, ints};

const SPOT: StampSpot = StampSpot { top: true, side: Align::Right, x: 18.0, y: 5.0, size: 11.0 };

/// What is said of a file, in this process; `None` when it was stamped. A panic fails the test.
fn said(bytes: &[u8]) -> Option<String> {
    let assets = Assets::embedded();
    let faces = Faces::open(&assets).expect("our fonts");
    let result = stamped(bytes.to_vec(), &faces, &SPOT, |_, _| true, |page, _| format!("Anlage 3, Seite {page}"));
    match result {
        Ok(result) => {
            assert!(result.pdf.starts_with(bytes));
            None
        }
        Err(problem) => Some(problem.to_string()),
    }
}

/// The program refuses a file for this reason and leaves it as it is.
fn refused(name: &str, bytes: &[u8], reason: &str) {
    let sandbox = Sandbox::new();
    sandbox.write("a.pdf", bytes);
    sandbox.run(&["stamp", "a.pdf", "--text", "Anlage 1"]).must_fail(1).stderr_contains(reason);
    assert_eq!(sandbox.files("."), ["a.pdf"], "{name}: nothing was written");
    assert_eq!(sandbox.bytes("a.pdf"), bytes, "{name}: nothing was changed");
}

fn changed(change: impl FnOnce(&mut Draft)) -> Vec<u8> {
    let mut draft = Draft::new("0 0 9 9 re f");
    change(&mut draft);
    draft.bytes()
}

/// Adds copies of the page.
fn copied(draft: &mut Draft, copies: usize) {
    let page = draft.page().clone();
    let copies = (0..copies).map(|_| Object::Reference(draft.document.add_object(page.clone()))).collect::<Vec<_>>();
    draft.above().set("Kids", copies);
}

#[test]
fn more_pages_than_a_document_has_are_too_many() {
    let bytes = changed(|d| copied(d, 10_001));
    assert!(said(&bytes).is_some_and(|said| said.contains("error[KB508]: more than 10000 pages")));
}

#[test]
fn protection_is_not_taken_off() {
    for (owner, user) in [("geheim", "geheim"), ("geheim", "")] {
        let mut draft = Draft::new("");
        let id = Object::string_literal("0123456789abcdef");
        draft.document.trailer.set("ID", vec![id.clone(), id]);
        let version = EncryptionVersion::V2 {
            document: &draft.document,
            owner_password: owner,
            user_password: user,
            key_length: 128,
            permissions: Permissions::default(),
        };
        let state = EncryptionState::try_from(version).expect("a key");
        draft.document.encrypt(&state).expect("encrypted");
        refused("encrypted", &draft.bytes(), "error[KB505]: a.pdf: the PDF is encrypted");
    }
}

#[test]
fn signatures_stay_whole() {
    let signature = || dictionary! { "Type" => "Sig", "Filter" => "Adobe.PPKLite", "ByteRange" => ints([0, 9, 20, 9]), "Contents" => Object::string_literal("x") };
    let field = |draft: &mut Draft, value: Object, flags: i64| {
        let field = draft.document.add_object(dictionary! { "FT" => "Sig", "V" => value });
        draft.catalog().set("AcroForm", dictionary! { "Fields" => vec![field.into()], "SigFlags" => flags });
    };
    let signed = [
        (
            "a signed field",
            changed(|d| {
                let value = d.document.add_object(signature());
                field(d, value.into(), 3);
            }),
        ),
        (
            "a signed field the form does not tell of",
            changed(|d| {
                let value = d.document.add_object(signature());
                field(d, value.into(), 0);
            }),
        ),
        (
            "a signature of a few words",
            changed(|d| field(d, dictionary! { "Name" => Object::string_literal("x") }.into(), 1)),
        ),
        (
            "a field that takes its kind from above",
            changed(|d| {
                let value = d.document.add_object(signature());
                let kid = d.document.add_object(dictionary! { "V" => value });
                let above = d.document.add_object(dictionary! { "FT" => "Sig", "Kids" => vec![kid.into()] });
                d.catalog().set("AcroForm", dictionary! { "Fields" => vec![above.into()] });
            }),
        ),
        (
            "certified",
            changed(|d| {
                let value = d.document.add_object(signature());
                d.catalog().set("Perms", dictionary! { "DocMDP" => value });
            }),
        ),
        (
            "a form that says it has signatures",
            changed(|d| {
                d.catalog().set("AcroForm", dictionary! { "Fields" => Vec::<Object>::new(), "SigFlags" => 3 });
            }),
        ),
        (
            "a time stamp",
            changed(|d| {
                let stamp = d.document.add_object(dictionary! { "Type" => "DocTimeStamp" });
                d.catalog().set("DSS", stamp);
            }),
        ),
    ];
    for (name, bytes) in signed {
        refused(name, &bytes, "error[KB506]: a.pdf: the PDF is signed");
    }
}

#[test]
fn pages_a_program_makes_are_not_stamped() {
    let bytes = changed(|d| {
        let form = d.document.add_object(Stream::new(Dictionary::new(), b"<xdp/>".to_vec()));
        d.catalog().set("AcroForm", dictionary! { "Fields" => Vec::<Object>::new(), "XFA" => form });
    });
    refused("XFA", &bytes, "error[KB507]: a.pdf: the PDF is an XFA form");
}

#[test]
fn damaged_files_are_named() {
    let cases: [(&str, Vec<u8>, &str); 8] = [
        ("empty", Vec::new(), "it is empty"),
        ("no PDF", b"PK\x03\x04 a letter".to_vec(), "it does not begin with %PDF-"),
        ("a head alone", b"%PDF-1.7\n".to_vec(), "its end is missing"),
        ("no pages", changed(|d| d.above().set("Kids", Vec::<Object>::new())), "it has no pages"),
        (
            "a page is missing",
            changed(|d| d.above().set("Kids", vec![Object::Reference((99, 0))])),
            "a page is missing",
        ),
        (
            "a tree that leads to itself",
            changed(|d| {
                let root = d.pages;
                d.above().set("Kids", vec![Object::Reference(root)]);
            }),
            "its tree of pages leads to itself",
        ),
        (
            "no content",
            changed(|d| d.page().set("Contents", Object::Reference((99, 0)))),
            "page 1: its content is missing",
        ),
        ("no size", changed(|d| drop(d.page().remove(b"MediaBox"))), "page 1: its size is missing"),
    ];
    for (name, bytes, reason) in cases {
        refused(name, &bytes, "error[KB504]: a.pdf: ");
        refused(name, &bytes, reason);
    }
    let sheet = whole().bytes("out/2017/steckbriefe/08426-landkreis-biberach.pdf");
    for (_, source) in foreign::files().into_iter().chain([("our sheet", sheet)]) {
        for part in 0..20 {
            let cut = &source[..source.len() * part / 20];
            assert!(said(cut).is_some_and(|said| said.contains("KB504")), "cut off after {} bytes", cut.len());
        }
    }
}

/// What was measured to bring down other readers.
#[test]
fn bombs_do_not_go_off() {
    let zeros = |megabytes: usize| {
        let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
        (0..megabytes).for_each(|_| packer.write_all(&[b' '; 1 << 20]).expect("packed"));
        packer.finish().expect("packed")
    };
    let packed = |d: &mut Draft, filters: Vec<Object>, bytes: Vec<u8>| {
        let content = d.document.add_object(Stream::new(dictionary! { "Filter" => filters }, bytes));
        d.page().set("Contents", content);
    };
    let flate = || Object::from("FlateDecode");
    let bombs = [
        ("a gigabyte of blanks", changed(|d| packed(d, vec![flate()], zeros(1024)))),
        (
            "the same again and again",
            changed(|d| {
                packed(d, vec![flate()], zeros(100));
                let content = d.page().get(b"Contents").expect("content").clone();
                d.page().set("Contents", vec![content; 50]);
            }),
        ),
        ("a million states", changed(|d| packed(d, Vec::new(), b"q ".repeat(1 << 20)))),
        (
            "a deep tree",
            changed(|d| {
                let page = d.page;
                let top =
                    (0..500).fold(page, |below, _| d.document.add_object(dictionary! { "Kids" => vec![below.into()] }));
                d.above().set("Kids", vec![top.into()]);
            }),
        ),
        (
            "many pages share many fonts",
            changed(|d| {
                let fonts = Dictionary::from_iter((0..20_000).map(|font| (format!("F{font}"), Object::Integer(font))));
                d.above().set("Resources", dictionary! { "Font" => fonts });
                d.page().remove(b"Resources");
                copied(d, 2000);
            }),
        ),
        ("a page as large as a field", changed(|d| d.page().set("MediaBox", ints([0, 0, 1 << 40, 1 << 40])))),
        ("brackets without end", {
            let mut bytes = changed(|_| {});
            let at = bytes.windows(8).position(|w| w == b"/Parent ").expect("a parent");
            bytes.splice(at..at, b"/X ".iter().copied().chain(std::iter::repeat_n(b'[', 100_000)));
            bytes
        }),
    ];
    for (name, bytes) in bombs {
        assert!(said(&bytes).is_some_and(|said| said.contains("KB504")), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever bytes are changed: a stamped file that was opened again, or a reason.
    #[test]
    fn changed_bytes_never_crash(which in 0..40_usize, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let files = foreign::files();
        let mut bytes = match files.get(which) {
            Some((_, bytes)) => bytes.clone(),
            None => six().bytes("out/2031/laender.pdf"),
        };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(said) = said(&bytes) {
            prop_assert!(said.starts_with("error[KB50") && !said.contains("KB514"), "{said}");
        }
    }
}
