//! `millrace user`: the people who sign in. Whoever has this command line has the database, and may do for somebody what a
//! letter or an administrator would.

use super::{connect, print, refused};
use crate::{
    backing::Backing,
    cli::{self, Locked},
    clock,
    config::Config,
};
use anyhow::{Context as _, bail};
use domain::{
    access::{Actor, Realm},
    drafts::UserDraft,
    ids::UserId,
    view::{ListQuery, TeamRow},
};
use engine::{
    EngineError, accounts, people,
    reports::Ask,
    signin::{self, Limiter, two_step},
};
use store::Db;

const NOTHING: &str = "nothing is changed";

/// Creates, lists, or lets somebody in again.
///
/// # Errors
/// There is no such person, what was given is refused, or the database does not answer.
pub async fn run(config: &Config, backing: &Backing, what: cli::User) -> anyhow::Result<()> {
    let db = connect(config, backing).await?;
    let actor = Actor::system("cli");
    let now = clock::now();
    match what {
        cli::User::Create(who) => create(&db, &actor, who).await,
        cli::User::List { text } => list(&db, text).await,
        cli::User::Password { email, password } => {
            let user = named(&db, &email).await?;
            let (password, made_up) = given_or_made_up(password);
            let (url, salt) = (&config.console.public_url, clock::chance16());
            people::set_password(&db, &actor, user, &password, url, now, salt)
                .await
                .map_err(|error| refused(error, "the password stays as it is"))?;
            let shown = if made_up { format!(": {password}") } else { String::new() };
            print(&format!("{email} has another password{shown}; every session has ended\n"))
        }
        cli::User::Unlock(Locked { email: Some(email), .. }) => {
            let user = named(&db, &email).await?;
            let doing = signin::unlock(&db, &Limiter::new(), &actor, user, now).await;
            doing.map_err(|error| refused(error, NOTHING))?;
            print(&format!("{email} may try to sign in again\n"))
        }
        cli::User::Unlock(Locked { address, .. }) => {
            let address = address.context("name a person with --email or an address with --address")?;
            let doing = signin::unlock_address(&db, &actor, address, now).await;
            print(&if doing.map_err(|error| refused(error, NOTHING))? {
                format!("people from {address} may try to sign in again\n")
            } else {
                format!("nobody from {address} has guessed wrong; nothing to unlock\n")
            })
        }
        cli::User::ResetTwoStep { email } => {
            let user = named(&db, &email).await?;
            let doing = two_step::reset(&db, &actor, user, now).await;
            doing.map_err(|error| refused(error, NOTHING))?;
            print(&format!("two-step sign-in of {email} is off; every session has ended\n"))
        }
    }
}

/// The password, and whether nobody has seen it yet.
fn given_or_made_up(given: Option<String>) -> (String, bool) {
    let made_up = given.is_none();
    let password = given.unwrap_or_else(|| {
        let bytes: Vec<u8> = (0..3).flat_map(|_| clock::chance().to_be_bytes()).collect();
        domain::base32::to_string(&bytes)
    });
    (password, made_up)
}

async fn named(db: &Db, email: &str) -> anyhow::Result<UserId> {
    people::find(db, email).await.map_err(|error| match error {
        EngineError::NotFound => {
            anyhow::anyhow!("nobody signs in as {email}; `millrace user list` shows who does")
        }
        error => refused(error, NOTHING),
    })
}

async fn create(db: &Db, actor: &Actor, who: cli::UserCreate) -> anyhow::Result<()> {
    let (password, made_up) = given_or_made_up(who.password);
    let name = if who.name.is_empty() {
        who.email.split('@').next().unwrap_or_default().to_owned()
    } else {
        who.name
    };
    let email = who.email;
    let draft = UserDraft {
        email: email.clone(),
        name,
        role: who.role,
        owner: who.owner,
        password: password.clone(),
        ..UserDraft::default()
    };
    let id = accounts::create_user(db, actor, &draft, clock::now(), clock::chance(), clock::chance16())
        .await
        .map_err(|error| refused(error, "the person was not created"))?;
    let shown = if made_up { format!(" with password {password}") } else { String::new() };
    print(&format!("created {id}: {email}{shown}\n"))
}

async fn list(db: &Db, text: String) -> anyhow::Result<()> {
    let ask = Ask { db, realm: Realm::Network, tz: "UTC", period: "", now: clock::now() };
    let mut seen = 0;
    for page in 1_u32.. {
        let query = ListQuery { q: text.clone(), page: page.to_string(), ..ListQuery::default() };
        let list = people::team(&ask, UserId(0), &query).await.context("the people cannot be read")?.list;
        print(&list.rows.iter().map(line).collect::<String>())?;
        seen += list.rows.len() as i64;
        if list.rows.is_empty() || seen >= list.total {
            break;
        }
    }
    match (seen, text.is_empty()) {
        (0, true) => print("nobody signs in yet; `millrace user create --email …` makes an administrator\n"),
        (0, false) => bail!("nobody has {text:?} in name or address"),
        _ => Ok(()),
    }
}

fn line(p: &TeamRow) -> String {
    let marks = [(p.locked, "locked"), (p.two_step, "two-step")];
    let state: Vec<&str> =
        std::iter::once(p.status.as_str()).chain(marks.iter().filter(|m| m.0).map(|m| m.1)).collect();
    let owner = if p.owner_id.is_empty() { String::new() } else { format!(" of {}", p.owner_id) };
    let seen = p.last_sign_in.as_ref().map_or("never signed in".to_owned(), |at| format!("last {}", at.utc));
    format!("{} {}  {}{owner}, {}, {seen}\n", p.id, p.email, p.role, state.join(", "))
}
