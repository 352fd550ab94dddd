//! Reads the head of an HTTP request (RFC 9112), with a limit for everything. Refuses every request that does not
//! clearly come from the page of this program.

use std::io::Read;

/// The greatest length of a head, in bytes.
const LONGEST: usize = 8 << 10;

/// The greatest number of header lines.
const LINES: usize = 64;

/// The reason why a request is refused: the status line and a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal(pub &'static str, pub &'static str);

/// The refusal of a head that cannot be read.
const UNREADABLE: Refusal = Refusal("400 Bad Request", "this is no request that can be read");

/// Reads a head and returns the requested path, without query. `port` is the port of this server.
///
/// Only a browser on this machine that knows the address may send requests. The host must be the loopback address, so
/// that no name on the net can be pointed at the server (DNS rebinding). If the browser names the origin of the
/// request, it must be the page itself or the user.
///
/// # Errors
/// Any other request, and a request that cannot be read.
pub fn path(from: &mut impl Read, port: u16) -> Result<String, Refusal> {
    let mut head = Vec::new();
    let mut part = [0; 1024];
    loop {
        if head.len() > LONGEST {
            return Err(Refusal("431 Request Header Fields Too Large", "the head of the request is too long"));
        }
        match from.read(&mut part) {
            Ok(0) => return Err(UNREADABLE),
            Ok(count) => head.extend_from_slice(&part[..count]),
            Err(_) => return Err(Refusal("408 Request Timeout", "the request came too slowly")),
        }
        let mut lines = [httparse::EMPTY_HEADER; LINES];
        let mut request = httparse::Request::new(&mut lines);
        match request.parse(&head) {
            Ok(httparse::Status::Complete(_)) => return answerable(&request, port),
            Ok(httparse::Status::Partial) => {}
            Err(_) => return Err(UNREADABLE),
        }
    }
}

fn answerable(request: &httparse::Request<'_, '_>, port: u16) -> Result<String, Refusal> {
    let values = |name: &str| {
        let named = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        named.map(|header| header.value).collect::<Vec<_>>()
    };
    let ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    match values("host").as_slice() {
        [host] if ours.iter().any(|our| our.as_bytes() == *host) => {}
        _ => return Err(Refusal("421 Misdirected Request", "the preview is at 127.0.0.1 alone")),
    }
    if values("sec-fetch-site").iter().any(|site| !matches!(*site, b"same-origin" | b"none")) {
        return Err(Refusal("403 Forbidden", "the preview answers its own page alone"));
    }
    if request.method != Some("GET") {
        return Err(Refusal("405 Method Not Allowed", "the preview is read with GET"));
    }
    let target = request.path.unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    if path.starts_with('/') { Ok(path.to_owned()) } else { Err(UNREADABLE) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(head: &str) -> Result<String, &'static str> {
        path(&mut head.as_bytes(), 4170).map_err(|Refusal(status, _)| status)
    }

    #[test]
    fn our_page_may_ask() {
        for host in ["127.0.0.1:4170", "localhost:4170"] {
            assert_eq!(
                read(&format!("GET /page/a/1.svg?x HTTP/1.1\r\nhOsT: {host}\r\n\r\n")),
                Ok("/page/a/1.svg".into())
            );
        }
        assert!(read("GET / HTTP/1.1\r\nHost: 127.0.0.1:4170\r\nSec-Fetch-Site: none\r\n\r\n").is_ok());
    }

    #[test]
    fn others_may_not() {
        for (head, status) in [
            ("GET / HTTP/1.1\r\nHost: kreisblatt.example:4170\r\n\r\n", "421 Misdirected Request"),
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "421 Misdirected Request"),
            ("GET / HTTP/1.1\r\n\r\n", "421 Misdirected Request"),
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1:4170\r\nHost: x\r\n\r\n", "421 Misdirected Request"),
            ("GET / HTTP/1.1\r\nHost: 127.0.0.1:4170\r\nSec-Fetch-Site: cross-site\r\n\r\n", "403 Forbidden"),
            ("POST / HTTP/1.1\r\nHost: 127.0.0.1:4170\r\n\r\n", "405 Method Not Allowed"),
            ("GET http://127.0.0.1:4170/ HTTP/1.1\r\nHost: 127.0.0.1:4170\r\n\r\n", "400 Bad Request"),
            ("hello\r\n\r\n", "400 Bad Request"),
            ("GET / HTTP/1.1\r\nHost: 127.0", "400 Bad Request"),
        ] {
            assert_eq!(read(head), Err(status), "{head}");
        }
        let long = format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:4170\r\nX: {}\r\n\r\n", "x".repeat(2 * LONGEST));
        assert_eq!(read(&long), Err("431 Request Header Fields Too Large"));
    }
}
