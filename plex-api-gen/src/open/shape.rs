//! The choice of the alternative of a union that fits a value best.

use serde_json::{Map, Value};

/// An alternative of a union.
#[doc(hidden)]
#[derive(Debug)]
pub struct Alternative {
    /// The values of the discriminator that mean this alternative.
    pub tags: &'static [&'static str],
    /// The values that this alternative can be.
    pub shape: Shape,
}

/// The values that a schema describes.
#[doc(hidden)]
#[derive(Debug)]
pub enum Shape {
    /// Any JSON.
    Any,
    /// True or false.
    Boolean,
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// A string.
    String,
    /// A string; those that the spec lists fit better.
    OneOf(&'static [&'static str]),
    /// An array, whose first item decides.
    Array(&'static Shape),
    /// An object with any fields.
    Map,
    /// An object.
    Object {
        /// The fields that it must have.
        required: &'static [&'static str],
        /// The fields that it can have, in the order of the alphabet.
        known: &'static [&'static str],
        /// The fields whose value is known, if they are sent.
        constants: &'static [(&'static str, &'static str)],
    },
    /// The values of a union.
    Union(&'static [Shape]),
}

/// How well a value fits: required fields that are missing (negative), then known fields.
type Fit = (isize, isize);

/// Returns the index of the alternative that fits best; the first of several.
///
/// The discriminator decides where the value has it: an unknown one means none of the alternatives. An object without it is
/// the only alternative whose other required fields it has, or none.
#[doc(hidden)]
pub fn choose(
    discriminator: Option<&str>,
    alternatives: &[Alternative],
    value: &Value,
) -> Option<usize> {
    if let Some(tag) = discriminator.and_then(|name| value.get(name)?.as_str()) {
        let has_tag = |alternative: &Alternative| alternative.tags.contains(&tag);
        return alternatives.iter().position(has_tag);
    }
    let fits = alternatives.iter().enumerate();
    let fits = fits.filter_map(|(index, alternative)| Some((alternative.shape.fit(value)?, index)));
    if let Some(name) = discriminator.filter(|_| value.is_object()) {
        let is_whole = |index: usize| alternatives[index].shape.has_required(value, name);
        let mut whole = fits
            .map(|(_, index)| index)
            .filter(|index| is_whole(*index));
        return whole.next().filter(|_| whole.next().is_none());
    }
    let best = fits.max_by_key(|(fit, index)| (*fit, std::cmp::Reverse(*index)))?;
    Some(best.1)
}

impl Shape {
    /// Returns whether an object has the required fields, except for the discriminator.
    fn has_required(&self, value: &Value, discriminator: &str) -> bool {
        match self {
            Self::Object { required, .. } => {
                let mut required = required.iter().filter(|name| **name != discriminator);
                required.all(|name| value.get(*name).is_some())
            }
            Self::Union(shapes) => {
                let mut fitting = shapes.iter().filter(|shape| shape.fit(value).is_some());
                fitting.any(|shape| shape.has_required(value, discriminator))
            }
            _ => true,
        }
    }

    fn fit(&self, value: &Value) -> Option<Fit> {
        let is = |is: bool, fit: Fit| is.then_some(fit);
        match self {
            Self::Any => Some((isize::MIN, 0)),
            Self::Boolean => is(value.is_boolean(), (0, 0)),
            Self::Integer => is(value.is_i64() || value.is_u64(), (0, 1)),
            Self::Number => is(value.is_number(), (0, 0)),
            Self::String => is(value.is_string(), (0, 0)),
            Self::OneOf(known) => {
                let is_known = known.contains(&value.as_str()?);
                Some(if is_known { (0, 1) } else { (-1, 0) })
            }
            Self::Array(item) => match value.as_array()?.first() {
                Some(first) => item.fit(first),
                None => Some((0, 0)),
            },
            Self::Map => is(value.is_object(), (0, 0)),
            Self::Object {
                required,
                known,
                constants,
            } => object(value.as_object()?, required, known, constants),
            Self::Union(shapes) => shapes.iter().filter_map(|shape| shape.fit(value)).max(),
        }
    }
}

fn object(
    fields: &Map<String, Value>,
    required: &[&str],
    known: &[&str],
    constants: &[(&str, &str)],
) -> Option<Fit> {
    let contradicts = |(name, constant): &(&str, &str)| {
        let value = fields.get(*name).and_then(Value::as_str);
        value.is_some_and(|value| value != *constant)
    };
    if constants.iter().any(contradicts) {
        return None;
    }
    let missing = required.iter().filter(|name| !fields.contains_key(**name));
    let found = fields
        .keys()
        .filter(|name| known.binary_search(&name.as_str()).is_ok());
    let (missing, found) = (missing.count(), found.count());
    // An object of unknown fields alone is something else.
    if found == 0 && !fields.is_empty() && !known.is_empty() {
        return None;
    }
    Some((
        0_isize.checked_sub_unsigned(missing)?,
        isize::try_from(found).ok()?,
    ))
}
