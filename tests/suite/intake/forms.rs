//! The forms tables come in: encodings, separators, keys, numbers, names, mappings; and when files are written.

use rust_xlsxwriter::Format;

use crate::intake::{cell, dry, ods, ods_rows, raw_xlsx, texts, workbook};
use crate::sandbox::{Sandbox, snapshot, text_of};

const TABLE: &str = "with/data/2031/kommunen.csv";

/// Imports a file over the six and says what became of a cell.
fn taken(name: &str, bytes: impl AsRef<[u8]>, more: &[&str]) -> (Sandbox, crate::sandbox::Ran) {
    let sandbox = Sandbox::with_six();
    sandbox.write(name, bytes);
    let ran = sandbox.run(&[&["import", name, "--with", "with", "--force"], more].concat());
    ran.must_succeed();
    (sandbox, ran)
}

#[test]
fn every_encoding_and_separator_says_the_same() {
    let text = "AGS;Kommune;Name des Jobcenters;SGB II-Quote (%)\r\n03901;Altmoor;Jobcenter für Öztürk;5,75\r\n";
    let utf16 = |bytes: fn(u16) -> [u8; 2], bom: &[u8]| -> Vec<u8> {
        bom.iter().copied().chain(text.encode_utf16().flat_map(bytes)).collect()
    };
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let with_bom = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for (name, bytes, read_as) in [
        ("utf8.csv", text.as_bytes().to_vec(), "UTF-8, separated by semicolons"),
        ("bom.csv", with_bom, "UTF-8, separated by semicolons"),
        ("latin.csv", latin, "Windows-1252, separated by semicolons"),
        ("le.csv", utf16(u16::to_le_bytes, b"\xff\xfe"), "UTF-16, separated by semicolons"),
        ("be.csv", utf16(u16::to_be_bytes, b"\xfe\xff"), "UTF-16, separated by semicolons"),
        ("bare.csv", utf16(u16::to_le_bytes, b""), "UTF-16, separated by semicolons"),
        ("tab.tsv", text.replace(';', "\t").into_bytes(), "UTF-8, separated by tabs"),
        ("comma.csv", text.replace(';', ",").replace("5,75", "\"5,75\"").into_bytes(), "UTF-8, separated by commas"),
        ("mac.csv", text.replace("\r\n", "\r").into_bytes(), "UTF-8, separated by semicolons"),
        ("sep.csv", format!("sep=;\n{text}").into_bytes(), "UTF-8, separated by semicolons"),
    ] {
        let (sandbox, ran) = taken(name, bytes, &[]);
        ran.stdout_contains(read_as);
        assert_eq!(cell(&sandbox, TABLE, "03901", "jobcenter"), "Jobcenter für Öztürk", "{name}");
        assert_eq!(cell(&sandbox, TABLE, "03901", "sgb2_quote"), "5.75", "{name}");
        assert_eq!(cell(&sandbox, TABLE, "03902", "sgb2_quote"), "5.25", "{name}: the others stay");
    }
}

#[test]
fn keys_of_all_lengths_are_understood_and_lost_zeros_told() {
    let rows = "Gemeindeschlüssel;Einwohner\n01901000;2\n3901;120001\n03902;80001\n089010000000;250026\n14;9\n14901001;5\n;7\nInsgesamt;8\n";
    let (sandbox, ran) = taken("keys.csv", rows, &[]);
    for said in [
        "keys completed (a spreadsheet dropped the leading zero): 1\n  line 3, field 1: 3901 -> 03901",
        "line 6: 14 is the key of a Land",
        "line 7: 14901001 is the key of a Gemeinde",
        "line 8: no AGS: `7`",
        "line 9: no AGS: `Insgesamt`",
        "Kommunen the file does not have, left as they are: 2\n  12901 Landkreis Lückow\n  14901 Stadt Großweißenstein",
        "01901 Insel Einsand population: 1 -> 2 (line 2, field 2)",
    ] {
        ran.stdout_contains(said);
    }
    assert_eq!(cell(&sandbox, TABLE, "08901", "population"), "250026");
    // As a spreadsheet keeps them: numbers.
    let numbers = workbook(|sheet| {
        sheet.write_string(0, 0, "AGS").expect("a cell").write_string(0, 1, "Fläche").expect("a cell");
        sheet.write_number(1, 0, 1901).expect("a cell").write_number(1, 1, 0.055).expect("a cell");
    });
    let (sandbox, ran) = taken("keys.xlsx", numbers, &[]);
    ran.stdout_contains("Tabelle1!A2: 1901 -> 01901");
    assert_eq!(cell(&sandbox, TABLE, "01901", "area_km2"), "0.055");
}

#[test]
fn ambiguous_numbers_are_decided_by_their_column_or_not_at_all() {
    let sandbox = Sandbox::with_six();
    sandbox.write("one.csv", "AGS;Einwohner\n03901;120.001\n03902;80.001\n");
    sandbox.write("two.csv", "AGS;Einwohner\n03901;120.001\n03902;1.080.001\n");
    let said = dry(&sandbox, "one.csv", &[]);
    said.must_fail(1)
        .stderr_contains("error[KB621]: one.csv:2:7: line 2, field 2: population is `120.001`, which is 120001 in German and 120.001 plain; no other cell of the column decides")
        .stderr_contains("--numbers german or --numbers plain")
        .stderr_contains("header = \"Einwohner\", numbers = \"german\"");
    dry(&sandbox, "one.csv", &["--numbers", "german"]).must_succeed().stdout_contains("population: 120000 -> 120001");
    dry(&sandbox, "two.csv", &[])
        .must_succeed()
        .stdout_contains("population: numbers like 1.409 are German, since there is `1.080.001` in line 3, field 2");
    // The mapping decides for one column.
    sandbox.write(
        "with/data/2031/mapping.toml",
        "[[column]]\nheader = \"Einwohner\"\nkey = \"population\"\nnumbers = \"german\"\n",
    );
    dry(&sandbox, "one.csv", &[]).must_succeed().stdout_contains("population: 120000 -> 120001");
    sandbox.write("mixed.csv", "AGS;SGB II-Quote\n03901;5,7\n03902;5.7\n");
    dry(&sandbox, "mixed.csv", &[]).must_fail(1).stderr_contains(
        "mixed.csv:3:7: line 3, field 2: the column `sgb2_quote` mixes German numbers (`5,7` in line 2, field 2) and plain ones",
    );
}

#[test]
fn signs_units_percentages_and_factors_are_read() {
    let text = "Schlüsselnummer;Einwohner (in 1.000);SGB II-Quote;Alo-SGB II;Fläche in km²\n\
                03901;120,5;12,4 %;–;1.409,75 km²\n03902;80;5,25;k. A.;800,5\n";
    let sandbox = Sandbox::with_six();
    sandbox.write(
        "with/data/2031/mapping.toml",
        "[[column]]\nheader = \"Einwohner (in 1.000)\"\nkey = \"population\"\nfactor = 1000\n",
    );
    sandbox.write("signs.csv", text);
    let ran = sandbox.run(&["import", "signs.csv", "--with", "with", "--force"]);
    ran.must_succeed().stdout_contains("signs read as: not known: 2\n  `k. A.`: 1 cell\n  `–`: 1 cell");
    for (ags, column, value) in [
        ("03901", "population", "120500"),
        ("03901", "sgb2_quote", "12.40"),
        ("03901", "alo_sgb2", ""),
        ("03901", "area_km2", "1409.75"),
        ("03902", "sgb2_quote", "5.25"),
        ("03902", "area_km2", "800.50"),
    ] {
        assert_eq!(cell(&sandbox, TABLE, ags, column), value, "{ags} {column}");
    }
    let percent = workbook(|sheet| {
        let format = Format::new().set_num_format("0.0%");
        sheet.write_string(0, 0, "AGS").expect("a cell").write_string(0, 1, "SGB II-Quote").expect("a cell");
        sheet.write_string(1, 0, "03901").expect("a cell");
        sheet.write_number_with_format(1, 1, 0.124, &format).expect("a cell");
    });
    let (sandbox, _) = taken("percent.xlsx", percent, &[]);
    assert_eq!(cell(&sandbox, TABLE, "03901", "sgb2_quote"), "12.40");
    let fractions = workbook(|sheet| {
        sheet.write_string(0, 0, "AGS").expect("a cell").write_string(0, 1, "SGB II-Quote").expect("a cell");
        for (row, ags) in (1..).zip(["03901", "03902", "14901"]) {
            sheet.write_string(row, 0, ags).expect("a cell").write_number(row, 1, 0.1 + 0.2).expect("a cell");
        }
    });
    sandbox.write("fractions.xlsx", fractions);
    dry(&sandbox, "fractions.xlsx", &[])
        .must_succeed()
        .stderr_contains("warning[KB626]: fractions.xlsx: all values of `sgb2_quote` are below 1")
        .stdout_contains("numbers rounded to what a spreadsheet shows: 3\n  Tabelle1!B2: 0.30000000000000004 -> 0.3");
}

#[test]
fn an_ods_is_read_like_an_xlsx() {
    let table = |name: &str, style: &str, rows: &[&[&str]]| {
        format!("<table:table table:name=\"{name}\" table:style-name=\"{style}\">{}</table:table>", ods_rows(rows))
    };
    let rows: &[&[&str]] = &[
        &["Titel der Tabelle"],
        &["AGS", "Einwohner", "SGB II-Quote"],
        &["03901", "120002", "0.0575%"],
        &["03902", "80002", "5.5"],
    ];
    let file = ods(&(table("Alt", "hidden", rows) + &table("Neu", "", rows)));
    let (sandbox, ran) = taken("neu.ods", file, &[]);
    ran.stdout_contains("sheet `Neu`, header in Neu!2").stdout_contains("`Alt`: hidden");
    assert_eq!(cell(&sandbox, TABLE, "03901", "population"), "120002");
    assert_eq!(cell(&sandbox, TABLE, "03901", "sgb2_quote"), "5.75");
    assert_eq!(cell(&sandbox, TABLE, "03902", "sgb2_quote"), "5.50");
}

#[test]
fn rows_without_keys_are_found_by_their_names() {
    let sandbox = Sandbox::with_six();
    sandbox.write(
        "names.csv",
        "Kommune;Einwohner\nLandkreis Altmoor;120003\nGrossweissenstein;128803\nSachsen;5\nInsgesamt;9\n",
    );
    dry(&sandbox, "names.csv", &[])
        .must_succeed()
        .stdout_contains("03901 Landkreis Altmoor population: 120000 -> 120003")
        .stdout_contains("14901 Stadt Großweißenstein population: 128800 -> 128803")
        .stdout_contains("line 4: `Sachsen` is no Kommune");
    sandbox.write("slip.csv", "Kommune;Einwohner\nLandkreis Altmohr;120003\n");
    dry(&sandbox, "slip.csv", &[])
        .must_fail(1)
        .stderr_contains("error[KB624]: slip.csv:2:1: line 2, field 1: no Kommune is called `Landkreis Altmohr`")
        .stderr_contains("did you mean 03901 Landkreis Altmoor?");
    sandbox.write("with/data/2031/mapping.toml", "[rows]\n\"Landkreis Altmohr\" = \"03901\"\n");
    dry(&sandbox, "slip.csv", &[]).must_succeed().stdout_contains("population: 120000 -> 120003");
    // Two of one name: both are shown.
    let twice = sandbox.text(TABLE).replace(",Neumoor,Landkreis Neumoor", ",Altmoor,Kreis Altmoor");
    sandbox.write(TABLE, twice).write("twice.csv", "Kommune;Einwohner\nAltmoor;1\n");
    dry(&sandbox, "twice.csv", &[])
        .must_fail(1)
        .stderr_contains("`Altmoor` is the name of 2 Kommunen")
        .stderr_contains("it can be: 03901 Landkreis Altmoor, 03902 Kreis Altmoor");
}

#[test]
fn a_name_that_a_landkreis_and_a_stadt_share_is_not_guessed() {
    let sandbox = Sandbox::new();
    sandbox.write("with/kreisblatt.toml", "");
    // The edition has the Landkreis alone; the delivered row may well mean the city.
    sandbox.write("x.csv", "Kommune;SGB II-Quote\nBiberach;2,5\nMünchen;9,9\n");
    dry(&sandbox, "x.csv", &["--edition", "2017"])
        .must_fail(1)
        .stderr_contains(
            "error[KB624]: x.csv:3:1: line 3, field 1: `München` is the name of a Landkreis and of a Stadt",
        )
        .stderr_contains("the edition has 09184 Landkreis München: call the row so if that is meant");
    // With its kind in its name or beside it there is no doubt; names nobody shares are told.
    for table in [
        "Kommune;SGB II-Quote\nBiberach;2,5\nLandkreis München;2,2\n",
        "Kommune;Typ;SGB II-Quote\nBiberach;;2,5\nMünchen;Landkreis;2,2\n",
    ] {
        sandbox.write("x.csv", table);
        dry(&sandbox, "x.csv", &["--edition", "2017"]).must_succeed().stdout_contains(
            "rows found by their name alone: 1\n  line 2, field 1: `Biberach` -> 08426 Landkreis Biberach\n",
        );
    }
    // The list of all Kreise has no other pairs.
    let all = text_of("tests/data/landkreise-deutschland/districts.csv");
    let mut names: Vec<&str> =
        all.lines().skip(1).filter_map(|line| line.split(';').nth(2)?.split(',').next()).collect();
    names.sort_unstable();
    let shared: Vec<&str> = names.chunk_by(|a, b| a == b).filter(|same| same.len() > 1).map(|same| same[0]).collect();
    assert_eq!(shared.len(), 21);
    let mapped = "with/data/2017/mapping.toml";
    for name in shared {
        sandbox.write("x.csv", format!("Kommune;SGB II-Quote\n{name};2,5\n"));
        let ran = dry(&sandbox, "x.csv", &["--edition", "2017"]);
        ran.must_fail(1).stderr_contains("error[KB624]");
    }
    // Whoever knows better says so once.
    sandbox.run(&["eject", "--with", "with", "data/2017"]).must_succeed();
    sandbox.write(mapped, "[rows]\n\"München\" = \"09184\"\n").write("x.csv", "Kommune;SGB II-Quote\nMünchen;2,5\n");
    dry(&sandbox, "x.csv", &["--edition", "2017"]).must_succeed().stdout_contains("09184 Landkreis München sgb2_quote");
}

#[test]
fn names_as_offices_write_them_are_understood() {
    let sandbox = Sandbox::new();
    sandbox.write("with/kreisblatt.toml", "");
    for (name, who) in [
        ("Biberach, Landkreis", "08426"),
        ("Lkr. Biberach", "08426"),
        ("Biberach (LK)", "08426"),
        ("Kreis Biberach", "08426"),
        ("Jena, Stadt", "16053"),
        ("Wiesbaden, Landeshauptstadt", "06414"),
        ("Leer (Ostfriesland)", "03457"),
        ("LK München", "09184"),
        ("Kreisfreie Stadt Schweinfurt", "09662"),
    ] {
        sandbox.write("x.csv", format!("Kommune;Alo-SGB II\n\"{name}\";55,5\n"));
        let ran = dry(&sandbox, "x.csv", &["--edition", "2017"]);
        ran.must_succeed().stdout_contains(&format!("  {who} "));
        assert!(ran.stdout().contains("alo_sgb2: "), "{name}: {}", ran.stdout());
    }
    for (name, near) in [
        ("LK Schweinfurt", "did you mean 09662 Stadt Schweinfurt?"),
        ("Offenbach am Main", "did you mean 06413 Stadt Offenbach?"),
        ("Ravensburg, Regierungsbezirk", "no Kommune is called"),
    ] {
        sandbox.write("x.csv", format!("Kommune;Alo-SGB II\n\"{name}\";55,5\n"));
        dry(&sandbox, "x.csv", &["--edition", "2017"]).must_fail(1).stderr_contains("KB624").stderr_contains(near);
    }
}

#[test]
fn a_header_that_says_more_than_a_name_is_not_taken_by_it() {
    let sandbox = Sandbox::with_six();
    for header in [
        "Einwohner (in 1 000)",
        "Einwohner in 1.000",
        "Einwohner (in Tsd.)",
        "Einwohner (weiblich)",
        "Einwohner (Rang)",
        "Einwohner (Vorjahr)",
        "Einwohner (31.12.2016)",
        "Einwohner in %",
    ] {
        sandbox.write("x.csv", format!("AGS;Fläche (km²);{header}\n03901;1409,75;194\n"));
        let ran = dry(&sandbox, "x.csv", &["--edition", "2032", "--stand", "2032-01"]);
        ran.must_succeed().stdout_contains(&format!("`{header}`: may be population"));
        assert!(!ran.stdout().contains("-> population"), "{header}");
        // Alone it is not enough either, and the way out is told.
        sandbox.write("x.csv", format!("AGS;{header}\n03901;194\n"));
        dry(&sandbox, "x.csv", &[]).must_fail(1).stderr_contains("may be population").stderr_contains("--mapping FILE");
    }
    sandbox.write("x.csv", "AGS;Fläche in ha;Einwohner (in Tsd.);SGB II-Quote in %\n03901;120000;120,5;5,75\n");
    sandbox.run(&["import", "x.csv", "--with", "with", "--force"]).must_succeed();
    let mapping = sandbox.text("with/data/2031/mapping.toml");
    for proposed in [
        "# header = \"Fläche in ha\"\n# key = \"area_km2\"  # or density_per_km2\n# factor = 0.01\n",
        "# header = \"Einwohner (in Tsd.)\"\n# key = \"population\"",
        "# factor = 1000\n",
        "\n[[column]]\nheader = \"SGB II-Quote in %\"\nkey = \"sgb2_quote\"\n",
    ] {
        assert!(mapping.contains(proposed), "{proposed}: {mapping}");
    }
    // The proposal without its signs of a comment is a mapping.
    sandbox.write("with/data/2031/mapping.toml", {
        let (head, proposal) = mapping.split_once("# [[column]]").expect("a proposal");
        format!("{head}[[column]]{}", proposal.replace("\n# ", "\n"))
    });
    let ran = sandbox.run(&["import", "x.csv", "--with", "with", "--force"]);
    ran.must_succeed();
    assert_eq!(cell(&sandbox, TABLE, "03901", "area_km2"), "1200.00");
    assert_eq!(cell(&sandbox, TABLE, "03901", "population"), "120500");
    // Without the factor the figures are told to be far off.
    sandbox.write("x.csv", "AGS;Einwohner\n03901;120\n03902;80\n");
    dry(&sandbox, "x.csv", &[])
        .must_succeed()
        .stderr_contains("warning[KB626]: all values of `population` are far from those of edition 2031: 120500 was");
}

#[test]
fn a_year_below_a_header_is_part_of_it() {
    let sandbox = Sandbox::with_six();
    for text in [
        "AGS;Kreis;Einwohner;\n;;2016;2017\n03901;Altmoor;195000;200001\n03902;Neumoor;90000;1\n",
        "AGS;Kreis;Einwohner;Einwohner\n;;2016;2017\n03901;Altmoor;195000;200001\n03902;Neumoor;90000;1\n",
    ] {
        sandbox.write("x.csv", text);
        let ran = dry(&sandbox, "x.csv", &[]);
        ran.must_fail(1).stderr_contains("KB628").stderr_contains("`Einwohner (2016)` may be population");
    }
    // The edition's own year is no other value; a line of units neither.
    sandbox.write("x.csv", "AGS;Kreis;Einwohner;Einwohner\n;;2030;2031\n03901;Altmoor;1;200001\n");
    let ran = dry(&sandbox, "x.csv", &[]);
    ran.must_succeed().stdout_contains("120000 -> 200001").stdout_contains("`Einwohner (2030)`: may be population");
    sandbox.write("x.csv", "AGS;Einwohner;SGB II-Quote\n;Anzahl;in %\n03901;200001;5,5\n");
    dry(&sandbox, "x.csv", &[]).must_succeed().stdout_contains("120000 -> 200001").stdout_contains("5.25 -> 5.5");
}

#[test]
fn two_tables_in_one_sheet_are_not_one() {
    let sandbox = Sandbox::with_six();
    let text = "AGS;Alo-SGB II;Alo-SGB III\n03901;2,3;1,6\n\nFrauen\nAGS;Alo-SGB III;Alo-SGB II\n03902;1,6;2,9\n";
    sandbox.write("x.csv", text);
    let ran = dry(&sandbox, "x.csv", &[]);
    ran.must_fail(1).stderr_contains("KB617").stderr_contains("x.csv:5:1: line 5, field 1: a second header");
    // As Windows writes it, the lines are the same.
    sandbox.write("x.csv", text.replace('\n', "\r\n"));
    dry(&sandbox, "x.csv", &[]).must_fail(1).stderr_contains("x.csv:5:1: line 5, field 1: a second header");
}

#[test]
fn keys_with_something_behind_them_are_no_footnotes() {
    let sandbox = Sandbox::with_six();
    for key in ["03901 1)", "03901*", "03901¹", "03901 Altmoor"] {
        sandbox.write("x.csv", format!("AGS;Einwohner\r\n03902;80001\r\n{key};7\r\n"));
        dry(&sandbox, "x.csv", &[]).must_fail(1).stderr_contains("error[KB623]: x.csv:3:1: line 3, field 1");
    }
    sandbox.write("x.csv", "AGS;Einwohner\n03902;80001\n084260000;7\n");
    dry(&sandbox, "x.csv", &[]).must_succeed().stdout_contains("084260000 is the key of a Gemeindeverband");
    sandbox.run(&["import", "/dev/null", "--with", "with"]).must_fail(1).stderr_contains("KB611");
}

#[test]
fn a_percentage_is_not_multiplied_again() {
    let sandbox = Sandbox::with_six();
    sandbox
        .write("with/data/2031/mapping.toml", "[[column]]\nheader = \"Quote\"\nkey = \"sgb2_quote\"\nfactor = 100\n");
    sandbox.write("x.csv", "AGS;Quote\n03901;0,0227\n03902;0,5 %\n");
    dry(&sandbox, "x.csv", &[]).must_fail(1).stderr_contains(
        "x.csv:3:7: line 3, field 2: sgb2_quote is per cent, and the mapping multiplies its column by 100",
    );
    let percent = Format::new().set_num_format("0.0%");
    let sheet = workbook(|sheet| {
        sheet.write_string(0, 0, "AGS").expect("a cell").write_string(0, 1, "Quote").expect("a cell");
        sheet.write_string(1, 0, "03901").expect("a cell");
        sheet.write_number_with_format(1, 1, 0.009, &percent).expect("a cell");
    });
    sandbox.write("x.xlsx", sheet);
    dry(&sandbox, "x.xlsx", &[]).must_fail(1).stderr_contains("Tabelle1!B2: sgb2_quote is per cent");
}

#[test]
fn raised_signs_and_hidden_cells_of_workbooks_are_seen() {
    let sandbox = Sandbox::with_six();
    let raised = Format::new().set_font_script(rust_xlsxwriter::FormatScript::Superscript);
    let plain = Format::new();
    let room = Format::new().set_num_format("0.0_%");
    let sheet = |last: &str| {
        workbook(|sheet| {
            sheet.write_string(0, 0, "AGS").expect("a cell");
            sheet.write_rich_string(0, 1, &[(&plain, "Einwohner"), (&raised, "1)")]).expect("a cell");
            sheet.write_string(0, 2, "SGB II-Quote").expect("a cell");
            sheet.write_string(1, 0, "03901").expect("a cell").write_number(1, 1, 120_001).expect("a cell");
            sheet.write_number_with_format(1, 2, 5.5, &room).expect("a cell");
            sheet.write_string(2, 0, "03902").expect("a cell").write_number(2, 1, 80_001).expect("a cell");
            sheet.write_rich_string(2, 2, &[(&plain, "12,4"), (&raised, last)]).expect("a cell");
            sheet.set_row_hidden(1).expect("a row").set_column_hidden(1).expect("a column");
        })
    };
    for last in ["1", "a", "2)"] {
        sandbox.write("x.xlsx", sheet(last));
        let ran = dry(&sandbox, "x.xlsx", &[]);
        ran.must_fail(1).stderr_contains("KB620").stderr_contains("Tabelle1!C3: sgb2_quote is `12,4");
    }
    sandbox.write("x.xlsx", sheet(" "));
    dry(&sandbox, "x.xlsx", &[])
        .must_succeed()
        .stdout_contains("03901 Landkreis Altmoor population: 120000 -> 120001")
        .stdout_contains("03902 Landkreis Neumoor sgb2_quote: 5.25 -> 12.4")
        .stdout_contains("sgb2_quote: 5.25 -> 5.5")
        .stderr_contains("KB632]: x.xlsx: hidden rows of the sheet are taken like the others: 2")
        .stderr_contains("hidden columns of the sheet are taken like the others: `Einwohner");
}

#[test]
fn a_problem_of_a_csv_names_line_and_column() {
    let sandbox = Sandbox::with_six();
    let head = "sep=;\nAGS;\"Name; wie\ngedruckt\";SGB II-Quote\n";
    sandbox.write("x.csv", format!("{head}03901;\"Alt\"\"moor;\nLandkreis\";zwölf\n03902;Neumoor;1;2\n"));
    dry(&sandbox, "x.csv", &[]).must_fail(1).stderr_contains("x.csv:6: the row has 4 fields");
    sandbox.write("x.csv", format!("{head}03901;\"Alt\"\"moor;\nLandkreis\";zwölf\n03902;Öhringen;drei\n"));
    dry(&sandbox, "x.csv", &[])
        .must_fail(1)
        .stderr_contains("x.csv:5:12: line 4, field 3: sgb2_quote is `zwölf`")
        .stderr_contains("x.csv:6:16: line 6, field 3: sgb2_quote is `drei`");
}

#[test]
fn the_mapping_is_proposed_once_and_then_kept() {
    let sandbox = Sandbox::with_six();
    let file = "Kreisschlüssel;Einwohner;Arbeitslose insgesamt;Zahl der Katzen\n03901;120000;5;9\n";
    sandbox.write("a.csv", file);
    sandbox.run(&["import", "a.csv", "--with", "with"]).must_succeed().stdout_contains("nothing changed");
    let path = "with/data/2031/mapping.toml";
    let proposed = sandbox.text(path);
    assert!(proposed.contains("[[column]]\nheader = \"Einwohner\"\nkey = \"population\"\n"), "{proposed}");
    assert!(proposed.contains("# [[column]]\n# header = \"Zahl der Katzen\"\n# key = \"…\"\n"), "{proposed}");
    // A hand has been at it: its words stay, what is new comes after them.
    let kept =
        "# von Hand\nignore = [\"Zahl der Katzen\"]\n\n[[column]]\nheader = \"Einwohner\"\nkey = \"population\"\n";
    sandbox.write(path, kept).write("b.csv", file.replace("Zahl der Katzen", "Fläche").replace(";9", ";1200"));
    sandbox
        .run(&["import", "a.csv", "--with", "with"])
        .must_succeed()
        .stdout_contains("`Zahl der Katzen`: as the mapping says");
    sandbox.run(&["import", "b.csv", "--with", "with"]).must_succeed();
    let text = sandbox.text(path);
    assert!(
        text.starts_with(kept) && text.ends_with("[[column]]\nheader = \"Fläche\"\nkey = \"area_km2\"\n"),
        "{text}"
    );
    let before = sandbox.text(path);
    sandbox.run(&["import", "b.csv", "--with", "with"]).must_succeed().stderr_contains("nothing changed");
    assert_eq!(sandbox.text(path), before);
    // Two columns that could be one of ours are both left.
    sandbox.write("c.csv", "AGS;Einwohnerzahl;Bevölkerung;Fläche\n03901;1;2;1200\n");
    sandbox.delete(path);
    dry(&sandbox, "c.csv", &[])
        .must_succeed()
        .stdout_contains("`Einwohnerzahl`: may be population")
        .stdout_contains("`Bevölkerung`: may be population");
}

#[test]
fn a_mapping_that_is_wrong_is_told_with_its_line() {
    let sandbox = Sandbox::with_six();
    sandbox.write("a.csv", "AGS;Einwohner;EW\n03901;120000;1\n");
    for (mapping, said) in [
        (
            "[[column]]\nheader = \"Einwohner\"\nkey = \"popluation\"\n",
            "mapping.toml:3:7: `popluation` is no column of kommunen.csv",
        ),
        ("[[column]]\nheadr = \"Einwohner\"\n", "mapping.toml:2:1: unknown field `headr`"),
        (
            "[[column]]\nheader = \"EW\"\nkey = \"population\"\nfactor = 0\n",
            "mapping.toml:4:10: factor 0 of `population` is no number from 0.000001 to 1000000",
        ),
        ("ignore = 5\n", "mapping.toml:1:10"),
        ("[rows]\n\"X\" = \"1\"\n", "`1` of the row `X` is no AGS"),
        (
            "[[column]]\nheader = \"EW\"\nkey = \"population\"\n[[column]]\nheader = \"Einwohner\"\nkey = \"population\"\n",
            "are both mapped to `population`",
        ),
        ("sheet = \"Tabelle9\"\n", "a CSV file has no sheet `Tabelle9`"),
    ] {
        sandbox.write("with/data/2031/mapping.toml", mapping);
        dry(&sandbox, "a.csv", &[]).must_fail(1).stderr_contains(said);
    }
}

#[test]
fn nothing_is_replaced_without_force() {
    let sandbox = Sandbox::with_six();
    sandbox.write("a.csv", "AGS;SGB II-Quote\n03901;5,75\n15001;4,0\n");
    let before = snapshot(sandbox.root());
    let ran = sandbox.run(&["import", "a.csv", "--with", "with"]);
    ran.must_fail(1).stderr_contains("KB625");
    sandbox.write(
        "a.csv",
        "AGS;Name;Typ;SGB II-Quote\n03901;Altmoor;Landkreis;5,75\n15001;Dessau, Stadt;Kreisfreie Stadt;4,0\n",
    );
    let now = snapshot(sandbox.root());
    let ran = sandbox.run(&["import", "a.csv", "--with", "with"]);
    ran.must_fail(1)
        .stderr_contains("error[KB627]: edition 2031 would change: 1 cell, 1 new Kommune\n  hint: nothing was written; --dry-run shows the changes, --force makes them")
        .stdout_contains("03901 Landkreis Altmoor sgb2_quote: 5.25 -> 5.75 (line 2, field 4)")
        .stdout_contains("15001 Stadt Dessau (called so from name and type)");
    assert!(now == snapshot(sandbox.root()) && now.len() == before.len());
    let json = sandbox.run(&["import", "a.csv", "--with", "with", "--force", "--format", "json"]);
    let told = json.must_succeed().json();
    assert_eq!(told["changes"][0]["new"], "5.75");
    assert_eq!(told["new_kommunen"][0]["label"], "Stadt Dessau");
    // The description of the format names every key, and no other.
    let formats = text_of("docs/formats.md");
    let (_, section) = formats.split_once("## What `import --format json` prints").expect("a section");
    let section = section.split("\n## ").next().expect("its text");
    let first = |line: &str| line.strip_prefix("| `").and_then(|line| line.split(" |").next()).map(str::to_owned);
    let cells: Vec<String> = section.lines().filter_map(first).collect();
    let mut named: Vec<&str> =
        cells.iter().flat_map(|cell| cell.split(", ")).map(|key| key.trim_matches('`')).collect();
    named.sort_unstable();
    let mut keys: Vec<&str> = told.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(named, keys);
    let table = sandbox.text(TABLE);
    assert!(table.ends_with("15001,Dessau,Stadt Dessau,kreisfreie_stadt,Sachsen-Anhalt,,,,,,4.00,,,,,,,\n"), "{table}");
    // Only the cell and the row are other ones.
    let old = String::from_utf8(before["with/data/2031/kommunen.csv"].clone()).expect("UTF-8");
    let rest = table.replace("100,5.75,3.0", "100,5.25,3.0");
    assert!(rest.starts_with(&old), "{rest}");
}

#[test]
fn editions_are_made_with_care() {
    let sandbox = Sandbox::with_six();
    sandbox.write("a.csv", "AGS;SGB II-Quote\n03901;5,75\n");
    for (args, said) in [
        (&["--edition", "2032"][..], "edition 2032 is new, and its reference date is not known"),
        (&["--edition", "2032", "--stand", "morgen"], "--stand `morgen` is no date"),
        (&["--edition", "../x", "--stand", "2032-01"], "`../x` cannot be the key of an edition"),
        (&["--stand", "2032-01"], "edition 2031 is there already"),
        (&["--edition", "2032", "--stand", "2032-01", "--base", "1999"], "there is no edition `1999`"),
        (
            &["--edition", "2032", "--stand", "2032-01", "--base", "none"],
            "03901 is a new Kommune, and the file does not name it",
        ),
    ] {
        let ran = dry(&sandbox, "a.csv", args);
        assert!(ran.stderr().contains(said), "{said}: {}", ran.stderr());
    }
    let new = ["--edition", "2032", "--stand", "2032-01"];
    dry(&sandbox, "a.csv", &new)
        .must_succeed()
        .stdout_contains("not in the new edition (--keep-missing takes them): 5");
    sandbox.write("with/data/2031/grusswort.md", "# Grußwort\n");
    let ran = sandbox.run(&[&["import", "a.csv", "--with", "with", "--keep-missing"], &new[..]].concat());
    ran.must_succeed()
        .stdout_contains("edition has 6 rows")
        .stdout_contains("edition.toml says (read it again):\n  group = ")
        .stdout_contains("texts that stay with the edition before: grusswort.md");
    let table = "with/data/2032/kommunen.csv";
    assert_eq!(cell(&sandbox, table, "03901", "sgb2_quote"), "5.75");
    assert_eq!(cell(&sandbox, table, "03902", "sgb2_quote"), "", "figures never carry over");
    assert_eq!(cell(&sandbox, table, "03902", "head"), "Jürgen Öztürk");
    // Without a project there is nowhere to write, and the table is left as it was.
    sandbox.run(&["import", "a.csv"]).must_fail(1).stderr_contains(
        "error[KB610]: there is no project to import into\n  hint: make one first: kreisblatt new DIR",
    );
}

#[test]
fn a_value_that_cannot_be_is_told_with_the_delivered_cell() {
    let sandbox = Sandbox::with_six();
    sandbox.write("a.xlsx", texts(&[&["Stand 2031"], &["AGS", "SGB II-Quote"], &["03901", "119,5"]]));
    let before = snapshot(sandbox.root());
    sandbox.run(&["import", "a.xlsx", "--with", "with", "--force"]).must_fail(1).stderr_contains(
        "error[KB117]: a.xlsx: Tabelle1!B3: sgb2_quote of Landkreis Altmoor is 119.50, which cannot be: it lies between 0 and 100",
    );
    assert!(before == snapshot(sandbox.root()));
}

#[test]
fn a_row_that_contradicts_itself_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("with/kreisblatt.toml", "");
    for (text, said) in [
        (
            "AGS;Kreis;SGB II-Quote\n09184;München, Landeshauptstadt;9,9\n",
            "x.csv:2:7: line 2, field 2: 09184 is Landkreis München, and the row says `München, Landeshauptstadt`",
        ),
        ("AGS;Kreis;SGB II-Quote\n08436;Biberach, Landkreis;2,3\n", "says `Biberach, Landkreis`, which is 08426"),
        ("AGS;Kreis;SGB II-Quote\n08436;Lkr. Biberach;2,3\n", "says `Lkr. Biberach`, which is 08426"),
        ("AGS;Kreis;SGB II-Quote\n08436;Biberach (LK)²;2,3\n", "which is 08426 Landkreis Biberach"),
        ("Kommune;Land;SGB II-Quote\nBiberach;Hessen;9,9\n", "the row says `Hessen`"),
        // A column sorted apart from its keys.
        (
            "AGS;Kreis;SGB II-Quote\n08426;Ravensburg;2,5\n08436;Biberach;2,6\n",
            "08426 is Landkreis Biberach, and the row says `Ravensburg`, which is 08436 Landkreis Ravensburg",
        ),
    ] {
        sandbox.write("x.csv", text);
        dry(&sandbox, "x.csv", &["--edition", "2017"])
            .must_fail(1)
            .stderr_contains("error[KB630]")
            .stderr_contains(said);
    }
    // A city the edition does not have is not its Landkreis; a name nobody has is told.
    sandbox.write("x.csv", "Kommune;Typ;SGB II-Quote\nMünchen;Kreisfreie Stadt;9,9\n");
    dry(&sandbox, "x.csv", &["--edition", "2017"])
        .must_fail(1)
        .stderr_contains("no Kommune is called `München`")
        .stderr_contains("did you mean 09184 Landkreis München?");
    sandbox.write("x.csv", "AGS;Kreis;SGB II-Quote\n08426;Völlig anders;2,5\n08436;Ravensburg, Kreis;2,6\n");
    let ran = dry(&sandbox, "x.csv", &["--edition", "2017"]);
    ran.must_succeed().stderr_contains("warning[KB632]: x.csv:2:7: line 2, field 2: 08426 is Landkreis Biberach");
    ran.stderr_lacks("Ravensburg");
    sandbox
        .write("x.csv", "AGS;Kreis;Typ;Land;SGB II-Quote\n08426;Biberach, Landkreis;Landkreis;Baden-Württemberg;2,5\n");
    dry(&sandbox, "x.csv", &["--edition", "2017"]).must_succeed();
    // A count has no thousandths.
    sandbox.write("x.csv", "AGS;Einwohner\n08426;194,019\n");
    let ran = dry(&sandbox, "x.csv", &["--edition", "2017"]);
    ran.must_fail(1).stderr_contains("error[KB621]").stderr_contains("a count with thousandths");
}

#[test]
fn a_formula_nobody_reckoned_is_no_unknown_value() {
    let sandbox = Sandbox::new();
    sandbox.write("with/kreisblatt.toml", "");
    let text = |spot: &str, text: &str| format!(r#"<c r="{spot}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let table = |formula: &str| {
        let head = text("A1", "AGS") + &text("B1", "SGB II-Quote");
        let row = text("A2", "08111") + formula;
        raw_xlsx(&format!(r#"<row r="1">{head}</row><row r="2">{row}</row>"#))
    };
    // As libraries write it that do not reckon: no value at all.
    sandbox.write("x.xlsx", table(r#"<c r="B2"><f>3+3</f></c>"#));
    let ran = dry(&sandbox, "x.xlsx", &["--edition", "2017"]);
    ran.must_fail(1).stderr_contains("KB622").stderr_contains("!B2").stderr_contains("no result");
    // A formula whose result is an empty text says "not known".
    sandbox.write("x.xlsx", table(r#"<c r="B2" t="str"><f>""</f><v></v></c>"#));
    dry(&sandbox, "x.xlsx", &["--edition", "2017"]).must_succeed().stdout_contains("6.50 -> not known");
}
