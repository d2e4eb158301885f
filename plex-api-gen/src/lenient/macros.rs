//! The macros that generated models are implemented with.

/// Implements serde's `Deserialize` for a type that is `Lenient`.
#[doc(hidden)]
#[macro_export]
macro_rules! lenient_deserialize {
    ($name:ident) => {
        impl<'de> $crate::dependencies::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::lenient::read(deserializer)
            }
        }
    };
}

/// Implements serde's traits and `Lenient` for a generated model.
///
/// Each field has its name in JSON, and `required` if an object without it is not this model, or `nullable` if it is written
/// even if it is null. With `extra`, a field of the model keeps the fields that the spec does not have.
#[doc(hidden)]
#[macro_export]
macro_rules! model {
    ($model:ident { $($field:ident: $name:literal $($required:ident)?),* $(,)? } $(extra $extra:ident)?) => {
        impl $crate::lenient::Model for $model {
            fn read_fields<'de, A: $crate::dependencies::serde::de::MapAccess<'de>>(
                fields: &mut $crate::lenient::Fields<A>,
                model: &mut ::core::option::Option<Self>,
            ) -> ::core::result::Result<(), A::Error> {
                $(let mut $field = ::core::option::Option::None;)*
                $(let mut $extra = $crate::Extra::default();)?
                while let ::core::option::Option::Some(name) = fields.next_name()? {
                    match name.as_str() {
                        $($name => fields.read(&mut $field, $crate::model!(@required $($required)?))?,)*
                        _ => $crate::model!(@unknown fields, name $(, $extra)?),
                    }
                }
                *model = ::core::option::Option::Some(Self {
                    $($field: match fields.finish($name, $field, $crate::model!(@required $($required)?))? {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => return ::core::result::Result::Ok(()),
                    },)*
                    $($extra,)?
                });
                ::core::result::Result::Ok(())
            }
        }

        impl $crate::lenient::Lenient for $model {
            const EXPECTED: &'static str = "an object";
            const IS_MODEL: bool = true;

            fn read<'de, D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<::core::option::Option<Self>, D::Error> {
                $crate::lenient::read_model(deserializer)
            }

            fn read_required<'de, D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::lenient::read_strictly(deserializer)
            }
        }

        $crate::lenient_deserialize!($model);

        impl $crate::dependencies::serde::Serialize for $model {
            fn serialize<S: $crate::dependencies::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut)]
                let mut fields = $crate::dependencies::serde::Serializer::serialize_map(
                    serializer,
                    ::core::option::Option::None,
                )?;
                $($crate::lenient::write_field(
                    &mut fields,
                    $name,
                    &self.$field,
                    $crate::model!(@written $($required)?),
                )?;)*
                // A field of the model wins over an unknown one of the same name.
                #[allow(unused_variables)]
                let is_written = |name: &str| match name {
                    $($name => $crate::lenient::is_written(
                        &self.$field,
                        $crate::model!(@written $($required)?),
                    ),)*
                    _ => false,
                };
                $($crate::lenient::write_extra(&mut fields, &self.$extra, is_written)?;)?
                $crate::dependencies::serde::ser::SerializeMap::end(fields)
            }
        }
    };
    (@required) => { false };
    (@required required) => { true };
    (@required nullable) => { false };
    (@written) => { false };
    (@written $required:ident) => { true };
    (@unknown $fields:ident, $name:ident) => { $fields.skip()? };
    (@unknown $fields:ident, $name:ident, $extra:ident) => { $fields.keep($name, &mut $extra)? };
}

/// Implements serde's traits and `Lenient` for a generated struct that wraps one value.
#[doc(hidden)]
#[macro_export]
macro_rules! wrapper {
    ($wrapper:ident) => {
        impl $crate::lenient::Lenient for $wrapper {
            const EXPECTED: &'static str = "a value";

            fn read<'de, D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<::core::option::Option<Self>, D::Error> {
                let value = $crate::lenient::Lenient::read(deserializer)?;
                ::core::result::Result::Ok(value.map(Self))
            }

            fn absent() -> ::core::option::Option<Self> {
                $crate::lenient::Lenient::absent().map(Self)
            }

            fn is_absent(&self) -> bool {
                $crate::lenient::Lenient::is_absent(&self.0)
            }
        }

        impl<'de> $crate::dependencies::serde::Deserialize<'de> for $wrapper {
            fn deserialize<D: $crate::dependencies::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::lenient::read(deserializer).map(Self)
            }
        }

        impl $crate::dependencies::serde::Serialize for $wrapper {
            fn serialize<S: $crate::dependencies::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::dependencies::serde::Serialize::serialize(&self.0, serializer)
            }
        }
    };
}
