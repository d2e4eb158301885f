#![expect(unused_variables, reason = "arguments are not written yet")]

use serde::Serialize;

use crate::Operation;

mod file;
mod style;

pub use file::FilePart;
pub use style::Style;

/// The arguments of one call, as they are sent. Generated code writes them; see [`Request::write`](crate::Request::write).
///
/// Names are the names on the wire. `None` and null are left out. The first argument that cannot be sent is kept, and
/// becomes a misuse error that names it.
pub struct Call {
    operation: &'static Operation,
}

impl Call {
    /// Fills `{name}` in the path of the operation.
    pub fn path(&mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) {}
    /// Adds an argument to the query.
    pub fn query(&mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) {}
    /// Adds a header.
    pub fn header(&mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) {}
    /// Adds a field to a body of the type `application/x-www-form-urlencoded`.
    pub fn form(&mut self, name: &'static str, style: Style, value: &(impl Serialize + ?Sized)) {}
    /// Adds a part to a multipart body: scalars as text, a list as one part for each item, objects as JSON.
    pub fn part(
        &mut self,
        name: &'static str,
        media_type: Option<&'static str>,
        value: &(impl Serialize + ?Sized),
    ) {
    }
    /// Adds a file to a multipart body.
    pub fn file(
        &mut self,
        name: &'static str,
        media_type: Option<&'static str>,
        value: Option<&FilePart>,
    ) {
    }
    /// Adds a field to a JSON object as the body.
    pub fn field(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) {}
    /// Sends a value as the JSON body.
    pub fn json(&mut self, value: &(impl Serialize + ?Sized)) {}
    /// Sends text as the body.
    pub fn text(&mut self, value: Option<&str>) {}
    /// Sends bytes as the body.
    pub fn bytes(&mut self, value: Option<&[u8]>) {}
}

/// Shows the operation only: arguments may be secrets.
impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation.id)
            .finish_non_exhaustive()
    }
}
