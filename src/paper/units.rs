//! Millimetres and points.

/// Points in a millimetre.
pub const POINTS_PER_MM: f64 = 72.0 / 25.4;
