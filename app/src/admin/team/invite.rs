//! The forms of invitations.

use super::api::{InviteAffiliatePerson, InvitePerson, affiliate_invite_form, invite_form};
use crate::{
    parts::{id_param, options},
    ui::{
        ActionForm, Card, Field, FormErrors, FormScope, Hidden, Load, Page, PageData, SelectField,
        ServerAction, SubmitButton, form_error,
    },
};
use domain::{
    access::{Portal, Role},
    view::InviteForm,
};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// In whatever role.
#[component]
pub fn InvitePage() -> impl IntoView {
    let action = ServerAction::<InvitePerson>::new();
    let res = PageData::new(|| (), |()| invite_form());
    view! { <Load res title="Invite somebody" render=move |form| page(form, action) /> }
}

fn page(form: InviteForm, action: ServerAction<InvitePerson>) -> AnyView {
    // Roles that have a portal to sign in to.
    let roles = Role::ALL
        .iter()
        .filter(|r| matches!(r.portal(), Portal::Admin | Portal::Affiliate))
        .map(|r| (r.word().to_owned(), r.label().to_owned()))
        .collect();
    view! {
        <Page title="Invite somebody" crumb=("Team".to_owned(), "/admin/team".to_owned())>
            <Card class="narrow">
                <FormScope error=form_error(action)>
                    // A plain form: it may ask for the password first, which is a page of its own.
                    <form method="post" action=InvitePerson::url() class="form" novalidate=true>
                        <FormErrors />
                        <Field
                            name="draft[email]"
                            label="Email"
                            kind="email"
                            hint="The letter with the link goes there. The link works once, for 7 days."
                            autocomplete="off"
                        />
                        <Field name="draft[name]" label="Name" autocomplete="off" optional=true />
                        <SelectField
                            name="draft[role]"
                            label="Role"
                            options=roles
                            prompt="Choose a role"
                            hint="Decides the portal and what the person may do."
                        />
                        <SelectField
                            name="draft[owner]"
                            label="Affiliate"
                            options=options(form.affiliates)
                            prompt="None: one of the network's people"
                            hint="Only for the role Affiliate: whose figures the person sees."
                            optional=true
                        />
                        <div class="form-actions">
                            <SubmitButton label="Send the invitation" />
                            <a class="btn ghost" href="/admin/team">"Cancel"</a>
                        </div>
                    </form>
                </FormScope>
            </Card>
        </Page>
    }
    .into_any()
}

/// For one affiliate, from its own page.
#[component]
pub fn AffiliateInvitePage() -> impl IntoView {
    let id = id_param();
    let action = ServerAction::<InviteAffiliatePerson>::new();
    let res = PageData::new(move || id.get(), affiliate_invite_form);
    let render = move |name: String| {
        let id = id.get_untracked();
        let detail = format!("/admin/affiliates/{id}");
        view! {
            <Page title=format!("Invite somebody to {name}") crumb=(name.clone(), detail.clone())>
                <Card class="narrow">
                    <p class="sub">"The person signs in for "<b>{name}</b>" and sees its figures and links."</p>
                    <FormScope error=form_error(action)>
                        <ActionForm action attr:class="form" attr:novalidate=true>
                            <FormErrors />
                            <Hidden name="id" value=id />
                            <Field
                                name="email"
                                label="Email"
                                kind="email"
                                hint="The letter with the link goes there. The link works once, for 7 days."
                                autocomplete="off"
                            />
                            <Field name="name" label="Name" autocomplete="off" optional=true />
                            <div class="form-actions">
                                <SubmitButton label="Send the invitation" pending=action.pending() />
                                <a class="btn ghost" href=detail>"Cancel"</a>
                            </div>
                        </ActionForm>
                    </FormScope>
                </Card>
            </Page>
        }
        .into_any()
    };
    view! { <Load res title="Invite somebody" render /> }
}
