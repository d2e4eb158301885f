//! The command `generate`, on files of its own.

use super::*;

#[test]
fn a_check_shows_what_a_write_then_changes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("generated.rs");
    fs::write(&file, "old\n").unwrap();
    let changes = || Change::of_file(&file, b"new\n".to_vec()).unwrap();
    let settle = |is_check| {
        let mut out = Vec::new();
        let count = settle(is_check, changes().as_slice(), &shown, &mut out).unwrap();
        assert_eq!(count, 1);
        String::from_utf8(out).unwrap()
    };
    assert!(settle(true).contains("-old\n+new\n"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "old\n");
    assert_eq!(settle(false), format!("changed {}\n", file.display()));
    assert_eq!(fs::read_to_string(&file).unwrap(), "new\n");
    assert!(changes().is_none());
}

const SPEC: &str = "\
openapi: 3.1.0
info: {title: t, version: '1'}
servers: [{url: 'https://plex.tv'}]
paths:
  /a:
    get:
      operationId: a
      security: []
      responses: {'204': {description: d}}
";

/// A folder with a spec.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(spec: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("own.yaml"), spec).unwrap();
        Self(folder)
    }

    fn run(&self, is_check: bool) -> Result<String> {
        let args = Args {
            spec: self.0.path().join("own.yaml"),
            out: self.code(),
            runtime: RUNTIME.to_owned(),
            check: is_check,
        };
        let mut out = Vec::new();
        run(&args, &mut out).map(|()| String::from_utf8(out).unwrap())
    }

    fn code(&self) -> PathBuf {
        self.0.path().join("own.rs")
    }
}

#[test]
fn the_file_is_written_and_its_operations_are_listed() {
    let folder = Folder::new(SPEC);
    let output = folder.run(false).unwrap();
    assert!(output.starts_with("operation a: added\nadded "), "{output}");
    let summary = "1 operation, 0 models, 0 warnings\n";
    assert!(output.ends_with(summary), "{output}");
    let code = fs::read_to_string(folder.code()).unwrap();
    assert!(
        code.contains("\n\nplex_api::generated::client! {\n"),
        "{code}"
    );

    let output = folder.run(false).unwrap();
    assert_eq!(
        output,
        "1 operation, 0 models, 0 warnings: nothing changed\n"
    );
}

#[test]
fn a_check_writes_nothing_and_names_the_command() {
    let folder = Folder::new(SPEC);
    let error = folder.run(true).unwrap_err().to_string();
    assert!(error.contains("own.rs is not what "), "{error}");
    assert!(
        error.contains("\nrun: plex-api-codegen generate "),
        "{error}"
    );
    assert!(!folder.code().exists());
}

#[test]
fn a_check_ignores_how_the_command_was_typed_and_nothing_else() {
    let folder = Folder::new(SPEC);
    folder.run(false).unwrap();
    let code = fs::read_to_string(folder.code()).unwrap();
    let (_, rest) = code.split_once('\n').unwrap();
    let typed = "// @generated from own.yaml by `plex-api-codegen generate own.yaml --out own.rs`; do not edit.\n";
    fs::write(folder.code(), format!("{typed}{rest}")).unwrap();
    assert!(folder.run(true).is_ok());
    for changed in [
        format!("{typed}{rest}// edited\n"),
        format!("// edited\n{rest}"),
    ] {
        fs::write(folder.code(), changed).unwrap();
        assert!(folder.run(true).is_err());
    }
}

#[test]
fn operations_that_were_left_out_are_named() {
    let bad = "  /b: {get: {operationId: b, security: [], responses: {'204': {$ref: '#/no'}}}}\n";
    let output = Folder::new(&format!("{SPEC}{bad}")).run(false).unwrap();
    let summary = "1 operation, 0 models, 1 warning, left out: b\n";
    assert!(output.ends_with(summary), "{output}");
}

#[test]
fn missing_components_come_after_the_problems() {
    let spec = SPEC.replace(
        "description: d",
        "$ref: '#/components/responses/B'}, '400': {$ref: '#/components/responses/A'",
    );
    let error = Folder::new(&spec).run(false).unwrap_err().to_string();
    let lines: Vec<&str> = error.lines().collect();
    assert!(lines[0].contains("own.yaml:9: operation a: "), "{error}");
    assert!(lines[1].starts_with("error: "), "{error}");
    let missing = "missing components: #/components/responses/A, #/components/responses/B";
    assert_eq!(lines[2], missing);
    let advice = "run: plex-api-codegen import FILE OPERATION_ID --into ";
    assert!(lines[3].contains(advice), "{error}");
}

#[test]
fn the_command_is_what_a_shell_reads() {
    let command = |spec: &str, runtime: &str| {
        command(&Args {
            spec: PathBuf::from(spec),
            out: PathBuf::from("src/own.rs"),
            runtime: runtime.to_owned(),
            check: true,
        })
    };
    assert_eq!(
        command("own.yaml", RUNTIME),
        "plex-api-codegen generate own.yaml --out src/own.rs"
    );
    assert_eq!(
        command("it's own.yaml", "plex::generated"),
        r"plex-api-codegen generate 'it'\''s own.yaml' --out src/own.rs --runtime plex::generated"
    );
}
