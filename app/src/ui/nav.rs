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

use Permission::{
    EditAffiliates, ManageKeys, ManageSettings, ManageUsers, RunCampaigns, ViewAudit, ViewHealth,
    ViewNetwork, ViewOwnCampaigns, ViewOwnLeads,
};

const ADMIN: &[Section] = &[
    Section { heading: "", items: &[item("Overview", "/admin", ViewNetwork)] },
    Section {
        heading: "Traffic",
        items: &[
            item("Campaigns", "/admin/campaigns", ViewNetwork),
            item("Links", "/admin/links", ViewNetwork),
            item("Affiliates", "/admin/affiliates", ViewNetwork),
            Item {
                label: "Applications",
                href: "/admin/applications",
                needs: EditAffiliates,
                badge: "applications",
            },
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
            item("Audit log", "/admin/audit", ViewAudit),
            item("Mail", "/admin/mails", ManageSettings),
        ],
    },
    Section {
        heading: "Settings",
        items: &[
            item("Network", "/admin/settings", ManageSettings),
            item("Domains", "/admin/settings/domains", ManageSettings),
            item("Team", "/admin/team", ManageUsers),
            item("API keys", "/admin/api-keys", ManageKeys),
            item("Styleguide", "/admin/styleguide", ManageSettings),
            item("Your account", "/admin/account", ViewNetwork),
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
    Section {
        heading: "Settings",
        items: &[
            item("Your account", "/affiliate/account", RunCampaigns),
            item("API keys", "/affiliate/api-keys", ManageKeys),
        ],
    },
];

const ADVERTISER: &[Section] = &[Section {
    heading: "",
    items: &[
        item("Welcome", "/advertiser", ViewOwnCampaigns),
        item("Notifications", "/advertiser/notifications", ViewOwnCampaigns),
        item("Your account", "/advertiser/account", ViewOwnCampaigns),
        item("Security", "/advertiser/account/security", ViewOwnCampaigns),
    ],
}];

const BUYER: &[Section] = &[Section {
    heading: "",
    items: &[
        item("Welcome", "/buyer", ViewOwnLeads),
        item("Notifications", "/buyer/notifications", ViewOwnLeads),
        item("Your account", "/buyer/account", ViewOwnLeads),
        item("Security", "/buyer/account/security", ViewOwnLeads),
    ],
}];

/// Whether there is enough in a portal to search in it, and figures that change while a page is open.
#[must_use]
pub fn is_large(portal: Portal) -> bool {
    matches!(portal, Portal::Admin | Portal::Affiliate)
}

/// Something that can be begun from anywhere.
#[derive(Debug, Clone, Copy)]
pub struct Action {
    pub label: &'static str,
    pub href: &'static str,
    /// Only for those who may do this.
    pub needs: Permission,
    /// The list on which the key `c` begins it.
    pub list: &'static str,
}

const fn action(label: &'static str, href: &'static str, needs: Permission, list: &'static str) -> Action {
    Action { label, href, needs, list }
}

const ADMIN_ACTIONS: &[Action] = &[
    action("New campaign", "/admin/campaigns/new", Permission::EditCampaigns, "/admin/campaigns"),
    action("New link", "/admin/links/new", Permission::EditLinks, "/admin/links"),
    action("New affiliate", "/admin/affiliates/new", EditAffiliates, "/admin/affiliates"),
    action("New advertiser", "/admin/advertisers/new", Permission::EditAdvertisers, "/admin/advertisers"),
];

/// What a role can begin from anywhere.
pub fn actions(portal: Portal, role: Role) -> impl Iterator<Item = Action> {
    let all = if portal == Portal::Admin { ADMIN_ACTIONS } else { &[] };
    all.iter().copied().filter(move |a| role.may(a.needs))
}

/// Keys that lead somewhere after `g`: key and the end of the address, behind the portal's start.
const GO: &[(char, &str)] = &[
    ('o', ""),
    ('c', "/campaigns"),
    ('l', "/links"),
    ('a', "/affiliates"),
    ('p', "/applications"),
    ('d', "/advertisers"),
    ('v', "/conversions"),
    ('k', "/clicks"),
    ('b', "/subs"),
    ('h', "/health"),
    ('u', "/audit"),
    ('m', "/mails"),
    ('t', "/team"),
    ('s', "/settings"),
];

/// The pages that can be reached by `g` and a key, in the order of the sidebar.
#[must_use]
pub fn keys(portal: Portal, role: Role) -> Vec<(char, Item)> {
    let item = |item: Item| {
        let end = item.href.strip_prefix(portal.home())?;
        Some((GO.iter().find(|g| g.1 == end)?.0, item))
    };
    sections(portal).iter().flat_map(|s| visible(s, role)).filter_map(item).collect()
}

/// The sections of a portal.
#[must_use]
pub fn sections(portal: Portal) -> &'static [Section] {
    match portal {
        Portal::Admin => ADMIN,
        Portal::Affiliate => AFFILIATE,
        Portal::Advertiser => ADVERTISER,
        Portal::Buyer => BUYER,
    }
}

/// The items of a section that a role gets to see.
#[must_use]
pub fn visible(section: &Section, role: Role) -> Vec<Item> {
    section.items.iter().copied().filter(|i| role.may(i.needs)).collect()
}

/// Whether a page belongs to an item: the portal's start only itself, the others also what is below them, unless
/// another item is nearer to it.
#[must_use]
pub fn is_current(href: &str, portal: Portal, path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let below = |href: &str| {
        path == href
            || (href != portal.home() && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
    };
    let nearer = |other: &Item| other.href.len() > href.len() && below(other.href);
    below(href) && !sections(portal).iter().flat_map(|s| s.items).any(nearer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_stays_in_its_portal_and_is_seen_by_somebody() {
        for portal in [Portal::Admin, Portal::Affiliate, Portal::Advertiser, Portal::Buyer] {
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
    fn no_key_leads_to_two_places() {
        for (i, a) in GO.iter().enumerate() {
            assert!(GO[i + 1..].iter().all(|b| a.0 != b.0 && a.1 != b.1), "{a:?}");
        }
        let all = keys(Portal::Admin, Role::Admin);
        assert!(all.iter().any(|(key, item)| *key == 'c' && item.href == "/admin/campaigns"));
        assert!(keys(Portal::Admin, Role::AffiliateManager).iter().all(|(key, _)| *key != 'h'));
        assert_eq!(actions(Portal::Admin, Role::Finance).count(), 0);
    }

    #[test]
    fn the_current_place() {
        assert!(is_current("/admin", Portal::Admin, "/admin"));
        assert!(!is_current("/admin", Portal::Admin, "/admin/links"));
        assert!(is_current("/admin/campaigns", Portal::Admin, "/admin/campaigns/camp_1/edit"));
        assert!(!is_current("/admin/campaigns", Portal::Admin, "/admin/campaigns2"));
        assert!(is_current("/admin/settings", Portal::Admin, "/admin/settings/brand"));
        assert!(!is_current("/admin/settings", Portal::Admin, "/admin/settings/domains"));
        assert!(is_current("/admin/settings/domains", Portal::Admin, "/admin/settings/domains"));
    }
}
