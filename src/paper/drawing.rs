//! Lines, rectangles and text in our fonts at places in millimetres.

use std::collections::BTreeMap;

use printpdf::{
    Codepoint, Color, CurTransMat, FontId, Greyscale, Line, LineDashPattern, LinePoint, Mm, Op, PaintMode,
    PdfFontHandle, PdfPage, Point, Pt, Rect, TextItem, TextMatrix,
};
use rustybuzz::ttf_parser::GlyphId;
use subsetter::GlyphRemapper;

use super::faces::{Faces, Weight};
use super::units::POINTS_PER_MM;

/// A colour; every part from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum InkColour {
    /// 0 is black.
    Grey(f32),
}

impl InkColour {
    /// Black.
    pub const BLACK: Self = Self::Grey(0.0);
    /// Paper.
    pub const WHITE: Self = Self::Grey(1.0);

    fn color(self) -> Color {
        let icc_profile = None;
        match self {
            Self::Grey(percent) => Color::Greyscale(Greyscale { percent, icc_profile }),
        }
    }
}

/// Which part of a text is at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Its beginning.
    Left,
    /// Its middle.
    Centre,
    /// Its end.
    Right,
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextStyle {
    /// How heavy.
    pub weight: Weight,
    /// Size of the type in points.
    pub size: f64,
    /// In which colour.
    pub colour: InkColour,
    /// Which part of it is at its place.
    pub align: Align,
}

/// Pages that are being drawn. Places count from the lower left corner of the page, in millimetres.
pub struct PdfDrawing<'f, 'p> {
    pub(super) faces: &'f Faces<'p>,
    /// The glyphs used so far, by face.
    pub(super) used: BTreeMap<Weight, GlyphRemapper>,
    pub(super) pages: Vec<PdfPage>,
}

fn point(at: (f64, f64)) -> LinePoint {
    LinePoint { p: Point::new(Mm(at.0 as f32), Mm(at.1 as f32)), bezier: false }
}

fn points(mm: f64) -> Pt {
    Pt((mm * POINTS_PER_MM) as f32)
}

impl<'f, 'p> PdfDrawing<'f, 'p> {
    /// A drawing without a page.
    pub fn new(faces: &'f Faces<'p>) -> Self {
        Self { faces, used: BTreeMap::new(), pages: Vec::new() }
    }

    /// Begins a page; everything drawn from now on is on it.
    pub fn page(&mut self, width: f64, height: f64) {
        self.pages.push(PdfPage::new(Mm(width as f32), Mm(height as f32), Vec::new()));
    }

    fn draw(&mut self, ops: impl IntoIterator<Item = Op>) {
        self.pages.last_mut().expect("a page was begun").ops.extend(ops);
    }

    /// Draws a line, `width` points wide; `dash` is how long dashes and gaps are, in millimetres.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, colour: InkColour, dash: Option<f64>) {
        let dash = dash.map(|length| points(length).0);
        let line = Line { points: vec![point(from), point(to)], is_closed: false };
        self.draw([
            Op::SetOutlineColor { col: colour.color() },
            Op::SetOutlineThickness { pt: Pt(width as f32) },
            Op::SetLineDashPattern { dash: LineDashPattern::new(0.0, dash.as_slice()) },
            Op::DrawLine { line },
        ]);
    }

    /// Fills a rectangle given by its lower left corner, its width and its height.
    pub fn fill(&mut self, (x, y): (f64, f64), width: f64, height: f64, colour: InkColour) {
        let rectangle = Rect {
            x: points(x),
            y: points(y),
            width: points(width),
            height: points(height),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        };
        self.draw([Op::SetFillColor { col: colour.color() }, Op::DrawRectangle { rectangle }]);
    }

    /// Draws the edge of such a rectangle, `line` points wide.
    pub fn frame(&mut self, (x, y): (f64, f64), width: f64, height: f64, line: f64, colour: InkColour) {
        let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
        self.draw([
            Op::SetOutlineColor { col: colour.color() },
            Op::SetOutlineThickness { pt: Pt(line as f32) },
            Op::SetLineDashPattern { dash: LineDashPattern::solid() },
            Op::DrawLine { line: Line { points: corners.map(point).to_vec(), is_closed: true } },
        ]);
    }

    /// Writes a text; `at` is where its base line begins, is centred or ends. Signs the face does not have
    /// show as its replacement glyph: ask [`Faces::missing`] first.
    pub fn text(&mut self, at: (f64, f64), text: &str, writing: TextStyle) {
        let TextStyle { weight, size, colour, align } = writing;
        let width = self.faces.width_mm(weight, size, text);
        let left = match align {
            Align::Left => at.0,
            Align::Centre => at.0 - width / 2.0,
            Align::Right => at.0 - width,
        };
        let face = self.faces.face(weight);
        let em = f64::from(face.shaper.units_per_em());
        let used = self.used.entry(weight).or_default();
        let mut codes = Vec::new();
        for glyph in self.faces.glyphs(weight, text) {
            let natural = face.shaper.glyph_hor_advance(GlyphId(glyph.id)).unwrap_or_default();
            let tighter = f64::from(i32::from(natural) - glyph.advance) * 1000.0 / em;
            codes.push(Codepoint::with_cid(used.remap(glyph.id), tighter as f32, glyph.text));
        }
        if codes.is_empty() {
            return;
        }
        let font = PdfFontHandle::External(FontId(weight.name().to_owned()));
        self.draw([
            Op::StartTextSection,
            Op::SetFillColor { col: colour.color() },
            Op::SetFont { font, size: Pt(size as f32) },
            Op::SetTextMatrix { matrix: TextMatrix::Translate(points(left), points(at.1)) },
            Op::ShowText { items: vec![TextItem::GlyphIds(codes)] },
            Op::EndTextSection,
        ]);
    }

    /// Draws with another origin: turned by 180 degrees or not, and then moved so that the old origin comes to `to`.
    pub fn placed(&mut self, to: (f64, f64), turned: bool, draw: impl FnOnce(&mut Self)) {
        let sign = if turned { -1.0 } else { 1.0 };
        let matrix = CurTransMat::Raw([sign, 0.0, 0.0, sign, points(to.0).0, points(to.1).0]);
        self.draw([Op::SaveGraphicsState, Op::SetTransformationMatrix { matrix }]);
        draw(self);
        self.draw([Op::RestoreGraphicsState]);
    }
}
