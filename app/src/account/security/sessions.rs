//! Where one is signed in.

use super::api::{EndOtherSessions, EndSession};
use crate::{
    parts::Failure,
    ui::{Badge, Confirm, Moment, ServerAction, SubmitButton, TableCard, Th, Tone, form_error},
};
use domain::view::SessionRow;
use leptos::{prelude::*, server_fn::ServerFn as _};

/// All sessions that have not ended; this one first.
#[component]
pub fn SessionsCard(
    /// The sessions.
    rows: Vec<SessionRow>,
) -> impl IntoView {
    let others = (rows.len() > 1).then(|| {
        let count = rows.len() - 1;
        let what = if count == 1 {
            "The other session ends".to_owned()
        } else {
            format!("{count} other sessions end")
        };
        view! {
            <Confirm label="End all others…" title="End all other sessions?" id="end-others" danger=true>
                <p>{what}" at once. This one stays."</p>
                <form method="post" action=EndOtherSessions::url()>
                    <SubmitButton label="End all others" danger=true />
                </form>
            </Confirm>
        }
        .into_any()
    });
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <Failure error=form_error(ServerAction::<EndSession>::new()) />
        <TableCard title="Sessions" nostrip:actions=others>
            <thead>
                <tr>
                    <Th label="Device" />
                    <Th label="Address" />
                    <Th label="Signed in" />
                    <Th label="Last seen" />
                    <Th label="Actions" />
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
}

fn row(s: SessionRow) -> AnyView {
    let two_step = s.two_step.then_some("two-step sign-in");
    let action = if s.current {
        view! { <Badge tone=Tone::Ok>"This device"</Badge> }.into_any()
    } else {
        view! {
            <form method="post" action=EndSession::url()>
                <input type="hidden" name="id" value=s.id />
                <button type="submit" class="btn s" aria-label=format!("End the session of {}", s.device)>"End"</button>
            </form>
        }
        .into_any()
    };
    let ip = if s.ip.is_empty() { "–".to_owned() } else { s.ip };
    view! {
        <tr>
            <th scope="row" class="name"><b>{s.device}</b><span class="sub">{two_step}</span></th>
            <td><code>{ip}</code></td>
            <td><Moment at=s.signed_in /></td>
            <td><Moment at=s.last_seen /></td>
            <td class="row-actions">{action}</td>
        </tr>
    }
    .into_any()
}
