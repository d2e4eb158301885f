//! The program `plex-api-codegen`, run as its users run it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::Command;

use tempfile::TempDir;

const SPEC: &str = "\
openapi: 3.1.0
info: {title: Own, version: '1'}
servers: [{url: 'https://plex.tv'}]
webhooks: {}
paths:
  /a:
    get:
      operationId: a
      security: []
      responses: {'204': {description: d}}
";

const OTHER: &str = "\
openapi: 3.1.0
info: {title: Other, version: '1'}
paths:
  /b:
    get:
      operationId: b
      security: []
      responses: {'204': {description: d}}
";

/// A folder with specs, in which the program runs.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("own.yaml", SPEC);
        folder.write("other.yaml", OTHER);
        folder
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    /// Runs the program with the arguments of a command line; returns its exit code, its output and its errors.
    fn run(&self, arguments: &str) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_plex-api-codegen"))
            .args(arguments.split(' '))
            .current_dir(self.0.path())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    }
}

const GENERATE: &str = "generate own.yaml --out src/own.rs";

#[test]
fn the_generated_file_says_how_to_generate_it_again() {
    let folder = Folder::new();
    let (code, output, errors) = folder.run(GENERATE);
    assert_eq!(
        (code, output.as_str(), errors.as_str()),
        (
            0,
            "operation a: added\nadded src/own.rs\n1 operation, 0 models, 1 warning\n",
            "warning: own.yaml:4: /webhooks: are left out: a client does not receive requests\n"
        )
    );
    let file = folder.read("src/own.rs");
    let head =
        format!("// @generated from own.yaml by `plex-api-codegen {GENERATE}`; do not edit.\n");
    assert!(file.starts_with(&head), "{file}");

    // Another run changes nothing.
    assert_eq!(folder.run(GENERATE).0, 0);
    assert_eq!(folder.read("src/own.rs"), file);
}

#[test]
fn a_check_fails_with_a_diff_and_the_command_to_run() {
    let folder = Folder::new();
    folder.run(GENERATE);
    let check = format!("{GENERATE} --check");
    let (code, output, _) = folder.run(&check);
    let nothing = "1 operation, 0 models, 1 warning: nothing changed\n";
    assert_eq!((code, output.as_str()), (0, nothing));

    let file = folder.read("src/own.rs");
    folder.write(
        "own.yaml",
        &SPEC.replace("operationId: a", "operationId: c"),
    );
    let (code, output, errors) = folder.run(&check);
    assert_eq!(code, 1);
    assert!(
        output.contains("\n--- a/src/own.rs\n+++ b/src/own.rs\n"),
        "{output}"
    );
    let command = format!("\nrun: plex-api-codegen {GENERATE}\n");
    assert!(errors.ends_with(&command), "{errors}");
    assert_eq!(folder.read("src/own.rs"), file);
}

#[test]
fn the_runtime_can_have_another_path() {
    let folder = Folder::new();
    folder.run(&format!("{GENERATE} --runtime crate::plex"));
    let file = folder.read("src/own.rs");
    assert!(file.contains("\ncrate::plex::client! {\n"), "{file}");
    assert!(!file.contains("plex_api::"), "{file}");
}

#[test]
fn an_operation_is_imported_or_only_shown() {
    let folder = Folder::new();
    let import = "import other.yaml b --into own.yaml";
    let (code, output, _) = folder.run(&format!("{import} --dry-run"));
    assert_eq!(code, 0);
    assert!(output.contains("\n+  /b:\n"), "{output}");
    assert_eq!(folder.read("own.yaml"), SPEC);

    let (code, output, errors) = folder.run(import);
    assert_eq!(
        (code, output.as_str(), errors.as_str()),
        (0, "operation b: added (GET /b)\nchanged own.yaml\n", "")
    );
    let spec = folder.read("own.yaml");
    assert!(spec.starts_with(SPEC) && spec.contains("operationId: b"));
    assert_eq!(folder.run(GENERATE).1.lines().count(), 4);
}

#[test]
fn a_missing_file_is_an_error_with_its_name() {
    let folder = Folder::new();
    for arguments in [
        "generate no.yaml --out a.rs",
        "import no.yaml b --into own.yaml",
        "import other.yaml b --into no.yaml",
    ] {
        let (code, output, errors) = folder.run(arguments);
        assert_eq!((code, output.as_str()), (1, ""), "{arguments}");
        assert!(
            errors.starts_with("error: cannot read no.yaml: "),
            "{errors}"
        );
        assert_eq!(errors.lines().count(), 1);
    }
    assert!(!folder.0.path().join("a.rs").exists());
}

#[test]
fn problems_of_a_spec_have_file_and_line() {
    let folder = Folder::new();
    folder.write("own.yaml", &SPEC.replace("description: d", "$ref: '#/no'"));
    let (code, _, errors) = folder.run(GENERATE);
    assert_eq!(code, 1);
    assert!(
        errors.starts_with("error: own.yaml:10: operation a: "),
        "{errors}"
    );
}

#[test]
fn wrong_arguments_have_an_exit_code_of_their_own() {
    let folder = Folder::new();
    for arguments in [
        "generate own.yaml",
        "import other.yaml --into own.yaml",
        "make",
    ] {
        let (code, _, errors) = folder.run(arguments);
        assert_eq!(code, 2, "{arguments}");
        assert!(errors.starts_with("error: "), "{errors}");
    }
    let (code, help, _) = folder.run("--help");
    assert_eq!(code, 0);
    assert!(help.contains("generate") && help.contains("import") && help.contains("Exit status"));
}
