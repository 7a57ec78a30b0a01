//! The network's own face: what every page shows of it, and the hosts its links begin with.
//!
//! Pages ask for it many times a second, so each node keeps a copy, renewed when the configuration's version moves.

pub mod brand;
pub mod domains;

use crate::error::EngineError;
use domain::{
    access::Realm,
    colour::{Colour, Palette, dark, light, lightened},
    ids::AffiliateId,
    status::{DomainState, SignUpMode},
    view::BrandView,
};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use store::{
    Db, Tx, brand as pictures,
    config::{self, TrackingDomain, config_version, domains as rows},
};

/// How often the version is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What holds at one moment.
#[derive(Debug, Clone, Default)]
pub struct Face {
    version: i64,
    /// What the network calls itself; may be empty.
    pub name: String,
    /// Digest of the logo, if there is one.
    pub logo: Option<String>,
    /// The accent, where it is not the platform's own.
    pub palette: Option<Palette>,
    /// The sign-up form takes applications.
    pub sign_up: bool,
    /// How links begin, if a domain is the default.
    default_url: Option<String>,
    /// How links of affiliates begin that chose for themselves.
    own_urls: HashMap<AffiliateId, String>,
}

impl Face {
    /// For the pages.
    #[must_use]
    pub fn view(&self) -> BrandView {
        BrandView {
            network: self.name.clone(),
            logo: self.logo.as_ref().map(|digest| logo_address(digest)),
            sign_up: self.sign_up,
        }
    }
}

/// Where a logo is fetched; the address changes with the picture.
#[must_use]
pub fn logo_address(digest: &str) -> String {
    format!("/brand/logo?v={digest}")
}

/// This node's copy.
#[derive(Debug)]
pub struct Shared {
    face: RwLock<Arc<Face>>,
    edge_url: String,
}

impl Shared {
    /// Nothing known yet. `edge_url` is how links begin without any domain of the network's own.
    #[must_use]
    pub fn new(edge_url: &str) -> Self {
        Self { face: RwLock::default(), edge_url: edge_url.to_owned() }
    }

    /// What holds now.
    #[must_use]
    pub fn face(&self) -> Arc<Face> {
        Arc::clone(&self.face.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How links begin without any domain of the network's own.
    #[must_use]
    pub fn edge_url(&self) -> &str {
        &self.edge_url
    }

    /// How tracked links begin for whoever looks at them, without a slash at the end.
    #[must_use]
    pub fn tracking_url(&self, realm: Realm) -> String {
        let face = self.face();
        let own = match realm {
            Realm::Affiliate(id) => face.own_urls.get(&id),
            _ => None,
        };
        own.or(face.default_url.as_ref()).unwrap_or(&self.edge_url).clone()
    }

    /// Reads it anew if the configuration moved since.
    ///
    /// # Errors
    /// [`EngineError::Unavailable`]; the copy stays as it was.
    pub async fn refresh(&self, db: &Db) -> Result<(), EngineError> {
        let version = config_version(db).await?;
        if self.face().version == version {
            return Ok(());
        }
        let face = load(db, version, &self.edge_url).await?;
        *self.face.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(face);
        Ok(())
    }

    /// Keeps it up to date until cancelled.
    pub async fn run(self: Arc<Self>, db: Db, stopped: impl Future<Output = ()>) {
        let work = async {
            let mut told = false;
            loop {
                match self.refresh(&db).await {
                    Ok(()) => told = false,
                    Err(error) if !told => {
                        tracing::warn!(%error, "the network's face cannot be read; the last one stays");
                        told = true;
                    }
                    Err(_) => {}
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        tokio::select! {
            () = stopped => {}
            () = work => {}
        }
    }
}

async fn load(db: &Db, version: i64, edge_url: &str) -> Result<Face, EngineError> {
    let mut tx = db.begin_read(Realm::Network).await?;
    let name = text_setting(&mut tx, "network_name").await?;
    let logo = pictures::logo_about(&mut tx).await?.map(|(digest, ..)| digest);
    let palette = palette(&mut tx).await?;
    let sign_up = crate::signup::mode(&mut tx).await? != SignUpMode::Closed;
    let domains = rows::list(&mut tx).await?;
    let choices = rows::choices(&mut tx).await?;
    tx.commit().await?;
    let url = |d: &TrackingDomain| usable(d.state).then(|| domain_url(edge_url, &d.host, d.https));
    let own_urls = choices
        .into_iter()
        .filter_map(|(affiliate, id)| Some((affiliate, url(domains.iter().find(|d| d.id == id)?)?)))
        .collect();
    let default_url = domains.iter().find(|d| d.is_default).and_then(url);
    Ok(Face { version, name, logo, palette, sign_up, default_url, own_urls })
}

async fn text_setting(tx: &mut Tx, key: &str) -> Result<String, EngineError> {
    let stored = config::setting_get(tx, key).await?;
    Ok(stored.and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default())
}

/// The accent that was chosen, if any.
async fn palette(tx: &mut Tx) -> Result<Option<Palette>, EngineError> {
    let accent = text_setting(tx, "accent").await?;
    let accent_dark = text_setting(tx, "accent_dark").await?;
    let Ok(colour) = accent.parse::<Colour>() else { return Ok(None) };
    let Ok(light) = light(colour) else { return Ok(None) };
    let dark = accent_dark.parse().ok().and_then(|c| dark(c).ok()).unwrap_or_else(|| lightened(colour));
    Ok(Some(Palette { light, dark }))
}

/// Whether links may begin with a domain the last check of which ended like this.
#[must_use]
pub fn usable(state: DomainState) -> bool {
    matches!(state, DomainState::Verified | DomainState::Plain)
}

/// How links with a host begin. Without TLS the port is the edge's own.
#[must_use]
pub fn domain_url(edge_url: &str, host: &str, https: bool) -> String {
    if https {
        return format!("https://{host}");
    }
    match url::Url::parse(edge_url).ok().and_then(|u| u.port()) {
        Some(port) => format!("http://{host}:{port}"),
        None => format!("http://{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_begin_with_the_host_and_the_port_visitors_reach() {
        assert_eq!(domain_url("http://127.0.0.1:8080", "go.example.com", true), "https://go.example.com");
        assert_eq!(domain_url("http://127.0.0.1:8080", "localhost", false), "http://localhost:8080");
        assert_eq!(domain_url("https://edge.example.com", "go.example.com", false), "http://go.example.com");
    }
}
