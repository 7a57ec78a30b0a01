//! The page of one's own account.

use super::{
    account_home,
    api::{SaveProfile, profile},
    email::EmailCard,
    password::PasswordCard,
};
use crate::ui::{
    ActionForm, Card, DoneNotice, Fact, Facts, Field, FormErrors, FormScope, Load, Moment, Page, PageData,
    SelectField, ServerAction, SubmitButton, form_error,
};
use domain::view::Profile;
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[
    ("saved", "The changes are saved."),
    ("password", "Your password is changed. All other sessions have ended."),
    ("email", "If the address can be used, a letter with a link is on its way to it. It works for 24 hours."),
];

/// Name, time zone, address, password.
#[component]
pub fn AccountPage() -> impl IntoView {
    let save = ServerAction::<SaveProfile>::new();
    let res = PageData::new(move || save.version().get(), |_| profile());
    view! { <Load res title="Your account" render=move |data| page(data, save) /> }
}

fn page(p: Profile, save: ServerAction<SaveProfile>) -> AnyView {
    let zones = p.zones.into_iter().map(|z| (z.clone(), z.replace('_', " "))).collect();
    let seen = p.last_sign_in.map(|at| view! { <Fact label="Signed in"><Moment at /></Fact> });
    let security = format!("{}/security", account_home());
    view! {
        <Page title="Your account">
            <DoneNotice says=DONE />
            <div class="two">
                <div class="column">
                    <Card title="About you">
                        <FormScope error=form_error(save)>
                            <ActionForm action=save attr:class="form" attr:novalidate=true>
                                <FormErrors />
                                <Field name="draft[name]" label="Name" value=p.name autocomplete="name" />
                                <SelectField
                                    name="draft[time_zone]"
                                    label="Time zone"
                                    options=zones
                                    value=p.time_zone
                                    hint="Days and times everywhere in the portal are shown in it."
                                />
                                <div class="form-actions">
                                    <SubmitButton label="Save changes" pending=save.pending() />
                                </div>
                            </ActionForm>
                        </FormScope>
                    </Card>
                    <PasswordCard />
                    <EmailCard present=p.email.clone() waiting=p.waiting_email />
                </div>
                <aside class="column" aria-label="About your account">
                    <Card title="Facts">
                        <Facts>
                            <Fact label="Address">{p.email}</Fact>
                            <Fact label="Role">{p.role}</Fact>
                            {seen}
                            <Fact label="Since"><Moment at=p.created /></Fact>
                        </Facts>
                    </Card>
                    <Card title="Security" sub="Two-step sign-in and the places you are signed in at.">
                        <p><a class="btn" href=security>"Security settings"</a></p>
                    </Card>
                </aside>
            </div>
        </Page>
    }
    .into_any()
}
