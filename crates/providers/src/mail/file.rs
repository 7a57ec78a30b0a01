//! Letters as files: for development, and for looking at them.

use super::message;
use async_trait::async_trait;
use engine::mail::{Letter, SendError, Sender};
use lettre::message::Mailbox;
use std::path::{Path, PathBuf};
use tokio::fs;

/// Writes each letter into a file `mail_….eml` of a folder. Mail programs open them.
#[derive(Debug, Clone)]
pub struct FileSender {
    dir: PathBuf,
    from: Mailbox,
}

impl FileSender {
    /// The folder is made when the first letter comes.
    #[must_use]
    pub fn new(dir: PathBuf, from: Mailbox) -> Self {
        Self { dir, from }
    }

    /// Where the letters are.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    async fn write(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        fs::create_dir_all(&self.dir).await?;
        let whole = self.dir.join(format!("{name}.eml"));
        // Whoever watches the folder never sees half a letter.
        let part = self.dir.join(format!(".{name}.part"));
        fs::write(&part, bytes).await?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&part, std::fs::Permissions::from_mode(0o600)).await?;
        }
        fs::rename(&part, &whole).await
    }
}

#[async_trait]
impl Sender for FileSender {
    fn via(&self) -> &'static str {
        "file"
    }

    fn stays_here(&self) -> bool {
        true
    }

    async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        let bytes = message(&self.from, letter)?.formatted();
        self.write(&letter.id.to_string(), &bytes)
            .await
            .map_err(|e| SendError::Failed(format!("cannot write to {}: {e}", self.dir.display())))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::sender_address, *};
    use crate::mail::tests::letter;

    #[tokio::test]
    async fn a_letter_becomes_a_file_once() {
        let home = tempfile::tempdir().unwrap();
        let sender = FileSender::new(home.path().join("mail"), sender_address("a@net.example").unwrap());
        sender.send(&letter()).await.unwrap();
        sender.send(&letter()).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(sender.dir()).unwrap().map(|f| f.unwrap().path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        let text = std::fs::read_to_string(&files[0]).unwrap();
        assert!(text.contains("To: ann@x.example"), "{text}");
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_written_is_tried_again() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("taken");
        std::fs::write(&file, "").unwrap();
        let sender = FileSender::new(file, sender_address("a@net.example").unwrap());
        assert!(matches!(sender.send(&letter()).await, Err(SendError::Failed(_))));
    }
}
