//! Asking for a new password.

use super::{api::ForgotPassword, door::Door};
use crate::{
    error::ErrorCode,
    session::SLOW_DOWN,
    ui::{Field, FormScope, Notice, ServerAction, SubmitButton, Tone, form_error},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_router::hooks::use_query_map;

/// An address in, and one answer for everybody. A plain form post.
#[component]
pub fn ForgotPage() -> impl IntoView {
    let action = ServerAction::<ForgotPassword>::new();
    let error = form_error(action);
    let sent = use_query_map().read_untracked().get("done").as_deref() == Some("sent");
    // The sentence follows from the code alone, because the error may come from the URL.
    let says = move || {
        error.read().as_ref().map(|e| {
            let sentence = match e.code {
                ErrorCode::TooMany => SLOW_DOWN,
                _ => "This is not possible at the moment. Try again in a minute.",
            };
            view! { <Notice tone=Tone::Bad>{sentence}</Notice> }
        })
    };
    let answer = sent.then(|| {
        view! {
            <Notice tone=Tone::Ok>
                "If there is an account with this address, a letter with a link is on its way. It works once, for 60 minutes."
            </Notice>
        }
    });
    view! {
        <Door title="Forgot your password?">
            {answer}
            {says}
            <p class="sub">"Enter the address you sign in with. We send a link to choose a new password."</p>
            <FormScope error=error>
                <form method="post" action=ForgotPassword::url() class="stack">
                    <Field name="email" label="Email" kind="email" autocomplete="username" autofocus=!sent />
                    <SubmitButton label="Send the link" />
                </form>
            </FormScope>
            <p><a href="/login" rel="external">"Back to sign-in"</a></p>
        </Door>
    }
}
