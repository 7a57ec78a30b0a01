//! What the network sets up for the sign-up form: who may join, questions, terms.

use super::time;
use crate::{
    accounts::network_only,
    error::{EngineError, FieldErrors},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::QuestionDraft,
    ids::{AffiliateId, QuestionId},
    status::{QuestionKind, SignUpMode},
    validate,
    view::{self, SignUpSettings, TermsSettings, TermsVersion},
};
use serde_json::json;
use store::{
    Db, Tx,
    audit::audit,
    config::{self, bump_config_version},
    signup::{Question, questions, terms},
};

const MODE: &str = "sign_up";
/// Most questions of the form.
const QUESTIONS_MAX: usize = 20;
/// Most choices of a question.
const OPTIONS_MAX: usize = 50;
/// Longest terms, in characters.
const TERMS_MAX: usize = 100_000;

/// Who may join. Where nobody ever chose: by approval.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn mode(tx: &mut Tx) -> Result<SignUpMode, EngineError> {
    let stored = config::setting_get(tx, MODE).await?;
    Ok(stored.and_then(|v| v.as_str()?.parse().ok()).unwrap_or(SignUpMode::Approval))
}

/// The page of the sign-up settings.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn sign_up_settings(db: &Db, console_url: &str) -> Result<SignUpSettings, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let mode = mode(&mut tx).await?;
    let all = questions::list(&mut tx).await?;
    let has_terms = terms::current(&mut tx).await?.is_some();
    tx.commit().await?;
    Ok(SignUpSettings {
        mode: mode.word().to_owned(),
        questions: all.into_iter().map(shown).collect(),
        address: format!("{console_url}/signup"),
        has_terms,
    })
}

pub(super) fn shown(q: Question) -> view::Question {
    view::Question {
        id: q.id.to_string(),
        label: q.label,
        hint: q.hint,
        kind: q.kind.word().to_owned(),
        options: q.options,
        required: q.required,
    }
}

/// Opens or closes the form.
///
/// # Errors
/// [`EngineError::Invalid`] field `mode`.
pub async fn set_mode(db: &Db, actor: &Actor, word: &str, now: DateTime<Utc>) -> Result<(), EngineError> {
    network_only(actor)?;
    let after: SignUpMode =
        word.trim().parse().map_err(|_| EngineError::invalid("mode", "Choose one from the list."))?;
    let mut tx = db.begin(actor.realm).await?;
    let before = mode(&mut tx).await?;
    config::setting_put(&mut tx, MODE, &json!(after)).await?;
    let (before, after) = (Some(json!({ "sign_up": before })), Some(json!({ "sign_up": after })));
    audit(&mut tx, actor, "settings.sign_up", "settings", before, after, now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// A draft that passed, for a place in the form.
fn check(id: QuestionId, draft: &QuestionDraft, position: i32) -> Result<Question, EngineError> {
    let mut wrong = FieldErrors::default();
    let label = match validate::short(&draft.label, 200) {
        Ok(label) if label.is_empty() => Err("Enter the question.".to_owned()),
        other => other,
    };
    let label = wrong.take("label", label);
    let hint = wrong.take("hint", validate::short(&draft.hint, 500));
    let kind: Option<QuestionKind> =
        wrong.take("kind", draft.kind.trim().parse().map_err(|_| "Choose one from the list.".to_owned()));
    let options = wrong.take("options", options(&draft.options));
    if let (Some(kind), Some(options)) = (kind, &options) {
        match (kind, options.len()) {
            (QuestionKind::Select, 0 | 1) => wrong.add("options", "Enter at least two choices, one a line."),
            (QuestionKind::Select, _) | (_, 0) => {}
            _ => wrong.add("options", "Only a choice has these; leave them empty."),
        }
    }
    let (Some(label), Some(hint), Some(kind), Some(options)) = (label, hint, kind, options) else {
        return Err(EngineError::Invalid(wrong));
    };
    wrong.check()?;
    Ok(Question { id, label, hint, kind, options, required: draft.required, position })
}

fn options(text: &str) -> Result<Vec<String>, String> {
    let mut all: Vec<String> = Vec::new();
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let line = validate::short(line, 200)?;
        if !all.contains(&line) {
            all.push(line);
        }
    }
    if all.len() > OPTIONS_MAX { Err(format!("Use at most {OPTIONS_MAX} choices.")) } else { Ok(all) }
}

/// Adds a question at the end of the form.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`QuestionDraft`], [`EngineError::Conflict`] for too many.
pub async fn add_question(
    db: &Db,
    actor: &Actor,
    draft: &QuestionDraft,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<QuestionId, EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let all = questions::list(&mut tx).await?;
    let position = all.iter().map(|q| q.position).max().unwrap_or(0).saturating_add(1);
    let question = check(QuestionId::new(now.timestamp_millis(), chance), draft, position)?;
    if all.len() >= QUESTIONS_MAX {
        return Err(EngineError::Conflict(format!("The form has at most {QUESTIONS_MAX} questions.")));
    }
    questions::put(&mut tx, &question, now).await?;
    audit(&mut tx, actor, "question.create", question.id, None, Some(json!(question)), now).await?;
    tx.commit().await?;
    Ok(question.id)
}

/// Changes a question. Answers given before keep the words they were given to.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`QuestionDraft`], [`EngineError::NotFound`].
pub async fn update_question(
    db: &Db,
    actor: &Actor,
    id: QuestionId,
    draft: &QuestionDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = find(&mut tx, id).await?;
    let after = check(id, draft, before.position)?;
    if after == before {
        return Ok(());
    }
    questions::put(&mut tx, &after, now).await?;
    audit(&mut tx, actor, "question.update", id, Some(json!(before)), Some(json!(after)), now).await?;
    Ok(tx.commit().await?)
}

async fn find(tx: &mut Tx, id: QuestionId) -> Result<Question, EngineError> {
    questions::list(tx).await?.into_iter().find(|q| q.id == id).ok_or(EngineError::NotFound)
}

/// Moves a question one place up or down; at the end it stays.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn move_question(
    db: &Db,
    actor: &Actor,
    id: QuestionId,
    up: bool,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let mut all = questions::list(&mut tx).await?;
    let at = all.iter().position(|q| q.id == id).ok_or(EngineError::NotFound)?;
    let to = if up { at.saturating_sub(1) } else { (at + 1).min(all.len() - 1) };
    if at == to {
        return Ok(());
    }
    let before: Vec<_> = all.iter().map(|q| q.id).collect();
    all.swap(at, to);
    for (place, question) in (1..).zip(&mut all) {
        question.position = place;
        questions::put(&mut tx, question, now).await?;
    }
    let after: Vec<_> = all.iter().map(|q| q.id).collect();
    let (before, after) = (json!({ "order": before }), json!({ "order": after }));
    audit(&mut tx, actor, "question.move", id, Some(before), Some(after), now).await?;
    Ok(tx.commit().await?)
}

/// Takes a question away. Answers given to it stay.
///
/// # Errors
/// [`EngineError::NotFound`].
pub async fn remove_question(
    db: &Db,
    actor: &Actor,
    id: QuestionId,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = find(&mut tx, id).await?;
    questions::delete(&mut tx, id).await?;
    audit(&mut tx, actor, "question.delete", id, Some(json!(before)), None, now).await?;
    Ok(tx.commit().await?)
}

/// The page of the terms.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn terms_settings(db: &Db, tz: &str) -> Result<TermsSettings, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let versions = terms::list(&mut tx).await?;
    let acceptances = terms::acceptances(&mut tx).await?;
    tx.commit().await?;
    Ok(TermsSettings {
        versions: versions
            .into_iter()
            .map(|t| TermsVersion {
                version: t.version,
                body: t.body,
                published: time(t.published_at, tz),
                published_by: t.published_by,
                accepted_by: t.accepted_by,
            })
            .collect(),
        acceptances: acceptances
            .into_iter()
            .map(|a| view::Acceptance {
                version: a.version,
                email: a.email,
                at: time(a.accepted_at, tz),
                ip: a.ip.unwrap_or_default(),
                affiliate_id: a.affiliate_id.map(|id| AffiliateId(id).to_string()).unwrap_or_default(),
                affiliate: a.affiliate.unwrap_or_default(),
            })
            .collect(),
    })
}

/// Puts a new version of the terms in force. The text that is in force already makes no new version.
///
/// # Errors
/// [`EngineError::Invalid`] field `body`.
pub async fn publish_terms(
    db: &Db,
    actor: &Actor,
    body: &str,
    now: DateTime<Utc>,
) -> Result<i32, EngineError> {
    network_only(actor)?;
    let body = validate::long(body, TERMS_MAX).map_err(|e| EngineError::invalid("body", e))?;
    if body.is_empty() {
        return Err(EngineError::invalid("body", "Enter the terms."));
    }
    let mut tx = db.begin(actor.realm).await?;
    let before = terms::current(&mut tx).await?;
    if let Some((version, text)) = &before
        && *text == body
    {
        return Ok(*version);
    }
    let version = terms::publish(&mut tx, &body, &actor.name, now).await.map_err(|e| {
        if e.is_conflict("terms_versions_pkey") {
            EngineError::Conflict("Somebody else published at the same moment; look at theirs first.".into())
        } else {
            e.into()
        }
    })?;
    let before =
        before.map(|(version, text)| json!({ "version": version, "characters": text.chars().count() }));
    let after = json!({ "version": version, "characters": body.chars().count() });
    audit(&mut tx, actor, "terms.publish", "settings", before, Some(after), now).await?;
    tx.commit().await?;
    Ok(version)
}
