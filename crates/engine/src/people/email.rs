//! Another address: asked for with the password, confirmed by a link to the new one, told to the old one.

use super::{
    EMAIL, Link, RESET, Visitor, bad_link, in_words, own_user,
    profile::{Guard, check_present},
};
use crate::{
    accounts::taken,
    error::EngineError,
    mail::{
        self,
        templates::{EmailAsked, EmailChanged, EmailConfirm, Written as _, network_name},
    },
    secret::token_hash,
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Actor, Realm},
    validate,
    view::EmailChangeView,
};
use serde_json::json;
use store::{Db, audit::audit, people, tokens};

/// Hours a link works.
const HOURS: i64 = 24;

/// Asks for another address. An address that somebody else uses has the same answer and gets no letter. A newer wish
/// replaces the one before.
///
/// # Errors
/// [`EngineError::Invalid`] fields `email`, `confirm` (the present password).
pub async fn ask_email(
    db: &Db,
    guard: Guard<'_>,
    actor: &Actor,
    (email, present): (&str, &str),
    link: Link<'_>,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let id = own_user(actor)?;
    let email = validate::email(email).map_err(|e| EngineError::invalid("email", e))?;
    let user = check_present(db, guard, actor, ("confirm", present), now).await?;
    if user.email == email {
        return Err(EngineError::invalid("email", "This is your address already."));
    }
    let mut tx = db.begin(Realm::Network).await?;
    tokens::revoke_for_user(&mut tx, EMAIL, id, now).await?;
    let other = people::by_email(&mut tx, &email).await?.filter(|c| c.user.id != id);
    if other.is_none() {
        let (text, href) = link.to("confirm-email");
        let new = tokens::NewToken {
            kind: EMAIL,
            hash: token_hash(&text),
            email: email.clone(),
            user: Some(id),
            payload: json!({}),
            expires_at: now + Duration::hours(HOURS),
            now,
        };
        tokens::issue(&mut tx, &new).await?;
        let network = network_name(&mut tx).await?;
        let confirm =
            EmailConfirm { network: network.clone(), old: user.email.clone(), link: href, hours: HOURS };
        mail::queue(&mut tx, &confirm.to(&email)?, now).await?;
        let notice = EmailAsked {
            network,
            new: email.clone(),
            at: in_words(now),
            forgot: format!("{}/forgot", link.console_url),
        };
        mail::queue(&mut tx, &notice.to(&user.email)?, now).await?;
    }
    let after = Some(json!({ "email": email }));
    audit(&mut tx, actor, "user.ask_email", id, Some(json!({ "email": user.email })), after, now).await?;
    Ok(tx.commit().await?)
}

/// What the page behind the link shows. Opening it changes nothing: mail programs open links too.
///
/// # Errors
/// [`EngineError::Conflict`] for every link that does not work.
pub async fn email_change(db: &Db, text: &str, now: DateTime<Utc>) -> Result<EmailChangeView, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let token = tokens::find(&mut tx, EMAIL, &token_hash(text), now).await?.ok_or_else(bad_link)?;
    let user = token.user.ok_or_else(bad_link)?;
    let user = people::get(&mut tx, user).await?.ok_or_else(bad_link)?;
    let network = network_name(&mut tx).await?;
    tx.commit().await?;
    Ok(EmailChangeView { network, old: user.email, new: token.email })
}

/// The new address is confirmed and used from now on. Links to the old one stop working.
///
/// # Errors
/// [`EngineError::Conflict`] for every link that does not work, and where the address was taken meanwhile.
pub async fn confirm_email(
    db: &Db,
    text: &str,
    visitor: &Visitor,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let token = tokens::find(&mut tx, EMAIL, &token_hash(text), now).await?.ok_or_else(bad_link)?;
    let id = token.user.ok_or_else(bad_link)?;
    if !tokens::consume(&mut tx, token.id, now).await? {
        return Err(bad_link());
    }
    let before = people::get(&mut tx, id).await?.filter(|u| u.active).ok_or_else(bad_link)?;
    people::set_email(&mut tx, id, &token.email, now).await.map_err(|e| {
        match taken(e, "users_email_key", "email", "") {
            EngineError::Invalid(_) => {
                EngineError::Conflict("Another account uses this address by now.".into())
            }
            other => other,
        }
    })?;
    tokens::revoke_for_user(&mut tx, RESET, id, now).await?;
    let letter =
        EmailChanged { network: network_name(&mut tx).await?, new: token.email.clone(), at: in_words(now) };
    mail::queue(&mut tx, &letter.to(&before.email)?, now).await?;
    let actor = visitor.as_person(id, &before.email);
    let (old, new) = (json!({ "email": before.email }), json!({ "email": token.email }));
    audit(&mut tx, &actor, "user.change_email", id, Some(old), Some(new), now).await?;
    Ok(tx.commit().await?)
}
