//! Which page goes where on which sheet: arithmetic alone. Lengths are points unless a name says otherwise,
//! places are counted from the upper left corner of the sheet.

use std::cmp::Ordering;

use super::super::units::POINTS_PER_MM as MM;

/// How far something may be too large for its place and still goes there: programs round formats differently.
const TOLERANCE: f64 = MM;

/// How far marks keep off the trimmed edge at least, and how long they are at most and at least.
const OFFSET: f64 = 3.0 * MM;
const LONGEST: f64 = 5.0 * MM;
const SHORTEST: f64 = 3.0 * MM;

/// The formats a sheet is chosen from: name, short and long side in millimetres; the smallest first.
pub const FORMATS: [(&str, f64, f64); 14] = [
    ("a6", 105.0, 148.0),
    ("a5", 148.0, 210.0),
    ("a4", 210.0, 297.0),
    ("ra4", 215.0, 305.0),
    ("sra4", 225.0, 320.0),
    ("a3", 297.0, 420.0),
    ("ra3", 305.0, 430.0),
    ("sra3", 320.0, 450.0),
    ("a2", 420.0, 594.0),
    ("ra2", 430.0, 610.0),
    ("sra2", 450.0, 640.0),
    ("a1", 594.0, 841.0),
    ("sra1", 640.0, 900.0),
    ("a0", 841.0, 1189.0),
];

/// A width and a height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageSize {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

impl PageSize {
    fn turned(self) -> Self {
        Self { width: self.height, height: self.width }
    }

    /// Whether it is the same for a printer.
    pub fn is_about(self, other: Self) -> bool {
        (self.width - other.width).abs() <= TOLERANCE && (self.height - other.height).abs() <= TOLERANCE
    }

    fn landscape(self) -> bool {
        self.width > self.height
    }
}

/// Left, top, right and bottom edge of a rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SheetRect {
    /// Distance of the left edge from that of the sheet.
    pub left: f64,
    /// Distance of the upper edge from that of the sheet.
    pub top: f64,
    /// Distance of the right edge from the left one of the sheet.
    pub right: f64,
    /// Distance of the lower edge from the upper one of the sheet.
    pub bottom: f64,
}

impl SheetRect {
    /// The part both share; its edges may be the wrong way round when there is none.
    pub fn within(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
    }

    /// The same, larger by a length on every side.
    pub fn grown(self, by: f64) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }
}

/// What sheets become.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Layout {
    /// Folded once, put into each other and stapled through the fold.
    Booklet {
        /// Whether the last page stays the last: blank pages then go before it, not behind it.
        back_cover: bool,
        /// How far the pages of the innermost sheet move towards the fold, in millimetres.
        creep_mm: f64,
    },
    /// Rows of pages, read from left to right.
    Grid {
        /// How many pages beside and above each other.
        cells: GridCells,
        /// Between them, in millimetres; `None` = room for the bleed of both.
        gutter_mm: Option<f64>,
        /// Whether a sheet repeats one page.
        repeat: bool,
    },
}

/// How many pages a sheet takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GridCells {
    /// So many, in the rows and columns that leave them largest.
    Count(usize),
    /// So many columns and rows.
    Exactly(usize, usize),
}

/// The edge of a sheet around which a printer turns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlipEdge {
    /// The short one.
    Short,
    /// The long one.
    Long,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ImposeSettings {
    /// What sheets become.
    pub layout: Layout,
    /// Sides of a sheet in millimetres; `None` = the smallest format that takes everything at full size.
    pub sheet_mm: Option<(f64, f64)>,
    /// Whether marks are drawn; `None` = where there is room, and room is made when the file has bleed.
    pub marks: Option<bool>,
    /// Around which edge the printer turns sheets; `None` = the one along the fold.
    pub flip: Option<FlipEdge>,
}

/// A side of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetFace {
    /// The side that is printed first.
    Front,
    /// The other side.
    Back,
    /// The back is empty.
    Only,
}

/// What is printed on one side of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetSide {
    /// Number of the sheet, from 0.
    pub sheet: usize,
    /// Which side.
    pub face: SheetFace,
    /// Pages by cell, row by row, counted from 0; `None` = blank.
    pub pages: Vec<Option<usize>>,
    /// How far its pages move towards the fold.
    pub creep: f64,
}

/// Where marks stand, measured from the trimmed edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marks {
    /// Where they begin.
    pub offset: f64,
    /// How long they are.
    pub length: f64,
}

/// Sheets of one kind: how they are divided.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrangement {
    /// The sheet; whole points.
    pub sheet: PageSize,
    /// GridCells beside each other.
    pub columns: usize,
    /// GridCells above each other.
    pub rows: usize,
    /// A cell: a trimmed page as it is printed.
    pub cell: PageSize,
    /// Between cells.
    pub gutter: f64,
    /// How much smaller pages are printed; 1 = full size.
    pub scale: f64,
    /// How far printing may reach over the trimmed edge.
    pub bleed: f64,
    /// `None` = there are no marks.
    pub marks: Option<Marks>,
    /// Whether cells meet in a fold, not a cut.
    pub folded: bool,
}

impl Arrangement {
    /// All cells together.
    pub fn block(&self) -> SheetRect {
        let total = |many: usize, each: f64| many as f64 * each + (many - 1) as f64 * self.gutter;
        let (width, height) = (total(self.columns, self.cell.width), total(self.rows, self.cell.height));
        let (left, top) = ((self.sheet.width - width) / 2.0, (self.sheet.height - height) / 2.0);
        SheetRect { left, top, right: left + width, bottom: top + height }
    }

    /// The place of a cell, row by row.
    pub fn cell(&self, at: usize) -> SheetRect {
        let block = self.block();
        let left = block.left + (at % self.columns) as f64 * (self.cell.width + self.gutter);
        let top = block.top + (at / self.columns) as f64 * (self.cell.height + self.gutter);
        SheetRect { left, top, right: left + self.cell.width, bottom: top + self.cell.height }
    }

    /// How far a cell may print: its bleed, to the middle of the gutter where it has a neighbour.
    pub fn reach(&self, at: usize) -> SheetRect {
        let (column, row) = (at % self.columns, at / self.columns);
        let side = |outermost: bool| if outermost { f64::INFINITY } else { self.gutter / 2.0 };
        let cell = self.cell(at);
        let reach = SheetRect {
            left: cell.left - side(column == 0),
            top: cell.top - side(row == 0),
            right: cell.right + side(column + 1 == self.columns),
            bottom: cell.bottom + side(row + 1 == self.rows),
        };
        reach.within(SheetRect { left: 0.0, top: 0.0, right: self.sheet.width, bottom: self.sheet.height })
    }

    /// The edge around which a printer turns sheets so that backs stand upright: the one along the fold.
    pub fn edge_along_fold(&self) -> FlipEdge {
        if self.sheet.landscape() { FlipEdge::Short } else { FlipEdge::Long }
    }

    /// The narrower of the free edges beside and above the cells.
    pub fn margin(&self) -> f64 {
        let block = self.block();
        block.left.min(block.top)
    }
}

/// Divides sheets for pages of one trimmed size with a bleed. `None` = no format is large enough.
pub fn arrangement(page: PageSize, bleed: f64, settings: &ImposeSettings) -> Option<Arrangement> {
    let wants_marks = settings.marks.unwrap_or(bleed > 0.0);
    let divided = |sheet: PageSize, columns: usize, rows: usize, margin: f64| {
        let gutter = match settings.layout {
            Layout::Booklet { .. } => Some(0.0),
            Layout::Grid { gutter_mm, .. } => gutter_mm.map(|mm| mm * MM),
        };
        // Gutters that hold the bleed shrink with the pages.
        let fit = |available: f64, many: usize, each: f64| {
            let gaps = (many - 1) as f64;
            let (fixed, shrinking) = gutter.map_or((0.0, 2.0 * bleed * gaps), |gutter| (gutter * gaps, 0.0));
            let full = many as f64 * each + shrinking;
            let room = available - 2.0 * margin - fixed;
            if full <= room + TOLERANCE { 1.0 } else { room / full }
        };
        let scale = fit(sheet.width, columns, page.width).min(fit(sheet.height, rows, page.height));
        let mut arrangement = Arrangement {
            sheet: PageSize { width: whole(sheet.width), height: whole(sheet.height) },
            columns,
            rows,
            cell: PageSize { width: page.width * scale, height: page.height * scale },
            gutter: gutter.unwrap_or(2.0 * bleed * scale),
            scale,
            bleed: bleed * scale,
            marks: None,
            folded: matches!(settings.layout, Layout::Booklet { .. }),
        };
        let offset = OFFSET.max(arrangement.bleed);
        let length = LONGEST.min(arrangement.margin() - offset);
        if settings.marks != Some(false) && length >= SHORTEST - 0.01 {
            arrangement.marks = Some(Marks { offset, length });
        }
        arrangement
    };
    let margin = if wants_marks { OFFSET.max(bleed) + SHORTEST } else { 0.0 };
    match settings.layout {
        Layout::Booklet { .. } => {
            let block = PageSize { width: 2.0 * page.width, height: page.height };
            let sheet = match settings.sheet_mm {
                Some(sides) => best_way_up(sides, block),
                None => smallest_format(block, margin)?,
            };
            Some(divided(sheet, 2, 1, 0.0))
        }
        Layout::Grid { cells, .. } => {
            let sheet = match settings.sheet_mm {
                Some(sides) => best_way_up(sides, page),
                None => smallest_format(page, 0.0)?,
            };
            let grids: Vec<(usize, usize)> = match cells {
                GridCells::Exactly(columns, rows) => vec![(columns, rows)],
                GridCells::Count(count) => {
                    (1..=count).filter(|n| count % n == 0).map(|columns| (columns, count / columns)).collect()
                }
            };
            let all = [sheet, sheet.turned()]
                .into_iter()
                .flat_map(|sheet| grids.iter().map(move |(columns, rows)| divided(sheet, *columns, *rows, margin)));
            // The largest pages; of equally large ones, those furthest from the edge.
            let better = |a: &Arrangement, b: &Arrangement| {
                let by_scale =
                    if (a.scale - b.scale).abs() < 1e-6 { Ordering::Equal } else { a.scale.total_cmp(&b.scale) };
                by_scale.then(a.margin().total_cmp(&b.margin()))
            };
            all.reduce(|best, next| if better(&next, &best).is_gt() { next } else { best })
                .filter(|best| best.scale > 0.0)
        }
    }
}

/// Sheets have whole points, as most programs write them; what is on half points then falls on whole pixels.
fn whole(length: f64) -> f64 {
    (length - 0.01).ceil()
}

fn best_way_up((one, other): (f64, f64), content: PageSize) -> PageSize {
    let size = PageSize { width: one * MM, height: other * MM };
    if size.landscape() == content.landscape() { size } else { size.turned() }
}

fn smallest_format(content: PageSize, margin: f64) -> Option<PageSize> {
    let slack = if margin > 0.0 { 0.01 } else { TOLERANCE };
    FORMATS.iter().map(|(_, short, long)| best_way_up((*short, *long), content)).find(|sheet| {
        sheet.width + slack >= content.width + 2.0 * margin && sheet.height + slack >= content.height + 2.0 * margin
    })
}

/// What is printed on the sides of all sheets, in the order of printing.
pub fn sides(pages: usize, cells: usize, layout: Layout) -> Vec<SheetSide> {
    match layout {
        Layout::Booklet { back_cover, creep_mm } => booklet(pages, back_cover, creep_mm * MM),
        Layout::Grid { repeat, .. } => {
            let sheets = if repeat { pages } else { pages.div_ceil(cells) };
            let page = |sheet: usize, cell: usize| if repeat { sheet } else { sheet * cells + cell };
            let side = |sheet| SheetSide {
                sheet,
                face: SheetFace::Only,
                pages: (0..cells).map(|cell| Some(page(sheet, cell)).filter(|page| *page < pages)).collect(),
                creep: 0.0,
            };
            (0..sheets).map(side).collect()
        }
    }
}

/// A booklet of sheets folded into each other, the outermost first. Sheets nearer to the middle are pushed out by
/// those around them, by equal steps; their pages move towards the fold by as much.
fn booklet(pages: usize, back_cover: bool, creep: f64) -> Vec<SheetSide> {
    let places = pages.next_multiple_of(4);
    let sheets = places / 4;
    let blanks = places - pages;
    let page = |place: usize| match back_cover {
        true if place + 1 == places => pages.checked_sub(1),
        true => Some(place).filter(|place| place + 1 < pages),
        false => Some(place).filter(|place| *place < places - blanks),
    };
    let side = |sheet: usize, face, left, right| SheetSide {
        sheet,
        face,
        pages: vec![page(left), page(right)],
        creep: if sheets > 1 { creep * sheet as f64 / (sheets - 1) as f64 } else { 0.0 },
    };
    (0..sheets)
        .flat_map(|sheet| {
            let (first, last) = (2 * sheet, places - 1 - 2 * sheet);
            [side(sheet, SheetFace::Front, last, first), side(sheet, SheetFace::Back, first + 1, last - 1)]
        })
        .collect()
}
