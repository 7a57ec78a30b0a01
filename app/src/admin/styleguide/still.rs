//! The sections that the server draws. Compiled on the server only.

use super::{controls, feedback, tables};
use leptos::prelude::*;
use leptos_router::{components::Router, location::RequestUrl};

/// The sections above and below those that work, as HTML.
pub(super) fn html() -> (String, String) {
    let above = html_of(|| {
        view! {
            {controls::colours()}
            {controls::typography()}
            {controls::buttons()}
            {controls::fields()}
            {feedback::badges()}
            {feedback::dialogs()}
            {feedback::navigation()}
            {feedback::notices()}
        }
        .into_any()
    });
    let below = html_of(|| {
        view! { {tables::tables()} {tables::states()} {tables::skeletons()} {tables::hostile()} }.into_any()
    });
    (above, below)
}

/// Parts that link to the present page need a router, which a call from the browser does not bring.
fn html_of(content: fn() -> AnyView) -> String {
    Owner::new().with(|| {
        provide_context(RequestUrl::new("/admin/styleguide"));
        view! { <Router>{content()}</Router> }.to_html()
    })
}
