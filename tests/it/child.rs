//! Tests that need a process of their own, for its environment variables.

use std::process::Command;

/// The variable that is set in a process that runs one test: the URL of its server.
pub(crate) const CHILD: &str = "PLEX_API_TEST_SERVER";

/// Runs one ignored test of this binary in a process of its own, with these environment variables.
pub(crate) async fn run_in_child(test: &str, variables: Vec<(&'static str, String)>) {
    let test = test.to_owned();
    let run = move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &test, "--ignored", "--nocapture"])
            .envs(variables)
            .output()
            .unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(text.contains("1 passed"), "{text}");
}
