//! Sends the calls of request structs.

use super::{Operation, Transport};
use crate::{ByteStream, Call, Error, ResponseBody, Secret};

impl Transport {
    /// Sends a call and reads its response.
    pub(crate) fn call<T>(
        &self,
        operation: &'static Operation,
        write: impl FnOnce(&mut Call),
        read: impl FnOnce(ResponseBody<'_>) -> Result<T, Error> + Send,
    ) -> impl Future<Output = Result<T, Error>> + Send {
        let _ = (write, read);
        async { Err(Error::misuse(operation.id, "not implemented yet")) }
    }

    pub(crate) fn stream(
        &self,
        operation: &'static Operation,
        write: impl FnOnce(&mut Call),
    ) -> impl Future<Output = Result<ByteStream, Error>> + Send {
        let _ = write;
        async { Err(Error::misuse(operation.id, "not implemented yet")) }
    }

    pub(crate) fn url_of(
        &self,
        operation: &'static Operation,
        write: impl FnOnce(&mut Call),
    ) -> Result<Secret, Error> {
        let _ = write;
        Err(Error::misuse(operation.id, "not implemented yet"))
    }
}

impl AsRef<Transport> for Transport {
    fn as_ref(&self) -> &Transport {
        self
    }
}
