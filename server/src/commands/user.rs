//! `millrace user`: the people who sign in. Whoever has this command line has the database, and may do for somebody what a
//! letter or an administrator would.

use super::{connect, print};
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
            let (password, shown) = given_or_made_up(password);
            let (url, salt) = (&config.console.public_url, clock::chance16());
            let user = named(&db, &email).await?;
            people::set_password(&db, &actor, user, &password, url, now, salt)
                .await
                .map_err(|error| explain(error, &email, "the password stays as it is"))?;
            print(&format!("{email} has another password{shown}; every session has ended\n"))
        }
        cli::User::Unlock(Locked { email: Some(email), .. }) => {
            let user = named(&db, &email).await?;
            let doing = signin::unlock(&db, &Limiter::new(), &actor, user, now).await;
            doing.context("nothing is unlocked")?;
            print(&format!("{email} may try to sign in again\n"))
        }
        cli::User::Unlock(Locked { address, .. }) => {
            let address = address.context("name a person with --email or an address with --address")?;
            let was =
                signin::unlock_address(&db, &actor, address, now).await.context("nothing is unlocked")?;
            print(&if was {
                format!("people from {address} may try to sign in again\n")
            } else {
                format!("nobody from {address} has guessed wrong; nothing to unlock\n")
            })
        }
        cli::User::ResetTwoStep { email } => {
            let user = named(&db, &email).await?;
            two_step::reset(&db, &actor, user, now)
                .await
                .map_err(|error| explain(error, &email, "two-step sign-in stays as it is"))?;
            print(&format!("two-step sign-in of {email} is off; every session has ended\n"))
        }
    }
}

/// The password, and how it is told where nobody has seen it yet.
fn given_or_made_up(given: Option<String>) -> (String, String) {
    given.map_or_else(
        || {
            let bytes: Vec<u8> = (0..3).flat_map(|_| clock::chance().to_be_bytes()).collect();
            let password = domain::base32::to_string(&bytes);
            let shown = format!(": {password}");
            (password, shown)
        },
        |password| (password, String::new()),
    )
}

async fn named(db: &Db, email: &str) -> anyhow::Result<UserId> {
    let found = people::find(db, email).await;
    found.map_err(|error| explain(error, email, "nothing is changed"))
}

/// An error in the words of the command line.
fn explain(error: EngineError, email: &str, so: &str) -> anyhow::Error {
    match error {
        EngineError::NotFound => {
            anyhow::anyhow!("nobody signs in as {email}; `millrace user list` shows who does")
        }
        EngineError::Invalid(fields) => {
            let lines: Vec<String> = fields.0.iter().map(|(field, why)| format!("{field}: {why}")).collect();
            anyhow::anyhow!("{so}\n{}", lines.join("\n"))
        }
        EngineError::Conflict(why) => anyhow::anyhow!("{so}\n{why}"),
        error => anyhow::Error::new(error).context(so.to_owned()),
    }
}

async fn create(db: &Db, actor: &Actor, who: cli::UserCreate) -> anyhow::Result<()> {
    let (password, shown) = given_or_made_up(who.password);
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
        password,
        ..UserDraft::default()
    };
    let id = accounts::create_user(db, actor, &draft, clock::now(), clock::chance(), clock::chance16())
        .await
        .map_err(|error| explain(error, &email, "the person was not created"))?;
    print(&format!("created {id}: {email}{}\n", shown.replacen(": ", " with password ", 1)))
}

async fn list(db: &Db, text: String) -> anyhow::Result<()> {
    let ask = Ask { db, realm: Realm::Network, tz: "UTC", period: "", now: clock::now() };
    let mut seen = 0;
    for page in 1_u32.. {
        let query = ListQuery { q: text.clone(), page: page.to_string(), ..ListQuery::default() };
        let list = people::team(&ask, UserId(0), &query).await.context("the people cannot be read")?.list;
        if list.rows.is_empty() {
            break;
        }
        seen += list.rows.len();
        print(&list.rows.iter().map(line).collect::<String>())?;
        if seen as i64 >= list.total {
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
    format!("{:<8} {}  {}{owner}, {}, {seen}\n", p.id, p.email, p.role, state.join(", "))
}
