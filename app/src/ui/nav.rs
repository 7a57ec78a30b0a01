//! What stands in the sidebar of each portal.

use domain::access::{Permission, Portal, Role};

/// A line of the sidebar.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    pub label: &'static str,
    pub href: &'static str,
    /// Only for those who may do this.
    pub needs: Permission,
    /// Key of the count shown beside it, if any.
    pub badge: &'static str,
}

/// Lines under a heading; the first section has none.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    pub heading: &'static str,
    pub items: &'static [Item],
}

const fn item(label: &'static str, href: &'static str, needs: Permission) -> Item {
    Item { label, href, needs, badge: "" }
}

use Permission::{RunCampaigns, ViewHealth, ViewNetwork};

const ADMIN: &[Section] = &[
    Section { heading: "", items: &[item("Overview", "/admin", ViewNetwork)] },
    Section {
        heading: "Traffic",
        items: &[
            item("Campaigns", "/admin/campaigns", ViewNetwork),
            item("Links", "/admin/links", ViewNetwork),
            item("Affiliates", "/admin/affiliates", ViewNetwork),
        ],
    },
    Section { heading: "Demand", items: &[item("Advertisers", "/admin/advertisers", ViewNetwork)] },
    Section {
        heading: "Money",
        items: &[Item {
            label: "Conversions",
            href: "/admin/conversions",
            needs: ViewNetwork,
            badge: "pending_conversions",
        }],
    },
    Section {
        heading: "Operations",
        items: &[
            item("Click lookup", "/admin/clicks", ViewNetwork),
            item("Health", "/admin/health", ViewHealth),
        ],
    },
];

const AFFILIATE: &[Section] = &[
    Section { heading: "", items: &[item("Overview", "/affiliate", RunCampaigns)] },
    Section {
        heading: "Traffic",
        items: &[
            item("Campaigns", "/affiliate/campaigns", RunCampaigns),
            item("My links", "/affiliate/links", RunCampaigns),
        ],
    },
    Section {
        heading: "Results",
        items: &[
            item("Conversions", "/affiliate/conversions", RunCampaigns),
            item("Sub-ids", "/affiliate/subs", RunCampaigns),
        ],
    },
];

/// The sections of a portal.
#[must_use]
pub fn sections(portal: Portal) -> &'static [Section] {
    match portal {
        Portal::Admin => ADMIN,
        Portal::Affiliate => AFFILIATE,
        Portal::Advertiser | Portal::Buyer => &[],
    }
}

/// The items of a section that a role gets to see.
#[must_use]
pub fn visible(section: &Section, role: Role) -> Vec<Item> {
    section.items.iter().copied().filter(|i| role.may(i.needs)).collect()
}

/// Whether a page belongs to an item: the portal's start only itself, the others also what is below them.
#[must_use]
pub fn is_current(href: &str, portal: Portal, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    path == href
        || (href != portal.home() && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_stays_in_its_portal_and_is_seen_by_somebody() {
        for portal in [Portal::Admin, Portal::Affiliate] {
            for item in sections(portal).iter().flat_map(|s| s.items) {
                assert!(item.href.starts_with(portal.home()));
                assert!(
                    Role::ALL.iter().any(|r| r.portal() == portal && r.may(item.needs)),
                    "{}",
                    item.label
                );
            }
        }
    }

    #[test]
    fn the_current_place() {
        assert!(is_current("/admin", Portal::Admin, "/admin"));
        assert!(!is_current("/admin", Portal::Admin, "/admin/links"));
        assert!(is_current("/admin/campaigns", Portal::Admin, "/admin/campaigns/camp_1/edit"));
        assert!(!is_current("/admin/campaigns", Portal::Admin, "/admin/campaigns2"));
    }
}
