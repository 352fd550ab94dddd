//! The other end of a worker: starts it, sends requests, keeps the time limit, and notices when it dies.

use std::any::Any;
use std::io::{self, BufWriter, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::diag::{Problem, Result};

use super::document::{Failure, Finished, Job};
use super::frames;
use super::messages::{WorkerReply, WorkerRequest, WorkerSetup};
use super::worker::{self, WORKER, WORKER_MARK};

/// How often is checked whether a document was cancelled or ran out of time.
const CANCEL_POLL: Duration = Duration::from_millis(50);

/// The limits of a document.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Seconds.
    pub seconds: u64,
    /// Memory of its worker, in bytes; 0 = no limit. A worker that is a thread has none.
    pub memory: u64,
}

/// What a worker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WorkerKind {
    /// A process: this program, started again. It can be stopped, its memory is limited, and it shares no caches. A
    /// program that embeds us calls [`serve_worker_if_asked`](super::serve_worker_if_asked) first in its `main`.
    #[default]
    Process,
    /// A thread of this process. It cannot be stopped: a document that takes too long or was cancelled is reported at
    /// once, and its thread ends when the document does. Its memory is not limited.
    Thread,
}

/// All it takes to start a worker, and to start another in its place.
pub struct WorkerConfig {
    /// What the worker is.
    pub kind: WorkerKind,
    /// The first message to it.
    pub setup: WorkerSetup,
    /// The body of that message.
    pub files: Vec<u8>,
    /// The limits of each of its documents.
    pub limits: Limits,
}

impl WorkerConfig {
    /// Starts a worker.
    ///
    /// # Errors
    /// A program that cannot start itself again, or a thread that cannot be started.
    pub fn start(&self) -> Result<Connection> {
        Connection::start(self).map_err(|error| {
            match self.kind {
                WorkerKind::Process => Problem::error("KB701", format!("a worker process cannot be started: {error}"))
                    .hint(
                        "the program starts itself again to set pages; check that it still stands where it was started",
                    ),
                WorkerKind::Thread => Problem::error("KB701", format!("a worker thread cannot be started: {error}")),
            }
            .into()
        })
    }
}

/// A running worker.
pub struct Connection {
    running: Running,
    /// `None` once the worker was stopped or told to end.
    input: Option<BufWriter<Box<dyn Write + Send>>>,
    replies: Receiver<(WorkerReply, Vec<u8>)>,
    limits: Limits,
}

/// What runs.
enum Running {
    Process {
        child: Child,
        /// Reads its standard error; `None` once that was taken.
        errors: Option<JoinHandle<String>>,
    },
    /// `None` once the thread was joined or abandoned.
    Thread(Option<JoinHandle<io::Result<()>>>),
}

impl Connection {
    fn start(config: &WorkerConfig) -> io::Result<Self> {
        let (running, input, output) = match config.kind {
            WorkerKind::Process => started_process()?,
            WorkerKind::Thread => started_thread()?,
        };
        let mut input = BufWriter::new(input);
        let replies = replies(output);
        frames::write(&mut input, &config.setup, &config.files)?;
        Ok(Self { running, input: Some(input), replies, limits: config.limits })
    }

    /// Sets a document, unless it is no longer `wanted`.
    ///
    /// # Errors
    /// Why it was not set. After all failures but [`Failure::Refused`] the worker is gone.
    pub fn set(&mut self, mut job: Job, wanted: &dyn Fn() -> bool) -> Result<Finished, Failure> {
        let text = std::mem::take(&mut job.text);
        match self.ask(&WorkerRequest::Set(job), text.as_bytes(), wanted)? {
            (WorkerReply::Document(pages, numbers), pdf) => Ok(Finished { pdf, pages, numbers }),
            (WorkerReply::Sheets(_) | WorkerReply::Page | WorkerReply::Failed(_), _) => Err(self.wrong_reply()),
        }
    }

    /// Sends a request and waits for its reply, which is never [`WorkerReply::Failed`].
    ///
    /// # Errors
    /// As [`Self::set`].
    pub fn ask(
        &mut self,
        request: &WorkerRequest,
        body: &[u8],
        wanted: &dyn Fn() -> bool,
    ) -> Result<(WorkerReply, Vec<u8>), Failure> {
        let sent = self.input.as_mut().map(|input| frames::write(input, request, body));
        if !matches!(sent, Some(Ok(()))) {
            return Err(self.death());
        }
        let start = Instant::now();
        let failure = loop {
            match self.replies.recv_timeout(CANCEL_POLL) {
                Ok((WorkerReply::Failed(failure), _)) => return Err(failure),
                Ok(reply) => return Ok(reply),
                Err(RecvTimeoutError::Disconnected) => return Err(self.death()),
                Err(RecvTimeoutError::Timeout) if !wanted() => break Failure::Unwanted,
                Err(RecvTimeoutError::Timeout) if start.elapsed().as_secs() >= self.limits.seconds => {
                    break Failure::TimedOut(self.limits.seconds);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        };
        self.stop();
        Err(failure)
    }

    /// Stops a worker that answered another question.
    pub fn wrong_reply(&mut self) -> Failure {
        self.stop();
        Failure::Died("it answered another question".to_owned())
    }

    /// Stops a worker that closed its end, and says why it died.
    fn death(&mut self) -> Failure {
        let words = match &mut self.running {
            Running::Process { child, errors } => {
                kill(child);
                errors.take().and_then(|thread| thread.join().ok()).unwrap_or_default()
            }
            Running::Thread(thread) => {
                self.input = None;
                match thread.take().map(JoinHandle::join) {
                    Some(Err(panic)) => panic_message(&*panic).to_owned(),
                    Some(Ok(Err(error))) => error.to_string(),
                    Some(Ok(Ok(()))) | None => String::new(),
                }
            }
        };
        self.input = None;
        let first = words.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing");
        Failure::Died(first.to_owned())
    }

    /// Stops the worker, whatever it is doing. A thread is left alone: it ends after its document.
    fn stop(&mut self) {
        self.input = None;
        match &mut self.running {
            Running::Process { child, .. } => kill(child),
            Running::Thread(thread) => *thread = None,
        }
    }

    /// Ends a worker that has nothing to do, and waits for its end.
    pub fn end(mut self) {
        self.input = None;
        match &mut self.running {
            Running::Process { child, .. } => drop(child.wait()),
            Running::Thread(thread) => drop(thread.take().map(JoinHandle::join)),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.input.is_some() {
            self.stop();
        }
    }
}

type Started = (Running, Box<dyn Write + Send>, Box<dyn Read + Send>);

fn started_process() -> io::Result<Started> {
    if worker::is_worker_process() {
        // Its `main` went on where it should have served: each worker would start workers, without end.
        return Err(io::Error::other("a worker does not start workers; `main` calls serve_worker_if_asked first"));
    }
    let mut child = Command::new(std::env::current_exe()?)
        .arg(WORKER)
        .env(WORKER_MARK, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(input), Some(output), Some(mut errors)) = pipes else {
        return Err(io::Error::other("a worker without pipes"));
    };
    let errors = thread::spawn(move || {
        let mut words = Vec::new();
        // A worker that died in the middle of a word said enough.
        let _ = errors.read_to_end(&mut words);
        String::from_utf8_lossy(&words).into_owned()
    });
    Ok((Running::Process { child, errors: Some(errors) }, Box::new(input), Box::new(output)))
}

fn started_thread() -> io::Result<Started> {
    let ((requests, input), (output, replies)) = (io::pipe()?, io::pipe()?);
    let thread = thread::Builder::new().spawn(move || worker::serve_thread(requests, replies))?;
    Ok((Running::Thread(Some(thread)), Box::new(input), Box::new(output)))
}

/// Reads replies on a thread of its own, until the worker closes its end or nobody listens.
fn replies(mut output: Box<dyn Read + Send>) -> Receiver<(WorkerReply, Vec<u8>)> {
    let (send, replies) = channel();
    thread::spawn(move || {
        while let Ok(Some(reply)) = frames::read::<WorkerReply>(&mut output) {
            if send.send(reply).is_err() {
                return;
            }
        }
    });
    replies
}

fn kill(child: &mut Child) {
    // Already dead is as good as killed.
    let _ = child.kill();
    let _ = child.wait();
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked")
}
