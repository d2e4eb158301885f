//! Writes the request struct of an operation.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Path, Type, parse_quote};

use super::docs::doc;
use super::operations::constant;
use super::response::Reader;
use super::signatures::TypedArgument;
use super::write;
use crate::names::first_free;
use crate::operations::{Operation, Place};
use crate::syntax::{argument_of, is_path, type_path};

/// A request struct that is written.
pub(super) struct RequestStruct<'a> {
    pub(super) name: Ident,
    /// The method of the client.
    pub(super) method: &'a str,
    pub(super) operation: &'a Operation,
    pub(super) arguments: Vec<TypedArgument<'a>>,
    pub(super) response: Reader,
}

/// Returns the name of the request struct of an operation.
pub(super) fn name(method: &str, taken: &mut BTreeSet<String>) -> Ident {
    let name = method.to_upper_camel_case();
    let name = first_free(&name, |name| taken.insert(name.to_owned()));
    format_ident!("{name}Request")
}

impl RequestStruct<'_> {
    /// Returns the struct with its methods and its `impl Request`.
    pub(super) fn items(&self) -> TokenStream {
        let name = &self.name;
        let Operation { method, path, .. } = self.operation;
        let docs = doc(&format!(
            "A request for `{method} {path}`, which `Client::{client_method}` sends.",
            client_method = self.method
        ));
        let default = self.required().next().is_none().then(|| quote!(Default,));
        let fields = self.arguments.iter().map(|argument| {
            let (name, ty) = (argument.ident(), &argument.ty);
            if argument.is_required {
                quote!(#name: #ty)
            } else if argument.is_settable_to_null {
                quote!(#name: Option<Option<#ty>>)
            } else {
                quote!(#name: Option<#ty>)
            }
        });
        // Otherwise a caller could construct it by its fields, and a first argument would be a breaking change.
        let is_empty = self.arguments.is_empty();
        let non_exhaustive = is_empty.then(|| quote!(#[non_exhaustive]));
        let new = self.new_function();
        let setters = self
            .arguments
            .iter()
            .filter(|argument| !argument.is_required);
        let setters = setters.map(|argument| {
            let setter = setter(argument);
            let null = argument
                .is_settable_to_null
                .then(|| self.null_setter(argument));
            quote!(#setter #null)
        });
        let response = &self.response.ty;
        let constant = constant(self.method);
        let writes = write::statements(self.operation, &self.arguments);
        let call = if writes.is_empty() {
            quote!(_call)
        } else {
            quote!(call)
        };
        let read = &self.response.read;
        quote! {
            #(#docs)*
            #[derive(Clone, Debug, #default PartialEq)]
            #non_exhaustive
            pub struct #name {
                #(#fields),*
            }

            impl #name {
                #new
                #(#setters)*
            }

            impl Request for #name {
                type Response = #response;
                const OPERATION: &'static Operation = &operations::#constant;

                fn write(&self, #call: &mut Call) {
                    #(#writes)*
                }

                fn read(body: ResponseBody<'_>) -> Result<#response, Error> {
                    #read
                }
            }
        }
    }

    fn required(&self) -> impl Iterator<Item = &TypedArgument<'_>> {
        self.arguments
            .iter()
            .filter(|argument| argument.is_required)
    }

    fn new_function(&self) -> TokenStream {
        let mut text = "Creates the request.".to_owned();
        if self.required().next().is_some() {
            text.push_str("\n\nArguments:");
        }
        for argument in self.required() {
            let rust_name = &argument.argument.rust_name;
            let description = argument.argument.description.replace('\n', "\n  ");
            text.push_str(&format!("\n- `{rust_name}`"));
            if !description.is_empty() {
                text.push_str(&format!(": {description}"));
            }
        }
        let docs = doc(&text);
        if self.required().next().is_none() {
            return quote! {
                #(#docs)*
                pub fn new() -> Self {
                    Self::default()
                }
            };
        }
        let parameters = self.required().map(|argument| {
            let (name, ty) = (argument.ident(), Parameter::of(argument).ty());
            quote!(#name: #ty)
        });
        let fields = self.arguments.iter().map(|argument| {
            let name = argument.ident();
            if !argument.is_required {
                return quote!(#name: None);
            }
            match Parameter::of(argument) {
                Parameter::Plain(_) => quote!(#name),
                parameter => {
                    let value = parameter.value(&name);
                    quote!(#name: #value)
                }
            }
        });
        quote! {
            #(#docs)*
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#fields),* }
            }
        }
    }

    /// Returns the method that sets an argument to null.
    fn null_setter(&self, argument: &TypedArgument<'_>) -> TokenStream {
        let field = argument.ident();
        let name = format!("{}_null", argument.argument.rust_name.trim_end_matches('_'));
        let is_free = |name: &str| {
            let mut arguments = self.arguments.iter();
            !arguments.any(|other| other.argument.rust_name == name)
        };
        let name = format_ident!("{}", first_free(&name, is_free));
        let docs = doc(&format!(
            "Sends `{}` as null.",
            argument.argument.name.replace('`', "'")
        ));
        quote! {
            #(#docs)*
            #[must_use]
            pub fn #name(mut self) -> Self {
                self.#field = Some(None);
                self
            }
        }
    }

    /// Returns the method of the client.
    pub(super) fn client_method(&self, runtime: &Path) -> TokenStream {
        let name = &self.name;
        let Operation {
            method,
            path,
            description,
            ..
        } = self.operation;
        let docs = doc(format!("{description}\n\n`{method} {path}`").trim_start());
        let deprecated = self.operation.is_deprecated.then(|| quote!(#[deprecated]));
        let method = format_ident!("{}", self.method);
        let response = &self.response.ty;
        if self.arguments.is_empty() {
            return quote! {
                #(#docs)*
                #deprecated
                pub async fn #method(&self) -> Result<#response, #runtime::Error> {
                    #runtime::Request::send(&requests::#name::new(), self).await
                }
            };
        }
        quote! {
            #(#docs)*
            #deprecated
            pub async fn #method(&self, request: requests::#name) -> Result<#response, #runtime::Error> {
                #runtime::Request::send(&request, self).await
            }
        }
    }
}

fn setter(argument: &TypedArgument<'_>) -> TokenStream {
    let name = argument.ident();
    let description = argument.argument.description.as_str();
    let mut text = if description.is_empty() {
        format!("Sets `{}`.", argument.argument.name.replace('`', "'"))
    } else {
        description.to_owned()
    };
    if argument.is_null_by_default() {
        text.push_str("\n\nNull is sent if it is not set.");
    }
    let docs = doc(&text);
    let parameter = Parameter::of(argument);
    let ty = parameter.ty();
    let mut value = parameter.value(&format_ident!("value"));
    if argument.is_settable_to_null {
        value = quote!(Some(#value));
    }
    let deprecated = argument
        .argument
        .is_deprecated
        .then(|| quote!(#[deprecated]));
    quote! {
        #(#docs)*
        #deprecated
        #[must_use]
        pub fn #name(mut self, value: #ty) -> Self {
            self.#name = Some(#value);
            self
        }
    }
}

/// The type of a parameter of `new` or of a setter.
enum Parameter<'a> {
    /// The type of the field.
    Plain(&'a Type),
    /// Anything that converts into it.
    Into(&'a Type),
    /// The items of an array.
    Items(Box<Self>),
}

impl<'a> Parameter<'a> {
    fn of(argument: &'a TypedArgument<'_>) -> Self {
        match argument.argument.place {
            Place::Bytes => Self::Into(&argument.ty),
            _ => Self::of_type(&argument.ty),
        }
    }

    fn of_type(ty: &'a Type) -> Self {
        if let Some(item) = argument_of(ty, &["std", "vec", "Vec"]) {
            return Self::Items(Box::new(Self::of_type(item)));
        }
        let is_generated = |path: &Path| {
            let first = path.segments.first();
            first.is_some_and(|first| first.ident == "types")
        };
        match type_path(ty) {
            Some(path) if is_path(path, &["std", "string", "String"]) => Self::Into(ty),
            Some(path) if is_generated(path) || is_secret_or_file(path) => Self::Into(ty),
            Some(path) if is_path(path, &["serde_json", "Value"]) => Self::Into(ty),
            _ => Self::Plain(ty),
        }
    }

    fn ty(&self) -> Type {
        match self {
            Self::Plain(ty) => (*ty).clone(),
            Self::Into(ty) => parse_quote!(impl Into<#ty>),
            Self::Items(item) => {
                let item = item.ty();
                parse_quote!(impl IntoIterator<Item = #item>)
            }
        }
    }

    fn value(&self, name: &Ident) -> TokenStream {
        match self {
            Self::Plain(_) => quote!(#name),
            Self::Into(_) => quote!(#name.into()),
            Self::Items(item) => match &**item {
                Self::Plain(_) => quote!(#name.into_iter().collect()),
                item => {
                    let value = item.value(&format_ident!("item"));
                    quote!(#name.into_iter().map(|item| #value).collect())
                }
            },
        }
    }
}

/// Returns whether a path ends in a type of the runtime that other types convert into.
fn is_secret_or_file(path: &Path) -> bool {
    let names = ["Secret", "Token", "PinCode", "FilePart"];
    let last = path.segments.last();
    path.segments.len() > 1 && last.is_some_and(|last| names.iter().any(|name| last.ident == name))
}
