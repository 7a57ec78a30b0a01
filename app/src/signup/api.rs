//! What the server does for people who want to become affiliates. Open to everybody, and the answer to the form is the
//! same whatever the address is known for.

use crate::error::AppError;
use domain::{
    drafts::SignUpDraft,
    view::{BrandView, SignUpForm},
};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[cfg(feature = "ssr")]
use crate::{
    ctx::{fail, redirect, writing_deps},
    error::ErrorCode,
    session::{SLOW_DOWN, origin},
};
#[cfg(feature = "ssr")]
use engine::{
    people::{Link, Visitor},
    signup::{self as cases, Confirmed, Form, SignUpError},
};

/// Letters of typed texts that go back to a form sent without JavaScript: they travel in the address.
#[cfg(feature = "ssr")]
const KEPT_MAX: usize = 4_000;

#[cfg(feature = "ssr")]
fn visitor() -> Visitor {
    let from = origin();
    Visitor { ip: from.ip, request_id: from.request_id }
}

/// What the network shows of itself to anybody.
///
/// # Errors
/// None of its own.
#[server(prefix = "/fn", endpoint = "brand", output = Postcard)]
pub async fn brand() -> Result<BrandView, AppError> {
    Ok(writing_deps()?.network.face().view())
}

/// The form, with what the network calls itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormPage {
    pub network: String,
    pub form: SignUpForm,
}

/// The form.
///
/// # Errors
/// [`ErrorCode::Unavailable`](crate::error::ErrorCode::Unavailable).
#[server(prefix = "/fn", endpoint = "sign_up_form", output = Postcard)]
pub async fn open_form() -> Result<FormPage, AppError> {
    let deps = writing_deps()?;
    let form = cases::form(&deps.db, (deps.now)(), (deps.secret)()).await?;
    Ok(FormPage { network: deps.network.face().name.clone(), form })
}

/// Takes the form and sends a letter to its address.
///
/// # Errors
/// [`ErrorCode::Invalid`](crate::error::ErrorCode::Invalid) with the fields of the draft and the ids of questions,
/// [`ErrorCode::TooMany`](crate::error::ErrorCode::TooMany).
#[server(prefix = "/fn", endpoint = "sign_up")]
pub async fn sign_up(
    #[server(default)] draft: SignUpDraft,
    #[server(default)] answers: BTreeMap<String, String>,
) -> Result<(), AppError> {
    let deps = writing_deps()?;
    let link = Link { secret: (deps.secret)(), console_url: &deps.console_url };
    let sent = Form { draft: &draft, answers: &answers };
    let done = cases::sign_up(&deps.db, sent, &visitor(), link, (deps.now)(), (deps.chance)()).await;
    done.map_err(|e| kept(refusal(e), &draft, &answers))?;
    redirect("/signup?done=sent");
    Ok(())
}

#[cfg(feature = "ssr")]
fn refusal(e: SignUpError) -> AppError {
    match e {
        SignUpError::Invalid { fields, answers } => {
            let mut error = AppError::new(ErrorCode::Invalid, "Some fields need another look.");
            error.fields = fields.0.into_iter().map(|(name, why)| (name.to_owned(), why)).collect();
            error.fields.extend(answers);
            fail(error)
        }
        SignUpError::TooMany => fail(AppError::new(ErrorCode::TooMany, SLOW_DOWN)),
        SignUpError::Other(e) => e.into(),
    }
}

/// With what was typed, as far as an address carries it; never the stamp, which the next form brings anew.
#[cfg(feature = "ssr")]
fn kept(mut error: AppError, draft: &SignUpDraft, answers: &BTreeMap<String, String>) -> AppError {
    error = error.with_values(draft);
    error.values.remove("stamp");
    error.values.remove("terms");
    // Accepting is done again, for the version that is shown then.
    error.values.remove("accepted");
    error.values.remove("fax");
    error.values.extend(answers.iter().take(20).map(|(id, text)| (id.clone(), text.clone())));
    let mut room = KEPT_MAX;
    error.values.retain(|_, text| {
        let fits = text.len() <= room;
        room = if fits { room - text.len() } else { room };
        fits
    });
    error
}

/// An application whose address is about to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingPage {
    pub network: String,
    pub name: String,
    pub email: String,
}

/// What a link from the letter is for. Uses nothing up.
///
/// # Errors
/// [`ErrorCode::Conflict`](crate::error::ErrorCode::Conflict) for every link that does not work.
#[server(prefix = "/fn", endpoint = "sign_up_pending", output = Postcard)]
pub async fn sign_up_pending(token: String) -> Result<PendingPage, AppError> {
    let deps = writing_deps()?;
    let p = cases::pending(&deps.db, &token, (deps.now)()).await?;
    Ok(PendingPage { network: p.network, name: p.name, email: p.email })
}

/// Confirms the address: the application goes into the queue, or is approved at once where the network is open.
///
/// # Errors
/// As [`sign_up_pending`].
#[server(prefix = "/fn", endpoint = "confirm_sign_up")]
pub async fn confirm_sign_up(token: String) -> Result<(), AppError> {
    let deps = writing_deps()?;
    let link = Link { secret: (deps.secret)(), console_url: &deps.console_url };
    let done = cases::confirm(&deps.db, &token, &visitor(), link, (deps.now)(), (deps.chance)()).await?;
    redirect(match done {
        Confirmed::Waiting => "/signup/confirm?done=waiting",
        Confirmed::Approved => "/signup/confirm?done=approved",
    });
    Ok(())
}
