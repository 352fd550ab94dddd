//! What is done with PDFs after the line, and beside it: `stamp` on files of many kinds (`foreign`) and on ours, what it
//! refuses (`refused`), `tents`, and `impose` on pages made by hand (`sources`) and on ours.

mod foreign;
mod impose;
mod refused;
mod sources;
mod stamp;
mod tents;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};

/// Pixels in a millimetre of pictures.
const SCALE: f64 = 2.0 * 72.0 / 25.4;

/// A page as shown, two pixels to a point.
#[derive(PartialEq)]
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Draws a page, counted from 0.
    fn of(pdf: &[u8], page: usize) -> Self {
        let pdf = Pdf::new(pdf.to_vec()).expect("a PDF");
        let settings = RenderSettings { x_scale: 2.0, y_scale: 2.0, bg_color: WHITE, ..Default::default() };
        let pixmap = render(&pdf.pages()[page], &RenderCache::new(), &InterpreterSettings::default(), &settings);
        let pixels = pixmap.data().iter().map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
        Self { width: pixmap.width().into(), height: pixmap.height().into(), pixels }
    }

    /// The smallest box round all pixels in which two pictures differ, in pixels from the upper left corner: left,
    /// upper, right, lower; `None` when they are alike.
    fn difference(&self, other: &Self) -> Option<[usize; 4]> {
        assert_eq!((self.width, self.height), (other.width, other.height));
        let pixels = self.pixels.iter().zip(&other.pixels).enumerate();
        let places = pixels.filter(|(_, (a, b))| a != b).map(|(at, _)| (at % self.width, at / self.width));
        places.fold(None, |found, (x, y)| {
            let [l, u, r, w] = found.unwrap_or([x, y, x + 1, y + 1]);
            Some([l.min(x), u.min(y), r.max(x + 1), w.max(y + 1)])
        })
    }
}

/// Millimetres from two edges of a page to what differs on it, in a picture: from the right edge and from the top.
fn margins(picture: &Picture, [_, upper, right, _]: [usize; 4]) -> (f64, f64) {
    ((picture.width - right) as f64 / SCALE, upper as f64 / SCALE)
}
