//! Invitations: a letter with a link, behind which somebody chooses a name and a password.

use super::{INVITE, Link, Visitor, bad_link};
use crate::{
    accounts::{EMAIL_TAKEN, network_only, network_zone, new_user, owner_exists, realm_of, taken},
    error::{EngineError, FieldErrors},
    mail::{
        self,
        templates::{Invitation, Written as _, network_name},
    },
    secret::token_hash,
    signin::hash_password,
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Actor, Realm, Role},
    drafts::InviteDraft,
    ids::{AffiliateId, TokenId, UserId},
    validate,
    view::InvitationView,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{
    Db, Tx,
    audit::audit,
    config::{advertisers, affiliates, buyers},
    people, tokens,
};

/// Days an invitation works.
const DAYS: i64 = 7;

/// What an invitation is for, as stored with its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Terms {
    pub name: String,
    pub role: Role,
    /// `aff_…` and so on, or empty.
    pub owner: String,
    /// Who invites, for the letter and the list.
    pub by: String,
}

impl Terms {
    pub(super) fn read(payload: &Value) -> Result<Self, EngineError> {
        Self::deserialize(payload).map_err(|error| {
            tracing::error!(%error, "an invitation cannot be read");
            EngineError::Internal
        })
    }
}

/// The name of an affiliate, advertiser or buyer; empty for the network.
pub(super) async fn owner_name(tx: &mut Tx, realm: Realm) -> Result<String, EngineError> {
    Ok(match realm {
        Realm::Network => None,
        Realm::Affiliate(id) => affiliates::get(tx, id).await?.map(|a| a.name),
        Realm::Advertiser(id) => advertisers::get(tx, id).await?.map(|a| a.name),
        Realm::Buyer(id) => buyers::list(tx).await?.into_iter().find(|b| b.id == id).map(|b| b.name),
    }
    .unwrap_or_default())
}

/// Invites somebody. An earlier invitation to the same address stops working. Whether the actor may invite people of
/// that role is checked at the door.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`InviteDraft`].
pub async fn invite(
    db: &Db,
    actor: &Actor,
    draft: &InviteDraft,
    link: Link<'_>,
    now: DateTime<Utc>,
) -> Result<TokenId, EngineError> {
    network_only(actor)?;
    let mut wrong = FieldErrors::default();
    let email = wrong.take("email", validate::email(&draft.email));
    let name = wrong.take("name", validate::short(&draft.name, 200));
    let role: Option<Role> =
        wrong.take("role", draft.role.trim().parse().map_err(|_| "Choose a role from the list.".to_owned()));
    let realm = role.and_then(|role| wrong.take("owner", realm_of(role, &draft.owner)));
    let (Some(email), Some(name), Some(role), Some(realm)) = (email, name, role, realm) else {
        return Err(EngineError::Invalid(wrong));
    };
    let mut tx = db.begin(actor.realm).await?;
    if !owner_exists(&mut tx, realm).await? {
        return Err(EngineError::invalid("owner", "There is no such account."));
    }
    if people::by_email(&mut tx, &email).await?.is_some() {
        return Err(EngineError::invalid("email", EMAIL_TAKEN));
    }
    let terms = Terms { name, role, owner: draft.owner.trim().to_owned(), by: actor.name.clone() };
    let id = send(&mut tx, &email, &terms, realm, link, now).await?;
    let after = json!({ "email": email, "role": role, "owner": terms.owner });
    audit(&mut tx, actor, "invitation.create", id, None, Some(after), now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Invites the first person of an affiliate in the transaction that created it, in the network's name.
///
/// # Errors
/// [`EngineError`] of the database.
pub(crate) async fn invite_affiliate_in(
    tx: &mut Tx,
    email: &str,
    affiliate: AffiliateId,
    link: Link<'_>,
    now: DateTime<Utc>,
) -> Result<TokenId, EngineError> {
    let by = network_name(tx).await?;
    let terms = Terms { name: String::new(), role: Role::Affiliate, owner: affiliate.to_string(), by };
    send(tx, email, &terms, Realm::Affiliate(affiliate), link, now).await
}

/// Takes back what was sent to the address before, issues a new link and queues the letter.
async fn send(
    tx: &mut Tx,
    email: &str,
    terms: &Terms,
    realm: Realm,
    link: Link<'_>,
    now: DateTime<Utc>,
) -> Result<TokenId, EngineError> {
    let (text, href) = link.to("invite");
    tokens::revoke_for_email(tx, INVITE, email, now).await?;
    let new = tokens::NewToken {
        kind: INVITE,
        hash: token_hash(&text),
        email: email.to_owned(),
        user: None,
        payload: json!(terms),
        expires_at: now + Duration::days(DAYS),
        now,
    };
    let id = tokens::issue(tx, &new).await?;
    let letter = Invitation {
        network: network_name(tx).await?,
        by: terms.by.clone(),
        role: terms.role.label().to_owned(),
        owner: owner_name(tx, realm).await?,
        link: href,
        days: DAYS,
    };
    mail::queue(tx, &letter.to(email)?, now).await?;
    Ok(id)
}

/// Sends an invitation again, with a new link and a new week; the old link stops working.
///
/// # Errors
/// [`EngineError::NotFound`], also when it was accepted or taken back.
pub async fn resend_invitation(
    db: &Db,
    actor: &Actor,
    id: TokenId,
    link: Link<'_>,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let token = tokens::get_open(&mut tx, INVITE, id).await?.ok_or(EngineError::NotFound)?;
    let terms = Terms::read(&token.payload)?;
    let realm = realm_of(terms.role, &terms.owner).map_err(EngineError::Conflict)?;
    let again = send(&mut tx, &token.email, &terms, realm, link, now).await?;
    let after = json!({ "email": token.email, "role": terms.role, "owner": terms.owner, "instead_of": id });
    audit(&mut tx, actor, "invitation.resend", again, None, Some(after), now).await?;
    Ok(tx.commit().await?)
}

/// What an open invitation is for: who may touch it depends on that.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn invited_role(db: &Db, id: TokenId) -> Result<Role, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let token = tokens::get_open(&mut tx, INVITE, id).await?.ok_or(EngineError::NotFound)?;
    tx.commit().await?;
    Ok(Terms::read(&token.payload)?.role)
}

/// Takes an invitation back.
///
/// # Errors
/// [`EngineError::NotFound`], also when it was accepted or taken back.
pub async fn revoke_invitation(
    db: &Db,
    actor: &Actor,
    id: TokenId,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let token = tokens::get_open(&mut tx, INVITE, id).await?.ok_or(EngineError::NotFound)?;
    tokens::revoke(&mut tx, id, now).await?;
    let before = json!({ "email": token.email });
    audit(&mut tx, actor, "invitation.revoke", id, Some(before), None, now).await?;
    Ok(tx.commit().await?)
}

/// What the page behind an invitation's link shows. Opening it uses nothing up: mail programs open links too.
///
/// # Errors
/// [`EngineError::Conflict`] for every link that does not work.
pub async fn invitation(db: &Db, text: &str, now: DateTime<Utc>) -> Result<InvitationView, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let token = tokens::find(&mut tx, INVITE, &token_hash(text), now).await?.ok_or_else(bad_link)?;
    let terms = Terms::read(&token.payload)?;
    let realm = realm_of(terms.role, &terms.owner).map_err(EngineError::Conflict)?;
    let view = InvitationView {
        network: network_name(&mut tx).await?,
        email: token.email,
        name: terms.name,
        role: terms.role.label().to_owned(),
        owner: owner_name(&mut tx, realm).await?,
    };
    tx.commit().await?;
    Ok(view)
}

/// Accepts an invitation: the person exists from now on and signs in by itself. `salt` is fresh chance.
///
/// # Errors
/// [`EngineError::Conflict`] for every link that does not work; [`EngineError::Invalid`] fields `name`, `password`.
#[allow(clippy::too_many_arguments)] // Time and chance are arguments.
pub async fn accept(
    db: &Db,
    text: &str,
    name: &str,
    password: &str,
    visitor: &Visitor,
    now: DateTime<Utc>,
    chance: u32,
    salt: [u8; 16],
) -> Result<UserId, EngineError> {
    let hash = token_hash(text);
    // Nobody gets a password hashed without a link that works.
    let mut tx = db.begin(Realm::Network).await?;
    tokens::find(&mut tx, INVITE, &hash, now).await?.ok_or_else(bad_link)?;
    tx.commit().await?;
    let mut wrong = FieldErrors::default();
    let name = wrong.take("name", validate::name(name));
    wrong.take("password", validate::password(password));
    let Some(name) = name else { return Err(EngineError::Invalid(wrong)) };
    wrong.check()?;
    let password_hash = hash_password(password.to_owned(), salt).await?;

    let mut tx = db.begin(Realm::Network).await?;
    let token = tokens::find(&mut tx, INVITE, &hash, now).await?.ok_or_else(bad_link)?;
    if !tokens::consume(&mut tx, token.id, now).await? {
        return Err(bad_link());
    }
    let terms = Terms::read(&token.payload)?;
    let realm = realm_of(terms.role, &terms.owner).map_err(EngineError::Conflict)?;
    let id = UserId::new(now.timestamp_millis(), chance);
    let mut user = new_user(id, token.email, name, terms.role, realm, now);
    user.time_zone = network_zone(&mut tx).await?;
    people::insert(&mut tx, &user, &password_hash).await.map_err(|e| {
        match taken(e, "users_email_key", "name", "") {
            EngineError::Invalid(_) => EngineError::Conflict(
                "There is an account with this address by now. Sign in, or ask for a new password.".into(),
            ),
            other => other,
        }
    })?;
    let actor = visitor.as_person(id, &user.email);
    let after = Some(json!({ "user": user, "invitation": token.id, "invited_by": terms.by }));
    audit(&mut tx, &actor, "invitation.accept", id, None, after, now).await?;
    tx.commit().await?;
    Ok(id)
}
