//! What waits for a person, the urgent first.

use crate::{
    EngineError,
    reports::{Ask, parts},
};
use chrono::Duration;
use domain::{format, money::Money, view::NeedsYou};
use store::{Tx, reports::needs};

/// Campaigns of one kind named one by one.
const NAMED: i64 = 5;
/// From how much on being late is worth a word.
const LATE_SECS: i64 = 60;

fn item(tone: &str, title: String, text: String, href: impl Into<String>, action: &str) -> NeedsYou {
    NeedsYou { tone: tone.into(), title, text, href: href.into(), action: action.into() }
}

/// `1 link`, `2,000 links`.
fn counted(n: i64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {many}", format::count(n)) }
}

pub(super) async fn list(tx: &mut Tx, ask: &Ask<'_>) -> Result<Vec<NeedsYou>, EngineError> {
    let mut out = machinery(tx, ask).await?;
    if let Some((n, conversion)) = needs::contradictions(tx).await? {
        out.push(item(
            "warn",
            format!("{} reported with another amount", counted(n, "conversion", "conversions")),
            "The first report holds until somebody decides.".into(),
            format!("/admin/conversions/{conversion}"),
            if n == 1 { "Look" } else { "Look at the oldest" },
        ));
    }
    for (id, name, n) in needs::applications(tx, NAMED).await? {
        out.push(item(
            "warn",
            name,
            format!(
                "{} to run it and {} for an answer.",
                counted(n, "affiliate asks", "affiliates ask"),
                waits(n)
            ),
            format!("/admin/campaigns/{id}"),
            "Answer",
        ));
    }
    out.extend(without_links(tx).await?);
    out.extend(pending(tx).await?);
    Ok(out)
}

fn waits(n: i64) -> &'static str {
    if n == 1 { "waits" } else { "wait" }
}

/// What is wrong behind the scenes.
async fn machinery(tx: &mut Tx, ask: &Ask<'_>) -> Result<Vec<NeedsYou>, EngineError> {
    const HEALTH: &str = "/admin/health";
    let late = ask.now - Duration::seconds(LATE_SECS);
    let mut out = Vec::new();
    for (name, detail) in needs::failed_checks(tx).await? {
        out.push(item("bad", format!("Check failed: {}", name.replace('_', " ")), detail, HEALTH, "Health"));
    }
    let behind = needs::behind(tx, late).await?;
    if let Some(oldest) = behind.iter().map(|b| b.1).min() {
        let streams = counted(i64::try_from(behind.len()).unwrap_or(i64::MAX), "stream is", "streams are");
        let since = if oldest > 0 { parts::time(oldest, ask.tz).local } else { "the beginning".into() };
        out.push(item(
            "bad",
            format!("{streams} not counted up to now"),
            format!("Events since {since} wait; nothing is lost, the figures are late."),
            HEALTH,
            "Health",
        ));
    }
    let silent = needs::silent(tx, late).await?;
    if !silent.is_empty() {
        let streams = counted(i64::try_from(silent.len()).unwrap_or(i64::MAX), "stream has", "streams have");
        out.push(item(
            "warn",
            format!("{streams} not been heard of for a minute"),
            format!("The node of {} does not answer.", silent.join(", ")),
            HEALTH,
            "Health",
        ));
    }
    let dead = store::maintenance::dead_letters(tx).await?;
    if dead > 0 {
        out.push(item(
            "warn",
            format!("{} could not be read", counted(dead, "event", "events")),
            "Kept aside until somebody looks; not in the figures.".into(),
            HEALTH,
            "Health",
        ));
    }
    let letters = store::mails::dead(tx).await?;
    if letters > 0 {
        out.push(item(
            "warn",
            format!("{} given up", counted(letters, "letter was", "letters were")),
            "The mail server did not take them; somebody waits for an invitation or a link.".into(),
            "/admin/mails?status=dead",
            "Mail",
        ));
    }
    Ok(out)
}

async fn without_links(tx: &mut Tx) -> Result<Option<NeedsYou>, EngineError> {
    let mut found = needs::without_links(tx, NAMED + 1).await?;
    let Some((id, first)) = found.first().cloned() else { return Ok(None) };
    if found.len() == 1 {
        let text = "Active, but no affiliate has a link to it.".to_owned();
        return Ok(Some(item("info", first, text, format!("/admin/campaigns/{id}"), "Campaign")));
    }
    let more = found.len() > NAMED as usize;
    found.truncate(NAMED as usize);
    let mut names = found.into_iter().map(|c| c.1).collect::<Vec<_>>().join(", ");
    if more {
        names.push_str(" and more");
    }
    let title = "Active campaigns without links".to_owned();
    Ok(Some(item(
        "info",
        title,
        format!("{names}."),
        "/admin/campaigns?status=active&sort=clicks",
        "Campaigns",
    )))
}

async fn pending(tx: &mut Tx) -> Result<Option<NeedsYou>, EngineError> {
    let all = needs::pending(tx).await?;
    let n: i64 = all.iter().map(|p| p.count).sum();
    if n == 0 {
        return Ok(None);
    }
    let amounts = all.iter().filter_map(|p| {
        let currency = p.currency?;
        let (revenue, payout) = (Money::new(p.revenue, currency), Money::new(p.payout, currency));
        Some(format!("{revenue} revenue, {payout} payout"))
    });
    let amounts = amounts.collect::<Vec<_>>().join("; ");
    Ok(Some(item(
        "info",
        counted(n, "conversion is pending", "conversions are pending"),
        if amounts.is_empty() { String::new() } else { format!("{amounts}.") },
        "/admin/conversions?status=pending",
        "Decide",
    )))
}
