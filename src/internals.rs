//! What the tests of this project use besides the public interface. No promise is made about any of it.

pub use crate::assets::Assets;
pub use crate::diag::rules;
pub use crate::digest::sha256;
pub use crate::german::GermanOrder;
pub use crate::load::measured;
pub use crate::pdf::{PdfReading, read};
pub use crate::trace::TraceLine;

/// Deliveries.
pub mod intake {
    pub use crate::intake::{BaseTable, Mapping, MergeOptions, TableLocation, delivered, matched, merged};

    /// Numbers of deliveries.
    pub mod number {
        pub use crate::intake::number::{NumberNotation, NumberReading, reading, written};
    }
}

/// Finished PDFs, stamped and put on sheets.
pub mod paper {
    pub use crate::paper::{Align, Faces, StampSpot, stamped};

    /// Pages on sheets.
    pub mod impose {
        pub use crate::paper::impose::*;
    }
}
