//! Small files made by hand.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::damage::DamageKind;
use super::page_text::{PageText, PdfReading};
use super::read::read;

/// A PDF of these objects, the first one its catalog.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", file.len());
        file.extend(format!("{} 0 obj\n", at + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(format!("{table}trailer\n<</Root 1 0 R/Size 9>>\nstartxref\n{start}\n%%EOF").bytes());
    file
}

fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{entries}/Length {}>>\nstream\n", content.len()).into_bytes();
    object.extend(content);
    object.extend(b"\nendstream");
    object
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// A file of one page; its objects from the fifth on are `more`.
fn file(page: &str, content: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R/Dests<</here[3 0 R/Fit]/gone[9 0 R/Fit]>>>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[10 20 110 220]/Resources<</Font<</F 4 0 R/G 5 0 R>>\
          /XObject<</A 5 0 R/B 6 0 R>>/Properties<</P<</ActualText(8)>>>>>>>>"
            .to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Contents[7 0 R]{page}>>").into_bytes(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Courier/FirstChar 32/Widths[600 600]>>".to_vec(),
    ];
    let filler = || b"null".to_vec();
    objects.extend(more.iter().cloned().chain(std::iter::repeat_with(filler)).take(2));
    objects.push(stream("", content));
    objects.extend(more.iter().skip(2).cloned());
    pdf(&objects)
}

fn page_of(file: &[u8]) -> PageText {
    let mut reading = read(file).expect("it can be read");
    assert_eq!(reading.pages.len(), 1);
    reading.pages.remove(0)
}

fn page(content: &str) -> PageText {
    page_of(&file("", content.as_bytes(), &[]))
}

/// Each number with its place.
fn numbers(page: &PageText) -> Vec<(i64, i64, &str)> {
    page.numbers.iter().map(|found| (found.x, found.y, found.text.as_str())).collect()
}

#[test]
fn operators_place_text() {
    let read = page("BT /F 10 Tf 15 30 Td (x 1) Tj 0 -5 TD (2) Tj T* (3) Tj (4) ' 1 2 (5) \" ET");
    // Glyphs are half the size wide, blanks six tenths.
    assert_eq!(
        numbers(&read),
        [(1600, 1000, "1"), (500, 500, "2"), (500, 0, "3"), (500, -500, "4"), (500, -1000, "5")]
    );
    assert_eq!(read.text, "x 1\n2\n3\n4\n5");
    let read = page(
        "q 2 0 0 2 10 20 cm BT 3 Tr /F 10 Tf 1 0 0 1 5 5 Tm 50 Tz 4 Ts (a7) Tj ET Q BT 10 20 Td /F 1 Tf <39> Tj ET",
    );
    assert_eq!(numbers(&read), [(1500, 1800, "7"), (0, 0, "9")]);
    let read = page("BI /W 1 /H 1 ID \x01(\x02 EI BT 10 20 Td /F 1 Tf (3) Tj ET");
    assert_eq!(numbers(&read), [(0, 0, "3")]);
}

#[test]
fn a_number_is_what_stands_together() {
    let text = |content: &str| page(&format!("BT /F 10 Tf {content} ET")).text;
    assert_eq!(text("[(1)-100(2)]TJ"), "12");
    assert_eq!(text("[(1)-300(2)]TJ"), "1\n2");
    assert_eq!(text("[(1)700(2)]TJ"), "1\n2");
    assert_eq!(text("[(1 )-3000(2)]TJ"), "1 2");
    assert_eq!(text("(1) Tj 1 0 0 1 5 0 Tm (2) Tj"), "12");
    assert_eq!(text("(1) Tj 1 0 0 1 5 1 Tm (2) Tj"), "1\n2");
    assert_eq!(text("(1) Tj 1 0 0 1 90 0 Tm (2) Tj"), "1\n2");
    assert_eq!(text("(1) Tj ET BT 5 0 Td (2) Tj"), "1\n2");
    assert_eq!(text("1 Tc (12) Tj 3 Tc (34) Tj"), "123\n4");
    let read = page("BT /F 10 Tf 10 20 Td [(1)-100(.40)20(9,)(75)]TJ ET");
    assert_eq!(numbers(&read), [(0, 0, "1.409,75")]);
}

#[test]
fn forms_are_run_over() {
    let inner = stream("/Type/XObject/Subtype/Form/Matrix[2 0 0 2 1 1]", b"BT 5 10 Td /F 10 Tf (6) Tj ET /B Do");
    let own = stream(
        "/Subtype/Form/Resources<</Font<</F<</Subtype/Type1/BaseFont/X/Encoding<</Differences[65/seven/x/foo]>>>>>>>>",
        b"BT /F 10 Tf (AB1C) Tj ET",
    );
    let read = page_of(&file("", b"q 1 0 0 1 9 19 cm /A Do Q BT /F 1 Tf 10 20 Td (5) Tj ET", &[inner, own]));
    assert_eq!(numbers(&read), [(1000, 2000, "6"), (0, 0, "7"), (2000, 0, "1"), (0, 0, "5")]);
    assert_eq!(read.text, "6\n7x1\u{fffd}\n5");
}

/// A composite font, with what its codes say.
fn composite(map: &str) -> Vec<Vec<u8>> {
    let font = b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 8 0 R>>".to_vec();
    let descendant = b"<</Type/Font/Subtype/CIDFontType0/DW 800/W[1[100 200]3 5 300]>>".to_vec();
    let map = stream("/Filter/FlateDecode", &packed(map.as_bytes()));
    vec![font, descendant, map]
}

#[test]
fn codes_say_what_the_font_says() {
    let map = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap
        /CIDSystemInfo <</Registry (Adobe)>> def % a comment
        1 begincodespacerange <0000> <FFFF> endcodespacerange
        3 beginbfchar <0001> <0031> <0002> <00660069> <0009> <D83DDE00> endbfchar
        2 beginbfrange <0003> <0005> <0037> <0006> <0008> [<0041> <00420043> <>] endbfrange endcmap end end";
    let content = b"BT /G 10 Tf 10 20 Td <000100020003000400050006000700080009000A> Tj ET";
    let read = page_of(&file("", content, &composite(map)));
    assert_eq!(read.text, "1fi789ABC\u{fffd}😀\u{fffd}");
    assert_eq!(numbers(&read), [(0, 0, "1"), (300, 0, "789")]);
    let wide = "beginbfrange <0000> <FFFF> <0030> endbfrange";
    let read = page_of(&file("", content, &composite(wide)));
    assert!(read.text.starts_with("123"), "{}", read.text);
    for damaged in ["beginbfchar <00", "beginbfrange [<01>", ")", "beginbfchar <01> <D800> <> <0031> endbfchar"] {
        let _ = read_quietly(&file("", content, &composite(damaged)));
    }
}

#[test]
fn codes_are_as_long_as_their_ranges() {
    let map = "begincodespacerange <00> <7F> <8000> <FFFF> endcodespacerange
        beginbfchar <31> <0031> <8032> <0032> endbfchar";
    let mut objects = composite(map);
    objects[0] = b"<</Subtype/Type0/Encoding/Other/DescendantFonts[6 0 R]/ToUnicode 8 0 R>>".to_vec();
    let read = page_of(&file("", b"BT /G 10 Tf <3180323180> Tj ET", &objects));
    assert_eq!(read.text, "121\u{fffd}");
}

#[test]
fn what_is_read_out_counts_for_nothing() {
    let content = b"BT /F 10 Tf 10 20 Td /Span<</ActualText(2)>>BDC (1) Tj EMC ET \
        /Span/P BDC BT 10 20 Td (8) Tj ET EMC /P<</ActualText(ffi)>>BDC BT (ffi) Tj ET EMC";
    let read = page_of(&file("", content, &[]));
    assert_eq!(numbers(&read), [(0, 0, "1"), (0, 0, "8")]);
    assert_eq!(read.disguised, ["`1` is read out as `2`"]);
    // The kind of a blank decides whether a number goes on.
    let read = page("BT /F 10 Tf 10 20 Td (1) Tj /Span<</ActualText<FEFF202F>>>BDC ( ) Tj EMC (409) Tj ET");
    assert_eq!(numbers(&read), [(0, 0, "1\u{202f}409")]);
    assert_eq!(read.disguised, [""; 0]);
}

#[test]
fn links_lead_to_pages() {
    let links = "/Annots[<</Subtype/Link/Rect[30 40 20 30]/Dest[3 0 R/Fit]>><</Subtype/Link/Rect[0 0 0 0]/A<</S/GoTo/D/here>>>>\
        <</Subtype/Link/Rect[0 0 0 0]/Dest/gone>><</Subtype/Link/Rect[0 0 0 0]/A<</S/URI/URI(x)>>>>]";
    let read = page_of(&file(links, b"", &[]));
    assert_eq!(read.links.iter().map(|link| link.page).collect::<Vec<_>>(), [Some(1), Some(1), None]);
    assert_eq!(read.links[0].rect, [1000, 1000, 2000, 2000]);
}

#[test]
fn places_have_bounds() {
    let read =
        page("1e9 0 0 1 0 0 cm 99999999999999999999 0 0 1 0 -99999999999999999999 cm BT /F 1 Tf 10 20 Td (1) Tj ET");
    assert_eq!(numbers(&read), [(1_000_000_000, -1_000_000_000, "1")]);
}

#[test]
fn notes_on_the_page_count_too() {
    let note = "/Annots[<</Subtype/FreeText/Rect[30 40 50 60]/AP<</N 5 0 R>>>>]";
    let look = stream("/Subtype/Form/BBox[0 0 10 10]", b"BT /F 1 Tf 5 5 Td (4711) Tj ET");
    let read = page_of(&file(note, b"BT /F 1 Tf 10 20 Td (1) Tj ET", &[look]));
    assert_eq!(numbers(&read), [(0, 0, "1"), (3000, 3000, "4711")]);
}

#[test]
fn attached_files_are_carried() {
    let objects = [
        b"<</Type/Catalog/Pages 2 0 R/AF[4 0 R]/Names<</EmbeddedFiles<</Kids[<</Names[(a)4 0 R(b)5 0 R]>>]>>>>>>"
            .to_vec(),
        b"<</Type/Pages/Kids[3 0 R]>>".to_vec(),
        b"<</Type/Page>>".to_vec(),
        b"<</Type/Filespec/UF<FEFF00E4>/EF<</F 6 0 R>>>>".to_vec(),
        b"<</Type/Filespec/F(b.csv)/EF<</F 6 0 R>>>>".to_vec(),
        stream("/Filter[/FlateDecode]", &packed(b"1;2")),
    ];
    let PdfReading { attachments, .. } = read(&pdf(&objects)).expect("it can be read");
    assert_eq!(attachments, [("ä".to_owned(), b"1;2".to_vec()), ("b.csv".to_owned(), b"1;2".to_vec())]);
}

/// Objects in an object stream, found by a table that is a stream, as newer PDFs have them.
#[test]
fn objects_lie_in_streams_too() {
    let within = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]>>",
        "<</Type/Page/Contents 6 0 R/Resources<</Font<</F 4 0 R>>>>/MediaBox[0 0 9 9]>>",
        "<</Subtype/Type1>>",
    ];
    let starts = within.iter().scan(0, |sum, object| {
        *sum += object.len() + 1;
        Some(*sum - object.len() - 1)
    });
    let head: String = starts.enumerate().map(|(at, start)| format!("{} {start} ", at + 1)).collect();
    let mut content = head.clone();
    within.iter().for_each(|object| content += &format!("{object} "));
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut starts = Vec::new();
    let container =
        stream(&format!("/Type/ObjStm/N 4/First {}/Filter/FlateDecode", head.len()), &packed(content.as_bytes()));
    for (number, object) in [(5, container), (6, stream("", b"BT /F 1 Tf (42) Tj ET"))] {
        starts.push(file.len());
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let mut rows: Vec<u8> = vec![0, 0, 0, 0];
    (0..4).for_each(|at| rows.extend([2, 0, 5, at]));
    for start in &starts {
        let [high, low] = u16::try_from(*start).expect("a small file").to_be_bytes();
        rows.extend([1, high, low, 0]);
    }
    let start = file.len();
    file.extend(b"7 0 obj\n");
    file.extend(stream("/Type/XRef/Root 1 0 R/Size 7/W[1 2 1]/Filter/FlateDecode", &packed(&rows)));
    file.extend(format!("\nendobj\nstartxref\n{start}\n%%EOF").bytes());
    assert_eq!(numbers(&page_of(&file)), [(0, 0, "42")]);
    for at in 0..file.len() {
        let _ = read_quietly(&file[..at]);
        let mut flipped = file.clone();
        flipped[at] ^= 0x55;
        let _ = read_quietly(&flipped);
    }
}

/// Reads; only that it ends without a panic counts.
fn read_quietly(file: &[u8]) -> Option<PdfReading> {
    read(file).ok()
}

fn refused(file: &[u8]) -> String {
    read(file).expect_err("it cannot be read").to_string()
}

#[test]
fn what_is_no_pdf_is_told() {
    assert_eq!(refused(b""), "it is not a PDF");
    assert_eq!(refused(b"PK\x03\x04"), "it is not a PDF");
    let whole = file("", b"BT /F 1 Tf (1) Tj ET", &[]);
    assert_eq!(refused(&whole[..whole.len() - 20]), "its end is missing");
    let encrypted = String::from_utf8(whole.clone()).expect("it is text").replace("/Size 9", "/Encrypt 4 0 R");
    assert_eq!(refused(encrypted.as_bytes()), "it is encrypted");
    let renumbered = String::from_utf8(whole).expect("it is text").replace("7 0 obj", "8 0 obj");
    assert!(refused(renumbered.as_bytes()).starts_with("page 1: object 7 is damaged: it is not at byte "));
    assert_eq!(refused(&pdf(&[b"<</Type/Catalog>>".to_vec()])), "it has no pages");
    assert_eq!(refused(&pdf(&[b"null".to_vec()])), "its catalog is missing");
    for (content, words) in [
        ("BT (1) Tj ET", "page 1: text is set in a font that is not there"),
        ("/F Do", "page 1: F is painted and not there"),
        ("BT /F 1 Tf (1", "page 1: a string has no end at byte 14"),
        ("<</A", "page 1: it breaks off at byte 5"),
        ("BI ID", "page 1: an image has no end at byte 2"),
    ] {
        assert_eq!(refused(&file("", content.as_bytes(), &[])), words, "{content}");
    }
}

#[test]
fn damage_says_where_it_is() {
    let whole = String::from_utf8(file("", b"BT /F 1 Tf (1) Tj ET", &[])).expect("it is text");
    let damage = read(whole.replace("7 0 obj", "8 0 obj").as_bytes()).expect_err("it is damaged");
    assert_eq!((damage.kind, damage.page(), damage.object()), (DamageKind::Missing, Some(1), Some(7)));
    assert_eq!(damage.byte, whole.find("7 0 obj"));
    let damage = read(&file("", b"BT /F 1 Tf (1", &[])).expect_err("it is damaged");
    assert_eq!((damage.kind, damage.page(), damage.byte), (DamageKind::Truncated, Some(1), Some(14)));
}

#[test]
fn loops_end() {
    let form = stream("/Subtype/Form", b"/A Do /A Do");
    assert_eq!(refused(&file("", b"/A Do", &[form])), "page 1: forms stand too deep in each other");
    let objects = [b"<</Pages 2 0 R>>".to_vec(), b"<</Type/Pages/Kids[2 0 R]>>".to_vec()];
    assert_eq!(refused(&pdf(&objects)), "its tree of pages leads to itself");
    assert_eq!(refused(&pdf(&[b"1 0 R".to_vec()])), "object 1 leads to itself");
    let endless = b"<</Length 1 0 R>>\nstream\nx\nendstream".to_vec();
    assert!(refused(&pdf(&[endless])).contains("leads to itself"));
    let names = [b"<</Pages 2 0 R/Names<</Dests 3 0 R>>>>".to_vec(), b"<<>>".to_vec(), b"<</Kids[3 0 R]>>".to_vec()];
    assert_eq!(refused(&pdf(&names)), "a tree of names leads to itself");
    let around = "%PDF-1.7\nxref\n0 0\ntrailer\n<</Prev 9>>\nstartxref\n9\n%%EOF";
    assert_eq!(refused(around.as_bytes()), "its catalog is missing");
    let deep = format!("<</Pages {}", "[".repeat(1 << 20));
    assert!(refused(&pdf(&[deep.into_bytes()])).contains("too deep"));
}

#[test]
fn bombs_do_not_go_off() {
    // Packed twice.
    let zeros = packed(&packed(&vec![0; 257 << 20]));
    assert!(zeros.len() < 100_000, "{}", zeros.len());
    let form = stream("/Subtype/Form/Filter[/FlateDecode/FlateDecode]", &zeros);
    assert_eq!(refused(&file("", b"/A Do", &[form])), "page 1: its streams unpack to more than 256 MB");
    // Each form paints the other sixteen times.
    let again = |name: &str| stream("/Subtype/Form", format!("/{name} Do ").repeat(16).as_bytes());
    let words = refused(&file("", b"/A Do", &[again("B"), again("A")]));
    assert!(words.contains("too deep"), "{words}");
    // A table names one large object thousands of times.
    let whole = file("", b"", &[stream("", &vec![b' '; 1 << 20])]);
    let text = String::from_utf8(whole).expect("it is text");
    let (head, tail) = text.split_once("xref\n0 8\n").expect("a table");
    let entry = format!("{:010} 00000 n \n", head.find("5 0 obj").expect("the object"));
    let (entries, tail) = tail.split_once("trailer").expect("a trailer");
    let many = format!("{head}xref\n0 50008\n{entries}{}trailer{tail}", entry.repeat(50_000));
    assert!(read(many.as_bytes()).is_ok());
    // A line of forms, each painted eight times by the one before: not too deep, but too long.
    let mut forms: Vec<Vec<u8>> = Vec::new();
    for at in 0..22 {
        let next = if at == 0 { 6 } else { at + 7 };
        let resources = format!("/Subtype/Form/Resources<</XObject<</N {next} 0 R>>>>");
        forms.push(stream(&resources, "/N Do ".repeat(if at == 21 { 0 } else { 8 }).as_bytes()));
    }
    let words = refused(&file("", b"/A Do", &forms));
    assert!(words.ends_with("there is more in it than can be read"), "{words}");
}
