//! Finds values in unsafe positions: a document rendered with one private sign in place of every value must parse to a
//! syntax tree of the same shape. Where the shapes differ, a value was more than text.

use std::ops::Range;

use typst_syntax::{LinkedNode, Side, Source, SyntaxKind};

/// Returns the byte range in `composed` where the two trees first differ in shape; `None` when they do not.
pub fn first_difference(composed: &Source, probed: &Source) -> Option<Range<usize>> {
    compare(&LinkedNode::new(composed.root()), &LinkedNode::new(probed.root()))
}

/// Returns whether what begins at a byte offset is code that stands in markup: not in code, a literal or a comment.
pub fn is_markup(source: &Source, at: usize) -> bool {
    let leaf = LinkedNode::new(source.root()).leaf_at(at, Side::After);
    leaf.is_some_and(|leaf| {
        leaf.offset() == at && leaf.kind() == SyntaxKind::Hash && leaf.parent_kind() == Some(SyntaxKind::Markup)
    })
}

/// Returns whether a node is text a reader sees; runs of these count as one.
fn is_text(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::Text | SyntaxKind::Space | SyntaxKind::Escape | SyntaxKind::Parbreak)
}

fn shape<'a>(node: &LinkedNode<'a>) -> Vec<LinkedNode<'a>> {
    let mut children: Vec<LinkedNode<'a>> = node.children().collect();
    children.dedup_by(|b, a| is_text(a.kind()) && is_text(b.kind()));
    // White space where nothing is shown: a value may stand beside it.
    children.retain(|child| child.kind() != SyntaxKind::Space);
    children
}

fn compare(a: &LinkedNode<'_>, b: &LinkedNode<'_>) -> Option<Range<usize>> {
    let same_kind = a.kind() == b.kind() || (is_text(a.kind()) && is_text(b.kind()));
    if !same_kind {
        return Some(a.range());
    }
    if a.kind() == SyntaxKind::Error {
        return None; // Wrong with any value: Typst says it better.
    }
    // Names must be the same signs: a value glued to one would make another name.
    let is_name = matches!(
        a.kind(),
        SyntaxKind::Ident
            | SyntaxKind::MathIdent
            | SyntaxKind::Label
            | SyntaxKind::RefMarker
            | SyntaxKind::Raw
            | SyntaxKind::LineComment
            | SyntaxKind::BlockComment
            | SyntaxKind::Link
    );
    if is_name && a.get().full_text() != b.get().full_text() {
        return Some(a.range());
    }
    let (left, right) = (shape(a), shape(b));
    for (a, b) in left.iter().zip(&right) {
        if let Some(range) = compare(a, b) {
            return Some(range);
        }
    }
    (left.len() != right.len()).then(|| a.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differs(composed: &str, probed: &str) -> bool {
        first_difference(&Source::detached(composed), &Source::detached(probed)).is_some()
    }

    #[test]
    fn values_in_markup_and_in_strings_are_safe() {
        assert!(!differs("= Stadt Essen\nx", "= \u{e123}\nx"));
        assert!(!differs("#f(\"Essen \\u{22} x\", [a\\u{2a} b])", "#f(\"\u{e123}\", [\u{e123}])"));
    }

    #[test]
    fn values_in_code_math_labels_and_comments_are_not() {
        for (composed, probed) in [
            ("#f(Essen)", "#f(\u{e123})"),
            ("#let Essen = 1", "#let \u{e123} = 1"),
            ("$x Essen$", "$x \u{e123}$"),
            ("a <Essen>", "a <\u{e123}>"),
            ("#foo-Essen()", "#foo-\u{e123}()"),
            ("@Essen", "@\u{e123}"),
            ("`Essen`", "`\u{e123}`"),
            ("// Essen", "// \u{e123}"),
        ] {
            assert!(differs(composed, probed), "{composed}");
        }
    }
}
