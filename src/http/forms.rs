//! A server for a few pages with forms: questions in, answers out, nothing kept between them.

use std::{collections::BTreeMap, future::Future, io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{Response, header},
};

/// A form holds this many bytes at most.
const MOST: usize = 16 << 10;

/// A question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// `GET` or `POST`.
    pub method: String,
    /// The path, `/subscribe`.
    pub path: String,
    /// What stands behind `?`, decoded.
    pub query: BTreeMap<String, String>,
    /// What a form sent; the values of one name are joined by commas.
    pub form: BTreeMap<String, String>,
    /// Who asks, as a web server in front of this one tells it.
    pub client: String,
}

/// An answer: a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// A whole page of HTML.
    pub html: String,
}

/// What makes answers.
pub type Answerer = dyn Fn(Asked) -> Answer + Send + Sync;

/// Answers until `end` comes. `ready` hears the address when it listens.
///
/// # Errors
/// The address cannot be listened at.
pub fn serve(
    listen: &str,
    ready: impl FnOnce(SocketAddr),
    end: impl Future<Output = ()> + Send + 'static,
    answerer: Arc<Answerer>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await?;
        ready(listener.local_addr()?);
        let app = Router::new().fallback(answer).with_state(answerer);
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, app).with_graceful_shutdown(end).await
    })
}

/// Ends when the user presses Ctrl-C.
pub async fn interrupted() {
    // Without signals it runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

async fn answer(
    State(answerer): State<Arc<Answerer>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let forwarded = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let client = client(peer, forwarded);
    let Ok(form) = to_bytes(body, MOST).await else { return page(Answer { status: 413, html: String::new() }) };
    let asked = Asked {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: fields(parts.uri.query().unwrap_or("").as_bytes()),
        form: fields(&form),
        client,
    };
    // Databases wait; the server must not.
    let made = tokio::task::spawn_blocking(move || answerer(asked)).await;
    page(made.unwrap_or(Answer { status: 500, html: String::new() }))
}

/// A web server on this machine tells who asked it: the last one it names is not made up.
fn client(peer: SocketAddr, forwarded: Option<&str>) -> String {
    let told = forwarded.filter(|_| peer.ip().is_loopback()).and_then(|list| list.rsplit(',').next());
    told.map_or_else(|| peer.ip().to_string(), |client| client.trim().to_owned())
}

fn page(answer: Answer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.html));
    *response.status_mut() = axum::http::StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = response.headers_mut();
    let set = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; form-action 'self'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in set {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    response
}

/// The fields of `application/x-www-form-urlencoded`.
fn fields(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=').map(decoded);
        let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
        let old = fields.entry(name).or_default();
        if !old.is_empty() && !value.is_empty() {
            old.push(',');
        }
        old.push_str(&value);
    }
    fields
}

fn decoded(bytes: &[u8]) -> String {
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).and_then(|code| std::str::from_utf8(code).ok());
        let byte = code.filter(|_| bytes[at] == b'%').and_then(|code| u8::from_str_radix(code, 16).ok());
        at += if byte.is_some() { 3 } else { 1 };
        out.push(byte.unwrap_or(if bytes[at - 1] == b'+' { b' ' } else { bytes[at - 1] }));
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read() {
        let fields = fields("email=a%40b.cn&topics=%E9%9F%B3%E4%B9%90&topics=a+b&x&=".as_bytes());
        assert_eq!(fields["email"], "a@b.cn");
        assert_eq!(fields["topics"], "音乐,a b");
        assert_eq!(fields["x"], "");
    }

    #[test]
    fn only_this_machine_tells_who_asks() {
        let near = "127.0.0.1:80".parse().unwrap();
        let far = "192.0.2.7:80".parse().unwrap();
        assert_eq!(client(near, Some("198.51.100.1, 203.0.113.9")), "203.0.113.9");
        assert_eq!(client(far, Some("203.0.113.9")), "192.0.2.7");
    }
}
