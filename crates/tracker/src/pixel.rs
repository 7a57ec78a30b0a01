//! Pixels: impressions, and the cookie by which a conversion pixel finds its click.

use crate::{lane::Lane, query, respond, visitor};
use axum::body::Body;
use domain::{
    clicks,
    event::{self, Impression},
    ids::CampaignId,
    reason::Reason,
    snapshot::CampaignEntry,
};
use http::{HeaderMap, HeaderValue, Response, header, request::Parts};
use std::fmt::Write as _;

/// The campaign's id follows.
const COOKIE: &str = "mr_";

/// The cookie that remembers a visitor's last click for a campaign, as long as the campaign's window.
pub(crate) fn cookie(campaign: &CampaignEntry, click_id: &str, secure: bool) -> Option<HeaderValue> {
    // Pixels sit on the advertiser's pages, so the cookie must travel across sites, which browsers allow over TLS only.
    let site = if secure { "SameSite=None; Secure" } else { "SameSite=Lax" };
    let mut text = String::with_capacity(160);
    let (id, window) = (campaign.id, campaign.window_secs);
    // Writing to a String cannot fail.
    let _ = write!(text, "{COOKIE}{id}={click_id}; Path=/; Max-Age={window}; HttpOnly; {site}");
    crate::click::header_value(text)
}

/// Click ids that the visitor's cookies carry, of one campaign or of all.
pub(crate) fn click_ids(headers: &HeaderMap, campaign: Option<CampaignId>) -> Vec<&str> {
    let wanted = campaign.map(|c| format!("{COOKIE}{c}"));
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| match &wanted {
            Some(wanted) => name == wanted,
            None => name.starts_with(COOKIE),
        })
        .map(|(_, value)| value)
        .take(32)
        .collect()
}

/// Answers `GET /i/{code}`: always the GIF, so that no page ever shows a broken image.
pub(crate) fn impression(lane: &Lane, parts: &Parts) -> Response<Body> {
    let code = parts.uri.path().strip_prefix("/i/").unwrap_or("");
    let text = parts.uri.query().unwrap_or("");
    let index = lane.shared.index.load();
    if let Some(link) = index.link(code)
        && text.len() <= query::MAX_QUERY
        && parts.method == http::Method::GET
        && !visitor::is_prefetch(&parts.headers)
    {
        let campaign = index.campaign(link);
        let source = query::pairs(text)
            .find(|(name, _)| name == "source")
            .map(|(_, v)| query::clean(v, 128))
            .unwrap_or_default();
        let robot = clicks::is_robot(visitor::text(&parts.headers, header::USER_AGENT, 512).as_bytes());
        let now_us = lane.now_us();
        let impression = Impression {
            link: link.id,
            campaign: campaign.id,
            affiliate: link.affiliate,
            advertiser: campaign.advertiser,
            ts_ms: now_us / 1000,
            reason: if !campaign.active {
                Some(Reason::CampaignPaused)
            } else {
                robot.then_some(Reason::Bot)
            },
            source: &source,
        };
        match lane.append(now_us, event::kind::IMPRESSION, |_, out| event::encode_into(&impression, out)) {
            Ok(_) => lane.shared.meters.impressions.increment(1),
            Err(error) => tracing::error!(%error, shard = lane.number, "impression not spooled"),
        }
    }
    respond::gif()
}
