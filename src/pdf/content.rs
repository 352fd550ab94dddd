//! Runs over the content of a page: what is written, where.

use std::collections::HashMap;
use std::rc::Rc;
use std::{borrow::Cow, cell::OnceCell, cell::RefCell};

use crate::trace::numbers;

use super::file::File;
use super::font::{Font, UNKNOWN};
use super::lex::{Dict, Lexer, Stream, Value, is_blank, number};
use super::read::{Found, PageText, rectangle};

/// How deep forms may stand in each other.
const DEEPEST: usize = 24;

/// How many graphics states may be saved.
const SAVED: usize = 4096;

/// How many operands an operator may have, the parts of a list counted.
const OPERANDS: usize = 1 << 20;

/// A gap this wide ends a run, in parts of the size of the type.
const GAP: f64 = 0.2;

/// So does a step this far off the baseline.
const STEP: f64 = 0.05;

/// [a b c d e f]: a point (x, y) becomes (ax + cy + e, bx + dy + f).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix(pub [f64; 6]);

impl Matrix {
    /// Changes nothing.
    pub const ONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    fn of(values: &[f64]) -> Option<Self> {
        values.try_into().ok().map(Self)
    }

    fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// First this one, then `then`.
    fn then(self, then: Self) -> Self {
        let ([a, b, c, d, e, f], [p, q, r, s, t, u]) = (self.0, then.0);
        Self([a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u])
    }

    fn apply(self, (x, y): (f64, f64)) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

/// The resources of a page or a form.
#[derive(Default)]
pub struct Resources<'a> {
    pub dict: Dict<'a>,
    fonts: OnceCell<Dict<'a>>,
    forms: OnceCell<Dict<'a>>,
    properties: OnceCell<Dict<'a>>,
}

impl<'a> Resources<'a> {
    /// The resources of a dictionary.
    pub fn new(dict: Dict<'a>) -> Self {
        Self { dict, ..Self::default() }
    }

    /// An entry of one of the dictionaries in it.
    fn entry<'r>(
        &'r self,
        file: &File<'a>,
        kind: &str,
        known: &'r OnceCell<Dict<'a>>,
        name: &[u8],
    ) -> Result<Option<&'r Value<'a>>, String> {
        if known.get().is_none() {
            let dict = file.dict(&self.dict, kind)?;
            file.charge(dict.0.len() * size_of::<Value<'_>>())?;
            known.get_or_init(|| dict);
        }
        let dict = known.get();
        file.charge(dict.map_or(0, |dict| dict.0.len()))?;
        Ok(dict.and_then(|dict| dict.bytes(name)))
    }
}

/// The fonts of a file, read once.
#[derive(Default)]
pub struct Fonts(RefCell<HashMap<u32, Rc<Font>>>);

impl Fonts {
    fn get<'a>(&self, file: &File<'a>, font: &Value<'a>) -> Result<Option<Rc<Font>>, String> {
        let reference = if let Value::Reference(number) = font { Some(*number) } else { None };
        if let Some(known) = reference.and_then(|number| self.0.borrow().get(&number).cloned()) {
            return Ok(Some(known));
        }
        let font = file.resolved(font)?;
        let Some(dict) = font.dict() else { return Ok(None) };
        let font = Rc::new(Font::read(file, dict)?);
        if let Some(number) = reference {
            self.0.borrow_mut().insert(number, Rc::clone(&font));
        }
        Ok(Some(font))
    }
}

/// What an operator is given.
#[derive(Debug)]
enum Operand<'c> {
    Number(f64),
    Name(Cow<'c, [u8]>),
    /// A string, as a range of the scratch.
    Text(usize, usize),
    Open,
    Close,
    Dict(Dict<'c>),
    Other,
}

/// The state that `q` saves.
#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    /// Between glyphs.
    spacing: f64,
    /// More of it for blanks.
    word_spacing: f64,
    /// Stretched by.
    stretch: f64,
    leading: f64,
    rise: f64,
}

impl State {
    fn new(ctm: Matrix) -> Self {
        let (size, spacing, word_spacing, stretch, leading, rise) = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        Self { ctm, font: None, size, spacing, word_spacing, stretch, leading, rise }
    }
}

/// A piece of text set in one go.
#[derive(Default)]
struct Run {
    text: String,
    /// Where each glyph begins: in the text, and on the page.
    glyphs: Vec<(usize, (f64, f64))>,
    /// Where it ended, on the page.
    end: (f64, f64),
}

/// Marked content that is open.
struct Marked {
    /// What it says it says.
    spoken: Option<String>,
    /// The glyphs in it.
    shown: String,
    /// Where the run was when it began.
    from: usize,
}

/// A page while its content is run over.
pub struct Page<'a, 'f> {
    file: &'f File<'a>,
    fonts: &'f Fonts,
    /// From the lower left corner of the sheet.
    origin: (f64, f64),
    pub found: PageText,
    run: Run,
    marked: Vec<Marked>,
    /// How many of them say what they say.
    spoken: usize,
}

impl<'a, 'f> Page<'a, 'f> {
    /// A page nothing was found on yet.
    pub fn new(file: &'f File<'a>, fonts: &'f Fonts, origin: (f64, f64)) -> Self {
        let (run, found) = (Run::default(), PageText::default());
        Self { file, fonts, origin, found, run, marked: Vec::new(), spoken: 0 }
    }

    /// Runs over the content of the page.
    pub fn content(&mut self, content: &[u8], resources: &Rc<Resources<'a>>) -> Result<(), String> {
        self.operators(content, resources, State::new(Matrix::ONE), 0)?;
        self.flush()
    }

    /// Runs over the form a note on the page is painted with: its box is fitted into the note's place.
    pub fn annotation(
        &mut self,
        annotation: &Dict<'a>,
        [left, lower, right, upper]: [f64; 4],
        resources: &Rc<Resources<'a>>,
    ) -> Result<(), String> {
        let looks = self.file.dict(annotation, "AP")?;
        let mut look = self.file.entry(&looks, "N")?;
        if let Value::Dict(states) = &*look {
            let state = annotation.get("AS").and_then(Value::name).and_then(|state| states.bytes(state));
            look = Cow::Owned(state.map_or(Ok(Value::Null), |state| self.file.resolved(state).map(Cow::into_owned))?);
        }
        let Value::Stream(form) = &*look else { return Ok(()) };
        let Some([a, b, c, d]) = rectangle(self.file, &form.dict, "BBox")? else { return Ok(()) };
        let matrix = self.matrix(form)?;
        let corners = [(a, b), (c, b), (c, d), (a, d)].map(|corner| matrix.apply(corner));
        let bound = |of: fn(f64, f64) -> f64, start: f64| {
            corners.iter().fold((start, start), |(x, y), corner| (of(x, corner.0), of(y, corner.1)))
        };
        let (least, most) = (bound(f64::min, f64::INFINITY), bound(f64::max, f64::NEG_INFINITY));
        let scale = |from: f64, to: f64| if from > 0.0 { to / from } else { 1.0 };
        let (x, y) = (scale(most.0 - least.0, right - left), scale(most.1 - least.1, upper - lower));
        let fit = Matrix([x, 0.0, 0.0, y, left - least.0 * x, lower - least.1 * y]);
        self.paint(form, State::new(fit), resources, 1)?;
        self.flush()
    }

    fn matrix(&self, form: &Stream<'a>) -> Result<Matrix, String> {
        let matrix = self.file.entry(&form.dict, "Matrix")?;
        let matrix: Option<Vec<f64>> = matrix.array().and_then(|matrix| matrix.iter().map(Value::number).collect());
        Ok(matrix.as_deref().and_then(Matrix::of).unwrap_or(Matrix::ONE))
    }

    fn operators(
        &mut self,
        content: &[u8],
        resources: &Rc<Resources<'a>>,
        state: State,
        depth: usize,
    ) -> Result<(), String> {
        self.file.charge(content.len() + 64)?;
        let mut painter = Painter {
            state,
            saved: Vec::new(),
            tm: Matrix::ONE,
            line: Matrix::ONE,
            depth,
            operands: Vec::new(),
            scratch: Vec::new(),
        };
        let marked = self.marked.len();
        let mut lexer = Lexer::new(content, 0, 0);
        loop {
            lexer.blanks();
            let Some(byte) = lexer.peek() else { break };
            if painter.operands.len() > OPERANDS {
                return Err(lexer.broken("an operator is given too much"));
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
                    // Most say nothing of what is written.
                    lexer.left = OPERANDS;
                    let Value::Dict(dict) = lexer.value()? else { return Err(lexer.broken("a dictionary is damaged")) };
                    Operand::Dict(dict)
                }
                b'[' | b']' | b'{' | b'}' => {
                    lexer.at += 1;
                    if matches!(byte, b'[' | b'{') { Operand::Open } else { Operand::Close }
                }
                b')' | b'>' => return Err(lexer.broken("what stands there cannot be understood")),
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
        while self.marked.len() > marked {
            self.unmark()?;
        }
        Ok(())
    }

    fn operator(
        &mut self,
        word: &[u8],
        painter: &mut Painter<'_>,
        resources: &Rc<Resources<'a>>,
    ) -> Result<(), String> {
        match word {
            b"q" if painter.saved.len() < SAVED => painter.saved.push(painter.state.clone()),
            b"q" => return Err("too many states are saved".to_owned()),
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
                self.flush()?;
                (painter.tm, painter.line) = (Matrix::ONE, Matrix::ONE);
            }
            b"ET" => self.flush()?,
            b"Tf" => {
                if let [Operand::Name(name), Operand::Number(size)] = painter.operands.as_slice() {
                    let font = resources.entry(self.file, "Font", &resources.fonts, name)?;
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
            b"EMC" => self.unmark()?,
            b"Do" => {
                if let [Operand::Name(name)] = painter.operands.as_slice() {
                    self.form(name, painter, resources)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A dictionary of states may set a font too.
    fn state_of(&self, painter: &mut Painter<'_>, resources: &Rc<Resources<'a>>) -> Result<(), String> {
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

    fn mark(&mut self, operands: &[Operand<'_>], resources: &Rc<Resources<'a>>) -> Result<(), String> {
        let spoken = match operands {
            [_, Operand::Dict(dict)] => dict.get("ActualText").and_then(text_string),
            [_, Operand::Name(name)] => {
                let properties = resources.entry(self.file, "Properties", &resources.properties, name)?;
                let properties = properties.map(|properties| self.file.resolved(properties)).transpose()?;
                let dict = properties.as_deref().and_then(Value::dict);
                let spoken = dict.map(|dict| self.file.entry(dict, "ActualText")).transpose()?;
                spoken.as_deref().and_then(text_string)
            }
            _ => None,
        };
        if self.marked.len() >= SAVED {
            return Err("too much content is marked".to_owned());
        }
        self.spoken += usize::from(spoken.is_some());
        self.marked.push(Marked { spoken, shown: String::new(), from: self.run.text.len() });
        Ok(())
    }

    /// What marked content says it says counts for nothing: on paper stand the glyphs. Where it names the
    /// same sign more exactly (a blank's kind, a raised digit) the more exact name is taken.
    fn unmark(&mut self) -> Result<(), String> {
        let Some(Marked { spoken, shown, from }) = self.marked.pop() else { return Ok(()) };
        let Some(spoken) = spoken else { return Ok(()) };
        self.spoken -= 1;
        if let Some(outer) = self.marked.iter_mut().rev().find(|outer| outer.spoken.is_some()) {
            outer.shown.push_str(&shown);
        }
        self.file.charge(shown.len() + spoken.len())?;
        if self.run.text.get(from..) == Some(&shown) && shown.chars().map(plain).eq(spoken.chars().map(plain)) {
            // One glyph says one of these; the places of more would no longer fit.
            if self.run.glyphs.last().is_some_and(|(start, _)| *start == from) {
                self.run.text.truncate(from);
                self.run.text.push_str(&spoken);
            }
            return Ok(());
        }
        let digits = |text: &str| text.chars().map(plain).filter(char::is_ascii_digit).collect::<String>();
        if digits(&shown) != digits(&spoken) {
            self.found.disguised.push(format!("`{shown}` is read out as `{spoken}`"));
        }
        Ok(())
    }

    fn form(&mut self, name: &[u8], painter: &Painter<'_>, resources: &Rc<Resources<'a>>) -> Result<(), String> {
        let form = resources.entry(self.file, "XObject", &resources.forms, name)?;
        let form = form.map(|form| self.file.resolved(form)).transpose()?;
        let Some(Value::Stream(form)) = form.as_deref() else {
            return Err(format!("{} is painted and not there", String::from_utf8_lossy(name)));
        };
        if form.dict.is("Subtype", "Form") {
            self.paint(form, painter.state.clone(), resources, painter.depth + 1)?;
        }
        Ok(())
    }

    fn paint(
        &mut self,
        form: &Stream<'a>,
        mut state: State,
        resources: &Rc<Resources<'a>>,
        depth: usize,
    ) -> Result<(), String> {
        if depth > DEEPEST {
            return Err("forms stand too deep in each other".to_owned());
        }
        state.ctm = self.matrix(form)?.then(state.ctm);
        let own = form.dict.get("Resources").is_some();
        let own = if own { Some(Rc::new(Resources::new(self.file.dict(&form.dict, "Resources")?))) } else { None };
        let content = self.file.unpack(form)?;
        self.operators(&content, own.as_ref().unwrap_or(resources), state, depth)
    }

    /// Shows the strings among the operands.
    fn show(&mut self, painter: &mut Painter<'_>) -> Result<(), String> {
        let Painter { state, tm, operands, scratch, .. } = painter;
        let Some(font) = &state.font else { return Err("text is set in a font that is not there".to_owned()) };
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
                        self.glyph(text, start, em)?;
                        self.run.end = to_page.apply((width, state.rise));
                        let mut spacing = state.spacing;
                        if code == b" " {
                            spacing += state.word_spacing;
                        }
                        *tm = Matrix::shift(width + spacing * state.stretch, 0.0).then(*tm);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn glyph(&mut self, text: &str, start: (f64, f64), em: (f64, f64)) -> Result<(), String> {
        self.file.charge(text.len() + size_of::<(usize, (f64, f64))>())?;
        if !self.run.text.is_empty() {
            let (x, y) = (start.0 - self.run.end.0, start.1 - self.run.end.1);
            let square = em.0 * em.0 + em.1 * em.1;
            let along = (x * em.0 + y * em.1) / square;
            let off = (x * em.1 - y * em.0) / square;
            // A blank as wide as it likes stands between words of one run.
            let blank = text.starts_with(char::is_whitespace) || self.run.text.ends_with(char::is_whitespace);
            let near = along.abs() <= GAP || (blank && along > 0.0);
            if !(near && off.abs() <= STEP) {
                self.flush()?;
            }
        }
        self.run.glyphs.push((self.run.text.len(), start));
        self.run.text.push_str(text);
        if self.spoken > 0
            && let Some(marked) = self.marked.iter_mut().rev().find(|marked| marked.spoken.is_some())
        {
            marked.shown.push_str(text);
        }
        Ok(())
    }

    /// Ends a run.
    fn flush(&mut self) -> Result<(), String> {
        let Run { text, glyphs, .. } = &mut self.run;
        if text.is_empty() {
            return Ok(());
        }
        for range in numbers(text) {
            // The glyph that begins there, or the one that holds it.
            let at = glyphs.partition_point(|(start, _)| *start <= range.start);
            let Some((_, (x, y))) = at.checked_sub(1).and_then(|at| glyphs.get(at)) else { continue };
            self.file.charge(size_of::<Found>() + range.len())?;
            self.found.numbers.push(Found {
                x: hundredths(x - self.origin.0),
                y: hundredths(y - self.origin.1),
                text: text[range].to_owned(),
            });
        }
        self.file.charge(text.len())?;
        if !self.found.text.is_empty() {
            self.found.text.push('\n');
        }
        self.found.text.push_str(text);
        text.clear();
        glyphs.clear();
        for marked in &mut self.marked {
            marked.from = usize::MAX;
        }
        Ok(())
    }
}

/// What operators work on.
struct Painter<'c> {
    state: State,
    saved: Vec<State>,
    tm: Matrix,
    line: Matrix,
    depth: usize,
    operands: Vec<Operand<'c>>,
    /// The strings among the operands.
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

/// Skips an image that stands in the content, from behind its `BI`: its data ends with `EI` between blanks.
pub fn inline_image(lexer: &mut Lexer<'_>) -> Result<(), String> {
    let rest = lexer.rest();
    let ends = |at: &usize| {
        let blank = |at: Option<usize>| at.and_then(|at| rest.get(at)).is_none_or(|byte| is_blank(*byte));
        rest[*at..].starts_with(b"EI") && blank(at.checked_sub(1)) && blank(at.checked_add(2))
    };
    let end = (1..rest.len()).find(ends).ok_or_else(|| lexer.broken("an image has no end"))?;
    lexer.at += end + 2;
    Ok(())
}

/// What a reader of text sees in a sign: blanks are alike, a raised digit is a digit.
fn plain(c: char) -> char {
    match c {
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴'..='⁹' => digit(c, '⁴', 4),
        '₀'..='₉' => digit(c, '₀', 0),
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn digit(c: char, first: char, value: u32) -> char {
    char::from_digit(u32::from(c) - u32::from(first) + value, 10).unwrap_or(c)
}

/// A text string: UTF-16 or UTF-8 when it says so, else nearly Latin-1.
pub fn text_string(value: &Value<'_>) -> Option<String> {
    let Value::Text(bytes) = value else { return None };
    let units = |bytes: &[u8], of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| of([unit[0], unit[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    Some(match &**bytes {
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => bytes
            .iter()
            .map(|byte| match byte {
                b'\t' | b'\n' | b'\r' | b' '..=b'~' | 0xa1.. => char::from(*byte).to_string(),
                0xa0 => "€".to_owned(),
                _ => UNKNOWN.to_owned(),
            })
            .collect(),
    })
}

/// A length in hundredths of a point.
pub fn hundredths(points: f64) -> i64 {
    // Beyond any page, yet small enough that places can be subtracted and multiplied without care.
    (points * 100.0).round().clamp(-1e9, 1e9) as i64
}
