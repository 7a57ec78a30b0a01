//! Conversions, as the network sees them.

use super::{Ask, parts};
use crate::EngineError;
use chrono::DateTime;
use domain::{
    ids::{AdvertiserId, AffiliateId, CampaignId, ConversionId, LinkId},
    money::{Currency, Money},
    reason::Reason,
    status::{ConversionMethod, ConversionStatus},
    view::{ConflictView, ConversionDetail, ConversionRow, LedgerLine, ListQuery},
};
use store::reports::conversions::{self as rows, Filter, Order, Row, Search};

/// One conversion with what it did to the ledger.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Forbidden`] for everybody but the network's people;
/// [`EngineError::Unavailable`].
pub async fn detail(ask: &Ask<'_>, id: ConversionId) -> Result<ConversionDetail, EngineError> {
    parts::network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let r = rows::one(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let ledger = rows::ledger(&mut tx, id).await?;
    let conflicts = rows::conflicts(&mut tx, id).await?;
    let advertiser = match r.advertiser_id {
        Some(id) => store::config::advertisers::get(&mut tx, AdvertiserId(id)).await?.map(|a| a.name),
        None => None,
    };
    let time = |at: DateTime<chrono::Utc>| parts::time(at.timestamp_millis(), ask.tz);
    Ok(ConversionDetail {
        row: row(&r, ask.tz),
        advertiser_id: r.advertiser_id.map(|id| AdvertiserId(id).to_string()).unwrap_or_default(),
        advertiser: advertiser.unwrap_or_default(),
        link_id: r.link_id.map(|id| LinkId(id).to_string()).unwrap_or_default(),
        click_at: r.click_at.map(time),
        reported_amount: r.reported_amount.clone(),
        currency: r.currency.clone().unwrap_or_default(),
        coupon: r.coupon.clone(),
        subs: numbered("sub", &r.subs),
        adv: numbered("adv", &r.adv),
        ip: r.ip.clone().unwrap_or_default(),
        user_agent: r.user_agent.clone(),
        decided: r.decided_at.map(time),
        decided_by: r.decided_by.clone().unwrap_or_default(),
        ledger: ledger
            .into_iter()
            .map(|l| {
                let amount = money(Some(&l.currency), l.amount_minor.abs());
                let (debit, credit) =
                    if l.amount_minor > 0 { (amount, String::new()) } else { (String::new(), amount) };
                LedgerLine {
                    kind: l.kind,
                    at: time(l.at),
                    actor: l.actor,
                    account: sentence(&l.account),
                    debit,
                    credit,
                }
            })
            .collect(),
        conflicts: conflicts
            .into_iter()
            .map(|c| ConflictView {
                at: time(c.at),
                reported_amount: c.reported_amount,
                revenue: money(r.currency.as_deref(), c.revenue_minor),
                payout: money(r.currency.as_deref(), c.payout_minor),
            })
            .collect(),
    })
}

/// A filter from what the address says; what makes no sense is left out.
pub(super) fn filter(q: &ListQuery, start_ms: i64, end_ms: i64) -> Filter {
    let at = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let search = match q.q.trim() {
        "" => None,
        text => Some(text.parse().map_or_else(|_| Search::Text(text.to_owned()), Search::Id)),
    };
    let statuses =
        q.status.split(',').filter_map(|s| s.parse::<ConversionStatus>().ok()).map(|s| s.word().to_owned());
    Filter {
        from: at(start_ms),
        to: at(end_ms),
        statuses: statuses.collect(),
        campaign: q.campaign.parse().ok(),
        affiliate: q.affiliate.parse().ok(),
        reason: Reason::from_code(&q.reason).map(|r| r.code().to_owned()),
        search,
    }
}

pub(super) fn order(q: &ListQuery) -> (Order, bool) {
    let (name, descending) = q.sorting(&["received", "revenue", "payout"], ("received", true));
    let order = match name {
        "revenue" => Order::Revenue,
        "payout" => Order::Payout,
        _ => Order::Received,
    };
    (order, descending)
}

pub(super) fn row(r: &Row, tz: &str) -> ConversionRow {
    let attributed = r.campaign_id.is_some();
    ConversionRow {
        id: ConversionId(r.id).to_string(),
        received: parts::time(r.received_at.timestamp_millis(), tz),
        status: r.status.clone(),
        reason: reason(r.reason.as_deref()),
        note: r.note.clone(),
        campaign_id: r.campaign_id.map(|id| CampaignId(id).to_string()).unwrap_or_default(),
        campaign: r.campaign.clone().unwrap_or_default(),
        affiliate_id: r.affiliate_id.map(|id| AffiliateId(id).to_string()).unwrap_or_default(),
        affiliate: r.affiliate.clone().unwrap_or_default(),
        goal: r.goal.clone(),
        txid: r.txid.clone(),
        click_id: r.click_id.clone(),
        amount: r
            .amount_minor
            .map_or_else(|| r.reported_amount.clone(), |minor| money(r.currency.as_deref(), minor)),
        revenue: money(r.currency.as_deref(), r.revenue_minor),
        payout: money(r.currency.as_deref(), r.payout_minor),
        method: r
            .method
            .parse::<ConversionMethod>()
            .map_or_else(|_| r.method.clone(), |m| m.label().to_owned()),
        source: r.source.clone(),
        may_approve: attributed && r.status == ConversionStatus::Pending.word(),
        may_reject: attributed && r.status != ConversionStatus::Rejected.word(),
    }
}

/// Code and sentence of a stored reason.
pub(super) fn reason(code: Option<&str>) -> Option<(String, String)> {
    let code = code?;
    let sentence = Reason::from_code(code).map_or("No further explanation is on record.", Reason::sentence);
    Some((code.to_owned(), sentence.to_owned()))
}

/// [`reason`] as the affiliate reads it, too: where the code says nothing, the sentence is the operator's note. Other
/// notes are the network's own.
pub(super) fn explained(code: Option<&str>, note: &str) -> Option<(String, String)> {
    let (code, sentence) = reason(code)?;
    let told = code == Reason::Other.code() && !note.is_empty();
    Some((code, if told { note.to_owned() } else { sentence }))
}

/// An amount for people; an en dash without a currency.
pub(super) fn money(currency: Option<&str>, minor: i64) -> String {
    match currency.unwrap_or("").parse::<Currency>() {
        Ok(currency) => Money::new(minor, currency).to_string(),
        Err(_) => "–".to_owned(),
    }
}

/// Values that are there, as `sub1`, `sub2`, …
pub(super) fn numbered(prefix: &str, values: &[String]) -> Vec<(String, String)> {
    let named = values.iter().enumerate().filter(|(_, v)| !v.is_empty());
    named.map(|(n, v)| (format!("{prefix}{}", n + 1), v.clone())).collect()
}

/// `affiliate_pending` → `Affiliate pending`.
fn sentence(word: &str) -> String {
    let spaced = word.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
