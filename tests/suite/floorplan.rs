//! The house as drawn: which room may know which, that the assets holds what the disk holds, which fonts
//! there are, and that the README speaks of commands that exist.

use std::collections::{BTreeMap, BTreeSet};

use kreisblatt::assets::Assets;
use typst::foundations::Bytes;
use typst::text::Font;

use crate::sandbox::{Sandbox, project, snapshot, text_of};

/// Who may use whom. A new room needs a line here.
const ROOMS: [(&str, &[&str]); 27] = [
    ("diag", &[]),
    ("address", &[]),
    ("digest", &[]),
    ("numerals", &[]),
    ("model", &["diag"]),
    ("german", &["model"]),
    ("grammar", &["german", "model"]),
    ("trace", &["diag"]),
    ("assets", &["diag", "digest"]),
    ("load", &["address", "assets", "model", "diag", "german", "numerals"]),
    ("intake", &["load", "model", "diag", "german"]),
    ("check", &["load", "model", "diag", "german"]),
    ("derive", &["check", "model", "german", "trace"]),
    ("catalogue", &["derive", "digest", "model", "german", "assets", "diag"]),
    ("compose", &["derive", "digest", "model", "german", "grammar", "assets", "diag", "trace"]),
    ("council", &["derive", "digest", "model", "german"]),
    ("export", &["derive", "load", "model", "german"]),
    ("typeset", &["assets", "diag", "numerals"]),
    ("write", &["diag"]),
    ("pdf", &["numerals"]),
    ("verify", &["diag", "pdf", "trace"]),
    ("paper", &["assets", "diag", "digest", "pdf"]),
    ("preview", &["assets", "diag"]),
    ("plan", &["address", "args", "model", "diag", "german"]),
    ("args", &[]),
    (
        "commands",
        &[
            "args",
            "assets",
            "catalogue",
            "check",
            "compose",
            "council",
            "derive",
            "diag",
            "digest",
            "export",
            "german",
            "grammar",
            "intake",
            "load",
            "model",
            "numerals",
            "paper",
            "pdf",
            "plan",
            "preview",
            "trace",
            "typeset",
            "verify",
            "write",
        ],
    ),
    ("main", &["args", "commands", "diag", "plan"]),
];

/// The rooms a source file mentions: `crate::room`, `crate::{room, …}`, and `super::` that leads out.
fn mentioned(path: &str, source: &str, krate: &str) -> BTreeSet<String> {
    let source = without_comments_and_tests(source);
    let mut found = BTreeSet::new();
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut take = |rest: &str| {
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(name(rest));
            return;
        };
        let mut depth = 0;
        let mut word = String::new();
        for c in group.chars() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    found.insert(name(word.trim()));
                    word.clear();
                    continue;
                }
                _ => {}
            }
            word.push(c);
        }
        found.insert(name(word.trim()));
    };
    let outside = format!("{krate}::");
    for (at, _) in source.match_indices(&outside) {
        let whole_word = !source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if whole_word {
            take(&source[at + outside.len()..]);
        }
    }
    // `super` of a room's own door is the house.
    let parts = path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').count();
    let out = "super::".repeat(parts);
    for (at, _) in source.match_indices(&out) {
        let starts_here = !source[..at].ends_with("super::");
        let rest = &source[at + out.len()..];
        if starts_here && !rest.starts_with("super::") {
            take(rest);
        }
    }
    found.remove("");
    found
}

/// Sources as rooms use each other: comments name many, and tests may use all.
fn without_comments_and_tests(source: &str) -> String {
    let code = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    let source: Vec<String> = source.lines().map(code).collect();
    let source = source.join("\n");
    let Some(at) = source.find("#[cfg(test)]\nmod ") else { return source };
    // A block ends at the first closing brace in the first column.
    let end = source[at..].find("\n}").map_or(source.len(), |end| at + end + 2);
    source[..at].to_owned() + &without_comments_and_tests(&source[end..])
}

#[test]
fn rooms_use_only_whom_they_may() {
    let rooms: BTreeMap<&str, &[&str]> = ROOMS.into_iter().collect();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let mut mentions = 0;
    for (path, bytes) in snapshot(&project().join("src")).into_iter().filter(|(path, _)| path.ends_with(".rs")) {
        let source = String::from_utf8(bytes).expect("sources are UTF-8");
        let room = path.split('/').next().expect("a path has a first part").trim_end_matches(".rs").to_owned();
        if room == "lib" {
            let code = without_comments_and_tests(&source);
            let other = code.lines().map(str::trim).find(|line| !(line.is_empty() || line.starts_with("pub mod ")));
            wrong.extend(other.map(|line| format!("{path} holds more than the module list: {line}")));
            continue;
        }
        let Some(may) = rooms.get(room.as_str()) else {
            wrong.push(format!("the room `{room}` is not on the floor plan ({path})"));
            continue;
        };
        let krate = if room == "main" { "kreisblatt" } else { "crate" };
        for other in mentioned(&path, &source, krate) {
            mentions += 1;
            if other != room && !may.contains(&other.as_str()) {
                wrong.push(format!("{path} uses `{other}`; `{room}` may use {may:?}"));
            }
        }
        seen.insert(room);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mentions > 50, "the mentions were found");
    let gone: Vec<_> = rooms.keys().filter(|room| !seen.contains(**room)).collect();
    assert!(gone.is_empty(), "no such rooms any more: {gone:?}");
}

#[test]
fn mentions_are_found_in_every_form() {
    let source = "use crate::load::Loaded;\nuse crate::{check, derive::{a, b}, model as m};\n// crate::write\n\
        fn f() { crate::plan::x(); super::export::y(); mycrate::args::z() }\n#[cfg(test)]\nmod tests {\n    use crate::typeset;\n}\n";
    let names = |path: &str| mentioned(path, source, "crate").into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(names("diag.rs"), "check derive export load model plan");
    assert_eq!(names("diag/mod.rs"), "check derive export load model plan");
    assert_eq!(names("diag/inner.rs"), "check derive load model plan");
}

#[test]
fn the_module_list_names_every_room() {
    let list = text_of("src/lib.rs");
    for (room, _) in ROOMS.iter().filter(|(room, _)| *room != "main") {
        assert!(list.contains(&format!("pub mod {room};")), "{room}");
    }
}

/// `include_dir` misses a new file until something else is compiled again.
#[test]
fn the_pantry_holds_what_the_disk_holds() {
    let assets = Assets::embedded();
    for folder in ["data", "templates", "fonts"] {
        let on_disk = snapshot(&project().join(folder));
        let prefix = format!("{folder}/");
        let embedded: Vec<&str> = assets.list(&prefix).collect();
        let wanted: Vec<String> = on_disk.keys().map(|path| format!("{prefix}{path}")).collect();
        assert_eq!(embedded, wanted, "compile once more: touch src/assets.rs");
        for (path, bytes) in &on_disk {
            assert!(assets.bytes(&format!("{prefix}{path}")) == Some(bytes), "{prefix}{path} is an old copy");
        }
    }
}

#[test]
fn the_font_families_are_pinned() {
    let mut families: BTreeMap<String, usize> = BTreeMap::new();
    for (path, bytes) in snapshot(&project().join("fonts")) {
        let is_font = [".ttf", ".otf", ".ttc"].iter().any(|ending| path.ends_with(ending));
        let mut faces = 0;
        for font in Font::iter(Bytes::new(bytes)) {
            *families.entry(font.info().family.clone()).or_default() += 1;
            faces += 1;
        }
        assert_eq!(faces > 0, is_font, "{path}");
        let folder = path.split('/').next().expect("a font lies in its family's folder");
        let licensed = snapshot(&project().join("fonts").join(folder)).keys().any(|name| name.starts_with("LICENSE"));
        assert!(licensed, "fonts/{folder} holds its licence");
    }
    let found: Vec<(&str, usize)> = families.iter().map(|(name, faces)| (name.as_str(), *faces)).collect();
    assert_eq!(found, [("Source Sans 3", 4), ("Source Serif 4", 4)]);
}

/// The command lines of a text's shell blocks, each as its words; `\` at a line's end goes on.
fn commands_in(text: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    for block in text.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default().replace("\\\n", " ");
        for line in block.lines() {
            let line = line.split(" #").next().unwrap_or_default().trim().trim_start_matches("$ ");
            let rest =
                ["cargo run --release -- ", "cargo run -- ", "kreisblatt "].iter().find_map(|s| line.strip_prefix(s));
            if let Some(rest) = rest {
                commands.push(rest.split_whitespace().map(str::to_owned).collect());
            }
        }
    }
    commands
}

#[test]
fn the_readme_speaks_of_commands_that_exist() {
    if !project().join("README.md").exists() {
        return; // Nothing is promised yet.
    }
    let sandbox = Sandbox::new();
    let main_help = sandbox.run(&["--help"]);
    main_help.must_succeed();
    for words in commands_in(&text_of("README.md")) {
        let call = words.join(" ");
        let command = words.first().expect("a command has a name");
        if command.starts_with('-') {
            main_help.stdout_contains(command);
            continue;
        }
        let help = sandbox.run(&[command, "--help"]);
        help.must_succeed();
        let flags =
            words.iter().filter(|word| word.starts_with("--")).map(|flag| flag.split('=').next().unwrap_or(flag));
        for flag in flags.filter(|flag| *flag != "--") {
            let known = help.stdout().split(|c: char| c.is_whitespace() || c == ',').any(|word| word == flag);
            assert!(known, "README.md: `{call}`: `kreisblatt {command}` knows no {flag}");
        }
    }
}

#[test]
fn commands_are_found_in_shell_blocks_only() {
    let text = "`kreisblatt x`\n```sh\n$ kreisblatt build --only laender  # fast\ncargo run --release -- list \\\n  --state Hessen\nls\n```\n```toml\nkreisblatt = 1\n```\n";
    assert_eq!(commands_in(text), [vec!["build", "--only", "laender"], vec!["list", "--state", "Hessen"]]);
}
