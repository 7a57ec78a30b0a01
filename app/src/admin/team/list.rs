//! Everybody who signs in, with filter and search.

use super::{
    api::{EndPersonSessions, ResendInvitation, RevokeInvitation, SetPersonActive, SetPersonRole, team},
    invitations::invitations,
};
use crate::{
    account::security::{ResetTwoStep, UnlockPerson},
    parts::{Back, Failure, For, is_filtered, label_of, list_query, two_lines},
    ui::{
        ActionForm, Badge, Confirm, DoneNotice, EmptyState, Filter, FilterBar, Load, Moment, Page, PageData,
        Pager, ServerAction, StatusBadge, TableCard, Th, Tone, form_error,
    },
};
use domain::{
    access::{Portal, Role},
    status::PersonStatus,
    view::{TeamList, TeamRow},
};
use leptos::{prelude::*, server_fn::ServerFn as _};

const DONE: &[(&str, &str)] = &[
    ("invited", "The invitation is on its way. It works for 7 days."),
    ("resent", "A new invitation is on its way; the old link no longer works."),
    ("revoked", "The invitation is taken back; its link no longer works."),
    ("role", "The person has another role from now on, and is told by mail."),
    ("enabled", "The person may sign in again."),
    ("disabled", "The person may no longer sign in, and every session has ended."),
    ("ended", "Every session of the person has ended."),
    ("two_step_reset", "Two-step sign-in is off for the person, and every session has ended."),
    ("unlocked", "The person may try to sign in again at once."),
];

/// What can be done here. What may ask for the password first is sent as a plain form: that is a page of its own.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    set: ServerAction<SetPersonActive>,
    end: ServerAction<EndPersonSessions>,
    pub resend: ServerAction<ResendInvitation>,
    pub revoke: ServerAction<RevokeInvitation>,
}

/// The list.
#[component]
pub fn TeamPage() -> impl IntoView {
    let query = list_query();
    let a = Actions {
        set: ServerAction::new(),
        end: ServerAction::new(),
        resend: ServerAction::new(),
        revoke: ServerAction::new(),
    };
    let versions = move || {
        (a.set.version().get(), a.end.version().get(), a.resend.version().get(), a.revoke.version().get())
    };
    let res = PageData::new(move || (query.get(), versions()), |(query, _)| team(query));
    view! { <Load res title="Team" render=move |data| page(data, a) /> }
}

fn page(data: For<TeamList>, a: Actions) -> AnyView {
    let For { view: TeamList { list, invitations: open }, .. } = data;
    let invite = view! { <a class="btn primary" href="/admin/team/invite">"Invite somebody"</a> }.into_any();
    let filters = view! {
        <FilterBar
            search="Name, address, account or id"
            filters=vec![
                Filter::of("role", "Role", Role::ALL, |r| (r.word(), r.label())),
                Filter::of("status", "Status", PersonStatus::ALL, |s| (s.word(), s.label())),
            ]
        />
    }
    .into_any();
    let empty = list.rows.is_empty().then(|| {
        view! {
            <EmptyState
                title="Nobody signs in yet"
                text="Invite the first person."
                action=("Invite somebody".to_owned(), "/admin/team/invite".to_owned())
                filtered=is_filtered()
            />
        }
        .into_any()
    });
    let footer = view! { <Pager page=list.page per_page=list.per_page total=list.total /> }.into_any();
    let rows = list.rows.into_iter().map(|r| row(r, a)).collect_view();
    view! {
        <Page title="Team" actions=invite>
            <DoneNotice says=DONE />
            <Failure error=form_error(a.set) />
            <Failure error=form_error(a.end) />
            <Failure error=form_error(a.resend) />
            <Failure error=form_error(ServerAction::<SetPersonRole>::new()) />
            <Failure error=form_error(ServerAction::<ResetTwoStep>::new()) />
            <Failure error=form_error(ServerAction::<UnlockPerson>::new()) />
            <Failure error=form_error(a.revoke) />
            {invitations(open, a)}
            <TableCard title="People" filters default_sort="name" footer nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Person" key="name" />
                        <Th label="Role" key="role" />
                        <Th label="Status" />
                        <Th label="Last signed in" key="seen" />
                        <Th label="Actions" />
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </TableCard>
        </Page>
    }
    .into_any()
}

fn row(r: TeamRow, a: Actions) -> AnyView {
    let name = if r.name.is_empty() { r.email.clone() } else { r.name.clone() };
    let you = r.is_you.then(|| view! { " " <Badge>"you"</Badge> });
    let owner = match (r.owner.is_empty(), r.owner_id.strip_prefix("aff_")) {
        (true, _) => "The network".into_any(),
        (false, Some(_)) => {
            view! { <a href=format!("/admin/affiliates/{}", r.owner_id)>{r.owner.clone()}</a> }.into_any()
        }
        (false, None) => r.owner.clone().into_any(),
    };
    let seen = match r.last_sign_in.clone() {
        Some(at) => view! { <Moment at /> }.into_any(),
        None => "never".into_any(),
    };
    let label = label_of(&r.status, PersonStatus::label);
    let locked = r.locked.then(|| view! { " " <Badge tone=Tone::Warn>"locked"</Badge> });
    let two_step = r.two_step.then(|| view! { <span class="sub">"two-step sign-in"</span> });
    let role = label_of(&r.role, Role::label).into_any();
    view! {
        <tr>
            <th scope="row" class="name"><span class="what">{name.clone()}</span>{you}<span class="sub">{r.email.clone()}</span></th>
            {two_lines(role, owner)}
            <td class="lines"><StatusBadge word=r.status.clone() label />{locked}{two_step}</td>
            <td class="time">{seen}</td>
            <td class="row-actions">{(!r.is_you).then(|| buttons(&r, &name, a))}</td>
        </tr>
    }
    .into_any()
}

fn buttons(r: &TeamRow, name: &str, a: Actions) -> AnyView {
    if r.status == PersonStatus::Disabled.word() {
        let id = r.id.clone();
        return view! {
            <form method="post" action=SetPersonActive::url()>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="active" value="true" />
                <Back />
                <button type="submit" class="btn s">"Enable"</button>
            </form>
        }
        .into_any();
    }
    view! {
        <ChangeRole id=r.id.clone() name=name.to_owned() email=r.email.clone() role=r.role.clone() />
        <EndSessions id=r.id.clone() name=name.to_owned() email=r.email.clone() action=a.end />
        {r.two_step.then(|| view! { <TurnOff id=r.id.clone() name=name.to_owned() email=r.email.clone() /> })}
        {r.locked.then(|| view! { <Unlock id=r.id.clone() /> })}
        <Disable id=r.id.clone() name=name.to_owned() email=r.email.clone() />
    }
    .into_any()
}

/// For the network's own people; others belong to their portal.
#[component]
fn ChangeRole(id: String, name: String, email: String, role: String) -> impl IntoView {
    let present: Role = role.parse().ok().filter(|role: &Role| role.portal() == Portal::Admin)?;
    let (title, dialog) = (format!("Change the role of {name}?"), format!("role-{id}"));
    let field = format!("role-of-{id}");
    let options = Role::ALL
        .iter()
        .filter(|role| role.portal() == Portal::Admin)
        .map(|role| view! { <option value=role.word() selected=*role == present>{role.label()}</option> })
        .collect_view();
    Some(view! {
        <Confirm label="Change role…" title id=dialog closes=true>
            <p>{email}" may do what the new role allows from now on, stays signed in, and is told by mail."</p>
            <form method="post" action=SetPersonRole::url() class="form">
                <input type="hidden" name="id" value=id />
                <Back />
                <div class="field">
                    <label for=field.clone()>"Role"</label>
                    <select id=field name="role">{options}</select>
                </div>
                <div class="form-actions">
                    <button type="submit" class="btn primary">"Change the role"</button>
                </div>
            </form>
        </Confirm>
    })
}

#[component]
fn EndSessions(
    id: String,
    name: String,
    email: String,
    action: ServerAction<EndPersonSessions>,
) -> impl IntoView {
    let (title, dialog) = (format!("End every session of {name}?"), format!("end-{id}"));
    view! {
        <Confirm label="End sessions…" title id=dialog closes=true>
            <p>{email}" is signed out everywhere at once and can sign in again."</p>
            <ActionForm action attr:class="form-actions">
                <input type="hidden" name="id" value=id />
                <Back />
                <button type="submit" class="btn danger">"End sessions"</button>
            </ActionForm>
        </Confirm>
    }
}

#[component]
fn Disable(id: String, name: String, email: String) -> impl IntoView {
    let (title, dialog) = (format!("Disable {name}?"), format!("disable-{id}"));
    view! {
        <Confirm label="Disable…" title id=dialog danger=true closes=true>
            <p>{email}" is signed out everywhere at once and cannot sign in until enabled again. Nothing is deleted."</p>
            <form method="post" action=SetPersonActive::url() class="form-actions">
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="active" value="false" />
                <Back />
                <button type="submit" class="btn danger">"Disable"</button>
            </form>
        </Confirm>
    }
}

#[component]
fn TurnOff(id: String, name: String, email: String) -> impl IntoView {
    let (title, dialog) = (format!("Turn two-step sign-in of {name} off?"), format!("two-step-{id}"));
    view! {
        <Confirm label="Reset two-step…" title id=dialog danger=true closes=true>
            <p>{email}" signs in with the password alone until it is set up again. Do this only for somebody you know has lost the device."</p>
            <form method="post" action=ResetTwoStep::url() class="form-actions">
                <input type="hidden" name="user" value=id />
                <Back />
                <button type="submit" class="btn danger">"Turn off"</button>
            </form>
        </Confirm>
    }
}

#[component]
fn Unlock(id: String) -> impl IntoView {
    view! {
        <form method="post" action=UnlockPerson::url()>
            <input type="hidden" name="user" value=id />
            <Back />
            <button type="submit" class="btn s">"Unlock"</button>
        </form>
    }
}
