//! Inside a room the files use each other in one direction: whoever reads one never has to read the others in a circle.
//!
//! A file uses another one when it names something that is defined there, by `super::`, `self::`, `crate::room::` or an
//! import. What a `mod.rs` passes on with `pub use` counts as use of the file that defines it, and passing on is no use.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::sandbox::{project, snapshot};

/// A word or a sign of a source; `::` is one.
type Token = String;

/// The words and signs of a source, without comments, texts and what is compiled for tests alone.
fn tokens(source: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let raw = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('r').map(|inner| inner.trim_start_matches('#'));
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if let Some(inner) = raw.filter(|inner| inner.starts_with('"')) {
            let start = rest.len() - inner.len() + 1;
            let end = format!("\"{}", "#".repeat(rest[..start].matches('#').count()));
            rest[start..].find(&end).map_or(rest.len(), |at| start + at + end.len())
        } else if c == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |at| at + 2)
        } else if c == '\'' {
            let mut signs = rest[1..].char_indices();
            match (signs.next(), signs.next()) {
                (Some((_, '\\')), Some((at, sign))) => {
                    let behind = 1 + at + sign.len_utf8();
                    rest[behind..].find('\'').map_or(rest.len(), |at| behind + at + 1)
                }
                (_, Some((at, '\''))) => at + 2,
                // A lifetime.
                _ => 1,
            }
        } else if is_word(c) {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            end
        } else {
            let length = if rest.starts_with("::") { 2 } else { c.len_utf8() };
            if !c.is_whitespace() {
                tokens.push(rest[..length].to_owned());
            }
            length
        };
        rest = &rest[length..];
    }
    without_tests(&tokens)
}

/// Leaves out the items behind `#[cfg(test)]`.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at..].iter().take(TEST.len()).map(String::as_str).eq(TEST) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let mut depth = 0;
        for token in &tokens[at..] {
            at += 1;
            match token.as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 && (token == "}" || token == ";") {
                break;
            }
        }
    }
    kept
}

/// A name a file has from elsewhere.
struct Import {
    /// What it is called here; `*` for all names.
    name: String,
    path: Vec<String>,
    /// Whether it is passed on.
    is_public: bool,
}

/// A file of a room as the module it is.
#[derive(Default)]
struct Module {
    file: String,
    children: BTreeSet<String>,
    imports: Vec<Import>,
    /// The paths in its code, imports apart.
    mentions: BTreeSet<Vec<String>>,
    /// Names it defines.
    items: BTreeSet<String>,
}

impl Module {
    /// The module at a path (`intake`, `table`) whose source is this.
    fn read(file: &str, at: &[String], source: &str) -> Self {
        let mut module = Self { file: file.to_owned(), ..Self::default() };
        let tokens = tokens(source);
        let token = |at: usize| tokens.get(at).map_or("", String::as_str);
        // The brace depths at which modules within the file begin.
        let (mut inner, mut depth): (Vec<usize>, usize) = (Vec::new(), 0);
        let mut now = 0;
        while now < tokens.len() {
            match token(now) {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    inner.pop_if(|begun| *begun == depth);
                }
                "mod" if token(now + 2) == ";" => {
                    module.children.insert(token(now + 1).to_owned());
                    now += 2;
                }
                "mod" if token(now + 2) == "{" => {
                    inner.push(depth);
                    module.items.insert(token(now + 1).to_owned());
                    now += 1;
                }
                "use" if inner.len() <= depth => {
                    let is_public = now > 0 && (token(now - 1) == "pub" || is_restricted(&tokens[..now]));
                    let mut end = now + 1;
                    for (path, name) in tree(&tokens, &mut end) {
                        if let Some(path) = absolute(path, at, inner.len(), &module.children) {
                            module.imports.push(Import { name, path, is_public });
                        }
                    }
                    now = end;
                }
                "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union" => {
                    let skipped = ["mut", "fn"].iter().filter(|word| token(now + 1) == **word).count();
                    module.items.insert(token(now + 1 + skipped).to_owned());
                    now += 1 + skipped;
                }
                word if word.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                    let is_method = now > 0 && token(now - 1) == ".";
                    let mut path = vec![word.to_owned()];
                    while token(now + 1) == "::" && token(now + 2).starts_with(|c: char| c.is_alphabetic() || c == '_')
                    {
                        path.push(token(now + 2).to_owned());
                        now += 2;
                    }
                    let whole = absolute(path.clone(), at, inner.len(), &module.children).unwrap_or(path);
                    // `pub(super)` of a room's `mod.rs` names nothing of the room.
                    if !is_method && !whole.is_empty() {
                        module.mentions.insert(whole);
                    }
                }
                _ => {}
            }
            now += 1;
        }
        module
    }

    fn import(&self, name: &str) -> Option<&Import> {
        self.imports.iter().find(|import| import.name == name)
    }
}

/// Whether tokens end with `pub(crate)` or the like.
fn is_restricted(tokens: &[Token]) -> bool {
    let open = tokens.iter().rposition(|token| token == "(");
    tokens.last().is_some_and(|last| last == ")") && open.is_some_and(|at| at > 0 && tokens[at - 1] == "pub")
}

/// The paths of a `use` that begins at `at`, with the names they have here; `at` ends on the last token of it.
fn tree(tokens: &[Token], at: &mut usize) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    let mut path: Vec<String> = Vec::new();
    while *at < tokens.len() {
        match tokens[*at].as_str() {
            "{" => {
                *at += 1;
                for (inner, name) in tree(tokens, at) {
                    // `{self}` is the module itself.
                    let is_self = inner == ["self"];
                    let name = if is_self && name == "self" { path.last().cloned().unwrap_or_default() } else { name };
                    let inner = if is_self { Vec::new() } else { inner };
                    found.push(([path.clone(), inner].concat(), name));
                }
                path.clear();
            }
            "as" => {
                *at += 1;
                found.push((std::mem::take(&mut path), tokens[*at].clone()));
            }
            "," | "}" | ";" => {
                if let Some(last) = path.last().cloned() {
                    found.push((std::mem::take(&mut path), last));
                }
                if tokens[*at] != "," {
                    return found;
                }
            }
            "::" => {}
            word => path.push(word.to_owned()),
        }
        *at += 1;
    }
    found
}

/// A path from the top of the crate; `None` for a path that begins with another name than `crate`, `self`, `super` or a
/// child of the module `at`. `inner` is how many modules within the file the path stands in.
fn absolute(path: Vec<String>, at: &[String], inner: usize, children: &BTreeSet<String>) -> Option<Vec<String>> {
    let mut base: Vec<String> = at.to_vec();
    base.extend(std::iter::repeat_n("(inner)".to_owned(), inner));
    let mut rest = path.as_slice();
    match rest.first()?.as_str() {
        "crate" => base.clear(),
        "self" => {}
        "super" => {
            while rest.first().is_some_and(|word| word == "super") {
                base.pop();
                rest = &rest[1..];
            }
            base.retain(|word| word != "(inner)");
            return Some([base, rest.to_vec()].concat());
        }
        child if inner == 0 && children.contains(child) => return Some([base, path].concat()),
        _ => return None,
    }
    base.retain(|word| word != "(inner)");
    Some([base, rest[1..].to_vec()].concat())
}

/// All files of the sources, by their path as modules.
struct Sources {
    modules: BTreeMap<Vec<String>, Module>,
}

impl Sources {
    fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut modules = BTreeMap::new();
        for (file, source) in files {
            let path: Vec<String> =
                file.trim_end_matches(".rs").trim_end_matches("/mod").split('/').map(str::to_owned).collect();
            let module = Module::read(file, &path, source);
            modules.insert(path, module);
        }
        // A file that only a test declares (`#[cfg(test)] mod tests;`) is none of the program.
        let declared = |path: &Vec<String>, modules: &BTreeMap<Vec<String>, Module>| {
            let (name, parent) = path.split_last().expect("a path has a last part");
            parent.is_empty() || modules.get(parent).is_some_and(|parent| parent.children.contains(name))
        };
        let stray: Vec<Vec<String>> = modules.keys().filter(|path| !declared(path, &modules)).cloned().collect();
        modules.retain(|path, _| !stray.contains(path));
        Self { modules }
    }

    /// The file that defines what a path from the top of the crate names; `None` for a module itself, and for what is no
    /// part of the sources. `left` bounds the way through names that are passed on.
    fn defining(&self, path: &[String], left: usize) -> Option<&str> {
        let left = left.checked_sub(1)?;
        let mut known = 0;
        while known < path.len() && self.modules.contains_key(&path[..=known]) {
            known += 1;
        }
        let module = self.modules.get(&path[..known])?;
        let name = path.get(known)?;
        if module.items.contains(name) {
            return Some(&module.file);
        }
        if let Some(import) = module.import(name) {
            return self.defining(&[&import.path, &path[known + 1..]].concat(), left);
        }
        match self.glob(module, &path[known..]) {
            Some(path) => self.defining(&path, left),
            None => Some(&module.file),
        }
    }

    /// A path whose first name a module has from another one by `*`, from the top of the crate.
    fn glob(&self, module: &Module, path: &[String]) -> Option<Vec<String>> {
        module.imports.iter().filter(|import| import.name == "*").find_map(|import| {
            let (_, whole) = import.path.split_last()?;
            let from = self.modules.get(whole)?;
            (from.items.contains(&path[0]) || from.import(&path[0]).is_some()).then(|| [whole, path].concat())
        })
    }

    /// Who of a room uses whom, by file.
    fn uses(&self, room: &str) -> BTreeMap<&str, BTreeSet<&str>> {
        let of_room = |path: &[String]| path.first().is_some_and(|first| first == room);
        let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (at, module) in self.modules.iter().filter(|(at, _)| of_room(at)) {
            let by_name = module.imports.iter().filter(|import| !import.is_public && import.name != "*");
            let imported = by_name.map(|import| import.path.clone());
            // A name that was imported, or is passed on and used here as well.
            let mentioned =
                module.mentions.iter().map(|path| match (module.import(&path[0]), self.glob(module, path)) {
                    (Some(import), _) => [&import.path, &path[1..]].concat(),
                    (None, Some(path)) => path,
                    (None, None) => path.clone(),
                });
            let files: BTreeSet<&str> = imported
                .chain(mentioned)
                .filter(|path| of_room(path) && path != at)
                .filter_map(|path| self.defining(&path, 20))
                .filter(|file| *file != module.file)
                .collect();
            uses.insert(&module.file, files);
        }
        uses
    }

    /// The circles of a room: for each use that is part of one the shortest way round, told from its first file on.
    fn circles(&self, room: &str) -> BTreeSet<String> {
        let uses = self.uses(room);
        let mut circles = BTreeSet::new();
        for (from, to) in uses.iter().flat_map(|(from, all)| all.iter().map(move |to| (*from, *to))) {
            let mut before: BTreeMap<&str, &str> = BTreeMap::from([(to, "")]);
            let mut waiting = VecDeque::from([to]);
            while let Some(file) = waiting.pop_front() {
                for next in uses.get(file).into_iter().flatten() {
                    if !before.contains_key(next) {
                        before.insert(next, file);
                        waiting.push_back(next);
                    }
                }
            }
            if !before.contains_key(from) {
                continue;
            }
            let mut way = vec![from];
            while way.last() != Some(&to) {
                way.push(before[way.last().expect("it has a first")]);
            }
            way.reverse();
            let first = way.iter().enumerate().min_by_key(|(_, file)| **file).map_or(0, |(at, _)| at);
            way.rotate_left(first);
            way.push(way[0]);
            circles.insert(way.join(" -> "));
        }
        circles
    }

    fn rooms(&self) -> impl Iterator<Item = &str> {
        self.modules.keys().filter(|path| path.len() == 1).map(|path| path[0].as_str())
    }
}

#[test]
fn files_inside_a_room_use_each_other_in_one_direction() {
    let files = snapshot(&project().join("src"));
    let files: BTreeMap<String, String> = files
        .into_iter()
        .filter(|(path, _)| path.ends_with(".rs") && path != "lib.rs" && path != "main.rs")
        .map(|(path, bytes)| (path, String::from_utf8(bytes).expect("sources are UTF-8")))
        .collect();
    let sources = Sources::read(files.iter().map(|(path, source)| (path.as_str(), source.as_str())));
    let all: usize = sources.rooms().map(|room| sources.uses(room).values().map(BTreeSet::len).sum::<usize>()).sum();
    assert!(all > 100, "the uses are found: {all}");
    let circles: Vec<String> = sources.rooms().flat_map(|room| sources.circles(room)).collect();
    assert!(circles.is_empty(), "files use each other in circles:\n  {}", circles.join("\n  "));
}

/// The circles of a room `room` of these files.
fn circles(files: &[(&str, &str)]) -> String {
    let sources = Sources::read(files.iter().copied());
    sources.circles("room").into_iter().collect::<Vec<_>>().join("\n")
}

#[test]
fn circles_are_found_in_every_form() {
    let mod_file = ("room/mod.rs", "mod a;\nmod b;\npub use b::B;\npub const LIMIT: u32 = 1;\n");
    let b = ("room/b.rs", "use crate::room::a::A as Other;\npub struct B(Other);\n");
    for (a, circle) in [
        ("pub struct A;", ""),
        ("use super::b::{self, B};\npub struct A;", "room/a.rs -> room/b.rs -> room/a.rs"),
        ("pub struct A;\nfn f() { super::b::g() }", "room/a.rs -> room/b.rs -> room/a.rs"),
        ("use super::b;\npub struct A;\nfn f() { b::g() }", "room/a.rs -> room/b.rs -> room/a.rs"),
        // Passed on by `mod.rs`.
        ("use super::B;\npub struct A;", "room/a.rs -> room/b.rs -> room/a.rs"),
        ("use super::*;\npub struct A(B);", "room/a.rs -> room/b.rs -> room/a.rs"),
        ("use super::*;\npub struct A([u8; LIMIT]);", ""),
        ("use super::LIMIT;\npub struct A;", ""),
        ("mod inner {\n    use super::super::b::B;\n}\npub struct A;", "room/a.rs -> room/b.rs -> room/a.rs"),
        ("mod inner {\n    use super::A;\n}\npub struct A;", ""),
        // What is said in comments, texts and tests uses nothing.
        ("// super::b::g()\n/* super::b */ pub struct A(&'static str);\nconst C: A = A(\"super::b::g()\");", ""),
        ("const C: &str = r#\"\"super::b::g()\"#;\nconst D: char = '\"';\npub struct A;", ""),
        ("pub struct A;\n#[cfg(test)]\nmod tests {\n    use super::super::b::B;\n}\n", ""),
        ("pub struct A;\n#[cfg(test)]\nuse super::b::B;\n", ""),
    ] {
        assert_eq!(circles(&[mod_file, ("room/a.rs", a), b]), circle, "{a}");
    }
}

#[test]
fn a_mod_file_that_its_children_need_holds_no_logic() {
    for (mod_file, circle) in [
        ("mod a;\npub use a::A;\npub const LIMIT: u32 = 1;", ""),
        ("mod a;\npub const LIMIT: u32 = 1;\npub fn f() { a::g() }", "room/a.rs -> room/mod.rs -> room/a.rs"),
        ("mod a;\nuse a::A;\npub const LIMIT: u32 = 1;\npub fn f(_: A) {}", "room/a.rs -> room/mod.rs -> room/a.rs"),
        (
            "mod a;\npub use a::A;\npub const LIMIT: u32 = 1;\npub fn f(_: A) {}",
            "room/a.rs -> room/mod.rs -> room/a.rs",
        ),
    ] {
        assert_eq!(
            circles(&[("room/mod.rs", mod_file), ("room/a.rs", "use super::LIMIT;\npub struct A;")]),
            circle,
            "{mod_file}"
        );
    }
    let deep = [
        ("room/mod.rs", "mod a;\nmod b;"),
        ("room/a/mod.rs", "mod c;\npub use c::C;"),
        ("room/a/c.rs", "use crate::room::b::B;\npub struct C;"),
        ("room/b.rs", "use super::a::C;\npub struct B;"),
    ];
    assert_eq!(circles(&deep), "room/a/c.rs -> room/b.rs -> room/a/c.rs");
}
