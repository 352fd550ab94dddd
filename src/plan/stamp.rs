//! The options of `stamp` as plain values.

use crate::args::{Stamp, StampPosition};
use crate::diag::{Problem, Result};
use crate::paper::{Align, StampSpot};

/// Returns the position of the stamp from the command line.
///
/// # Errors
/// A start number for a text without a placeholder for it.
pub fn stamp_spot(args: &Stamp) -> Result<StampSpot> {
    if args.start.is_some() && !args.text.is_numbered() {
        let problem = Problem::usage("KB330", "--start numbers files, and --text has no place for the number");
        return Err(problem.hint("write {n} where the number is to stand, or leave --start away").into());
    }
    let (top, side) = match args.position {
        StampPosition::TopLeft => (true, Align::Left),
        StampPosition::TopCenter => (true, Align::Centre),
        StampPosition::TopRight => (true, Align::Right),
        StampPosition::BottomLeft => (false, Align::Left),
        StampPosition::BottomCenter => (false, Align::Centre),
        StampPosition::BottomRight => (false, Align::Right),
    };
    Ok(StampSpot { top, side, x: args.x, y: args.y, size: args.size })
}
