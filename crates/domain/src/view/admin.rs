//! What the network's people see.

use super::parts::{BarsData, ChartData, DataAsOf, Kpi, NeedsYou, PeriodView, Rows, TimeView};
use serde::{Deserialize, Serialize};

/// Figures of one line, formatted; the raw ones are for bars and sorting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub clicks: String,
    pub invalid_clicks: String,
    pub impressions: String,
    pub conversions: String,
    pub cr: String,
    pub revenue: String,
    pub payout: String,
    /// `31.3 %`.
    pub margin: String,
    pub epc: String,
    pub clicks_raw: i64,
    pub conversions_raw: i64,
    pub revenue_minor: i64,
    pub payout_minor: i64,
}

/// Totals of a whole filtered set in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Such as `All 15 campaigns`, with the currency where there are several.
    pub label: String,
    pub currency: String,
    pub figures: Figures,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdminOverview {
    pub as_of: DataAsOf,
    pub period: PeriodView,
    /// Key figures in this currency; `other_currencies` says which are left out of them.
    pub currency: String,
    pub other_currencies: Vec<String>,
    /// Clicks, conversions, revenue, payout, margin, RPC.
    pub kpis: Vec<Kpi>,
    pub chart: ChartData,
    /// Campaigns and affiliates by the figure of the chart.
    pub bars: Vec<BarsData>,
    pub needs_you: Vec<NeedsYou>,
    /// The twelve with most clicks in the period.
    pub campaigns: Vec<CampaignRow>,
    pub totals: Vec<Totals>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignRow {
    pub id: String,
    pub name: String,
    pub advertiser_id: String,
    pub advertiser: String,
    /// Words of the statuses; labels come from `domain::status`.
    pub status: String,
    pub visibility: String,
    pub currency: String,
    pub links: i64,
    pub figures: Figures,
    /// Clicks in percent of the largest row, for the bar.
    pub share: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalView {
    pub id: String,
    pub code: String,
    pub name: String,
    pub is_default: bool,
    /// `$16.00` or `10 % of the amount`.
    pub revenue: String,
    pub payout: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessView {
    pub affiliate_id: String,
    pub affiliate: String,
    /// `applied`, `approved` or `refused`.
    pub status: String,
    /// What the affiliate wrote.
    pub note: String,
    /// What the network answered.
    pub answer: String,
    pub at: TimeView,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignDetail {
    pub as_of: DataAsOf,
    pub period: PeriodView,
    pub id: String,
    pub name: String,
    pub description: String,
    pub advertiser_id: String,
    pub advertiser: String,
    pub status: String,
    pub visibility: String,
    pub currency: String,
    pub destination_url: String,
    pub deep_link_hosts: Vec<String>,
    pub pass_through: bool,
    pub window_days: i64,
    /// Whether reports must carry a token; the token itself is in the edit form only.
    pub has_token: bool,
    pub created: TimeView,
    pub goals: Vec<GoalView>,
    pub access: Vec<AccessView>,
    pub kpis: Vec<Kpi>,
    pub chart: ChartData,
    pub links: Vec<LinkRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRow {
    pub id: String,
    pub code: String,
    pub campaign_id: String,
    pub campaign: String,
    pub affiliate_id: String,
    pub affiliate: String,
    pub status: String,
    pub figures: Figures,
    pub created: TimeView,
}

/// A balance of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// `Pending`, `Approved`, `Accrued`, `Receivable`.
    pub label: String,
    pub amount: String,
    pub currency: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    pub id: String,
    pub email: String,
    pub name: String,
    pub role: String,
    pub status: String,
    pub last_sign_in: Option<TimeView>,
}

/// An affiliate or an advertiser on its own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountDetail {
    pub as_of: DataAsOf,
    pub period: PeriodView,
    pub id: String,
    pub name: String,
    pub status: String,
    pub contact_email: String,
    pub website: String,
    pub country: String,
    pub notes: String,
    pub created: TimeView,
    pub balances: Vec<Balance>,
    pub people: Vec<PersonView>,
    /// Key figures and chart are in this currency; `other_currencies` says which are left out of them.
    pub currency: String,
    pub other_currencies: Vec<String>,
    pub kpis: Vec<Kpi>,
    pub chart: ChartData,
    /// Of an affiliate.
    pub links: Vec<LinkRow>,
    /// Of an advertiser.
    pub campaigns: Vec<CampaignRow>,
}

/// What a click id says and what is known of the click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickLookup {
    pub asked: String,
    /// Why the id is none of ours.
    pub problem: Option<String>,
    pub decoded: Option<DecodedClick>,
    pub click: Option<ClickView>,
    pub conversions: Vec<super::ConversionRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecodedClick {
    pub link_id: String,
    pub at: TimeView,
    pub node: u16,
    pub shard: u8,
    pub seq_low: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickView {
    pub click_id: String,
    pub at: TimeView,
    pub link_id: String,
    pub link_code: String,
    pub campaign_id: String,
    pub campaign: String,
    pub affiliate_id: String,
    pub affiliate: String,
    /// Code and sentence where the click did not count.
    pub reason: Option<(String, String)>,
    pub ip: String,
    pub user_agent: String,
    pub referrer: String,
    pub source: String,
    pub ext_click_id: String,
    /// Name and value of those present.
    pub subs: Vec<(String, String)>,
    pub stream: String,
    pub seq: i64,
}

/// State of the parts behind the scenes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthView {
    pub as_of: DataAsOf,
    pub streams: Vec<StreamView>,
    pub checks: Vec<CheckView>,
    pub dead_letters: i64,
    pub conflicts: i64,
    /// Last day that has partitions, and how many days ahead that is.
    pub partitions_until: String,
    pub partitions_ahead_days: i64,
    pub database_version: String,
    pub config_version: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamView {
    pub stream: String,
    pub consumer: String,
    pub cursor: i64,
    pub head: i64,
    pub behind: i64,
    /// `ok`, `warn` or `bad`.
    pub tone: String,
    pub state: String,
    pub heartbeat: TimeView,
}

/// A change that somebody made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    pub id: i64,
    pub at: TimeView,
    /// A person's email, or a part of the system.
    pub actor: String,
    /// Such as `campaign.update`.
    pub action: String,
    /// Prefixed id.
    pub object: String,
    pub ip: String,
    pub request_id: String,
    /// What changed, by field; only fields that differ.
    pub changes: Vec<AuditChange>,
}

/// A field of a change; a side that was not there is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditChange {
    pub field: String,
    pub before: String,
    pub after: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditList {
    pub as_of: DataAsOf,
    pub period: PeriodView,
    pub list: Rows<AuditRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckView {
    pub name: String,
    pub ok: bool,
    pub detail: String,
    pub at: TimeView,
}
