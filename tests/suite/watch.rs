//! `watch`: the page follows the files. Through plain connections, which every machine has; and in a browser where there
//! is one. Nothing here waits for a time, only for what must come.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::browser::{Browser, browser};
use crate::sandbox::{PROGRAM, SIX_LATER, Sandbox, project, text_of};

/// What does not come in so long will not come.
const PATIENCE: Duration = Duration::from_secs(60);

const SHEET: &str = "with/templates/parts/sheet.typ.hbs";
const TABLE: &str = "with/data/2031/kommunen.csv";

/// The program while it watches the folder `with` of a sandbox; it is stopped when the test is over.
struct Watching {
    child: Child,
    port: u16,
    said: Receiver<String>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer of the server: its status line, its headers in lower case, its body.
struct Answer {
    status: String,
    head: String,
    body: String,
}

impl Watching {
    fn start(sandbox: &Sandbox, more: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["watch", "--with", "with"])
            .args(more)
            .current_dir(sandbox.root())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says its address");
        let (send, said) = channel();
        let errors = BufReader::new(child.stderr.take().expect("it is piped"));
        std::thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        let port = line.trim().strip_prefix("http://127.0.0.1:").and_then(|rest| rest.strip_suffix('/')?.parse().ok());
        let Some(port) = port else {
            let said: Vec<String> = said.iter().collect();
            panic!("`{line}` is no address: {said:?}")
        };
        Self { child, port, said }
    }

    fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    fn connection(&self) -> TcpStream {
        let stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], self.port))).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        stream
    }

    /// What it answers to these bytes.
    fn asked(&self, request: &str) -> Answer {
        let mut stream = self.connection();
        // It may have refused already.
        let _ = stream.write_all(request.as_bytes());
        let mut bytes = Vec::new();
        match stream.read_to_end(&mut bytes) {
            // Closed at once: there are too many.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
            read => drop(read.expect("it answers and closes")),
        }
        let text = String::from_utf8(bytes).expect("an answer is UTF-8");
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.lines().next().unwrap_or_default().trim_start_matches("HTTP/1.1 ").to_owned();
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    fn read(&self, path: &str) -> Answer {
        self.asked(&format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", self.port))
    }

    fn events(&self) -> Events {
        let mut stream = self.connection();
        let request = format!("GET /events HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", self.port);
        stream.write_all(request.as_bytes()).expect("it listens");
        Events { lines: BufReader::new(stream), last: Value::Null }
    }

    /// The first page of what is shown.
    fn first_page(&self, news: &Value) -> String {
        let answer = self.read(&format!("/page/{}/1.svg", news["version"].as_str().expect("a version")));
        assert_eq!(answer.status, "200 OK");
        assert!(answer.body.starts_with("<svg") && answer.body.ends_with("</svg>"), "a page");
        answer.body
    }
}

/// The news a page listens to.
struct Events {
    lines: BufReader<TcpStream>,
    last: Value,
}

impl Events {
    /// The first news that are so.
    fn until(&mut self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let since = Instant::now();
        loop {
            let mut line = String::new();
            self.lines.read_line(&mut line).expect("it goes on speaking");
            if let Some(news) = line.strip_prefix("data: ") {
                self.last = serde_json::from_str(news).expect("the news are JSON");
                if is_so(&self.last) {
                    return self.last.clone();
                }
            }
            assert!(since.elapsed() < PATIENCE, "{what} does not come; last: {}", self.last);
        }
    }

    /// The document is as the files are.
    fn current(&mut self) -> Value {
        self.until("a current page", |news| news["status"] == "current")
    }

    /// The document is another than that of these news, and as the files are.
    fn changed(&mut self, from: &Value) -> Value {
        let version = from["version"].clone();
        self.until("another page", |news| news["status"] == "current" && news["version"] != version)
    }

    /// Something is wrong, and a message says so.
    fn wrong(&mut self, part: &str) -> Value {
        self.until(part, |news| news["status"] == "wrong" && news["errors"].to_string().contains(part))
    }
}

/// The sheet's template as shipped, with a line put before its first heading of level two.
fn sheet_with(line: &str) -> String {
    let template = text_of("templates/parts/sheet.typ.hbs");
    let at = template.find("\n== ").expect("the sheet has a heading") + 1;
    format!("{}{line}\n\n{}", &template[..at], &template[at..])
}

/// A sandbox with the six Kommunen and the sheet's template to change.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_six();
    sandbox.write(SHEET, text_of("templates/parts/sheet.typ.hbs"));
    sandbox
}

#[test]
fn without_a_project_there_is_nothing_to_watch() {
    let sandbox = Sandbox::new();
    sandbox.run(&["watch"]).must_fail(1).stderr_contains("error[KB970]").stderr_contains("kreisblatt new DIR");
}

#[test]
fn a_wrong_command_line_ends_it() {
    let sandbox = sandbox();
    for args in [["--kommune", "Niemandsland"], ["--edition", "1999"], ["--where", "x >"]] {
        sandbox
            .run(&["watch", "--with", "with", "--no-build", args[0], args[1]])
            .must_fail(2)
            .stderr_contains("error[KB3");
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--no-build"]);
    let port = watching.port.to_string();
    sandbox.run(&["watch", "--with", "with", "--port", &port]).must_fail(1).stderr_contains("error[KB971]");
}

#[test]
fn a_template_changes_breaks_and_is_mended() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--no-build", "--kommune", "Altmoor"]);
    let mut events = watching.events();
    let first = events.current();
    assert_eq!(first["title"], "Landkreis Altmoor (03901)");
    assert_eq!(first["build"], "off");
    let page = watching.first_page(&first);
    sandbox.write(SHEET, sheet_with("Eingefügt."));
    let second = events.changed(&first);
    assert_ne!(watching.first_page(&second), page);
    for (line, part) in [
        ("{{kommune.lable}}", "did you mean `label`?"),
        ("{{#if kommune.label}}", "KB200"),
        ("#nothing-of-the-kind", "unknown variable"),
        ("{{{kommune.label}}}", "raw output"),
    ] {
        sandbox.write(SHEET, sheet_with(line));
        let wrong = events.wrong(part);
        assert_eq!(wrong["version"], second["version"], "{line}: the page before stays");
        let error = &wrong["errors"][0];
        assert!(error["place"].as_str().expect("a place").starts_with(SHEET), "{error}");
        let line_of_problem = &error["excerpt"][1];
        assert!(
            line_of_problem.is_null() || line_of_problem.as_str().is_some_and(|text| line.contains(text)),
            "{error}"
        );
        assert_eq!(
            watching.read(&format!("/page/{}/1.svg", second["version"].as_str().expect("one"))).status,
            "200 OK"
        );
    }
    sandbox.write(SHEET, text_of("templates/parts/sheet.typ.hbs"));
    let mended = events.current();
    assert_eq!(mended["version"], first["version"], "same files, same Kennung");
    assert_eq!(watching.first_page(&mended), page);
    assert_eq!(mended["errors"].as_array().map(Vec::len), Some(0));
}

#[test]
fn everything_of_a_project_is_watched() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--no-build", "--kommune", "Großweißenstein"]);
    let mut events = watching.events();
    let mut last = events.current();
    let table = sandbox.text(TABLE);
    sandbox.write(TABLE, table.replace("Großweißenstein", "Kleinweißenstein"));
    events.wrong("Großweißenstein"); // The selection names nobody any more.
    sandbox.write(TABLE, &table);
    events.current();
    // As editors save: another file takes the name.
    let saved = |path: &str, bytes: &[u8]| {
        sandbox.write("with/data/.neu", bytes).rename("with/data/.neu", path);
    };
    saved(TABLE, table.replace("Sabine Weiß-Groß", "Sabine Groß").as_bytes());
    last = events.changed(&last);
    // A font of the user's.
    let serif = std::fs::read(project().join("fonts/source-serif-4/SourceSerif4-Regular.ttf")).expect("our font");
    sandbox.write("with/fonts/Eigene/Eigene-Regular.ttf", serif);
    last = events.changed(&last);
    sandbox.clear("with/fonts");
    last = events.changed(&last);
    // The look, in a folder that is new; then deleted with all it holds.
    let theme = text_of("templates/look/theme.typ");
    sandbox.write("with/templates/look/theme.typ", theme.replace("#1f4e79", "#7a1f1f"));
    last = events.changed(&last);
    sandbox.clear("with/templates");
    let without = events.changed(&last);
    sandbox.write("with/templates/parts/sheet.typ.hbs", sheet_with("Wieder da."));
    events.changed(&without);
    // What no run reads changes nothing; what says what the project is, does.
    sandbox.write("with/templates/parts/sheet.typ.hbs~", "alt").write("with/data/2031/.kommunen.csv.swp", "x");
    sandbox.write("with/kreisblatt.toml", "");
    events.until("another reading", |news| news["status"] == "setting");
    assert_ne!(events.until("its end", |news| news["status"] != "setting")["status"], "setting");
}

#[test]
fn a_project_that_is_broken_from_the_start_is_waited_for() {
    let sandbox = sandbox();
    let table = sandbox.text(TABLE);
    sandbox.write(TABLE, format!("{table}\nunfertig"));
    let watching = Watching::start(&sandbox, &["--no-build"]);
    let mut events = watching.events();
    let wrong = events.wrong("kommunen.csv");
    assert_eq!(wrong["version"], "");
    sandbox.delete(TABLE);
    events.until("a missing table", |news| news["status"] == "wrong" && news["errors"] != wrong["errors"]);
    sandbox.write(TABLE, table);
    let mended = events.current();
    watching.first_page(&mended);
    let said: Vec<String> = watching.said.try_iter().collect();
    assert!(said.iter().any(|line| line.contains("error[KB")), "the terminal says it, too: {said:?}");
}

#[test]
fn a_template_that_never_ends_is_stopped() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--no-build", "--time-limit", "2"]);
    let mut events = watching.events();
    let first = events.current();
    sandbox.write(SHEET, sheet_with("#range(1000000000).map(n => calc.pow(n, 2)).len()"));
    let wrong = events.until("a limit", |news| news["status"] == "wrong");
    assert!(wrong["errors"].to_string().contains("KB602") || wrong["errors"].to_string().contains("KB603"), "{wrong}");
    sandbox.write(SHEET, sheet_with("Zu Ende."));
    watching.first_page(&events.changed(&first));
}

/// What is said of the children of a process.
#[cfg(target_os = "linux")]
fn children(process: u32) -> Vec<String> {
    let list = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    list.split_whitespace().map(str::to_owned).collect()
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_does_not_outlive_the_program() {
    let sandbox = sandbox();
    let mut watching = Watching::start(&sandbox, &["--no-build", "--memory-limit", "1000"]);
    let mut events = watching.events();
    events.current();
    let workers = children(watching.child.id());
    assert_eq!(workers.len(), 1, "{workers:?}");
    sandbox.write(SHEET, sheet_with("#range(1000000000).map(n => calc.pow(n, 2)).len()"));
    events.until("setting", |news| news["status"] == "setting");
    watching.child.kill().and_then(|()| watching.child.wait()).expect("it ends");
    let since = Instant::now();
    let lives = |worker: &String| {
        let state = std::fs::read_to_string(format!("/proc/{worker}/stat")).unwrap_or_default();
        !(state.is_empty() || state.contains(") Z "))
    };
    while workers.iter().any(lives) {
        assert!(since.elapsed() < PATIENCE, "the worker goes on");
    }
}

#[test]
fn a_template_that_never_ends_is_mended_without_waiting_for_its_end() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--no-build", "--time-limit", "1000"]);
    let mut events = watching.events();
    let first = events.current();
    sandbox.write(SHEET, sheet_with("#range(1000000000).map(n => calc.pow(n, 2)).len()"));
    events.until("setting", |news| news["status"] == "setting");
    sandbox.write(SHEET, sheet_with("Zu Ende."));
    watching.first_page(&events.changed(&first));
}

#[test]
fn another_document_can_be_chosen() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--no-build"]);
    let mut events = watching.events();
    let first = events.current();
    let titles = watching.titles();
    assert_eq!(titles.len(), 9);
    for title in ["Broschüre", "Ranglisten", "Ländertabellen", "Landkreis Altmoor (03901)"] {
        assert!(titles.iter().any(|listed| listed == title), "{title}: {titles:?}");
    }
    assert_eq!(watching.read("/show/broschuere.pdf").status, "200 OK");
    let brochure = events.changed(&first);
    assert_eq!((&brochure["title"], &brochure["path"]), (&"Broschüre".into(), &"broschuere.pdf".into()));
    let sheets = brochure["sheets"].as_array().expect("pages").len();
    assert!(sheets > 10, "{sheets}");
    let version = brochure["version"].as_str().expect("a version");
    for page in [sheets, 2, 1] {
        assert_eq!(watching.read(&format!("/page/{version}/{page}.svg")).status, "200 OK", "{page}");
    }
    for page in ["0", "-1", "x", &(sheets + 1).to_string(), "99999999999999999999999"] {
        assert_eq!(watching.read(&format!("/page/{version}/{page}.svg")).status, "404 Not Found", "{page}");
    }
    assert_eq!(watching.read("/page/000000000000/1.svg").status, "404 Not Found");
    assert_eq!(watching.read("/show/gibt-es-nicht.pdf").status, "404 Not Found");
}

impl Watching {
    /// The titles of the documents that can be chosen, in their order.
    fn titles(&self) -> Vec<String> {
        let listed: Value = serde_json::from_str(&self.read("/documents.json").body).expect("JSON");
        let titles = listed.as_array().expect("a list").iter().filter_map(|one| one["title"].as_str());
        titles.map(str::to_owned).collect()
    }
}

/// More pages than are made before anybody asks for them, each with this colour; behind a template's head.
fn long(colour: &str) -> String {
    format!("#for n in range(80) {{ rect(fill: rgb(\"{colour}\")); pagebreak(weak: true) }}")
}

#[test]
fn pages_are_those_of_the_document_shown() {
    let (ours, other) = ("#123456", "#654321");
    // Stopped for its time or for its memory, whichever is first.
    let endless = "#range(1000000000).map(n => calc.pow(n, 2)).len()".to_owned();
    for (sheet, part) in [(long(other), "KB604"), (endless, "KB60")] {
        let sandbox = sandbox();
        sandbox.write(SHEET, sheet_with(&sheet));
        sandbox
            .write("with/templates/dokumente/edition/lang.typ.hbs", format!("{{{{> parts/paper}}}}\n\n{}", long(ours)));
        let watching = Watching::start(&sandbox, &["--no-build", "--document", "lang", "--time-limit", "3"]);
        let mut events = watching.events();
        let first = events.current();
        assert_eq!((&first["title"], &first["path"]), (&"Lang".into(), &"lang.pdf".into()));
        let listed: Value = serde_json::from_str(&watching.read("/documents.json").body).expect("JSON");
        let is_altmoor = |path: &&str| path.starts_with("steckbriefe/03901");
        let altmoor = listed.as_array().expect("a list").iter().filter_map(|one| one["path"].as_str()).find(is_altmoor);
        watching.read(&format!("/show/{}", altmoor.expect("a sheet")));
        let wrong = events.wrong(part);
        assert_eq!(wrong["version"], first["version"], "the document before stays");
        let mut page = watching.connection();
        let path = format!("/page/{}/75.svg", first["version"].as_str().expect("a version"));
        let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", watching.port);
        page.write_all(request.as_bytes()).expect("it listens");
        page.set_read_timeout(Some(Duration::from_secs(1))).expect("a limit");
        assert!(page.peek(&mut [0]).is_err(), "{part}: nobody has this page");
        watching.read("/show/lang.pdf");
        assert_eq!(events.current()["version"], first["version"]);
        page.set_read_timeout(Some(PATIENCE)).expect("a limit");
        let mut answer = String::new();
        page.read_to_string(&mut answer).expect("the page comes");
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains(ours), "{part}: {answer}");
    }
}

#[test]
fn own_documents_are_called_by_their_names() {
    let sandbox = sandbox();
    sandbox.write("with/templates/dokumente/edition/kurz-und-gut.typ.hbs", "{{> parts/paper}}\n\nKurz.\n");
    sandbox.write("with/kreisblatt.toml", "documents = [\"steckbriefe\", \"karte\", \"kurz-und-gut\"]\n");
    let watching = Watching::start(&sandbox, &["--no-build", "--document", "anschreiben"]);
    assert_eq!(watching.events().current()["title"], "Anschreiben: Insel Einsand (01901)");
    let titles = watching.titles();
    for title in [
        "Landkreis Altmoor (03901)",
        "Karte: Landkreis Altmoor (03901)",
        "Anschreiben: Landkreis Altmoor (03901)",
        "Kurz und gut",
    ] {
        assert!(titles.iter().any(|listed| listed == title), "{title}: {titles:?}");
    }
    let different: std::collections::BTreeSet<&String> = titles.iter().collect();
    assert_eq!(different.len(), titles.len(), "no two have the same name: {titles:?}");
}

#[test]
fn what_is_built_is_what_build_makes_and_the_document_asked_for() {
    let sandbox = sandbox();
    sandbox.write("with/kreisblatt.toml", "documents = [\"ranglisten\"]\n");
    let watching = Watching::start(&sandbox, &["--document", "laender"]);
    let mut events = watching.events();
    assert_eq!(events.current()["title"], "Ländertabellen");
    events.until("a build", |news| news["build"] == "done");
    assert_eq!(watching.titles(), ["Ranglisten", "Ländertabellen"]);
    let made: Vec<String> = sandbox.files("out/2031").into_iter().filter(|path| path.ends_with(".pdf")).collect();
    assert_eq!(made, ["laender.pdf", "ranglisten.pdf"]);
    // The edition of the year after has a comparison, too.
    sandbox.delete("with/kreisblatt.toml");
    sandbox.copy(&project().join(SIX_LATER), "with");
    let watching = Watching::start(&sandbox, &["--no-build", "--document", "laender"]);
    watching.events().current();
    assert!(watching.titles().iter().any(|title| title == "Vergleich"), "{:?}", watching.titles());
    sandbox
        .run(&["watch", "--with", "with", "--document", "lander"])
        .must_fail(2)
        .stderr_contains("error[KB303]")
        .stderr_contains("did you mean `laender`?");
}

#[test]
fn a_template_that_never_ends_before_it_is_set_is_stopped() {
    let sandbox = sandbox();
    let harm: String = (1..14).map(|depth| format!("{{{{#each {}comparison}}}}", "../".repeat(depth))).collect();
    sandbox.write(SHEET, sheet_with(&format!("{{{{#each comparison}}}}{harm}{}", "{{/each}}".repeat(14))));
    let watching = Watching::start(&sandbox, &["--no-build", "--time-limit", "2"]);
    watching.events().wrong("after 2 seconds");
}

#[test]
fn a_document_chosen_while_files_are_wrong_is_shown_when_they_are_mended() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--no-build"]);
    let mut events = watching.events();
    let first = events.current();
    sandbox.write(SHEET, sheet_with("{{#if kommune.label}}"));
    events.wrong("KB200");
    assert_eq!(watching.read("/show/laender.pdf").status, "200 OK");
    sandbox.write(SHEET, text_of("templates/parts/sheet.typ.hbs"));
    assert_eq!(events.changed(&first)["title"], "Ländertabellen");
}

#[test]
fn the_documents_are_written_and_again_after_a_change() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--kommune", "Altmoor"]);
    let mut events = watching.events();
    let done = |events: &mut Events| events.until("a build", |news| news["build"] == "done");
    done(&mut events);
    let altmoor = "out/2031/steckbriefe/03901-landkreis-altmoor.pdf";
    let before = sandbox.bytes(altmoor);
    sandbox.write(SHEET, sheet_with("Eingefügt."));
    events.until("a change", |news| news["build"] == "waiting");
    let news = done(&mut events);
    assert_eq!(news["others"].as_array().map(Vec::len), Some(0), "{news}");
    assert_ne!(sandbox.bytes(altmoor), before);
    // Many saves one after the other: the last one counts.
    for n in 0..10 {
        sandbox.write(SHEET, sheet_with(&format!("Stand {n}.")));
        events.until("a change", |news| news["status"] == "setting");
    }
    let version = events.current()["version"].clone();
    done(&mut events);
    let manifest: Value = serde_json::from_str(&sandbox.text("out/2031/manifest.json")).expect("JSON");
    let of_altmoor = |entry: &&Value| entry["path"] == "steckbriefe/03901-landkreis-altmoor.pdf";
    let entry = manifest["files"].as_array().expect("files").iter().find(of_altmoor).expect("an entry");
    assert_eq!(entry["kennung"], version, "what is shown is what is written");
    assert!(!sandbox.files("out").iter().any(|path| path.contains(".kreisblatt-")), "{:?}", sandbox.files("out"));
}

#[test]
fn errors_of_documents_not_shown_are_told() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &[]);
    let mut events = watching.events();
    events.until("a build", |news| news["build"] == "done");
    let template = text_of("templates/rankings.typ.hbs");
    sandbox.write("with/templates/rankings.typ.hbs", format!("{template}\n#nothing-of-the-kind\n"));
    let news = events.until("another document's error", |news| news["others"].to_string().contains("unknown variable"));
    assert_eq!(news["status"], "current", "the one shown is sound");
}

#[test]
fn files_are_seen_where_the_system_does_not_tell() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--no-build", "--poll"]);
    let mut events = watching.events();
    let first = events.current();
    sandbox.write(SHEET, sheet_with("Eingefügt."));
    events.changed(&first);
}

#[test]
fn only_this_machines_own_page_is_answered() {
    let sandbox = sandbox();
    sandbox.write("with/templates/geheim.txt", "geheim");
    let watching = Watching::start(&sandbox, &["--no-build"]);
    watching.events().current();
    let host = format!("Host: 127.0.0.1:{}\r\n", watching.port);
    let page = watching.read("/");
    assert_eq!(page.status, "200 OK");
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "cross-origin-resource-policy: same-origin",
        "cache-control: no-store",
    ] {
        assert!(page.head.contains(part), "{part}: {}", page.head);
    }
    assert!(!page.head.contains("access-control"), "{}", page.head);
    assert!(!page.body.contains("http"), "the page names no other address");
    for (request, status) in [
        (format!("GET / HTTP/1.1\r\nHost: kreisblatt.example:{}\r\n\r\n", watching.port), "421"),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_owned(), "421"),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), "421"),
        (format!("GET / HTTP/1.1\r\n{host}{host}\r\n"), "421"),
        (format!("GET / HTTP/1.1\r\n{host}Sec-Fetch-Site: cross-site\r\n\r\n"), "403"),
        (format!("POST / HTTP/1.1\r\n{host}Content-Length: 3\r\n\r\nabc"), "405"),
        (format!("PUT /show/broschuere.pdf HTTP/1.1\r\n{host}\r\n"), "405"),
        (format!("GET http://127.0.0.1/ HTTP/1.1\r\n{host}\r\n"), "400"),
        (format!("GET / HTTP/1.1\r\n{host}X: {}\r\n\r\n", "x".repeat(100_000)), "431"),
        (format!("GET /{} HTTP/1.1\r\n{host}\r\n", "x".repeat(100_000)), "431"),
        (format!("GET / HTTP/1.1\r\n{host}{}\r\n", "A: b\r\n".repeat(1000)), "4"),
        ("\0\u{1}\u{2}\r\n\r\n".to_owned(), "400"),
    ] {
        let answer = watching.asked(&request);
        assert!(answer.status.starts_with(status), "{}: {request:.80}", answer.status);
    }
    for path in [
        "/../Cargo.toml",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/templates/geheim.txt",
        "/page/../../with/templates/geheim.txt",
        "/page/..%2f..%2fgeheim/1.svg",
        "/show/../../etc/passwd",
    ] {
        assert_eq!(watching.read(path).status, "404 Not Found", "{path}");
    }
    assert_eq!(watching.read("/?query").status, "200 OK");
}

#[test]
fn many_connections_are_closed_and_the_server_lives_on() {
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--no-build"]);
    watching.events().current();
    let silent: Vec<TcpStream> = (0..80).map(|_| watching.connection()).collect();
    let closed = silent.last().expect("one").read(&mut [0]);
    assert_eq!(closed.expect("no answer"), 0, "the last one is closed without a word");
    drop(silent);
    let since = Instant::now();
    while watching.read("/").status != "200 OK" {
        assert!(since.elapsed() < PATIENCE, "the server is gone");
    }
}

/// The browser sees this before the limit.
fn seen(browser: &mut Browser, what: &str) {
    let since = Instant::now();
    while browser.value(what) != true {
        assert!(since.elapsed() < PATIENCE, "{what} does not come: {}", browser.text("document.body.innerText"));
        std::thread::sleep(Duration::from_millis(20));
    }
}

const STATE: &str = "document.querySelector('#stand').textContent";
const IMAGE: &str = "document.querySelector('#seiten img')";

#[test]
fn in_a_browser_the_page_changes_shows_errors_and_returns() {
    let Some(mut browser) = browser() else { return };
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--kommune", "Altmoor"]);
    browser.resize(1280, 900);
    browser.open(&watching.address());
    let drawn = format!("{STATE} === 'aktuell' && {IMAGE}?.complete && {IMAGE}.naturalWidth > 500");
    let error_hidden = "document.querySelector('#fehler').hidden";
    seen(&mut browser, &format!("{drawn} && {error_hidden}"));
    let first = browser.text(&format!("{IMAGE}.src"));
    browser.value("scrollTo(0, 200)");
    // Edit a template: the page changes, and stays where it was.
    sandbox.write(SHEET, sheet_with("Eingefügt."));
    seen(&mut browser, &format!("{drawn} && {IMAGE}.src !== '{first}'"));
    assert_eq!(browser.value("scrollY"), 200);
    let second = browser.text(&format!("{IMAGE}.src"));
    // Break it: the error shows over the page, which stays behind it.
    sandbox.write(SHEET, sheet_with("{{kommune.lable}}"));
    seen(&mut browser, &format!("{STATE} === 'Fehler' && !{error_hidden}"));
    let error = browser.text("document.querySelector('#fehler').innerText");
    for part in
        ["1 Fehler", "there is no field `kommune.lable` here", "KB208", "sheet.typ.hbs", "did you mean `label`?"]
    {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert_eq!(browser.text(&format!("{IMAGE}.src")), second);
    let alerts = browser.accessible();
    assert!(alerts.iter().any(|(role, ..)| role == "alert"), "a screen reader is told");
    // Mend it: the page returns.
    sandbox.write(SHEET, text_of("templates/parts/sheet.typ.hbs"));
    seen(&mut browser, &format!("{drawn} && {error_hidden} && {IMAGE}.src === '{first}'"));
    let requests = browser.requests();
    assert!(
        requests.iter().all(|request| request.starts_with(&watching.address()) || request.starts_with("data:")),
        "{requests:?}"
    );
    assert_eq!(browser.complaints(), Vec::<String>::new());
    // The program is gone: the page says so.
    drop(watching);
    seen(&mut browser, &format!("{STATE} === 'getrennt'"));
}

#[test]
fn in_a_browser_documents_are_found_and_read_on_a_narrow_screen() {
    let Some(mut browser) = browser() else { return };
    let sandbox = sandbox();
    let watching = Watching::start(&sandbox, &["--no-build"]);
    browser.resize(360, 640);
    browser.open(&watching.address());
    seen(
        &mut browser,
        &format!("{STATE} === 'aktuell' && document.querySelectorAll('#dokumente option').length === 9"),
    );
    let choose = |browser: &mut Browser, text: &str| {
        browser.value("document.querySelector('#dokument').focus(), document.querySelector('#dokument').select()");
        browser.types(text);
        browser.presses("Enter");
    };
    choose(&mut browser, "luckow nichts");
    seen(&mut browser, "document.querySelector('#hinweis').textContent.includes('luckow nichts')");
    choose(&mut browser, "GROSSWEISSEN");
    seen(
        &mut browser,
        &format!("{IMAGE}?.alt === 'Seite 1 von 1: Stadt Großweißenstein (14901)' && {STATE} === 'aktuell'"),
    );
    assert_eq!(browser.text("document.querySelector('#hinweis').textContent"), "");
    choose(&mut browser, "brosch");
    seen(&mut browser, &format!("document.querySelectorAll('#seiten img').length > 10 && {STATE} === 'aktuell'"));
    assert_eq!(browser.value("document.documentElement.scrollWidth <= innerWidth"), true);
    let last = "[...document.querySelectorAll('#seiten img')].at(-1)";
    browser.value(&format!("{last}.scrollIntoView()"));
    seen(&mut browser, &format!("{last}.complete && {last}.naturalWidth > 500"));
    let named = browser.accessible();
    for (role, name) in
        [("main", "Seiten des Dokuments"), ("banner", ""), ("button", "Nächstes Dokument"), ("combobox", "Dokument")]
    {
        assert!(
            named.iter().any(|(r, n, _)| r == role && (name.is_empty() || n == name)),
            "{role} {name}: {:?}",
            named.iter().map(|(r, n, _)| (r, n)).collect::<Vec<_>>()
        );
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
