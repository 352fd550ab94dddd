//! Colours, and how well one can be read on another.

/// A colour as screens mix it (sRGB), eight bits a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Colour {
    /// The colour of `#1f4e79` or `#abc`; `None` for any other text.
    pub fn parsed(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let part = |at: usize| match digits.len() {
            6 => u8::from_str_radix(digits.get(2 * at..2 * at + 2)?, 16).ok(),
            3 => u8::from_str_radix(digits.get(at..=at)?, 16).ok().map(|digit| digit * 17),
            _ => None,
        };
        Some(Self { red: part(0)?, green: part(1)?, blue: part(2)? })
    }

    /// The contrast of two colours, 1 to 21 (WCAG 2.1, "contrast ratio").
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The share of white's light it gives back, 0 to 1 (WCAG 2.1, "relative luminance").
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// The same hue with this many 255ths of its light.
    #[must_use]
    pub fn darker(self, parts: u8) -> Self {
        let less = |part: u8| u8::try_from(u16::from(part) * u16::from(parts) / 255).unwrap_or(part);
        Self { red: less(self.red), green: less(self.green), blue: less(self.blue) }
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}
