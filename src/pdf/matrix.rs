//! Affine maps of places on a page, as PDF writes them.

/// `[a, b, c, d, e, f]`: maps a point (x, y) to (ax + cy + e, bx + dy + f).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix(pub [f64; 6]);

impl Matrix {
    /// The map that changes nothing.
    pub const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// The map with these six numbers; `None` when there are not six.
    pub fn of(values: &[f64]) -> Option<Self> {
        values.try_into().ok().map(Self)
    }

    /// The map that moves every point.
    pub fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// The map that applies this one first, and `next` after it.
    pub fn then(self, next: Self) -> Self {
        let ([a, b, c, d, e, f], [p, q, r, s, t, u]) = (self.0, next.0);
        Self([a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u])
    }

    /// Where a point is mapped to.
    pub fn apply(self, (x, y): (f64, f64)) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The smallest upright rectangle around a mapped rectangle; both are left, lower, right, upper.
    pub fn bounds(self, [left, lower, right, upper]: [f64; 4]) -> [f64; 4] {
        let corners = [(left, lower), (right, lower), (left, upper), (right, upper)].map(|corner| self.apply(corner));
        let bound = |of: fn(f64, f64) -> f64, start: f64| {
            corners.iter().fold((start, start), |(x, y), corner| (of(x, corner.0), of(y, corner.1)))
        };
        let (least, most) = (bound(f64::min, f64::INFINITY), bound(f64::max, f64::NEG_INFINITY));
        [least.0, least.1, most.0, most.1]
    }
}
