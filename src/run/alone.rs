//! Makes one document without an output folder.

use std::sync::{Mutex, PoisonError};

use crate::compose::ComposedDocument;
use crate::derive::Facts;
use crate::diag::{Problem, Result};
use crate::documents::{Document, Settings, Sources};
use crate::typeset::{Finished, Job, JobFailure, JobSource, NextStep, Pool};

use super::edition::OpenEdition;
use super::options::WorkerOptions;
use super::problems;

/// Composes and sets a document about the Kommunen of `of_scope`, in the form for records.
///
/// # Errors
/// Templates that cannot be used, and errors of composing or setting.
pub fn set_alone(
    edition: &OpenEdition,
    document: &Document,
    of_scope: &Facts<'_>,
    workers: WorkerOptions,
) -> Result<Finished> {
    let (data, assets) = (edition.data(), edition.prepared_assets());
    let of_all = edition.facts();
    let settings = Settings::default();
    let sources = Sources { data, of_all: &of_all, of_scope, numbers: edition.numbers(), meeting: None };
    let composed = sources.compose(&edition.composer(workers.time_limit)?, document, &settings, 0)?;
    let pool = Pool::start(workers.kind, 1, 1, data.edition.stand.date, assets, workers.limits())?;
    let ident = format!("kreisblatt/{}/{}", data.edition.key, document.path);
    let one = OneDocument { ident, composed: &composed, settings: &settings, result: Mutex::new(None) };
    pool.run(&[0], &one)?;
    match one.result.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(Ok(finished)) => Ok(finished),
        Some(Err(JobFailure::NotSet(failure))) => {
            Err(problems::of_failure(failure, &composed.origins, document, assets, workers.memory_limit))
        }
        Some(Err(JobFailure::NotComposed(report))) => Err(report),
        None => Err(Problem::error("KB702", "the worker ended without an answer").into()),
    }
}

/// A request for one document.
struct OneDocument<'a> {
    ident: String,
    composed: &'a ComposedDocument,
    settings: &'a Settings,
    result: Mutex<Option<Result<Finished, JobFailure>>>,
}

impl JobSource for OneDocument<'_> {
    fn wanted(&self) -> bool {
        true
    }

    fn job(&self, _: usize, _: usize) -> Result<Job> {
        let text = self.composed.text.clone();
        Ok(Job { ident: self.ident.clone(), standard: self.settings.standard(), text })
    }

    fn done(&self, _: usize, _: usize, result: Result<Finished, JobFailure>) -> NextStep {
        *self.result.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        NextStep::Settled
    }
}
