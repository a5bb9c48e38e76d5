//! A server that answers as a test tells it to, and remembers what it was asked.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// What becomes of a request.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// It is answered with this status, these headers and this body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// It is not answered.
    Hang,
    /// The connection is closed in the place of an answer.
    Close,
    /// The connection is closed in the middle of the answer.
    BreakOff,
}

/// An answer in JSON.
pub(crate) fn answer(status: u16, body: &serde_json::Value) -> Step {
    Step::Answer(status, Vec::new(), body.to_string())
}

/// A refusal as the service writes it.
pub(crate) fn refusal(status: u16, code: &str) -> Step {
    answer(status, &error(code))
}

/// The envelope of an error.
pub(crate) fn error(code: &str) -> serde_json::Value {
    serde_json::json!({"error": {
        "type": "server_error", "code": code, "message": "as it was told to", "param": null, "request_id": "r",
    }})
}

impl Step {
    /// The same answer with one more header.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer(_, headers, _) = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The path and the query.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The names of the parameters in the query.
    pub(crate) fn parameters(&self) -> Vec<String> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        query.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, _)| name.to_owned()).collect()
    }
}

type Respond = dyn FnMut(&Asked) -> Step + Send;

/// The server. Its thread waits for connections until the test's program ends.
pub(crate) struct Script {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Script {
    /// A server that takes these steps, one for each request, and hangs after the last.
    pub(crate) fn of(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut steps: VecDeque<Step> = steps.into_iter().collect();
        Self::responding(move |_| steps.pop_front().unwrap_or(Step::Hang))
    }

    /// A server that does what `respond` says of each request.
    pub(crate) fn responding(respond: impl FnMut(&Asked) -> Step + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let respond: Arc<Mutex<Box<Respond>>> = Arc::new(Mutex::new(Box::new(respond)));
        let record = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (record, respond) = (record.clone(), respond.clone());
                thread::spawn(move || serve(&stream.unwrap(), &record, &respond));
            }
        });
        Self { url, asked }
    }

    /// All that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// Serves one request on a connection, and closes it.
fn serve(stream: &TcpStream, record: &Mutex<Vec<Asked>>, respond: &Mutex<Box<Respond>>) {
    let Some(asked) = read(stream) else { return };
    record.lock().unwrap().push(asked.clone());
    let step = (respond.lock().unwrap())(&asked);
    let mut stream = stream;
    match step {
        // Longer than any test waits.
        Step::Hang => thread::sleep(Duration::from_mins(1)),
        Step::Close => {}
        Step::BreakOff => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{").unwrap();
        }
        Step::Answer(status, headers, body) => {
            let mut lines = vec![
                format!("HTTP/1.1 {status} Whatever"),
                "Content-Type: application/json".to_owned(),
                format!("Content-Length: {}", body.len()),
                "Connection: close".to_owned(),
            ];
            lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
            let answer = format!("{}\r\n\r\n{body}", lines.join("\r\n"));
            // Whether anyone waits for it still is not for the server to say.
            let _ = stream.write_all(answer.as_bytes());
        }
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    while let Some(header) = line().filter(|line| !line.is_empty()) {
        let (name, value) = header.split_once(':').unwrap();
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let mut asked = Asked { method, target, headers, body: String::new(), at: Instant::now() };
    let length: usize = asked.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    asked.body = String::from_utf8(body).unwrap();
    Some(asked)
}
