//! Servers that fail below HTTP: raw sockets on loopback.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// How a server fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// It takes the request and says nothing.
    Silence,
    /// It takes the request and resets the connection.
    Reset,
    /// It takes the request and closes the connection.
    Close,
    /// It answers these bytes to whatever it is sent, and closes the connection.
    Say(&'static [u8]),
}

impl Wire {
    /// Fails one connection after the other, for ever.
    pub async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that goes away has seen enough.
            tokio::spawn(async move { self.fail(stream).await.ok() });
        }
    }

    async fn fail(self, mut stream: TcpStream) -> io::Result<()> {
        take_request(&mut stream).await?;
        match self {
            Self::Silence => std::future::pending().await,
            Self::Reset => stream.set_zero_linger(),
            Self::Close => stream.shutdown().await,
            Self::Say(bytes) => {
                stream.write_all(bytes).await?;
                stream.shutdown().await
            }
        }
    }
}

/// Reads the first bytes that a client sends: the head of a request, or its TLS greeting. What stays unread would turn
/// an orderly close into a reset.
async fn take_request(stream: &mut TcpStream) -> io::Result<()> {
    stream.read(&mut vec![0; 16 * 1024]).await.map(drop)
}

/// A port of loopback where every connection is refused for as long as this is kept: it is taken, and nobody listens.
///
/// # Errors
/// When no port can be had.
pub fn refusing_port() -> io::Result<(TcpSocket, SocketAddr)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let address = socket.local_addr()?;
    Ok((socket, address))
}
