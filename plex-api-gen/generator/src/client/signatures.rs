//! Reads the types in the signatures of the methods that progenitor writes.

use std::collections::BTreeMap;

use quote::format_ident;
use syn::{
    File, FnArg, Ident, ImplItem, ImplItemFn, Item, ItemImpl, Pat, ReturnType, Type, parse_quote,
};

use crate::operations::{Argument, Operation, Place};
use crate::syntax::argument_of;

/// The signatures by the names of the methods.
pub(super) struct Signatures(BTreeMap<String, ImplItemFn>);

/// The types of one method.
pub(super) struct Signature {
    arguments: BTreeMap<String, Type>,
    pub(super) response: Type,
}

/// An argument with its type, which is not optional.
pub(super) struct TypedArgument<'a> {
    pub(super) argument: &'a Argument,
    pub(super) ty: Type,
    pub(super) is_required: bool,
}

impl TypedArgument<'_> {
    /// Returns its name in Rust.
    pub(super) fn ident(&self) -> Ident {
        format_ident!("{}", self.argument.rust_name)
    }
}

impl Signatures {
    pub(super) fn of(file: &mut File) -> Self {
        let mut methods = BTreeMap::new();
        for item in &mut file.items {
            let Item::Impl(ItemImpl {
                items,
                trait_: None,
                ..
            }) = item
            else {
                continue;
            };
            for item in std::mem::take(items) {
                if let ImplItem::Fn(method) = item
                    && method.sig.asyncness.is_some()
                {
                    methods.insert(method.sig.ident.to_string(), method);
                }
            }
        }
        Self(methods)
    }

    /// Reads the signature of a method.
    pub(super) fn get(&self, name: &str) -> Result<Signature, String> {
        let method = self.0.get(name).ok_or("there is no such method")?;
        let arguments = method.sig.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => match &*argument.pat {
                Pat::Ident(pattern) => Some((pattern.ident.to_string(), (*argument.ty).clone())),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        });
        let ReturnType::Type(_, output) = &method.sig.output else {
            return Err("it returns nothing".to_owned());
        };
        let response = argument_of(output, &["Result"]);
        let response = response.and_then(|response| argument_of(response, &["ResponseValue"]));
        Ok(Signature {
            arguments: arguments.collect(),
            response: response
                .ok_or("it does not return a ResponseValue")?
                .clone(),
        })
    }
}

impl Signature {
    /// Returns the arguments of an operation with their types.
    pub(super) fn arguments<'a>(
        &self,
        operation: &'a Operation,
    ) -> Result<Vec<TypedArgument<'a>>, String> {
        let arguments = operation.arguments.iter().enumerate();
        arguments
            .map(|(index, argument)| {
                let name = format!("p{index}");
                let ty = self.arguments.get(&name);
                let ty = ty.ok_or_else(|| format!("it has no argument {name}"))?;
                let optional = argument_of(ty, &["Option"]);
                let ty = match argument.place {
                    Place::Bytes => parse_quote!(::std::vec::Vec<u8>),
                    _ => owned(optional.unwrap_or(ty)),
                };
                Ok(TypedArgument {
                    argument,
                    ty,
                    is_required: optional.is_none(),
                })
            })
            .collect()
    }
}

/// Returns the type that owns what a reference refers to.
fn owned(ty: &Type) -> Type {
    match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => parse_quote!(::std::string::String),
            Type::Slice(slice) => {
                let item = &slice.elem;
                parse_quote!(::std::vec::Vec<#item>)
            }
            other => other.clone(),
        },
        other => other.clone(),
    }
}
