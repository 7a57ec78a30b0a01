//! A browser without scripts, as far as the tests need one: requests to the console, and a person who signs in.

use crate::node::{Node, stderr};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

pub const EMAIL: &str = "op@x.example";
pub const PASSWORD: &str = "correct horse battery";

/// What the console answered.
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    /// The values of a header.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        head.lines()
            .filter_map(|line| line.split_once(": "))
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }

    pub fn header(&self, name: &str) -> &str {
        self.all(name).first().copied().unwrap_or_default()
    }

    /// The session's cookie as it goes back.
    pub fn session(&self) -> String {
        let cookie = self.all("set-cookie").into_iter().find(|c| c.starts_with("sid="));
        cookie.and_then(|c| c.split(';').next()).unwrap_or_default().to_owned()
    }
}

/// One request on a connection of its own.
pub fn send(node: &Node, request: &str) -> Answer {
    let mut stream = TcpStream::connect(&node.console).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // A server that refuses early may close before everything is written.
    let _ = stream.write_all(request.as_bytes());
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    Answer { status, text }
}

/// A form as a browser without scripts sends it.
pub fn post(node: &Node, path: &str, form: &str, headers: &str) -> Answer {
    let host = &node.console;
    send(
        node,
        &format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\naccept: text/html\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n{headers}\r\n{form}",
            form.len()
        ),
    )
}

pub fn page(node: &Node, path: &str, cookie: &str) -> Answer {
    let host = &node.console;
    send(
        node,
        &format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncookie: {cookie}\r\n\r\n"),
    )
}

/// A node with one administrator.
pub fn node() -> Node {
    served(Node::new())
}

/// A given node, started, with one administrator.
pub fn served(mut node: Node) -> Node {
    node.serve();
    let made = node.run(&["user", "create", "--email", EMAIL, "--name", "Op", "--password", PASSWORD]);
    assert!(made.status.success(), "{}", stderr(&made));
    node
}

pub fn sign_in_with(node: &Node, cookie: &str) -> Answer {
    let form = format!("email={EMAIL}&password={}&next=", PASSWORD.replace(' ', "+"));
    let referer = format!("http://{}/login", node.console);
    post(node, "/fn/sign_in", &form, &format!("cookie: {cookie}\r\nreferer: {referer}\r\n"))
}

pub fn sign_in(node: &Node) -> String {
    let answer = sign_in_with(node, "");
    assert_eq!((answer.status, answer.header("location")), (302, "/admin"), "{}", answer.text);
    answer.session()
}
