//! Keywords of OpenAPI and JSON Schema, and the extensions that this generator reads.

/// HTTP methods that a path item can have.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Keywords whose value is text.
pub(crate) const TEXTS: [&str; 22] = [
    "$ref",
    "contentEncoding",
    "contentMediaType",
    "contentType",
    "description",
    "format",
    "in",
    "name",
    "openapi",
    "operationId",
    "pattern",
    "propertyName",
    "scheme",
    "style",
    "summary",
    "swagger",
    "title",
    "type",
    "url",
    "version",
    "bearerFormat",
    "termsOfService",
];

/// Keywords that annotate a schema and do not constrain its values.
pub(crate) const ANNOTATIONS: [&str; 8] = [
    "description",
    "title",
    "example",
    "examples",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
];

/// Keywords that hold named schemas.
pub(super) const SCHEMA_MAPS: [&str; 3] = ["properties", "patternProperties", "$defs"];

/// Keywords that hold an array of schemas.
pub(super) const SCHEMA_ARRAYS: [&str; 4] = ["oneOf", "anyOf", "allOf", "prefixItems"];

/// Keywords that hold one schema.
pub(super) const SCHEMA_VALUES: [&str; 5] = [
    "items",
    "additionalProperties",
    "not",
    "contains",
    "propertyNames",
];

/// Keywords whose value lists alternative schemas.
pub(crate) const ALTERNATIVES: [&str; 2] = ["oneOf", "anyOf"];

/// Keywords that combine schemas.
pub(crate) const COMPOSITION: [&str; 3] = ["oneOf", "anyOf", "allOf"];

/// Keywords that only describe objects.
pub(crate) const OBJECT_KEYWORDS: [&str; 3] = ["properties", "required", "additionalProperties"];

/// Begins the paragraph of a description that lists the values of an enum.
pub(crate) const KNOWN_VALUES: &str = "Known values:";

/// Keywords that only describe arrays.
pub(crate) const ARRAY_KEYWORDS: [&str; 1] = ["items"];

/// Types whose values are neither arrays nor objects.
pub(crate) const SCALAR_TYPES: [&str; 4] = ["string", "integer", "number", "boolean"];

/// Keywords that only restrict the values of a type.
pub(crate) const BOUNDS: [&str; 18] = [
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "contains",
    "propertyNames",
    "if",
    "then",
    "else",
];

/// Keywords that no Rust type can express.
pub(crate) const INEXPRESSIBLE: [&str; 4] = [
    "not",
    "patternProperties",
    "prefixItems",
    "dependentSchemas",
];

/// Keywords that progenitor ignores or rejects.
pub(crate) const UNREAD: [&str; 5] = ["examples", "example", "xml", "externalDocs", "deprecated"];

/// Formats with a Rust type of their own. `float` has none: 1.78 would become 1.7799999713897705.
pub(crate) const FORMATS: [&str; 8] = [
    "binary",
    "byte",
    "date-time",
    "double",
    "int32",
    "int64",
    "password",
    "uint64",
];

/// Keys under which a document holds examples instead of schemas.
pub(super) const EXAMPLES: [&str; 2] = ["example", "examples"];

/// Keys whose values are data of the API, in which `$ref` has no meaning.
pub(crate) const DATA: [&str; 5] = ["example", "examples", "default", "const", "enum"];

/// Keys whose values are objects with names as their keys; such a name may look like a keyword.
pub(crate) const NAMED: [&str; 17] = [
    "properties",
    "patternProperties",
    "dependentSchemas",
    "$defs",
    "definitions",
    "responses",
    "headers",
    "parameters",
    "content",
    "encoding",
    "links",
    "callbacks",
    "variables",
    "schemas",
    "requestBodies",
    "securitySchemes",
    "pathItems",
];

/// JSON pointer of the component schemas.
pub(crate) const SCHEMAS: &str = "/components/schemas";

/// Component schemas with a secret type of their own in the runtime; any other secret is a `Secret`.
pub(crate) const SECRET_COMPONENTS: [&str; 2] = ["PinCode", "Token"];

/// Extension: the parameters that the client sends with every request.
pub(crate) const GLOBALS: &str = "x-speakeasy-globals";

/// Extension: the `required` list of a schema also counts in responses.
pub(crate) const REQUIRED: &str = "x-required";

/// Extension, written by the lowering: the discriminator of a union, and which values of it mean which schema.
pub(crate) const TAGS: &str = "x-plex-tags";

/// Extension, written by the lowering: the name of an alternative that was merged with the properties beside it.
pub(crate) const NAME: &str = "x-plex-name";

/// Extension: the Accept header of a request, where it differs from the media type of the response.
pub(crate) const ACCEPT: &str = "x-accept";

/// Extension: where a component was copied from, if it got another name.
pub(crate) const IMPORTED_FROM: &str = "x-imported-from";

/// The style of a parameter that is written as JSON (`content: application/json`).
pub(crate) const JSON_STYLE: &str = "x-json";

/// Extension: the alternatives of an operation's security, each an array of schemes, once they have been read.
pub(crate) const SCHEMES: &str = "x-schemes";

/// Extension, written by the lowering: the required parameters of an operation that have one possible value.
pub(crate) const CONSTANTS: &str = "x-constants";

/// Extension, written by the lowering: the `const` of a schema, until the bodies of requests are split.
pub(crate) const CONST: &str = "x-const";

/// Extension: the facts of an operation's body besides its arguments.
pub(crate) const BODY: &str = "x-body";

/// Extension: an argument that is true or false and sent as 1 or 0.
pub(crate) const SENT_AS_NUMBER: &str = "x-sent-as-number";

/// Extension: a success of the operation has no content.
pub(crate) const OPTIONAL: &str = "x-optional";

/// Format of a string that is a file of a multipart body.
pub(crate) const FILE: &str = "x-file";
