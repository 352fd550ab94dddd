//! The worker: a process that sets documents from its standard input until that ends.
//!
//! A process of its own, because only a process can be stopped, and because two processes share none of
//! Typst's caches and their locks.

use std::io::{self, Stdin, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use typst_layout::{Page, PagedDocument};
use typst_svg::SvgOptions;

use crate::assets::Assets;

use super::set::{set, show};
use super::world::DocumentWorld;
use super::{Failure, Job, Number, frames};

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

/// What a worker is asked for.
#[derive(Debug, Serialize, Deserialize)]
pub enum Order {
    /// A document as a PDF. The body is its text.
    Set(Job),
    /// A document whose pages will be asked for. The body is its text, then the files of `templates/` that lie over
    /// the embedded ones from now on.
    Show {
        /// Length of the text.
        text: usize,
        /// Path and length of each file.
        files: Vec<(String, usize)>,
    },
    /// A page, from 0, of the document shown last.
    Page(usize),
}

/// What a worker answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer {
    /// A PDF, which is the body: how many pages, and the numbers on them.
    Document(usize, Vec<Number>),
    /// Width and height of each page, in points.
    Sheets(Vec<(f64, f64)>),
    /// A page as SVG, which is the body.
    Page,
    /// Why there is none of these.
    Failed(Failure),
}

/// Runs a worker over standard input and output.
///
/// # Errors
/// A broken stream; the parent is gone then.
pub fn serve() -> io::Result<()> {
    thread::Builder::new().stack_size(STACK).spawn(work)?.join().map_err(|_| io::Error::other("the worker panicked"))?
}

fn work() -> io::Result<()> {
    let mut input = io::stdin();
    let Some((start, body)) = frames::read::<Start>(&mut input)? else { return Ok(()) };
    limit_memory(start.memory);
    // One thread that is this one: export would otherwise run on a pool of its own.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(start.threads.max(1));
    let pool = if start.threads > 1 { pool.stack_size(STACK) } else { pool.use_current_thread() };
    pool.build_global().map_err(io::Error::other)?;
    let mut world = DocumentWorld::new(Assets::with_files(divided(start.files, &body)), start.date);
    let mut shown: Option<PagedDocument> = None;
    let waiting = Arc::new(AtomicUsize::new(0));
    let orders = orders(input, Arc::clone(&waiting));
    while let Ok(next) = orders.recv() {
        let (order, body) = next?;
        let (answer, body) = match order {
            Order::Set(mut job) => {
                job.text = String::from_utf8(body).map_err(io::Error::other)?;
                match set(&mut world, job) {
                    Ok(done) => (Answer::Document(done.pages, done.numbers), done.pdf),
                    Err(failure) => (Answer::Failed(failure), Vec::new()),
                }
            }
            Order::Show { text, files } => {
                let (text, rest) = body.split_at_checked(text).ok_or_else(|| io::Error::other("a text cut off"))?;
                let text = std::str::from_utf8(text).map_err(io::Error::other)?;
                world.restock(Assets::with_files(divided(files, rest)));
                match show(&mut world, text) {
                    Ok(document) => {
                        let size = |page: &Page| (page.frame.width().to_pt(), page.frame.height().to_pt());
                        (Answer::Sheets(shown.insert(document).pages().iter().map(size).collect()), Vec::new())
                    }
                    // The document before can still be looked at.
                    Err(failure) => (Answer::Failed(failure), Vec::new()),
                }
            }
            Order::Page(number) => match shown.as_ref().and_then(|document| document.pages().get(number)) {
                Some(page) => (Answer::Page, typst_svg::svg(page, &SvgOptions::default()).into_bytes()),
                None => (Answer::Failed(Failure::Refused(Vec::new())), Vec::new()),
            },
        };
        waiting.fetch_sub(1, Ordering::SeqCst);
        frames::write(&mut io::stdout().lock(), &answer, &body)?;
    }
    io::stdout().flush()
}

/// Orders as they come. Where the parent is gone while one of them `waiting` is worked on, nobody waits for it: the
/// process ends, also in a document that never does.
fn orders(mut input: Stdin, waiting: Arc<AtomicUsize>) -> Receiver<io::Result<(Order, Vec<u8>)>> {
    let (send, orders) = channel();
    thread::spawn(move || {
        while let Some(order) = frames::read::<Order>(&mut input).transpose() {
            waiting.fetch_add(1, Ordering::SeqCst);
            let broken = order.is_err();
            if send.send(order).is_err() || broken {
                return;
            }
        }
        if waiting.load(Ordering::SeqCst) > 0 {
            std::process::exit(1);
        }
    });
    orders
}

/// Files that stand one after the other, each with its path.
fn divided(files: Vec<(String, usize)>, mut rest: &[u8]) -> Vec<(String, Vec<u8>)> {
    let file = |(path, length): (String, usize)| {
        let (bytes, tail) = rest.split_at(length.min(rest.len()));
        rest = tail;
        (path, bytes.to_vec())
    };
    files.into_iter().map(file).collect()
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
