//! Filters and pages of lists.

/// What a list shows. Build it with [`ListFilter::new`], which takes anything a visitor may have put in the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFilter {
    pub(crate) status: Option<String>,
    pub(crate) text: Option<String>,
    /// The search text as a number, where it was an id of the platform.
    pub(crate) id: Option<i64>,
    page: i64,
    per_page: i64,
}

impl ListFilter {
    /// `status` is a stored word, `q` a part of the name or an id; both may be empty. Pages begin with 1.
    #[must_use]
    pub fn new(status: &str, q: &str, page: i64, per_page: i64) -> Self {
        let clean = |text: &str| -> Option<String> {
            let text: String = text.trim().chars().filter(|c| !c.is_control()).take(200).collect();
            if text.is_empty() { None } else { Some(text) }
        };
        let q = clean(q);
        Self {
            status: clean(status),
            id: q.as_deref().and_then(number_of_id),
            text: q.as_deref().map(like_pattern),
            page: page.clamp(1, 1_000_000),
            per_page: per_page.clamp(1, 1_000),
        }
    }

    /// The first thousand, without a filter: what a select box needs.
    #[must_use]
    pub fn all() -> Self {
        Self::new("", "", 1, 1_000)
    }

    pub(crate) fn limit(&self) -> i64 {
        self.per_page
    }

    pub(crate) fn offset(&self) -> i64 {
        (self.page - 1) * self.per_page
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Rows on all pages.
    pub total: i64,
}

impl<T> Page<T> {
    pub(crate) fn new(rows: Vec<T>, total: Option<i64>) -> Self {
        Self { rows, total: total.unwrap_or_default() }
    }
}

/// Takes the special meaning from the letters of `LIKE`.
pub(crate) fn like_pattern(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('%');
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('%');
    out
}

/// The number in an id of any kind; each list compares it with its own ids.
fn number_of_id(text: &str) -> Option<i64> {
    use domain::ids::{AdvertiserId, AffiliateId, BuyerId, CampaignId, LinkId, MailId, UserId};
    macro_rules! any {
        ($($kind:ty),*) => { None$(.or_else(|| text.parse::<$kind>().ok().map(|id| id.0)))* };
    }
    any!(AdvertiserId, AffiliateId, BuyerId, CampaignId, LinkId, UserId, MailId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_filters_become_harmless() {
        let f = ListFilter::new("act\0ive", "50%_\\\u{0}", i64::MAX, i64::MIN);
        assert_eq!(f.status.as_deref(), Some("active"));
        assert_eq!(f.text.as_deref(), Some("%50\\%\\_\\\\%"));
        assert_eq!((f.limit(), f.offset()), (1, 999_999));
        assert_eq!(ListFilter::new(" ", "\n", 0, 20).text, None);
    }

    #[test]
    fn an_id_is_searched_as_a_number() {
        let id = domain::ids::CampaignId(77);
        assert_eq!(ListFilter::new("", &id.to_string(), 1, 20).id, Some(77));
        assert_eq!(ListFilter::new("", "camp", 1, 20).id, None);
    }
}
