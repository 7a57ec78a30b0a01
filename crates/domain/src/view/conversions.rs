//! Conversions, as the network and as affiliates see them.

use super::parts::TimeView;
use serde::{Deserialize, Serialize};

/// A conversion in the network's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversionRow {
    pub id: String,
    pub received: TimeView,
    pub status: String,
    /// Code and sentence of a rejected one.
    pub reason: Option<(String, String)>,
    pub note: String,
    pub campaign_id: String,
    pub campaign: String,
    pub affiliate_id: String,
    pub affiliate: String,
    pub goal: String,
    pub txid: String,
    pub click_id: String,
    pub amount: String,
    pub revenue: String,
    pub payout: String,
    pub method: String,
    pub source: String,
    /// Whether approve and reject are possible.
    pub may_approve: bool,
    pub may_reject: bool,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// `received`, `approved`, `reversed`.
    pub kind: String,
    pub at: TimeView,
    pub actor: String,
    /// For people, such as `Affiliate pending`.
    pub account: String,
    /// One of the two is empty.
    pub debit: String,
    pub credit: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversionDetail {
    pub row: ConversionRow,
    pub advertiser_id: String,
    pub advertiser: String,
    pub link_id: String,
    pub click_at: Option<TimeView>,
    pub reported_amount: String,
    pub currency: String,
    pub coupon: String,
    pub subs: Vec<(String, String)>,
    pub adv: Vec<(String, String)>,
    pub ip: String,
    pub user_agent: String,
    pub decided: Option<TimeView>,
    pub decided_by: String,
    pub ledger: Vec<LedgerLine>,
    /// Reports of the same transaction with another amount.
    pub conflicts: Vec<ConflictView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictView {
    pub at: TimeView,
    pub reported_amount: String,
    pub revenue: String,
    pub payout: String,
}
