//! What can go wrong with an emulator.

use std::fmt;
use std::net::SocketAddr;

/// An emulator could not be started, or a call to one could not be carried out.
///
/// Its text names what to do; it never holds a token or a code.
#[derive(Debug)]
pub struct Error(Box<Kind>);

#[derive(Debug)]
pub(crate) enum Kind {
    Listen(SocketAddr, std::io::Error),
    Start(std::io::Error),
    NoUsers,
    UnknownCode,
    UnknownUser,
    Switch(String),
    Refused(&'static str),
}

impl Error {
    /// The port is taken by another program: choose another one, or none for any free port.
    #[must_use]
    pub fn is_port_taken(&self) -> bool {
        matches!(&*self.0, Kind::Listen(_, error) if error.kind() == std::io::ErrorKind::AddrInUse)
    }

    /// No living, unclaimed PIN has this code: it never existed, has expired, or somebody has agreed to it.
    #[must_use]
    pub fn is_unknown_code(&self) -> bool {
        matches!(*self.0, Kind::UnknownCode)
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Listen(address, error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "port {} is taken on {}: choose another one, or 0 for any free port",
                    address.port(),
                    address.ip()
                )
            }
            Kind::Listen(address, _) => write!(f, "cannot listen on {address}"),
            Kind::Start(_) => f.write_str("cannot start the emulator"),
            Kind::NoUsers => f.write_str("an emulator needs at least one user"),
            Kind::UnknownCode => f.write_str("no living, unclaimed PIN has this code"),
            Kind::UnknownUser => f.write_str("the emulator has no such user"),
            Kind::Switch(message) => write!(f, "cannot set the switch: {message}"),
            Kind::Refused(message) => write!(f, "plex.tv would refuse: {message}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Kind::Listen(_, error) | Kind::Start(error) => Some(error),
            Kind::NoUsers
            | Kind::UnknownCode
            | Kind::UnknownUser
            | Kind::Switch(_)
            | Kind::Refused(_) => None,
        }
    }
}
