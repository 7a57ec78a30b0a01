//! Behind the link to a new password.

use super::{
    api::{ResetPassword, reset_for},
    door::{Behind, Door, token_param},
};
use crate::ui::{
    ActionForm, Field, FormErrors, FormScope, Hidden, PageData, ServerAction, SubmitButton, form_error,
};
use leptos::prelude::*;

/// A new password. Opening the page uses nothing up.
#[component]
pub fn ResetPage() -> impl IntoView {
    let token = token_param();
    let action = ServerAction::<ResetPassword>::new();
    let res = PageData::new(move || token.get(), reset_for);
    let render = move |email: String| {
        let token = token.get_untracked();
        view! {
            <Door title="Choose a new password">
                <p class="sub">"For "<b>{email.clone()}</b>". Every session of this account ends."</p>
                <FormScope error=form_error(action)>
                    <ActionForm action attr:class="stack" attr:novalidate=true>
                        <FormErrors />
                        <Hidden name="token" value=token />
                        // So that password managers know whose password it is.
                        <input type="email" class="vh" tabindex="-1" aria-hidden="true" autocomplete="username" value=email readonly=true />
                        <Field
                            name="password"
                            label="New password"
                            kind="password"
                            hint="At least 12 characters."
                            autocomplete="new-password"
                            autofocus=true
                        />
                        <SubmitButton label="Set the password" pending=action.pending() />
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
            instead="Ask for another one; the newest link always works."
            way=("Send another link", "/forgot")
            render
        />
    }
}
