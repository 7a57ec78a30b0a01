//! Becoming an affiliate: the public form, and the link in the letter. Works without JavaScript.

pub mod api;
mod confirm;
mod form;

pub use confirm::{ConfirmPage, ConfirmedPage};
pub use form::{SignUpHint, SignUpPage};

use crate::ui::Logo;
use leptos::prelude::*;
use leptos_meta::Title;

/// The frame of the pages: wider than the door to the portals, because there is more to read.
#[component]
fn Frame(
    /// Heading and document title.
    #[prop(into)]
    title: String,
    /// What the network calls itself; may be empty.
    #[prop(optional, into)]
    network: String,
    children: Children,
) -> impl IntoView {
    let name = if network.is_empty() { "Millrace".to_owned() } else { network };
    view! {
        <Title text=title.clone() />
        <main id="main" class="login signup">
            <div class="card">
                <div class="brand"><Logo /><span>{name}</span></div>
                <h1>{title}</h1>
                {children()}
            </div>
        </main>
    }
}
