//! Switches of what the network offers.

use super::{
    SettingsPage,
    api::{UpdateFeatures, features_page},
};
use crate::{
    parts::label_of,
    ui::{
        ActionForm, Card, Checkbox, DoneNotice, FormErrors, FormScope, Load, PageData, ServerAction,
        SubmitButton, form_error,
    },
};
use domain::{status::SignUpMode, view::FeatureSettings};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[("saved", "The switches are set. They are in force at once.")];

/// `/admin/settings/features`.
#[component]
pub fn FeaturesPage() -> impl IntoView {
    let action = ServerAction::<UpdateFeatures>::new();
    let res = PageData::new(move || action.version().get(), |_| features_page());
    view! { <Load res title="Features" render=move |data| page(data, action) /> }
}

fn page(data: FeatureSettings, action: ServerAction<UpdateFeatures>) -> AnyView {
    let FeatureSettings { switches, sign_up } = data;
    let sign_up = label_of(&sign_up, SignUpMode::label).to_lowercase();
    view! {
        <SettingsPage title="Features">
            <DoneNotice says=DONE />
            <Card class="narrow">
                <FormScope error=form_error(action)>
                    <ActionForm action attr:class="form">
                        <FormErrors />
                        <Checkbox
                            name="switches[affiliate_api_keys]"
                            label="Affiliates may use the API"
                            checked=switches.affiliate_api_keys
                            hint="Without it affiliates cannot make keys, and the keys they have are refused."
                        />
                        <Checkbox
                            name="switches[view_as]"
                            label="Our people may view portals as an affiliate sees them"
                            checked=switches.view_as
                            hint="Read-only, with a banner, and in the audit log."
                        />
                        <Checkbox
                            name="switches[require_two_step]"
                            label="Our people have to use two-step sign-in"
                            checked=switches.require_two_step
                            hint="Whoever has not set it up is asked to at the next page, and can do nothing else before. You, too."
                        />
                        <p class="sub">"Affiliate sign-up is "{sign_up}". "<a href="/admin/settings/sign-up">"Change it under Sign-up"</a></p>
                        <div class="form-actions"><SubmitButton label="Save switches" pending=action.pending() /></div>
                    </ActionForm>
                </FormScope>
            </Card>
        </SettingsPage>
    }
    .into_any()
}
