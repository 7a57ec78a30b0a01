//! Colours and logo.

use super::{
    SettingsPage,
    api::{RemoveLogo, UpdateBrand, brand_page},
};
use crate::{
    parts::Failure,
    ui::{
        ActionForm, Card, DoneNotice, Field, FormErrors, FormScope, Load, Notice, PageData, ServerAction,
        SubmitButton, Tone, form_error,
    },
};
use domain::view::BrandSettings;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

const DONE: &[(&str, &str)] = &[
    ("saved", "The colours are saved. Pages have them as they are opened."),
    ("logo", "The logo is saved. Pages have it as they are opened."),
    ("logo_removed", "The logo is removed."),
];

/// What the upload says, which comes back by an address.
const PROBLEMS: &[(&str, &str)] = &[
    ("none", "Choose a picture first."),
    ("size", "The picture is larger than 256 KB; make it smaller."),
    ("type", "Use a PNG, JPEG or WebP picture."),
];

/// `/admin/settings/brand`.
#[component]
pub fn BrandPage() -> impl IntoView {
    let (save, remove) = (ServerAction::<UpdateBrand>::new(), ServerAction::<RemoveLogo>::new());
    let res = PageData::new(move || (save.version().get(), remove.version().get()), |_| brand_page());
    view! { <Load res title="Brand" render=move |data| page(data, save, remove) /> }
}

fn page(data: BrandSettings, save: ServerAction<UpdateBrand>, remove: ServerAction<RemoveLogo>) -> AnyView {
    let BrandSettings { draft, logo, logo_about, light, dark } = data;
    view! {
        <SettingsPage title="Brand">
            <DoneNotice says=DONE />
            <Failure error=form_error(remove) />
            <div class="two equal">
                <Card title="Accent colour" sub="Used for links, the current place and main buttons. Text in it has to be readable in both themes.">
                    <FormScope error=form_error(save)>
                        <ActionForm action=save attr:class="form" attr:novalidate=true>
                            <FormErrors />
                            <Field
                                name="draft[accent]"
                                label="On light pages"
                                value=draft.accent
                                hint="Such as #0b6b5d; a contrast of 4.5 : 1 to white and to itself in pale. Empty for the platform's own."
                                autocomplete="off"
                                optional=true
                            />
                            <Field
                                name="draft[accent_dark]"
                                label="On dark pages"
                                value=draft.accent_dark
                                hint="Such as #4cc3ae. Empty: a lighter shade of the other is worked out."
                                autocomplete="off"
                                optional=true
                            />
                            <p class="sub">"In force: "<code>{light}</code>" on light, "<code>{dark}</code>" on dark pages."</p>
                            <div class="form-actions">
                                <SubmitButton label="Save colours" pending=save.pending() />
                            </div>
                        </ActionForm>
                    </FormScope>
                </Card>
                {logo_card(logo, logo_about, remove)}
            </div>
        </SettingsPage>
    }
    .into_any()
}

fn logo_card(logo: Option<String>, about: String, remove: ServerAction<RemoveLogo>) -> AnyView {
    let query = use_query_map();
    let problem = move || {
        let word = query.read().get("problem").unwrap_or_default();
        PROBLEMS.iter().find(|p| p.0 == word).map(|p| {
            view! { <Notice tone=Tone::Bad><span id="logo-error">{p.1}</span></Notice> }
        })
    };
    let present = logo.map(|src| {
        view! {
            <div class="logo-now">
                <img class="logo large" src=src alt="The present logo" />
                <span class="sub">{about}</span>
                <ActionForm action=remove><button type="submit" class="btn s">"Remove logo"</button></ActionForm>
            </div>
        }
    });
    view! {
        <Card title="Logo" sub="Stands beside the name in both portals, on the sign-in and the sign-up page.">
            {problem}
            {present}
            // A file goes to an address of its own; the answer leads back here.
            <form method="post" action="/admin/settings/logo" enctype="multipart/form-data" class="form">
                <div class="field">
                    <label for="f-logo">"Picture"</label>
                    <p class="hint" id="f-logo-hint">"PNG, JPEG or WebP, 256 KB at most. It is shown 28 pixels high."</p>
                    <input
                        id="f-logo"
                        type="file"
                        name="logo"
                        accept="image/png,image/jpeg,image/webp"
                        aria-describedby="f-logo-hint logo-error"
                    />
                </div>
                <div class="form-actions"><button type="submit" class="btn">"Upload logo"</button></div>
            </form>
        </Card>
    }
    .into_any()
}
