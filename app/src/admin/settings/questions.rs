//! The form of a question.

use super::{
    SettingsPage,
    api::{UpdateQuestion, sign_up_page},
};
use crate::{
    error::AppError,
    parts::id_param,
    ui::{
        ActionForm, Card, Checkbox, Field, FormErrors, FormScope, Hidden, Load, PageData, SelectField,
        ServerAction, SubmitButton, TextArea, form_error,
    },
};
use domain::{drafts::QuestionDraft, status::QuestionKind};
use leptos::prelude::*;

/// `/admin/settings/sign-up/:id`.
#[component]
pub fn QuestionPage() -> impl IntoView {
    let id = id_param();
    let action = ServerAction::<UpdateQuestion>::new();
    let load = |id: String| async move {
        let found = sign_up_page().await?.questions.into_iter().find(|q| q.id == id);
        found.map(|q| q.draft()).ok_or_else(AppError::not_found)
    };
    let res = PageData::new(move || id.get(), load);
    view! { <Load res title="Question" render=move |draft| page(draft, id.get_untracked(), action) /> }
}

fn page(draft: QuestionDraft, id: String, action: ServerAction<UpdateQuestion>) -> AnyView {
    view! {
        <SettingsPage title="Question">
            <Card class="narrow">
                <FormScope error=form_error(action)>
                    <ActionForm action attr:class="form" attr:novalidate=true>
                        <Hidden name="id" value=id />
                        <QuestionFields draft />
                        <div class="form-actions">
                            <SubmitButton label="Save question" pending=action.pending() />
                            <a class="btn ghost" href="/admin/settings/sign-up">"Cancel"</a>
                        </div>
                    </ActionForm>
                </FormScope>
            </Card>
        </SettingsPage>
    }
    .into_any()
}

/// The fields, with what is wrong above them.
#[component]
pub(super) fn QuestionFields(draft: QuestionDraft) -> impl IntoView {
    let kinds = QuestionKind::ALL.iter().map(|k| (k.word().to_owned(), k.label().to_owned())).collect();
    view! {
        <FormErrors />
        <Field name="draft[label]" label="Question" value=draft.label autocomplete="off" />
        <Field
            name="draft[hint]"
            label="Hint"
            value=draft.hint
            hint="Stands under the question."
            autocomplete="off"
            optional=true
        />
        <SelectField name="draft[kind]" label="Answered by" options=kinds value=draft.kind />
        <TextArea
            name="draft[options]"
            label="Choices"
            value=draft.options
            hint="For a choice: at least two, one a line."
            optional=true
        />
        <Checkbox
            name="draft[required]"
            label="An answer is required"
            checked=draft.required
            hint="A required check box has to be ticked."
        />
    }
}
