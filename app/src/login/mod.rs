//! The login page.

use crate::{
    error::ErrorCode,
    session::{NO_DATABASE, SLOW_DOWN, SignIn, WRONG_PAIR},
    ui::{Field, FormScope, Hidden, Notice, SubmitButton, Tone, form_error, icons::Wave},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Email and password. A plain form post: signing in always starts a fresh page.
#[component]
pub fn LoginPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let error = form_error(action);
    let next = use_query_map().read_untracked().get("next").unwrap_or_default();
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
                <div class="brand"><Wave /><span>"Millrace"</span><em>"Sign in to your portal"</em></div>
                <h1>"Sign in"</h1>
                {says}
                <FormScope error=error>
                    <form method="post" action=SignIn::url() class="stack">
                        <Hidden name="next" value=next />
                        <Field name="email" label="Email" kind="email" autocomplete="username" autofocus=true />
                        <Field name="password" label="Password" kind="password" autocomplete="current-password" />
                        <SubmitButton label="Sign in" />
                    </form>
                </FormScope>
            </div>
        </main>
    }
}
