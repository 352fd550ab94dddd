//! Sets many documents on several workers, and replaces a worker that died or was stopped.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use chrono::NaiveDate;

use crate::assets::Assets;
use crate::diag::{ProblemKind, Report, Result};

use super::connection::{Connection, Limits, WorkerConfig, WorkerKind};
use super::document::{Failure, Finished, Job};
use super::messages::{WorkerSetup, joined};

/// Where the pool takes documents from and gives them back to. Called from several threads at once.
pub trait JobSource: Sync {
    /// Composes the document of a number, just before it is set; `attempt` counts from 0.
    ///
    /// # Errors
    /// Why it cannot be composed; the document then counts as failed and is passed to `done`.
    fn job(&self, number: usize, attempt: usize) -> Result<Job>;

    /// Whether documents are still wanted; when they are not, the one being set is stopped.
    fn wanted(&self) -> bool;

    /// Takes a document, or why there is none, and returns what to do next. Documents come in any order.
    fn done(&self, number: usize, attempt: usize, result: Result<Finished, JobFailure>) -> NextStep;
}

/// What to do after a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Go on to the next one.
    Settled,
    /// Make it again, as the next attempt.
    Again,
}

/// Why there is no document.
#[derive(Debug)]
pub enum JobFailure {
    /// It could not be composed.
    NotComposed(Report),
    /// It could not be set.
    NotSet(Failure),
}

impl JobFailure {
    /// Whether the document ran into a limit of time or memory.
    pub fn is_limit(&self) -> bool {
        match self {
            Self::NotComposed(report) => report.problems().iter().any(|problem| problem.kind == ProblemKind::Stopped),
            Self::NotSet(failure) => !matches!(failure, Failure::Refused(_)),
        }
    }
}

/// Workers that were started and wait for documents.
pub struct Pool {
    config: WorkerConfig,
    waiting: Vec<Connection>,
}

impl Pool {
    /// Starts `workers` workers with `threads` threads each. They warm up while the caller goes on. `date` is today for
    /// Typst and for the PDFs.
    ///
    /// # Errors
    /// A program that cannot start itself again, or threads that cannot be started.
    pub fn start(
        kind: WorkerKind,
        workers: usize,
        threads: usize,
        date: NaiveDate,
        assets: &Assets,
        limits: Limits,
    ) -> Result<Self> {
        let (names, files) = joined(assets.differing("fonts/").chain(assets.differing("templates/")));
        let setup = WorkerSetup { date, threads, memory: limits.memory, files: names };
        let config = WorkerConfig { kind, setup, files, limits };
        let waiting = (0..workers.max(1)).map(|_| config.start()).collect::<Result<_>>()?;
        Ok(Self { config, waiting })
    }

    /// Sets the documents of these numbers.
    ///
    /// # Errors
    /// A worker that died and cannot be replaced.
    pub fn run(self, numbers: &[usize], source: &impl JobSource) -> Result<()> {
        let next = AtomicUsize::new(0);
        let trouble = Mutex::new(Report::new());
        let Self { config, waiting } = self;
        thread::scope(|scope| {
            for worker in waiting {
                let (config, next, trouble) = (&config, &next, &trouble);
                scope.spawn(move || {
                    let following = || numbers.get(next.fetch_add(1, Ordering::Relaxed)).copied();
                    if let Err(report) = set_all(worker, config, following, source) {
                        trouble.lock().unwrap_or_else(PoisonError::into_inner).extend(report);
                    }
                });
            }
        });
        let report = trouble.into_inner().unwrap_or_else(PoisonError::into_inner);
        if report.has_errors() { Err(report) } else { Ok(()) }
    }
}

/// Sets documents on one worker as long as there is a `following` one.
fn set_all(
    mut worker: Connection,
    config: &WorkerConfig,
    following: impl Fn() -> Option<usize>,
    source: &impl JobSource,
) -> Result<()> {
    let (mut turn, mut attempt) = (following(), 0);
    while let Some(number) = turn {
        let result = match source.job(number, attempt) {
            Ok(job) => worker.set(job, &|| source.wanted()).map_err(JobFailure::NotSet),
            Err(report) => Err(JobFailure::NotComposed(report)),
        };
        let gone = matches!(&result, Err(JobFailure::NotSet(failure)) if !matches!(failure, Failure::Refused(_)));
        match source.done(number, attempt, result) {
            NextStep::Again => attempt += 1,
            NextStep::Settled => (turn, attempt) = (following(), 0),
        }
        if gone {
            worker = config.start()?;
        }
    }
    worker.end();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typeset::document::Standard;

    /// Documents as they are written, and what became of them.
    struct TestDocuments {
        texts: Vec<String>,
        results: Mutex<Vec<(usize, Result<Finished, JobFailure>)>>,
    }

    impl JobSource for TestDocuments {
        fn job(&self, number: usize, _: usize) -> Result<Job> {
            let text = self.texts[number].clone();
            Ok(Job { ident: format!("test/{number}"), standard: Standard::Archive, text })
        }

        fn wanted(&self) -> bool {
            true
        }

        fn done(&self, number: usize, _: usize, result: Result<Finished, JobFailure>) -> NextStep {
            self.results.lock().expect("no test panics in it").push((number, result));
            NextStep::Settled
        }
    }

    fn set(texts: &[&str], workers: usize, threads: usize, seconds: u64) -> Vec<Result<Finished, JobFailure>> {
        let head = "#set document(title: [Probe])\n#set text(lang: \"de\", font: \"Source Sans 3\")\n";
        let texts: Vec<String> = texts.iter().map(|text| format!("{head}{text}")).collect();
        let numbers: Vec<usize> = (0..texts.len()).collect();
        let source = TestDocuments { texts, results: Mutex::default() };
        let limits = Limits { seconds, memory: 1 };
        let assets = Assets::embedded();
        let pool = Pool::start(WorkerKind::Thread, workers, threads, NaiveDate::default(), &assets, limits);
        pool.expect("threads can be started").run(&numbers, &source).expect("no worker is lost");
        let mut results = source.results.into_inner().expect("no test panics in it");
        results.sort_by_key(|(number, _)| *number);
        results.into_iter().map(|(_, result)| result).collect()
    }

    #[test]
    fn threads_set_documents_alike_however_many_there_are() {
        let texts = ["= Eins\nSeite 1.409,75", "= Zwei\n#lorem(900)", "= Drei", "#nothing-of-that-name"];
        let alone = set(&texts, 1, 1, 60);
        let together = set(&texts, 3, 2, 60);
        for (one, other) in alone.iter().zip(&together).take(3) {
            let (one, other) = (one.as_ref().expect("it is set"), other.as_ref().expect("it is set"));
            assert!(one.pdf == other.pdf && one.pdf.starts_with(b"%PDF-"));
            assert_eq!((one.pages, &one.numbers), (other.pages, &other.numbers));
        }
        assert_eq!(alone[0].as_ref().expect("it is set").numbers[0].text, "1.409,75");
        for refused in [&alone[3], &together[3]] {
            assert!(matches!(refused, Err(JobFailure::NotSet(Failure::Refused(_)))), "{refused:?}");
        }
    }

    #[test]
    fn a_thread_that_takes_too_long_is_abandoned_and_replaced() {
        // Long enough to be still at it when the first look at the clock comes, and soon over.
        let long = "#let sum = 0\n#for a in range(300) { for b in range(9000) { sum += 1 } }\n#sum";
        let results = set(&[long, long], 1, 1, 0);
        for result in results {
            let failure = result.expect_err("it takes too long");
            assert!(failure.is_limit(), "{failure:?}");
            assert!(matches!(failure, JobFailure::NotSet(Failure::TimedOut(0))), "{failure:?}");
        }
    }
}
