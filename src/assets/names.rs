//! File names with a meaning: which files of a project are read, and which are ignored.

/// The files of the catalogue page. No PDF depends on them.
pub const CATALOGUE: &str = "templates/catalogue/";

/// The theme of the documents: accent colour and logo.
pub const THEME: &str = "templates/look/theme.typ";

/// The project file: publisher, colour, logo and so on. A folder with this file is a project.
pub const PROJECT: &str = "kreisblatt.toml";

/// Returns whether a name is that of a hidden file or of an editor's temporary file. Such files are never read.
pub fn is_leftover(name: &str) -> bool {
    let ends = ["~", ".swp", ".swx", ".swo", ".bak", ".tmp"];
    name.starts_with(['.', '#']) || name == "4913" || ends.iter().any(|end| name.ends_with(end))
}

/// Names in a project folder that are ignored without a warning: a repository has them for itself.
pub const IGNORED: [&str; 13] = [
    "README.md",
    "LICENSE",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "CHANGELOG.md",
    "NOTICE.md",
    "out",
    "src",
    "tests",
    "benches",
    "docs",
    "Cargo.toml",
    "Cargo.lock",
];

/// The files an edition may have; `*.md` stands for its texts.
pub const EDITION_FILES: [&str; 13] = [
    "edition.toml",
    "kommunen.csv",
    "indicators.toml",
    "changes.toml",
    "laender_gedruckt.csv",
    "ranglisten_gedruckt.csv",
    "eckwerte.toml",
    "praxis.toml",
    "mapping.toml",
    "key_figures.toml",
    "printed_lists.toml",
    "themes.toml",
    "*.md",
];

/// Returns whether a file of an edition is one of its texts: lower-case letters, digits, `-` and `_`, then `.md`.
pub fn is_text(name: &str) -> bool {
    let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    name.strip_suffix(".md").is_some_and(|stem| !stem.is_empty() && stem.chars().all(sign))
}

/// Returns the correct name of a text for a Markdown file with another name: `vorwort.md` for `Vorwort.markdown`.
/// `None` when the file is not Markdown.
pub fn corrected_text_name(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    if !["md", "markdown", "mdown", "mkd"].contains(&ending.to_lowercase().as_str()) {
        return None;
    }
    let mut plain = String::new();
    for c in stem.to_lowercase().chars() {
        match c {
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            c if c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' => plain.push(c),
            _ if !plain.ends_with('-') => plain.push('-'),
            _ => {}
        }
    }
    let plain = plain.trim_matches('-');
    (!plain.is_empty()).then(|| format!("{plain}.md"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_markdown_files_are_corrected() {
        for (name, corrected) in [
            ("Vorwort.md", Some("vorwort.md")),
            ("vorwort.MD", Some("vorwort.md")),
            ("vorwort.markdown", Some("vorwort.md")),
            ("Grußwort der Präsidentin.md", Some("grusswort-der-praesidentin.md")),
            ("README.txt", None),
            ("é.md", None),
        ] {
            assert_eq!(corrected_text_name(name).as_deref(), corrected, "{name}");
        }
    }
}
