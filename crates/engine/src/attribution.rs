//! Conversion reports become conversions, ledger postings and figures.
//!
//! The door has already decided where a report belongs and what it is worth; here it is written down once. The
//! same transaction reported again changes nothing, a different amount is kept for a person to decide, and a new
//! status from the advertiser is followed where it can be.

use crate::decide::{Effects, approval, approve_row, reject_row};
use crate::rollup::time;
use chrono::{DateTime, Utc};
use domain::{
    event::{self, Reported, stream_name},
    ledger::Terms,
    reason::Reason,
    status::ConversionStatus,
};
use std::collections::HashMap;
use store::{
    StoreError, Tx,
    conversions::{self, Contradiction, Conversion, NewConversion, Worth},
    cursors,
    events::{self, ClickOrigin, Figures},
    ledger::{self, Posting},
};

/// Who decides where the advertiser's report says so.
pub const ADVERTISER: &str = "advertiser";
/// How long reports wait for a stream of clicks that does not move. Attribution does not need the click's record; the
/// sub-ids do.
pub const WAIT_FOR_CLICK_MS: i64 = 30_000;

/// Remembers how long each stream of clicks has stood still while reports waited for it. A stream that is catching up,
/// however late, is waited for; one whose node is gone costs the wait once, not once a report.
#[derive(Debug)]
pub struct Patience {
    wait_ms: i64,
    /// Where each stream stood, `None` before anything of it was counted, and since when (ms since 1970).
    still: HashMap<String, (Option<u64>, i64)>,
}

impl Default for Patience {
    fn default() -> Self {
        Self::new(WAIT_FOR_CLICK_MS)
    }
}

impl Patience {
    /// Gives up on a stream that stands still for `wait_ms` milliseconds; at once for 0.
    #[must_use]
    pub fn new(wait_ms: i64) -> Self {
        Self { wait_ms, still: HashMap::new() }
    }

    /// Whether to go on waiting for a stream that stands at `seq`.
    fn holds(&mut self, stream: &str, seq: Option<u64>, now_ms: i64) -> bool {
        let entry = self.still.entry(stream.to_owned()).or_insert((seq, now_ms));
        if entry.0 != seq {
            *entry = (seq, now_ms);
        }
        now_ms - entry.1 < self.wait_ms
    }
}

/// A report and its number in the stream.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    pub seq: u64,
    pub event: &'a event::Conversion<'a>,
}

/// What was found out before anything is written.
#[derive(Debug, Default)]
pub struct Prepared {
    origins: HashMap<String, ClickOrigin>,
    /// The first report whose click is still on its way; it and everything after it has to wait.
    pub wait_at: Option<u64>,
}

fn click_key(event: &event::Conversion<'_>) -> Option<(DateTime<Utc>, String)> {
    let at = event.attributed.filter(|_| event.reason.is_none())?;
    // Partners change the case of ids; ours are lower case.
    Some((time(at.click_ts_ms).ok()?, event.click_id.trim().to_ascii_lowercase()))
}

/// Looks up the clicks of the reports and finds the first one that should wait for its click.
pub(crate) async fn prepare(
    tx: &mut Tx,
    reports: &[Report<'_>],
    patience: &mut Patience,
    now: DateTime<Utc>,
) -> Result<Prepared, StoreError> {
    let wanted: Vec<_> = reports.iter().filter_map(|r| click_key(r.event)).collect();
    if wanted.is_empty() {
        return Ok(Prepared::default());
    }
    // The cursors first: a click that a cursor has passed is then certainly found, if it was ever recorded.
    let mut names: Vec<_> = reports
        .iter()
        .filter_map(|r| r.event.attributed)
        .map(|at| stream_name(at.click_node, at.click_shard))
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut passed: HashMap<String, u64> = HashMap::new();
    for cursor in cursors::of_streams(tx, &names).await? {
        let slowest = passed.entry(cursor.stream).or_insert(cursor.seq);
        *slowest = (*slowest).min(cursor.seq);
    }
    let began = cursors::began(tx, &names).await?;
    let origins = events::click_origins(tx, &wanted).await?;
    let mut waits = |report: &&Report<'_>| {
        let (Some((_, key)), Some(at)) = (click_key(report.event), report.event.attributed) else {
            return false;
        };
        if origins.contains_key(&key) {
            return false;
        }
        let stream = stream_name(at.click_node, at.click_shard);
        let seq = passed.get(&stream).copied();
        // Only the low half of the number travels in a click id. Before the first number of the spool it says nothing.
        let ahead = seq.filter(|seq| began.get(&stream).is_none_or(|first| seq >= first));
        let ahead = ahead.is_none_or(|seq| ((seq as u32).wrapping_sub(at.click_seq_low) as i32) < 0);
        ahead && patience.holds(&stream, seq, now.timestamp_millis())
    };
    let wait_at = reports.iter().find(|r| waits(r)).map(|r| r.seq);
    Ok(Prepared { origins, wait_at })
}

/// Writes one report down. Postings and figures are left in `effects`.
pub(crate) async fn apply(
    tx: &mut Tx,
    effects: &mut Effects,
    prepared: &Prepared,
    stream: &str,
    report: Report<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let event = report.event;
    let nothing = ClickOrigin::default();
    let origin = click_key(event).and_then(|(_, key)| prepared.origins.get(&key)).unwrap_or(&nothing);
    let worth = event.attributed.map(|at| Worth {
        link: at.link,
        campaign: at.campaign,
        affiliate: at.affiliate,
        advertiser: at.advertiser,
        currency: at.currency,
        revenue_minor: at.revenue_minor,
        payout_minor: at.payout_minor,
    });
    let refused = match (event.reason, &worth) {
        (Some(reason), _) => Some(reason),
        (None, None) => Some(Reason::ClickUnknown),
        (None, Some(_)) => None,
    };
    let (status, reason, decided) = match (refused, event.reported) {
        (Some(reason), _) => (ConversionStatus::Rejected, Some(reason), None),
        (None, Reported::Pending) => (ConversionStatus::Pending, None, None),
        (None, Reported::Approved) => (ConversionStatus::Approved, None, Some((now, ADVERTISER))),
        (None, Reported::Rejected) => {
            (ConversionStatus::Rejected, Some(Reason::AdvertiserRejected), Some((now, ADVERTISER)))
        }
    };
    let new = NewConversion {
        id: event.id,
        received_at: time(event.received_ms)?,
        status,
        reason,
        method: event.method,
        click_id: event.click_id,
        click_at: event.attributed.and_then(|at| time(at.click_ts_ms).ok()),
        worth,
        goal_id: event.attributed.and_then(|at| at.goal),
        goal: event.goal,
        txid: event.txid,
        reported_amount: event.amount,
        amount_minor: event.amount_minor,
        source: &origin.source,
        subs: &origin.subs,
        adv: &event.adv,
        coupon: event.coupon,
        ip: event.ip,
        user_agent: event.user_agent,
        seq: report.seq,
        decided,
    };
    if conversions::insert(tx, stream, &new).await? {
        return count(effects, &new, now);
    }
    let Some(stored) = conversions::lock(tx, event.id).await? else {
        return Err(StoreError::Serialization);
    };
    match refused {
        None if stored.refused_at_the_door() => {
            if let Some(worth) = &stored.worth {
                let back = Figures { rejected: -1, ..Figures::default() };
                effects.stats.add_conversion(
                    stored.received_at,
                    worth,
                    &stored.source,
                    &stored.subs,
                    back,
                )?;
            }
            conversions::replace_refused(tx, stream, &new).await?;
            count(effects, &new, now)
        }
        None if contradicts(&stored, event, worth.as_ref()) => {
            keep(tx, stream, report, event.amount, worth.as_ref()).await
        }
        None => follow(tx, effects, &stored, stream, report, now).await,
        // A report about a known conversion need not repeat what made it payable in the first place.
        Some(Reason::AmountMissing | Reason::ClickExpired) if !stored.refused_at_the_door() => {
            follow(tx, effects, &stored, stream, report, now).await
        }
        Some(_) => Ok(()),
    }
}

/// Postings and figures of a conversion that was stored just now.
fn count(effects: &mut Effects, new: &NewConversion<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
    let Some(worth) = &new.worth else { return Ok(()) };
    if new.status == ConversionStatus::Rejected {
        let figures = Figures { rejected: 1, ..Figures::default() };
        return effects.stats.add_conversion(new.received_at, worth, new.source, new.subs, figures);
    }
    let approved = new.status == ConversionStatus::Approved;
    effects.postings.push(received(new, &worth.terms()));
    if approved {
        effects.postings.push(approval(new.id, worth, ADVERTISER, now));
    }
    let figures = Figures {
        conversions: 1,
        approved: i64::from(approved),
        revenue_minor: worth.revenue_minor,
        payout_minor: worth.payout_minor,
        ..Figures::default()
    };
    effects.stats.add_conversion(new.received_at, worth, new.source, new.subs, figures)
}

fn received(new: &NewConversion<'_>, terms: &Terms) -> Posting {
    Posting {
        idem_key: ledger::received_key(new.id),
        kind: ledger::kind::RECEIVED,
        effective_at: new.received_at,
        actor: "system:attribution".into(),
        conversion: Some(new.id),
        reverses: None,
        lines: terms.received(),
    }
}

/// Whether a report names another amount than the stored conversion. One without an amount contradicts nothing.
fn contradicts(stored: &Conversion, event: &event::Conversion<'_>, worth: Option<&Worth>) -> bool {
    match (stored.amount_minor, event.amount_minor) {
        (_, None) => false,
        (Some(stored), Some(reported)) => stored != reported,
        (None, Some(_)) => {
            let money = |w: &Worth| (w.revenue_minor, w.payout_minor);
            stored.worth.as_ref().map(money) != worth.map(money)
        }
    }
}

/// The advertiser reports a conversion again: a new status is followed, where it does not undo a decision.
async fn follow(
    tx: &mut Tx,
    effects: &mut Effects,
    stored: &Conversion,
    stream: &str,
    report: Report<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    use ConversionStatus as S;
    match (report.event.reported, stored.status) {
        (Reported::Approved, S::Pending) => approve_row(tx, effects, stored, ADVERTISER, now).await,
        (Reported::Rejected, S::Pending) => {
            let why = (Reason::AdvertiserRejected, "");
            reject_row(tx, effects, stored, why, ADVERTISER, now).await
        }
        (Reported::Approved, S::Rejected) => {
            keep(tx, stream, report, "status approved", stored.worth.as_ref()).await
        }
        (Reported::Rejected, S::Approved) => keep(tx, stream, report, "status rejected", None).await,
        (Reported::Pending, _) | (Reported::Approved, S::Approved) | (Reported::Rejected, S::Rejected) => {
            Ok(())
        }
    }
}

async fn keep(
    tx: &mut Tx,
    stream: &str,
    report: Report<'_>,
    reported: &str,
    worth: Option<&Worth>,
) -> Result<(), StoreError> {
    let what = Contradiction {
        id: report.event.id,
        at: time(report.event.received_ms)?,
        reported,
        revenue_minor: worth.map_or(0, |w| w.revenue_minor),
        payout_minor: worth.map_or(0, |w| w.payout_minor),
        seq: report.seq,
    };
    conversions::keep_contradiction(tx, stream, &what).await
}

#[cfg(test)]
mod tests {
    use super::{Patience, WAIT_FOR_CLICK_MS};

    #[test]
    fn a_moving_stream_is_waited_for_and_a_dead_one_once() {
        let mut p = Patience::default();
        assert!(p.holds("a", None, 0));
        assert!(p.holds("a", Some(5), WAIT_FOR_CLICK_MS), "it moved");
        assert!(p.holds("a", Some(5), 2 * WAIT_FOR_CLICK_MS - 1));
        assert!(!p.holds("a", Some(5), 2 * WAIT_FOR_CLICK_MS));
        assert!(!p.holds("a", Some(5), 3 * WAIT_FOR_CLICK_MS), "the next report does not wait again");
        assert!(p.holds("a", Some(6), 3 * WAIT_FOR_CLICK_MS));
        assert!(p.holds("b", Some(5), 3 * WAIT_FOR_CLICK_MS));
    }
}
