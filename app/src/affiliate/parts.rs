//! What the pages of the affiliates' portal share.

use crate::ui::{CopyButton, MoneyCell, NameCell, Num, StatusBadge, Th, TimeCell};
use domain::{
    status::{CampaignStatus, ConversionStatus, LinkStatus},
    view::{OwnConversion, OwnLink},
};
use leptos::prelude::*;

/// Headers of [`link_row`].
#[must_use]
pub fn link_heads() -> AnyView {
    let head = |label: &'static str, meaning: &'static str| view! { <Th label num=true meaning /> };
    view! {
        <tr>
            <Th label="Campaign" />
            <Th label="Tracking URL" />
            <Th label="Status" />
            {head("Clicks", "Valid clicks")}
            {head("Conv.", "Pending and approved conversions")}
            {head("CR", "Conversions per click")}
            {head("Earned", "What these conversions pay, pending included")}
            {head("EPC", "Earnings per click")}
        </tr>
    }
    .into_any()
}

/// One of the affiliate's links with its figures.
#[must_use]
pub fn link_row(l: OwnLink, tracking_url: &str, most: i64) -> AnyView {
    let address = format!("{tracking_url}/c/{}", l.code);
    let label = l.status.parse::<LinkStatus>().map(LinkStatus::label).ok();
    let label = label.or_else(|| l.status.parse::<CampaignStatus>().map(CampaignStatus::label).ok());
    let label = label.map_or_else(|| l.status.clone(), str::to_owned);
    let bar = if most > 0 { l.clicks_raw as f64 * 100.0 / most as f64 } else { 0.0 };
    view! {
        <tr>
            <NameCell name=l.campaign href=format!("/affiliate/campaigns/{}", l.campaign_id) id=l.id />
            <td class="address">
                <span class="id">
                    <code title=address.clone()>{format!("/c/{}", l.code)}</code>
                    <CopyButton text=address what="tracking URL" />
                </span>
            </td>
            <td><StatusBadge word=l.status label /></td>
            <Num text=l.clicks bar=bar />
            <Num text=l.conversions />
            <Num text=l.cr />
            <MoneyCell text=l.earned />
            <Num text=l.epc />
        </tr>
    }
    .into_any()
}

/// Headers of [`conversion_row`].
#[must_use]
pub fn conversion_heads() -> AnyView {
    view! {
        <tr>
            <Th label="Conversion" />
            <Th label="Received" />
            <Th label="Status" />
            <Th label="Payout" num=true />
            <Th label="Campaign" />
            <Th label="Source and sub-ids" />
        </tr>
    }
    .into_any()
}

/// A conversion, with the reason in words where it did not count.
#[must_use]
pub fn conversion_row(c: OwnConversion) -> AnyView {
    let name = if c.txid.is_empty() { c.goal.clone() } else { format!("{} · {}", c.goal, c.txid) };
    let name = name.trim_start_matches(" · ").to_owned();
    let label =
        c.status.parse::<ConversionStatus>().map_or_else(|_| c.status.clone(), |s| s.label().to_owned());
    // What a rejected one would have paid is not part of any sum.
    let payout = if c.status == ConversionStatus::Rejected.word() {
        view! { <td class="n money"><s>{c.payout}</s></td> }.into_any()
    } else {
        view! { <MoneyCell text=c.payout /> }.into_any()
    };
    let why =
        c.reason.map(|(code, sentence)| view! { <span class="why">{sentence}" "<code>{code}</code></span> });
    let mut passed: Vec<String> = c.subs.into_iter().map(|(n, v)| format!("{n}={v}")).collect();
    if !c.source.is_empty() {
        passed.insert(0, format!("source={}", c.source));
    }
    let passed = if passed.is_empty() { "–".to_owned() } else { passed.join(" · ") };
    view! {
        <tr>
            <NameCell name id=c.id />
            <TimeCell text=c.received.local utc=c.received.utc />
            <td class="status-why"><StatusBadge word=c.status label />{why}</td>
            {payout}
            <td><a href=format!("/affiliate/campaigns/{}", c.campaign_id)>{c.campaign}</a></td>
            <td class="passed">{passed}</td>
        </tr>
    }
    .into_any()
}
