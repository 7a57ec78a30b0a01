//! Destination templates: literal text and macros such as `{click_id}`, parsed once, expanded per click.
//!
//! A value is percent-encoded unless written `{_name}`; even raw values lose control characters and spaces, so
//! that nothing a visitor sends can end a header line. Macros may stand only behind the host: who chooses the
//! parameters must not choose where visitors go.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// RFC 3986 unreserved characters stay; all else is encoded.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

macro_rules! macro_names {
    ($($name:ident = $text:literal;)*) => {
        /// A value that a destination can carry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Macro { $($name),*, /// `{sub1}` … `{sub10}`, counted from 0.
            Sub(u8), /// `{date:FORMAT}` of the click in UTC, as an index into the template's formats.
            Date(u8) }

        /// Names of the macros without parameters, as people write them.
        pub const NAMES: &[&str] = &[$($text),*];

        fn named(text: &str) -> Option<Macro> {
            match text { $($text => Some(Macro::$name),)* _ => None }
        }
    };
}

macro_names! {
    ClickId = "click_id";
    CampaignId = "campaign_id";
    AffiliateId = "affiliate_id";
    LinkCode = "link_code";
    Source = "source";
    ExtClickId = "ext_click_id";
    Country = "country";
    Region = "region";
    City = "city";
    Device = "device";
    Os = "os";
    Browser = "browser";
    Language = "language";
    Ip = "ip";
    Ts = "ts";
    Random = "random";
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(Box<str>),
    Value { which: Macro, raw: bool },
}

/// A parsed destination.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
    dates: Vec<Box<str>>,
    has_query: bool,
    names_click_id: bool,
}

/// Why a text is no destination.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTemplate {
    #[error("start with https:// or http:// and a host")]
    Scheme,
    #[error("the host must be written out; macros may stand only behind it")]
    MacroInHost,
    #[error(
        "{{{0}}} is not a macro; use {{click_id}}, {{sub1}} … {{sub10}}, {{source}} or another documented one"
    )]
    UnknownMacro(String),
    #[error("an opening brace has no closing one")]
    Unclosed,
    #[error("no spaces or control characters; write %20 for a space")]
    Characters,
    #[error("the address is not a valid URL: {0}")]
    Url(String),
}

/// Where the values come from.
pub trait Values {
    /// Appends the plain value of a macro to `out`; nothing where it is unknown.
    fn write(&self, which: Macro, out: &mut String);
    /// The click's time in seconds since 1970 for `{date:…}`.
    fn unix_secs(&self) -> i64;
}

impl Template {
    /// Reads and checks a destination.
    ///
    /// # Errors
    /// What to change, see [`BadTemplate`].
    pub fn parse(text: &str) -> Result<Self, BadTemplate> {
        if text.chars().any(|c| c.is_control() || c == ' ' || c == '\\' || c == '"' || c == '<' || c == '>') {
            return Err(BadTemplate::Characters);
        }
        let rest = strip_scheme(text).ok_or(BadTemplate::Scheme)?;
        let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        if rest[..host_end].contains(['{', '}']) {
            return Err(BadTemplate::MacroInHost);
        }
        if rest[..host_end].is_empty() || rest[..host_end].contains('@') {
            return Err(BadTemplate::Scheme);
        }
        let mut template = Self { has_query: text.contains('?'), ..Self::default() };
        let mut left = text;
        while let Some(open) = left.find('{') {
            template.text(&left[..open]);
            let close = left[open..].find('}').ok_or(BadTemplate::Unclosed)? + open;
            template.value(&left[open + 1..close])?;
            left = &left[close + 1..];
        }
        template.text(left);
        let example = template.expand_to_string(&Example);
        url::Url::parse(&example).map_err(|e| BadTemplate::Url(e.to_string()))?;
        Ok(template)
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.parts.push(Part::Text(text.into()));
        }
    }

    fn value(&mut self, inner: &str) -> Result<(), BadTemplate> {
        let (raw, name) = inner.strip_prefix('_').map_or((false, inner), |name| (true, name));
        let which = if let Some(format) = name.strip_prefix("date:") {
            self.dates.push(format.into());
            Macro::Date((self.dates.len() - 1) as u8)
        } else if let Some(number) = name.strip_prefix("sub").and_then(|n| n.parse::<u8>().ok())
            && (1..=10).contains(&number)
        {
            Macro::Sub(number - 1)
        } else {
            named(name).ok_or_else(|| BadTemplate::UnknownMacro(inner.chars().take(40).collect()))?
        };
        self.names_click_id |= which == Macro::ClickId;
        self.parts.push(Part::Value { which, raw });
        Ok(())
    }

    /// Whether the destination already has a query, so that more parameters follow with `&`.
    #[must_use]
    pub fn has_query(&self) -> bool {
        self.has_query
    }

    /// Whether the destination hands on the click id, without which no conversion can be reported.
    #[must_use]
    pub fn names_click_id(&self) -> bool {
        self.names_click_id
    }

    /// Appends the destination with its values to `out`; `scratch` is working memory.
    pub fn expand(&self, values: &impl Values, out: &mut String, scratch: &mut String) {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Value { which: Macro::Date(at), .. } => {
                    scratch.clear();
                    write_date(&self.dates[*at as usize], values.unix_secs(), scratch);
                    out.extend(utf8_percent_encode(scratch, VALUE));
                }
                Part::Value { which, raw } => {
                    scratch.clear();
                    values.write(*which, scratch);
                    push_value(out, scratch, *raw);
                }
            }
        }
    }

    /// [`Self::expand`] into a new string.
    #[must_use]
    pub fn expand_to_string(&self, values: &impl Values) -> String {
        let mut out = String::new();
        self.expand(values, &mut out, &mut String::new());
        out
    }
}

/// Appends a value, percent-encoded, or raw but without anything that could break out of a header or an attribute.
fn push_value(out: &mut String, value: &str, raw: bool) {
    if raw {
        for c in value.chars() {
            if c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\') {
                out.push(c);
            } else {
                let mut bytes = [0; 4];
                out.extend(utf8_percent_encode(c.encode_utf8(&mut bytes), VALUE));
            }
        }
    } else if value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~')) {
        out.push_str(value);
    } else {
        out.extend(utf8_percent_encode(value, VALUE));
    }
}

/// Appends one query parameter, encoded; used for parameters that are passed through.
pub fn push_parameter(out: &mut String, first: bool, name: &str, value: &str) {
    out.push(if first { '?' } else { '&' });
    push_value(out, name, false);
    out.push('=');
    push_value(out, value, false);
}

fn strip_scheme(text: &str) -> Option<&str> {
    let lower = text.get(..8.min(text.len())).map(str::to_ascii_lowercase)?;
    if lower.starts_with("https://") {
        text.get(8..)
    } else if lower.starts_with("http://") {
        text.get(7..)
    } else {
        None
    }
}

/// Writes `YYYY`, `MM`, `DD`, `HH`, `mm`, `ss` of a UTC time; other letters stand for themselves.
fn write_date(format: &str, unix_secs: i64, out: &mut String) {
    let (days, secs) = (unix_secs.div_euclid(86_400), unix_secs.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let mut left = format;
    while !left.is_empty() {
        let fields = [
            ("YYYY", year, 4),
            ("MM", month, 2),
            ("DD", day, 2),
            ("HH", secs / 3600, 2),
            ("mm", secs / 60 % 60, 2),
            ("ss", secs % 60, 2),
        ];
        if let Some((name, value, width)) = fields.into_iter().find(|f| left.starts_with(f.0)) {
            out.push_str(&format!("{value:0width$}"));
            left = &left[name.len()..];
        } else {
            let c = left.chars().next().unwrap_or(' ');
            out.push(c);
            left = &left[c.len_utf8()..];
        }
    }
}

/// Civil date of a day number since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

/// Values to check a template with.
struct Example;

impl Values for Example {
    fn write(&self, _: Macro, out: &mut String) {
        out.push_str("x1");
    }
    fn unix_secs(&self) -> i64 {
        1_700_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Fixed(&'static str);
    impl Values for Fixed {
        fn write(&self, which: Macro, out: &mut String) {
            match which {
                Macro::ClickId => out.push_str("abc"),
                Macro::Sub(0) => out.push_str(self.0),
                _ => {}
            }
        }
        fn unix_secs(&self) -> i64 {
            1_763_771_405
        }
    }

    #[test]
    fn values_are_encoded_and_raw_ones_defused() {
        let expand = |t: &str, v| Template::parse(t).unwrap().expand_to_string(&Fixed(v));
        assert_eq!(
            expand("https://a.example/?c={click_id}&s={sub1}", "x y&z=1"),
            "https://a.example/?c=abc&s=x%20y%26z%3D1"
        );
        assert_eq!(expand("https://a.example/?s={_sub1}", "a/b?c=1&d"), "https://a.example/?s=a/b?c=1&d");
        assert_eq!(
            expand("https://a.example/?s={_sub1}", "a\r\nSet-Cookie: x"),
            "https://a.example/?s=a%0D%0ASet-Cookie:%20x"
        );
        assert_eq!(
            expand("https://a.example/{date:YYYY-MM-DD}/{country}", ""),
            "https://a.example/2025-11-22/"
        );
    }

    #[test]
    fn hostile_destinations_are_refused() {
        for bad in [
            "javascript:alert(1)",
            "//evil.example",
            "ftp://a.example",
            "https://{sub1}.example/",
            "https://a{sub1}/",
            "https://user@evil.example/",
            "https://a.example/\r\nX: y",
            "https://a.example/{nope}",
            "https://a.example/{sub11}",
            "https://a.example/{sub1",
            "https://",
            "",
            "https:///x",
            "data:text/html,x",
            "https://a.example/<script>",
        ] {
            assert!(Template::parse(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_value_breaks_out_of_the_line(value in ".*", raw: bool) {
            let mut out = String::new();
            push_value(&mut out, &value, raw);
            prop_assert!(out.bytes().all(|b| b.is_ascii_graphic()));
        }

        #[test]
        fn parsing_never_panics(text in ".{0,200}") {
            let _ = Template::parse(&text);
            let _ = Template::parse(&format!("https://a.example/{text}"));
        }
    }
}
