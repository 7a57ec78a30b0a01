//! People who want to join the demo network, and affiliates who want to run a campaign that asks for it: through the same
//! forms and letters as everybody.

use super::{names::OFFERS, network::Network};
use anyhow::{Context as _, Result};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Actor, Realm},
    drafts::{QuestionDraft, SignUpDraft},
    ids::ApplicationId,
};
use engine::{
    campaigns::apply_to_campaign,
    people::{Link, Visitor},
    secret::token_text,
    signup::{Form, add_question, confirm, form, publish_terms, reject, sign_up},
};
use rand::Rng as _;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use store::{config::AccessState, db::Db, signup::applications};

const TERMS: &str = "\
1. You earn what a campaign pays for each conversion that its advertiser accepts. What is pending may still be rejected; \
the reason is always shown.

2. Bring people who want to be there. No incentives, no hidden redirects, no brand bidding unless the campaign allows it.

3. Letters and messages only to people who agreed to get them, with a way out in each.

4. Approved earnings are paid monthly, from the minimum of your account on.

5. Either side can end this at any time. What was earned until then is paid.";

const SOURCES: &str = "Search\nEmail\nContent and reviews\nSocial\nApps";

/// Who applied: company, mail host, country, how they bring traffic, where most of it comes from, hours ago.
const APPLICANTS: &[(&str, &str, &str, &str, &str, i64)] = &[
    (
        "Fernweh Reisen",
        "fernweh.example",
        "DE",
        "A travel blog with 60,000 readers a month and a weekly letter to 14,000 of them.",
        "Content and reviews",
        5,
    ),
    (
        "Cedar & Pine Home",
        "cedarpine.example",
        "US",
        "Comparison pages about solar roofs and heat pumps, found by search.",
        "Search",
        28,
    ),
    ("Fast Traffic 4 U", "ft4u.example", "", "Any volume, any country, cheap.", "Apps", 52),
];

const REFUSAL: &str = "Tell us where the traffic comes from and show us a page of yours; then apply again.";

/// Affiliates who ask, at most, and what each of them writes.
const PLANS: &[&str] = &[
    "Card comparison, ranked by fees.",
    "Two mailings to savers, 30,000 readers.",
    "A review with a calculator.",
];

/// What an applicant is asked and has to accept, as of `at`.
pub(super) async fn set_up(db: &Db, at: DateTime<Utc>, rng: &mut ChaCha8Rng) -> Result<()> {
    let actor = Actor::system("demo");
    publish_terms(db, &actor, TERMS, at).await.context("terms")?;
    let asked = QuestionDraft {
        label: "Where does most of your traffic come from?".into(),
        kind: "select".into(),
        options: SOURCES.into(),
        ..QuestionDraft::default()
    };
    add_question(db, &actor, &asked, at, rng.random()).await.context("question")?;
    Ok(())
}

/// The queue as of `now`: some wait, one was refused.
pub(super) async fn apply(
    db: &Db,
    network: &Network,
    console_url: &str,
    now: DateTime<Utc>,
    rng: &mut ChaCha8Rng,
) -> Result<()> {
    for (position, applicant) in APPLICANTS.iter().enumerate() {
        let sent = now - Duration::hours(applicant.5);
        let id = join(db, position, console_url, sent, rng).await.with_context(|| applicant.0.to_owned())?;
        if position + 1 == APPLICANTS.len() {
            let mut actor = Actor::system("demo");
            actor.name = super::network::PEOPLE[1].1.into();
            reject(db, &actor, id, REFUSAL, sent + Duration::hours(20)).await?;
        }
    }
    let mut plans = PLANS.iter();
    let mut plan = plans.next();
    let wanted = OFFERS.iter().position(|o| o.visibility == "apply").context("no campaign asks for it")?;
    for affiliate in network.affiliates.iter().skip(5) {
        let Some(note) = plan else { break };
        let actor = Actor { realm: Realm::Affiliate(*affiliate), ..Actor::system("demo") };
        let asked = now - Duration::minutes(rng.random_range(40..2000));
        if apply_to_campaign(db, &actor, network.campaigns[wanted], note, asked).await?
            == AccessState::Applied
        {
            plan = plans.next();
        }
    }
    Ok(())
}

/// Fills in the form and opens the link in the letter.
async fn join(
    db: &Db,
    position: usize,
    console_url: &str,
    sent: DateTime<Utc>,
    rng: &mut ChaCha8Rng,
) -> Result<ApplicationId> {
    let (name, host, country, description, source, _) = APPLICANTS[position];
    let email = format!("hello@{host}");
    let shown = form(db, sent - Duration::minutes(4), rng.random()).await?;
    let draft = SignUpDraft {
        name: name.into(),
        email: email.clone(),
        country: country.into(),
        website: host.into(),
        description: description.into(),
        terms: shown.terms.map(|t| t.0.to_string()).unwrap_or_default(),
        accepted: true,
        stamp: shown.stamp,
        ..SignUpDraft::default()
    };
    let answers: BTreeMap<_, _> = shown.questions.into_iter().map(|q| (q.id, source.to_owned())).collect();
    let visitor = Visitor { ip: Some([203, 0, 113, 10 + position as u8].into()), request_id: None };
    let secret: [u8; 32] = rng.random();
    let link = Link { secret, console_url };
    let filled = Form { draft: &draft, answers: &answers };
    sign_up(db, filled, &visitor, link, sent, rng.random()).await?;
    let opened = sent + Duration::minutes(11);
    let invitation = Link { secret: rng.random(), console_url };
    confirm(db, &token_text(&secret), &visitor, invitation, opened, rng.random()).await?;
    let mut tx = db.begin(Realm::Network).await?;
    let id = applications::waiting_for(&mut tx, &email).await?.context("the application does not wait")?;
    tx.commit().await?;
    Ok(id)
}
