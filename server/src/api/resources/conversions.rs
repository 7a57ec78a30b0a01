//! Conversions, and decisions on them.

use super::{
    input::{Query, Wrong, in_query, list_params, network_filter},
    schema::{self, Cash, List, ListErrors, ReadErrors, Time, cash},
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
    ids::{AdvertiserId, AffiliateId, CampaignId, ConversionId, LinkId},
    reason::Reason,
    status::ConversionStatus,
};
use engine::api::{Ask, conversions};
use serde::Serialize;
use std::collections::BTreeMap;
use store::reports::conversions::Row;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// A reported result. What could not be attributed has no campaign, affiliate, link or money.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conversion {
    #[schema(value_type = schema::ConversionId)]
    pub id: String,
    pub received_at: Time,
    /// Pending and approved ones count; rejected ones do not.
    #[schema(value_type = schema::ConversionStatusWord)]
    pub status: String,
    /// Why it was rejected.
    #[schema(example = "click_expired")]
    pub reason: Option<String>,
    /// The reason as a sentence.
    pub reason_text: Option<String>,
    pub click_id: String,
    pub click_at: Option<Time>,
    #[schema(value_type = Option<schema::CampaignId>)]
    pub campaign_id: Option<String>,
    #[schema(value_type = Option<schema::AffiliateId>)]
    pub affiliate_id: Option<String>,
    #[schema(value_type = Option<schema::LinkId>)]
    pub link_id: Option<String>,
    /// Code of the goal.
    #[schema(example = "sale")]
    pub goal: String,
    /// The advertiser's number of the order; empty where none was reported.
    #[schema(example = "order-10442")]
    pub txid: String,
    /// What the affiliate gets.
    pub payout: Option<Cash>,
    /// Where the click came from, as the link said.
    pub source: String,
    /// Sub-ids that the click carried, by name.
    #[schema(example = json!({"sub1": "home", "sub3": "banner"}))]
    pub subs: BTreeMap<String, String>,
    pub decided_at: Option<Time>,
    /// Only for the network's keys, as is all that follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<schema::AdvertiserId>, required = false)]
    pub advertiser_id: Option<Option<String>>,
    /// What the advertiser pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Cash>, required = false)]
    pub revenue: Option<Option<Cash>>,
    /// The amount as it was reported, whatever it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "49.90")]
    pub reported_amount: Option<String>,
    /// The reported amount where it could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Cash>, required = false)]
    pub amount: Option<Option<Cash>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = schema::ConversionMethodWord, required = false)]
    pub method: Option<String>,
    /// Values the advertiser sent along, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = BTreeMap<String, String>, required = false, example = json!({"adv1": "new-customer"}))]
    pub adv: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub coupon: Option<String>,
    /// Written by whoever rejected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub note: Option<String>,
    /// Address the report came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub ip: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub user_agent: Option<String>,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, required = false)]
    pub decided_by: Option<Option<String>>,
}

/// Values that are there, as `sub1`, `sub2`, …
pub fn numbered(prefix: &str, values: Vec<String>) -> BTreeMap<String, String> {
    let named = values.into_iter().enumerate().filter(|(_, value)| !value.is_empty());
    named.map(|(n, value)| (format!("{prefix}{}", n + 1), value)).collect()
}

impl Conversion {
    pub fn of(r: Row, realm: Realm) -> Self {
        let currency = r.currency.as_deref();
        let network = realm == Realm::Network;
        let reason_text =
            r.reason.as_deref().and_then(Reason::from_code).map(|reason| reason.sentence().to_owned());
        Self {
            id: ConversionId(r.id).to_string(),
            received_at: Time(r.received_at),
            status: r.status,
            reason: r.reason,
            reason_text,
            click_id: r.click_id,
            click_at: r.click_at.map(Time),
            campaign_id: r.campaign_id.map(|id| CampaignId(id).to_string()),
            affiliate_id: r.affiliate_id.map(|id| AffiliateId(id).to_string()),
            link_id: r.link_id.map(|id| LinkId(id).to_string()),
            goal: r.goal,
            txid: r.txid,
            payout: cash(r.payout_minor, currency),
            source: r.source,
            subs: numbered("sub", r.subs),
            decided_at: r.decided_at.map(Time),
            advertiser_id: network.then(|| r.advertiser_id.map(|id| AdvertiserId(id).to_string())),
            revenue: network.then(|| cash(r.revenue_minor, currency)),
            reported_amount: network.then_some(r.reported_amount),
            amount: network.then(|| r.amount_minor.and_then(|minor| cash(minor, currency))),
            method: network.then_some(r.method),
            adv: network.then(|| numbered("adv", r.adv)),
            coupon: network.then_some(r.coupon),
            note: network.then_some(r.note),
            ip: network.then_some(r.ip),
            user_agent: network.then_some(r.user_agent),
            decided_by: network.then_some(r.decided_by),
        }
    }
}

list_params! {
    /// Filters of the list.
    Params {
        /// A conversion's id, a click id, or the beginning of a transaction id.
        #[param(max_length = 200)]
        q,
        /// Received at this moment or later.
        #[param(value_type = Option<Time>)]
        from,
        /// Received before this moment.
        #[param(value_type = Option<Time>)]
        to,
        /// One or several, separated by commas.
        #[param(style = Form, explode = false, value_type = Option<Vec<schema::ConversionStatusWord>>)]
        status,
        /// Code of a reason for a rejection.
        #[param(value_type = Option<schema::ReasonWord>)]
        reason,
        /// Id of a campaign.
        #[param(value_type = Option<schema::CampaignId>)]
        campaign,
        /// Id of an affiliate.
        #[param(value_type = Option<schema::AffiliateId>)]
        affiliate,
        /// Id of an advertiser; only for the network's keys.
        #[param(value_type = Option<schema::AdvertiserId>)]
        advertiser,
        /// Id of a link.
        #[param(value_type = Option<schema::LinkId>)]
        link,
        /// Latest first unless given; a minus reverses.
        #[param(value_type = Option<schema::ReceivedSort>)]
        sort,
    }
}

/// List conversions
#[utoipa::path(
    get, path = "/conversions", operation_id = "list_conversions", tag = "Conversions",
    params(Params), security(("key" = ["conversions:read"])),
    responses((status = 200, description = "A page of conversions.", body = List<Conversion>), ListErrors)
)]
async fn list(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    Query(params): Query<Params>,
) -> Result<Json<List<Conversion>>, Problem> {
    caller.need(Scope::ConversionsRead)?;
    network_filter(caller.realm, "advertiser", params.advertiser.is_some())?;
    let mut wrong = Wrong::default();
    let ascending = match params.sort.as_deref() {
        None | Some("" | "-received") => false,
        Some("received") => true,
        Some(_) => {
            wrong.add("sort", "Use one of: received, -received.");
            false
        }
    };
    let reasons = wrong.words("reason", params.reason.as_ref(), Reason::ALL, Reason::code);
    if reasons.len() > 1 {
        wrong.add("reason", "Give one reason.");
    }
    let wanted = conversions::Wanted {
        from: wrong.moment("from", params.from.as_ref()),
        to: wrong.moment("to", params.to.as_ref()),
        q: params.q.clone().unwrap_or_default(),
        statuses: wrong.words(
            "status",
            params.status.as_ref(),
            ConversionStatus::ALL,
            ConversionStatus::word,
        ),
        campaign: wrong.one("campaign", params.campaign.as_ref(), "the id of a campaign, camp_…"),
        affiliate: wrong.one("affiliate", params.affiliate.as_ref(), "the id of an affiliate, aff_…"),
        advertiser: wrong.one("advertiser", params.advertiser.as_ref(), "the id of an advertiser, adv_…"),
        link: wrong.one("link", params.link.as_ref(), "the id of a link, link_…"),
        reason: reasons.first().copied(),
        ascending,
    };
    let paging = wrong.paging(&params.page());
    wrong.check()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let page = conversions::list(ask, &wanted, &paging).await.map_err(in_query)?;
    Ok(Json(List::of(page, |row| Conversion::of(row, caller.realm))))
}

/// Get a conversion
#[utoipa::path(
    get, path = "/conversions/{id}", operation_id = "get_conversion", tag = "Conversions",
    params(("id" = schema::ConversionId, Path)), security(("key" = ["conversions:read"])),
    responses((status = 200, description = "The conversion.", body = Conversion), ReadErrors)
)]
async fn one(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    InPath(id): InPath<ConversionId>,
) -> Result<Json<Conversion>, Problem> {
    caller.need(Scope::ConversionsRead)?;
    let row = conversions::one(Ask { db: &deps.db, realm: caller.realm }, id).await?;
    Ok(Json(Conversion::of(row, caller.realm)))
}
