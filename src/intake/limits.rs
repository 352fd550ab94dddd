//! How much of a delivered file is read: about ten times the largest table there is to import.

/// Most bytes of a file.
pub const LARGEST_FILE: u64 = 64 << 20;

/// Most bytes of a workbook's parts, unpacked.
pub const MOST_UNPACKED: u64 = 128 << 20;

/// Most rows of a sheet: there are some 400 Kreise and 11,000 Gemeinden.
pub const MOST_ROWS: u32 = 100_000;

/// Most cells of a sheet.
pub const MOST_CELLS: usize = 4_000_000;

/// The longest text of a cell, in bytes: Excel lets one have 32,767 signs.
pub const LONGEST_TEXT: usize = 4 * 32_767;
