//! The console's doors from outside: sessions, cross-site requests, what happens without Redis.

use crate::{
    browser::{EMAIL, PASSWORD, node, page, post, send, sign_in, sign_in_with},
    node::{Node, get},
};
use rustix::process::Signal;
use sqlx::{Connection as _, PgConnection};

/// Runs a statement as the owner of the database.
fn sql(node: &Node, statement: &str) -> u64 {
    let url = node.state().unwrap()["database_url"].as_str().unwrap().to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
            .execute(&mut connection)
            .await
            .unwrap()
            .rows_affected()
    })
}

#[test]
fn sessions_are_rotated_listed_and_ended() {
    let mut node = node();
    let evil =
        format!("origin: https://evil.test\r\nsec-fetch-site: cross-site\r\nhost: {}\r\n", node.console);
    let form = format!("email={EMAIL}&password=x&next=");
    let cross = post(&node, "/fn/sign_in", &form, &evil.replace(&format!("host: {}\r\n", node.console), ""));
    assert_eq!(cross.status, 403, "{}", cross.text);

    // An id that somebody else chose is never taken over, whether it is made up or of a session that exists.
    let theirs = sign_in(&node);
    for given in ["sid=AAAAAAAAAAAAAAAAAAAAAA", theirs.as_str()] {
        let answer = sign_in_with(&node, given);
        assert_eq!(answer.status, 302, "{}", answer.text);
        let got = answer.session();
        assert!(got.len() > 20 && got != given, "{given} became {got}");
        assert_eq!(page(&node, "/admin", &got).status, 200);
        assert_eq!(page(&node, "/admin", given).status, 302, "{given} opens the portal");
    }

    // A stolen cookie is worth nothing once the session is ended elsewhere.
    let (own, stolen) = (sign_in(&node), sign_in(&node));
    assert_eq!(page(&node, "/admin", &stolen).status, 200);
    let others = post(&node, "/fn/end_other_sessions", "", &format!("cookie: {own}\r\n"));
    assert_eq!(others.status, 302, "{}", others.text);
    let after = page(&node, "/admin", &stolen);
    assert_eq!((after.status, after.header("location")), (302, "/login?next=/admin"));
    let function = post(&node, "/fn/me", "", &format!("cookie: {stolen}\r\naccept: application/json\r\n"));
    assert!(!function.text.contains(EMAIL), "{}", function.text);

    // A restart keeps everybody signed in.
    node.end(Signal::TERM);
    node.serve();
    assert_eq!(page(&node, "/admin", &own).status, 200, "signed out by a restart");
    assert_eq!(page(&node, "/admin", &stolen).status, 302);
    let out = post(&node, "/fn/sign_out", "", &format!("cookie: {own}\r\n"));
    assert_eq!((out.status, out.header("location")), (302, "/login"));
    assert_eq!(page(&node, "/admin", &own).status, 302);
    assert!(!node.log().contains("panicked"), "{}", node.log());
}

#[test]
fn old_sessions_are_asked_who_they_are() {
    let node = node();
    let cookie = format!("cookie: {}\r\n", sign_in(&node));
    assert!(sql(&node, "UPDATE user_sessions SET confirmed_at = now() - interval '11 minutes'") > 0);
    let referer = format!("referer: http://{}/admin/account/security\r\n", node.console);
    let asked = post(&node, "/fn/begin_two_step", "", &format!("{cookie}{referer}"));
    assert_eq!((asked.status, asked.header("location")), (303, "/confirm-it"), "{}", asked.text);
    let cookie = match asked.session() {
        same if same.is_empty() => cookie,
        renewed => format!("cookie: {renewed}\r\n"),
    };
    let bare = cookie.trim_start_matches("cookie: ").trim();
    let form = page(&node, "/confirm-it", bare);
    assert!(form.text.contains("What you entered is kept"), "{}", form.text);
    assert!(form.text.contains("href=\"/admin/account/security\""), "the way back: {}", form.text);
    let wrong = post(&node, "/confirm-it", "password=wrong", &cookie);
    assert!(wrong.status == 200 && wrong.text.contains("That is not right"), "{}", wrong.text);
    let scripted =
        post(&node, "/fn/begin_two_step", "", &cookie.replace("\r\n", "\r\naccept: application/json\r\n"));
    assert_ne!(scripted.status, 200, "{}", scripted.text);
    // The right one, and the form is carried out.
    let done = post(&node, "/confirm-it", &format!("password={}", PASSWORD.replace(' ', "+")), &cookie);
    assert_eq!(
        (done.status, done.header("location")),
        (302, "/admin/account/security?done=begun"),
        "{}",
        done.text
    );
    let security = page(&node, "/admin/account/security", bare);
    assert!(security.text.contains("id=\"totp-secret\""), "{}", security.text);
    let key = std::fs::metadata(node.home().join("secret.key")).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777, 0o600);
}

#[test]
fn whoever_looks_changes_nothing() {
    let node = node();
    let cookie = format!("cookie: {}\r\n", sign_in(&node));
    let form = "draft[name]=Watched&draft[status]=active";
    let made = post(&node, "/fn/create_affiliate", form, &cookie);
    let id = made.header("location").split(['/', '?']).nth(3).unwrap_or_default().to_owned();
    assert!(id.starts_with("aff_"), "{}", made.text);
    let begun = post(&node, "/fn/view_as", &format!("affiliate={id}"), &cookie);
    assert_eq!((begun.status, begun.header("location")), (302, "/affiliate"), "{}", begun.text);
    let bare = cookie.trim_start_matches("cookie: ").trim();
    let portal = page(&node, "/affiliate", bare);
    assert!(portal.status == 200 && portal.text.contains("Viewing as Watched"), "{}", portal.text);
    let own = page(&node, "/admin/affiliates", bare);
    assert!(own.status == 403 && own.text.contains("viewing as Watched"), "{}", own.text);
    let account = page(&node, "/affiliate/account", bare);
    assert!(!account.text.contains(&format!("value=\"{EMAIL}\"")), "{}", account.text);
    for (function, form) in [
        ("create_affiliate", "draft[name]=Other"),
        ("end_other_sessions", ""),
        ("save_profile", "draft[name]=Other&draft[time_zone]=UTC"),
    ] {
        let refused = post(&node, &format!("/fn/{function}"), form, &cookie);
        assert!(!refused.header("serverfnerror").is_empty(), "{function}: {}", refused.text);
    }
    // Files may be taken, and who took them is written down.
    for (file, action) in [("links.csv", "list.export"), ("chart.csv", "chart.export")] {
        let taken = page(&node, &format!("/affiliate/{file}"), bare);
        assert_eq!(taken.status, 200, "{file}: {}", taken.text);
        let line = format!(
            "SELECT 1 FROM audit_log WHERE action = '{action}' AND actor = '{EMAIL}' AND realm = 'affiliate' AND owner_id > 0"
        );
        assert_eq!(sql(&node, &line), 1, "{file}");
    }
    let ended = post(&node, "/fn/end_view_as", "", &cookie);
    assert_eq!(ended.header("location"), format!("/admin/affiliates/{id}"), "{}", ended.text);
    assert_eq!(page(&node, "/admin/affiliates", bare).status, 200);
    // By itself as well.
    post(&node, "/fn/view_as", &format!("affiliate={id}"), &cookie);
    assert_eq!(page(&node, "/affiliate", bare).status, 200);
    sql(&node, "UPDATE user_sessions SET viewing_until = now() WHERE viewing IS NOT NULL");
    assert_eq!(page(&node, "/affiliate", bare).status, 403, "still viewing");
    assert_eq!(sql(&node, "SELECT 1 FROM audit_log WHERE action = 'affiliate.view_as_end'"), 2);
}

#[test]
fn without_redis_nobody_signs_in_and_links_go_on() {
    let mut node = node();
    let cookie = sign_in(&node);
    node.end(Signal::TERM);
    let mut node = node.with_env("REDIS_URL", "redis://127.0.0.1:1");
    node.serve();
    let known = page(&node, "/admin", &cookie);
    assert_eq!(known.status, 503, "{}", known.text);
    assert!(known.text.contains("Tracking goes on"), "{}", known.text);
    assert_eq!(page(&node, "/login", "").status, 503);
    let answer = sign_in_with(&node, "");
    let location =
        answer.header("location").trim_start_matches(&format!("http://{}", node.console)).to_owned();
    let says = page(&node, &location, "").text;
    assert!(says.contains("Signing in is not possible at the moment"), "{}\n{says}", answer.text);
    for text in [&known.text, &says] {
        assert!(
            !text.contains("panicked") && !text.contains("RedisError") && !text.contains("os error"),
            "{text}"
        );
    }
    assert_eq!(get(&node.edge, "/c/unknown", "").map(|a| a.status), Some(404), "tracking");
    assert_eq!(
        get(&node.console, "/c/unknown", "").map(|a| a.status),
        Some(404),
        "tracking beside the console"
    );
    assert!(!node.log().contains("panicked"), "{}", node.log());
}

#[test]
fn heads_are_bounded_and_pages_have_their_headers() {
    let node = node();
    let host = node.console.clone();
    let head = |more: &str| {
        send(&node, &format!("GET /login HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{more}\r\n"))
    };
    assert_eq!(head("").status, 200);
    assert_eq!(head(&format!("x-a: {}\r\n", "a".repeat(40_000))).status, 431);
    let many: String = (0..120).map(|n| format!("x-{n}: 1\r\n")).collect();
    assert_eq!(head(&many).status, 431);
    let login = head("");
    let policy = login.header("content-security-policy").to_owned();
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default();
    assert!(nonce.len() >= 22, "{policy}");
    assert!(policy.contains("'strict-dynamic'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let body = login.text.split("\r\n\r\n").nth(1).unwrap_or_default();
    let scripts: Vec<_> = body.match_indices("<script").collect();
    assert!(!scripts.is_empty());
    for (at, _) in scripts {
        let tag = &body[at..body[at..].find('>').map_or(body.len(), |end| at + end)];
        assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{tag}");
    }
    assert_ne!(head("").header("content-security-policy"), policy, "a nonce is used once");
    for name in ["permissions-policy", "cross-origin-opener-policy", "cross-origin-resource-policy"] {
        assert!(!login.header(name).is_empty(), "{name} is missing");
    }
    let missing = page(&node, "/admin/nothing", "");
    assert_eq!(missing.status, 302);
}
