//! The one grammar of list URLs: `?period=7d&q=shoes&status=pending,approved&sort=-clicks&page=2`.
//!
//! Reading is tolerant: what is unknown or makes no sense is left out, never an error. Defaults are not printed, so
//! that a plain list has a plain address.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// What a list is asked for. Empty text means "not given".
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    pub period: String,
    pub from: String,
    pub to: String,
    pub q: String,
    /// One or several words, separated by commas.
    pub status: String,
    pub campaign: String,
    pub affiliate: String,
    pub advertiser: String,
    pub reason: String,
    pub visibility: String,
    /// Which sub-id a report is about, `1` to `10`.
    pub sub: String,
    /// Column, with a minus for descending.
    pub sort: String,
    pub page: String,
}

impl ListQuery {
    fn fields(&self) -> [(&'static str, &String); 13] {
        [
            ("period", &self.period),
            ("from", &self.from),
            ("to", &self.to),
            ("q", &self.q),
            ("status", &self.status),
            ("campaign", &self.campaign),
            ("affiliate", &self.affiliate),
            ("advertiser", &self.advertiser),
            ("reason", &self.reason),
            ("visibility", &self.visibility),
            ("sub", &self.sub),
            ("sort", &self.sort),
            ("page", &self.page),
        ]
    }

    /// Sets one field by its name; unknown names are ignored.
    pub fn set(&mut self, name: &str, value: &str) {
        let field = match name {
            "period" => &mut self.period,
            "from" => &mut self.from,
            "to" => &mut self.to,
            "q" => &mut self.q,
            "status" => &mut self.status,
            "campaign" => &mut self.campaign,
            "affiliate" => &mut self.affiliate,
            "advertiser" => &mut self.advertiser,
            "reason" => &mut self.reason,
            "visibility" => &mut self.visibility,
            "sub" => &mut self.sub,
            "sort" => &mut self.sort,
            "page" => &mut self.page,
            _ => return,
        };
        let clean: String = value.trim().chars().filter(|c| !c.is_control()).take(200).collect();
        *field = clean;
    }

    /// Reads what stands behind the question mark.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut out = Self::default();
        for pair in query.trim_start_matches('?').split('&').take(64) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let spaced = value.replace('+', " ");
            out.set(name, &percent_decode_str(&spaced).decode_utf8_lossy());
        }
        out
    }

    /// The query string without question mark; empty for a plain list.
    #[must_use]
    pub fn print(&self) -> String {
        let pairs = self
            .fields()
            .into_iter()
            .filter(|(name, v)| !v.is_empty() && (*name != "page" || v.as_str() != "1"));
        let texts: Vec<_> =
            pairs.map(|(name, v)| format!("{name}={}", utf8_percent_encode(v, NON_ALPHANUMERIC))).collect();
        texts.join("&")
    }

    /// This list with one thing changed; the page starts over unless it is what changes.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut out = self.clone();
        out.set(name, value);
        if name != "page" {
            out.page.clear();
        }
        out
    }

    /// Page number from 1 to 200.
    #[must_use]
    pub fn page_number(&self) -> i64 {
        self.page.parse().unwrap_or(1).clamp(1, 200)
    }

    /// Column and whether descending, if the column is among `allowed`; else `default`.
    #[must_use]
    pub fn sorting<'a>(&self, allowed: &[&'a str], default: (&'a str, bool)) -> (&'a str, bool) {
        let (name, descending) =
            self.sort.strip_prefix('-').map_or((self.sort.as_str(), false), |n| (n, true));
        allowed.iter().find(|a| **a == name).map_or(default, |a| (*a, descending))
    }

    /// Whether anything but period, sorting and page is set.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.fields().into_iter().any(|(name, v)| {
            !v.is_empty() && !["period", "from", "to", "sort", "page", "sub"].contains(&name)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_back() {
        let q = ListQuery::parse("?q=a%20b+c&status=pending%2Capproved&sort=-clicks&page=2&evil=1&period=7d");
        assert_eq!((q.q.as_str(), q.status.as_str(), q.page_number()), ("a b c", "pending,approved", 2));
        assert_eq!(ListQuery::parse(&q.print()), q);
        assert_eq!(q.with("status", "").page_number(), 1);
        assert_eq!(q.sorting(&["clicks"], ("name", false)), ("clicks", true));
        assert_eq!(q.sorting(&["name"], ("name", false)), ("name", false));
        assert_eq!(ListQuery::default().print(), "");
        assert!(q.is_filtered() && !ListQuery::parse("period=7d").is_filtered());
    }

    #[test]
    fn nonsense_is_ignored() {
        let q = ListQuery::parse("page=-5&q=%00%ff&sort='--&period=%F0%9F%98%80&&&=");
        assert_eq!((q.page_number(), q.sorting(&["a"], ("a", true))), (1, ("a", true)));
    }
}
