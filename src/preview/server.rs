//! The server of the preview: a small HTTP/1.1 server on the loopback address. It reads no disk and writes none.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::diag::{Problem, Result};

use super::Wish;
use super::head::{Refusal, path};
use super::stage::{Page, Stage};

/// Connections at once; a browser opens six.
const CONNECTIONS: usize = 64;

/// How long a head may take to come, and an answer to go.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often a page that listens is asked whether it is still there.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// What the page may do: show itself and its pages, and listen to us.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Serves a stage on a port of the loopback address, 0 for any free one, for as long as the program runs. Returns the
/// port.
///
/// # Errors
/// A port that is taken.
pub fn serve(port: u16, stage: Arc<Stage>, wish: impl Fn(Wish) + Send + Sync + 'static) -> Result<u16> {
    let taken = |error: io::Error| {
        Problem::error("KB971", format!("the preview cannot be served on port {port}: {error}"))
            .hint("choose another with --port, or --port 0 for any that is free")
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(taken)?;
    let port = listener.local_addr().map_err(taken)?.port();
    let desk = Arc::new(Desk { port, stage, wish: Box::new(wish), open: AtomicUsize::new(0) });
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if desk.open.load(Ordering::Relaxed) >= CONNECTIONS {
                continue; // The connection is closed; no thread is spent on it.
            }
            let answering = Arc::clone(&desk);
            desk.open.fetch_add(1, Ordering::Relaxed);
            let started = thread::Builder::new().spawn(move || {
                // A reader who is gone needs no answer.
                let _ = answering.answer(stream);
                answering.open.fetch_sub(1, Ordering::Relaxed);
            });
            if started.is_err() {
                desk.open.fetch_sub(1, Ordering::Relaxed); // The connection is closed with what was to answer it.
            }
        }
    });
    Ok(port)
}

/// All that answering needs.
struct Desk {
    port: u16,
    stage: Arc<Stage>,
    wish: Box<dyn Fn(Wish) + Send + Sync>,
    /// Connections now.
    open: AtomicUsize,
}

/// An answer in one piece.
struct Answer<'a> {
    status: &'a str,
    kind: &'a str,
    body: &'a str,
}

impl Desk {
    fn answer(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut timed = Timed { stream: &stream, until: Instant::now() + PATIENCE };
        let path = match path(&mut timed, self.port) {
            Ok(path) => path,
            Err(refusal) => return refuse(stream, refusal),
        };
        let whole = |kind, body: &str| Answer { status: "200 OK", kind, body }.write(&stream);
        match path.as_str() {
            "/" => whole("text/html; charset=utf-8", HTML),
            "/style.css" => whole("text/css; charset=utf-8", STYLE),
            "/script.js" => whole("text/javascript; charset=utf-8", SCRIPT),
            "/documents.json" => whole("application/json", &self.stage.documents()),
            "/events" => self.events(&stream),
            path => {
                if let Some(document) = path.strip_prefix("/show/").filter(|document| self.stage.lists(document)) {
                    (self.wish)(Wish::Document(document.to_owned()));
                    return whole("text/plain; charset=utf-8", "");
                }
                match self.page(path) {
                    Page::Drawn(svg) => whole("image/svg+xml", &svg),
                    Page::Missing => refuse(stream, Refusal("404 Not Found", "there is no such page")),
                }
            }
        }
    }

    /// `/page/VERSION/NUMBER.svg`, the number from 1.
    fn page(&self, path: &str) -> Page {
        let parts = path.strip_prefix("/page/").and_then(|rest| rest.strip_suffix(".svg")?.split_once('/'));
        let number = |text: &str| text.parse::<usize>().ok()?.checked_sub(1);
        match parts.and_then(|(version, page)| Some((version, number(page)?))) {
            Some((version, page)) => self.stage.page(version, page, || (self.wish)(Wish::Page)),
            None => Page::Missing,
        }
    }

    /// Tells all news until the reader is gone (server-sent events, WHATWG HTML 9.2).
    fn events(&self, mut stream: &TcpStream) -> io::Result<()> {
        head(stream, "200 OK", "text/event-stream", None)?;
        stream.write_all(b"retry: 1000\n\n")?;
        let mut heard = 0;
        loop {
            match self.stage.news(heard, HEARTBEAT) {
                Some((number, news)) => {
                    heard = number;
                    stream.write_all(format!("data: {news}\n\n").as_bytes())?;
                }
                None => stream.write_all(b":\n\n")?,
            }
        }
    }
}

fn head(mut stream: &TcpStream, status: &str, kind: &str, length: Option<usize>) -> io::Result<()> {
    let length = length.map(|length| format!("Content-Length: {length}\r\n")).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{length}Connection: close\r\nCache-Control: no-store\r\n\
         Content-Security-Policy: {POLICY}\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\nCross-Origin-Opener-Policy: same-origin\r\n\r\n"
    );
    stream.write_all(head.as_bytes())
}

impl Answer<'_> {
    fn write(&self, mut stream: &TcpStream) -> io::Result<()> {
        head(stream, self.status, self.kind, Some(self.body.len()))?;
        stream.write_all(self.body.as_bytes())
    }
}

/// Says no. What was sent and not read is read now, a little of it: closed earlier, the answer would be lost.
fn refuse(stream: TcpStream, Refusal(status, why): Refusal) -> io::Result<()> {
    let allow = if status.starts_with("405") { "405 Method Not Allowed\r\nAllow: GET" } else { status };
    Answer { status: allow, kind: "text/plain; charset=utf-8", body: why }.write(&stream)?;
    stream.shutdown(Shutdown::Write)?;
    let mut rest = Timed { stream: &stream, until: Instant::now() + Duration::from_secs(1) }.take(1 << 20);
    io::copy(&mut rest, &mut io::sink()).map(|_| ())
}

/// A stream that must have said everything by a point in time.
struct Timed<'a> {
    stream: &'a TcpStream,
    until: Instant,
}

impl Read for Timed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        let mut stream = self.stream;
        stream.read(into)
    }
}
