use std::net::Ipv4Addr;

use super::*;

const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const REMOTE: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 17, 0, 1));

fn parts(headers: &[(&str, &str)]) -> Parts {
    let mut request = hyper::Request::builder().uri("/");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

fn network() -> Network {
    Network {
        local: "127.0.0.1:1".to_owned(),
        ..Network::default()
    }
}

#[test]
fn a_malformed_host_is_not_repeated() {
    let parts = parts(&[("host", "evil/\"><script>")]);
    assert_eq!(network().origin(&parts), "http://127.0.0.1:1");
}

#[test]
fn only_local_names_control_by_default() {
    for host in [
        "localhost",
        "localhost:80",
        "127.0.0.1:8",
        "127.9.9.9",
        "[::1]:8",
    ] {
        let parts = parts(&[("host", host)]);
        assert_eq!(network().check_control(&parts, LOCAL), Ok(()), "{host}");
        assert!(network().check_control(&parts, REMOTE).is_err(), "{host}");
    }
    let odd = "!'$~*(),+=;&"
        .chars()
        .map(|c| format!("a{c}b.evil.example"));
    let other = [
        "evil.example",
        "127.0.0.1.evil.example",
        "u@localhost",
        "192.0.2.1",
        "",
        ":80",
    ];
    for host in odd.chain(other.map(str::to_owned)) {
        let parts = parts(&[("host", &host)]);
        assert!(network().check_control(&parts, LOCAL).is_err(), "{host}");
    }
    assert!(network().check_control(&parts(&[]), LOCAL).is_err());
}

#[test]
fn a_control_host_opens_that_name_only() {
    let mut network = network();
    network.add_control_host("Emulator").unwrap();
    for (host, allowed) in [
        ("emulator:80", true),
        ("EMULATOR", true),
        ("evil.example", false),
        ("localhost", false),
    ] {
        let parts = parts(&[("host", host)]);
        assert_eq!(
            network.check_control(&parts, REMOTE).is_ok(),
            allowed,
            "{host}"
        );
    }
    let page = parts(&[("host", "emulator"), ("origin", "http://evil.example")]);
    assert!(network.check_control(&page, REMOTE).is_err());
}

#[test]
fn a_control_token_opens_for_its_holders() {
    let mut network = network();
    network.set_control_token("s3cret").unwrap();
    for (token, allowed) in [
        ("s3cret", true),
        ("s3cres", false),
        ("s3cret2", false),
        ("", false),
    ] {
        let parts = parts(&[("host", "anything.example"), (TOKEN_HEADER, token)]);
        assert_eq!(
            network.check_control(&parts, REMOTE).is_ok(),
            allowed,
            "{token}"
        );
    }
    assert!(
        network
            .check_control(&parts(&[("host", "localhost")]), LOCAL)
            .is_ok()
    );
    assert!(
        network
            .check_control(&parts(&[("host", "localhost")]), REMOTE)
            .is_err()
    );
    assert!(!format!("{network:?}").contains("s3cret"));
    for invalid in ["", "two words", "ü"] {
        assert!(network.set_control_token(invalid).is_err(), "{invalid}");
    }
}

#[test]
fn pages_need_a_name_of_the_emulator() {
    let mut network = network();
    network.add_host("emulator").unwrap();
    network.set_public_url("https://plex.example:8443").unwrap();
    for host in [
        "localhost:8",
        "192.0.2.1:80",
        "[2001:db8::1]",
        "app.plex.tv",
        "emulator:9",
        "plex.example:8443",
    ] {
        assert_eq!(
            network.check_page(&parts(&[("host", host)])),
            Ok(()),
            "{host}"
        );
    }
    for host in [
        "evil.example",
        "a!b.evil.example",
        "app.plex.tv.evil.example",
        "",
    ] {
        let error = network.check_page(&parts(&[("host", host)])).unwrap_err();
        assert!(error.contains("--host"), "{error}");
    }
    assert!(network.check_page(&parts(&[])).is_err());
}

#[test]
fn the_origin_of_a_page_must_be_the_emulators() {
    let mut network = network();
    let page = |host, origin| parts(&[("host", host), ("origin", origin)]);
    // A proxy that adds TLS and keeps `Host`.
    assert!(
        network
            .check_page(&page("localhost:8", "https://localhost:8"))
            .is_ok()
    );
    for origin in ["https://plex.example", "http://localhost", "null", ""] {
        let error = network
            .check_page(&page("localhost:8", origin))
            .unwrap_err();
        assert!(error.contains("--public-url"), "{error}");
    }
    // A proxy that changes `Host`.
    network.set_public_url("https://plex.example/").unwrap();
    assert!(
        network
            .check_page(&page("localhost:8", "https://plex.example"))
            .is_ok()
    );
    assert!(
        network
            .check_page(&page("localhost:8", "http://plex.example"))
            .is_err()
    );
}

#[test]
fn links_follow_the_proxy_only_if_it_is_trusted() {
    let forwarded = parts(&[
        ("host", "plex.example"),
        ("x-forwarded-proto", "https, http"),
    ]);
    let mut network = network();
    assert_eq!(network.origin(&forwarded), "http://plex.example");
    network.trusts_forwarded = true;
    assert_eq!(network.origin(&forwarded), "https://plex.example");
    let odd = parts(&[
        ("host", "plex.example"),
        ("x-forwarded-proto", "javascript"),
    ]);
    assert_eq!(network.origin(&odd), "http://plex.example");
    network
        .set_public_url("https://public.example:8443/")
        .unwrap();
    assert_eq!(network.origin(&forwarded), "https://public.example:8443");
}

#[test]
fn invalid_names_and_urls_are_rejected() {
    for name in ["", "a b", "host:80", "http://host"] {
        assert!(network().add_host(name).is_err(), "{name}");
    }
    for url in [
        "plex.example",
        "ftp://plex.example",
        "https://plex.example/path",
        "https://u@plex.example",
    ] {
        assert!(network().set_public_url(url).is_err(), "{url}");
    }
}
