//! What the XML of workbooks says that calamine does not tell: raised signs, hidden rows and columns, percentages and
//! covered cells of an ODS. Read tag by tag, since a sheet may have millions of cells.

use std::collections::{BTreeMap, BTreeSet};

use super::MOST_ROWS;
use super::workbook::MOST_CELLS;

/// Stands as date in cells of an ODS that a merged cell covers.
pub const COVERED: &str = "covered";

/// Stands as date in cells of an ODS whose formula failed.
pub const FAILED: &str = "failed";

/// The tags of an XML text, each with the text behind it up to the next one.
fn tags(xml: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = xml;
    std::iter::from_fn(move || {
        let (tag, after) = rest[rest.find('<')?..].split_at(tag_end(&rest[rest.find('<')?..]));
        rest = after;
        Some((tag, &after[..after.find('<').unwrap_or(after.len())]))
    })
}

/// The name of a tag, without `<`, `/` and attributes.
fn name_of(tag: &str) -> &str {
    let inner = tag.trim_start_matches(['<', '/']);
    inner.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default()
}

/// A name without the prefix of its namespace.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// A text with its signs raised: `1` as `¹`; signs that have no raised form get a `^` before them.
fn raised(text: &str) -> String {
    // An entity stays one.
    if text.contains('&') {
        return format!("^{text}");
    }
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

/// Whether a part holds raised signs at all; most do not, and stay as they are.
fn has_raised(xml: &str) -> bool {
    xml.contains("superscript") || xml.contains("text-position")
}

/// The shared texts or a sheet of an XLSX with the raised signs of rich texts as such: a footnote is no digit.
pub fn with_raised_runs(xml: &str) -> Option<String> {
    if !has_raised(xml) {
        return None;
    }
    let mut out = String::with_capacity(xml.len());
    out.push_str(&xml[..xml.find('<').unwrap_or(xml.len())]);
    let (mut is_up, mut in_text) = (false, false);
    for (tag, text) in tags(xml) {
        match (local(name_of(tag)), tag.starts_with("</")) {
            ("r", _) => is_up = false,
            ("vertAlign", false) => is_up = attribute(tag, "val") == Some("superscript"),
            ("t", closes) => in_text = !closes,
            _ => {}
        }
        out.push_str(tag);
        if is_up && in_text { out.push_str(&raised(text)) } else { out.push_str(text) }
    }
    Some(out)
}

/// The content of an ODS with the signs of raised spans as such.
pub fn with_raised_spans(xml: &str) -> Option<String> {
    if !has_raised(xml) {
        return None;
    }
    let (mut styles, mut style) = (BTreeSet::new(), "");
    for (tag, _) in tags(xml) {
        match name_of(tag) {
            "style:style" => style = attribute(tag, "style:name").unwrap_or_default(),
            "style:text-properties"
                if attribute(tag, "style:text-position").is_some_and(|position| {
                    position.starts_with("super")
                        || position.bytes().next().is_some_and(|b| b.is_ascii_digit() && b != b'0')
                }) =>
            {
                styles.insert(style);
            }
            _ => {}
        }
    }
    let mut out = String::with_capacity(xml.len());
    out.push_str(&xml[..xml.find('<').unwrap_or(xml.len())]);
    let mut open: Vec<bool> = Vec::new();
    for (tag, text) in tags(xml) {
        if name_of(tag) == "text:span" && !tag.ends_with("/>") {
            if tag.starts_with("</") {
                open.pop();
            } else {
                open.push(attribute(tag, "text:style-name").is_some_and(|name| styles.contains(name)));
            }
        }
        out.push_str(tag);
        if open.contains(&true) { out.push_str(&raised(text)) } else { out.push_str(text) }
    }
    Some(out)
}

/// Rows and columns of a sheet that are hidden, both from 0.
#[derive(Debug, Default, Clone)]
pub struct Hidden {
    /// Rows.
    pub rows: BTreeSet<u32>,
    /// Columns.
    pub columns: BTreeSet<u32>,
}

/// Most columns a range of hidden ones is unfolded to.
const MOST_COLUMNS: u32 = 1000;

/// What a sheet of an XLSX hides.
pub fn hidden_of_xlsx(xml: &str) -> Hidden {
    let mut hidden = Hidden::default();
    let mut row = 0;
    for (tag, _) in tags(xml).filter(|(tag, _)| !tag.starts_with("</")) {
        let number = |what: &str| attribute(tag, what).and_then(|n| n.parse::<u32>().ok());
        let is_hidden = matches!(attribute(tag, "hidden"), Some("1" | "true"));
        match local(name_of(tag)) {
            "col" if is_hidden => {
                let (from, to) = (number("min").unwrap_or(1), number("max").unwrap_or(0));
                hidden.columns.extend((from..=to.min(MOST_COLUMNS)).map(|column| column.saturating_sub(1)));
            }
            "row" => {
                row = number("r").unwrap_or(row + 1);
                if is_hidden {
                    hidden.rows.insert(row.saturating_sub(1));
                }
            }
            _ => {}
        }
    }
    hidden
}

/// What the sheets of an ODS hide, by their names.
pub fn hidden_of_ods(xml: &str) -> BTreeMap<String, Hidden> {
    let mut all: BTreeMap<String, Hidden> = BTreeMap::new();
    let (mut name, mut row, mut column) = (String::new(), 0_u32, 0_u32);
    for (tag, _) in tags(xml).filter(|(tag, _)| !tag.starts_with("</")) {
        let repeats = |what: &str| attribute(tag, what).and_then(|n| n.parse::<u32>().ok()).unwrap_or(1);
        let is_hidden = matches!(attribute(tag, "table:visibility"), Some("collapse" | "filter"));
        match name_of(tag) {
            "table:table" => {
                name = plain(attribute(tag, "table:name").unwrap_or_default());
                (row, column) = (0, 0);
            }
            "table:table-column" => {
                let next = column.saturating_add(repeats("table:number-columns-repeated"));
                if is_hidden {
                    all.entry(name.clone()).or_default().columns.extend(column..next.min(MOST_COLUMNS));
                }
                column = next;
            }
            "table:table-row" => {
                let next = row.saturating_add(repeats("table:number-rows-repeated"));
                if is_hidden {
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
    let of = |xml: &str, element: &'static str, key: &'static str, value: &'static str| -> Vec<(String, String)> {
        let found = tags(xml).filter(|(tag, _)| local(name_of(tag)) == element && !tag.starts_with("</"));
        found.filter_map(|(tag, _)| Some((plain(attribute(tag, key)?), plain(attribute(tag, value)?)))).collect()
    };
    let targets: BTreeMap<String, String> = of(relations, "Relationship", "Id", "Target").into_iter().collect();
    let path = |target: &String| match target.strip_prefix('/') {
        Some(whole) => whole.to_owned(),
        None => format!("xl/{target}"),
    };
    let sheets = of(workbook, "sheet", "name", "r:id");
    sheets.into_iter().filter_map(|(name, id)| Some((name, path(targets.get(&id)?)))).collect()
}

/// The text of an attribute, with the five entities XML has.
fn plain(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

/// The content of an ODS with what calamine does not tell: percentages become dates whose text is the number, covered
/// cells and errors of formulas dates that say so. Repeated rows and cells are counted, since they are unfolded.
pub fn marked(content: &str) -> std::result::Result<String, String> {
    let mut marked = String::with_capacity(content.len());
    let (mut rows, mut row_repeats, mut columns, mut widest, mut used) = (0_usize, 1_usize, 0_usize, 0_usize, false);
    marked.push_str(&content[..content.find('<').unwrap_or(content.len())]);
    for (tag, text) in tags(content) {
        let name = if tag.starts_with("</") { "" } else { name_of(tag) };
        let count = |what: &str| attribute(tag, what).and_then(|n| n.parse::<usize>().ok()).unwrap_or(1);
        match name {
            "table:table" => (rows, widest) = (0, 0),
            "table:table-row" => (row_repeats, columns, used) = (count("table:number-rows-repeated"), 0, false),
            "table:table-cell" | "table:covered-table-cell" => {
                let repeats = count("table:number-columns-repeated");
                columns = columns.saturating_add(repeats);
                let covered = name == "table:covered-table-cell";
                if covered || tag.contains("value-type=") {
                    used = true;
                    widest = widest.max(columns);
                }
                if covered {
                    marked.push_str(&format!(
                        "<table:table-cell table:number-columns-repeated=\"{repeats}\" office:date-value=\"{COVERED}\"{}",
                        if tag.ends_with("/>") { "/>" } else { ">" },
                    ));
                    marked.push_str(text);
                    continue;
                }
            }
            _ => {}
        }
        if tag == "</table:table-row>" {
            rows = rows.saturating_add(row_repeats);
            if used && (rows > MOST_ROWS as usize || rows.saturating_mul(widest) > MOST_CELLS) {
                return Err(format!("a sheet has more than {MOST_ROWS} rows or {MOST_CELLS} cells"));
            }
        }
        if name == "table:table-cell" && tag.contains("calcext:value-type=\"error\"") {
            let end = if tag.ends_with("/>") { "/>" } else { ">" };
            let repeats = count("table:number-columns-repeated");
            marked.push_str(&format!(
                "<table:table-cell table:number-columns-repeated=\"{repeats}\" office:date-value=\"{FAILED}\"{end}"
            ));
        } else if name == "table:table-cell" && tag.contains("office:value-type=\"percentage\"") {
            let tag =
                tag.replace("office:value-type=\"percentage\"", "").replace("office:value=", "office:date-value=");
            marked.push_str(&tag);
        } else if tag == "</table:covered-table-cell>" {
            marked.push_str("</table:table-cell>");
        } else {
            marked.push_str(tag);
        }
        marked.push_str(text);
    }
    Ok(marked)
}

/// Whether the elements of an XML text are closed in the order in which they were opened.
pub fn is_whole(text: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for (tag, _) in tags(text) {
        let Some(inner) = tag.strip_prefix('<').and_then(|tag| tag.strip_suffix('>')) else { return false };
        if inner.starts_with(['!', '?']) || inner.ends_with('/') {
            continue;
        }
        match inner.strip_prefix('/') {
            Some(name) if open.pop() != Some(name.trim_end()) => return false,
            Some(_) => {}
            None => open.push(inner.split(char::is_whitespace).next().unwrap_or_default()),
        }
    }
    open.is_empty()
}

/// Where a tag that begins a text ends: behind its `>`, quoted ones apart; of a comment and the like behind its end.
fn tag_end(text: &str) -> usize {
    for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
        if let Some(inner) = text.strip_prefix(start) {
            return inner.find(end).map_or(text.len(), |at| start.len() + at + end.len());
        }
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return at + 1,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split('"').next()
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
