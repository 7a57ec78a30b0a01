//! The network's logo, or the platform's own mark.

use super::icons::Wave;
use crate::signup::api::brand;
use leptos::prelude::*;

/// Stands beside the name, which says it in words.
#[component]
pub fn Logo() -> impl IntoView {
    let brand = OnceResource::new_blocking(brand());
    view! {
        <Suspense fallback=|| view! { <Wave /> }>
            {move || Suspend::new(async move {
                match brand.await.ok().and_then(|b| b.logo) {
                    Some(src) => view! { <img class="logo" src=src alt="" /> }.into_any(),
                    None => view! { <Wave /> }.into_any(),
                }
            })}
        </Suspense>
    }
}
