//! A list as CSV: what its page shows, in the same columns and order, on all pages.
//!
//! RFC 4180, UTF-8. What a spreadsheet would take for a formula gets an apostrophe in front.

use super::{
    Advertisers, Affiliates, Campaigns, Conversions, Links, OwnCampaigns, OwnConversions, OwnLinks, Source,
    Subs, allowed, zone,
};
use crate::{
    EngineError,
    reports::{Ask, parts},
    views,
};
use domain::{
    access::Actor,
    lists::{Column, List},
    view::ListQuery,
};
use serde_json::json;
use store::{Tx, audit::audit};

/// An export under way. Its rows are of one moment; between two batches the database only remembers where it was.
pub struct Export {
    tx: Tx,
    lines: Lines,
    columns: Vec<&'static Column>,
    /// Whether a column with the currency is added at the end.
    currency: bool,
    tracking_url: String,
    file_name: String,
    /// Still to be sent before the first row.
    begin: Option<String>,
    rows: u64,
}

macro_rules! lines {
    ($($list:literal => $name:ident),* $(,)?) => {
        enum Lines { $($name($name)),* }

        impl Lines {
            async fn open(tx: &mut Tx, ask: &Ask<'_>, list: &List, query: &ListQuery) -> Result<Self, EngineError> {
                Ok(match list.key {
                    $($list => {
                        let source = $name::open(tx, &zone::<$name>(ask, query), query).await?;
                        source.declare(tx).await?;
                        Self::$name(source)
                    })*
                    _ => return Err(EngineError::NotFound),
                })
            }

            /// Rows of raw values; the currency of a row comes last.
            async fn next(
                &self,
                tx: &mut Tx,
                columns: &[&'static Column],
                tracking_url: &str,
            ) -> Result<Vec<(Vec<String>, String)>, EngineError> {
                Ok(match self {
                    $(Self::$name(source) => {
                        let lines = source.next(tx).await?;
                        lines.iter().map(|line| {
                            let raw = columns.iter().flat_map(|c| {
                                let mut raw = source.field(line, c.key).raw(tracking_url);
                                // An empty field of a column with several headings is empty under each.
                                raw.resize(c.headings().count(), String::new());
                                // A number keeps its minus; words lose what would run in a spreadsheet.
                                raw.into_iter().map(|text| if c.figure && is_number(&text) { text } else { harmless(text) })
                            });
                            (raw.collect(), source.currency(line))
                        }).collect()
                    })*
                })
            }
        }
    };
}

lines! {
    "campaigns" => Campaigns,
    "links" => Links,
    "affiliates" => Affiliates,
    "advertisers" => Advertisers,
    "conversions" => Conversions,
    "own_campaigns" => OwnCampaigns,
    "own_links" => OwnLinks,
    "own_conversions" => OwnConversions,
    "own_subs" => Subs,
}

impl Export {
    /// Begins the export of what `query` asks for, and writes into the audit log that `actor` takes it. With `bom`
    /// the file says that it is UTF-8. `tracking_url` is where links begin.
    ///
    /// # Errors
    /// [`EngineError::Forbidden`] for a realm that the list is not for; [`EngineError::Unavailable`].
    pub async fn begin(
        ask: &Ask<'_>,
        actor: &Actor,
        list: &'static List,
        query: &ListQuery,
        bom: bool,
        tracking_url: &str,
    ) -> Result<Self, EngineError> {
        allowed(ask, list)?;
        let mut tx = ask.db.begin_read(ask.realm).await?;
        let expanded = match actor.user {
            Some(user) => views::expand(query, &views::visible(&mut tx, user, list).await?, user),
            None => None,
        };
        let query = expanded.as_ref().unwrap_or(query);
        let columns = list.shown(&query.cols);
        let money = columns.iter().any(|c| c.money);
        let currency = money && !columns.iter().any(|c| c.key == "currency");
        let mut heads: Vec<&str> = columns.iter().flat_map(|c| c.headings()).collect();
        heads.extend(currency.then_some("Currency"));
        let lines = Lines::open(&mut tx, ask, list, query).await?;
        note(ask, actor, list, query).await?;
        let mut begin = String::new();
        if bom {
            begin.push('\u{feff}');
        }
        write_row(&mut begin, heads.into_iter());
        let (range, _) = parts::period(query, &ask.read_in(query), "7d");
        let days =
            if range.from == range.to { range.from } else { format!("{}-to-{}", range.from, range.to) };
        let name = list.path.rsplit('/').next().unwrap_or(list.key);
        Ok(Self {
            tx,
            lines,
            columns,
            currency,
            tracking_url: tracking_url.to_owned(),
            file_name: format!("{name}-{days}.csv"),
            begin: Some(begin),
            rows: 0,
        })
    }

    /// What to call the file.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The next part of the file; nothing after the last.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`]: then the file is not complete and must not look as if it were.
    pub async fn next(&mut self) -> Result<Option<String>, EngineError> {
        if let Some(begin) = self.begin.take() {
            return Ok(Some(begin));
        }
        let rows = self.lines.next(&mut self.tx, &self.columns, &self.tracking_url).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut out = String::with_capacity(rows.len() * 128);
        for (fields, currency) in rows {
            self.rows += 1;
            let last = self.currency.then_some(currency.as_str());
            write_row(&mut out, fields.iter().map(String::as_str).chain(last));
        }
        Ok(Some(out))
    }

    /// Rows so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

/// In a transaction of its own: the export's cannot write.
async fn note(ask: &Ask<'_>, actor: &Actor, list: &List, query: &ListQuery) -> Result<(), EngineError> {
    let mut tx = ask.db.begin(ask.realm).await?;
    let what = json!({ "list": list.path, "query": query.print() });
    audit(&mut tx, actor, "list.export", list.key, None, Some(what), ask.now).await?;
    Ok(tx.commit().await?)
}

/// One line of CSV.
fn write_row<'a>(out: &mut String, fields: impl Iterator<Item = &'a str>) {
    for (n, field) in fields.enumerate() {
        if n > 0 {
            out.push(',');
        }
        write_field(out, field);
    }
    out.push_str("\r\n");
}

fn write_field(out: &mut String, field: &str) {
    let quoted = field.contains([',', '"', '\r', '\n']) || field.starts_with(' ') || field.ends_with(' ');
    if quoted {
        out.push('"');
    }
    if quoted {
        out.push_str(&field.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(field);
    }
}

/// `12` or `-12.50`, and nothing else.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(rest)
}

/// What a spreadsheet would take for a formula gets an apostrophe in front.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(fields: &[&str]) -> String {
        let mut out = String::new();
        write_row(&mut out, fields.iter().copied());
        out
    }

    #[test]
    fn fields_are_quoted_where_they_have_to_be() {
        assert_eq!(
            written(&["a", "b,c", "say \"hi\"", "", "x\ny"]),
            "a,\"b,c\",\"say \"\"hi\"\"\",,\"x\ny\"\r\n"
        );
    }

    #[test]
    fn numbers_keep_their_minus() {
        for number in ["12", "-12.50", "0.001"] {
            assert!(is_number(number), "{number}");
        }
        for text in ["-", "", "-1-1", "1e3", "-.5", "=1", "1.", "--1"] {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for (field, want) in [
            ("=1+1", "'=1+1\r\n"),
            ("+49 30 1", "'+49 30 1\r\n"),
            ("@SUM(A1)", "'@SUM(A1)\r\n"),
            ("\tx", "'\tx\r\n"),
            ("\rx", "\"'\rx\"\r\n"),
            (
                "=HYPERLINK(\"http://evil.test\",\"x\")",
                "\"'=HYPERLINK(\"\"http://evil.test\"\",\"\"x\"\")\"\r\n",
            ),
            ("-2+3", "'-2+3\r\n"),
            ("-5", "'-5\r\n"),
            ("5-", "5-\r\n"),
        ] {
            assert_eq!(written(&[&harmless(field.to_owned())]), want);
        }
    }
}
