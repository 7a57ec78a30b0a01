//! Goals: the results of a campaign that are paid for.

use super::rates::{self, Wrong};
use crate::{
    accounts::network_only,
    error::{EngineError, FieldErrors},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::GoalDraft,
    ids::{CampaignId, GoalId},
    money::Currency,
    snapshot::Rate,
    validate,
};
use serde_json::json;
use store::{
    Db, StoreError, Tx,
    audit::audit,
    config::{Goal, bump_config_version, campaigns, goals},
};

/// Most goals of one campaign: reports are matched against each.
const GOALS_MAX: usize = 50;

/// What the inputs are called in the form at hand; those of the rates are the same everywhere.
pub(super) struct Fields {
    pub code: &'static str,
    pub name: &'static str,
}

const OWN_FORM: Fields = Fields { code: "code", name: "name" };

/// A goal that passed, not yet part of a campaign.
pub(super) struct Checked {
    code: String,
    name: String,
    revenue: Rate,
    payout: Rate,
}

impl Checked {
    pub(super) fn into_row(self, id: GoalId, campaign: CampaignId, is_default: bool, position: i32) -> Goal {
        let Self { code, name, revenue, payout } = self;
        Goal { id, campaign, code, name, is_default, revenue: Some(revenue), payout, position }
    }
}

pub(super) fn check(
    fields: &Fields,
    draft: &GoalDraft,
    currency: Currency,
    wrong: &mut FieldErrors,
) -> Option<Checked> {
    let code = wrong.take(fields.code, validate::code(&draft.code));
    let name = match validate::name(&draft.name) {
        Ok(name) if name.chars().count() > 100 => Err("Use at most 100 characters.".to_owned()),
        other => other,
    };
    let name = wrong.take(fields.name, name);
    let mut rate = |kind: &str, value: &str, names: (&'static str, &'static str)| {
        rates::read(kind, value, currency)
            .map_err(|(part, message)| {
                wrong.add(if part == Wrong::Kind { names.0 } else { names.1 }, message)
            })
            .ok()
    };
    let revenue = rate(&draft.revenue_kind, &draft.revenue_value, ("revenue_kind", "revenue_value"));
    let payout = rate(&draft.payout_kind, &draft.payout_value, ("payout_kind", "payout_value"));
    Some(Checked { code: code?, name: name?, revenue: revenue?, payout: payout? })
}

/// The form of a goal as it is.
pub(crate) fn draft(goal: &Goal, currency: Currency) -> GoalDraft {
    let (revenue_kind, revenue_value) =
        goal.revenue.map(|rate| rates::write(rate, currency)).unwrap_or_default();
    let (payout_kind, payout_value) = rates::write(goal.payout, currency);
    GoalDraft {
        code: goal.code.clone(),
        name: goal.name.clone(),
        revenue_kind,
        revenue_value,
        payout_kind,
        payout_value,
    }
}

fn refused(e: StoreError) -> EngineError {
    if e.is_conflict("goals_campaign_id_code_key") {
        EngineError::invalid("code", "The campaign has a goal with this code already.")
    } else {
        e.into()
    }
}

/// Adds a goal that reports must name.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`GoalDraft`], [`EngineError::NotFound`] for the campaign.
pub async fn add_goal(
    db: &Db,
    actor: &Actor,
    campaign: CampaignId,
    draft: &GoalDraft,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<GoalId, EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let parent = campaigns::get_for_update(&mut tx, campaign).await?.ok_or(EngineError::NotFound)?;
    let mut wrong = FieldErrors::default();
    let Some(checked) = check(&OWN_FORM, draft, parent.currency, &mut wrong) else {
        return Err(EngineError::Invalid(wrong));
    };
    let before = goals::list(&mut tx, campaign).await?;
    if before.len() >= GOALS_MAX {
        return Err(EngineError::Conflict(format!("A campaign has at most {GOALS_MAX} goals.")));
    }
    let position = before.iter().map(|g| g.position).max().unwrap_or(0).saturating_add(1);
    let goal =
        checked.into_row(GoalId::new(now.timestamp_millis(), chance), campaign, before.is_empty(), position);
    goals::insert(&mut tx, &goal).await.map_err(refused)?;
    audit(&mut tx, actor, "goal.create", campaign, None, Some(json!(goal)), now).await?;
    bump_config_version(&mut tx).await?;
    tx.commit().await?;
    Ok(goal.id)
}

/// Changes a goal. Conversions that were counted keep what they were worth.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`GoalDraft`], [`EngineError::NotFound`].
pub async fn update_goal(
    db: &Db,
    actor: &Actor,
    campaign: CampaignId,
    goal: GoalId,
    draft: &GoalDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let mut tx = db.begin(actor.realm).await?;
    update_goal_in(&mut tx, actor, campaign, goal, draft, now).await?;
    Ok(tx.commit().await?)
}

/// [`update_goal`] in a transaction of the actor's realm.
///
/// # Errors
/// As [`update_goal`].
pub async fn update_goal_in(
    tx: &mut Tx,
    actor: &Actor,
    campaign: CampaignId,
    goal: GoalId,
    draft: &GoalDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let parent = campaigns::get_for_update(tx, campaign).await?.ok_or(EngineError::NotFound)?;
    let all = goals::list(tx, campaign).await?;
    let before = all.into_iter().find(|g| g.id == goal).ok_or(EngineError::NotFound)?;
    let mut wrong = FieldErrors::default();
    let Some(checked) = check(&OWN_FORM, draft, parent.currency, &mut wrong) else {
        return Err(EngineError::Invalid(wrong));
    };
    let after = checked.into_row(goal, campaign, before.is_default, before.position);
    goals::update(tx, &after).await.map_err(refused)?;
    audit(tx, actor, "goal.update", campaign, Some(json!(before)), Some(json!(after)), now).await?;
    bump_config_version(tx).await?;
    Ok(())
}

/// Takes a goal away; reports that name it are refused from then on. The default goal stays.
///
/// # Errors
/// [`EngineError::NotFound`], [`EngineError::Conflict`] for the default goal.
pub async fn remove_goal(
    db: &Db,
    actor: &Actor,
    campaign: CampaignId,
    goal: GoalId,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    campaigns::get_for_update(&mut tx, campaign).await?.ok_or(EngineError::NotFound)?;
    let all = goals::list(&mut tx, campaign).await?;
    let before = all.into_iter().find(|g| g.id == goal).ok_or(EngineError::NotFound)?;
    if !goals::delete(&mut tx, goal).await? {
        return Err(EngineError::Conflict("The default goal cannot be removed.".into()));
    }
    audit(&mut tx, actor, "goal.delete", campaign, Some(json!(before)), None, now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// The form of a goal as it is.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Forbidden`] for everybody but the network.
pub async fn goal_draft(
    db: &Db,
    realm: Realm,
    campaign: CampaignId,
    goal: GoalId,
) -> Result<GoalDraft, EngineError> {
    if realm != Realm::Network {
        return Err(EngineError::Forbidden("Only the network's people can do this.".into()));
    }
    let mut tx = db.begin(realm).await?;
    let parent = campaigns::get(&mut tx, campaign).await?.ok_or(EngineError::NotFound)?;
    let all = goals::list(&mut tx, campaign).await?;
    tx.commit().await?;
    let found = all.into_iter().find(|g| g.id == goal).ok_or(EngineError::NotFound)?;
    Ok(draft(&found, parent.currency))
}
