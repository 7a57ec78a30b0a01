//! What people are told of, and which of them: one table of kinds.

use crate::access::{Permission, Role};

/// What a notification is about. Decides who sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeKind {
    /// Many conversions wait for a decision.
    PendingConversions,
    /// Somebody asks to become an affiliate.
    Application,
    /// An affiliate asks to run a campaign.
    CampaignApplication,
    /// Money or counts do not agree.
    CheckFailed,
    /// Events that could not be read.
    DeadLetters,
    /// A node has not been heard of.
    ProducerGone,
    /// A consumer does not catch up.
    ConsumerStuck,
    /// Conversions of the affiliate were approved, one notification a day.
    ConversionsApproved,
    /// Conversions of the affiliate were rejected, one notification a day.
    ConversionsRejected,
    /// Something about the account itself, for its own people.
    Account,
}

impl NoticeKind {
    pub const ALL: &'static [Self] = &[
        Self::PendingConversions,
        Self::Application,
        Self::CampaignApplication,
        Self::CheckFailed,
        Self::DeadLetters,
        Self::ProducerGone,
        Self::ConsumerStuck,
        Self::ConversionsApproved,
        Self::ConversionsRejected,
        Self::Account,
    ];

    /// As stored.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::PendingConversions => "pending_conversions",
            Self::Application => "application",
            Self::CampaignApplication => "campaign_application",
            Self::CheckFailed => "check_failed",
            Self::DeadLetters => "dead_letters",
            Self::ProducerGone => "producer_gone",
            Self::ConsumerStuck => "consumer_stuck",
            Self::ConversionsApproved => "conversions_approved",
            Self::ConversionsRejected => "conversions_rejected",
            Self::Account => "account",
        }
    }

    /// Whether a role is told.
    #[must_use]
    pub fn is_for(self, role: Role) -> bool {
        use Permission as P;
        let any = |all: &[Permission]| all.iter().any(|p| role.may(*p));
        match self {
            Self::PendingConversions => any(&[P::DecideConversions]),
            Self::Application | Self::CampaignApplication => any(&[P::EditAffiliates]),
            Self::CheckFailed | Self::DeadLetters | Self::ProducerGone | Self::ConsumerStuck => {
                any(&[P::ViewHealth])
            }
            Self::ConversionsApproved | Self::ConversionsRejected => any(&[P::RunCampaigns]),
            Self::Account => any(&[P::RunCampaigns, P::ViewOwnCampaigns, P::ViewOwnLeads]),
        }
    }

    /// The words of the kinds a role is told of.
    #[must_use]
    pub fn words_for(role: Role) -> Vec<String> {
        Self::ALL.iter().filter(|k| k.is_for(role)).map(|k| k.word().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_kind_has_a_word_of_its_own_and_somebody_to_read_it() {
        let words: HashSet<_> = NoticeKind::ALL.iter().map(|k| k.word()).collect();
        assert_eq!(words.len(), NoticeKind::ALL.len());
        for kind in NoticeKind::ALL {
            assert!(Role::ALL.iter().any(|r| kind.is_for(*r)), "{kind:?}");
        }
    }

    #[test]
    fn the_networks_troubles_are_not_for_affiliates() {
        let affiliate = NoticeKind::words_for(Role::Affiliate);
        assert_eq!(affiliate, ["conversions_approved", "conversions_rejected", "account"]);
        assert!(!NoticeKind::CheckFailed.is_for(Role::AffiliateManager));
        assert!(NoticeKind::CheckFailed.is_for(Role::Finance));
    }
}
