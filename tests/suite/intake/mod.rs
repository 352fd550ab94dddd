//! `import` and `export`: tables others wrote, damaged ones, and the way back.

mod forms;
mod fuzz;
mod malformed;
mod real;
mod round;

use std::io::{Cursor, Write};

use rust_xlsxwriter::Workbook;

use crate::sandbox::{Ran, Sandbox, snapshot};

/// Imports a file into the six Kommunen of 2031 and shows what would be done.
fn dry(sandbox: &Sandbox, file: &str, more: &[&str]) -> Ran {
    let before = snapshot(sandbox.root());
    let ran = sandbox.run(&[&["import", file, "--with", "with", "--dry-run"], more].concat());
    assert!(before == snapshot(sandbox.root()), "--dry-run writes nothing");
    ran
}

/// The cells of `kommunen.csv` of an edition in a project, by row and column.
fn cell(sandbox: &Sandbox, table: &str, ags: &str, column: &str) -> String {
    let text = sandbox.text(table);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader.headers().expect("a header").iter().position(|name| name == column).expect(column);
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let row = rows.iter().find(|row| &row[0] == ags).unwrap_or_else(|| panic!("{ags} is there"));
    row[at].to_owned()
}

/// A workbook of one sheet `Tabelle1`.
fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Tabelle1").expect("a name");
    fill(sheet);
    workbook.save_to_buffer().expect("a workbook")
}

/// A workbook of one sheet with these texts.
fn texts(rows: &[&[&str]]) -> Vec<u8> {
    workbook(|sheet| {
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(*cells).filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(row, column, *cell).expect("a cell");
            }
        }
    })
}

/// An archive of these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        let method =
            if part.len() > 1 << 20 { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        archive.start_file(*name, options).expect("a part");
        archive.write_all(part).expect("a part");
    }
    archive.finish().expect("an archive").into_inner()
}

/// An XLSX of one sheet `Tabelle1` with this XML as its rows.
fn raw_xlsx(rows: &str) -> Vec<u8> {
    let types = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let book = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Tabelle1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let rels = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let root = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let sheet = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    archive(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// An ODS with this XML as its tables; style `hidden` hides one.
fn ods(tables: &str) -> Vec<u8> {
    let manifest = r#"<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"#;
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles><style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest.as_bytes()),
        ("content.xml", content.as_bytes()),
    ])
}

/// Rows of an ODS: texts, and numbers where a cell is one.
fn ods_rows(rows: &[&[&str]]) -> String {
    let cell = |cell: &&str| match (cell.parse::<f64>(), cell.strip_suffix('%')) {
        (Ok(_), _) if !cell.starts_with('0') || cell.starts_with("0.") => {
            format!(
                r#"<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>"#
            )
        }
        (_, Some(percent)) => format!(
            r#"<table:table-cell office:value-type="percentage" office:value="{percent}"><text:p>gezeigt</text:p></table:table-cell>"#
        ),
        _ if cell.is_empty() => "<table:table-cell/>".to_owned(),
        _ => format!(r#"<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>"#),
    };
    rows.iter()
        .map(|row| format!("<table:table-row>{}</table:table-row>", row.iter().map(cell).collect::<String>()))
        .collect()
}
