//! Compares the numbers on pages with the lines of the trace: each number must have a line, and each line a number.

use std::collections::BTreeSet;

use crate::pdf::{FoundNumber, PageLink, PdfReading};
use crate::trace::{NumberKind, TraceLine};

use super::deviation::Deviation;

/// The greatest distance between two places that count as the same, in hundredths of a point.
const NEAR: i64 = 150;

/// Compares the numbers on the pages of a document with its lines in the trace.
pub fn compare(file: &str, reading: &PdfReading, lines: &[&TraceLine]) -> Vec<Deviation> {
    let mut deviations = Vec::new();
    // The trace may contain pages that do not exist in the PDF.
    let pages: BTreeSet<usize> = (1..=reading.pages.len()).chain(lines.iter().map(|line| line.page)).collect();
    for page in pages {
        let on_page: Vec<&TraceLine> = lines.iter().copied().filter(|line| line.page == page).collect();
        let text = page.checked_sub(1).and_then(|at| reading.pages.get(at));
        let found = text.map_or(&[][..], |text| &text.numbers);
        compare_page(file, page, &on_page, found, &mut deviations);
        for disguised in text.iter().flat_map(|text| &text.disguised) {
            deviations.push(Deviation {
                id: "KB413",
                file: file.to_owned(),
                page: Some(page),
                expected: None,
                found: Some(disguised.clone()),
                origin: None,
                at: None,
                what: "a screen reader reads other digits than stand on the page".to_owned(),
            });
        }
    }
    page_numbers(file, reading, lines, &mut deviations);
    deviations
}

/// Checks page numbers: in a link, the number must be the target page of the link; elsewhere it must be this page or
/// the last.
fn page_numbers(file: &str, reading: &PdfReading, lines: &[&TraceLine], deviations: &mut Vec<Deviation>) {
    for line in lines.iter().filter(|line| matches!(line.kind, NumberKind::Page | NumberKind::Generated)) {
        let Some(page) = line.page.checked_sub(1).and_then(|at| reading.pages.get(at)) else { continue };
        let (x, y) = (hundredths(line.x), hundredths(line.y));
        let inside = |rect: [i64; 4]| rect[0] <= x + NEAR && x <= rect[2] && rect[1] <= y + NEAR && y <= rect[3];
        // A link over two columns has a frame that contains other links: the smallest frame is used.
        let area = |link: &&PageLink| (link.rect[2] - link.rect[0]) * (link.rect[3] - link.rect[1]);
        let link = page.links.iter().filter(|link| inside(link.rect)).min_by_key(area);
        let wanted: Vec<usize> = match (link, line.kind) {
            (Some(link), _) => link.page.into_iter().collect(),
            (None, NumberKind::Page) => vec![line.page, reading.pages.len()],
            (None, _) => continue,
        };
        if !wanted.iter().any(|page| page.to_string() == line.text) {
            deviations.push(Deviation {
                id: "KB418",
                file: file.to_owned(),
                page: Some(line.page),
                expected: wanted.first().map(ToString::to_string),
                found: Some(line.text.clone()),
                origin: Some(origin(line)),
                at: Some((points(x), points(y))),
                what: "a page number that is not true".to_owned(),
            });
        }
    }
}

fn compare_page(file: &str, page: usize, lines: &[&TraceLine], found: &[FoundNumber], deviations: &mut Vec<Deviation>) {
    // Sorted by lines of text from the top, so that only neighbours must be compared.
    let mut left: Vec<Option<&FoundNumber>> = found.iter().map(Some).collect();
    left.sort_by_key(|found| found.map(|found| (-found.y, found.x)));
    let mut missing = Vec::new();
    for line in lines {
        match take(&mut left, |found| found.text == line.text && near(line, found)) {
            Some(_) => {}
            None => missing.push(*line),
        }
    }
    for line in missing {
        let instead = take(&mut left, |found| near(line, found));
        deviations.push(Deviation {
            id: "KB412",
            file: file.to_owned(),
            page: Some(page),
            expected: Some(line.text.clone()),
            found: instead.map(|found| found.text.clone()),
            origin: Some(origin(line)),
            at: Some((points(hundredths(line.x)), points(hundredths(line.y)))),
            what: if instead.is_some() { "another number stands there" } else { "the number is not there" }.to_owned(),
        });
    }
    for found in left.into_iter().flatten() {
        deviations.push(Deviation {
            id: "KB413",
            file: file.to_owned(),
            page: Some(page),
            expected: None,
            found: Some(found.text.clone()),
            origin: None,
            at: Some((points(found.x), points(found.y))),
            what: "a number without a trace".to_owned(),
        });
    }
}

/// Removes the first number that fits; `None` when none fits.
fn take<'f>(left: &mut [Option<&'f FoundNumber>], fits: impl Fn(&FoundNumber) -> bool) -> Option<&'f FoundNumber> {
    left.iter_mut().find(|found| found.is_some_and(&fits)).and_then(Option::take)
}

fn near(line: &TraceLine, found: &FoundNumber) -> bool {
    (hundredths(line.x) - found.x).abs() <= NEAR && (hundredths(line.y) - found.y).abs() <= NEAR
}

fn hundredths(points: f64) -> i64 {
    (points * 100.0).round() as i64
}

fn points(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, (hundredths % 100).abs())
}

/// Returns the origin of the number of a line, as text.
pub fn origin(line: &TraceLine) -> String {
    let from = || line.from.as_deref().unwrap_or("Typst");
    match (&line.cell, &line.rule) {
        (Some(cell), _) => cell.clone(),
        (_, Some(rule)) => rule.clone(),
        _ => match line.kind {
            NumberKind::Tick => "tick of an axis".to_owned(),
            NumberKind::Page => format!("page number ({})", from()),
            NumberKind::Kennung => "Kennung".to_owned(),
            NumberKind::Cell | NumberKind::Formula | NumberKind::Date | NumberKind::Text | NumberKind::Generated => {
                from().to_owned()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::page_text::PageText;

    fn line(x: f64, y: f64, text: &str) -> TraceLine {
        TraceLine {
            at: None,
            file: "a.pdf".to_owned(),
            page: 1,
            x,
            y,
            text: text.to_owned(),
            kind: NumberKind::Cell,
            number: Some(0),
            cell: Some("t.csv:2:5".to_owned()),
            rule: None,
            inputs: None,
            from: None,
        }
    }

    fn page(numbers: &[(i64, i64, &str)]) -> PdfReading {
        let numbers =
            numbers.iter().map(|(x, y, text)| FoundNumber { x: *x, y: *y, text: (*text).to_owned() }).collect();
        PdfReading { pages: vec![PageText { numbers, ..PageText::default() }], attachments: Vec::new() }
    }

    #[test]
    fn the_same_numbers_in_any_order_are_no_deviation() {
        let lines = [line(10.0, 20.0, "1"), line(30.0, 20.0, "2"), line(10.0, 20.2, "1")];
        let found = page(&[(3001, 2000, "2"), (1000, 2020, "1"), (1000, 1999, "1")]);
        assert_eq!(compare("a.pdf", &found, &lines.iter().collect::<Vec<_>>()), []);
    }

    #[test]
    fn a_changed_a_missing_and_an_added_number_are_named() {
        let lines = [line(10.0, 20.0, "1.409,75"), line(30.0, 20.0, "2")];
        let found = page(&[(1000, 2000, "1.409,76"), (9000, 9000, "3")]);
        let deviations = compare("a.pdf", &found, &lines.iter().collect::<Vec<_>>());
        let said: Vec<_> = deviations.iter().map(|d| (d.expected.as_deref(), d.found.as_deref())).collect();
        assert_eq!(said, [(Some("1.409,75"), Some("1.409,76")), (Some("2"), None), (None, Some("3"))]);
        assert_eq!(deviations[0].origin.as_deref(), Some("t.csv:2:5"));
        assert_eq!(deviations[0].at, Some(("10.00".to_owned(), "20.00".to_owned())));
    }

    #[test]
    fn pages_that_are_gone_or_too_many_are_seen() {
        let far = TraceLine { page: 2, ..line(10.0, 20.0, "7") };
        let found = page(&[]);
        assert_eq!(compare("a.pdf", &found, &[&far]).len(), 1);
        assert_eq!(compare("a.pdf", &page(&[(1, 1, "5")]), &[]).len(), 1);
    }
}
