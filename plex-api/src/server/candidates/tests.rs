use super::*;
use crate::ServerAddress;

const HASH: &str = "0123456789abcdef0123456789abcdef";

fn server(connections: &[(&str, Location)]) -> Server {
    let connections = connections.iter().map(|(uri, location)| {
        let uri = Url::parse(&uri.replace("HASH", HASH)).unwrap();
        ServerConnection {
            address: encoded(&uri).or_else(|| literal(&uri)),
            port: 32400,
            local: *location == Location::Local,
            relay: *location == Location::Relay,
            ipv6: false,
            uri,
        }
    });
    Server {
        name: "Living room".to_owned(),
        id: "living-room".to_owned(),
        owned: true,
        owner: None,
        home: false,
        presence: true,
        version: None,
        access_token: None,
        https_required: false,
        public_address_matches: false,
        dns_rebinding_protection: false,
        connections: connections.collect(),
    }
}

const ADDRESSES: [(&str, Location); 3] = [
    (
        "https://203-0-113-7.HASH.plex.direct:32400",
        Location::Remote,
    ),
    (
        "https://192-168-1-5.HASH.plex.direct:32400",
        Location::Local,
    ),
    (
        "https://198-51-100-9.HASH.plex.direct:8443",
        Location::Relay,
    ),
];

/// The permissions of a client of plex.tv with the default settings.
const DEFAULT: Permissions<'_> = Permissions {
    allows: &|url| url.scheme() == "https",
    allows_this_machine: &|_| false,
};

/// The permissions of a client of an emulator on this machine.
const LOCAL: Permissions<'_> = Permissions {
    allows: &|url| {
        url.scheme() == "https" || ip_in(url).is_some_and(is_loopback) || is_localhost(url)
    },
    allows_this_machine: &|_| true,
};

/// Returns the addresses to try in the order of their groups, with the group.
fn order(server: &Server, options: &ConnectOptions) -> Vec<(u8, String)> {
    let (mut candidates, _) = candidates(server, options, &DEFAULT);
    candidates.sort_by_key(|candidate| candidate.group);
    let order = candidates.iter();
    order
        .map(|candidate| (candidate.group, shortened(&candidate.url)))
        .collect()
}

fn shortened(url: &Url) -> String {
    let host = url.host_str().unwrap();
    let host = host.split(&format!(".{HASH}")).next().unwrap();
    format!("{} {host}", url.scheme())
}

fn reasons(server: &Server, options: &ConnectOptions) -> Vec<(String, &'static str)> {
    let (_, left_out) = candidates(server, options, &DEFAULT);
    let left_out = left_out.iter();
    left_out
        .map(|left_out| (shortened(&left_out.url), left_out.why))
        .collect()
}

fn entries(order: &[(u8, &str)]) -> Vec<(u8, String)> {
    let order = order.iter();
    order
        .map(|(group, url)| (*group, (*url).to_owned()))
        .collect()
}

#[test]
fn local_addresses_come_first_and_the_relay_last() {
    let order = order(&server(&ADDRESSES), &ConnectOptions::new());
    let expected = [
        (1, "https 192-168-1-5"),
        (3, "https 203-0-113-7"),
        (5, "https 198-51-100-9"),
    ];
    assert_eq!(order, entries(&expected));
}

#[test]
fn plain_http_is_tried_only_where_it_is_allowed() {
    let server = server(&ADDRESSES);
    let http = (2, "http 192.168.1.5");
    let allowed = ConnectOptions::new().plain_http(true);
    assert!(order(&server, &allowed).contains(&(http.0, http.1.to_owned())));
    let reasons_by_default = reasons(&server, &ConnectOptions::new());
    let [(url, why)] = reasons_by_default.as_slice() else {
        panic!("{reasons_by_default:?}");
    };
    assert_eq!(url, http.1);
    assert!(why.contains("ConnectOptions::plain_http"), "{why}");

    let secure = Server {
        https_required: true,
        ..server
    };
    let [(_, why)] = reasons(&secure, &allowed)[..] else {
        panic!("plain http was tried");
    };
    assert!(why.contains("requires https"), "{why}");
}

#[test]
fn plain_http_never_goes_over_the_internet() {
    let server = server(&[
        ("http://203.0.113.7:32400", Location::Remote),
        ("http://169.254.169.254:80", Location::Local),
        ("http://203.0.113.8:32400", Location::Local),
        ("http://nas.example:32400", Location::Local),
        ("http://198.51.100.9:32400", Location::Relay),
    ]);
    let options = ConnectOptions::new().plain_http(true);
    assert_eq!(order(&server, &options), []);
    assert_eq!(reasons(&server, &options).len(), 5);
}

#[test]
fn plain_http_is_considered_for_private_addresses_only() {
    let public = server(&[(ADDRESSES[0].0, Location::Local)]);
    assert_eq!(reasons(&public, &ConnectOptions::new()), []);
}

#[test]
fn an_address_of_the_relay_is_never_a_local_one() {
    let mut server = server(&[ADDRESSES[2]]);
    server.connections[0].local = true;
    let (candidates, _) = candidates(&server, &ConnectOptions::new(), &DEFAULT);
    assert_eq!(candidates[0].location, Location::Relay);
}

#[test]
fn private_addresses_are_those_of_local_networks() {
    for (address, is_local) in [
        ("192.168.1.5", true),
        ("10.1.2.3", true),
        ("172.17.0.2", true),
        ("172.32.0.2", false),
        // A link-local address: the metadata service of clouds has one.
        ("169.254.1.1", false),
        // RFC 6598: behind it are other customers of a carrier, too.
        ("100.64.0.1", false),
        ("100.128.0.1", false),
        ("203.0.113.7", false),
        ("[fd00::5]", true),
        ("[fe80::5]", false),
        ("[2001:db8::5]", false),
    ] {
        let url = format!("http://{address}:32400");
        let server = server(&[(&url, Location::Local)]);
        let tried = order(&server, &ConnectOptions::new().plain_http(true));
        assert_eq!(!tried.is_empty(), is_local, "{address}");
    }
}

#[test]
fn local_addresses_of_a_friend_are_tried_only_in_the_same_network() {
    let foreign = Server {
        owned: false,
        ..server(&ADDRESSES)
    };
    let tried = |server: &Server| order(server, &ConnectOptions::new()).len();
    assert_eq!(tried(&foreign), 2);
    let (_, why) = reasons(&foreign, &ConnectOptions::new())[0];
    assert!(why.contains("network of the server's owner"), "{why}");
    let at_home = Server {
        home: true,
        ..foreign.clone()
    };
    let on_a_visit = Server {
        public_address_matches: true,
        ..foreign
    };
    assert_eq!([tried(&at_home), tried(&on_a_visit)], [3, 3]);
}

#[test]
fn public_addresses_of_a_friend_are_tried_also_if_they_are_listed_as_local() {
    for (url, is_tried) in [
        ("https://203-0-113-7.HASH.plex.direct:32400", true),
        ("https://100-64-0-1.HASH.plex.direct:32400", true),
        ("https://[2001:db8::5]:32400", true),
        ("https://192-168-1-5.HASH.plex.direct:32400", false),
        ("https://nas.example:32400", false),
    ] {
        let mut foreign = Server {
            owned: false,
            ..server(&[(url, Location::Local)])
        };
        // It says nothing about a name.
        foreign.connections[0].address = Some([203, 0, 113, 7].into());
        let tried = order(&foreign, &ConnectOptions::new());
        assert_eq!(!tried.is_empty(), is_tried, "{url}");
    }
}

#[test]
fn only_the_named_locations_are_tried() {
    let options = ConnectOptions::new().locations([Location::Remote]);
    let tried = order(&server(&ADDRESSES), &options);
    assert_eq!(tried, entries(&[(3, "https 203-0-113-7")]));
}

#[test]
fn a_remembered_address_gets_a_head_start() {
    let server = server(&ADDRESSES);
    let url = server.connections[0].uri.clone();
    let remembered = |id: &str| {
        let server = id.to_owned();
        let url = url.clone();
        ConnectOptions::new().first(ServerAddress { server, url })
    };
    assert_eq!(
        order(&server, &remembered("living-room"))[0],
        (0, "https 203-0-113-7".to_owned())
    );
    assert_eq!(order(&server, &remembered("attic"))[0].0, 1);
}

#[test]
fn plain_http_starts_together_with_https_where_names_are_probably_blocked() {
    let blocked = Server {
        dns_rebinding_protection: true,
        ..server(&ADDRESSES)
    };
    let order = order(&blocked, &ConnectOptions::new().plain_http(true));
    let expected = [(1, "https 192-168-1-5"), (1, "http 192.168.1.5")];
    assert_eq!(order[..2], entries(&expected));
}

#[test]
fn the_better_of_two_entries_for_a_url_counts() {
    let url = ADDRESSES[0].0;
    let twice = server(&[(url, Location::Relay), (url, Location::Remote)]);
    let expected = [(3, "https 203-0-113-7")];
    assert_eq!(order(&twice, &ConnectOptions::new()), entries(&expected));
    let url = "https://nas.example:32400";
    let foreign = Server {
        owned: false,
        ..server(&[(url, Location::Local), (url, Location::Remote)])
    };
    let expected = [(3, "https nas.example")];
    assert_eq!(order(&foreign, &ConnectOptions::new()), entries(&expected));
    assert_eq!(reasons(&foreign, &ConnectOptions::new()), []);
}

#[test]
fn an_address_within_a_network_is_local_whatever_the_list_says() {
    for url in [
        "https://192-168-1-5.HASH.plex.direct:32400",
        "https://10.0.0.5:32400",
        "http://10.0.0.5:32400",
        "http://[fd00::5]:32400",
        "https://169-254-169-254.HASH.plex.direct",
        "https://[::ffff:10.0.0.5]:32400",
        "https://0-0-0-0-0-ffff-a00-5.HASH.plex.direct",
    ] {
        for listed_as in [Location::Remote, Location::Relay] {
            let foreign = Server {
                owned: false,
                ..server(&[(url, listed_as)])
            };
            let options = ConnectOptions::new().plain_http(true);
            assert_eq!(order(&foreign, &options), [], "{url}");
            let public = ConnectOptions::new().locations([Location::Remote, Location::Relay]);
            let own = server(&[(url, listed_as)]);
            assert_eq!(order(&own, &public), [], "{url}");
        }
    }
}

#[test]
fn this_machine_is_tried_only_where_the_client_allows_it() {
    for url in [
        "http://127.0.0.1:32400",
        "http://127.1.2.3:32400",
        "http://[::1]:32400",
        "http://localhost:32400",
        "https://localhost:32400",
        "https://localhost.:32400",
        "http://0.0.0.0:32400",
        "https://127-0-0-1.HASH.plex.direct:32400",
        "https://0-0-0-0.HASH.plex.direct:32400",
        "https://[::1]:32400",
        "https://[::ffff:127.0.0.1]:32400",
    ] {
        let server = server(&[(url, Location::Local)]);
        let options = ConnectOptions::new().plain_http(true);
        // As a client of plex.tv.
        let (tried, _) = candidates(&server, &options, &DEFAULT);
        assert_eq!(tried, [], "{url}");
        let (tried, _) = candidates(&server, &options, &LOCAL);
        assert!(!tried.is_empty(), "{url}");
    }
}

#[test]
fn the_fallback_on_this_machine_must_be_allowed_too() {
    let server = server(&[("https://127-0-0-1.HASH.plex.direct:32400", Location::Local)]);
    let tried = |options: &ConnectOptions| candidates(&server, options, &LOCAL).0.len();
    assert_eq!(tried(&ConnectOptions::new()), 1);
    assert_eq!(tried(&ConnectOptions::new().plain_http(true)), 2);
}

#[test]
fn plain_http_gives_https_in_the_same_location_more_time() {
    let graces = |uris: &[(&str, Location)]| {
        let server = server(uris);
        let (candidates, _) =
            candidates(&server, &ConnectOptions::new().plain_http(true), &DEFAULT);
        let graces = super::entries(&candidates).map(|entry| entry.grace);
        graces.collect::<Vec<_>>()
    };
    let [remote, local, relay] = ADDRESSES;
    assert_eq!(graces(&[local]), [GRACE, PLAIN_HTTP_GRACE]);
    assert_eq!(graces(&[remote, relay]), [GRACE, RELAY_GRACE]);
    let plain = ("http://192.168.1.6:32400", Location::Local);
    assert_eq!(graces(&[plain, remote]), [GRACE, GRACE]);
}

#[test]
fn an_endless_list_is_cut_off() {
    let urls: Vec<String> = (0..300).map(|n| format!("https://a{n}.example")).collect();
    let connections: Vec<_> = urls.iter().map(|url| (&**url, Location::Remote)).collect();
    let tried = order(&server(&connections), &ConnectOptions::new());
    assert_eq!(tried.len(), 32);
}

#[test]
fn a_name_with_a_private_address_needs_no_name_server() {
    for (name, ip) in [
        ("192-168-1-5.HASH.plex.direct", Some("192.168.1.5")),
        ("127-0-0-1.HASH.plex.direct", Some("127.0.0.1")),
        ("fd00--5.HASH.plex.direct", Some("fd00::5")),
        ("fd00-0-0-0-0-0-0-5.HASH.plex.direct", Some("fd00::5")),
        // A network without IPv4 may reach it by the address that its name server makes up (RFC 6147).
        ("203-0-113-7.HASH.plex.direct", None),
        ("2001-db8--5.HASH.plex.direct", None),
        ("192-168-1-5.HASH.plex.direct.", Some("192.168.1.5")),
        ("192-168-1-5.HASH.plex.direct.example", None),
        ("192-168-1-5.a.HASH.plex.direct", None),
        ("192-168-1-5.plex.direct", None),
        ("192-168-1.HASH.plex.direct", None),
        ("nas.example", None),
        ("192.168.1.5", None),
    ] {
        let url = format!("https://{name}:32400");
        let server = server(&[(&url, Location::Local)]);
        let (candidates, _) = candidates(&server, &ConnectOptions::new(), &LOCAL);
        let ip = ip.map(|ip| ip.parse().unwrap());
        assert_eq!(candidates[0].ip, ip, "{name}");
    }
}
