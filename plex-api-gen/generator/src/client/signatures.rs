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
    /// It can be left out, and be null, which has a meaning of its own.
    pub(super) is_settable_to_null: bool,
}

impl TypedArgument<'_> {
    /// Returns its name in Rust.
    pub(super) fn ident(&self) -> Ident {
        format_ident!("{}", self.argument.rust_name)
    }

    /// Returns true if the spec requires the argument and allows null.
    pub(super) fn is_null_by_default(&self) -> bool {
        self.argument.place == Place::Field && self.argument.is_required && !self.is_required
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
        let method = self.0.get(name).ok_or("the method is missing")?;
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
                // An optional type that is not required either can be optional twice.
                let optional = optional.map(|ty| argument_of(ty, &["Option"]).unwrap_or(ty));
                let ty = match argument.place {
                    Place::Bytes => parse_quote!(::std::vec::Vec<u8>),
                    _ => owned(optional.unwrap_or(ty)),
                };
                Ok(TypedArgument {
                    argument,
                    ty,
                    is_required: optional.is_none(),
                    is_settable_to_null: optional.is_some()
                        && argument.place == Place::Field
                        && argument.is_nullable
                        && !argument.is_required,
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
