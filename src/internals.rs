//! Items that the tests of this project use in addition to the public interface. They may change at any time.

pub use crate::assets::Assets;
pub use crate::diag::rules;
pub use crate::digest::sha256;
pub use crate::german::GermanOrder;
pub use crate::load::measured;
pub use crate::pdf::{PdfReading, read};
pub use crate::trace::TraceLine;

/// Delivered tables.
pub mod intake {
    pub use crate::intake::{BaseTable, Mapping, MergeOptions, TableLocation, delivered, matched, merged};

    /// Numbers in delivered tables.
    pub mod number {
        pub use crate::intake::number::{NumberNotation, NumberReading, reading, written};
    }
}

/// Finished PDFs: stamping and imposition.
pub mod paper {
    pub use crate::paper::{Align, Faces, StampSpot, stamped};

    /// Pages on sheets.
    pub mod impose {
        pub use crate::paper::impose::*;
    }
}
