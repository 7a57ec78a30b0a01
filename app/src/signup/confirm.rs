//! Behind the link in the letter.

use super::{
    Frame,
    api::{ConfirmSignUp, PendingPage, sign_up_pending},
};
use crate::{
    error::{AppError, ErrorCode},
    parts::Failure,
    ui::{ActionForm, Hidden, ServerAction, SubmitButton, form_error},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/signup/confirm/:token`. Opening it uses nothing up: mail programs open links too.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.read().get("token").unwrap_or_default());
    let action = ServerAction::<ConfirmSignUp>::new();
    let res = Resource::new_blocking(move || token.get(), sign_up_pending);
    let content = move || {
        Suspend::new(async move {
            match res.await {
                Ok(page) => ask(page, token.get_untracked(), action),
                Err(error) => dead(error),
            }
        })
    };
    view! {
        <Suspense fallback=|| view! { <Frame title="Confirm your address"><p role="status">"One moment…"</p></Frame> }>
            {content}
        </Suspense>
    }
}

fn ask(page: PendingPage, token: String, action: ServerAction<ConfirmSignUp>) -> AnyView {
    let PendingPage { network, name, email } = page;
    view! {
        <Frame title="Confirm your address" network>
            <p><b>{name}</b>" applied to become an affiliate, with the address "<b>{email}</b>"."</p>
            <Failure error=form_error(action) />
            <ActionForm action attr:class="form-actions">
                <Hidden name="token" value=token />
                <SubmitButton label="Confirm my address" pending=action.pending() />
            </ActionForm>
            <p class="sub">"If it was not you, close this page: nothing happens, and the form is forgotten."</p>
        </Frame>
    }
    .into_any()
}

fn dead(error: AppError) -> AnyView {
    let again = (error.code == ErrorCode::Conflict).then(|| {
        view! {
            <p>"If you have confirmed already, you will hear from us. Otherwise fill the form in again."</p>
            <a class="btn primary" href="/signup">"Go to the form"</a>
        }
    });
    view! { <Frame title="This link does not work"><p role="alert">{error.message}</p>{again}</Frame> }
        .into_any()
}

/// `/signup/confirm?done=…`: what comes next.
#[component]
pub fn ConfirmedPage() -> impl IntoView {
    let query = use_query_map();
    move || {
        match query.read().get("done").as_deref() {
        Some("approved") => view! {
            <Frame title="Welcome">
                <p role="status">"Your address is confirmed and your account is open. We have sent you another letter: its link lets you choose a password."</p>
            </Frame>
        }
        .into_any(),
        Some("waiting") => view! {
            <Frame title="Thank you">
                <p role="status">"Your address is confirmed, and your application is with the network's people. You get a letter as soon as it is decided."</p>
            </Frame>
        }
        .into_any(),
        _ => view! {
            <Frame title="Nothing to confirm">
                <p>"Open the link in the letter you got."</p>
                <a class="btn" href="/signup">"Go to the form"</a>
            </Frame>
        }
        .into_any(),
    }
    }
}
