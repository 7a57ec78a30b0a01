//! The letters of sign-up and of requests to run campaigns.

use crate::{
    EngineError,
    mail::{
        self,
        templates::{Written as _, network_name},
    },
};
use chrono::{DateTime, Utc};
use domain::{
    access::Realm,
    ids::{AffiliateId, CampaignId},
    notice::NoticeKind,
};
use store::{
    Tx,
    config::{AccessState, affiliates},
    notifications::{self, Notice},
    people,
};

/// Prove that the address is yours.
#[derive(Debug)]
pub(super) struct Confirm {
    pub(super) network: String,
    /// Of the applicant.
    pub(super) name: String,
    pub(super) link: String,
    /// Hours the link works.
    pub(super) hours: i64,
}
crate::letter!(Confirm, "sign_up", "mail/sign_up.txt", "mail/sign_up.html", |m| {
    format!("Confirm your application to {}", m.network)
});

/// Somebody with this address signs in already.
#[derive(Debug)]
pub(super) struct AlreadyMember {
    pub(super) network: String,
    pub(super) sign_in: String,
}
crate::letter!(AlreadyMember, "sign_up", "mail/sign_up_member.txt", "mail/sign_up_member.html", |m| {
    format!("You have an account at {} already", m.network)
});

/// An application of this address waits already.
#[derive(Debug)]
pub(super) struct AlreadyWaiting {
    pub(super) network: String,
}
crate::letter!(AlreadyWaiting, "sign_up", "mail/sign_up_waiting.txt", "mail/sign_up_waiting.html", |m| {
    format!("Your application to {} is being looked at", m.network)
});

/// The answer is no.
#[derive(Debug)]
pub(super) struct Rejected {
    pub(super) network: String,
    pub(super) name: String,
    pub(super) reason: String,
}
crate::letter!(
    Rejected,
    "application_rejected",
    "mail/application_rejected.txt",
    "mail/application_rejected.html",
    |m| format!("Your application to {}", m.network)
);

/// A request to run a campaign was answered.
#[derive(Debug)]
struct Answered {
    network: String,
    campaign: String,
    approved: bool,
    /// What the network wrote; may be empty.
    note: String,
    link: String,
}
crate::letter!(Answered, "campaign_answer", "mail/campaign_answer.txt", "mail/campaign_answer.html", |m| {
    let word = if m.approved { "approved" } else { "not approved" };
    format!("{}: you are {word} for {}", m.network, m.campaign)
});

/// Writes to everybody who signs in for the affiliate, or else to its contact, and puts it into their notifications.
pub(crate) async fn tell_answer(
    tx: &mut Tx,
    affiliate: AffiliateId,
    (campaign, name): (CampaignId, &str),
    (state, note): (AccessState, &str),
    console_url: &str,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let approved = state == AccessState::Approved;
    let path = format!("/affiliate/campaigns/{campaign}");
    let letter = Answered {
        network: network_name(tx).await?,
        campaign: name.to_owned(),
        approved,
        note: note.to_owned(),
        link: format!("{console_url}{path}"),
    };
    let mut to = people::emails_of(tx, Realm::Affiliate(affiliate)).await?;
    if to.is_empty() {
        to.extend(affiliates::get(tx, affiliate).await?.and_then(|a| a.contact_email));
    }
    for address in to {
        mail::queue(tx, &letter.to(&address)?, now).await?;
    }
    let notice = Notice {
        to: Realm::Affiliate(affiliate),
        kind: NoticeKind::Account,
        tone: if approved { "ok" } else { "warn" },
        title: if approved { format!("You may run {name}") } else { format!("You may not run {name}") },
        body: note.to_owned(),
        href: path,
        dedupe: format!("access:{campaign}:{}", state.word()),
        level: 1,
    };
    Ok(notifications::raise(tx, &notice, now).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_of_operators_and_names_of_strangers_are_text() {
        let m = Rejected { network: "N".into(), name: "<b>Ann</b>".into(), reason: "a < b\nsecond".into() };
        let mail = m.to("ann@x.example").unwrap();
        assert!(!mail.html.contains("<b>Ann"), "{}", mail.html);
        assert!(mail.text.contains("<b>Ann</b>") && mail.text.contains("a < b\nsecond"), "{}", mail.text);
    }
}
