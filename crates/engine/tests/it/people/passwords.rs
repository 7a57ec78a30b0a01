//! Forgotten passwords.

use super::*;

#[sqlx::test(migrations = "../../migrations")]
async fn a_link_of_one_kind_opens_nothing_else(pool: PgPool) {
    let w = World::new(pool).await;
    let ann = w.ann().await;
    w.invite("bob@x.example", "admin", "").await.unwrap();
    let invite = w.secret_for("bob@x.example").await;
    w.forgot("ann@x.example", 0).await;
    let reset = w.secret_for("Ann@x.example").await;
    w.ask_email(ann, "new@x.example", PASSWORD, 0).await.unwrap();
    let email = w.secret_for("new@x.example").await;
    for token in [&invite, &email] {
        refused(w.reset(token, OTHER, 1).await);
    }
    for token in [&reset, &email] {
        refused(w.accept(token, 1).await);
    }
    for token in [&invite, &reset] {
        refused(people::confirm_email(&w.n.db, token, &Visitor::default(), at(1)).await);
    }
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_new_password_ends_sessions_tells_the_person_and_works_once(pool: PgPool) {
    let w = World::new(pool).await;
    w.ann().await;
    let session = w.session("ann@x.example", PASSWORD, 0).await;
    w.forgot(" ANN@x.example ", 10).await;
    let first = w.secret_for("Ann@x.example").await;
    w.forgot("ann@x.example", 11).await;
    let second = w.secret_for("Ann@x.example").await;
    assert_eq!(people::reset_for(&w.n.db, &first, at(12)).await.unwrap(), "Ann@x.example");
    assert!(w.alive(session, 12).await, "asking ends nothing");
    assert_eq!(wrong_fields(w.reset(&first, "short", 12).await), ["password"]);
    w.reset(&first, OTHER, 13).await.unwrap();
    assert!(!w.alive(session, 14).await);
    refused(w.reset(&first, OTHER, 15).await);
    refused(w.reset(&second, OTHER, 15).await);
    assert!(w.sign_in("ann@x.example", OTHER, 16).await.is_ok());
    assert_eq!(w.sign_in("ann@x.example", PASSWORD, 16).await, Err(SignInError::Wrong));
    let kinds: Vec<_> = w.letters().await.into_iter().map(|l| l.0).collect();
    assert_eq!(kinds, ["password_reset", "password_reset", "password_changed"]);
    let audited = w.n.audited().await;
    assert!(audited.iter().any(|a| a == "user.forgot_password"));
    assert!(audited.iter().any(|a| a == "user.reset_password"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_password_set_by_hand_does_what_a_link_does(pool: PgPool) {
    let w = World::new(pool).await;
    let ann = w.ann().await;
    let session = w.session("ann@x.example", PASSWORD, 0).await;
    w.forgot("ann@x.example", 1).await;
    let link = w.secret_for("Ann@x.example").await;
    for _ in 0..11 {
        let wrong = sign_in(&w.n.db, &Limiter::new(), "ann@x.example", "wrong", None, at(2)).await;
        assert_eq!(wrong, Err(SignInError::Wrong));
    }
    let cli = Actor::system("cli");
    let set = async |actor: &Actor, id: UserId, password: &str| {
        people::set_password(&w.n.db, actor, id, password, URL, at(3), [7; 16]).await
    };
    assert_eq!(people::find(&w.n.db, " ANN@x.example ").await.unwrap(), ann);
    assert!(matches!(people::find(&w.n.db, "nobody@x.example").await, Err(EngineError::NotFound)));
    assert_eq!(wrong_fields(set(&cli, ann, "short").await), ["password"]);
    assert!(matches!(set(&cli, UserId(1), OTHER).await, Err(EngineError::NotFound)));
    assert!(matches!(set(&w.n.ann(), ann, OTHER).await, Err(EngineError::Forbidden(_))));
    assert!(w.alive(session, 3).await, "what is refused ends nothing");
    set(&cli, ann, OTHER).await.unwrap();
    assert!(!w.alive(session, 4).await);
    refused(w.reset(&link, PASSWORD, 4).await);
    assert!(sign_in(&w.n.db, &Limiter::new(), "ann@x.example", OTHER, None, at(4)).await.is_ok());
    assert_eq!(w.letters().await.last().unwrap().0, "password_changed");
    assert!(w.n.audited().await.contains(&"user.set_password".to_owned()));
}

#[sqlx::test(migrations = "../../migrations")]
async fn asking_says_nothing_about_who_has_an_account(pool: PgPool) {
    let w = World::new(pool).await;
    let ann = w.ann().await;
    for email in ["nobody@x.example", "", "not an address", "a\0b@x.example"] {
        w.forgot(email, 0).await;
    }
    for text in HOSTILE {
        w.forgot(text, 0).await;
        refused(people::reset_for(&w.n.db, text, at(0)).await);
    }
    set_user_active(&w.n.db, &w.n.admin, ann, false, at(0)).await.unwrap();
    w.forgot("ann@x.example", 0).await;
    set_user_active(&w.n.db, &w.n.admin, ann, true, at(0)).await.unwrap();
    assert_eq!(w.letters().await, [], "nobody gets a letter who cannot sign in");
    for secs in 0..10 {
        w.forgot("ann@x.example", secs).await;
    }
    assert_eq!(w.letters().await.len(), 3, "three an hour");
    w.forgot("ann@x.example", 3_610).await;
    assert_eq!(w.letters().await.len(), 4);
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_link_to_a_new_password_expires_and_ends_with_the_account(pool: PgPool) {
    let w = World::new(pool).await;
    let ann = w.ann().await;
    w.forgot("ann@x.example", 0).await;
    let token = w.secret_for("Ann@x.example").await;
    refused(w.reset(&token, OTHER, 3_600).await);
    set_user_active(&w.n.db, &w.n.admin, ann, false, at(1)).await.unwrap();
    refused(w.reset(&token, OTHER, 2).await);
    set_user_active(&w.n.db, &w.n.admin, ann, true, at(3)).await.unwrap();
    let closed = AffiliateDraft { name: "Ann".into(), status: "closed".into(), ..AffiliateDraft::default() };
    update_affiliate(&w.n.db, &w.n.admin, w.n.affiliate, &closed, at(4)).await.unwrap();
    refused(w.reset(&token, OTHER, 5).await);
}

#[sqlx::test(migrations = "../../migrations")]
async fn two_people_with_one_link_set_one_password(pool: PgPool) {
    let w = World::new(pool).await;
    w.ann().await;
    w.forgot("ann@x.example", 0).await;
    let token = w.secret_for("Ann@x.example").await;
    let (a, b) = tokio::join!(w.reset(&token, PASSWORD, 1), w.reset(&token, OTHER, 1));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
}

#[sqlx::test(migrations = "../../migrations")]
async fn a_locked_account_opens_with_a_new_password(pool: PgPool) {
    let w = World::new(pool).await;
    w.ann().await;
    for secs in 0..40 {
        let _ = w.sign_in("ann@x.example", "wrong", secs * 40).await;
    }
    let locked = w.sign_in("ann@x.example", PASSWORD, 1_600).await;
    assert!(matches!(locked, Err(SignInError::TooMany { .. })), "{locked:?}");
    w.forgot("ann@x.example", 1_600).await;
    let token = w.secret_for("Ann@x.example").await;
    let email = w.reset(&token, OTHER, 1_601).await.unwrap();
    w.limiter.forget(&email);
    assert!(w.sign_in("ann@x.example", OTHER, 1_602).await.is_ok());
}
