//! The second step of signing in.

use crate::{
    error::ErrorCode,
    session::{NO_DATABASE, SLOW_DOWN, SignInCode, WRONG_CODE, code_wanted},
    ui::{Field, FormScope, Logo, Notice, ServerAction, SubmitButton, Tone, form_error},
};
use leptos::{prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// A code of the authenticator, or with `?with=recovery` a recovery code. A plain form post, as signing in is.
#[component]
pub fn CodePage() -> impl IntoView {
    let wanted = Resource::new_blocking(|| (), |()| code_wanted());
    let error = form_error(ServerAction::<SignInCode>::new());
    let recovery = use_query_map().read_untracked().get("with").as_deref() == Some("recovery");
    let says = move || {
        error.read().as_ref().map(|e| {
            let sentence = match e.code {
                ErrorCode::TooMany => SLOW_DOWN,
                ErrorCode::Invalid => WRONG_CODE,
                _ => NO_DATABASE,
            };
            view! { <Notice tone=Tone::Bad>{sentence}</Notice> }
        })
    };
    let (field, other) = if recovery {
        let field = view! {
            <Field
                name="code"
                label="Recovery code"
                hint="One of those you kept when you set up two-step sign-in. Each works once."
                autocomplete="off"
                autofocus=true
            />
        }
        .into_any();
        (
            field,
            view! { <a href="/login/code" rel="external">"Use a code of your app instead"</a> }.into_any(),
        )
    } else {
        let field = view! {
            <Field
                name="code"
                label="Code"
                hint="The six digits that your authenticator app shows now."
                autocomplete="one-time-code"
                inputmode="numeric"
                autofocus=true
            />
        }
        .into_any();
        let other = view! {
            <a href="/login/code?with=recovery" rel="external">"Use a recovery code instead"</a>
        };
        (field, other.into_any())
    };
    view! {
        <Title text="Second step" />
        <main id="main" class="login">
            <div class="card">
                <div class="brand"><Logo /><span>"Millrace"</span><em>"Sign in to your portal"</em></div>
                <h1>"Second step"</h1>
                <Suspense fallback=|| ()>{move || Suspend::new(async move { wanted.await.map(|_| ()).ok() })}</Suspense>
                {says}
                <FormScope error=error>
                    <form method="post" action=SignInCode::url() class="stack">
                        {field}
                        <SubmitButton label="Sign in" />
                    </form>
                </FormScope>
                <p class="login-ways">{other}<a href="/login?again=1" rel="external">"Start over"</a></p>
            </div>
        </main>
    }
}
