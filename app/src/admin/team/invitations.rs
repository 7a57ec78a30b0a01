//! Invitations that wait.

use super::{api::ResendInvitation, list::Actions};
use crate::{
    parts::{label_of, two_lines},
    ui::{ActionForm, Badge, Confirm, Moment, TableCard, Th, Tone},
};
use domain::{access::Role, view::InvitationRow};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// The table; nothing where none waits.
#[must_use]
pub(super) fn invitations(all: Vec<InvitationRow>, a: Actions) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let rows = all.into_iter().map(|i| row(i, a)).collect_view();
    view! {
        <TableCard title="Invitations">
            <thead>
                <tr>
                    <Th label="Address" />
                    <Th label="As" />
                    <Th label="Sent" />
                    <Th label="Works until" />
                    <Th label="Actions" />
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

fn row(i: InvitationRow, a: Actions) -> AnyView {
    let owner = if i.owner.is_empty() { "The network".to_owned() } else { i.owner };
    let role = label_of(&i.role, Role::label).into_any();
    let expired = i.expired.then(|| view! { " " <Badge tone=Tone::Warn>"expired"</Badge> });
    let (id, email) = (i.id, i.email);
    let (dialog, revoked) = (format!("revoke-{id}"), id.clone());
    view! {
        <tr>
            <th scope="row" class="name"><span class="what">{email.clone()}</span><span class="sub">"by "{i.by}</span></th>
            {two_lines(role, owner.into_any())}
            <td class="time"><Moment at=i.sent /></td>
            <td class="time"><Moment at=i.expires />{expired}</td>
            <td class="row-actions">
                <form method="post" action=ResendInvitation::url()>
                    <input type="hidden" name="id" value=id />
                    <button type="submit" class="btn s">"Send again"</button>
                </form>
                <Confirm
                    label="Revoke…"
                    title=format!("Take back the invitation of {email}?")
                    id=dialog
                    danger=true
                    closes=true
                >
                    <p>"The link in the letter stops working. The person can be invited again."</p>
                    <ActionForm action=a.revoke attr:class="form-actions">
                        <input type="hidden" name="id" value=revoked />
                        <button type="submit" class="btn danger">"Revoke"</button>
                    </ActionForm>
                </Confirm>
            </td>
        </tr>
    }
    .into_any()
}
