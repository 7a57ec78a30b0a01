//! What the pages about people show.

use super::{EMAIL, INVITE, invite::Terms, own_user};
use crate::{
    error::EngineError,
    reports::{Ask, choices},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    ids::{AffiliateId, UserId},
    period,
    status::PersonStatus,
    view::{InvitationRow, InviteForm, ListQuery, Profile, Rows, TeamList, TeamRow, TimeView},
};
use std::str::FromStr;
use store::{
    Tx,
    config::ListFilter,
    people,
    reports::people::{self as listing, Person, Wanted},
    tokens::{self, Token},
};

/// Rows on a page.
pub(super) const PER_PAGE: i64 = 50;

pub(super) fn time(at: DateTime<Utc>, tz: &str) -> TimeView {
    let ms = at.timestamp_millis();
    TimeView { utc: period::utc_time(ms), local: period::local_time(ms, tz) }
}

/// The words of a filter that are known.
pub(super) fn words<T: FromStr>(text: &str) -> Vec<T> {
    text.split(',').filter_map(|w| w.trim().parse().ok()).collect()
}

pub(super) fn network(ask: &Ask<'_>) -> Result<(), EngineError> {
    match ask.realm {
        Realm::Network => Ok(()),
        _ => Err(EngineError::Forbidden("Only the network's own people see this.".into())),
    }
}

/// Everybody who signs in, and the open invitations. `you` is the reader.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people; [`EngineError::Unavailable`].
pub async fn team(ask: &Ask<'_>, you: UserId, query: &ListQuery) -> Result<TeamList, EngineError> {
    network(ask)?;
    let (sort, descending) = query.sorting(Wanted::SORTS, ("name", false));
    let statuses: Vec<PersonStatus> = words(&query.status);
    let wanted = Wanted {
        list: ListFilter::new("", &query.q, query.page_number(), PER_PAGE),
        statuses: statuses.into_iter().map(PersonStatus::word).collect(),
        roles: words(&query.role),
        affiliate: query.affiliate.parse::<AffiliateId>().ok(),
        sort: Wanted::SORTS.iter().copied().find(|s| *s == sort).unwrap_or("name"),
        descending,
    };
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let page = listing::people(&mut tx, &wanted, ask.now).await?;
    let mut invitations = Vec::new();
    for token in tokens::open(&mut tx, INVITE).await? {
        invitations.push(invitation_row(&mut tx, ask, token).await?);
    }
    tx.commit().await?;
    let rows = page.rows.into_iter().map(|p| row(p, you, ask.tz)).collect();
    let list =
        Rows { rows, total: page.total, page: query.page_number(), per_page: PER_PAGE, none_ever: false };
    Ok(TeamList { list, invitations })
}

fn row(p: Person, you: UserId, tz: &str) -> TeamRow {
    let (owner, owner_id) = p.owner.unwrap_or_default();
    TeamRow {
        is_you: p.id == you,
        two_step: p.two_step,
        locked: p.locked,
        id: p.id.to_string(),
        name: p.name,
        email: p.email,
        role: p.role.word().to_owned(),
        owner,
        owner_id,
        status: if p.active { PersonStatus::Active } else { PersonStatus::Disabled }.word().to_owned(),
        last_sign_in: p.last_sign_in_at.map(|at| time(at, tz)),
    }
}

async fn invitation_row(tx: &mut Tx, ask: &Ask<'_>, t: Token) -> Result<InvitationRow, EngineError> {
    let terms = Terms::read(&t.payload)?;
    let owner = match crate::accounts::realm_of(terms.role, &terms.owner) {
        Ok(realm) => super::invite::owner_name(tx, realm).await?,
        Err(_) => String::new(),
    };
    Ok(InvitationRow {
        id: t.id.to_string(),
        email: t.email,
        role: terms.role.word().to_owned(),
        owner,
        by: terms.by,
        sent: time(t.created_at, ask.tz),
        expires: time(t.expires_at, ask.tz),
        expired: t.expires_at <= ask.now,
    })
}

/// What the form of an invitation offers.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people.
pub async fn invite_form(ask: &Ask<'_>) -> Result<InviteForm, EngineError> {
    Ok(InviteForm { affiliates: choices::affiliates(ask).await? })
}

/// One's own account.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn profile(ask: &Ask<'_>, actor: &Actor) -> Result<Profile, EngineError> {
    let id = own_user(actor)?;
    let mut tx = ask.db.begin_read(Realm::Network).await?;
    let user = people::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let waiting = tokens::waiting(&mut tx, EMAIL, id, ask.now).await?;
    tx.commit().await?;
    Ok(Profile {
        zones: zones(&user.time_zone),
        email: user.email,
        name: user.name,
        role: user.role.label().to_owned(),
        time_zone: user.time_zone,
        waiting_email: waiting.map(|t| t.email).unwrap_or_default(),
        last_sign_in: user.last_sign_in_at.map(|at| time(at, ask.tz)),
        created: time(user.created_at, ask.tz),
    })
}

/// Names of places, and UTC; `present` is among them whatever it is.
fn zones(present: &str) -> Vec<String> {
    const PARTS: [&str; 10] = [
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    ];
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| PARTS.iter().any(|part| name.starts_with(part)))
        .chain(["UTC".to_owned(), present.to_owned()])
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
