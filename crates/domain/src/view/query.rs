//! The one grammar of list URLs: `?period=7d&q=shoes&status=pending,approved&sort=-clicks&page=2`.
//!
//! Reading is tolerant: what is unknown or makes no sense is left out, never an error. Defaults are not printed, so
//! that a plain list has a plain address.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};

/// What a value cannot carry as it is; a comma and the minus of an order can.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// Keys that a form with check boxes repeats; their values become one list with commas.
const LISTS: &[&str] = &["status", "visibility", "role", "cols"];

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
    /// Word of a [`Role`](crate::access::Role), one or several.
    pub role: String,
    /// Which sub-id a report is about, `1` to `10`.
    pub sub: String,
    /// Column, with a minus for descending.
    pub sort: String,
    /// Keys of the columns shown, in order, separated by commas; empty for the list's own choice.
    pub cols: String,
    /// What the period is compared with: `prev`, `yoy` or `off`.
    pub cmp: String,
    /// IANA time zone instead of the reader's own.
    pub tz: String,
    /// The figure that a chart shows, such as `revenue`.
    pub metric: String,
    /// Id of a saved view; what else stands in the address goes before what is stored in it.
    pub view: String,
    pub page: String,
}

/// What decides which rows a list has by period, how they are shown and where one is, but does not filter them.
const NOT_FILTERS: &[&str] =
    &["period", "from", "to", "sort", "page", "sub", "cols", "cmp", "tz", "metric", "view"];

impl ListQuery {
    fn fields(&self) -> [(&'static str, &String); 19] {
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
            ("role", &self.role),
            ("sub", &self.sub),
            ("sort", &self.sort),
            ("cols", &self.cols),
            ("cmp", &self.cmp),
            ("tz", &self.tz),
            ("metric", &self.metric),
            ("view", &self.view),
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
            "role" => &mut self.role,
            "sub" => &mut self.sub,
            "sort" => &mut self.sort,
            "cols" => &mut self.cols,
            "cmp" => &mut self.cmp,
            "tz" => &mut self.tz,
            "metric" => &mut self.metric,
            "view" => &mut self.view,
            "page" => &mut self.page,
            _ => return,
        };
        let most = if name == "cols" { 400 } else { 200 };
        *field = value.trim().chars().filter(|c| !c.is_control()).take(most).collect();
    }

    /// The value of a field; empty for unknown names.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.fields().into_iter().find(|f| f.0 == name).map_or("", |f| f.1)
    }

    /// Reads what stands behind the question mark.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut out = Self::default();
        for pair in query.trim_start_matches('?').split('&').take(64) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let spaced = value.replace('+', " ");
            let value = percent_decode_str(&spaced).decode_utf8_lossy();
            match out.get(name) {
                before if !before.is_empty() && LISTS.contains(&name) => {
                    let both = format!("{before},{value}");
                    out.set(name, &both);
                }
                _ => out.set(name, &value),
            }
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
            pairs.map(|(name, v)| format!("{name}={}", utf8_percent_encode(v, ESCAPED))).collect();
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

    /// The words of a list such as `pending,approved`.
    pub fn words(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).split(',').map(str::trim).filter(|w| !w.is_empty())
    }

    /// What a saved view keeps of it: where one was is left out.
    #[must_use]
    pub fn to_save(&self) -> Self {
        Self { view: String::new(), page: String::new(), ..self.clone() }
    }

    /// Page number from 1 to 10,000.
    #[must_use]
    pub fn page_number(&self) -> i64 {
        self.page.parse().unwrap_or(1).clamp(1, 10_000)
    }

    /// Column and whether descending, if the column is among `allowed`; else `default`.
    #[must_use]
    pub fn sorting<'a>(&self, allowed: &[&'a str], default: (&'a str, bool)) -> (&'a str, bool) {
        let (name, descending) =
            self.sort.strip_prefix('-').map_or((self.sort.as_str(), false), |n| (n, true));
        allowed.iter().find(|a| **a == name).map_or(default, |a| (*a, descending))
    }

    /// Whether anything is set that leaves rows out, the period aside.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.fields().into_iter().any(|(name, v)| !v.is_empty() && !NOT_FILTERS.contains(&name))
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
        let q = ListQuery::parse("cols=name%2Cclicks&cmp=yoy&tz=America%2FNew_York&view=view_7");
        assert_eq!((q.cols.as_str(), q.cmp.as_str()), ("name,clicks", "yoy"));
        assert_eq!((q.tz.as_str(), q.view.as_str()), ("America/New_York", "view_7"));
        assert_eq!(ListQuery::parse(&q.print()), q);
        assert!(!q.is_filtered());
        assert_eq!(q.print(), "cols=name,clicks&cmp=yoy&tz=America%2FNew_York&view=view_7");
        assert_eq!(q.to_save().get("view"), "");
    }

    #[test]
    fn check_boxes_become_a_list() {
        let q = ListQuery::parse("status=pending&q=a&status=approved&cols=name&cols=clicks&q=b");
        assert_eq!(
            (q.status.as_str(), q.cols.as_str(), q.q.as_str()),
            ("pending,approved", "name,clicks", "b")
        );
        assert_eq!(q.words("status").collect::<Vec<_>>(), ["pending", "approved"]);
    }

    #[test]
    fn nonsense_is_ignored() {
        let q = ListQuery::parse("page=-5&q=%00%ff&sort='--&period=%F0%9F%98%80&&&=");
        assert_eq!((q.page_number(), q.sorting(&["a"], ("a", true))), (1, ("a", true)));
    }
}
