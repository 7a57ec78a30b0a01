//! Applications as the network's people see them.

use super::time;
use crate::{EngineError, reports::Ask};
use domain::{
    access::Realm,
    ids::{AffiliateId, ApplicationId},
    network::{host_of, is_shared_mail},
    status::{AccountStatus, ApplicationStatus},
    view::{ApplicationDetail, ApplicationList, ApplicationRow, ListQuery, Related, Rows},
};
use store::{
    Db,
    config::{ListFilter, access},
    signup::{Application, applications as rows},
};

/// Rows on a page.
const PER_PAGE: i64 = 50;

fn network_only(ask: &Ask<'_>) -> Result<(), EngineError> {
    match ask.realm {
        Realm::Network => Ok(()),
        _ => Err(EngineError::Forbidden("Only the network's own people see this.".into())),
    }
}

/// The list; without a status, unconfirmed ones are left out.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people; [`EngineError::Unavailable`].
pub async fn applications(ask: &Ask<'_>, q: &ListQuery) -> Result<ApplicationList, EngineError> {
    network_only(ask)?;
    let page = q.page_number();
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = rows::list(&mut tx, &ListFilter::new(&q.status, &q.q, page, PER_PAGE)).await?;
    let waiting = rows::count(&mut tx, ApplicationStatus::Waiting).await?;
    let waiting_campaigns = access::count_waiting(&mut tx).await?;
    let mut shown = Vec::new();
    for application in &found.rows {
        let related = match application.status {
            ApplicationStatus::Waiting => {
                rows::related(&mut tx, application, &hosts(application)).await?.len() as i64
            }
            _ => 0,
        };
        shown.push(row(application, related, ask.tz));
    }
    Ok(ApplicationList {
        list: Rows {
            none_ever: found.total == 0 && !q.is_filtered(),
            rows: shown,
            total: found.total,
            page,
            per_page: PER_PAGE,
        },
        waiting,
        waiting_campaigns,
    })
}

fn row(a: &Application, related: i64, tz: &str) -> ApplicationRow {
    ApplicationRow {
        id: a.id.to_string(),
        name: a.name.clone(),
        email: a.email.clone(),
        country: a.country.clone().unwrap_or_default(),
        website: a.website.clone().unwrap_or_default(),
        status: a.status.word().to_owned(),
        created: time(a.created_at, tz),
        related,
    }
}

/// Hosts of mail and website; those of mailbox providers say nothing.
fn hosts(a: &Application) -> Vec<String> {
    let mut all: Vec<String> = [Some(&a.email), a.website.as_ref()]
        .into_iter()
        .flatten()
        .map(|text| host_of(text))
        .filter(|host| !host.is_empty() && !is_shared_mail(host))
        .collect();
    all.dedup();
    all
}

/// One application, with what looks related to it.
///
/// # Errors
/// [`EngineError::NotFound`], else as [`applications`].
pub async fn application(ask: &Ask<'_>, id: ApplicationId) -> Result<ApplicationDetail, EngineError> {
    network_only(ask)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let a = rows::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let related = rows::related(&mut tx, &a, &hosts(&a)).await?;
    let related: Vec<_> = related.into_iter().map(relation).collect();
    Ok(ApplicationDetail {
        row: row(&a, related.len() as i64, ask.tz),
        description: a.description,
        answers: a.answers.into_iter().map(|one| (one.label, one.answer)).collect(),
        terms_version: a.terms_version,
        ip: a.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        confirmed: a.confirmed_at.map(|at| time(at, ask.tz)),
        decided: a.decided_at.map(|at| time(at, ask.tz)),
        decided_by: a.decided_by.unwrap_or_default(),
        reason: a.reason,
        affiliate_id: a.affiliate.map(|id| id.to_string()).unwrap_or_default(),
        related,
    })
}

fn relation(r: rows::Related) -> Related {
    let shared = [
        (r.same_email, "same email"),
        (r.same_host && !r.same_email, "same domain"),
        (r.same_ip, "same network address"),
        (r.same_name, "same name"),
    ];
    let why: Vec<_> = shared.into_iter().filter(|s| s.0).map(|s| s.1).collect();
    let status = match r.application {
        Some(_) => r.status.parse::<ApplicationStatus>().map_or(r.status, |s| s.label().to_owned()),
        None => r.status.parse::<AccountStatus>().map_or(r.status, |s| s.label().to_owned()),
    };
    Related {
        id: match (r.application, r.affiliate) {
            (Some(id), _) => ApplicationId(id).to_string(),
            (None, Some(id)) => AffiliateId(id).to_string(),
            (None, None) => String::new(),
        },
        name: r.name,
        status,
        why: why.join(", "),
    }
}

/// How many applications of either kind wait: to become an affiliate, to run a campaign.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn waiting(db: &Db) -> Result<(i64, i64), EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let affiliates = rows::count(&mut tx, ApplicationStatus::Waiting).await?;
    let campaigns = access::count_waiting(&mut tx).await?;
    tx.commit().await?;
    Ok((affiliates, campaigns))
}
