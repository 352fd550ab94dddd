//! GeoJSON -> boundaries. Coordinates are ETRS89 / UTM zone 32N (EPSG:25832) in metres.

use serde::Deserialize;
use serde_json::Value;

use crate::assets::Assets;
use crate::diag::{Place, Problem, Report, Result, count};
use crate::model::{Boundaries, Boundary, Ring};

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Value,
    geometry: Geometry,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    Polygon { coordinates: Vec<Vec<[f64; 2]>> },
    MultiPolygon { coordinates: Vec<Vec<Vec<[f64; 2]>>> },
}

/// Reads the newest `data/geo/kreise*.geojson` and `laender*.geojson`; without them there are no maps.
///
/// # Errors
/// A file that is not UTF-8, no GeoJSON of polygons, or has coordinates that are not metres.
pub fn boundaries(assets: &Assets) -> Result<Boundaries> {
    let mut report = Report::new();
    let mut read = |prefix: &str, key: &str| {
        let newest = assets.list("data/geo/").filter(|p| p.ends_with(".geojson") && p[9..].starts_with(prefix)).max();
        newest.map_or(Ok(Vec::new()), |path| shapes(assets, path, key)).unwrap_or_else(|problems| {
            report.extend(problems);
            Vec::new()
        })
    };
    let boundaries = Boundaries { kreise: read("kreise", "ags"), laender: read("laender", "land") };
    if report.has_errors() { Err(report) } else { Ok(boundaries) }
}

fn shapes(assets: &Assets, path: &str, key: &str) -> Result<Vec<Boundary>> {
    let shown = assets.shown(path);
    let collection: Collection = serde_json::from_str(assets.text(path)?).map_err(|error| {
        Problem::error("KB134", format!("the boundaries cannot be read: {error}"))
            .at(Place::new(&shown, count(error.line()), count(error.column())))
            .hint("a FeatureCollection of Polygon and MultiPolygon is expected")
    })?;
    let shapes = collection.features.into_iter().map(|feature| {
        let key = feature.properties.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let polygons = match feature.geometry {
            Geometry::Polygon { coordinates } => vec![coordinates],
            Geometry::MultiPolygon { coordinates } => coordinates,
        };
        let rings = polygons.into_iter().flat_map(|polygon| {
            polygon.into_iter().enumerate().map(|(at, points)| Ring {
                hole: at > 0,
                points: points.into_iter().map(|[x, y]| [metres(x), metres(y)]).collect(),
            })
        });
        Boundary { key, rings: rings.collect() }
    });
    let shapes: Vec<Boundary> = shapes.collect();
    let metric =
        shapes.iter().flat_map(|s| &s.rings).flat_map(|r| &r.points).all(|[x, y]| x.abs() > 1000 && y.abs() > 1000);
    if metric {
        Ok(shapes)
    } else {
        Err(Problem::error("KB134", "the coordinates are not metres")
            .at(Place::file(&shown))
            .hint("convert them to EPSG:25832 (ETRS89 / UTM zone 32N)")
            .into())
    }
}

/// Whole metres; a coordinate outside of any map becomes zero, which is refused.
fn metres(n: f64) -> i64 {
    if n.abs() < 1e9 { n.round() as i64 } else { 0 }
}
