//! Campaigns: what is offered, for how much, to whom.

mod access;
mod goals;
mod rates;

pub(crate) use access::active_affiliate;
pub use access::{apply_to_campaign, decide_application, decide_application_in};
pub(crate) use goals::draft as goal_as_draft;
pub use goals::{add_goal, goal_draft, remove_goal, update_goal, update_goal_in};

use crate::{
    accounts::{currencies, network_only},
    error::{EngineError, FieldErrors},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::{CampaignDraft, GoalDraft},
    ids::{AdvertiserId, CampaignId, GoalId},
    money::Currency,
    snapshot::Rate,
    status::{CampaignStatus, Visibility},
    validate,
};
use serde_json::json;
use store::{
    Db, StoreError, Tx,
    audit::audit,
    config::{Campaign, Goal, advertisers, bump_config_version, campaigns, goals as goal_rows},
};

const DAY_SECS: i64 = 86_400;
/// Longest attribution window in days.
const WINDOW_MAX_DAYS: i64 = 400;

/// A draft that passed: the campaign and its default goal.
struct Checked {
    campaign: Campaign,
    goal: Goal,
}

fn choice<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| "Choose one from the list.".into())
}

fn window(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let days = if text.len() <= 6 { text.parse::<i64>().ok() } else { None };
    days.filter(|d| (1..=WINDOW_MAX_DAYS).contains(d))
        .map(|d| d * DAY_SECS)
        .ok_or_else(|| format!("Enter whole days, 1 to {WINDOW_MAX_DAYS}."))
}

pub(crate) fn destination(text: &str) -> Result<String, String> {
    let text = validate::short(text, 2000)?;
    validate::destination(&text)?;
    Ok(text)
}

fn check(
    id: CampaignId,
    goal_id: GoalId,
    draft: &CampaignDraft,
    now: DateTime<Utc>,
) -> Result<Checked, EngineError> {
    let mut wrong = FieldErrors::default();
    let advertiser = wrong
        .take("advertiser", draft.advertiser.parse::<AdvertiserId>().map_err(|_| "Choose an advertiser."));
    let name = wrong.take("name", validate::name(&draft.name));
    let description = wrong.take("description", validate::long(&draft.description, 10_000));
    let status = wrong.take("status", choice::<CampaignStatus>(&draft.status));
    let visibility = wrong.take("visibility", choice::<Visibility>(&draft.visibility));
    let currency = wrong.take("currency", draft.currency.parse::<Currency>());
    let destination_url = wrong.take("destination_url", destination(&draft.destination_url));
    let deep_link_hosts = wrong.take("deep_link_hosts", validate::host_list(&draft.deep_link_hosts));
    let window_secs = wrong.take("attribution_window_days", window(&draft.attribution_window_days));
    let postback_token = wrong.take("postback_token", validate::token(&draft.postback_token));
    let fields = goals::Fields { code: "goal_code", name: "goal_name" };
    let form = GoalDraft {
        code: draft.goal_code.clone(),
        name: draft.goal_name.clone(),
        revenue_kind: draft.revenue_kind.clone(),
        revenue_value: draft.revenue_value.clone(),
        payout_kind: draft.payout_kind.clone(),
        payout_value: draft.payout_value.clone(),
    };
    // A wrong currency has its own message; the amounts are then only checked for being numbers.
    let goal = goals::check(&fields, &form, currency.unwrap_or(Currency::USD), &mut wrong);
    wrong.check()?;
    match (
        (advertiser, name, description, status, visibility, currency),
        (destination_url, deep_link_hosts, window_secs, postback_token, goal),
    ) {
        (
            (Some(advertiser), Some(name), Some(description), Some(status), Some(visibility), Some(currency)),
            (
                Some(destination_url),
                Some(deep_link_hosts),
                Some(window_secs),
                Some(postback_token),
                Some(goal),
            ),
        ) => Ok(Checked {
            campaign: Campaign {
                id,
                advertiser,
                name,
                description,
                status,
                visibility,
                currency,
                destination_url,
                deep_link_hosts,
                pass_through: draft.pass_through,
                window_secs,
                postback_token,
                created_at: now,
                updated_at: now,
            },
            goal: goal.into_row(goal_id, id, true, 0),
        }),
        _ => Err(EngineError::Internal),
    }
}

fn refused(e: StoreError) -> EngineError {
    match e {
        StoreError::Conflict { constraint } if constraint == "campaigns_name_key" => {
            EngineError::invalid("name", "The advertiser has a campaign of this name already.")
        }
        StoreError::Conflict { constraint } if constraint == "campaigns_advertiser_id_fkey" => {
            EngineError::invalid("advertiser", "Choose an advertiser.")
        }
        StoreError::Conflict { constraint } if constraint == "goals_campaign_id_code_key" => {
            EngineError::invalid("goal_code", "The campaign has a goal with this code already.")
        }
        other => other.into(),
    }
}

/// # Errors
/// [`EngineError::Invalid`] with the fields of [`CampaignDraft`].
pub async fn create_campaign(
    db: &Db,
    actor: &Actor,
    draft: &CampaignDraft,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<CampaignId, EngineError> {
    network_only(actor)?;
    let ms = now.timestamp_millis();
    let id = CampaignId::new(ms, chance);
    let Checked { campaign, goal } = check(id, GoalId::new(ms, chance), draft, now)?;
    let mut tx = db.begin(actor.realm).await?;
    if advertisers::get(&mut tx, campaign.advertiser).await?.is_none() {
        return Err(EngineError::invalid("advertiser", "Choose an advertiser."));
    }
    currency_allowed(&mut tx, campaign.currency).await?;
    campaigns::insert(&mut tx, &campaign).await.map_err(refused)?;
    goal_rows::insert(&mut tx, &goal).await.map_err(refused)?;
    let after = json!({ "campaign": campaign, "goals": [goal] });
    audit(&mut tx, actor, "campaign.create", id, None, Some(after), now).await?;
    bump_config_version(&mut tx).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a campaign and its default goal. The advertiser never changes; the currency not once anything was
/// counted, nor while other goals have amounts in it.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`CampaignDraft`], [`EngineError::NotFound`].
pub async fn update_campaign(
    db: &Db,
    actor: &Actor,
    id: CampaignId,
    draft: &CampaignDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    let mut tx = db.begin(actor.realm).await?;
    update_campaign_in(&mut tx, actor, id, draft, now).await?;
    Ok(tx.commit().await?)
}

/// [`update_campaign`] in a transaction of the actor's realm.
///
/// # Errors
/// As [`update_campaign`].
pub async fn update_campaign_in(
    tx: &mut Tx,
    actor: &Actor,
    id: CampaignId,
    draft: &CampaignDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let Checked { mut campaign, mut goal } = check(id, GoalId(0), draft, now)?;
    let before = campaigns::get_for_update(tx, id).await?.ok_or(EngineError::NotFound)?;
    if campaign.advertiser != before.advertiser {
        return Err(EngineError::invalid("advertiser", "A campaign stays with its advertiser."));
    }
    let goals_before = goal_rows::list(tx, id).await?;
    if campaign.currency != before.currency {
        currency_allowed(tx, campaign.currency).await?;
        currency_may_change(tx, id, &goals_before).await?;
    }
    campaign.created_at = before.created_at;
    campaigns::update(tx, &campaign).await.map_err(refused)?;
    match goals_before.iter().find(|g| g.is_default) {
        Some(old) => {
            goal.id = old.id;
            goal.position = old.position;
            goal_rows::update(tx, &goal).await.map_err(refused)?;
        }
        None => {
            goal.id = GoalId::new(now.timestamp_millis(), id.0 as u32);
            goal_rows::insert(tx, &goal).await.map_err(refused)?;
        }
    }
    let goals_after = goal_rows::list(tx, id).await?;
    let token_changed = campaign.postback_token != before.postback_token;
    let before = json!({ "campaign": before, "goals": goals_before });
    let after = json!({ "campaign": campaign, "goals": goals_after, "token_changed": token_changed });
    audit(tx, actor, "campaign.update", id, Some(before), Some(after), now).await?;
    bump_config_version(tx).await?;
    Ok(())
}

async fn currency_allowed(tx: &mut Tx, currency: Currency) -> Result<(), EngineError> {
    if currencies(tx).await?.contains(&currency) {
        return Ok(());
    }
    Err(EngineError::invalid("currency", "The network's settings do not list this currency."))
}

async fn currency_may_change(tx: &mut Tx, id: CampaignId, goals: &[Goal]) -> Result<(), EngineError> {
    if campaigns::has_stats(tx, id).await? {
        return Err(EngineError::invalid(
            "currency",
            "The campaign has figures in its currency; create another campaign for the new one.",
        ));
    }
    let fixed = |g: &Goal| matches!(g.revenue, Some(Rate::Fixed(_))) || matches!(g.payout, Rate::Fixed(_));
    if goals.iter().any(|g| !g.is_default && fixed(g)) {
        return Err(EngineError::invalid(
            "currency",
            "Other goals have amounts in this currency; remove them first.",
        ));
    }
    Ok(())
}

/// Starts, pauses or archives a campaign.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn set_campaign_status(
    db: &Db,
    actor: &Actor,
    id: CampaignId,
    status: CampaignStatus,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = campaigns::get_for_update(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    if before.status == status {
        return Ok(());
    }
    let after = Campaign { status, updated_at: now, ..before.clone() };
    campaigns::update(&mut tx, &after).await?;
    let (before, after) = (json!({ "status": before.status }), json!({ "status": status }));
    audit(&mut tx, actor, "campaign.status", id, Some(before), Some(after), now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// The form of a campaign as it is, with its default goal. For the network's people: it carries the token.
///
/// # Errors
/// [`EngineError::NotFound`]; [`EngineError::Forbidden`] for everybody else.
pub async fn campaign_draft(db: &Db, realm: Realm, id: CampaignId) -> Result<CampaignDraft, EngineError> {
    if realm != Realm::Network {
        return Err(EngineError::Forbidden("Only the network's people can do this.".into()));
    }
    let mut tx = db.begin(realm).await?;
    let c = campaigns::get(&mut tx, id).await?.ok_or(EngineError::NotFound)?;
    let goals = goal_rows::list(&mut tx, id).await?;
    tx.commit().await?;
    Ok(campaign_as_draft(c, &goals))
}

/// A campaign as its form has it, with its default goal.
pub(crate) fn campaign_as_draft(c: Campaign, goals: &[Goal]) -> CampaignDraft {
    let goal = goals.iter().find(|g| g.is_default).map(|g| goals::draft(g, c.currency)).unwrap_or_default();
    CampaignDraft {
        advertiser: c.advertiser.to_string(),
        name: c.name,
        description: c.description,
        status: c.status.word().into(),
        visibility: c.visibility.word().into(),
        currency: c.currency.code().into(),
        destination_url: c.destination_url,
        deep_link_hosts: c.deep_link_hosts.join("\n"),
        pass_through: c.pass_through,
        attribution_window_days: (c.window_secs + DAY_SECS - 1).div_euclid(DAY_SECS).to_string(),
        postback_token: c.postback_token.unwrap_or_default(),
        goal_code: goal.code,
        goal_name: goal.name,
        revenue_kind: goal.revenue_kind,
        revenue_value: goal.revenue_value,
        payout_kind: goal.payout_kind,
        payout_value: goal.payout_value,
    }
}
