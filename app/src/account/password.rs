//! Another password for oneself.

use super::api::ChangePassword;
use crate::ui::{ActionForm, Card, Field, FormErrors, FormScope, ServerAction, SubmitButton, form_error};
use leptos::prelude::*;

/// The form. What is wrong is said here, and nothing typed is ever sent back.
#[component]
pub fn PasswordCard() -> impl IntoView {
    let action = ServerAction::<ChangePassword>::new();
    view! {
        <Card title="Password" sub="All your other sessions end when it changes.">
            <FormScope error=form_error(action)>
                <ActionForm action attr:class="form" attr:novalidate=true>
                    <FormErrors />
                    <Field
                        name="present"
                        label="Present password"
                        kind="password"
                        autocomplete="current-password"
                    />
                    <Field
                        name="password"
                        label="New password"
                        kind="password"
                        hint="At least 12 characters."
                        autocomplete="new-password"
                    />
                    <div class="form-actions">
                        <SubmitButton label="Change password" pending=action.pending() />
                    </div>
                </ActionForm>
            </FormScope>
        </Card>
    }
}
