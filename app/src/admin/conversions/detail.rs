//! One conversion: facts, its click, what it did to the ledger, and the decision.

use super::{
    api::{DecideConversions, conversion},
    decide::DecideCard,
    list::DONE,
};
use crate::{
    admin::audit::history,
    parts::{Copyable, Failure, For, id_param, label_of, pairs, two_lines, way},
    ui::{
        Card, DoneNotice, EmptyState, Fact, Facts, Load, Moment, MoneyCell, Notice, Page, PageData,
        ServerAction, StatusBadge, TableCard, Text, Th, TimeCell, Tone, form_error,
    },
};
use domain::{
    access::Permission,
    status::ConversionStatus,
    view::{ConflictView, ConversionDetail, LedgerLine},
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn ConversionPage() -> impl IntoView {
    let id = id_param();
    let decide = ServerAction::<DecideConversions>::new();
    let res = PageData::new(move || (id.get(), decide.version().get()), |(id, _)| conversion(id));
    view! { <Load res title="Conversion" render=move |data| page(data, decide) /> }
}

fn page(data: For<ConversionDetail>, decide: ServerAction<DecideConversions>) -> AnyView {
    let For { view: d, role, .. } = data;
    let badge = {
        let label = label_of(&d.row.status, ConversionStatus::label);
        view! { <StatusBadge word=d.row.status.clone() label /> }.into_any()
    };
    let title =
        if d.row.txid.is_empty() { "Conversion".to_owned() } else { format!("Conversion {}", d.row.txid) };
    let why = d.row.reason.clone().map(|(code, sentence)| {
        let note = (!d.row.note.is_empty()).then(|| format!(" Note: {}", d.row.note));
        view! { <Notice tone=Tone::Info>{sentence} " " <code>{code}</code> {note}</Notice> }
    });
    let actions = (role.may(Permission::DecideConversions) && d.row.may_reject)
        .then(|| view! { <DecideCard row=d.row.clone() action=decide /> }.into_any());
    let (facts, click) = (facts(&d), click(&d));
    let changes = history(role, &d.row.id);
    view! {
        <Page
            title
            crumb=("Conversions".to_owned(), "/admin/conversions".to_owned())
            id=d.row.id
            badge
            nostrip:actions=actions
        >
            <DoneNotice says=DONE />
            <Failure error=form_error(decide) />
            {why}
            <div class="two">
                <div class="column">{ledger(d.ledger)} {conflicts(d.conflicts)}</div>
                <aside class="column" aria-label="About the conversion">{facts} {click} {changes}</aside>
            </div>
        </Page>
    }
    .into_any()
}

fn facts(d: &ConversionDetail) -> AnyView {
    let r = d.row.clone();
    let reported = match (d.reported_amount.is_empty(), d.currency.is_empty()) {
        (true, _) => "–".to_owned(),
        (false, true) => d.reported_amount.clone(),
        (false, false) => format!("{} {}", d.reported_amount, d.currency),
    };
    let decided = d.decided.clone().map(|at| {
        let by = d.decided_by.clone();
        view! { <Fact label="Decided"><Moment at /> " by " {by}</Fact> }
    });
    let coupon = (!d.coupon.is_empty()).then(|| {
        let coupon = d.coupon.clone();
        view! { <Fact label="Coupon">{coupon}</Fact> }
    });
    let advertiser = way("advertisers", &d.advertiser_id, or_dash(&d.advertiser));
    let campaign = way("campaigns", &r.campaign_id, or_dash(&r.campaign));
    let affiliate = way("affiliates", &r.affiliate_id, or_dash(&r.affiliate));
    let adv = pairs(&d.adv);
    view! {
        <Card title="Facts">
            <Facts>
                <Fact label="Revenue"><b class="figure">{r.revenue}</b></Fact>
                <Fact label="Payout"><b class="figure">{r.payout}</b></Fact>
                <Fact label="Reported amount">{reported}</Fact>
                <Fact label="Goal">{or_dash(&r.goal)}</Fact>
                <Fact label="Transaction id"><Copyable text=or_dash(&r.txid) what="transaction id" /></Fact>
                <Fact label="Received"><Moment at=r.received /></Fact>
                <Fact label="Reported by">{r.method}</Fact>
                {decided}
                <Fact label="Campaign">{campaign}</Fact>
                <Fact label="Advertiser">{advertiser}</Fact>
                <Fact label="Affiliate">{affiliate}</Fact>
                {coupon}
                {adv}
            </Facts>
        </Card>
    }
    .into_any()
}

fn click(d: &ConversionDetail) -> AnyView {
    let (id, link, source, ip, agent) =
        (d.row.click_id.clone(), d.link_id.clone(), d.row.source.clone(), d.ip.clone(), d.user_agent.clone());
    if id.is_empty() {
        return view! { <Card title="Click"><p class="sub">"The report named no click."</p></Card> }
            .into_any();
    }
    let lookup = format!("/admin/clicks?q={}", crate::ui::query::escape(&id));
    let at = d.click_at.clone().map(|at| view! { <Fact label="Clicked"><Moment at /></Fact> });
    let link = (!link.is_empty()).then(|| {
        let href = format!("/admin/links?q={link}");
        view! { <Fact label="Link"><a href=href>{link}</a></Fact> }
    });
    let fact =
        |label: &'static str, text: String| (!text.is_empty()).then(|| view! { <Fact label>{text}</Fact> });
    let actions = view! { <a class="btn s" href=lookup>"Look up"</a> }.into_any();
    let (source, ip, agent, subs) =
        (fact("Source", source), fact("Address of the report", ip), fact("Sent by", agent), pairs(&d.subs));
    view! {
        <Card title="Click" actions>
            <Facts>
                <Fact label="Click id"><Copyable text=id what="click id" /></Fact>
                {at}
                {link}
                {source}
                {subs}
                {ip}
                {agent}
            </Facts>
        </Card>
    }
    .into_any()
}

fn ledger(lines: Vec<LedgerLine>) -> AnyView {
    let empty = lines.is_empty().then(|| {
        view! { <EmptyState title="Nothing was posted" text="A report that does not count moves no money." /> }
            .into_any()
    });
    let rows = lines
        .into_iter()
        .map(|l| {
            view! {
                <tr>
                    <TimeCell text=l.at.local utc=l.at.utc />
                    {two_lines(sentence(&l.kind).into_any(), l.actor.into_any())}
                    <Text text=l.account />
                    <MoneyCell text=l.debit />
                    <MoneyCell text=l.credit />
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableCard title="Ledger" nostrip:empty=empty>
            <thead>
                <tr>
                    <Th label="Posted" />
                    <Th label="What, by whom" />
                    <Th label="Account" />
                    <Th label="Debit" num=true />
                    <Th label="Credit" num=true />
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

fn conflicts(all: Vec<ConflictView>) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let rows = all
        .into_iter()
        .map(|c| {
            view! {
                <tr>
                    <TimeCell text=c.at.local utc=c.at.utc />
                    <Text text=c.reported_amount />
                    <MoneyCell text=c.revenue />
                    <MoneyCell text=c.payout />
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableCard title="Reported again with another amount">
            <thead>
                <tr>
                    <Th label="Received" />
                    <Th label="Reported amount" />
                    <Th label="Revenue" num=true />
                    <Th label="Payout" num=true />
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </TableCard>
    }
    .into_any()
}

/// `received` → `Received`.
fn sentence(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn or_dash(text: &str) -> String {
    if text.is_empty() { "–".to_owned() } else { text.to_owned() }
}
