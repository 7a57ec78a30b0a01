//! A small HTTP/1.1 client on one connection that stays open, as a partner's server has it.

use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::timeout,
};

/// Longer than any answer may take, also while everything behind the listener is away.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
}

impl Client {
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), address })
    }

    /// Sends a GET and returns the whole answer; an error where the connection broke or nothing came in time.
    pub async fn get(&mut self, path: &str) -> io::Result<Answer> {
        timeout(PATIENCE, self.exchange(path)).await?
    }

    async fn exchange(&mut self, path: &str) -> io::Result<Answer> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\nuser-agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0\r\n\r\n",
            self.address
        );
        self.stream.write_all(request.as_bytes()).await?;
        let first = self.line().await?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(broken)?;
        let (mut location, mut length) = (String::new(), 0);
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "location" => location = value.trim().to_owned(),
                "content-length" => length = value.trim().parse().map_err(|_| broken())?,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok(Answer { status, location, body: String::from_utf8_lossy(&body).into_owned() })
    }

    /// The next line without its end.
    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        // Without its end, the other side died in the middle of it.
        line.strip_suffix("\r\n").map(str::to_owned).ok_or_else(broken)
    }
}

fn broken() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}
