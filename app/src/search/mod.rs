//! The search as a page: what the command menu finds, for browsers without JavaScript and for sharing.

pub mod api;

use crate::ui::{Card, EmptyState, GetForm, Load, Page, PageData, StatusBadge};
use api::search;
use domain::view::{SearchGroup, SearchHit, SearchView};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/admin/search` and `/affiliate/search`: a form that asks `?q=`, and the answer.
#[component]
pub fn SearchPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.read().get("q").unwrap_or_default());
    let res = PageData::new(move || asked.get(), search);
    view! { <Load res title="Search" render=page /> }
}

fn page(found: SearchView) -> AnyView {
    let SearchView { asked, groups } = found;
    let nothing = format!("Nothing found for “{asked}”");
    let answer = match (asked.chars().count() < 2, groups.is_empty()) {
        (true, _) => view! {
            <Card>
                <EmptyState
                    title="What are you looking for?"
                    text="A name, a link's code, an order number, a click id or any id of ours. Two characters are enough to begin with."
                />
            </Card>
        }
        .into_any(),
        (false, true) => view! {
            <Card>
                <EmptyState
                    title=nothing
                    text="Names and codes are found by a part of them, order numbers and ids only as a whole."
                />
            </Card>
        }
        .into_any(),
        (false, false) => groups.into_iter().map(|group| view! { <Group group /> }).collect_view().into_any(),
    };
    view! {
        <Page title="Search">
            <Card class="lookup">
                <GetForm class="filters" role="search">
                    <label class="pick grow">
                        <span class="vh">"Find anything"</span>
                        <input
                            type="search"
                            name="q"
                            value=asked
                            placeholder="Name, code, order number or id"
                            autocomplete="off"
                            spellcheck="false"
                        />
                    </label>
                    <button type="submit" class="btn primary">"Search"</button>
                </GetForm>
            </Card>
            {answer}
        </Page>
    }
    .into_any()
}

#[component]
fn Group(group: SearchGroup) -> impl IntoView {
    let hits = group.hits.into_iter().map(|hit| view! { <li><Hit hit /></li> }).collect_view();
    view! { <Card title=group.label><ul class="hits">{hits}</ul></Card> }
}

#[component]
fn Hit(hit: SearchHit) -> impl IntoView {
    let (word, label) = hit.state;
    let badge = (!label.is_empty()).then(|| view! { <StatusBadge word label /> });
    let id = (!hit.id.is_empty() && hit.id != hit.title).then(|| view! { <code>{hit.id}</code> });
    view! {
        <a href=hit.href>{hit.title}</a>
        {badge}
        <span class="sub">{hit.detail}</span>
        {id}
    }
}
