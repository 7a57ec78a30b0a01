//! One click by its id.

use super::{
    conversions::numbered,
    schema::{self, ReadErrors, Time},
};
use crate::api::{
    ApiDeps,
    auth::{Key, Scope},
    extract::InPath,
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::{
    access::Realm,
    ids::{AffiliateId, CampaignId, ConversionId, LinkId},
    reason::Reason,
};
use engine::api::{Ask, clicks};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(one))
}

/// A visitor followed a link.
#[derive(Debug, Serialize, ToSchema)]
pub struct Click {
    /// 47 letters and digits.
    pub click_id: String,
    pub at: Time,
    #[schema(value_type = schema::LinkId)]
    pub link_id: String,
    pub link_code: Option<String>,
    #[schema(value_type = schema::CampaignId)]
    pub campaign_id: String,
    #[schema(value_type = schema::AffiliateId)]
    pub affiliate_id: String,
    /// Why it did not count; `null` for a valid click.
    #[schema(example = "bot")]
    pub reason: Option<String>,
    /// The reason as a sentence.
    pub reason_text: Option<String>,
    pub referrer: String,
    pub source: String,
    /// The click's id in the affiliate's own system.
    pub ext_click_id: String,
    /// Sub-ids that the click carried, by name.
    #[schema(example = json!({"sub1": "home"}))]
    pub subs: BTreeMap<String, String>,
    /// Conversions reported for it, newest first, at most 50.
    #[schema(value_type = Vec<schema::ConversionId>)]
    pub conversion_ids: Vec<String>,
    /// The visitor's address; only for the network's keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub ip: Option<Option<String>>,
    /// The visitor's browser; only for the network's keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub user_agent: Option<String>,
}

/// Get a click
///
/// Clicks are kept for as long as the network's retention says; a conversion outlives its click.
#[utoipa::path(
    get, path = "/clicks/{click_id}", operation_id = "get_click", tag = "Clicks",
    params(("click_id" = String, Path, description = "The id that the destination was given.",
            max_length = 100, example = "04g0r40m30e209185gr38e1w8124gk2gahc5rr34d1p70x3")),
    security(("key" = ["clicks:read"])),
    responses((status = 200, description = "The click.", body = Click), ReadErrors)
)]
async fn one(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<String>,
) -> Result<Json<Click>, Problem> {
    caller.need(Scope::ClicksRead)?;
    let (click, reported) = clicks::one(Ask { db: &deps.db, realm: caller.realm }, &id).await?;
    let network = caller.realm == Realm::Network;
    let reason_text = click.reason.as_deref().and_then(Reason::from_code).map(|r| r.sentence().to_owned());
    Ok(Json(Click {
        click_id: click.click_id,
        at: Time(click.ts),
        link_id: LinkId(click.link_id).to_string(),
        link_code: click.link_code,
        campaign_id: CampaignId(click.campaign_id).to_string(),
        affiliate_id: AffiliateId(click.affiliate_id).to_string(),
        reason: click.reason,
        reason_text,
        referrer: click.referrer,
        source: click.source,
        ext_click_id: click.ext_click_id,
        subs: numbered("sub", click.subs),
        conversion_ids: reported.iter().map(|r| ConversionId(r.id).to_string()).collect(),
        ip: network.then_some(click.ip),
        user_agent: network.then_some(click.user_agent),
    }))
}
