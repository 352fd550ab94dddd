//! The worker: a process that sets documents from its standard input until that ends.
//!
//! A process of its own, because only a process can be stopped, and because two processes share none of
//! Typst's caches and their locks.

use std::io::{self, Write as _};
use std::thread;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::assets::Pantry;

use super::world::Desk;
use super::{Failure, Job, Number, frames, set::set};

/// Stack of the thread that sets: deeply nested documents need more than the usual two megabytes.
const STACK: usize = 64 << 20;

/// What a worker is told before its first document.
#[derive(Debug, Serialize, Deserialize)]
pub struct Start {
    /// Today, for Typst and for the PDF.
    pub date: NaiveDate,
    /// Threads it may use.
    pub threads: usize,
    /// Memory it may use, in bytes; 0 = as much as there is.
    pub memory: u64,
    /// Path and length of each overlaid file; the body holds their bytes, one after the other.
    pub files: Vec<(String, usize)>,
}

/// What a worker answers; the body holds the PDF.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    /// How many pages and the numbers on them, or why there are none.
    pub pages: Result<(usize, Vec<Number>), Failure>,
}

/// Runs a worker over standard input and output.
///
/// # Errors
/// A broken stream; the parent is gone then.
pub fn serve() -> io::Result<()> {
    thread::Builder::new().stack_size(STACK).spawn(work)?.join().map_err(|_| io::Error::other("the worker panicked"))?
}

fn work() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let Some((start, body)) = frames::read::<Start>(&mut input)? else { return Ok(()) };
    limit_memory(start.memory);
    // One thread that is this one: export would otherwise run on a pool of its own.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(start.threads.max(1));
    let pool = if start.threads > 1 { pool.stack_size(STACK) } else { pool.use_current_thread() };
    pool.build_global().map_err(io::Error::other)?;
    let mut rest = body.as_slice();
    let files = start.files.into_iter().map(|(path, length)| {
        let (bytes, tail) = rest.split_at(length.min(rest.len()));
        rest = tail;
        (path, bytes.to_vec())
    });
    let mut desk = Desk::new(Pantry::with_files(files.collect::<Vec<_>>()), start.date);
    while let Some((mut job, body)) = frames::read::<Job>(&mut input)? {
        job.text = String::from_utf8(body).map_err(io::Error::other)?;
        let (pages, pdf) = match set(&mut desk, job) {
            Ok(done) => (Ok((done.pages, done.numbers)), done.pdf),
            Err(failure) => (Err(failure), Vec::new()),
        };
        frames::write(&mut io::stdout().lock(), &Answer { pages }, &pdf)?;
    }
    io::stdout().flush()
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
