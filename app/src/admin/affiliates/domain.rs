//! Which host an affiliate's links begin with.

use super::api::{ChooseDomain, domain_choice};
use crate::{
    parts::options,
    ui::{
        ActionForm, Card, FormErrors, FormScope, Hidden, PageData, SelectField, ServerAction, SubmitButton,
        form_error,
    },
};
use leptos::prelude::*;

/// The choice; nothing where the network has no domains, or the reader may not choose.
#[component]
pub fn DomainCard(
    /// Of the affiliate.
    id: String,
) -> impl IntoView {
    let action = ServerAction::<ChooseDomain>::new();
    let asked = id.clone();
    let res = PageData::new(move || action.version().get(), move |_| domain_choice(asked.clone()));
    view! {
        <Suspense fallback=|| ()>
            {move || {
                let id = id.clone();
                Suspend::new(async move {
                    let (chosen, choices) = res.ready().await.unwrap_or_default();
                    (!choices.is_empty()).then(|| {
                        view! {
                            <Card title="Tracking domain">
                                <FormScope error=form_error(action)>
                                    <ActionForm action attr:class="form">
                                        <FormErrors />
                                        <Hidden name="id" value=id />
                                        <SelectField
                                            name="domain"
                                            label="Links begin with"
                                            options=options(choices)
                                            value=chosen
                                            prompt="The network's default"
                                        />
                                        <div class="form-actions">
                                            <SubmitButton label="Save domain" pending=action.pending() />
                                        </div>
                                    </ActionForm>
                                </FormScope>
                            </Card>
                        }
                    })
                })
            }}
        </Suspense>
    }
}
