//! The same as a page of the portals, through the API: a command to copy.
//!
//! Lists of the portals show objects with their figures; in the API these are two requests. Filters that the API has
//! under the same name go along; columns, pages and saved views are the portal's own.

use crate::{
    status::{CampaignStatus, LinkStatus},
    view::ListQuery,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may stand in a query as it is. A quote would end the text of the command.
const QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b',').remove(b':');

/// How a list of the portals is asked for.
struct Twin {
    /// Path of the portal's page.
    page: &'static str,
    /// Path below `/api/v1`.
    path: &'static str,
    /// Filters of the page that the API has, too.
    filters: &'static [&'static str],
    /// Words of `sort` that the API knows.
    sorts: &'static [&'static str],
    /// The period narrows the list itself, not only its figures.
    by_period: bool,
    /// What reports group the figures by; empty where there are none.
    figures: &'static str,
}

const NAMED: &[&str] = &["name", "-name", "created", "-created"];

const TWINS: &[Twin] = &[
    Twin {
        page: "/admin/campaigns",
        path: "campaigns",
        filters: &["q", "status", "visibility", "advertiser"],
        sorts: NAMED,
        by_period: false,
        figures: "campaign",
    },
    Twin {
        page: "/admin/links",
        path: "links",
        filters: &["q", "status", "campaign", "affiliate", "advertiser"],
        sorts: &["created", "-created"],
        by_period: false,
        figures: "link",
    },
    Twin {
        page: "/admin/affiliates",
        path: "affiliates",
        filters: &["q", "status"],
        sorts: NAMED,
        by_period: false,
        figures: "affiliate",
    },
    Twin {
        page: "/admin/advertisers",
        path: "advertisers",
        filters: &["q", "status"],
        sorts: NAMED,
        by_period: false,
        figures: "",
    },
    Twin {
        page: "/admin/conversions",
        path: "conversions",
        filters: &["q", "status", "campaign", "affiliate", "advertiser", "reason"],
        sorts: &["received", "-received"],
        by_period: true,
        figures: "",
    },
    Twin { page: "/admin/audit", path: "audit", filters: &["q"], sorts: &[], by_period: true, figures: "" },
    Twin {
        page: "/affiliate/campaigns",
        path: "campaigns",
        filters: &["q", "access"],
        sorts: NAMED,
        by_period: false,
        figures: "campaign",
    },
    Twin {
        page: "/affiliate/links",
        path: "links",
        filters: &["q", "status", "campaign"],
        sorts: &["created", "-created"],
        by_period: false,
        figures: "link",
    },
    Twin {
        page: "/affiliate/conversions",
        path: "conversions",
        filters: &["q", "status", "campaign", "reason"],
        sorts: &["received", "-received"],
        by_period: true,
        figures: "",
    },
];

/// The command that gives the rows of a list's page, with a second one for their figures; nothing where the API has no
/// such list. `period`: its bounds as RFC 3339 in UTC, the second one exclusive.
#[must_use]
pub fn for_list(path: &str, query: &ListQuery, base_url: &str, period: (&str, &str)) -> Option<String> {
    let twin = TWINS.iter().find(|twin| twin.page == path)?;
    let mut pairs = Vec::new();
    for name in twin.filters {
        // What an affiliate's list calls the status of a campaign is how it stands with it.
        let value = if *name == "access" { &query.status } else { query.get(name) };
        let value = if *name == "status" { known(twin, value) } else { value.to_owned() };
        if !value.is_empty() {
            pairs.push((*name, value));
        }
    }
    if twin.by_period {
        pairs.extend(bounds(period));
    }
    if twin.sorts.contains(&query.sort.as_str()) {
        pairs.push(("sort", query.sort.clone()));
    }
    let list = command(base_url, twin.path, &pairs);
    if twin.figures.is_empty() {
        return Some(list);
    }
    let mut pairs = vec![("group_by", twin.figures.to_owned()), ("interval", "total".to_owned())];
    for name in ["campaign", "affiliate", "advertiser"] {
        if twin.filters.contains(&name) && !query.get(name).is_empty() {
            pairs.push((name, query.get(name).to_owned()));
        }
    }
    pairs.extend(bounds(period));
    Some(format!("{list}\n\n# Figures\n{}", command(base_url, "reports", &pairs)))
}

/// The words of a filter that the API knows: a link's list may also ask for what its campaign is.
fn known(twin: &Twin, status: &str) -> String {
    let keep: fn(&str) -> bool = match twin.path {
        "links" => |word| word.parse::<LinkStatus>().is_ok(),
        "campaigns" => |word| word.parse::<CampaignStatus>().is_ok(),
        _ => |_| true,
    };
    let words: Vec<&str> = status.split(',').map(str::trim).filter(|w| !w.is_empty() && keep(w)).collect();
    words.join(",")
}

fn bounds((from, to): (&str, &str)) -> Vec<(&'static str, String)> {
    let both = [("from", from), ("to", to)];
    both.iter().filter(|b| !b.1.is_empty()).map(|(name, at)| (*name, (*at).to_owned())).collect()
}

fn command(base_url: &str, path: &str, pairs: &[(&str, String)]) -> String {
    let texts: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, QUERY))).collect();
    let query = if texts.is_empty() { String::new() } else { format!("?{}", texts.join("&")) };
    format!("curl -H \"Authorization: Bearer $MILLRACE_KEY\" '{base_url}/api/v1/{path}{query}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: (&str, &str) = ("2026-11-01T00:00:00Z", "2026-11-08T00:00:00Z");

    fn text(path: &str, query: &str) -> String {
        for_list(path, &ListQuery::parse(query), "https://n.example", PERIOD).unwrap_or_default()
    }

    #[test]
    fn filters_go_along() {
        assert_eq!(
            text("/admin/campaigns", "status=active,paused&q=O'Neill%26+co&sort=-clicks&page=3&cols=name"),
            "curl -H \"Authorization: Bearer $MILLRACE_KEY\" \
             'https://n.example/api/v1/campaigns?q=O%27Neill%26%20co&status=active,paused'\n\n# Figures\n\
             curl -H \"Authorization: Bearer $MILLRACE_KEY\" 'https://n.example/api/v1/reports?group_by=campaign&\
             interval=total&from=2026-11-01T00:00:00Z&to=2026-11-08T00:00:00Z'"
        );
        assert_eq!(
            text("/admin/conversions", "status=pending&campaign=camp_1&sort=received"),
            "curl -H \"Authorization: Bearer $MILLRACE_KEY\" 'https://n.example/api/v1/conversions?status=pending&\
             campaign=camp_1&from=2026-11-01T00:00:00Z&to=2026-11-08T00:00:00Z&sort=received'"
        );
    }

    #[test]
    fn an_affiliate_asks_for_its_standing() {
        let offers = text("/affiliate/campaigns", "status=open,approved");
        assert!(offers.contains("/campaigns?access=open,approved'"), "{offers}");
        assert!(text("/affiliate/links", "status=paused,archived").contains("/links?status=paused'"));
    }

    #[test]
    fn what_the_api_lacks_has_no_command() {
        assert_eq!(for_list("/affiliate/subs", &ListQuery::default(), "", PERIOD), None);
    }

    #[test]
    fn no_text_leaves_the_quotes() {
        let all = text("/admin/links", "q='%3B+rm+-rf+%24HOME%60%0A&campaign='x'&sort='");
        assert_eq!(all.matches('\'').count(), 4, "{all}");
        assert!(!all.contains("$HOME") && !all.contains('`'));
    }
}
