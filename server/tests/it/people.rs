//! The people who sign in, from the command line.

use crate::{
    browser::{self, EMAIL, PASSWORD, page, post},
    node::{Node, stderr, stdout},
};

const OTHER: &str = "another long password";

fn done(node: &Node, args: &[&str]) -> String {
    let output = node.run(&[&["user"], args].concat());
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    stdout(&output)
}

fn refused(node: &Node, code: i32, args: &[&str]) -> String {
    let output = node.run(&[&["user"], args].concat());
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", stdout(&output));
    stderr(&output)
}

/// Where signing in leads, and the cookie.
fn sign_in(node: &Node, password: &str) -> (String, String) {
    let form = format!("email={EMAIL}&password={}&next=", password.replace(' ', "+"));
    let answer = post(node, "/fn/sign_in", &form, "");
    (answer.header("location").to_owned(), answer.session())
}

#[test]
fn somebody_who_is_locked_out_is_let_in_again() {
    let node = browser::node();
    let (to, cookie) = sign_in(&node, PASSWORD);
    assert_eq!(to, "/admin");
    let said = done(&node, &["password", "--email", "OP@x.example", "--password", OTHER]);
    assert!(!said.contains(OTHER), "a password that was given is not repeated: {said}");
    assert_eq!(page(&node, "/admin", &cookie).status, 302, "every session has ended");
    assert_ne!(sign_in(&node, PASSWORD).0, "/admin");
    assert_eq!(sign_in(&node, OTHER).0, "/admin");
    let said = done(&node, &["password", "--email", EMAIL]);
    let made_up = said.split(": ").nth(1).and_then(|s| s.split(';').next()).unwrap();
    assert_eq!(sign_in(&node, made_up).0, "/admin", "{said}");

    assert!(done(&node, &["unlock", "--email", EMAIL]).contains("may try to sign in again"));
    assert!(done(&node, &["unlock", "--address", "192.0.2.1"]).contains("nothing to unlock"));
    assert!(refused(&node, 1, &["reset-two-step", "--email", EMAIL]).contains("is off"));
    assert!(refused(&node, 1, &["unlock", "--email", "nobody@x.example"]).contains("user list"));
    assert!(refused(&node, 1, &["password", "--email", EMAIL, "--password", "short"]).contains("password: "));
    refused(&node, 2, &["unlock"]);
    refused(&node, 2, &["unlock", "--email", EMAIL, "--address", "192.0.2.1"]);
    refused(&node, 2, &["unlock", "--address", "here"]);
}

#[test]
fn people_are_listed() {
    let node = browser::node();
    done(&node, &["create", "--email", "fin@x.example", "--role", "finance", "--password", PASSWORD]);
    let all = done(&node, &["list"]);
    assert_eq!(all.lines().count(), 2, "{all}");
    assert!(all.contains("fin@x.example  finance, active, never signed in"), "{all}");
    let some = done(&node, &["list", "fin@"]);
    assert_eq!(some.lines().count(), 1, "{some}");
    assert!(refused(&node, 1, &["list", "nobody"]).contains("nobody has \"nobody\""));
    assert_eq!(refused(&node, 1, &["create", "--email", EMAIL, "--password", PASSWORD]).lines().count(), 2);
}
