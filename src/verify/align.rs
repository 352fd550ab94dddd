//! Matches the numbers of a document composed now with the numbers in the trace. If both contain the same numbers in
//! the same order, the position identifies a number; if a sentence or a map was added or removed, all later numbers
//! have moved.

/// The greatest number of compared pairs; they need a few hundred megabytes.
const MOST_PAIRS: usize = 1 << 26;

/// The likelihood that two numbers are the same number; 0 when they cannot be.
pub type Likeness = u16;

/// Returns for each of `len` items its partner among `of`. The partners are in the same order, and the sum of their
/// likeness is the greatest possible; `None` for an item without a partner. `alike` compares two items by their
/// positions.
pub fn aligned(len: usize, of: usize, alike: impl Fn(usize, usize) -> Likeness) -> Vec<Option<usize>> {
    let mut partners = vec![None; len];
    if len.saturating_mul(of) > MOST_PAIRS {
        return partners;
    }
    // best[a][b]: the greatest sum for the items from a and b on.
    let width = of + 1;
    let mut best = vec![0_u32; (len + 1) * width];
    for a in (0..len).rev() {
        for b in (0..of).rev() {
            let skipped = best[(a + 1) * width + b].max(best[a * width + b + 1]);
            let likeness = alike(a, b);
            let together = if likeness == 0 { 0 } else { u32::from(likeness) + best[(a + 1) * width + b + 1] };
            best[a * width + b] = skipped.max(together);
        }
    }
    let (mut a, mut b) = (0, 0);
    while a < len && b < of {
        let here = best[a * width + b];
        let likeness = alike(a, b);
        if likeness > 0 && here == u32::from(likeness) + best[(a + 1) * width + b + 1] {
            partners[a] = Some(b);
            (a, b) = (a + 1, b + 1);
        } else if here == best[(a + 1) * width + b] {
            a += 1;
        } else {
            b += 1;
        }
    }
    partners
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_texts(before: &str, now: &str) -> Vec<Option<usize>> {
        let (before, now): (Vec<char>, Vec<char>) = (before.chars().collect(), now.chars().collect());
        // Letters are alike by their sound, and more so when they are the same.
        aligned(before.len(), now.len(), |a, b| match (before[a], now[b]) {
            (a, b) if a == b => 3,
            (a, b) if a.is_ascii_uppercase() == b.is_ascii_uppercase() => 1,
            _ => 0,
        })
    }

    #[test]
    fn what_comes_or_goes_does_not_move_the_rest() {
        assert_eq!(of_texts("abc", "abc"), [Some(0), Some(1), Some(2)]);
        assert_eq!(of_texts("abc", "Xabc"), [Some(1), Some(2), Some(3)]);
        assert_eq!(of_texts("aXYbc", "abc"), [Some(0), None, None, Some(1), Some(2)]);
        assert_eq!(of_texts("abc", "axc"), [Some(0), Some(1), Some(2)]);
        assert_eq!(of_texts("", "a"), []);
        assert_eq!(of_texts("a", ""), [None]);
    }
}
