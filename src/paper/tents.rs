//! Name tents and badges for a meeting: who sits where, as large as fits, and alike from seat to seat.
//!
//! They have a title, a language and text, but no tags: nobody archives them.

use crate::diag::{Place, Problem, Report, Result};

use super::drawing::{Align, InkColour, PdfDrawing, TextStyle};
use super::drawn_pdf::DocumentInfo;
use super::faces::{Faces, Weight};
use super::units::POINTS_PER_MM;

/// Width and height of A4 in millimetres.
const A4: (f64, f64) = (210.0, 297.0);

/// From a base line to the next of the same text, in sizes of the type.
const LEADING: f64 = 1.15;

/// What is not the name.
const SOFT: InkColour = InkColour::Grey(0.25);

/// Lines for folding and cutting: their width in points, and their colour.
const MARK: (f64, InkColour) = (0.25, InkColour::Grey(0.4));

/// Somebody to be seated.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The office or another title; `None` when there is none.
    pub title: Option<String>,
    /// The name; where nobody is known, the Kommune.
    pub name: String,
    /// The Kommune or another house; `None` when there is none, or the name says it.
    pub house: Option<String>,
    /// Where the name comes from.
    pub origin: Place,
}

impl Seat {
    fn texts(&self) -> [Option<&str>; 3] {
        [self.title.as_deref(), Some(self.name.as_str()), self.house.as_deref()]
    }
}

/// What is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardFormat {
    /// A4 sheets, folded once across: both halves carry the name, the upper one upside down.
    Tents,
    /// Badges of 90 x 55 mm, ten on an A4 sheet, with marks for cutting.
    Badges,
}

/// How one of the three texts of a card is set.
struct TextRole {
    weight: Weight,
    colour: InkColour,
    /// Sizes in points, largest first.
    sizes: &'static [f64],
    /// The size below which one long text no longer makes all others smaller.
    floor: f64,
    /// From it to the text below, in millimetres.
    gap: f64,
}

/// A card: the room for text on it, in millimetres, and how its texts are set.
struct Card {
    width: f64,
    roles: [TextRole; 3],
}

const fn role(weight: Weight, colour: InkColour, sizes: &'static [f64], floor: f64, gap: f64) -> TextRole {
    TextRole { weight, colour, sizes, floor, gap }
}

const TENT: Card = Card {
    width: 180.0,
    roles: [
        role(Weight::Regular, SOFT, &[24.0, 20.0, 16.0, 12.0], 20.0, 10.0),
        role(Weight::Bold, InkColour::BLACK, &[60.0, 54.0, 48.0, 42.0, 36.0, 30.0, 24.0, 18.0], 48.0, 13.0),
        role(Weight::Regular, SOFT, &[28.0, 24.0, 20.0, 16.0, 12.0], 20.0, 0.0),
    ],
};

const BADGE: Card = Card {
    width: 78.0,
    roles: [
        role(Weight::Regular, SOFT, &[10.0, 9.0, 8.0, 7.0], 9.0, 3.5),
        role(Weight::Bold, InkColour::BLACK, &[22.0, 20.0, 18.0, 16.0, 14.0, 12.0, 10.0, 8.0], 16.0, 4.5),
        role(Weight::Regular, SOFT, &[11.0, 10.0, 9.0, 8.0, 7.0], 9.0, 0.0),
    ],
};

/// Width and height of a badge, and how many stand beside and above each other.
const BADGES: (f64, f64, usize, usize) = (90.0, 55.0, 2, 5);

/// A text in lines of one size.
#[derive(Debug, Clone, PartialEq)]
struct SetText {
    size: f64,
    lines: Vec<String>,
}

/// The texts of a card, set; `None` for a text it does not have.
type CardTexts = [Option<SetText>; 3];

/// The sheets as one PDF, and how many are seated; who cannot be printed is left out and told in the report.
///
/// # Errors
/// Nobody who can be printed, and fonts that cannot be drawn with.
pub fn sheets(
    faces: &Faces<'_>,
    seats: &[Seat],
    format: CardFormat,
    about: &DocumentInfo<'_>,
) -> Result<(Vec<u8>, usize, Report)> {
    let card = if format == CardFormat::Tents { &TENT } else { &BADGE };
    let mut report = Report::new();
    let seats: Vec<&Seat> = seats.iter().filter(|seat| can_be_written(faces, card, seat, &mut report)).collect();
    let settings = settings(faces, card, &seats, &mut report);
    if settings.is_empty() {
        return Err(report);
    }
    let mut drawing = PdfDrawing::new(faces);
    match format {
        CardFormat::Tents => settings.iter().for_each(|setting| tent(&mut drawing, faces, setting)),
        CardFormat::Badges => {
            settings.chunks(BADGES.2 * BADGES.3).for_each(|settings| badges(&mut drawing, faces, settings));
        }
    }
    Ok((drawing.document(about)?, settings.len(), report))
}

/// Whether the fonts have every sign of what is to stand there.
fn can_be_written(faces: &Faces<'_>, card: &Card, seat: &Seat, report: &mut Report) -> bool {
    let mut texts = seat.texts().into_iter().zip(&card.roles);
    let Some(sign) = texts.find_map(|(text, role)| faces.missing(role.weight, text?)) else { return true };
    let message =
        format!("the font has no glyph for U+{:04X} in `{}`", u32::from(sign), crate::diag::shown(&seat.name));
    let hint = "write it in another way, or lay a font that has it over fonts/ with --with";
    report.push(Problem::error("KB511", message).at(seat.origin.clone()).hint(hint));
    false
}

/// Sets all cards. Of each text the size is the largest all have room for, so that a row of them looks alike; only
/// what would need less than the floor is smaller by itself.
fn settings(faces: &Faces<'_>, card: &Card, seats: &[&Seat], report: &mut Report) -> Vec<CardTexts> {
    let mut settings: Vec<CardTexts> = seats.iter().map(|_| [None, None, None]).collect();
    let mut too_long = vec![false; seats.len()];
    for (at, role) in card.roles.iter().enumerate() {
        let set = |text: &str, size: f64| {
            let lines = broken(faces, role.weight, size, text, card.width)?;
            Some(SetText { size, lines })
        };
        let texts: Vec<Option<&str>> = seats.iter().map(|seat| seat.texts()[at]).collect();
        let all_fit = |size: f64| texts.iter().flatten().all(|text| set(text, size).is_some());
        let common =
            role.sizes.iter().copied().find(|size| *size <= role.floor || all_fit(*size)).unwrap_or(role.floor);
        for (seat, text) in texts.iter().enumerate() {
            let Some(text) = text else { continue };
            let sizes = role.sizes.iter().copied().filter(|size| *size <= common);
            settings[seat][at] = sizes.into_iter().find_map(|size| set(text, size));
            too_long[seat] |= settings[seat][at].is_none();
        }
    }
    for (seat, _) in seats.iter().zip(&too_long).filter(|(_, too_long)| **too_long) {
        let name = crate::diag::shown(&seat.name);
        let problem = Problem::error("KB516", format!("`{name}` does not fit on a card, nor does what stands with it"));
        report.push(problem.at(seat.origin.clone()).hint("shorten it in a table given with --names"));
    }
    settings.into_iter().zip(too_long).filter(|(_, too_long)| !too_long).map(|(setting, _)| setting).collect()
}

/// A text in one line, or in two broken at a blank so that the longer one is as short as can be; `None` when neither
/// has room. No line ends with a title or with a word like `von`: smaller in one piece reads better.
fn broken(faces: &Faces<'_>, weight: Weight, size: f64, text: &str, width: f64) -> Option<Vec<String>> {
    let wide = |text: &str| faces.width_mm(weight, size, text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if wide(&text) <= width {
        return Some(vec![text]);
    }
    let leads_on = |line: &str| {
        let word = line.rsplit(' ').next().unwrap_or_default();
        word.ends_with('.') || word.starts_with(char::is_lowercase)
    };
    let breaks = text.match_indices(' ').map(|(at, _)| (&text[..at], &text[at + 1..]));
    let fitting = breaks.filter(|(one, _)| !leads_on(one)).map(|(one, two)| (wide(one).max(wide(two)), one, two));
    let (widest, one, two) = fitting.min_by(|a, b| a.0.total_cmp(&b.0))?;
    (widest <= width).then(|| vec![one.to_owned(), two.to_owned()])
}

/// How high a card's texts are together, in millimetres.
fn height(faces: &Faces<'_>, card: &Card, setting: &CardTexts) -> f64 {
    let texts = || setting.iter().zip(&card.roles).filter_map(|(set, role)| Some((set.as_ref()?, role)));
    let last = texts().count() - 1;
    let one = |(at, (set, role)): (usize, (&SetText, &TextRole))| {
        let lines = (set.lines.len() - 1) as f64 * set.size * LEADING / POINTS_PER_MM;
        faces.capitals_mm(role.weight, set.size) + lines + if at < last { role.gap } else { 0.0 }
    };
    texts().enumerate().map(one).sum()
}

/// Writes the texts of a card around its middle.
fn write(drawing: &mut PdfDrawing<'_, '_>, faces: &Faces<'_>, card: &Card, middle: (f64, f64), setting: &CardTexts) {
    let mut y = middle.1 + height(faces, card, setting) / 2.0;
    for (set, role) in setting.iter().zip(&card.roles) {
        let Some(SetText { size, lines }) = set else { continue };
        y -= faces.capitals_mm(role.weight, *size);
        let writing = TextStyle { weight: role.weight, size: *size, colour: role.colour, align: Align::Centre };
        for (at, line) in lines.iter().enumerate() {
            if at > 0 {
                y -= size * LEADING / POINTS_PER_MM;
            }
            drawing.text((middle.0, y), line, writing);
        }
        y -= role.gap;
    }
}

fn tent(drawing: &mut PdfDrawing<'_, '_>, faces: &Faces<'_>, setting: &CardTexts) {
    drawing.page(A4.0, A4.1);
    let fold = A4.1 / 2.0;
    let middle = (A4.0 / 2.0, fold / 2.0);
    write(drawing, faces, &TENT, middle, setting);
    drawing.placed(A4, true, |drawing| write(drawing, faces, &TENT, middle, setting));
    for (from, to) in [(4.0, 12.0), (A4.0 - 12.0, A4.0 - 4.0)] {
        drawing.line((from, fold), (to, fold), MARK.0, MARK.1, Some(1.0));
    }
}

fn badges(drawing: &mut PdfDrawing<'_, '_>, faces: &Faces<'_>, settings: &[CardTexts]) {
    drawing.page(A4.0, A4.1);
    let (width, height, across, down) = BADGES;
    let (left, lower) = ((A4.0 - width * across as f64) / 2.0, (A4.1 - height * down as f64) / 2.0);
    for (at, setting) in settings.iter().enumerate() {
        let (column, row) = ((at % across) as f64, (at / across) as f64);
        let middle = (left + (column + 0.5) * width, A4.1 - lower - (row + 0.5) * height);
        write(drawing, faces, &BADGE, middle, setting);
    }
    // Outside of the badges, where each cut begins and ends.
    let mut cut = |from, to| drawing.line(from, to, MARK.0, MARK.1, None);
    for column in 0..=across {
        let x = left + column as f64 * width;
        cut((x, lower - 7.0), (x, lower - 2.0));
        cut((x, A4.1 - lower + 2.0), (x, A4.1 - lower + 7.0));
    }
    for row in 0..=down {
        let y = lower + row as f64 * height;
        cut((left - 7.0, y), (left - 2.0, y));
        cut((A4.0 - left + 2.0, y), (A4.0 - left + 7.0, y));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;

    fn with_faces(test: impl FnOnce(&Faces<'_>)) {
        let assets = Assets::embedded();
        test(&Faces::open(&assets).expect("our fonts"));
    }

    #[test]
    fn the_largest_texts_have_room() {
        with_faces(|faces| {
            let two = |sizes: &[f64]| Some(SetText { size: sizes[0], lines: vec![String::new(); 2] });
            for (card, room) in [(&TENT, A4.1 / 2.0 - 30.0), (&BADGE, BADGES.1 - 8.0)] {
                let setting = [0, 1, 2].map(|role: usize| two(card.roles[role].sizes));
                let height = height(faces, card, &setting);
                assert!(height <= room, "{height} mm in {room} mm");
            }
        });
    }

    #[test]
    fn names_are_broken_at_blanks_and_where_they_may_be() {
        with_faces(|faces| {
            let lines = |text: &str, width| broken(faces, Weight::Bold, 60.0, text, width);
            let two = |one: &str, two: &str| Some(vec![one.to_owned(), two.to_owned()]);
            assert_eq!(lines("Fritz Kuhn", 180.0), Some(vec!["Fritz Kuhn".to_owned()]));
            assert_eq!(lines("Prof. Dr. Frank von der Heide", 180.0), two("Prof. Dr. Frank", "von der Heide"));
            assert_eq!(lines("Kramp-Karrenbauer-Schulze", 180.0), None);
            assert_eq!(lines("Dr. Kramp-Karrenbauer", 180.0), None);
        });
    }
}
