//! The queue of affiliates' requests to run campaigns.

use super::time;
use crate::{EngineError, campaigns::decide_application_in, reports::Ask};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    ids::{AffiliateId, CampaignId},
    status::ApplicationStatus,
    view::{AccessList, AccessRow, ListQuery, Rows},
};
use store::{
    Db,
    config::{AccessState, ListFilter, access},
    signup::applications,
};

/// Rows on a page, and most that are answered at once.
const PER_PAGE: i64 = 100;

/// The queue: those that wait first, the oldest at the top.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people; [`EngineError::Unavailable`].
pub async fn access_list(ask: &Ask<'_>, q: &ListQuery) -> Result<AccessList, EngineError> {
    if ask.realm != Realm::Network {
        return Err(EngineError::Forbidden("Only the network's own people see this.".into()));
    }
    let page = q.page_number();
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = access::list(&mut tx, &ListFilter::new(&q.status, &q.q, page, PER_PAGE)).await?;
    let waiting = access::count_waiting(&mut tx).await?;
    let waiting_applications = applications::count(&mut tx, ApplicationStatus::Waiting).await?;
    let rows = found.rows.into_iter().map(|r| AccessRow {
        campaign_id: CampaignId(r.campaign_id).to_string(),
        campaign: r.campaign,
        affiliate_id: AffiliateId(r.affiliate_id).to_string(),
        affiliate: r.affiliate,
        status: r.status,
        asked: time(r.created_at, ask.tz),
        decided: r.decided_at.map(|at| time(at, ask.tz)),
        note: r.note,
        answer: r.answer,
    });
    Ok(AccessList {
        list: Rows {
            none_ever: found.total == 0 && !q.is_filtered(),
            rows: rows.collect(),
            total: found.total,
            page,
            per_page: PER_PAGE,
        },
        waiting,
        waiting_applications,
    })
}

/// Answers several requests alike, `camp_…:aff_…` each. Returns how many; those answered so already stay as they are.
///
/// # Errors
/// [`EngineError::Invalid`] field `pairs` for none, too many or nonsense; else as
/// [`campaigns::decide_application`](crate::campaigns::decide_application).
pub async fn decide_many(
    db: &Db,
    actor: &Actor,
    pairs: &[String],
    state: AccessState,
    note: &str,
    console_url: &str,
    now: DateTime<Utc>,
) -> Result<usize, EngineError> {
    let read = |pair: &String| -> Option<(CampaignId, AffiliateId)> {
        let (campaign, affiliate) = pair.split_once(':')?;
        Some((campaign.parse().ok()?, affiliate.parse().ok()?))
    };
    let pairs: Option<Vec<_>> = pairs.iter().map(read).collect();
    let mut pairs =
        pairs.ok_or_else(|| EngineError::invalid("pairs", "Reload the page and choose again."))?;
    if pairs.is_empty() {
        return Err(EngineError::invalid("pairs", "Choose at least one application first."));
    }
    if pairs.len() > PER_PAGE as usize {
        return Err(EngineError::invalid("pairs", format!("Choose at most {PER_PAGE} at once.")));
    }
    // In a fixed order, so that two people at once do not wait for each other.
    pairs.sort_unstable();
    pairs.dedup();
    let mut tx = db.begin(actor.realm).await?;
    for pair in &pairs {
        decide_application_in(&mut tx, actor, *pair, state, note, console_url, now).await?;
    }
    tx.commit().await?;
    Ok(pairs.len())
}
