//! `millrace api-key`: keys of the API from the command line.

use super::{connect, print, refused};
use crate::{backing::Backing, cli, clock, config::Config};
use domain::{
    access::{Actor, Realm, Role},
    api_key::{ApiKeyDraft, Scope},
    ids::AffiliateId,
};
use engine::api_keys::{NewKey, create_key};

/// Creates a key and prints it, this once.
///
/// # Errors
/// What was given does not make a key, or the database does not answer.
pub async fn create(config: &Config, backing: &Backing, what: cli::ApiKeyCreate) -> anyhow::Result<()> {
    let db = connect(config, backing).await?;
    let draft = ApiKeyDraft {
        name: what.name,
        scopes: scopes(what.scopes, &what.affiliate),
        expires_days: what.expires_days.map(|days| days.to_string()).unwrap_or_default(),
        networks: what.networks.join("\n"),
        affiliate: what.affiliate,
    };
    // Whoever has this command line has the database.
    let actor = Actor::system("cli");
    let (now, chance, secret) = (clock::now(), clock::chance(), clock::secret());
    let made = create_key(&db, &actor, Role::Admin, &draft, now, chance, &secret)
        .await
        .map_err(|error| refused(error, "the key was not created"))?;
    print(&if what.json { json(&made) } else { text(&made) })
}

/// `all` stands for everything that a key of the account can have.
fn scopes(given: Vec<String>, affiliate: &str) -> Vec<String> {
    if given != ["all"] {
        return given;
    }
    let realm = affiliate.trim().parse::<AffiliateId>().map_or(Realm::Network, Realm::Affiliate);
    Scope::ALL.iter().filter(|s| s.fits(realm)).map(|s| s.word().to_owned()).collect()
}

fn text(made: &NewKey) -> String {
    let end = made.key.expires_at.map_or_else(
        || "does not expire".to_owned(),
        |end| format!("expires {}", end.format("%Y-%m-%d %H:%M UTC")),
    );
    format!(
        "{}\n  {} for {}, {end}\n  may {}\n  This is the only time the key is shown.\n",
        made.text.expose(),
        made.key.id,
        owner(made),
        made.key.scopes
    )
}

fn json(made: &NewKey) -> String {
    let value = serde_json::json!({
        "id": made.key.id,
        "key": made.text.expose(),
        "name": made.key.name,
        "owner": owner(made),
        "scopes": made.key.scopes,
        "expires_at": made.key.expires_at,
    });
    format!("{value}\n")
}

fn owner(made: &NewKey) -> String {
    match made.key.realm {
        Realm::Network => "network".into(),
        Realm::Affiliate(id) => id.to_string(),
        Realm::Advertiser(id) => id.to_string(),
        Realm::Buyer(id) => id.to_string(),
    }
}
