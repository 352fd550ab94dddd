//! A problem drawn for a terminal: the message, the line it is about, the cell marked.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::excerpt::Excerpt;
use super::place::Place;
use super::problem::Problem;
use super::severity::Severity;
use super::words::is_invisible;

/// What the drawing puts in front of a line, and room for the dots where it is cut.
const GUTTER: usize = 16;

/// Draws a problem for a terminal so many columns wide, with or without colour. Control characters and signs
/// that steer the direction of text are shown by name or replaced, in the message as in the line.
pub fn drawn(problem: &Problem, width: usize, colour: bool) -> String {
    let width = width.max(40);
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let hints: Vec<String> = problem.hints.iter().map(|hint| named(hint)).collect();
    let mut group = level.primary_title(named(&problem.message)).id(problem.id).elements(Vec::<Origin<'_>>::new());
    if let Some(place) = &problem.place {
        group = placed(group, problem.excerpt.as_deref(), place, width);
    }
    group = group.elements(hints.iter().map(|hint| Level::HELP.with_name("hint").message(hint.as_str())));
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(width).render(&[group])
}

fn placed<'a>(group: Group<'a>, excerpt: Option<&Excerpt>, place: &Place, width: usize) -> Group<'a> {
    let path = named(&place.file);
    let line = usize::try_from(place.line).unwrap_or(usize::MAX);
    let column = usize::try_from(place.column).unwrap_or(usize::MAX);
    let Some(excerpt) = excerpt else {
        let mut origin = Origin::path(path);
        if place.line > 0 {
            origin = origin.line(line);
            if place.column > 0 {
                origin = origin.char_column(column);
            }
        }
        return group.element(origin);
    };
    // One sign for one sign: columns stay what they are.
    let text: String = excerpt.line.chars().map(visible).collect();
    let offset = |at: usize| text.char_indices().nth(at).map_or(text.len(), |(at, _)| at);
    // A mark wider than the terminal would hide where it begins.
    let end = excerpt.end.min(excerpt.start + width - GUTTER);
    let mark = AnnotationKind::Primary.span(offset(excerpt.start)..offset(end));
    group.element(Snippet::source(text).line_start(line).path(path).annotation(mark))
}

/// A text with signs that cannot be seen, or that a terminal would obey, written as `\u{…}`.
fn named(text: &str) -> String {
    let sign = |c: char| if is_unsafe(c) { c.escape_unicode().collect::<Vec<_>>() } else { vec![c] };
    text.chars().flat_map(sign).collect()
}

/// A sign that stands for one that cannot be seen; any other sign is itself.
fn visible(c: char) -> char {
    match c {
        '\t' => ' ',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        c if is_unsafe(c) => '\u{fffd}',
        c => c,
    }
}

fn is_unsafe(c: char) -> bool {
    c != '\u{fffd}' && (c.is_control() || is_invisible(c))
}

/// A text of Markdown paragraphs in lines of at most so many characters. Words are never divided.
pub fn wrapped(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.split("\n\n") {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    fn problem(line: &str, start: usize, end: usize) -> Problem {
        let column = u32::try_from(start + 1).expect("small");
        let mut problem = Problem::warning("KB118", "it is wrong").at(Place::new(&Arc::from("a.csv"), 7, column));
        problem.excerpt = Some(Box::new(Excerpt { line: line.to_owned(), start, end }));
        problem.hint("mend it")
    }

    #[test]
    fn a_cell_is_underlined_as_a_whole() {
        let text = drawn(&problem("08111,Größe,x", 6, 11), 80, false);
        let expected = "warning[KB118]: it is wrong\n --> a.csv:7:7\n  |\n7 | 08111,Größe,x\n  |       ^^^^^\n  |\n  = hint: mend it";
        assert_eq!(text, expected);
    }

    #[test]
    fn long_lines_are_cut_around_the_cell() {
        let line = format!("{},CELL,{}", "a".repeat(200), "b".repeat(200));
        let text = drawn(&problem(&line, 201, 205), 60, false);
        assert!(text.contains("a.csv:7:202"), "{text}");
        assert!(text.contains(",CELL,") && text.contains("^^^^\n"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
        let wide = drawn(&problem(&"x".repeat(400), 0, 400), 60, false);
        assert!(wide.lines().all(|line| line.chars().count() <= 60), "{wide}");
    }

    #[test]
    fn problems_without_a_line_are_drawn_too() {
        let file = Problem::error("KB904", "no such file").at(Place::file("x.toml"));
        assert_eq!(drawn(&file, 80, false), "error[KB904]: no such file\n--> x.toml");
        assert_eq!(drawn(&Problem::error("KB306", "none"), 80, false), "error[KB306]: none");
    }

    proptest! {
        #[test]
        fn no_control_character_reaches_the_terminal(
            line in any::<String>(), message in any::<String>(), hint in any::<String>(), file in any::<String>(),
            start in 0usize..30, length in 0usize..30, width in 0usize..200
        ) {
            let line: String = line.chars().filter(|c| *c != '\n').collect();
            let count = line.chars().count();
            let (start, end) = (start.min(count), (start + length).min(count));
            let mut problem = problem(&line, start, end.max(start));
            problem.message = message;
            problem.place = Some(Place::new(&Arc::from(file.as_str()), 7, 1));
            let text = drawn(&problem.hint(hint), width, false);
            prop_assert!(text.chars().all(|c| c == '\n' || !(c.is_control() || is_unsafe(c))), "{text:?}");
        }

        #[test]
        fn wrapping_keeps_all_words(text in "[a-zä\\n ]{0,200}", width in 1usize..40) {
            let out = wrapped(&text, width);
            prop_assert!(out.lines().all(|line| line.chars().count() <= width || !line.contains(' ')));
            prop_assert_eq!(out.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
        }
    }
}
