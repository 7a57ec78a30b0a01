//! The network's lists.

use super::{Bulk, Choices, Column, Filter, List};
use crate::{
    access::Permission,
    reason::Reason,
    status::{AccountStatus, CampaignStatus, ConversionStatus, LinkStatus, Visibility},
};

const CLICKS: Column = Column::figure("clicks", "Clicks", "Valid clicks").sorted();
const CONVERSIONS_: Column =
    Column::figure("conversions", "Conv.", "Pending and approved conversions").csv(&["Conversions"]).sorted();
const CR: Column = Column::figure("cr", "CR", "Conversions per click").csv(&["CR %"]).sorted();
const REVENUE: Column = Column::money("revenue", "Revenue", "What advertisers owe").sorted();
const PAYOUT: Column = Column::money("payout", "Payout", "What affiliates earn").sorted();
const MARGIN: Column = Column::figure("margin", "Margin", "Revenue less payout, in percent of revenue")
    .csv(&["Margin %"])
    .sorted();
const EPC: Column =
    Column::money("epc", "EPC", "Earnings per click: payout divided by clicks").sorted().off();
const RPC: Column = Column::money("rpc", "RPC", "Revenue per click").sorted().off();
const IMPRESSIONS: Column = Column::figure("impressions", "Impressions", "Ads shown").sorted().off();
const INVALID: Column = Column::figure("invalid_clicks", "Invalid", "Clicks that do not count")
    .csv(&["Invalid clicks"])
    .sorted()
    .off();
const CURRENCY: Column = Column::words("currency", "Currency").off();
const CREATED: Column = Column::words("created", "Created").sorted().off();
const STATUS: Column = Column::words("status", "Status");

const fn change(word: &'static str, effect: &'static str, permission: Permission) -> Bulk {
    let (label, done) = match word.as_bytes() {
        b"pause" => ("Pause", "paused"),
        _ => ("Activate", "activated"),
    };
    Bulk { word, label, done, effect, permission, danger: false, reason: false }
}

fn campaign_states() -> Vec<(&'static str, &'static str)> {
    CampaignStatus::ALL.iter().map(|s| (s.word(), s.label())).collect()
}

fn visibilities() -> Vec<(&'static str, &'static str)> {
    Visibility::ALL.iter().map(|s| (s.word(), s.label())).collect()
}

fn account_states() -> Vec<(&'static str, &'static str)> {
    AccountStatus::ALL.iter().map(|s| (s.word(), s.label())).collect()
}

/// States of a link.
pub(super) fn link_states() -> Vec<(&'static str, &'static str)> {
    LinkStatus::ALL.iter().map(|s| (s.word(), s.label())).collect()
}

/// States of a conversion.
pub(super) fn conversion_states() -> Vec<(&'static str, &'static str)> {
    ConversionStatus::ALL.iter().map(|s| (s.word(), s.label())).collect()
}

/// Codes of reasons, as people write them.
pub(super) fn reasons() -> Vec<(&'static str, &'static str)> {
    Reason::ALL.iter().map(|r| (r.code(), r.code())).collect()
}

pub static CAMPAIGNS: List = List {
    key: "campaigns",
    path: "/admin/campaigns",
    title: "Campaigns",
    permission: Permission::ViewNetwork,
    nouns: ("campaign", "campaigns"),
    columns: &[
        Column::words("name", "Campaign").csv(&["Campaign", "Campaign id"]).sorted(),
        Column::words("advertiser", "Advertiser").csv(&["Advertiser", "Advertiser id"]).sorted(),
        STATUS,
        CLICKS,
        CONVERSIONS_,
        CR,
        REVENUE,
        PAYOUT,
        MARGIN,
        EPC,
        RPC,
        IMPRESSIONS,
        INVALID,
        Column::figure("links", "Links", "Affiliates' links to it").off(),
        Column::words("visibility", "Visibility").off(),
        CURRENCY,
        CREATED,
    ],
    sort: "-clicks",
    search: "Name or id",
    filters: &[
        Filter { key: "status", label: "Status", choices: Choices::Words(campaign_states) },
        Filter { key: "visibility", label: "Visibility", choices: Choices::Words(visibilities) },
        Filter { key: "advertiser", label: "Advertiser", choices: Choices::Objects },
    ],
    bulk: &[
        change("pause", "Visitors of their links go to the fallback address.", Permission::EditCampaigns),
        change("activate", "Their links take traffic again.", Permission::EditCampaigns),
    ],
};

pub static LINKS: List = List {
    key: "links",
    path: "/admin/links",
    title: "Links",
    permission: Permission::ViewNetwork,
    nouns: ("link", "links"),
    columns: &[
        Column::words("code", "Link").csv(&["Code", "Link id", "Address"]),
        Column::words("name", "Campaign, affiliate")
            .csv(&["Campaign", "Campaign id", "Affiliate", "Affiliate id"])
            .sorted(),
        STATUS,
        CLICKS,
        CONVERSIONS_,
        CR,
        REVENUE,
        PAYOUT,
        MARGIN,
        EPC,
        RPC,
        IMPRESSIONS,
        INVALID,
        CURRENCY,
        CREATED,
    ],
    sort: "-clicks",
    search: "Code, name or id",
    filters: &[
        Filter { key: "status", label: "Status", choices: Choices::Words(link_states) },
        Filter { key: "campaign", label: "Campaign", choices: Choices::Objects },
        Filter { key: "affiliate", label: "Affiliate", choices: Choices::Objects },
    ],
    bulk: &[
        change("pause", "Their visitors go to the fallback address.", Permission::EditLinks),
        change("activate", "They take traffic again.", Permission::EditLinks),
    ],
};

pub static AFFILIATES: List = List {
    key: "affiliates",
    path: "/admin/affiliates",
    title: "Affiliates",
    permission: Permission::ViewNetwork,
    nouns: ("affiliate", "affiliates"),
    columns: &[
        Column::words("name", "Affiliate").csv(&["Affiliate", "Affiliate id"]).sorted(),
        STATUS,
        Column::figure("things", "Links", "").csv(&["Links"]),
        CLICKS,
        CONVERSIONS_,
        CR,
        REVENUE,
        PAYOUT,
        MARGIN,
        EPC,
        RPC,
        IMPRESSIONS,
        INVALID,
        Column::words("email", "Contact email").off(),
        CURRENCY,
        CREATED,
    ],
    sort: "-clicks",
    search: "Name, email or id",
    filters: &[Filter { key: "status", label: "Status", choices: Choices::Words(account_states) }],
    bulk: &[
        change("pause", "Clicks on their links no longer count.", Permission::EditAffiliates),
        change("activate", "They can take links, and their clicks count.", Permission::EditAffiliates),
    ],
};

pub static ADVERTISERS: List = List {
    key: "advertisers",
    path: "/admin/advertisers",
    title: "Advertisers",
    permission: Permission::ViewNetwork,
    nouns: ("advertiser", "advertisers"),
    columns: &[
        Column::words("name", "Advertiser").csv(&["Advertiser", "Advertiser id"]).sorted(),
        STATUS,
        Column::figure("things", "Campaigns", "").csv(&["Campaigns"]),
        CLICKS,
        CONVERSIONS_,
        CR,
        REVENUE,
        PAYOUT,
        MARGIN,
        EPC,
        RPC,
        IMPRESSIONS,
        INVALID,
        Column::words("email", "Contact email").off(),
        CURRENCY,
        CREATED,
    ],
    sort: "-clicks",
    search: "Name, email or id",
    filters: &[Filter { key: "status", label: "Status", choices: Choices::Words(account_states) }],
    bulk: &[
        change("pause", "None of their campaigns runs.", Permission::EditAdvertisers),
        change("activate", "Their active campaigns run again.", Permission::EditAdvertisers),
    ],
};

pub static CONVERSIONS: List = List {
    key: "conversions",
    path: "/admin/conversions",
    title: "Conversions",
    permission: Permission::ViewNetwork,
    nouns: ("conversion", "conversions"),
    columns: &[
        Column::words("name", "Conversion").csv(&["Transaction id", "Goal", "Conversion id"]),
        Column::words("received", "Received").sorted(),
        Column::words("status", "Status").csv(&["Status", "Reason"]),
        Column::words("campaign", "Campaign, affiliate").csv(&[
            "Campaign",
            "Campaign id",
            "Affiliate",
            "Affiliate id",
        ]),
        Column::money("revenue", "Revenue", "What the advertiser owes").sorted(),
        Column::money("payout", "Payout", "What the affiliate earns").sorted(),
        Column::words("advertiser", "Advertiser").csv(&["Advertiser", "Advertiser id"]).off(),
        Column::money("amount", "Reported", "The amount in the advertiser's report")
            .csv(&["Reported amount"])
            .off(),
        Column::words("method", "Reported by").off(),
        Column::words("source", "Source").off(),
        Column::words("subs", "Sub-ids").off(),
        Column::words("coupon", "Coupon").off(),
        Column::words("click", "Click id").off(),
        Column::words("decided", "Decided").csv(&["Decided", "Decided by"]).off(),
        Column::words("note", "Note").off(),
        CURRENCY,
    ],
    sort: "-received",
    search: "Transaction, click or conversion id",
    filters: &[
        Filter { key: "status", label: "Status", choices: Choices::Words(conversion_states) },
        Filter { key: "campaign", label: "Campaign", choices: Choices::Objects },
        Filter { key: "affiliate", label: "Affiliate", choices: Choices::Objects },
        Filter { key: "reason", label: "Reason", choices: Choices::Word(reasons) },
    ],
    bulk: &[
        Bulk {
            word: "approve",
            label: "Approve",
            done: "approved",
            effect: "The affiliates' pending amounts become approved, and the advertisers owe them.",
            permission: Permission::DecideConversions,
            danger: false,
            reason: false,
        },
        Bulk {
            word: "reject",
            label: "Reject",
            done: "rejected",
            effect: "The affiliates lose these payouts. What was posted for them is undone.",
            permission: Permission::DecideConversions,
            danger: true,
            reason: true,
        },
    ],
};
