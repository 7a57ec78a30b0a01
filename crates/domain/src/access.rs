//! Who may do what: one table of roles and permissions.

use crate::ids::{AdvertiserId, AffiliateId, BuyerId, UserId};
use serde::{Deserialize, Serialize};

/// A signed-in person's role. It decides the portal and, with [`Role::may`], every action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Admin,
    AffiliateManager,
    Finance,
    Affiliate,
    Advertiser,
    Buyer,
}

/// Things that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See the network's own figures and objects.
    ViewNetwork,
    EditAdvertisers,
    EditCampaigns,
    EditAffiliates,
    EditLinks,
    DecideConversions,
    ViewLedger,
    ViewHealth,
    /// Read who changed what.
    ViewAudit,
    ManageUsers,
    ManageSettings,
    /// Keys of the API: the network's and everybody's for its people, for others their own account's.
    ManageKeys,
    /// Look at an affiliate's portal as that affiliate sees it, without changing anything.
    ViewAs,
    /// See one's own affiliate figures and take links.
    RunCampaigns,
    /// See one's own campaigns' results.
    ViewOwnCampaigns,
    /// See one's own leads.
    ViewOwnLeads,
}

/// One of the three (later four) portals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Portal {
    Admin,
    Affiliate,
    Advertiser,
    Buyer,
}

impl Portal {
    /// Where the portal begins.
    #[must_use]
    pub fn home(self) -> &'static str {
        match self {
            Self::Admin => "/admin",
            Self::Affiliate => "/affiliate",
            Self::Advertiser => "/advertiser",
            Self::Buyer => "/buyer",
        }
    }
}

impl Role {
    pub const ALL: &'static [Self] =
        &[Self::Admin, Self::AffiliateManager, Self::Finance, Self::Affiliate, Self::Advertiser, Self::Buyer];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::AffiliateManager => "affiliate_manager",
            Self::Finance => "finance",
            Self::Affiliate => "affiliate",
            Self::Advertiser => "advertiser",
            Self::Buyer => "buyer",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Admin => "Administrator",
            Self::AffiliateManager => "Affiliate manager",
            Self::Finance => "Finance",
            Self::Affiliate => "Affiliate",
            Self::Advertiser => "Advertiser",
            Self::Buyer => "Lead buyer",
        }
    }

    #[must_use]
    pub fn portal(self) -> Portal {
        match self {
            Self::Admin | Self::AffiliateManager | Self::Finance => Portal::Admin,
            Self::Affiliate => Portal::Affiliate,
            Self::Advertiser => Portal::Advertiser,
            Self::Buyer => Portal::Buyer,
        }
    }

    /// The table.
    #[must_use]
    pub fn may(self, what: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Admin => !matches!(what, P::RunCampaigns | P::ViewOwnCampaigns | P::ViewOwnLeads),
            Self::AffiliateManager => {
                matches!(
                    what,
                    P::ViewNetwork | P::EditAffiliates | P::EditLinks | P::DecideConversions | P::ViewAs
                )
            }
            Self::Finance => {
                matches!(
                    what,
                    P::ViewNetwork | P::ViewLedger | P::DecideConversions | P::ViewHealth | P::ViewAudit
                )
            }
            Self::Affiliate => matches!(what, P::RunCampaigns | P::ManageKeys),
            Self::Advertiser => matches!(what, P::ViewOwnCampaigns),
            Self::Buyer => matches!(what, P::ViewOwnLeads),
        }
    }
}

impl std::str::FromStr for Role {
    type Err = crate::status::UnknownState;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|r| r.word() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|r| r.word()).collect();
            crate::status::UnknownState(text.chars().take(40).collect(), known.join(", "))
        })
    }
}

/// Whose rows a transaction may see: set on the database connection, enforced by row-level security.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Realm {
    /// The network's own people and its workers: every row.
    Network,
    Affiliate(AffiliateId),
    Advertiser(AdvertiserId),
    Buyer(BuyerId),
}

impl Realm {
    /// The word and the owner's number as the policies read them.
    #[must_use]
    pub fn setting(self) -> (&'static str, i64) {
        match self {
            Self::Network => ("network", 0),
            Self::Affiliate(id) => ("affiliate", id.0),
            Self::Advertiser(id) => ("advertiser", id.0),
            Self::Buyer(id) => ("buyer", id.0),
        }
    }
}

/// Who acts: a person or a part of the system, and from where. Audit rows carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub user: Option<UserId>,
    /// A person's email or `system:<part>`.
    pub name: String,
    pub realm: Realm,
    pub ip: Option<std::net::IpAddr>,
    pub request_id: Option<String>,
}

impl Actor {
    /// A part of the platform acting by itself.
    #[must_use]
    pub fn system(part: &str) -> Self {
        Self { user: None, name: format!("system:{part}"), realm: Realm::Network, ip: None, request_id: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_network_roles_see_the_network() {
        for role in Role::ALL {
            assert_eq!(role.may(Permission::ViewNetwork), role.portal() == Portal::Admin, "{role:?}");
            assert_eq!(role.word().parse::<Role>().as_ref(), Ok(role));
        }
    }
}
