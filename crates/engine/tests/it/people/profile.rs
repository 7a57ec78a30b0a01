//! One's own name, password and address.

use super::*;

#[sqlx::test(migrations = "../../migrations")]
async fn people_change_their_name_zone_and_nothing_else(pool: PgPool) {
    let w = World::new(pool).await;
    let id = w.ann().await;
    let draft = |name: &str, zone: &str| ProfileDraft { name: name.into(), time_zone: zone.into() };
    let save = async |d: &ProfileDraft| people::update_profile(&w.n.db, &w.actor(id), d, at(1)).await;
    save(&draft(" Ann B. ", "Asia/Tokyo")).await.unwrap();
    assert_eq!(people::profile_draft(&w.n.db, id).await.unwrap(), draft("Ann B.", "Asia/Tokyo"));
    assert_eq!(wrong_fields(save(&draft("", "Mars/Base")).await), ["name", "time_zone"]);
    for text in HOSTILE {
        wrong_fields(save(&draft("Ann", text)).await);
    }
    let profile = people::profile(&w.ask(at(2)), &w.actor(id)).await.unwrap();
    assert_eq!((profile.email.as_str(), profile.role.as_str()), ("Ann@x.example", "Affiliate"));
    for zone in ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"] {
        assert!(profile.zones.iter().any(|z| z == zone), "{zone}");
    }
    let system = people::update_profile(&w.n.db, &w.n.admin, &draft("x", "UTC"), at(1)).await;
    assert!(matches!(system, Err(EngineError::Forbidden(_))));
    assert_eq!(w.n.audited().await.last().map(String::as_str), Some("user.update"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn another_password_needs_the_present_one_and_keeps_this_session(pool: PgPool) {
    let w = World::new(pool).await;
    let id = w.ann().await;
    let (here, there) =
        (w.session("ann@x.example", PASSWORD, 0).await, w.session("ann@x.example", PASSWORD, 1).await);
    w.forgot("ann@x.example", 1).await;
    let reset = w.secret_for("Ann@x.example").await;
    let change = async |present: &str, password: &str| {
        let new = NewPassword { present, password };
        let actor = w.actor(id);
        people::change_password(&w.n.db, w.guard(), &actor, here.1, new, URL, at(2), [6; 16]).await
    };
    assert_eq!(wrong_fields(change("wrong", OTHER).await), ["present"]);
    assert_eq!(wrong_fields(change(PASSWORD, "short").await), ["password"]);
    assert_eq!(wrong_fields(change(PASSWORD, PASSWORD).await), ["password"]);
    assert!(w.alive(there, 2).await, "nothing happened so far");
    change(PASSWORD, OTHER).await.unwrap();
    assert!(w.alive(here, 3).await && !w.alive(there, 3).await);
    refused(w.reset(&reset, PASSWORD, 3).await);
    assert!(w.sign_in("ann@x.example", OTHER, 4).await.is_ok());
    assert_eq!(w.letters().await.last().unwrap().0, "password_changed");
    assert!(w.n.audited().await.iter().any(|a| a == "user.change_password"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn guessing_the_present_password_locks(pool: PgPool) {
    let w = World::new(pool).await;
    let id = w.ann().await;
    for secs in 0..60 {
        assert_eq!(wrong_fields(w.ask_email(id, "new@x.example", "wrong", secs).await), ["confirm"]);
    }
    let right = w.ask_email(id, "new@x.example", PASSWORD, 61).await;
    let Err(EngineError::Invalid(fields)) = right else { panic!("{right:?}") };
    assert!(fields.0["confirm"].contains("Too many attempts"), "{fields}");
    assert_eq!(w.letters().await, []);
}

#[sqlx::test(migrations = "../../migrations")]
async fn another_address_is_confirmed_there_and_told_here(pool: PgPool) {
    let w = World::new(pool).await;
    let id = w.ann().await;
    assert_eq!(wrong_fields(w.ask_email(id, "new@x.example", "wrong", 0).await), ["confirm"]);
    assert_eq!(wrong_fields(w.ask_email(id, "nothing", PASSWORD, 0).await), ["email"]);
    assert_eq!(wrong_fields(w.ask_email(id, "Ann@x.example", PASSWORD, 0).await), ["email"]);
    w.ask_email(id, "first@x.example", PASSWORD, 0).await.unwrap();
    let first = w.secret_for("first@x.example").await;
    w.ask_email(id, "new@x.example", PASSWORD, 1).await.unwrap();
    let token = w.secret_for("new@x.example").await;
    let profile = people::profile(&w.ask(at(2)), &w.actor(id)).await.unwrap();
    assert_eq!((profile.email.as_str(), profile.waiting_email.as_str()), ("Ann@x.example", "new@x.example"));
    let confirm =
        async |token: &str, secs| people::confirm_email(&w.n.db, token, &Visitor::default(), at(secs)).await;
    refused(confirm(&first, 2).await);
    refused(confirm(&token, 1 + DAY).await);
    let view = people::email_change(&w.n.db, &token, at(2)).await.unwrap();
    assert_eq!((view.old.as_str(), view.new.as_str()), ("Ann@x.example", "new@x.example"));
    confirm(&token, 3).await.unwrap();
    refused(confirm(&token, 4).await);
    assert!(w.sign_in("new@x.example", PASSWORD, 5).await.is_ok());
    assert_eq!(w.sign_in("ann@x.example", PASSWORD, 5).await, Err(SignInError::Wrong));
    let letters = w.letters().await;
    let last: Vec<_> = letters.iter().rev().take(3).map(|(k, to)| (k.as_str(), to.as_str())).collect();
    assert_eq!(
        last,
        [
            ("email_changed", "Ann@x.example"),
            ("email_asked", "Ann@x.example"),
            ("email_confirm", "new@x.example")
        ]
    );
    assert!(w.n.audited().await.iter().any(|a| a == "user.change_email"));
}

#[sqlx::test(migrations = "../../migrations")]
async fn an_address_in_use_looks_like_any_other_and_is_not_taken_over(pool: PgPool) {
    let w = World::new(pool).await;
    let id = w.ann().await;
    w.invite("bob@x.example", "admin", "").await.unwrap();
    let bobs = w.secret_for("bob@x.example").await;
    w.ask_email(id, "bob@x.example", PASSWORD, 0).await.unwrap();
    let mine = w.secret_for("bob@x.example").await;
    w.accept(&bobs, 1).await.unwrap();
    let why = refused(people::confirm_email(&w.n.db, &mine, &Visitor::default(), at(2)).await);
    assert!(why.contains("uses this address"), "{why}");
    let before = w.letters().await.len();
    w.ask_email(id, "BOB@x.example", PASSWORD, 3).await.expect("the same answer");
    assert_eq!(w.letters().await.len(), before, "and no letter");
    assert!(w.sign_in("ann@x.example", PASSWORD, 4).await.is_ok());
}
