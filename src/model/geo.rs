//! Boundaries for maps.

/// A closed line of points, x east and y north in metres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// Whether it bounds a hole.
    pub hole: bool,
    /// Its points; the last is the first again.
    pub points: Vec<[i64; 2]>,
}

/// A region: a Kreis or a Land.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Boundary {
    /// AGS of the Kreis, or key of the Land.
    pub key: String,
    /// Its outlines and holes.
    pub rings: Vec<Ring>,
}

/// Boundaries in ETRS89 / UTM zone 32N; both empty when the project has none.
#[derive(Debug, Clone, Default)]
pub struct Boundaries {
    /// The Kreise, by AGS.
    pub kreise: Vec<Boundary>,
    /// The Länder, by key.
    pub laender: Vec<Boundary>,
}
