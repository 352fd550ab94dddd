//! The maps of the brochure: all Kommunen, one indicator in classes, and one Land.

mod all;
mod choropleth;
mod drawn;
mod land;

pub use all::AllMapView;
pub(crate) use all::all_map;
pub use choropleth::ChoroplethView;
pub(crate) use choropleth::choropleths;
pub(crate) use drawn::length;
pub use land::LandMapView;
pub(crate) use land::land_map;
