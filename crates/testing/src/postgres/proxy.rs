//! A way to a server that can be cut off in the midst, as networks are: silently.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use super::Error;

/// What a connection that listens for notices has sent.
const LISTEN: &[u8] = b"LISTEN ";

/// A way to a PostgreSQL server, by way of a port of its own on loopback. Of the connections through it those that have
/// sent `LISTEN` can be silenced: they stay open, and nothing passes on them any more, either way. All others go on as
/// before. It takes connections without TLS, and takes no new ones once it is dropped.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    is_silent: AtomicBool,
    /// How many pieces of what was sent did not pass.
    kept_back: AtomicU64,
    is_over: AtomicBool,
}

impl Proxy {
    /// A way to the server of `url`.
    ///
    /// # Errors
    ///
    /// When the URL names no host, or no port is free.
    pub fn to(url: &str) -> Result<Self, Error> {
        let failed = |reason: &str| Error::failed("open a way to the server", reason);
        let host = host_of(url).ok_or_else(|| failed("the URL has no host"))?;
        let server = if host.contains(':') { host.to_owned() } else { format!("{host}:5432") };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| failed(&error.to_string()))?;
        let address = listener.local_addr().map_err(|error| failed(&error.to_string()))?;
        let state = Arc::new(State::default());
        let way = Self { url: url.replacen(host, &address.to_string(), 1), address, state: Arc::clone(&state) };
        thread::spawn(move || {
            for client in listener.incoming() {
                if state.is_over.load(Ordering::SeqCst) {
                    return;
                }
                // One that the server does not take is closed, as the server would do it.
                if let (Ok(client), Ok(server)) = (client, TcpStream::connect(&server)) {
                    carry(client, server, &state);
                }
            }
        });
        Ok(way)
    }

    /// The URL of the server by this way.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on nothing passes on the connections that have sent `LISTEN`, or send it later.
    pub fn silence(&self) {
        self.state.is_silent.store(true, Ordering::SeqCst);
    }

    /// From now on all passes; what was sent meanwhile is lost.
    pub fn restore(&self) {
        self.state.is_silent.store(false, Ordering::SeqCst);
    }

    /// How many pieces of what was sent have not passed, either way.
    #[must_use]
    pub fn kept_back(&self) -> u64 {
        self.state.kept_back.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections; where it does not, that thread ends with the process.
        let _ = TcpStream::connect(self.address);
    }
}

/// The host and port of a URL, as they stand there.
fn host_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    (!host.is_empty()).then_some(host)
}

/// Carries what either side sends to the other, until one of them closes.
fn carry(client: TcpStream, server: TcpStream, state: &Arc<State>) {
    let listens = Arc::new(AtomicBool::new(false));
    let (Ok(from_server), Ok(to_client)) = (server.try_clone(), client.try_clone()) else { return };
    // Neither waits for more to send at once.
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    for (from, to, is_from_client) in [(client, server, true), (from_server, to_client, false)] {
        let (state, listens) = (Arc::clone(state), Arc::clone(&listens));
        thread::spawn(move || carry_one_way(from, to, is_from_client, &listens, &state));
    }
}

fn carry_one_way(mut from: TcpStream, mut to: TcpStream, is_from_client: bool, listens: &AtomicBool, state: &State) {
    let mut piece = vec![0; 64 * 1024];
    // The end of what came before: the word may come in two pieces.
    let mut seen = Vec::new();
    while let Ok(length @ 1..) = from.read(&mut piece) {
        let piece = &piece[..length];
        if is_from_client && !listens.load(Ordering::SeqCst) {
            seen.extend_from_slice(piece);
            if seen.windows(LISTEN.len()).any(|window| window == LISTEN) {
                listens.store(true, Ordering::SeqCst);
            }
            seen.drain(..seen.len().saturating_sub(LISTEN.len() - 1));
        }
        if state.is_silent.load(Ordering::SeqCst) && listens.load(Ordering::SeqCst) {
            state.kept_back.fetch_add(1, Ordering::SeqCst);
        } else if to.write_all(piece).is_err() {
            break;
        }
    }
    for side in [from, to] {
        // It may be closed already.
        let _ = side.shutdown(Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_url_is_found() {
        for (url, host) in [
            ("postgres://postgres@127.0.0.1:5433/db", "127.0.0.1:5433"),
            ("postgres://a:b@c@host/db?x=1", "host"),
            ("postgres://host?x=1", "host"),
        ] {
            assert_eq!(host_of(url), Some(host));
        }
        assert_eq!(host_of("postgres:///db"), None);
    }

    /// A server that sends back what it is sent.
    fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                thread::spawn(move || {
                    let mut back = connection.try_clone().unwrap();
                    std::io::copy(&mut connection, &mut back)
                });
            }
        });
        address
    }

    struct Caller(TcpStream);

    impl Caller {
        fn at(proxy: &Proxy) -> Self {
            let stream = TcpStream::connect(host_of(proxy.url()).unwrap()).unwrap();
            stream.set_read_timeout(Some(std::time::Duration::from_millis(300))).unwrap();
            Self(stream)
        }

        /// Whether it comes back.
        fn says(&mut self, text: &str) -> bool {
            self.0.write_all(text.as_bytes()).unwrap();
            let mut back = vec![0; text.len()];
            match self.0.read_exact(&mut back) {
                Ok(()) => back == text.as_bytes(),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => false,
                Err(error) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn the_connections_that_listen_are_silenced_and_no_other() {
        let proxy = Proxy::to(&format!("postgres://me@{}/db", echo())).unwrap();
        let (mut listener, mut other) = (Caller::at(&proxy), Caller::at(&proxy));
        assert!(listener.says("QLIS") && listener.says("TEN x") && other.says("SELECT 1"));
        proxy.silence();
        assert!(!listener.says("anything") && other.says("SELECT 1"));
        let mut late = Caller::at(&proxy);
        assert!(late.says("SELECT 1") && !late.says("LISTEN y"));
        assert_eq!(proxy.kept_back(), 2);
        proxy.restore();
        assert!(late.says("anything"));
    }
}
