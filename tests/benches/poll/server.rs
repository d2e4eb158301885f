//! The server that is polled. It responds to every request with the same bytes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// The emulator's response to a poll of a pending PIN.
pub(crate) const BODY: &str = r#"{"id":308667304,"code":"7RQZ","product":"Plex for Roku","trusted":false,"qr":"https://plex.tv/api/v2/pins/qr/7RQZ","clientIdentifier":"3381b62b-9ab7-4e37-827b-203e9809eb58","location":{"code":"VI","continent_code":"NA","country":"United States Virgin Islands","city":"Amsterdam","european_union_member":true,"time_zone":"America/St_Thomas","postal_code":802,"in_privacy_restricted_country":true,"in_privacy_restricted_region":true,"subdivisions":"Saint Thomas","coordinates":"18.3381, -64.8941"},"expiresIn":876,"createdAt":"2024-07-16T17:03:05Z","expiresAt":"2024-07-16T17:18:05Z","authToken":null,"newRegistration":null}"#;

/// Serves until its standard input ends.
pub(crate) fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            std::thread::spawn(|| respond(connection.unwrap()));
        }
    });
    let _ = std::io::stdin().read(&mut [0]);
}

fn respond(mut connection: TcpStream) {
    connection.set_nodelay(true).unwrap();
    let response = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {}\r\n\
         date: Tue, 16 Jul 2024 17:03:29 GMT\r\n\r\n{BODY}",
        BODY.len()
    );
    let mut requests = BufReader::new(connection.try_clone().unwrap());
    let mut line = String::new();
    while requests.read_line(&mut line).is_ok_and(|length| length > 0) {
        if line == "\r\n" && connection.write_all(response.as_bytes()).is_err() {
            return;
        }
        line.clear();
    }
}

/// The server as a separate process, so that its instructions are not counted.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let address = address.trim().to_owned();
        Self { process, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
