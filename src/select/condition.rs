//! Conditions on columns: `sgb2_quote > 10 and not state = "Hessen"`.

use rust_decimal::Decimal;

use crate::diag::{Problem, shown};
use crate::german::match_key;
use crate::model::identity::{self, IdentityColumn};
use crate::model::{Data, Kommune};

/// A condition on a Kommune.
#[derive(Debug, PartialEq, Eq)]
pub enum Condition {
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// At least one holds.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// An indicator (by position) against a number; an unknown value meets no comparison.
    Number(usize, Comparison, Decimal),
    /// An identity column against a text; `=` and `!=` only.
    Text(&'static IdentityColumn, bool, String),
    /// A year column against a year; an unknown year meets no comparison.
    Year(&'static IdentityColumn, Comparison, Decimal),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=` or `==`.
    Equal,
    /// `!=`.
    Unequal,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    More,
    /// `>=`.
    AtLeast,
}

/// Deepest nesting of `not` and parentheses.
const DEEPEST: usize = 64;

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// What is not a condition, with the place in it and what was expected; an unknown column with the
    /// nearest known one.
    pub fn parse(text: &str, data: &Data) -> Result<Self, Box<Problem>> {
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens, at: 0, depth: 0, data, text };
        let condition = parser.any()?;
        match parser.tokens.get(parser.at) {
            None => Ok(condition),
            Some(token) => Err(parser.wrong(token.start, "`and`, `or` or the end was expected")),
        }
    }

    /// Whether a Kommune meets the condition.
    pub fn meets(&self, kommune: &Kommune) -> bool {
        match self {
            Self::And(a, b) => a.meets(kommune) && b.meets(kommune),
            Self::Or(a, b) => a.meets(kommune) || b.meets(kommune),
            Self::Not(inner) => !inner.meets(kommune),
            Self::Number(at, comparison, number) => {
                kommune.values[*at].value.is_some_and(|value| comparison.holds(value, *number))
            }
            Self::Text(column, equal, text) => (match_key(&column.written(kommune)) == match_key(text)) == *equal,
            Self::Year(column, comparison, number) => {
                column.year(kommune).is_some_and(|value| comparison.holds(Decimal::from(value), *number))
            }
        }
    }
}

impl Comparison {
    fn holds(self, a: Decimal, b: Decimal) -> bool {
        match self {
            Self::Equal => a == b,
            Self::Unequal => a != b,
            Self::Less => a < b,
            Self::AtMost => a <= b,
            Self::More => a > b,
            Self::AtLeast => a >= b,
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Lexeme {
    Word(String),
    Quoted(String),
    Sign(&'static str),
}

#[derive(Debug)]
struct Token {
    lexeme: Lexeme,
    start: usize,
}

fn tokens(text: &str) -> Result<Vec<Token>, Box<Problem>> {
    const SIGNS: [&str; 10] = ["==", "!=", "<=", ">=", "=", "<", ">", "(", ")", ","];
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let lexeme = if c == '"' || c == '\'' {
            let inner = &text[at + 1..];
            let Some(end) = inner.find(c) else {
                return Err(Box::new(wrong(text, start, "the quote is never closed")));
            };
            at += end + 2;
            Lexeme::Quoted(inner[..end].to_owned())
        } else if let Some(sign) = SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) {
            at += sign.len();
            Lexeme::Sign(sign)
        } else {
            let rest = &text[at..];
            let ends = |c: char| c.is_whitespace() || "=<>!()'\",".contains(c);
            let end = rest.find(ends).unwrap_or(rest.len());
            if end == 0 {
                return Err(Box::new(wrong(text, start, "this sign means nothing here")));
            }
            at += end;
            Lexeme::Word(rest[..end].to_owned())
        };
        tokens.push(Token { lexeme, start });
    }
    Ok(tokens)
}

fn wrong(text: &str, at: usize, what: &str) -> Problem {
    let column = text[..at.min(text.len())].chars().count() + 1;
    Problem::usage("KB301", format!("--where `{}`, character {column}: {what}", shown(text)))
        .hint("for example: --where 'sgb2_quote > 10 and state = \"Hessen\"'")
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    data: &'a Data,
    text: &'a str,
}

impl Parser<'_> {
    fn wrong(&self, at: usize, what: &str) -> Box<Problem> {
        Box::new(wrong(self.text, at, what))
    }

    fn here(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |t| t.start)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token { lexeme: Lexeme::Word(w), .. }) if w.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token { lexeme: Lexeme::Sign(s), .. }) if *s == sign);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Condition, Box<Problem>> {
        let mut left = self.all()?;
        while self.take_word("or") {
            left = Condition::Or(Box::new(left), Box::new(self.all()?));
        }
        Ok(left)
    }

    fn all(&mut self) -> Result<Condition, Box<Problem>> {
        let mut left = self.one()?;
        while self.take_word("and") {
            left = Condition::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Result<Condition, Box<Problem>> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong(self.here(), "the condition is nested too deeply"));
        }
        let condition = if self.take_word("not") {
            Condition::Not(Box::new(self.one()?))
        } else if self.take_sign("(") {
            let inner = self.any()?;
            if !self.take_sign(")") {
                return Err(self.wrong(self.here(), "`)` was expected"));
            }
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn comparison(&mut self) -> Result<Condition, Box<Problem>> {
        let start = self.here();
        let Some(Token { lexeme: Lexeme::Word(column), .. }) = self.tokens.get(self.at) else {
            return Err(self.wrong(start, "the name of a column was expected"));
        };
        let column = column.clone();
        self.at += 1;
        let sign_at = self.here();
        let comparison = [
            ("==", Comparison::Equal),
            ("=", Comparison::Equal),
            ("!=", Comparison::Unequal),
            ("<=", Comparison::AtMost),
            ("<", Comparison::Less),
            (">=", Comparison::AtLeast),
            (">", Comparison::More),
        ]
        .into_iter()
        .find(|(sign, _)| self.take_sign(sign))
        .map(|(_, comparison)| comparison);
        let Some(comparison) = comparison else {
            return Err(self.wrong(sign_at, "one of = != < <= > >= was expected"));
        };
        let value_at = self.here();
        let value = match self.tokens.get(self.at).map(|t| &t.lexeme) {
            Some(Lexeme::Word(text) | Lexeme::Quoted(text)) => text.clone(),
            _ => return Err(self.wrong(value_at, "a number or a text was expected")),
        };
        self.at += 1;
        let number = value.parse::<Decimal>();
        if let Some(at) = self.data.indicator(&column) {
            let number = number.map_err(|_| self.wrong(value_at, "a number with a decimal point was expected"))?;
            return Ok(Condition::Number(at, comparison, number));
        }
        match identity::column(&column) {
            Some(column) if column.is_year() => {
                let number = number.map_err(|_| self.wrong(value_at, "a year was expected"))?;
                return Ok(Condition::Year(column, comparison, number));
            }
            Some(column) => {
                return match comparison {
                    Comparison::Equal => Ok(Condition::Text(column, true, value)),
                    Comparison::Unequal => Ok(Condition::Text(column, false, value)),
                    _ => Err(self.wrong(sign_at, "a text can only be compared with = and !=")),
                };
            }
            None => {}
        }
        let known = identity::keys().chain(self.data.indicators.iter().map(|i| i.key.as_str()));
        Err(Box::new(
            wrong(self.text, start, &format!("there is no column `{}`", shown(&column))).did_you_mean(&column, known),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assets::Assets;
    use crate::load::load;

    fn data() -> Data {
        load(&Assets::embedded(), "2017").expect("the edition").data
    }

    fn labels(condition: &str) -> Vec<String> {
        let data = data();
        let parsed = Condition::parse(condition, &data).expect(condition);
        data.kommunen.iter().filter(|k| parsed.meets(k)).map(|k| k.label.value.clone()).collect()
    }

    #[test]
    fn conditions_select() {
        assert_eq!(labels("sgb2_quote > 15"), ["Stadt Offenbach", "Stadt Essen"]);
        assert_eq!(labels("state = hessen and type = 'kreisfreie_stadt'").len(), 2);
        assert_eq!(labels("office = Landraetin"), ["Landkreis Marburg-Biedenkopf", "Landkreis Greiz"]);
        assert_eq!(labels("not (sgb2_quote <= 15 or population < 200000)"), ["Stadt Essen"]);
        assert_eq!(labels("elected_until == 2025").len(), 2);
    }

    #[test]
    fn what_is_no_condition_is_explained() {
        let data = data();
        for (condition, part) in [
            ("sgb2_quot > 10", "did you mean `sgb2_quote`?"),
            ("sgb2_quote > 10,5", "character 16"),
            ("sgb2_quote 10", "character 12: one of = !="),
            ("sgb2_quote > viel", "a number with a decimal point"),
            ("state > Hessen", "only be compared with = and !="),
            ("(ags = 1", "`)` was expected"),
            ("name = 'x", "never closed"),
            ("", "the name of a column"),
        ] {
            let problem = Condition::parse(condition, &data).expect_err(condition);
            assert!(problem.to_string().contains(part), "{condition}: {problem}");
        }
        let deep = format!("{}ags = 1", "not ".repeat(10_000));
        assert!(Condition::parse(&deep, &data).is_err());
    }
}
