//! All notifications of a person.

pub mod api;

use crate::ui::{
    ActionForm, Badge, Card, EmptyState, Load, Moment, Page, PageData, ServerAction, Tabs, Tone, form_error,
    query::href_with, use_bell,
};
use api::{MarkRead, notices};
use domain::view::{NoticeView, NoticesView};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// `/admin/notifications` and `/affiliate/notifications`.
#[component]
pub fn NotificationsPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        (query.get("show").unwrap_or_default(), query.get("before").unwrap_or_default())
    });
    let mark = ServerAction::<MarkRead>::new();
    let bell = use_bell();
    Effect::new(move |_| {
        if mark.version().get() > 0 {
            bell.reload();
        }
    });
    let res = PageData::new(
        move || (asked.get(), mark.version().get()),
        |((show, before), _)| notices(show, before),
    );
    view! { <Load res title="Notifications" render=move |view| page(view, mark) /> }
}

fn page(view: NoticesView, mark: ServerAction<MarkRead>) -> AnyView {
    let NoticesView { unread, rows, only_unread, older } = view;
    let path = use_location().pathname;
    let params = use_query_map();
    let home = path.get_untracked();
    let tabs = vec![("All".to_owned(), home.clone()), ("Unread".to_owned(), format!("{home}?show=unread"))];
    let empty = rows.is_empty().then(|| {
        let (title, text) = if only_unread {
            ("Everything is read", "What comes up next stands here until you have read it.")
        } else {
            ("Nothing has come up yet", "Here stands what needs you and what was decided, for 90 days.")
        };
        view! { <EmptyState title text /> }
    });
    let actions = (unread > 0).then(|| {
        view! {
            <ActionForm action=mark>
                <button type="submit" class="btn s">"Mark all as read"</button>
            </ActionForm>
        }
        .into_any()
    });
    let older = older.map(|before| {
        let href = href_with(&home, &params.read_untracked(), &[("before", &before.to_string())]);
        view! { <nav class="pager" aria-label="Pages"><a class="btn s" href=href>"Older"</a></nav> }
    });
    let error = form_error(mark);
    let failed = move || {
        error.get().map(|e| view! { <crate::ui::Notice tone=Tone::Bad>{e.message}</crate::ui::Notice> })
    };
    let lines = rows.into_iter().map(|notice| view! { <Line notice mark /> }).collect_view();
    view! {
        <Page title="Notifications" nostrip:actions=actions>
            <Tabs label="Which notifications" items=tabs />
            {failed}
            <Card class="notices"><ul>{lines}</ul>{empty}{older}</Card>
        </Page>
    }
    .into_any()
}

#[component]
fn Line(notice: NoticeView, mark: ServerAction<MarkRead>) -> impl IntoView {
    let NoticeView { id, tone, title, text, href, at, read, over } = notice;
    let title = if href.is_empty() {
        view! { <b>{title}</b> }.into_any()
    } else {
        view! { <a href=href><b>{title}</b></a> }.into_any()
    };
    let new = (!read && !over).then(|| view! { <Badge tone=Tone::Info>"New"</Badge> });
    let over = over.then(|| view! { <Badge>"Over"</Badge> });
    let button = (!read).then(|| {
        view! {
            <ActionForm action=mark>
                <input type="hidden" name="id" value=id.to_string() />
                <button type="submit" class="btn s">"Mark as read"</button>
            </ActionForm>
        }
    });
    let class = format!("notice-line {tone}{}", if read { " read" } else { "" });
    view! {
        <li class=class>
            <div>
                <p class="notice-title">{title} {new} {over}</p>
                <p>{text}</p>
                <p class="sub"><Moment at /></p>
            </div>
            {button}
        </li>
    }
}
