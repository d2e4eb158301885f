//! The network namespace, and the addresses in it.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::process::{Command, ExitCode, Output, Stdio};

/// The variable that is set in the process inside of the namespace.
const INSIDE: &str = "PLEX_API_TEST_NAMESPACE";

/// The media server in the local network.
pub(crate) const LOCAL: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 7, 1));
/// Another machine in the local network.
pub(crate) const NEIGHBOUR: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 7, 2));
/// This machine in the network of its own containers.
pub(crate) const DOCKER: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 17, 0, 1));
/// The public address of the media server.
pub(crate) const REMOTE: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
/// The relay.
pub(crate) const RELAY: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 9));
/// The media server in the local network, over IPv6.
pub(crate) const LOCAL_IPV6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 7));
/// The public IPv6 address of the media server.
pub(crate) const REMOTE_IPV6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7));

const HERE: [IpAddr; 7] = [
    LOCAL,
    NEIGHBOUR,
    DOCKER,
    REMOTE,
    RELAY,
    LOCAL_IPV6,
    REMOTE_IPV6,
];

/// An address that nobody has, like those below: packets to it vanish.
pub(crate) const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 7, 99));
pub(crate) const NOBODY_ELSE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 7, 98));
pub(crate) const NOBODY_IN_DOCKER: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 18, 0, 1));
pub(crate) const NOBODY_REMOTE: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 99));
pub(crate) const NOBODY_RELAY: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 99));
pub(crate) const NOBODY_IPV6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 0x99));

/// The outcome of [`enter`].
pub(crate) enum Entered {
    /// This process is inside of the namespace.
    Inside,
    /// Another process was inside of the namespace, and ended with this code.
    Ended(ExitCode),
    /// The reason why a namespace cannot be made.
    Impossible(String),
}

/// Runs this program again in a network namespace, unless it is in there already or none can be made.
pub(crate) fn enter() -> Entered {
    if std::env::var_os(INSIDE).is_some() {
        return match set_up(Command::new("ip")) {
            Ok(()) => Entered::Inside,
            Err(why) => Entered::Impossible(why),
        };
    }
    // The whole network is set up once, and vanishes with the process.
    let mut trial = unshare();
    trial.arg("ip");
    if let Err(why) = set_up(trial) {
        return Entered::Impossible(format!("network namespaces cannot be made here: {why}"));
    }
    let mut inside = unshare();
    inside.arg(std::env::current_exe().unwrap());
    inside.args(std::env::args_os().skip(1)).env(INSIDE, "1");
    let code = inside.status().unwrap().code();
    let code = code.and_then(|code| u8::try_from(code).ok());
    Entered::Ended(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn unshare() -> Command {
    let mut command = Command::new("unshare");
    command.arg("--net");
    let id = Command::new("id").arg("-u").output();
    if !id.is_ok_and(|id| id.stdout.trim_ascii() == b"0") {
        command.arg("--map-root-user");
    }
    command
}

/// Sets the network up with this command, which is `ip`.
///
/// The only way out is one end of a pair of interfaces. It asks nobody who has an address, and the other end belongs to
/// nobody: so packets to an address that is not here vanish, as behind a firewall.
fn set_up(mut ip: Command) -> Result<(), String> {
    let mut batch = "\
        link set lo up\n\
        link add lan type veth peer name nobody\n\
        link set nobody up\n\
        link set lan arp off\n\
        link set lan up\n\
        route add default dev lan\n"
        .to_owned();
    for address in HERE {
        let line = match address {
            IpAddr::V4(address) => format!("address add {address}/24 dev lan\n"),
            // Without a check for duplicates, during which it could not be used.
            IpAddr::V6(address) => format!("address add {address}/64 dev lan nodad\n"),
        };
        batch.push_str(&line);
    }
    let child = ip
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.map_err(|error| {
        let program = ip.get_program().display();
        format!("{program} cannot be run: {error}")
    })?;
    // A command that has failed already does not read.
    let _ = child.stdin.take().unwrap().write_all(batch.as_bytes());
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    if status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&stderr).trim().replace('\n', "; "))
    }
}
