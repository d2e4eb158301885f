//! The program `plex-api-codegen`; `--help` describes it.

fn main() -> std::process::ExitCode {
    plex_api_codegen::cli::main()
}
