//! Invitations, and the list of people.

use super::*;

#[sqlx::test(migrations = "../../migrations")]
async fn an_invitation_is_sent_opened_accepted_and_used_up(pool: PgPool) {
    let w = World::new(pool).await;
    w.invite("bob@x.example", "affiliate", &w.n.affiliate.to_string()).await.unwrap();
    let token = w.secret_for("bob@x.example").await;
    for _ in 0..2 {
        // Mail programs open links: that uses nothing up.
        let view = people::invitation(&w.n.db, &token, at(1)).await.unwrap();
        assert_eq!(
            (view.email.as_str(), view.role.as_str(), view.owner.as_str()),
            ("bob@x.example", "Affiliate", "Ann")
        );
    }
    let bob = w.accept(&token, 6 * DAY).await.unwrap();
    let Ok(FirstStep::Done(who)) = w.sign_in("bob@x.example", PASSWORD, 6 * DAY).await else { panic!() };
    assert_eq!((who.user, who.role, who.realm), (bob, Role::Affiliate, Realm::Affiliate(w.n.affiliate)));
    let again = refused(w.accept(&token, 6 * DAY).await);
    assert_eq!(again, refused(w.accept("nonsense", 0).await), "one answer for every bad link");
    assert!(people::invitation(&w.n.db, &token, at(1)).await.is_err());
    let audited = w.n.audited().await;
    assert_eq!(audited[audited.len() - 2..], ["invitation.create", "invitation.accept"]);
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT concat(before, after) FROM audit_log").fetch_all(&w.n.pool).await.unwrap();
    assert!(rows.iter().all(|r| !r.contains(&token) && !r.contains("argon2")), "no secrets in the audit log");
}

#[sqlx::test(migrations = "../../migrations")]
async fn invitations_expire_are_replaced_and_taken_back(pool: PgPool) {
    let w = World::new(pool).await;
    w.invite("bob@x.example", "finance", "").await.unwrap();
    let first = w.secret_for("bob@x.example").await;
    refused(w.accept(&first, 7 * DAY).await);
    w.invite("BOB@x.example", "admin", "").await.unwrap();
    let second = w.secret_for("BOB@x.example").await;
    refused(w.accept(&first, 1).await);

    let open = people::team(&w.ask(at(8 * DAY)), UserId(1), &ListQuery::default()).await.unwrap().invitations;
    assert_eq!((open.len(), open[0].expired, open[0].role.as_str()), (1, true, "admin"));
    let id = open[0].id.parse().unwrap();
    people::resend_invitation(&w.n.db, &w.n.admin, id, w.link(), at(8 * DAY)).await.unwrap();
    let third = w.secret_for("BOB@x.example").await;
    refused(w.accept(&second, 1).await);
    people::invitation(&w.n.db, &third, at(9 * DAY)).await.unwrap();
    let gone = people::resend_invitation(&w.n.db, &w.n.admin, id, w.link(), at(0)).await;
    assert!(matches!(gone, Err(EngineError::NotFound)));

    let open = people::team(&w.ask(at(8 * DAY)), UserId(1), &ListQuery::default()).await.unwrap().invitations;
    let id = open[0].id.parse().unwrap();
    people::revoke_invitation(&w.n.db, &w.n.admin, id, at(9 * DAY)).await.unwrap();
    refused(w.accept(&third, 9 * DAY).await);
    assert!(matches!(
        people::revoke_invitation(&w.n.db, &w.n.admin, id, at(9 * DAY)).await,
        Err(EngineError::NotFound)
    ));
    assert_eq!(w.n.audited().await.last().map(String::as_str), Some("invitation.revoke"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn invitations_are_checked(pool: PgPool) {
    let w = World::new(pool).await;
    w.ann().await;
    let nobody = AffiliateId(12345).to_string();
    let own = w.n.affiliate.to_string();
    for (email, role, owner, field) in [
        ("", "admin", "", "email"),
        ("ann@X.EXAMPLE", "admin", "", "email"),
        ("bob@x.example", "king", "", "role"),
        ("bob@x.example", "", "", "role"),
        ("bob@x.example", "admin", own.as_str(), "owner"),
        ("bob@x.example", "affiliate", "", "owner"),
        ("bob@x.example", "affiliate", nobody.as_str(), "owner"),
    ] {
        assert_eq!(wrong_fields(w.invite(email, role, owner).await), [field], "{email} {role} {owner}");
    }
    for text in HOSTILE {
        wrong_fields(w.invite(text, text, text).await);
        refused(w.accept(text, 0).await);
    }
    let strangers = people::invite(&w.n.db, &w.n.ann(), &InviteDraft::default(), w.link(), at(0)).await;
    assert!(matches!(strangers, Err(EngineError::Forbidden(_))));
    w.invite("bob@x.example", "admin", "").await.unwrap();
    let token = w.secret_for("bob@x.example").await;
    let who = Visitor::default();
    let short = people::accept(&w.n.db, &token, "", "short", &who, at(0), 5, [0; 16]).await;
    assert_eq!(wrong_fields(short), ["name", "password"]);
    w.accept(&token, 1).await.expect("what was refused used nothing up");
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_address_that_has_an_account_by_now_keeps_it(pool: PgPool) {
    let w = World::new(pool).await;
    w.invite("ann@x.example", "admin", "").await.unwrap();
    let token = w.secret_for("ann@x.example").await;
    w.ann().await;
    let why = refused(w.accept(&token, 1).await);
    assert!(why.contains("account with this address"), "{why}");
    let Ok(FirstStep::Done(who)) = w.sign_in("ann@x.example", PASSWORD, 2).await else { panic!() };
    assert_eq!(who.role, Role::Affiliate);
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_team_is_searched_filtered_and_sorted(pool: PgPool) {
    let w = World::new(pool).await;
    let ann = w.ann().await;
    for (i, role) in ["admin", "finance", "finance"].into_iter().enumerate() {
        let email = format!("p{i}@x.example");
        w.invite(&email, role, "").await.unwrap();
        let token = w.secret_for(&email).await;
        w.accept(&token, 1).await.unwrap();
    }
    let emails = async |query: &str| {
        let list = people::team(&w.ask(at(9)), ann, &ListQuery::parse(query)).await.unwrap().list;
        list.rows.into_iter().map(|r| r.email).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(emails("").await, "Ann@x.example p0@x.example p1@x.example p2@x.example");
    assert_eq!(emails("sort=-email").await, "p2@x.example p1@x.example p0@x.example Ann@x.example");
    assert_eq!(emails("role=finance").await, "p1@x.example p2@x.example");
    assert_eq!(emails("role=finance,admin&q=P0").await, "p0@x.example");
    assert_eq!(emails(&format!("affiliate={}", w.n.affiliate)).await, "Ann@x.example");
    assert_eq!(emails(&format!("q={ann}")).await, "Ann@x.example");
    assert_eq!(emails("status=disabled").await, "");
    assert_eq!(emails("role=king&sort=password_hash&page=-1&q=%25").await, "");
    set_user_active(&w.n.db, &w.n.admin, ann, false, at(2)).await.unwrap();
    assert_eq!(emails("status=disabled").await, "Ann@x.example");
    let list = people::team(&w.ask(at(9)), ann, &ListQuery::default()).await.unwrap().list;
    let row = list.rows.iter().find(|r| r.is_you).unwrap();
    assert_eq!((row.owner.as_str(), row.status.as_str()), ("Ann", "disabled"));
    assert!(!row.locked && !row.two_step);
    for secs in 0..40 {
        let _ = w.sign_in("ann@x.example", "wrong", secs * 40).await;
    }
    let list = people::team(&w.ask(at(1_600)), ann, &ListQuery::default()).await.unwrap().list;
    let locked: Vec<_> = list.rows.iter().filter(|r| r.locked).map(|r| r.email.as_str()).collect();
    assert_eq!(locked, ["Ann@x.example"]);
    let own = Ask { realm: Realm::Affiliate(w.n.affiliate), ..w.ask(at(9)) };
    assert!(matches!(people::team(&own, ann, &ListQuery::default()).await, Err(EngineError::Forbidden(_))));
}
