//! Links on the pages of what they belong to.

use crate::{
    parts::{figure_cells, figure_heads, label_of},
    ui::{CopyButton, EmptyState, NameCell, TableCard, Th, table::StatusCell},
};
use domain::{status::LinkStatus, view::LinkRow};
use leptos::prelude::*;

/// The links of a campaign or of an affiliate.
#[component]
pub fn LinkTable(
    rows: Vec<LinkRow>,
    /// Where tracked links begin.
    tracking_url: String,
    /// What the other end of each link is called: `campaign` or `affiliate`.
    others: &'static str,
) -> impl IntoView {
    let by_campaign = others == "campaign";
    let empty = rows.is_empty().then(|| {
        view! { <EmptyState title="No links yet" text="Each affiliate has one link to each campaign it runs." /> }
            .into_any()
    });
    let most = rows.iter().map(|r| r.figures.clicks_raw).max().unwrap_or(0);
    let rows = rows
        .into_iter()
        .map(|r| {
            let share = share(r.figures.clicks_raw, most);
            let label = label_of(&r.status, LinkStatus::label);
            let (name, href) = if by_campaign {
                (r.campaign, format!("/admin/campaigns/{}", r.campaign_id))
            } else {
                (r.affiliate, format!("/admin/affiliates/{}", r.affiliate_id))
            };
            view! {
                <tr>
                    <NameCell name href id=r.id />
                    {address_cell(&tracking_url, &r.code)}
                    <StatusCell word=r.status label />
                    {figure_cells(r.figures, Some(share))}
                </tr>
            }
        })
        .collect_view();
    let head = if by_campaign { "Campaign" } else { "Affiliate" };
    view! {
        <TableCard title="Links" nostrip:empty=empty>
            <thead>
                <tr><Th label=head /><Th label="Address" /><Th label="Status" />{figure_heads()}</tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
}

/// The address to copy; the code is what is read.
fn address_cell(tracking_url: &str, code: &str) -> AnyView {
    let address = format!("{tracking_url}/c/{code}");
    view! {
        <td class="address">
            <span class="id">
                <code title=address.clone()>{format!("/c/{code}")}</code>
                <CopyButton text=address what="link address" />
            </span>
        </td>
    }
    .into_any()
}

/// Clicks in percent of the most clicked row.
fn share(clicks: i64, most: i64) -> u8 {
    if most <= 0 { 0 } else { u8::try_from(clicks.clamp(0, most).saturating_mul(100) / most).unwrap_or(100) }
}
