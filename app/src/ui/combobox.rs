//! Choosing one of many by typing a part of its name. Without JavaScript it is a plain select.

use super::{Options, form::Wiring, window};
use leptos::{ev, html, prelude::*};

/// A choice of many. The select stays what the form sends; with JavaScript a field with a list that narrows as one types
/// stands in its place.
#[component]
pub fn Combobox(
    /// The name in the form, such as `draft[affiliate]`.
    #[prop(into)]
    name: String,
    /// Above the field.
    #[prop(into)]
    label: String,
    /// The choices: value and label.
    options: Options,
    /// The one chosen at first.
    #[prop(optional, into)]
    value: String,
    /// Under the label.
    #[prop(optional, into)]
    hint: String,
    /// First line without a value, such as `Choose an affiliate`.
    #[prop(optional, into)]
    prompt: String,
    /// Marked as optional.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let w = Wiring::new(&name, value);
    let chosen = RwSignal::new(w.value.clone());
    let label_of = |options: &Options, value: &str| {
        options.iter().find(|o| o.0 == value).map(|o| o.1.clone()).unwrap_or_default()
    };
    let text = RwSignal::new(label_of(&options, &w.value));
    let open = RwSignal::new(false);
    let active = RwSignal::new(0_usize);
    // Typed since the list was opened: before that, all choices are shown.
    let typed = RwSignal::new(false);
    // The field that the label belongs to: the select until the other one stands in its place.
    let enhanced = RwSignal::new(false);
    Effect::new(move |_| enhanced.set(true));

    let all = StoredValue::new(options.clone());
    let shown = Memo::new(move |_| {
        let needle = if typed.get() { text.read().trim().to_lowercase() } else { String::new() };
        all.with_value(|all| {
            all.iter()
                .filter(|o| o.1.to_lowercase().contains(&needle))
                .take(100)
                .cloned()
                .collect::<Options>()
        })
    });
    let select = NodeRef::<html::Select>::new();
    let take = move |value: String| {
        let label = all.with_value(|all| label_of(all, &value));
        text.set(label);
        chosen.set(value);
        open.set(false);
        typed.set(false);
    };
    let (id, list, input_id) = (w.id.clone(), format!("{}-list", w.id), format!("{}-text", w.id));
    let option_id = {
        let id = id.clone();
        move |i: usize| format!("{id}-option-{i}")
    };
    let show = move || {
        open.set(true);
        let at = shown.read_untracked().iter().position(|o| o.0 == *chosen.read_untracked());
        active.set(at.unwrap_or(0));
    };
    let move_to = {
        let option_id = option_id.clone();
        move |i: usize| {
            active.set(i);
            window::reveal_id(&option_id(i));
        }
    };
    let key = move |e: ev::KeyboardEvent| {
        let (n, at) = (shown.read_untracked().len(), active.get_untracked());
        match (e.key().as_str(), open.get_untracked()) {
            ("ArrowDown" | "ArrowUp", false) => show(),
            ("ArrowDown", true) if n > 0 => move_to((at + 1) % n),
            ("ArrowUp", true) if n > 0 => move_to((at + n - 1) % n),
            ("Enter", true) => {
                if let Some(option) = shown.read_untracked().get(at).cloned() {
                    take(option.0);
                }
            }
            // Only the list is closed, not the dialog around it.
            ("Escape", true) => {
                e.stop_propagation();
                take(chosen.get_untracked());
            }
            _ => return,
        }
        e.prevent_default();
    };
    let write = move |e: ev::Event| {
        text.set(window::value_of(&e));
        typed.set(true);
        active.set(0);
        open.set(true);
    };
    // What is no name of a choice is not kept; an emptied field chooses nothing where that is possible.
    let leave = move |_| {
        let emptied = text.read_untracked().trim().is_empty() && optional;
        take(if emptied { String::new() } else { chosen.get_untracked() });
    };
    let lines = {
        let option_id = option_id.clone();
        move || {
            shown
                .get()
                .into_iter()
                .enumerate()
                .map(|(i, (value, label))| {
                    let on = move || if active.get() == i { "true" } else { "false" };
                    // Before the field loses the focus.
                    let pick = move |e: ev::MouseEvent| {
                        e.prevent_default();
                        take(value.clone());
                    };
                    view! { <div role="option" id=option_id(i) aria-selected=on on:mousedown=pick>{label}</div> }
                })
                .collect_view()
        }
    };
    let none = move || {
        shown.read().is_empty().then(|| view! { <p class="sub">"No choice has this in its name."</p> })
    };
    let value = w.value.clone();
    let choices = options
        .into_iter()
        .map(|(word, label)| {
            let on = word == value;
            view! { <option value=word selected=on>{label}</option> }
        })
        .collect_view();
    let first =
        (!prompt.is_empty() || optional).then(|| view! { <option value="">{prompt.clone()}</option> });
    let active_id = move || (open.get() && !shown.read().is_empty()).then(|| option_id(active.get()));
    let (hint_id, error_id, error) = (w.hint_id.clone(), w.error_id.clone(), w.error);
    let mark = optional.then(|| view! { <span class="optional">" (optional)"</span> });
    let described = w.described(!hint.is_empty());
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> });
    let target = {
        let (id, input_id) = (id.clone(), input_id.clone());
        move || if enhanced.get() { input_id.clone() } else { id.clone() }
    };
    view! {
        <div class="field combo">
            <label for=target>{label}{mark}</label>
            {hint}
            <select
                id=id
                class="no-js"
                name=name
                node_ref=select
                aria-describedby=described.clone()
                aria-invalid=w.invalid()
                prop:value=move || chosen.get()
            >
                {first}
                {choices}
            </select>
            <div class="combo-box only-js">
                <input
                    id=input_id
                    type="text"
                    role="combobox"
                    autocomplete="off"
                    spellcheck="false"
                    aria-autocomplete="list"
                    aria-expanded=move || open.get().to_string()
                    aria-controls=list.clone()
                    aria-activedescendant=active_id
                    aria-describedby=described
                    aria-invalid=w.invalid()
                    aria-required=(!optional).then_some("true")
                    placeholder=prompt
                    prop:value=move || text.get()
                    on:input=write
                    on:click=move |_| show()
                    on:keydown=key
                    on:blur=leave
                />
                <div class="combo-list" role="listbox" id=list hidden=move || !open.get()>{lines}{none}</div>
            </div>
            {move || error.get().map(|e| view! { <p class="error" id=error_id.clone()>{e}</p> })}
        </div>
    }
}
