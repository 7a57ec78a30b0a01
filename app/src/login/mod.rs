//! The login page, and the page that asks for the second step.

mod api;
mod code;
mod confirm_email;
mod door;
mod forgot;
mod invite;
mod reset;

pub use code::CodePage;
pub use confirm_email::{ConfirmEmailPage, EmailConfirmedPage};
pub use door::Door;
pub use forgot::ForgotPage;
pub use invite::InvitePage;
pub use reset::ResetPage;

use crate::{
    error::ErrorCode,
    session::{NO_DATABASE, SLOW_DOWN, SignIn, TOO_LATE, WRONG_PAIR},
    signup::SignUpHint,
    ui::{DoneNotice, Field, FormScope, Hidden, Logo, Notice, ServerAction, SubmitButton, Tone, form_error},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

const DONE: &[(&str, &str)] = &[
    ("welcome", "Your account is ready. Sign in with the password you chose."),
    ("reset", "The new password is set, and every session has ended. Sign in with it."),
];

/// Email and password. A plain form post: signing in always starts a fresh page.
#[component]
pub fn LoginPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let error = form_error(action);
    let query = use_query_map();
    let next = query.read_untracked().get("next").unwrap_or_default();
    let late = query.read_untracked().get("late").is_some();
    // The sentence follows from the code alone, because the error may come from the URL.
    let says = move || {
        error.read().as_ref().map(|e| {
            let sentence = match e.code {
                ErrorCode::TooMany => SLOW_DOWN,
                ErrorCode::Invalid => WRONG_PAIR,
                _ => NO_DATABASE,
            };
            view! { <Notice tone=Tone::Bad>{sentence}</Notice> }
        })
    };
    view! {
        <Title text="Sign in" />
        <main id="main" class="login">
            <div class="card">
                <div class="brand"><Logo /><span>"Millrace"</span><em>"Sign in to your portal"</em></div>
                <h1>"Sign in"</h1>
                <DoneNotice says=DONE />
                {late.then(|| view! { <Notice tone=Tone::Warn>{TOO_LATE}</Notice> })}
                {says}
                <FormScope error=error>
                    <form method="post" action=SignIn::url() class="stack">
                        <Hidden name="next" value=next />
                        <Field name="email" label="Email" kind="email" autocomplete="username" autofocus=true />
                        <Field name="password" label="Password" kind="password" autocomplete="current-password" />
                        <SubmitButton label="Sign in" />
                    </form>
                </FormScope>
                <p><a href="/forgot">"Forgot your password?"</a></p>
                <SignUpHint />
            </div>
        </main>
    }
}
