//! `check --external` over a site, against a server on the loopback.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use pbsite::{
    base::lang::Tongue,
    checks::Beyond,
    site, store,
    web::{Manners, Web},
};

use crate::support::{Site, short};

/// Answers `/old` by `/new`, `/new` by a page, and everything else by 404.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let status = match request.split(' ').nth(1).unwrap_or_default() {
                "/old" => "301 Moved Permanently\r\nLocation: /new",
                "/new" => "200 OK",
                _ => "404 Not Found",
            };
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    address
}

#[test]
fn outside_links_are_told_at_each_place() {
    let base = server();
    let mut site = Site::new();
    let body = format!("[好]({base}/new) [旧]({base}/old) [断]({base}/gone)\n\n又是[断]({base}/gone) <mailto:a@b.cn>");
    site.article("a", 10, &format!("original: {base}/gone\n"), &body);
    site.article("b", 11, "draft: true\n", &format!("[断]({base}/gone-too)"));
    let manners = Manners { pause: std::time::Duration::ZERO, ..Manners::default() };
    let web = Web::new(manners, &store::Nothing, "2026-11-21T00:00:00Z".parse().unwrap());
    let beyond = Beyond { web: Some(web), ..Beyond::default() };
    let outcome = site::check_beyond(&site.files, &site.options, &beyond).unwrap();
    let shown = |tongue| -> Vec<String> {
        let problems = outcome.report.problems.iter();
        let line = problems.map(|problem| {
            let line = problem.at.map_or(0, |at| at.0.line);
            let help = problem.diagnostic.help.as_ref().map_or("", |help| help.text(tongue));
            format!("{line} {} {} = {help}", problem.diagnostic.code.number(), problem.diagnostic.message.text(tongue))
        });
        line.map(|line| line.replace(&base, "BASE")).collect()
    };
    let dead = "PB2023 站外网址打不开（对方回答 404）：BASE/gone = 在浏览器里打开看看；换成新的网址，或者只留文字";
    let expected = [
        format!("4 {dead}"),
        "7 PB2024 站外网址换了：BASE/old = 改成：BASE/new".to_owned(),
        format!("7 {dead}"),
        format!("9 {dead}"),
    ];
    assert_eq!(shown(Tongue::Zh), expected);
    let expected = "4 PB2023 the address of another site does not open (it answers 404): BASE/gone = try it in a browser; write \
                    the new address, or keep the words only";
    assert_eq!(shown(Tongue::En)[0], expected);
    let quiet = site::check(&site.files, &site.options).unwrap();
    assert_eq!(short(&quiet.report, Tongue::Zh), "", "nobody is asked by default");
}
