//! The fuzz target of the readers of numbers and tables. It mutates real files, inside their archives too, and asks for
//! three things: no panic, an end, and that what was accepted reads back the same.
//!
//! `KREISBLATT_FUZZ_SECONDS=600 cargo test --test suite fuzz -- --nocapture` runs it for ten minutes, with
//! `KREISBLATT_FUZZ_SEED=N` from another start; without them it runs a second.

#![expect(clippy::print_stdout, reason = "how much was tried is what a long run is for")]

use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kreisblatt::internals::Assets;
use kreisblatt::internals::intake::number::{NumberNotation, NumberReading, reading, written};
use kreisblatt::internals::intake::{BaseTable, Mapping, MergeOptions, TableLocation, delivered, matched, merged};
use kreisblatt::internals::measured;

use crate::intake::{archive, ods, ods_rows, texts};
use crate::sandbox::project;

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).expect("smaller than n")
    }
}

/// Pieces that mean something to one of the readers.
const PIECES: [&str; 44] = [
    "1.409,75",
    "1.409",
    "–",
    "x",
    "12,4 %",
    "\u{202f}",
    "\u{a0}km²",
    "k. A.",
    "'",
    "\"",
    "\"\"",
    ";",
    ",",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "AGS",
    "Einwohner",
    "0",
    "99999999999999999999",
    "-",
    "1e999",
    "<",
    ">",
    "</c>",
    "<v>",
    "&amp;",
    "&#0;",
    "t=\"e\"",
    "t=\"s\"",
    "r=\"XFD1048576\"",
    "r=\"A0\"",
    "ref=\"A1:Z9\"",
    "<mergeCell ref=\"A2:B9\"/>",
    "table:number-rows-repeated=\"99999999\"",
    "table:number-columns-repeated=\"16384\"",
    "<table:covered-table-cell/>",
    "office:value-type=\"percentage\"",
    "NaN",
    "inf",
    "<!DOCTYPE",
    "sep=;\n",
];

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(6) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(6) {
            0 if !bytes.is_empty() => {
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
            }
            1 if !bytes.is_empty() => {
                let end = (at + dice.below(30)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let end = (at + dice.below(200)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            3 => bytes.truncate(bytes.len() - bytes.len().min(dice.below(40))),
            4 if !bytes.is_empty() => {
                let at = dice.below(bytes.len());
                bytes[at] = u8::try_from(dice.below(256)).expect("a byte");
            }
            _ => {
                let piece = PIECES[dice.below(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
        }
    }
}

/// An archive with one or two of its parts mutated, packed anew.
fn repacked(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut packed = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut parts: Vec<(String, Vec<u8>)> = (0..packed.len())
        .map(|at| {
            let mut part = packed.by_index(at).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("reads");
            (part.name().expect("a name").into_owned(), bytes)
        })
        .filter(|(name, _)| !name.ends_with(".jpeg"))
        .collect();
    for _ in 0..=dice.below(2) {
        let at = dice.below(parts.len());
        mutate(&mut parts[at].1, dice);
    }
    archive(&parts.iter().map(|(name, part)| (name.as_str(), part.as_slice())).collect::<Vec<_>>())
}

/// What is accepted is printed and read back the same, by the style it has.
fn number(text: &str, unit: &str) {
    match reading(text, unit) {
        NumberReading::Value(value, style) => {
            let plain = written(value, 0);
            let again = reading(&plain, unit);
            assert!(
                matches!(again, NumberReading::Value(other, _) | NumberReading::Either { plain: other, .. } if other == value),
                "{text:?}: {value} is read back as {again:?}"
            );
            if style == Some(NumberNotation::German) {
                let again = reading(&plain.replace('.', ","), unit);
                assert!(matches!(again, NumberReading::Value(other, _) if other == value), "{text:?}: {again:?}");
            }
        }
        NumberReading::Either { german, plain } => assert!(german != plain || german.is_zero(), "{text:?}"),
        NumberReading::Absent | NumberReading::Refused(_) => {}
    }
}

#[test]
fn readers_stand_mutated_files_and_numbers() {
    let from_environment = |name: &str| std::env::var_os(name)?.to_str()?.parse::<u64>().ok();
    let seconds = from_environment("KREISBLATT_FUZZ_SECONDS").unwrap_or(1);
    let mut dice = Dice(from_environment("KREISBLATT_FUZZ_SEED").unwrap_or(2017));
    let assets = Assets::embedded();
    let indicators = measured(&assets, "2017").expect("the indicators");
    let base = BaseTable::read("2017", assets.text("data/2017/kommunen.csv").expect("the table"));
    let small: &[&[&str]] =
        &[&["AGS", "Einwohner", "SGB II-Quote"], &["8426", "199.742", "2,1"], &["08435", "216227", "12,4 %"]];
    let real =
        |name: &str| std::fs::read(project().join("tests/data/landkreise-deutschland").join(name)).expect("the file");
    let lines =
        String::from_utf8(real("districts.csv")).expect("UTF-8").lines().take(12).collect::<Vec<_>>().join("\n");
    let seeds: [(&str, Vec<u8>, bool); 6] = [
        ("a.csv", lines.into_bytes(), false),
        ("b.csv", small.iter().map(|row| row.join(";")).collect::<Vec<_>>().join("\r\n").into_bytes(), false),
        ("c.xlsx", texts(small), true),
        ("d.ods", ods(&format!("<table:table table:name=\"T\">{}</table:table>", ods_rows(small))), true),
        ("e.xlsx", real("04-kreise.xlsx"), true),
        (
            "f.csv",
            "AGS,Name,Typ,Fläche\n15001,\"Dessau, Stadt\",Kreisfreie Stadt,\"244,62\"\n".as_bytes().to_vec(),
            false,
        ),
    ];
    let (start, limit) = (Instant::now(), Duration::from_secs(seconds));
    let (mut numbers, mut files, mut accepted, mut slowest) = (0_u64, 0_u64, 0_u64, Duration::ZERO);
    while start.elapsed() < limit {
        for _ in 0..200 {
            let mut text = PIECES[dice.below(PIECES.len())].as_bytes().to_vec();
            mutate(&mut text, &mut dice);
            let unit = ["", "%", "km²", "EW/km²"][dice.below(4)];
            number(&String::from_utf8_lossy(&text), unit);
            numbers += 1;
        }
        // The large workbook takes its turn less often.
        let which = if dice.below(20) == 0 { 4 } else { [0, 1, 2, 3, 5][dice.below(5)] };
        let (name, seed, packed) = &seeds[which];
        let bytes = if *packed && dice.below(5) > 0 {
            repacked(seed, &mut dice)
        } else {
            let mut bytes = seed.clone();
            mutate(&mut bytes, &mut dice);
            bytes
        };
        let begun = Instant::now();
        files += 1;
        if let Ok(found) = delivered(&Arc::from(*name), bytes, TableLocation::default()) {
            let mapping = Mapping::default();
            let order = MergeOptions { existing: dice.below(2) == 0, keep_missing: false, numbers: None };
            let made = matched(&found.table, &mapping, &indicators, Some(2031))
                .and_then(|columns| merged(&found.table, &columns, &mapping, &base, &indicators, order));
            if let Ok(made) = made {
                accepted += 1;
                // The table it makes is one that can be read, with as many rows.
                let mut table = csv::Reader::from_reader(made.text.as_bytes());
                let rows = table.records().filter(|row| row.is_ok()).count();
                assert_eq!(rows, made.rows, "{name}");
            }
        }
        slowest = slowest.max(begun.elapsed());
        assert!(slowest < Duration::from_secs(30), "{name}: {slowest:?}");
    }
    println!("fuzz: {numbers} numbers, {files} files, {accepted} of them accepted, slowest {slowest:?}");
    assert!(files > 0 && numbers > 0);
}
