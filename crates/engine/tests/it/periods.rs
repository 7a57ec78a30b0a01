//! The period that a person last chose: kept with the person, shown where an address names none, and in the address then.

use crate::{
    reports::{Seeded, now, q, seeded},
    support::{HOSTILE, person, wrong_fields},
};
use domain::{
    access::{Actor, Realm},
    drafts::{UserDraft, ViewDraft},
    ids::UserId,
    lists,
    period::PRESETS,
};
use engine::{
    EngineError,
    accounts::create_user,
    people::remember_period,
    reports::{self, Ask, audit, lists::view, overview, own},
    signin::session_user,
    views,
};
use sqlx::PgPool;

impl Seeded {
    async fn op(&self) -> Actor {
        let draft = UserDraft {
            email: "op@x.example".into(),
            role: "admin".into(),
            password: "correct horse battery".into(),
            ..UserDraft::default()
        };
        let id = create_user(&self.net.db, &self.net.admin, &draft, now(), 9, [3; 16]).await.unwrap();
        Actor { user: Some(id), ..person(Realm::Network) }
    }

    async fn chosen(&self, actor: &Actor) -> Option<String> {
        session_user(&self.net.db, actor.user.unwrap(), 0).await.unwrap().unwrap().period
    }

    fn last_chose<'a>(&'a self, realm: Realm, word: &'a str) -> Ask<'a> {
        Ask { period: word, ..self.ask(realm) }
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn presets_are_remembered_and_nothing_else(pool: PgPool) {
    let s = seeded(pool).await;
    let (db, op) = (&s.net.db, s.op().await);
    assert_eq!(s.chosen(&op).await, None);
    for preset in PRESETS.iter().filter(|p| p.word != "custom") {
        remember_period(db, &op, preset.word).await.unwrap();
        assert_eq!(s.chosen(&op).await.as_deref(), Some(preset.word));
    }
    for word in ["custom", "", "30 d", "2026-01-01", "7D"].into_iter().chain(HOSTILE) {
        assert_eq!(wrong_fields(remember_period(db, &op, word).await), ["period"], "{word:?}");
    }
    assert_eq!(s.chosen(&op).await.as_deref(), Some("all"), "what is refused changes nothing");
    let nobody = Actor { user: Some(UserId(7)), ..op.clone() };
    assert!(matches!(remember_period(db, &nobody, "7d").await, Err(EngineError::NotFound)));
    let system = remember_period(db, &s.net.admin, "7d").await;
    assert!(matches!(system, Err(EngineError::Forbidden(_))));
    assert!(!s.net.audited().await.iter().any(|a| a.contains("period")), "a preference is not on record");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_page_without_a_period_shows_the_one_last_chosen(pool: PgPool) {
    let s = seeded(pool).await;
    let (ann, all) = (Realm::Affiliate(s.net.affiliate), Realm::Network);
    // What is said of the period: its word, and whether the address has yet to say it.
    let shown = async |word: &str, query: &str| {
        let (net, own_ask, query) = (s.last_chose(all, word), s.last_chose(ann, word), q(query));
        let pages = [
            overview::admin(&net, &query).await.unwrap().period,
            own::overview(&own_ask, &query).await.unwrap().period,
            reports::campaigns::detail(&net, s.shoes, &query).await.unwrap().period,
            reports::accounts::affiliate(&net, s.bob, &query).await.unwrap().period,
            reports::accounts::advertiser(&net, s.net.advertiser, &query).await.unwrap().period,
            audit::list(&net, &query).await.unwrap().period,
            view(&net, &lists::LINKS, &query, UserId(1)).await.unwrap().period,
            view(&own_ask, &lists::OWN_LINKS, &query, UserId(1)).await.unwrap().period,
        ];
        pages.map(|p| (p.key, p.remembered))
    };
    let is = |word: &str, remembered: bool| [(); 8].map(|()| (word.to_owned(), remembered));
    assert_eq!(shown("30d", "").await, is("30d", true));
    assert_eq!(shown("30d", "q=x&tz=Asia/Tokyo&cmp=off").await, is("30d", true));
    // The address wins, also with days of its own, and with what makes no sense.
    assert_eq!(shown("30d", "period=14d").await, is("14d", false));
    assert_eq!(shown("30d", "period=custom&from=2026-11-01&to=2026-11-02").await, is("custom", false));
    for query in ["period=nonsense", "from=2026-11-01", "to=2026-11-02"] {
        assert!(shown("30d", query).await.iter().all(|(word, said)| word != "30d" && !said), "{query}");
    }
    // Who never chose, and what was stored by nobody here, sees each page's own.
    let own = ["today", "today", "7d", "7d", "7d", "7d", "7d", "7d"].map(|word| (word.to_owned(), false));
    for word in ["", "custom", "nonsense"] {
        assert_eq!(shown(word, "").await, own, "{word:?}");
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_list_carries_it_in_its_query(pool: PgPool) {
    let s = seeded(pool).await;
    let op = s.op().await;
    let user = op.user.unwrap();
    let db = s.net.db.asked_by(user);
    let open = async |word: &str, query: &str| {
        let ask = Ask { db: &db, ..s.last_chose(Realm::Network, word) };
        view(&ask, &lists::CAMPAIGNS, &q(query), user).await.unwrap()
    };
    let v = open("today", "status=active").await;
    assert_eq!(
        (v.query.as_str(), v.period.remembered, v.applied),
        ("period=today&status=active", true, false)
    );
    let said = open("30d", &v.query).await;
    assert_eq!(
        (said.query, said.list.rows),
        (v.query, v.list.rows),
        "the address means the same for everybody"
    );
    // A view that opens with the list goes first; where it says nothing of a period, the list has the chosen one.
    for (name, query, opened) in
        [("With", "period=14d&q=hats", "period=14d&q=hats"), ("Without", "q=hats", "period=today&q=hats")]
    {
        let draft = ViewDraft {
            list: "campaigns".into(),
            name: name.into(),
            query: query.into(),
            is_default: true,
            ..ViewDraft::default()
        };
        views::save(&db, &op, &draft, now(), name.len() as u32).await.unwrap();
        let v = open("today", "").await;
        assert_eq!((v.query.as_str(), v.period.remembered, v.applied), (opened, false, true), "{name}");
    }
}
