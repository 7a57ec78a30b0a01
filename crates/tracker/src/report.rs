//! A conversion report: from parameters to a verdict, with the money in it.

use crate::query;
use domain::{
    click_id::{BadClickId, ClickKey, ClickRef},
    event::{Attributed, Reported},
    ids::{CampaignId, ConversionId, GoalId},
    money::Money,
    reason::Reason,
    snapshot::{CampaignEntry, GoalEntry, Index},
};
use rustc_hash::FxHashMap;
use std::{
    borrow::Cow,
    sync::{Mutex, PoisonError},
};

/// Reports may be this far ahead of our clock.
const FUTURE_MS: i64 = 5 * 60 * 1000;
/// Longest transaction id in bytes.
pub(crate) const MAX_TXID: usize = 128;

/// What an advertiser sends, by postback or pixel; empty where absent.
#[derive(Debug, Default, Clone)]
pub(crate) struct Parameters {
    pub(crate) click_id: String,
    pub(crate) txid: String,
    pub(crate) amount: String,
    pub(crate) currency: String,
    pub(crate) goal: String,
    pub(crate) status: String,
    pub(crate) token: String,
    pub(crate) coupon: String,
    pub(crate) adv: [String; 5],
    pub(crate) campaign: String,
    /// The transaction id had control characters or was too long.
    bad_txid: bool,
}

impl Parameters {
    /// Takes one parameter; names are matched in any case, and the first value that is not empty stays.
    pub(crate) fn take(&mut self, name: &str, value: Cow<'_, str>) {
        let lower = name.to_ascii_lowercase();
        let (field, max) = match lower.as_str() {
            "click_id" => (&mut self.click_id, 128),
            "txid" => {
                self.bad_txid |= value.len() > MAX_TXID || value.chars().any(char::is_control);
                (&mut self.txid, MAX_TXID)
            }
            "amount" => (&mut self.amount, 40),
            "currency" => (&mut self.currency, 8),
            "goal" => (&mut self.goal, 40),
            "status" => (&mut self.status, 16),
            "token" => (&mut self.token, 128),
            "coupon" => (&mut self.coupon, 64),
            "campaign" | "campaign_id" => (&mut self.campaign, 64),
            "adv1" => (&mut self.adv[0], 255),
            "adv2" => (&mut self.adv[1], 255),
            "adv3" => (&mut self.adv[2], 255),
            "adv4" => (&mut self.adv[3], 255),
            "adv5" => (&mut self.adv[4], 255),
            _ => return,
        };
        if field.is_empty() {
            *field = query::clean(value, max).trim().to_owned();
        }
    }
}

/// What becomes of a report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) id: ConversionId,
    pub(crate) reason: Option<Reason>,
    pub(crate) attributed: Option<Attributed>,
    pub(crate) reported: Reported,
    pub(crate) amount_minor: Option<i64>,
    pub(crate) txid: String,
}

/// Decides a report by the click id and the configuration in force. Pure: the same report gets the same answer.
pub(crate) fn judge(p: &Parameters, index: &Index, now_ms: i64) -> Verdict {
    // One conversion per click and goal, where the advertiser names no transaction.
    let txid = if p.txid.is_empty() { p.click_id.to_ascii_lowercase() } else { p.txid.clone() };
    let refused = |reason: Reason, attributed: Option<Attributed>| Verdict {
        id: refused_id(p, &txid, reason, attributed.as_ref()),
        reason: Some(reason),
        attributed,
        reported: Reported::Pending,
        amount_minor: None,
        txid: txid.clone(),
    };
    if p.click_id.is_empty() {
        return refused(Reason::ClickMissing, None);
    }
    let click = match ClickRef::verify(&p.click_id, &ClickKey::new(index.snapshot.click_key)) {
        Ok(click) => click,
        Err(BadClickId::Malformed) => return refused(Reason::ClickMalformed, None),
        Err(BadClickId::Forged) => return refused(Reason::ClickForged, None),
    };
    let Some(link) = index.link_by_id(click.link) else {
        return refused(Reason::ClickUnknown, None);
    };
    let campaign = index.campaign(link);
    let mut attributed = Attributed {
        link: link.id,
        campaign: campaign.id,
        affiliate: link.affiliate,
        advertiser: campaign.advertiser,
        goal: None,
        click_ts_ms: click.ts_ms,
        click_node: click.node,
        click_shard: click.shard,
        click_seq_low: click.seq_low,
        currency: campaign.currency,
        revenue_minor: 0,
        payout_minor: 0,
    };
    let money = match weigh(p, campaign, &click, now_ms) {
        Ok(money) => money,
        Err(reason) => return refused(reason, Some(attributed)),
    };
    attributed.goal = Some(money.goal);
    attributed.revenue_minor = money.revenue_minor;
    attributed.payout_minor = money.payout_minor;
    Verdict {
        id: ConversionId::derive(campaign.id, money.goal, &txid),
        reason: None,
        attributed: Some(attributed),
        reported: money.reported,
        amount_minor: money.amount_minor,
        txid,
    }
}

/// A refused report has an id of its own, so that the corrected one is not taken for a duplicate of it.
fn refused_id(p: &Parameters, txid: &str, reason: Reason, attributed: Option<&Attributed>) -> ConversionId {
    let campaign = attributed.map_or(CampaignId(0), |a| a.campaign);
    let what = format!("{}\0{}\0{txid}\0{}\0{}", reason.code(), p.click_id, p.amount, p.goal);
    ConversionId::derive(campaign, GoalId(0), &what)
}

struct Weighed {
    goal: GoalId,
    reported: Reported,
    amount_minor: Option<i64>,
    revenue_minor: i64,
    payout_minor: i64,
}

fn weigh(p: &Parameters, campaign: &CampaignEntry, click: &ClickRef, now_ms: i64) -> Result<Weighed, Reason> {
    if let Some(token) = &campaign.token
        && !same(token, &p.token)
    {
        return Err(Reason::TokenInvalid);
    }
    if p.bad_txid {
        return Err(Reason::TxidInvalid);
    }
    if !campaign.active {
        return Err(Reason::CampaignPaused);
    }
    if click.ts_ms > now_ms + FUTURE_MS {
        return Err(Reason::ClickInFuture);
    }
    if now_ms - click.ts_ms > campaign.window_secs.saturating_mul(1000) {
        return Err(Reason::ClickExpired);
    }
    let goal = goal(p, campaign).ok_or(Reason::GoalUnknown)?;
    let reported = match p.status.to_ascii_lowercase().as_str() {
        "" | "pending" => Reported::Pending,
        "approved" => Reported::Approved,
        "rejected" => Reported::Rejected,
        _ => return Err(Reason::StatusUnknown),
    };
    if !p.currency.is_empty() && !p.currency.eq_ignore_ascii_case(campaign.currency.code()) {
        return Err(Reason::CurrencyMismatch);
    }
    let amount = match p.amount.as_str() {
        "" => None,
        text => match Money::parse(text, campaign.currency) {
            Ok(money) if money.minor >= 0 => Some(money),
            _ => return Err(Reason::AmountInvalid),
        },
    };
    let of = |rate: domain::snapshot::Rate| match rate.of(amount, campaign.currency) {
        Ok(Some(money)) => Ok(money.minor),
        Ok(None) => Err(Reason::AmountMissing),
        Err(_) => Err(Reason::AmountInvalid),
    };
    Ok(Weighed {
        goal: goal.id,
        reported,
        amount_minor: amount.map(|m| m.minor),
        revenue_minor: of(goal.revenue)?,
        payout_minor: of(goal.payout)?,
    })
}

fn goal<'a>(p: &Parameters, campaign: &'a CampaignEntry) -> Option<&'a GoalEntry> {
    if p.goal.is_empty() {
        campaign.goals.iter().find(|g| g.is_default)
    } else {
        campaign.goals.iter().find(|g| g.code.eq_ignore_ascii_case(&p.goal))
    }
}

/// Compares secrets without telling by the time taken where they differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |acc, (x, y)| acc | (x ^ y)) == 0
}

/// Reports accepted lately, so that an advertiser who repeats one hears so. A help for people: exactly-once does
/// not rest on it.
#[derive(Default)]
pub(crate) struct Recent {
    seen: Mutex<FxHashMap<u128, (Option<i64>, Reported)>>,
}

impl Recent {
    const KEPT: usize = 50_000;

    /// Whether exactly this was accepted before.
    pub(crate) fn knows(&self, verdict: &Verdict) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&verdict.id.0.as_u128()) == Some(&(verdict.amount_minor, verdict.reported))
    }

    /// Remembers a report whose record is on disk.
    pub(crate) fn remember(&self, verdict: &Verdict) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= Self::KEPT {
            seen.clear();
        }
        seen.insert(verdict.id.0.as_u128(), (verdict.amount_minor, verdict.reported));
    }
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
