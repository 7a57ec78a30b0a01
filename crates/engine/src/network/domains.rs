//! Tracking domains: adding hosts, checking that visitors arrive here, choosing among them.

mod judge;

pub use judge::{Certificate, Seen, judge, record};

use super::{domain_url, usable};
use crate::{accounts::network_only, error::EngineError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::DomainDraft,
    ids::{AffiliateId, DomainId},
    network::{host, is_public},
    period,
    status::DomainState,
    view::{Choice, DomainRow, DomainSettings, TimeView},
};
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use store::{
    Db,
    audit::audit,
    config::{TrackingDomain, affiliates, bump_config_version, domains as rows},
};

/// Most domains of a network.
const DOMAINS_MAX: usize = 100;

/// Looks at a host from outside. Every call ends within seconds.
#[async_trait]
pub trait Prober: Send + Sync {
    /// Addresses of a name; none where the name is unknown.
    ///
    /// # Errors
    /// Why nothing could be found out.
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, String>;

    /// Shakes hands by TLS with exactly this address and sends nothing else.
    ///
    /// # Errors
    /// Why there was no handshake.
    async fn certificate(
        &self,
        host: &str,
        at: SocketAddr,
        now: DateTime<Utc>,
    ) -> Result<Certificate, String>;

    /// Asks exactly this address for nothing over plain HTTP. Answers the status.
    ///
    /// # Errors
    /// Why there was no answer.
    async fn plain(&self, host: &str, at: SocketAddr) -> Result<u16, String>;
}

/// The edge that every domain has to lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// How links begin without domains, such as `https://edge.example.com`.
    pub url: String,
    host: String,
    port: Option<u16>,
}

impl Edge {
    /// Reads the address of the configuration.
    #[must_use]
    pub fn new(url: &str) -> Self {
        let parsed = url::Url::parse(url).ok();
        let host = parsed
            .as_ref()
            .and_then(|u| u.host_str())
            .unwrap_or_default()
            .trim_matches(['[', ']'])
            .to_owned();
        Self { url: url.to_owned(), host, port: parsed.and_then(|u| u.port()) }
    }

    /// The edge is an address of this machine or of a private network, as in a trial: then domains may be private too.
    fn private(&self, addresses: &[IpAddr]) -> bool {
        !addresses.is_empty() && addresses.iter().all(|ip| !is_public(*ip))
    }
}

/// The page.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn settings(db: &Db, edge: &Edge, tz: &str) -> Result<DomainSettings, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let all = rows::list(&mut tx).await?;
    tx.commit().await?;
    let current = all.iter().find(|d| d.is_default && usable(d.state));
    Ok(DomainSettings {
        current: current.map_or_else(|| edge.url.clone(), |d| domain_url(&edge.url, &d.host, d.https)),
        record: record(&edge.host).to_owned(),
        expected: edge.host.clone(),
        fallback: edge.url.clone(),
        rows: all.into_iter().map(|d| row(d, edge, tz)).collect(),
    })
}

fn row(d: TrackingDomain, edge: &Edge, tz: &str) -> DomainRow {
    let time = |at: DateTime<Utc>| {
        let ms = at.timestamp_millis();
        TimeView { utc: period::utc_time(ms), local: period::local_time(ms, tz) }
    };
    DomainRow {
        url: domain_url(&edge.url, &d.host, d.https),
        usable: usable(d.state),
        id: d.id.to_string(),
        host: d.host,
        is_default: d.is_default,
        state: d.state.word().to_owned(),
        checked: d.checked_at.map(time),
        found: d.result.found,
        fix: d.result.fix,
        chosen_by: d.chosen_by,
    }
}

/// Adds a host; it has to be checked before links begin with it.
///
/// # Errors
/// [`EngineError::Invalid`] field `host`, [`EngineError::Conflict`] for too many.
pub async fn add(
    db: &Db,
    actor: &Actor,
    draft: &DomainDraft,
    prober: &dyn Prober,
    edge: &Edge,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<DomainId, EngineError> {
    network_only(actor)?;
    // Names without a dot lead nowhere but in a trial on one machine.
    let lone = edge.private(&prober.resolve(&edge.host).await.unwrap_or_default());
    let host = host(&draft.host, lone).map_err(|e| EngineError::invalid("host", e))?;
    let id = DomainId::new(now.timestamp_millis(), chance);
    let mut tx = db.begin(actor.realm).await?;
    if rows::list(&mut tx).await?.len() >= DOMAINS_MAX {
        return Err(EngineError::Conflict(format!("A network has at most {DOMAINS_MAX} domains.")));
    }
    rows::insert(&mut tx, id, &host, now).await.map_err(|e| {
        if e.is_conflict("tracking_domains_host_key") {
            EngineError::invalid("host", "This host is there already.")
        } else {
            e.into()
        }
    })?;
    audit(&mut tx, actor, "domain.create", id, None, Some(json!({ "host": host })), now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Looks where a host leads and what its visitors meet, and keeps the answer.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn check(
    db: &Db,
    actor: &Actor,
    id: DomainId,
    prober: &dyn Prober,
    edge: &Edge,
    now: DateTime<Utc>,
) -> Result<DomainState, EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = rows::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    let seen = look(&before.host, prober, edge, now).await;
    let (state, https, result) = judge(&before.host, &edge.host, &seen, now);
    let mut tx = db.begin(actor.realm).await?;
    if !rows::keep_check(&mut tx, id, state, https, &result, now).await? {
        return Err(EngineError::NotFound);
    }
    if (before.state, before.https) != (state, https) {
        let was = json!({ "state": before.state, "https": before.https });
        let is = json!({ "state": state, "https": https });
        audit(&mut tx, actor, "domain.check", id, Some(was), Some(is), now).await?;
        bump_config_version(&mut tx).await?;
    }
    tx.commit().await?;
    Ok(state)
}

/// What is to be seen of a host. Only addresses that the edge itself could have are called.
async fn look(host: &str, prober: &dyn Prober, edge: &Edge, now: DateTime<Utc>) -> Seen {
    let (expected, addresses) = futures::future::join(prober.resolve(&edge.host), prober.resolve(host)).await;
    let expected = expected.unwrap_or_default();
    let private = edge.private(&expected);
    let mut seen = Seen { expected, ..Seen::default() };
    match addresses {
        Ok(found) => seen.addresses = found,
        Err(why) => {
            seen.dns_error = why;
            return seen;
        }
    }
    let may_call = |ip: &IpAddr| is_public(*ip) || (private && seen.expected.contains(ip));
    let Some(ip) = seen.addresses.iter().copied().find(may_call) else { return seen };
    seen.called = Some(ip);
    let certificate = prober.certificate(host, SocketAddr::new(ip, 443), now).await;
    // In a trial the edge listens elsewhere than at the usual port.
    let port = edge.port.filter(|_| private).unwrap_or(80);
    if certificate.as_ref().map_or(true, |c| c.refused.is_some()) {
        seen.plain = Some(prober.plain(host, SocketAddr::new(ip, port)).await);
    }
    seen.tls = Some(certificate);
    seen
}

/// Checks every domain, one after the other. Returns how many are not as they should be.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn check_all(
    db: &Db,
    prober: &dyn Prober,
    edge: &Edge,
    now: DateTime<Utc>,
) -> Result<usize, EngineError> {
    let actor = Actor::system("domains");
    let mut tx = db.begin(Realm::Network).await?;
    let all = rows::list(&mut tx).await?;
    tx.commit().await?;
    let mut failed = 0;
    for domain in all {
        match check(db, &actor, domain.id, prober, edge, now).await {
            Ok(state) if usable(state) => {}
            Ok(state) => {
                failed += 1;
                tracing::warn!(host = domain.host, %state, "a tracking domain is not as it should be");
            }
            // Removed meanwhile.
            Err(EngineError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(failed)
}

/// Makes a domain the one links begin with, or with `None` the edge's own address again.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Conflict`] for one that did not pass its last check.
pub async fn set_default(
    db: &Db,
    actor: &Actor,
    id: Option<DomainId>,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = rows::list(&mut tx).await?.into_iter().find(|d| d.is_default);
    if before.as_ref().map(|d| d.id) == id {
        return Ok(());
    }
    let after = match id {
        Some(id) => Some(rows::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?),
        None => None,
    };
    if let Some(d) = after.as_ref().filter(|d| !usable(d.state)) {
        return Err(EngineError::Conflict(format!(
            "{} has to pass the check before links begin with it.",
            d.host
        )));
    }
    rows::set_default(&mut tx, id).await?;
    let named = |d: Option<TrackingDomain>| json!({ "default": d.map(|d| d.host) });
    let (before, after) = (Some(named(before)), Some(named(after)));
    audit(&mut tx, actor, "domain.default", "settings", before, after, now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Takes a domain away. Links that begin with it lead here for as long as its DNS does.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Conflict`] for the default.
pub async fn remove(db: &Db, actor: &Actor, id: DomainId, now: DateTime<Utc>) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = rows::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    if before.is_default {
        return Err(EngineError::Conflict(
            "Links begin with this domain; choose another default first.".into(),
        ));
    }
    rows::delete(&mut tx, id).await?;
    audit(&mut tx, actor, "domain.delete", id, Some(json!(before)), None, now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Which domain an affiliate's links begin with (empty for the default), and those to choose from.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn choice_of(db: &Db, affiliate: AffiliateId) -> Result<(String, Vec<Choice>), EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let chosen = rows::chosen(&mut tx, affiliate).await?;
    let all = rows::list(&mut tx).await?;
    tx.commit().await?;
    let choices = all
        .into_iter()
        .filter(|d| usable(d.state) || Some(d.id) == chosen)
        .map(|d| Choice { id: d.id.to_string(), name: d.host })
        .collect();
    Ok((chosen.map(|id| id.to_string()).unwrap_or_default(), choices))
}

/// Gives an affiliate's links a domain of their own, or with `None` the default.
///
/// # Errors
/// [`EngineError::NotFound`] for the affiliate, [`EngineError::Invalid`] field `domain`.
pub async fn choose(
    db: &Db,
    actor: &Actor,
    affiliate: AffiliateId,
    domain: Option<DomainId>,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    affiliates::get_for_update(&mut tx, affiliate).await?.ok_or(EngineError::NotFound)?;
    let before = rows::chosen(&mut tx, affiliate).await?;
    if before == domain {
        return Ok(());
    }
    if let Some(id) = domain {
        let wanted = rows::get(&mut tx, id).await?;
        if !wanted.is_some_and(|d| usable(d.state)) {
            return Err(EngineError::invalid("domain", "Choose a domain that passed its check."));
        }
    }
    rows::choose(&mut tx, affiliate, domain, now).await?;
    let (was, is) = (json!({ "tracking_domain": before }), json!({ "tracking_domain": domain }));
    audit(&mut tx, actor, "affiliate.domain", affiliate, Some(was), Some(is), now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}
