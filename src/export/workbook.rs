//! The edition as a workbook for spreadsheet programs: one table, and a sheet that explains its columns. The same data
//! give the same bytes.

use chrono::Datelike;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::german;
use crate::model::{Data, IDENTITY, Kommune, identity};

/// Name of the sheet with the table.
const TABLE: &str = "Kommunen";

/// Name of the sheet that explains the columns.
const NOTES: &str = "Erläuterungen";

/// Most significant digits a spreadsheet keeps; longer numbers are written as texts.
const SPREADSHEET_DIGITS: usize = 15;

/// Returns the columns of the table: identity first, then the indicators.
pub fn columns(data: &Data) -> Vec<&str> {
    identity::keys().chain(data.indicators.iter().map(|indicator| indicator.key.as_str())).collect()
}

/// Returns the row of a Kommune as texts: numbers plain and as exact as they were read, an empty text = not known.
pub fn row(kommune: &Kommune) -> Vec<String> {
    let values = kommune.values.iter().map(|number| number.value.map_or_else(String::new, |value| value.to_string()));
    IDENTITY.iter().map(|column| column.written(kommune).into_owned()).chain(values).collect()
}

/// Returns the Kommunen at these positions as CSV, in the form of `kommunen.csv`.
pub fn csv(data: &Data, scope: &[usize]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = columns(data).into_iter().map(str::to_owned).collect();
    for record in std::iter::once(header).chain(scope.iter().map(|k| row(&data.kommunen[*k]))) {
        writer.write_record(record).expect("writing to memory cannot fail");
    }
    let bytes = writer.into_inner().expect("writing to memory cannot fail");
    String::from_utf8(bytes).expect("fields are UTF-8")
}

/// Returns the Kommunen at these positions as an XLSX workbook.
///
/// # Errors
/// What rust_xlsxwriter refuses: texts longer than a cell may be.
pub fn xlsx(data: &Data, scope: &[usize]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let stand = data.edition.stand.date;
    let created = ExcelDateTime::from_ymd(
        u16::try_from(stand.year()).unwrap_or(1900).max(1900),
        u8::try_from(stand.month()).unwrap_or(1),
        u8::try_from(stand.day()).unwrap_or(1),
    )?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(&data.edition.title)
            .set_author(&data.edition.publisher.value)
            .set_creation_datetime(&created),
    );
    table(workbook.add_worksheet(), data, scope)?;
    notes(workbook.add_worksheet(), data)?;
    workbook.save_to_buffer()
}

fn table(sheet: &mut Worksheet, data: &Data, scope: &[usize]) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let text = Format::new().set_num_format("@");
    let columns = columns(data);
    sheet.set_name(TABLE)?;
    for (column, name) in (0..).zip(&columns) {
        sheet.write_string_with_format(0, column, *name, &bold)?;
        sheet.set_column_width(column, if ["name", "label", "head", "jobcenter"].contains(name) { 28 } else { 14 })?;
    }
    for (line, k) in (1..).zip(scope) {
        let kommune = &data.kommunen[*k];
        for (column, cell) in (0..).zip(row(kommune)) {
            let at = usize::from(column);
            let value = at.checked_sub(IDENTITY.len()).and_then(|at| kommune.values[at].value);
            let year = IDENTITY.get(at).and_then(|column| u16::try_from(column.year(kommune)?).ok());
            match (value.and_then(|value| Some((double(value)?, value.scale()))), year) {
                _ if cell.is_empty() => {}
                (Some((number, scale)), _) => {
                    let places = if scale == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(scale as usize)) };
                    sheet.write_number_with_format(line, column, number, &Format::new().set_num_format(places))?;
                }
                (None, Some(year)) => {
                    sheet.write_number(line, column, year)?;
                }
                (None, None) => {
                    sheet.write_string_with_format(line, column, cell, &text)?;
                }
            }
        }
    }
    let last_row = u32::try_from(scope.len()).unwrap_or_default();
    let last_column = u16::try_from(columns.len().saturating_sub(1)).unwrap_or_default();
    sheet.autofilter(0, 0, last_row, last_column)?;
    sheet.set_freeze_panes(1, 3)?;
    Ok(())
}

/// Returns the binary number that reads back as the same decimal; `None` when a spreadsheet would lose digits.
fn double(value: Decimal) -> Option<f64> {
    let digits = value.mantissa().unsigned_abs().to_string().len();
    value.to_f64().filter(|_| digits <= SPREADSHEET_DIGITS)
}

fn notes(sheet: &mut Worksheet, data: &Data) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap();
    sheet.set_name(NOTES)?;
    let about = format!("{}. Stand: {}.", data.edition.title, german::stand(data.edition.stand));
    sheet.write_string_with_format(0, 0, about, &bold)?;
    sheet.write_string(1, 0, "Eine leere Zelle bedeutet: nicht bekannt.")?;
    for (column, (name, width)) in
        (0..).zip([("Spalte", 18), ("Bezeichnung", 34), ("Einheit", 12), ("Erläuterung", 60), ("Quelle", 60)])
    {
        sheet.write_string_with_format(3, column, name, &bold)?;
        sheet.set_column_width(column, width)?;
    }
    let identity = IDENTITY.iter().map(|column| [column.key, column.meaning, "", "", ""]);
    let indicators = data.indicators.iter().map(|indicator| {
        let source = data.edition.source(&indicator.source).map_or("", |source| source.citation.as_str());
        [indicator.key.as_str(), &indicator.label, &indicator.unit, &indicator.definition, source]
    });
    for (line, cells) in (4..).zip(identity.chain(indicators)) {
        for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string_with_format(line, column, cell, &wrapped)?;
        }
    }
    sheet.set_freeze_panes(4, 0)?;
    Ok(())
}
