//! The assets: the files embedded in the program, and those of the user's project that replace them.
//!
//! Reading, listing and hashing walk the same map of paths, [`Assets`].

mod copies;
mod disk;
mod embedded;
mod files;
mod lock;
mod names;
mod overlay;
mod utf8;

pub use copies::FileOrigin;
pub use embedded::{embedded_file, embedded_files, folders};
pub use files::Assets;
pub use lock::{LOCK_FILE, LockFile};
pub use names::{CATALOGUE, PROJECT, THEME, is_leftover};
