//! A headless Chromium that looks at a page as a reader does: found on the machine, started with a profile of its own,
//! cut off from every network, and asked over the DevTools protocol.
//!
//! There is no Chromium on a bare machine: [`browser`] then says so and the test has nothing to do. With
//! `KREISBLATT_BROWSER=required` a machine without one fails the test; `CHROMIUM` names the program where it is not
//! on the `PATH` under one of its usual names.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What the program is called on the systems we know.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A browser that hangs fails its test instead of stopping the suite.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one tab.
pub struct Browser {
    child: Child,
    socket: TcpStream,
    session: String,
    calls: u64,
    events: VecDeque<Value>,
    _profile: TempDir,
}

/// A browser; `None` on a machine without one, which is said on standard error.
pub fn browser() -> Option<Browser> {
    let program = program();
    if program.is_none() {
        let required = std::env::var_os("KREISBLATT_BROWSER").is_some_and(|value| value == "required");
        assert!(!required, "KREISBLATT_BROWSER=required, and there is none of {NAMES:?}; CHROMIUM can name one");
        say("no Chromium on this machine: NOT TESTED is what a browser makes of the page (CHROMIUM can name one)");
    }
    program.map(|program| Browser::start(&program))
}

/// Written past the harness, which would keep to itself what a test that passes says.
fn say(text: &str) {
    writeln!(std::io::stderr(), "{text}").expect("standard error takes a line");
}

fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM").filter(|named| !named.is_empty()) {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

impl Browser {
    fn start(program: &Path) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let mut child = Command::new(program)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-extensions"])
            // Whatever it asks for, no name leads anywhere.
            .arg("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
            .args(["--lang=de-DE", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut said = BufReader::new(child.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
        let mut heard = Vec::new();
        let address = said.by_ref().find_map(|line| {
            heard.push(line.clone());
            line.strip_prefix("DevTools listening on ws://").map(str::to_owned)
        });
        let address = address.unwrap_or_else(|| panic!("the browser did not start:\n{}", heard.join("\n")));
        // What it goes on saying must be read, or it would stop to wait.
        std::thread::spawn(move || said.for_each(drop));
        let (host, path) = address.split_once('/').expect("an address has a path");
        let socket = web_socket(host, path);
        let (session, calls, events) = (String::new(), 0, VecDeque::new());
        let mut browser = Self { child, socket, session, calls, events, _profile: profile };
        let tab = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = browser.call("Target.attachToTarget", json!({"targetId": tab["targetId"], "flatten": true}));
        attached["sessionId"].as_str().expect("a session").clone_into(&mut browser.session);
        for domain in ["Page", "Runtime", "Log", "Network", "Accessibility"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Calls a method of the protocol and waits for its result.
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.calls += 1;
        let id = self.calls;
        let mut message = json!({"id": id, "method": method, "params": parameters});
        if !self.session.is_empty() {
            message["sessionId"] = self.session.as_str().into();
        }
        send(&mut self.socket, message.to_string().as_bytes());
        loop {
            let mut message = self.hear();
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].take();
            }
            self.events.push_back(message);
        }
    }

    fn hear(&mut self) -> Value {
        let text = receive(&mut self.socket);
        serde_json::from_slice(&text).expect("the browser speaks JSON")
    }

    /// Opens a page and waits until it has loaded; what was heard of another before is forgotten.
    pub fn open(&mut self, address: &str) {
        self.call("Page.navigate", json!({"url": "about:blank"}));
        self.events.clear();
        let result = self.call("Page.navigate", json!({"url": address}));
        assert!(result["errorText"].is_null(), "{address}: {}", result["errorText"]);
        let loader = result["loaderId"].clone();
        let is_load = |event: &Value| event["method"] == "Page.loadEventFired";
        let began =
            |event: &Value| event["method"] == "Page.frameNavigated" && event["params"]["frame"]["loaderId"] == loader;
        // The blank page may still say that it has loaded.
        while !self.events.iter().skip_while(|event| !began(event)).any(is_load) {
            let event = self.hear();
            self.events.push_back(event);
        }
    }

    /// What an expression is on the page.
    pub fn value(&mut self, expression: &str) -> Value {
        let parameters = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut result = self.call("Runtime.evaluate", parameters);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {}", result["exceptionDetails"]);
        result["result"]["value"].take()
    }

    /// A text of the page.
    pub fn text(&mut self, expression: &str) -> String {
        let value = self.value(expression);
        value.as_str().unwrap_or_else(|| panic!("{expression} is {value}")).to_owned()
    }

    /// Types a text where the focus is.
    pub fn types(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Presses a key: `Tab`, `Enter`.
    pub fn presses(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            _ => panic!("the key {key} has no code here"),
        };
        for kind in ["keyDown", "keyUp"] {
            let parameters =
                json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
            self.call("Input.dispatchKeyEvent", parameters);
        }
    }

    /// Makes the window so wide and high, in CSS pixels.
    pub fn resize(&mut self, width: u32, height: u32) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", size);
    }

    /// Whether scripts of pages run.
    pub fn scripts(&mut self, run: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({"value": !run}));
    }

    /// The page as printed on the paper it asks for: a PDF.
    pub fn printed(&mut self) -> Vec<u8> {
        self.bytes("Page.printToPDF", json!({"preferCSSPageSize": true, "generateTaggedPDF": true}))
    }

    /// The window as a picture: a PNG.
    pub fn picture(&mut self) -> Vec<u8> {
        self.bytes("Page.captureScreenshot", json!({"format": "png"}))
    }

    fn bytes(&mut self, method: &str, parameters: Value) -> Vec<u8> {
        let result = self.call(method, parameters);
        BASE64.decode(result["data"].as_str().expect("bytes")).expect("base64")
    }

    /// The nodes a screen reader meets: role, name, and the node itself.
    pub fn accessible(&mut self) -> Vec<(String, String, Value)> {
        let tree = self.call("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().expect("a list of nodes");
        let text = |value: &Value| value["value"].as_str().unwrap_or_default().to_owned();
        let heard = nodes.iter().filter(|node| node["ignored"] != true);
        heard.map(|node| (text(&node["role"]), text(&node["name"]), node.clone())).collect()
    }

    /// The addresses the page has asked for since it was opened, its own first.
    pub fn requests(&mut self) -> Vec<String> {
        self.value("0"); // All that was said before has been heard now.
        let sent = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        sent.map(|event| event["params"]["request"]["url"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// What the console holds since the page was opened: errors, warnings, breaches of the page's policy.
    pub fn complaints(&mut self) -> Vec<String> {
        self.value("0");
        let of = ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"];
        let said = self.events.iter().filter(|event| of.iter().any(|method| event["method"] == *method));
        said.map(|event| event["params"].to_string()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser is ours alone, and its profile with it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Opens a web socket (RFC 6455) to a program on this machine.
fn web_socket(host: &str, path: &str) -> TcpStream {
    let mut socket = TcpStream::connect(host).unwrap_or_else(|error| panic!("{host}: {error}"));
    socket.set_read_timeout(Some(PATIENCE)).expect("a time limit can be set");
    let request = format!(
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: {}\r\nSec-WebSocket-Version: 13\r\n\r\n",
        BASE64.encode([0; 16])
    );
    socket.write_all(request.as_bytes()).expect("the browser listens");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(exactly::<1>(&mut socket)[0]);
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer));
    socket
}

fn exactly<const N: usize>(socket: &mut TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    socket.read_exact(&mut bytes).expect("the browser answers in time");
    bytes
}

/// Sends a text frame; the mask clients must use is zero, which leaves the text as it is.
fn send(socket: &mut TcpStream, text: &[u8]) {
    let mut frame = vec![0x81];
    match u16::try_from(text.len()) {
        Ok(length) if length < 126 => frame.push(0x80 | length as u8),
        Ok(length) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        Err(_) => {
            frame.push(0x80 | 127);
            frame.extend((text.len() as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(text);
    socket.write_all(&frame).expect("the browser listens");
}

/// Receives a text, also one in several frames.
fn receive(socket: &mut TcpStream) -> Vec<u8> {
    let mut text = Vec::new();
    loop {
        let [first, length] = exactly::<2>(socket);
        let length = match length {
            126 => u64::from(u16::from_be_bytes(exactly(socket))),
            127 => u64::from_be_bytes(exactly(socket)),
            short => u64::from(short),
        };
        let mut part = vec![0; usize::try_from(length).expect("it fits into memory")];
        socket.read_exact(&mut part).expect("the browser answers in time");
        match first & 0x0f {
            0 | 1 => text.extend(part),
            8 => panic!("the browser has closed the connection"),
            _ => continue,
        }
        if first & 0x80 != 0 {
            return text;
        }
    }
}
