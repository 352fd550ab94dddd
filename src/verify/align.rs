//! Which number of a document composed now is which of the trace. When both print the same numbers in the same
//! order, the position says it; when a sentence or a map has come or gone, all behind it has moved.

/// The most pairs that are weighed; a few hundred megabytes of work at the most.
const MOST_PAIRS: usize = 1 << 26;

/// How much it speaks for two numbers being the same one; 0 when they cannot be.
pub type Likeness = u16;

/// For each of `len` items its partner among `of`, so that partners stand in the same order and the sum of
/// their likeness is the greatest; `None` for an item without one. `alike` compares two by their positions.
pub fn aligned(len: usize, of: usize, alike: impl Fn(usize, usize) -> Likeness) -> Vec<Option<usize>> {
    let mut partners = vec![None; len];
    if len.saturating_mul(of) > MOST_PAIRS {
        return partners;
    }
    // best[a][b]: the greatest sum from the items a.. and b.. on.
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
