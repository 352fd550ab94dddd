//! What the reader returns: the texts, numbers and links of pages, and the attached files.

/// A number on a page. No place is further off than ten million points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundNumber {
    /// Where its baseline begins, from the left edge of the sheet, in hundredths of a point.
    pub x: i64,
    /// The same from the lower edge.
    pub y: i64,
    /// As set, for example `1.409,75`.
    pub text: String,
}

/// A link to a page of the same document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLink {
    /// Its lower left and upper right corner, in hundredths of a point: left, lower, right, upper.
    pub rect: [i64; 4],
    /// The page it leads to, from 1; `None` when that page is not there.
    pub page: Option<usize>,
}

/// The text of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageText {
    /// The numbers, in the order they are painted.
    pub numbers: Vec<FoundNumber>,
    /// All text in the order it is painted, its runs separated by line breaks. Signs whose meaning the
    /// file does not tell stand as U+FFFD.
    pub text: String,
    /// The links to pages.
    pub links: Vec<PageLink>,
    /// Texts that a screen reader reads with other digits than the page shows; each is a sentence for people.
    pub disguised: Vec<String>,
}

/// What a PDF contains for a reader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PdfReading {
    /// The pages, in order.
    pub pages: Vec<PageText>,
    /// The attached files: name and content.
    pub attachments: Vec<(String, Vec<u8>)>,
}

/// A length in hundredths of a point.
pub fn hundredths(points: f64) -> i64 {
    // Beyond any page, yet small enough that places can be subtracted and multiplied without care.
    (points * 100.0).round().clamp(-1e9, 1e9) as i64
}
