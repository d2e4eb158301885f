use serde::de::DeserializeOwned;

use crate::{ByteStream, Call, Error, Operation, Response, ResponseBody, Secret, Transport};

/// One call of an operation: a plain value that holds its arguments.
///
/// Generated code implements this trait for the request struct of each operation; the provided methods send it. The client
/// is a generated client or a [`Transport`].
///
/// # Panics
/// A request outside of a tokio runtime is a misuse error, but a runtime without timer or I/O panics, and so does a future
/// that was created within a runtime and is polled outside.
pub trait Request: Sized {
    /// The type of a successful response.
    type Response;

    /// The operation that is called.
    const OPERATION: &'static Operation;

    /// Writes the arguments.
    fn write(&self, call: &mut Call);

    /// Reads a successful response.
    ///
    /// # Errors
    /// If the body does not match the spec.
    fn read(body: ResponseBody<'_>) -> Result<Self::Response, Error>;

    /// Sends the request and reads its response. Call it within a tokio runtime: the time limit counts from the call.
    ///
    /// # Errors
    /// If an argument cannot be sent or a credential is missing ([`Error::is_misuse`]), or the request fails, or its
    /// response does not match the spec.
    fn send<C>(
        &self,
        client: &C,
    ) -> impl Future<Output = Result<Self::Response, Error>> + Send + use<Self, C>
    where
        C: AsRef<Transport> + ?Sized,
    {
        client.as_ref().call(self, Self::read)
    }

    /// Like [`send`](Self::send), and also returns the status and the headers of the response.
    ///
    /// # Errors
    /// As for [`send`](Self::send).
    fn send_with_headers<C>(
        &self,
        client: &C,
    ) -> impl Future<Output = Result<Response<Self::Response>, Error>> + Send + use<Self, C>
    where
        C: AsRef<Transport> + ?Sized,
    {
        client
            .as_ref()
            .call(self, |body| Response::read(body, Self::read))
    }

    /// Like [`send`](Self::send), but reads the JSON of the response as a type of your own, whatever the spec declares.
    ///
    /// # Errors
    /// As for [`send`](Self::send), and if the response is not JSON.
    fn send_as<T, C>(
        &self,
        client: &C,
    ) -> impl Future<Output = Result<T, Error>> + Send + use<Self, T, C>
    where
        T: DeserializeOwned,
        C: AsRef<Transport> + ?Sized,
    {
        client.as_ref().call_as(self)
    }

    /// Sends the request and returns the body of the response piece by piece, for large or endless bodies.
    ///
    /// The limit on the size of a response does not apply, and the time limit applies to the head of the response and to
    /// each piece, not to the whole.
    ///
    /// # Errors
    /// As for [`send`](Self::send).
    fn send_as_stream<C>(
        &self,
        client: &C,
    ) -> impl Future<Output = Result<ByteStream, Error>> + Send + use<Self, C>
    where
        C: AsRef<Transport> + ?Sized,
    {
        client.as_ref().stream(self)
    }

    /// Returns the URL of a GET without sending it, for a player or a browser.
    ///
    /// Whoever has the URL can use it: a token or a key that the operation takes is in its query, as `X-Plex-Token` for
    /// Plex's token. So are header arguments that begin with `X-Plex-`, which Plex's servers also read from there, and the
    /// client identifier of the identity, by which a media server tells sessions apart. No other header of the identity is.
    ///
    /// # Errors
    /// As for [`send`](Self::send), and [`Error::is_misuse`] if the request is not a GET, or has a body, another header or a
    /// credential that a URL cannot carry.
    fn url<C>(&self, client: &C) -> Result<Secret, Error>
    where
        C: AsRef<Transport> + ?Sized,
    {
        client.as_ref().url_of(self)
    }
}
