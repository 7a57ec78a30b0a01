//! Pictures that stand for the network.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Such as `image/png`.
    pub media_type: String,
    pub content: Vec<u8>,
    /// Hexadecimal beginning of the SHA-256 of the content.
    pub digest: String,
}

/// The logo.
///
/// # Errors
/// [`StoreError`].
pub async fn logo(tx: &mut Tx) -> Result<Option<Picture>, StoreError> {
    Ok(sqlx::query_as!(Picture, "SELECT media_type, content, digest FROM brand_assets WHERE name = 'logo'")
        .fetch_optional(tx.conn())
        .await?)
}

/// Digest, type and size of the logo, without its content.
///
/// # Errors
/// [`StoreError`].
pub async fn logo_about(tx: &mut Tx) -> Result<Option<(String, String, i32)>, StoreError> {
    Ok(sqlx::query!(
        r#"SELECT digest, media_type, octet_length(content) AS "size!" FROM brand_assets WHERE name = 'logo'"#
    )
    .fetch_optional(tx.conn())
    .await?
    .map(|r| (r.digest, r.media_type, r.size)))
}

/// Sets or replaces the logo.
///
/// # Errors
/// [`StoreError`].
pub async fn put_logo(tx: &mut Tx, picture: &Picture, now: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO brand_assets (name, media_type, content, digest, updated_at) VALUES ('logo', $1, $2, $3, $4)
         ON CONFLICT (name) DO UPDATE SET media_type = $1, content = $2, digest = $3, updated_at = $4",
        picture.media_type,
        picture.content,
        picture.digest,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes the logo away. `false`: there was none.
///
/// # Errors
/// [`StoreError`].
pub async fn delete_logo(tx: &mut Tx) -> Result<bool, StoreError> {
    let done = sqlx::query!("DELETE FROM brand_assets WHERE name = 'logo'").execute(tx.conn()).await?;
    Ok(done.rows_affected() == 1)
}
