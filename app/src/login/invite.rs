//! Behind the link of an invitation.

use super::{
    api::{AcceptInvitation, invitation},
    door::{Behind, Door, token_param},
};
use crate::ui::{
    ActionForm, Field, FormErrors, FormScope, Hidden, PageData, ServerAction, SubmitButton, form_error,
};
use domain::view::InvitationView;
use leptos::prelude::*;

/// Name and password of somebody new. Opening the page uses nothing up, and accepting signs nobody in.
#[component]
pub fn InvitePage() -> impl IntoView {
    let token = token_param();
    let action = ServerAction::<AcceptInvitation>::new();
    let res = PageData::new(move || token.get(), invitation);
    let render = move |i: InvitationView| {
        let token = token.get_untracked();
        let owner = (!i.owner.is_empty()).then(|| view! { " for "<b>{i.owner}</b> });
        view! {
            <Door title="Welcome" network=i.network.clone()>
                <p>"You are invited to "{i.network}" as "<b>{i.role}</b>{owner}". You will sign in as "<b>{i.email.clone()}</b>"."</p>
                <FormScope error=form_error(action)>
                    <ActionForm action attr:class="stack" attr:novalidate=true>
                        <FormErrors />
                        <Hidden name="token" value=token />
                        // So that password managers know whose password it is.
                        <input type="email" class="vh" tabindex="-1" aria-hidden="true" autocomplete="username" value=i.email readonly=true />
                        <Field name="name" label="Your name" value=i.name autocomplete="name" autofocus=true />
                        <Field
                            name="password"
                            label="Password"
                            kind="password"
                            hint="At least 12 characters."
                            autocomplete="new-password"
                        />
                        <SubmitButton label="Create my account" pending=action.pending() />
                    </ActionForm>
                </FormScope>
            </Door>
        }
        .into_any()
    };
    view! {
        <Behind
            res
            title="This invitation does not work"
            instead="If you have accepted it already, sign in. Otherwise ask whoever invited you for another one."
            way=("Go to sign-in", "/login")
            render
        />
    }
}
