//! Who may become an affiliate, and what the form asks.

use super::{
    SettingsPage,
    api::{AddQuestion, MoveQuestion, RemoveQuestion, SetSignUpMode, sign_up_page},
    questions::QuestionFields,
};
use crate::{
    parts::{Copyable, Failure, label_of},
    ui::{
        ActionForm, Card, Confirm, DoneNotice, EmptyState, FormErrors, FormScope, Hidden, Load, PageData,
        SelectField, ServerAction, SubmitButton, TableCard, Th, form_error,
    },
};
use domain::{
    drafts::QuestionDraft,
    status::{QuestionKind, SignUpMode},
    view::{Question, SignUpSettings},
};
use leptos::prelude::*;

const DONE: &[(&str, &str)] = &[
    ("saved", "The changes are saved."),
    ("added", "The question is added at the end of the form."),
    ("moved", "The question is moved."),
    ("removed", "The question is removed. Answers that were given to it stay with their applications."),
];

#[derive(Clone, Copy)]
struct Actions {
    mode: ServerAction<SetSignUpMode>,
    add: ServerAction<AddQuestion>,
    shift: ServerAction<MoveQuestion>,
    remove: ServerAction<RemoveQuestion>,
}

/// `/admin/settings/sign-up`.
#[component]
pub fn SignUpSettingsPage() -> impl IntoView {
    let all = Actions {
        mode: ServerAction::new(),
        add: ServerAction::new(),
        shift: ServerAction::new(),
        remove: ServerAction::new(),
    };
    let versions = move || {
        [
            all.mode.version().get(),
            all.add.version().get(),
            all.shift.version().get(),
            all.remove.version().get(),
        ]
    };
    let res = PageData::new(versions, |_| sign_up_page());
    view! { <Load res title="Sign-up" render=move |data| page(data, all) /> }
}

fn page(data: SignUpSettings, all: Actions) -> AnyView {
    let SignUpSettings { mode, questions, address, has_terms } = data;
    let modes = [
        (SignUpMode::Closed, "Closed: the form takes no applications"),
        (SignUpMode::Approval, "By approval: a person decides on each application"),
        (SignUpMode::Open, "Open: whoever confirms the address is an affiliate"),
    ];
    let modes = modes.iter().map(|(m, label)| (m.word().to_owned(), (*label).to_owned())).collect();
    let terms = (!has_terms).then(|| {
        view! { <p class="sub">"There are no terms yet, so the form asks for none. "<a href="/admin/settings/terms">"Write them"</a></p> }
    });
    view! {
        <SettingsPage title="Sign-up">
            <DoneNotice says=DONE />
            <Failure error=form_error(all.shift) />
            <Failure error=form_error(all.remove) />
            <Card title="Who may become an affiliate" class="narrow">
                <FormScope error=form_error(all.mode)>
                    <ActionForm action=all.mode attr:class="form">
                        <FormErrors />
                        <SelectField name="mode" label="The public form" options=modes value=mode />
                        <p class="sub">"Its address: "<Copyable text=address what="address of the form" /></p>
                        {terms}
                        <div class="form-actions"><SubmitButton label="Save" pending=all.mode.pending() /></div>
                    </ActionForm>
                </FormScope>
            </Card>
            {question_table(questions, all)}
        </SettingsPage>
    }
    .into_any()
}

fn question_table(questions: Vec<Question>, all: Actions) -> AnyView {
    let empty = questions.is_empty().then(|| {
        view! {
            <EmptyState
                title="No questions of your own"
                text="The form always asks for name, email, country, website and how traffic is brought."
            />
        }
        .into_any()
    });
    let last = questions.len().saturating_sub(1);
    let rows = questions.into_iter().enumerate().map(|(i, q)| row(q, i == 0, i == last, all)).collect_view();
    let failed = move || all.add.failed();
    let footer = view! {
        <details class="more" open=failed>
            <summary class="btn s">"Add a question"</summary>
            <FormScope error=form_error(all.add)>
                <ActionForm action=all.add attr:class="form" attr:novalidate=true>
                    <QuestionFields draft=QuestionDraft { kind: "text".into(), ..QuestionDraft::default() } />
                    <div class="form-actions"><SubmitButton label="Add question" pending=all.add.pending() /></div>
                </ActionForm>
            </FormScope>
        </details>
    }
    .into_any();
    view! {
        <TableCard title="Questions of your own" footer nostrip:empty=empty>
            <thead>
                <tr><Th label="Question" /><Th label="Answered by" /><Th label="Required" /><Th label="Actions" /></tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

fn row(q: Question, first: bool, last: bool, all: Actions) -> AnyView {
    let kind = label_of(&q.kind, QuestionKind::label);
    let choices = (!q.options.is_empty()).then(|| view! { <span class="sub">{q.options.join(" · ")}</span> });
    let hint = (!q.hint.is_empty()).then(|| view! { <span class="sub">{q.hint}</span> });
    let shift = |way: &'static str, sign: &'static str, off: bool| {
        let label = format!("Move {} {way}", q.label);
        let id = q.id.clone();
        (!off).then(|| {
            view! {
                <ActionForm action=all.shift>
                    <input type="hidden" name="id" value=id />
                    <button type="submit" class="btn s" name="way" value=way aria-label=label>{sign}</button>
                </ActionForm>
            }
        })
    };
    view! {
        <tr>
            <th scope="row" class="name"><span class="what">{q.label.clone()}</span>{hint}</th>
            <td class="lines">{kind}{choices}</td>
            <td>{if q.required { "Yes" } else { "No" }}</td>
            <td class="row-actions">
                {shift("up", "↑", first)}
                {shift("down", "↓", last)}
                <a class="btn s" href=format!("/admin/settings/sign-up/{}", q.id)>"Edit"</a>
                <Confirm
                    label="Remove…"
                    title=format!("Remove the question “{}”?", q.label)
                    id=format!("remove-{}", q.id)
                    danger=true
                    closes=true
                >
                    <p>"The form no longer asks it. Answers that were given stay with their applications."</p>
                    <ActionForm action=all.remove attr:class="form-actions">
                        <Hidden name="id" value=q.id.clone() />
                        <SubmitButton label="Remove question" pending=all.remove.pending() danger=true />
                    </ActionForm>
                </Confirm>
            </td>
        </tr>
    }
    .into_any()
}
