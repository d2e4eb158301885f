//! Serializes an argument by its style: the expansions of RFC 6570, and those of OpenAPI beyond it.

use std::borrow::Cow;

use serde_json::Error;

use super::Style;
use super::encode::Encoding;
use super::value::{Level, text};

/// Appends an argument, given as JSON. Null, an empty list and an empty object are undefined (RFC 6570, section 2.3), and
/// nothing is appended for them. A pair of a name and a value is separated from the one before it by `&`. A list within an
/// exploded object repeats the name of its field.
pub(super) fn expand(
    out: &mut String,
    name: &str,
    style: Style,
    encoding: Encoding,
    json: &str,
) -> Result<(), Error> {
    let operator = match style {
        Style::Simple { explode } => Operator::SIMPLE.exploded(explode),
        Style::Label { explode } => Operator::LABEL.exploded(explode),
        Style::Matrix { explode } => Operator::MATRIX.exploded(explode),
        Style::Form { explode, .. } => Operator::FORM.exploded(explode),
        Style::SpaceDelimited => Operator::FORM.joined_by("%20"),
        Style::PipeDelimited => Operator::FORM.joined_by("%7C"),
        Style::DeepObject => return deep(out, name, encoding, json),
        Style::Json => return whole(out, name, encoding, json),
        Style::Field if json.starts_with('{') => return whole(out, name, encoding, json),
        Style::Field => Operator::FORM.exploded(true),
    };
    let encoding = match style {
        Style::Form { reserved: true, .. } => Encoding::Reserved,
        _ => encoding,
    };
    operator.expand(out, name, encoding, json)
}

/// Appends the JSON itself.
fn whole(out: &mut String, name: &str, encoding: Encoding, json: &str) -> Result<(), Error> {
    pair(out, name, encoding, json);
    Ok(())
}

/// Appends `name=value`.
pub(super) fn pair(out: &mut String, name: &str, encoding: Encoding, value: &str) {
    Pairs::new(&Operator::FORM, out, encoding).push(Some(name), &[value.into()]);
}

/// Appends `name[key]=value` for each member of an object, and so on for deeper values.
fn deep(out: &mut String, name: &str, encoding: Encoding, json: &str) -> Result<(), Error> {
    match Level::of(json)? {
        Level::Null => {}
        Level::Scalar(value) => pair(out, name, encoding, &value),
        Level::List(items) => {
            for (index, item) in items.into_iter().enumerate() {
                let is_scalar = !item.get().starts_with(['[', '{']);
                let name = if is_scalar {
                    name.to_owned()
                } else {
                    format!("{name}[{index}]")
                };
                deep(out, &name, encoding, item.get())?;
            }
        }
        Level::Object(members) => {
            for (key, value) in members.0 {
                deep(out, &format!("{name}[{key}]"), encoding, value.get())?;
            }
        }
    }
    Ok(())
}

/// A row of the table in RFC 6570, appendix A.
struct Operator {
    first: &'static str,
    separator: &'static str,
    named: bool,
    /// Follows a name whose value is empty.
    empty: &'static str,
    /// Stands between the items of a list; `None` if they are exploded.
    joined_by: Option<&'static str>,
}

impl Operator {
    const SIMPLE: Self = Self::new("", ",", false, "=");
    const LABEL: Self = Self::new(".", ".", false, "=");
    const MATRIX: Self = Self::new(";", ";", true, "");
    const FORM: Self = Self::new("", "&", true, "=");

    const fn new(
        first: &'static str,
        separator: &'static str,
        named: bool,
        empty: &'static str,
    ) -> Self {
        Self {
            first,
            separator,
            named,
            empty,
            joined_by: None,
        }
    }

    fn exploded(self, explode: bool) -> Self {
        if explode { self } else { self.joined_by(",") }
    }

    fn joined_by(mut self, joiner: &'static str) -> Self {
        self.joined_by = Some(joiner);
        self
    }

    fn expand(
        &self,
        out: &mut String,
        name: &str,
        encoding: Encoding,
        json: &str,
    ) -> Result<(), Error> {
        let name = self.named.then_some(name);
        let is_exploded = self.joined_by.is_none();
        let mut pairs = Pairs::new(self, out, encoding);
        let mut values = Vec::new();
        match Level::of(json)? {
            Level::Null => {}
            Level::Scalar(value) => values.push(value),
            Level::List(items) => {
                for item in items {
                    let Some(item) = text(item)? else { continue };
                    if is_exploded {
                        pairs.push(name, &[item]);
                    } else {
                        values.push(item);
                    }
                }
            }
            Level::Object(members) => {
                for (key, value) in members.0 {
                    if is_exploded
                        && self.separator == "&"
                        && let Level::List(items) = Level::of(value.get())?
                    {
                        for item in items {
                            let Some(item) = text(item)? else { continue };
                            pairs.push(Some(&key), &[item]);
                        }
                        continue;
                    }
                    let Some(value) = text(value)? else { continue };
                    if is_exploded {
                        pairs.push(Some(&key), &[value]);
                    } else {
                        values.extend([key, value]);
                    }
                }
            }
        }
        if !values.is_empty() {
            pairs.push(name, &values);
        }
        Ok(())
    }
}

/// Appends the pairs of an expansion.
struct Pairs<'a> {
    operator: &'a Operator,
    out: &'a mut String,
    encoding: Encoding,
    is_first: bool,
}

impl<'a> Pairs<'a> {
    fn new(operator: &'a Operator, out: &'a mut String, encoding: Encoding) -> Self {
        let is_first = out.is_empty();
        Self {
            operator,
            out,
            encoding,
            is_first,
        }
    }

    /// Appends joined values, after their name if they have one.
    fn push(&mut self, name: Option<&str>, values: &[Cow<'_, str>]) {
        let operator = self.operator;
        let is_first = std::mem::replace(&mut self.is_first, false);
        self.out.push_str(if is_first {
            operator.first
        } else {
            operator.separator
        });
        if let Some(name) = name {
            self.encoding.of_names().push(self.out, name);
            let is_empty = matches!(values, [value] if value.is_empty());
            self.out
                .push_str(if is_empty { operator.empty } else { "=" });
        }
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.out.push_str(operator.joined_by.unwrap_or_default());
            }
            self.encoding.push(self.out, value);
        }
    }
}
