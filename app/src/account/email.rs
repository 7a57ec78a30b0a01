//! Another address for oneself.

use super::api::AskEmail;
use crate::ui::{
    ActionForm, Card, Field, FormErrors, FormScope, Notice, ServerAction, SubmitButton, Tone, form_error,
};
use leptos::prelude::*;

/// The form; the address changes once the link sent to the new one was opened.
#[component]
pub fn EmailCard(
    /// The address in use.
    #[prop(into)]
    present: String,
    /// An address that waits to be confirmed; often empty.
    #[prop(into)]
    waiting: String,
) -> impl IntoView {
    let action = ServerAction::<AskEmail>::new();
    let waiting = (!waiting.is_empty()).then(|| {
        view! { <Notice tone=Tone::Info>"A link to confirm "<b>{waiting}</b>" was sent there. Until it is opened nothing changes."</Notice> }
    });
    view! {
        <Card title="Address" sub="You sign in with it, and letters go there.">
            {waiting}
            <FormScope error=form_error(action)>
                <ActionForm action attr:class="form" attr:novalidate=true>
                    <FormErrors />
                    <Field
                        name="email"
                        label="New address"
                        kind="email"
                        hint=format!("Now it is {present}.")
                        autocomplete="email"
                    />
                    <Field
                        name="confirm"
                        label="Present password"
                        kind="password"
                        autocomplete="current-password"
                    />
                    <div class="form-actions">
                        <SubmitButton label="Change address" pending=action.pending() />
                    </div>
                </ActionForm>
            </FormScope>
        </Card>
    }
}
