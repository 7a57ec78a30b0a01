//! The objects of the API over HTTP: reading and writing, pages, problems, and whose rows a key sees.

use crate::node::{Node, stderr, stdout};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

/// What the API answered.
struct Answer {
    status: u16,
    head: String,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}\n{}", self.head, self.text))
    }

    #[track_caller]
    fn with(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// A problem with this code; answers the pointers of its wrong fields.
    #[track_caller]
    fn problem(self, status: u16, code: &str) -> Vec<String> {
        assert!(self.head.contains("content-type: application/problem+json"), "{}", self.head);
        let problem = self.with(status);
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        let errors = problem["errors"].as_array().into_iter().flatten();
        errors.map(|e| e["pointer"].as_str().unwrap().to_owned()).collect()
    }
}

/// A client with a key.
struct Client<'a> {
    node: &'a Node,
    key: String,
}

impl<'a> Client<'a> {
    fn new(node: &'a Node, args: &[&str]) -> Self {
        let all = [&["api-key", "create", "--json", "--name", "Test", "--scopes", "all"], args].concat();
        let output = node.run(&all);
        assert!(output.status.success(), "{}", stderr(&output));
        let made: Value = serde_json::from_str(&stdout(&output)).unwrap();
        Self { node, key: made["key"].as_str().unwrap().to_owned() }
    }

    fn nobody(node: &'a Node) -> Self {
        Self { node, key: String::new() }
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.node.console).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let key = if self.key.is_empty() {
            String::new()
        } else {
            format!("authorization: Bearer {}\r\n", self.key)
        };
        let length = if headers.contains("content-length") {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        let host = &self.node.console;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{key}{length}{headers}\r\n{body}"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, text) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_owned(), text: text.to_owned() }
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", &format!("/api/v1{path}"), "", "")
    }

    fn write(&self, method: &str, path: &str, body: &Value) -> Answer {
        let json = "content-type: application/json\r\n";
        self.send(method, &format!("/api/v1{path}"), json, &body.to_string())
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        self.write("POST", path, body)
    }

    fn patch(&self, path: &str, body: &Value) -> Answer {
        self.write("PATCH", path, body)
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id: {value}")).to_owned()
}

fn node() -> Node {
    let mut node = Node::new()
        .with_env("MILLRACE__API__REQUESTS_PER_MINUTE", "1000000")
        .with_env("MILLRACE__API__FAILURES_PER_MINUTE", "1000000");
    node.serve();
    node
}

fn campaign(advertiser: &str, name: &str) -> Value {
    json!({
        "advertiser_id": advertiser, "name": name, "currency": "USD", "status": "active",
        "destination_url": "https://shop.example/?c={click_id}",
        "goal": {
            "code": "sale", "name": "Sale",
            "revenue": {"kind": "fixed", "money": {"amount": "16.00", "currency": "USD"}},
            "payout": {"kind": "share", "percent": "12.5"},
        },
    })
}

#[test]
fn objects_are_read_and_written() {
    let node = node();
    let admin = Client::new(&node, &[]);
    assert_eq!(admin.get("/me").with(200)["realm"], "network");

    let advertiser =
        admin.post("/advertisers", &json!({"name": "Acme", "website": "https://acme.example"})).with(201);
    let adv = id(&advertiser);
    let changed =
        admin.patch(&format!("/advertisers/{adv}"), &json!({"website": null, "status": "paused"})).with(200);
    assert_eq!(
        (&changed["website"], &changed["status"], &changed["name"]),
        (&Value::Null, &json!("paused"), &json!("Acme"))
    );
    let taken = admin.post("/advertisers", &json!({"name": "acme"})).problem(422, "invalid");
    assert_eq!(taken, ["/name"]);

    let affiliate = admin.post("/affiliates", &json!({"name": "Ann", "country": "de"})).with(201);
    assert_eq!(affiliate["country"], "DE");
    let aff = id(&affiliate);
    let changed = admin.patch(&format!("/affiliates/{aff}"), &json!({"notes": "Good traffic"})).with(200);
    assert_eq!((&changed["notes"], &changed["country"]), (&json!("Good traffic"), &json!("DE")));

    let made = admin.post("/campaigns", &campaign(&adv, "Shoes")).with(201);
    let camp = id(&made);
    assert_eq!(made["goals"][0]["payout"], json!({"kind": "share", "percent": "12.5"}));
    assert_eq!(made["has_postback_token"], false);
    let secret =
        admin.patch(&format!("/campaigns/{camp}"), &json!({"postback_token": "abcdefgh12"})).with(200);
    assert_eq!(secret["has_postback_token"], true);
    assert!(!secret.to_string().contains("abcdefgh12"));
    assert_eq!((&secret["name"], &secret["attribution_window_days"]), (&made["name"], &json!(30)));
    let wrong = admin.post(
        "/campaigns",
        &json!({
            "advertiser_id": adv, "name": "", "currency": "USD", "destination_url": "ftp://x.example/",
            "goal": {"code": "sale", "name": "Sale", "revenue": {"kind": "share", "percent": "101"},
                     "payout": {"kind": "fixed", "money": {"amount": "1.234", "currency": "USD"}}},
        }),
    );
    let wrong: BTreeSet<_> = wrong.problem(422, "invalid").into_iter().collect();
    assert_eq!(
        wrong,
        ["/destination_url", "/goal/payout", "/goal/revenue", "/name"].map(str::to_owned).into()
    );
    assert_eq!(
        admin.patch(&format!("/campaigns/{camp}"), &json!({"colour": 1})).problem(422, "invalid_body"),
        ["/colour"]
    );

    let goal = json!({"code": "lead", "name": "Lead", "revenue": {"kind": "share", "percent": "5"},
                      "payout": {"kind": "fixed", "money": {"amount": "2", "currency": "USD"}}});
    let with_goal = admin.post(&format!("/campaigns/{camp}/goals"), &goal).with(201);
    let lead = id(&with_goal["goals"][1]);
    let other = json!({"payout": {"kind": "fixed", "money": {"amount": "3", "currency": "EUR"}}});
    let path = format!("/campaigns/{camp}/goals/{lead}");
    assert_eq!(admin.patch(&path, &other).problem(422, "invalid"), ["/payout"]);
    let other = json!({"payout": {"kind": "fixed", "money": {"amount": "3", "currency": "USD"}}});
    assert_eq!(admin.patch(&path, &other).with(200)["goals"][1]["payout"]["money"]["amount"], "3.00");
    admin.send("DELETE", &format!("/api/v1{path}"), "", "").with(204);
    assert_eq!(admin.get(&format!("/campaigns/{camp}")).with(200)["goals"].as_array().unwrap().len(), 1);

    let wish = json!({"campaign_id": camp, "affiliate_id": aff});
    let link = admin.post("/links", &wish).with(201);
    assert_eq!(admin.post("/links", &wish).with(200)["id"], link["id"]);
    let path = format!("/links/{}", id(&link));
    assert_eq!(admin.patch(&path, &json!({"status": "paused"})).with(200)["status"], "paused");
    assert_eq!(admin.patch(&path, &json!({"status": "odd"})).problem(422, "invalid"), ["/status"]);
    let decided = admin
        .write("PUT", &format!("/campaigns/{camp}/access/{aff}"), &json!({"state": "approved"}))
        .with(200);
    assert_eq!(decided["state"], "approved");
    assert_eq!(
        admin.get(&format!("/campaigns/{camp}/access")).with(200)["data"][0]["affiliate_id"],
        aff.as_str()
    );

    let log = admin.get(&format!("/audit?object={camp}&include=total")).with(200);
    assert_eq!(log["data"][0]["action"], "access.decide");
    assert!(log["data"][0]["actor"].as_str().unwrap().starts_with("key_"), "the key acted: {log}");
    assert!(log["total"].as_i64().unwrap() >= 5 && !log.to_string().contains("abcdefgh12"));
    assert_eq!(admin.get("/reports?interval=hour&group_by=campaign,link").with(200)["data"], json!([]));
    assert_eq!(admin.get("/ledger/balances").with(200)["next_cursor"], Value::Null);

    mistakes_are_problems(&admin);
    pages_meet_every_row_once(&admin);
}

fn mistakes_are_problems(admin: &Client) {
    admin.get("/campaigns/camp_0000000000000").problem(404, "not_found");
    admin.get("/campaigns/nonsense").problem(404, "not_found");
    admin.get("/nothing").problem(404, "not_found");
    admin.send("DELETE", "/api/v1/campaigns", "", "").problem(405, "method_not_allowed");
    let json = "content-type: application/json\r\n";
    admin
        .send("POST", "/api/v1/advertisers", "content-type: text/plain\r\n", "x")
        .problem(415, "unsupported_media_type");
    admin.send("POST", "/api/v1/advertisers", json, "{").problem(400, "invalid_json");
    let large = format!("{json}content-length: 99999999\r\n");
    admin.send("POST", "/api/v1/advertisers", &large, "").problem(413, "payload_too_large");
    assert_eq!(admin.get("/campaigns?limit=0").problem(400, "invalid_parameter"), ["?limit"]);
    assert_eq!(admin.get("/campaigns?staus=active").problem(400, "invalid_parameter"), ["?staus"]);
    assert_eq!(
        admin.get("/campaigns?status=odd&sort=x").problem(400, "invalid_parameter"),
        ["?status", "?sort"]
    );
    assert_eq!(admin.get("/conversions?q=%00").problem(400, "invalid_parameter"), ["?q"]);
    assert_eq!(
        admin.get("/reports?interval=hour&from=2020-01-01T00:00:00Z").problem(400, "invalid_parameter"),
        ["?from"]
    );
    assert_eq!(
        admin.post("/conversions/decide", &json!({"ids": [], "decision": "approve"})).problem(422, "invalid"),
        ["/ids"]
    );
    assert_eq!(admin.post("/advertisers", &json!({})).problem(422, "invalid_body"), ["/name"]);
    assert_eq!(admin.post("/advertisers", &json!({"name": 7})).problem(422, "invalid_body"), ["/name"]);
}

fn pages_meet_every_row_once(admin: &Client) {
    let mut made: BTreeSet<String> = BTreeSet::new();
    for n in 0..23 {
        made.insert(id(&admin.post("/affiliates", &json!({"name": format!("Walker {n:02}")})).with(201)));
    }
    for sort in ["-created", "created", "name", "-name"] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        for page in 0.. {
            let path = format!("/affiliates?q=walker&limit=5&sort={sort}&include=total{cursor}");
            let list = admin.get(&path).with(200);
            seen.extend(list["data"].as_array().unwrap().iter().map(id));
            let Some(next) = list["next_cursor"].as_str() else { break };
            // Somebody adds rows before, between and behind while we walk.
            let name = format!("walker {sort} {page} {}", ["Aa", "Mm", "Zz"][page % 3]);
            admin.post("/affiliates", &json!({"name": name})).with(201);
            cursor = format!("&cursor={next}");
        }
        let unique: BTreeSet<_> = seen.iter().cloned().collect();
        assert_eq!(unique.len(), seen.len(), "{sort}: a row came twice");
        assert!(made.is_subset(&unique), "{sort}: rows are missing");
    }
    let next =
        admin.get("/affiliates?q=walker&limit=5").with(200)["next_cursor"].as_str().unwrap().to_owned();
    for other in ["/affiliates?limit=5", "/affiliates?q=walker&sort=name", "/advertisers?q=walker"] {
        let path = format!("{other}&cursor={next}");
        assert_eq!(admin.get(&path).problem(400, "invalid_parameter"), ["?cursor"], "{path}");
    }
}

/// Everything of one affiliate, as path parameters name it.
fn of_one_affiliate(node: &mut Node, admin_key: &str, aff: &str) -> BTreeMap<&'static str, String> {
    let admin = Client { node, key: admin_key.to_owned() };
    let adv = id(&admin.post("/advertisers", &json!({"name": format!("For {aff}")})).with(201));
    let mut wish = campaign(&adv, "Private");
    wish["visibility"] = json!("private");
    wish["goal"]["payout"] = json!({"kind": "fixed", "money": {"amount": "11.00", "currency": "USD"}});
    let made = admin.post("/campaigns", &wish).with(201);
    let camp = id(&made);
    admin.write("PUT", &format!("/campaigns/{camp}/access/{aff}"), &json!({"state": "approved"})).with(200);
    let link = admin.post("/links", &json!({"campaign_id": camp, "affiliate_id": aff})).with(201);
    let code = link["code"].as_str().unwrap().to_owned();
    let (goal, link) = (id(&made["goals"][0]), id(&link));

    let path = format!("/c/{code}?sub1=home");
    let mut click = String::new();
    node.wait_for("the click", |node| {
        let answer = Client::nobody(node).send("GET", &path, "", "");
        let place = answer.head.lines().find_map(|l| l.strip_prefix("location: ")).unwrap_or_default();
        click = place.split("c=").nth(1).unwrap_or_default().to_owned();
        !click.is_empty()
    });
    let report = format!("/postback?click_id={click}&txid=o-1&amount=49.90");
    let accepted = Client::nobody(node).send("GET", &report, "", "").with(200);
    let conv = accepted["conversion_id"].as_str().unwrap().to_owned();
    let path = format!("/conversions/{conv}");
    let key = admin_key.to_owned();
    node.wait_for("the conversion", |node| Client { node, key: key.clone() }.get(&path).status == 200);
    let admin = Client { node, key: admin_key.to_owned() };
    let txns = admin.get(&format!("/ledger/transactions?conversion={conv}")).with(200);
    BTreeMap::from([
        ("campaign", camp),
        ("goal", goal),
        ("link", link),
        ("click", click),
        ("conversion", conv),
        ("transaction", id(&txns["data"][0])),
        ("affiliate", aff.to_owned()),
        ("advertiser", adv),
    ])
}

/// A path of the description with ids filled in.
fn filled(path: &str, own: &BTreeMap<&'static str, String>) -> String {
    let what = path.split('/').nth(3).unwrap();
    let first = match what {
        "campaigns" => "campaign",
        "links" => "link",
        "conversions" => "conversion",
        "affiliates" => "affiliate",
        "advertisers" => "advertiser",
        "ledger" => "transaction",
        "clicks" => "click",
        other => other,
    };
    let mut out = path.strip_prefix("/api/v1").unwrap().to_owned();
    for (name, id) in
        [("{id}", first), ("{click_id}", "click"), ("{goal_id}", "goal"), ("{affiliate_id}", "affiliate")]
    {
        out = out.replace(name, own.get(id).map_or("", String::as_str));
    }
    assert!(!out.contains('{'), "{out}");
    out
}

/// A body that would do, were it allowed.
fn body(operation: &str, own: &BTreeMap<&'static str, String>) -> Value {
    match operation {
        "create_campaign" => campaign(&own["advertiser"], "Mine"),
        "create_goal" => campaign("", "")["goal"].clone(),
        "create_link" => json!({"campaign_id": own["campaign"], "affiliate_id": own["affiliate"]}),
        "decide_access" => json!({"state": "refused"}),
        "reject_conversion" => json!({"reason": "fraud"}),
        "decide_conversions" => json!({"ids": [own["conversion"]], "decision": "approve"}),
        "update_link" => json!({"status": "paused"}),
        "create_advertiser" | "create_affiliate" => json!({"name": "Mine"}),
        "update_advertiser" | "update_affiliate" | "update_campaign" | "update_goal" => {
            json!({"name": "Mine"})
        }
        _ => json!({}),
    }
}

#[test]
fn a_key_sees_its_own_rows_only() {
    let mut node = node();
    let admin_key = Client::new(&node, &[]).key;
    let admin = Client { node: &node, key: admin_key.clone() };
    let [a, b] = ["Ann", "Bob"].map(|name| id(&admin.post("/affiliates", &json!({"name": name})).with(201)));
    let own = of_one_affiliate(&mut node, &admin_key, &a);
    let others = of_one_affiliate(&mut node, &admin_key, &b);
    let ann = Client::new(&node, &["--affiliate", &a]);
    let bob = Client::new(&node, &["--affiliate", &b]);
    let nobody = Client::nobody(&node);
    assert_eq!(ann.get("/me").with(200)["account_id"], a.as_str());

    let api = nobody.get("/openapi.json").with(200);
    let mut tried = 0;
    for (path, operations) in api["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            let (verb, place) = (method.to_uppercase(), filled(path, &own));
            let body = if method == "get" { Value::Null } else { body(name, &own) };
            assert_eq!(nobody.write(&verb, &place, &body).status, 401, "{name} without a key");
            let foreign = bob.write(&verb, &place, &body);
            if path.contains('{') {
                assert!(matches!(foreign.status, 403 | 404), "{name}: {} {}", foreign.status, foreign.text);
            } else if method != "get" {
                assert!(matches!(foreign.status, 403 | 404), "{name}: {} {}", foreign.status, foreign.text);
            }
            for (what, id) in own.iter().filter(|(what, _)| **what != "affiliate") {
                assert!(
                    !foreign.text.contains(id.as_str()) || foreign.status >= 400,
                    "{name} tells Bob Ann's {what}"
                );
            }
            tried += 1;
        }
    }
    assert!(tried >= 30, "{tried} operations");

    // What Ann may read has all of it her own, and nothing of what the advertiser pays.
    for (path, operations) in api["paths"].as_object().unwrap() {
        if operations.get("get").is_none() {
            continue;
        }
        let answer = ann.get(&filled(path, &own));
        assert!(matches!(answer.status, 200 | 403), "{path}: {} {}", answer.status, answer.text);
        if answer.status == 403 {
            continue;
        }
        for secret in [
            "revenue",
            "destination_url",
            "postback_token",
            "margin",
            "advertiser_id\":\"",
            "16.00",
            "user_agent",
        ] {
            assert!(!answer.text.contains(secret), "{path} tells Ann {secret}: {}", answer.text);
        }
        for id in others.values() {
            assert!(!answer.text.contains(id.as_str()), "{path} tells Ann Bob's {id}");
        }
    }
    assert_eq!(ann.get("/campaigns").with(200)["data"][0]["access"], "approved");
    let conversion = ann.get(&format!("/conversions/{}", own["conversion"])).with(200);
    assert_eq!(
        (&conversion["payout"]["amount"], &conversion["subs"]["sub1"]),
        (&json!("11.00"), &json!("home"))
    );
    let balance = ann.get("/ledger/balances").with(200);
    assert_eq!(balance["data"][0]["balance"], json!({"amount": "11.00", "currency": "USD"}));
    let report = ann.get("/reports?interval=total&group_by=campaign").with(200);
    assert_eq!(
        (&report["data"][0]["conversions"], &report["data"][0]["payout"]["amount"]),
        (&json!(1), &json!("11.00"))
    );
    ann.get(&format!("/campaigns?advertiser={}", own["advertiser"])).problem(403, "forbidden");
    assert_eq!(ann.get(&format!("/links?affiliate={b}")).with(200)["data"], json!([]));
    assert_eq!(
        ann.post("/links", &json!({"campaign_id": own["campaign"]})).with(200)["id"],
        own["link"].as_str()
    );
    ann.post("/links", &json!({"campaign_id": others["campaign"]})).problem(404, "not_found");

    // The network decides, each once.
    let admin = Client { node: &node, key: admin_key };
    let ids = json!({"ids": [own["conversion"], others["conversion"]], "decision": "approve"});
    let decided = admin.post("/conversions/decide", &ids).with(200);
    assert_eq!((&decided["done"], &decided["failed"]), (&json!(2), &json!(0)), "{decided}");
    let again = admin.post(&format!("/conversions/{}/approve", own["conversion"]), &json!({})).with(200);
    assert_eq!(again["status"], "approved");
    let rejected = json!({"reason": "fraud", "note": "Clicked himself"});
    let rejected = admin.post(&format!("/conversions/{}/reject", own["conversion"]), &rejected).with(200);
    assert_eq!((&rejected["reason"], &rejected["note"]), (&json!("fraud"), &json!("Clicked himself")));
    let mixed = json!({"ids": [own["conversion"], others["conversion"]], "decision": "approve"});
    let mixed = admin.post("/conversions/decide", &mixed).with(200);
    let words: BTreeSet<_> =
        mixed["results"].as_array().unwrap().iter().map(|r| r["outcome"].as_str().unwrap()).collect();
    assert_eq!(words, BTreeSet::from(["already_done", "conflict"]));
    for kind in ["affiliate_pending", "affiliate_approved"] {
        let path = format!("/ledger/balances?account={kind}&affiliate={a}");
        let balance = admin.get(&path).with(200);
        assert_eq!(balance["data"][0]["balance"]["amount"], "0.00", "{kind} after the rejection");
    }
    assert!(
        !ann.get(&format!("/conversions/{}", own["conversion"])).with(200).to_string().contains("himself")
    );
}

#[test]
fn the_description_is_the_one_on_record() {
    let node = Node::new();
    let printed = node.run(&["openapi"]);
    assert!(printed.status.success(), "{}", stderr(&printed));
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let recorded = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        stdout(&printed) == recorded,
        "the API has changed: look at the difference after `millrace openapi > docs/openapi.json`, and commit it"
    );
}
