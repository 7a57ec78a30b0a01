//! What an affiliate sees: its own rows, and of money only its own.

use super::parts::{ChartData, DataAsOf, Kpi, PeriodView, TimeView};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffiliateOverview {
    pub as_of: DataAsOf,
    pub period: PeriodView,
    pub affiliate: String,
    /// One a currency; never empty.
    pub earnings: Vec<Earnings>,
    /// Clicks, conversions, CR, earned in the period, EPC; in this currency.
    pub currency: String,
    pub kpis: Vec<Kpi>,
    pub chart: ChartData,
    /// The latest eight.
    pub latest: Vec<OwnConversion>,
    /// Most clicked links of the period, eight at most.
    pub links: Vec<OwnLink>,
}

/// Balances in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earnings {
    pub currency: String,
    pub pending: String,
    pub approved: String,
}

/// A campaign that may be run or asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferRow {
    pub id: String,
    pub name: String,
    /// Word of the status.
    pub status: String,
    pub visibility: String,
    /// `open`, `apply`, `applied`, `approved`, `refused`.
    pub access: String,
    /// Payout of the default goal, such as `$11.00 per completed form`.
    pub payout: String,
    pub currency: String,
    pub link_code: Option<String>,
    pub clicks: String,
    pub conversions: String,
    pub earned: String,
    pub epc: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferGoal {
    pub code: String,
    pub name: String,
    pub payout: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferDetail {
    pub as_of: DataAsOf,
    pub row: OfferRow,
    /// Of one's link and the campaign together: `active`, `paused`, `archived`; empty without a link.
    pub link_status: String,
    /// What one wrote when asking to run it.
    pub asked: String,
    /// What the network answered.
    pub answer: String,
    pub description: String,
    pub goals: Vec<OfferGoal>,
    pub window_days: i64,
    pub deep_link_hosts: Vec<String>,
    /// The link may be taken now.
    pub may_link: bool,
    pub may_apply: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLink {
    pub id: String,
    pub code: String,
    pub campaign_id: String,
    pub campaign: String,
    pub status: String,
    pub clicks: String,
    pub conversions: String,
    pub cr: String,
    pub earned: String,
    pub epc: String,
    pub clicks_raw: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnConversion {
    pub id: String,
    pub received: TimeView,
    pub status: String,
    /// Code and sentence of a rejected one.
    pub reason: Option<(String, String)>,
    pub campaign_id: String,
    pub campaign: String,
    pub goal: String,
    pub txid: String,
    pub click_id: String,
    pub payout: String,
    pub source: String,
    pub subs: Vec<(String, String)>,
}
