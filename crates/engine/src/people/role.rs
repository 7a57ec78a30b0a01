//! Another role for one of the network's people.

use super::in_words;
use crate::{
    accounts::{last_admin_stays, network_only},
    error::EngineError,
    mail::{
        self,
        templates::{RoleChanged, Written as _, network_name},
    },
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Portal, Realm, Role},
    ids::UserId,
};
use serde_json::json;
use store::{Db, audit::audit, people};

/// Gives one of the network's people another role of the network. What it allows counts from the person's next request
/// on: roles are read with every one, and sessions carry none. The person is told by mail.
///
/// # Errors
/// [`EngineError::Invalid`] field `role` for a role that is none of the network's; [`EngineError::NotFound`];
/// [`EngineError::Conflict`] for oneself, for somebody of another portal and for the last administrator.
pub async fn set_role(
    db: &Db,
    actor: &Actor,
    id: UserId,
    word: &str,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let role: Option<Role> = word.trim().parse().ok().filter(|role: &Role| role.portal() == Portal::Admin);
    let Some(role) = role else {
        let known: Vec<_> =
            Role::ALL.iter().filter(|r| r.portal() == Portal::Admin).map(|r| r.label()).collect();
        return Err(EngineError::invalid(
            "role",
            format!("Choose a role of the network: {}.", known.join(", ")),
        ));
    };
    if actor.user == Some(id) {
        return Err(EngineError::Conflict(
            "You cannot change your own role. Ask another administrator.".into(),
        ));
    }
    let mut tx = db.begin(actor.realm).await?;
    // Before anybody is read: of two who take the role from each other at once, the second finds out.
    let admins = people::lock_admins(&mut tx).await?;
    let before = people::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    if before.realm != Realm::Network {
        return Err(EngineError::Conflict(
            "This person belongs to another portal. Disable the account, and invite the person anew.".into(),
        ));
    }
    if before.role == role {
        return Ok(());
    }
    if before.role == Role::Admin {
        last_admin_stays(&admins, id)?;
    }
    people::set_role(&mut tx, id, role, now).await?;
    let (was, is) = (json!({ "role": before.role }), json!({ "role": role }));
    audit(&mut tx, actor, "user.role", id, Some(was), Some(is), now).await?;
    let letter = RoleChanged {
        network: network_name(&mut tx).await?,
        old: before.role.label().to_owned(),
        new: role.label().to_owned(),
        by: actor.name.clone(),
        at: in_words(now),
    };
    mail::queue(&mut tx, &letter.to(&before.email)?, now).await?;
    Ok(tx.commit().await?)
}
