//! Colours of the network's own: read, judged for contrast, worked out for both themes.
//!
//! Lightness and contrast are those of WCAG 2.2: relative luminance of sRGB, ratio from 1 to 21.

use std::{fmt, str::FromStr};

/// Text keeps at least this ratio to its ground.
pub const CONTRAST_MIN: f64 = 4.5;

/// An sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

const WHITE: Colour = Colour::new(0xff, 0xff, 0xff);
/// Grounds that accent-coloured text stands on, as in the stylesheet's tokens.
const LIGHT_GROUNDS: [(&str, Colour); 2] = [("white", WHITE), ("the page", Colour::new(0xf6, 0xf7, 0xf5))];
const DARK_GROUNDS: [(&str, Colour); 3] = [
    ("the page", Colour::new(0x0e, 0x13, 0x11)),
    ("cards", Colour::new(0x15, 0x1b, 0x19)),
    ("raised surfaces", Colour::new(0x1b, 0x23, 0x21)),
];
/// Text on buttons of the accent colour: one of the two.
const DARK_INK: Colour = Colour::new(0x06, 0x12, 0x0f);

impl Colour {
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Relative luminance, 0 (black) to 1 (white).
    #[must_use]
    pub fn luminance(self) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// Contrast ratio, 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// `percent` of this colour over another.
    #[must_use]
    pub fn over(self, ground: Self, percent: u16) -> Self {
        let mix = |a: u8, b: u8| {
            let sum = u16::from(a) * percent + u16::from(b) * (100 - percent.min(100));
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Self::new(mix(self.red, ground.red), mix(self.green, ground.green), mix(self.blue, ground.blue))
    }

    /// The worst ratio among grounds, and the ground's name.
    fn worst(self, grounds: &[(&'static str, Self)]) -> (f64, &'static str) {
        grounds
            .iter()
            .map(|(name, ground)| (self.contrast(*ground), *name))
            .fold((f64::INFINITY, ""), |worst, one| if one.0 < worst.0 { one } else { worst })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl FromStr for Colour {
    type Err = String;

    /// `#0b6b5d` or `0b6b5d`; the short form `#086` as well.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "Write the colour as # and six hexadecimal digits, such as #0b6b5d.".to_owned();
        let text = text.trim();
        let digits = text.strip_prefix('#').unwrap_or(text);
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
        let [_, red, green, blue] = number.to_be_bytes();
        match digits.len() {
            6 => Ok(Self::new(red, green, blue)),
            3 => {
                let wide = |n: u32| u8::try_from((n & 0xf) * 0x11).unwrap_or_default();
                Ok(Self::new(wide(number >> 8), wide(number >> 4), wide(number)))
            }
            _ => Err(wrong()),
        }
    }
}

/// The accent in one theme: itself, text on it, and its pale ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shade {
    pub accent: Colour,
    pub ink: Colour,
    pub soft: Colour,
}

/// The accent in both themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    pub light: Shade,
    pub dark: Shade,
}

fn shade(accent: Colour, ground: Colour, percent: u16) -> Shade {
    let ink = if accent.contrast(WHITE) >= accent.contrast(DARK_INK) { WHITE } else { DARK_INK };
    Shade { accent, ink, soft: accent.over(ground, percent) }
}

/// What is wrong with a shade, as a sentence with the figure and the way out.
fn judged(shade: Shade, grounds: &[(&'static str, Colour)], fix: &str) -> Result<Shade, String> {
    let mut all = grounds.to_vec();
    all.push(("its own pale ground", shade.soft));
    let (ratio, ground) = shade.accent.worst(&all);
    if ratio < CONTRAST_MIN {
        let shown = (ratio * 100.0).floor() / 100.0;
        return Err(format!(
            "{} has a contrast of {shown:.2} : 1 to {ground}; text needs 4.5 : 1. {fix}",
            shade.accent
        ));
    }
    Ok(shade)
}

/// The shade for light pages.
///
/// # Errors
/// A sentence for the form.
pub fn light(accent: Colour) -> Result<Shade, String> {
    judged(shade(accent, WHITE, 11), &LIGHT_GROUNDS, "Choose a darker colour.")
}

/// The shade for dark pages.
///
/// # Errors
/// A sentence for the form.
pub fn dark(accent: Colour) -> Result<Shade, String> {
    let fix = "Choose a lighter colour, or leave the field empty to have one worked out.";
    judged(shade(accent, DARK_GROUNDS[1].1, 18), &DARK_GROUNDS, fix)
}

/// The colour lightened in small steps until it can be read on dark pages.
#[must_use]
pub fn lightened(accent: Colour) -> Shade {
    (0..=100)
        .step_by(4)
        .find_map(|percent| dark(WHITE.over(accent, percent)).ok())
        .unwrap_or_else(|| shade(WHITE, DARK_GROUNDS[1].1, 18))
}

impl Palette {
    /// The stylesheet that puts the accent in place of the platform's own.
    #[must_use]
    pub fn css(self) -> String {
        let vars =
            |s: Shade| format!("--accent:{};--accent-ink:{};--accent-soft:{}", s.accent, s.ink, s.soft);
        let (light, dark) = (vars(self.light), vars(self.dark));
        format!(
            ":root{{{light}}}\n[data-theme=\"dark\"]{{{dark}}}\n\
             @media (prefers-color-scheme: dark){{:root:not([data-theme=\"light\"]){{{dark}}}}}\n"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!("#0B6b5d".parse::<Colour>().map(|c| c.to_string()).as_deref(), Ok("#0b6b5d"));
        assert_eq!(" 086 ".parse::<Colour>().map(|c| c.to_string()).as_deref(), Ok("#008866"));
        for bad in ["", "#", "green", "#12345", "#1234567", "#+12345", "#ffffff;}body{display:none"] {
            assert!(bad.parse::<Colour>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let black = Colour::new(0, 0, 0);
        assert!((black.contrast(WHITE) - 21.0).abs() < 0.001);
        let grey: Colour = "#767676".parse().unwrap();
        assert!((grey.contrast(WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_the_figure() {
        let yellow: Colour = "#ffd400".parse().unwrap();
        let why = light(yellow).unwrap_err();
        assert!(why.contains("#ffd400") && why.contains("4.5 : 1") && why.contains("darker"), "{why}");
        assert!(dark(yellow).is_ok());
        let navy: Colour = "#12226b".parse().unwrap();
        assert!(light(navy).is_ok() && dark(navy).unwrap_err().contains("lighter"));
    }

    #[test]
    fn a_dark_shade_is_always_found_and_passes() {
        for text in ["#000000", "#0b6b5d", "#12226b", "#7a0000", "#767600", "#ff00ff"] {
            let shade = lightened(text.parse().unwrap());
            assert!(dark(shade.accent).is_ok(), "{text} → {}", shade.accent);
            assert!(shade.accent.contrast(shade.ink) >= CONTRAST_MIN, "{text}");
        }
    }

    #[test]
    fn the_stylesheet_has_both_themes() {
        let accent: Colour = "#5b2be0".parse().unwrap();
        let css = Palette { light: light(accent).unwrap(), dark: lightened(accent) }.css();
        assert!(css.starts_with(":root{--accent:#5b2be0;--accent-ink:#ffffff;--accent-soft:#"), "{css}");
        assert!(css.contains("[data-theme=\"dark\"]{") && css.contains("prefers-color-scheme: dark"));
    }
}
