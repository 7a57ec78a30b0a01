//! Finding any object by a piece of its name, its code or its id.

use crate::{EngineError, reports::Ask};
use chrono::DateTime;
use domain::{
    access::{Permission, Portal, Role},
    click_id::{ClickKey, ClickRef},
    ids::{AdvertiserId, AffiliateId, CampaignId, ConversionId, LinkId, UserId},
    period,
    status::{AccountStatus, CampaignStatus, ConversionStatus, LinkStatus},
    view::{SearchGroup, SearchHit, SearchView},
};
use store::{
    Tx, config,
    reports::clicks,
    search::{self, Found, FoundConversion, Kinds, Needle},
};

/// Most hits of a kind.
const EACH: i64 = 5;
/// Most hits altogether.
const MOST: usize = 20;
/// Shorter texts would find everything.
const SHORTEST: usize = 2;

/// Groups in the order they are shown: stored kind and heading.
const GROUPS: [(&str, &str); 5] = [
    ("campaign", "Campaigns"),
    ("affiliate", "Affiliates"),
    ("advertiser", "Advertisers"),
    ("link", "Links"),
    ("user", "People"),
];

/// What the asker may see and `typed` may mean, at most twenty hits in groups. Anything may have been typed.
///
/// # Errors
/// [`EngineError::Forbidden`] for portals that have nothing to search; [`EngineError::Unavailable`].
pub async fn find(ask: &Ask<'_>, role: Role, typed: &str) -> Result<SearchView, EngineError> {
    let network = match role.portal() {
        Portal::Admin => true,
        Portal::Affiliate => false,
        Portal::Advertiser | Portal::Buyer => {
            return Err(EngineError::Forbidden("There is nothing to search here yet.".into()));
        }
    };
    let needle = Needle::new(typed);
    let mut view = SearchView { asked: needle.text().to_owned(), groups: Vec::new() };
    if needle.text().chars().count() < SHORTEST {
        return Ok(view);
    }
    let kinds = Kinds {
        affiliates: network,
        advertisers: network,
        people: network && role.may(Permission::ManageUsers),
    };
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let found = search::objects(&mut tx, &needle, kinds, EACH).await?;
    for (kind, label) in GROUPS {
        add(&mut view, label, found.iter().filter(|f| f.kind == kind).map(|f| object(f, network)));
    }
    let conversions = search::conversions(&mut tx, &needle, EACH).await?;
    add(&mut view, "Conversions", conversions.iter().map(|c| conversion(c, ask.tz, network)));
    if network {
        add(&mut view, "Clicks", click(&mut tx, needle.text(), ask.tz).await?.into_iter());
    }
    let mut left = MOST;
    for group in &mut view.groups {
        group.hits.truncate(left);
        left -= group.hits.len();
    }
    view.groups.retain(|g| !g.hits.is_empty());
    Ok(view)
}

fn add(view: &mut SearchView, label: &str, hits: impl Iterator<Item = SearchHit>) {
    let hits: Vec<_> = hits.collect();
    if !hits.is_empty() {
        view.groups.push(SearchGroup { label: label.to_owned(), hits });
    }
}

/// As a value in a query.
fn escape(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn object(f: &Found, network: bool) -> SearchHit {
    let (id, href) = match f.kind.as_str() {
        "campaign" => {
            let id = CampaignId(f.id).to_string();
            let href = format!("/{}/campaigns/{id}", if network { "admin" } else { "affiliate" });
            (id, href)
        }
        "affiliate" => {
            let id = AffiliateId(f.id).to_string();
            let href = format!("/admin/affiliates/{id}");
            (id, href)
        }
        "advertiser" => {
            let id = AdvertiserId(f.id).to_string();
            let href = format!("/admin/advertisers/{id}");
            (id, href)
        }
        "link" => {
            let href = match f.parent {
                Some(campaign) if !network => format!("/affiliate/campaigns/{}", CampaignId(campaign)),
                _ => format!("/admin/links?q={}", escape(&f.title)),
            };
            (LinkId(f.id).to_string(), href)
        }
        _ => {
            let href = match f.parent {
                Some(affiliate) => format!("/admin/affiliates/{}", AffiliateId(affiliate)),
                None => format!("/admin/team?q={}", escape(&f.title)),
            };
            (UserId(f.id).to_string(), href)
        }
    };
    let label = match f.kind.as_str() {
        "campaign" => f.state.parse().map(CampaignStatus::label).ok(),
        "link" => f.state.parse().map(LinkStatus::label).ok(),
        "user" => (f.state == "disabled").then_some("Disabled"),
        _ => f.state.parse().map(AccountStatus::label).ok(),
    };
    SearchHit {
        title: f.title.clone(),
        detail: f.detail.clone(),
        id,
        href,
        state: label.map(|l| (f.state.clone(), l.to_owned())).unwrap_or_default(),
    }
}

fn conversion(c: &FoundConversion, tz: &str, network: bool) -> SearchHit {
    let id = ConversionId(c.id).to_string();
    let title = if c.txid.is_empty() { id.clone() } else { c.txid.clone() };
    let href = if network {
        format!("/admin/conversions/{id}")
    } else {
        format!("/affiliate/conversions?period=all&q={}", escape(&title))
    };
    let received = period::local_time(c.received_at.timestamp_millis(), tz);
    let affiliate = c.affiliate.as_ref().filter(|_| network);
    let known = [c.campaign.as_ref(), affiliate, Some(&received)];
    SearchHit {
        detail: known.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" · "),
        title,
        id,
        href,
        state: (
            c.status.clone(),
            c.status.parse().map(ConversionStatus::label).unwrap_or_default().to_owned(),
        ),
    }
}

/// A click id of ours, with or without its record.
async fn click(tx: &mut Tx, text: &str, tz: &str) -> Result<Option<SearchHit>, EngineError> {
    if text.len() != domain::click_id::TEXT_LEN {
        return Ok(None);
    }
    let Some(secret) = config::click_key(tx).await? else { return Ok(None) };
    let id = text.to_lowercase();
    let Ok(said) = ClickRef::verify(&id, &ClickKey::new(secret)) else { return Ok(None) };
    let ts = DateTime::from_timestamp_millis(said.ts_ms).unwrap_or_default();
    let row = clicks::find(tx, &id, ts).await?;
    let at = period::local_time(said.ts_ms, tz);
    let campaign = row.and_then(|r| r.campaign);
    Ok(Some(SearchHit {
        title: match &campaign {
            Some(name) => format!("Click on {name}"),
            None => "Click".to_owned(),
        },
        detail: if campaign.is_some() { at } else { format!("{at} · no record kept") },
        href: format!("/admin/clicks?q={id}"),
        id,
        state: Default::default(),
    }))
}
