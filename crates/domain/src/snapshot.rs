//! The configuration the hot path works from: immutable, complete, kept on disk as well.

use crate::{
    ids::{AdvertiserId, AffiliateId, CampaignId, GoalId, LinkId},
    macros::Template,
    money::{Currency, Money, MoneyError},
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// How much a goal brings or pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rate {
    /// Minor units per conversion.
    Fixed(i64),
    /// Millionths of the reported amount.
    Share(i64),
}

impl Rate {
    /// The money for one conversion; `None` where a share has no amount to be taken from.
    ///
    /// # Errors
    /// [`MoneyError::Overflow`].
    pub fn of(self, amount: Option<Money>, currency: Currency) -> Result<Option<Money>, MoneyError> {
        match (self, amount) {
            (Self::Fixed(minor), _) => Ok(Some(Money::new(minor, currency))),
            (Self::Share(micros), Some(amount)) => amount.share(micros).map(Some),
            (Self::Share(_), None) => Ok(None),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GoalEntry {
    pub id: GoalId,
    pub code: String,
    pub revenue: Rate,
    pub payout: Rate,
    /// Taken where a report names no goal.
    pub is_default: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CampaignEntry {
    pub id: CampaignId,
    pub advertiser: AdvertiserId,
    pub active: bool,
    pub currency: Currency,
    /// Destination with macros.
    pub destination: String,
    /// Hosts that deep links may lead to, lower case; a leading dot allows every subdomain.
    pub deep_link_hosts: Vec<String>,
    /// Hand unknown query parameters on to the destination.
    pub pass_through: bool,
    pub window_secs: i64,
    pub token: Option<String>,
    pub goals: Vec<GoalEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkEntry {
    pub id: LinkId,
    pub code: String,
    /// Position in [`Snapshot::campaigns`].
    pub campaign: u32,
    pub affiliate: AffiliateId,
    pub active: bool,
    pub affiliate_active: bool,
    /// Replaces the campaign's destination, where set.
    pub destination: Option<String>,
}

/// Everything the hot path knows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub version: i64,
    pub campaigns: Vec<CampaignEntry>,
    pub links: Vec<LinkEntry>,
    /// Where visitors of unknown or stopped links go.
    pub fallback_url: Option<String>,
    /// Secret of the click ids.
    pub click_key: [u8; 16],
}

/// Why a new snapshot is not taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the new configuration has no links, the running one has {0}")]
    Empty(usize),
    #[error("the new configuration would drop {lost} of {had} links, more than a fifth")]
    TooManyLost { lost: usize, had: usize },
}

/// A snapshot with its lookups built.
#[derive(Debug)]
pub struct Index {
    pub snapshot: Snapshot,
    by_code: FxHashMap<Box<str>, u32>,
    by_id: FxHashMap<i64, u32>,
    templates: Vec<Template>,
    link_templates: FxHashMap<i64, Template>,
}

impl Index {
    /// Builds the lookups. Destinations were validated when saved; one that is not usable any more leaves its
    /// campaign stopped instead of breaking the rest.
    #[must_use]
    pub fn new(mut snapshot: Snapshot) -> Self {
        let mut templates = Vec::with_capacity(snapshot.campaigns.len());
        for campaign in &mut snapshot.campaigns {
            templates.push(Template::parse(&campaign.destination).unwrap_or_else(|_| {
                campaign.active = false;
                Template::default()
            }));
        }
        let mut by_code = FxHashMap::default();
        let mut by_id = FxHashMap::default();
        let mut link_templates = FxHashMap::default();
        for (at, link) in snapshot.links.iter().enumerate() {
            by_code.insert(link.code.as_str().into(), at as u32);
            by_id.insert(link.id.0, at as u32);
            if let Some(Ok(template)) = link.destination.as_deref().map(Template::parse) {
                link_templates.insert(link.id.0, template);
            }
        }
        Self { snapshot, by_code, by_id, templates, link_templates }
    }

    #[must_use]
    pub fn link(&self, code: &str) -> Option<&LinkEntry> {
        self.by_code.get(code).map(|at| &self.snapshot.links[*at as usize])
    }

    #[must_use]
    pub fn link_by_id(&self, id: LinkId) -> Option<&LinkEntry> {
        self.by_id.get(&id.0).map(|at| &self.snapshot.links[*at as usize])
    }

    #[must_use]
    pub fn campaign(&self, link: &LinkEntry) -> &CampaignEntry {
        &self.snapshot.campaigns[link.campaign as usize]
    }

    /// The destination of a link: its own, or its campaign's.
    #[must_use]
    pub fn template(&self, link: &LinkEntry) -> &Template {
        if link.destination.is_some()
            && let Some(own) = self.link_templates.get(&link.id.0)
        {
            return own;
        }
        &self.templates[link.campaign as usize]
    }

    /// Whether `next` may replace this one: not empty, and without losing more than a fifth of the links.
    ///
    /// # Errors
    /// [`Refused`] with the counts.
    pub fn accepts(&self, next: &Snapshot) -> Result<(), Refused> {
        let had = self.snapshot.links.len();
        if had == 0 {
            return Ok(());
        }
        if next.links.is_empty() {
            return Err(Refused::Empty(had));
        }
        let kept = next.links.iter().filter(|l| self.by_id.contains_key(&l.id.0)).count();
        let lost = had - kept.min(had);
        if lost > 1 && lost * 5 > had { Err(Refused::TooManyLost { lost, had }) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(links: i64) -> Snapshot {
        Snapshot {
            campaigns: vec![CampaignEntry {
                id: CampaignId(1),
                advertiser: AdvertiserId(1),
                active: true,
                currency: Currency::USD,
                destination: "https://shop.example/?c={click_id}".into(),
                deep_link_hosts: vec![],
                pass_through: false,
                window_secs: 86_400,
                token: None,
                goals: vec![],
            }],
            links: (0..links)
                .map(|n| LinkEntry {
                    id: LinkId(n),
                    code: format!("l{n}"),
                    campaign: 0,
                    affiliate: AffiliateId(1),
                    active: true,
                    affiliate_active: true,
                    destination: None,
                })
                .collect(),
            ..Snapshot::default()
        }
    }

    #[test]
    fn a_snapshot_that_loses_the_links_is_refused() {
        let index = Index::new(snapshot(10));
        assert_eq!(index.accepts(&snapshot(0)), Err(Refused::Empty(10)));
        assert_eq!(index.accepts(&snapshot(7)), Err(Refused::TooManyLost { lost: 3, had: 10 }));
        assert_eq!(index.accepts(&snapshot(8)), Ok(()));
        assert_eq!(index.accepts(&snapshot(100)), Ok(()));
        assert_eq!(Index::new(Snapshot::default()).accepts(&snapshot(0)), Ok(()));
    }

    #[test]
    fn links_are_found_by_code_and_id() {
        let index = Index::new(snapshot(3));
        assert_eq!(index.link("l2").map(|l| l.id), Some(LinkId(2)));
        assert_eq!(index.link_by_id(LinkId(1)).map(|l| l.code.as_str()), Some("l1"));
        assert!(index.link("L2").is_none());
    }
}
