//! All keys: what they may do, when they were used, replacing and ending them.

use super::{
    api::{RevokeApiKey, RotateApiKey, api_keys},
    shown::NewKeyCard,
};
use crate::{
    account::portal_home,
    parts::{Failure, two_lines},
    ui::{
        ActionForm, Confirm, DoneNotice, EmptyState, Load, Moment, Notice, Page, PageData, ServerAction,
        StatusBadge, SubmitButton, TableCard, Th, Tone, form_error,
    },
};
use domain::view::{ApiKeyList, ApiKeyRow};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[("revoked", "The key is revoked: requests with it are refused from now on.")];

#[derive(Clone, Copy)]
struct Actions {
    rotate: ServerAction<RotateApiKey>,
    revoke: ServerAction<RevokeApiKey>,
}

/// The list.
#[component]
pub fn ApiKeysPage() -> impl IntoView {
    let home = portal_home();
    let actions = Actions { rotate: ServerAction::new(), revoke: ServerAction::new() };
    let changes = move || (actions.rotate.version().get(), actions.revoke.version().get());
    let res = PageData::new(changes, |_| api_keys());
    view! { <Load res title="API keys" render=move |data| page(data, actions, &home) /> }
}

fn page(data: ApiKeyList, actions: Actions, home: &str) -> AnyView {
    let new = format!("{home}/api-keys/new");
    let list = format!("{home}/api-keys");
    let ApiKeyList { keys, owners, more } = data;
    let empty = keys.is_empty().then(|| {
        view! {
            <EmptyState
                title="No API keys yet"
                text="A key lets a program do what you can do here: read figures, create links and more."
                action=("New key".to_owned(), new.clone())
            />
        }
        .into_any()
    });
    let rows = keys.into_iter().map(|k| row(k, owners, actions)).collect_view();
    let account = owners.then(|| view! { <Th label="Account" /> });
    let button = view! { <a class="btn primary" href=new.clone()>"New key"</a> }.into_any();
    let more = more.then(|| {
        let text = "Only the newest 500 keys are shown. Revoke those that nobody uses; they leave the list after 30 days.";
        view! { <Notice tone=Tone::Warn>{text}</Notice> }
    });
    let made = move || {
        let key = actions.rotate.output();
        key.map(|key| view! { <NewKeyCard key list=list.clone() /> })
    };
    view! {
        <Page title="API keys" actions=button>
            <DoneNotice says=DONE />
            <Failure error=form_error(actions.rotate) />
            <Failure error=form_error(actions.revoke) />
            {made}
            {more}
            <TableCard title="API keys" nostrip:empty=empty>
                <thead>
                    <tr>
                        <Th label="Key" />
                        {account}
                        <Th label="May" meaning="Scopes" />
                        <Th label="Status" />
                        <Th label="Expires" />
                        <Th label="Last used" meaning="Noted at most once a minute" />
                        <Th label="Created" />
                        <Th label="Actions" />
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </TableCard>
        </Page>
    }
    .into_any()
}

fn row(key: ApiKeyRow, owners: bool, actions: Actions) -> AnyView {
    let buttons = buttons(&key, actions);
    let account = owners.then(|| match (key.owner_id.starts_with("aff_"), key.owner) {
        (true, name) => {
            view! { <td><a href=format!("/admin/affiliates/{}", key.owner_id)>{name}</a></td> }.into_any()
        }
        (false, name) if name.is_empty() => view! { <td>"The network"</td> }.into_any(),
        (false, name) => view! { <td>{name}</td> }.into_any(),
    });
    let scopes = key.scopes.iter().map(|s| view! { <li><code>{s.clone()}</code></li> }).collect_view();
    let from = (!key.networks.is_empty()).then(|| {
        view! { <span class="sub">"only from " {key.networks.join(", ")}</span> }
    });
    let expires = match key.expires {
        Some(at) => view! { <Moment at /> }.into_any(),
        None => "Never".into_any(),
    };
    let used = match key.last_used {
        Some(at) => view! { <Moment at /> }.into_any(),
        None => "Never".into_any(),
    };
    let (state, label, note) = (key.state, key.state_label, key.state_note);
    view! {
        <tr>
            <th scope="row" class="name">
                <span class="what">{key.name}</span>
                <span class="id"><code>{key.shown}</code></span>
            </th>
            {account}
            <td class="lines"><ul class="scopes">{scopes}</ul>{from}</td>
            {two_lines(view! { <StatusBadge word=state label /> }.into_any(), note.into_any())}
            <td>{expires}</td>
            {two_lines(used, key.last_used_ip.into_any())}
            {two_lines(view! { <Moment at=key.created /> }.into_any(), key.created_by.into_any())}
            <td class="row-actions">{buttons}</td>
        </tr>
    }
    .into_any()
}

fn buttons(key: &ApiKeyRow, actions: Actions) -> AnyView {
    let (rotate, revoke) = (actions.rotate, actions.revoke);
    let rotating = key.may_rotate.then(|| {
        let (id, name) = (key.id.clone(), key.name.clone());
        view! {
            <Confirm label="Rotate…" title="Rotate this key?" id=format!("rotate-{id}") closes=true>
                <p>"A new key takes the place of " <b>{name}</b> ", with the same scopes and addresses."</p>
                <ActionForm action=rotate>
                    <input type="hidden" name="id" value=id />
                    <label class="field">
                        <span>"The old key still works"</span>
                        <select name="overlap_hours">
                            <option value="24" selected=true>"for 24 hours"</option>
                            <option value="168">"for 7 days"</option>
                            <option value="1">"for an hour"</option>
                            <option value="0">"not at all"</option>
                        </select>
                    </label>
                    <SubmitButton label="Rotate key" pending=rotate.pending() />
                </ActionForm>
            </Confirm>
        }
    });
    let revoking = key.may_revoke.then(|| {
        let (id, name, shown) = (key.id.clone(), key.name.clone(), key.shown.clone());
        view! {
            <Confirm label="Revoke…" title="Revoke this key?" id=format!("revoke-{id}") danger=true closes=true>
                <p>
                    "Programs that use " <b>{name}</b> " (" <code>{shown}</code>
                    ") are refused at once. This cannot be undone."
                </p>
                <ActionForm action=revoke>
                    <input type="hidden" name="id" value=id />
                    <SubmitButton label="Revoke key" danger=true pending=revoke.pending() />
                </ActionForm>
            </Confirm>
        }
    });
    view! { {rotating} {revoking} }.into_any()
}
