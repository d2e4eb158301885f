//! Step 6b: replaces progenitor's client, of which only the types in its signatures are used, with request structs and a thin
//! client over the runtime's transport.

use std::collections::BTreeSet;

use syn::{File, Item, Path, parse_quote};

use crate::error::Problem;
use crate::operations::Operations;

mod docs;
mod operations;
mod request;
mod response;
mod signatures;
mod write;

use request::RequestStruct;
use response::Reader;
use signatures::Signatures;

/// Replaces progenitor's client.
pub(crate) fn finish(
    file: &mut File,
    operations: &Operations,
    runtime: &Path,
) -> Result<(), Problem> {
    let signatures = Signatures::of(file);
    let mut names = BTreeSet::new();
    let mut requests = Vec::new();
    for (method, operation) in &operations.by_method {
        let unknown = |what: String| {
            let advice = "build with the version of progenitor that Cargo.lock names";
            Problem::new(
                "",
                format!("progenitor wrote `{method}` in an unknown form: {what}; {advice}"),
            )
        };
        let signature = signatures.get(method).map_err(unknown)?;
        let arguments = signature.arguments(operation).map_err(unknown)?;
        let response = Reader::of(operation.response, &signature.response);
        let name = request::name(method, &mut names);
        requests.push(RequestStruct {
            name,
            method,
            operation,
            arguments,
            response,
        });
    }
    file.items.retain(|item| {
        matches!(item, Item::Mod(module) if module.ident == "types") || matches!(item, Item::Fn(_))
    });
    let methods = requests
        .iter()
        .map(|request| request.client_method(runtime));
    let structs = requests.iter().map(RequestStruct::items);
    let ours: File = parse_quote! {
        /// The generated client: one method for each operation of the spec.
        ///
        /// It adds the identity headers to every request, and the credentials to exactly those operations whose `security`
        /// requires them. A clone is cheap and shares the connections.
        #[derive(Clone, Debug)]
        pub struct Client {
            transport: #runtime::Transport,
        }

        impl Client {
            /// Creates a client over a transport, which holds the base URL, the identity and the credentials, or over a
            /// connection to a server that converts into one.
            pub fn new(transport: impl ::std::convert::Into<#runtime::Transport>) -> Self {
                Self { transport: transport.into() }
            }

            /// Returns the transport that sends the requests.
            pub fn transport(&self) -> &#runtime::Transport {
                &self.transport
            }

            #(#methods)*
        }

        impl ::std::convert::AsRef<#runtime::Transport> for Client {
            fn as_ref(&self) -> &#runtime::Transport {
                &self.transport
            }
        }

        impl ::std::convert::From<#runtime::Transport> for Client {
            fn from(transport: #runtime::Transport) -> Self {
                Self { transport }
            }
        }

        /// The arguments of each operation. A method of the client or of the runtime's trait `Request` sends them.
        pub mod requests {
            #[allow(unused_imports)]
            use super::{operations, types};
            #[allow(unused_imports)]
            use #runtime::{Call, Error, Operation, Request, ResponseBody, Style};

            #(#structs)*
        }
    };
    let mut items = ours.items;
    items.push(operations::module(operations, runtime));
    items.append(&mut file.items);
    file.items = items;
    Ok(())
}

#[cfg(test)]
mod tests;
