//! The house as drawn: which room may know which, that the assets holds what the disk holds, which fonts
//! there are, and that the pages of the documentation name commands and files that exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use kreisblatt::internals::Assets;
use typst::foundations::Bytes;
use typst::text::Font;

use crate::sandbox::{Sandbox, project, snapshot, text_of};

/// Who may use whom, from the ground up. A new room needs a line here.
const ROOMS: [(&str, &[&str]); 37] = [
    ("diag", &[]),
    ("address", &[]),
    ("digest", &[]),
    ("numerals", &[]),
    ("model", &["diag"]),
    ("german", &["model"]),
    ("grammar", &["german", "model"]),
    ("trace", &["diag"]),
    ("assets", &["diag", "digest"]),
    ("select", &["diag", "german", "model"]),
    ("write", &["diag"]),
    ("load", &["address", "assets", "diag", "german", "model", "numerals"]),
    ("check", &["diag", "german", "load", "model"]),
    ("derive", &["check", "german", "model", "trace"]),
    ("export", &["derive", "german", "model"]),
    ("compose", &["assets", "derive", "diag", "digest", "german", "grammar", "model", "trace"]),
    ("typeset", &["assets", "diag", "numerals"]),
    (
        "documents",
        &["assets", "compose", "derive", "diag", "export", "german", "grammar", "model", "select", "trace", "typeset"],
    ),
    ("catalogue", &["assets", "derive", "diag", "digest", "german", "model"]),
    ("council", &["derive", "digest", "german", "model"]),
    ("intake", &["diag", "german", "load", "model"]),
    (
        "run",
        &[
            "assets",
            "catalogue",
            "check",
            "compose",
            "council",
            "derive",
            "diag",
            "digest",
            "documents",
            "german",
            "intake",
            "load",
            "model",
            "select",
            "trace",
            "typeset",
            "write",
        ],
    ),
    ("pdf", &["numerals"]),
    (
        "verify",
        &["assets", "compose", "derive", "diag", "digest", "documents", "german", "numerals", "pdf", "run", "trace"],
    ),
    ("explain", &["compose", "derive", "diag", "documents", "german", "model", "numerals", "trace"]),
    ("paper", &["assets", "diag", "digest", "pdf"]),
    ("preview", &["assets", "diag"]),
    ("watch", &["assets", "compose", "diag", "documents", "model", "preview", "run", "typeset"]),
    ("project", &["assets", "diag", "export", "load", "run", "write"]),
    ("args", &["documents", "model"]),
    ("plan", &["address", "args", "diag", "german", "model", "paper", "run", "select", "typeset"]),
    (
        "commands",
        &[
            "args",
            "assets",
            "compose",
            "derive",
            "diag",
            "documents",
            "explain",
            "export",
            "german",
            "intake",
            "load",
            "model",
            "paper",
            "plan",
            "project",
            "run",
            "select",
            "typeset",
            "verify",
            "watch",
            "write",
        ],
    ),
    ("command_line", &["args", "commands", "diag", "plan", "run"]),
    ("edition", &["diag", "model", "run", "select", "verify"]),
    ("internals", &["assets", "diag", "digest", "german", "intake", "load", "paper", "pdf", "trace"]),
    ("lib", &["command_line", "diag", "edition", "model", "run", "select", "typeset", "verify"]),
    ("main", &["run_command_line"]),
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
    // `super` of a room's own `mod.rs` is the crate.
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
            let is_list = |line: &str| {
                let words = ["mod ", "pub mod ", "pub use ", "#[doc(hidden)]"];
                line.is_empty() || words.iter().any(|word| line.starts_with(word))
            };
            let other = code.lines().map(str::trim).find(|line| !is_list(line));
            wrong.extend(other.map(|line| format!("{path} holds more than the module list and the interface: {line}")));
            seen.insert(room);
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
    for (room, _) in ROOMS.iter().filter(|(room, _)| !["main", "lib"].contains(room)) {
        assert!(list.contains(&format!("mod {room};")), "{room}");
    }
}

/// The lines of a source that declare a type, with the name they give it.
fn types_in(source: &str) -> impl Iterator<Item = String> + '_ {
    source.lines().filter_map(|line| {
        let line = line.trim_start();
        let line = line.strip_prefix("pub").map_or(line, |rest| {
            let rest = if rest.starts_with('(') { rest.split_once(')').map_or(rest, |(_, rest)| rest) } else { rest };
            rest.trim_start()
        });
        let name = ["struct ", "enum ", "trait ", "type ", "union "].iter().find_map(|word| line.strip_prefix(word))?;
        let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        // The types a trait asks for have its names.
        let is_of_trait =
            ["Err", "Value", "Error", "Item", "Output"].contains(&name.as_str()) && line.starts_with("type ");
        (name.starts_with(|c: char| c.is_uppercase()) && !is_of_trait).then_some(name)
    })
}

#[test]
fn a_type_name_stands_once() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, bytes) in snapshot(&project().join("src")).into_iter().filter(|(path, _)| path.ends_with(".rs")) {
        let source = String::from_utf8(bytes).expect("sources are UTF-8");
        for name in types_in(&without_comments_and_tests(&source)) {
            places.entry(name).or_default().push(path.clone());
        }
    }
    assert!(places.len() > 300, "types were found");
    let twice: Vec<String> =
        places.iter().filter(|(_, at)| at.len() > 1).map(|(name, at)| format!("{name}: {}", at.join(", "))).collect();
    assert!(twice.is_empty(), "one name, one thing:\n{}", twice.join("\n"));
    let of_std: Vec<&String> =
        places.keys().filter(|name| ["From", "Option", "Vec", "String", "Iterator"].contains(&name.as_str())).collect();
    assert!(of_std.is_empty(), "these hide names of the standard library: {of_std:?}");
}

/// The most lines of a source file. A longer one says in its head why.
const MOST_LINES: usize = 500;

#[test]
fn files_are_short_or_say_why() {
    let sources = snapshot(&project().join("src")).into_iter().filter(|(path, _)| path.ends_with(".rs"));
    let sources = sources.map(|(path, bytes)| (path, String::from_utf8(bytes).expect("sources are UTF-8")));
    let long: Vec<String> = sources
        .filter(|(_, source)| {
            source.lines().count() > MOST_LINES && !source.lines().take(12).any(|l| l.contains("long because"))
        })
        .map(|(path, source)| format!("{path}: {} lines", source.lines().count()))
        .collect();
    assert!(long.is_empty(), "split by job, or say in the head what it is long because of:\n{}", long.join("\n"));
    let commands = snapshot(&project().join("src/commands"));
    let lines = |bytes: &Vec<u8>| bytes.iter().filter(|b| **b == b'\n').count();
    for (path, bytes) in &commands {
        assert!(
            lines(bytes) <= 150,
            "src/commands/{path} has {} lines: a command file is a list of what is done",
            lines(bytes)
        );
    }
}

/// `include_dir` misses a new file until something else is compiled again.
#[test]
fn the_embedded_files_are_those_on_disk() {
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

/// The Markdown pages people read, with their paths: not the texts of invented editions, which are data of tests.
fn pages() -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(project()).expect("the project") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_file() && name.ends_with(".md") {
            pages.insert(name.clone(), text_of(&name));
        }
    }
    for folder in ["benches", "data", "docs", "fonts", "src", "templates", "tests"] {
        for (path, bytes) in snapshot(&project().join(folder)) {
            let path = format!("{folder}/{path}");
            let invented = path.starts_with("tests/broken/") || path.contains("/data/2031/");
            if path.ends_with(".md") && !invented {
                pages.insert(path, String::from_utf8(bytes).expect("pages are UTF-8"));
            }
        }
    }
    pages
}

/// A page without its fenced blocks.
fn prose_of(page: &str) -> String {
    let mut fenced = false;
    let outside = |line: &&str| {
        let fence = line.starts_with("```");
        fenced ^= fence;
        !fence && !fenced
    };
    page.lines().filter(outside).collect::<Vec<_>>().join("\n")
}

/// The command lines of a page, each as its words: those of its shell blocks, where `\` at a line's end goes on, and
/// those that stand in its prose between backticks or in blocks that are indented.
fn commands_in(page: &str) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    for block in page.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default().replace("\\\n", " ");
        lines.extend(block.lines().map(str::to_owned));
    }
    let prose = prose_of(page);
    lines.extend(prose.lines().filter(|line| line.starts_with("    ")).map(str::to_owned));
    for paragraph in prose.split("\n\n") {
        lines.extend(paragraph.split('`').skip(1).step_by(2).map(|code| code.replace('\n', " ")));
    }
    let command = |line: &String| {
        let line = line.split(" #").next().unwrap_or_default().trim().trim_start_matches("$ ");
        let starts = ["cargo run --release -- ", "cargo run -- ", "kreisblatt ", "parallel kreisblatt "];
        let rest = starts.iter().find_map(|start| line.strip_prefix(start))?;
        Some(rest.split_whitespace().map(str::to_owned).collect())
    };
    lines.iter().filter_map(command).collect()
}

#[test]
fn the_documentation_speaks_of_commands_that_exist() {
    let sandbox = Sandbox::new();
    let mut helps: BTreeMap<String, String> = BTreeMap::new();
    let mut checked: BTreeMap<String, usize> = BTreeMap::new();
    for (path, page) in pages() {
        for words in commands_in(&page) {
            let call = words.join(" ");
            let command = words.first().filter(|word| !word.starts_with('-'));
            let help = helps.entry(command.cloned().unwrap_or_default()).or_insert_with(|| {
                let args: Vec<&str> = command.map(String::as_str).into_iter().chain(["--help"]).collect();
                let ran = sandbox.run(&args);
                ran.must_succeed().stdout().to_owned()
            });
            let flags = words.iter().filter(|word| word.starts_with("--")).filter_map(|flag| flag.split('=').next());
            for flag in flags.filter(|flag| *flag != "--") {
                let known = help.split(|c: char| c.is_whitespace() || c == ',').any(|word| word == flag);
                assert!(known, "{path}: `kreisblatt {call}`: the command knows no {flag}");
            }
            *checked.entry(path.clone()).or_default() += 1;
        }
    }
    let pages_with_commands =
        ["README.md", "docs/commands.md", "docs/verify.md", "docs/guide/start.md", "templates/README.md"];
    for path in pages_with_commands {
        assert!(checked.contains_key(path), "no commands were found in {path}: {checked:?}");
    }
}

#[test]
fn commands_are_found_in_shell_blocks_and_between_backticks() {
    let text = "`kreisblatt x`\n```sh\n$ kreisblatt build --only laender  # fast\ncargo run --release -- list \\\n  --state Hessen\nls\n```\n```toml\nkreisblatt = 1\n```\n\nSay `kreisblatt\nman`, or\n\n    kreisblatt check --with mine\n";
    let expected = [
        vec!["build", "--only", "laender"],
        vec!["list", "--state", "Hessen"],
        vec!["check", "--with", "mine"],
        vec!["x"],
        vec!["man"],
    ];
    assert_eq!(commands_in(text), expected);
}

#[test]
fn the_readme_is_short_and_begins_with_two_commands() {
    let readme = text_of("README.md");
    let lines = readme.lines().count();
    assert!(lines <= 220, "README.md has {lines} lines of at most 220: move the rest to docs/");
    for command in ["cargo run --release -- build", "cargo test"] {
        assert!(readme.contains(&format!("\n```sh\n{command}\n```\n")), "{command}");
    }
    for (path, _) in pages().iter().filter(|(path, _)| path.starts_with("docs/") && !path.starts_with("docs/guide/")) {
        assert!(readme.contains(&format!("]({path})")), "README.md does not lead to {path}");
    }
}

/// The name a heading has in links, as code hosts make it: lower case, blanks as hyphens, other signs left out.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.trim().to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_between_pages_lead_somewhere() {
    let pages = pages();
    let anchors = |page: &str| -> BTreeSet<String> {
        let prose = prose_of(page);
        let headings = prose.lines().filter_map(|line| line.strip_prefix('#'));
        headings.map(|line| anchor(line.trim_start_matches('#'))).collect()
    };
    let mut wrong = Vec::new();
    let mut links = 0;
    for (path, page) in &pages {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let prose = prose_of(page);
        // Links inside code are shown, not followed.
        let followed: Vec<&str> = prose.split('`').step_by(2).collect();
        for target in followed.join("`").split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            links += 1;
            let (file, place) = target.split_once('#').map_or((target, None), |(file, place)| (file, Some(place)));
            let mut parts: Vec<&str> = if file.is_empty() { path.split('/').collect() } else { Vec::new() };
            if !file.is_empty() {
                parts.extend(folder.split('/').filter(|part| !part.is_empty()));
                for part in file.split('/') {
                    match part {
                        ".." => drop(parts.pop()),
                        part => parts.push(part),
                    }
                }
            }
            let reached = parts.join("/");
            if !project().join(&reached).exists() {
                wrong.push(format!("{path}: {target}: no such file"));
            } else if let (Some(place), Some(page)) = (place, pages.get(&reached))
                && !anchors(page).contains(place)
            {
                wrong.push(format!("{path}: {target}: no such heading"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(links > 50, "the links were found");
}

#[test]
fn headings_are_named_as_links_name_them() {
    assert_eq!(anchor(" What `import --format json` prints"), "what-import---format-json-prints");
    assert_eq!(anchor(" `dcat-ap-de.jsonld`"), "dcat-ap-dejsonld");
}
