//! Several of several: boxes to tick, in groups.

use super::form::Wiring;
use leptos::prelude::*;

/// A box: what it sends, and the words beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub value: String,
    pub label: String,
    /// Small and grey under the label.
    pub hint: String,
}

/// Boxes that belong together, under a heading; one without is fine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    pub heading: String,
    pub boxes: Vec<Check>,
}

/// Sends `name[]=value` for each ticked box: the argument is a list and needs `#[server(default)]` or
/// `#[serde(default)]`. Finds its error and, after a post without JavaScript, what was ticked, as every field does.
#[component]
pub fn CheckGroup(
    /// The name in the form, without brackets for the list, such as `draft[scopes]`.
    #[prop(into)]
    name: String,
    /// Above the boxes.
    #[prop(into)]
    label: String,
    /// The choices.
    groups: Vec<Checks>,
    /// Ticked at first, with spaces between.
    #[prop(optional, into)]
    value: String,
    /// Under the label.
    #[prop(optional, into)]
    hint: String,
) -> impl IntoView {
    let w = Wiring::new(&name, value);
    let ticked: Vec<String> = w.value.split_whitespace().map(str::to_owned).collect();
    let described = w.described(!hint.is_empty());
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=w.hint_id.clone()>{hint}</p> });
    let (error, error_id) = (w.error, w.error_id.clone());
    let name = format!("{name}[]");
    let id = w.id.clone();
    let groups = groups
        .into_iter()
        .map(|group| {
            let boxes = group
                .boxes
                .into_iter()
                .map(|b| {
                    let own = format!("{id}-{}", b.value.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
                    let hint_id = format!("{own}-hint");
                    let described = (!b.hint.is_empty()).then(|| hint_id.clone());
                    let checked = ticked.contains(&b.value);
                    let hint =
                        (!b.hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{b.hint}</p> });
                    view! {
                        <div class="field check">
                            <input
                                id=own.clone()
                                name=name.clone()
                                type="checkbox"
                                value=b.value
                                checked=checked
                                aria-describedby=described
                            />
                            <label for=own>{b.label}</label>
                            {hint}
                        </div>
                    }
                })
                .collect_view();
            let heading =
                (!group.heading.is_empty()).then(|| view! { <p class="checks-head">{group.heading}</p> });
            view! { <div class="checks-group">{heading}{boxes}</div> }
        })
        .collect_view();
    view! {
        <fieldset class="group checks" id=w.id tabindex="-1" aria-describedby=described>
            <legend>{label}</legend>
            {hint}
            {move || error.get().map(|e| view! { <p class="error" id=error_id.clone()>{e}</p> })}
            <div class="checks-grid">{groups}</div>
        </fieldset>
    }
}
