//! The public form: shown, checked, taken.

use super::{
    CONFIRM, CONFIRM_HOURS,
    letters::{AlreadyMember, AlreadyWaiting, Confirm},
    settings::{mode, shown},
};
use crate::{
    accounts::country,
    error::{EngineError, FieldErrors},
    mail::{
        self,
        templates::{Written as _, network_name},
    },
    people::{Link, Visitor},
    secret::token_hash,
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::Realm,
    drafts::SignUpDraft,
    ids::ApplicationId,
    status::{ApplicationStatus, QuestionKind, SignUpMode},
    validate,
    view::SignUpForm,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use store::{
    Db, StoreError, Tx,
    config::setting_ensure,
    people,
    signup::{Answer, Application, Question, applications, questions, terms},
    tokens,
};

/// A person needs at least that long to fill the form in.
const QUICKEST: Duration = Duration::seconds(2);
/// After that long the form has to be loaded anew.
const SLOWEST: Duration = Duration::hours(24);
/// Forms that are taken within an hour from one address of the network and for one email address.
const PER_IP: i64 = 10;
const PER_EMAIL: i64 = 3;
/// Longest description and answer, in characters.
const TEXT_MAX: usize = 5_000;
/// Key of the secret that stamps are made with.
const FORM_KEY: &str = "form_key";

/// Why a form was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SignUpError {
    /// Wrong fields of the draft, and wrong answers by the question's id.
    #[error("{fields}")]
    Invalid { fields: FieldErrors, answers: BTreeMap<String, String> },
    /// Too many forms from here, or for this address.
    #[error("too many forms")]
    TooMany,
    /// Anything else.
    #[error(transparent)]
    Other(#[from] EngineError),
}

impl From<StoreError> for SignUpError {
    fn from(e: StoreError) -> Self {
        Self::Other(e.into())
    }
}

/// A form as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    pub draft: &'a SignUpDraft,
    /// By the question's id; a ticked box says `true`.
    pub answers: &'a BTreeMap<String, String>,
}

/// The form to be shown. `key` is fresh chance, used where there is no key for stamps yet.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn form(db: &Db, now: DateTime<Utc>, key: [u8; 32]) -> Result<SignUpForm, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let mode = mode(&mut tx).await?;
    let all = questions::list(&mut tx).await?;
    let terms = terms::current(&mut tx).await?;
    let key = form_key(&mut tx, key).await?;
    tx.commit().await?;
    Ok(SignUpForm {
        mode: mode.word().to_owned(),
        questions: all.into_iter().map(shown).collect(),
        terms,
        stamp: stamp(&key, now),
    })
}

async fn form_key(tx: &mut Tx, fresh: [u8; 32]) -> Result<String, EngineError> {
    let fresh: String = fresh.iter().map(|b| format!("{b:02x}")).collect();
    let key = setting_ensure(tx, FORM_KEY, &json!(fresh)).await?;
    key.as_str().map(str::to_owned).ok_or(EngineError::Internal)
}

/// When the form was made, and a tag that only we can make.
fn stamp(key: &str, at: DateTime<Utc>) -> String {
    let ms = at.timestamp_millis();
    format!("{ms}.{}", tag(key, ms))
}

fn tag(key: &str, ms: i64) -> String {
    let digest = Sha256::digest(format!("{key} sign-up form {ms}"));
    digest.iter().take(12).map(|b| format!("{b:02x}")).collect()
}

/// Refuses forms that programs fill in at once, and forms of yesterday.
fn check_stamp(key: &str, text: &str, now: DateTime<Utc>) -> Result<(), EngineError> {
    let stale =
        || EngineError::Conflict("The form was open for too long. Look it over and send it again.".into());
    let (ms, given) = text.split_once('.').ok_or_else(stale)?;
    let ms: i64 = ms.parse().map_err(|_| stale())?;
    let made = DateTime::from_timestamp_millis(ms).ok_or_else(stale)?;
    if given != tag(key, ms) || made > now || now - made > SLOWEST {
        return Err(stale());
    }
    if now - made < QUICKEST {
        return Err(EngineError::Conflict(
            "That was very quick. Look the form over and send it again.".into(),
        ));
    }
    Ok(())
}

/// Takes a form and writes to its address. The answer is the same whether or not the address is known: the letter says
/// what is the case. `link` makes the one in the letter.
///
/// # Errors
/// [`SignUpError`]; [`EngineError::Forbidden`] while the network takes no applications.
pub async fn sign_up(
    db: &Db,
    sent: Form<'_>,
    visitor: &Visitor,
    link: Link<'_>,
    now: DateTime<Utc>,
    chance: u32,
) -> Result<(), SignUpError> {
    let mut tx = db.begin(Realm::Network).await?;
    if mode(&mut tx).await? == SignUpMode::Closed {
        let why = "This network takes no applications at the moment.";
        return Err(EngineError::Forbidden(why.into()).into());
    }
    if !sent.draft.fax.trim().is_empty() {
        // A program that fills in everything is told that all is well.
        tracing::info!(ip = ?visitor.ip, "a sign-up form was filled in by a program");
        return Ok(());
    }
    let key = form_key(&mut tx, [0; 32]).await?;
    let asked = questions::list(&mut tx).await?;
    let terms = terms::current(&mut tx).await?.map(|t| t.0);
    let mut application = check(sent, &asked, terms)?;
    check_stamp(&key, &sent.draft.stamp, now)?;
    let hour_ago = now - Duration::hours(1);
    let (by_ip, by_email) = applications::recent(&mut tx, visitor.ip, &application.email, hour_ago).await?;
    if by_ip >= PER_IP || by_email >= PER_EMAIL {
        return Err(SignUpError::TooMany);
    }
    application.id = ApplicationId::new(now.timestamp_millis(), chance);
    application.ip = visitor.ip;
    application.created_at = now;
    applications::insert(&mut tx, &application).await?;
    write(&mut tx, &application, link, now).await?;
    Ok(tx.commit().await?)
}

/// The letter: the way on, or why there is none.
async fn write(tx: &mut Tx, a: &Application, link: Link<'_>, now: DateTime<Utc>) -> Result<(), EngineError> {
    let network = network_name(tx).await?;
    let letter = if people::by_email(tx, &a.email).await?.is_some() {
        let sign_in = format!("{}/login", link.console_url);
        AlreadyMember { network, sign_in }.to(&a.email)?
    } else if applications::waiting_for(tx, &a.email).await?.is_some() {
        AlreadyWaiting { network }.to(&a.email)?
    } else {
        let text = crate::secret::token_text(&link.secret);
        let href = format!("{}/signup/confirm/{text}", link.console_url);
        tokens::revoke_for_email(tx, CONFIRM, &a.email, now).await?;
        let new = tokens::NewToken {
            kind: CONFIRM,
            hash: token_hash(&text),
            email: a.email.clone(),
            user: None,
            payload: json!({ "application": a.id }),
            expires_at: now + Duration::hours(CONFIRM_HOURS),
            now,
        };
        tokens::issue(tx, &new).await?;
        Confirm { network, name: a.name.clone(), link: href, hours: CONFIRM_HOURS }.to(&a.email)?
    };
    mail::queue(tx, &letter, now).await
}

fn check(sent: Form<'_>, asked: &[Question], terms: Option<i32>) -> Result<Application, SignUpError> {
    let draft = sent.draft;
    let mut fields = FieldErrors::default();
    let name = fields.take("name", validate::name(&draft.name));
    let email = fields.take("email", validate::email(&draft.email));
    let country = fields.take("country", country(&draft.country));
    let website = fields.take("website", website(&draft.website));
    let description = match validate::long(&draft.description, TEXT_MAX) {
        Ok(text) if text.is_empty() => Err("Say in a sentence how you bring traffic.".to_owned()),
        other => other,
    };
    let description = fields.take("description", description);
    match terms {
        Some(version) if draft.accepted && draft.terms.trim() != version.to_string() => {
            fields.add("accepted", "The terms have changed meanwhile. Read them and accept them again.");
        }
        Some(_) if !draft.accepted => fields.add("accepted", "Accept the terms to go on."),
        _ => {}
    }
    let mut answers = Vec::new();
    let mut wrong = BTreeMap::new();
    for question in asked {
        let id = question.id.to_string();
        let given = sent.answers.get(&id).map(String::as_str).unwrap_or_default();
        match answer(question, given) {
            Ok(answer) => answers.push(Answer { id, label: question.label.clone(), answer }),
            Err(why) => {
                wrong.insert(id, why);
            }
        }
    }
    let (Some(name), Some(email), Some(country), Some(website), Some(description)) =
        (name, email, country, website, description)
    else {
        return Err(SignUpError::Invalid { fields, answers: wrong });
    };
    if !fields.is_empty() || !wrong.is_empty() {
        return Err(SignUpError::Invalid { fields, answers: wrong });
    }
    Ok(Application {
        id: ApplicationId(0),
        status: ApplicationStatus::Unconfirmed,
        name,
        email,
        country,
        website,
        description,
        answers,
        terms_version: terms,
        ip: None,
        created_at: DateTime::default(),
        confirmed_at: None,
        decided_at: None,
        decided_by: None,
        reason: String::new(),
        affiliate: None,
    })
}

/// A web address; people leave out the beginning.
fn website(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    validate::url(&whole).map(Some).map_err(|_| "Enter a web address such as https://example.com.".into())
}

/// The answer in words, or what is wrong with it.
fn answer(question: &Question, given: &str) -> Result<String, String> {
    let given = match question.kind {
        QuestionKind::Text => validate::short(given, 500)?,
        QuestionKind::Textarea => validate::long(given, TEXT_MAX)?,
        QuestionKind::Select if given.is_empty() || question.options.iter().any(|o| o == given) => {
            given.to_owned()
        }
        QuestionKind::Select => return Err("Choose one from the list.".into()),
        QuestionKind::Checkbox if given == "true" => "Yes".to_owned(),
        QuestionKind::Checkbox if question.required => return Err("Tick the box to go on.".into()),
        QuestionKind::Checkbox => "No".to_owned(),
    };
    match (question.required && given.is_empty(), question.kind) {
        (true, QuestionKind::Select) => Err("Choose one from the list.".into()),
        (true, _) => Err("Answer this question.".into()),
        (false, _) => Ok(given),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_are_ours_and_not_too_young_or_old() {
        let made = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let text = stamp("key", made);
        let after = |secs| check_stamp("key", &text, made + Duration::seconds(secs));
        assert!(after(1).is_err() && after(2).is_ok() && after(86_400).is_ok() && after(86_401).is_err());
        assert!(check_stamp("other", &text, made + Duration::seconds(9)).is_err());
        for forged in ["", "1", "x.y", "1800000000000.000000000000000000000000", "-9999999999999999999.0"] {
            assert!(check_stamp("key", forged, made + Duration::seconds(9)).is_err(), "{forged}");
        }
    }

    #[test]
    fn websites_may_be_short() {
        assert_eq!(website(" blog.example ").unwrap().as_deref(), Some("https://blog.example"));
        assert_eq!(website("").unwrap(), None);
        assert!(website("javascript:alert(1)").is_err() && website("no").is_err());
    }
}
