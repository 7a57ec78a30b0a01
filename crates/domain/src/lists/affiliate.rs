//! The affiliates' lists. None of them has what an advertiser pays.

use super::{
    Choices, Column, Filter, List,
    admin::{conversion_states, link_states, reasons},
};
use crate::access::Permission;

const CLICKS: Column = Column::figure("clicks", "Clicks", "Valid clicks").sorted();
const CONVERSIONS: Column =
    Column::figure("conversions", "Conv.", "Pending and approved conversions").csv(&["Conversions"]).sorted();
const CR: Column = Column::figure("cr", "CR", "Conversions per click").csv(&["CR %"]);
const EARNED: Column =
    Column::money("earned", "Earned", "What these conversions pay, pending included").sorted();
const EPC: Column = Column::money("epc", "EPC", "Earnings per click");
const CURRENCY: Column = Column::words("currency", "Currency").off();

/// Words of the access a campaign gives an affiliate, and what it reads.
pub const ACCESS: &[(&str, &str)] = &[
    ("open", "Open to you"),
    ("apply", "By application"),
    ("applied", "Application sent"),
    ("approved", "Approved"),
    ("refused", "Application refused"),
];

pub static OWN_CAMPAIGNS: List = List {
    key: "own_campaigns",
    path: "/affiliate/campaigns",
    title: "Campaigns to run",
    permission: Permission::RunCampaigns,
    nouns: ("campaign", "campaigns"),
    columns: &[
        Column::words("name", "Campaign").csv(&["Campaign", "Campaign id"]).sorted(),
        Column::words("access", "Access"),
        Column::words("pays", "Pays"),
        Column::figure("clicks", "Your clicks", "Valid clicks").sorted(),
        CONVERSIONS,
        CR.off(),
        EARNED,
        EPC,
        CURRENCY,
    ],
    sort: "name",
    search: "Campaign",
    filters: &[Filter { key: "status", label: "Access", choices: Choices::Words(|| ACCESS.to_vec()) }],
    bulk: &[],
};

pub static OWN_LINKS: List = List {
    key: "own_links",
    path: "/affiliate/links",
    title: "My links",
    permission: Permission::RunCampaigns,
    nouns: ("link", "links"),
    columns: &[
        Column::words("name", "Campaign").csv(&["Campaign", "Campaign id", "Link id"]).sorted(),
        Column::words("address", "Tracking URL"),
        Column::words("status", "Status"),
        CLICKS,
        CONVERSIONS,
        CR,
        EARNED,
        EPC,
        CURRENCY,
    ],
    sort: "-clicks",
    search: "Campaign",
    filters: &[Filter { key: "status", label: "Status", choices: Choices::Words(link_states) }],
    bulk: &[],
};

pub static OWN_CONVERSIONS: List = List {
    key: "own_conversions",
    path: "/affiliate/conversions",
    title: "Conversions",
    permission: Permission::RunCampaigns,
    nouns: ("conversion", "conversions"),
    columns: &[
        Column::words("name", "Conversion").csv(&["Goal", "Transaction id", "Conversion id"]),
        Column::words("received", "Received").sorted(),
        Column::words("status", "Status").csv(&["Status", "Reason"]),
        Column::money("payout", "Payout", "What it pays you").sorted(),
        Column::words("campaign", "Campaign").csv(&["Campaign", "Campaign id"]),
        Column::words("passed", "Source and sub-ids"),
        Column::words("click", "Click id").off(),
        CURRENCY,
    ],
    sort: "-received",
    search: "Transaction, click or conversion id",
    filters: &[
        Filter { key: "status", label: "Status", choices: Choices::Words(conversion_states) },
        Filter { key: "campaign", label: "Campaign", choices: Choices::Objects },
        Filter { key: "reason", label: "Reason", choices: Choices::Word(reasons) },
    ],
    bulk: &[],
};

pub static OWN_SUBS: List = List {
    key: "own_subs",
    path: "/affiliate/subs",
    title: "Sub-ids",
    permission: Permission::RunCampaigns,
    nouns: ("row", "rows"),
    columns: &[
        Column::words("value", "Value").sorted(),
        Column::words("campaign", "Campaign").csv(&["Campaign", "Campaign id"]),
        CLICKS,
        CONVERSIONS,
        CR,
        EARNED,
        EPC,
        CURRENCY,
    ],
    sort: "-clicks",
    search: "Beginning of the value",
    filters: &[
        Filter { key: "sub", label: "Sub-id", choices: Choices::One(sub_numbers) },
        Filter { key: "campaign", label: "Campaign", choices: Choices::Objects },
    ],
    bulk: &[],
};

fn sub_numbers() -> Vec<(&'static str, &'static str)> {
    vec![
        ("1", "sub1"),
        ("2", "sub2"),
        ("3", "sub3"),
        ("4", "sub4"),
        ("5", "sub5"),
        ("6", "sub6"),
        ("7", "sub7"),
        ("8", "sub8"),
        ("9", "sub9"),
        ("10", "sub10"),
    ]
}
