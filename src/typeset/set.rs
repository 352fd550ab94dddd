//! One document: compile, export, and what Typst said about it.

use typst::World;
use typst::WorldExt;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst::syntax::DiagSpan;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::document::{Failure, Finding, Finished, Job, SourceSpot, Standard};
use super::world::DocumentWorld;
use super::{boxes, runs};

/// Sets a document. The caches of Typst are cleared of older documents afterwards, after failures too:
/// memory stays flat.
pub fn set(world: &mut DocumentWorld, job: Job) -> Result<Finished, Failure> {
    let options = options(world, &job);
    world.set_document(job.text);
    let compiled = typst::compile::<PagedDocument>(&*world);
    let result = match compiled.output {
        Err(errors) => Err(findings(world, &errors)),
        Ok(_) if !compiled.warnings.is_empty() => Err(findings(world, &compiled.warnings)),
        Ok(document) => match typst_pdf::pdf(&document, &options) {
            Ok(pdf) => finished(world, &document, pdf),
            Err(errors) => Err(findings(world, &errors)),
        },
    };
    // What the document before used stays too: sheets share their small print (measured: 4 % faster than 0).
    comemo::evict(1);
    result.map_err(Failure::Refused)
}

/// Sets a document that will be set again and again with changes: the caches keep what its last few states used.
pub fn show(world: &mut DocumentWorld, text: &str) -> Result<PagedDocument, Failure> {
    world.update_document(text);
    let compiled = typst::compile::<PagedDocument>(&*world);
    let result = match compiled.output {
        Err(errors) => Err(findings(world, &errors)),
        Ok(_) if !compiled.warnings.is_empty() => Err(findings(world, &compiled.warnings)),
        Ok(document) => Ok(document),
    };
    comemo::evict(3);
    result.map_err(Failure::Refused)
}

fn finished(world: &DocumentWorld, document: &PagedDocument, pdf: Vec<u8>) -> Result<Finished, Vec<Finding>> {
    let bled = document.pages().iter().any(|page| !page.bleed.is_zero());
    let pdf = if bled { boxes::with_bleed(&pdf) } else { Ok(pdf) };
    match pdf {
        Ok(pdf) => Ok(Finished { pdf, pages: document.pages().len(), numbers: runs::numbers_of(world, document) }),
        Err(error) => {
            let message = format!("the boxes of its pages cannot be set: {error}");
            Err(vec![Finding { message, hints: Vec::new(), at: None, document_line: None }])
        }
    }
}

fn options(world: &DocumentWorld, job: &Job) -> PdfOptions {
    let standards = match job.standard {
        Standard::Archive => [PdfStandard::A_2a, PdfStandard::Ua_1],
        Standard::Data => [PdfStandard::A_3a, PdfStandard::Ua_1],
    };
    PdfOptions {
        ident: Smart::Custom(job.ident.clone()),
        creator: Smart::Custom(Some(concat!("kreisblatt ", env!("CARGO_PKG_VERSION")).to_owned())),
        timestamp: world.date().map(Timestamp::new_utc),
        standards: PdfStandards::new(&standards).expect("PDF/A and PDF/UA-1 go together"),
        tagged: true,
        page_ranges: None,
        pretty: false,
    }
}

fn findings(world: &DocumentWorld, diagnostics: &[SourceDiagnostic]) -> Vec<Finding> {
    diagnostics
        .iter()
        .map(|diagnostic| {
            let at = spot(world, diagnostic.span);
            let trace = diagnostic.trace.iter().filter_map(|point| spot(world, point.span.into()));
            let own = at.iter().cloned().chain(trace).find(|spot| spot.file.is_none());
            Finding {
                message: diagnostic.message.to_string(),
                hints: diagnostic.hints.iter().map(|hint| hint.v.to_string()).collect(),
                document_line: own.map(|spot| spot.line),
                at,
            }
        })
        .collect()
}

fn spot(world: &DocumentWorld, span: DiagSpan) -> Option<SourceSpot> {
    let id = span.id()?;
    let range = world.range(span)?;
    let source = world.source(id).ok()?;
    let lines = source.lines();
    let line = lines.byte_to_line(range.start)?;
    let column = lines.byte_to_column(range.start)?;
    Some(SourceSpot {
        file: world.asset_path(id),
        line: crate::diag::count(line + 1),
        column: crate::diag::count(column + 1),
    })
}
