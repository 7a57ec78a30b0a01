//! The objects of the demo network, created by the same use cases that people's forms call.

use super::{
    DEMO_PASSWORD,
    names::{ADVERTISERS, AFFILIATES, OFFERS},
    traffic::DemoLink,
};
use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use domain::{
    access::Actor,
    drafts::{AdvertiserDraft, AffiliateDraft, CampaignDraft, LinkDraft, SettingsDraft, UserDraft},
    ids::{AffiliateId, CampaignId},
};
use engine::{accounts, campaigns, links};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use store::db::Db;

/// Everybody who can sign in to the demo: role, email and, for affiliates, the position in [`AFFILIATES`].
pub(super) const PEOPLE: &[(&str, &str, &str, Option<usize>)] = &[
    ("admin", "admin@demo.example", "Mara Ortiz", None),
    ("affiliate_manager", "manager@demo.example", "Jonas Lind", None),
    ("finance", "finance@demo.example", "Priya Nair", None),
    ("affiliate", "affiliate@demo.example", "Sam Okafor", Some(0)),
    ("affiliate", "affiliate2@demo.example", "Lena Fuchs", Some(1)),
];

pub(super) struct Network {
    pub(super) links: Vec<DemoLink>,
    /// In the order of [`OFFERS`].
    pub(super) campaigns: Vec<CampaignId>,
    /// In the order of [`AFFILIATES`].
    pub(super) affiliates: Vec<AffiliateId>,
}

/// Creates everything as of `at`, the morning the network opened.
pub(super) async fn create(db: &Db, at: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Result<Network> {
    let actor = Actor::system("demo");
    let settings = SettingsDraft {
        network_name: "Acme Network".into(),
        time_zone: "America/New_York".into(),
        currency: "USD".into(),
        ..SettingsDraft::default()
    };
    accounts::update_settings(db, &actor, &settings, at).await.context("settings")?;
    let mut advertisers = Vec::new();
    for (name, host) in ADVERTISERS {
        let draft = AdvertiserDraft {
            name: (*name).into(),
            contact_email: format!("partners@{host}"),
            website: format!("https://{host}"),
            ..AdvertiserDraft::default()
        };
        advertisers.push(
            accounts::create_advertiser(db, &actor, &draft, at, rng.random())
                .await
                .with_context(|| format!("advertiser {name}"))?,
        );
    }
    let mut affiliates = Vec::new();
    for (number, (name, country)) in AFFILIATES.iter().enumerate() {
        let draft = AffiliateDraft {
            name: (*name).into(),
            country: (*country).into(),
            contact_email: format!("team{number}@affiliates.example"),
            ..AffiliateDraft::default()
        };
        let id = accounts::create_affiliate(db, &actor, &draft, at, rng.random(), rng.random()).await;
        affiliates.push(id.with_context(|| format!("affiliate {name}"))?);
    }
    for (role, email, name, owner) in PEOPLE {
        let draft = UserDraft {
            email: (*email).into(),
            name: (*name).into(),
            role: (*role).into(),
            owner: owner.map(|n| affiliates[n].to_string()).unwrap_or_default(),
            password: DEMO_PASSWORD.into(),
            time_zone: settings.time_zone.clone(),
        };
        accounts::create_user(db, &actor, &draft, at, rng.random(), rng.random())
            .await
            .with_context(|| format!("user {email}"))?;
    }
    let mut running = Vec::new();
    for offer in OFFERS {
        let (advertiser, host) = (advertisers[offer.advertiser], ADVERTISERS[offer.advertiser].1);
        let draft = CampaignDraft {
            advertiser: advertiser.to_string(),
            name: offer.name.into(),
            description: format!(
                "Pays for each {} on {host}. Search, email and content traffic are welcome.",
                offer.goal.1.to_lowercase()
            ),
            // Stopped ones stop after their traffic.
            status: "active".into(),
            visibility: offer.visibility.into(),
            currency: offer.currency.into(),
            destination_url: format!(
                "https://www.{host}/welcome?click_id={{click_id}}&src={{source}}&s1={{sub1}}"
            ),
            deep_link_hosts: format!(".{host}"),
            goal_code: offer.goal.0.into(),
            goal_name: offer.goal.1.into(),
            revenue_kind: offer.revenue.0.into(),
            revenue_value: offer.revenue.1.into(),
            payout_kind: offer.payout.0.into(),
            payout_value: offer.payout.1.into(),
            ..CampaignDraft::default()
        };
        let id = campaigns::create_campaign(db, &actor, &draft, at, rng.random()).await;
        running.push(id.with_context(|| format!("campaign {}", offer.name))?);
    }
    let links = create_links(db, &actor, at, &running, &affiliates, rng).await?;
    Ok(Network { links, campaigns: running, affiliates })
}

/// A few affiliates run almost everything, most run two or three campaigns: as it is in life.
async fn create_links(
    db: &Db,
    actor: &Actor,
    at: DateTime<Utc>,
    running: &[CampaignId],
    affiliates: &[AffiliateId],
    rng: &mut ChaCha8Rng,
) -> Result<Vec<DemoLink>> {
    let mut out = Vec::new();
    for (position, affiliate) in affiliates.iter().enumerate() {
        let weight = 1000 / (position as u32 + 2);
        let wanted = if position < 4 { 9 } else { rng.random_range(2..=4) };
        let mut offers: Vec<usize> = (0..running.len()).collect();
        for _ in 0..wanted {
            let offer = offers.swap_remove(rng.random_range(0..offers.len()));
            let draft = LinkDraft {
                campaign: running[offer].to_string(),
                affiliate: affiliate.to_string(),
                destination_url: String::new(),
            };
            let link = links::create_link(db, actor, &draft, at, rng.random()).await.context("link")?;
            out.push(DemoLink { code: link.code, offer, weight });
        }
    }
    Ok(out)
}

/// Pauses what the demo shows as paused, once its traffic is in.
pub(super) async fn pause_stopped(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let actor = Actor::system("demo");
    for offer in OFFERS.iter().filter(|o| o.status != "active") {
        let mut tx = db.begin(actor.realm).await?;
        let filter = store::config::ListFilter::new("", offer.name, 1, 10);
        let page = store::config::campaigns::list(&mut tx, &filter).await?;
        tx.commit().await?;
        for campaign in page.rows {
            campaigns::set_campaign_status(db, &actor, campaign.id, offer.status.parse()?, now).await?;
        }
    }
    Ok(())
}

/// The generator for one part of the network.
pub(super) fn rng(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}
