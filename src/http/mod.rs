//! A small web server: the only user of axum. Who answers is an [`App`]; here stand the address,
//! the name by which a browser may call it, and streams of events.
//!
//! What is *not* here: what is served (`serve`).

mod answer;

use std::{
    convert::Infallible,
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::{ConnectInfo, Request as Incoming},
    http::{HeaderMap, header},
    response::Response,
};
use futures_core::Stream;
use tokio::{net::TcpListener as Listener, runtime::Runtime, sync::mpsc};

pub use answer::{Answer, Content, Request};

/// Ports that are tried when the one that was asked for is taken.
const NEXT_PORTS: u16 = 20;

/// How often a stream of events says that it is still there.
const PULSE: Duration = Duration::from_secs(15);

/// Events that may wait for a reader who does not read; one that is slower is cut off.
const WAITING: usize = 64;

/// A request over this size is refused.
const LARGEST: usize = 1 << 20;

type Router = axum::extract::connect_info::IntoMakeServiceWithConnectInfo<axum::Router, SocketAddr>;

/// Who answers requests. Called from many threads.
pub trait App: Send + Sync + 'static {
    /// Answers.
    fn answer(&self, request: &Request) -> Answer;
}

/// By which names a server may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Called {
    /// By addresses of its own: what is served there is nobody else's to read.
    ByItsAddress,
    /// By any: a web server stands in front of it and hands the names of its own sites on.
    ByAnyName,
}

/// An address that a server has taken.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    called: Called,
}

impl Server {
    /// Takes an address: the port, or the next free one after it; 0 takes any.
    ///
    /// # Errors
    /// When none of them can be had.
    pub fn bind(host: IpAddr, port: u16) -> io::Result<Self> {
        let mut refused = None;
        for port in port..=port.saturating_add(NEXT_PORTS) {
            match TcpListener::bind((host, port)) {
                Ok(listener) => {
                    listener.set_nonblocking(true)?;
                    return Ok(Self { address: listener.local_addr()?, listener, called: Called::ByItsAddress });
                }
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => refused = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(refused.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
    }

    /// Takes this address and no other, for a web server in front of it: `127.0.0.1:8025`.
    ///
    /// # Errors
    /// When it cannot be had.
    pub fn behind(listen: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        Ok(Self { address: listener.local_addr()?, listener, called: Called::ByAnyName })
    }

    /// The address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers on threads of its own until the [`Running`] is dropped.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn start(self, app: Arc<dyn App>, events: Events) -> io::Result<Running> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let pulse = events.clone();
        runtime.spawn(async move {
            loop {
                tokio::time::sleep(PULSE).await;
                pulse.raw(":\n\n");
            }
        });
        let (listener, router) = self.router(&runtime, app, events)?;
        runtime.spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Running { _runtime: runtime })
    }

    /// Answers until Ctrl-C; what is being answered then is finished.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn run(self, app: Arc<dyn App>) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let (listener, router) = self.router(&runtime, app, Events::default())?;
        runtime.block_on(async { axum::serve(listener, router).with_graceful_shutdown(interrupted()).await })
    }

    fn router(self, runtime: &Runtime, app: Arc<dyn App>, events: Events) -> io::Result<(Listener, Router)> {
        let listener = {
            let _inside = runtime.enter();
            Listener::from_std(self.listener)?
        };
        let loopback = self.address.ip().is_loopback();
        let any = self.called == Called::ByAnyName;
        let router =
            axum::Router::new().fallback(move |ConnectInfo(peer): ConnectInfo<SocketAddr>, request: Incoming| {
                let (app, events) = (app.clone(), events.clone());
                async move {
                    if any || is_called_by_its_name(request.headers(), loopback) {
                        respond(app, events, peer, request).await
                    } else {
                        into_response(Answer::text(421, "this server answers to its own address only\n"))
                    }
                }
            });
        Ok((listener, router.into_make_service_with_connect_info()))
    }
}

/// Ends when the user presses Ctrl-C.
async fn interrupted() {
    // Without signals it runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// A server at work; dropped, it stops.
#[derive(Debug)]
pub struct Running {
    _runtime: Runtime,
}

async fn respond(app: Arc<dyn App>, events: Events, peer: SocketAddr, incoming: Incoming) -> Response {
    let (parts, body) = incoming.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST).await else {
        return into_response(Answer::text(413, "too large\n"));
    };
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let request = Request {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        range: header("range"),
        if_none_match: header("if-none-match"),
        body: body.to_vec(),
        client: client(peer, header("x-forwarded-for").as_deref()),
    };
    // What answers may wait for a disk.
    let answer = tokio::task::spawn_blocking(move || app.answer(&request)).await;
    match answer {
        Ok(Answer { content: Content::Events(first), .. }) => stream(events.listen(first)),
        Ok(answer) => into_response(answer),
        Err(_) => into_response(Answer::text(500, "the server failed\n")),
    }
}

/// A web server on this machine tells who asked it: the last one it names is not made up.
fn client(peer: SocketAddr, forwarded: Option<&str>) -> String {
    let told = forwarded.filter(|_| peer.ip().is_loopback()).and_then(|list| list.rsplit(',').next());
    told.map_or_else(|| peer.ip().to_string(), |client| client.trim().to_owned())
}

/// The address of this computer in its network, as far as the system tells. Nothing is sent.
pub fn own_address() -> Option<IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    // An address for documentation (RFC 5737): the system only says which way it would go.
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// Whether a browser called the server by an address of its own: a foreign name that leads here is
/// how another site would read what is served (DNS rebinding). Numbers cannot be made to lead here.
fn is_called_by_its_name(headers: &HeaderMap, loopback: bool) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    match name.parse::<IpAddr>() {
        Ok(address) => !loopback || address.is_loopback(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

fn into_response(answer: Answer) -> Response {
    let mut response = Response::builder().status(answer.status).header("X-Content-Type-Options", "nosniff");
    for (name, value) in &answer.headers {
        response = response.header(*name, value);
    }
    let body = match answer.content {
        Content::Bytes(bytes) => Body::from(Bytes::from_owner(bytes)),
        Content::Part(bytes, range) => Body::from(Bytes::from_owner(bytes).slice(range)),
        Content::Events(_) => Body::empty(),
    };
    response.body(body).unwrap_or_else(|_| Response::new(Body::empty()))
}

fn stream(lines: Lines) -> Response {
    let response = Response::builder()
        .header(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store");
    response.body(Body::from_stream(lines)).unwrap_or_else(|_| Response::new(Body::empty()))
}

/// Who listens to what happens (server-sent events, WHATWG HTML §9.2). Clones share it.
#[derive(Clone, Default, Debug)]
pub struct Events(Arc<Mutex<Vec<mpsc::Sender<String>>>>);

impl Events {
    /// Tells everybody who listens. `data` is one line.
    pub fn send(&self, name: &str, data: &str) {
        self.raw(&event(name, data));
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.listening().len()
    }

    fn raw(&self, text: &str) {
        self.listening().retain(|listener| listener.try_send(text.to_owned()).is_ok());
    }

    fn listen(&self, first: String) -> Lines {
        let (sender, receiver) = mpsc::channel(WAITING);
        let _ = sender.try_send(first);
        self.listening().push(sender);
        Lines(receiver)
    }

    fn listening(&self) -> std::sync::MutexGuard<'_, Vec<mpsc::Sender<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An event as it goes over the wire.
pub fn event(name: &str, data: &str) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

/// The events of one listener.
struct Lines(mpsc::Receiver<String>);

impl Stream for Lines {
    type Item = Result<String, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|line| line.map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_tells_who_asks() {
        let near = "127.0.0.1:80".parse().unwrap();
        let far = "192.0.2.7:80".parse().unwrap();
        assert_eq!(client(near, Some("198.51.100.1, 203.0.113.9")), "203.0.113.9");
        assert_eq!(client(far, Some("203.0.113.9")), "192.0.2.7");
    }

    #[test]
    fn foreign_names_are_refused() {
        let called = |host: &str, loopback| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            is_called_by_its_name(&headers, loopback)
        };
        for host in ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "127.0.0.1", "LOCALHOST"] {
            assert!(called(host, true), "{host}");
        }
        for host in ["evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example", "", "192.168.1.5"] {
            assert!(!called(host, true), "{host}");
        }
        assert!(called("192.168.1.5:3000", false) && !called("portal.example", false));
        assert!(!is_called_by_its_name(&HeaderMap::new(), true));
    }
}
