//! The worker: sets documents as requests come in, until its input ends.
//!
//! Usually it is a process, because only a process can be stopped and limited, and because two processes share none of
//! Typst's caches and their locks. It can also be a thread of a program that embeds us.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use typst_layout::{Page, PagedDocument};
use typst_svg::SvgOptions;

use crate::assets::Assets;

use super::document::Failure;
use super::frames;
use super::messages::{WorkerReply, WorkerRequest, WorkerSetup, divided};
use super::set::{set, show};
use super::world::DocumentWorld;

/// The first argument of a process that is to be a worker: our hidden command.
pub const WORKER: &str = "worker";

/// The environment variable that every worker process has. It changes no page: it tells a worker of an embedding
/// program from a command of that program that has the same name.
pub const WORKER_MARK: &str = "KREISBLATT_WORKER";

/// Stack of the threads that set: deeply nested documents need more than the usual two megabytes.
const STACK: usize = 64 << 20;

/// Becomes a worker when this process was started as one, and then never returns. A program that embeds us and lets
/// [`WorkerKind::Process`](super::WorkerKind::Process) set its documents calls this first in its `main`.
pub fn serve_worker_if_asked() {
    if std::env::args_os().nth(1).is_some_and(|argument| argument == OsStr::new(WORKER)) && is_worker_process() {
        process::exit(if serve().is_ok() { 0 } else { 1 });
    }
}

/// Whether this process was started as a worker.
pub fn is_worker_process() -> bool {
    std::env::var_os(WORKER_MARK).is_some()
}

/// Runs a worker process over standard input and output, until the input ends.
///
/// # Errors
/// A broken stream: the parent is gone.
pub fn serve() -> io::Result<()> {
    let thread = thread::Builder::new().stack_size(STACK).spawn(serve_process)?;
    thread.join().map_err(|_| io::Error::other("the worker panicked"))?
}

fn serve_process() -> io::Result<()> {
    let mut input = io::stdin();
    let Some((setup, files)) = frames::read::<WorkerSetup>(&mut input)? else { return Ok(()) };
    limit_memory(setup.memory);
    // One thread that is this one: export would otherwise run on a pool of its own.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(setup.threads.max(1));
    let pool = if setup.threads > 1 { pool.stack_size(STACK) } else { pool.use_current_thread() };
    pool.build_global().map_err(io::Error::other)?;
    // Where the parent is gone in the middle of a document nobody waits for it, and it may never end.
    let requests = requests(input, || process::exit(1));
    answer(setup, &files, &requests, &mut io::stdout())
}

/// Runs a worker on this thread and a few of its own, until the input ends: the other end was dropped, or died.
///
/// # Errors
/// A broken stream, and threads that cannot be started.
pub fn serve_thread(mut input: impl Read + Send + 'static, mut output: impl Write + Send) -> io::Result<()> {
    let Some((setup, files)) = frames::read::<WorkerSetup>(&mut input)? else { return Ok(()) };
    // A pool of its own: the global one belongs to the program around us.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(setup.threads.max(1)).stack_size(STACK);
    let pool = pool.build().map_err(io::Error::other)?;
    // A thread cannot be stopped: its document is set to the end, and nobody reads it.
    let requests = requests(input, || {});
    pool.install(move || answer(setup, &files, &requests, &mut output))
}

/// Answers all requests, one after the other.
fn answer(setup: WorkerSetup, files: &[u8], requests: &Requests, output: &mut impl Write) -> io::Result<()> {
    let mut world = DocumentWorld::new(Assets::with_files(divided(setup.files, files)), setup.date);
    let mut shown: Option<PagedDocument> = None;
    while let Ok(next) = requests.incoming.recv() {
        let (request, body) = next?;
        let (reply, body) = match request {
            WorkerRequest::Set(mut job) => {
                job.text = String::from_utf8(body).map_err(io::Error::other)?;
                match set(&mut world, job) {
                    Ok(done) => (WorkerReply::Document(done.pages, done.numbers), done.pdf),
                    Err(failure) => (WorkerReply::Failed(failure), Vec::new()),
                }
            }
            WorkerRequest::Show { text, files } => {
                let (text, rest) = body.split_at_checked(text).ok_or_else(|| io::Error::other("a text cut off"))?;
                let text = std::str::from_utf8(text).map_err(io::Error::other)?;
                world.replace_assets(Assets::with_files(divided(files, rest)));
                match show(&mut world, text) {
                    Ok(document) => {
                        let size = |page: &Page| (page.frame.width().to_pt(), page.frame.height().to_pt());
                        (WorkerReply::Sheets(shown.insert(document).pages().iter().map(size).collect()), Vec::new())
                    }
                    // The document before can still be looked at.
                    Err(failure) => (WorkerReply::Failed(failure), Vec::new()),
                }
            }
            WorkerRequest::Page(number) => match shown.as_ref().and_then(|document| document.pages().get(number)) {
                Some(page) => (WorkerReply::Page, typst_svg::svg(page, &SvgOptions::default()).into_bytes()),
                None => (WorkerReply::Failed(Failure::Refused(Vec::new())), Vec::new()),
            },
        };
        requests.open.fetch_sub(1, Ordering::SeqCst);
        frames::write(output, &reply, &body)?;
    }
    output.flush()
}

/// The requests of a worker.
struct Requests {
    incoming: Receiver<io::Result<(WorkerRequest, Vec<u8>)>>,
    /// How many of them have no reply yet.
    open: Arc<AtomicUsize>,
}

/// Reads requests on a thread of its own. Where the input ends while a request has no reply yet, `abandoned` is called.
fn requests(mut input: impl Read + Send + 'static, abandoned: impl FnOnce() + Send + 'static) -> Requests {
    let (send, incoming) = channel();
    let open = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&open);
    thread::spawn(move || {
        while let Some(request) = frames::read::<WorkerRequest>(&mut input).transpose() {
            counted.fetch_add(1, Ordering::SeqCst);
            let broken = request.is_err();
            if send.send(request).is_err() || broken {
                return;
            }
        }
        if counted.load(Ordering::SeqCst) > 0 {
            abandoned();
        }
    });
    Requests { incoming, open }
}

/// Limits the address space, so that a document that wants everything ends its worker, not the machine.
#[cfg(unix)]
fn limit_memory(bytes: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    if bytes > 0 {
        // A system that refuses the limit sets pages all the same.
        let _ = setrlimit(Resource::As, Rlimit { current: Some(bytes), maximum: Some(bytes) });
    }
}

#[cfg(not(unix))]
fn limit_memory(_: u64) {}
