//! The parent's side: starts workers, hands out documents, keeps the time limit, survives a worker's
//! death.

use std::io::{BufWriter, Read as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use chrono::NaiveDate;

use crate::assets::Assets;
use crate::diag::{Problem, ProblemKind, Report, Result};

use super::worker::{Answer, Order, Start};
use super::{Failure, Finished, Job, frames};

/// The hidden command that makes this program a worker.
pub const WORKER: &str = "worker";

/// How often is looked whether a document is still wanted.
const ROUND: Duration = Duration::from_millis(50);

/// What a document may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Seconds.
    pub seconds: u64,
    /// Memory of its worker, in bytes; 0 = no limit.
    pub memory: u64,
}

/// What the pool is to do. Called from several threads at once.
pub trait Work: Sync {
    /// Makes the document of a number, just before it is set; `attempt` counts from 0.
    ///
    /// # Errors
    /// What made it impossible; the document then counts as failed and is passed to `done`.
    fn job(&self, number: usize, attempt: usize) -> Result<Job>;

    /// Whether documents are still wanted; the one being set is stopped where they are not.
    fn wanted(&self) -> bool;

    /// Takes a document, or why there is none, and says whether it is to be made once more. Documents come
    /// in any order.
    fn done(&self, number: usize, attempt: usize, result: Result<Finished, Cause>) -> Verdict;
}

/// What becomes of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is done with, made or failed.
    Settled,
    /// It is to be made again, as the next attempt.
    Again,
}

/// Why there is no document.
#[derive(Debug)]
pub enum Cause {
    /// It could not be composed.
    NotComposed(Report),
    /// It could not be set.
    NotSet(Failure),
}

impl Cause {
    /// Whether the document ran into a limit of time or memory.
    pub fn is_limit(&self) -> bool {
        match self {
            Self::NotComposed(report) => report.problems().iter().any(|problem| problem.kind == ProblemKind::Stopped),
            Self::NotSet(failure) => !matches!(failure, Failure::Refused(_)),
        }
    }
}

/// Worker processes, started and told what they need, waiting for documents.
pub struct Pool {
    recipe: Recipe,
    waiting: Vec<Worker>,
}

/// What it takes to start one more worker.
struct Recipe {
    start: Start,
    files: Vec<u8>,
    limits: Limits,
}

impl Pool {
    /// Starts `workers` processes with `threads` threads each. They warm up while the caller goes on.
    ///
    /// # Errors
    /// A program that cannot start itself again.
    pub fn start(workers: usize, threads: usize, date: NaiveDate, assets: &Assets, limits: Limits) -> Result<Self> {
        let (names, files) = joined(assets.differing("fonts/").chain(assets.differing("templates/")));
        let start = Start { date, threads, memory: limits.memory, files: names };
        let recipe = Recipe { start, files, limits };
        let waiting = (0..workers.max(1)).map(|_| recipe.worker()).collect::<Result<_>>()?;
        Ok(Self { recipe, waiting })
    }

    /// Sets the documents of these numbers.
    ///
    /// # Errors
    /// A worker that died and cannot be replaced.
    pub fn run(self, numbers: &[usize], work: &impl Work) -> Result<()> {
        let next = AtomicUsize::new(0);
        let trouble = Mutex::new(Report::new());
        let Self { recipe, waiting } = self;
        let recipe = &recipe;
        thread::scope(|scope| {
            for mut worker in waiting {
                let (next, trouble) = (&next, &trouble);
                scope.spawn(move || {
                    let following = || numbers.get(next.fetch_add(1, Ordering::Relaxed)).copied();
                    let (mut turn, mut attempt) = (following(), 0);
                    while let Some(number) = turn {
                        let result = match work.job(number, attempt) {
                            Ok(job) => worker.set(job, recipe.limits, &|| work.wanted()).map_err(Cause::NotSet),
                            Err(report) => Err(Cause::NotComposed(report)),
                        };
                        let gone =
                            matches!(&result, Err(Cause::NotSet(failure)) if !matches!(failure, Failure::Refused(_)));
                        match work.done(number, attempt, result) {
                            Verdict::Again => attempt += 1,
                            Verdict::Settled => (turn, attempt) = (following(), 0),
                        }
                        if gone {
                            match recipe.worker() {
                                Ok(fresh) => worker = fresh,
                                Err(report) => {
                                    trouble.lock().unwrap_or_else(PoisonError::into_inner).extend(report);
                                    return;
                                }
                            }
                        }
                    }
                    worker.dismiss();
                });
            }
        });
        let report = trouble.into_inner().unwrap_or_else(PoisonError::into_inner);
        if report.has_errors() { Err(report) } else { Ok(()) }
    }
}

/// One worker that stays, for documents that are looked at while they change: its caches are warm from one to the
/// next. Where it dies or must be stopped, another takes its place.
pub struct Resident {
    recipe: Recipe,
    /// `None` after the last one was stopped.
    worker: Option<Worker>,
    /// The version whose pages the worker has; `None` when it has none.
    held: Option<String>,
}

impl Resident {
    /// Starts a worker with so many threads.
    ///
    /// # Errors
    /// A program that cannot start itself again.
    pub fn start(threads: usize, date: NaiveDate, assets: &Assets, limits: Limits) -> Result<Self> {
        let (names, files) = joined(assets.differing("fonts/"));
        let recipe = Recipe { start: Start { date, threads, memory: limits.memory, files: names }, files, limits };
        let worker = Some(recipe.worker()?);
        Ok(Self { recipe, worker, held: None })
    }

    /// Whether it works with this date and the fonts of this assets; both are fixed when it starts.
    pub fn suits(&self, date: NaiveDate, assets: &Assets) -> bool {
        let (names, files) = joined(assets.differing("fonts/"));
        (self.recipe.start.date, &self.recipe.start.files, &self.recipe.files) == (date, &names, &files)
    }

    /// Sets a version of a document with the templates of a assets, as long as it is `wanted`. Returns width and height
    /// of its pages, in points.
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
        match self.ask(&Order::Show { text: text.len(), files }, &body, wanted)? {
            (Answer::Sheets(sheets), _) => {
                self.held = Some(version.to_owned());
                Ok(sheets)
            }
            _ => Err(Failure::Died("it answered another question".to_owned())),
        }
    }

    /// The version whose pages can be asked for; `None` when there is none, or none any more.
    pub fn held(&self) -> Option<&str> {
        self.held.as_deref()
    }

    /// A page (from 0) of the version held, as SVG; `None` where there is none.
    pub fn page(&mut self, number: usize) -> Option<String> {
        let (_, svg) = self.ask(&Order::Page(number), &[], &|| true).ok()?;
        String::from_utf8(svg).ok()
    }

    fn ask(&mut self, order: &Order, body: &[u8], wanted: &dyn Fn() -> bool) -> Result<(Answer, Vec<u8>), Failure> {
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.recipe.worker().map_err(|_| Failure::Died("another cannot be started".to_owned()))?,
        };
        let answer = worker.ask(order, body, self.recipe.limits, wanted);
        if matches!(answer, Ok(_) | Err(Failure::Refused(_))) {
            self.worker = Some(worker);
        } else {
            self.held = None;
        }
        answer
    }
}

/// Files one after the other, and the path and length of each.
fn joined<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> (Vec<(String, usize)>, Vec<u8>) {
    let (mut names, mut all) = (Vec::new(), Vec::new());
    for (path, bytes) in files {
        names.push((path.to_owned(), bytes.len()));
        all.extend_from_slice(bytes);
    }
    (names, all)
}

impl Recipe {
    fn worker(&self) -> Result<Worker> {
        Worker::start(&self.start, &self.files).map_err(|error| {
            Problem::error("KB701", format!("a worker process cannot be started: {error}"))
                .hint("the program starts itself again to set pages; check that it still stands where it was started")
                .into()
        })
    }
}

/// A worker process, its input, and a thread that reads its output.
struct Worker {
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
    answers: Receiver<(Answer, Vec<u8>)>,
    last_words: Option<JoinHandle<String>>,
}

impl Worker {
    fn start(start: &Start, files: &[u8]) -> std::io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg(WORKER)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(input), Some(mut output), Some(mut errors)) = pipes else {
            return Err(std::io::Error::other("a worker without pipes"));
        };
        let (send, answers) = channel();
        thread::spawn(move || {
            while let Ok(Some(answer)) = frames::read::<Answer>(&mut output) {
                if send.send(answer).is_err() {
                    return;
                }
            }
        });
        let last_words = thread::spawn(move || {
            let mut words = Vec::new();
            // A worker that died in the middle of a word said enough.
            let _ = errors.read_to_end(&mut words);
            String::from_utf8_lossy(&words).into_owned()
        });
        let mut input = BufWriter::new(input);
        frames::write(&mut input, start, files)?;
        Ok(Self { child, input: Some(input), answers, last_words: Some(last_words) })
    }

    fn set(&mut self, mut job: Job, limits: Limits, wanted: &dyn Fn() -> bool) -> Result<Finished, Failure> {
        let text = std::mem::take(&mut job.text);
        match self.ask(&Order::Set(job), text.as_bytes(), limits, wanted)? {
            (Answer::Document(pages, numbers), pdf) => Ok(Finished { pdf, pages, numbers }),
            _ => Err(self.obituary()),
        }
    }

    /// Sends an order and waits for its answer, which is no failure.
    fn ask(
        &mut self,
        order: &Order,
        body: &[u8],
        limits: Limits,
        wanted: &dyn Fn() -> bool,
    ) -> Result<(Answer, Vec<u8>), Failure> {
        let sent = self.input.as_mut().map(|input| frames::write(input, order, body));
        if !matches!(sent, Some(Ok(()))) {
            return Err(self.obituary());
        }
        let start = Instant::now();
        let failure = loop {
            match self.answers.recv_timeout(ROUND) {
                Ok((Answer::Failed(failure), _)) => return Err(failure),
                Ok(answer) => return Ok(answer),
                Err(RecvTimeoutError::Disconnected) => return Err(self.obituary()),
                Err(RecvTimeoutError::Timeout) if !wanted() => break Failure::Unwanted,
                Err(RecvTimeoutError::Timeout) if start.elapsed().as_secs() >= limits.seconds => {
                    break Failure::TimedOut(limits.seconds);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        };
        self.stop();
        Err(failure)
    }

    /// What a dead worker left behind.
    fn obituary(&mut self) -> Failure {
        self.stop();
        let words = self.last_words.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        let first = words.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
        Failure::Died(first.to_owned())
    }

    fn stop(&mut self) {
        // Already dead is as good as killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Sends the worker home: the end of its input ends it.
    fn dismiss(mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if self.input.is_some() {
            self.stop();
        }
    }
}
