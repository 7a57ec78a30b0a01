//! Everything known of one click id.

use super::{Ask, conversions, parts};
use crate::EngineError;
use chrono::DateTime;
use domain::{
    click_id::{ClickKey, ClickRef},
    ids::{AffiliateId, CampaignId, LinkId},
    view::{ClickLookup, ClickView, DecodedClick},
};
use store::reports::{clicks, conversions as rows};

/// Reads the id itself and looks for the click's record and its conversions. A wrong id is an answer, not an error.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people; [`EngineError::Unavailable`].
pub async fn lookup(ask: &Ask<'_>, asked: &str) -> Result<ClickLookup, EngineError> {
    parts::network_only(ask)?;
    let asked = asked.trim().to_lowercase();
    let mut answer =
        ClickLookup { asked: asked.clone(), problem: None, decoded: None, click: None, conversions: vec![] };
    if asked.is_empty() {
        return Ok(answer);
    }
    let key = ClickKey::new(store::config::load_snapshot(ask.db).await?.click_key);
    let click = match ClickRef::verify(&asked, &key) {
        Ok(click) => click,
        Err(bad) => {
            answer.problem = Some(bad.to_string());
            return Ok(answer);
        }
    };
    answer.decoded = Some(DecodedClick {
        link_id: click.link.to_string(),
        at: parts::time(click.ts_ms, ask.tz),
        node: click.node,
        shard: click.shard,
        seq_low: click.seq_low,
    });
    let ts = DateTime::from_timestamp_millis(click.ts_ms).unwrap_or_default();
    let mut tx = ask.db.begin_read(ask.realm).await?;
    answer.click = clicks::find(&mut tx, &asked, ts).await?.map(|r| view(r, ask.tz));
    answer.conversions =
        rows::of_click(&mut tx, &asked).await?.iter().map(|r| conversions::row(r, ask.tz)).collect();
    Ok(answer)
}

fn view(r: clicks::Row, tz: &str) -> ClickView {
    ClickView {
        at: parts::time(r.ts.timestamp_millis(), tz),
        link_id: LinkId(r.link_id).to_string(),
        link_code: r.link_code.unwrap_or_default(),
        campaign_id: CampaignId(r.campaign_id).to_string(),
        campaign: r.campaign.unwrap_or_default(),
        affiliate_id: AffiliateId(r.affiliate_id).to_string(),
        affiliate: r.affiliate.unwrap_or_default(),
        reason: conversions::reason(r.reason.as_deref()),
        ip: r.ip.unwrap_or_default(),
        user_agent: r.user_agent,
        referrer: r.referrer,
        source: r.source,
        ext_click_id: r.ext_click_id,
        subs: conversions::numbered("sub", &r.subs),
        stream: r.stream,
        seq: r.seq,
        click_id: r.click_id,
    }
}
