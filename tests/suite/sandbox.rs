//! A sandbox to work at: a temporary folder, the program run in it, and what it said.

#![expect(clippy::disallowed_methods, reason = "tests lay out the files the program is to read")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_kreisblatt");

/// The repository's root: what is embedded in the program.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether goldens are to be rewritten instead of compared (`UPDATE=1 cargo test`).
pub fn update() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| !value.is_empty() && value != "0")
}

/// The text of a file of the repository.
pub fn text_of(path: impl AsRef<Path>) -> String {
    let path = project().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A temporary folder that is gone when the test is over.
pub struct Sandbox {
    folder: TempDir,
}

impl Sandbox {
    /// An empty sandbox.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    /// A sandbox with an overlay folder `with`, which holds the invented edition of six Kommunen.
    pub fn with_six() -> Self {
        let sandbox = Self::new();
        sandbox.copy(&project().join(SIX), "with");
        sandbox
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A path in the folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Writes a file, and the folders it needs.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("folders can be made");
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self
    }

    /// Gives a file another name; one that has it is gone.
    pub fn rename(&self, from: &str, to: &str) -> &Self {
        fs::rename(self.path(from), self.path(to)).unwrap_or_else(|error| panic!("{from} to {to}: {error}"));
        self
    }

    /// Deletes a file.
    pub fn delete(&self, path: &str) -> &Self {
        let path = self.path(path);
        fs::remove_file(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self
    }

    /// Deletes a folder with all it holds.
    pub fn clear(&self, folder: &str) -> &Self {
        let path = self.path(folder);
        fs::remove_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        self
    }

    /// Copies a folder with all it holds over one on the sandbox.
    pub fn copy(&self, from: &Path, to: &str) -> &Self {
        for (path, bytes) in snapshot(from) {
            self.write(&format!("{to}/{path}"), bytes);
        }
        self
    }

    /// The bytes of a file.
    pub fn bytes(&self, path: &str) -> Vec<u8> {
        let path = self.path(path);
        fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The paths of all files below a folder, in order; none when there is no such folder.
    pub fn files(&self, folder: &str) -> Vec<String> {
        let folder = self.path(folder);
        if folder.is_dir() { snapshot(&folder).into_keys().collect() } else { Vec::new() }
    }

    /// Runs the program in the folder.
    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_in(".", &[], args)
    }

    /// Runs the program in a folder on the sandbox, with more of an environment.
    pub fn run_in(&self, folder: &str, environment: &[(&str, &str)], args: &[&str]) -> Ran {
        let output = Command::new(PROGRAM)
            .args(args)
            .current_dir(self.path(folder))
            .envs(environment.iter().copied())
            .output()
            .expect("the program can be started");
        Ran {
            call: format!("kreisblatt {}", args.join(" ")),
            code: output.status.code(),
            stdout: self.tidy(&output.stdout),
            stderr: self.tidy(&output.stderr),
        }
    }

    /// What the program wrote, with the folder's path replaced: it is another one in every run.
    fn tidy(&self, bytes: &[u8]) -> String {
        let mut text = String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8");
        let resolved = self.root().canonicalize().expect("the folder is there");
        for root in [resolved.as_path(), self.root()] {
            text = text.replace(&root.display().to_string(), "[ROOT]");
        }
        text
    }
}

/// The overlay folder with the invented edition of six Kommunen, and its key.
pub const SIX: &str = "tests/data/sechs";
pub const SIX_EDITION: &str = "2031";

/// The overlay folder with the edition of the year after, to be laid beside it.
pub const SIX_LATER: &str = "tests/data/danach";

/// All files below a folder with their bytes; `/` stands between folders on every system.
pub fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap_or_else(|error| panic!("{}: {error}", next.display())) {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let parts = path.strip_prefix(folder).expect("it lies below").components();
            let name: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
            files.insert(name.join("/"), fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
        }
    }
    files
}

/// What a run of the program left behind.
#[must_use]
pub struct Ran {
    call: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    /// It made everything.
    pub fn must_succeed(&self) -> &Self {
        self.ended_with(0)
    }

    /// It ended with this exit code.
    pub fn must_fail(&self, code: i32) -> &Self {
        assert_ne!(code, 0, "0 is no failure");
        self.ended_with(code)
    }

    fn ended_with(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "exit code of `{}`{}", self.call, self.said());
        self
    }

    /// The messages hold this part.
    pub fn stderr_contains(&self, part: &str) -> &Self {
        assert!(self.stderr.contains(part), "`{}` does not say `{part}`{}", self.call, self.said());
        self
    }

    /// The messages do not hold this part.
    pub fn stderr_lacks(&self, part: &str) -> &Self {
        assert!(!self.stderr.contains(part), "`{}` says `{part}`{}", self.call, self.said());
        self
    }

    /// The output holds this part.
    pub fn stdout_contains(&self, part: &str) -> &Self {
        assert!(self.stdout.contains(part), "`{}` does not print `{part}`{}", self.call, self.said());
        self
    }

    /// What stands on standard output.
    pub fn stdout(&self) -> &str {
        &self.stdout
    }

    /// What stands on standard error.
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    /// The output as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("`{}`: {error}{}", self.call, self.said()))
    }

    fn said(&self) -> String {
        format!("\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr)
    }
}

/// The whole edition as shipped, built once for all tests that read it; its files lie in `out/2017`.
pub fn whole() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let sandbox = Sandbox::new();
        sandbox.run(&["build", "--jobs", "4"]).must_succeed();
        sandbox
    })
}

/// The whole edition once more, made under other circumstances and with its sources: what may not change
/// a page. Its files lie in `elsewhere/2017`.
pub fn whole_elsewhere() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let sandbox = Sandbox::new();
        sandbox.write("a folder/with blanks/.keep", "");
        let environment =
            [("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("NO_COLOR", "1")];
        let out = sandbox.path("elsewhere");
        let out = out.to_str().expect("a temporary path is UTF-8");
        sandbox
            .run_in("a folder/with blanks", &environment, &["build", "--jobs", "1", "--emit", "typ", "--out", out])
            .must_succeed();
        sandbox
    })
}

/// The invented edition of six Kommunen with its sources, built once; its files lie in `out/2031`.
pub fn six() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let sandbox = Sandbox::with_six();
        sandbox.run(&["build", "--with", "with", "--emit", "typ"]).must_succeed();
        sandbox
    })
}

/// Two of the six Kommunen side by side, with the source; built once, its files lie in `out/2031`.
pub fn six_compared() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let sandbox = Sandbox::with_six();
        let named = ["--kommune", "Altmoor", "--kommune", "Großweißenstein"];
        let args = ["build", "--with", "with", "--emit", "typ", "--only", "gegenueberstellung"];
        sandbox.run(&[&args[..], &named].concat()).must_succeed();
        sandbox
    })
}

/// The invented edition of the year after, compared with the six, with its sources; built once, its files lie in
/// `out/2032`.
pub fn six_later() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let sandbox = Sandbox::with_six();
        sandbox.copy(&project().join(SIX_LATER), "with");
        sandbox.run(&["build", "--with", "with", "--emit", "typ"]).must_succeed();
        sandbox
    })
}

/// A draft of the sheets of one Land, the rankings, the state tables and the brochure; its files lie in `out/2017`.
pub fn draft() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let sandbox = Sandbox::new();
        sandbox.run(&["build", "--profile", "entwurf", "--state", "Saarland", "--only", "steckbriefe"]).must_succeed();
        sandbox.run(&["build", "--profile", "entwurf", "--only", "broschuere,ranglisten,laender"]).must_succeed();
        sandbox
    })
}

/// All sheets, the rankings, the state tables and the brochure with their figures attached; the
/// files lie in `out/2017`.
pub fn data() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let sandbox = Sandbox::new();
        sandbox.run(&["build", "--profile", "daten", "--jobs", "4"]).must_succeed();
        sandbox
    })
}
