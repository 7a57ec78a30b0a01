//! Where the services keep their files and sockets, and as whom they run.

use super::process::User;
use anyhow::{Context as _, bail};
use std::{
    fs::{self, DirBuilder, Permissions},
    hash::{Hash, Hasher},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, chown, symlink},
    path::{Path, PathBuf},
};

/// The longest path of a unix socket, in bytes, without the closing zero.
const SOCKET_PATH_MAX: usize = 107;

/// The longest name of a socket in the folder of sockets.
const LONGEST_SOCKET: &str = "/.s.PGSQL.5432";

/// Folders of the services, made and given to their user.
#[derive(Debug, Clone)]
pub struct Place {
    pub postgres: PathBuf,
    pub redis: PathBuf,
    /// For sockets; nobody else may enter.
    pub run: PathBuf,
    pub user: Option<User>,
}

/// Makes the home folder, closed to other users; they may pass through it where services run as one of them.
///
/// # Errors
/// The disk refuses.
pub fn make_home(home: &Path) -> anyhow::Result<()> {
    let made = || -> std::io::Result<()> {
        let missing: Vec<&Path> = home.ancestors().take_while(|dir| !dir.exists()).collect();
        for dir in missing.into_iter().rev() {
            DirBuilder::new().mode(0o700).create(dir)?;
            if dir != home {
                fs::set_permissions(dir, Permissions::from_mode(0o755))?;
            }
        }
        Ok(())
    };
    made().with_context(|| format!("cannot make the folder {}", home.display()))
}

impl Place {
    /// Chooses and makes the folders.
    ///
    /// # Errors
    /// No user to run as, or the disk refuses.
    pub fn prepare(home: &Path) -> anyhow::Result<Self> {
        let root = home.join("services");
        let user = if rustix::process::geteuid().is_root() { Some(service_user(&root)?) } else { None };
        let root = match user {
            Some(user) => reachable_root(home, &root, user)?,
            None => {
                make_dir(&root, 0o700, None)?;
                root
            }
        };
        let place = Self {
            postgres: root.join("pg"),
            redis: root.join("redis"),
            run: short_run_dir(home, &root),
            user,
        };
        for dir in [&place.postgres, &place.redis, &place.run] {
            make_dir(dir, 0o700, user)?;
        }
        Ok(place)
    }

    /// The socket of Postgres is `<run>/.s.PGSQL.5432`.
    #[must_use]
    pub fn redis_socket(&self) -> PathBuf {
        self.run.join("redis.sock")
    }
}

/// The owner of the files that are there, or `postgres`, or `nobody`.
fn service_user(root: &Path) -> anyhow::Result<User> {
    if let Ok(meta) = fs::metadata(root.join("pg"))
        && meta.uid() != 0
    {
        return Ok(User { uid: meta.uid(), gid: meta.gid() });
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| {
            let mut words = users.lines().find(|line| line.split(':').next() == Some(name))?.split(':').skip(2);
            Some(User { uid: words.next()?.parse().ok()?, gid: words.next()?.parse().ok()? })
        })
        .context("Postgres does not run as root and there is no user postgres or nobody; start millrace as another user")
}

/// `root` where the user can reach it, after opening our own folders for passing through; else a folder in /var/lib
/// that `root` then points to.
fn reachable_root(home: &Path, root: &Path, user: User) -> anyhow::Result<PathBuf> {
    if fs::symlink_metadata(root).is_ok_and(|meta| meta.is_symlink()) {
        return fs::canonicalize(root).with_context(|| format!("{} points nowhere", root.display()));
    }
    let meta = fs::metadata(home)?;
    let Some(closed) = closed_ancestor(home, user) else {
        fs::set_permissions(home, Permissions::from_mode(meta.mode() & 0o7777 | 0o011))?;
        make_dir(root, 0o711, None)?;
        return Ok(root.to_owned());
    };
    let fix = format!(
        "the private Postgres runs as user id {}, who cannot enter {}; set MILLRACE_HOME to a folder outside of it, or \
         run: chmod o+x {}",
        user.uid,
        closed.display(),
        closed.display()
    );
    if root.exists() {
        bail!("{fix}");
    }
    // A home that is removed and made again is another home, with another name here.
    let elsewhere =
        PathBuf::from(format!("/var/lib/millrace-{}", hash(&(home, meta.ino(), meta.ctime_nsec()))));
    make_dir(&elsewhere, 0o711, None).context(fix)?;
    symlink(&elsewhere, root).with_context(|| format!("cannot make {}", root.display()))?;
    tracing::info!(
        closed = %closed.display(),
        data = %elsewhere.display(),
        "the private Postgres, which does not run as root, cannot enter this folder; its data is elsewhere"
    );
    Ok(elsewhere)
}

/// The first folder above `home` that the user cannot pass.
fn closed_ancestor(home: &Path, user: User) -> Option<&Path> {
    home.ancestors().skip(1).find(|dir| {
        fs::metadata(dir).map_or(true, |meta| {
            let bit = if meta.uid() == user.uid {
                0o100
            } else if meta.gid() == user.gid {
                0o010
            } else {
                0o001
            };
            meta.mode() & bit == 0
        })
    })
}

/// The folder of sockets: beside the data, or one with a short name.
fn short_run_dir(home: &Path, root: &Path) -> PathBuf {
    let beside = root.join("run");
    if beside.as_os_str().len() + LONGEST_SOCKET.len() <= SOCKET_PATH_MAX {
        beside
    } else {
        PathBuf::from(format!("/tmp/millrace-{}", hash(&home)))
    }
}

/// Makes a folder, or takes the one that is there if it is really ours, and gives it to the user.
fn make_dir(dir: &Path, mode: u32, user: Option<User>) -> anyhow::Result<()> {
    let made = DirBuilder::new().mode(mode).create(dir);
    match made {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).with_context(|| format!("cannot make the folder {}", dir.display())),
    }
    let meta = fs::symlink_metadata(dir)?;
    let me = rustix::process::geteuid().as_raw();
    let wanted = user.map_or(me, |user| user.uid);
    if !meta.is_dir() || (meta.uid() != me && meta.uid() != wanted) {
        bail!("{} is in the way: it is not a folder of ours", dir.display());
    }
    if meta.mode() & 0o777 != mode {
        fs::set_permissions(dir, Permissions::from_mode(mode))?;
    }
    if meta.uid() != wanted {
        let gid = user.map(|user| user.gid);
        chown(dir, Some(wanted), gid)
            .with_context(|| format!("cannot give {} to its user", dir.display()))?;
    }
    Ok(())
}

/// A short name made from something longer; the same in every version of the program.
fn hash(of: &impl Hash) -> String {
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    of.hash(&mut hasher);
    format!("{:012x}", hasher.finish() & 0xffff_ffff_ffff)
}

struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
