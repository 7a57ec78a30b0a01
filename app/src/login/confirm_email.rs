//! Behind the link to another address.

use super::{
    api::{ConfirmEmail, email_change},
    door::{Behind, Door, token_param},
};
use crate::ui::{
    ActionForm, FormErrors, FormScope, Hidden, Notice, PageData, ServerAction, SubmitButton, Tone, form_error,
};
use domain::view::EmailChangeView;
use leptos::prelude::*;

/// Asks once more: mail programs open links, people press buttons.
#[component]
pub fn ConfirmEmailPage() -> impl IntoView {
    let token = token_param();
    let action = ServerAction::<ConfirmEmail>::new();
    let res = PageData::new(move || token.get(), email_change);
    let render = move |c: EmailChangeView| {
        let token = token.get_untracked();
        view! {
            <Door title="Confirm your address" network=c.network>
                <p>"Your account "<b>{c.old}</b>" will use the address "<b>{c.new}</b>": you sign in with it, and letters go there."</p>
                <FormScope error=form_error(action)>
                    <ActionForm action attr:class="stack">
                        <FormErrors />
                        <Hidden name="token" value=token />
                        <SubmitButton label="Use this address" pending=action.pending() />
                    </ActionForm>
                </FormScope>
            </Door>
        }
        .into_any()
    };
    view! {
        <Behind
            res
            title="This link does not work"
            instead="Ask for the change again on the page of your account."
            way=("Go to your start page", "/")
            render
        />
    }
}

/// After it is done: who is signed in stays so, everybody else signs in with the new address.
#[component]
pub fn EmailConfirmedPage() -> impl IntoView {
    view! {
        <Door title="Your address is changed">
            <Notice tone=Tone::Ok>"Sign in with the new address from now on."</Notice>
            <a class="btn primary" href="/" rel="external">"Go to your start page"</a>
        </Door>
    }
}
