//! Redis is killed under a console in use: what goes on, what says that it cannot, and that nobody has to sign in
//! again afterwards.

use crate::{
    browser::{Answer, page, post, send, served, sign_in, sign_in_with},
    node::{Node, get, is_alive, kill, stderr, stdout},
};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

/// What nobody outside should read.
const INTERNAL: [&str; 6] =
    ["panicked", "RedisError", "redis:", "os error", "Connection refused", "stack backtrace"];

/// A Redis of the test's own, which keeps what it is told in its folder.
struct Redis {
    dir: TempDir,
    child: Child,
}

impl Redis {
    fn start() -> Self {
        let dir = tempfile::Builder::new().prefix("mr-redis-").tempdir_in("/tmp").unwrap();
        let child = Self::launch(&dir);
        let redis = Self { dir, child };
        redis.wait();
        redis
    }

    fn launch(dir: &TempDir) -> Child {
        let mut command = Command::new("redis-server");
        command.args(["--port", "0", "--appendonly", "yes", "--save", "", "--daemonize", "no"]);
        command.arg("--dir").arg(dir.path()).arg("--unixsocket").arg(dir.path().join("sock"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn socket(&self) -> PathBuf {
        self.dir.path().join("sock")
    }

    fn url(&self) -> String {
        format!("redis+unix://{}", self.socket().display())
    }

    fn wait(&self) {
        let began = Instant::now();
        let answers = || -> Option<String> {
            let mut stream = std::os::unix::net::UnixStream::connect(self.socket()).ok()?;
            stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
            stream.write_all(b"PING\r\n").ok()?;
            let mut line = String::new();
            BufReader::new(stream).read_line(&mut line).ok()?;
            Some(line)
        };
        while answers().is_none_or(|line| !line.starts_with("+PONG")) {
            assert!(began.elapsed() < PATIENCE, "Redis does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills it, at once.
    fn kill(&mut self) {
        kill(self.child.id(), Signal::KILL);
        self.child.wait().unwrap();
        assert!(!is_alive(self.child.id()));
    }

    /// Starts it again, on the same folder.
    fn restart(&mut self) {
        let _ = std::fs::remove_file(self.socket());
        self.child = Self::launch(&self.dir);
        self.wait();
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client of the API.
struct Api {
    key: String,
}

impl Api {
    fn new(node: &Node) -> Self {
        let made = node.run(&["api-key", "create", "--json", "--name", "Test", "--scopes", "all"]);
        assert!(made.status.success(), "{}", stderr(&made));
        let made: Value = serde_json::from_str(&stdout(&made)).unwrap();
        Self { key: made["key"].as_str().unwrap().to_owned() }
    }

    fn send(&self, node: &Node, method: &str, path: &str, body: &str) -> Answer {
        let (host, key) = (&node.console, &self.key);
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        send(node, &request)
    }

    /// Makes something and answers its id and code.
    fn make(&self, node: &Node, path: &str, body: &Value) -> (String, String) {
        let answer = self.send(node, "POST", path, &body.to_string());
        assert_eq!(answer.status, 201, "{}", answer.text);
        let made: Value = serde_json::from_str(body_of(&answer.text)).unwrap();
        let text = |name: &str| made[name].as_str().unwrap_or_default().to_owned();
        (text("id"), text("code"))
    }
}

fn body_of(text: &str) -> &str {
    text.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default()
}

/// A link that redirects; its code.
fn link(node: &mut Node) -> String {
    let api = Api::new(node);
    let (advertiser, _) = api.make(node, "/advertisers", &json!({"name": "Acme"}));
    let (affiliate, _) = api.make(node, "/affiliates", &json!({"name": "Ann"}));
    let (campaign, _) = api.make(
        node,
        "/campaigns",
        &json!({
            "advertiser_id": advertiser, "name": "Shoes", "currency": "USD", "status": "active",
            "destination_url": "https://shop.example/?c={click_id}",
            "goal": {
                "code": "sale", "name": "Sale",
                "revenue": {"kind": "fixed", "money": {"amount": "16.00", "currency": "USD"}},
                "payout": {"kind": "share", "percent": "12.5"},
            },
        }),
    );
    let (_, code) = api.make(node, "/links", &json!({"campaign_id": campaign, "affiliate_id": affiliate}));
    let path = format!("/c/{code}");
    node.wait_for("the link", |node| get(&node.edge, &path, "").is_some_and(|a| a.status == 302));
    code
}

/// A visitor follows the link, and the advertiser reports a sale.
#[track_caller]
fn a_sale(node: &Node, code: &str, txid: &str) {
    for address in [&node.edge, &node.console] {
        let click = get(address, &format!("/c/{code}"), "").unwrap();
        assert_eq!(click.status, 302, "{}", click.text);
        let id = click.text.split("?c=").nth(1).and_then(|rest| rest.split("\r\n").next()).unwrap();
        let reported =
            get(address, &format!("/postback?click_id={id}&txid={txid}-{address}&amount=20"), "").unwrap();
        assert!(
            reported.status == 200 && reported.text.contains("\"accepted\""),
            "{address}: {}",
            reported.text
        );
    }
}

/// The stream of live updates, as a page reads it.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(node: &Node, cookie: &str) -> Self {
        let mut stream = TcpStream::connect(&node.console).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET /live HTTP/1.1\r\nhost: {}\r\ncookie: {cookie}\r\n\r\n", node.console).unwrap();
        Self(BufReader::new(stream))
    }

    /// The next thing said; waits for it.
    fn next(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended");
            if let Some(data) = line.strip_prefix("data:") {
                return data.trim().to_owned();
            }
        }
    }
}

#[track_caller]
fn assert_clean(answer: &Answer) {
    for word in INTERNAL {
        assert!(!answer.text.contains(word), "{word}: {}", answer.text);
    }
}

/// 503 that says what is away, what goes on, and when to come back, and keeps the cookie.
#[track_caller]
fn assert_says_so(what: &str, answer: &Answer) {
    assert_eq!(answer.status, 503, "{what}: {}", answer.text);
    assert!(answer.text.contains("Redis, which keeps the sessions"), "{what}: {}", answer.text);
    assert!(answer.text.contains("Tracking goes on"), "{what}: {}", answer.text);
    assert_eq!(answer.header("retry-after"), "5", "{what}");
    assert!(answer.all("set-cookie").is_empty(), "{what} changes the cookie: {}", answer.text);
    assert_clean(answer);
}

/// Pages and files of every part of the console.
const PAGES: [&str; 32] = [
    "/",
    "/admin",
    "/admin/campaigns",
    "/admin/campaigns/new",
    "/admin/campaigns.csv",
    "/admin/campaigns/camp_1",
    "/admin/links",
    "/admin/affiliates",
    "/admin/advertisers",
    "/admin/conversions",
    "/admin/conversions.csv",
    "/admin/chart.csv",
    "/admin/clicks",
    "/admin/search?q=in",
    "/admin/notifications",
    "/admin/health",
    "/admin/audit",
    "/admin/applications",
    "/admin/settings",
    "/admin/settings/terms",
    "/admin/team",
    "/admin/mails",
    "/admin/account",
    "/admin/account/security",
    "/admin/api-keys",
    "/admin/nothing-here",
    "/affiliate",
    "/affiliate/campaigns",
    "/affiliate/subs",
    "/confirm-it",
    "/live",
    "/login",
];

#[test]
fn killed_under_a_console_in_use() {
    let mut redis = Redis::start();
    let mut node = served(Node::new().with_env("REDIS_URL", &redis.url()));
    let code = link(&mut node);
    let cookie = sign_in(&node);
    assert_eq!(page(&node, "/admin", &cookie).status, 200);
    let mut stream = Stream::open(&node, &cookie);
    stream.next();

    redis.kill();

    for path in PAGES {
        assert_says_so(path, &page(&node, path, &cookie));
    }
    // Who wants to sign in is told, with the password, without it, and by name of what does not work.
    let answer = page(&node, "/login", "");
    assert_says_so("/login", &answer);
    assert!(answer.text.contains("Signing in is not possible at the moment"), "{}", answer.text);
    let refused = sign_in_with(&node, "");
    assert_clean(&refused);
    assert!(refused.session().is_empty(), "{}", refused.text);
    assert!(refused.status >= 300 && refused.header("location") != "/admin", "{}", refused.text);
    // What needs nobody goes on.
    for path in ["/forgot", "/signup"] {
        let answer = page(&node, path, &cookie);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }

    // Server functions: a page for a form, an error that the browser's code can read for a script.
    let headers = format!("cookie: {cookie}\r\n");
    let form = "draft[name]=Other&draft[time_zone]=UTC";
    assert_says_so("a form", &post(&node, "/fn/save_profile", form, &headers));
    for function in ["save_profile", "me", "list_page"] {
        let script = send(
            &node,
            &format!(
                "POST /fn/{function} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: application/json\r\n\
                 content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n{headers}\r\n{form}",
                node.console,
                form.len()
            ),
        );
        assert_says_so(function, &script);
        assert_eq!(script.header("content-type"), "application/json", "{function}");
        let error: Value = serde_json::from_str(body_of(&script.text)).unwrap();
        assert_eq!(error["code"], "unavailable", "{error}");
        assert!(!error["request_id"].as_str().unwrap().is_empty(), "{error}");
    }
    // Pages that are open hear on.
    stream.next();

    a_sale(&node, &code, "away");
    let ready = get(&node.ops, "/readyz?verbose", "").unwrap();
    assert_eq!(ready.status, 200, "{}", ready.text);
    assert!(ready.text.contains("[-] redis (tracking goes on)"), "{}", ready.text);
    assert!(ready.text.contains("[+] postgres"), "{}", ready.text);
    let api = Api::new(&node);
    for path in ["/me", "/campaigns", "/conversions"] {
        let answer = api.send(&node, "GET", path, "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        assert!(!answer.header("ratelimit").is_empty(), "{path} without limits: {}", answer.text);
    }
    api.make(&node, "/affiliates", &json!({"name": "Bea"}));

    redis.restart();

    node.wait_for("the session", |node| page(node, "/admin", &cookie).status == 200);
    let own = page(&node, "/admin/account", &cookie);
    assert!(own.status == 200 && own.text.contains(crate::browser::EMAIL), "{}", own.text);
    stream.next();
    Stream::open(&node, &cookie).next();
    assert_eq!(page(&node, "/login", "").status, 200);
    sign_in(&node);
    a_sale(&node, &code, "back");
    // What was reported meanwhile arrives.
    node.wait_for("the sales", |node| {
        let answer = api.send(node, "GET", "/conversions", "");
        serde_json::from_str::<Value>(body_of(&answer.text))
            .is_ok_and(|all| all["data"].as_array().is_some_and(|rows| rows.len() == 4))
    });
    assert!(!node.log().contains("panicked"), "{}", node.log());
}
