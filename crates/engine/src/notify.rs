//! Telling people what happened: what stands behind the bell.
//!
//! A matter has one row. [`watch`] looks at the state of things and raises what is so and marks as over what is no
//! longer; use cases raise what happens in their own transaction. Doing either twice changes nothing.

mod read;

pub use read::{bell, list, mark_read};

use crate::{EngineError, nodes};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Realm,
    event::node_of_stream,
    format,
    ids::{AffiliateId, CampaignId},
    money::Money,
    notice::NoticeKind,
    period::{self, Asked},
};
use std::collections::BTreeMap;
use store::{
    Db, Tx, maintenance,
    notifications::{self as rows, Decided},
    reports::needs,
};

pub use store::notifications::Notice;

/// From how many waiting conversions on somebody is told; again whenever there are twice as many.
pub const MANY_PENDING: i64 = 20;
/// How long a notification is kept.
const KEPT: TimeDelta = TimeDelta::days(90);

/// What [`watch`] looks after: raised while it is so, over when it is not.
const STATES: [NoticeKind; 5] = [
    NoticeKind::PendingConversions,
    NoticeKind::CheckFailed,
    NoticeKind::DeadLetters,
    NoticeKind::ProducerGone,
    NoticeKind::ConsumerStuck,
];

/// Raises a matter in the caller's transaction.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn raise(tx: &mut Tx, notice: &Notice, now: DateTime<Utc>) -> Result<(), EngineError> {
    Ok(rows::raise(tx, notice, now).await?)
}

/// Somebody asks to become an affiliate; `id` is the application's.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn application_received(
    tx: &mut Tx,
    id: &str,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let notice = Notice {
        to: Realm::Network,
        kind: NoticeKind::Application,
        tone: "info",
        title: format!("{name} asks to become an affiliate"),
        body: "The application waits for an answer.".into(),
        href: "/admin/applications".into(),
        dedupe: format!("application:{id}"),
        level: 0,
    };
    raise(tx, &notice, now).await
}

/// An affiliate asks to run a campaign.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn campaign_application(
    tx: &mut Tx,
    (campaign, campaign_name): (CampaignId, &str),
    (affiliate, affiliate_name): (AffiliateId, &str),
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let notice = Notice {
        to: Realm::Network,
        kind: NoticeKind::CampaignApplication,
        tone: "info",
        title: format!("{affiliate_name} asks to run {campaign_name}"),
        body: "The application waits for an answer.".into(),
        href: format!("/admin/campaigns/{campaign}"),
        dedupe: format!("access:{campaign}:{affiliate}"),
        level: 0,
    };
    raise(tx, &notice, now).await
}

/// Looks at the state of things and tells what is new. To be called every few seconds, by any number of nodes.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn watch(db: &Db, now: DateTime<Utc>) -> Result<(), EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let so = states(&mut tx, now).await?;
    for notice in &so {
        rows::raise(&mut tx, notice, now).await?;
    }
    let still: Vec<String> = so.into_iter().map(|n| n.dedupe).collect();
    rows::clear_others(&mut tx, &STATES, &still, now).await?;
    decisions(&mut tx, now).await?;
    rows::prune(&mut tx, now - KEPT).await?;
    Ok(tx.commit().await?)
}

fn trouble(kind: NoticeKind, tone: &'static str, dedupe: String, title: String, body: &str) -> Notice {
    Notice {
        to: Realm::Network,
        kind,
        tone,
        title,
        body: body.to_owned(),
        href: "/admin/health".into(),
        dedupe,
        level: 0,
    }
}

/// What is so at this moment and should not stay so.
async fn states(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Notice>, EngineError> {
    let mut out = Vec::new();
    let pending: i64 = needs::pending(tx).await?.iter().map(|p| p.count).sum();
    if pending >= MANY_PENDING {
        out.push(Notice {
            to: Realm::Network,
            kind: NoticeKind::PendingConversions,
            tone: "info",
            title: format!("{} conversions wait for a decision", format::count(pending)),
            body: "They count as pending until somebody approves or rejects them.".into(),
            href: "/admin/conversions?status=pending".into(),
            dedupe: "pending".into(),
            level: i64::from((pending / MANY_PENDING).max(1).ilog2()) + 1,
        });
    }
    for (name, detail) in needs::failed_checks(tx).await? {
        let title = format!("Check failed: {}", name.replace('_', " "));
        out.push(trouble(NoticeKind::CheckFailed, "bad", format!("check:{name}"), title, &detail));
    }
    let dead = maintenance::dead_letters(tx).await?;
    if dead > 0 {
        let what = if dead == 1 { "1 event".to_owned() } else { format!("{} events", format::count(dead)) };
        let body = "Kept aside until somebody looks; not in the figures.";
        let mut notice = trouble(
            NoticeKind::DeadLetters,
            "warn",
            "dead_letters".into(),
            format!("{what} could not be read"),
            body,
        );
        notice.level = dead;
        out.push(notice);
    }
    for stream in needs::silent(tx, now - nodes::SILENT_AFTER).await? {
        let title = format!("Nothing heard of {stream} for two minutes");
        let mut body =
            "Its node does not answer. What it has recorded is on its disk and comes when it is back."
                .to_owned();
        if let Some((node, _)) = node_of_stream(&stream) {
            body.push_str(&format!(" If it never comes back: millrace node forget {node}"));
        }
        out.push(trouble(NoticeKind::ProducerGone, "warn", format!("gone:{stream}"), title, &body));
    }
    for stuck in maintenance::lagging(tx, now - crate::maintenance::STUCK_AFTER).await? {
        let title = format!("{} does not catch up with {}", stuck.consumer, stuck.stream);
        let body =
            format!("{} events wait; nothing is lost, the figures are late.", format::count(stuck.behind));
        let key = format!("stuck:{}:{}", stuck.consumer, stuck.stream);
        out.push(trouble(NoticeKind::ConsumerStuck, "bad", key, title, &body));
    }
    Ok(out)
}

/// Tells affiliates what was decided, one notification a day and kind of decision.
async fn decisions(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), EngineError> {
    let zone = store::config::setting_get(tx, "time_zone").await?;
    let zone = zone.as_ref().and_then(|v| v.as_str()).unwrap_or("UTC").to_owned();
    let recent = now - TimeDelta::hours(1);
    // Shortly after midnight the end of the day before may not have been told yet.
    let mut days = vec![day_of(now, &zone)];
    if days[0].0 > recent {
        days.push(day_of(days[0].0 - TimeDelta::milliseconds(1), &zone));
    }
    for (start, end, label) in days {
        let mut told: BTreeMap<(i64, String), Vec<Decided>> = BTreeMap::new();
        for row in rows::decided(tx, start, end, recent).await? {
            told.entry((row.affiliate.0, row.status.clone())).or_default().push(row);
        }
        for ((affiliate, status), rows) in told {
            raise(tx, &decided(AffiliateId(affiliate), &status, &rows, &label), now).await?;
        }
    }
    Ok(())
}

/// Beginning and end of the day around a moment, and its name: `22 Nov 2026`.
fn day_of(at: DateTime<Utc>, zone: &str) -> (DateTime<Utc>, DateTime<Utc>, String) {
    let ms = at.timestamp_millis();
    let day = period::parse(&Asked { word: "today", from: "", to: "", cmp: "off" }, zone, ms, "today");
    let moment = |ms| DateTime::from_timestamp_millis(ms).unwrap_or(at);
    let local = period::local_time(ms, zone);
    let label = local.split_once(',').map_or(local.clone(), |(day, _)| day.to_owned());
    (moment(day.start_ms), moment(day.end_ms), label)
}

fn decided(affiliate: AffiliateId, status: &str, rows: &[Decided], day: &str) -> Notice {
    let n: i64 = rows.iter().map(|r| r.count).sum();
    let what = if n == 1 { "1 conversion".to_owned() } else { format!("{} conversions", format::count(n)) };
    let amounts = rows
        .iter()
        .filter(|r| r.payout != 0)
        .filter_map(|r| Some(Money::new(r.payout, r.currency.parse().ok()?).to_string()))
        .collect::<Vec<_>>()
        .join(", ");
    let approved = status == "approved";
    let (kind, tone, verb) = if approved {
        (NoticeKind::ConversionsApproved, "ok", "approved")
    } else {
        (NoticeKind::ConversionsRejected, "warn", "rejected")
    };
    let body = match (amounts.is_empty(), approved) {
        (true, _) => String::new(),
        (false, true) => format!("{amounts} moved from pending to approved."),
        (false, false) => format!("{amounts} will not be paid. Each conversion says why."),
    };
    Notice {
        to: Realm::Affiliate(affiliate),
        kind,
        tone,
        title: format!("{what} {verb} on {day}"),
        body,
        href: format!("/affiliate/conversions?status={verb}&period=30d"),
        dedupe: format!("{verb}:{day}"),
        level: n,
    }
}
