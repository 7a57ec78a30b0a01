//! Closing an account, after asking.

/// The button that closes an affiliate or advertiser. `$effect` says what happens then.
macro_rules! close_button {
    ($name:ident, $server_fn:ty, $button:literal, $effect:literal) => {
        #[component]
        fn $name(
            action: crate::ui::ServerAction<$server_fn>,
            id: String,
            /// Of the account, for the question.
            name: String,
        ) -> impl IntoView {
            view! {
                <crate::ui::Confirm label="Close…" title=format!("Close {name}?") id="close" danger=true closes=true>
                    <p>{$effect}</p>
                    <crate::ui::ActionForm action attr:class="form-actions">
                        <crate::ui::Hidden name="id" value=id />
                        <crate::ui::Hidden name="status" value="closed" />
                        <crate::parts::Back />
                        <crate::ui::SubmitButton label=$button pending=action.pending() danger=true />
                    </crate::ui::ActionForm>
                </crate::ui::Confirm>
            }
        }
    };
}
pub(crate) use close_button;
