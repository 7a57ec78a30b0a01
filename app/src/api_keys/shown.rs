//! A key that was just made. It stands in the page, not in a dialog: a slip on the Escape key would lose it.

use crate::ui::{CopyButton, Moment, browser};
use domain::view::ShownKey;
use leptos::{html, prelude::*};

/// The new key, once; takes the focus.
#[component]
pub fn NewKeyCard(
    /// The key.
    key: ShownKey,
    /// The list of keys.
    #[prop(into)]
    list: String,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move |_| browser::focus(node));
    let old = key.old_until.map(|at| view! { <p>"The old key works until " <Moment at />"."</p> });
    view! {
        <div class="card new-key" role="status" tabindex="-1" node_ref=node>
            <h2>"Copy your new key now"</h2>
            <p>
                <b>{key.name}</b>
                " is ready. This is the only time the key is shown: we keep no copy that anybody could read."
            </p>
            <p class="new-key-text">
                <code class="select-all">{key.text.clone()}</code>
                <CopyButton text=key.text what="key" wide=true />
            </p>
            {old}
            <p class="sub">"Try it:"</p>
            <pre class="new-key-curl" tabindex="0" aria-label="Example of a request">{key.curl}</pre>
            <p><a class="btn" rel="external" href=list>"I have stored the key"</a></p>
        </div>
    }
}
