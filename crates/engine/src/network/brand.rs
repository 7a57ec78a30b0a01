//! Colours and logo.

use super::{logo_address, text_setting};
use crate::{
    accounts::network_only,
    error::{EngineError, FieldErrors},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    colour::{Colour, dark, light, lightened},
    drafts::BrandDraft,
    view::BrandSettings,
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::{
    Db,
    audit::audit,
    brand::{self as rows, Picture},
    config::{self, bump_config_version},
};

/// Largest logo, in bytes.
pub const LOGO_MAX: usize = 256 * 1024;

/// The platform's own accents.
const OWN: (&str, &str) = ("#0b6b5d", "#4cc3ae");

/// The page of the brand.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn brand_settings(db: &Db) -> Result<BrandSettings, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let draft = BrandDraft {
        accent: text_setting(&mut tx, "accent").await?,
        accent_dark: text_setting(&mut tx, "accent_dark").await?,
    };
    let palette = super::palette(&mut tx).await?;
    let logo = rows::logo_about(&mut tx).await?;
    tx.commit().await?;
    let (light, dark) = palette.map_or_else(
        || (OWN.0.to_owned(), OWN.1.to_owned()),
        |p| (p.light.accent.to_string(), p.dark.accent.to_string()),
    );
    let logo_about = logo.as_ref().map(|(_, media_type, size)| {
        let kind = media_type.trim_start_matches("image/").to_ascii_uppercase();
        format!("{kind}, {} KB", (size + 1023) / 1024)
    });
    Ok(BrandSettings {
        draft,
        logo: logo.map(|(digest, ..)| logo_address(&digest)),
        logo_about: logo_about.unwrap_or_default(),
        light,
        dark,
    })
}

/// Changes the accent. Text in it keeps 4.5 : 1 on every ground of both themes, or the colour is refused.
///
/// # Errors
/// [`EngineError::Invalid`] with the fields of [`BrandDraft`].
pub async fn update_brand(
    db: &Db,
    actor: &Actor,
    draft: &BrandDraft,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    let after = checked(draft)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = BrandDraft {
        accent: text_setting(&mut tx, "accent").await?,
        accent_dark: text_setting(&mut tx, "accent_dark").await?,
    };
    config::setting_put(&mut tx, "accent", &json!(after.accent)).await?;
    config::setting_put(&mut tx, "accent_dark", &json!(after.accent_dark)).await?;
    let (before, after) = (Some(json!(before)), Some(json!(after)));
    audit(&mut tx, actor, "settings.brand", "settings", before, after, now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

fn checked(draft: &BrandDraft) -> Result<BrandDraft, EngineError> {
    let mut wrong = FieldErrors::default();
    if draft.accent.trim().is_empty() {
        if !draft.accent_dark.trim().is_empty() {
            wrong.add("accent", "Choose the colour for light pages first.");
        }
        wrong.check()?;
        return Ok(BrandDraft::default());
    }
    let accent = wrong.take("accent", draft.accent.parse::<Colour>().and_then(light));
    let given = draft.accent_dark.trim();
    let accent_dark = match (given.is_empty(), accent) {
        (true, Some(shade)) => Some(lightened(shade.accent)),
        (true, None) => None,
        (false, _) => wrong.take("accent_dark", given.parse::<Colour>().and_then(dark)),
    };
    wrong.check()?;
    let (Some(accent), Some(accent_dark)) = (accent, accent_dark) else { return Err(EngineError::Internal) };
    Ok(BrandDraft {
        accent: accent.accent.to_string(),
        // Worked out again each time, unless somebody chose it.
        accent_dark: if given.is_empty() { String::new() } else { accent_dark.accent.to_string() },
    })
}

/// What a picture is, by its first bytes. Drawings with code in them (SVG) are not among them.
fn media_type(content: &[u8]) -> Option<&'static str> {
    match content {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

/// Sets the logo: PNG, JPEG or WebP of at most [`LOGO_MAX`] bytes.
///
/// # Errors
/// [`EngineError::Invalid`] field `logo`.
pub async fn set_logo(
    db: &Db,
    actor: &Actor,
    content: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(), EngineError> {
    network_only(actor)?;
    if content.is_empty() {
        return Err(EngineError::invalid("logo", "Choose a picture first."));
    }
    if content.len() > LOGO_MAX {
        let max = LOGO_MAX / 1024;
        return Err(EngineError::invalid(
            "logo",
            format!("The picture is larger than {max} KB; make it smaller."),
        ));
    }
    let Some(media_type) = media_type(&content) else {
        return Err(EngineError::invalid("logo", "Use a PNG, JPEG or WebP picture."));
    };
    let digest = Sha256::digest(&content).iter().take(16).map(|b| format!("{b:02x}")).collect();
    let size = content.len();
    let picture = Picture { media_type: media_type.to_owned(), content, digest };
    let mut tx = db.begin(actor.realm).await?;
    let before = rows::logo_about(&mut tx).await?.map(|(digest, ..)| json!({ "logo": digest }));
    rows::put_logo(&mut tx, &picture, now).await?;
    let after = json!({ "logo": picture.digest, "media_type": media_type, "bytes": size });
    audit(&mut tx, actor, "settings.logo", "settings", before, Some(after), now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Takes the logo away; the platform's own mark stands there again.
///
/// # Errors
/// [`EngineError::Forbidden`] for everybody but the network's people.
pub async fn remove_logo(db: &Db, actor: &Actor, now: DateTime<Utc>) -> Result<(), EngineError> {
    network_only(actor)?;
    let mut tx = db.begin(actor.realm).await?;
    let before = rows::logo_about(&mut tx).await?.map(|(digest, ..)| json!({ "logo": digest }));
    if !rows::delete_logo(&mut tx).await? {
        return Ok(());
    }
    audit(&mut tx, actor, "settings.logo", "settings", before, None, now).await?;
    bump_config_version(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// The logo itself, for anybody.
///
/// # Errors
/// [`EngineError::Unavailable`].
pub async fn logo(db: &Db) -> Result<Option<Picture>, EngineError> {
    let mut tx = db.begin(Realm::Network).await?;
    let picture = rows::logo(&mut tx).await?;
    tx.commit().await?;
    Ok(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\nrest"), Some("image/png"));
        assert_eq!(media_type(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media_type(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        for bad in [b"<svg onload=alert(1)>".as_slice(), b"GIF89a", b"", b"RIFF\0\0\0\0WAVE"] {
            assert_eq!(media_type(bad), None);
        }
    }
}
