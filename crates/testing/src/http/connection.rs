//! A connection that is kept from one request to the next, for rules that ask a great deal.

use std::{
    io::{BufReader, Write},
    net::{SocketAddr, TcpStream},
};

use super::{Answer, Request, request::PATIENCE};

/// A client with one connection, which is made anew when the service has closed it.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Connection {
    /// A client of the service at `address`, so far without a connection.
    #[must_use]
    pub const fn new(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// Sends a request and reads its answer. The request says of itself that its connection is closed after it, which is
    /// not passed on.
    ///
    /// # Panics
    /// When there is no answer, or one that does not tell its length.
    pub fn ask(&mut self, request: &Request) -> Answer {
        // The service may have closed a connection that it kept, just when it is used again.
        if let Some(kept) = self.stream.take()
            && let Some(answer) = self.ask_on(kept, request)
        {
            return answer;
        }
        let fresh = TcpStream::connect(self.address).unwrap();
        fresh.set_read_timeout(Some(PATIENCE)).unwrap();
        fresh.set_nodelay(true).unwrap();
        self.ask_on(BufReader::new(fresh), request).unwrap()
    }

    fn ask_on(&mut self, mut stream: BufReader<TcpStream>, request: &Request) -> Option<Answer> {
        stream.get_mut().write_all(&request.to_keep_the_connection()).ok()?;
        let answer = Answer::read_one(&mut stream)?;
        request.issued().note(&answer);
        if answer.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Some(answer)
    }
}
