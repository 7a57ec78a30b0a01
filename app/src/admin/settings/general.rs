//! Name, time zone, currencies, fallback address.

use super::{
    SettingsPage,
    api::{UpdateSettings, general_settings},
};
use crate::ui::{
    ActionForm, Card, DoneNotice, Field, FormErrors, FormScope, Load, PageData, SelectField, ServerAction,
    SubmitButton, TextArea, form_error,
};
use domain::view::GeneralView;
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[("saved", "The settings are saved. They are in force within seconds.")];

/// `/admin/settings`.
#[component]
pub fn GeneralPage() -> impl IntoView {
    let action = ServerAction::<UpdateSettings>::new();
    let res = PageData::new(|| (), |()| general_settings());
    view! { <Load res title="General" render=move |data| page(data, action) /> }
}

fn page(data: GeneralView, action: ServerAction<UpdateSettings>) -> AnyView {
    let GeneralView { draft, known, zones, .. } = data;
    let zones = zones.into_iter().map(|z| (z.clone(), z)).collect();
    let codes = known.iter().map(|c| (c.clone(), c.clone())).collect();
    let hint = format!(
        "Codes, separated by commas. Campaigns have one of these; empty allows all {} that are known.",
        known.len()
    );
    let zone = if draft.time_zone.is_empty() { "UTC".to_owned() } else { draft.time_zone };
    let currency = if draft.currency.is_empty() { "USD".to_owned() } else { draft.currency };
    view! {
        <SettingsPage title="General">
            <DoneNotice says=DONE />
            <Card class="narrow">
                <FormScope error=form_error(action)>
                    <ActionForm action attr:class="form" attr:novalidate=true>
                        <FormErrors />
                        <Field
                            name="draft[network_name]"
                            label="Network name"
                            value=draft.network_name
                            hint="Shown in both portals, on the sign-up form and in letters."
                            autocomplete="organization"
                        />
                        <SelectField
                            name="draft[time_zone]"
                            label="Time zone"
                            options=zones
                            value=zone
                            hint="New people read times in it until they choose another."
                        />
                        <SelectField
                            name="draft[currency]"
                            label="Default currency"
                            options=codes
                            value=currency
                            hint="Chosen beforehand for new campaigns."
                        />
                        <TextArea name="draft[currencies]" label="Currencies" value=draft.currencies hint rows=2 optional=true />
                        <Field
                            name="draft[fallback_url]"
                            label="Fallback URL"
                            value=draft.fallback_url
                            hint="Where visitors of stopped and unknown links go. Empty: a plain page says that the offer has ended."
                            inputmode="url"
                            autocomplete="off"
                            optional=true
                        />
                        <div class="form-actions"><SubmitButton label="Save settings" pending=action.pending() /></div>
                    </ActionForm>
                </FormScope>
            </Card>
        </SettingsPage>
    }
    .into_any()
}
