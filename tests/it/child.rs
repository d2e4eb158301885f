//! Tests that need a process of their own: for its environment variables, its working directory, or its files.

use std::process::{Command, Stdio};

/// The variable that is set in a process that runs one test: the URL of its server.
pub(crate) const CHILD: &str = "PLEX_API_TEST_SERVER";

/// Prepares a process that runs one test of this binary. A name without a test succeeds: check what the process has done.
pub(crate) fn process(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    command.stdout(Stdio::null());
    command
}

/// Runs one ignored test of this binary in a process of its own, with these environment variables.
pub(crate) async fn run_in_child(test: &str, variables: Vec<(&'static str, String)>) {
    let mut command = process(test);
    command.arg("--ignored").envs(variables);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = move || command.output().unwrap();
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("1 passed"), "{text}");
}
