//! Figures.

use super::{
    input::{Query, Wrong, in_query, list_params, network_filter},
    schema::{self, Cash, ListErrors, Time, cash},
};
use crate::api::{
    ApiDeps,
    auth::{Key, Scope},
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::{
    access::Realm,
    ids::{AffiliateId, CampaignId, LinkId},
};
use engine::api::{
    Ask,
    stats::{self, Bucket, Wanted},
};
use serde::Serialize;
use store::{api::stats::Line, reports::stats::Scope as Figures};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter<ApiDeps> {
    OpenApiRouter::new().routes(routes!(report))
}

/// Figures of one bucket of time, one group and one currency. Nothing is added up across currencies.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportLine {
    /// Where the bucket begins: an hour or a day of UTC, or the period.
    pub start: Time,
    /// `null` unless grouped by it.
    #[schema(value_type = Option<schema::CampaignId>)]
    pub campaign_id: Option<String>,
    /// `null` unless grouped by it.
    #[schema(value_type = Option<schema::AffiliateId>)]
    pub affiliate_id: Option<String>,
    /// `null` unless grouped by it.
    #[schema(value_type = Option<schema::LinkId>)]
    pub link_id: Option<String>,
    /// ISO 4217.
    #[schema(example = "USD")]
    pub currency: String,
    /// Ads shown.
    pub impressions: i64,
    /// Valid clicks, counted when they happened.
    pub clicks: i64,
    /// Clicks with a reason not to count.
    pub invalid_clicks: i64,
    /// Pending and approved conversions, counted when they were received. CR = conversions / clicks.
    pub conversions: i64,
    /// Approved ones among the conversions.
    pub approved: i64,
    /// Rejected ones; they are not among the conversions.
    pub rejected: i64,
    /// What affiliates get for the conversions. EPC = payout / clicks.
    pub payout: Cash,
    /// What advertisers pay for them; only for the network's keys. Margin = (revenue − payout) / revenue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Cash, required = false)]
    pub revenue: Option<Cash>,
}

/// A page of figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct Report {
    /// In the order of time, then of ids; buckets and groups without figures are left out.
    pub data: Vec<ReportLine>,
    /// Send it as `cursor`, with the same filters, to get the next page; `null` on the last page.
    pub next_cursor: Option<String>,
    /// Lines on all pages; only with `include=total`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub total: Option<i64>,
    /// The period as it was taken: whole hours.
    pub from: Time,
    /// Exclusive.
    pub to: Time,
    /// Everything that happened before this moment is counted.
    pub data_as_of: Time,
}

list_params! {
    /// What the report is about.
    Params {
        /// Hours that begin at this moment or later; seven days before the end unless given.
        #[param(value_type = Option<Time>)]
        from,
        /// Hours that begin before this moment; now unless given. At most 31 days by the hour, 400 otherwise.
        #[param(value_type = Option<Time>)]
        to,
        /// How long a bucket is, in UTC: `hour`, `day`, or the whole period (`total`). Days unless given.
        #[param(value_type = Option<schema::Interval>)]
        interval,
        /// One or several, separated by commas; all in one line unless given.
        #[param(style = Form, explode = false, value_type = Option<Vec<schema::Grouping>>)]
        group_by,
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
    }
}

fn line(l: Line, realm: Realm, wanted: &Wanted) -> Option<ReportLine> {
    let currency = l.key.currency;
    Some(ReportLine {
        start: Time(l.key.start),
        campaign_id: wanted.by_campaign.then(|| CampaignId(l.key.campaign).to_string()),
        affiliate_id: wanted.by_affiliate.then(|| AffiliateId(l.key.affiliate).to_string()),
        link_id: wanted.by_link.then(|| LinkId(l.key.link).to_string()),
        impressions: l.sums.impressions,
        clicks: l.sums.clicks,
        invalid_clicks: l.sums.invalid_clicks,
        conversions: l.sums.conversions,
        approved: l.approved,
        rejected: l.rejected,
        payout: cash(l.sums.payout, Some(&currency))?,
        revenue: match realm {
            Realm::Network => Some(cash(l.sums.revenue, Some(&currency))?),
            _ => None,
        },
        currency,
    })
}

/// Get figures
///
/// Clicks, conversions and money by hour or day, grouped by campaign, affiliate or link. An affiliate's key gets its own
/// figures.
#[utoipa::path(
    get, path = "/reports", operation_id = "get_report", tag = "Reports",
    params(Params), security(("key" = ["reports:read"])),
    responses((status = 200, description = "A page of figures.", body = Report), ListErrors)
)]
async fn report(
    Key(caller): Key,
    State(deps): State<ApiDeps>,
    Query(params): Query<Params>,
) -> Result<Json<Report>, Problem> {
    caller.need(Scope::ReportsRead)?;
    network_filter(caller.realm, "advertiser", params.advertiser.is_some())?;
    let mut wrong = Wrong::default();
    let bucket = match params.interval.as_deref() {
        None | Some("" | "day") => Bucket::Day,
        Some("hour") => Bucket::Hour,
        Some("total") => Bucket::Total,
        Some(_) => {
            wrong.add("interval", "Use one of: hour, day, total.");
            Bucket::Day
        }
    };
    let groups =
        wrong.words("group_by", params.group_by.as_ref(), &["campaign", "affiliate", "link"], |word| word);
    let wanted = Wanted {
        from: wrong.moment("from", params.from.as_ref()),
        to: wrong.moment("to", params.to.as_ref()),
        scope: Figures {
            campaign: wrong.one("campaign", params.campaign.as_ref(), "the id of a campaign, camp_…"),
            affiliate: wrong.one("affiliate", params.affiliate.as_ref(), "the id of an affiliate, aff_…"),
            advertiser: wrong.one("advertiser", params.advertiser.as_ref(), "the id of an advertiser, adv_…"),
            link: wrong.one("link", params.link.as_ref(), "the id of a link, link_…"),
        },
        bucket,
        by_campaign: groups.contains(&"campaign"),
        by_affiliate: groups.contains(&"affiliate"),
        by_link: groups.contains(&"link"),
    };
    let paging = wrong.paging(&params.page());
    wrong.check()?;
    let ask = Ask { db: &deps.db, realm: caller.realm };
    let report = stats::report(ask, &wanted, &paging, (deps.now)()).await.map_err(in_query)?;
    let lines = report.page.rows.into_iter().map(|l| line(l, caller.realm, &wanted));
    Ok(Json(Report {
        data: lines.collect::<Option<_>>().ok_or_else(Problem::internal)?,
        next_cursor: report.page.next,
        total: report.page.total,
        from: Time(report.from),
        to: Time(report.to),
        data_as_of: Time(report.as_of),
    }))
}
