//! The error of the emulator's methods.

use std::fmt;
use std::net::SocketAddr;

/// A failure to start an emulator, or of one of its methods.
///
/// The message says what to do. It never holds a token or a code.
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
    Setting(String),
    #[cfg(feature = "tls")]
    Certificate(Box<dyn std::error::Error + Send + Sync>),
    Refused(&'static str),
}

impl Error {
    /// Returns true if another program listens on the port: choose another port, or 0 for any free one.
    #[must_use]
    pub fn is_port_taken(&self) -> bool {
        matches!(&*self.0, Kind::Listen(_, error) if error.kind() == std::io::ErrorKind::AddrInUse)
    }

    /// Returns true if no pending PIN has the code: it never existed, has expired, or was approved before.
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
            Kind::UnknownCode => f.write_str(
                "unknown code: no PIN has it, or the PIN has expired or was approved before",
            ),
            Kind::UnknownUser => f.write_str("unknown user: users are counted from 0"),
            Kind::Switch(message) => write!(f, "cannot set the switch: {message}"),
            Kind::Setting(message) => f.write_str(message),
            #[cfg(feature = "tls")]
            Kind::Certificate(_) => {
                f.write_str("cannot make the certificate: check the names of the emulator")
            }
            Kind::Refused(message) => write!(f, "plex.tv would refuse: {message}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Kind::Listen(_, error) | Kind::Start(error) => Some(error),
            #[cfg(feature = "tls")]
            Kind::Certificate(error) => Some(&**error),
            Kind::NoUsers
            | Kind::UnknownCode
            | Kind::UnknownUser
            | Kind::Switch(_)
            | Kind::Setting(_)
            | Kind::Refused(_) => None,
        }
    }
}
