//! Another role for one of the network's people: at once, on record, told by mail, and never the last administrator's.

use super::*;
use domain::access::Permission;
use engine::reports::live::good_sessions;

impl World {
    async fn of_the_network(&self, name: &str, role: &str) -> UserId {
        let draft = UserDraft {
            email: format!("{name}@x.example"),
            name: name.into(),
            role: role.into(),
            password: PASSWORD.into(),
            ..UserDraft::default()
        };
        create_user(&self.n.db, &self.n.admin, &draft, at(0), self.n.chance(), [9; 16]).await.unwrap()
    }

    async fn set_role(&self, by: UserId, whose: UserId, role: &str, secs: i64) -> Result<(), EngineError> {
        let actor = Actor { user: Some(by), name: "op@x.example".into(), ..person(Realm::Network) };
        people::set_role(&self.n.db, &actor, whose, role, at(secs)).await
    }

    async fn role_in(&self, (user, session): (UserId, SessionId), secs: i64) -> Role {
        let live = sessions::live(&self.n.db, session, user, at(secs)).await.unwrap();
        live.expect("the session goes on").person.role
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_role_changes_at_once_on_record_and_is_told(pool: PgPool) {
    let w = World::new(pool).await;
    let op = w.of_the_network("op", "admin").await;
    let bea = w.of_the_network("bea", "affiliate_manager").await;
    let session = w.session("bea@x.example", PASSWORD, 1).await;
    assert!(w.role_in(session, 2).await.may(Permission::EditAffiliates));

    w.set_role(op, bea, "finance", 10).await.unwrap();
    // The same session, and what it may do is another thing; streams that are open find out, too.
    let role = w.role_in(session, 11).await;
    assert!(
        role == Role::Finance && !role.may(Permission::EditAffiliates) && role.may(Permission::ViewLedger)
    );
    let good = good_sessions(&w.n.db, &[session.1], at(11)).await.unwrap();
    assert_eq!(good, [(session.1, (None, Role::Finance))]);

    let line: (String, i64, String, serde_json::Value, serde_json::Value) = sqlx::query_as(
        "SELECT actor, actor_id, object, before, after FROM audit_log WHERE action = 'user.role'",
    )
    .fetch_one(&w.n.pool)
    .await
    .unwrap();
    assert_eq!((line.0.as_str(), line.1, line.2), ("op@x.example", op.0, bea.to_string()));
    assert_eq!((&line.3["role"], &line.4["role"]), (&"affiliate_manager".into(), &"finance".into()));
    assert_eq!(w.letters().await, [("role_changed".to_owned(), "bea@x.example".to_owned())]);
    let text: String = sqlx::query_scalar("SELECT body_text FROM mails").fetch_one(&w.n.pool).await.unwrap();
    assert!(text.contains("from Affiliate manager to Finance") && text.contains("op@x.example"), "{text}");

    // The same again changes nothing and tells nobody.
    w.set_role(op, bea, " finance ", 12).await.unwrap();
    assert_eq!(w.letters().await.len(), 1);
    assert_eq!(w.n.audited().await.iter().filter(|a| *a == "user.role").count(), 1);
    w.set_role(op, bea, "admin", 13).await.unwrap();
    assert_eq!(w.role_in(session, 14).await, Role::Admin);
}

#[sqlx::test(migrations = "../../migrations")]
async fn the_last_administrator_stays_and_nobody_changes_oneself(pool: PgPool) {
    let w = World::new(pool).await;
    let (op, bea) = (w.of_the_network("op", "admin").await, w.of_the_network("bea", "admin").await);
    let own = refused(w.set_role(op, op, "finance", 1).await);
    assert!(own.contains("your own role"), "{own}");
    // Who may not sign in does not count.
    set_user_active(&w.n.db, &w.n.admin, bea, false, at(1)).await.unwrap();
    let last = refused(people::set_role(&w.n.db, &w.n.admin, op, "finance", at(2)).await);
    assert!(last.contains("last administrator"), "{last}");
    let last = refused(set_user_active(&w.n.db, &w.n.admin, op, false, at(2)).await);
    assert!(last.contains("last administrator"), "{last}");
    // A disabled administrator can be made something else: nobody is lost by it.
    w.set_role(op, bea, "finance", 3).await.unwrap();
    set_user_active(&w.n.db, &w.n.admin, bea, true, at(4)).await.unwrap();
    w.set_role(op, bea, "admin", 5).await.unwrap();

    // Both take it from each other at the same moment: one of them does.
    let (a, b) = tokio::join!(w.set_role(op, bea, "finance", 6), w.set_role(bea, op, "finance", 6));
    let done = [&a, &b].into_iter().filter(|r| r.is_ok()).count();
    assert_eq!(done, 1, "{a:?} {b:?}");
    let admins: i64 =
        sqlx::query_scalar("SELECT count(*) FROM users WHERE role = 'admin' AND status = 'active'")
            .fetch_one(&w.n.pool)
            .await
            .unwrap();
    assert_eq!(admins, 1);
}

#[sqlx::test(migrations = "../../migrations")]
async fn roles_of_other_portals_are_no_choice(pool: PgPool) {
    let w = World::new(pool).await;
    let op = w.of_the_network("op", "admin").await;
    let bea = w.of_the_network("bea", "finance").await;
    for role in ["affiliate", "advertiser", "buyer", "", "owner", "Admin"] {
        assert_eq!(wrong_fields(w.set_role(op, bea, role, 1).await), ["role"], "{role}");
    }
    for text in HOSTILE {
        assert_eq!(wrong_fields(w.set_role(op, bea, text, 1).await), ["role"], "{text:?}");
    }
    let ann = w.ann().await;
    let other = refused(w.set_role(op, ann, "finance", 1).await);
    assert!(other.contains("another portal"), "{other}");
    let nobody = w.set_role(op, UserId(7), "finance", 1).await;
    assert!(matches!(nobody, Err(EngineError::NotFound)));
    let affiliate = w.actor(ann);
    let refused = people::set_role(&w.n.db, &affiliate, bea, "admin", at(1)).await;
    assert!(matches!(refused, Err(EngineError::Forbidden(_))));
    assert!(w.letters().await.is_empty());
}
