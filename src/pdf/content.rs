//! Interprets the content of a page: which text is shown where.

use std::borrow::Cow;
use std::rc::Rc;

use super::damage::{Damage, DamageKind};
use super::file::PdfFile;
use super::font::Font;
use super::lex::{Lexer, is_blank, number};
use super::matrix::Matrix;
use super::resources::{FontCache, Resources};
use super::text_runs::TextCollector;
use super::value::{Dict, PdfValue, Stream};

/// How deep forms may be nested.
const DEEPEST: usize = 24;

/// The most graphics states that may be saved.
const SAVED: usize = 4096;

/// The most operands an operator may have, the items of arrays counted.
const OPERANDS: usize = 1 << 20;

/// An operand of an operator.
#[derive(Debug)]
enum Operand<'c> {
    Number(f64),
    Name(Cow<'c, [u8]>),
    /// A string: a range of the scratch buffer.
    Text(usize, usize),
    Open,
    Close,
    Dict(Dict<'c>),
    Other,
}

/// The part of the graphics state that text depends on; `q` saves it.
#[derive(Clone)]
struct GraphicsState {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    /// Space after each glyph.
    spacing: f64,
    /// More space after each blank.
    word_spacing: f64,
    /// Horizontal scaling; 1 is none.
    stretch: f64,
    leading: f64,
    rise: f64,
}

impl GraphicsState {
    fn new(ctm: Matrix) -> Self {
        let (size, spacing, word_spacing, stretch, leading, rise) = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        Self { ctm, font: None, size, spacing, word_spacing, stretch, leading, rise }
    }
}

/// Interprets the content of one page.
pub struct Interpreter<'a, 'f> {
    file: &'f PdfFile<'a>,
    fonts: &'f FontCache,
    /// The text found so far.
    pub text: TextCollector<'a, 'f>,
}

impl<'a, 'f> Interpreter<'a, 'f> {
    /// For a page whose sheet has its lower left corner at `origin`.
    pub fn new(file: &'f PdfFile<'a>, fonts: &'f FontCache, origin: (f64, f64)) -> Self {
        Self { file, fonts, text: TextCollector::new(file, origin) }
    }

    /// Interprets the content of the page.
    ///
    /// # Errors
    /// Content that is damaged or needs more than the reader allows.
    pub fn content(&mut self, content: &[u8], resources: &Rc<Resources<'a>>) -> Result<(), Damage> {
        self.operators(content, resources, GraphicsState::new(Matrix::IDENTITY), 0)?;
        self.text.flush()
    }

    /// Interprets the form that paints an annotation: its box is fitted into the rectangle of the annotation.
    ///
    /// # Errors
    /// Content that is damaged or needs more than the reader allows.
    pub fn annotation(
        &mut self,
        annotation: &Dict<'a>,
        [left, lower, right, upper]: [f64; 4],
        resources: &Rc<Resources<'a>>,
    ) -> Result<(), Damage> {
        let looks = self.file.dict(annotation, "AP")?;
        let mut look = self.file.entry(&looks, "N")?;
        if let PdfValue::Dict(states) = &*look {
            let state = annotation.get("AS").and_then(PdfValue::name).and_then(|state| states.bytes(state));
            look =
                Cow::Owned(state.map_or(Ok(PdfValue::Null), |state| self.file.resolved(state).map(Cow::into_owned))?);
        }
        let PdfValue::Stream(form) = &*look else { return Ok(()) };
        let Some(rect) = self.file.rectangle(&form.dict, "BBox")? else { return Ok(()) };
        let bounds = self.matrix(form)?.bounds(rect);
        let scale = |from: f64, to: f64| if from > 0.0 { to / from } else { 1.0 };
        let (x, y) = (scale(bounds[2] - bounds[0], right - left), scale(bounds[3] - bounds[1], upper - lower));
        let fit = Matrix([x, 0.0, 0.0, y, left - bounds[0] * x, lower - bounds[1] * y]);
        self.paint(form, GraphicsState::new(fit), resources, 1)?;
        self.text.flush()
    }

    fn matrix(&self, form: &Stream<'a>) -> Result<Matrix, Damage> {
        let matrix = self.file.entry(&form.dict, "Matrix")?;
        let matrix: Option<Vec<f64>> = matrix.array().and_then(|matrix| matrix.iter().map(PdfValue::number).collect());
        Ok(matrix.as_deref().and_then(Matrix::of).unwrap_or(Matrix::IDENTITY))
    }

    fn operators(
        &mut self,
        content: &[u8],
        resources: &Rc<Resources<'a>>,
        state: GraphicsState,
        depth: usize,
    ) -> Result<(), Damage> {
        self.file.charge(content.len() + 64)?;
        let mut painter = Painter {
            state,
            saved: Vec::new(),
            tm: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            depth,
            operands: Vec::new(),
            scratch: Vec::new(),
        };
        let marks = self.text.open_marks();
        let mut lexer = Lexer::new(content, 0, 0);
        loop {
            lexer.blanks();
            let Some(byte) = lexer.peek() else { break };
            if painter.operands.len() > OPERANDS {
                return Err(lexer.damage(DamageKind::TooLarge, "an operator is given too much"));
            }
            let operand = match byte {
                b'/' => Operand::Name(lexer.name()),
                b'(' | b'<' if !lexer.rest().starts_with(b"<<") => {
                    let start = painter.scratch.len();
                    let scratch = &mut painter.scratch;
                    if byte == b'(' {
                        lexer.literal(scratch)?
                    } else {
                        lexer.hex(scratch)?
                    }
                    Operand::Text(start, scratch.len())
                }
                b'<' => {
                    // Most of them do not concern text.
                    lexer.left = OPERANDS;
                    let PdfValue::Dict(dict) = lexer.value()? else {
                        return Err(lexer.syntax_error("a dictionary is damaged"));
                    };
                    Operand::Dict(dict)
                }
                b'[' | b']' | b'{' | b'}' => {
                    lexer.at += 1;
                    if matches!(byte, b'[' | b'{') { Operand::Open } else { Operand::Close }
                }
                b')' | b'>' => return Err(lexer.syntax_error("what stands there cannot be understood")),
                _ => {
                    let word = lexer.word();
                    match number(word) {
                        Some(number) => Operand::Number(number),
                        None if matches!(word, b"true" | b"false" | b"null") => Operand::Other,
                        None if word == b"BI" => {
                            inline_image(&mut lexer)?;
                            painter.operands.clear();
                            continue;
                        }
                        None => {
                            self.operator(word, &mut painter, resources)?;
                            painter.operands.clear();
                            painter.scratch.clear();
                            continue;
                        }
                    }
                }
            };
            painter.operands.push(operand);
        }
        while self.text.open_marks() > marks {
            self.text.unmark()?;
        }
        Ok(())
    }

    fn operator(
        &mut self,
        word: &[u8],
        painter: &mut Painter<'_>,
        resources: &Rc<Resources<'a>>,
    ) -> Result<(), Damage> {
        match word {
            b"q" if painter.saved.len() < SAVED => painter.saved.push(painter.state.clone()),
            b"q" => return Err(Damage::new(DamageKind::TooLarge, "too many states are saved")),
            b"Q" => {
                if let Some(saved) = painter.saved.pop() {
                    painter.state = saved;
                }
            }
            b"cm" => {
                if let Some(matrix) = painter.matrix() {
                    painter.state.ctm = matrix.then(painter.state.ctm);
                }
            }
            b"BT" => {
                self.text.flush()?;
                (painter.tm, painter.line) = (Matrix::IDENTITY, Matrix::IDENTITY);
            }
            b"ET" => self.text.flush()?,
            b"Tf" => {
                if let [Operand::Name(name), Operand::Number(size)] = painter.operands.as_slice() {
                    let font = resources.font(self.file, name)?;
                    painter.state.font = font.map(|font| self.fonts.get(self.file, font)).transpose()?.flatten();
                    painter.state.size = *size;
                }
            }
            b"gs" => self.state_of(painter, resources)?,
            b"Tm" => {
                if let Some(matrix) = painter.matrix() {
                    (painter.tm, painter.line) = (matrix, matrix);
                }
            }
            b"Td" | b"TD" => {
                if let [Operand::Number(x), Operand::Number(y)] = *painter.operands.as_slice() {
                    if word == b"TD" {
                        painter.state.leading = -y;
                    }
                    painter.next_line(x, y);
                }
            }
            b"T*" => painter.next_line(0.0, -painter.state.leading),
            b"Tc" | b"Tw" | b"Tz" | b"TL" | b"Ts" => {
                if let [Operand::Number(number)] = *painter.operands.as_slice() {
                    let state = &mut painter.state;
                    match word {
                        b"Tc" => state.spacing = number,
                        b"Tw" => state.word_spacing = number,
                        b"Tz" => state.stretch = number / 100.0,
                        b"TL" => state.leading = number,
                        _ => state.rise = number,
                    }
                }
            }
            b"Tj" | b"TJ" => self.show(painter)?,
            b"'" => {
                painter.next_line(0.0, -painter.state.leading);
                self.show(painter)?;
            }
            b"\"" => {
                if let [Operand::Number(word), Operand::Number(letter), ..] = *painter.operands.as_slice() {
                    (painter.state.word_spacing, painter.state.spacing) = (word, letter);
                }
                painter.operands.drain(..painter.operands.len().min(2));
                painter.next_line(0.0, -painter.state.leading);
                self.show(painter)?;
            }
            b"BMC" | b"BDC" => self.mark(&painter.operands, resources)?,
            b"EMC" => self.text.unmark()?,
            b"Do" => {
                if let [Operand::Name(name)] = painter.operands.as_slice() {
                    self.form(name, painter, resources)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// `gs`: a dictionary of states may set a font too.
    fn state_of(&self, painter: &mut Painter<'_>, resources: &Rc<Resources<'a>>) -> Result<(), Damage> {
        let [Operand::Name(name)] = painter.operands.as_slice() else { return Ok(()) };
        let states = self.file.entry(&resources.dict, "ExtGState")?;
        let Some(state) = states.dict().and_then(|states| states.bytes(name)) else { return Ok(()) };
        let state = self.file.resolved(state)?;
        let Some(state) = state.dict().filter(|state| state.get("Font").is_some()) else { return Ok(()) };
        let font = self.file.entry(state, "Font")?;
        if let Some([font, size]) = font.array() {
            painter.state.font = self.fonts.get(self.file, font)?;
            painter.state.size = size.number().unwrap_or(0.0);
        }
        Ok(())
    }

    fn mark(&mut self, operands: &[Operand<'_>], resources: &Rc<Resources<'a>>) -> Result<(), Damage> {
        let spoken = match operands {
            [_, Operand::Dict(dict)] => dict.get("ActualText").and_then(PdfValue::text_string),
            [_, Operand::Name(name)] => {
                let properties = resources.properties(self.file, name)?;
                let properties = properties.map(|properties| self.file.resolved(properties)).transpose()?;
                let dict = properties.as_deref().and_then(PdfValue::dict);
                let spoken = dict.map(|dict| self.file.entry(dict, "ActualText")).transpose()?;
                spoken.as_deref().and_then(PdfValue::text_string)
            }
            _ => None,
        };
        self.text.mark(spoken)
    }

    fn form(&mut self, name: &[u8], painter: &Painter<'_>, resources: &Rc<Resources<'a>>) -> Result<(), Damage> {
        let form = resources.form(self.file, name)?;
        let form = form.map(|form| self.file.resolved(form)).transpose()?;
        let Some(PdfValue::Stream(form)) = form.as_deref() else {
            let what = format!("{} is painted and not there", String::from_utf8_lossy(name));
            return Err(Damage::new(DamageKind::Missing, what));
        };
        if form.dict.is("Subtype", "Form") {
            self.paint(form, painter.state.clone(), resources, painter.depth + 1)?;
        }
        Ok(())
    }

    fn paint(
        &mut self,
        form: &Stream<'a>,
        mut state: GraphicsState,
        resources: &Rc<Resources<'a>>,
        depth: usize,
    ) -> Result<(), Damage> {
        if depth > DEEPEST {
            return Err(Damage::new(DamageKind::TooLarge, "forms stand too deep in each other"));
        }
        state.ctm = self.matrix(form)?.then(state.ctm);
        let own = form.dict.get("Resources").is_some();
        let own = if own { Some(Rc::new(Resources::new(self.file.dict(&form.dict, "Resources")?))) } else { None };
        let content = self.file.unpack(form)?;
        self.operators(&content, own.as_ref().unwrap_or(resources), state, depth)
    }

    /// Shows the strings among the operands.
    fn show(&mut self, painter: &mut Painter<'_>) -> Result<(), Damage> {
        let Painter { state, tm, operands, scratch, .. } = painter;
        let Some(font) = &state.font else {
            return Err(Damage::new(DamageKind::Missing, "text is set in a font that is not there"));
        };
        for operand in operands.iter() {
            match operand {
                Operand::Number(number) => {
                    *tm = Matrix::shift(-number / 1000.0 * state.size * state.stretch, 0.0).then(*tm);
                }
                Operand::Text(start, end) => {
                    let mut string = &scratch[*start..*end];
                    while let Some((code, text, width)) = font.next(string) {
                        string = &string[code.len()..];
                        let to_page = tm.then(state.ctm);
                        let start = to_page.apply((0.0, state.rise));
                        let width = width * state.size * state.stretch;
                        let em = (state.size * to_page.0[0], state.size * to_page.0[1]);
                        self.text.glyph(text, start, em)?;
                        self.text.end_at(to_page.apply((width, state.rise)));
                        let mut spacing = state.spacing;
                        if code == b" " {
                            spacing += state.word_spacing;
                        }
                        *tm = Matrix::shift(width + spacing * state.stretch, 0.0).then(*tm);
                    }
                }
                Operand::Name(_) | Operand::Open | Operand::Close | Operand::Dict(_) | Operand::Other => {}
            }
        }
        Ok(())
    }
}

/// The state of one content stream while its operators are interpreted.
struct Painter<'c> {
    state: GraphicsState,
    saved: Vec<GraphicsState>,
    tm: Matrix,
    line: Matrix,
    depth: usize,
    operands: Vec<Operand<'c>>,
    /// The bytes of the strings among the operands.
    scratch: Vec<u8>,
}

impl Painter<'_> {
    fn matrix(&self) -> Option<Matrix> {
        match *self.operands.as_slice() {
            [
                Operand::Number(a),
                Operand::Number(b),
                Operand::Number(c),
                Operand::Number(d),
                Operand::Number(e),
                Operand::Number(f),
            ] => Some(Matrix([a, b, c, d, e, f])),
            _ => None,
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::shift(x, y).then(self.line);
        self.tm = self.line;
    }
}

/// Skips an image inside the content, from behind its `BI`: its data ends with `EI` between blanks.
///
/// # Errors
/// An image without an end.
pub fn inline_image(lexer: &mut Lexer<'_>) -> Result<(), Damage> {
    let rest = lexer.rest();
    let ends = |at: &usize| {
        let blank = |at: Option<usize>| at.and_then(|at| rest.get(at)).is_none_or(|byte| is_blank(*byte));
        rest[*at..].starts_with(b"EI") && blank(at.checked_sub(1)) && blank(at.checked_add(2))
    };
    let end = (1..rest.len()).find(ends).ok_or_else(|| lexer.damage(DamageKind::Truncated, "an image has no end"))?;
    lexer.at += end + 2;
    Ok(())
}
