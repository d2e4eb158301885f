//! Writes the statements that pass the arguments of a request to the runtime.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::signatures::TypedArgument;
use crate::operations::{Argument, Constant, Operation, Place, Style};
use crate::syntax::argument_of;

/// Returns the body of `fn write`.
pub(super) fn statements(
    operation: &Operation,
    arguments: &[TypedArgument<'_>],
) -> Vec<TokenStream> {
    let written = arguments.iter().map(|argument| statement(argument));
    let constants = operation.constants.iter().map(constant);
    let fields = constants_of_body(operation, arguments);
    written.chain(constants).chain(fields).collect()
}

fn statement(argument: &TypedArgument<'_>) -> TokenStream {
    let field = argument.ident();
    let Argument {
        name,
        place,
        is_sent_as_number,
        ..
    } = argument.argument;
    let is_required = argument.is_required;
    let value = match (is_sent_as_number, is_required) {
        (true, true) => quote!(&i64::from(self.#field)),
        (true, false) => quote!(&self.#field.map(i64::from)),
        _ => quote!(&self.#field),
    };
    match place {
        Place::Text if is_required => quote!(call.text(Some(self.#field.as_str()));),
        Place::Text => quote!(call.text(self.#field.as_deref());),
        Place::Bytes if is_required => quote!(call.bytes(Some(self.#field.as_slice()));),
        Place::Bytes => quote!(call.bytes(self.#field.as_deref());),
        Place::Json => quote!(call.json(#value);),
        Place::File(media_type) => {
            let media_type = optional(media_type.as_deref());
            let is_list = argument_of(&argument.ty, &["std", "vec", "Vec"]).is_some();
            match (is_list, is_required) {
                (false, true) => quote!(call.file(#name, #media_type, Some(&self.#field));),
                (false, false) => quote!(call.file(#name, #media_type, self.#field.as_ref());),
                (true, _) => {
                    let files = if is_required {
                        quote!(&self.#field)
                    } else {
                        quote!(self.#field.iter().flatten())
                    };
                    quote! {
                        for file in #files {
                            call.file(#name, #media_type, Some(file));
                        }
                    }
                }
            }
        }
        Place::Field if argument.is_settable_to_null => {
            let value = if *is_sent_as_number {
                quote!(&value.map(i64::from))
            } else {
                quote!(value)
            };
            quote! {
                if let Some(value) = &self.#field {
                    call.field_or_null(#name, #value);
                }
            }
        }
        Place::Field if argument.is_null_by_default() => {
            quote!(call.field_or_null(#name, #value);)
        }
        place => pass(place, name, &value),
    }
}

/// Returns the call that passes one named value.
fn pass(place: &Place, name: &str, value: &TokenStream) -> TokenStream {
    let (method, style) = match place {
        Place::Path(style) => ("path", style),
        Place::Query(style) => ("query", style),
        Place::Header(style) => ("header", style),
        Place::Form(style) => ("form", style),
        Place::Part(media_type) => {
            let media_type = optional(media_type.as_deref());
            return quote!(call.part(#name, #media_type, #value););
        }
        _ => return quote!(call.field(#name, #value);),
    };
    let (method, style) = (format_ident!("{method}"), style_of(*style));
    quote!(call.#method(#name, Style::#style, #value);)
}

fn optional(text: Option<&str>) -> TokenStream {
    match text {
        Some(text) => quote!(Some(#text)),
        None => quote!(None),
    }
}

fn style_of(style: Style) -> TokenStream {
    match style {
        Style::Simple { explode: false } => quote!(SIMPLE),
        Style::Simple { explode } => quote!(Simple { explode: #explode }),
        Style::Label { explode } => quote!(Label { explode: #explode }),
        Style::Matrix { explode } => quote!(Matrix { explode: #explode }),
        Style::Form {
            explode: true,
            reserved: false,
        } => quote!(FORM),
        Style::Form { explode, reserved } => {
            quote!(Form { explode: #explode, reserved: #reserved })
        }
        Style::SpaceDelimited => quote!(SpaceDelimited),
        Style::PipeDelimited => quote!(PipeDelimited),
        Style::DeepObject => quote!(DeepObject),
        Style::Json => quote!(Json),
        Style::Field => quote!(FIELD),
    }
}

fn constant(Constant { place, name, value }: &Constant) -> TokenStream {
    pass(place, name, &literal(value))
}

/// Returns the statements for the constants of a body. With a body that can be omitted, they are written only beside another field.
fn constants_of_body(operation: &Operation, arguments: &[TypedArgument<'_>]) -> Vec<TokenStream> {
    let Some(body) = &operation.body else {
        return Vec::new();
    };
    let constants: Vec<TokenStream> = body.constants.iter().map(constant).collect();
    let is_field = |argument: &&TypedArgument<'_>| {
        let place = &argument.argument.place;
        matches!(
            place,
            Place::Form(_) | Place::Part(_) | Place::File(_) | Place::Field
        )
    };
    let fields: Vec<_> = arguments
        .iter()
        .filter(is_field)
        .map(TypedArgument::ident)
        .collect();
    if constants.is_empty() || body.is_required || fields.is_empty() {
        return constants;
    }
    vec![quote!(if #(self.#fields.is_some())||* { #(#constants)* })]
}

/// Returns a JSON value as an expression.
fn literal(value: &Value) -> TokenStream {
    match value {
        Value::String(text) => quote!(#text),
        Value::Bool(value) => quote!(&#value),
        other => {
            let tokens: Result<TokenStream, _> = other.to_string().parse();
            let tokens = tokens.unwrap_or_else(|_| quote!(null));
            quote!(&::serde_json::json!(#tokens))
        }
    }
}
