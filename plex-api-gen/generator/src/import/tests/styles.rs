//! Every style of YAML, in the source, in the target and in both, compared value by value with another YAML library.

use serde_yaml_ng::Value as Other;

use super::*;

/// Values as they can be written after `x:` with the content in column 8.
const STYLES: [&str; 32] = [
    " plain",
    " plain on\n          two lines",
    " 'it''s single'",
    " \"double \\\"quoted\\\" \\u00e9 \\t\\n\"",
    " \"double on\n          two \\\n          lines\"",
    " |\n        literal\n          # no comment\n\n        end",
    " |-\n        stripped\n        end\n",
    " |+\n        kept\n\n",
    " >\n        folded\n        lines\n\n        end",
    " >-\n        folded\n          more\n        end",
    " |2\n          indented\n        end",
    " [1, 'two', {three: 3}]",
    " {a: 1, 'b': [2], \"c\": {}}",
    " [\n          1,\n          {a: 2},\n        ]",
    "\n        - 1\n        - - 2\n          - 3\n        - a: 4\n          b: 5",
    "\n      - not\n      - indented",
    "\n        a:\n            deep: 1\n        # comment\n        b: 2 # comment",
    "\n        ? question\n        : mark",
    "\n        200: number\n        '404': string\n        true: boolean",
    " &anchor\n        a: 1\n      y: *anchor",
    " !!str 1",
    "",
    " ~",
    " '1'\n      y: 1\n      z: \"true\"\n      a: true\n      b: 'null'\n      c: 1.5\n      d: '1e3'\n      e: 0x1f",
    " '2020-01-01'\n      y: \"12:30\"\n      z: 'yes'\n      a: \"~\"\n      b: \"- a\"\n      c: 'a: b'\n      d: 'a #b'",
    "\n        'a: b': 1\n        \"c #d\": 2\n        '': 3\n        '- e': 4\n        /f/{g}: 5\n        X-H: 6\n        'null': 7",
    " {}\n      y: []\n      z: {a: [], b: {}}",
    " \"a\\n\"\n      y: \"a\\n\\n\"\n      z: \" a\\nb\"\n      a: \"a \\nb\"\n      b: \"\\ta\\nb\"\n      c: \"\\n\"",
    " \"\\r\\x07\\u2028\\ufeff\\U0001F600\"",
    " a:b # comment\n      y: a#b\n      z: it's \"so\"",
    " http://x.y/z?a=b&c=d\n      y: ^(?:[A-Za-z0-9_-]{4})*$",
    " -1\n      y: +12e03\n      z: 9007199254740993\n      a: -0.5\n      b: 1.0",
];

fn source(style: &str) -> String {
    format!(
        "paths:\n  /a:\n    get:\n      operationId: a\n      x:{style}\n      $ref: '#/components/schemas/A'\n\
         components:\n  schemas:\n    A:\n      x:{style}\n"
    )
}

fn target(style: &str) -> String {
    format!(
        "# head\npaths:\n  /b:\n    get:\n      x:{style}\n\n  # of the paths\n\n# of the components\ncomponents:\n  schemas:\n    \
         B:\n      x:{style}\n"
    )
}

fn read(text: &str) -> Other {
    serde_yaml_ng::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn every_style_survives_in_the_source_and_in_the_target() {
    let plain = " plain";
    let mut count = 0;
    for style in STYLES {
        for (from, into) in [(style, plain), (plain, style), (style, style)] {
            let (from, into) = (source(from), target(into));
            let text =
                copied(&from, &into, &["a"]).unwrap_or_else(|error| panic!("{error:?}\n{from}"));
            let mut expected = read(&into);
            let copied = read(&from);
            expected["paths"]["/a"] = copied["paths"]["/a"].clone();
            expected["components"]["schemas"]["A"] = copied["components"]["schemas"]["A"].clone();
            assert_eq!(
                names_as_strings(read(&text)),
                names_as_strings(expected),
                "{text}"
            );

            let mut lines = text.lines();
            let is_kept = into.lines().all(|old| lines.any(|new| new == old));
            assert!(is_kept, "a line of the target changed:\n{text}");
            count += 1;
        }
    }
    assert_eq!(count, 3 * STYLES.len());
}

/// JSON, and so OpenAPI, has strings as keys only: `200:` and `"200":` are the same key.
fn names_as_strings(value: Other) -> Other {
    match value {
        Other::Mapping(entries) => {
            let name = |key: Other| match key {
                Other::String(_) => key,
                key => Other::from(serde_yaml_ng::to_string(&key).unwrap().trim_end()),
            };
            let entries = entries.into_iter();
            Other::Mapping(
                entries
                    .map(|(key, value)| (name(key), names_as_strings(value)))
                    .collect(),
            )
        }
        Other::Sequence(items) => items.into_iter().map(names_as_strings).collect(),
        Other::Tagged(tagged) => names_as_strings(tagged.value),
        value => value,
    }
}
