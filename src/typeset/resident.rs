//! One worker that stays: it sets a document again and again while its files change, and draws its pages.

use chrono::NaiveDate;

use crate::assets::Assets;
use crate::diag::Result;

use super::connection::{Connection, Limits, WorkerConfig, WorkerKind};
use super::document::Failure;
use super::messages::{WorkerReply, WorkerRequest, WorkerSetup, joined};

/// A worker that stays, for documents that are looked at while they change: its caches are warm from one to the next. A
/// worker that dies or must be stopped is replaced.
pub struct ResidentWorker {
    config: WorkerConfig,
    /// `None` after the last one was stopped.
    worker: Option<Connection>,
    /// The version whose pages the worker has; `None` when it has none.
    held: Option<String>,
}

impl ResidentWorker {
    /// Starts a worker with this many threads.
    ///
    /// # Errors
    /// A program that cannot start itself again, or a thread that cannot be started.
    pub fn start(kind: WorkerKind, threads: usize, date: NaiveDate, assets: &Assets, limits: Limits) -> Result<Self> {
        let (names, files) = joined(assets.differing("fonts/"));
        let setup = WorkerSetup { date, threads, memory: limits.memory, files: names };
        let config = WorkerConfig { kind, setup, files, limits };
        let worker = Some(config.start()?);
        Ok(Self { config, worker, held: None })
    }

    /// Whether it works with this date and these fonts; both are fixed when it starts.
    pub fn suits(&self, date: NaiveDate, assets: &Assets) -> bool {
        let (names, files) = joined(assets.differing("fonts/"));
        (self.config.setup.date, &self.config.setup.files, &self.config.files) == (date, &names, &files)
    }

    /// Sets a version of a document with the templates of these assets, as long as it is `wanted`. Returns width and
    /// height of its pages, in points.
    ///
    /// # Errors
    /// Why it was not set; the pages of the document before can be asked for still when Typst refused it.
    pub fn show(
        &mut self,
        version: &str,
        text: &str,
        assets: &Assets,
        wanted: &dyn Fn() -> bool,
    ) -> Result<Vec<(f64, f64)>, Failure> {
        let (files, bytes) = joined(assets.differing("templates/"));
        let body = [text.as_bytes(), &bytes].concat();
        match self.ask(&WorkerRequest::Show { text: text.len(), files }, &body, wanted)? {
            (WorkerReply::Sheets(sheets), _) => {
                self.held = Some(version.to_owned());
                Ok(sheets)
            }
            (WorkerReply::Document(..) | WorkerReply::Page | WorkerReply::Failed(_), _) => {
                Err(Failure::Died("it answered another question".to_owned()))
            }
        }
    }

    /// The version whose pages can be asked for; `None` when there is none, or none any more.
    pub fn held(&self) -> Option<&str> {
        self.held.as_deref()
    }

    /// A page (from 0) of the version held, as SVG; `None` where there is none.
    pub fn page(&mut self, number: usize) -> Option<String> {
        let (_, svg) = self.ask(&WorkerRequest::Page(number), &[], &|| true).ok()?;
        String::from_utf8(svg).ok()
    }

    fn ask(
        &mut self,
        request: &WorkerRequest,
        body: &[u8],
        wanted: &dyn Fn() -> bool,
    ) -> Result<(WorkerReply, Vec<u8>), Failure> {
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.config.start().map_err(|_| Failure::Died("another cannot be started".to_owned()))?,
        };
        let answer = worker.ask(request, body, wanted);
        if matches!(answer, Ok(_) | Err(Failure::Refused(_))) {
            self.worker = Some(worker);
        } else {
            self.held = None;
        }
        answer
    }
}
