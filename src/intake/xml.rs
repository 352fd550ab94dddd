//! What the XML of workbooks says that calamine does not tell: raised signs, hidden rows and columns, percentages and
//! covered cells of an ODS. Read event by event, since a sheet may have millions of cells.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer, XmlVersion};

use super::limits::{MOST_CELLS, MOST_ROWS};
use super::sheet::HiddenLines;

/// Stands as date in cells of an ODS that a merged cell covers.
pub const COVERED: &str = "covered";

/// Stands as date in cells of an ODS whose formula failed.
pub const FAILED: &str = "failed";

const CELL: &str = "table:table-cell";
const COVERED_CELL: &str = "table:covered-table-cell";

fn reader(xml: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().allow_dangling_amp = true;
    reader
}

/// Whether a text is XML whose elements are closed in the order in which they were opened.
pub fn is_whole(xml: &str) -> bool {
    let mut reader = reader(xml);
    let mut open = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => open += 1,
            Ok(Event::End(_)) => open -= 1,
            Ok(Event::Eof) => return open == 0,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

/// The elements of an XML text in the order in which they begin.
fn elements(xml: &str) -> impl Iterator<Item = BytesStart<'_>> {
    let mut reader = reader(xml);
    std::iter::from_fn(move || {
        loop {
            match reader.read_event() {
                Ok(Event::Start(element) | Event::Empty(element)) => return Some(element),
                Ok(Event::Eof) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    })
}

/// The XML text with each of its events changed; `None` when it is none that can be read.
fn rewritten<'a>(xml: &'a str, mut change: impl FnMut(Event<'a>) -> Event<'a>) -> Option<String> {
    let mut reader = reader(xml);
    let mut writer = Writer::new(Vec::with_capacity(xml.len()));
    loop {
        match reader.read_event().ok()? {
            Event::Eof => return String::from_utf8(writer.into_inner()).ok(),
            event => writer.write_event(change(event)).ok()?,
        }
    }
}

/// An attribute by its name with the prefix of its namespace.
fn attribute<'a>(element: &'a BytesStart<'_>, name: &str) -> Option<Cow<'a, str>> {
    element.try_get_attribute(name).ok()??.normalized_value(XmlVersion::Implicit1_0).ok()
}

/// A whole number of an attribute.
fn number(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(element, name)?.parse().ok()
}

/// A text with its signs raised: `1` as `¹`; signs that have no raised form get a `^` before them.
fn raised(text: &str) -> String {
    let up = |c: char| match c {
        '1' => "¹".to_owned(),
        '2' => "²".to_owned(),
        '3' => "³".to_owned(),
        '0' | '4'..='9' => {
            char::from_u32(0x2070 + c.to_digit(10).unwrap_or_default()).map_or_else(String::new, String::from)
        }
        ')' => "⁾".to_owned(),
        '(' => "⁽".to_owned(),
        c if c.is_whitespace() => c.to_string(),
        c => format!("^{c}"),
    };
    text.chars().map(up).collect()
}

/// The text of an event with its signs raised; any other event is itself.
fn raised_event(event: Event<'_>) -> Event<'_> {
    let text = match &event {
        Event::Text(text) => raised(text),
        Event::CData(text) => raised(text),
        Event::GeneralRef(sign) => match sign.resolve_char_ref() {
            Ok(Some(sign)) => raised(&sign.to_string()),
            // `&amp;` is a sign that has no raised form.
            _ => return Event::Text(BytesText::from_escaped(format!("^&{};", &**sign))),
        },
        _ => return event,
    };
    Event::Text(BytesText::new(&text).into_owned())
}

/// Whether a part holds raised signs at all; most do not, and stay as they are.
fn has_raised(xml: &str) -> bool {
    xml.contains("superscript") || xml.contains("text-position")
}

/// The shared texts or a sheet of an XLSX with the raised signs of rich texts as such: a footnote is no digit. `None`
/// when there are none.
pub fn with_raised_runs(xml: &str) -> Option<String> {
    if !has_raised(xml) {
        return None;
    }
    let (mut is_up, mut in_text) = (false, false);
    rewritten(xml, |event| {
        match &event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "r" => is_up = false,
                "vertAlign" => is_up = attribute(element, "val").is_some_and(|val| val == "superscript"),
                "t" => in_text = matches!(event, Event::Start(_)),
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "r" => is_up = false,
                "t" => in_text = false,
                _ => {}
            },
            _ => {}
        }
        if is_up && in_text { raised_event(event) } else { event }
    })
}

/// The content of an ODS with the signs of raised spans as such; `None` when there are none.
pub fn with_raised_spans(xml: &str) -> Option<String> {
    if !has_raised(xml) {
        return None;
    }
    let (mut styles, mut style) = (BTreeSet::new(), String::new());
    for element in elements(xml) {
        match element.name().as_ref() {
            "style:style" => style = attribute(&element, "style:name").unwrap_or_default().into_owned(),
            "style:text-properties" if attribute(&element, "style:text-position").is_some_and(|of| is_raised(&of)) => {
                styles.insert(style.clone());
            }
            _ => {}
        }
    }
    let mut open: Vec<bool> = Vec::new();
    rewritten(xml, |event| {
        match &event {
            Event::Start(element) if element.name().as_ref() == "text:span" => {
                open.push(attribute(element, "text:style-name").is_some_and(|name| styles.contains(name.as_ref())));
            }
            Event::End(element) if element.name().as_ref() == "text:span" => drop(open.pop()),
            _ => {}
        }
        if open.contains(&true) { raised_event(event) } else { event }
    })
}

/// Whether a position of text in an ODS is above the line: `super 58%`, `33% 58%`.
fn is_raised(position: &str) -> bool {
    position.starts_with("super") || position.starts_with(|c: char| c.is_ascii_digit() && c != '0')
}

/// Most columns a range of hidden ones is unfolded to.
const MOST_COLUMNS: u32 = 1000;

/// What a sheet of an XLSX hides.
pub fn hidden_of_xlsx(xml: &str) -> HiddenLines {
    let mut hidden = HiddenLines::default();
    let mut row = 0;
    for element in elements(xml) {
        let is_hidden = || attribute(&element, "hidden").is_some_and(|hidden| hidden == "1" || hidden == "true");
        match element.local_name().as_ref() {
            "col" if is_hidden() => {
                let (from, to) = (number(&element, "min").unwrap_or(1), number(&element, "max").unwrap_or(0));
                hidden.columns.extend((from..=to.min(MOST_COLUMNS)).map(|column| column.saturating_sub(1)));
            }
            "row" => {
                row = number(&element, "r").unwrap_or(row + 1);
                if is_hidden() {
                    hidden.rows.insert(row.saturating_sub(1));
                }
            }
            _ => {}
        }
    }
    hidden
}

/// What the sheets of an ODS hide, by their names.
pub fn hidden_of_ods(xml: &str) -> BTreeMap<String, HiddenLines> {
    let mut all: BTreeMap<String, HiddenLines> = BTreeMap::new();
    let (mut name, mut row, mut column) = (String::new(), 0_u32, 0_u32);
    for element in elements(xml) {
        let repeats = |what: &str| number(&element, what).unwrap_or(1);
        let is_hidden =
            || attribute(&element, "table:visibility").is_some_and(|seen| seen == "collapse" || seen == "filter");
        match element.name().as_ref() {
            "table:table" => {
                name = attribute(&element, "table:name").unwrap_or_default().into_owned();
                (row, column) = (0, 0);
            }
            "table:table-column" => {
                let next = column.saturating_add(repeats("table:number-columns-repeated"));
                if is_hidden() {
                    all.entry(name.clone()).or_default().columns.extend(column..next.min(MOST_COLUMNS));
                }
                column = next;
            }
            "table:table-row" => {
                let next = row.saturating_add(repeats("table:number-rows-repeated"));
                if is_hidden() {
                    all.entry(name.clone()).or_default().rows.extend(row..next.min(MOST_ROWS));
                }
                row = next;
            }
            _ => {}
        }
    }
    all
}

/// The paths of the sheets of an XLSX by their names, as `xl/workbook.xml` and its relations tell them.
pub fn sheet_paths(workbook: &str, relations: &str) -> BTreeMap<String, String> {
    let pairs = |xml: &str, element: &str, key: &str, value: &str| -> Vec<(String, String)> {
        let found = elements(xml).filter(|found| found.local_name().as_ref() == element);
        found
            .filter_map(|found| Some((attribute(&found, key)?.into_owned(), attribute(&found, value)?.into_owned())))
            .collect()
    };
    let targets: BTreeMap<String, String> = pairs(relations, "Relationship", "Id", "Target").into_iter().collect();
    let path = |target: &String| match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    };
    let sheets = pairs(workbook, "sheet", "name", "r:id");
    sheets.into_iter().filter_map(|(name, id)| Some((name, path(targets.get(&id)?)))).collect()
}

/// How many rows and cells the sheets of an ODS have when repeated ones are unfolded, as calamine does.
struct Extent {
    rows: usize,
    row_repeats: usize,
    columns: usize,
    widest: usize,
    /// Whether the row holds anything.
    used: bool,
}

impl Extent {
    fn begin(&mut self, element: &BytesStart<'_>) {
        let repeats = |what: &str| number(element, what).map_or(1, |n| n as usize);
        match element.name().as_ref() {
            "table:table" => (self.rows, self.widest) = (0, 0),
            "table:table-row" => {
                (self.row_repeats, self.columns, self.used) = (repeats("table:number-rows-repeated"), 0, false);
            }
            name @ (CELL | COVERED_CELL) => {
                self.columns = self.columns.saturating_add(repeats("table:number-columns-repeated"));
                if name == COVERED_CELL || element.attributes_raw().contains("value-type=") {
                    self.used = true;
                    self.widest = self.widest.max(self.columns);
                }
            }
            _ => {}
        }
    }

    /// Ends a row; false when the sheet is too large with it.
    fn end_row(&mut self) -> bool {
        self.rows = self.rows.saturating_add(self.row_repeats);
        !self.used || (self.rows <= MOST_ROWS as usize && self.rows.saturating_mul(self.widest) <= MOST_CELLS)
    }
}

/// The content of an ODS with what calamine does not tell: percentages become dates whose text is the number, covered
/// cells and errors of formulas dates that say so.
///
/// # Errors
/// A sheet with more rows or cells than are read, repeated ones counted, and a text that is no XML.
pub fn marked(content: &str) -> Result<String, String> {
    let mut extent = Extent { rows: 0, row_repeats: 1, columns: 0, widest: 0, used: false };
    let mut fits = true;
    let marked = rewritten(content, |event| match event {
        Event::Start(element) => {
            extent.begin(&element);
            Event::Start(marked_cell(element))
        }
        Event::Empty(element) => {
            extent.begin(&element);
            if element.name().as_ref() == "table:table-row" {
                fits &= extent.end_row();
            }
            Event::Empty(marked_cell(element))
        }
        Event::End(element) => match element.name().as_ref() {
            "table:table-row" => {
                fits &= extent.end_row();
                Event::End(element)
            }
            COVERED_CELL => Event::End(BytesEnd::new(CELL)),
            _ => Event::End(element),
        },
        other => other,
    });
    if !fits {
        return Err(format!("a sheet has more than {MOST_ROWS} rows or {MOST_CELLS} cells"));
    }
    marked.ok_or_else(|| "a sheet is no XML".to_owned())
}

/// A cell of an ODS as a date where calamine does not tell what it is; any other element is itself.
fn marked_cell(element: BytesStart<'_>) -> BytesStart<'_> {
    let is = |name: &str, value: &str| attribute(&element, name).is_some_and(|found| found == value);
    let is_cell = element.name().as_ref() == CELL;
    let date = if element.name().as_ref() == COVERED_CELL {
        COVERED
    } else if is_cell && is("calcext:value-type", "error") {
        FAILED
    } else if is_cell && is("office:value-type", "percentage") {
        let mut percentage = BytesStart::new(CELL);
        for found in element.attributes().with_checks(false).flatten() {
            let value = found.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default();
            match found.key.as_ref() {
                "office:value-type" => {}
                "office:value" => percentage.push_attribute(("office:date-value", value)),
                name => percentage.push_attribute((name, value)),
            }
        }
        return percentage;
    } else {
        return element;
    };
    let repeats = attribute(&element, "table:number-columns-repeated").unwrap_or(Cow::Borrowed("1"));
    let mut cell = BytesStart::new(CELL);
    cell.push_attribute(("table:number-columns-repeated", repeats));
    cell.push_attribute(("office:date-value", date));
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raised_signs_are_no_digits() {
        let text =
            r#"<si><r><t>12,4</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>1</t></r><r><t>5</t></r></si>"#;
        let found = with_raised_runs(text).expect("there is one");
        assert!(found.contains("<t>12,4</t>") && found.contains("<t>¹</t>") && found.contains("<t>5</t>"), "{found}");
        assert_eq!(with_raised_runs("<si><t>superb</t></si>"), None);
        let text = r#"<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>
            <text:p>12,4<text:span text:style-name="T1">1)</text:span> x<text:span text:style-name="T2">2</text:span></text:p>"#;
        let found = with_raised_spans(text).expect("there is one");
        assert!(found.contains(">¹⁾</text:span> x") && found.contains(">2</text:span>"), "{found}");
    }

    #[test]
    fn raised_references_are_signs_as_well() {
        let text = r#"<r><rPr><vertAlign val='superscript'/></rPr><t>a&#49;&amp;<![CDATA[<2]]></t></r>"#;
        let found = with_raised_runs(text).expect("there is one");
        assert!(found.contains("<t>^a¹^&amp;^&lt;²</t>"), "{found}");
    }

    #[test]
    fn only_whole_texts_are_xml() {
        for (text, whole) in [
            ("", true),
            ("<?xml version=\"1.0\"?><a b=\"x>y\"><c/>A & B<!-- < --></a >", true),
            ("<a>", false),
            ("<a></b>", false),
            ("</a>", false),
            ("<a", false),
            ("<a><!-- ", false),
            ("<a><b></a></b>", false),
        ] {
            assert_eq!(is_whole(text), whole, "{text}");
        }
    }

    #[test]
    fn cells_calamine_does_not_know_become_dates() {
        let text = r#"<table:table-row><table:table-cell office:value-type="percentage" office:value="0.124" a:b="&lt;"/><table:covered-table-cell table:number-columns-repeated="2"><text:p/></table:covered-table-cell><table:table-cell office:value-type="string" calcext:value-type="error"></table:table-cell><table:table-cell office:value="1"/></table:table-row>"#;
        let expected = r#"<table:table-row><table:table-cell office:date-value="0.124" a:b="&lt;"/><table:table-cell table:number-columns-repeated="2" office:date-value="covered"><text:p/></table:table-cell><table:table-cell table:number-columns-repeated="1" office:date-value="failed"></table:table-cell><table:table-cell office:value="1"/></table:table-row>"#;
        assert_eq!(marked(text).as_deref(), Ok(expected));
        let repeated = r#"<table:table-row table:number-rows-repeated="100001"><table:table-cell office:value-type="float" office:value="1"/></table:table-row>"#;
        assert!(marked(repeated).is_err());
    }

    #[test]
    fn hidden_rows_and_columns_are_found() {
        let hidden = hidden_of_xlsx(
            r#"<cols><col min="3" max="4" hidden="1"/></cols><row r="2"/><row r="3" hidden="1"><c/></row>"#,
        );
        assert_eq!((hidden.rows.into_iter().collect::<Vec<_>>(), hidden.columns.len()), (vec![2], 2));
        let ods = r#"<table:table table:name="A &amp; B"><table:table-column table:number-columns-repeated="2"/>
            <table:table-column table:visibility="collapse"/><table:table-row table:number-rows-repeated="3"/>
            <table:table-row table:visibility="filter"/></table:table>"#;
        let hidden = hidden_of_ods(ods).remove("A & B").expect("the table");
        assert_eq!((hidden.rows.first(), hidden.columns.first()), (Some(&3), Some(&2)));
    }
}
