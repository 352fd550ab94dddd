//! The server of the preview: a small HTTP/1.1 server on the loopback address. It reads no disk and writes none.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::diag::{Problem, Result};

use super::head::{Refusal, path};
use super::state::{PreviewPage, PreviewState};

/// The greatest number of connections at the same time; a browser opens six.
const CONNECTIONS: usize = 64;

/// The time limit for receiving a head and for sending a response.
const PATIENCE: Duration = Duration::from_secs(5);

/// The interval at which the server sends something to a listening page, to detect whether it is still connected.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// The content security policy: the page may load itself and its pages, and listen to this server.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// A request of a browser to `watch`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreviewRequest {
    /// Show another document (its path).
    Document(String),
    /// Draw a page; [`PreviewState::next_page`] names the page.
    Page,
}

/// Serves the preview on a port of the loopback address (0 = any free port), as long as the program runs. Returns the
/// port. Calls `request` with the requests of browsers.
///
/// # Errors
/// A port that is in use.
pub fn serve(
    port: u16,
    state: Arc<PreviewState>,
    request: impl Fn(PreviewRequest) + Send + Sync + 'static,
) -> Result<u16> {
    let taken = |error: io::Error| {
        Problem::error("KB971", format!("the preview cannot be served on port {port}: {error}"))
            .hint("choose another with --port, or --port 0 for any that is free")
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(taken)?;
    let port = listener.local_addr().map_err(taken)?.port();
    let server = Arc::new(PreviewServer { port, state, request: Box::new(request), open: AtomicUsize::new(0) });
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if server.open.load(Ordering::Relaxed) >= CONNECTIONS {
                continue; // The connection is closed without a thread.
            }
            let answering = Arc::clone(&server);
            server.open.fetch_add(1, Ordering::Relaxed);
            let started = thread::Builder::new().spawn(move || {
                // If the browser is gone, no response is needed.
                let _ = answering.answer(stream);
                answering.open.fetch_sub(1, Ordering::Relaxed);
            });
            if started.is_err() {
                server.open.fetch_sub(1, Ordering::Relaxed); // Dropping the closure closes the connection.
            }
        }
    });
    Ok(port)
}

/// The data of the server that a connection needs.
struct PreviewServer {
    port: u16,
    state: Arc<PreviewState>,
    request: Box<dyn Fn(PreviewRequest) + Send + Sync>,
    /// The number of open connections.
    open: AtomicUsize,
}

/// A response with its whole body.
struct HttpResponse<'a> {
    status: &'a str,
    kind: &'a str,
    body: &'a str,
}

impl PreviewServer {
    fn answer(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut timed = DeadlineStream { stream: &stream, until: Instant::now() + PATIENCE };
        let path = match path(&mut timed, self.port) {
            Ok(path) => path,
            Err(refusal) => return refuse(stream, refusal),
        };
        let whole = |kind, body: &str| HttpResponse { status: "200 OK", kind, body }.write(&stream);
        match path.as_str() {
            "/" => whole("text/html; charset=utf-8", HTML),
            "/style.css" => whole("text/css; charset=utf-8", STYLE),
            "/script.js" => whole("text/javascript; charset=utf-8", SCRIPT),
            "/documents.json" => whole("application/json", &self.state.documents_json()),
            "/events" => self.events(&stream),
            path => {
                if let Some(document) = path.strip_prefix("/show/").filter(|document| self.state.has_document(document))
                {
                    (self.request)(PreviewRequest::Document(document.to_owned()));
                    return whole("text/plain; charset=utf-8", "");
                }
                match self.page(path) {
                    PreviewPage::Drawn(svg) => whole("image/svg+xml", &svg),
                    PreviewPage::Missing => refuse(stream, Refusal("404 Not Found", "there is no such page")),
                }
            }
        }
    }

    /// Returns the page at `/page/VERSION/NUMBER.svg`; numbers begin at 1.
    fn page(&self, path: &str) -> PreviewPage {
        let parts = path.strip_prefix("/page/").and_then(|rest| rest.strip_suffix(".svg")?.split_once('/'));
        let number = |text: &str| text.parse::<usize>().ok()?.checked_sub(1);
        match parts.and_then(|(version, page)| Some((version, number(page)?))) {
            Some((version, page)) => self.state.page(version, page, || (self.request)(PreviewRequest::Page)),
            None => PreviewPage::Missing,
        }
    }

    /// Sends all messages until the browser is gone (server-sent events, WHATWG HTML 9.2).
    fn events(&self, mut stream: &TcpStream) -> io::Result<()> {
        head(stream, "200 OK", "text/event-stream", None)?;
        stream.write_all(b"retry: 1000\n\n")?;
        let mut heard = 0;
        loop {
            match self.state.wait_for_message(heard, HEARTBEAT) {
                Some((number, message)) => {
                    heard = number;
                    stream.write_all(format!("data: {message}\n\n").as_bytes())?;
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

impl HttpResponse<'_> {
    fn write(&self, mut stream: &TcpStream) -> io::Result<()> {
        head(stream, self.status, self.kind, Some(self.body.len()))?;
        stream.write_all(self.body.as_bytes())
    }
}

/// Refuses a request. Reads a little of the unread request first: if the server closed the connection earlier, the
/// browser would lose the response.
fn refuse(stream: TcpStream, Refusal(status, why): Refusal) -> io::Result<()> {
    let allow = if status.starts_with("405") { "405 Method Not Allowed\r\nAllow: GET" } else { status };
    HttpResponse { status: allow, kind: "text/plain; charset=utf-8", body: why }.write(&stream)?;
    stream.shutdown(Shutdown::Write)?;
    let mut rest = DeadlineStream { stream: &stream, until: Instant::now() + Duration::from_secs(1) }.take(1 << 20);
    io::copy(&mut rest, &mut io::sink()).map(|_| ())
}

/// A stream that can be read until a point in time.
struct DeadlineStream<'a> {
    stream: &'a TcpStream,
    until: Instant,
}

impl Read for DeadlineStream<'_> {
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
